"""Agreements with partners, and the timers of their services."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date

from graph.agreement import Agreement, AgreementId, AgreementKind, in_a_circle
from graph.entry import Entry
from graph.errors import NotFound, RequestRefused
from graph.model import IdempotencyKey, PartnerId, ServiceId
from graph.store import Page
from graph.timers import ServiceTimers, Timers
from resolvers.context import Context
from resolvers.intakes import simulated
from resolvers.keys import derived, spelled
from resolvers.partners import page_size


async def save_agreement(
    context: Context,
    kind: AgreementKind,
    partners: Iterable[PartnerId],
    starts_on: date,
    key: IdempotencyKey,
    *,
    ends_on: date | None = None,
    renews: AgreementId | None = None,
    id: AgreementId | None = None,
    read: str | None = None,
) -> Agreement:
    """A new agreement, or *id* replaced whole. Raises RequestRefused, NotFound.

    *read* is the mark of what is replaced: Conflict when somebody changed it since. Sent again, the answer is that of
    the first time, whatever became of the agreement since.
    """
    bound = frozenset(partners)
    said: dict[str, object] = {"id": id, "kind": kind, "partners": bound, "starts_on": starts_on}
    said |= {"ends_on": ends_on, "renews": renews, **({} if read is None else {"read": read})}
    call = spelled("agreement", **said)
    saved = AgreementId(derived(key, "agreement")) if id is None else id
    if await context.store.followed(key, call) is not None:
        return Agreement(saved, kind, bound, starts_on, ends_on, renews, simulated=await simulated(context))
    if not saved.strip():
        raise RequestRefused("Une convention a une référence.")
    if not bound:
        raise RequestRefused("Une convention lie un partenaire au moins.")
    if ends_on is not None and ends_on < starts_on:
        raise RequestRefused("Une convention ne finit pas avant de commencer.")
    known = (await context.directories.current()).partners
    for partner in sorted(bound):
        if partner not in known:
            raise NotFound("Partenaire", partner)
    held = {a.id: a for a in await context.store.agreements()}
    _check_renewal(held, saved, renews)
    made = Agreement(saved, kind, bound, starts_on, ends_on, renews, simulated=await simulated(context))
    seen = {} if read is None else {saved: read}
    await context.store.follow(Entry(agreements=(made,), read=seen), key=key, call=call)
    return made


async def set_timers(
    context: Context, service: ServiceId, reminder: int, expiry: int, study: int, key: IdempotencyKey
) -> ServiceTimers:
    """Days of that service alone; they hold for the referrals that wait already too."""
    try:
        made = ServiceTimers(service, Timers(reminder, expiry, study))
    except ValueError as problem:
        raise RequestRefused("Les délais sont des jours, un an au plus, et la relance vient avant la fin.") from problem
    call = spelled("timers", service=service, reminder=reminder, expiry=expiry, study=study)
    await context.store.follow(Entry(timers=(made,)), key=key, call=call)
    return made


async def agreement_page(context: Context, first: int, after: str | None) -> Page[Agreement]:
    """Agreements by id."""
    held = await context.store.agreements()
    start = 0 if after is None else bisect_right([a.id for a in held], after)
    shown = held[start : start + page_size(first)]
    return Page(tuple(shown), start + len(shown) < len(held), len(held))


def _check_renewal(held: dict[AgreementId, Agreement], id: AgreementId, renews: AgreementId | None) -> None:
    """An agreement never renews itself, even through others."""
    if renews is not None and renews != id and renews not in held:
        raise NotFound("Convention", renews)
    if in_a_circle(id, {**{known: a.renews for known, a in held.items()}, id: renews}):
        raise RequestRefused("Une convention ne se renouvelle pas elle-même.")
