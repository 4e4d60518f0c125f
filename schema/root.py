"""The questions and the writes of the API. A method parses, asks a resolver, translates."""

from datetime import date
from typing import Annotated, TypeAlias

import strawberry

from graph import model
from resolvers import decisions, partners, services
from resolvers import suggestion as suggestions
from schema.errors import Conflict, NotFound, Refused
from schema.evaluation import EvaluationQuery
from schema.follow_root import FollowMutation, FollowQuery
from schema.inputs import DecisionInput, Key, PartnerFilterInput, RequestInput, ServiceInput, Version, short
from schema.network import NetworkQuery
from schema.pages import (
    FIRST,
    DecisionConnection,
    DecisionEdge,
    MentionConnection,
    MentionEdge,
    PartnerConnection,
    PartnerEdge,
    ServiceConnection,
    ServiceEdge,
    cursor,
    key,
    page_info,
)
from schema.suggestion import Suggestion
from schema.types import Decision, Domain, Heading, Info, Mention, Need, Partner, Sector, Service, Situation, Territory
from schema.types import known as reference_of

PartnersResult: TypeAlias = Annotated[PartnerConnection | Refused, strawberry.union("PartnersResult")]
PartnerResult: TypeAlias = Annotated[Partner | NotFound, strawberry.union("PartnerResult")]
ServicesResult: TypeAlias = Annotated[ServiceConnection | Refused, strawberry.union("ServicesResult")]
ServiceResult: TypeAlias = Annotated[Service | NotFound, strawberry.union("ServiceResult")]
SuggestResult: TypeAlias = Annotated[Suggestion | Refused, strawberry.union("SuggestResult")]
WaitingResult: TypeAlias = Annotated[MentionConnection | Refused, strawberry.union("WaitingResult")]
DecisionsResult: TypeAlias = Annotated[DecisionConnection | Refused, strawberry.union("DecisionsResult")]
DecideResult: TypeAlias = Annotated[Decision | Refused | NotFound | Conflict, strawberry.union("DecideResult")]
SaveServiceResult: TypeAlias = Annotated[Service | Refused | NotFound | Conflict, strawberry.union("SaveServiceResult")]


@strawberry.type
class Query(FollowQuery, EvaluationQuery, NetworkQuery):
    @strawberry.field(description="Headings of the booklet, in its order.")
    def headings(self, info: Info) -> list[Heading]:
        return [Heading.of(h) for h in reference_of(info).headings.values()]

    @strawberry.field(description="Needs, in the order of the booklet.")
    def needs(self, info: Info) -> list[Need]:
        return [Need.of(n) for n in reference_of(info).needs.values()]

    @strawberry.field(description="Situations that decide eligibility.")
    def situations(self, info: Info) -> list[Situation]:
        return [Situation.of(s) for s in reference_of(info).situations.values()]

    @strawberry.field(description="Sectors of the work wished.")
    def sectors(self, info: Info) -> list[Sector]:
        return [Sector.of(s) for s in reference_of(info).sectors.values()]

    @strawberry.field(description="The seven domains.")
    def domains(self, info: Info) -> list[Domain]:
        return [Domain.of(d) for d in reference_of(info).domains.values()]

    @strawberry.field(description="Communes that the Mission Locale serves, by name, then what holds them.")
    def territories(self, info: Info) -> list[Territory]:
        known = reference_of(info)
        communes = [model.TerritoryCode(c.insee) for c in known.served()]
        above = [*known.epcis, *known.departements, model.FRANCE]
        return [Territory.of(code, known) for code in (*communes, *above)]

    @strawberry.field(description="Partners that match, by id.")
    async def partners(
        self, info: Info, filter: PartnerFilterInput | None = None, first: int = FIRST, after: str | None = None
    ) -> PartnersResult:
        wanted = (filter or PartnerFilterInput()).to_domain(reference_of(info))
        page = await partners.partner_page(info.context, wanted, first, key(after))
        return PartnerConnection(
            edges=[PartnerEdge(cursor=cursor(p.id), node=Partner.of(p, reference_of(info))) for p in page.items],
            page_info=page_info([p.id for p in page.items], page.more, after),
            total_count=page.total,
        )

    @strawberry.field(description="One partner.")
    async def partner(self, info: Info, id: strawberry.ID) -> PartnerResult:
        return Partner.of(await partners.partner(info.context, model.PartnerId(id)), reference_of(info))

    @strawberry.field(description="Services by id; only those to confirm, or only the others, when asked.")
    async def services(
        self, info: Info, to_confirm: bool | None = None, first: int = FIRST, after: str | None = None
    ) -> ServicesResult:
        page = await partners.service_page(info.context, first, key(after), to_confirm=to_confirm)
        return ServiceConnection(
            edges=[ServiceEdge(cursor=cursor(s.id), node=Service.of(s, reference_of(info))) for s in page.items],
            page_info=page_info([s.id for s in page.items], page.more, after),
            total_count=page.total,
        )

    @strawberry.field(description="One service.")
    async def service(self, info: Info, id: strawberry.ID) -> ServiceResult:
        return Service.of(await partners.service(info.context, model.ServiceId(id)), reference_of(info))

    @strawberry.field(description="Partners that fit these needs, best first, and why the others do not.")
    async def suggest(self, info: Info, request: RequestInput) -> SuggestResult:
        asked = request.to_domain(reference_of(info))
        found, directory = await suggestions.suggestion(info.context, asked, learned=request.learned)
        return Suggestion.of(found, directory, reference_of(info))

    @strawberry.field(description="Mentions that wait for a coordinator's decision, by id.")
    async def waiting(self, info: Info, first: int = FIRST, after: str | None = None) -> WaitingResult:
        page = await partners.waiting(info.context, first, key(after))
        return MentionConnection(
            edges=[MentionEdge(cursor=cursor(r.mention.id), node=Mention.of(r)) for r in page.items],
            page_info=page_info([r.mention.id for r in page.items], page.more, after),
            total_count=page.total,
        )

    @strawberry.field(description="Decisions of coordinators, undone ones too, by id.")
    async def decisions(self, info: Info, first: int = FIRST, after: str | None = None) -> DecisionsResult:
        page = await partners.decision_page(info.context, first, key(after))
        return DecisionConnection(
            edges=[DecisionEdge(cursor=cursor(d.id), node=Decision.of(d)) for d in page.items],
            page_info=page_info([d.id for d in page.items], page.more, after),
            total_count=page.total,
        )


@strawberry.type
class Mutation(FollowMutation):
    @strawberry.mutation(description="Says what names are, as the lists write them: « Parent / Unit » for a unit.")
    async def decide(self, info: Info, decision: DecisionInput, idempotency_key: Key) -> DecideResult:
        return Decision.of(
            await decisions.decide(
                info.context,
                decision.kind,
                tuple(short(name, "Le nom") for name in decision.names),
                short(decision.reason, "Le motif"),
                model.IdempotencyKey(idempotency_key),
            )
        )

    @strawberry.mutation(description="These two partners are one.")
    async def merge(
        self, info: Info, partner: strawberry.ID, with_partner: strawberry.ID, reason: str, idempotency_key: Key
    ) -> DecideResult:
        return Decision.of(
            await decisions.merge(
                info.context,
                model.PartnerId(partner),
                model.PartnerId(with_partner),
                short(reason, "Le motif"),
                model.IdempotencyKey(idempotency_key),
            )
        )

    @strawberry.mutation(description="This mention is not of the partner that this other mention names.")
    async def split(
        self, info: Info, mention: strawberry.ID, from_mention: strawberry.ID, reason: str, idempotency_key: Key
    ) -> DecideResult:
        return Decision.of(
            await decisions.split(
                info.context,
                model.MentionId(mention),
                model.MentionId(from_mention),
                short(reason, "Le motif"),
                model.IdempotencyKey(idempotency_key),
            )
        )

    @strawberry.mutation(description="Takes a decision back; it stays in the history.")
    async def undo(self, info: Info, decision: strawberry.ID, idempotency_key: Key) -> DecideResult:
        return Decision.of(
            await decisions.undo(info.context, model.DecisionId(decision), model.IdempotencyKey(idempotency_key))
        )

    @strawberry.mutation(description="« À confirmer » goes, with date and author.")
    async def verify_service(
        self, info: Info, id: strawberry.ID, expected_version: Version, idempotency_key: Key
    ) -> SaveServiceResult:
        saved = await services.verify(
            info.context, model.ServiceId(id), expected_version, model.IdempotencyKey(idempotency_key)
        )
        return Service.of(saved, reference_of(info))

    @strawberry.mutation(description="Replaces what the sheet said; the service counts as verified.")
    async def correct_service(
        self, info: Info, id: strawberry.ID, service: ServiceInput, expected_version: Version, idempotency_key: Key
    ) -> SaveServiceResult:
        known = reference_of(info)
        saved = await services.correct(
            info.context,
            model.ServiceId(id),
            expected_version,
            model.IdempotencyKey(idempotency_key),
            repr(service),
            lambda held: service.to_domain(held, known),
        )
        return Service.of(saved, reference_of(info))

    @strawberry.mutation(description="Full or closed until a day, not included; null: open again now.")
    async def suspend_service(
        self,
        info: Info,
        id: strawberry.ID,
        expected_version: Version,
        idempotency_key: Key,
        until: date | None = None,
        full: bool = False,
    ) -> SaveServiceResult:
        saved = await services.suspend(
            info.context,
            model.ServiceId(id),
            until,
            full=full,
            expected=expected_version,
            key=model.IdempotencyKey(idempotency_key),
        )
        return Service.of(saved, reference_of(info))

    @strawberry.mutation(description="Closed for good, or open again.")
    async def close_service(
        self, info: Info, id: strawberry.ID, expected_version: Version, idempotency_key: Key, closed: bool = True
    ) -> SaveServiceResult:
        saved = await services.close(
            info.context,
            model.ServiceId(id),
            closed=closed,
            expected=expected_version,
            key=model.IdempotencyKey(idempotency_key),
        )
        return Service.of(saved, reference_of(info))
