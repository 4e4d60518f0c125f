"""Agreements with the partners that they bind, and the timers of services, which stand on the service."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, LiteralString

from neo4j import AsyncManagedTransaction

from graph.agreement import Agreement, AgreementId, AgreementKind
from graph.cypher.run import Dangling, batches, done, join, rows, value
from graph.model import PartnerId, ServiceId
from graph.record_fields import day
from graph.timers import ServiceTimers, Timers

ALL: LiteralString = """
MATCH (a:Agreement)
WITH [
  a.id, a.kind, COLLECT { MATCH (a)-[:BINDS]->(p:Partner) RETURN p.id }, a.starts_on, a.ends_on,
  COLLECT { MATCH (a)-[:RENEWS]->(before:Agreement) RETURN before.id }, a.simulated
] AS row
RETURN collect(row)
"""


async def every(tx: AsyncManagedTransaction) -> list[Agreement]:
    """By id."""
    return sorted(map(_agreement, await rows(tx, ALL, {})), key=lambda agreement: agreement.id)


def _agreement(row: Sequence[Any]) -> Agreement:
    id, kind, partners, starts_on, ends_on, renews, simulated = row
    return Agreement(
        id=AgreementId(id),
        kind=AgreementKind(kind),
        partners=frozenset(PartnerId(partner) for partner in partners),
        starts_on=date.fromisoformat(starts_on),
        ends_on=None if ends_on is None else date.fromisoformat(ends_on),
        renews=AgreementId(renews[0]) if renews else None,
        simulated=simulated,
    )


LOCK: LiteralString = "UNWIND $ids AS id MATCH (a:Agreement {id: id}) SET a.simulated = a.simulated"


async def lock(tx: AsyncManagedTransaction, ids: Iterable[AgreementId]) -> None:
    """What is read of them from then on is what this transaction replaces."""
    await done(tx, LOCK, {"ids": sorted(ids)})


SAVE: LiteralString = """
UNWIND $nodes AS node
MERGE (a:Agreement {id: node.id})
SET a = node
WITH a
CALL (a) { MATCH (a)-[edge:BINDS|RENEWS]->() DELETE edge }
"""

JOIN_PARTNERS: LiteralString = """
UNWIND range(0, size($id) - 1) AS i
MATCH (a:Agreement {id: $id[i]})
MATCH (p:Partner {id: $partner[i]})
CREATE (a)-[:BINDS]->(p)
RETURN count(*)
"""

JOIN_RENEWED: LiteralString = """
UNWIND range(0, size($id) - 1) AS i
MATCH (a:Agreement {id: $id[i]})
MATCH (before:Agreement {id: $before[i]})
CREATE (a)-[:RENEWS]->(before)
RETURN count(*)
"""


async def save(tx: AsyncManagedTransaction, agreements: Sequence[Agreement]) -> None:
    """Raises Dangling when a partner, or the agreement that one renews, does not exist."""
    for batch in batches(agreements):
        await done(tx, SAVE, {"nodes": [_node(agreement) for agreement in batch]})
    bound = [(a.id, partner) for a in agreements for partner in sorted(a.partners)]
    await join(tx, JOIN_PARTNERS, ("id", "partner"), bound)
    renewed = [(a.id, a.renews) for a in agreements if a.renews is not None]
    await join(tx, JOIN_RENEWED, ("id", "before"), renewed)


def _node(agreement: Agreement) -> dict[str, Any]:
    return {
        "id": agreement.id,
        "kind": agreement.kind.value,
        "starts_on": agreement.starts_on.isoformat(),
        "ends_on": day(agreement.ends_on),
        "simulated": agreement.simulated,
    }


TIMERS: LiteralString = """
MATCH (s:Service)
WHERE s.reminder_days IS NOT NULL
RETURN collect([s.id, s.reminder_days, s.expiry_days, s.study_days])
"""


async def timers(tx: AsyncManagedTransaction) -> dict[ServiceId, Timers]:
    """In order of the service."""
    return {ServiceId(id): Timers(*days) for id, *days in sorted(await rows(tx, TIMERS, {}))}


SAVE_TIMERS: LiteralString = """
UNWIND $timers AS each
MATCH (s:Service {id: each.service})
SET s.reminder_days = each.reminder, s.expiry_days = each.expiry, s.study_days = each.study
RETURN count(*)
"""


async def save_timers(tx: AsyncManagedTransaction, timers: Sequence[ServiceTimers]) -> None:
    """Raises Dangling when a service is gone."""
    for batch in batches(timers):
        given = [
            {
                "service": each.service,
                "reminder": each.timers.reminder,
                "expiry": each.timers.expiry,
                "study": each.timers.study,
            }
            for each in batch
        ]
        if await value(tx, SAVE_TIMERS, {"timers": given}) != len(batch):
            raise Dangling
