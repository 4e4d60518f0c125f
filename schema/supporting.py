"""Co-supports, agreements and timers, as the API spells them."""

from collections.abc import Iterable
from datetime import date

import strawberry

from graph import agreement, cosupport, model, timers
from graph.agreement import AgreementKind
from graph.cosupport import LeaveReason, Role
from graph.follow_wording import AGREEMENTS, LEAVING, ROLES
from resolvers import cosupports
from schema.pages import PageInfo
from schema.types import Info, Partner, Service, capped, known

for _enum in (AgreementKind, LeaveReason):
    strawberry.enum(_enum)
strawberry.enum(Role, name="CoSupportRole")


@strawberry.type(description="A partner in a co-support.")
class CoSupportMember:
    role: Role
    role_label: str
    since: date
    until: date | None
    reason: LeaveReason | None
    reason_label: str | None
    partner_id: strawberry.Private[model.PartnerId]
    service_id: strawberry.Private[model.ServiceId | None]

    @strawberry.field
    async def partner(self, info: Info) -> Partner:
        return await partner_of(info, self.partner_id)

    @strawberry.field
    async def service(self, info: Info) -> Service | None:
        return await service_of(info, self.service_id)

    @classmethod
    def of(cls, value: cosupport.Member | cosupports.SeenMember) -> "CoSupportMember":
        reason = value.reason if isinstance(value, cosupport.Member) else None
        return cls(
            role=value.role,
            role_label=ROLES[value.role],
            since=value.since,
            until=value.until,
            reason=reason,
            reason_label=None if reason is None else LEAVING[reason],
            partner_id=value.partner,
            service_id=value.service,
        )


@strawberry.type(description="A meeting of a co-support.")
class Meeting:
    on: date
    present_ids: list[strawberry.ID] = strawberry.field(description="Partners that were there.")

    @classmethod
    def of(cls, value: cosupport.Meeting) -> "Meeting":
        return cls(
            on=value.on,
            present_ids=capped("Meeting.presentIds", (strawberry.ID(id) for id in sorted(value.present))),
        )


@strawberry.type(description="Several partners around one young person, with a lead.")
class CoSupport:
    id: strawberry.ID
    intake_id: strawberry.ID
    version: int
    opened_on: date
    closed_on: date | None
    members: list[CoSupportMember]
    meetings: list[Meeting]

    @classmethod
    def of(cls, value: cosupport.CoSupport) -> "CoSupport":
        return cls(
            id=strawberry.ID(value.id),
            intake_id=strawberry.ID(value.intake),
            version=value.version,
            opened_on=value.opened_on,
            closed_on=value.closed_on,
            members=capped("CoSupport.members", (CoSupportMember.of(m) for m in value.members)),
            meetings=capped("CoSupport.meetings", (Meeting.of(m) for m in reversed(value.meetings))),
        )


@strawberry.type(description="What a member partner sees: members and services, neither needs nor young person.")
class SeenCoSupport:
    id: strawberry.ID
    opened_on: date
    closed_on: date | None
    members: list[CoSupportMember]
    meetings: list[Meeting]

    @classmethod
    def of(cls, value: cosupports.Seen) -> "SeenCoSupport":
        return cls(
            id=strawberry.ID(value.id),
            opened_on=value.opened_on,
            closed_on=value.closed_on,
            members=capped("SeenCoSupport.members", (CoSupportMember.of(m) for m in value.members)),
            meetings=capped("SeenCoSupport.meetings", (Meeting.of(m) for m in reversed(value.meetings))),
        )


@strawberry.type(description="A place in a co-support that could be opened.")
class ProposedMember:
    role: Role
    role_label: str
    partner_id: strawberry.Private[model.PartnerId]
    service_id: strawberry.Private[model.ServiceId | None]

    @strawberry.field
    async def partner(self, info: Info) -> Partner:
        return await partner_of(info, self.partner_id)

    @strawberry.field
    async def service(self, info: Info) -> Service | None:
        return await service_of(info, self.service_id)


@strawberry.type(description="The team of the suggestion, its lead first; nothing is written.")
class ProposedCoSupport:
    members: list[ProposedMember]

    @classmethod
    def of(cls, values: Iterable[cosupports.Place]) -> "ProposedCoSupport":
        places = (
            ProposedMember(role=p.role, role_label=ROLES[p.role], partner_id=p.partner, service_id=p.service)
            for p in values
        )
        return cls(members=capped("ProposedCoSupport.members", places))


@strawberry.type(description="An agreement between the Mission Locale and partners.")
class Agreement:
    id: strawberry.ID
    kind: AgreementKind
    kind_label: str
    starts_on: date
    ends_on: date | None = strawberry.field(description="Included; none: until another one renews it.")
    renews_id: strawberry.ID | None
    in_force: bool = strawberry.field(description="Today.")
    partner_ids: list[strawberry.ID]
    mark: str = strawberry.field(description="Of its content, to be given when it is replaced.")

    @classmethod
    def of(cls, value: agreement.Agreement, today: date) -> "Agreement":
        return cls(
            id=strawberry.ID(value.id),
            kind=value.kind,
            kind_label=AGREEMENTS[value.kind],
            starts_on=value.starts_on,
            ends_on=value.ends_on,
            renews_id=None if value.renews is None else strawberry.ID(value.renews),
            in_force=value.in_force(today),
            partner_ids=capped("Agreement.partnerIds", (strawberry.ID(id) for id in sorted(value.partners))),
            mark=value.mark,
        )


@strawberry.type
class AgreementEdge:
    cursor: str
    node: Agreement


@strawberry.type(description="Agreements by id.")
class AgreementConnection:
    edges: list[AgreementEdge]
    page_info: PageInfo
    total_count: int


@strawberry.type(description="Days before a reminder, before the end, and before the end of one under study.")
class ServiceTimers:
    service_id: strawberry.ID
    reminder: int
    expiry: int
    study: int

    @classmethod
    def of(cls, value: timers.ServiceTimers) -> "ServiceTimers":
        return cls(
            service_id=strawberry.ID(value.service),
            reminder=value.timers.reminder,
            expiry=value.timers.expiry,
            study=value.timers.study,
        )


async def partner_of(info: Info, id: model.PartnerId) -> Partner:
    return Partner.of(await info.context.batches.partners.load(id), known(info))


async def service_of(info: Info, id: model.ServiceId | None) -> Service | None:
    return None if id is None else Service.of(await info.context.batches.service.load(id), known(info))
