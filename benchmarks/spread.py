"""How a year of first choices spreads over the partners: by the rules alone, and with the past in the ranking.

Each young person asks for one to three needs and is sent to the first partner suggested, the Mission
Locale's own offer aside. Nothing is timed.
`load` counts the last thirty days; `record` is one in which a tenth of the partners leaves every second referral
unanswered, which the ranking should see and the others not feel.
"""

from collections import Counter, deque
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from benchmarks.rounds import table
from graph.directory import Directory
from graph.history import History, Record
from graph.model import PartnerId, Request
from graph.suggestion import suggest
from loaders.directory import packaged_directory
from loaders.reference import reference

YOUTHS = 700
SEED = 17
START = date(2026, 1, 1)


def asked() -> Iterator[tuple[date, Request]]:
    random = Random(SEED)
    known = reference()
    communes = known.served()
    weights = [commune.population for commune in communes]
    for number in range(YOUTHS):
        yield (
            START + timedelta(days=number * 365 // YOUTHS),
            known.request(
                random.randint(16, 25),
                random.choices(communes, weights)[0].insee,
                random.sample(list(known.needs), random.choice([1, 2, 3])),
                ["non-mobile"] if random.random() < 0.5 else [],
                (),
                10,
            ),
        )


def firsts(directory: Directory, *, loaded: bool, records: dict[PartnerId, Record]) -> Counter[PartnerId]:
    chosen: Counter[PartnerId] = Counter()
    recent: deque[tuple[date, PartnerId]] = deque()
    for day, request in asked():
        while recent and recent[0][0] < day - timedelta(days=30):
            recent.popleft()
        loads = Counter(partner for _, partner in recent) if loaded else Counter()
        found = suggest(request, directory, reference(), day, History(records, loads=loads)).suggestions
        first = next((s.partner.id for s in found if not s.service.internal), None)
        if first is not None:
            chosen[first] += 1
            recent.append((day, first))
    return chosen


def poor_records(directory: Directory) -> dict[PartnerId, Record]:
    """Of every partner; one in ten leaves half unanswered."""
    ids = sorted({service.partner for service in directory.services.values() if not service.internal})
    good, poor = Record(38, 40, 20, 30, 40, 5), Record(20, 40, 10, 15, 40, None)
    return {id: poor if number % 10 == 0 else good for number, id in enumerate(ids)}


def row(name: str, chosen: Counter[PartnerId], poor: set[PartnerId]) -> list[str]:
    total = sum(chosen.values())
    index = sum((n / total) ** 2 for n in chosen.values())
    ten = sum(n for _, n in chosen.most_common(10)) / total
    to_poor = sum(chosen[id] for id in poor) / total
    return [name, str(len(chosen)), f"{chosen.most_common(1)[0][1]}", f"{ten:.1%}", f"{index:.4f}", f"{to_poor:.1%}"]


def main() -> str:
    directory = packaged_directory()
    records = poor_records(directory)
    poor = {id for id, record in records.items() if record.days is None}
    rows = [
        row("rules alone", firsts(directory, loaded=False, records={}), poor),
        row("and the recent load", firsts(directory, loaded=True, records={}), poor),
        row("and the record of answers", firsts(directory, loaded=True, records=records), poor),
    ]
    head = ["ranked by", "partners first", "most for one", "the ten most", "Herfindahl index", "to poor answerers"]
    return table(f"A year of {YOUTHS} first choices", head, rows)


if __name__ == "__main__":
    print(main())
