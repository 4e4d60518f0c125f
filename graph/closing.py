"""« Et si ce partenaire fermait ? »: the territory with and without it, and what would have to move. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from graph.boundaries import Boundaries
from graph.coverage import Person
from graph.dependence import Closing
from graph.directory import Directory
from graph.errors import NotFound
from graph.model import CommuneCode, NeedCode, Partner, PartnerId, PartnerStatus
from graph.reference import Need, Reference
from graph.territory import PEOPLE, Level, TerritoryView, territory_view


@dataclass(frozen=True, slots=True)
class Change:
    """What one need loses, and where; `left`: who remains in the communes touched, those of most communes first."""

    need: Need
    people: tuple[Person, ...]  # who lose the same
    lost: tuple[CommuneCode, ...]  # nobody any more
    reserved: tuple[CommuneCode, ...]  # only for people in some situation
    alone: tuple[CommuneCode, ...]  # one partner, where there were more
    touched: tuple[CommuneCode, ...]  # one partner fewer, those included
    left: tuple[tuple[PartnerId, int], ...]


@dataclass(frozen=True)
class ClosingView:
    """`units` close with it. `moved`: referrals a year to send elsewhere, and `takers`: None where nobody may know."""

    partner: Partner
    units: tuple[Partner, ...]
    before: TerritoryView
    after: TerritoryView
    changes: tuple[Change, ...]  # those that lose most first
    moved: int | None = None
    takers: tuple[str, ...] = ()

    @property
    def internal(self) -> bool:
        return self.moved is not None

    @property
    def title(self) -> str:
        name, total = self.partner.name, len(self.before.communes)
        if not self.changes:
            return f"Sans {name}, la couverture des besoins ne change pas"
        for places, one, more in (
            (self._where("lost"), "un besoin n'a plus personne", "besoins n'ont plus personne"),
            (self._where("reserved"), "un besoin n'est plus ouvert à tous", "besoins ne sont plus ouverts à tous"),
        ):
            if places:
                some = frozenset[CommuneCode]().union(*places.values())
                needs = one if len(places) == 1 else f"{len(places)} {more}"
                where = f"les {total} communes" if len(some) == total else _communes(len(some))
                if all(found == some for found in places.values()):
                    return f"Sans {name}, {needs} dans {where}"
                return f"Sans {name}, {needs} quelque part : {where} {_touched(len(some))}"
        if alone := self._where("alone"):
            n = len(alone)
            needs = "un besoin n'a plus qu'un partenaire" if n == 1 else f"{n} besoins n'ont plus qu'un partenaire"
            return f"Sans {name}, personne ne reste sans réponse, mais {needs} quelque part"
        return f"Sans {name}, les besoins concernés gardent au moins deux partenaires partout"

    def _where(self, what: Literal["lost", "reserved", "alone"]) -> dict[NeedCode, frozenset[CommuneCode]]:
        found: dict[NeedCode, frozenset[CommuneCode]] = {}
        for change in self.changes:
            communes: tuple[CommuneCode, ...] = getattr(change, what)
            if communes:
                found[change.need.code] = found.get(change.need.code, frozenset()).union(communes)
        return found


def closing_view(
    directory: Directory,
    reference: Reference,
    boundaries: Boundaries,
    partner: PartnerId,
    today: date,
    *,
    closings: Iterable[Closing] | None = None,
    simulated: bool = False,
) -> ClosingView:
    """*closings*: those of an evaluation, for internal views only: they count referrals. Raises NotFound."""
    if partner not in directory.partners:
        raise NotFound("Partenaire", partner)
    family = _family(directory, partner)
    shut = {id: replace(directory.partners[id], status=PartnerStatus.CLOSED) for id in family}
    without = Directory({**directory.partners, **shut}, directory.services)
    before = territory_view(directory, reference, boundaries, today, simulated=simulated)
    after = territory_view(without, reference, boundaries, today, simulated=simulated)
    moved, takers = _moving(directory, family, closings)
    return ClosingView(
        directory.partners[partner],
        tuple(directory.partners[id] for id in family[1:]),
        before,
        after,
        tuple(_changes(before, after)),
        moved,
        takers,
    )


def _family(directory: Directory, partner: PartnerId) -> list[PartnerId]:
    """*partner*, then its units and theirs, by name."""
    found = [partner]
    for parent in found:
        units = [id for id, p in directory.partners.items() if p.unit_of == parent and id not in found]
        found += sorted(units, key=lambda id: (directory.partners[id].name, id))
    return found


def _moving(
    directory: Directory, family: list[PartnerId], closings: Iterable[Closing] | None
) -> tuple[int | None, tuple[str, ...]]:
    if closings is None:
        return None, ()
    mine = [closing for closing in closings if closing.partner in family]
    takers = dict.fromkeys(taker for closing in mine for taker in closing.takers if taker not in family)
    return sum(closing.moved for closing in mine), tuple(directory.partners[t].name for t in takers)


def _changes(before: TerritoryView, after: TerritoryView) -> list[Change]:
    found: list[Change] = []
    for need in before.needs:
        of_need: list[Change] = []
        for person in PEOPLE:
            change = _change(before, after, need, person)
            if of_need and replace(change, people=of_need[0].people) == of_need[0]:
                of_need[0] = replace(of_need[0], people=(*of_need[0].people, person))
            elif change.touched:
                of_need.append(change)
        found += of_need
    return sorted(found, key=lambda c: (-len(c.lost), -len(c.reserved), -len(c.alone), -len(c.touched)))


def _change(before: TerritoryView, after: TerritoryView, need: Need, person: Person) -> Change:
    at: dict[Level, list[CommuneCode]] = {level: [] for level in Level}
    left: dict[PartnerId, int] = {}
    for commune in before.communes:
        key = need.code, commune.insee, person.code
        now = after.cells[key]
        if before.cells[key].partners != now.partners:
            at[now.level].append(commune.insee)
            for other in now.partners:
                left[other] = left.get(other, 0) + 1
    return Change(
        need,
        (person,),
        tuple(at[Level.NOBODY]),
        tuple(at[Level.RESERVED]),
        tuple(at[Level.ONE]),
        tuple(c.insee for c in before.communes if any(c.insee in places for places in at.values())),
        tuple(sorted(left.items(), key=lambda pair: (-pair[1], before.names[pair[0]], pair[0]))),
    )


def _communes(n: int) -> str:
    return f"{n} communes" if n > 1 else "une commune"


def _touched(n: int) -> str:
    return "sont touchées" if n > 1 else "est touchée"
