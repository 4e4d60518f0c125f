"""The objects of the API, each made `of` a domain value. A list's fields come with its parent."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import TypeAlias, TypeVar

import strawberry
from strawberry.types import Info as StrawberryInfo

from graph import model, reference
from graph.model import Access, DecisionKind, Mode, Origin, Outcome, PartnerKind, PartnerStatus, Standing, Welcome
from graph.service_decisions import ServiceDecision
from resolvers.context import Context
from schema.guard import CAPS, LIST_CAP

Info: TypeAlias = StrawberryInfo[Context, None]
Item = TypeVar("Item")

for _enum in (Access, DecisionKind, Mode, Origin, Outcome, PartnerKind, PartnerStatus, Standing, Welcome):
    strawberry.enum(_enum)


@strawberry.type(description="A heading of the intake booklet.")
class Heading:
    code: str
    label: str

    @classmethod
    def of(cls, value: reference.Heading) -> "Heading":
        return cls(code=value.code, label=value.label)


@strawberry.type(description="A tick of the intake booklet.")
class Need:
    code: strawberry.ID
    label: str
    heading: str

    @classmethod
    def of(cls, value: reference.Need) -> "Need":
        return cls(code=strawberry.ID(value.code), label=value.label, heading=value.heading)


@strawberry.type(description="A fact that decides eligibility.")
class Situation:
    code: strawberry.ID
    label: str

    @classmethod
    def of(cls, value: reference.Situation) -> "Situation":
        return cls(code=strawberry.ID(value.code), label=value.label)


@strawberry.type(description="A great domain of ROME, for the work that is wished.")
class Sector:
    code: strawberry.ID
    label: str

    @classmethod
    def of(cls, value: reference.Sector) -> "Sector":
        return cls(code=strawberry.ID(value.code), label=value.label)


@strawberry.type(description="One of the seven domains of partnership.")
class Domain:
    code: strawberry.ID
    label: str

    @classmethod
    def of(cls, value: reference.Domain) -> "Domain":
        return cls(code=strawberry.ID(value.code), label=value.label)


@strawberry.type(description="A commune, EPCI, département, or France.")
class Territory:
    code: strawberry.ID
    name: str
    within: strawberry.ID | None = strawberry.field(description="Code of the territory that holds it.")

    @classmethod
    def of(cls, code: str, known: reference.Reference) -> "Territory":
        held = known.territories().get(model.TerritoryCode(code))
        within = held[2] if held else None
        name = known.territory_name(code)
        return cls(code=strawberry.ID(code), name=name, within=None if within is None else strawberry.ID(within))


@strawberry.type(description="Admission by situation: any of each group, all groups; none of the excluded.")
class Conditions:
    required: list["AnyOf"]
    preferred: list[Situation]
    excluded: list[Situation]

    @classmethod
    def of(cls, value: model.Conditions, known: reference.Reference) -> "Conditions":
        return cls(
            required=capped(
                "Conditions.required",
                (AnyOf(any_of=_situations("AnyOf.anyOf", group, known)) for group in value.required),
            ),
            preferred=_situations("Conditions.preferred", value.preferred, known),
            excluded=_situations("Conditions.excluded", value.excluded, known),
        )


@strawberry.type(description="One of these situations is enough.")
class AnyOf:
    any_of: list[Situation]


@strawberry.type(description="What a partner offers: which needs, to whom, where, how.")
class Service:
    id: strawberry.ID
    partner_id: strawberry.ID
    name: str
    needs: list[Need]
    main_needs: list[Need] = strawberry.field(description="The needs it exists for.")
    age_min: int | None = strawberry.field(description="Completed years, included.")
    age_max: int | None = strawberry.field(description="Completed years, included.")
    conditions: Conditions
    territories: list[Territory] = strawberry.field(description="Where the young person lives.")
    places: list[Territory] = strawberry.field(description="Communes where it is received; empty: not known.")
    sectors: list[Sector]
    welcome: Welcome
    modes: list[Mode]
    access: list[Access]
    internal: bool = strawberry.field(description="The Mission Locale's own offer.")
    origin: Origin
    to_confirm: bool = strawberry.field(description="Inferred and not verified yet: « à confirmer ».")
    source: str | None = strawberry.field(description="Of the rule of admission.")
    note: str | None
    full_until: date | None
    closed_until: date | None
    closed: bool
    verified_on: date | None
    verified_by: str | None
    version: int

    @strawberry.field(description="The partner that offers it.")
    async def partner(self, info: Info) -> "Partner":
        return Partner.of(await info.context.batches.partners.load(model.PartnerId(self.partner_id)), known(info))

    @classmethod
    def of(cls, value: model.Service, known: reference.Reference) -> "Service":
        return cls(
            id=strawberry.ID(value.id),
            partner_id=strawberry.ID(value.partner),
            name=value.name,
            needs=capped("Service.needs", (Need.of(known.needs[c]) for c in known.needs if c in value.needs)),
            main_needs=capped("Service.mainNeeds", (Need.of(known.needs[c]) for c in known.needs if c in value.main)),
            age_min=value.age_min,
            age_max=value.age_max,
            conditions=Conditions.of(value.conditions, known),
            territories=capped("Service.territories", (Territory.of(c, known) for c in sorted(value.territories))),
            places=capped("Service.places", (Territory.of(c, known) for c in sorted(value.places))),
            sectors=[Sector.of(known.sectors[code]) for code in sorted(value.sectors)],
            welcome=value.welcome,
            modes=sorted(value.modes),
            access=sorted(value.access),
            internal=value.internal,
            origin=value.origin,
            to_confirm=value.to_confirm,
            source=value.source,
            note=value.note,
            full_until=value.full_until,
            closed_until=value.closed_until,
            closed=value.closed,
            verified_on=value.verified_on,
            verified_by=value.verified_by,
            version=value.version,
        )


@strawberry.type(description="Seats that a partner holds in one college of the board.")
class Seat:
    college: str
    holders: int
    deputies: int

    @classmethod
    def of(cls, value: model.Seat) -> "Seat":
        return cls(college=value.college, holders=value.holders, deputies=value.deputies)


@strawberry.type(description="A name as a list writes it, and what it became.")
class Mention:
    id: strawberry.ID
    source: str
    line: int
    position: int
    raw: str
    domain: str | None
    subcategory: str | None
    within: str | None
    outcome: Outcome
    evidence: str
    candidate_ids: list[strawberry.ID] = strawberry.field(description="Partners it may be, when ambiguous.")
    partner_id: strawberry.ID | None

    @strawberry.field(description="The partner it names; none when it names no partner.")
    async def partner(self, info: Info) -> "Partner | None":
        if self.partner_id is None:
            return None
        return Partner.of(await info.context.batches.partners.load(model.PartnerId(self.partner_id)), known(info))

    @classmethod
    def of(cls, value: model.Resolved) -> "Mention":
        mention = value.mention
        return cls(
            id=strawberry.ID(mention.id),
            source=mention.source,
            line=mention.line,
            position=mention.position,
            raw=mention.raw,
            domain=mention.domain,
            subcategory=mention.subcategory,
            within=mention.within,
            outcome=value.outcome,
            evidence=value.evidence,
            candidate_ids=capped("Mention.candidateIds", (strawberry.ID(id) for id in value.candidates)),
            partner_id=None if value.partner is None else strawberry.ID(value.partner),
        )


@strawberry.type(description="An organisation, or a unit of one, that the Mission Locale works with.")
class Partner:
    id: strawberry.ID
    name: str
    acronym: str | None
    kind: PartnerKind
    network: str | None = strawberry.field(description="Structure type, after data·inclusion's reseaux_porteurs.")
    commune: Territory | None
    domains: list[Domain]
    seats: list[Seat]
    standing: Standing
    standing_reason: str | None = strawberry.field(description="Why nobody is sent there.")
    status: PartnerStatus
    verified_on: date | None
    version: int
    parent_id: strawberry.Private[model.PartnerId | None]

    @strawberry.field(description="The organisation it is a unit of.")
    async def unit_of(self, info: Info) -> "Partner | None":
        if self.parent_id is None:
            return None
        return Partner.of(await info.context.batches.partners.load(self.parent_id), known(info))

    @strawberry.field(description="Its units, by id.")
    async def units(self, info: Info, first: int = 20) -> "list[Partner]":
        found = await info.context.batches.units.load(model.PartnerId(self.id))
        return [Partner.of(unit, known(info)) for unit in paged(found, first)]

    @strawberry.field(description="Its own services, by id.")
    async def services(self, info: Info, first: int = 20) -> list[Service]:
        found = await info.context.batches.services.load(model.PartnerId(self.id))
        return [Service.of(service, known(info)) for service in paged(found, first)]

    @strawberry.field(description="The names that lists give it, with the evidence.")
    async def mentions(self, info: Info, first: int = 20) -> list[Mention]:
        found = await info.context.batches.mentions.load(model.PartnerId(self.id))
        return [Mention.of(resolved) for resolved in paged(found, first)]

    @classmethod
    def of(cls, value: model.Partner, known: reference.Reference) -> "Partner":
        return cls(
            id=strawberry.ID(value.id),
            name=value.name,
            acronym=value.acronym,
            kind=value.kind,
            network=value.network,
            commune=None if value.commune is None else Territory.of(value.commune, known),
            domains=[Domain.of(known.domains[code]) for code in known.domains if code in value.domains],
            seats=capped("Partner.seats", (Seat.of(seat) for seat in value.seats)),
            standing=value.standing,
            standing_reason=value.standing_reason,
            status=value.status,
            verified_on=value.verified_on,
            version=value.version,
            parent_id=value.unit_of,
        )


@strawberry.type(description="A coordinator's word about names, or about a service.")
class Decision:
    id: strawberry.ID
    kind: DecisionKind
    names: list[str]
    reason: str
    actor: str
    decided_at: datetime
    undone_at: datetime | None
    undone_by: str | None

    @classmethod
    def of(cls, value: model.Decision) -> "Decision":
        return cls(
            id=strawberry.ID(value.id),
            kind=value.kind,
            names=capped("Decision.names", _shown_names(value)),
            reason=value.reason,
            actor=value.actor,
            decided_at=value.decided_at,
            undone_at=value.undone_at,
            undone_by=value.undone_by,
        )


def _shown_names(decision: model.Decision) -> Sequence[str]:
    """Of a decision about a service: whose it is, what was done, and the service's name; not the whole record."""
    if decision.kind is not DecisionKind.SERVICE:
        return decision.names
    try:
        said = ServiceDecision.of(decision)
    except ValueError:  # imported, and not readable: it has no effect either
        return decision.names[:1]
    return (said.owner, said.act.value, said.after.name)


def known(info: Info) -> reference.Reference:
    return info.context.knowledge.reference


def capped(field: str, items: Iterable[Item]) -> list[Item]:
    """*items* cut at the cap of `Type.field`: no list of the API is longer, whatever the store holds."""
    return list(islice(items, CAPS[field]))


def paged(items: Sequence[Item], first: int) -> Sequence[Item]:
    return items[: min(max(first, 0), LIST_CAP)]


def _situations(field: str, codes: Iterable[model.SituationCode], known: reference.Reference) -> list[Situation]:
    return capped(field, (Situation.of(known.situations[code]) for code in sorted(codes)))
