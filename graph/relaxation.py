"""What would fit if one thing changed, when nothing fits a need: each sentence true of one real service."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from graph.admission import Entry, Fault, Obstacle, obstacles
from graph.model import AGE_MAX, CommuneCode, NeedCode, Request, SituationCode, TerritoryCode
from graph.publics import one
from graph.reach import transport, trip
from graph.reference import MINOR, Reference
from graph.wording import at, day, listed

MOST_PER_NEED = 3
_FAR = 1_000.0
# how far a change is, a month of waiting counting one
_YEAR = 4.0
_PLAIN = 2.0  # a situation one asks about lightly: a registration, a diploma
_SENSITIVE = 6.0
_STAY = frozenset(
    SituationCode(code)
    for code in ("mineur-non-accompagne", "demandeur-asile", "protection-internationale", "primo-arrivant")
)
"""A status of stay may exist and not have been ticked: its papers tell."""
_STAY_KNOWN = _STAY | {SituationCode("citoyen-ue")}
_FROM_AGE = {
    0: ("qpv", "handicap-reconnu", "handicap-en-cours", "notification-esms", "regime-marin", "regime-agricole", *_STAY),
    16: ("demandeur-emploi", "eligible-iae", "notification-esat", "cap-bep"),
    17: ("bac-ou-plus",),
    18: ("minima-sociaux",),
}
_OBTAINABLE = {SituationCode(code): age for age, codes in _FROM_AGE.items() for code in codes}
"""What an adviser can look up or help obtain, and from what age: an address, a registration, a diploma, a right, a
recognition. What somebody lives through (a detention, violence, the street, a pregnancy, an illness) is never sought.
"""
_CHILDHOOD = frozenset({SituationCode("mineur-non-accompagne")})
"""What an adult will not become again."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    need: NeedCode
    text: str


@dataclass(frozen=True, slots=True)
class _Change:
    cost: float
    text: str


def relaxations(
    need: NeedCode, entries: Sequence[Entry], request: Request, reference: Reference, today: date
) -> list[Relaxation]:
    """Nearest first, at most three. What nothing could change (too old, closed for good) is not proposed."""
    within = reference.within(request.commune)
    found: list[tuple[int, float, str, str]] = []
    for entry in entries:
        changes: list[_Change] = []
        hindrances = obstacles(entry.service, entry.partner, request, within, today)
        for obstacle in hindrances:
            change = _change(obstacle, entry, request, reference, today)
            if change is None:
                break
            if change not in changes:
                changes.append(change)
        else:
            if hindrances:
                offer = f"{listed([c.text for c in changes])} : {entry.service.name}"
                found.append((len(changes), sum(c.cost for c in changes), offer, entry.partner.name))
    told: dict[str, str] = {}
    fewest = min((count for count, _, _, _ in found), default=0)
    for count, _, offer, partner in sorted(found):
        if count == fewest and len(told) < MOST_PER_NEED:
            told.setdefault(offer, partner)  # once when an organisation and its unit offer the same
    return [Relaxation(need, f"{offer} ({partner})") for offer, partner in told.items()]


def _change(obstacle: Obstacle, entry: Entry, request: Request, reference: Reference, today: date) -> _Change | None:
    """None when nobody can change it: age over the limit, closed for good, a situation not admitted or not sought."""
    service = entry.service
    match obstacle.fault:
        case Fault.CLOSED_UNTIL if service.closed_until is not None:
            return _Change((service.closed_until - today).days / 30, f"à partir du {day(service.closed_until)}")
        case Fault.FULL_UNTIL if service.full_until is not None:
            return _Change((service.full_until - today).days / 30, f"à partir du {day(service.full_until)}")
        case Fault.AGE if service.age_min is not None and request.age < service.age_min:
            return _Change(_YEAR * (service.age_min - request.age), f"à partir de {service.age_min} ans")
        case Fault.REQUIRED:
            obtainable = _obtainable(obstacle, request)
            if not obtainable:
                return None
            plain = any(s in reference.situations and not reference.situations[s].sensitivity for s in obtainable)
            check = " (à vérifier)" if obtainable & _STAY else ""
            return _Change(_PLAIN if plain else _SENSITIVE, f"si ce jeune {one(reference, obtainable)}{check}")
        case Fault.EXCLUDED if obstacle.situations == {MINOR}:
            return _Change(_YEAR * (18 - request.age), "à partir de 18 ans")
        case Fault.TERRITORY:
            return _elsewhere(entry, request, reference)
        case _:
            return None


def _obtainable(obstacle: Obstacle, request: Request) -> frozenset[SituationCode]:
    """Of the situations that would do, those to look up or obtain; a status of stay that is ticked rules out others."""
    found = {s for s in obstacle.situations if request.age >= _OBTAINABLE.get(s, AGE_MAX + 1)}
    if request.age >= 18:
        found -= _CHILDHOOD
    if not _STAY_KNOWN.isdisjoint(request.situations):
        found -= _STAY
    return frozenset(found)


def _elsewhere(entry: Entry, request: Request, reference: Reference) -> _Change | None:
    """Where the service takes people, and how one gets there from home."""
    service = entry.service
    covered = [p for p in sorted(service.places) if p in reference.communes]
    if not covered and entry.partner.commune in reference.communes and entry.partner.commune is not None:
        covered = [entry.partner.commune]
    if not covered:
        covered = _seats(service.territories, reference)
    if not covered:
        return None

    def distance(place: CommuneCode) -> float:
        way = trip(reference, request.commune, place)
        return way.km if way is not None else _FAR

    nearest = min(covered, key=lambda p: (distance(p), p))
    place = reference.communes[nearest]
    if nearest == request.commune:
        return _Change(1.0, f"{at(place.name)}, si le partenaire accepte un jeune qui habite hors de sa zone")
    way = transport(reference, request.commune, nearest)
    return _Change(4 + distance(nearest) / 5, f"{at(place.name)}, {way}, si le partenaire accueille hors de sa zone")


def _seats(territories: frozenset[TerritoryCode], reference: Reference) -> list[CommuneCode]:
    found = [CommuneCode(t) for t in sorted(territories) if CommuneCode(t) in reference.communes]
    return found + [reference.epcis[t].seat for t in sorted(territories) if t in reference.epcis]
