"""What is followed, as the API spells it: booklets, referrals and their events, the work list, plans."""

from collections.abc import Iterable
from datetime import date, datetime

import strawberry

from graph import intake, model, referral
from graph.follow_wording import (
    DIRECTIONS,
    MODES,
    RESULTS,
    SAID_BY,
    TURNS,
    WORK,
    move_label,
    reason_label,
    reminder_or_state,
)
from graph.intake import AgeBand
from graph.lifecycle import Turn, allowed, turn
from graph.reference import Reference
from graph.referral import Direction, ErrorReason, EventKind, NeedResult, RefusalReason, SaidBy, State
from graph.state_words import STATES
from resolvers import following, referrals, rerouting
from resolvers.following import Group
from schema.pages import PageInfo
from schema.suggestion import Suggested, Suggestion
from schema.supporting import CoSupport, partner_of, service_of
from schema.types import Info, Need, Partner, Sector, Service, Situation, Territory, capped, known

for _enum in (AgeBand, ErrorReason, NeedResult, RefusalReason, SaidBy, Turn):
    strawberry.enum(_enum)
strawberry.enum(Direction, name="ReferralDirection")
strawberry.enum(EventKind, name="ReferralEventKind")
strawberry.enum(Group, name="WorkGroup")
strawberry.enum(State, name="ReferralState")
strawberry.enum(referral.Mode, name="ReferralMode")


@strawberry.type(description="A state that a referral may go to, in the words of an adviser.")
class Move:
    state: State
    label: str


@strawberry.type(description="A booklet as codes, under a pseudonym.")
class Intake:
    id: strawberry.ID
    received_on: date
    age: int = strawberry.field(description="Completed years on that day.")
    commune: Territory
    programme: str
    programme_label: str
    needs: list[Need]
    situations: list[Situation]
    sectors: list[Sector]
    simulated: bool
    site_id: strawberry.Private[model.PartnerId]

    @strawberry.field(description="The Mission Locale's site.")
    async def site(self, info: Info) -> Partner:
        return await partner_of(info, self.site_id)

    @classmethod
    def of(cls, value: intake.Intake, known: Reference) -> "Intake":
        return cls(
            id=strawberry.ID(value.id),
            received_on=value.received_on,
            age=value.age,
            commune=Territory.of(value.commune, known),
            programme=value.programme,
            programme_label=known.programmes[value.programme].label,
            needs=_needs("Intake.needs", value.needs, known),
            situations=capped(
                "Intake.situations", (Situation.of(known.situations[c]) for c in sorted(value.situations))
            ),
            sectors=capped("Intake.sectors", (Sector.of(known.sectors[c]) for c in sorted(value.sectors))),
            simulated=value.simulated,
            site_id=value.site,
        )


@strawberry.type(description="A booklet that was recorded, and the partners that fit.")
class RecordedIntake:
    intake: Intake
    suggestion: Suggestion


@strawberry.type(description="What became of a need; without a need, of the service as a whole.")
class NeedOutcome:
    need: Need | None
    result: NeedResult
    result_label: str
    said_by: SaidBy
    said_by_label: str

    @classmethod
    def of(cls, value: referral.NeedOutcome, known: Reference) -> "NeedOutcome":
        return cls(
            need=None if value.need is None else Need.of(known.needs[value.need]),
            result=value.result,
            result_label=RESULTS[value.result],
            said_by=value.said_by,
            said_by_label=SAID_BY[value.said_by],
        )


@strawberry.type(description="One event of a referral; none is ever changed.")
class ReferralEvent:
    number: int
    at: datetime
    kind: EventKind
    before: State | None
    after: State
    label: str
    reason: str | None
    reason_label: str | None
    planned_on: date | None
    outcomes: list[NeedOutcome]
    actor: str

    @classmethod
    def of(cls, value: referral.Event, known: Reference) -> "ReferralEvent":
        return cls(
            number=value.number,
            at=value.at,
            kind=value.kind,
            before=value.before,
            after=value.after,
            label=reminder_or_state(value),
            reason=None if value.reason is None else value.reason.value,
            reason_label=None if value.reason is None else reason_label(value.reason),
            planned_on=value.planned_on,
            outcomes=capped("ReferralEvent.outcomes", (NeedOutcome.of(o, known) for o in value.outcomes)),
            actor=value.actor,
        )


@strawberry.type(description="Who sends whom to which service, about which needs, and what became of it.")
class Referral:
    id: strawberry.ID
    intake_id: strawberry.ID
    follows_id: strawberry.ID | None = strawberry.field(description="The referral that it re-routes.")
    version: int
    state: State
    state_label: str
    mode: referral.Mode
    mode_label: str
    direction: Direction
    direction_label: str
    needs: list[Need]
    since: datetime | None = strawberry.field(description="In this state.")
    sent_on: date | None
    answered_on: date | None
    planned_on: date | None = strawberry.field(description="Of the appointment.")
    ended_on: date | None
    refusal: RefusalReason | None
    refusal_label: str | None
    outcomes: list[NeedOutcome]
    turn: Turn = strawberry.field(description="Whose move is awaited.")
    turn_label: str
    allowed: list[Move] = strawberry.field(description="Where it may go from here.")
    simulated: bool
    partner_id: strawberry.Private[model.PartnerId]
    site_id: strawberry.Private[model.PartnerId]
    service_id: strawberry.Private[model.ServiceId | None]

    @strawberry.field(description="The partner, whichever way it goes.")
    async def partner(self, info: Info) -> Partner:
        return await partner_of(info, self.partner_id)

    @strawberry.field(description="Ours: the one that sends, or that receives.")
    async def site(self, info: Info) -> Partner:
        return await partner_of(info, self.site_id)

    @strawberry.field(description="The service that is asked; none when a partner sends somebody to us.")
    async def service(self, info: Info) -> Service | None:
        return await service_of(info, self.service_id)

    @strawberry.field(description="Its life, oldest first.")
    async def events(self, info: Info, first: int = 20) -> list[ReferralEvent]:
        found = await info.context.batches.events.load(referral.ReferralId(self.id))
        return [ReferralEvent.of(event, known(info)) for event in found[: max(0, min(first, 100))]]

    @classmethod
    def of(cls, value: referral.Referral, known: Reference) -> "Referral":
        whose = turn(value)
        return cls(
            id=strawberry.ID(value.id),
            intake_id=strawberry.ID(value.intake),
            follows_id=None if value.follows is None else strawberry.ID(value.follows),
            version=value.version,
            state=value.state,
            state_label=STATES[value.state],
            mode=value.mode,
            mode_label=MODES[value.mode],
            direction=value.direction,
            direction_label=DIRECTIONS[value.direction],
            needs=_needs("Referral.needs", value.needs, known),
            since=value.since,
            sent_on=value.sent_on,
            answered_on=value.answered_on,
            planned_on=value.planned_on,
            ended_on=value.ended_on,
            refusal=value.refusal,
            refusal_label=None if value.refusal is None else reason_label(value.refusal),
            outcomes=capped("Referral.outcomes", (NeedOutcome.of(o, known) for o in value.outcomes)),
            turn=whose,
            turn_label=TURNS[whose],
            allowed=capped("Referral.allowed", moves(value.state, value.direction)),
            simulated=value.simulated,
            partner_id=value.other,
            site_id=value.site,
            service_id=value.service,
        )


def moves(state: State, direction: Direction) -> list[Move]:
    return [Move(state=to, label=move_label(state, to, direction)) for to in allowed(state)]


@strawberry.type(description="A referral that was made. A second open one to the same service is warned about.")
class Referred:
    referral: Referral
    duplicates: list[Referral] = strawberry.field(description="Those that were open when it was made.")
    warning: str | None

    @classmethod
    def of(cls, value: referrals.Referred, known: Reference) -> "Referred":
        warned = "Ce jeune est déjà orienté vers ce service." if value.duplicates else None
        return cls(
            referral=Referral.of(value.referral, known),
            duplicates=capped("Referred.duplicates", (Referral.of(r, known) for r in value.duplicates)),
            warning=warned,
        )


@strawberry.type(description="The referral that ends, and the one that follows it.")
class Rerouted:
    before: Referral
    made: Referred

    @classmethod
    def of(cls, value: rerouting.Rerouted, known: Reference) -> "Rerouted":
        return cls(before=Referral.of(value.before, known), made=Referred.of(value.made, known))


@strawberry.type(description="Partners to turn to next, best first.")
class Proposals:
    proposals: list[Suggested]


@strawberry.type(description="The first referral, then those that re-route it, to the last.")
class ReferralChain:
    referrals: list[Referral]

    @classmethod
    def of(cls, values: Iterable[referral.Referral], known: Reference) -> "ReferralChain":
        return cls(referrals=capped("ReferralChain.referrals", (Referral.of(r, known) for r in values)))


@strawberry.type(description="A referral with what is to be done of it.")
class WorkItem:
    referral: Referral
    group: Group
    group_label: str
    due: datetime | None = strawberry.field(description="When the reminder, or the end, comes by itself.")
    late: bool

    @classmethod
    def of(cls, value: following.Item, known: Reference) -> "WorkItem":
        return cls(
            referral=Referral.of(value.referral, known),
            group=value.group,
            group_label=WORK[value.group.value],
            due=value.due,
            late=value.late,
        )


@strawberry.type
class WorkEdge:
    cursor: str
    node: WorkItem


@strawberry.type
class WorkCount:
    group: Group
    label: str
    n: int


@strawberry.type(description="What is to be done, those that have not moved for longest first.")
class WorkConnection:
    edges: list[WorkEdge]
    page_info: PageInfo
    total_count: int
    groups: list[WorkCount] = strawberry.field(description="Of all groups, whichever was asked for.")
    forgotten: int = strawberry.field(description="Refused or left without an answer too long ago to be listed.")


@strawberry.type(description="What a young person is waiting for, from whom, since when, and whose turn it is.")
class Plan:
    intake: Intake
    open: list[WorkItem]
    ended: list[WorkItem]
    alone: list[Need] = strawberry.field(description="Needs that no referral follows.")
    co_supports: list[CoSupport]

    @classmethod
    def of(cls, value: following.Plan, known: Reference) -> "Plan":
        return cls(
            intake=Intake.of(value.intake, known),
            open=capped("Plan.open", (WorkItem.of(i, known) for i in value.open)),
            ended=capped("Plan.ended", (WorkItem.of(i, known) for i in value.ended)),
            alone=_needs("Plan.alone", frozenset(value.alone), known),
            co_supports=capped("Plan.coSupports", (CoSupport.of(c) for c in value.cosupports)),
        )


def _needs(field: str, codes: frozenset[model.NeedCode], known: Reference) -> list[Need]:
    """In the order of the booklet."""
    return capped(field, (Need.of(need) for code, need in known.needs.items() if code in codes))
