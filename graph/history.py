"""What the past says of a partner, for the ranking: its record of answers and outcomes, its agreements, recent load.

Shrunk towards the mean of all partners with the strength of ten referrals, so that two successes do not beat two
hundred, and told in few steps, so that partners that the past hardly tells apart still take turns.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from graph.agreement import Agreement
from graph.model import PartnerId
from graph.tallies import Tally, Waited

STRENGTH = 10
"""Referrals that the mean of all partners weighs in the record of one."""
ENOUGH = 5
"""Referrals below which nothing is said of a partner."""
_STEP = 0.05
_LOWEST, _HIGHEST = -3, 2
"""Steps that a record may take away or add: the rules of admission and the distance weigh more."""
_WEIGHT = 0.5  # of a rate above or below the mean
_SLOW = 14  # days; twice the mean besides
AGREEMENT = 1.03


@dataclass(frozen=True, slots=True)
class Record:
    """Of the referrals sent to one partner. `decided`: answered, or ended without an answer."""

    answered: int = 0
    decided: int = 0
    served: int = 0  # with a need covered, among the `ended`
    ended: int = 0
    followed: int = 0  # those whose wait was measured
    days: int | None = None  # within which half of the `followed` were answered; None when fewer were


@dataclass(frozen=True)
class History:
    """`loads` counts the recent referrals of each partner; `bound` are those with an agreement in force."""

    records: Mapping[PartnerId, Record] = field(default_factory=dict)
    bound: frozenset[PartnerId] = frozenset()
    loads: Mapping[PartnerId, int] = field(default_factory=dict)

    def worth(self, partner: PartnerId) -> float:
        """A factor; 1 where the past says nothing."""
        worth = AGREEMENT if partner in self.bound else 1.0
        record = self.records.get(partner)
        return worth if record is None else worth * (1 + _STEP * self._steps(record))

    def _steps(self, record: Record) -> int:
        mean = self._mean
        steps = 0.0
        for part, whole, of_all, all_of in (
            (record.answered, record.decided, mean.answered, mean.decided),
            (record.served, record.ended, mean.served, mean.ended),
        ):
            if all_of:
                expected = of_all / all_of
                shrunk = (part + STRENGTH * expected) / (whole + STRENGTH)
                steps += _WEIGHT * (shrunk - expected) / _STEP
        if record.days is not None and mean.days is not None:
            usual = (record.followed * record.days + STRENGTH * mean.days) / (record.followed + STRENGTH)
            steps -= usual >= max(_SLOW, 2 * mean.days)
        return max(_LOWEST, min(_HIGHEST, round(steps)))

    @cached_property
    def _mean(self) -> Record:
        """Of all partners together; its days are the median of theirs."""
        every = list(self.records.values())
        days = sorted(record.days for record in every if record.days is not None)
        return Record(
            answered=sum(r.answered for r in every),
            decided=sum(r.decided for r in every),
            served=sum(r.served for r in every),
            ended=sum(r.ended for r in every),
            followed=sum(r.followed for r in every),
            days=days[len(days) // 2] if days else None,
        )


NO_HISTORY = History()


def history(
    tallies: Iterable[Tally],
    waited: Iterable[Waited],
    agreements: Iterable[Agreement],
    recent: Iterable[Tally],
    merged: Mapping[PartnerId, PartnerId] | None = None,
) -> History:
    """From outbound tallies and waits by partner, the agreements in force, and the tallies of the last weeks.

    *merged*: the partner that stands now for another one, whose past is its own.
    """
    stands = merged or {}

    def now(id: str) -> PartnerId:
        return stands.get(PartnerId(id), PartnerId(id))

    waits: dict[PartnerId, list[Waited]] = {}
    for wait in waited:
        waits.setdefault(now(wait.key[0]), []).append(wait)
    told: dict[PartnerId, list[Tally]] = {}
    for tally in tallies:
        told.setdefault(now(tally.key[0]), []).append(tally)
    records: dict[PartnerId, Record] = {}
    for partner, rows in told.items():
        own = waits.get(partner, [])
        answered = sum(t.answered for t in rows)
        records[partner] = Record(
            answered=answered,
            decided=answered + sum(t.unanswered for t in rows),
            served=sum(t.served for t in rows),
            ended=sum(t.ended for t in rows),
            followed=sum(w.n for w in own),
            days=_half(own),
        )
    bound = frozenset(now(partner) for agreement in agreements for partner in agreement.partners)
    loads: Counter[PartnerId] = Counter()
    for tally in recent:
        loads[now(tally.key[0])] += tally.sent
    return History(records, bound, loads)


def _half(waited: Iterable[Waited]) -> int | None:
    """The day by which half of them had an answer; those without one have none yet."""
    own = list(waited)
    half, answered = sum(w.n for w in own) / 2, 0
    for wait in sorted((w for w in own if w.answered), key=lambda w: w.days):
        answered += wait.n
        if answered >= half:
            return wait.days
    return None
