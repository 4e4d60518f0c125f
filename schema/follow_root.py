"""The questions and the writes of the API about what is followed. A method parses, asks a resolver, translates."""

from datetime import date
from typing import Annotated, TypeAlias

import strawberry

from graph.agreement import AgreementId, AgreementKind
from graph.cosupport import CoSupportId, LeaveReason
from graph.errors import RequestRefused
from graph.follow_wording import WORK
from graph.intake import IntakeId
from graph.model import IdempotencyKey, PartnerId, ServiceId
from graph.referral import ErrorReason, ReferralId, RefusalReason, State
from resolvers import agreements, cosupports, following, intakes, referrals, rerouting
from resolvers.following import Group
from schema.errors import Conflict, IllegalMove, NotFound, Refused
from schema.follow_inputs import IntakeInput, NeedOutcomeInput, PlaceInput, needs, places
from schema.following import (
    Intake,
    Plan,
    Proposals,
    RecordedIntake,
    Referral,
    ReferralChain,
    Referred,
    Rerouted,
    WorkConnection,
    WorkCount,
    WorkEdge,
    WorkItem,
)
from schema.guard import CAPS
from schema.inputs import Key, Version
from schema.pages import FIRST, cursor, key, page_info
from schema.suggestion import Suggested, Suggestion, shown
from schema.supporting import (
    Agreement,
    AgreementConnection,
    AgreementEdge,
    CoSupport,
    ProposedCoSupport,
    SeenCoSupport,
    ServiceTimers,
)
from schema.types import Info, capped
from schema.types import known as reference_of

PlanResult: TypeAlias = Annotated[Plan | NotFound, strawberry.union("PlanResult")]
ReferralResult: TypeAlias = Annotated[Referral | NotFound, strawberry.union("ReferralResult")]
ChainResult: TypeAlias = Annotated[ReferralChain | NotFound, strawberry.union("ChainResult")]
ProposalsResult: TypeAlias = Annotated[Proposals | NotFound | Refused, strawberry.union("ProposalsResult")]
WorkResult: TypeAlias = Annotated[WorkConnection | Refused, strawberry.union("WorkResult")]
CoSupportResult: TypeAlias = Annotated[CoSupport | NotFound, strawberry.union("CoSupportResult")]
SeenResult: TypeAlias = Annotated[SeenCoSupport | NotFound, strawberry.union("SeenResult")]
ProposedResult: TypeAlias = Annotated[ProposedCoSupport | NotFound | Refused, strawberry.union("ProposedResult")]
AgreementsResult: TypeAlias = Annotated[AgreementConnection | Refused, strawberry.union("AgreementsResult")]
RecordIntakeResult: TypeAlias = Annotated[
    RecordedIntake | Refused | NotFound | Conflict, strawberry.union("RecordIntakeResult")
]
ReferResult: TypeAlias = Annotated[
    Referred | IllegalMove | Refused | NotFound | Conflict, strawberry.union("ReferResult")
]
MoveResult: TypeAlias = Annotated[
    Referral | IllegalMove | Refused | NotFound | Conflict, strawberry.union("MoveResult")
]
RerouteResult: TypeAlias = Annotated[
    Rerouted | IllegalMove | Refused | NotFound | Conflict, strawberry.union("RerouteResult")
]
SaveCoSupportResult: TypeAlias = Annotated[
    CoSupport | Refused | NotFound | Conflict, strawberry.union("SaveCoSupportResult")
]
SaveAgreementResult: TypeAlias = Annotated[
    Agreement | Refused | NotFound | Conflict, strawberry.union("SaveAgreementResult")
]
SetTimersResult: TypeAlias = Annotated[
    ServiceTimers | Refused | NotFound | Conflict, strawberry.union("SetTimersResult")
]


@strawberry.type
class FollowQuery:
    @strawberry.field(description="What a young person is waiting for, from whom, since when.")
    async def plan(self, info: Info, intake: strawberry.ID) -> PlanResult:
        return Plan.of(await following.plan(info.context, IntakeId(intake)), reference_of(info))

    @strawberry.field(description="One referral.")
    async def referral(self, info: Info, id: strawberry.ID) -> ReferralResult:
        return Referral.of(await referrals.referral(info.context, ReferralId(id)), reference_of(info))

    @strawberry.field(description="The referrals that re-route one another, this one among them.")
    async def referral_chain(self, info: Info, id: strawberry.ID) -> ChainResult:
        return ReferralChain.of(await rerouting.chain(info.context, ReferralId(id)), reference_of(info))

    @strawberry.field(description="The next best partners for the needs of a referral, without those already asked.")
    async def proposals(self, info: Info, referral: strawberry.ID, first: int = 5) -> ProposalsResult:
        most = CAPS["Proposals.proposals"]
        if not 1 <= first <= most:
            raise RequestRefused(f"La limite va de 1 à {most}.")
        found = await rerouting.proposals(info.context, ReferralId(referral), first)
        api = shown(await info.context.directories.current(), reference_of(info))
        return Proposals(proposals=capped("Proposals.proposals", (Suggested.of(s, api) for s in found)))

    @strawberry.field(description="What is to be done: late, ours, awaited, to be re-routed.")
    async def work(
        self,
        info: Info,
        site: strawberry.ID | None = None,
        group: Group | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> WorkResult:
        last, of = key(after), None if site is None else PartnerId(site)
        found = await following.work_list(
            info.context, first, None if last is None else ReferralId(last), site=of, group=group
        )
        return WorkConnection(
            edges=[
                WorkEdge(cursor=cursor(i.referral.id), node=WorkItem.of(i, reference_of(info))) for i in found.items
            ],
            page_info=page_info([i.referral.id for i in found.items], found.more, after),
            total_count=found.total,
            groups=[WorkCount(group=one, label=WORK[one.value], n=n) for one, n in found.groups.items()],
            forgotten=found.forgotten,
        )

    @strawberry.field(description="One co-support.")
    async def co_support(self, info: Info, id: strawberry.ID) -> CoSupportResult:
        return CoSupport.of(await cosupports.cosupport(info.context, CoSupportId(id)))

    @strawberry.field(description="A co-support as one of its member partners sees it.")
    async def co_support_seen_by(self, info: Info, id: strawberry.ID, partner: strawberry.ID) -> SeenResult:
        return SeenCoSupport.of(await cosupports.seen_by(info.context, CoSupportId(id), PartnerId(partner)))

    @strawberry.field(description="The team that could stand around a young person.")
    async def proposed_co_support(self, info: Info, intake: strawberry.ID) -> ProposedResult:
        return ProposedCoSupport.of(await cosupports.propose(info.context, IntakeId(intake)))

    @strawberry.field(description="Agreements by id.")
    async def agreements(self, info: Info, first: int = FIRST, after: str | None = None) -> AgreementsResult:
        page = await agreements.agreement_page(info.context, first, key(after))
        today = info.context.today()
        return AgreementConnection(
            edges=[AgreementEdge(cursor=cursor(a.id), node=Agreement.of(a, today)) for a in page.items],
            page_info=page_info([a.id for a in page.items], page.more, after),
            total_count=page.total,
        )


@strawberry.type
class FollowMutation:
    @strawberry.mutation(description="Records a booklet and answers the partners that fit.")
    async def record_intake(self, info: Info, intake: IntakeInput, idempotency_key: Key) -> RecordIntakeResult:
        recorded = await intakes.record_intake(
            info.context,
            intake.age,
            intake.commune,
            intake.programme,
            intake.site,
            intake.needs,
            IdempotencyKey(idempotency_key),
            situations=intake.situations,
            sectors=intake.sectors,
            received_on=intake.received_on,
            id=intake.id,
        )
        known = reference_of(info)
        return RecordedIntake(
            intake=Intake.of(recorded.intake, known),
            suggestion=Suggestion.of(recorded.suggestion, recorded.directory, known),
        )

    @strawberry.mutation(description="Sends a young person to a service; start: ENVOYEE, BROUILLON or ACCORD_ATTENDU.")
    async def refer(
        self,
        info: Info,
        intake: strawberry.ID,
        service: strawberry.ID,
        needs_: Annotated[list[str], strawberry.argument(name="needs")],
        idempotency_key: Key,
        site: strawberry.ID | None = None,
        start: State = State.ENVOYEE,
    ) -> ReferResult:
        made = await referrals.refer(
            info.context,
            IntakeId(intake),
            ServiceId(service),
            needs(needs_),
            IdempotencyKey(idempotency_key),
            site=None if site is None else PartnerId(site),
            start=start,
        )
        return Referred.of(made, reference_of(info))

    @strawberry.mutation(description="Writes down a referral made by phone or at the desk.")
    async def declare_referral(
        self,
        info: Info,
        intake: strawberry.ID,
        service: strawberry.ID,
        needs_: Annotated[list[str], strawberry.argument(name="needs")],
        idempotency_key: Key,
        site: strawberry.ID | None = None,
        day: date | None = None,
        answer: State | None = None,
        reason: RefusalReason | None = None,
        planned_on: date | None = None,
    ) -> ReferResult:
        made = await referrals.declare(
            info.context,
            IntakeId(intake),
            ServiceId(service),
            needs(needs_),
            IdempotencyKey(idempotency_key),
            site=None if site is None else PartnerId(site),
            day=day,
            answer=answer,
            reason=reason,
            planned_on=planned_on,
        )
        return Referred.of(made, reference_of(info))

    @strawberry.mutation(description="A partner sends us a young person.")
    async def receive_referral(
        self,
        info: Info,
        intake: strawberry.ID,
        partner: strawberry.ID,
        needs_: Annotated[list[str], strawberry.argument(name="needs")],
        idempotency_key: Key,
        site: strawberry.ID | None = None,
        day: date | None = None,
    ) -> ReferResult:
        made = await referrals.receive(
            info.context,
            IntakeId(intake),
            PartnerId(partner),
            needs(needs_),
            IdempotencyKey(idempotency_key),
            site=None if site is None else PartnerId(site),
            day=day,
        )
        return Referred.of(made, reference_of(info))

    @strawberry.mutation(description="Moves a referral; a mistake takes an error, a refusal a reason, an end outcomes.")
    async def move_referral(
        self,
        info: Info,
        id: strawberry.ID,
        to: State,
        expected_version: Version,
        idempotency_key: Key,
        reason: RefusalReason | None = None,
        error: ErrorReason | None = None,
        planned_on: date | None = None,
        outcomes: list[NeedOutcomeInput] | None = None,
    ) -> MoveResult:
        if reason is not None and error is not None:
            raise RequestRefused("Un motif, ou une erreur : pas les deux.")
        moved = await referrals.move(
            info.context,
            ReferralId(id),
            to,
            expected_version,
            IdempotencyKey(idempotency_key),
            reason=reason if error is None else error,
            planned_on=planned_on,
            outcomes=[outcome.to_domain() for outcome in outcomes or ()],
        )
        return Referral.of(moved, reference_of(info))

    @strawberry.mutation(description="Ends a referral and sends the next; without a service, to the next best partner.")
    async def reroute(
        self,
        info: Info,
        id: strawberry.ID,
        expected_version: Version,
        idempotency_key: Key,
        service: strawberry.ID | None = None,
    ) -> RerouteResult:
        done = await rerouting.reroute(
            info.context,
            ReferralId(id),
            expected_version,
            IdempotencyKey(idempotency_key),
            None if service is None else ServiceId(service),
        )
        return Rerouted.of(done, reference_of(info))

    @strawberry.mutation(description="Opens a co-support; without members, with the team of the suggestion.")
    async def open_co_support(
        self,
        info: Info,
        intake: strawberry.ID,
        idempotency_key: Key,
        members: list[PlaceInput] | None = None,
    ) -> SaveCoSupportResult:
        return CoSupport.of(
            await cosupports.open_cosupport(
                info.context, IntakeId(intake), IdempotencyKey(idempotency_key), places(members)
            )
        )

    @strawberry.mutation(description="A partner joins; a new lead takes over from the one there is.")
    async def join_co_support(
        self, info: Info, id: strawberry.ID, member: PlaceInput, expected_version: Version, idempotency_key: Key
    ) -> SaveCoSupportResult:
        return CoSupport.of(
            await cosupports.join(
                info.context,
                CoSupportId(id),
                member.to_domain(),
                expected_version,
                IdempotencyKey(idempotency_key),
            )
        )

    @strawberry.mutation(description="A partner leaves.")
    async def leave_co_support(
        self,
        info: Info,
        id: strawberry.ID,
        partner: strawberry.ID,
        reason: LeaveReason,
        expected_version: Version,
        idempotency_key: Key,
    ) -> SaveCoSupportResult:
        return CoSupport.of(
            await cosupports.leave(
                info.context,
                CoSupportId(id),
                PartnerId(partner),
                reason,
                expected_version,
                IdempotencyKey(idempotency_key),
            )
        )

    @strawberry.mutation(description="A meeting that was held, and who was there.")
    async def meet(
        self,
        info: Info,
        id: strawberry.ID,
        on: date,
        present: list[strawberry.ID],
        expected_version: Version,
        idempotency_key: Key,
    ) -> SaveCoSupportResult:
        return CoSupport.of(
            await cosupports.meet(
                info.context,
                CoSupportId(id),
                on,
                map(PartnerId, present),
                expected_version,
                IdempotencyKey(idempotency_key),
            )
        )

    @strawberry.mutation(description="Closes a co-support; those who are still members leave.")
    async def close_co_support(
        self,
        info: Info,
        id: strawberry.ID,
        expected_version: Version,
        idempotency_key: Key,
        reason: LeaveReason = LeaveReason.FIN,
    ) -> SaveCoSupportResult:
        return CoSupport.of(
            await cosupports.close(
                info.context, CoSupportId(id), expected_version, IdempotencyKey(idempotency_key), reason
            )
        )

    @strawberry.mutation(description="Saves an agreement; with an id, replaces it whole.")
    async def save_agreement(
        self,
        info: Info,
        kind: AgreementKind,
        partners: list[strawberry.ID],
        starts_on: date,
        idempotency_key: Key,
        ends_on: date | None = None,
        renews: strawberry.ID | None = None,
        id: strawberry.ID | None = None,
        expected_mark: str | None = None,
    ) -> SaveAgreementResult:
        saved = await agreements.save_agreement(
            info.context,
            kind,
            map(PartnerId, partners),
            starts_on,
            IdempotencyKey(idempotency_key),
            ends_on=ends_on,
            renews=None if renews is None else AgreementId(renews),
            id=None if id is None else AgreementId(id),
            read=expected_mark,
        )
        return Agreement.of(saved, info.context.today())

    @strawberry.mutation(description="Timers of a service, in days.")
    async def set_service_timers(
        self,
        info: Info,
        service: strawberry.ID,
        idempotency_key: Key,
        reminder: int = 10,
        expiry: int = 30,
        study: int = 60,
    ) -> SetTimersResult:
        return ServiceTimers.of(
            await agreements.set_timers(
                info.context, ServiceId(service), reminder, expiry, study, IdempotencyKey(idempotency_key)
            )
        )
