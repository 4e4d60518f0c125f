"""The stamp and the mark of the directory, the writes already done, whether anything is there."""

import sqlite3
from dataclasses import dataclass

from graph.marks import new_mark
from graph.model import IdempotencyKey
from graph.sql.rows import scalar

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


EMPTY = """
SELECT NOT (
    EXISTS (SELECT 1 FROM heading) OR EXISTS (SELECT 1 FROM need) OR EXISTS (SELECT 1 FROM situation)
    OR EXISTS (SELECT 1 FROM sector) OR EXISTS (SELECT 1 FROM domain) OR EXISTS (SELECT 1 FROM departement)
    OR EXISTS (SELECT 1 FROM epci) OR EXISTS (SELECT 1 FROM commune) OR EXISTS (SELECT 1 FROM site)
    OR EXISTS (SELECT 1 FROM programme) OR EXISTS (SELECT 1 FROM partner) OR EXISTS (SELECT 1 FROM service)
    OR EXISTS (SELECT 1 FROM intake) OR EXISTS (SELECT 1 FROM agreement) OR EXISTS (SELECT 1 FROM edge)
    OR EXISTS (SELECT 1 FROM mention) OR EXISTS (SELECT 1 FROM decision) OR EXISTS (SELECT 1 FROM publication)
)
"""


def empty(connection: sqlite3.Connection) -> bool:
    """Whether neither reference nor directory holds anything."""
    return bool(scalar(connection, EMPTY))
