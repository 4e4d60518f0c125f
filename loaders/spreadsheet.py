"""Spreadsheets of partners, CSV or XLSX: one row names one partner, or an organisation with several units."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from graph.errors import FileRefused
from graph.model import DomainCode, Mention
from graph.names import folded
from graph.segments import cell_segments
from loaders import lexicon as knowledge
from loaders.domains import domain_of
from loaders.reading import Line, MentionIds, Reading, Rejected

COLUMNS = {
    "nom": ("nom", "partenaire", "nom du partenaire", "structure", "nom de la structure", "organisme", "name"),
    "domaine": ("domaine", "domaine de partenariat", "domain"),
    "rubrique": ("rubrique", "categorie", "sous categorie", "type"),
    "commune": ("commune", "ville", "lieu"),
    "sigle": ("sigle", "acronyme"),
}
LARGEST_ROWS = 200_000
LARGEST_UNPACKED = 200 * 1024 * 1024
LONGEST_NAME = 500


def is_workbook(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


def has_header(text: str) -> bool:
    """Whether the first line is a header with a column `nom`."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    cells = [folded(c) for c in next(csv.reader([first], delimiter=separator_of(first)), [])]
    return len(cells) >= 2 and "nom" in cells and any(c in cells for c in ("domaine", "rubrique", "commune", "sigle"))


def separator_of(line: str) -> str:
    """The most frequent of `;`, tab and `,` in the header."""
    return max(";\t,", key=lambda c: (line.count(c), c == ";"))


def table(text: str, source: str) -> Reading:
    lines = text.splitlines(keepends=True)
    first = next((line for line in lines if line.strip()), "")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(first), strict=False))
    except csv.Error as problem:
        raise FileRefused(source, f"le tableau ne peut pas être lu ({problem}).") from None
    return rows_of(rows, source)


def workbook(data: bytes, source: str) -> Reading:
    """The first sheet of an XLSX file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise FileRefused(source, "le classeur est trop volumineux une fois décompressé.")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            rows = [["" if c is None else str(c) for c in row] for row in sheet.iter_rows(values_only=True)]
        finally:
            book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError):
        raise FileRefused(source, "ce n'est pas un classeur XLSX lisible.") from None
    return rows_of(rows, source)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Position of each known column; -1 when the sheet has none."""

    nom: int
    domaine: int = -1
    rubrique: int = -1
    commune: int = -1
    sigle: int = -1


def rows_of(rows: Sequence[Sequence[str]], source: str) -> Reading:
    """Every row gives a mention (or several units), or is refused with its line."""
    header = next((i for i, row in enumerate(rows) if any(c.strip() for c in row)), None)
    if header is None:
        raise FileRefused(source, "le tableau est vide.")
    if len(rows) - header > LARGEST_ROWS:
        raise FileRefused(source, f"le tableau dépasse {LARGEST_ROWS} lignes.")
    columns = _columns(rows[header], source)
    ids = MentionIds(source)
    domains = _domains()
    mentions: list[Mention] = []
    links: list[Line] = []
    refused: list[Rejected] = []
    for number, row in enumerate(rows[header + 1 :], start=header + 2):
        if not any(c.strip() for c in row):
            continue
        values = {
            column: row[at].strip() if 0 <= at < len(row) else ""
            for column, at in ((c, getattr(columns, c)) for c in COLUMNS)
        }
        name = row[columns.nom] if columns.nom < len(row) else ""
        problem, domain = _problem(name, values["domaine"], domains)
        if problem is not None:
            refused.append(Rejected(source, number, problem))
            continue
        for piece in cell_segments(name, knowledge.packaged()):
            mentions.append(
                ids.mention(
                    number,
                    piece.start,
                    name[piece.start : piece.end],
                    domain=domain,
                    subcategory=values["rubrique"] or None,
                    within=piece.within,
                    commune=values["commune"] or piece.commune,
                    acronym=(values["sigle"] or None) if piece.within is None else None,
                )
            )
    if not mentions and not refused:
        raise FileRefused(source, "le tableau n'a aucune ligne sous son en-tête.")
    return Reading(source, tuple(mentions), links=tuple(links), refused=tuple(refused))


def _columns(header: Iterable[str], source: str) -> _Columns:
    cells = [folded(c) for c in header]
    found = {
        column: next((i for i, cell in enumerate(cells) if cell in names), -1) for column, names in COLUMNS.items()
    }
    if found["nom"] < 0:
        raise FileRefused(source, "il manque la colonne « nom » dans la première ligne.", 1)
    return _Columns(**found)


def _domains() -> dict[str, DomainCode]:
    from loaders.reference import reference

    found: dict[str, DomainCode] = {}
    for code, domain in reference().domains.items():
        for text in (code, domain.label, domain.list_heading):
            found[folded(text)] = code
    return found


def _problem(name: str, domain: str, domains: dict[str, DomainCode]) -> tuple[str | None, DomainCode | None]:
    if not any(c.isalnum() for c in name):
        return "la colonne « nom » est vide.", None
    if len(name) > LONGEST_NAME:
        return f"le nom dépasse {LONGEST_NAME} caractères.", None
    if any(ord(c) < 32 and c not in "\n\t\r" for c in name):
        return "le nom contient des caractères illisibles.", None
    if not domain:
        return None, None
    return None, domains.get(folded(domain)) or domain_of(domain)
