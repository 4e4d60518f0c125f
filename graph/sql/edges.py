"""Monthly counters between organisations: counted again one edge at a time, in the transaction that changed it."""

import sqlite3
from collections.abc import Iterable

from graph.edges import Edge, EdgeKind, Month
from graph.follow_rules import EdgeKey
from graph.model import PartnerId
from graph.sql.rows import rows, scalar

CLOSED_THROUGH = "SELECT month FROM closed_month"


def closed_through(connection: sqlite3.Connection) -> Month:
    found: str | None = scalar(connection, CLOSED_THROUGH)
    return found or ""


CLOSE = """
INSERT INTO closed_month (one, month) VALUES (1, ?)
ON CONFLICT (one) DO UPDATE SET month = max(month, excluded.month)
"""


def close(connection: sqlite3.Connection, month: Month) -> None:
    """That month and all before; what is closed stays so."""
    connection.execute(CLOSE, (month,))


BETWEEN = """
SELECT edge_kind, source, target, month, sent, declared, answered, accepted, refused, unanswered, met, missed, ended,
    covered
FROM edge WHERE month BETWEEN :first AND :last
"""


def between(connection: sqlite3.Connection, first: Month, last: Month) -> list[Edge]:
    """By kind, source, target, month."""
    found = rows(connection, BETWEEN, {"first": first, "last": last})
    made = [Edge(EdgeKind(kind), PartnerId(a), PartnerId(b), month, *counts) for kind, a, b, month, *counts in found]
    return sorted(made, key=lambda e: (e.kind, e.source, e.target, e.month))


FORGET = "DELETE FROM edge WHERE edge_kind = ? AND source = ? AND target = ? AND month = ?"
COUNT_REFERRED = """
INSERT INTO edge
SELECT 'referred_to', ?1, ?2, ?3, count(*), sum(mode = 'declaree'), count(answered_on), sum(accepted), sum(refused),
    sum(unanswered), sum(met), sum(missed), count(ended_on), sum(covered)
FROM referral WHERE sender = ?1 AND partner = ?2 AND month = ?3
HAVING count(*) > 0
"""
COUNT_REROUTED = """
INSERT INTO edge
SELECT 'rerouted_to', ?1, ?2, ?3, count(*), 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM referral WHERE rerouted_from = ?1 AND partner = ?2 AND month = ?3
HAVING count(*) > 0
"""
COUNT_CO_SUPPORTS = """
INSERT INTO edge
SELECT 'co_supports', ?1, ?2, ?3, count(DISTINCT intake), 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM cosupport_pair WHERE a = ?1 AND b = ?2 AND month = ?3
HAVING count(*) > 0
"""
_COUNTS = {
    EdgeKind.REFERRED: COUNT_REFERRED,
    EdgeKind.REROUTED: COUNT_REROUTED,
    EdgeKind.CO_SUPPORTS: COUNT_CO_SUPPORTS,
}


def aggregate(connection: sqlite3.Connection, keys: Iterable[EdgeKey]) -> None:
    """Counts these edges again, those of closed months aside."""
    closed = closed_through(connection)
    open_ones = sorted(key for key in keys if key[3] > closed)
    connection.executemany(FORGET, open_ones)
    for kind, count in _COUNTS.items():
        own = [key[1:] for key in open_ones if key[0] is kind]
        if own:
            connection.executemany(count, own)


SAVE = "INSERT INTO edge VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def replace(connection: sqlite3.Connection, gone: Iterable[Edge], new: Iterable[Edge]) -> None:
    connection.executemany(FORGET, [(e.kind, e.source, e.target, e.month) for e in gone])
    connection.executemany(
        SAVE,
        [
            (
                *(e.kind, e.source, e.target, e.month, e.sent, e.declared, e.answered, e.accepted, e.refused),
                *(e.unanswered, e.met, e.missed, e.ended, e.covered),
            )
            for e in new
        ],
    )
