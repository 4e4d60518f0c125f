"""The plan of one young person: what they are waiting for, from whom, since when, and who stands around them."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.cosupport import CoSupport, Role
from graph.directory import Directory
from graph.follow_wording import LEAVING
from graph.intake import Intake, IntakeId
from graph.model import NeedCode
from graph.reference import MINOR, Need
from graph.wording import day
from maillage.referral_shown import Told, name, service_name
from maillage.ticks import Ticks
from resolvers.context import Context
from resolvers.following import plan


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


async def shown_plan(context: Context, id: IntakeId) -> Plan:
    """Raises NotFound."""
    found = await plan(context, id)
    known, directory, now = context.knowledge.reference, await context.directories.current(), context.clock()
    held = found.intake
    return Plan(
        intake=id,
        ticks=Ticks.of_intake(held),
        commune=known.territory_name(held.commune),
        site=name(directory, held.site),
        programme=known.programmes[held.programme].label,
        received=day(held.received_on),
        needs=[need for need in known.needs if need in held.needs],
        facts=_facts(context, held),
        open=[Told(item.referral, directory, known, now, item.late) for item in found.open],
        closed=[Told(item.referral, directory, known, now) for item in found.ended],
        alone=[known.needs[need] for need in found.alone],
        groups=[_group(group, directory) for group in found.cosupports],
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
