"""The stamp and the mark of the directory, the writes already done, the counts."""

import sqlite3
from dataclasses import dataclass

from graph.marks import new_mark
from graph.model import IdempotencyKey
from graph.records import KINDS
from graph.sql.rows import rows, scalar

STAMP = "SELECT stamp FROM directory"


def stamp(connection: sqlite3.Connection) -> int:
    found: int = scalar(connection, STAMP)
    return found


MARK = "SELECT mark FROM directory"


def mark(connection: sqlite3.Connection) -> str:
    found: str = scalar(connection, MARK)
    return found


SET_STAMP = "INSERT OR REPLACE INTO directory (one, stamp, mark) VALUES (1, ?, ?)"


def set_stamp(connection: sqlite3.Connection, stamp: int) -> None:
    """With a new mark."""
    connection.execute(SET_STAMP, (stamp, new_mark()))


@dataclass(frozen=True, slots=True)
class Written:
    """What was asked, and the stamp after it."""

    digest: str
    stamp: int


WRITTEN = "SELECT digest, stamp FROM written WHERE key = ?"


def written(connection: sqlite3.Connection, key: IdempotencyKey) -> Written | None:
    row = connection.execute(WRITTEN, (key,)).fetchone()
    return None if row is None else Written(*row)


REMEMBER = "INSERT INTO written (key, digest, stamp) VALUES (?, ?, ?)"


def remember(connection: sqlite3.Connection, key: IdempotencyKey, done: Written) -> None:
    connection.execute(REMEMBER, (key, done.digest, done.stamp))


COUNTS = """
SELECT 'heading', (SELECT count(*) FROM heading) UNION ALL
SELECT 'need', (SELECT count(*) FROM need) UNION ALL
SELECT 'situation', (SELECT count(*) FROM situation) UNION ALL
SELECT 'sector', (SELECT count(*) FROM sector) UNION ALL
SELECT 'domain', (SELECT count(*) FROM domain) UNION ALL
SELECT 'departement', (SELECT count(*) FROM departement) UNION ALL
SELECT 'epci', (SELECT count(*) FROM epci) UNION ALL
SELECT 'commune', (SELECT count(*) FROM commune) UNION ALL
SELECT 'site', (SELECT count(*) FROM site) UNION ALL
SELECT 'programme', (SELECT count(*) FROM programme) UNION ALL
SELECT 'partner', (SELECT count(*) FROM partner) UNION ALL
SELECT 'service', (SELECT count(*) FROM service) UNION ALL
SELECT 'mention', (SELECT count(*) FROM mention) UNION ALL
SELECT 'decision', (SELECT count(*) FROM decision)
"""


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """By name in the counts of `graph.records`, in alphabetical order."""
    return dict(sorted((KINDS[kind], number) for kind, number in rows(connection, COUNTS)))
