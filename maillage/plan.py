"""The plan of one young person: what they are waiting for, from whom, since when, and who stands around them."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.cosupport import CoSupport, Role
from graph.directory import Directory
from graph.errors import NotFound
from graph.follow_store import ReferralFilter
from graph.follow_wording import LEAVING
from graph.intake import Intake, IntakeId
from graph.model import NeedCode
from graph.reference import MINOR, Need
from graph.referral import State
from graph.timers import DEFAULT
from graph.wording import day
from maillage.referral_shown import Told, name, service_name
from maillage.ticks import Ticks
from resolvers.context import Context

MOST = 200
_IN_VAIN = frozenset({State.REFUSEE, State.EXPIREE, State.ANNULEE, State.INTERROMPUE, State.REORIENTEE, State.ERREUR})
"""A need asked about in such a referral alone is followed by nobody."""


@dataclass(frozen=True, slots=True)
class Shown:
    partner: str
    service: str
    lead: bool
    left: str


@dataclass(frozen=True, slots=True)
class Group:
    opened: str
    closed: str
    members: Sequence[Shown]


@dataclass(frozen=True, slots=True)
class Plan:
    intake: IntakeId
    ticks: Ticks
    commune: str
    site: str
    programme: str
    received: str
    needs: Sequence[NeedCode]
    facts: Sequence[str]
    open: Sequence[Told]
    closed: Sequence[Told]
    alone: Sequence[Need]
    groups: Sequence[Group]


async def plan(context: Context, id: IntakeId) -> Plan:
    """Raises NotFound."""
    known, directory, now = context.knowledge.reference, await context.directories.current(), context.clock()
    intake = (await context.store.intakes([id])).get(id)
    if intake is None:
        raise NotFound("Livret", id)
    timers = await context.store.timers()
    referrals, _, _ = await context.store.referral_page(ReferralFilter(intake=id), MOST)
    told = [
        Told(r, directory, known, now, DEFAULT if r.service is None else timers.get(r.service, DEFAULT))
        for r in referrals
    ]
    followed = {need for one in told if one.referral.state not in _IN_VAIN for need in one.referral.needs}
    return Plan(
        intake=id,
        ticks=Ticks.of_intake(intake),
        commune=known.territory_name(intake.commune),
        site=name(directory, intake.site),
        programme=known.programmes[intake.programme].label,
        received=day(intake.received_on),
        needs=[need for need in known.needs if need in intake.needs],
        facts=_facts(context, intake),
        open=[one for one in told if not one.closed],
        closed=[one for one in told if one.closed],
        alone=[need for code, need in known.needs.items() if code in intake.needs - followed],
        groups=[_group(found, directory) for found in await context.store.cosupports_of(id)],
    )


def _facts(context: Context, intake: Intake) -> list[str]:
    known = context.knowledge.reference
    situations = [s.label for s in known.situations.values() if s.code in intake.situations - {MINOR}]
    return situations + [s.label for s in known.sectors.values() if s.code in intake.sectors]


def _group(found: CoSupport, directory: Directory) -> Group:
    members = [
        Shown(
            name(directory, member.partner),
            "" if member.service is None else service_name(directory, member.service),
            member.role is Role.LEAD and member.until is None,
            ""
            if member.until is None or member.reason is None
            else f"parti le {day(member.until)} : {LEAVING[member.reason]}",
        )
        for member in found.members
    ]
    return Group(day(found.opened_on), "" if found.closed_on is None else day(found.closed_on), members)
