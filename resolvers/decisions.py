"""A coordinator's word about names: merge, split, unit of, not a partner, and taking it back."""

import hashlib
from dataclasses import replace

from graph.errors import Conflict, NotFound, RequestRefused
from graph.model import (
    Decision,
    DecisionId,
    DecisionKind,
    IdempotencyKey,
    MentionId,
    PartnerId,
    Resolved,
)
from graph.rebuild import Stored, rebuild
from resolvers.context import Context


async def decide(
    context: Context, kind: DecisionKind, names: tuple[str, ...], reason: str, key: IdempotencyKey
) -> Decision:
    """Stores the decision and rebuilds what it changes, in one transaction."""
    if not reason:
        raise RequestRefused("Une décision a un motif.")
    least = 1 if kind is DecisionKind.NOT_A_PARTNER else 2
    if len(names) < least or not all(names):
        raise RequestRefused(f"Cette décision demande au moins {least} nom{'s' if least > 1 else ''}.")
    earlier = await _earlier(context, kind, reason, key)
    if earlier is not None:
        if earlier.names != names:
            raise Conflict("Cette clé a déjà servi à une autre décision.")
        return earlier
    decision = Decision(_id(key), kind, names, reason, context.caller.id, context.clock())
    return await _apply(context, decision, key)


async def merge(
    context: Context, partner: PartnerId, with_partner: PartnerId, reason: str, key: IdempotencyKey
) -> Decision:
    if partner == with_partner:
        raise RequestRefused("Ce sont déjà un seul et même partenaire.")
    earlier = await _earlier(context, DecisionKind.MERGE, reason, key)
    if earlier is not None:  # one of the two partners is gone since
        return earlier
    written = await context.store.resolved_of([partner, with_partner])
    names = tuple(_name(id, written[id]) for id in (partner, with_partner))
    return await decide(context, DecisionKind.MERGE, names, reason, key)


async def split(
    context: Context, mention: MentionId, from_mention: MentionId, reason: str, key: IdempotencyKey
) -> Decision:
    written = {r.mention.id: r for r in await context.store.resolved()}
    for id in (mention, from_mention):
        if id not in written:
            raise NotFound("Mention", id)
    names = (_written(written[mention]), _written(written[from_mention]))
    return await decide(context, DecisionKind.SPLIT, names, reason, key)


async def undo(context: Context, id: DecisionId, key: IdempotencyKey) -> Decision:
    """Taken back once: undoing again answers the decision as it stands."""
    found = {d.id: d for d in await context.store.decisions()}
    if id not in found:
        raise NotFound("Décision", id)
    if found[id].undone_at is not None:
        return found[id]
    return await _apply(context, replace(found[id], undone_at=context.clock(), undone_by=context.caller.id), key)


async def _apply(context: Context, decision: Decision, key: IdempotencyKey) -> Decision:
    directory = await context.store.directory()
    held = Stored(directory, tuple(await context.store.resolved()), tuple(await context.store.decisions()))
    rebuilt = rebuild(held, context.knowledge, decisions=[decision])
    await context.store.apply(rebuilt.change, expected=directory.stamp, key=key)
    return decision


async def _earlier(context: Context, kind: DecisionKind, reason: str, key: IdempotencyKey) -> Decision | None:
    """The decision that this key already made. Raises Conflict when it was another one."""
    id = _id(key)
    for decision in await context.store.decisions():
        if decision.id == id:
            if (decision.kind, decision.reason) != (kind, reason):
                raise Conflict("Cette clé a déjà servi à une autre décision.")
            return decision
    return None


def _id(key: IdempotencyKey) -> DecisionId:
    """From the key: the same call sent again is the same decision."""
    return DecisionId("decision-" + hashlib.sha256(key.encode()).hexdigest()[:24])


def _name(id: PartnerId, written: tuple[Resolved, ...]) -> str:
    if not written:
        raise NotFound("Partenaire", id)
    return _written(written[0])


def _written(resolved: Resolved) -> str:
    """How a decision names it: « Parent / Unit » for a unit written inside an organisation."""
    mention = resolved.mention
    return f"{mention.within} / {mention.raw}" if mention.within else mention.raw
