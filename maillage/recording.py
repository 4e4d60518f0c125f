"""A confirmed referral, as the page of its confirmation sends it: the intake if it is new, the referral, the team."""

from dataclasses import dataclass, replace
from datetime import date

from graph.cosupport import CoSupport, CoSupportId, Member, Role
from graph.entry import Entry
from graph.errors import RequestRefused
from graph.intake import IntakeId
from graph.lifecycle import after
from graph.model import IdempotencyKey, NeedCode, PartnerId, Request, ServiceId
from graph.referral import Mode, ReferralId, State
from resolvers import suggestion as suggestions
from resolvers.context import Context
from resolvers.intakes import intake, record_intake, request_of
from resolvers.keys import derived, spelled
from resolvers.referrals import (
    declare,
    first_event,
    moved_first,
    new_referral,
    next_event,
    refer,
    referral,
    written,
)


@dataclass(frozen=True, slots=True)
class Recording:
    """`site` and `programme` are asked of a new intake only; `on` and `answer` of a declared referral."""

    key: IdempotencyKey
    intake: IntakeId
    request: Request
    site: PartnerId
    programme: str
    service: ServiceId
    about: frozenset[NeedCode]
    mode: Mode
    start: State = State.ENVOYEE
    on: date | None = None
    answer: State | None = None
    team: bool = False


async def record(context: Context, wanted: Recording) -> ReferralId:
    """Each part has a key of its own, made from that of the form: sent twice, or again after a refusal, once each."""
    if wanted.intake not in await context.store.intakes([wanted.intake]):
        asked = wanted.request
        await record_intake(
            context,
            asked.age,
            asked.commune,
            wanted.programme,
            wanted.site,
            asked.needs,
            part(wanted.key, "livret"),
            situations=asked.situations,
            sectors=asked.sectors,
            id=wanted.intake,
        )
    if wanted.mode is Mode.DECLARED:
        made = await declare(
            context, wanted.intake, wanted.service, wanted.about, wanted.key, day=wanted.on, answer=wanted.answer
        )
    else:
        made = await refer(context, wanted.intake, wanted.service, wanted.about, wanted.key, start=wanted.start)
    if wanted.team:
        await open_team(context, wanted.intake, part(wanted.key, "equipe"))
    return made.referral.id


async def open_team(context: Context, id: IntakeId, key: IdempotencyKey) -> None:
    """The co-support of the team that a suggestion for all the needs of the intake proposes."""
    call = spelled("team", intake=id)
    if await context.store.followed(key, call) is not None:
        return
    held = await intake(context, id)
    found, _ = await suggestions.suggestion(context, request_of(context.knowledge.reference, held, limit=1000))
    services = {one.partner.id: one.service.id for one in found.suggestions}
    today = context.today()
    members = tuple(
        Member(
            member.partner,
            services.get(member.partner),
            Role.LEAD if member.partner == found.team.lead else Role.MEMBER,
            today,
        )
        for member in found.team.members
    )
    if not members:
        raise RequestRefused("Aucune équipe ne peut être proposée pour ce jeune.")
    opened = CoSupport(CoSupportId(derived(key, "cosupport")), id, today, members, simulated=held.simulated)
    await context.store.follow(Entry(cosupports=(opened,)), key=key, call=call)


async def reroute(
    context: Context, id: ReferralId, expected: int, service: ServiceId, key: IdempotencyKey
) -> ReferralId:
    """Closes a referral as re-routed and makes the one that follows it, about the same needs."""
    made, call = ReferralId(derived(key, "referral")), spelled("reroute", id=id, expected=expected, service=service)
    if await context.store.followed(key, call) is not None:
        return made
    old = await referral(context, id)
    if old.version != expected:
        raise await moved_first(context, old)
    closing = next_event(context, old, State.REORIENTEE)
    after(old, old, closing)
    held, directory = await intake(context, old.intake), await context.directories.current()
    new = replace(new_referral(context, directory, made, held, service, old.needs, old.site), follows=id)
    entry = Entry(referrals=(new,), events=(closing, first_event(context, made)))
    await written(context, entry, old, key, call)
    return made


def part(key: IdempotencyKey, name: str) -> IdempotencyKey:
    return IdempotencyKey(f"{key}-{name}")
