"""The life of one referral, with the chain it stands in and where to turn when it did not succeed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.errors import NotFound
from graph.follow_store import ReferralFilter
from graph.intake import IntakeId
from graph.lifecycle import CLOSED
from graph.model import Partner, PartnerId, Service, ServiceId
from graph.reference import MINOR
from graph.referral import Referral, ReferralId
from graph.timers import DEFAULT
from maillage.referral_shown import Moment, Told, life, new_key
from resolvers import suggestion as suggestions
from resolvers.context import Context

MOST = 200
PROPOSED = 4


@dataclass(frozen=True, slots=True)
class Warned:
    """Another open referral of the same young person to the same service."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class NextBest:
    partner: Partner
    service: Service
    reasons: Sequence[str]
    key: str = field(default_factory=new_key)


@dataclass(frozen=True, slots=True)
class Life:
    one: Told
    events: Sequence[Moment]
    chain: Sequence[Told]
    next_best: Sequence[NextBest]
    warnings: Sequence[Warned]


async def lived(context: Context, id: ReferralId) -> Life:
    """Raises NotFound."""
    referral = (await context.store.referrals([id])).get(id)
    if referral is None:
        raise NotFound("Orientation", id)
    known, directory, now = context.knowledge.reference, await context.directories.current(), context.clock()
    timers = await context.store.timers()
    all_of, _, _ = await context.store.referral_page(ReferralFilter(intake=referral.intake), MOST)

    def told(one: Referral) -> Told:
        return Told(one, directory, known, now, DEFAULT if one.service is None else timers.get(one.service, DEFAULT))

    chain = chained(referral, all_of)
    one = told(referral)
    tried = frozenset(r.other for r in chain) | frozenset(r.other for r in all_of if r.state not in CLOSED)
    return Life(
        one=one,
        events=life((await context.store.events_of([id]))[id], known),
        chain=[told(r) for r in chain],
        next_best=await _next_best(context, referral, tried) if one.reroutes else [],
        warnings=await open_already(context, referral.intake, referral.service, but=id)
        if referral.state not in CLOSED
        else [],
    )


def chained(referral: Referral, all_of: Sequence[Referral]) -> list[Referral]:
    """The first referral, then those that re-route it, to the last."""
    by_id = {r.id: r for r in all_of} | {referral.id: referral}
    found = [referral]
    while found[0].follows in by_id:
        found.insert(0, by_id[found[0].follows])
    followed_by = {r.follows: r for r in all_of if r.follows is not None}
    while found[-1].id in followed_by:
        found.append(followed_by[found[-1].id])
    return found


async def open_already(
    context: Context, intake: IntakeId, service: ServiceId | None, but: ReferralId | None = None
) -> list[Warned]:
    if service is None:
        return []
    directory = await context.directories.current()
    found, _, _ = await context.store.referral_page(ReferralFilter(intake=intake), MOST)
    known, now = context.knowledge.reference, context.clock()
    warned: list[Warned] = []
    for referral in found:
        if referral.service == service and referral.id != but and referral.state not in CLOSED:
            one = Told(referral, directory, known, now)
            text = f"ce jeune est déjà orienté vers ce service ({one.state.lower()} {one.since})."
            warned.append(Warned(referral.id, text))
    return warned


async def _next_best(context: Context, referral: Referral, tried: frozenset[PartnerId]) -> list[NextBest]:
    """The best partners for the same needs that were not asked yet."""
    intake = (await context.store.intakes([referral.intake])).get(referral.intake)
    if intake is None:
        return []
    request = context.knowledge.reference.request(
        intake.age, intake.commune, referral.needs, intake.situations - {MINOR}, intake.sectors, 20
    )
    found, _ = await suggestions.suggestion(context, request)
    return [
        NextBest(one.partner, one.service, [reason.text for reason in one.reasons][:2])
        for one in found.suggestions
        if one.partner.id not in tried and not one.service.internal
    ][:PROPOSED]
