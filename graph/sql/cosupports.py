# ruff: noqa: S608  (constants joined to constants; every value is a parameter)
"""Co-supports: each whole in one row, its members once more in rows that point to partners, its pairs for the edges."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import orjson

from graph.cosupport import CoSupport, CoSupportId, LeaveReason, Meeting, Member, Role
from graph.edges import month
from graph.intake import IntakeId
from graph.model import PartnerId, ServiceId
from graph.record_fields import day
from graph.sql.rows import Row, listed, rows, unpacked

_COSUPPORT = "SELECT id, intake, opened_on, closed_on, members, meetings, version, simulated FROM cosupport\n"


def _cosupport(row: Row) -> CoSupport:
    id, intake, opened_on, closed_on, members, meetings, version, simulated = row
    return CoSupport(
        id=CoSupportId(id),
        intake=IntakeId(intake),
        opened_on=date.fromisoformat(opened_on),
        members=tuple(_member(each) for each in unpacked(members)),
        closed_on=_day(closed_on),
        meetings=tuple(
            Meeting(date.fromisoformat(on), frozenset(PartnerId(id) for id in present))
            for on, present in unpacked(meetings)
        ),
        version=version,
        simulated=bool(simulated),
    )


def _member(each: Sequence[Any]) -> Member:
    partner, service, role, since, until, reason = each
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


EVERY = _COSUPPORT + "ORDER BY id"


def every(connection: sqlite3.Connection) -> list[CoSupport]:
    """By id."""
    return [_cosupport(row) for row in rows(connection, EVERY)]


BY_ID = _COSUPPORT + "WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id"


def by_id(connection: sqlite3.Connection, ids: Iterable[CoSupportId]) -> dict[CoSupportId, CoSupport]:
    return {support.id: support for support in map(_cosupport, rows(connection, BY_ID, {"ids": listed(ids)}))}


OF_INTAKES = _COSUPPORT + "WHERE intake IN (SELECT value FROM json_each(:ids)) ORDER BY id"


def of_intakes(connection: sqlite3.Connection, ids: Iterable[IntakeId]) -> list[CoSupport]:
    """By id."""
    return [_cosupport(row) for row in rows(connection, OF_INTAKES, {"ids": listed(ids)})]


SAVE = """
INSERT INTO cosupport (id, intake, opened_on, closed_on, members, meetings, partners, last_on, version, simulated)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET opened_on = excluded.opened_on, closed_on = excluded.closed_on,
    members = excluded.members, meetings = excluded.meetings, partners = excluded.partners,
    last_on = excluded.last_on,
    version = excluded.version, simulated = excluded.simulated
"""
FORGET_MEMBERS = "DELETE FROM cosupport_member WHERE cosupport = ?"
FORGET_PAIRS = "DELETE FROM cosupport_pair WHERE cosupport = ?"
SAVE_MEMBER = "INSERT INTO cosupport_member (cosupport, position, partner, service) VALUES (?, ?, ?, ?)"
SAVE_PAIR = "INSERT INTO cosupport_pair (cosupport, a, b, month, intake) VALUES (?, ?, ?, ?, ?)"


def save(connection: sqlite3.Connection, supports: Sequence[CoSupport]) -> None:
    if not supports:
        return
    ids = [(support.id,) for support in supports]
    connection.executemany(FORGET_MEMBERS, ids)
    connection.executemany(FORGET_PAIRS, ids)
    connection.executemany(SAVE, map(_bound, supports))
    connection.executemany(
        SAVE_MEMBER, [(s.id, place, m.partner, m.service) for s in supports for place, m in enumerate(s.members)]
    )
    pairs = [(s.id, a, b, month(when), s.intake) for s in supports for a, b, when in s.together()]
    connection.executemany(SAVE_PAIR, pairs)


def _bound(support: CoSupport) -> tuple[object, ...]:
    members = [[m.partner, m.service, m.role, day(m.since), day(m.until), m.reason] for m in support.members]
    meetings = [[day(meeting.on), sorted(meeting.present)] for meeting in support.meetings]
    return (
        support.id,
        support.intake,
        day(support.opened_on),
        day(support.closed_on),
        orjson.dumps(members).decode(),
        orjson.dumps(meetings).decode(),
        len({member.partner for member in support.members}),
        day(support.last_on),
        support.version,
        support.simulated,
    )


FORGET = "DELETE FROM cosupport WHERE intake IN (SELECT value FROM json_each(:ids))"


def forget(connection: sqlite3.Connection, intakes: Iterable[IntakeId]) -> None:
    """With their members and pairs."""
    connection.execute(FORGET, {"ids": listed(intakes)})
