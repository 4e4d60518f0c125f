"""Why a partner is suggested, why a service is not: true, specific, French, read aloud by an adviser."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from graph.admission import Entry, Fault, Obstacle, obstacles
from graph.model import Access, NeedCode, PartnerId, Request, Service, ServiceId, SituationCode, Standing, Welcome
from graph.publics import ordered, people
from graph.reach import Closeness, Reach, said
from graph.reference import MINOR, Reference
from graph.wording import ages, at, day, inside, listed, lowered, shortened

_TERRITORIES_NAMED = 3
_RECENT_DAYS = 365


class Ground(StrEnum):
    """Why a partner is suggested, in the order the reasons are read."""

    INTERNAL = "internal"
    MAIN_NEED = "main_need"
    NEED = "need"
    SECTOR = "sector"
    SITUATION = "situation"
    AGE = "age"
    PLACE = "place"
    ACCESS = "access"
    UNIT = "unit"
    VERIFIED = "verified"
    TO_CONFIRM = "to_confirm"
    ONLY_INTERNAL = "only_internal"


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


def inclusion(
    entry: Entry,
    needs: Sequence[NeedCode],
    others: Sequence[tuple[Entry, Sequence[NeedCode]]],
    reach: Reach,
    request: Request,
    reference: Reference,
    today: date,
) -> tuple[Reason, ...]:
    """Of *entry*, the best service, which meets *needs*; *others* are services of the same partner for what remains."""
    service = entry.service
    found: list[Reason] = []
    if service.internal:
        found.append(Reason(Ground.INTERNAL, "offre de la Mission Locale elle-même"))
    main = [need for need in needs if need in service.main]
    aside = [need for need in needs if need not in service.main]
    if main:
        found.append(Reason(Ground.MAIN_NEED, f"c'est sa mission : {_needs(main, reference)}"))
    if aside:
        start = "aide aussi pour" if service.main else "aide pour"
        found.append(Reason(Ground.NEED, f"{start} : {_needs(aside, reference)}"))
    found.extend(
        Reason(Ground.NEED, f"{_needs(more, reference)} : par son service « {other.service.name} »")
        for other, more in others
    )
    sectors = sorted(service.sectors & request.sectors)
    if sectors:
        labels = listed([lowered(reference.sectors[s].label) if s in reference.sectors else s for s in sectors])
        found.append(Reason(Ground.SECTOR, f"dans le secteur souhaité : {labels}"))
    found.extend(_welcomes(service, request, reference))
    if service.age_min is not None or service.age_max is not None:
        found.append(
            Reason(Ground.AGE, f"accueille les {ages(service.age_min, service.age_max)} : ce jeune a {request.age} ans")
        )
    found.append(Reason(Ground.PLACE, _place(service, reach, request, reference)))
    if service.access == {Access.DECISION}:
        found.append(Reason(Ground.ACCESS, "entrée sur décision : l'obtenir avant l'admission"))
    if entry.parent is not None:
        found.append(Reason(Ground.UNIT, f"fait partie de : {entry.parent.name}"))
    if service.to_confirm:
        found.append(Reason(Ground.TO_CONFIRM, "à confirmer : fiche déduite du type de structure"))
    elif service.verified_on is not None and 0 <= (today - service.verified_on).days <= _RECENT_DAYS:
        found.append(Reason(Ground.VERIFIED, f"fiche vérifiée le {day(service.verified_on)}"))
    return tuple(found)


def exclusion(entry: Entry, request: Request, reference: Reference, today: date) -> Exclusion:
    service = entry.service
    found = obstacles(service, entry.partner, request, reference.within(request.commune), today)
    return Exclusion(
        service.partner,
        service.id,
        tuple(Reason(o.fault, _refusal(o, entry, request, reference)) for o in found),
    )


def _refusal(obstacle: Obstacle, entry: Entry, request: Request, reference: Reference) -> str:
    service, partner = entry.service, entry.partner
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
            return f"intervient {where(service, reference)}, pas {at(reference.communes[request.commune].name)}"
        case Fault.REQUIRED:
            reserved = f"réservé {people(reference, obstacle.situations, 'aux')}"
            if obstacle.situations == {MINOR}:
                return f"{reserved} : ce jeune a {request.age} ans"
            return f"{reserved} : à cocher si c'est le cas"
        case Fault.EXCLUDED:
            refused = f"n'accueille pas {people(reference, obstacle.situations, 'les')}"
            return f"{refused} : ce jeune a {request.age} ans" if obstacle.situations == {MINOR} else refused


def where(service: Service, reference: Reference) -> str:
    """The zone of a service: « à Oléron », « à Fouras, à Soubise et dans la CC du Bassin de Marennes »."""
    codes = sorted(service.territories, key=lambda t: (-len(t), t))
    return shortened([inside(reference, t) for t in codes], _TERRITORIES_NAMED, "autres territoires")


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


def _needs(needs: Sequence[NeedCode], reference: Reference) -> str:
    return listed([f"« {reference.needs[need].label} »" for need in needs])


def _welcomes(service: Service, request: Request, reference: Reference) -> list[Reason]:
    ticked: set[SituationCode] = set()
    for group in service.conditions.required:
        ticked |= group & request.situations
    found: list[Reason] = []
    if ticked:
        start = "réservé" if service.welcome is Welcome.EXCLUSIVE else "destiné"
        found.append(Reason(Ground.SITUATION, f"{start} {_all(reference, ticked, 'aux')}, comme ce jeune"))
    preferred = (service.conditions.preferred & request.situations) - ticked
    if preferred:
        start = "accueille" if service.welcome is Welcome.UNCONDITIONAL else "accueille en priorité"
        also = "aussi " if service.welcome is Welcome.UNCONDITIONAL else ""
        found.append(Reason(Ground.SITUATION, f"{start} {also}{_all(reference, preferred, 'les')}, comme ce jeune"))
    return found


def _all(reference: Reference, situations: Collection[SituationCode], article: str) -> str:
    return listed([people(reference, {s}, article) for s in ordered(reference, situations)])


def _place(service: Service, reach: Reach, request: Request, reference: Reference) -> str:
    mobile = SituationCode("non-mobile") not in request.situations
    sentence = said(reach, mobile)
    if reach.closeness in {Closeness.COMES, Closeness.REMOTE, Closeness.UNKNOWN}:
        return f"intervient {where(service, reference)}, {sentence}"
    return sentence
