"""New nodes of a large change: written in many transactions, hidden by the label `Staged`, shown by the last one.

A transaction of Neo4j is held in memory. Whoever stages holds the lock of the directory meanwhile: what is found staged
by the next one who takes it was left by a writer that died, and is nothing.
"""

from typing import LiteralString

from neo4j import AsyncManagedTransaction

from graph.cypher.run import done, value

AT_ONCE = 20_000

SHOW: LiteralString = "MATCH (n:Staged) REMOVE n:Staged"


async def show(tx: AsyncManagedTransaction) -> None:
    await done(tx, SHOW, {})


DROP_EDGES: LiteralString = """
MATCH (:Staged)-[edge]-()
WITH DISTINCT edge LIMIT $at_once
DELETE edge
RETURN count(*)
"""


async def drop_edges(tx: AsyncManagedTransaction) -> int:
    """Some of those of staged nodes; how many."""
    gone: int = await value(tx, DROP_EDGES, {"at_once": AT_ONCE})
    return gone


DROP_NODES: LiteralString = """
MATCH (n:Staged)
WITH n LIMIT $at_once
DELETE n
RETURN count(*)
"""


async def drop_nodes(tx: AsyncManagedTransaction) -> int:
    """Some, once they have no edges; how many."""
    gone: int = await value(tx, DROP_NODES, {"at_once": AT_ONCE})
    return gone
