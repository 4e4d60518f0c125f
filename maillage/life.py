"""The life of one referral, with the chain it stands in and where to turn when it did not succeed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.intake import IntakeId
from graph.model import Partner, Service, ServiceId
from graph.referral import ReferralId
from maillage.referral_shown import Moment, Told, life, new_key
from resolvers.context import Context
from resolvers.following import item_of
from resolvers.referrals import events, open_to, referral
from resolvers.rerouting import chain, proposals

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
    held = await referral(context, id)
    known, directory, now = context.knowledge.reference, await context.directories.current(), context.clock()
    one = Told(held, directory, known, now, (await item_of(context, held)).late)
    proposed = await proposals(context, id, PROPOSED) if one.reroutes else []
    return Life(
        one=one,
        events=life(await events(context, id), known),
        chain=[Told(r, directory, known, now) for r in await chain(context, id)],
        next_best=[NextBest(s.partner, s.service, [reason.text for reason in s.reasons][:2]) for s in proposed],
        warnings=[] if one.closed else await open_already(context, held.intake, held.service, but=id),
    )


async def open_already(
    context: Context, intake: IntakeId, service: ServiceId | None, but: ReferralId | None = None
) -> list[Warned]:
    directory = await context.directories.current()
    known, now = context.knowledge.reference, context.clock()
    warned: list[Warned] = []
    for other in await open_to(context, intake, service, but):
        one = Told(other, directory, known, now)
        text = f"ce jeune est déjà orienté vers ce service ({one.state.lower()} {one.since})."
        warned.append(Warned(other.id, text))
    return warned
