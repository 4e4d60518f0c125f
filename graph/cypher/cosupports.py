"""Co-supports with their members and meetings, and the pairs of partners that they bring together."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, LiteralString

from neo4j import AsyncManagedTransaction

from graph.cosupport import CoSupport, CoSupportId, LeaveReason, Meeting, Member, Role
from graph.cypher.run import Dangling, batches, rows, value
from graph.edges import month
from graph.intake import IntakeId
from graph.model import PartnerId, ServiceId
from graph.record_fields import day

_ROWS: LiteralString = """
WITH [
  c.id, c.intake, c.opened_on, c.closed_on, c.version, c.simulated,
  COLLECT { MATCH (p:Partner)-[s:SUPPORTS]->(c) RETURN [s.rank, p.id, s.service, s.role, s.since, s.until, s.reason] },
  COLLECT { MATCH (c)-[:MET]->(m:Meeting) RETURN [m.rank, m.on, m.present] }
] AS row
RETURN collect(row)
"""


def _cosupport(row: Sequence[Any]) -> CoSupport:
    id, intake, opened_on, closed_on, version, simulated, members, meetings = row
    return CoSupport(
        id=CoSupportId(id),
        intake=IntakeId(intake),
        opened_on=date.fromisoformat(opened_on),
        members=tuple(map(_member, sorted(members, key=lambda member: int(member[0])))),
        closed_on=_day(closed_on),
        meetings=tuple(
            Meeting(date.fromisoformat(on), frozenset(PartnerId(id) for id in present))
            for _, on, present in sorted(meetings, key=lambda meeting: int(meeting[0]))
        ),
        version=version,
        simulated=simulated,
    )


def _member(row: Sequence[Any]) -> Member:
    _, partner, service, role, since, until, reason = row
    return Member(
        partner=PartnerId(partner),
        service=None if service is None else ServiceId(service),
        role=Role(role),
        since=date.fromisoformat(since),
        until=_day(until),
        reason=None if reason is None else LeaveReason(reason),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _in_order(found: Iterable[Any]) -> list[CoSupport]:
    return sorted(map(_cosupport, found), key=lambda support: support.id)


BY_ID: LiteralString = "UNWIND $ids AS id MATCH (c:CoSupport {id: id})" + _ROWS


async def by_id(tx: AsyncManagedTransaction, ids: Iterable[CoSupportId]) -> dict[CoSupportId, CoSupport]:
    """Those that exist."""
    found: list[Any] = []
    for batch in batches(sorted(set(ids))):
        found += await rows(tx, BY_ID, {"ids": batch})
    return {support.id: support for support in _in_order(found)}


OF_INTAKES: LiteralString = "UNWIND $ids AS id MATCH (c:CoSupport {intake: id})" + _ROWS


async def of_intakes(tx: AsyncManagedTransaction, ids: Iterable[IntakeId]) -> list[CoSupport]:
    """By id."""
    return _in_order(await rows(tx, OF_INTAKES, {"ids": sorted(set(ids))}))


ALL: LiteralString = "MATCH (c:CoSupport)" + _ROWS


async def every(tx: AsyncManagedTransaction) -> list[CoSupport]:
    """By id."""
    return _in_order(await rows(tx, ALL, {}))


CREATE: LiteralString = """
UNWIND $nodes AS node
MATCH (i:Intake {id: node.intake})
CREATE (c:CoSupport)-[:FOR]->(i)
SET c = node
RETURN count(*)
"""

CLEAR: LiteralString = """
UNWIND $nodes AS node
MATCH (c:CoSupport {id: node.id})
SET c += node
WITH c
CALL (c) { MATCH (:Partner)-[member:SUPPORTS]->(c) DELETE member }
CALL (c) { MATCH (c)-[:MET|BRINGS]->(part) DETACH DELETE part }
RETURN count(*)
"""

JOIN_MEMBERS: LiteralString = """
UNWIND $members AS member
MATCH (c:CoSupport {id: member.cosupport})
MATCH (p:Partner {id: member.partner})
CREATE (p)-[s:SUPPORTS]->(c)
SET s = member.said
RETURN count(*)
"""

CREATE_MEETINGS: LiteralString = """
UNWIND $meetings AS meeting
MATCH (c:CoSupport {id: meeting.cosupport})
CREATE (c)-[:MET]->(m:Meeting)
SET m = meeting.said
RETURN count(*)
"""

CREATE_PAIRS: LiteralString = """
UNWIND $pairs AS pair
MATCH (c:CoSupport {id: pair.cosupport})
CREATE (c)-[:BRINGS]->(t:Together {source: pair.source, target: pair.target, month: pair.month, intake: c.intake})
RETURN count(*)
"""


async def save(
    tx: AsyncManagedTransaction, cosupports: Sequence[CoSupport], stored: Mapping[CoSupportId, CoSupport]
) -> None:
    """Writes each whole. Raises Dangling when an intake or a partner is gone."""
    new = [c for c in cosupports if c.id not in stored]
    old = [c for c in cosupports if c.id in stored]
    await _each(tx, CREATE, "nodes", [_node(c) for c in new])
    await _each(tx, CLEAR, "nodes", [_node(c) for c in old])
    members = [
        {
            "cosupport": c.id,
            "partner": m.partner,
            "said": {
                "rank": rank,
                "service": m.service,
                "role": m.role.value,
                "since": m.since.isoformat(),
                "until": day(m.until),
                "reason": None if m.reason is None else m.reason.value,
            },
        }
        for c in cosupports
        for rank, m in enumerate(c.members)
    ]
    meetings = [
        {"cosupport": c.id, "said": {"rank": rank, "on": m.on.isoformat(), "present": sorted(m.present)}}
        for c in cosupports
        for rank, m in enumerate(c.meetings)
    ]
    pairs = [
        {"cosupport": c.id, "source": a, "target": b, "month": month(on)}
        for c in cosupports
        for a, b, on in c.together()
    ]
    await _each(tx, JOIN_MEMBERS, "members", members)
    await _each(tx, CREATE_MEETINGS, "meetings", meetings)
    await _each(tx, CREATE_PAIRS, "pairs", pairs)


async def _each(
    tx: AsyncManagedTransaction, statement: LiteralString, name: str, given: Sequence[Mapping[str, Any]]
) -> None:
    for batch in batches(given):
        if await value(tx, statement, {name: list(batch)}) != len(batch):
            raise Dangling


def _node(support: CoSupport) -> dict[str, Any]:
    return {
        "id": support.id,
        "intake": support.intake,
        "opened_on": support.opened_on.isoformat(),
        "closed_on": day(support.closed_on),
        "version": support.version,
        "simulated": support.simulated,
        "partners": len({m.partner for m in support.members}),
        "last_on": support.last_on.isoformat(),
    }
