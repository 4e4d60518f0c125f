# ruff: noqa: S608  (table names are constants; every value is a parameter)
"""The reference in rows: needs, situations, sectors, domains and the territories that nest."""

import sqlite3
from typing import Any

from graph.record_fields import Fields
from graph.reference import Reference
from graph.reference_records import EMPTY_REFERENCE, KINDS_OF_REFERENCE, reference_from, reference_records
from graph.rules import Codes
from graph.sql.rows import packed, rows, unpacked

COLUMNS = {
    "heading": ("code", "position", "label"),
    "need": (
        "code",
        "position",
        "heading",
        "label",
        "thematiques",
        "local_extension",
        "sensitivity",
        "asked_age_min",
        "asked_age_max",
    ),
    "situation": ("code", "position", "label", "public", "sensitivity"),
    "sector": ("code", "position", "label"),
    "domain": ("code", "position", "label", "list_heading"),
    "departement": ("code", "position", "name"),
    "epci": ("code", "position", "name", "seat"),
    "commune": (
        "code",
        "position",
        "name",
        "epci",
        "epci_name",
        "departement",
        "population",
        "postcodes",
        "latitude",
        "longitude",
        "served",
        "island",
        "bank",
    ),
    "site": ("code", "position", "name", "commune", "site_kind"),
    "programme": ("code", "position", "label", "reinforced"),
}
_LISTS = {"thematiques", "postcodes"}
_FLAGS = {"local_extension", "served", "reinforced"}

SELECTS = {kind: f"SELECT {', '.join(names)} FROM {kind} ORDER BY code" for kind, names in COLUMNS.items()}


def read(connection: sqlite3.Connection) -> Reference:
    """Empty when none was ever saved."""
    found: dict[str, list[Fields]] = {}
    for kind, statement in SELECTS.items():
        found[kind] = [
            Fields(_record(COLUMNS[kind], row), number) for number, row in enumerate(rows(connection, statement), 1)
        ]
    return reference_from(found)


def _record(names: tuple[str, ...], row: tuple[Any, ...]) -> dict[str, Any]:
    record = dict(zip(names, row, strict=True))
    for name in _LISTS & record.keys():
        record[name] = unpacked(record[name])
    for name in _FLAGS & record.keys():
        record[name] = bool(record[name])
    return record


TERRITORY = """
INSERT INTO territory (code, name, level, within) VALUES (?, ?, ?, ?)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, level = excluded.level, within = excluded.within
"""
TERRITORY_CODES = "SELECT code FROM territory"
FORGET_TERRITORY = "DELETE FROM territory WHERE code = ?"
CODES = {kind: f"SELECT code FROM {kind}" for kind in COLUMNS}
FORGETS = {kind: f"DELETE FROM {kind} WHERE code = ?" for kind in COLUMNS}
SAVES = {
    kind: f"INSERT INTO {kind} ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)}) "
    f"ON CONFLICT (code) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names[1:])}"
    for kind, names in COLUMNS.items()
}


def save(connection: sqlite3.Connection, reference: Reference) -> None:
    """Codes that are no longer there are deleted; the end of the transaction fails when something still uses one."""
    territories = {} if reference == EMPTY_REFERENCE else reference.territories()
    old = {code for (code,) in rows(connection, TERRITORY_CODES)}
    connection.executemany(TERRITORY, [(code, *place) for code, place in territories.items()])
    connection.executemany(FORGET_TERRITORY, [(code,) for code in sorted(old - territories.keys())])
    records: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS_OF_REFERENCE}
    for record in reference_records(reference):
        records[record["kind"]].append(
            {name: packed(value) if name in _LISTS else value for name, value in record.items()}
        )
    for kind, saved in records.items():
        kept = {record["code"] for record in saved}
        gone = [(code,) for (code,) in rows(connection, CODES[kind]) if code not in kept]
        connection.executemany(FORGETS[kind], gone)
        connection.executemany(SAVES[kind], saved)


def codes(connection: sqlite3.Connection) -> Codes:
    """Those that a change may use."""

    def of(statement: str) -> frozenset[str]:
        return frozenset(code for (code,) in rows(connection, statement))

    return Codes(
        domains=of(CODES["domain"]),
        needs=of(CODES["need"]),
        situations=of(CODES["situation"]),
        sectors=of(CODES["sector"]),
        territories=of(TERRITORY_CODES),
    )
