"""Running one statement: every value is a parameter; lists are passed as one JSON text."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

import orjson

from graph.rules import storable_id

Row = tuple[Any, ...]
Parameters = Mapping[str, Any]


def rows(connection: sqlite3.Connection, statement: str, parameters: Parameters | None = None) -> list[Row]:
    return connection.execute(statement, parameters or {}).fetchall()


def scalar(connection: sqlite3.Connection, statement: str, parameters: Parameters | None = None) -> Any:
    """First column of the first row, None when there is none."""
    row = connection.execute(statement, parameters or {}).fetchone()
    return None if row is None else row[0]


def listed(values: Iterable[str]) -> str:
    """For `json_each`, which stops at a NUL: no stored id holds one, nor half a character."""
    return orjson.dumps(sorted({value for value in values if storable_id(value)})).decode()


def packed(values: Collection[Any]) -> str:
    return orjson.dumps(values).decode() if values else "[]"


@lru_cache(maxsize=10_000)
def code_set(text: str) -> frozenset[Any]:
    """Few different sets are shared by many rows: each is made, and held, once."""
    return frozenset(unpacked(text))


def unpacked(text: str) -> list[Any]:
    found: list[Any] = [] if text == "[]" else orjson.loads(text)
    return found
