"""Who can help where: each need in each commune of the territory, as a map and a matrix show it. Pure.

Communes carry the offer only, never a count of people: with so few young people, nearly every cell would name somebody.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from graph.boundaries import Boundaries
from graph.coverage import ADULT, YOUNG, Gap, Person, gap, helping
from graph.directory import Directory
from graph.model import CommuneCode, NeedCode, PartnerId, TerritoryCode
from graph.names import folded
from graph.reference import Commune, Heading, Need, Reference
from graph.wording import at, listed, lowered

PEOPLE = (YOUNG, ADULT)


class Level(StrEnum):
    """How well a need is covered, least first; the two last are no answer to « how many »."""

    NOBODY = "personne"
    ONE = "un"
    TWO = "deux"
    MORE = "trois"
    RESERVED = "reserve"  # somebody helps, but only people in some situation
    NOT_ASKED = "sans-objet"  # the booklet does not ask it at that age


LEVEL_SAID = {
    Level.NOBODY: "personne",
    Level.ONE: "un seul partenaire",
    Level.TWO: "deux partenaires",
    Level.MORE: "trois partenaires ou plus",
    Level.RESERVED: "réservé à certaines situations",
    Level.NOT_ASKED: "sans objet à cet âge",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """The partners that take a typical person there, by name; `gap` says why when there is none."""

    partners: tuple[PartnerId, ...] = ()
    gap: Gap | None = None  # None too for a need that is not asked at that age

    @property
    def level(self) -> Level:
        if self.partners:
            return (Level.ONE, Level.TWO, Level.MORE)[min(len(self.partners), 3) - 1]
        if self.gap is None:
            return Level.NOT_ASKED
        return Level.RESERVED if self.gap is Gap.SITUATION else Level.NOBODY


@dataclass(frozen=True)
class TerritoryView:
    """`cells` has every need, commune and person (`PEOPLE`). `communes` stand by EPCI, then by name."""

    made_on: date
    simulated: bool
    headings: tuple[Heading, ...]
    needs: tuple[Need, ...]
    communes: tuple[Commune, ...]
    epcis: Mapping[TerritoryCode, str]
    boundaries: Boundaries
    cells: Mapping[tuple[NeedCode, CommuneCode, str], Offer]
    names: Mapping[PartnerId, str]
    services: int
    to_confirm: int  # of these services, those that nobody has verified

    @property
    def title(self) -> str:
        return finding(self)

    def level(self, need: NeedCode, commune: CommuneCode, person: Person) -> Level:
        return self.cells[need, commune, person.code].level

    def communes_at(self, level: Level, need: NeedCode, person: Person | None = None) -> list[Commune]:
        """*person* None: one of them at least."""
        asked = PEOPLE if person is None else (person,)
        return [c for c in self.communes if any(self.level(need, c.insee, one) is level for one in asked)]

    def needs_at(self, level: Level) -> list[Need]:
        """In one commune at least, for somebody; in most communes first, then in the order of the booklet."""
        weight = {
            need.code: sum(self.level(need.code, c.insee, one) is level for c in self.communes for one in PEOPLE)
            for need in self.needs
        }
        return sorted((n for n in self.needs if weight[n.code]), key=lambda n: -weight[n.code])

    @property
    def worst(self) -> tuple[Need, Person]:
        """What a picture shows first: missing in most communes, else resting on one partner in most.

        What rests on one partner everywhere comes after: its map is of one colour, and the title says it.
        """

        def badness(need: Need, person: Person) -> tuple[int, int, int]:
            levels = [self.level(need.code, c.insee, person) for c in self.communes]
            alone = levels.count(Level.ONE)
            return levels.count(Level.NOBODY), alone if alone < len(levels) else 0, alone

        return max(((need, person) for need in self.needs for person in reversed(PEOPLE)), key=lambda x: badness(*x))


def territory_view(
    directory: Directory,
    reference: Reference,
    boundaries: Boundaries,
    today: date,
    *,
    simulated: bool = False,
) -> TerritoryView:
    """Raises KeyError for a commune of the territory without a boundary."""
    communes = served(reference)
    names = {id: partner.name for id, partner in directory.partners.items()}
    cells = {
        (need.code, *place): offer
        for need in reference.needs.values()
        for place, offer in offers(directory, reference, need, today).items()
    }
    offered = [s for s in directory.services.values() if not s.closed]
    return TerritoryView(
        made_on=today,
        simulated=simulated,
        headings=tuple(reference.headings.values()),
        needs=tuple(reference.needs.values()),
        communes=tuple(communes),
        epcis={c.epci: c.epci_name for c in communes},
        boundaries=Boundaries(boundaries.source, {c.insee: boundaries.of[c.insee] for c in communes}),
        cells=cells,
        names={p: names[p] for p in sorted({p for offer in cells.values() for p in offer.partners})},
        services=len(offered),
        to_confirm=sum(s.to_confirm for s in offered),
    )


def served(reference: Reference) -> list[Commune]:
    """The communes of the territory by EPCI, then by name."""
    order = {epci: place for place, epci in enumerate(reference.epcis)}
    return sorted(reference.served(), key=lambda c: (order.get(c.epci, len(order)), c.epci))


def offers(directory: Directory, reference: Reference, need: Need, today: date) -> dict[tuple[CommuneCode, str], Offer]:
    """Who takes whom where for one need: of each commune, each of `PEOPLE`."""
    names = {id: partner.name for id, partner in directory.partners.items()}
    found: dict[tuple[CommuneCode, str], Offer] = {}
    for person in PEOPLE:
        asked = need.asked_at(person.age)
        able = helping(directory, need.code, person, today) if asked else {}
        for commune in served(reference):
            places = reference.within(commune.insee)
            those = frozenset[PartnerId]().union(*(able.get(place, ()) for place in places))
            if those:
                offer = Offer(tuple(sorted(those, key=lambda p: (folded(names[p]), p))))
            else:
                offer = Offer(gap=gap(directory, need.code, person, places, today)) if asked else Offer()
            found[commune.insee, person.code] = offer
    return found


def finding(view: TerritoryView) -> str:
    """The one sentence that a map of the territory says."""
    missing, alone = view.needs_at(Level.NOBODY), view.needs_at(Level.ONE)
    total = len(view.needs)
    if missing:
        some = {c.insee for need in missing for c in view.communes_at(Level.NOBODY, need.code)}
        if len(missing) == 1:
            return f"Personne pour « {lowered(missing[0].label)} » {_where(some, view)}"
        return f"{len(missing)} besoins sur {total} n'ont personne quelque part : {_touched(some, view)}"
    if alone:
        whole = sum(_everywhere(view, need.code) for need in alone)
        part = f", dont {whole} dans toutes les communes" if 0 < whole < len(alone) else ", partout" if whole else ""
        if len(alone) == 1:
            some = {c.insee for c in view.communes_at(Level.ONE, alone[0].code)}
            return f"« {alone[0].label} » dépend d'un seul partenaire {_where(some, view)}"
        return f"Aucun besoin n'est sans personne, mais {len(alone)} sur {total} dépendent d'un seul partenaire{part}"
    open_to = " ouvert à tous" if view.needs_at(Level.RESERVED) else ""
    return f"Chaque besoin{open_to} a au moins deux partenaires dans chaque commune"


def said(view: TerritoryView, need: Need, *people: Person, epci: TerritoryCode | None = None) -> str:
    """« Permis (mineurs) : un seul partenaire dans 14 communes ». Of *people* for whom it is the same."""
    communes = [c for c in view.communes if epci in (None, c.epci)]
    counts = Counter(view.level(need.code, c.insee, people[0]) for c in communes)
    total = len(communes)
    parts = [
        LEVEL_SAID[level] + (f" dans les {total} communes" if n == total else f" dans {_some(n)}")
        for level in Level
        if (n := counts[level])
    ]
    if counts[Level.NOT_ASKED] == total:
        parts = [LEVEL_SAID[Level.NOT_ASKED]]
    where = "" if epci is None else f"{view.epcis[epci]} : "
    return f"{where}{need.label} ({listed([person.label for person in people])}) : {listed(parts)}"


def _some(n: int) -> str:
    return "une commune" if n == 1 else f"{n} communes"


def _everywhere(view: TerritoryView, need: NeedCode) -> bool:
    """For somebody, one partner in every commune."""
    return any(len(view.communes_at(Level.ONE, need, person)) == len(view.communes) for person in PEOPLE)


def _where(some: Collection[CommuneCode], view: TerritoryView) -> str:
    """« dans 14 communes sur 39 »."""
    if len(some) == len(view.communes):
        return f"dans les {len(some)} communes"
    if len(some) == 1:
        return at(next(c.name for c in view.communes if c.insee in some))
    return f"dans {len(some)} communes sur {len(view.communes)}"


def _touched(some: Collection[CommuneCode], view: TerritoryView) -> str:
    if len(some) == len(view.communes):
        return f"les {len(some)} communes sont touchées"
    if len(some) == 1:
        return f"{next(c.name for c in view.communes if c.insee in some)} est touchée"
    return f"{len(some)} communes sur {len(view.communes)} sont touchées"
