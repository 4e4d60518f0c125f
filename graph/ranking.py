"""Who comes first: one worth per partner and need, then an order that keeps every need alive.

Every factor answers one question of an adviser. Their product is the worth of a service for a need: does it exist for
this need, does it welcome this situation, can the young person get there, does it serve the sector wished, is the
sheet sure? Partners then follow one another greedily: what is already covered by those before counts less and less.
"""

import hashlib
import heapq
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from graph.admission import AdmissionIndex, Entry
from graph.model import NeedCode, PartnerId, PartnerKind, Request, Service, Welcome
from graph.reach import NON_MOBILE, Reach, reach
from graph.reference import Reference

WORK_HEADINGS = frozenset({"formation", "emploi"})
"""Where the sector of the work wished matters."""
URGENT = frozenset({NeedCode("crise-suicidaire"), NeedCode("violences"), NeedCode("hebergement-urgence")})

_INCIDENTAL = 0.55  # a need the service may help with, beside those it exists for
_UNSAID = 0.7  # nobody said which needs it exists for
_FAMILY = 0.7  # each further unit of one organisation, for one need
_SEVERAL = (1.0, 0.6, 0.45, 0.35, 0.3)  # a partner that meets several needs, its strongest first
_INTERNAL = 0.9  # the adviser knows her own offer
_FRESH_DAYS = 365


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


@dataclass(slots=True, eq=False)
class Candidate:
    """A partner with an eligible service. `worths`, in hundredths, and bits stand in the order of the ticked needs."""

    id: PartnerId
    family: PartnerId
    entries: list[Entry]
    worths: list[int]
    needs: int = 0
    outside: int = 0  # needs met by a service that is not the Mission Locale's own
    main: int = 0  # among `outside`, needs that a service exists for
    load: int = 0
    met: tuple[int, ...] = ()  # for each need, how many placed members of the family meet it
    placed: bool = False
    score: int = 0

    @property
    def internal(self) -> bool:
        return not self.outside

    @property
    def strength(self) -> int:
        """Worth over all the needs it meets, whoever else is there."""
        return sum(self.worths)


@dataclass(frozen=True, slots=True)
class Weighing:
    """What the worth of a service depends on, computed once per request."""

    request: Request
    reference: Reference
    today: date
    mask: int
    mobile: bool
    reaches: dict[int, Reach] = field(default_factory=dict)

    def reach(self, entry: Entry, index: AdmissionIndex) -> Reach:
        found = self.reaches.get(entry.venue)
        if found is None:
            found = reach(self.reference, self.request.commune, index.venues[entry.venue], self.mobile)
            self.reaches[entry.venue] = found
        return found


def weighing(request: Request, index: AdmissionIndex, reference: Reference, today: date) -> Weighing:
    return Weighing(request, reference, today, index.mask(request.situations), NON_MOBILE not in request.situations)


def candidates(
    needs: Sequence[NeedCode], index: AdmissionIndex, weighing: Weighing, loads: Mapping[PartnerId, int]
) -> list[Candidate]:
    """Every partner that meets a need and takes this person; *needs* in a fixed order."""
    request, reference, today = weighing.request, weighing.reference, weighing.today
    within = reference.within(request.commune)
    found: dict[PartnerId, Candidate] = {}
    general: dict[int, float] = {}  # worth of an entry, need and sector aside
    for number, need in enumerate(needs):
        bit = 1 << number
        work = reference.needs[need].heading in WORK_HEADINGS
        for entry in index.eligible(need, request.age, weighing.mask, within, today):
            service = entry.service
            key = id(entry)
            base = general.get(key)
            first = base is None
            if base is None:
                base = general[key] = _general(entry, weighing) * weighing.reach(entry, index).worth
            worth = base * _directness(service, need)
            if work and service.sectors:
                worth *= _sector(service, request)
            candidate = found.get(service.partner)
            if candidate is None:
                candidate = found[service.partner] = Candidate(
                    service.partner, entry.family, [], [0] * len(needs), load=loads.get(service.partner, 0)
                )
            if first:
                candidate.entries.append(entry)
            candidate.needs |= bit
            if not service.internal:
                candidate.outside |= bit
                if need in service.main:
                    candidate.main |= bit
            hundredths = round(100 * worth)
            if hundredths > candidate.worths[number]:
                candidate.worths[number] = hundredths
    return list(found.values())


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
        self._families: defaultdict[PartnerId, list[Candidate]] = defaultdict(list)
        self._best = [1] * len(needs)
        for candidate in pool:
            self._families[candidate.family].append(candidate)
            self._group(candidate).waiting.append(candidate)
            for number, worth in enumerate(candidate.worths):
                if worth > self._best[number] and candidate.outside >> number & 1:
                    self._best[number] = worth
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
        """What *placed* brings counts less for those that follow, and much less for its own family."""
        for number, worth in enumerate(placed.worths):
            if placed.outside >> number & 1:
                self._covered[number] += min(1.0, worth / self._best[number])
                self._weights[number] = self._weight(number)
        for sibling in self._families[placed.family]:
            if not sibling.placed and sibling.needs & placed.needs:
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
        return sum(parts) * (_INTERNAL if group.internal else 1.0)

    def _group(self, candidate: Candidate) -> _Equals:
        key = (tuple(candidate.worths), candidate.internal, candidate.met)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Equals(*key)
        return group

    def _push(self, group: _Equals) -> None:
        heapq.heappush(self._heap, (-self._gain(group), next(self._serial), group))


def best_entry(candidate: Candidate, needs: Sequence[NeedCode], index: AdmissionIndex, weighing: Weighing) -> Entry:
    """The service to ask first: the one worth most over the ticked needs, the smallest id among equals."""

    reference = weighing.reference

    def total(entry: Entry) -> float:
        service = entry.service
        share = 0.0
        for need in needs:
            if need in service.needs:
                work = service.sectors and reference.needs[need].heading in WORK_HEADINGS
                share += _directness(service, need) * (_sector(service, weighing.request) if work else 1.0)
        return round(_general(entry, weighing) * weighing.reach(entry, index).worth * share, 9)

    return min(candidate.entries, key=lambda e: (-total(e), e.service.id))


def _directness(service: Service, need: NeedCode) -> float:
    if need in service.main:
        return 1.0
    return _INCIDENTAL if service.main else _UNSAID


def _sector(service: Service, request: Request) -> float:
    """Of a service tied to sectors, for a need of training or work: those wished first, the others last."""
    if not request.sectors:
        return 0.85
    return 0.4 if service.sectors.isdisjoint(request.sectors) else 1.6


def _general(entry: Entry, weighing: Weighing) -> float:
    service = entry.service
    worth = _welcome(entry, weighing.mask)
    if entry.breadth > 3:
        worth *= max(0.8, 1 - 0.04 * (entry.breadth - 3))  # specific before general
    if entry.wide > 2:
        worth *= max(0.9, 1 - 0.01 * (entry.wide - 2))
    if entry.partner.kind is PartnerKind.GROUP:
        worth *= 0.9  # somebody in particular before « the agencies »
    if entry.high - entry.low <= 12:
        worth *= 1.05  # made for this age
    if entry.local:
        worth *= 1.03
    if service.verified_on is not None:
        age = (weighing.today - service.verified_on).days
        return worth * (1.03 if age <= _FRESH_DAYS else 1.0 if age <= 2 * _FRESH_DAYS else 0.98)
    return worth * 0.95 if service.to_confirm else worth


def _welcome(entry: Entry, mask: int) -> float:
    """Exclusive before preferential before unconditional, for the situations that are ticked."""
    welcome = entry.service.welcome
    if entry.required:
        return 1.6 if welcome is Welcome.EXCLUSIVE else 1.4
    if entry.preferred & mask:
        return {Welcome.EXCLUSIVE: 1.6, Welcome.PREFERENTIAL: 1.3, Welcome.UNCONDITIONAL: 1.15}[welcome]
    if entry.preferred:
        return {Welcome.EXCLUSIVE: 0.75, Welcome.PREFERENTIAL: 0.85, Welcome.UNCONDITIONAL: 1.0}[welcome]
    return 1.0
