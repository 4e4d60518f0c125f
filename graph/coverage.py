"""Whether somebody can help, for each need and commune: how many partners, and why nobody where nobody can. Pure.

The rule of admission is that of the suggestion (`graph.admission`); here it is asked for typical people: a minor, an
adult, and an adult in each sensitive situation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from graph.admission import Entry
from graph.directory import Directory
from graph.model import (
    CommuneCode,
    NeedCode,
    PartnerId,
    PartnerStatus,
    SituationCode,
    Standing,
    TerritoryCode,
)
from graph.reference import MINOR, Reference
from graph.statistics import Rate

ADULT_AGE, MINOR_AGE = 20, 16


class Gap(StrEnum):
    """Why nobody can help, nearest to a remedy last."""

    NOBODY = "personne"
    ELSEWHERE = "ailleurs"
    AGE = "age"
    SITUATION = "situation"
    FULL = "complet"


GAP_SAID = {
    Gap.NOBODY: "personne ne le propose",
    Gap.ELSEWHERE: "proposé ailleurs seulement",
    Gap.AGE: "pas à cet âge",
    Gap.SITUATION: "pas dans cette situation",
    Gap.FULL: "complet ou fermé pour l'instant",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Of whom coverage is asked."""

    code: str
    label: str
    age: int
    situations: frozenset[SituationCode] = frozenset()


@dataclass(frozen=True, slots=True)
class Covered:
    """`weight`: how many young people of that commune and age expressed the need in the period."""

    need: NeedCode
    commune: CommuneCode
    person: str
    partners: int
    sole: PartnerId | None  # when there is one
    gap: Gap | None  # when there is none
    weight: int = 0


@dataclass(frozen=True)
class Coverage:
    """`cells` for minors and adults; `situations` counts, by person and need, communes where nobody can help."""

    cells: tuple[Covered, ...]
    situations: Mapping[str, Mapping[NeedCode, int]] = field(default_factory=dict)
    unmet: Mapping[tuple[NeedCode, TerritoryCode], Rate] = field(default_factory=dict)

    def shares(self) -> list[int]:
        """Cells with nobody, one, two, three partners or more."""
        counted = [0, 0, 0, 0]
        for cell in self.cells:
            counted[min(cell.partners, 3)] += 1
        return counted

    def weighted(self) -> list[int]:
        """The same, in needs expressed."""
        counted = [0, 0, 0, 0]
        for cell in self.cells:
            counted[min(cell.partners, 3)] += cell.weight
        return counted


ADULT = Person("majeurs", "majeurs", ADULT_AGE)
YOUNG = Person("mineurs", "mineurs", MINOR_AGE, frozenset({MINOR}))


def sensitive_people(reference: Reference) -> list[Person]:
    """An adult in each situation that the reference marks as sensitive."""
    return [
        Person(code, s.label, ADULT_AGE, frozenset({code}))
        for code, s in reference.situations.items()
        if s.sensitivity is not None
    ]


def coverage(
    directory: Directory,
    reference: Reference,
    today: date,
    expressed: Mapping[tuple[NeedCode, CommuneCode, bool], int],
    unmet: Mapping[tuple[NeedCode, TerritoryCode], Rate],
    *,
    needs: Iterable[NeedCode] | None = None,
    epci: TerritoryCode | None = None,
) -> Coverage:
    """*expressed*: young people by need, commune and whether they are minors.

    A need that the booklet does not ask at an age has no cell there: nobody is missing.
    """
    asked = list(reference.needs) if needs is None else list(needs)
    communes = [c for c in reference.served() if epci is None or c.epci == epci]
    cells: list[Covered] = []
    for need in asked:
        for person in (YOUNG, ADULT):
            if not reference.needs[need].asked_at(person.age):
                continue
            able = helping(directory, need, person, today)
            for commune in communes:
                within = reference.within(commune.insee)
                found: set[PartnerId] = set()
                for territory in within:
                    found |= able.get(territory, set())
                cells.append(
                    Covered(
                        need,
                        commune.insee,
                        person.code,
                        len(found),
                        next(iter(found)) if len(found) == 1 else None,
                        None if found else gap(directory, need, person, within, today),
                        expressed.get((need, commune.insee, person is YOUNG), 0),
                    )
                )
    situations: dict[str, dict[NeedCode, int]] = {}
    places = [frozenset(reference.within(c.insee)) for c in communes]
    for person in sensitive_people(reference):
        missing: dict[NeedCode, int] = {}
        for need in asked:
            if not reference.needs[need].asked_at(person.age):
                continue
            able = helping(directory, need, person, today)
            alone = sum(place.isdisjoint(able) for place in places)
            if alone:
                missing[need] = alone
        situations[person.code] = missing
    return Coverage(tuple(cells), situations, unmet)


def helping(directory: Directory, need: NeedCode, person: Person, today: date) -> dict[TerritoryCode, set[PartnerId]]:
    """Partners that take *person* for *need*, by territory they cover."""
    index = directory.admission
    mask = index.mask(person.situations)
    found: dict[TerritoryCode, set[PartnerId]] = {}
    territories = {t for entry in index.meeting(need) for t in entry.service.territories}
    for territory in territories:
        partners = {entry.partner.id for entry, _ in index.eligible(need, person.age, mask, (territory,), today)}
        if partners:
            found[territory] = partners
    return found


def gap(directory: Directory, need: NeedCode, person: Person, within: tuple[TerritoryCode, ...], today: date) -> Gap:
    """The obstacle that is left once every service that has a worse one is set aside."""
    index = directory.admission
    mask = index.mask(person.situations)
    day = today.toordinal()
    worst = Gap.NOBODY
    order = list(Gap)
    for entry in index.meeting(need):
        if not enterable(entry):
            continue
        cause = _cause(entry, person.age, mask, within, day)
        if order.index(cause) > order.index(worst):
            worst = cause
    return worst


def enterable(entry: Entry) -> bool:
    """By somebody, some day: its partner is open, and young people are sent there."""
    return (
        entry.partner.status is not PartnerStatus.CLOSED
        and entry.partner.standing is Standing.REFERABLE
        and not entry.service.closed
    )


def _cause(entry: Entry, age: int, mask: int, within: tuple[TerritoryCode, ...], day: int) -> Gap:
    if entry.service.territories.isdisjoint(within):
        return Gap.ELSEWHERE
    if not entry.low <= age <= entry.high:
        return Gap.AGE
    if entry.excluded & mask or any(not group & mask for group in entry.required):
        return Gap.SITUATION
    return Gap.FULL


def rate_of_unmet(unmet: int, expressed: int) -> Rate:
    """A need noticed as unmet after the month in which it was expressed counts as expressed there too."""
    return Rate(unmet, max(unmet, expressed))
