# ruff: noqa: S608  (constants joined to constants; every value is a parameter)
"""Decisions of coordinators in rows."""

import sqlite3
from collections.abc import Iterable

from graph.model import Decision, DecisionId, DecisionKind
from graph.record_fields import from_instant
from graph.records import decision_record
from graph.sql.rows import Row, listed, packed, rows, unpacked

DECISION = """
SELECT d.id, d.decision_kind, d.names, d.reason, d.actor, d.decided_at, d.undone_at, d.undone_by FROM decision d
"""


def _decision(row: Row) -> Decision:
    id, kind, names, reason, actor, decided_at, undone_at, undone_by = row
    return Decision(
        id=DecisionId(id),
        kind=DecisionKind(kind),
        names=tuple(unpacked(names)),
        reason=reason,
        actor=actor,
        decided_at=from_instant(decided_at),
        undone_at=None if undone_at is None else from_instant(undone_at),
        undone_by=undone_by,
    )


ALL = DECISION + "ORDER BY d.decided_at, d.id"


def every(connection: sqlite3.Connection) -> list[Decision]:
    return [_decision(row) for row in rows(connection, ALL)]


BY_ID = DECISION + "WHERE d.id IN (SELECT value FROM json_each(:ids)) ORDER BY d.id"


def by_id(connection: sqlite3.Connection, ids: Iterable[DecisionId]) -> dict[DecisionId, Decision]:
    return {decision.id: decision for decision in map(_decision, rows(connection, BY_ID, {"ids": listed(ids)}))}


SAVE = """
INSERT INTO decision (id, decision_kind, names, reason, actor, decided_at, undone_at, undone_by)
VALUES (:id, :decision_kind, :names, :reason, :actor, :decided_at, :undone_at, :undone_by)
ON CONFLICT (id) DO UPDATE SET decision_kind = excluded.decision_kind, names = excluded.names,
    reason = excluded.reason, actor = excluded.actor, decided_at = excluded.decided_at,
    undone_at = excluded.undone_at, undone_by = excluded.undone_by
"""


def save(connection: sqlite3.Connection, decisions: Iterable[Decision]) -> None:
    connection.executemany(SAVE, ({**decision_record(d), "names": packed(d.names)} for d in decisions))
