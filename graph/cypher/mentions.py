"""Mentions and what they became: the partner they name, the one it is a unit of, and those it may be."""

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString

from neo4j import AsyncManagedTransaction

from graph.cypher.run import batches, columns, done, join, only, rows, value
from graph.model import DomainCode, Mention, MentionId, Outcome, PartnerId, Resolved
from graph.names import folded

_ROWS: LiteralString = """
WITH [
  m.id, m.source, m.line, m.position, m.raw, m.domain, m.subcategory, m.within, m.commune, m.acronym, m.college,
  m.seats, m.deputies, m.outcome,
  COLLECT { MATCH (p:Partner)-[:ALSO_NAMED]->(m) RETURN p.id },
  COLLECT { MATCH (m)-[:UNDER]->(p:Partner) RETURN p.id },
  m.evidence,
  COLLECT { MATCH (m)-[may:MAY_BE]->(p:Partner) RETURN [may.rank, p.id] }
] AS row
RETURN collect(row)
"""


def _resolved(row: Sequence[Any]) -> Resolved:
    (
        id,
        source,
        line,
        position,
        raw,
        domain,
        subcategory,
        within,
        commune,
        acronym,
        college,
        seats,
        deputies,
        outcome,
        partner,
        unit_of,
        evidence,
        candidates,
    ) = row
    return Resolved(
        mention=Mention(
            id=MentionId(id),
            source=source,
            line=line,
            position=position,
            raw=raw,
            domain=None if domain is None else DomainCode(domain),
            subcategory=subcategory,
            within=within,
            commune=commune,
            acronym=acronym,
            college=college,
            seats=seats,
            deputies=deputies,
        ),
        outcome=Outcome(outcome),
        partner=only(partner, PartnerId),
        unit_of=only(unit_of, PartnerId),
        evidence=evidence,
        candidates=tuple(PartnerId(id) for _, id in sorted(candidates)),
    )


def _in_order(found: Iterable[Any]) -> list[Resolved]:
    """By source, line, position, id."""
    return sorted(
        (_resolved(row) for row in found),
        key=lambda r: (r.mention.source, r.mention.line, r.mention.position, r.mention.id),
    )


ALL: LiteralString = "MATCH (m:Mention) WHERE NOT m:Staged" + _ROWS


async def every(tx: AsyncManagedTransaction) -> list[Resolved]:
    return _in_order(await rows(tx, ALL, {}))


BY_ID: LiteralString = "UNWIND $ids AS id MATCH (m:Mention {id: id}) WHERE NOT m:Staged" + _ROWS


async def by_id(tx: AsyncManagedTransaction, ids: Iterable[MentionId]) -> list[Resolved]:
    """Those that exist."""
    found: list[Any] = []
    for batch in batches(sorted(set(ids))):
        found += await rows(tx, BY_ID, {"ids": batch})
    return _in_order(found)


OF_PARTNERS: LiteralString = (
    "UNWIND $ids AS id MATCH (:Partner {id: id})-[:ALSO_NAMED]->(m:Mention) WHERE NOT m:Staged" + _ROWS
)


async def of_partners(tx: AsyncManagedTransaction, ids: Iterable[PartnerId]) -> list[Resolved]:
    return _in_order(await rows(tx, OF_PARTNERS, {"ids": sorted(set(ids))}))


NAMING: LiteralString = (
    """
UNWIND $ids AS id
MATCH (:Partner {id: id})-[:ALSO_NAMED|UNDER|MAY_BE]-(m:Mention)
WITH DISTINCT m
"""
    + _ROWS
)


async def naming(tx: AsyncManagedTransaction, ids: Iterable[PartnerId]) -> list[Resolved]:
    """Mentions that name any of these partners, as their own, as a parent or as a candidate."""
    return _in_order(await rows(tx, NAMING, {"ids": sorted(ids)}))


_WAITING: LiteralString = "MATCH (m:Mention) WHERE m.id > $after AND m.outcome = 'ambiguous' AND NOT m:Staged "
WAITING: LiteralString = _WAITING + "WITH m ORDER BY m.id LIMIT $first" + _ROWS
TOTAL_WAITING: LiteralString = _WAITING + "RETURN count(m)"


async def waiting(tx: AsyncManagedTransaction, first: int, after: str | None) -> tuple[list[Resolved], int]:
    """At most *first* ambiguous ones that follow *after*, by mention id, and how many there are in all."""
    found = await rows(tx, WAITING, {"first": first, "after": after or ""})
    total: int = await value(tx, TOTAL_WAITING, {"after": ""})
    return sorted((_resolved(row) for row in found), key=lambda r: r.mention.id), total


_SCALARS = (
    *("id", "source", "line", "position", "raw", "folded", "domain", "subcategory", "within", "commune", "acronym"),
    *("college", "seats", "deputies", "outcome", "evidence"),
)

SAVE: LiteralString = """
UNWIND range(0, size($id) - 1) AS i
MERGE (m:Mention {id: $id[i]})
SET m.source = $source[i], m.line = $line[i], m.position = $position[i], m.raw = $raw[i], m.folded = $folded[i],
    m.domain = $domain[i], m.subcategory = $subcategory[i], m.within = $within[i], m.commune = $commune[i],
    m.acronym = $acronym[i], m.college = $college[i], m.seats = $seats[i], m.deputies = $deputies[i],
    m.outcome = $outcome[i], m.evidence = $evidence[i]
"""

STAGE: LiteralString = SAVE.replace("MERGE (m:Mention {id: $id[i]})", "CREATE (m:Mention:Staged {id: $id[i]})")

LOOSEN: LiteralString = """
UNWIND $ids AS id
MATCH (:Mention {id: id})-[edge:ALSO_NAMED|UNDER|MAY_BE]-()
DELETE edge
"""

JOIN_PARTNERS: LiteralString = """
UNWIND range(0, size($id) - 1) AS i
MATCH (m:Mention {id: $id[i]})
MATCH (p:Partner {id: $partner[i]})
CREATE (p)-[:ALSO_NAMED]->(m)
RETURN count(*)
"""

JOIN_PARENTS: LiteralString = """
UNWIND range(0, size($id) - 1) AS i
MATCH (m:Mention {id: $id[i]})
MATCH (p:Partner {id: $partner[i]})
CREATE (m)-[:UNDER]->(p)
RETURN count(*)
"""

JOIN_CANDIDATES: LiteralString = """
UNWIND range(0, size($id) - 1) AS i
MATCH (m:Mention {id: $id[i]})
MATCH (p:Partner {id: $partner[i]})
CREATE (m)-[:MAY_BE {rank: $rank[i]}]->(p)
RETURN count(*)
"""


async def save(tx: AsyncManagedTransaction, found: Sequence[Resolved], replaced: Iterable[MentionId]) -> None:
    """Writes each whole; *replaced* are those that are stored already. Raises Dangling on an absent partner."""
    for ids in batches(sorted(replaced)):
        await done(tx, LOOSEN, {"ids": ids})
    for batch in batches(found):
        await done(tx, SAVE, columns(_SCALARS, [_scalars(r) for r in batch]))
    await _save_edges(tx, found)


async def stage(tx: AsyncManagedTransaction, found: Sequence[Resolved]) -> None:
    """New ones, hidden, with their edges. Raises Dangling on an absent partner."""
    await done(tx, STAGE, columns(_SCALARS, [_scalars(r) for r in found]))
    await _save_edges(tx, found)


async def _save_edges(tx: AsyncManagedTransaction, found: Sequence[Resolved]) -> None:
    named = [(r.mention.id, r.partner) for r in found if r.partner is not None]
    await join(tx, JOIN_PARTNERS, ("id", "partner"), named)
    under = [(r.mention.id, r.unit_of) for r in found if r.unit_of is not None]
    await join(tx, JOIN_PARENTS, ("id", "partner"), under)
    may_be = [(r.mention.id, rank, partner) for r in found for rank, partner in enumerate(r.candidates)]
    await join(tx, JOIN_CANDIDATES, ("id", "rank", "partner"), may_be)


def _scalars(resolved: Resolved) -> tuple[object, ...]:
    mention = resolved.mention
    return (
        mention.id,
        mention.source,
        mention.line,
        mention.position,
        mention.raw,
        folded(mention.raw),
        mention.domain,
        mention.subcategory,
        mention.within,
        mention.commune,
        mention.acronym,
        mention.college,
        mention.seats,
        mention.deputies,
        resolved.outcome.value,
        resolved.evidence,
    )


REMOVE: LiteralString = """
UNWIND $ids AS id
MATCH (m:Mention {id: id})
DETACH DELETE m
RETURN count(*)
"""


async def remove(tx: AsyncManagedTransaction, ids: Iterable[MentionId]) -> int:
    """How many were there."""
    gone = 0
    for batch in batches(sorted(ids)):
        gone += await value(tx, REMOVE, {"ids": batch})
    return gone
