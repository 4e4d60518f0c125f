"""A coordinator's word about names: merge, split, unit of, not a partner, and taking it back."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from graph.directory import Directory
from graph.errors import Conflict, NotFound, RequestRefused
from graph.model import Decision, DecisionId, DecisionKind, IdempotencyKey, MentionId, PartnerId, Resolved
from graph.names import folded
from graph.rebuild import Stored, rebuild
from graph.sheet import Names
from resolvers.context import Context

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
    if not reason:
        raise RequestRefused("Une décision a un motif.")
    if not least <= len(names) <= most or not all(names) or len({folded(name) for name in names}) < len(names):
        count = f"{least}" if least == most else f"de {least} à {most}"
        raise RequestRefused(f"Cette décision demande {count} nom{'s' if most > 1 else ''}, tous différents.")

    def decision(directory: Directory, resolved: list[Resolved], id: DecisionId, moment: datetime) -> Decision:
        known = Names(directory.partners, resolved)
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
    if not reason:
        raise RequestRefused("Une décision a un motif.")

    def decision(directory: Directory, resolved: list[Resolved], id: DecisionId, moment: datetime) -> Decision:
        names = tuple(_name(wanted, directory, resolved) for wanted in (partner, with_partner))
        return Decision(id, DecisionKind.MERGE, names, reason, context.caller.id, moment)

    return await _decide(context, decision_id(key, "merge", partner, with_partner, reason), key, decision)


async def split(
    context: Context, mention: MentionId, from_mention: MentionId, reason: str, key: IdempotencyKey
) -> Decision:
    if not reason:
        raise RequestRefused("Une décision a un motif.")

    def decision(directory: Directory, resolved: list[Resolved], id: DecisionId, moment: datetime) -> Decision:
        held = {r.mention.id: r for r in resolved}
        for wanted in (mention, from_mention):
            if wanted not in held:
                raise NotFound("Mention", wanted)
        names = (written(held[mention]), written(held[from_mention]))
        return Decision(id, DecisionKind.SPLIT, names, reason, context.caller.id, moment)

    return await _decide(context, decision_id(key, "split", mention, from_mention, reason), key, decision)


async def undo(context: Context, id: DecisionId, key: IdempotencyKey) -> Decision:
    """Taken back once: undoing again answers the decision as it stands."""
    for attempt in range(1, ATTEMPTS + 1):
        found = {d.id: d for d in await context.store.decisions()}
        if id not in found:
            raise NotFound("Décision", id)
        if found[id].undone_at is not None:
            return found[id]
        undone = replace(found[id], undone_at=context.clock(), undone_by=context.caller.id)
        try:
            return await _rebuilt(context, await context.store.directory(), undone, key)
        except Conflict:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


async def after_all(context: Context) -> datetime:
    """Now, or just after the latest decision when the clock went back: decisions are laid in their order."""
    last = max((d.decided_at for d in await context.store.decisions()), default=None)
    moment = context.clock()
    return moment if last is None or moment > last else last + timedelta(microseconds=1)


def decision_id(key: IdempotencyKey, *call: str) -> DecisionId:
    """From the key, then from the call: the same key with another call is seen."""
    return DecisionId(f"{_of_key(key)}-{hashlib.sha256(chr(31).join(call).encode()).hexdigest()[:12]}")


async def decided_before(context: Context, key: IdempotencyKey, id: DecisionId) -> Decision | None:
    """The decision that this key and call already made. Raises Conflict when the key made another one."""
    for decision in await context.store.decisions():
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
    decision: Callable[[Directory, list[Resolved], DecisionId, datetime], Decision],
) -> Decision:
    for attempt in range(1, ATTEMPTS + 1):
        earlier = await decided_before(context, key, id)
        if earlier is not None:
            return earlier
        directory = await context.store.directory()
        made = decision(directory, await context.store.resolved(), id, await after_all(context))
        try:
            return await _rebuilt(context, directory, made, key)
        except Conflict:
            if attempt == ATTEMPTS or await _alone(context, directory):
                raise
    raise AssertionError("unreachable")


async def _rebuilt(context: Context, directory: Directory, decision: Decision, key: IdempotencyKey) -> Decision:
    """Rebuilt in a thread: it takes seconds where lists are long."""
    held = Stored(directory, tuple(await context.store.resolved()), tuple(await context.store.decisions()))
    rebuilt = await asyncio.to_thread(rebuild, held, context.knowledge, decisions=[decision])
    await context.store.apply(rebuilt.change, expected=directory.stamp, key=key)
    return decision


async def _alone(context: Context, directory: Directory) -> bool:
    """Whether nobody wrote meanwhile: the conflict is then between decisions, and stays."""
    return await context.store.stamp() == directory.stamp


def _of_key(key: IdempotencyKey) -> str:
    return "decision-" + hashlib.sha256(key.encode()).hexdigest()[:24]


def _name(id: PartnerId, directory: Directory, resolved: list[Resolved]) -> str:
    for found in resolved:
        if found.partner == id:
            return written(found)
    if id not in directory.partners:
        raise NotFound("Partenaire", id)
    return directory.partners[id].name  # an organisation that lists name only through its units
