"""Rows of a CSV, each with the line of the file where it begins."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

UNCLOSED = "un guillemet s'ouvre sur cette ligne et ne se referme pas comme il faut."
TOO_MANY_CELLS = "il y a plus de cellules que de colonnes : mettez entre guillemets un nom qui contient le séparateur."
TOO_LONG_CELL = "une cellule dépasse 131 072 caractères."


@dataclass(frozen=True, slots=True)
class Row:
    """`problem` is the French sentence that refuses a row that cannot be read; its cells are then empty."""

    line: int
    cells: tuple[str, ...] = ()
    problem: str | None = None

    @property
    def blank(self) -> bool:
        return self.problem is None and not any(cell.strip() for cell in self.cells)


def separator_of(line: str) -> str:
    """The most frequent of `;`, tab and `,` in the header."""
    return max(";\t,", key=lambda c: (line.count(c), c == ";"))


def rows(text: str) -> Iterator[Row]:
    """Blank rows are left out; a quote that is never closed costs its own line and not those that follow."""
    lines = list(io.StringIO(text, newline=""))
    separator = separator_of(next((line for line in lines if line.strip()), ""))
    at = 0
    while at < len(lines):
        opened, end = _extent(lines, at, separator)
        row = _row(lines[at:end], at + 1, separator) if opened is None else Row(opened + 1, problem=UNCLOSED)
        if not row.blank:
            yield row
        at = end


def _extent(lines: list[str], first: int, separator: str) -> tuple[int | None, int]:
    """Where the row that begins at line *first* ends; before that, the line of its quote when that is not closed.

    A quote that closes lines below, before something else than a separator, was never closed: another one opens.
    """
    opening = re.compile(rf'(?:^|{re.escape(separator)})"')
    line, at = first, 0
    while True:
        found = opening.search(lines[line], at)
        if found is None:
            return None, line + 1
        opened, at = line, found.end()
        while True:
            quote = lines[line].find('"', at)
            if quote < 0:
                line, at = line + 1, 0
                if line == len(lines):
                    return opened, opened + 1
            elif lines[line].startswith('""', quote):
                at = quote + 2
            else:
                break
        after = lines[line][quote + 1 : quote + 2]
        if line > opened and after not in (separator, "\r", "\n", ""):
            return opened, opened + 1
        at = quote + 1


def _row(lines: list[str], number: int, separator: str) -> Row:
    try:
        return Row(number, tuple(next(csv.reader(lines, delimiter=separator), [])))
    except csv.Error:
        return Row(number, problem=TOO_LONG_CELL)
