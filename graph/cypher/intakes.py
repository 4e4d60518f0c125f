"""Intakes with the needs they express and the situations they are in, and the needs that nobody could cover.

What rows are counted by stands on the node itself, so that counting reads nodes of one label. The commune gives EPCI
and island as they were when the intake entered.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, LiteralString

from neo4j import AsyncManagedTransaction

from graph.cypher.run import Dangling, batches, rows, value
from graph.intake import AgeBand, Intake, IntakeId, ProgrammeCode, Unmet
from graph.model import CommuneCode, NeedCode, PartnerId, SectorCode, SituationCode


def intake_of(node: Mapping[str, Any]) -> Intake:
    return Intake(
        id=IntakeId(node["id"]),
        received_on=date.fromisoformat(node["received_on"]),
        age=node["age"],
        commune=CommuneCode(node["commune"]),
        programme=ProgrammeCode(node["programme"]),
        site=PartnerId(node["site"]),
        needs=frozenset(NeedCode(code) for code in node["needs"]),
        situations=frozenset(SituationCode(code) for code in node["situations"]),
        sectors=frozenset(SectorCode(code) for code in node["sectors"]),
        questionnaire=node["questionnaire"],
        simulated=node["simulated"],
    )


BY_ID: LiteralString = "UNWIND $ids AS id MATCH (i:Intake {id: id}) RETURN collect(properties(i))"


async def by_id(tx: AsyncManagedTransaction, ids: Iterable[IntakeId]) -> dict[IntakeId, Intake]:
    """Those that exist."""
    found: list[Intake] = []
    for batch in batches(sorted(set(ids))):
        found += map(intake_of, await rows(tx, BY_ID, {"ids": batch}))
    return {intake.id: intake for intake in found}


PAGE: LiteralString = """
MATCH (i:Intake) WHERE i.id > $after
WITH i ORDER BY i.id LIMIT $first
RETURN collect(properties(i))
"""


async def page(tx: AsyncManagedTransaction, after: str, first: int) -> list[Intake]:
    """By id, those that follow *after*."""
    found = await rows(tx, PAGE, {"after": after, "first": first})
    return sorted(map(intake_of, found), key=lambda intake: intake.id)


CREATE: LiteralString = """
UNWIND $nodes AS node
MATCH (c:Territory {code: node.commune})
MATCH (site:Partner {id: node.site})
CREATE (i:Intake)-[:AT]->(site)
SET i = node, i.epci = coalesce(c.epci, ''), i.island = c.island IS NOT NULL
WITH i, node
CALL (i, node) { UNWIND node.needs AS code MATCH (n:Need {code: code}) CREATE (i)-[:EXPRESSES]->(n) }
CALL (i, node) { UNWIND node.situations AS code MATCH (s:Situation {code: code}) CREATE (i)-[:IN]->(s) }
CALL (i, node) { UNWIND node.sectors AS code MATCH (s:Sector {code: code}) CREATE (i)-[:WISHES]->(s) }
RETURN count(*)
"""


async def create(tx: AsyncManagedTransaction, intakes: Sequence[Intake]) -> None:
    """Raises Dangling when a commune or a site is gone."""
    for batch in batches(intakes):
        made: int = await value(tx, CREATE, {"nodes": [_node(intake) for intake in batch]})
        if made != len(batch):
            raise Dangling


def _node(intake: Intake) -> dict[str, Any]:
    return {
        "id": intake.id,
        "received_on": intake.received_on.isoformat(),
        "age": intake.age,
        "age_band": AgeBand.of(intake.age).value,
        "commune": intake.commune,
        "programme": intake.programme,
        "site": intake.site,
        "needs": sorted(intake.needs),
        "situations": sorted(intake.situations),
        "sectors": sorted(intake.sectors),
        "questionnaire": intake.questionnaire,
        "simulated": intake.simulated,
    }


SAVE_UNMET: LiteralString = """
UNWIND $unmet AS each
MATCH (i:Intake {id: each.intake})
MATCH (n:Need {code: each.need})
MERGE (u:Unmet {intake: each.intake, need: each.need})
ON CREATE SET u.noticed_on = each.noticed_on, u.commune = i.commune, u.epci = i.epci, u.site = i.site,
  u.age_band = i.age_band, u.programme = i.programme, u.island = i.island, u.situations = i.situations
MERGE (i)-[:LACKS]->(u)
MERGE (u)-[:OF]->(n)
RETURN count(*)
"""


async def save_unmet(tx: AsyncManagedTransaction, unmet: Sequence[Unmet]) -> None:
    """Noticed twice, the day that was written first stays. Raises Dangling when an intake or a need is gone."""
    for batch in batches(unmet):
        given = [{"intake": u.intake, "need": u.need, "noticed_on": u.noticed_on.isoformat()} for u in batch]
        if await value(tx, SAVE_UNMET, {"unmet": given}) != len(batch):
            raise Dangling


EVERY_UNMET: LiteralString = "MATCH (u:Unmet) RETURN collect([u.intake, u.need, u.noticed_on])"


async def every_unmet(tx: AsyncManagedTransaction) -> list[Unmet]:
    """By intake and need."""
    return [
        Unmet(IntakeId(intake), NeedCode(need), date.fromisoformat(noticed_on))
        for intake, need, noticed_on in sorted(await rows(tx, EVERY_UNMET, {}))
    ]


KEYED: LiteralString = "OPTIONAL MATCH (i:Intake) WHERE i.id STARTS WITH 'h-' WITH i LIMIT 1 RETURN i IS NOT NULL"


async def keyed(tx: AsyncManagedTransaction) -> bool:
    return bool(await value(tx, KEYED, {}))
