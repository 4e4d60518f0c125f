"""Pairs of names to compare: a CSV with the columns a and b."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.errors import FileRefused
from graph.names import folded
from loaders.delimited import TOO_MANY_CELLS, rows
from loaders.reading import Rejected
from loaders.text import content, decoded


@dataclass(frozen=True, slots=True)
class Pairs:
    pairs: tuple[tuple[str, str], ...]
    refused: tuple[Rejected, ...]


def read(path: Path) -> Pairs:
    """In the order of the file; a row without two names is refused and never stops the others."""
    source = path.name
    pairs: list[tuple[str, str]] = []
    refused: list[Rejected] = []
    columns: list[str] | None = None
    for row in rows(decoded(content(path), source)):
        if columns is None:
            columns = [folded(cell) for cell in row.cells]
            if "a" not in columns or "b" not in columns:
                raise FileRefused(source, row.problem or "les colonnes a et b sont attendues.", row.line)
            continue
        found = row.problem or _pair(row.cells, columns)
        if isinstance(found, str):
            refused.append(Rejected(source, row.line, found))
        else:
            pairs.append(found)
    if not pairs and not refused:
        raise FileRefused(source, "le fichier ne contient aucune paire.")
    return Pairs(tuple(pairs), tuple(refused))


def _pair(row: Sequence[str], columns: list[str]) -> tuple[str, str] | str:
    """Both names, or the French sentence that refuses the row."""
    if any(cell.strip() for cell in row[len(columns) :]):
        return TOO_MANY_CELLS
    a, b = (row[place].strip() if place < len(row) else "" for place in (columns.index("a"), columns.index("b")))
    if not any(c.isalnum() for c in a) or not any(c.isalnum() for c in b):
        return "il faut un nom dans chacune des colonnes a et b."
    return a, b
