"""Every count of a store equals the same count done the slow way, referral by referral."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from random import Random
from typing import TypeVar

import pytest

from graph.intake import AgeBand, Intake, IntakeId, Unmet
from graph.model import NeedCode, PartnerId
from graph.publishing import Reached
from graph.referral import Direction, Mode, NeedOutcome, NeedResult, Referral, SaidBy
from graph.store import Store
from graph.tallies import By, Count, Key, Outcomes, Refused, Scope, Tally, Waited
from tests.conftest import Fresh
from tests.follow_values import NEEDS, PARTNERS, REFERENCE, SITES, History, Model, prepared

T = TypeVar("T")

OF_REFERRALS = [by for by in By if by not in (By.COMMUNE, By.SITUATION)]
ONE_FOR_TWO = {PARTNERS[0]: PARTNERS[1]}
OF_INTAKES = [By.SITE, By.EPCI, By.AGE_BAND, By.PROGRAMME, By.MONTH, By.NEED, By.COMMUNE]


def month(day: date | None) -> str:
    assert day is not None
    return day.isoformat()[:7]


def keys(referral: Referral, intake: Intake, by: tuple[By, ...], scope: Scope) -> Iterator[tuple[Key, set[NeedCode]]]:
    """Each row that a referral belongs to, with the needs whose outcomes are told there."""
    needs: list[NeedCode | None] = [None]
    if By.NEED in by:
        needs = [need for need in referral.needs if scope.need in (None, need)]
    elif scope.need is not None:
        needs = [scope.need]
    for need in needs:
        for situation in sorted(intake.situations) if By.SITUATION in by else [""]:
            told = {
                By.PARTNER: referral.other,
                By.SERVICE: referral.service or "",
                By.SITE: referral.site,
                By.EPCI: referral.epci,
                By.AGE_BAND: referral.age_band.value,
                By.QPV: str(int(referral.qpv)),
                By.ISLAND: str(int(referral.island)),
                By.PROGRAMME: referral.programme,
                By.DIRECTION: referral.direction.value,
                By.MODE: referral.mode.value,
                By.MONTH: month(referral.sent_on),
                By.NEED: need or "",
                By.SITUATION: situation,
            }
            yield tuple(told[one] for one in by), set(referral.needs) if need is None else {need}


def chosen(model: Model, scope: Scope) -> list[Referral]:
    return [
        r
        for r in model.lived().values()
        if r.counts
        and r.sent_on is not None
        and scope.first <= r.sent_on <= scope.last
        and (scope.partners is None or r.other in scope.partners)
        and (scope.need is None or scope.need in r.needs)
        and scope.epci in (None, r.epci)
        and scope.site in (None, r.site)
        and scope.age_band in (None, r.age_band)
        and scope.direction in (None, r.direction)
        and scope.mode in (None, r.mode)
    ]


def told(referral: Referral, needs: set[NeedCode]) -> list[NeedOutcome]:
    return [o for o in referral.outcomes if o.need is None or o.need in needs]


def tallied(model: Model, scope: Scope, by: tuple[By, ...]) -> list[Tally]:
    rows: defaultdict[Key, list[tuple[Referral, set[NeedCode]]]] = defaultdict(list)
    for referral in chosen(model, scope):
        for key, needs in keys(referral, model.intakes[referral.intake], by, scope):
            rows[key].append((referral, needs))
    return [
        Tally(
            key,
            sent=len(those),
            declared=sum(r.mode is Mode.DECLARED for r, _ in those),
            answered=sum(r.answered_on is not None for r, _ in those),
            accepted=sum(r.accepted for r, _ in those),
            refused=sum(r.refused for r, _ in those),
            unanswered=sum(r.unanswered for r, _ in those),
            met=sum(r.met for r, _ in those),
            missed=sum(r.missed for r, _ in those),
            ended=sum(r.ended_on is not None for r, _ in those),
            served=sum(any(o.result is NeedResult.COUVERT for o in told(r, needs)) for r, needs in those),
        )
        for key, those in sorted(rows.items())
    ]


def people(model: Model, scope: Scope, by: tuple[By, ...]) -> list[Count]:
    rows: defaultdict[Key, set[IntakeId]] = defaultdict(set)
    for referral in chosen(model, scope):
        for key, _ in keys(referral, model.intakes[referral.intake], by, scope):
            rows[key].add(referral.intake)
    return [Count(key, len(those)) for key, those in sorted(rows.items())]


def shared(model: Model, scope: Scope, wholes: Mapping[PartnerId, PartnerId]) -> list[Count]:
    known: defaultdict[IntakeId, set[PartnerId]] = defaultdict(set)
    for referral in chosen(model, scope):
        known[referral.intake].add(wholes.get(referral.other, referral.other))
    return counts(pair for partners in known.values() for pair in combinations(sorted(partners), 2))


def waits(model: Model, scope: Scope, by: tuple[By, ...], today: date) -> list[Waited]:
    rows: Counter[tuple[Key, int, bool]] = Counter()
    for referral in chosen(model, scope):
        if referral.mode is Mode.DECLARED:
            continue
        assert referral.sent_on is not None
        answered = referral.answered_on is not None and referral.answered_on <= today
        ends = [day for day in (referral.answered_on or referral.silent_on, today) if day is not None]
        days = max(0, (min(ends) - referral.sent_on).days)
        for key, _ in keys(referral, model.intakes[referral.intake], by, scope):
            rows[key, days, answered] += 1
    return [Waited(*row, n) for row, n in sorted(rows.items())]


def reasons(model: Model, scope: Scope, by: tuple[By, ...]) -> list[Refused]:
    rows = Counter(
        (key, referral.refusal)
        for referral in chosen(model, scope)
        if referral.refusal is not None
        for key, _ in keys(referral, model.intakes[referral.intake], by, scope)
    )
    return [Refused(*row, n) for row, n in sorted(rows.items())]


def results(model: Model, scope: Scope, by: tuple[By, ...]) -> list[Outcomes]:
    """Each outcome once: that of the service as a whole stands apart from the needs."""
    rows: Counter[tuple[Key, NeedResult, SaidBy]] = Counter()
    for referral in chosen(model, scope):
        [(key, _)] = keys(referral, model.intakes[referral.intake], tuple(b for b in by if b is not By.NEED), scope)
        for outcome in told(referral, set(referral.needs) if scope.need is None else {scope.need}):
            row = list(key)
            if By.NEED in by:
                row.insert(by.index(By.NEED), outcome.need or "")
            rows[tuple(row), outcome.result, outcome.said_by] += 1
    return [Outcomes(*row, n) for row, n in sorted(rows.items())]


def received(intakes: Iterable[Intake], scope: Scope) -> list[Intake]:
    return [
        one
        for one in intakes
        if scope.first <= one.received_on <= scope.last and fits(one, scope) and scope.need in (None, *one.needs)
    ]


def fits(one: Intake, scope: Scope) -> bool:
    return (
        scope.epci in (None, REFERENCE.communes[one.commune].epci)
        and scope.site in (None, one.site)
        and scope.age_band in (None, AgeBand.of(one.age))
    )


def intake_key(one: Intake, need: NeedCode, on: date, by: tuple[By, ...]) -> Key:
    codes = {
        By.SITE: one.site,
        By.EPCI: REFERENCE.communes[one.commune].epci,
        By.AGE_BAND: AgeBand.of(one.age).value,
        By.PROGRAMME: one.programme,
        By.MONTH: month(on),
        By.NEED: need,
        By.COMMUNE: one.commune,
    }
    return tuple(codes[each] for each in by)


def counts(rows: Iterable[Key]) -> list[Count]:
    return [Count(key, n) for key, n in sorted(Counter(rows).items())]


def youths(model: Model, scope: Scope, by: tuple[By, ...]) -> list[Count]:
    return counts(
        intake_key(one, need, one.received_on, by)
        for one in received(model.intakes.values(), scope)
        for need in (one.needs if By.NEED in by else [NeedCode("")])
        if By.NEED not in by or scope.need in (None, need)
    )


def uncovered(unmet: Iterable[Unmet], model: Model, scope: Scope, by: tuple[By, ...]) -> list[Count]:
    return counts(
        intake_key(model.intakes[one.intake], one.need, one.noticed_on, by)
        for one in unmet
        if scope.first <= one.noticed_on <= scope.last
        and scope.need in (None, one.need)
        and fits(model.intakes[one.intake], scope)
    )


def pairs(model: Model, scope: Scope) -> list[Count]:
    return counts(
        pair for one in received(model.intakes.values(), scope) for pair in combinations(sorted(one.needs), 2)
    )


def sizes(model: Model, scope: Scope, today: date) -> Counter[Key]:
    """As they stood on the day asked for; the need is one that the young person expressed."""
    rows: Counter[Key] = Counter()
    for support in model.supports.values():
        of = model.intakes[support.intake]
        if scope.first <= support.opened_on <= scope.last and fits(of, scope) and scope.need in (None, *of.needs):
            closed = support.closed_on is not None and support.closed_on <= today
            end = support.closed_on if closed and support.closed_on is not None else today
            members = len({member.partner for member in support.members})
            rows[str(members), str(max(0, (end - support.opened_on).days)), str(int(closed))] += 1
    return rows


def reached(model: Model, first: date, last: date) -> dict[tuple[str, str], Reached]:
    """Young people by what became of one referral of theirs at least."""
    found: defaultdict[tuple[str, str], list[set[IntakeId]]] = defaultdict(lambda: [set() for _ in range(5)])
    for r in chosen(model, Scope(first, last, direction=Direction.OUTBOUND)):
        served = any(o.result is NeedResult.COUVERT for o in r.outcomes)
        for key in (("", ""), ("epci", str(r.epci)), ("partner", str(r.other))):
            for place, so in enumerate((True, r.unanswered, r.accepted, r.met, served)):
                if so:
                    found[key][place].add(r.intake)
    return {key: Reached(*map(len, who)) for key, who in found.items()}


def supported(model: Model, first: date, last: date) -> list[Count]:
    found: defaultdict[Key, set[IntakeId]] = defaultdict(set)
    for support in model.supports.values():
        if first <= support.opened_on <= last:
            found["", ""].add(support.intake)
        for a, b, day in support.together():
            if month(first) <= month(day) <= month(last):
                found[a, b].add(support.intake)
    return [Count(key, len(who)) for key, who in sorted(found.items())]


def maybe(random: Random, make: Callable[[], T], share: float = 0.25) -> T | None:
    return make() if random.random() < share else None


def some_scope(random: Random, history: History) -> Scope:
    last = history.now.date()
    first = last - timedelta(days=random.choice([30, 120, 1000]))
    return Scope(
        first=first,
        last=last - timedelta(days=random.choice([0, 0, 20])),
        partners=maybe(random, lambda: frozenset[PartnerId](random.sample(PARTNERS, random.randint(1, 3)))),
        need=maybe(random, lambda: random.choice(NEEDS)),
        epci=maybe(random, lambda: random.choice(list(REFERENCE.epcis)), 0.1),
        site=maybe(random, lambda: random.choice(SITES)),
        age_band=maybe(random, lambda: random.choice(list(AgeBand)[:3])),
        direction=maybe(random, lambda: random.choice(list(Direction)), 0.15),
        mode=maybe(random, lambda: random.choice(list(Mode)), 0.15),
    )


def some(random: Random, of: Sequence[By]) -> tuple[By, ...]:
    return tuple(random.sample(of, random.randint(0, 3)))


async def compared(store: Store, history: History, seed: int) -> None:
    """Ten scopes and combinations of one data set."""
    random, model = Random(seed), history.model
    for _ in range(10):
        scope, today = some_scope(random, history), history.now.date() - timedelta(days=random.choice([0, 15]))
        by, of_intakes = some(random, OF_REFERRALS), some(random, OF_INTAKES)
        of_tally = some(random, [*OF_REFERRALS, By.SITUATION])

        assert await store.tally(scope, of_tally) == tallied(model, scope, of_tally)
        assert await store.sent(scope, of_tally) == [Count(t.key, t.sent) for t in tallied(model, scope, of_tally)]
        assert await store.people(scope, of_tally) == people(model, scope, of_tally)
        assert await store.shared(scope) == shared(model, scope, {})
        assert await store.shared(scope, ONE_FOR_TWO) == shared(model, scope, ONE_FOR_TWO)
        assert await store.waited(scope, by, today) == waits(model, scope, by, today)
        assert await store.refusals(scope, by) == reasons(model, scope, by)
        assert Counter(await store.outcomes(scope, by)) == Counter(results(model, scope, by))
        assert await store.young(scope, of_intakes) == youths(model, scope, of_intakes)
        assert await store.unmet(scope, of_intakes) == uncovered(model.unmet, model, scope, of_intakes)
        assert await store.needs_together(scope) == pairs(model, scope)
        told = await store.reached(scope.first, scope.last)
        assert {key: of for key, of in told.items() if of.people} == reached(model, scope.first, scope.last)
        assert await store.supported(scope.first, scope.last) == supported(model, scope.first, scope.last)
        found = {row.key: row.n for row in await store.cosupport_sizes(scope, today)}
        assert found == sizes(model, scope, today)


async def counted(fresh: Fresh, seeds: Iterable[int]) -> None:
    for seed in seeds:
        store = await fresh()
        await prepared(store)
        history = History(store, seed)
        await history.run(120)
        assert history.model.starts
        await compared(store, history, seed)


async def test_every_count_of_sqlite_equals_the_slow_one(fresh_sqlite: Fresh) -> None:
    await counted(fresh_sqlite, range(100, 110))


async def test_every_count_of_neo4j_equals_the_slow_one(fresh_neo4j: Fresh) -> None:
    """Fewer: it plans each combination anew."""
    await counted(fresh_neo4j, range(100, 102))


@pytest.mark.nightly
@pytest.mark.parametrize("tenth", range(5))
async def test_every_count_equals_the_slow_one_on_fifty_data_sets(fresh: Fresh, tenth: int) -> None:
    await counted(fresh, range(200 + 10 * tenth, 210 + 10 * tenth))
