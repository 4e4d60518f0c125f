"""Referral edges: monthly counters on relationships between partners, written again pair by pair.

Two transactions that write one edge wait for each other before they read what it counts: the lock is taken by a
statement of its own (`follow.claim`, `lock_all`), because Neo4j reads what is committed when a statement reads, not
what was when its transaction began.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, LiteralString

from neo4j import AsyncManagedTransaction

from graph.cypher.run import batches, done, rows
from graph.edges import COUNTERS, Edge, EdgeKind, Month
from graph.follow_rules import EdgeKey
from graph.model import PartnerId

CLOSED_THROUGH: LiteralString = """
OPTIONAL MATCH (f:FollowUp {id: 'follow-up'})
RETURN coalesce(f.closed_through, '')
"""


async def closed_through(tx: AsyncManagedTransaction) -> Month:
    found = await rows(tx, CLOSED_THROUGH, {})
    return str(found)


CLOSE: LiteralString = """
MERGE (f:FollowUp {id: 'follow-up'})
SET f.closed_through = CASE
  WHEN f.closed_through IS NULL OR f.closed_through < $month THEN $month ELSE f.closed_through END
"""


async def close(tx: AsyncManagedTransaction, month: Month) -> None:
    """Whoever closes holds the lock of every partner: nobody is between reading and writing an edge."""
    await done(tx, CLOSE, {"month": month})


LOCK_ALL: LiteralString = """
MATCH (p:Partner)
WITH p ORDER BY p.id
SET p.locked = true
"""


async def lock_all(tx: AsyncManagedTransaction) -> None:
    """Nobody else writes an edge before this transaction ends."""
    await done(tx, LOCK_ALL, {})


_OPEN_PAIRS: LiteralString = """
OPTIONAL MATCH (f:FollowUp {id: 'follow-up'})
WITH coalesce(f.closed_through, '') AS closed
UNWIND $pairs AS pair
WITH pair WHERE pair.month > closed
MATCH (a:Partner {id: pair.source})
MATCH (b:Partner {id: pair.target})
"""
"""Those whose month is not closed, with their partners."""

REFERRED: LiteralString = (
    _OPEN_PAIRS
    + """
CALL (pair) {
  MATCH (r:Referral)
  WHERE r.sender = pair.source AND r.partner = pair.target AND r.month = pair.month
  RETURN count(*) AS sent, sum(CASE r.mode WHEN 'declaree' THEN 1 ELSE 0 END) AS declared,
    count(r.answered_on) AS answered, sum(CASE WHEN r.accepted THEN 1 ELSE 0 END) AS accepted,
    sum(CASE WHEN r.refused THEN 1 ELSE 0 END) AS refused, sum(CASE WHEN r.unanswered THEN 1 ELSE 0 END) AS unanswered,
    sum(CASE WHEN r.met THEN 1 ELSE 0 END) AS met, sum(CASE WHEN r.missed THEN 1 ELSE 0 END) AS missed,
    count(r.ended_on) AS ended, sum(CASE WHEN r.covered THEN 1 ELSE 0 END) AS covered
}
CALL (a, b, pair, sent) {
  WITH a, b, pair, sent WHERE sent = 0
  MATCH (a)-[e:REFERRED_TO {month: pair.month}]->(b)
  DELETE e
}
WITH * WHERE sent > 0
MERGE (a)-[e:REFERRED_TO {month: pair.month}]->(b)
SET e.sent = sent, e.declared = declared, e.answered = answered, e.accepted = accepted, e.refused = refused,
    e.unanswered = unanswered, e.met = met, e.missed = missed, e.ended = ended, e.covered = covered
"""
)

REROUTED: LiteralString = (
    _OPEN_PAIRS
    + """
CALL (pair) {
  MATCH (r:Referral)
  WHERE r.rerouted_from = pair.source AND r.partner = pair.target AND r.month = pair.month
  RETURN count(*) AS sent
}
CALL (a, b, pair, sent) {
  WITH a, b, pair, sent WHERE sent = 0
  MATCH (a)-[e:REROUTED_TO {month: pair.month}]->(b)
  DELETE e
}
WITH * WHERE sent > 0
MERGE (a)-[e:REROUTED_TO {month: pair.month}]->(b)
SET e.sent = sent
"""
)

CO_SUPPORTS: LiteralString = (
    _OPEN_PAIRS
    + """
CALL (pair) {
  MATCH (t:Together)
  WHERE t.source = pair.source AND t.target = pair.target AND t.month = pair.month
  RETURN count(DISTINCT t.intake) AS youths
}
CALL (a, b, pair, youths) {
  WITH a, b, pair, youths WHERE youths = 0
  MATCH (a)-[e:CO_SUPPORTS {month: pair.month}]->(b)
  DELETE e
}
WITH * WHERE youths > 0
MERGE (a)-[e:CO_SUPPORTS {month: pair.month}]->(b)
SET e.youths = youths
"""
)

_AGAIN: dict[EdgeKind, LiteralString] = {
    EdgeKind.REFERRED: REFERRED,
    EdgeKind.REROUTED: REROUTED,
    EdgeKind.CO_SUPPORTS: CO_SUPPORTS,
}


async def aggregate(tx: AsyncManagedTransaction, keys: Iterable[EdgeKey]) -> None:
    """Counts these edges again, unless their month is closed; the lock of their partners is held."""
    for kind, of_kind in groupby(sorted(keys), key=lambda key: key[0]):
        pairs = [{"source": source, "target": target, "month": month} for _, source, target, month in of_kind]
        for batch in batches(pairs):
            await done(tx, _AGAIN[kind], {"pairs": list(batch)})


BETWEEN: LiteralString = """
RETURN COLLECT {
    MATCH (a:Partner)-[e:REFERRED_TO]->(b:Partner)
    WHERE e.month >= $first AND e.month <= $last
    RETURN ['referred_to', a.id, b.id, e.month, e.sent, e.declared, e.answered, e.accepted, e.refused, e.unanswered,
      e.met, e.missed, e.ended, e.covered]
  } + COLLECT {
    MATCH (a:Partner)-[e:REROUTED_TO]->(b:Partner)
    WHERE e.month >= $first AND e.month <= $last
    RETURN ['rerouted_to', a.id, b.id, e.month, e.sent]
  } + COLLECT {
    MATCH (a:Partner)-[e:CO_SUPPORTS]->(b:Partner)
    WHERE e.month >= $first AND e.month <= $last
    RETURN ['co_supports', a.id, b.id, e.month, e.youths]
  }
"""


async def between(tx: AsyncManagedTransaction, first: Month, last: Month) -> list[Edge]:
    """Both months included; by kind, source, target and month."""
    found = sorted(await rows(tx, BETWEEN, {"first": first, "last": last}), key=lambda row: row[:4])
    return [_edge(row) for row in found]


def _edge(row: Sequence[Any]) -> Edge:
    kind, source, target, month, *counts = row
    return Edge(EdgeKind(kind), PartnerId(source), PartnerId(target), month, *counts)


_ENDS: LiteralString = """
UNWIND $edges AS edge
MATCH (a:Partner {id: edge.source})
MATCH (b:Partner {id: edge.target})
"""

_DROP: dict[EdgeKind, LiteralString] = {
    EdgeKind.REFERRED: _ENDS + "MATCH (a)-[e:REFERRED_TO {month: edge.month}]->(b) DELETE e",
    EdgeKind.REROUTED: _ENDS + "MATCH (a)-[e:REROUTED_TO {month: edge.month}]->(b) DELETE e",
    EdgeKind.CO_SUPPORTS: _ENDS + "MATCH (a)-[e:CO_SUPPORTS {month: edge.month}]->(b) DELETE e",
}

_PUT: dict[EdgeKind, LiteralString] = {
    EdgeKind.REFERRED: _ENDS + "CREATE (a)-[e:REFERRED_TO]->(b) SET e = edge.counts, e.month = edge.month",
    EdgeKind.REROUTED: _ENDS + "CREATE (a)-[:REROUTED_TO {month: edge.month, sent: edge.counts.sent}]->(b)",
    EdgeKind.CO_SUPPORTS: _ENDS + "CREATE (a)-[:CO_SUPPORTS {month: edge.month, youths: edge.counts.sent}]->(b)",
}


async def replace(tx: AsyncManagedTransaction, gone: Sequence[Edge], new: Sequence[Edge]) -> None:
    """Both in order of their kind."""
    for statements, edges in ((_DROP, gone), (_PUT, new)):
        for kind, of_kind in groupby(edges, key=lambda edge: edge.kind):
            for batch in batches([_written(edge) for edge in of_kind]):
                await done(tx, statements[kind], {"edges": list(batch)})


def _written(edge: Edge) -> dict[str, Any]:
    counts = {name: getattr(edge, name) for name in COUNTERS}
    return {"source": edge.source, "target": edge.target, "month": edge.month, "counts": counts}
