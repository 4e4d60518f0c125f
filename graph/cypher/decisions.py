"""Decisions of coordinators."""

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString

from neo4j import AsyncManagedTransaction

from graph.cypher.run import batches, columns, done, rows
from graph.model import Decision, DecisionId, DecisionKind
from graph.record_fields import from_instant, instant

_ROWS: LiteralString = """
RETURN collect([d.id, d.kind, d.names, d.reason, d.actor, d.decided_at, d.undone_at, d.undone_by])
"""


def _decision(row: Sequence[Any]) -> Decision:
    id, kind, names, reason, actor, decided_at, undone_at, undone_by = row
    return Decision(
        id=DecisionId(id),
        kind=DecisionKind(kind),
        names=tuple(names),
        reason=reason,
        actor=actor,
        decided_at=from_instant(decided_at),
        undone_at=None if undone_at is None else from_instant(undone_at),
        undone_by=undone_by,
    )


def _in_order(found: Iterable[Any]) -> list[Decision]:
    return sorted((_decision(row) for row in found), key=lambda d: (d.decided_at, d.id))


ALL: LiteralString = "MATCH (d:Decision)" + _ROWS


async def every(tx: AsyncManagedTransaction) -> list[Decision]:
    """By time and id."""
    return _in_order(await rows(tx, ALL, {}))


BY_ID: LiteralString = "UNWIND $ids AS id MATCH (d:Decision {id: id})" + _ROWS


async def by_id(tx: AsyncManagedTransaction, ids: Iterable[DecisionId]) -> list[Decision]:
    """Those that exist, by time and id."""
    return _in_order(await rows(tx, BY_ID, {"ids": sorted(set(ids))}))


_SCALARS = ("id", "kind", "names", "reason", "actor", "decided_at", "undone_at", "undone_by")

SAVE: LiteralString = """
UNWIND range(0, size($id) - 1) AS i
MERGE (d:Decision {id: $id[i]})
SET d.kind = $kind[i], d.names = $names[i], d.reason = $reason[i], d.actor = $actor[i],
    d.decided_at = $decided_at[i], d.undone_at = $undone_at[i], d.undone_by = $undone_by[i]
"""


async def save(tx: AsyncManagedTransaction, decisions: Sequence[Decision]) -> None:
    for batch in batches(decisions):
        await done(tx, SAVE, columns(_SCALARS, [_scalars(d) for d in batch]))


def _scalars(decision: Decision) -> tuple[object, ...]:
    return (
        decision.id,
        decision.kind.value,
        list(decision.names),
        decision.reason,
        decision.actor,
        instant(decision.decided_at),
        None if decision.undone_at is None else instant(decision.undone_at),
        decision.undone_by,
    )
