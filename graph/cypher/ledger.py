"""Stamp and mark of the directory, the lock that every write takes first, the keys of the writes already done."""

from typing import LiteralString

from neo4j import AsyncManagedTransaction

from graph.cypher.run import done, rows, value
from graph.marks import new_mark

STAMP: LiteralString = """
OPTIONAL MATCH (d:Directory {id: 'directory'})
RETURN coalesce(d.stamp, 0)
"""


async def stamp(tx: AsyncManagedTransaction) -> int:
    found: int = await value(tx, STAMP, {})
    return found


MARKED: LiteralString = """
OPTIONAL MATCH (d:Directory {id: 'directory'})
RETURN [coalesce(d.stamp, 0), coalesce(d.mark, '')]
"""


async def marked(tx: AsyncManagedTransaction) -> tuple[int, str]:
    """The stamp and the mark of one moment; the mark is empty where somebody removed every node."""
    stamp, mark = await rows(tx, MARKED, {})
    return int(stamp), str(mark)


LOCK: LiteralString = """
MERGE (d:Directory {id: 'directory'})
ON CREATE SET d.stamp = 0, d.mark = $mark
SET d.locked = true
"""


LOCKED: LiteralString = """
MATCH (d:Directory {id: 'directory'})
RETURN [d.stamp, coalesce(d.mark, ''), EXISTS { (:Staged) }]
"""


async def locked(tx: AsyncManagedTransaction) -> tuple[int, str, bool]:
    """The stamp and the mark, once no other writer is at work; they stay true until this transaction ends.

    And whether a writer that died has left something staged. A statement of its own takes the lock: one that reads in
    the same breath may read what was there before the wait.
    """
    await done(tx, LOCK, {"mark": new_mark()})
    stamp, mark, left_over = await rows(tx, LOCKED, {})
    return int(stamp), str(mark), bool(left_over)


SET_STAMP: LiteralString = """
MATCH (d:Directory {id: 'directory'})
SET d.stamp = $stamp, d.mark = $mark
"""


async def set_stamp(tx: AsyncManagedTransaction, stamp: int) -> None:
    """With a new mark."""
    await done(tx, SET_STAMP, {"stamp": stamp, "mark": new_mark()})


ANSWERED: LiteralString = """
MATCH (k:IdempotencyKey {key: $key})
RETURN collect([k.digest, k.answer])
"""


async def answered(tx: AsyncManagedTransaction, key: str) -> tuple[str, str] | None:
    """The digest of what was asked under *key*, and the answer it got; None for a new key."""
    for digest, answer in await rows(tx, ANSWERED, {"key": key}):
        return str(digest), str(answer)
    return None


REMEMBER: LiteralString = """
CREATE (:IdempotencyKey {key: $key, digest: $digest, answer: $answer})
"""


async def remember(tx: AsyncManagedTransaction, key: str, digest: str, answer: str) -> None:
    await done(tx, REMEMBER, {"key": key, "digest": digest, "answer": answer})
