"""The stamp and the mark of the directory, the writes already done, the counts."""

import sqlite3
from dataclasses import dataclass

import orjson

from graph.marks import new_mark
from graph.model import IdempotencyKey, Service
from graph.record_fields import Fields
from graph.records import KINDS, service_from, service_record
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
    """What a write answered: the stamp after it, and the service that was saved."""

    digest: str
    stamp: int
    service: Service | None


WRITTEN = "SELECT digest, stamp, answer FROM written WHERE key = ?"


def written(connection: sqlite3.Connection, key: IdempotencyKey) -> Written | None:
    row = connection.execute(WRITTEN, (key,)).fetchone()
    if row is None:
        return None
    digest, stamp, answer = row
    service = None if answer is None else service_from(Fields(orjson.loads(answer), 1))
    return Written(digest, stamp, service)


REMEMBER = "INSERT INTO written (key, digest, stamp, answer) VALUES (?, ?, ?, ?)"


def remember(connection: sqlite3.Connection, key: IdempotencyKey, done: Written) -> None:
    answer = None if done.service is None else orjson.dumps(service_record(done.service)).decode()
    connection.execute(REMEMBER, (key, done.digest, done.stamp, answer))


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
