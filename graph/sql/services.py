# ruff: noqa: S608  (constants joined to constants; every value is a parameter)
"""Services in rows."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from graph.model import (
    Access,
    Conditions,
    Mode,
    Origin,
    PartnerId,
    Service,
    ServiceId,
    SituationCode,
    Welcome,
)
from graph.records import service_record
from graph.sql.rows import Row, code_set, listed, packed, rows, unpacked

SERVICE = """
SELECT s.id, s.partner, s.name,
    (SELECT json_group_array(n.need) FROM service_need n WHERE n.service = s.id),
    (SELECT json_group_array(n.need) FROM service_need n WHERE n.service = s.id AND n.main),
    s.age_min, s.age_max,
    (SELECT json_group_array(json_array(c.condition, c."group", c.situation))
        FROM service_condition c WHERE c.service = s.id),
    (SELECT json_group_array(t.territory) FROM service_territory t WHERE t.service = s.id),
    s.places,
    (SELECT json_group_array(e.sector) FROM service_sector e WHERE e.service = s.id),
    s.welcome, s.modes, s.access, s.internal, s.origin, s.source, s.note,
    s.full_until, s.closed_until, s.closed, s.verified_on, s.verified_by, s.edited, s.version
FROM service s
"""

_WELCOMES = {welcome.value: welcome for welcome in Welcome}
_MODES = {mode.value: mode for mode in Mode}
_ACCESSES = {access.value: access for access in Access}
_ORIGINS = {origin.value: origin for origin in Origin}


def _service(row: Row) -> Service:
    (id, partner, name, needs, main, age_min, age_max, conditions, territories, places, sectors) = row[:11]
    (welcome, modes, access, internal, origin, source, note, full_until, closed_until, closed) = row[11:21]
    (verified_on, verified_by, edited, version) = row[21:]
    return Service(
        id=ServiceId(id),
        partner=PartnerId(partner),
        name=name,
        needs=code_set(needs),
        main=code_set(main),
        age_min=age_min,
        age_max=age_max,
        conditions=_conditions(conditions),
        territories=code_set(territories),
        places=code_set(places),
        sectors=code_set(sectors),
        welcome=_WELCOMES[welcome],
        modes=_modes(modes),
        access=_accesses(access),
        internal=bool(internal),
        origin=_ORIGINS[origin],
        source=source,
        note=note,
        full_until=_day(full_until),
        closed_until=_day(closed_until),
        closed=bool(closed),
        verified_on=_day(verified_on),
        verified_by=verified_by,
        edited=bool(edited),
        version=version,
    )


@lru_cache(maxsize=100)
def _modes(text: str) -> frozenset[Mode]:
    return frozenset(_MODES[mode] for mode in unpacked(text))


@lru_cache(maxsize=100)
def _accesses(text: str) -> frozenset[Access]:
    return frozenset(_ACCESSES[access] for access in unpacked(text))


@lru_cache(maxsize=10_000)
def _conditions(text: str) -> Conditions:
    found: list[tuple[str, int, str]] = unpacked(text)
    groups: defaultdict[tuple[str, int], set[SituationCode]] = defaultdict(set)
    for condition, group, situation in found:
        groups[condition, group].add(SituationCode(situation))
    return Conditions(
        required=tuple(frozenset(groups[key]) for key in sorted(groups) if key[0] == "required"),
        preferred=frozenset(groups.get(("preferred", 0), ())),
        excluded=frozenset(groups.get(("excluded", 0), ())),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


ALL = SERVICE + "ORDER BY s.id"


def every(connection: sqlite3.Connection) -> dict[ServiceId, Service]:
    return {service.id: service for service in map(_service, rows(connection, ALL))}


BY_ID = SERVICE + "WHERE s.id IN (SELECT value FROM json_each(:ids)) ORDER BY s.id"


def by_id(connection: sqlite3.Connection, ids: Iterable[ServiceId]) -> dict[ServiceId, Service]:
    found = map(_service, rows(connection, BY_ID, {"ids": listed(ids)}))
    return {service.id: service for service in found}


OF_PARTNERS = SERVICE + "WHERE s.partner IN (SELECT value FROM json_each(:ids)) ORDER BY s.id"


def of_partners(connection: sqlite3.Connection, ids: Iterable[PartnerId]) -> dict[PartnerId, tuple[Service, ...]]:
    wanted = list(ids)
    found: defaultdict[PartnerId, list[Service]] = defaultdict(list)
    for service in map(_service, rows(connection, OF_PARTNERS, {"ids": listed(wanted)})):
        found[service.partner].append(service)
    return {id: tuple(found.get(id, ())) for id in wanted}


SAVE = """
INSERT INTO service (id, partner, name, age_min, age_max, places, welcome, modes, access, internal, origin, source,
    note, full_until, closed_until, closed, verified_on, verified_by, edited, version)
VALUES (:id, :partner, :name, :age_min, :age_max, :places, :welcome, :modes, :access, :internal, :origin, :source,
    :note, :full_until, :closed_until, :closed, :verified_on, :verified_by, :edited, :version)
ON CONFLICT (id) DO UPDATE SET partner = excluded.partner, name = excluded.name, age_min = excluded.age_min,
    age_max = excluded.age_max, places = excluded.places, welcome = excluded.welcome, modes = excluded.modes,
    access = excluded.access, internal = excluded.internal, origin = excluded.origin, source = excluded.source,
    note = excluded.note, full_until = excluded.full_until, closed_until = excluded.closed_until,
    closed = excluded.closed, verified_on = excluded.verified_on, verified_by = excluded.verified_by,
    edited = excluded.edited, version = excluded.version
"""
FORGET_NEEDS = "DELETE FROM service_need WHERE service = ?"
FORGET_CONDITIONS = "DELETE FROM service_condition WHERE service = ?"
FORGET_TERRITORIES = "DELETE FROM service_territory WHERE service = ?"
FORGET_SECTORS = "DELETE FROM service_sector WHERE service = ?"
SAVE_NEED = "INSERT INTO service_need (service, need, main) VALUES (?, ?, ?)"
SAVE_CONDITION = 'INSERT INTO service_condition (service, condition, "group", situation) VALUES (?, ?, ?, ?)'
SAVE_TERRITORY = "INSERT INTO service_territory (service, territory) VALUES (?, ?)"
SAVE_SECTOR = "INSERT INTO service_sector (service, sector) VALUES (?, ?)"


def save(connection: sqlite3.Connection, services: Iterable[Service], replaced: Iterable[ServiceId]) -> None:
    """*replaced*: those of *services* that are stored already."""
    written = list(services)
    old = [(id,) for id in replaced]
    for forget in (FORGET_NEEDS, FORGET_CONDITIONS, FORGET_TERRITORIES, FORGET_SECTORS):
        connection.executemany(forget, old)
    connection.executemany(SAVE, map(_bound, written))
    connection.executemany(SAVE_NEED, [(s.id, need, need in s.main) for s in written for need in sorted(s.needs)])
    connection.executemany(SAVE_CONDITION, [row for s in written for row in _condition_rows(s)])
    connection.executemany(SAVE_TERRITORY, [(s.id, t) for s in written for t in sorted(s.territories)])
    connection.executemany(SAVE_SECTOR, [(s.id, sector) for s in written for sector in sorted(s.sectors)])


def _bound(service: Service) -> dict[str, object]:
    record = service_record(service)
    for key in ("places", "modes", "access"):
        record[key] = packed(record[key])
    return record


def _condition_rows(service: Service) -> Iterable[tuple[str, str, int, str]]:
    conditions = service.conditions
    for number, group in enumerate(conditions.required):
        for situation in sorted(group):
            yield service.id, "required", number, situation
    for situation in sorted(conditions.preferred):
        yield service.id, "preferred", 0, situation
    for situation in sorted(conditions.excluded):
        yield service.id, "excluded", 0, situation


REMOVE = "DELETE FROM service WHERE id = ?"


def remove(connection: sqlite3.Connection, ids: Iterable[ServiceId]) -> int:
    """How many were there."""
    return connection.executemany(REMOVE, [(id,) for id in ids]).rowcount if ids else 0
