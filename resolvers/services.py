"""What a coordinator says of a service: verified, corrected, full, closed. Each is a decision that can be undone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from graph.directory import Change
from graph.errors import Conflict, NotFound, RequestRefused
from graph.model import Decision, DecisionKind, IdempotencyKey, MentionId, PartnerId, Service, ServiceId
from graph.rules import changed_service
from graph.service_decisions import CORRECTED, REASONS, VERIFIED, Act, ServiceDecision
from resolvers.context import Context
from resolvers.decisions import ATTEMPTS, after_all, decided_before, decision_id, written

FARTHEST = timedelta(days=5 * 365)
"""A service that is not open again within five years is closed."""


async def verify(context: Context, id: ServiceId, expected: int, key: IdempotencyKey) -> Service:
    """« À confirmer » goes, with today's date and the caller as author."""
    return await _decide(context, Act.VERIFY, VERIFIED, id, expected, key, "", lambda held: _verified(context, held))


async def correct(
    context: Context, id: ServiceId, expected: int, key: IdempotencyKey, call: str, change: Callable[[Service], Service]
) -> Service:
    """Replaces what the sheet said; a corrected service counts as verified. *call* tells one correction from another.

    Raises what *change* raises when the service cannot be so.
    """

    def corrected(held: Service) -> Service:
        return _verified(context, replace(change(held), edited=True))

    return await _decide(context, Act.CORRECT, CORRECTED, id, expected, key, call, corrected)


async def suspend(
    context: Context, id: ServiceId, until: date | None, *, full: bool, expected: int, key: IdempotencyKey
) -> Service:
    """Full, or closed, until that day (not included); None takes it up again."""

    def changed(held: Service) -> Service:
        if until is not None and not context.today() < until <= context.today() + FARTHEST:
            raise RequestRefused("La date de reprise est à venir, dans les cinq ans.")
        return replace(held, full_until=until) if full else replace(held, closed_until=until)

    sets = ("full_until",) if full else ("closed_until",)
    return await _decide(context, Act.SUSPEND, sets, id, expected, key, f"{until} {full}", changed)


async def close(context: Context, id: ServiceId, *, closed: bool, expected: int, key: IdempotencyKey) -> Service:
    """Closed for good, or opened again."""
    return await _decide(
        context, Act.CLOSE, ("closed",), id, expected, key, f"{closed}", lambda held: replace(held, closed=closed)
    )


def _verified(context: Context, service: Service) -> Service:
    return replace(service, verified_on=context.today(), verified_by=context.caller.id)


async def _decide(
    context: Context,
    act: Act,
    sets: tuple[str, ...],
    id: ServiceId,
    expected: int,
    key: IdempotencyKey,
    call: str,
    change: Callable[[Service], Service],
) -> Service:
    """The service as it is right after; sent again with the same key and the same call, the same answer."""
    decided = decision_id(key, act.value, id, str(expected), call)
    for attempt in range(1, ATTEMPTS + 1):
        told = await context.store.decisions()
        earlier = decided_before(told, key, decided)
        if earlier is not None:
            return ServiceDecision.of(earlier).after
        directory = await context.directories.current()
        held = directory.services.get(id)
        if held is None:
            raise NotFound("Service", id)
        if held.version != expected:
            raise Conflict("Cette fiche a changé depuis que vous l'avez lue : relisez-la.")
        fresh = changed_service(change(held), held) or held
        written_as, mention = await _owner(context, held.partner)
        said = ServiceDecision(written_as, mention, act, sets, fresh)
        moment = after_all(told, context.clock())
        decision = Decision(decided, DecisionKind.SERVICE, said.names, REASONS[act], context.caller.id, moment)
        try:
            change_ = Change(services=(fresh,), decisions=(decision,))
            await context.store.apply(change_, expected=directory.stamp, key=key)
        except Conflict:
            if attempt == ATTEMPTS:
                raise
        else:
            return fresh
    raise AssertionError("unreachable")


async def _owner(context: Context, partner: PartnerId) -> tuple[str, MentionId | None]:
    """How the decision will find the partner again: a name that a list writes, and which mention that is."""
    mentions = (await context.store.resolved_of([partner]))[partner]
    if mentions:
        return written(mentions[0]), mentions[0].mention.id
    found = await context.store.partners([partner])  # an organisation that lists name only through its units
    if partner not in found:
        raise NotFound("Partenaire", partner)
    return found[partner].name, None
