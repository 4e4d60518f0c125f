"""What else must be withheld so that no sum gives a hidden number back: complementary suppression. Pure.

The reader is taken to know every number that is printed, which numbers add up to which, and how a hidden one is read
(« moins de 5 » is from 1 to 4). Bounds go from sum to sum until none gets tighter; a hidden number is safe when they
leave everything that its wording leaves. Where they leave less, another number of the sum that tightened them goes.
"""

from collections import deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from graph.statistics import LEAST

_ROOM = LEAST - 2
"""What a number that is withheld must have above five to make room for all of one to four."""
DEAR = 1000
"""What nothing else makes up for: it is told, whatever it gives back with the others."""
_VISITS = 30
_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Number:
    """`few`: hidden, and read as one from the first to the last. `told`: printed, when not hidden.

    `most`: the highest that a hidden one may be for the reader, where that is more than `few` says. `silent`: hidden
    without a word of how few. `dear`: of two that would do, the one with the lower is withheld.
    """

    value: int
    few: tuple[int, int] | None = None
    told: bool = True
    most: int = 0
    silent: bool = False
    dear: int = 1


@dataclass(frozen=True, slots=True)
class Sum:
    """The total is the sum of its parts; of one part only, it is the same number told twice."""

    total: Hashable
    parts: tuple[Hashable, ...]


@dataclass(slots=True)
class _Merged:
    """One number under all its keys."""

    keys: list[Hashable]
    value: int
    few: tuple[int, int] | None
    told: bool
    most: int
    silent: bool
    dear: int
    gone: bool = False

    @property
    def open(self) -> bool:
        return self.told and self.few is None and not self.gone

    @property
    def prior(self) -> tuple[float, float]:
        if self.few is not None:
            return (0, inf) if self.silent else (self.few[0], max(self.few[1], self.most, self.value))
        if self.gone:
            return LEAST, inf
        return (self.value, self.value) if self.told else (0, inf)


class Withholding:
    """`withheld`: keys that are not printed, besides those hidden by themselves; `known`: what can be worked out."""

    def __init__(self, numbers: Mapping[Hashable, Number], sums: Iterable[Sum]) -> None:
        held = [s for s in sums if _holds(s, numbers)]
        self._place = _places(numbers, held)
        self._numbers = _merged(numbers, self._place)
        self._rows = [(self._place[s.total], tuple(self._place[p] for p in s.parts)) for s in held if len(s.parts) != 1]
        self._of: list[list[int]] = [[] for _ in self._numbers]
        for number, (total, parts) in enumerate(self._rows):
            for place in {total, *parts}:
                self._of[place].append(number)
        self._wanted = self._at_best()
        self._settle()
        self._tell_what_is_known()
        self.withheld = frozenset(
            key
            for one in self._numbers
            if one.gone or one.few is not None
            for key in one.keys
            if numbers[key].told and numbers[key].few is None
        )

    def known(self, key: Hashable) -> bool:
        """Whether a reader can work it out exactly."""
        if key not in self._place:
            return False
        low, high = self.bounds(key)
        return low == high

    def bounds(self, key: Hashable) -> tuple[float, float]:
        return self._low[self._place[key]], self._high[self._place[key]]

    def _at_best(self) -> dict[int, tuple[float, float]]:
        """What must stay possible of each hidden number: what its wording says, less what the other wordings exclude.

        Two parts that are « moins de 5 » make a whole of two at least, whatever else is withheld.
        """
        gone = [one for place, one in enumerate(self._numbers) if self._may_go(place)]
        for one in gone:
            one.gone = True
        self._spread()
        for one in gone:
            one.gone = False
        return {
            place: (max(one.few[0], self._low[place]), min(one.few[1], self._high[place]))
            for place, one in enumerate(self._numbers)
            if one.few is not None
        }

    def _settle(self) -> None:
        for _ in range(_ROUNDS):
            self._spread()
            served: set[int] = set()
            for place, (low, high) in self._wanted.items():
                why = self._why_low[place] if self._low[place] > low else None
                if why is None and self._high[place] < high:
                    why = self._why_high[place]
                if why is None or why in served:
                    continue
                served.add(why)
                chosen = self._candidate(why, place)
                if chosen is not None:
                    self._numbers[chosen].gone = True
            if not served:
                return
        self._spread()

    def _tell_what_is_known(self) -> None:
        """What was withheld in vain is told: it is worked out of what is printed, so that printing it tells nothing."""
        for place, one in enumerate(self._numbers):
            if one.gone and self._low[place] == self._high[place]:
                one.gone = False

    def _candidate(self, row: int, place: int) -> int | None:
        """The one to withhold: in the sum itself, else in the nearest one that tells what the sum needs."""
        seen, layer = {row}, [row]
        nearest: list[int] = []
        passed = {place}
        while layer:
            members = {one for number in layer for one in (self._rows[number][0], *self._rows[number][1])} - passed
            passed |= members
            shut = [one for one in members if not self._numbers[one].open]
            # one that was withheld already, and is worked out elsewhere: that is where to go on
            through = [one for one in shut if self._numbers[one].gone and self._low[one] == self._high[one]]
            free = [one for one in members if self._may_go(one)]
            if free and not through:
                nearest = free
                break
            nearest = nearest or free
            around = {why for one in through or shut for why in (self._why_low[one], self._why_high[one])}
            layer = sorted({why for why in around if why is not None} - seen)
            seen.update(layer)
        return min(nearest, key=self._worth, default=None)

    def _may_go(self, place: int) -> bool:
        one = self._numbers[place]
        return one.open and one.value >= LEAST and one.dear < DEAR

    def _worth(self, place: int) -> tuple[int, bool, int, int]:
        one = self._numbers[place]
        return one.dear, one.value < LEAST + _ROOM, one.value, place

    def _spread(self) -> None:
        priors = [one.prior for one in self._numbers]
        self._low, self._high = [low for low, _ in priors], [high for _, high in priors]
        self._why_low: list[int | None] = [None] * len(priors)
        self._why_high: list[int | None] = [None] * len(priors)
        visits = [0] * len(self._rows)
        queue = deque(range(len(self._rows)))
        waiting = set(queue)
        while queue:
            row = queue.popleft()
            waiting.discard(row)
            visits[row] += 1
            for place in self._tighten(row):
                for other in self._of[place]:
                    if other != row and other not in waiting and visits[other] < _VISITS:
                        queue.append(other)
                        waiting.add(other)

    def _tighten(self, row: int) -> list[int]:
        low, high = self._low, self._high
        total, parts = self._rows[row]
        least = sum(low[p] for p in parts)
        unbounded = sum(high[p] == inf for p in parts)
        most = sum(high[p] for p in parts if high[p] != inf)
        changed: set[int] = set()

        def raise_(place: int, value: float) -> None:
            if value > low[place]:
                low[place], self._why_low[place] = value, row
                changed.add(place)

        def lower(place: int, value: float) -> None:
            if value < high[place]:
                high[place], self._why_high[place] = value, row
                changed.add(place)

        raise_(total, least)
        if not unbounded:
            lower(total, most)
        news: list[tuple[int, float, float]] = []
        for p in parts:
            others = inf if unbounded - (high[p] == inf) else most - (0 if high[p] == inf else high[p])
            news.append((p, low[total] - others, high[total] - (least - low[p])))
        for p, above, below in news:
            raise_(p, above)
            lower(p, below)
        return sorted(changed)


def _holds(one: Sum, numbers: Mapping[Hashable, Number]) -> bool:
    """A sum that is not one in these numbers (somebody counts twice, a part is not told) gives nothing back."""
    return numbers[one.total].value == sum(numbers[p].value for p in one.parts)


def _places(numbers: Mapping[Hashable, Number], sums: Sequence[Sum]) -> dict[Hashable, int]:
    """The place of each number; those that are the same have one."""
    first: dict[Hashable, Hashable] = {key: key for key in numbers}

    def root(key: Hashable) -> Hashable:
        while first[key] != key:
            first[key] = first[first[key]]
            key = first[key]
        return key

    for one in sums:
        if len(one.parts) == 1:
            first[root(one.total)] = root(one.parts[0])
    order: dict[Hashable, int] = {}
    return {key: order.setdefault(root(key), len(order)) for key in numbers}


def _merged(numbers: Mapping[Hashable, Number], place: Mapping[Hashable, int]) -> list[_Merged]:
    found: dict[int, _Merged] = {}
    for key, number in numbers.items():
        held = found.get(place[key])
        if held is None:
            found[place[key]] = _Merged(
                [key],
                number.value,
                number.few,
                number.told,
                number.most,
                number.silent,
                number.dear if number.told else 0,
            )
            continue
        held.keys.append(key)
        held.told = held.told or number.told
        if number.few is not None:
            held.silent = number.silent and (held.few is None or held.silent)
        held.few = min((few for few in (held.few, number.few) if few is not None), default=None)
        held.most = max(held.most, number.most)
        held.dear += number.dear if number.told else 0
    return [found[number] for number in range(len(found))]
