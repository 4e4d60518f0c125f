"""Decisions about names kept in a file, as a coordinator writes them in a spreadsheet.

Columns `decision;noms;raison;auteur;date`: `decision` is fusion, distincts, unite, pas-un-partenaire, nom or
decoupage; `noms` are separated by ` | `.
"""

import csv
import hashlib
import io
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from graph.errors import FileRefused
from graph.model import Decision, DecisionId, DecisionKind
from graph.names import folded
from loaders.delimited import separator_of
from loaders.text import content, decoded

PACKAGED = files("loaders") / "data" / "rochefort" / "decisions.csv"

KINDS = {
    "fusion": DecisionKind.MERGE,
    "distincts": DecisionKind.SPLIT,
    "unite": DecisionKind.UNIT_OF,
    "pas un partenaire": DecisionKind.NOT_A_PARTNER,
    "nom": DecisionKind.NAME,
    "decoupage": DecisionKind.CUT,
}
_REQUIRED = ("decision", "noms", "raison")


def packaged() -> list[Decision]:
    """The decisions of the first territory."""
    return decisions(PACKAGED.read_bytes(), "decisions.csv")


def read(path: Path) -> list[Decision]:
    return decisions(content(path), path.name)


def decisions(data: bytes, source: str) -> list[Decision]:
    """Every row gives a decision; raises FileRefused with the line of the first that cannot be one."""
    text = decoded(data, source)
    first = next((line for line in text.splitlines() if line.strip()), "")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(first))
    found: list[Decision] = []
    columns: list[str] | None = None
    try:
        for row in rows:
            if not any(c.strip() for c in row):
                continue
            if columns is None:
                columns = [folded(c) for c in row]
                missing = [c for c in _REQUIRED if c not in columns]
                if missing:
                    raise FileRefused(source, f"il manque la colonne « {missing[0]} ».", rows.line_num)
                continue
            found.append(_decision(dict(zip(columns, row, strict=False)), source, rows.line_num))
    except csv.Error as problem:
        raise FileRefused(source, f"le tableau ne peut pas être lu ({problem}).", rows.line_num) from None
    if columns is None:
        raise FileRefused(source, "le tableau est vide.")
    return found


def _decision(row: dict[str, str], source: str, line: int) -> Decision:
    kind = KINDS.get(folded(row.get("decision", "")))
    if kind is None:
        known = ", ".join(k.replace(" ", "-") for k in KINDS)
        raise FileRefused(source, f"la décision « {row.get('decision', '')} » n'existe pas ({known}).", line)
    names = tuple(n.strip() for n in row.get("noms", "").split("|") if n.strip())
    try:
        date = row.get("date", "").strip()
        decided_at = datetime.fromisoformat(date).replace(tzinfo=UTC) if date else datetime(2025, 1, 1, tzinfo=UTC)
        digest = hashlib.sha256("\x1f".join([kind, *names]).encode()).hexdigest()[:12]
        return Decision(
            id=DecisionId(f"{kind}-{digest}"),
            kind=kind,
            names=names,
            reason=row.get("raison", "").strip(),
            actor=row.get("auteur", "").strip() or "coordination",
            decided_at=decided_at,
        )
    except ValueError:
        raise FileRefused(source, "il manque un nom ou une raison, ou la date n'est pas lisible.", line) from None
