"""What history names: a partner or a service that a referral, a co-support or an agreement points to stays.

So does a service that was given its own timers.
"""

from collections.abc import Iterable
from typing import LiteralString

from neo4j import AsyncManagedTransaction

from graph.cypher.run import done, rows
from graph.model import PartnerId, ServiceId

LOCK: LiteralString = """
CALL () { UNWIND $partners AS id MATCH (p:Partner {id: id}) SET p.locked = true }
CALL () {
  UNWIND $partners AS id
  MATCH (:Partner {id: id})-[:OFFERS]->(s:Service)
  WITH s ORDER BY s.id
  SET s.locked = true
}
CALL () { UNWIND $services AS id MATCH (s:Service {id: id}) SET s.locked = true }
"""


async def lock(tx: AsyncManagedTransaction, partners: Iterable[PartnerId], services: Iterable[ServiceId]) -> None:
    """Nothing can begin to name these, nor the services of these partners, before this transaction ends."""
    await done(tx, LOCK, {"partners": sorted(partners), "services": sorted(services)})


PARTNERS: LiteralString = """
UNWIND $ids AS id
MATCH (p:Partner {id: id})
WHERE EXISTS { (p)<-[:FROM|TO|AT|BINDS]-() }
   OR EXISTS { (p)-[:REFERRED_TO|REROUTED_TO|CO_SUPPORTS]-() }
   OR EXISTS { (p)-[:SUPPORTS]->() }
   OR EXISTS { MATCH (r:Referral) WHERE r.other = p.id }
   OR EXISTS { (p)-[:OFFERS]->(:Service)<-[:TO]-() }
   OR EXISTS { MATCH (p)-[:OFFERS]->(s:Service) WHERE s.reminder_days IS NOT NULL }
   OR EXISTS { MATCH (p)-[:OFFERS]->(s:Service) MATCH ()-[member:SUPPORTS]->() WHERE member.service = s.id }
RETURN collect(p.id)
"""


async def partners(tx: AsyncManagedTransaction, ids: Iterable[PartnerId]) -> set[PartnerId]:
    """Those of *ids* that history names, themselves or by a service of theirs."""
    return {PartnerId(id) for id in await rows(tx, PARTNERS, {"ids": sorted(ids)})}


SERVICES: LiteralString = """
UNWIND $ids AS id
MATCH (s:Service {id: id})
WHERE EXISTS { (s)<-[:TO]-() } OR s.reminder_days IS NOT NULL
   OR EXISTS { MATCH ()-[member:SUPPORTS]->() WHERE member.service = s.id }
RETURN collect(s.id)
"""


async def services(tx: AsyncManagedTransaction, ids: Iterable[ServiceId]) -> set[ServiceId]:
    """Those of *ids* that history names."""
    return {ServiceId(id) for id in await rows(tx, SERVICES, {"ids": sorted(ids)})}
