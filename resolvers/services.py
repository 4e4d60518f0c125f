"""What a coordinator says of a service: verified, corrected, full, closed."""

from dataclasses import replace
from datetime import date

from graph.errors import RequestRefused
from graph.model import IdempotencyKey, Service, ServiceId
from resolvers.context import Context
from resolvers.partners import service as existing


async def verify(context: Context, id: ServiceId, expected: int, key: IdempotencyKey) -> Service:
    """« À confirmer » goes, with today's date and the caller as author."""
    return await _saved(context, _verified(context, await existing(context, id)), expected, key)


async def correct(context: Context, corrected: Service, expected: int, key: IdempotencyKey) -> Service:
    """Replaces what the sheet said; a corrected service counts as verified, and a reload leaves it as it is."""
    held = await existing(context, corrected.id)
    fresh = replace(
        corrected,
        partner=held.partner,
        internal=held.internal,
        origin=held.origin,
        edited=True,
    )
    return await _saved(context, _verified(context, fresh), expected, key)


async def suspend(
    context: Context, id: ServiceId, until: date | None, *, full: bool, expected: int, key: IdempotencyKey
) -> Service:
    """Full, or closed, until that day (not included); None takes it up again."""
    if until is not None and until <= context.today():
        raise RequestRefused("La date de reprise est à venir.")
    held = await existing(context, id)
    changed = replace(held, full_until=until) if full else replace(held, closed_until=until)
    return await _saved(context, replace(changed, edited=True), expected, key)


async def close(context: Context, id: ServiceId, *, closed: bool, expected: int, key: IdempotencyKey) -> Service:
    """Closed for good, or opened again."""
    return await _saved(context, replace(await existing(context, id), closed=closed, edited=True), expected, key)


def _verified(context: Context, service: Service) -> Service:
    return replace(service, verified_on=context.today(), verified_by=context.caller.id)


async def _saved(context: Context, service: Service, expected: int, key: IdempotencyKey) -> Service:
    asked = replace(service, version=expected)  # so that the same call sent again is the same content
    return await context.store.save_service(asked, expected=expected, key=key)
