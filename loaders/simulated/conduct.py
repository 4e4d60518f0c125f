"""How each partner behaves: its ordinary rates, and the facts of the planted year laid over them.

Shares are spread evenly rather than drawn one by one: a partner of forty referrals that refuses one in ten refuses
four of them, so that what stands out in a year is what was meant to stand out.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import exp
from random import Random
from statistics import NormalDist

from graph.facts import ADULTS, DISTRICT, ISLANDERS, MINORS
from graph.model import PartnerId
from graph.reference import QPV, Reference
from loaders.simulated.offers import Rates
from loaders.simulated.plan import Sending
from loaders.simulated.youths import Youth

_SPREAD = 0.5
_GOLDEN = 0.6180339887498949
_NORMAL = NormalDist()


def belongs(youth: Youth, public: str, reference: Reference) -> bool:
    """Whether this young person is of the public that a refusal is about."""
    if public == MINORS:
        return youth.age < 18
    if public == ADULTS:
        return youth.age >= 18
    if public == DISTRICT:
        return QPV in youth.situations
    if public == ISLANDERS:
        return reference.communes[youth.commune].island is not None
    return public in youth.situations


@dataclass(slots=True)
class Planted:
    """What the facts say of each partner in `year`."""

    year: int = 0
    slow: dict[PartnerId, tuple[date, float]] = field(default_factory=dict)
    silent: dict[PartnerId, float] = field(default_factory=dict)
    refused: dict[PartnerId, list[tuple[str, float]]] = field(default_factory=lambda: defaultdict(list))
    missed: dict[PartnerId, float] = field(default_factory=dict)
    served: dict[PartnerId, float] = field(default_factory=dict)
    kept: set[PartnerId] = field(default_factory=set)
    """Partners of a fact: nobody is sent there, or taken from there, by the way."""
    exact: set[PartnerId] = field(default_factory=set)
    """Whose number of referrals is the fact."""
    concentrated: set[str] = field(default_factory=set)
    """Needs whose shares are the fact."""


class Conduct:
    def __init__(
        self, rates: Mapping[PartnerId, Rates], planted: Planted, reference: Reference, random: Random
    ) -> None:
        self._rates = rates
        self.planted = planted
        self._reference = reference
        self._random = random
        self._held: dict[tuple[str, ...], float] = {}

    def now(self, sending: Sending) -> bool:
        """Whether the facts hold of it."""
        return sending.day.year == self.planted.year

    def steady(self, sending: Sending) -> bool:
        """Whether it is of a fact, and no accident should blur it."""
        return self.now(sending) and sending.partner in self.planted.kept

    def silent(self, sending: Sending) -> bool:
        share = self._rates[sending.partner].silent
        if self.now(sending):
            share = self.planted.silent.get(sending.partner, share)
        return self._spread(share, sending, "silent")

    def refuses(self, sending: Sending) -> bool:
        share, of = self._rates[sending.partner].refused, ""
        if self.now(sending):
            for public, planted in self.planted.refused.get(sending.partner, ()):
                if belongs(sending.youth, public, self._reference):
                    share, of = planted, public
        # those who are refused for one thing are no younger, and live no more in one place, than those who are not
        others = f"{sending.youth.age < 18}{QPV in sending.youth.situations if of else ''}"
        return self._spread(share, sending, "refused", of, others)

    def misses(self, sending: Sending) -> bool:
        share = self._rates[sending.partner].missed
        if self.now(sending):
            share = self.planted.missed.get(sending.partner, share)
        return self._spread(share, sending, "missed")

    def serves(self, sending: Sending) -> bool:
        share = self._rates[sending.partner].served
        if self.now(sending):
            share = self.planted.served.get(sending.partner, share)
        return self._spread(share, sending, "served")

    def slow(self, sending: Sending) -> bool:
        found = self.planted.slow.get(sending.partner)
        return found is not None and self.now(sending) and sending.day >= found[0]

    def decides(self, sending: Sending) -> bool:
        """Whether it accepts or refuses at once: what is under study at the end of the year would hide its refusals."""
        return self.now(sending) and sending.partner in self.planted.refused

    def wait(self, sending: Sending) -> int:
        """Days before an answer: their median is the partner's, their spread that of everybody."""
        median = self._rates[sending.partner].median
        slow = self.slow(sending)
        if slow:
            median = self.planted.slow[sending.partner][1]
        place = self._next(("wait", sending.partner, str(slow)), _GOLDEN)
        spread = _SPREAD if not slow else _SPREAD / 2
        return max(0, round(median * exp(spread * _NORMAL.inv_cdf(min(0.995, max(0.005, place))))))

    def _spread(self, share: float, sending: Sending, what: str, *of: str) -> bool:
        key = (what, sending.partner, str(self.now(sending)), *of)
        before = self._held.get(key)
        if before is None:
            before = self._random.random()
        total = before + share
        self._held[key] = total - 1 if total >= 1 else total
        return total >= 1

    def _next(self, key: tuple[str, ...], step: float) -> float:
        before = self._held.get(key)
        found = self._random.random() if before is None else (before + step) % 1
        self._held[key] = found
        return found
