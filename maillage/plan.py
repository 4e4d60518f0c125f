"""The plan of one young person: what they are waiting for, from whom, since when, and who stands around them."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.intake import Intake, IntakeId
from graph.model import NeedCode
from graph.reference import MINOR, Need
from graph.wording import day
from maillage.referral_shown import Told, name
from maillage.support_shown import Group, Opening, opening, shown_group
from maillage.ticks import Ticks
from resolvers.context import Context
from resolvers.cosupports import propose
from resolvers.following import plan


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
    opening: Opening | None


async def shown_plan(context: Context, id: IntakeId) -> Plan:
    """Raises NotFound."""
    found = await plan(context, id)
    known, directory, now = context.knowledge.reference, await context.directories.current(), context.clock()
    held, open_ones = found.intake, [item.referral for item in found.open]
    grouped = any(group.closed_on is None for group in found.cosupports)
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
        groups=[shown_group(group, directory, known, open_ones, context.today()) for group in found.cosupports],
        opening=None if grouped else opening(directory, await propose(context, id), open_ones),
    )


def _facts(context: Context, intake: Intake) -> list[str]:
    known = context.knowledge.reference
    situations = [s.label for s in known.situations.values() if s.code in intake.situations - {MINOR}]
    return situations + [s.label for s in known.sectors.values() if s.code in intake.sectors]
