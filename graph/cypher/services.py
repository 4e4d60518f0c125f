"""Services with the needs they meet, whom they admit, where, and in which sectors."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, LiteralString

from neo4j import AsyncManagedTransaction

from graph.cypher.run import batches, columns, done, join, rows, value
from graph.model import (
    Access,
    CommuneCode,
    Conditions,
    Mode,
    NeedCode,
    Origin,
    PartnerId,
    SectorCode,
    Service,
    ServiceId,
    SituationCode,
    TerritoryCode,
    Welcome,
)

_ROWS: LiteralString = """
WITH [
  s.id, COLLECT { MATCH (p:Partner)-[:OFFERS]->(s) RETURN p.id }, s.name,
  COLLECT { MATCH (s)-[meets:MEETS]->(n:Need) RETURN [n.code, meets.main] },
  s.age_min, s.age_max,
  COLLECT { MATCH (s)-[c:CONDITION]->(x:Situation) RETURN [c.kind, c.group, x.code] },
  COLLECT { MATCH (s)-[:COVERS]->(t:Territory) RETURN t.code },
  s.places,
  COLLECT { MATCH (s)-[:IN_SECTOR]->(x:Sector) RETURN x.code },
  s.welcome, s.modes, s.access, s.internal, s.origin, s.source, s.note, s.full_until, s.closed_until, s.closed,
  s.verified_on, s.verified_by, s.edited, s.version
] AS row
RETURN collect(row)
"""


def _service(row: Sequence[Any]) -> Service:
    (
        id,
        partner,
        name,
        needs,
        age_min,
        age_max,
        conditions,
        territories,
        places,
        sectors,
        welcome,
        modes,
        access,
        internal,
        origin,
        source,
        note,
        full_until,
        closed_until,
        closed,
        verified_on,
        verified_by,
        edited,
        version,
    ) = row
    return Service(
        id=ServiceId(id),
        partner=PartnerId(partner[0]),
        name=name,
        needs=frozenset(NeedCode(code) for code, _ in needs),
        main=frozenset(NeedCode(code) for code, main in needs if main),
        age_min=age_min,
        age_max=age_max,
        conditions=_conditions(conditions),
        territories=frozenset(TerritoryCode(t) for t in territories),
        places=frozenset(CommuneCode(p) for p in places),
        sectors=frozenset(SectorCode(s) for s in sectors),
        welcome=Welcome(welcome),
        modes=frozenset(Mode(m) for m in modes),
        access=frozenset(Access(a) for a in access),
        internal=internal,
        origin=Origin(origin),
        source=source,
        note=note,
        full_until=_day(full_until),
        closed_until=_day(closed_until),
        closed=closed,
        verified_on=_day(verified_on),
        verified_by=verified_by,
        edited=edited,
        version=version,
    )


def _conditions(found: Iterable[tuple[str, int, str]]) -> Conditions:
    groups: defaultdict[tuple[str, int], set[SituationCode]] = defaultdict(set)
    for kind, group, code in found:
        groups[kind, group].add(SituationCode(code))
    return Conditions(
        required=tuple(frozenset(groups[key]) for key in sorted(groups) if key[0] == "required"),
        preferred=frozenset(groups["preferred", 0]),
        excluded=frozenset(groups["excluded", 0]),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _in_order(found: Iterable[Any]) -> list[Service]:
    return sorted((_service(row) for row in found), key=lambda s: s.id)


ALL: LiteralString = "MATCH (s:Service) WHERE NOT s:Staged" + _ROWS


async def every(tx: AsyncManagedTransaction) -> list[Service]:
    """By id."""
    return _in_order(await rows(tx, ALL, {}))


BY_ID: LiteralString = "UNWIND $ids AS id MATCH (s:Service {id: id}) WHERE NOT s:Staged" + _ROWS


async def by_id(tx: AsyncManagedTransaction, ids: Iterable[ServiceId]) -> list[Service]:
    """Those that exist, by id."""
    found: list[Any] = []
    for batch in batches(sorted(set(ids))):
        found += await rows(tx, BY_ID, {"ids": batch})
    return _in_order(found)


OF_PARTNERS: LiteralString = (
    "UNWIND $ids AS id MATCH (:Partner {id: id})-[:OFFERS]->(s:Service) WHERE NOT s:Staged" + _ROWS
)


async def of_partners(tx: AsyncManagedTransaction, ids: Iterable[PartnerId]) -> list[Service]:
    """By id."""
    return _in_order(await rows(tx, OF_PARTNERS, {"ids": sorted(set(ids))}))


_SCALARS = (
    *("id", "name", "age_min", "age_max", "places", "welcome", "modes", "access", "internal", "origin", "source"),
    *("note", "full_until", "closed_until", "closed", "verified_on", "verified_by", "edited", "version"),
)

SAVE: LiteralString = """
UNWIND range(0, size($id) - 1) AS i
MERGE (s:Service {id: $id[i]})
SET s.name = $name[i], s.age_min = $age_min[i], s.age_max = $age_max[i], s.places = $places[i],
    s.welcome = $welcome[i], s.modes = $modes[i], s.access = $access[i], s.internal = $internal[i],
    s.origin = $origin[i], s.source = $source[i], s.note = $note[i], s.full_until = $full_until[i],
    s.closed_until = $closed_until[i], s.closed = $closed[i], s.verified_on = $verified_on[i],
    s.verified_by = $verified_by[i], s.edited = $edited[i], s.version = $version[i]
"""

STAGE: LiteralString = SAVE.replace("MERGE (s:Service {id: $id[i]})", "CREATE (s:Service:Staged {id: $id[i]})")

LOOSEN: LiteralString = """
UNWIND $ids AS id
MATCH (:Service {id: id})-[edge:OFFERS|MEETS|CONDITION|COVERS|IN_SECTOR]-()
DELETE edge
"""

JOIN_PARTNERS: LiteralString = """
UNWIND range(0, size($id) - 1) AS i
MATCH (s:Service {id: $id[i]})
MATCH (p:Partner {id: $partner[i]})
CREATE (p)-[:OFFERS]->(s)
RETURN count(*)
"""

JOIN_NEEDS: LiteralString = """
UNWIND range(0, size($id) - 1) AS i
MATCH (s:Service {id: $id[i]})
MATCH (n:Need {code: $code[i]})
CREATE (s)-[:MEETS {main: $main[i]}]->(n)
RETURN count(*)
"""

JOIN_SITUATIONS: LiteralString = """
UNWIND range(0, size($id) - 1) AS i
MATCH (s:Service {id: $id[i]})
MATCH (x:Situation {code: $code[i]})
CREATE (s)-[:CONDITION {kind: $kind[i], group: $group[i]}]->(x)
RETURN count(*)
"""

JOIN_TERRITORIES: LiteralString = """
UNWIND range(0, size($id) - 1) AS i
MATCH (s:Service {id: $id[i]})
MATCH (t:Territory {code: $code[i]})
CREATE (s)-[:COVERS]->(t)
RETURN count(*)
"""

JOIN_SECTORS: LiteralString = """
UNWIND range(0, size($id) - 1) AS i
MATCH (s:Service {id: $id[i]})
MATCH (x:Sector {code: $code[i]})
CREATE (s)-[:IN_SECTOR]->(x)
RETURN count(*)
"""


async def save(tx: AsyncManagedTransaction, services: Sequence[Service], replaced: Iterable[ServiceId]) -> None:
    """Writes each whole; *replaced* are those that are stored already.

    Raises Dangling when one names a partner or a code that does not exist.
    """
    for ids in batches(sorted(replaced)):
        await done(tx, LOOSEN, {"ids": ids})
    for batch in batches(services):
        await done(tx, SAVE, columns(_SCALARS, [_scalars(s) for s in batch]))
    await _save_edges(tx, services)


async def stage(tx: AsyncManagedTransaction, services: Sequence[Service]) -> None:
    """New ones, hidden, with their edges. Raises Dangling when an edge has no other end."""
    await done(tx, STAGE, columns(_SCALARS, [_scalars(s) for s in services]))
    await _save_edges(tx, services)


async def _save_edges(tx: AsyncManagedTransaction, services: Sequence[Service]) -> None:
    await join(tx, JOIN_PARTNERS, ("id", "partner"), [(s.id, s.partner) for s in services])
    needs = [(s.id, code, code in s.main) for s in services for code in sorted(s.needs)]
    await join(tx, JOIN_NEEDS, ("id", "code", "main"), needs)
    conditions = [(s.id, *edge) for s in services for edge in _edges(s.conditions)]
    await join(tx, JOIN_SITUATIONS, ("id", "kind", "group", "code"), conditions)
    await join(tx, JOIN_TERRITORIES, ("id", "code"), [(s.id, code) for s in services for code in sorted(s.territories)])
    await join(tx, JOIN_SECTORS, ("id", "code"), [(s.id, code) for s in services for code in sorted(s.sectors)])


def _edges(conditions: Conditions) -> list[tuple[str, int, str]]:
    """Kind, group and situation of each edge; only required situations come in groups."""
    return [
        *(("required", number, code) for number, group in enumerate(conditions.required) for code in sorted(group)),
        *(("preferred", 0, code) for code in sorted(conditions.preferred)),
        *(("excluded", 0, code) for code in sorted(conditions.excluded)),
    ]


def _scalars(service: Service) -> tuple[object, ...]:
    return (
        service.id,
        service.name,
        service.age_min,
        service.age_max,
        sorted(service.places),
        service.welcome.value,
        sorted(mode.value for mode in service.modes),
        sorted(access.value for access in service.access),
        service.internal,
        service.origin.value,
        service.source,
        service.note,
        _text(service.full_until),
        _text(service.closed_until),
        service.closed,
        _text(service.verified_on),
        service.verified_by,
        service.edited,
        service.version,
    )


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


REMOVE: LiteralString = """
UNWIND $ids AS id
MATCH (s:Service {id: id})
DETACH DELETE s
RETURN count(*)
"""


async def remove(tx: AsyncManagedTransaction, ids: Iterable[ServiceId]) -> int:
    """How many were there."""
    gone = 0
    for batch in batches(sorted(ids)):
        gone += await value(tx, REMOVE, {"ids": batch})
    return gone
