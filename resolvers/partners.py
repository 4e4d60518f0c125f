"""The directory read: partners, services, mentions, decisions."""

from bisect import bisect_right

from graph.errors import NotFound, RequestRefused
from graph.model import Decision, Partner, PartnerId, Resolved, Service, ServiceId
from graph.store import Page, PartnerFilter
from resolvers.context import Context

PAGE_MAX = 100


async def partner_page(context: Context, wanted: PartnerFilter, first: int, after: str | None) -> Page[Partner]:
    """Partners by id. Raises RequestRefused on a page size outside 1–100."""
    return await context.store.partner_page(wanted, page_size(first), None if after is None else PartnerId(after))


async def partner(context: Context, id: PartnerId) -> Partner:
    found = await context.store.partners([id])
    if id not in found:
        raise NotFound("Partenaire", id)
    return found[id]


async def service(context: Context, id: ServiceId) -> Service:
    found = await context.store.services([id])
    if id not in found:
        raise NotFound("Service", id)
    return found[id]


async def service_page(context: Context, first: int, after: str | None, *, to_confirm: bool | None) -> Page[Service]:
    """Services by id; *to_confirm*: only those that are « à confirmer », or only those that are not."""
    directory = await context.directories.current()
    ids = [
        id for id in sorted(directory.services) if to_confirm is None or directory.services[id].to_confirm is to_confirm
    ]
    start = 0 if after is None else bisect_right(ids, after)
    shown = ids[start : start + page_size(first)]
    return Page(tuple(directory.services[id] for id in shown), start + len(shown) < len(ids), len(ids))


async def waiting(context: Context, first: int, after: str | None) -> Page[Resolved]:
    """Ambiguous mentions, by mention id."""
    return await context.store.waiting(page_size(first), after)


async def decision_page(context: Context, first: int, after: str | None) -> Page[Decision]:
    """Decisions by id, undone ones too."""
    decisions = sorted(await context.store.decisions(), key=lambda d: d.id)
    start = 0 if after is None else bisect_right([d.id for d in decisions], after)
    shown = decisions[start : start + page_size(first)]
    return Page(tuple(shown), start + len(shown) < len(decisions), len(decisions))


def page_size(first: int) -> int:
    if not 1 <= first <= PAGE_MAX:
        raise RequestRefused(f"Une page compte de 1 à {PAGE_MAX} éléments : {first} est refusé.")
    return first
