"""The list of what waits, as its page shows it: late first, then whose turn it is, then what may be sent elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from graph.errors import NotFound
from graph.follow_wording import WORK
from graph.model import PartnerId
from graph.referral import ReferralId
from maillage.draft import site_choices
from maillage.referral_shown import Told
from resolvers.context import Context
from resolvers.following import FORGOTTEN, Group, work_list

ADDRESS = "/orientations"
SHOWN = 25
"""Of one page."""
FIRST = Group.LATE


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    address: str
    number: int
    here: bool


@dataclass(frozen=True, slots=True)
class Work:
    """`group` is "" for the one that is shown when none is asked for."""

    group: str
    heading: str
    tabs: Sequence[Tab]
    rows: Sequence[Told]
    total: int
    note: str
    sites: Sequence[tuple[str, str]]
    site: str
    address: str
    next: str | None


def _note(forgotten: int) -> str:
    left = f" ({forgotten} l'{'ont' if forgotten > 1 else 'a'} déjà fait)" if forgotten else ""
    return (
        f"Les plus récentes d'abord. Au bout de {FORGOTTEN.days} jours, une orientation refusée ou restée sans réponse "
        f"quitte cette liste{left} ; elle reste sur la page du jeune."
    )


async def work(context: Context, group: str, site: str, after: str) -> Work:
    """Raises NotFound for a list or a site that does not exist, RequestRefused when the list changed meanwhile."""
    directory, known = await context.directories.current(), context.knowledge.reference
    sites = site_choices(directory, known)
    if group and group not in set(Group):
        raise NotFound("Groupe", group)
    if site and site not in {code for code, _ in sites}:
        raise NotFound("Site", site)
    shown = Group(group) if group else FIRST
    found = await work_list(
        context,
        SHOWN,
        ReferralId(after) if after else None,
        site=PartnerId(site) if site else None,
        group=shown,
    )
    now = context.clock()
    return Work(
        group,
        WORK[shown.value],
        [Tab(WORK[g.value], address(g, site), found.groups[g], g is shown) for g in Group],
        [Told(item.referral, directory, known, now, item.late) for item in found.items],
        found.total,
        _note(found.forgotten) if shown is Group.ELSEWHERE else "",
        sites,
        site,
        address(shown, site, after),
        address(shown, site, found.items[-1].referral.id) if found.more else None,
    )


def address(group: Group, site: str, after: str = "") -> str:
    asked = {"voir": group.value if group is not FIRST else "", "site": site, "apres": after}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{ADDRESS}?{query}" if query else ADDRESS
