"""Which partners fit a young person, with the habits of those who send there and the ordinary rates of each."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random

from graph.admission import obstacles
from graph.directory import Directory
from graph.model import NeedCode, PartnerId, PartnerStatus, Service, ServiceId, Standing, TerritoryCode
from graph.reference import Reference
from loaders.simulated import figures
from loaders.simulated.youths import Youth

_NEAR, _INDIRECT = 1.4, 0.6


@dataclass(frozen=True, slots=True)
class Rates:
    """How a partner ordinarily answers: days, then shares of the referrals each is said of."""

    median: float  # days before an answer
    silent: float  # of those whose waiting ends
    refused: float  # of those that are answered
    missed: float  # of first appointments
    served: float  # of those that ended


@dataclass(slots=True)
class Bans:
    """Where a fact forbids to send anybody: a partner between two days, a need of a territory from a day on."""

    partners: dict[PartnerId, list[tuple[date, date]]] = field(default_factory=lambda: defaultdict(list))
    needs: dict[tuple[NeedCode, TerritoryCode], date] = field(default_factory=dict)

    def partner(self, partner: PartnerId, day: date) -> bool:
        return any(first <= day <= last for first, last in self.partners.get(partner, ()))

    def need(self, need: NeedCode, epci: TerritoryCode, day: date) -> bool:
        first = self.needs.get((need, epci))
        return first is not None and day >= first


Offer = tuple[PartnerId, ServiceId]


class Offers:
    """The directory as those who send young people see it; the Mission Locale's own offer is never a referral."""

    def __init__(self, directory: Directory, reference: Reference, random: Random, bans: Bans) -> None:
        self.directory = directory
        self.reference = reference
        self.bans = bans
        self.rates: dict[PartnerId, Rates] = {}
        self._habit: dict[tuple[PartnerId, TerritoryCode], float] = {}
        for id in sorted(directory.partners):
            self.rates[id] = Rates(
                random.uniform(*figures.ANSWER_DAYS),
                random.uniform(*figures.SILENT),
                random.uniform(*figures.REFUSED),
                random.uniform(*figures.MISSED),
                random.uniform(*figures.SERVED),
            )
            for epci in sorted(reference.epcis):
                self._habit[id, epci] = random.uniform(0.6, 1.4)
        self._near = {s.id: self._epcis(s) for s in directory.services.values()}

    def _epcis(self, service: Service) -> frozenset[TerritoryCode]:
        commune = self.directory.partners[service.partner].commune
        places = service.places or ({commune} if commune is not None else ())
        return frozenset(self.reference.communes[p].epci for p in places if p in self.reference.communes)

    def epci(self, youth: Youth) -> TerritoryCode:
        return self.reference.communes[youth.commune].epci

    def fitting(self, youth: Youth, need: NeedCode, day: date) -> tuple[dict[Offer, float], bool]:
        """Offers of partners that take this young person for *need*, with the weight of habit; whether anybody does.

        One offer of a partner: its most direct one. The second answer counts the Mission Locale's own offer.
        """
        epci = self.epci(youth)
        if self.bans.need(need, epci, day):
            return {}, False
        index = self.directory.admission
        best: dict[PartnerId, tuple[float, ServiceId]] = {}
        ours = False
        found = index.eligible(need, youth.age, index.mask(youth.facts), self.reference.within(youth.commune), day)
        for entry, direct in found:
            if entry.internal:
                ours = True
                continue
            id = entry.partner.id
            if not self.bans.partner(id, day):
                best[id] = min(best.get(id, (1.0, ServiceId("~"))), (-direct, entry.service.id))
        weights: dict[Offer, float] = {}
        for id in sorted(best):
            direct, service = best[id]
            weight = self._habit.get((id, epci), 1.0) * (
                1.0 if need in self.directory.services[service].main else _INDIRECT
            )
            weights[id, service] = weight * (_NEAR if epci in self._near[service] else 1.0)
        return weights, bool(weights) or ours

    def takes(self, service: Service, youth: Youth, day: date) -> bool:
        partner = self.directory.partners[service.partner]
        request = _Asked(youth.age, youth.facts)
        return not obstacles(service, partner, request, self.reference.within(youth.commune), day)  # type: ignore[arg-type]

    def members(self, partner: PartnerId) -> tuple[PartnerId, ...]:
        """Those that are meant by *partner*: itself when it offers something, else its units that do."""
        if self.services(partner):
            return (partner,)
        units = sorted(p.id for p in self.directory.partners.values() if p.unit_of == partner)
        return tuple(member for unit in units for member in self.members(unit))

    def above(self, partner: PartnerId) -> tuple[PartnerId, ...]:
        """Itself, then the organisations it is a unit of, the nearest first."""
        partners, chain = self.directory.partners, [partner]
        while (parent := partners[chain[-1]].unit_of) is not None and parent in partners and parent not in chain:
            chain.append(parent)
        return tuple(chain)

    def services(self, partner: PartnerId) -> list[Service]:
        """Those to which somebody can be sent."""
        known = self.directory.partners[partner]
        if known.standing is not Standing.REFERABLE or known.status is PartnerStatus.CLOSED:
            return []
        return [s for s in self.directory.services_of.get(partner, ()) if not s.internal and not s.closed]


@dataclass(frozen=True, slots=True)
class _Asked:
    """The part of a request that admission looks at."""

    age: int
    situations: frozenset[str]


def chosen(random: Random, weights: Mapping[Offer, float]) -> Offer:
    return random.choices(list(weights), list(weights.values()))[0]
