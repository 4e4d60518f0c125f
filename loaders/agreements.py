"""Agreements from a table: one row, one agreement. A column outside the list refuses the whole file."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.agreement import Agreement, AgreementId, AgreementKind
from graph.directory import Directory
from graph.errors import LONGEST_CODE, InputRefused
from graph.model import PartnerId, PartnerKind, Resolved
from graph.names import folded
from graph.rules import storable_id
from graph.sheet import Names
from loaders.columns import Column, TableRow, table
from loaders.dates import day
from loaders.reading import Rejected
from loaders.text import content, decoded

COLUMNS = {
    "id": Column("référence", ("reference", "ref", "id", "identifiant", "numero", "n")),
    "kind": Column("nature", ("nature", "kind", "type")),
    "partners": Column("partenaires", ("partenaires", "partenaire", "partners", "partner")),
    "starts_on": Column("début", ("debut", "date de debut", "starts on", "start", "du")),
    "ends_on": Column("fin", ("fin", "date de fin", "ends on", "end", "au", "echeance"), required=False),
    "renews": Column("renouvelle", ("renouvelle", "renews", "renouvellement de"), required=False),
}
_LATEST = 2200


@dataclass(frozen=True, slots=True)
class AgreementReading:
    """`agreements` with their lines, each after the one it renews; `read` rows."""

    source: str
    read: int
    agreements: tuple[tuple[int, Agreement], ...]
    refused: tuple[Rejected, ...]


def read(
    path: Path, directory: Directory, resolved: Iterable[Resolved], held: Iterable[AgreementId]
) -> AgreementReading:
    """*held* are stored. Raises FileRefused when *path* is not such a table."""
    return agreements(decoded(content(path), path.name), path.name, directory, resolved, held)


def agreements(
    text: str, source: str, directory: Directory, resolved: Iterable[Resolved], held: Iterable[AgreementId]
) -> AgreementReading:
    """Every row gives an agreement or a refusal; one that renews a refused or absent one is refused."""
    rows = list(table(text, source, COLUMNS))
    partners = _Partners(directory, resolved)
    found: dict[AgreementId, tuple[int, Agreement]] = {}
    refused: list[Rejected] = []
    for row in rows:
        try:
            agreement = _agreement(row, partners)
            if agreement.id in found:
                raise InputRefused(f"la référence est déjà celle de la ligne {found[agreement.id][0]}.")
        except InputRefused as problem:
            refused.append(Rejected(source, row.line, str(problem)))
        else:
            found[agreement.id] = (row.line, agreement)
    ordered = _ordered(found, frozenset(held))
    for id, (line, _) in found.items():
        if id not in ordered:
            reason = "la convention qu'elle renouvelle n'existe pas, est refusée, ou la renouvelle elle-même."
            refused.append(Rejected(source, line, reason))
    refused.sort(key=lambda r: r.line)
    return AgreementReading(source, len(rows), tuple(ordered.values()), tuple(refused))


def _ordered(
    found: Mapping[AgreementId, tuple[int, Agreement]], held: frozenset[AgreementId]
) -> dict[AgreementId, tuple[int, Agreement]]:
    """Those whose renewed one is stored, or stands before them; one of the file comes before the stored one."""
    kept: dict[AgreementId, tuple[int, Agreement]] = {}
    waiting = dict(found)
    while True:
        ready = [
            id
            for id, (_, agreement) in waiting.items()
            if agreement.renews is None or agreement.renews in kept or agreement.renews in held - found.keys()
        ]
        if not ready:
            return kept
        for id in ready:
            kept[id] = waiting.pop(id)


def _agreement(row: TableRow, partners: "_Partners") -> Agreement:
    """Raises InputRefused."""
    if row.problem is not None:
        raise InputRefused(row.problem)
    cells = row.cells
    empty = [c.name for key, c in COLUMNS.items() if c.required and not cells[key]]
    if empty:
        raise InputRefused(f"il manque {', '.join(f'« {name} »' for name in empty)}.")
    starts_on = _day(cells["starts_on"], "début")
    ends_on = _day(cells["ends_on"], "fin") if cells["ends_on"] else None
    if ends_on is not None and ends_on < starts_on:
        raise InputRefused("la fin est avant le début.")
    id = _id(cells["id"])
    renews = _id(cells["renews"]) if cells["renews"] else None
    if renews == id:
        raise InputRefused("une convention ne se renouvelle pas elle-même.")
    return Agreement(id, _kind(cells["kind"]), partners.named(cells["partners"]), starts_on, ends_on, renews)


def _id(cell: str) -> AgreementId:
    text = " ".join(unicodedata.normalize("NFC", cell).split())
    if len(text) > LONGEST_CODE or not text.isprintable() or not storable_id(text) or not folded(text):
        raise InputRefused(f"la référence est un texte de {LONGEST_CODE} caractères au plus.")
    return AgreementId(text)


def _kind(cell: str) -> AgreementKind:
    """« Convention de partenariat » is a convention: its first word says it."""
    word = folded(cell).partition(" ")[0]
    for kind in AgreementKind:
        if word in (kind, f"{kind}s"):
            return kind
    raise InputRefused(f"la nature n'existe pas. Il y a : {', '.join(AgreementKind)}.")


def _day(cell: str, column: str) -> date:
    found = day(cell)
    if found is None or found.year > _LATEST:
        raise InputRefused(f"colonne « {column} » : écrivez JJ/MM/AAAA ou AAAA-MM-JJ.")
    return found


class _Partners:
    """Partners by id, or by a name as the lists write it (« Parent / Unité » for a unit)."""

    def __init__(self, directory: Directory, resolved: Iterable[Resolved]) -> None:
        self._directory = directory
        self._names = Names(directory.partners, resolved)
        ours = {p.id for p in directory.partners.values() if p.kind is PartnerKind.SITE}
        parents = {directory.partners[id].unit_of for id in ours}
        self._ours = ours | {id for id in parents if id is not None}

    def named(self, cell: str) -> frozenset[PartnerId]:
        """Separated by `|`, `;`, a new line, or a comma where it is not inside a name; we are left out."""
        found: set[PartnerId] = set()
        for part in re.split(r"[|;\r\n]", cell):
            if not part.strip():
                continue
            whole = self._one(part)
            pieces = [part] if whole or "," not in part else [p for p in part.split(",") if p.strip()]
            for piece in pieces:
                ids = self._one(piece)
                if len(ids) != 1:
                    raise InputRefused(_unfound(piece, ids))
                found.add(ids[0])
        found -= self._ours
        if not found:
            raise InputRefused("aucun partenaire n'est nommé, hormis la Mission Locale.")
        return frozenset(found)

    def _one(self, text: str) -> list[PartnerId]:
        written = text.strip()
        if PartnerId(written) in self._directory.partners:
            return [PartnerId(written)]
        return self._names.find(written)


def _unfound(written: str, found: list[PartnerId]) -> str:
    text = " ".join(written.split())
    shown = text if len(text) <= LONGEST_CODE else f"{text[:LONGEST_CODE]}…"
    if found:
        return f"« {shown} » désigne plusieurs partenaires ({', '.join(found)})."
    return f"aucun partenaire ne s'appelle « {shown} »."
