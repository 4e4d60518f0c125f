"""Why a partner is suggested, why a service is not: true, specific, French, read aloud by an adviser."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from graph.admission import Entry, Fault, Obstacle, obstacles
from graph.history import ENOUGH, NO_HISTORY, History
from graph.model import (
    Access,
    CommuneCode,
    NeedCode,
    PartnerId,
    Request,
    Service,
    ServiceId,
    SituationCode,
    Standing,
    TerritoryCode,
    Welcome,
)
from graph.publics import one, ordered, people, standing
from graph.reach import NON_MOBILE, Closeness, Reach, said
from graph.reference import MINOR, Reference
from graph.wording import ages, at, day, inside, listed, lowered, part_of, shortened

_TERRITORIES_NAMED = 3
_RECENT_DAYS = 365
MOST_REASONS = 8
"""Of one suggestion; more of them are read by nobody."""


class Ground(StrEnum):
    """Why a partner is suggested, in the order the reasons are read."""

    INTERNAL = "internal"
    ONLY_INTERNAL = "only_internal"
    MAIN_NEED = "main_need"
    NEED = "need"
    SECTOR = "sector"
    SITUATION = "situation"
    AGE = "age"
    PLACE = "place"
    ACCESS = "access"
    UNIT = "unit"
    AGREEMENT = "agreement"
    RECORD = "record"
    VERIFIED = "verified"
    TO_CONFIRM = "to_confirm"


_READ_TOGETHER = (
    (Ground.SITUATION, Ground.SITUATION),
    (Ground.PLACE, Ground.ACCESS),
    (Ground.SITUATION, Ground.AGE),
    (Ground.PLACE, Ground.UNIT),
    (Ground.INTERNAL, Ground.ONLY_INTERNAL),
    (Ground.AGREEMENT, Ground.RECORD),
    (Ground.RECORD, Ground.TO_CONFIRM),
    (Ground.RECORD, Ground.VERIFIED),
    (Ground.AGREEMENT, Ground.TO_CONFIRM),
    (Ground.AGREEMENT, Ground.VERIFIED),
)
"""Neighbours that become one sentence when a suggestion has too many, in this order: 15 become 8."""


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` is stable, `text` is one French sentence without capital or full stop."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A service that meets a ticked need and does not take this person, with every reason."""

    partner: PartnerId
    service: ServiceId
    reasons: tuple[Reason, ...]


class Reasons:
    """The sentences of one suggestion; what several services share is worded once."""

    def __init__(self, request: Request, reference: Reference, today: date, history: History = NO_HISTORY) -> None:
        self._request = request
        self._reference = reference
        self._today = today
        self._history = history
        self._within = frozenset(reference.within(request.commune))
        self._home = at(reference.communes[request.commune].name)
        self._zones: dict[frozenset[TerritoryCode], str] = {}
        self._reserved: dict[frozenset[SituationCode], str] = {}

    def inclusion(
        self,
        entry: Entry,
        needs: Sequence[NeedCode],
        others: Sequence[tuple[Entry, Sequence[NeedCode]]],
        reach: Reach,
        alone: Sequence[NeedCode],
    ) -> tuple[Reason, ...]:
        """Of *entry*, the best service of a partner, which meets *needs*.

        *others*: services of the same partner for what remains; *alone*: needs that nobody meets outside.
        """
        service, request, reference = entry.service, self._request, self._reference
        found: list[Reason] = []
        if service.internal:
            found.append(Reason(Ground.INTERNAL, "offre de la Mission Locale elle-même"))
        if alone:
            found.append(
                Reason(Ground.ONLY_INTERNAL, f"seule l'offre de la Mission Locale répond à : {self._quoted(alone)}")
            )
        main = [need for need in needs if need in service.main]
        aside = [need for need in needs if need not in service.main]
        if main:
            found.append(Reason(Ground.MAIN_NEED, f"c'est sa mission : {self._quoted(main)}"))
        if aside:
            start = "aide aussi pour" if service.main else "aide pour"
            found.append(Reason(Ground.NEED, f"{start} : {self._quoted(aside)}"))
        if others:
            through = [f"{self._quoted(more)} : par son service « {other.service.name} »" for other, more in others]
            found.append(Reason(Ground.NEED, " ; ".join(through)))
        sectors = sorted(service.sectors & request.sectors)
        if sectors:
            labels = [f"« {reference.sectors[s].label if s in reference.sectors else s} »" for s in sectors]
            start = "dans le secteur souhaité" if len(sectors) == 1 else "dans les secteurs souhaités"
            found.append(Reason(Ground.SECTOR, f"{start} : {listed(labels)}"))
        found.extend(self._welcomes(service))
        if service.age_min or service.age_max is not None:
            welcomed = ages(service.age_min, service.age_max)
            found.append(Reason(Ground.AGE, f"accueille les {welcomed} : ce jeune a {request.age} ans"))
        found.append(Reason(Ground.PLACE, self._place(service, reach)))
        if service.access == {Access.DECISION}:
            found.append(Reason(Ground.ACCESS, "entrée sur décision : l'obtenir avant l'admission"))
        if entry.parent is not None:
            found.append(Reason(Ground.UNIT, f"fait partie de : {entry.parent.name}"))
        found.extend(_past(self._history, entry.partner.id))
        if service.to_confirm:
            found.append(Reason(Ground.TO_CONFIRM, "à confirmer : fiche non vérifiée auprès du partenaire"))
        elif service.verified_on is not None and 0 <= (self._today - service.verified_on).days <= _RECENT_DAYS:
            found.append(Reason(Ground.VERIFIED, f"fiche vérifiée le {day(service.verified_on)}"))
        return tuple(_few(found))

    def exclusion(self, entry: Entry) -> Exclusion:
        service = entry.service
        found = obstacles(service, entry.partner, self._request, self._within, self._today)
        return Exclusion(service.partner, service.id, tuple(Reason(o.fault, self._refusal(o, entry)) for o in found))

    def _refusal(self, obstacle: Obstacle, entry: Entry) -> str:
        service, partner, request, reference = entry.service, entry.partner, self._request, self._reference
        match obstacle.fault:
            case Fault.PARTNER_CLOSED:
                return "cette structure a fermé"
            case Fault.STANDING:
                return _standing(partner.standing, partner.standing_reason)
            case Fault.CLOSED:
                return "ce service n'existe plus"
            case Fault.CLOSED_UNTIL:
                return f"fermé jusqu'au {day(service.closed_until)}" if service.closed_until else "fermé"
            case Fault.FULL_UNTIL:
                return f"complet jusqu'au {day(service.full_until)}" if service.full_until else "complet"
            case Fault.AGE:
                return f"réservé aux {ages(service.age_min, service.age_max)} : ce jeune a {request.age} ans"
            case Fault.TERRITORY:
                return f"intervient {self._zone(service.territories)}, pas {self._home}"
            case Fault.REQUIRED:
                return self._missing(obstacle.situations)
            case Fault.EXCLUDED:
                refused = f"n'accueille pas {people(reference, obstacle.situations, 'les')}"
                return f"{refused} : ce jeune a {request.age} ans" if obstacle.situations == {MINOR} else refused

    def _missing(self, situations: frozenset[SituationCode]) -> str:
        known = self._reserved.get(situations)
        if known is None:
            ask = f"ce jeune a {self._request.age} ans" if situations == {MINOR} else "à cocher si c'est le cas"
            known = f"réservé {people(self._reference, situations, 'aux')} : {ask}"
            self._reserved[situations] = known
        return known

    def _zone(self, territories: frozenset[TerritoryCode]) -> str:
        """« à Oléron », « à Fouras, à Soubise et dans la CC du Bassin de Marennes »."""
        known = self._zones.get(territories)
        if known is None:
            if len(self._reference.epcis) > 1 and territories >= self._reference.epcis.keys():
                known = "sur tout le territoire de la Mission Locale"
            else:
                known = self._places(territories)
            self._zones[territories] = known
        return known

    def _places(self, territories: frozenset[TerritoryCode]) -> str:
        """The communes of one EPCI are counted when they are many: « dans 18 communes de la CA Rochefort Océan »."""
        of_epci: dict[TerritoryCode, list[TerritoryCode]] = {}
        for code in sorted(territories):
            commune = self._reference.communes.get(CommuneCode(code))
            if commune is not None:
                of_epci.setdefault(commune.epci, []).append(code)
        many = {epci: codes for epci, codes in of_epci.items() if len(codes) > _TERRITORIES_NAMED + 1}
        counted = [f"dans {len(codes)} communes {part_of(self._reference, epci)}" for epci, codes in many.items()]
        left = territories.difference(*many.values())
        named = [inside(self._reference, t) for t in sorted(left, key=lambda t: (-len(t), t))]
        return shortened([*counted, *named], _TERRITORIES_NAMED, "dans", "autres territoires")

    def _quoted(self, needs: Sequence[NeedCode]) -> str:
        return listed([f"« {self._reference.needs[need].label} »" for need in needs])

    def _welcomes(self, service: Service) -> list[Reason]:
        request = self._request
        required = {group: group & request.situations for group in service.conditions.required}
        found: list[Reason] = []
        if required:
            start = "réservé" if service.welcome is Welcome.EXCLUSIVE else "destiné"
            found.append(Reason(Ground.SITUATION, f"{self._required(required, start)} : c'est son cas"))
        preferred = (service.conditions.preferred & request.situations).difference(*required.values())
        if preferred:
            start = "accueille aussi" if service.welcome is Welcome.UNCONDITIONAL else "accueille en priorité"
            found.append(Reason(Ground.SITUATION, f"{start} {self._all(preferred, 'les')} : c'est son cas"))
        return found

    def _required(self, ticked: Mapping[frozenset[SituationCode], frozenset[SituationCode]], start: str) -> str:
        """Reserved only to the groups that are named whole; of a larger group what is ticked is an example."""
        whole = sorted((group for group, here in ticked.items() if here == group), key=standing)
        some = {s for group, here in ticked.items() if here != group for s in here}
        if not whole:
            return f"accueille notamment {self._all(some, 'les')}"
        if len(whole) == 1:
            reserved = f"{start} {people(self._reference, whole[0], 'aux')}"
        else:
            reserved = f"{start} à qui {listed([one(self._reference, group) for group in whole])}"
        return f"{reserved}, notamment {self._all(some, 'les')}" if some else reserved

    def _all(self, situations: Collection[SituationCode], article: str) -> str:
        return listed([people(self._reference, {s}, article) for s in ordered(situations)])

    def _place(self, service: Service, reach: Reach) -> str:
        sentence = said(reach, NON_MOBILE not in self._request.situations)
        if reach.closeness in {Closeness.COMES, Closeness.REMOTE, Closeness.UNKNOWN}:
            return f"intervient {self._zone(service.territories)}, {sentence}"
        return sentence


def _past(history: History, partner: PartnerId) -> list[Reason]:
    """Nothing is said of a handful of referrals."""
    found: list[Reason] = []
    if partner in history.bound:
        found.append(Reason(Ground.AGREEMENT, "convention en vigueur avec la Mission Locale"))
    record = history.records.get(partner)
    if record is None:
        return found
    silent = record.decided - record.answered
    said: list[str] = []
    if record.followed >= ENOUGH and record.days is not None:
        when = "le jour même" if not record.days else f"en {record.days} jour{'s' if record.days > 1 else ''}"
        said.append(f"répond {when} en général, sur {record.followed} orientations")
    if record.decided >= ENOUGH and silent >= ENOUGH and silent * 4 >= record.decided:
        said.append(f"{silent} orientations sur {record.decided} sont restées sans réponse")
    if said:
        found.append(Reason(Ground.RECORD, " ; ".join(said)))
    return found


def _few(reasons: list[Reason]) -> list[Reason]:
    """The same ones, read together where there are more than `MOST_REASONS`."""
    for first, second in _READ_TOGETHER:
        if len(reasons) <= MOST_REASONS:
            break
        for place in range(len(reasons) - 1):
            a, b = reasons[place : place + 2]
            if (a.code, b.code) == (first, second):
                reasons[place : place + 2] = [Reason(a.code, f"{a.text} ; {b.text}")]
                break
    return reasons


def _standing(standing: Standing, reason: str | None) -> str:
    if reason:
        return lowered(reason.strip().rstrip("."))
    match standing:
        case Standing.FUNDER:
            return "financeur : on n'y oriente pas de jeune"
        case Standing.BOARD:
            return "siège au conseil d'administration : on n'y oriente pas de jeune"
        case Standing.PROFESSIONALS:
            return "ressource pour les professionnels, pas pour les jeunes"
        case _:
            return "personne n'a encore dit si un jeune peut y être orienté"
