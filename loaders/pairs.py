"""Pairs of names to compare: a CSV with the columns a and b."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from graph.errors import FileRefused
from graph.names import folded
from loaders.reading import Rejected
from loaders.spreadsheet import separator_of
from loaders.text import content, decoded


@dataclass(frozen=True, slots=True)
class Pairs:
    pairs: tuple[tuple[str, str], ...]
    refused: tuple[Rejected, ...]


def read(path: Path) -> Pairs:
    """In the order of the file; a row without two names is refused and never stops the others."""
    source = path.name
    text = decoded(content(path), source)
    header = next((line for line in text.splitlines() if line.strip()), "")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(header))
    pairs: list[tuple[str, str]] = []
    refused: list[Rejected] = []
    columns: list[str] | None = None
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if columns is None:
                columns = [folded(cell) for cell in row]
                if "a" not in columns or "b" not in columns:
                    raise FileRefused(source, "les colonnes a et b sont attendues.", rows.line_num)
                continue
            found = _pair(row, columns)
            if isinstance(found, str):
                refused.append(Rejected(source, rows.line_num, found))
            else:
                pairs.append(found)
    except csv.Error as problem:
        raise FileRefused(source, f"le tableau ne peut pas être lu ({problem}).", rows.line_num) from None
    if not pairs and not refused:
        raise FileRefused(source, "le fichier ne contient aucune paire.")
    return Pairs(tuple(pairs), tuple(refused))


def _pair(row: list[str], columns: list[str]) -> tuple[str, str] | str:
    """Both names, or the French sentence that refuses the row."""
    if any(cell.strip() for cell in row[len(columns) :]):
        return "il y a plus de cellules que de colonnes : mettez entre guillemets un nom qui contient le séparateur."
    a, b = (row[place].strip() if place < len(row) else "" for place in (columns.index("a"), columns.index("b")))
    if not any(c.isalnum() for c in a) or not any(c.isalnum() for c in b):
        return "il faut un nom dans chacune des colonnes a et b."
    return a, b
