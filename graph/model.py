"""The frozen values that everything else is made of. They know neither storage nor GraphQL.

Codes of the reference (needs, situations, territories…) are checked against it where they enter
(`graph.reference`), not here: a value alone cannot know which reference it belongs to.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

PartnerId = NewType("PartnerId", str)
ServiceId = NewType("ServiceId", str)
MentionId = NewType("MentionId", str)
DecisionId = NewType("DecisionId", str)
NeedCode = NewType("NeedCode", str)
SituationCode = NewType("SituationCode", str)
SectorCode = NewType("SectorCode", str)
DomainCode = NewType("DomainCode", str)
TerritoryCode = NewType("TerritoryCode", str)
"""INSEE code of a commune, SIREN of an EPCI, number of a département, or `FR`."""
CommuneCode = NewType("CommuneCode", str)
"""INSEE code, not the postcode: several communes can share a postcode."""
IdempotencyKey = NewType("IdempotencyKey", str)

FRANCE = TerritoryCode("FR")
AGE_MIN, AGE_MAX = 14, 30
"""Ages a request may have, bounds included, in completed years."""
OLDEST = 120


class PartnerKind(StrEnum):
    ORGANISATION = "organisation"
    UNIT = "unit"  # an establishment, team or scheme of an organisation
    GROUP = "group"  # a generic item of a list: « Agences d'intérim », « CCAS »
    SITE = "site"  # a contact place of the Mission Locale, unit of it


class PartnerStatus(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"


class Standing(StrEnum):
    """Whether a young person can be sent there, and if not, what the partner is to the Mission Locale."""

    REFERABLE = "referable"
    FUNDER = "funder"  # finances or steers a scheme
    BOARD = "board"  # holds a seat, nothing more
    PROFESSIONALS = "professionals"  # a resource for professionals, not for young people
    UNKNOWN = "unknown"  # nobody has said yet what it offers


class Origin(StrEnum):
    DECLARED = "declared"  # said by the partner, or by the Mission Locale about its own offer
    IMPORTED = "imported"
    INFERRED = "inferred"  # from the type of structure, or from general knowledge: « à confirmer »


class Welcome(StrEnum):
    """How a service welcomes the situations it prefers or requires."""

    UNCONDITIONAL = "unconditional"
    PREFERENTIAL = "preferential"
    EXCLUSIVE = "exclusive"


class Mode(StrEnum):
    """Where the service is received."""

    ON_SITE = "on_site"
    REMOTE = "remote"  # by phone or on line
    MOBILE = "mobile"  # the service comes: to the home, the street, a contact place


class Access(StrEnum):
    """How to reach the service, after data·inclusion's `modes_mobilisation`."""

    PROFESSIONAL = "professionnel"  # on referral by a professional
    SELF = "usager"  # the young person may come or call alone
    DECISION = "decision"  # after a decision: MDPH, ASE, judge, OFII, SIAO…


class DecisionKind(StrEnum):
    """What a coordinator may decide about names and services."""

    MERGE = "merge"  # these names are one partner
    SPLIT = "split"  # these two names are two partners
    UNIT_OF = "unit_of"  # the first name is a unit of the second
    NOT_A_PARTNER = "not_a_partner"
    NAME = "name"  # the first name is to be shown as the second
    CUT = "cut"  # the first text, as a list writes it, holds the mentions that follow
    SERVICE = "service"  # about a service of the partner so named: see `graph.service_decisions`


class Outcome(StrEnum):
    """What a mention becomes. `NEW`: the only mention of its partner; `SAME`: one of several."""

    SAME = "same"
    UNIT_OF = "unit_of"
    NEW = "new"
    AMBIGUOUS = "ambiguous"
    NOT_A_PARTNER = "not_a_partner"


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as a list writes it: `raw` is the exact substring of the line, `position` its first character.

    `line` counts from 1, `position` from 0. The id does not depend on them, so that moving a row changes nothing.
    """

    id: MentionId
    source: str  # name of the file, without its folder
    line: int
    position: int
    raw: str
    domain: DomainCode | None = None
    subcategory: str | None = None  # heading of the list it stands under
    within: str | None = None  # name of the organisation it is written inside: CADA within « ESCALE »
    commune: str | None = None  # as the list writes it
    acronym: str | None = None
    college: str | None = None  # of the board, when the mention is a seat
    seats: int = 0
    deputies: int = 0

    def __post_init__(self) -> None:
        if not self.raw.strip():
            raise ValueError(f"mention {self.id} is empty")


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a mention becomes, with the evidence in French words.

    `partner` is None only for `NOT_A_PARTNER`; an ambiguous mention keeps a partner of its own until somebody
    decides, and names those it may be in `candidates`, likeliest first.
    """

    mention: Mention
    outcome: Outcome
    partner: PartnerId | None
    unit_of: PartnerId | None
    evidence: str
    candidates: tuple[PartnerId, ...] = ()

    def __post_init__(self) -> None:
        if (self.partner is None) != (self.outcome is Outcome.NOT_A_PARTNER):
            raise ValueError(f"mention {self.mention.id}: {self.outcome} and partner {self.partner} contradict")


@dataclass(frozen=True, slots=True)
class Decision:
    """A coordinator's word about names, or about a service; kept when undone, it survives a reload."""

    id: DecisionId
    kind: DecisionKind
    names: tuple[str, ...]
    reason: str
    actor: str
    decided_at: datetime  # UTC
    undone_at: datetime | None = None
    undone_by: str | None = None

    def __post_init__(self) -> None:
        least = 1 if self.kind is DecisionKind.NOT_A_PARTNER else 2
        if len(self.names) < least:
            raise ValueError(f"decision {self.id} names too few: {self.names}")
        if not self.reason.strip():
            raise ValueError(f"decision {self.id} has no reason")


@dataclass(frozen=True, slots=True)
class Seat:
    """Seats that a partner holds in one college of the board."""

    college: str
    holders: int = 1
    deputies: int = 0


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation, or a unit of one, that the Mission Locale works with."""

    id: PartnerId
    name: str
    acronym: str | None = None
    kind: PartnerKind = PartnerKind.ORGANISATION
    network: str | None = None  # code of its structure type, after data·inclusion's `reseaux_porteurs`
    commune: CommuneCode | None = None
    unit_of: PartnerId | None = None
    domains: frozenset[DomainCode] = frozenset()
    seats: tuple[Seat, ...] = ()
    standing: Standing = Standing.UNKNOWN
    standing_reason: str | None = None  # French; why nobody is sent there
    status: PartnerStatus = PartnerStatus.ACTIVE
    verified_on: date | None = None
    version: int = 1

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError(f"partner {self.id} has an empty name")
        if self.unit_of == self.id:
            raise ValueError(f"partner {self.id} is a unit of itself")


@dataclass(frozen=True, slots=True)
class Conditions:
    """Admission by situation: any of each group of `required`, all groups; none of `excluded`."""

    required: tuple[frozenset[SituationCode], ...] = ()
    preferred: frozenset[SituationCode] = frozenset()
    excluded: frozenset[SituationCode] = frozenset()

    def __post_init__(self) -> None:
        if any(not group for group in self.required):
            raise ValueError("an empty group of required situations admits nobody")


@dataclass(frozen=True, slots=True)
class Service:
    """What a partner offers: which needs, to whom, where, how. `main` are the needs it exists for."""

    id: ServiceId
    partner: PartnerId
    name: str
    needs: frozenset[NeedCode]
    main: frozenset[NeedCode] = frozenset()
    age_min: int | None = None  # completed years, bounds included
    age_max: int | None = None
    conditions: Conditions = field(default_factory=Conditions)
    territories: frozenset[TerritoryCode] = frozenset({FRANCE})  # where the young person lives
    places: frozenset[CommuneCode] = frozenset()  # where the service is received; empty: not known
    sectors: frozenset[SectorCode] = frozenset()  # empty: not tied to a sector
    welcome: Welcome = Welcome.UNCONDITIONAL
    modes: frozenset[Mode] = frozenset({Mode.ON_SITE})
    access: frozenset[Access] = frozenset({Access.PROFESSIONAL})
    internal: bool = False  # the Mission Locale's own offer: shown, outside the smallest team
    origin: Origin = Origin.INFERRED
    source: str | None = None  # of the rule of admission: law, decree, or the scheme's own description
    note: str | None = None  # French; one sentence an adviser should know
    full_until: date | None = None  # takes nobody until that day
    closed_until: date | None = None
    closed: bool = False
    verified_on: date | None = None
    verified_by: str | None = None
    edited: bool = False  # corrected by hand
    version: int = 1

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError(f"service {self.id} has an empty name")
        if not self.needs:
            raise ValueError(f"service {self.id} meets no need")
        if not self.main <= self.needs:
            raise ValueError(f"service {self.id}: main needs {sorted(self.main - self.needs)} are not among its needs")
        if not all(age is None or 0 <= age <= OLDEST for age in (self.age_min, self.age_max)):
            raise ValueError(f"service {self.id} has an age that nobody has")
        if not self.modes or not self.access:
            raise ValueError(f"service {self.id} cannot be reached")
        if self.age_min is not None and self.age_max is not None and self.age_min > self.age_max:
            raise ValueError(f"service {self.id} admits nobody: from {self.age_min} to {self.age_max}")
        if not self.territories:
            raise ValueError(f"service {self.id} covers no territory")

    @property
    def to_confirm(self) -> bool:
        """Shown as « à confirmer »."""
        return self.origin is Origin.INFERRED and self.verified_on is None


@dataclass(frozen=True, slots=True)
class Request:
    """What a suggestion is asked for; nothing that names a person."""

    age: int
    commune: CommuneCode
    needs: frozenset[NeedCode]
    situations: frozenset[SituationCode] = frozenset()
    sectors: frozenset[SectorCode] = frozenset()
    limit: int = 10
