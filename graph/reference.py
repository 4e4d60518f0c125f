"""Needs, situations, sectors and nested territories: the closed lists that every code is checked against.

The values come from `loaders.reference`; nothing here reads a file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from rapidfuzz import fuzz, process

from graph.errors import LONGEST_CODE, RequestRefused, UnknownCode
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

MINOR, QPV = SituationCode("mineur"), SituationCode("qpv")
_ALIKE = 50  # of 100


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

    def asked_at(self, age: int) -> bool:
        """Whether the booklet asks it of somebody of that age."""
        return self.asked_ages is None or self.asked_ages[0] <= age <= self.asked_ages[1]


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
    bank: str | None = None  # of the river


@dataclass(frozen=True, slots=True)
class Island:
    """`name` follows « à »; one goes from `mainland` to `landing`, in the words of `way`."""

    code: str
    name: str
    mainland: CommuneCode
    landing: CommuneCode
    way: str
    boat: bool


class Side(StrEnum):
    NORTH = "nord"
    SOUTH = "sud"
    EAST = "est"
    WEST = "ouest"


@dataclass(frozen=True, slots=True)
class Bridge:
    """Where the banks of the river meet; on the side `beyond` of it the banks are no longer told apart."""

    commune: CommuneCode
    beyond: Side | None


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


def checked_age(age: int) -> int:
    """Raises RequestRefused on what is not an age of the service."""
    if isinstance(age, bool) or not isinstance(age, int):
        raise RequestRefused("L'âge est un nombre entier d'années.")
    if not AGE_MIN <= age <= AGE_MAX:
        raise RequestRefused(f"L'âge va de {AGE_MIN} à {AGE_MAX} ans : {age} ans est refusé.")
    return age


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
    # ways and words, which stay with the program: a store keeps none of them, and equality leaves them out
    islands: Mapping[str, Island] = field(default_factory=dict, compare=False)
    bridges: tuple[Bridge, ...] = field(default=(), compare=False)
    inside_departement: Mapping[TerritoryCode, str] = field(default_factory=dict, compare=False)
    """« en Charente-Maritime »."""

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

    @cached_property
    def _closed(self) -> "dict[str, Closed]":
        return {
            "need": Closed("Le besoin", {c: n.label for c, n in self.needs.items()}),
            "situation": Closed("La situation", {c: s.label for c, s in self.situations.items()}),
            "sector": Closed("Le secteur", {c: s.label for c, s in self.sectors.items()}),
            "domain": Closed("Le domaine", {c: d.label for c, d in self.domains.items()}),
            "territory": Closed("Le territoire", {c: name for c, (name, _, _) in self.territories().items()}),
            "commune": Closed("La commune", {c: known.name for c, known in self.communes.items()}),
            "served commune": Closed("La commune", {c.insee: c.name for c in self.served()}),
        }

    def need(self, code: str) -> NeedCode:
        return NeedCode(self._closed["need"].checked(code))

    def situation(self, code: str) -> SituationCode:
        return SituationCode(self._closed["situation"].checked(code))

    def sector(self, code: str) -> SectorCode:
        return SectorCode(self._closed["sector"].checked(code))

    def domain(self, code: str) -> DomainCode:
        return DomainCode(self._closed["domain"].checked(code))

    def territory(self, code: str) -> TerritoryCode:
        return TerritoryCode(self._closed["territory"].checked(code))

    def commune(self, code: str) -> CommuneCode:
        return CommuneCode(self._closed["commune"].checked(code))

    def served_commune(self, code: str) -> CommuneCode:
        """*code* when the Mission Locale serves it; raises UnknownCode or RequestRefused otherwise."""
        commune = CommuneCode(code)
        known = self.communes.get(commune)
        if known is not None and known.served:
            return commune
        of_postcode = [(str(c.insee), c.name) for c in self.served() if code in c.postcodes]
        if known is None and commune in self.elsewhere:
            raise RequestRefused(
                f"{self.elsewhere[commune]} ({code}) n'est pas dans le territoire de la Mission Locale."
            )
        if known is None:
            nearest = [] if code.isdecimal() else self._closed["served commune"].nearest(code)
            raise UnknownCode("Le code INSEE de commune", code, of_postcode[:3] or nearest)
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
        checked_age(age)
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


class Closed:
    """One closed list, code → label, laid out once to find the nearest codes quickly."""

    def __init__(self, kind: str, labels: Mapping[Code, str]) -> None:
        self._kind = kind  # with its article, as a refusal begins
        self._labels: dict[str, str] = {str(code): label for code, label in labels.items()}
        said = [
            (folded(text.replace("-", " ")), code) for code, label in self._labels.items() for text in (code, label)
        ]
        self._long = [(words, code) for words, code in said if len(words) > 2]
        self._words = [words for words, _ in self._long]
        self._short = [(words, code) for words, code in said if len(words) <= 2]

    def checked(self, code: str) -> str:
        """*code* itself; raises UnknownCode with the nearest ones."""
        if code not in self._labels:
            raise UnknownCode(self._kind, code, self.nearest(code))
        return code

    def nearest(self, code: str) -> list[tuple[str, str]]:
        """At most three (code, label), nearest first; codes and labels are compared, accents and case aside.

        One or two letters, as the codes of sectors, are like themselves only: every word holds them. What is longer
        than any code is like none: comparing it would take seconds.
        """
        if len(code) > LONGEST_CODE:
            return []
        wanted = folded(code.replace("-", " "))[:LONGEST_CODE]
        scores: dict[str, float] = {code: 100.0 for words, code in self._short if words == wanted}
        for _, score, place in process.extract(
            wanted, self._words, scorer=fuzz.WRatio, processor=None, limit=None, score_cutoff=_ALIKE
        ):
            found = self._long[place][1]
            scores[found] = max(score, scores.get(found, 0.0))
        best = sorted(scores, key=lambda c: (-scores[c], c))[:3]
        return [(c, self._labels[c]) for c in best]
