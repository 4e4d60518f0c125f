"""Publications as they were frozen, and the young people they count."""

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString

import orjson
from neo4j import AsyncManagedTransaction

from graph.cypher.run import done, rows
from graph.publication import Publication, from_json, to_json
from graph.publishing import Reached
from graph.tallies import Count

EVERY: LiteralString = """
MATCH (p:Publication)
WITH p ORDER BY p.year, p.version
RETURN collect(p.content)
"""


async def every(tx: AsyncManagedTransaction) -> list[Publication]:
    """By year and version."""
    return [from_json(orjson.loads(content)) for content in await rows(tx, EVERY, {})]


SAVE: LiteralString = """
UNWIND $publications AS each
CREATE (p:Publication {year: each.year, version: each.version, content: each.content})
"""


async def save(tx: AsyncManagedTransaction, publications: Iterable[Publication]) -> None:
    """New ones; what is stored never changes."""
    values = [
        {"year": p.year, "version": p.version, "content": orjson.dumps(to_json(p)).decode()} for p in publications
    ]
    await done(tx, SAVE, {"publications": values})


# distinct young people, of whom one referral at least came to that
_SENT: LiteralString = """
MATCH (r:Referral)
WHERE r.counted_on >= $first AND r.counted_on <= $last AND r.direction = 'sortante'
"""
_STEPS: LiteralString = """ AS key, count(DISTINCT r.intake) AS people,
  count(DISTINCT CASE WHEN r.unanswered THEN r.intake END) AS unanswered,
  count(DISTINCT CASE WHEN r.accepted THEN r.intake END) AS accepted,
  count(DISTINCT CASE WHEN r.met THEN r.intake END) AS met,
  count(DISTINCT CASE WHEN r.covered THEN r.intake END) AS served
"""
REACHED: LiteralString = (
    "CALL () {"
    + (_SENT + "RETURN ['', '']" + _STEPS)
    + (" UNION ALL " + _SENT + "RETURN ['epci', r.epci]" + _STEPS)
    + (" UNION ALL " + _SENT + "RETURN ['partner', r.other]" + _STEPS)
    + "}\nRETURN collect([key, people, unanswered, accepted, met, served])"
)


async def reached(tx: AsyncManagedTransaction, first: str, last: str) -> dict[tuple[str, str], Reached]:
    found: Sequence[Any] = await rows(tx, REACHED, {"first": first, "last": last})
    empty = {("", ""): Reached()}
    return empty | {(key[0], key[1]): Reached(*counts) for key, *counts in found}


SUPPORTED: LiteralString = """
CALL () {
  MATCH (c:CoSupport) WHERE c.opened_on >= $first AND c.opened_on <= $last
  RETURN ['', ''] AS key, count(DISTINCT c.intake) AS n
  UNION ALL
  MATCH (t:Together) WHERE t.month >= $first_month AND t.month <= $last_month
  RETURN [t.source, t.target] AS key, count(DISTINCT t.intake) AS n
}
RETURN collect([key, n])
"""


async def supported(tx: AsyncManagedTransaction, first: str, last: str) -> list[Count]:
    days = {"first": first, "last": last, "first_month": first[:7], "last_month": last[:7]}
    found = await rows(tx, SUPPORTED, days)
    return sorted((Count(tuple(key), n) for key, n in found if n), key=lambda c: c.key)
