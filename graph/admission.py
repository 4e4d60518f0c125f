"""Who may enter a service: every obstacle of one service, and an index that finds the services without any.

The rule is written once, in `obstacles`; the index is the same rule laid out for speed, and the tests hold the two
against each other.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from graph.merits import directness, lasting, welcome
from graph.model import (
    CommuneCode,
    Mode,
    NeedCode,
    Partner,
    PartnerId,
    PartnerStatus,
    Request,
    Service,
    ServiceId,
    SituationCode,
    Standing,
    TerritoryCode,
)

NO_AGE_LIMIT = 10_000


class Fault(StrEnum):
    """Why a service does not take this person, in the order the reasons are read."""

    PARTNER_CLOSED = "partner_closed"
    STANDING = "standing"
    CLOSED = "closed"
    CLOSED_UNTIL = "closed_until"
    FULL_UNTIL = "full_until"
    AGE = "age"
    TERRITORY = "territory"
    REQUIRED = "required_situation"
    EXCLUDED = "excluded_situation"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`situations`: those that would satisfy a required group, or the one that is ticked and not admitted."""

    fault: Fault
    situations: frozenset[SituationCode] = frozenset()


_AGE, _TERRITORY = Obstacle(Fault.AGE), Obstacle(Fault.TERRITORY)


def obstacles(
    service: Service,
    partner: Partner,
    request: Request,
    within: Collection[TerritoryCode],
    today: date,
) -> tuple[Obstacle, ...]:
    """Every obstacle, none forgotten because another comes first; empty when the service takes this person."""
    found: list[Obstacle] = []
    if partner.status is PartnerStatus.CLOSED:
        found.append(Obstacle(Fault.PARTNER_CLOSED))
    if partner.standing is not Standing.REFERABLE:
        found.append(Obstacle(Fault.STANDING))
    if service.closed:
        found.append(Obstacle(Fault.CLOSED))
    if service.closed_until is not None and today < service.closed_until:
        found.append(Obstacle(Fault.CLOSED_UNTIL))
    if service.full_until is not None and today < service.full_until:
        found.append(Obstacle(Fault.FULL_UNTIL))
    too_young = service.age_min is not None and request.age < service.age_min
    too_old = service.age_max is not None and request.age > service.age_max
    if too_young or too_old:
        found.append(_AGE)
    if service.territories.isdisjoint(within):
        found.append(_TERRITORY)
    conditions = service.conditions
    if conditions.required:
        missing = {group for group in conditions.required if group.isdisjoint(request.situations)}
        found.extend(Obstacle(Fault.REQUIRED, group) for group in sorted(missing, key=sorted))
    if conditions.excluded and not conditions.excluded.isdisjoint(request.situations):
        refused = sorted(conditions.excluded & request.situations)
        found.extend(Obstacle(Fault.EXCLUDED, frozenset({situation})) for situation in refused)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Venue:
    """Where and how a service is received; no place when nobody said where."""

    places: tuple[CommuneCode, ...]
    comes: bool
    remote: bool


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A service made ready: bounds as numbers, situations as bits, places numbered in `AdmissionIndex.venues`."""

    service: Service
    partner: Partner
    parent: Partner | None
    family: PartnerId | None  # the organisation at the top, for a partner that is a unit or has units
    low: int
    high: int
    required: tuple[int, ...]
    preferred: int
    excluded: int
    until: int  # ordinal of the day it takes people again, 0 when it does now
    venue: int
    internal: bool
    tied: bool  # to a sector
    worth: float  # before anybody asks, reach aside
    worth_welcomed: float  # for somebody in a situation it requires or prefers
    verified: int  # ordinal of the day, 0 when nobody did


Row = tuple[int, int, int, tuple[int, ...], int, tuple[Entry, float]]
"""Bounds, excluded and required bits, day it reopens, entry with its directness: what the inner loop unpacks."""


class AdmissionIndex:
    """Services by need and territory. Those that nobody can enter (closed, not referable) are in `meeting` only."""

    def __init__(self, partners: Mapping[PartnerId, Partner], services: Mapping[ServiceId, Service]) -> None:
        self.bits: dict[SituationCode, int] = {}
        self.venues: list[Venue] = []
        self.entries: dict[ServiceId, Entry] = {}
        self.of_partner: dict[PartnerId, tuple[Entry, ...]] = {}
        self._rows: dict[tuple[NeedCode, TerritoryCode], list[Row]] = {}
        self._meeting: dict[NeedCode, list[Entry]] = {}
        numbers: dict[Venue, int] = {}
        rows: defaultdict[tuple[NeedCode, TerritoryCode], list[Row]] = defaultdict(list)
        meeting: defaultdict[NeedCode, list[Entry]] = defaultdict(list)
        of_partner: defaultdict[PartnerId, list[Entry]] = defaultdict(list)
        wide: defaultdict[PartnerId, set[NeedCode]] = defaultdict(set)
        for service in services.values():
            wide[service.partner] |= service.needs
        families = _families(partners)
        for id in sorted(services):
            service = services[id]
            partner = partners[service.partner]
            venue = _venue(service, partner)
            parent = partners.get(partner.unit_of) if partner.unit_of is not None else None
            number = numbers.setdefault(venue, len(numbers))
            entry = self._entry(service, partner, parent, families.get(partner.id), number, len(wide[partner.id]))
            self.entries[id] = entry
            of_partner[partner.id].append(entry)
            for need in service.needs:
                meeting[need].append(entry)
            if partner.status is PartnerStatus.CLOSED or partner.standing is not Standing.REFERABLE or service.closed:
                continue
            for need in service.needs:
                direct = (entry, directness(service, need))
                row = (entry.low, entry.high, entry.excluded, entry.required, entry.until, direct)
                for territory in service.territories:
                    rows[need, territory].append(row)
        self.venues = list(numbers)
        self._rows = dict(rows)
        self._meeting = dict(meeting)
        self.of_partner = {id: tuple(found) for id, found in of_partner.items()}

    def meeting(self, need: NeedCode) -> list[Entry]:
        """Every service that meets *need*, whoever may enter, by id."""
        return self._meeting.get(need, [])

    def mask(self, situations: Collection[SituationCode]) -> int:
        """The ticked situations as bits; one that no service speaks of has none."""
        found = 0
        for situation in situations:
            found |= self.bits.get(situation, 0)
        return found

    def eligible(
        self, need: NeedCode, age: int, mask: int, within: Collection[TerritoryCode], today: date
    ) -> Iterator[tuple[Entry, float]]:
        """Services that meet *need* and take this person, with how directly they meet it.

        One that covers two of the territories comes twice.
        """
        day = today.toordinal()
        for territory in within:
            for low, high, excluded, required, until, found in self._rows.get((need, territory), ()):
                if low <= age <= high and not excluded & mask and day >= until:
                    for group in required:
                        if not group & mask:
                            break
                    else:
                        yield found

    def _entry(
        self,
        service: Service,
        partner: Partner,
        parent: Partner | None,
        family: PartnerId | None,
        venue: int,
        wide: int,
    ) -> Entry:
        conditions = service.conditions
        lasts = lasting(service, partner, wide)
        dates = [d.toordinal() for d in (service.full_until, service.closed_until) if d is not None]
        return Entry(
            service=service,
            partner=partner,
            parent=parent,
            family=family,
            low=service.age_min if service.age_min is not None else 0,
            high=service.age_max if service.age_max is not None else NO_AGE_LIMIT,
            required=tuple(self._bits(group) for group in conditions.required),
            preferred=self._bits(conditions.preferred),
            excluded=self._bits(conditions.excluded),
            until=max(dates, default=0),
            venue=venue,
            internal=service.internal,
            tied=bool(service.sectors),
            worth=lasts * welcome(service, False),
            worth_welcomed=lasts * welcome(service, True),
            verified=service.verified_on.toordinal() if service.verified_on is not None else 0,
        )

    def _bits(self, situations: Collection[SituationCode]) -> int:
        found = 0
        for situation in sorted(situations):
            found |= self.bits.setdefault(situation, 1 << len(self.bits))
        return found


def _venue(service: Service, partner: Partner) -> Venue:
    places = sorted(service.places)
    if not places and partner.commune is not None:
        places = [partner.commune]
    return Venue(tuple(places), Mode.MOBILE in service.modes, Mode.REMOTE in service.modes)


def _families(partners: Mapping[PartnerId, Partner]) -> dict[PartnerId, PartnerId]:
    """The organisation at the top of each partner that is a unit or has units."""
    tops = {id: _top(id, partners) for id in partners}
    sizes = Counter(tops.values())
    return {id: top for id, top in tops.items() if sizes[top] > 1}


def _top(id: PartnerId, partners: Mapping[PartnerId, Partner]) -> PartnerId:
    """Walks up to the organisation at the top; stops at a loop or at a parent that is not there."""
    seen = {id}
    while (parent := partners[id].unit_of) is not None and parent in partners and parent not in seen:
        seen.add(parent)
        id = parent
    return id
