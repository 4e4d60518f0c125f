"""Who comes first: one worth per partner and need, then an order that keeps every need alive.

Every factor answers one question of an adviser. Their product is the worth of a service for a need: does it exist for
this need, does it welcome this situation, can the young person get there, does it serve the sector wished, is the
sheet sure? Partners then follow one another greedily: what is already covered by those before counts less and less.
"""

import hashlib
import heapq
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from graph.admission import AdmissionIndex, Entry
from graph.model import NeedCode, PartnerId, Request, SituationCode, Welcome
from graph.reach import Reach, reach
from graph.reference import Reference

NON_MOBILE = SituationCode("non-mobile")
WORK_HEADINGS = frozenset({"formation", "emploi"})
"""Where the sector of the work wished matters."""
URGENT = frozenset({NeedCode("crise-suicidaire"), NeedCode("violences"), NeedCode("hebergement-urgence")})

HEAD = 30
"""So many partners are placed with regard to those before them; the rest follows by what it would still add."""

_INCIDENTAL = 0.45  # a need the service may help with, beside those it exists for
_UNSAID = 0.7  # nobody said which needs it exists for
_FADING = 0.5  # a second partner for a need counts half
_FAMILY = 0.35  # a second unit of one organisation, for one need
_SEVERAL = (1.0, 0.6, 0.45, 0.35, 0.3)  # a partner that meets several needs, its strongest first
_FRESH_DAYS = 365


@dataclass(slots=True, eq=False)
class Candidate:
    """A partner with an eligible service. `worths` and the bits stand in the order of the ticked needs."""

    id: PartnerId
    family: PartnerId
    entries: list[Entry]
    worths: list[float]
    needs: int = 0
    outside: int = 0  # needs met by a service that is not the Mission Locale's own
    main: int = 0  # among `outside`, needs that a service exists for
    load: int = 0
    tie: bytes = b""
    score: int = 0

    @property
    def internal(self) -> bool:
        return not self.outside

    @property
    def strength(self) -> int:
        """Worth over all the needs it meets, whoever else is there; in hundredths."""
        return round(100 * sum(self.worths))


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
        work = bool(request.sectors) and reference.needs[need].heading in WORK_HEADINGS
        tied = reference.needs[need].heading in WORK_HEADINGS
        for entry in index.eligible(need, request.age, weighing.mask, within, today):
            service = entry.service
            key = id(entry)
            base = general.get(key)
            first = base is None
            if base is None:
                base = general[key] = _general(entry, weighing) * weighing.reach(entry, index).worth
            main = need in service.main
            worth = base if main else base * (_INCIDENTAL if service.main else _UNSAID)
            if tied and service.sectors:
                worth *= (0.4 if service.sectors.isdisjoint(request.sectors) else 1.6) if work else 0.85
            candidate = found.get(service.partner)
            if candidate is None:
                candidate = found[service.partner] = Candidate(
                    service.partner, entry.family, [], [0.0] * len(needs), load=loads.get(service.partner, 0)
                )
            if first:
                candidate.entries.append(entry)
            candidate.needs |= bit
            if not service.internal:
                candidate.outside |= bit
                if main:
                    candidate.main |= bit
            if worth > candidate.worths[number]:
                candidate.worths[number] = worth
    return list(found.values())


def ranked(needs: Sequence[NeedCode], pool: Sequence[Candidate], request: Request) -> list[Candidate]:
    """All of *pool*, best first; `score` is what each adds to those before it, in hundredths, never increasing."""
    canonical = canonical_hash(request)
    for candidate in pool:
        candidate.tie = tie(canonical, candidate.id)
    best = [max((c.worths[n] for c in pool if c.outside >> n & 1), default=1.0) for n in range(len(needs))]
    urgency = [1.15 if need in URGENT else 1.0 for need in needs]
    covered = [0.0] * len(needs)
    met: set[tuple[PartnerId, int]] = set()

    def gain(candidate: Candidate) -> int:
        parts: list[float] = []
        for number, worth in enumerate(candidate.worths):
            if worth:
                already = covered[number]
                worth *= urgency[number] * (pow(_FADING, already) + (0.5 * (1 - already) if already < 1 else 0.0))
                if (candidate.family, number) in met:
                    worth *= _FAMILY
                parts.append(worth)
        if len(parts) == 1:
            total = parts[0]
        else:
            parts.sort(reverse=True)
            last = len(_SEVERAL) - 1
            total = sum(worth * _SEVERAL[min(rank, last)] for rank, worth in enumerate(parts))
        return round(100 * total * (0.75 if candidate.internal else 1.0))

    # a gain never grows as others are placed, so a stored one that is still true is the greatest
    heap = [(-gain(c), c.load, c.tie, number) for number, c in enumerate(pool)]
    heapq.heapify(heap)
    order: list[Candidate] = []
    while heap and len(order) < HEAD:
        stored, load, key, number = heapq.heappop(heap)
        candidate = pool[number]
        now = -gain(candidate)
        if now != stored:
            heapq.heappush(heap, (now, load, key, number))
            continue
        candidate.score = -now
        order.append(candidate)
        for n, worth in enumerate(candidate.worths):
            if worth:
                met.add((candidate.family, n))
                if candidate.outside >> n & 1:
                    covered[n] += min(1.0, worth / best[n])
    rest = sorted((-gain(pool[number]), load, key, number) for _, load, key, number in heap)
    for now, _, _, number in rest:
        pool[number].score = -now
        order.append(pool[number])
    return order


def best_entry(candidate: Candidate, needs: Sequence[NeedCode], index: AdmissionIndex, weighing: Weighing) -> Entry:
    """The service to ask first: the one worth most over the ticked needs, the smallest id among equals."""

    def total(entry: Entry) -> float:
        base = _general(entry, weighing) * weighing.reach(entry, index).worth
        service = entry.service
        share = 0.0
        for need in needs:
            if need in service.needs:
                share += 1.0 if need in service.main else _INCIDENTAL if service.main else _UNSAID
        if weighing.request.sectors and service.sectors:
            share *= 0.4 if service.sectors.isdisjoint(weighing.request.sectors) else 1.6
        return round(base * share, 9)

    return min(candidate.entries, key=lambda e: (-total(e), e.service.id))


def canonical_hash(request: Request) -> "hashlib._Hash":
    """Of everything that makes the answer, the limit aside: it only cuts."""
    text = json.dumps(
        [request.age, request.commune, sorted(request.needs), sorted(request.situations), sorted(request.sectors)],
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode())


def tie(canonical: "hashlib._Hash", partner: PartnerId) -> bytes:
    """Equal partners take turns from one request to another; the same request gives the same answer."""
    mixed = canonical.copy()
    mixed.update(partner.encode())
    return mixed.digest()


def _general(entry: Entry, weighing: Weighing) -> float:
    service = entry.service
    worth = _welcome(entry, weighing.mask)
    if entry.breadth > 3:
        worth *= max(0.8, 1 - 0.04 * (entry.breadth - 3))  # specific before general
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
        return 1.4 if welcome is Welcome.EXCLUSIVE else 1.25
    if entry.preferred & mask:
        return {Welcome.EXCLUSIVE: 1.4, Welcome.PREFERENTIAL: 1.2, Welcome.UNCONDITIONAL: 1.1}[welcome]
    if entry.preferred:
        return {Welcome.EXCLUSIVE: 0.75, Welcome.PREFERENTIAL: 0.85, Welcome.UNCONDITIONAL: 1.0}[welcome]
    return 1.0
