"""An order of partners that keeps every need alive: what those before already cover counts less and less."""

import hashlib
import heapq
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count

from graph.model import NeedCode, PartnerId, Request
from graph.weighing import Candidate

URGENT = frozenset({NeedCode("crise-suicidaire"), NeedCode("violences"), NeedCode("hebergement-urgence")})

_FAMILY = 0.7  # each further unit of one organisation, for one need
_SEVERAL = (1.0, 0.6, 0.45, 0.35, 0.3)  # a partner that meets several needs, its strongest first


class Ties:
    """SHA-256 of the canonical request and the partner's id, the limit aside: it only cuts.

    Equal partners take turns from one request to another; the same request gives the same answer.
    """

    def __init__(self, request: Request) -> None:
        text = json.dumps(
            [request.age, request.commune, sorted(request.needs), sorted(request.situations), sorted(request.sectors)],
            separators=(",", ":"),
        )
        self._request = hashlib.sha256(text.encode())

    def __call__(self, partner: PartnerId) -> bytes:
        mixed = self._request.copy()
        mixed.update(partner.encode())
        return mixed.digest()


def ranked(needs: Sequence[NeedCode], pool: Iterable[Candidate], ties: Ties, most: int) -> list[Candidate]:
    """The first *most* of *pool*, best first; a smaller *most* gives the start of the same list.

    `score` is what each adds to those before it, in hundredths; it never increases.
    """
    order = _Order(needs, pool, ties)
    placed: list[Candidate] = []
    while len(placed) < most and (following := order.place()) is not None:
        placed.append(following)
    return placed


@dataclass(slots=True, eq=False)
class _Equals:
    """Candidates that nothing tells apart: same worth for every need, needs met as often by their family."""

    worths: tuple[int, ...]
    internal: bool
    met: tuple[int, ...]
    waiting: list[Candidate] = field(default_factory=list)
    turns: list[tuple[int, bytes, PartnerId, Candidate]] = field(default_factory=list)

    def first(self, ties: Ties) -> tuple[int, bytes, PartnerId, Candidate] | None:
        """The one whose turn it is: lightest recent load, then the tie rule. None when all have gone."""
        while self.waiting:
            candidate = self.waiting.pop()
            heapq.heappush(self.turns, (candidate.load, ties(candidate.id), candidate.id, candidate))
        while self.turns and (self.turns[0][3].placed or self.turns[0][3].met != self.met):
            heapq.heappop(self.turns)
        return self.turns[0] if self.turns else None


class _Order:
    """Places one candidate after the other.

    What a group would add never grows as others are placed, so a stored gain that is still true is the greatest.
    """

    def __init__(self, needs: Sequence[NeedCode], pool: Iterable[Candidate], ties: Ties) -> None:
        self._ties = ties
        self._groups: dict[tuple[tuple[int, ...], bool, tuple[int, ...]], _Equals] = {}
        self._heap: list[tuple[float, int, _Equals]] = []
        self._serial = count()
        self._families: defaultdict[tuple[PartnerId, bool], list[Candidate]] = defaultdict(list)
        self._best = [1] * len(needs)
        for candidate in pool:
            if candidate.family is not None:
                self._families[candidate.family, candidate.reserved].append(candidate)
            self._group(candidate).waiting.append(candidate)
        for group in self._groups.values():
            if not group.internal:
                self._best = [max(both) for both in zip(self._best, group.worths, strict=True)]
        self._urgency = [1.15 if need in URGENT else 1.0 for need in needs]
        self._covered = [0.0] * len(needs)
        self._weights = [self._weight(number) for number in range(len(needs))]
        for group in self._groups.values():
            self._push(group)

    def place(self) -> Candidate | None:
        """The next one; None when all are placed."""
        equal: list[tuple[float, _Equals, tuple[int, bytes, PartnerId, Candidate]]] = []
        while self._heap and (not equal or self._heap[0][0] == equal[0][0]):
            stored, _, group = heapq.heappop(self._heap)
            turn = group.first(self._ties) if -self._gain(group) == stored else None
            if turn is not None:
                equal.append((stored, group, turn))
            elif group.waiting or group.turns:
                self._push(group)
        if not equal:
            return None
        stored, _, (_, _, _, candidate) = min(equal, key=lambda e: e[2][:3])
        candidate.placed = True
        candidate.score = round(-stored)
        for _, group, _ in equal:
            self._push(group)
        self._count(candidate)
        return candidate

    def _count(self, placed: Candidate) -> None:
        """What *placed* brings counts less for those that follow, and less still for the other units of its family.

        A unit reserved for a situation does not repeat what its organisation offers to everybody.
        """
        for number, worth in enumerate(placed.worths):
            if placed.outside >> number & 1:
                self._covered[number] += min(1.0, worth / self._best[number])
                self._weights[number] = self._weight(number)
        for sibling in self._families[placed.family, placed.reserved] if placed.family is not None else ():
            if not sibling.placed and sibling.needs & placed.needs and not _one_above_the_other(placed, sibling):
                before = sibling.met or (0,) * len(placed.worths)
                sibling.met = tuple(n + (placed.needs >> number & 1) for number, n in enumerate(before))
                group = self._group(sibling)
                group.waiting.append(sibling)
                self._push(group)

    def _weight(self, number: int) -> float:
        covered = self._covered[number]
        return self._urgency[number] * (1 / (1 + covered) ** 2 + 0.5 * max(0.0, 1 - covered))

    def _gain(self, group: _Equals) -> float:
        parts = [worth * weight for worth, weight in zip(group.worths, self._weights, strict=True) if worth]
        if group.met:
            parts = [
                worth * weight * _FAMILY**met
                for worth, weight, met in zip(group.worths, self._weights, group.met, strict=True)
                if worth
            ]
        if len(parts) > 1:
            parts.sort(reverse=True)
            last = len(_SEVERAL) - 1
            parts = [worth * _SEVERAL[min(rank, last)] for rank, worth in enumerate(parts)]
        return sum(parts)

    def _group(self, candidate: Candidate) -> _Equals:
        key = (tuple(candidate.worths), candidate.internal, candidate.met)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Equals(*key)
        return group

    def _push(self, group: _Equals) -> None:
        heapq.heappush(self._heap, (-self._gain(group), next(self._serial), group))


def _one_above_the_other(a: Candidate, b: Candidate) -> bool:
    """Whether one is a unit of the other: two doors, of which lists and advisers name now the one, now the other."""
    return any(
        unit.entries[0].parent is not None and unit.entries[0].parent.id == organisation.id
        for unit, organisation in ((a, b), (b, a))
    )
