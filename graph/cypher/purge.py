"""Intakes that nobody has touched for long, forgotten with all that is theirs."""

from collections.abc import Iterable, Sequence
from typing import LiteralString

from neo4j import AsyncManagedTransaction

from graph.cypher.run import done, rows
from graph.intake import IntakeId
from graph.model import PartnerId

OLD: LiteralString = """
MATCH (i:Intake)
WHERE i.received_on < $day
  AND NOT EXISTS { MATCH (r:Referral)-[:FOR]->(i) WHERE r.last_at >= $moment }
  AND NOT EXISTS { MATCH (c:CoSupport)-[:FOR]->(i) WHERE c.last_on >= $day }
WITH i ORDER BY i.id LIMIT $first
RETURN collect(i.id)
"""


async def old(tx: AsyncManagedTransaction, day: str, moment: str, first: int) -> list[IntakeId]:
    """At most *first*, by id; *moment* is when *day* begins."""
    return [IntakeId(id) for id in await rows(tx, OLD, {"day": day, "moment": moment, "first": first})]


LOCK: LiteralString = """
UNWIND $ids AS id
MATCH (i:Intake {id: id})
SET i.locked = true
WITH i
CALL (i) { MATCH (each:Referral|CoSupport)-[:FOR]->(i) SET each.locked = true }
"""

STILL_OLD: LiteralString = """
UNWIND $ids AS id
MATCH (i:Intake {id: id})
WHERE NOT EXISTS { MATCH (r:Referral)-[:FOR]->(i) WHERE r.last_at >= $moment }
  AND NOT EXISTS { MATCH (c:CoSupport)-[:FOR]->(i) WHERE c.last_on >= $day }
RETURN collect(i.id)
"""


async def taken(tx: AsyncManagedTransaction, ids: Sequence[IntakeId], day: str, moment: str) -> list[IntakeId]:
    """Those of *ids* that are still old once nobody else can touch them."""
    await done(tx, LOCK, {"ids": ids})
    return sorted(map(IntakeId, await rows(tx, STILL_OLD, {"ids": ids, "day": day, "moment": moment})))


FORGET_REFERRALS: LiteralString = """
UNWIND $ids AS id
MATCH (r:Referral {intake: id})
OPTIONAL MATCH (r)-[:HAD]->(e:Event)
DETACH DELETE e, r
"""
FORGET_COSUPPORTS: LiteralString = """
UNWIND $ids AS id
MATCH (c:CoSupport {intake: id})
OPTIONAL MATCH (c)-[:MET|BRINGS]->(part)
DETACH DELETE part, c
"""
FORGET_INTAKES: LiteralString = """
UNWIND $ids AS id
MATCH (i:Intake {id: id})
OPTIONAL MATCH (i)-[:LACKS]->(u:Unmet)
DETACH DELETE u, i
"""


async def forget(tx: AsyncManagedTransaction, ids: Sequence[IntakeId]) -> None:
    await done(tx, FORGET_REFERRALS, {"ids": ids})
    await done(tx, FORGET_COSUPPORTS, {"ids": ids})
    await done(tx, FORGET_INTAKES, {"ids": ids})


LOCK_PARTNERS: LiteralString = """
UNWIND $partners AS id
MATCH (p:Partner {id: id})
SET p.locked = true
"""


async def lock_partners(tx: AsyncManagedTransaction, partners: Iterable[PartnerId]) -> None:
    """Nobody else counts an edge of theirs meanwhile."""
    await done(tx, LOCK_PARTNERS, {"partners": sorted(partners)})
