# ruff: noqa: S608  (constants joined to constants; every value is a parameter)
"""Partners in rows."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from graph.model import (
    CommuneCode,
    Partner,
    PartnerId,
    PartnerKind,
    PartnerStatus,
    Seat,
    Standing,
)
from graph.names import folded
from graph.records import partner_record
from graph.sql.rows import Row, code_set, listed, packed, rows, scalar, unpacked
from graph.store import Page, PartnerFilter

PARTNER = """
SELECT p.id, p.name, p.acronym, p.partner_kind, p.network, p.commune, p.unit_of,
    (SELECT json_group_array(d.domain) FROM partner_domain d WHERE d.partner = p.id),
    p.seats, p.standing, p.standing_reason, p.status, p.verified_on, p.version
FROM partner p
"""

_KINDS = {kind.value: kind for kind in PartnerKind}
_STANDINGS = {standing.value: standing for standing in Standing}
_STATUSES = {status.value: status for status in PartnerStatus}


def _partner(row: Row) -> Partner:
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
        reason,
        status,
        verified,
        version,
    ) = row
    return Partner(
        id=PartnerId(id),
        name=name,
        acronym=acronym,
        kind=_KINDS[kind],
        network=network,
        commune=None if commune is None else CommuneCode(commune),
        unit_of=None if unit_of is None else PartnerId(unit_of),
        domains=code_set(domains),
        seats=tuple(Seat(*seat) for seat in unpacked(seats)),
        standing=_STANDINGS[standing],
        standing_reason=reason,
        status=_STATUSES[status],
        verified_on=None if verified is None else date.fromisoformat(verified),
        version=version,
    )


ALL = PARTNER + "ORDER BY p.id"


def every(connection: sqlite3.Connection) -> dict[PartnerId, Partner]:
    return {partner.id: partner for partner in map(_partner, rows(connection, ALL))}


BY_ID = PARTNER + "WHERE p.id IN (SELECT value FROM json_each(:ids)) ORDER BY p.id"


def by_id(connection: sqlite3.Connection, ids: Iterable[PartnerId]) -> dict[PartnerId, Partner]:
    found = map(_partner, rows(connection, BY_ID, {"ids": listed(ids)}))
    return {partner.id: partner for partner in found}


EXISTING = "SELECT id FROM partner WHERE id IN (SELECT value FROM json_each(:ids))"


def existing(connection: sqlite3.Connection, ids: Iterable[PartnerId]) -> set[PartnerId]:
    """Those that are stored."""
    return {PartnerId(id) for (id,) in rows(connection, EXISTING, {"ids": listed(ids)})}


ABOVE = (
    PARTNER
    + """
WHERE p.id IN (
    WITH RECURSIVE above (id) AS (
        SELECT value FROM json_each(:ids) UNION SELECT q.unit_of FROM partner q JOIN above ON q.id = above.id
    )
    SELECT id FROM above
)
"""
)


def above(connection: sqlite3.Connection, ids: Iterable[PartnerId]) -> dict[PartnerId, Partner]:
    """Those that are stored, and all that they are units of."""
    return {partner.id: partner for partner in map(_partner, rows(connection, ABOVE, {"ids": listed(ids)}))}


UNITS = PARTNER + "WHERE p.unit_of IN (SELECT value FROM json_each(:ids)) ORDER BY p.id"


def units(connection: sqlite3.Connection, ids: Iterable[PartnerId]) -> dict[PartnerId, tuple[Partner, ...]]:
    wanted = list(ids)
    found: defaultdict[PartnerId, list[Partner]] = defaultdict(list)
    for partner in map(_partner, rows(connection, UNITS, {"ids": listed(wanted)})):
        if partner.unit_of is not None:
            found[partner.unit_of].append(partner)
    return {id: tuple(found.get(id, ())) for id in wanted}


MATCHING = """
WHERE (:status IS NULL OR p.status = :status)
AND (:kind IS NULL OR p.partner_kind = :kind)
AND (:standing IS NULL OR p.standing = :standing)
AND (:domain IS NULL OR EXISTS (SELECT 1 FROM partner_domain d WHERE d.partner = p.id AND d.domain = :domain))
AND (:need IS NULL OR p.id IN (
    SELECT s.partner FROM service_need n JOIN service s ON s.id = n.service WHERE n.need = :need
))
AND (:territories IS NULL OR p.id IN (
    SELECT s.partner FROM service_territory t JOIN service s ON s.id = t.service
    WHERE t.territory IN (SELECT value FROM json_each(:territories))
))
AND NOT EXISTS (
    SELECT 1 FROM json_each(:words) w
    WHERE instr(p.folded, w.value) = 0
    AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.partner = p.id AND instr(m.folded, w.value) > 0)
)
"""
PAGE = PARTNER + MATCHING + "AND p.id > :after ORDER BY p.id LIMIT :first"
TOTAL = "SELECT count(*) FROM partner p" + MATCHING


def page(connection: sqlite3.Connection, wanted: PartnerFilter, first: int, after: PartnerId | None) -> Page[Partner]:
    matching = {
        "status": wanted.status and wanted.status.value,
        "kind": wanted.kind and wanted.kind.value,
        "standing": wanted.standing and wanted.standing.value,
        "domain": wanted.domain,
        "need": wanted.need,
        "territories": listed(wanted.territories) if wanted.territories else None,
        "words": listed(folded(wanted.text).split()),
    }
    found = [_partner(row) for row in rows(connection, PAGE, {**matching, "after": after or "", "first": first + 1})]
    return Page(tuple(found[:first]), len(found) > first, scalar(connection, TOTAL, matching))


SAVE = """
INSERT INTO partner (id, name, acronym, folded, partner_kind, network, commune, unit_of, seats, standing,
    standing_reason, status, verified_on, version)
VALUES (:id, :name, :acronym, :folded, :partner_kind, :network, :commune, :unit_of, :seats, :standing,
    :standing_reason, :status, :verified_on, :version)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, acronym = excluded.acronym, folded = excluded.folded,
    partner_kind = excluded.partner_kind, network = excluded.network, commune = excluded.commune,
    unit_of = excluded.unit_of, seats = excluded.seats, standing = excluded.standing,
    standing_reason = excluded.standing_reason, status = excluded.status, verified_on = excluded.verified_on,
    version = excluded.version
"""
FORGET_DOMAINS = "DELETE FROM partner_domain WHERE partner = ?"
SAVE_DOMAIN = "INSERT INTO partner_domain (partner, domain) VALUES (?, ?)"


def save(connection: sqlite3.Connection, partners: Iterable[Partner], replaced: Iterable[PartnerId]) -> None:
    """*replaced*: those of *partners* that are stored already."""
    written = list(partners)
    connection.executemany(FORGET_DOMAINS, [(id,) for id in replaced])
    connection.executemany(SAVE, map(_bound, written))
    connection.executemany(SAVE_DOMAIN, [(p.id, domain) for p in written for domain in sorted(p.domains)])


def _bound(partner: Partner) -> dict[str, object]:
    record = partner_record(partner)
    return {
        **record,
        "seats": packed(record["seats"]),
        "folded": f"{folded(partner.name)} {folded(partner.acronym or '')}".strip(),
        "domains": None,
    }


ORPHANS = """
SELECT p.name FROM partner p
WHERE p.unit_of IN (SELECT value FROM json_each(:ids)) AND p.id NOT IN (SELECT value FROM json_each(:ids))
ORDER BY p.id LIMIT 1
"""


def orphan(connection: sqlite3.Connection, removed: Iterable[PartnerId]) -> str | None:
    """Name of a unit that would lose its parent, None when there is none."""
    name: str | None = scalar(connection, ORPHANS, {"ids": listed(removed)})
    return name


REMOVE = "DELETE FROM partner WHERE id = ?"


def remove(connection: sqlite3.Connection, ids: Iterable[PartnerId]) -> None:
    """With its domains and services."""
    connection.executemany(REMOVE, [(id,) for id in ids])
