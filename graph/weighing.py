"""Every partner that fits, with what it is worth for each ticked need."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from graph import merits
from graph.admission import AdmissionIndex, Entry
from graph.history import History
from graph.model import NeedCode, PartnerId, Request
from graph.reach import NON_MOBILE, Reach, reach
from graph.reference import Reference

WORK_HEADINGS = frozenset({"formation", "emploi"})
"""Where the sector of the work wished matters."""


@dataclass(slots=True, eq=False)
class Candidate:
    """A partner with an eligible service. `worths`, in hundredths, and bits stand in the order of the ticked needs."""

    id: PartnerId
    family: PartnerId | None
    entries: list[Entry]
    worths: list[int]
    needs: int = 0
    outside: int = 0  # needs met by a service that is not the Mission Locale's own
    main: int = 0  # among `outside`, needs that a service exists for
    reserved: bool = True  # for people in a situation, with all its services that fit
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
    """What the worth of a service depends on besides itself; each venue is measured once."""

    request: Request
    index: AdmissionIndex
    reference: Reference
    today: date
    mask: int
    history: History
    reaches: dict[int, Reach] = field(default_factory=dict)

    def reach(self, entry: Entry) -> Reach:
        found = self.reaches.get(entry.venue)
        if found is None:
            mobile = NON_MOBILE not in self.request.situations
            found = reach(self.reference, self.request.commune, self.index.venues[entry.venue], mobile)
            self.reaches[entry.venue] = found
        return found

    def worth(self, entry: Entry) -> float:
        """For this person, whatever the need."""
        worth = entry.worth_welcomed if entry.required or entry.preferred & self.mask else entry.worth
        if entry.verified:
            worth *= merits.freshness(self.today.toordinal() - entry.verified)
        return worth * self.reach(entry).worth * self.history.worth(entry.partner.id)


def weighing(request: Request, index: AdmissionIndex, reference: Reference, today: date, history: History) -> Weighing:
    return Weighing(request, index, reference, today, index.mask(request.situations), history)


def candidates(needs: Sequence[NeedCode], weighing: Weighing) -> list[Candidate]:
    """Every partner that meets a need and takes this person; *needs* in a fixed order."""
    request, reference, index = weighing.request, weighing.reference, weighing.index
    within, loads = reference.within(request.commune), weighing.history.loads
    found: dict[PartnerId, Candidate] = {}
    general: dict[Entry, float] = {}  # worth of an entry, need and sector aside
    for number, need in enumerate(needs):
        bit = 1 << number
        work = reference.needs[need].heading in WORK_HEADINGS
        for entry, directness in index.eligible(need, request.age, weighing.mask, within, weighing.today):
            base = general.get(entry)
            first = base is None
            if base is None:
                base = general[entry] = weighing.worth(entry)
            worth = base * directness
            if work and entry.tied:
                worth *= merits.sector(entry.service, request)
            id = entry.partner.id
            candidate = found.get(id)
            if candidate is None:
                candidate = found[id] = Candidate(id, entry.family, [], [0] * len(needs), load=loads.get(id, 0))
            if first:
                candidate.entries.append(entry)
                candidate.reserved = candidate.reserved and bool(entry.required)
            candidate.needs |= bit
            if not entry.internal:
                candidate.outside |= bit
                if directness == merits.MAIN:
                    candidate.main |= bit
            hundredths = round(100 * worth)
            if hundredths > candidate.worths[number]:
                candidate.worths[number] = hundredths
    return list(found.values())


def best_entry(candidate: Candidate, needs: Sequence[NeedCode], weighing: Weighing) -> Entry:
    """The service to ask first: the one worth most over the ticked needs, the smallest id among equals."""

    def total(entry: Entry) -> float:
        service = entry.service
        share = 0.0
        for need in needs:
            if need in service.needs:
                work = service.sectors and weighing.reference.needs[need].heading in WORK_HEADINGS
                share += merits.directness(service, need) * (merits.sector(service, weighing.request) if work else 1.0)
        return round(weighing.worth(entry) * share, 9)

    return min(candidate.entries, key=lambda e: (-total(e), e.service.id))
