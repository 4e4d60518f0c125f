"""A coordinator's word about names: merge, split, unit of, not a partner, and taking it back."""

import asyncio
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from graph.errors import Conflict, NotFound, RequestRefused
from graph.model import Decision, DecisionId, DecisionKind, IdempotencyKey, MentionId, PartnerId, Resolved
from graph.names import folded
from graph.rebuild import Stored, rebuild
from graph.sheet import Names
from resolvers.context import Context, stored

ATTEMPTS = 3
"""A write made from a directory that somebody else changed meanwhile is made again from the new one."""

MOST_NAMES = 10
_NAMES = {
    DecisionKind.MERGE: (2, MOST_NAMES),
    DecisionKind.SPLIT: (2, 2),
    DecisionKind.UNIT_OF: (2, 2),
    DecisionKind.NOT_A_PARTNER: (1, MOST_NAMES),
    DecisionKind.NAME: (2, 2),
    DecisionKind.CUT: (3, MOST_NAMES),
}
"""How many names each kind takes. Those about services are made by `resolvers.services`."""

_NEW_TEXT = {DecisionKind.NAME: 1, DecisionKind.CUT: 0}
"""How many of the names have to be known; all of them for the other kinds."""


async def decide(
    context: Context, kind: DecisionKind, names: tuple[str, ...], reason: str, key: IdempotencyKey
) -> Decision:
    """Stores the decision and rebuilds what it changes, in one transaction."""
    least, most = _NAMES.get(kind, (0, 0))
    if not most:
        raise RequestRefused("Une décision sur un service se prend sur sa fiche.")
    _demand(reason)
    if not least <= len(names) <= most or not all(names) or len({folded(name) for name in names}) < len(names):
        count = f"{least}" if least == most else f"de {least} à {most}"
        raise RequestRefused(f"Cette décision demande {count} nom{'s' if most > 1 else ''}, tous différents.")

    def decision(held: Stored, id: DecisionId, moment: datetime) -> Decision:
        known = Names(held.directory.partners, held.resolved)
        for name in names[: _NEW_TEXT.get(kind, len(names))]:
            if not known.find(name):
                raise RequestRefused(f"Aucune liste n'écrit « {name} ».")
        return Decision(id, kind, names, reason, context.caller.id, moment)

    return await _decide(context, decision_id(key, kind.value, *names, reason), key, decision)


async def merge(
    context: Context, partner: PartnerId, with_partner: PartnerId, reason: str, key: IdempotencyKey
) -> Decision:
    if partner == with_partner:
        raise RequestRefused("Ce sont déjà un seul et même partenaire.")
    _demand(reason)

    def decision(held: Stored, id: DecisionId, moment: datetime) -> Decision:
        names = tuple(_name(wanted, held) for wanted in (partner, with_partner))
        return Decision(id, DecisionKind.MERGE, names, reason, context.caller.id, moment)

    return await _decide(context, decision_id(key, "merge", partner, with_partner, reason), key, decision)


async def split(
    context: Context, mention: MentionId, from_mention: MentionId, reason: str, key: IdempotencyKey
) -> Decision:
    _demand(reason)

    def decision(held: Stored, id: DecisionId, moment: datetime) -> Decision:
        mentions = {r.mention.id: r for r in held.resolved}
        for wanted in (mention, from_mention):
            if wanted not in mentions:
                raise NotFound("Mention", wanted)
        names = (written(mentions[mention]), written(mentions[from_mention]))
        return Decision(id, DecisionKind.SPLIT, names, reason, context.caller.id, moment)

    return await _decide(context, decision_id(key, "split", mention, from_mention, reason), key, decision)


async def undo(context: Context, id: DecisionId, key: IdempotencyKey) -> Decision:
    """Taken back once: undoing again answers the decision as it stands."""
    for attempt in range(1, ATTEMPTS + 1):
        held = await stored(context.store)
        found = {d.id: d for d in held.decisions}
        if id not in found:
            raise NotFound("Décision", id)
        if found[id].undone_at is not None:
            return found[id]
        undone = replace(found[id], undone_at=context.clock(), undone_by=context.caller.id)
        try:
            return await _rebuilt(context, held, undone, key)
        except Conflict:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def after_all(told: Iterable[Decision], moment: datetime) -> datetime:
    """*moment*, or just after the latest decision when the clock went back: decisions are laid in their order."""
    last = max((d.decided_at for d in told), default=None)
    return moment if last is None or moment > last else last + timedelta(microseconds=1)


def decision_id(key: IdempotencyKey, *call: str) -> DecisionId:
    """From the key, then from the call: the same key with another call is seen."""
    return DecisionId(f"{_of_key(key)}-{hashlib.sha256(chr(31).join(call).encode()).hexdigest()[:12]}")


def decided_before(told: Iterable[Decision], key: IdempotencyKey, id: DecisionId) -> Decision | None:
    """The decision that this key and call already made. Raises Conflict when the key made another one."""
    for decision in told:
        if decision.id == id:
            return decision
        if decision.id.startswith(_of_key(key) + "-"):
            raise Conflict("Cette clé a déjà servi à une autre décision.")
    return None


def written(resolved: Resolved) -> str:
    """How a decision names a mention: « Parent / Unit » for a unit written inside an organisation."""
    mention = resolved.mention
    return f"{mention.within} / {mention.raw}" if mention.within else mention.raw


async def _decide(
    context: Context,
    id: DecisionId,
    key: IdempotencyKey,
    decision: Callable[[Stored, DecisionId, datetime], Decision],
) -> Decision:
    for attempt in range(1, ATTEMPTS + 1):
        held = await stored(context.store)
        earlier = decided_before(held.decisions, key, id)
        if earlier is not None:
            return earlier
        made = decision(held, id, after_all(held.decisions, context.clock()))
        try:
            return await _rebuilt(context, held, made, key)
        except Conflict:
            if attempt == ATTEMPTS or await _alone(context, held):
                raise
    raise AssertionError("unreachable")


async def _rebuilt(context: Context, held: Stored, decision: Decision, key: IdempotencyKey) -> Decision:
    """Rebuilt in a thread: it takes seconds where lists are long."""
    rebuilt = await asyncio.to_thread(rebuild, held, context.knowledge, decisions=[decision])
    await context.store.apply(rebuilt.change, expected=held.directory.stamp, key=key)
    return decision


async def _alone(context: Context, held: Stored) -> bool:
    """Whether nobody wrote meanwhile: the conflict is then between decisions, and stays."""
    return await context.store.stamp() == held.directory.stamp


def _demand(reason: str) -> None:
    if not reason:
        raise RequestRefused("Une décision a un motif.")


def _of_key(key: IdempotencyKey) -> str:
    return "decision-" + hashlib.sha256(key.encode()).hexdigest()[:24]


def _name(id: PartnerId, held: Stored) -> str:
    for found in held.resolved:
        if found.partner == id:
            return written(found)
    if id not in held.directory.partners:
        raise NotFound("Partenaire", id)
    return held.directory.partners[id].name  # an organisation that lists name only through its units
