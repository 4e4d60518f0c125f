"""Partners with their domains, their seats and the organisation they are a unit of."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, LiteralString

from neo4j import AsyncManagedTransaction

from graph.cypher.run import batches, columns, done, join, only, rows, value
from graph.model import (
    CommuneCode,
    DomainCode,
    Partner,
    PartnerId,
    PartnerKind,
    PartnerStatus,
    Seat,
    Standing,
)
from graph.names import folded
from graph.store import PartnerFilter

_ROWS: LiteralString = """
WITH [
  p.id, p.name, p.acronym, p.kind, p.network, p.commune,
  COLLECT { MATCH (p)-[:UNIT_OF]->(parent:Partner) RETURN parent.id },
  COLLECT { MATCH (p)-[:WORKS_IN]->(d:Domain) RETURN d.code },
  COLLECT { MATCH (p)-[seat:HOLDS_SEAT]->(:Board) RETURN [seat.rank, seat.college, seat.holders, seat.deputies] },
  p.standing, p.standing_reason, p.status, p.verified_on, p.version
] AS row
RETURN collect(row)
"""


def _partner(row: Sequence[Any]) -> Partner:
    (
        id,
        name,
        acronym,
        kind,
        network,
        commune,
        unit_of,
        domains,
        seats,
        standing,
        standing_reason,
        status,
        verified_on,
        version,
    ) = row
    return Partner(
        id=PartnerId(id),
        name=name,
        acronym=acronym,
        kind=PartnerKind(kind),
        network=network,
        commune=None if commune is None else CommuneCode(commune),
        unit_of=only(unit_of, PartnerId),
        domains=frozenset(DomainCode(d) for d in domains),
        seats=tuple(Seat(college, holders, deputies) for _, college, holders, deputies in sorted(seats)),
        standing=Standing(standing),
        standing_reason=standing_reason,
        status=PartnerStatus(status),
        verified_on=None if verified_on is None else date.fromisoformat(verified_on),
        version=version,
    )


ALL: LiteralString = "MATCH (p:Partner) WHERE NOT p:Staged" + _ROWS


async def every(tx: AsyncManagedTransaction) -> list[Partner]:
    """By id."""
    return sorted((_partner(row) for row in await rows(tx, ALL, {})), key=lambda p: p.id)


BY_ID: LiteralString = "UNWIND $ids AS id MATCH (p:Partner {id: id}) WHERE NOT p:Staged" + _ROWS


async def by_id(tx: AsyncManagedTransaction, ids: Iterable[PartnerId]) -> list[Partner]:
    """Those that exist, by id."""
    found: list[Partner] = []
    for batch in batches(sorted(set(ids))):
        found += [_partner(row) for row in await rows(tx, BY_ID, {"ids": batch})]
    return sorted(found, key=lambda p: p.id)


EXISTING: LiteralString = "UNWIND $ids AS id MATCH (p:Partner {id: id}) WHERE NOT p:Staged RETURN collect(p.id)"


async def existing(tx: AsyncManagedTransaction, ids: Iterable[PartnerId]) -> set[PartnerId]:
    return {PartnerId(id) for id in await rows(tx, EXISTING, {"ids": sorted(ids)})}


ABOVE: LiteralString = (
    "UNWIND $ids AS id MATCH (:Partner {id: id})-[:UNIT_OF*0..]->(p:Partner) WHERE NOT p:Staged WITH DISTINCT p" + _ROWS
)


async def above(tx: AsyncManagedTransaction, ids: Iterable[PartnerId]) -> list[Partner]:
    """Those that are stored, and all that they are units of; by id."""
    return sorted((_partner(row) for row in await rows(tx, ABOVE, {"ids": sorted(ids)})), key=lambda p: p.id)


UNITS: LiteralString = "UNWIND $ids AS id MATCH (p:Partner)-[:UNIT_OF]->(:Partner {id: id}) WHERE NOT p:Staged" + _ROWS


async def units(tx: AsyncManagedTransaction, ids: Iterable[PartnerId]) -> list[Partner]:
    """By id."""
    found = await rows(tx, UNITS, {"ids": sorted(set(ids))})
    return sorted((_partner(row) for row in found), key=lambda p: p.id)


_MATCHING: LiteralString = """
MATCH (p:Partner)
WHERE p.id > $after AND NOT p:Staged
  AND ($kind IS NULL OR p.kind = $kind)
  AND ($status IS NULL OR p.status = $status)
  AND ($standing IS NULL OR p.standing = $standing)
  AND ($domain IS NULL OR EXISTS { (p)-[:WORKS_IN]->(:Domain {code: $domain}) })
  AND ($need IS NULL OR EXISTS {
    MATCH (p)-[:OFFERS]->(s:Service)-[:MEETS]->(:Need {code: $need}) WHERE NOT s:Staged
  })
  AND (size($territories) = 0
       OR EXISTS {
         MATCH (p)-[:OFFERS]->(s:Service)-[:COVERS]->(t:Territory) WHERE t.code IN $territories AND NOT s:Staged
       })
  AND all(word IN $words WHERE p.folded CONTAINS word
          OR EXISTS { MATCH (p)-[:ALSO_NAMED]->(m:Mention) WHERE m.folded CONTAINS word AND NOT m:Staged })
"""

PAGE: LiteralString = _MATCHING + "WITH p ORDER BY p.id LIMIT $first" + _ROWS
TOTAL: LiteralString = _MATCHING + "RETURN count(p)"


async def matching(
    tx: AsyncManagedTransaction, wanted: PartnerFilter, first: int, after: PartnerId | None
) -> tuple[list[Partner], int]:
    """At most *first* that follow *after*, by id, and how many match in all."""
    parameters: dict[str, Any] = {
        "words": folded(wanted.text).split(),
        "domain": wanted.domain,
        "need": wanted.need,
        "territories": sorted(wanted.territories),
        "kind": wanted.kind,
        "status": wanted.status,
        "standing": wanted.standing,
    }
    page = await rows(tx, PAGE, parameters | {"first": first, "after": after or ""})
    total: int = await value(tx, TOTAL, parameters | {"after": ""})
    return sorted((_partner(row) for row in page), key=lambda p: p.id), total


_SCALARS = (
    "id",
    "name",
    "acronym",
    "folded",
    "kind",
    "network",
    "commune",
    "standing",
    "standing_reason",
    "status",
    "verified_on",
    "version",
)

SAVE: LiteralString = """
UNWIND range(0, size($id) - 1) AS i
MERGE (p:Partner {id: $id[i]})
SET p.name = $name[i], p.acronym = $acronym[i], p.folded = $folded[i], p.kind = $kind[i],
    p.network = $network[i], p.commune = $commune[i], p.standing = $standing[i],
    p.standing_reason = $standing_reason[i], p.status = $status[i], p.verified_on = $verified_on[i],
    p.version = $version[i]
"""

STAGE: LiteralString = SAVE.replace("MERGE (p:Partner {id: $id[i]})", "CREATE (p:Partner:Staged {id: $id[i]})")

LOOSEN: LiteralString = """
UNWIND $ids AS id
MATCH (:Partner {id: id})-[edge:UNIT_OF|WORKS_IN|HOLDS_SEAT]->()
DELETE edge
"""

JOIN_PARENTS: LiteralString = """
UNWIND range(0, size($id) - 1) AS i
MATCH (p:Partner {id: $id[i]})
MATCH (parent:Partner {id: $parent[i]})
CREATE (p)-[:UNIT_OF]->(parent)
RETURN count(*)
"""

JOIN_DOMAINS: LiteralString = """
UNWIND range(0, size($id) - 1) AS i
MATCH (p:Partner {id: $id[i]})
MATCH (d:Domain {code: $code[i]})
CREATE (p)-[:WORKS_IN]->(d)
RETURN count(*)
"""

JOIN_SEATS: LiteralString = """
MERGE (board:Board {id: 'board'})
WITH board
UNWIND range(0, size($id) - 1) AS i
MATCH (p:Partner {id: $id[i]})
CREATE (p)-[:HOLDS_SEAT {college: $college[i], holders: $holders[i], deputies: $deputies[i], rank: $rank[i]}]->(board)
RETURN count(*)
"""


async def save(tx: AsyncManagedTransaction, partners: Sequence[Partner], replaced: Iterable[PartnerId]) -> None:
    """Writes each whole; *replaced* are those that are stored already.

    Raises Dangling when one names a parent or a domain that does not exist.
    """
    for ids in batches(sorted(replaced)):
        await done(tx, LOOSEN, {"ids": ids})
    for batch in batches(partners):
        await done(tx, SAVE, columns(_SCALARS, [_scalars(p) for p in batch]))
    await save_edges(tx, partners)


async def stage(tx: AsyncManagedTransaction, partners: Sequence[Partner]) -> None:
    """New ones, hidden and without their edges."""
    await done(tx, STAGE, columns(_SCALARS, [_scalars(p) for p in partners]))


async def save_edges(tx: AsyncManagedTransaction, partners: Sequence[Partner]) -> None:
    """Of partners that have none. Raises Dangling when one names a parent or a domain that does not exist."""
    parents = [(p.id, p.unit_of) for p in partners if p.unit_of is not None]
    await join(tx, JOIN_PARENTS, ("id", "parent"), parents)
    domains = [(p.id, code) for p in partners for code in sorted(p.domains)]
    await join(tx, JOIN_DOMAINS, ("id", "code"), domains)
    seats = [
        (p.id, rank, seat.college, seat.holders, seat.deputies) for p in partners for rank, seat in enumerate(p.seats)
    ]
    await join(tx, JOIN_SEATS, ("id", "rank", "college", "holders", "deputies"), seats)


def _scalars(partner: Partner) -> tuple[object, ...]:
    return (
        partner.id,
        partner.name,
        partner.acronym,
        f"{folded(partner.name)} {folded(partner.acronym or '')}",  # a word of a search holds no space
        partner.kind.value,
        partner.network,
        partner.commune,
        partner.standing.value,
        partner.standing_reason,
        partner.status.value,
        None if partner.verified_on is None else partner.verified_on.isoformat(),
        partner.version,
    )


ORPHANS: LiteralString = """
UNWIND $ids AS id
MATCH (unit:Partner)-[:UNIT_OF]->(:Partner {id: id})
WHERE NOT unit.id IN $ids
RETURN collect([unit.id, unit.name])
"""


async def orphan(tx: AsyncManagedTransaction, removed: Iterable[PartnerId]) -> str | None:
    """Name of a unit that would lose its parent, None when there is none."""
    orphans = sorted(await rows(tx, ORPHANS, {"ids": sorted(removed)}))
    return str(orphans[0][1]) if orphans else None


REMOVE: LiteralString = """
UNWIND $ids AS id
MATCH (p:Partner {id: id})
OPTIONAL MATCH (p)-[:OFFERS]->(s:Service)
DETACH DELETE s, p
"""


async def remove(tx: AsyncManagedTransaction, ids: Iterable[PartnerId]) -> None:
    """With their services."""
    for batch in batches(sorted(ids)):
        await done(tx, REMOVE, {"ids": batch})
