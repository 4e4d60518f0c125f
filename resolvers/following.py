"""What waits: of one young person, and of a whole site; for whom, since when, whose turn it is."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from graph.cosupport import CoSupport
from graph.errors import RequestRefused
from graph.follow_store import ReferralFilter
from graph.intake import Intake, IntakeId
from graph.lifecycle import CLOSED, Turn, allowed, turn
from graph.model import NeedCode, PartnerId, ServiceId
from graph.referral import Referral, ReferralId, State
from graph.timers import DEFAULT, Timers, late, next_due
from resolvers.context import Context
from resolvers.intakes import intake
from resolvers.partners import page_size
from resolvers.referrals import every, of_intake

FORGOTTEN = timedelta(days=90)
"""A refused or expired referral that nobody re-routed leaves the list; it stays in the plan of the young person."""
OPEN = frozenset(State) - CLOSED
ELSEWHERE = frozenset({State.REFUSEE, State.EXPIREE})
_IN_VAIN = frozenset({State.REFUSEE, State.EXPIREE, State.ANNULEE, State.INTERROMPUE, State.REORIENTEE, State.ERREUR})
"""A need asked about in such a referral alone is followed by nobody."""


class Group(StrEnum):
    """Each referral stands in one, the first that fits."""

    LATE = "en-retard"  # past its reminder
    OURS = "a-nous"
    WAITING = "en-attente"  # of the partner, or of the young person
    ELSEWHERE = "a-reorienter"  # refused, or left without an answer


@dataclass(frozen=True, slots=True)
class Item:
    """A referral with what is to be done of it. `due`: when the reminder, or the end, comes by itself."""

    referral: Referral
    group: Group
    turn: Turn
    due: datetime | None
    late: bool
    allowed: tuple[State, ...]


@dataclass(frozen=True, slots=True)
class WorkList:
    """`groups` counts the items of each, of all groups; `forgotten`: refused or expired too long ago to be listed."""

    items: tuple[Item, ...]
    more: bool
    total: int
    groups: Mapping[Group, int]
    forgotten: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """`alone`: needs that no referral follows."""

    intake: Intake
    open: tuple[Item, ...]
    ended: tuple[Item, ...]
    alone: tuple[NeedCode, ...]
    cosupports: tuple[CoSupport, ...]


async def plan(context: Context, id: IntakeId) -> Plan:
    """Raises NotFound."""
    held = await intake(context, id)
    timers, now = await context.store.timers(), context.clock()
    items = [item(r, timers, now) for r in await of_intake(context, id)]
    followed = {need for i in items if i.referral.state not in _IN_VAIN for need in i.referral.needs}
    return Plan(
        intake=held,
        open=tuple(i for i in items if i.referral.state not in CLOSED),
        ended=tuple(i for i in items if i.referral.state in CLOSED),
        alone=tuple(need for need in context.knowledge.reference.needs if need in held.needs - followed),
        cosupports=tuple(await context.store.cosupports_of(id)),
    )


async def work_list(
    context: Context,
    first: int,
    after: ReferralId | None = None,
    *,
    site: PartnerId | None = None,
    group: Group | None = None,
) -> WorkList:
    """What is to be done, of all the sites when none is given.

    Those that have not moved for longest first; then those to send elsewhere, the newest first.
    """
    size = page_size(first)
    timers, now = await context.store.timers(), context.clock()
    found = await every(context.store, ReferralFilter(OPEN, site=site))
    bound = _end(found, now) - FORGOTTEN
    found += reversed(await every(context.store, ReferralFilter(ELSEWHERE, site=site, since=bound)))
    _, _, forgotten = await context.store.referral_page(ReferralFilter(ELSEWHERE, site=site, before=bound), 1)
    items = [item(r, timers, now) for r in found]
    shown = [i for i in items if group is None or i.group is group]
    start = 0
    if after is not None:
        places = {i.referral.id: place for place, i in enumerate(shown, start=1)}
        if after not in places:
            raise RequestRefused("La liste a changé depuis cette page : reprenez-la du début.")
        start = places[after]
    page = shown[start : start + size]
    counted = Counter(i.group for i in items)
    groups = {g: counted[g] for g in Group}
    return WorkList(tuple(page), start + len(page) < len(shown), len(shown), groups, forgotten)


def _end(open: list[Referral], now: datetime) -> datetime:
    """*now*, but a simulated year ends with what last changed among its *open* ones.

    The latest tenth is left aside: what is tried by hand in a simulated store since does not move its end.
    """
    changed = sorted(r.since for r in open if r.simulated and r.since is not None)
    return min(now, changed[(len(changed) - 1) * 9 // 10]) if changed else now


async def item_of(context: Context, referral: Referral) -> Item:
    return item(referral, await context.store.timers(), context.clock())


def item(referral: Referral, timers: Mapping[ServiceId, Timers], now: datetime) -> Item:
    own = DEFAULT if referral.service is None else timers.get(referral.service, DEFAULT)
    whose, is_late = turn(referral), late(referral, own, now)
    if referral.state in ELSEWHERE:
        group = Group.ELSEWHERE
    elif is_late:
        group = Group.LATE
    else:
        group = Group.OURS if whose is Turn.US else Group.WAITING
    return Item(referral, group, whose, next_due(referral, own), is_late, allowed(referral.state))
