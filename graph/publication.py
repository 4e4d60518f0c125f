"""What governance sees of people: fixed tables of one year, frozen once they are published. Pure.

A table holds told counts of young people, rounded, and nothing for those that are not told: no stored publication
knows what it hides. `graph.publishing` makes one from what a store counts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from graph.errors import FileRefused
from graph.privacy import percentage
from graph.spreadsheet import spreadsheet
from graph.wording import day

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Published:
    """None: fewer than eleven young people, perhaps nobody, or a number that would give such a one back."""

    value: int | None


HIDDEN = Published(None)


@dataclass(frozen=True)
class PublishedTable:
    """Rows and columns are codes, `names` says them. `base`: the row or the column that the others are shares of.

    Every pair of a row and a column is a cell.
    """

    code: str
    title: str
    definition: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], Published]
    names: Mapping[str, str] = field(default_factory=dict)
    base: str | None = None

    def __post_init__(self) -> None:
        if self.cells.keys() != {(row, column) for row in self.rows for column in self.columns}:
            raise ValueError(f"table {self.code} lacks a cell, or has one too many")
        if any(cell.value is not None and (cell.value < 10 or cell.value % 5) for cell in self.cells.values()):
            raise ValueError(f"table {self.code} tells a number that is not rounded")

    def value(self, row: str, column: str) -> int | None:
        """None as well for a row or a column that the table does not have."""
        return self.cells.get((row, column), HIDDEN).value

    def percentage(self, row: str, column: str) -> int | None:
        """Of the base; None where that cannot be said."""
        if self.base is None or self.base in (row, column):
            return None
        of = (row, self.base) if self.base in self.columns else (self.base, column)
        return percentage(self.value(row, column), self.value(*of))

    def name(self, code: str) -> str:
        return self.names.get(code, code)


@dataclass(frozen=True)
class Publication:
    """One version of one year; it never changes. `made_on` is the day it was frozen."""

    year: int
    version: int
    made_on: date
    simulated: bool
    tables: tuple[PublishedTable, ...]

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR or self.version < 1:
            raise ValueError(f"no publication {self.year}, version {self.version}")
        if len({table.code for table in self.tables}) != len(self.tables):
            raise ValueError(f"publication {self.year} holds a table twice")

    def table(self, code: str) -> PublishedTable:
        """Raises KeyError for a table that is not one of this publication."""
        for table in self.tables:
            if table.code == code:
                return table
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Moved:
    """A told number that differs from that of the year before by more than rounding makes."""

    table: str
    row: str
    column: str
    before: int
    after: int


_MADE_BY_ROUNDING = 5


def moved(now: Publication, before: Publication) -> tuple[Moved, ...]:
    """The numbers told in both years, largest change first."""
    found: list[Moved] = []
    earlier = {table.code: table for table in before.tables}
    for table in now.tables:
        for (row, column), cell in table.cells.items():
            old = earlier[table.code].value(row, column) if table.code in earlier else None
            if cell.value is not None and old is not None and abs(cell.value - old) > _MADE_BY_ROUNDING:
                found.append(Moved(table.code, row, column, old, cell.value))
    return tuple(sorted(found, key=lambda m: (-abs(m.after - m.before), m.table, m.row, m.column)))


# one publication ↔ one JSON value


def to_json(publication: Publication) -> dict[str, Any]:
    return {
        "year": publication.year,
        "version": publication.version,
        "made_on": publication.made_on.isoformat(),
        "simulated": publication.simulated,
        "tables": [_table_json(table) for table in publication.tables],
    }


def from_json(value: Mapping[str, Any], line: int = 1) -> Publication:
    """Raises FileRefused, with that *line*, on what is not one."""
    match value:
        case {
            "year": int(year),
            "version": int(version),
            "made_on": str(made_on),
            "simulated": bool(simulated),
            "tables": list(tables),
        }:
            try:
                found = tuple(_table_from(table) for table in tables)
                return Publication(year, version, date.fromisoformat(made_on), simulated, found)
            except ValueError as problem:
                raise FileRefused("export", "cette publication contient une valeur impossible", line) from problem
    raise FileRefused("export", "cette publication n'a pas la forme attendue", line)


def _table_json(table: PublishedTable) -> dict[str, Any]:
    return {
        "code": table.code,
        "title": table.title,
        "definition": table.definition,
        "base": table.base,
        "rows": [[row, table.name(row)] for row in table.rows],
        "columns": [[column, table.name(column)] for column in table.columns],
        "cells": [[table.cells[row, column].value for column in table.columns] for row in table.rows],
    }


def _table_from(value: Any) -> PublishedTable:
    match value:
        case {
            "code": str(code),
            "title": str(title),
            "definition": str(definition),
            "base": str() | None as base,
            "rows": list(rows),
            "columns": list(columns),
            "cells": list(cells),
        }:
            named = [*map(_named, rows), *map(_named, columns)]
            codes, names = [code for code, _ in named], dict(named)
            counts = [[_published(one) for one in row] for row in cells if isinstance(row, list)]
            if len(counts) != len(rows) or any(len(row) != len(columns) for row in counts):
                raise ValueError(f"table {code} is not rectangular")
            lines, heads = tuple(codes[: len(rows)]), tuple(codes[len(rows) :])
            return PublishedTable(
                code=code,
                title=title,
                definition=definition,
                rows=lines,
                columns=heads,
                cells={(r, c): counts[i][j] for i, r in enumerate(lines) for j, c in enumerate(heads)},
                names=names,
                base=base,
            )
    raise ValueError("this is no table")


def _named(value: Any) -> tuple[str, str]:
    match value:
        case [str(code), str(name)]:
            return code, name
    raise ValueError("a row or a column has a code and a name")


def _published(value: Any) -> Published:
    if value is None:
        return HIDDEN
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("a told count is a whole number")
    return Published(value)


def to_csv(publication: Publication) -> bytes:
    """All its tables for a French spreadsheet; an empty cell is a number that is not told."""
    return spreadsheet(_csv_lines(publication))


def _csv_lines(publication: Publication) -> Iterator[list[str]]:
    yield [f"Publication {publication.year}, version {publication.version}, du {day(publication.made_on)}"]
    if publication.simulated:
        yield ["Données simulées : ces jeunes n'existent pas."]
    for table in publication.tables:
        yield []
        yield [table.title]
        yield [table.definition]
        yield ["", *(table.name(column) for column in table.columns)]
        for row in table.rows:
            told = (table.value(row, column) for column in table.columns)
            yield [table.name(row), *("" if value is None else str(value) for value in told)]
