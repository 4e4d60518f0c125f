"""How a partnership is used: what is sent, answered, accepted, kept, served, and how long an answer takes. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from graph.model import PartnerId
from graph.referral import Direction, NeedResult, RefusalReason
from graph.statistics import Rate, Survival, kaplan_meier, shrunk
from graph.tallies import Count, Key, Outcomes, Refused, Tally, Waited

COUNTERS = (
    *("sent", "declared", "answered", "accepted", "refused", "unanswered"),
    *("met", "missed", "ended", "served"),
)


def fold(rows: Iterable[Tally], part: Callable[[Key], Key]) -> dict[Key, Tally]:
    """Sums of *rows* by *part* of their key, in order of the key."""
    sums: dict[Key, list[int]] = {}
    for t in rows:
        key = part(t.key)
        held = sums.get(key)
        if held is None:
            held = sums[key] = [0] * len(COUNTERS)
        held[0] += t.sent
        held[1] += t.declared
        held[2] += t.answered
        held[3] += t.accepted
        held[4] += t.refused
        held[5] += t.unanswered
        held[6] += t.met
        held[7] += t.missed
        held[8] += t.ended
        held[9] += t.served
    return {key: Tally(key, *held) for key, held in sorted(sums.items())}


@dataclass(frozen=True, slots=True)
class Use:
    """Of a partner, service, domain, EPCI or site over the period. `before`: referrals sent a year before."""

    key: str
    sent: int = 0
    declared: int = 0
    inbound: int = 0
    answered: int = 0
    accepted: int = 0
    refused: int = 0
    unanswered: int = 0
    met: int = 0
    missed: int = 0
    ended: int = 0
    served: int = 0
    youths: int = 0
    before: int = 0
    waits: Survival = field(default_factory=lambda: kaplan_meier(()))

    @property
    def answer(self) -> Rate:
        """Answered, of those whose waiting is over."""
        return Rate(self.answered, self.answered + self.unanswered)

    @property
    def silence(self) -> Rate:
        """Expired without an answer, of those whose waiting is over."""
        return Rate(self.unanswered, self.answered + self.unanswered)

    @property
    def acceptance(self) -> Rate:
        """Accepted, of those that were answered (one refused after it was accepted counts as both)."""
        return Rate(self.accepted, self.answered)

    @property
    def refusal(self) -> Rate:
        return Rate(self.refused, self.answered)

    @property
    def absence(self) -> Rate:
        """Referrals with a missed first appointment, of those that had an appointment whose day has come."""
        return Rate(self.missed, max(self.missed, self.met + self.missed))

    @property
    def success(self) -> Rate:
        """At least one need covered, of those that ended."""
        return Rate(min(self.served, self.ended), self.ended)


def use(key: str, counted: Tally | None, youths: int, inbound: int, before: int, waits: Iterable[Waited]) -> Use:
    """From what went out (*counted*, for so many *youths*), and what came in."""
    told = counted if counted is not None else Tally((key,))
    return Use(
        key=key,
        **{name: getattr(told, name) for name in COUNTERS},
        youths=youths,
        inbound=inbound,
        before=before,
        waits=kaplan_meier((w.days, w.answered, w.n) for w in waits),
    )


def uses(rows: Iterable[Tally], people: Iterable[Count], before: Iterable[Tally], waits: Iterable[Waited]) -> list[Use]:
    """By key; *rows* and *before* are keyed by (thing, direction), *people* and *waits* by the thing and more."""
    out = Direction.OUTBOUND.value
    now = {tally.key: tally for tally in rows}
    persons: dict[str, int] = {}
    for count in people:
        persons[count.key[0]] = persons.get(count.key[0], 0) + count.n
    earlier: dict[str, int] = {}
    for tally in before:
        if tally.key[1] == out:
            earlier[tally.key[0]] = earlier.get(tally.key[0], 0) + tally.sent
    waiting: dict[str, list[Waited]] = {}
    for wait in waits:
        waiting.setdefault(wait.key[0], []).append(wait)
    found = sorted({key[0] for key in now} | earlier.keys())
    return [
        use(
            thing,
            now.get((thing, out)),
            persons.get(thing, 0),
            now[thing, Direction.INBOUND.value].sent if (thing, Direction.INBOUND.value) in now else 0,
            earlier.get(thing, 0),
            waiting.get(thing, ()),
        )
        for thing in found
    ]


def summed(uses_: Sequence[Use], groups: Callable[[str], Iterable[str]], waits: Iterable[Waited]) -> list[Use]:
    """Uses of groups (domains, organisations) out of those of their members; a member may stand in several."""
    members: dict[str, list[Use]] = {}
    for one in uses_:
        for group in groups(one.key):
            members.setdefault(group, []).append(one)
    waiting: dict[str, list[Waited]] = {}
    for wait in waits:
        for group in groups(wait.key[0]):
            waiting.setdefault(group, []).append(wait)
    return [
        Use(
            key=group,
            **{name: sum(getattr(u, name) for u in held) for name in (*COUNTERS, "inbound", "before")},
            youths=max(u.youths for u in held),
            waits=kaplan_meier((w.days, w.answered, w.n) for w in waiting.get(group, ())),
        )
        for group, held in sorted(members.items())
    ]


def compared(
    uses_: Sequence[Use], domains: Mapping[str, Sequence[str]], rate: Callable[[Use], Rate]
) -> dict[str, float]:
    """Shrunk rates of partners, each towards the mean of its domains, or of all when it has none."""
    whole = _mean(rate(u) for u in uses_)
    told: dict[str, list[Rate]] = {}
    for one in uses_:
        for domain in domains.get(one.key, ()):
            told.setdefault(domain, []).append(rate(one))
    means = {domain: _mean(rates) for domain, rates in told.items()}
    found: dict[str, float] = {}
    for one in uses_:
        own = [means[d] for d in domains.get(one.key, ())]
        found[one.key] = shrunk(rate(one), sum(own) / len(own) if own else whole)
    return found


def _mean(rates: Iterable[Rate]) -> float:
    total = sum(rates, Rate(0, 0))
    return total.k / total.n if total.n else 0.0


@dataclass(frozen=True, slots=True)
class Reason:
    """One bar of the Pareto: how many refusals have that reason, and what share it makes with those above."""

    reason: RefusalReason
    n: int
    cumulated: float


def pareto(refusals: Iterable[Refused]) -> list[Reason]:
    """Most frequent first."""
    counted: dict[RefusalReason, int] = {}
    for row in refusals:
        counted[row.reason] = counted.get(row.reason, 0) + row.n
    total, so_far = sum(counted.values()), 0
    found: list[Reason] = []
    for reason, n in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
        so_far += n
        found.append(Reason(reason, n, so_far / total))
    return found


def results(outcomes: Iterable[Outcomes]) -> dict[str, dict[NeedResult, int]]:
    """Outcomes by need, "" for those of a service as a whole; *outcomes* are keyed by need."""
    found: dict[str, dict[NeedResult, int]] = {}
    for row in outcomes:
        held = found.setdefault(row.key[0], {})
        held[row.result] = held.get(row.result, 0) + row.n
    return found


@dataclass(frozen=True, slots=True)
class Turnover:
    """Partners that came, went, and fell asleep."""

    new: tuple[PartnerId, ...]
    lost: tuple[PartnerId, ...]
    dormant: tuple[PartnerId, ...]


ASLEEP_MONTHS = 6
WAS_USED = 10


def turnover(months: Mapping[str, Mapping[str, int]], first: date, last: date) -> Turnover:
    """*months*: referrals sent to each partner by month, this period and the year before it.

    New: none the year before. Lost: used the year before, not once since. Dormant: none in the last six months after at
    least ten referrals in the twelve before.
    """
    end = _number(f"{last:%Y-%m}")
    start = _number(f"{first:%Y-%m}")
    new: list[PartnerId] = []
    lost: list[PartnerId] = []
    dormant: list[PartnerId] = []
    for partner, sent in sorted(months.items()):
        by_number = {_number(month): n for month, n in sent.items()}
        now = sum(n for month, n in by_number.items() if start <= month <= end)
        earlier = sum(n for month, n in by_number.items() if start - 12 <= month < start)
        recent = sum(n for month, n in by_number.items() if end - ASLEEP_MONTHS < month <= end)
        past = sum(n for month, n in by_number.items() if end - ASLEEP_MONTHS - 12 < month <= end - ASLEEP_MONTHS)
        if now and not earlier:
            new.append(PartnerId(partner))
        if earlier and not now:
            lost.append(PartnerId(partner))
        if not recent and past >= WAS_USED:
            dormant.append(PartnerId(partner))
    return Turnover(tuple(new), tuple(lost), tuple(dormant))


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7])
