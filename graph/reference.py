"""Needs, situations, sectors and nested territories: the closed lists that every code is checked against.

The values come from `loaders.reference`; nothing here reads a file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from rapidfuzz import fuzz

from graph.errors import RequestRefused, UnknownCode
from graph.model import (
    AGE_MAX,
    AGE_MIN,
    FRANCE,
    CommuneCode,
    DomainCode,
    NeedCode,
    Request,
    SectorCode,
    SituationCode,
    TerritoryCode,
)
from graph.names import folded

if TYPE_CHECKING:
    from graph.reach import Trip

Code = TypeVar("Code", bound=str)

MINOR = SituationCode("mineur")


@dataclass(frozen=True, slots=True)
class Heading:
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Need:
    """A tick of the booklet; `thematiques` are data·inclusion v1 codes, only near ones when `local_extension`."""

    code: NeedCode
    heading: str
    label: str
    thematiques: tuple[str, ...]
    local_extension: bool
    sensitivity: str | None
    asked_ages: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Situation:
    code: SituationCode
    label: str
    public: str  # nearest data·inclusion v1 public
    sensitivity: str | None


@dataclass(frozen=True, slots=True)
class Sector:
    code: SectorCode
    label: str


@dataclass(frozen=True, slots=True)
class Domain:
    code: DomainCode
    label: str
    list_heading: str


@dataclass(frozen=True, slots=True)
class Epci:
    siren: TerritoryCode
    name: str
    seat: CommuneCode


@dataclass(frozen=True, slots=True)
class Commune:
    """`served`: in the territory of the Mission Locale. `latitude`, `longitude`: a point inside, in degrees."""

    insee: CommuneCode
    name: str
    epci: TerritoryCode
    epci_name: str
    departement: TerritoryCode
    population: int
    postcodes: tuple[str, ...]
    latitude: float
    longitude: float
    served: bool
    island: str | None = None
    bank: str | None = None  # of the Charente


@dataclass(frozen=True, slots=True)
class Site:
    code: str
    name: str
    commune: CommuneCode
    kind: str


@dataclass(frozen=True, slots=True)
class Programme:
    code: str
    label: str
    reinforced: bool


@dataclass(frozen=True)
class Reference:
    """All closed lists, in the order of the booklet. `communes` holds the served ones and the rest around them."""

    headings: Mapping[str, Heading]
    needs: Mapping[NeedCode, Need]
    situations: Mapping[SituationCode, Situation]
    sectors: Mapping[SectorCode, Sector]
    domains: Mapping[DomainCode, Domain]
    epcis: Mapping[TerritoryCode, Epci]
    communes: Mapping[CommuneCode, Commune]
    departements: Mapping[TerritoryCode, str]
    sites: Mapping[str, Site] = field(default_factory=dict)
    programmes: Mapping[str, Programme] = field(default_factory=dict)
    elsewhere: Mapping[CommuneCode, str] = field(default_factory=dict)
    """Names of communes of other départements, where partners may be; nobody lives there for us."""

    def served(self) -> list[Commune]:
        """The communes of the territory, by name."""
        return sorted((c for c in self.communes.values() if c.served), key=lambda c: (folded(c.name), c.insee))

    def within(self, commune: CommuneCode) -> tuple[TerritoryCode, ...]:
        """The territories that hold *commune*, smallest first: itself, EPCI, département, France."""
        found = self.communes[commune]
        return (TerritoryCode(commune), found.epci, found.departement, FRANCE)

    def holding(self, territory: TerritoryCode) -> tuple[TerritoryCode, ...]:
        """*territory* and all that hold it, smallest first; raises KeyError when it does not exist."""
        tree = self.territories()
        chain, code = [territory], tree[territory][2]
        while code is not None:
            chain.append(code)
            code = tree[code][2]
        return tuple(chain)

    def territory_name(self, code: str) -> str:
        """Of a commune elsewhere too; the code itself when nothing is known of it."""
        known = self.territories().get(TerritoryCode(code))
        return known[0] if known else self.elsewhere.get(CommuneCode(code), code)

    def territories(self) -> Mapping[TerritoryCode, tuple[str, str, TerritoryCode | None]]:
        """Every territory: code → (name, level, the one that holds it), France first, communes last."""
        return self._territories

    @cached_property
    def trips(self) -> "dict[tuple[CommuneCode, CommuneCode], Trip]":
        """Kept by `graph.reach`: those that were asked for."""
        return {}

    @cached_property
    def _territories(self) -> dict[TerritoryCode, tuple[str, str, TerritoryCode | None]]:
        tree: dict[TerritoryCode, tuple[str, str, TerritoryCode | None]] = {FRANCE: ("France", "pays", None)}
        for code, name in sorted(self.departements.items()):
            tree[code] = (name, "departement", FRANCE)
        for commune in sorted(self.communes.values(), key=lambda c: c.insee):
            if commune.epci and commune.epci not in tree:
                tree[commune.epci] = (commune.epci_name, "epci", commune.departement)
        for commune in sorted(self.communes.values(), key=lambda c: c.insee):
            tree[TerritoryCode(commune.insee)] = (
                commune.name,
                "commune",
                commune.epci or commune.departement,
            )
        return tree

    def need(self, code: str) -> NeedCode:
        return _known("Le besoin", NeedCode(code), {c: n.label for c, n in self.needs.items()})

    def situation(self, code: str) -> SituationCode:
        return _known("La situation", SituationCode(code), {c: s.label for c, s in self.situations.items()})

    def sector(self, code: str) -> SectorCode:
        return _known("Le secteur", SectorCode(code), {c: s.label for c, s in self.sectors.items()})

    def domain(self, code: str) -> DomainCode:
        return _known("Le domaine", DomainCode(code), {c: d.label for c, d in self.domains.items()})

    def territory(self, code: str) -> TerritoryCode:
        return _known("Le territoire", TerritoryCode(code), {c: name for c, (name, _, _) in self.territories().items()})

    def commune(self, code: str) -> CommuneCode:
        return _known("La commune", CommuneCode(code), {c: known.name for c, known in self.communes.items()})

    def served_commune(self, code: str) -> CommuneCode:
        """*code* when the Mission Locale serves it; raises UnknownCode or RequestRefused otherwise."""
        commune = CommuneCode(code)
        known = self.communes.get(commune)
        if known is not None and known.served:
            return commune
        of_postcode = [(str(c.insee), c.name) for c in self.served() if code in c.postcodes]
        if known is None:
            nearest = of_postcode[:3] or _nearest(code, {c.insee: c.name for c in self.served()})
            raise UnknownCode("La commune", code, nearest)
        sentence = f"{known.name} ({code}) n'est pas dans le territoire de la Mission Locale."
        if of_postcode:
            named = ", ".join(f"{insee} ({name})" for insee, name in of_postcode)
            sentence += f" C'est aussi un code postal ; code INSEE attendu : {named}."
        raise RequestRefused(sentence)

    def request(
        self,
        age: int,
        commune: str,
        needs: Iterable[str],
        situations: Iterable[str] = (),
        sectors: Iterable[str] = (),
        limit: int = 10,
    ) -> Request:
        """A checked request; `mineur` follows from the age. Raises UnknownCode or RequestRefused."""
        if isinstance(age, bool) or not isinstance(age, int):
            raise RequestRefused("L'âge est un nombre entier d'années.")
        if not AGE_MIN <= age <= AGE_MAX:
            raise RequestRefused(f"L'âge va de {AGE_MIN} à {AGE_MAX} ans : {age} ans est refusé.")
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= 1000:
            raise RequestRefused("La limite est un nombre entier de 1 à 1000.")
        ticked = frozenset(self.need(n) for n in needs)
        if not ticked:
            raise RequestRefused("Aucun besoin n'est coché : cochez-en au moins un.")
        facts = frozenset(self.situation(s) for s in situations)
        if age >= 18 and MINOR in facts:
            raise RequestRefused(f"« Mineur » est coché alors que l'âge est de {age} ans.")
        if age < 18:
            facts |= {MINOR}
        return Request(
            age,
            self.served_commune(commune),
            ticked,
            facts,
            frozenset(self.sector(s) for s in sectors),
            limit,
        )


def _known(kind: str, code: Code, labels: Mapping[Code, str]) -> Code:
    if code not in labels:
        raise UnknownCode(kind, code, _nearest(code, {str(c): label for c, label in labels.items()}))
    return code


def _nearest(code: str, labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """At most three (code, label), nearest first; codes and labels are compared, accents and case aside."""
    wanted = folded(code.replace("-", " "))
    scored = [
        (-max(_likeness(wanted, folded(c.replace("-", " "))), _likeness(wanted, folded(label))), c, label)
        for c, label in labels.items()
    ]
    return [(c, label) for score, c, label in sorted(scored)[:3] if score <= -50]


def _likeness(wanted: str, known: str) -> float:
    """From 0 to 100. One or two letters, as the codes of sectors, are like themselves only: every word holds them."""
    return fuzz.WRatio(wanted, known) if len(known) > 2 else 100.0 * (wanted == known)
