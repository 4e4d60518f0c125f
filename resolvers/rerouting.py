"""Where to turn when a partner did not take somebody: the next best one, and the chain that is kept."""

from dataclasses import dataclass

from graph.entry import Entry
from graph.errors import NotFound, RequestRefused
from graph.lifecycle import CLOSED, after
from graph.model import IdempotencyKey, NeedCode, ServiceId
from graph.referral import Referral, ReferralId, State
from graph.suggestion import Suggested
from resolvers import suggestion as suggestions
from resolvers.context import Context
from resolvers.intakes import intake, request_of
from resolvers.keys import derived, spelled
from resolvers.new_referrals import new_referral
from resolvers.referrals import (
    Referred,
    as_of,
    first_event,
    moved_first,
    next_event,
    of_intake,
    referral,
    referred,
    written,
)

_LOOKED_AT = 50
"""Partners that are looked through for one that was not asked yet."""


@dataclass(frozen=True, slots=True)
class Rerouted:
    """The referral that ends, and the one that follows it."""

    before: Referral
    made: Referred


async def proposals(context: Context, id: ReferralId, most: int = 5) -> list[Suggested]:
    """Partners for the needs of that referral, best first, without those that its chain asked or that are asked now."""
    held = await referral(context, id)
    all_of = await of_intake(context, held.intake)
    tried = {r.other for r in chained(held, all_of)} | {r.other for r in all_of if r.state not in CLOSED}
    request = request_of(context.knowledge.reference, await intake(context, held.intake), held.needs, _LOOKED_AT)
    found, _ = await suggestions.suggestion(context, request)
    return [s for s in found.suggestions if s.partner.id not in tried and not s.service.internal][:most]


async def reroute(
    context: Context,
    id: ReferralId,
    expected: int,
    key: IdempotencyKey,
    service: ServiceId | None = None,
) -> Rerouted:
    """Ends the referral and sends a new one that follows it, to *service* or to the next best partner, in one write.

    It is about the needs that this service meets. Raises IllegalMove, RequestRefused when nobody else fits, Conflict.
    """
    call = spelled("reroute", id=id, expected=expected, service=service)
    made_id = ReferralId(derived(key, "referral"))
    if await context.store.followed(key, call) is None:
        held = await referral(context, id)
        if held.version != expected:
            if await context.store.followed(key, call) is None:
                raise await moved_first(context, held)
        else:
            await _write(context, held, made_id, key, call, service)
    done = await context.store.followed(key, call)
    if done is None:
        raise NotFound("Orientation", made_id)
    made = await referred(context, made_id, done.version(made_id))
    return Rerouted(await as_of(context, id, done.version(id)), made)


async def chain(context: Context, id: ReferralId) -> list[Referral]:
    """The first referral, then those that re-route it, to the last."""
    held = await referral(context, id)
    return chained(held, await of_intake(context, held.intake))


def chained(held: Referral, all_of: list[Referral]) -> list[Referral]:
    by_id = {r.id: r for r in all_of}
    next_of = {r.follows: r for r in all_of if r.follows is not None}
    found = [held]
    while (before := found[0].follows) is not None and before in by_id:
        found.insert(0, by_id[before])
    while found[-1].id in next_of:
        found.append(next_of[found[-1].id])
    return found


async def _write(
    context: Context,
    held: Referral,
    made_id: ReferralId,
    key: IdempotencyKey,
    call: str,
    service: ServiceId | None,
) -> None:
    ending = next_event(context, held, State.REORIENTEE)
    after(held, held, ending)
    if service is None:
        best = await proposals(context, held.id, 1)
        if not best:
            raise RequestRefused("Aucun autre partenaire ne peut répondre à ces besoins : ils ont tous été sollicités.")
        service = best[0].service.id
    directory = await context.directories.current()
    asked = directory.services.get(service)
    if asked is None:
        raise NotFound("Service", service)
    needs: frozenset[NeedCode] = held.needs & asked.needs
    if not needs:
        raise RequestRefused("Ce service ne répond à aucun des besoins de cette orientation.")
    booklet = await intake(context, held.intake)
    made = new_referral(context, directory, made_id, booklet, service, needs, held.site, follows=held.id)
    entry = Entry(referrals=(made,), events=(ending, first_event(context, made_id, State.ENVOYEE, context.clock())))
    await written(context, entry, held, key, call)
