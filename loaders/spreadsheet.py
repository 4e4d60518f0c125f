"""Spreadsheets of partners, CSV or XLSX: one row names one partner, or an organisation with several units."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from graph.errors import FileRefused
from graph.model import DomainCode, Mention
from graph.names import folded
from graph.segments import cell_segments
from loaders import lexicon as knowledge
from loaders.contacts import contacts, without_contacts
from loaders.delimited import TOO_MANY_CELLS, Row, rows
from loaders.domains import domain_of
from loaders.reading import MentionIds, Reading, Rejected
from loaders.workbook import MOST_ROWS, TOO_MANY_ROWS, sheets

COLUMNS = {
    "nom": ("nom", "partenaire", "nom du partenaire", "structure", "nom de la structure", "organisme", "name"),
    "domaine": ("domaine", "domaine de partenariat", "domain"),
    "rubrique": ("rubrique", "categorie", "sous categorie", "type"),
    "commune": ("commune", "ville", "lieu"),
    "sigle": ("sigle", "acronyme"),
}
LONGEST_NAME = 500
MOST_NOTES = 20
"""Unknown domains that are named one by one."""


def has_header(text: str) -> bool:
    """Whether the first line is a header with a column `nom`."""
    first = next(rows(text), None)
    cells = [] if first is None else [folded(c) for c in first.cells]
    return len(cells) >= 2 and "nom" in cells and any(c in cells for c in ("domaine", "rubrique", "commune", "sigle"))


def table(text: str, source: str) -> Reading:
    """A CSV file."""
    found: list[Row] = []
    for row in rows(text):
        found.append(row)
        if len(found) > MOST_ROWS + 1:
            raise FileRefused(source, TOO_MANY_ROWS)
    if not found:
        raise FileRefused(source, "le tableau est vide.")
    header = found[0]
    if header.problem is not None:
        raise FileRefused(source, header.problem, header.line)
    reader = _Reader(source)
    reader.rows(found[1:], _columns(header, source), width=len(header.cells))
    return reader.reading()


def workbook(data: bytes, source: str) -> Reading:
    """Every sheet of an XLSX file whose header has a column `nom`; notes name the others."""
    found = sheets(data, source, lambda cells: _position(cells, "nom") >= 0)
    listed = [sheet for sheet in found if sheet.listed]
    if not listed:
        header = next((sheet.rows[0] for sheet in found if sheet.rows), None)
        if header is None:
            raise FileRefused(source, "le tableau est vide.")
        _columns(header, source)
    reader = _Reader(source)
    for sheet in listed:
        where = "" if sheet is listed[0] and len(listed) == 1 else f"feuille « {sheet.title} » : "
        reader.rows(sheet.rows[1:], _columns(sheet.rows[0], source), where=where)
    aside = [f"« {sheet.title} »" for sheet in found if sheet.rows and not sheet.listed]
    if aside:
        one = len(aside) == 1
        reader.notes.append(
            f"{source} : {'feuille laissée de côté' if one else 'feuilles laissées de côté'}, "
            f"sans colonne « nom » : {', '.join(aside)}."
        )
    return reader.reading()


@dataclass(frozen=True, slots=True)
class _Columns:
    """Position of each known column; -1 when the sheet has none."""

    nom: int
    domaine: int = -1
    rubrique: int = -1
    commune: int = -1
    sigle: int = -1


@dataclass
class _Reader:
    """Every row gives a mention (or several units), or is refused with its line."""

    source: str
    mentions: list[Mention] = field(default_factory=list)
    refused: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ids = MentionIds(self.source)
        self.domains = _domains()
        self.unknown: dict[str, list[int]] = {}

    def rows(self, rows: Iterable[Row], columns: _Columns, *, width: int | None = None, where: str = "") -> None:
        """*width* is that of the header where a cell beyond it is a name cut by a separator."""
        for row in rows:
            if width is not None and any(cell.strip() for cell in row.cells[width:]):
                problem: str | None = TOO_MANY_CELLS
            else:
                problem = row.problem or self.row(row, columns)
            if problem is not None:
                self.refused.append(Rejected(self.source, row.line, f"{where}{problem}"))

    def row(self, row: Row, columns: _Columns) -> str | None:
        """Keeps the mentions of *row*, or says why it is refused."""
        values = {
            column: _named(row.cells[at]).strip() if 0 <= at < len(row.cells) else ""
            for column, at in ((c, getattr(columns, c)) for c in COLUMNS)
        }
        name = row.cells[columns.nom] if columns.nom < len(row.cells) else ""
        problem = _problem(name)
        if problem is not None:
            return problem
        name = _named(name)
        if not name:
            return "la colonne « nom » ne contient qu'une adresse, un téléphone ou un courriel."
        domain = self.domain(values["domaine"], row.line)
        for piece in cell_segments(name, knowledge.packaged()):
            self.mentions.append(
                self.ids.mention(
                    row.line,
                    piece.start,
                    name[piece.start : piece.end],
                    domain=domain,
                    subcategory=values["rubrique"] or None,
                    within=piece.within,
                    commune=values["commune"] or piece.commune,
                    acronym=(values["sigle"] or None) if piece.within is None else None,
                )
            )
        return None

    def domain(self, text: str, line: int) -> DomainCode | None:
        if not text:
            return None
        found = self.domains.get(folded(text)) or domain_of(text)
        if found is None:
            self.unknown.setdefault(text, []).append(line)
        return found

    def reading(self) -> Reading:
        if not self.mentions and not self.refused:
            raise FileRefused(self.source, "le tableau n'a aucune ligne sous son en-tête.")
        named = list(self.unknown.items())
        notes = [_unknown_domain(self.source, text, lines) for text, lines in named[:MOST_NOTES]]
        if len(named) > MOST_NOTES:
            notes.append(f"{self.source} : {len(named) - MOST_NOTES} autres domaines ne sont pas connus.")
        return Reading(self.source, tuple(self.mentions), refused=tuple(self.refused), notes=(*self.notes, *notes))


def _unknown_domain(source: str, text: str, lines: Sequence[int]) -> str:
    shown = text if len(text) <= 60 else f"{text[:60]}…"
    others = "" if len(lines) == 1 else f" (et {len(lines) - 1} autre{'s' if len(lines) > 2 else ''})"
    return (
        f"{source}, ligne {lines[0]}{others} : le domaine « {shown} » n'est pas connu ; "
        "le partenaire est gardé sans domaine."
    )


def _position(cells: Iterable[str], column: str) -> int:
    return next((at for at, cell in enumerate(cells) if folded(cell) in COLUMNS[column]), -1)


def _columns(header: Row, source: str) -> _Columns:
    found = {column: _position(header.cells, column) for column in COLUMNS}
    if found["nom"] < 0:
        raise FileRefused(source, "il manque la colonne « nom » dans la première ligne.", header.line)
    return _Columns(**found)


def _domains() -> dict[str, DomainCode]:
    from loaders.reference import reference

    found: dict[str, DomainCode] = {}
    for code, domain in reference().domains.items():
        for text in (code, domain.label, domain.list_heading):
            found[folded(text)] = code
    return found


def _named(cell: str) -> str:
    """*cell* up to where it says how to reach somebody; positions in it are kept."""
    kept = without_contacts(cell)
    return cell if not contacts(cell) else "" if not kept else " " * kept[0][0] + cell[slice(*kept[0])]


def _problem(name: str) -> str | None:
    if not any(c.isalnum() for c in name):
        return "la colonne « nom » est vide."
    if len(name) > LONGEST_NAME:
        return f"le nom dépasse {LONGEST_NAME} caractères."
    if any(ord(c) < 32 and c not in "\n\t\r" for c in name):
        return "le nom contient des caractères illisibles."
    return None
