"""What a write of the follow-up must know: its key, which of the ids and codes it names exist."""

import sqlite3
from dataclasses import fields

import orjson

from graph.entry import Followed
from graph.errors import Conflict
from graph.follow_rules import OTHER_CALL, Named, kept
from graph.model import IdempotencyKey
from graph.sql.rows import listed, rows

ANSWERED = "SELECT call, answer FROM followed WHERE key = ?"


def answered(connection: sqlite3.Connection, key: IdempotencyKey, call: str) -> Followed | None:
    """The answer that *key* already has. Raises Conflict when it was used by another call."""
    held, asked = kept(key, call)
    row = connection.execute(ANSWERED, (held,)).fetchone()
    if row is None:
        return None
    if row[0] != asked:
        raise Conflict(OTHER_CALL)
    return Followed(orjson.loads(row[1]), again=True)


REMEMBER = "INSERT INTO followed (key, call, answer) VALUES (?, ?, ?)"


def remember(connection: sqlite3.Connection, key: IdempotencyKey, call: str, answer: dict[str, int]) -> None:
    connection.execute(REMEMBER, (*kept(key, call), orjson.dumps(answer).decode()))


EXISTING = {
    "intakes": "SELECT id FROM intake WHERE id IN (SELECT value FROM json_each(:ids))",
    "referrals": "SELECT id FROM referral WHERE id IN (SELECT value FROM json_each(:ids))",
    "cosupports": "SELECT id FROM cosupport WHERE id IN (SELECT value FROM json_each(:ids))",
    "agreements": "SELECT id FROM agreement WHERE id IN (SELECT value FROM json_each(:ids))",
    "partners": "SELECT id FROM partner WHERE id IN (SELECT value FROM json_each(:ids))",
    "services": "SELECT id FROM service WHERE id IN (SELECT value FROM json_each(:ids))",
    "needs": "SELECT code FROM need WHERE code IN (SELECT value FROM json_each(:ids))",
    "situations": "SELECT code FROM situation WHERE code IN (SELECT value FROM json_each(:ids))",
    "sectors": "SELECT code FROM sector WHERE code IN (SELECT value FROM json_each(:ids))",
    "territories": "SELECT code FROM territory WHERE code IN (SELECT value FROM json_each(:ids))",
    "programmes": "SELECT code FROM programme WHERE code IN (SELECT value FROM json_each(:ids))",
}


def existing(connection: sqlite3.Connection, wanted: Named) -> Named:
    """Those of *wanted* that are stored."""
    found: dict[str, frozenset[str]] = {}
    for each in fields(Named):
        ids = getattr(wanted, each.name)
        there = rows(connection, EXISTING[each.name], {"ids": listed(ids)}) if ids else []
        found[each.name] = frozenset(id for (id,) in there)
    return Named(**found)


NAMED_PARTNERS = """
SELECT value FROM json_each(:ids) WHERE
    EXISTS (SELECT 1 FROM intake WHERE site = value) OR EXISTS (SELECT 1 FROM referral WHERE partner = value)
    OR EXISTS (SELECT 1 FROM referral WHERE sender = value) OR EXISTS (SELECT 1 FROM edge WHERE source = value)
    OR EXISTS (SELECT 1 FROM edge WHERE target = value)
    OR EXISTS (SELECT 1 FROM cosupport_member WHERE partner = value)
    OR EXISTS (SELECT 1 FROM agreement_partner WHERE partner = value)
"""
NAMED_SERVICES = """
SELECT value FROM json_each(:ids) WHERE
    EXISTS (SELECT 1 FROM referral WHERE service = value)
    OR EXISTS (SELECT 1 FROM cosupport_member WHERE service = value)
    OR EXISTS (SELECT 1 FROM timers WHERE service = value)
"""


def named_partners(connection: sqlite3.Connection, ids: frozenset[str]) -> frozenset[str]:
    """Those that history names: they are closed, never deleted."""
    return frozenset(id for (id,) in rows(connection, NAMED_PARTNERS, {"ids": listed(ids)})) if ids else frozenset()


def named_services(connection: sqlite3.Connection, ids: frozenset[str]) -> frozenset[str]:
    return frozenset(id for (id,) in rows(connection, NAMED_SERVICES, {"ids": listed(ids)})) if ids else frozenset()
