"""How far a place really is: an island has one bridge or one boat, the two banks of a river meet at its bridges."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from graph.admission import Venue
from graph.model import CommuneCode, SituationCode
from graph.reference import Commune, Reference, Side
from graph.wording import at, listed, of

NON_MOBILE = SituationCode("non-mobile")
NEAR_KM = 12.0
"""Within a quarter of an hour by road."""


class Closeness(StrEnum):
    """Closest first."""

    SAME_COMMUNE = "same_commune"
    COMES = "comes"
    REMOTE = "remote"
    NEAR = "near"
    SAME_EPCI = "same_epci"
    AWAY = "away"
    UNKNOWN = "unknown"  # nobody said where, or outside every commune we know


@dataclass(frozen=True, slots=True)
class Trip:
    """Kilometres as the crow flies between the crossings, and the crossings in words, in their order."""

    km: float
    ways: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """`easy`: no vehicle is needed. `worth`: from 0 to 1, what the ranking multiplies by."""

    closeness: Closeness
    place: Commune | None
    trip: Trip | None
    easy: bool
    worth: float
    elsewhere: str | None = None  # name of a place outside the communes we know


def trip(reference: Reference, start: CommuneCode, end: CommuneCode) -> Trip | None:
    """None when one of the two is not in the reference."""
    a, b = reference.communes.get(start), reference.communes.get(end)
    if a is None or b is None:
        return None
    found = reference.trips.get((start, end))
    if found is None:
        found = reference.trips[start, end] = _trip(reference, a, b)
    return found


def _trip(reference: Reference, a: Commune, b: Commune) -> Trip:
    before: list[str] = []
    after: list[str] = []
    km = 0.0
    if a.island != b.island:
        for island in (a.island, b.island):
            link = reference.islands.get(island) if island is not None else None
            if link is None:
                continue
            mainland, landing = reference.communes.get(link.mainland), reference.communes.get(link.landing)
            if mainland is None or landing is None:
                continue
            km += _crow(mainland, landing)
            if island == a.island:
                before.append(link.way)
                km += _crow(a, landing)
                a = mainland
            else:
                after.append(link.way)
                km += _crow(landing, b)
                b = mainland
    bank_a, bank_b = _bank(reference, a), _bank(reference, b)
    if bank_a is not None and bank_b is not None and bank_a != bank_b:
        bridges = [reference.communes[b.commune] for b in reference.bridges if b.commune in reference.communes]
        if bridges:
            over, bridge = min(((_crow(a, c) + _crow(c, b), c) for c in bridges), key=lambda p: (p[0], p[1].insee))
            if bridge.insee not in (a.insee, b.insee):
                before.append(f"par le pont {of(bridge.name)}")
            return Trip(km + over, (*before, *after))
    return Trip(km + _crow(a, b), (*before, *after))


def reach(reference: Reference, home: CommuneCode, venue: Venue, mobile: bool) -> Reach:
    """The best way to a service for somebody who lives in *home*; *mobile*: has a licence or a vehicle."""
    found = [_place(reference, home, place, mobile) for place in venue.places]
    if venue.comes:
        found.append(Reach(Closeness.COMES, None, None, True, 0.97))
    if venue.remote:
        found.append(Reach(Closeness.REMOTE, None, None, True, 0.88))
    if not found:
        return Reach(Closeness.UNKNOWN, None, None, False, 0.82)
    return max(found, key=lambda r: (r.worth, r.place.insee if r.place is not None else ""))


def _place(reference: Reference, home: CommuneCode, place: CommuneCode, mobile: bool) -> Reach:
    there = reference.communes.get(place)
    way = trip(reference, home, place)
    if there is None or way is None:
        name = reference.territory_name(place)
        return Reach(Closeness.UNKNOWN, None, None, False, 0.5, name if name != place else None)
    if home == place:
        return Reach(Closeness.SAME_COMMUNE, there, way, True, 1.0)
    here = reference.communes[home]
    epci = reference.epcis.get(here.epci)
    same = there.epci == here.epci
    easy = epci is not None and epci.seat == place
    worth = 0.97 - 0.45 * min(round(way.km / 5) * 5, 80) / 80
    if same:
        worth += 0.02
    if way.ways:
        worth -= 0.04 * len(way.ways)
    if not mobile and not easy:
        worth *= 0.75
    closeness = Closeness.NEAR if way.km <= NEAR_KM else Closeness.SAME_EPCI if same else Closeness.AWAY
    return Reach(closeness, there, way, easy, worth)


def said(reach: Reach, mobile: bool) -> str:
    """« à Rochefort, dans sa commune », « à Marennes-Hiers-Brouage, à 8 km », « à distance »."""
    if reach.closeness is Closeness.COMES:
        return "se déplace jusqu'au jeune ou près de chez lui"
    if reach.closeness is Closeness.REMOTE:
        return "joignable à distance, par téléphone ou en ligne"
    if reach.elsewhere is not None:
        return f"{at(reach.elsewhere)}, hors du département"
    if reach.place is None or reach.trip is None:
        return "lieu d'accueil à préciser avec le partenaire"
    where = at(reach.place.name)
    if reach.closeness is Closeness.SAME_COMMUNE:
        return f"{where}, dans sa commune"
    sentence = f"{where}, {journey(reach.trip)}"
    if not mobile:
        sentence += ", au centre de son intercommunalité" if reach.easy else " : trajet à organiser, sans véhicule"
    return sentence


def journey(way: Trip) -> str:
    """« à environ 8 km à vol d'oiseau », « à environ 30 km par le pont d'Oléron »: from a point inside each commune."""
    km = max(1, round(way.km))
    by = listed(way.ways) if way.ways else "à vol d'oiseau"
    return f"à environ {km} km {by}"


def transport(reference: Reference, start: CommuneCode, end: CommuneCode) -> str:
    """How one gets there without a car: « en car », « en car, par le pont d'Oléron », « en bateau puis en car »."""
    way = trip(reference, start, end)
    if way is None:
        return "en car ou en train"
    boats = {island.way: island for island in reference.islands.values() if island.boat}
    taken = [boats[w] for w in way.ways if w in boats]
    bridges = [w for w in way.ways if w not in boats]
    from_quay_to_quay = any(end in (i.landing, i.mainland) or start == i.mainland for i in taken)
    if from_quay_to_quay and not bridges and way.km < NEAR_KM:
        return "en bateau"
    legs = ["en bateau puis en car"] if taken else ["en car"]
    return ", ".join([*legs, *bridges])


def _bank(reference: Reference, commune: Commune) -> str | None:
    """Of a commune whose bank nobody wrote: that of the nearest one; either one beyond the last bridge."""
    if commune.bank is not None or commune.island is not None:
        return commune.bank
    bridges = [(reference.communes[b.commune], b.beyond) for b in reference.bridges if b.commune in reference.communes]
    if not bridges or any(_beyond(commune, bridge, side) for bridge, side in bridges if side is not None):
        return None
    known: Iterable[Commune] = (c for c in reference.communes.values() if c.bank is not None)
    return min(known, key=lambda c: (_crow(commune, c), c.insee)).bank


def _beyond(commune: Commune, bridge: Commune, side: Side) -> bool:
    match side:
        case Side.NORTH:
            return commune.latitude > bridge.latitude
        case Side.SOUTH:
            return commune.latitude < bridge.latitude
        case Side.EAST:
            return commune.longitude > bridge.longitude
        case Side.WEST:
            return commune.longitude < bridge.longitude


def _crow(a: Commune, b: Commune) -> float:
    """Kilometres as the crow flies."""
    north, south = radians(a.latitude), radians(b.latitude)
    h = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(radians(b.longitude - a.longitude) / 2) ** 2
    return 12742.0 * asin(sqrt(h))
