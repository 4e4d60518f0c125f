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
    names = [folded(cell) for cell in next(rows, [])]
    if "a" not in names or "b" not in names:
        raise FileRefused(source, "les colonnes a et b sont attendues.", 1)
    first, second = names.index("a"), names.index("b")
    pairs: list[tuple[str, str]] = []
    refused: list[Rejected] = []
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        a, b = (row[place].strip() if place < len(row) else "" for place in (first, second))
        if a and b:
            pairs.append((a, b))
        else:
            refused.append(Rejected(source, rows.line_num, "il faut un nom dans chacune des colonnes a et b."))
    if not pairs and not refused:
        raise FileRefused(source, "le fichier ne contient aucune paire.")
    return Pairs(tuple(pairs), tuple(refused))
