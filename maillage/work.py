"""The list of what waits: whose turn it is, what is late, what may be sent elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from graph.errors import RequestRefused
from graph.follow_store import FollowStore, ReferralFilter
from graph.lifecycle import CLOSED, Turn, turn
from graph.model import PartnerId
from graph.referral import Referral, ReferralId, State
from graph.timers import DEFAULT
from maillage.draft import site_choices
from maillage.referral_shown import Told
from resolvers.context import Context

ADDRESS = "/orientations"
SHOWN = 25
"""Of one page."""
READ = 500
MOST = 2000
"""Open referrals that are looked through, those that have not moved for longest: more than a site has."""
OPEN = frozenset(State) - CLOSED
ELSEWHERE = frozenset({State.REFUSEE, State.EXPIREE})
FIRST_VIEW = "nous"
_ELSEWHERE = "ailleurs"
VIEWS: Mapping[str, tuple[str, Callable[[Told], bool]]] = {
    FIRST_VIEW: ("À nous de jouer", lambda one: turn(one.referral) is Turn.US),
    "retard": ("En retard", lambda one: one.late),
    "partenaire": ("Au partenaire", lambda one: turn(one.referral) is Turn.PARTNER),
    "jeune": ("Au jeune", lambda one: turn(one.referral) is Turn.YOUTH),
}


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    address: str
    number: int
    here: bool


@dataclass(frozen=True, slots=True)
class Work:
    view: str
    heading: str
    tabs: Sequence[Tab]
    rows: Sequence[Told]
    total: int
    sites: Sequence[tuple[str, str]]
    site: str
    address: str
    next: str | None

    first_view: str = FIRST_VIEW


async def work(context: Context, view: str, site: str, page: int) -> Work:
    """Raises RequestRefused for a view or a site that does not exist."""
    directory, known = await context.directories.current(), context.knowledge.reference
    sites = site_choices(directory, known)
    if view not in {*VIEWS, _ELSEWHERE}:
        raise RequestRefused("Cette liste n'existe pas.")
    if site and site not in {code for code, _ in sites}:
        raise RequestRefused("Ce site n'existe pas.")
    of = PartnerId(site) if site else None
    now, timers = context.clock(), await context.store.timers()

    def told(referral: Referral) -> Told:
        of_service = DEFAULT if referral.service is None else timers.get(referral.service, DEFAULT)
        return Told(referral, directory, known, now, of_service)

    opened = [told(r) for r in await _all(context.store, ReferralFilter(OPEN, site=of), MOST)]
    found = {name: [one for one in opened if fits(one)] for name, (_, fits) in VIEWS.items()}
    refused = [told(r) for r in await _all(context.store, ReferralFilter(ELSEWHERE, site=of), MOST)]
    found[_ELSEWHERE] = refused[::-1]  # the last refusal first: it is the one to act on
    names = {name: heading for name, (heading, _) in VIEWS.items()} | {_ELSEWHERE: "À réorienter"}
    rows = found[view][(page - 1) * SHOWN : page * SHOWN]
    more = len(found[view]) > page * SHOWN
    return Work(
        view,
        names[view],
        [Tab(heading, address(name, site), len(found[name]), name == view) for name, heading in names.items()],
        rows,
        len(found[view]),
        sites,
        site,
        address(view, site, page),
        address(view, site, page + 1) if more else None,
    )


def address(view: str, site: str, page: int = 1) -> str:
    asked = {"voir": view if view != FIRST_VIEW else "", "site": site, "page": str(page) if page > 1 else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{ADDRESS}?{query}" if query else ADDRESS


async def _all(store: FollowStore, wanted: ReferralFilter, most: int) -> list[Referral]:
    found: list[Referral] = []
    after: ReferralId | None = None
    while len(found) < most:
        page, more, _ = await store.referral_page(wanted, READ, after)
        found += page
        if not more or not page:
            break
        after = page[-1].id
    return found
