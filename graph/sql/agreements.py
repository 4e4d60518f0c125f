"""Agreements with the partners they bind, and the timers of services."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date

from graph.agreement import Agreement, AgreementId, AgreementKind
from graph.model import PartnerId, ServiceId
from graph.record_fields import day
from graph.sql.rows import rows, unpacked
from graph.timers import ServiceTimers, Timers

EVERY = """
SELECT a.id, a.agreement_kind,
    (SELECT json_group_array(p.partner) FROM agreement_partner p WHERE p.agreement = a.id),
    a.starts_on, a.ends_on, a.renews, a.simulated
FROM agreement a ORDER BY a.id
"""


def every(connection: sqlite3.Connection) -> list[Agreement]:
    """By id."""
    return [
        Agreement(
            id=AgreementId(id),
            kind=AgreementKind(kind),
            partners=frozenset(PartnerId(p) for p in unpacked(partners)),
            starts_on=date.fromisoformat(starts_on),
            ends_on=None if ends_on is None else date.fromisoformat(ends_on),
            renews=None if renews is None else AgreementId(renews),
            simulated=bool(simulated),
        )
        for id, kind, partners, starts_on, ends_on, renews, simulated in rows(connection, EVERY)
    ]


SAVE = """
INSERT INTO agreement (id, agreement_kind, starts_on, ends_on, renews, simulated) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET agreement_kind = excluded.agreement_kind, starts_on = excluded.starts_on,
    ends_on = excluded.ends_on, renews = excluded.renews, simulated = excluded.simulated
"""
FORGET_PARTNERS = "DELETE FROM agreement_partner WHERE agreement = ?"
SAVE_PARTNER = "INSERT INTO agreement_partner (agreement, partner) VALUES (?, ?)"


def save(connection: sqlite3.Connection, agreements: Sequence[Agreement]) -> None:
    if not agreements:
        return
    connection.executemany(
        SAVE,
        [(a.id, a.kind.value, day(a.starts_on), day(a.ends_on), a.renews, a.simulated) for a in agreements],
    )
    connection.executemany(FORGET_PARTNERS, [(a.id,) for a in agreements])
    connection.executemany(SAVE_PARTNER, [(a.id, partner) for a in agreements for partner in sorted(a.partners)])


EVERY_TIMERS = "SELECT service, reminder, expiry, study FROM timers ORDER BY service"


def timers(connection: sqlite3.Connection) -> dict[ServiceId, Timers]:
    return {ServiceId(service): Timers(*days) for service, *days in rows(connection, EVERY_TIMERS)}


SAVE_TIMERS = "INSERT OR REPLACE INTO timers (service, reminder, expiry, study) VALUES (?, ?, ?, ?)"


def save_timers(connection: sqlite3.Connection, own: Iterable[ServiceTimers]) -> None:
    connection.executemany(SAVE_TIMERS, [(t.service, t.timers.reminder, t.timers.expiry, t.timers.study) for t in own])
