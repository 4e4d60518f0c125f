"""Publications as they were frozen, and the young people they count."""

import sqlite3
from collections.abc import Iterable
from typing import Any

import orjson

from graph.publication import Publication, from_json, to_json
from graph.publishing import Reached
from graph.sql.rows import rows
from graph.tallies import Count

EVERY = "SELECT content FROM publication ORDER BY year, version"


def every(connection: sqlite3.Connection) -> list[Publication]:
    """By year and version."""
    return [from_json(orjson.loads(content)) for (content,) in rows(connection, EVERY)]


SAVE = "INSERT INTO publication (year, version, content) VALUES (?, ?, ?)"


def save(connection: sqlite3.Connection, publications: Iterable[Publication]) -> None:
    """New ones; what is stored never changes."""
    connection.executemany(SAVE, [(p.year, p.version, spelled(p)) for p in publications])


def spelled(publication: Publication) -> str:
    return orjson.dumps(to_json(publication)).decode()


# distinct young people, of whom one referral at least came to that
REACHED = """
WITH sent AS (
    SELECT intake, epci, other, unanswered, accepted, met, covered FROM referral
    WHERE counted_on BETWEEN :first AND :last AND direction = 'sortante'
)
SELECT '', '', count(DISTINCT intake), count(DISTINCT CASE WHEN unanswered THEN intake END),
    count(DISTINCT CASE WHEN accepted THEN intake END), count(DISTINCT CASE WHEN met THEN intake END),
    count(DISTINCT CASE WHEN covered THEN intake END)
FROM sent
UNION ALL SELECT 'epci', epci, count(DISTINCT intake), count(DISTINCT CASE WHEN unanswered THEN intake END),
    count(DISTINCT CASE WHEN accepted THEN intake END), count(DISTINCT CASE WHEN met THEN intake END),
    count(DISTINCT CASE WHEN covered THEN intake END)
FROM sent GROUP BY epci
UNION ALL SELECT 'partner', other, count(DISTINCT intake), count(DISTINCT CASE WHEN unanswered THEN intake END),
    count(DISTINCT CASE WHEN accepted THEN intake END), count(DISTINCT CASE WHEN met THEN intake END),
    count(DISTINCT CASE WHEN covered THEN intake END)
FROM sent GROUP BY other
"""


def reached(connection: sqlite3.Connection, first: str, last: str) -> dict[tuple[str, str], Reached]:
    found: list[tuple[Any, ...]] = rows(connection, REACHED, {"first": first, "last": last})
    return {(kind, code): Reached(*counts) for kind, code, *counts in found}


SUPPORTED = """
SELECT '', '', count(DISTINCT intake) FROM cosupport WHERE opened_on BETWEEN :first AND :last
UNION ALL SELECT a, b, count(DISTINCT intake) FROM cosupport_pair
WHERE month BETWEEN substr(:first, 1, 7) AND substr(:last, 1, 7) GROUP BY a, b
"""


def supported(connection: sqlite3.Connection, first: str, last: str) -> list[Count]:
    found = rows(connection, SUPPORTED, {"first": first, "last": last})
    return sorted((Count((a, b), n) for a, b, n in found if n), key=lambda c: c.key)
