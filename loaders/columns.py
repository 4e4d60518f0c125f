"""Tables whose columns are a closed list: any other one refuses the file, since it may say who somebody is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.errors import FileRefused
from graph.names import folded
from loaders.delimited import TOO_MANY_CELLS, Row, rows


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is shown; `forms` are folded spellings of a header."""

    name: str
    forms: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class TableRow:
    """`cells` of every column, stripped, "" where there is none; `problem` refuses a row that cannot be read."""

    line: int
    cells: Mapping[str, str]
    headers: Mapping[str, str]  # how the file spells each column, folded
    problem: str | None = None


def table(text: str, source: str, columns: Mapping[str, Column]) -> Iterator[TableRow]:
    """In order. Raises FileRefused, before any row, on a header that is not made of *columns*."""
    found = list(rows(text))
    if not found:
        raise FileRefused(source, "le tableau est vide.")
    header = found[0]
    if header.problem is not None:
        raise FileRefused(source, header.problem, header.line)
    at = _positions(header, found[1:], source, columns)
    if len(found) == 1:
        raise FileRefused(source, "le tableau n'a aucune ligne sous son en-tête.")
    headers = {key: folded(header.cells[place]) for key, place in at.items()}
    for row in found[1:]:
        problem = row.problem
        if problem is None and any(cell.strip() for cell in row.cells[len(header.cells) :]):
            problem = TOO_MANY_CELLS
        cells = {key: row.cells[at[key]].strip() if key in at and at[key] < len(row.cells) else "" for key in columns}
        yield TableRow(row.line, cells, headers, problem)


def _positions(header: Row, below: Sequence[Row], source: str, columns: Mapping[str, Column]) -> dict[str, int]:
    keys = {form: key for key, column in columns.items() for form in column.forms}
    at: dict[str, int] = {}
    unknown: list[str] = []
    expected = ", ".join(column.name for column in columns.values())
    for place, cell in enumerate(header.cells):
        if not cell.strip():
            if any(place < len(row.cells) and row.cells[place].strip() for row in below):
                unknown.append(f"la colonne n° {place + 1}, qui n'a pas de nom")
            continue
        key = keys.get(folded(cell))
        if key is None:
            unknown.append(_shown(cell, place))
        elif key in at:
            raise FileRefused(
                source,
                f"la colonne « {columns[key].name} » est donnée deux fois (n° {at[key] + 1} et n° {place + 1}).",
                header.line,
            )
        else:
            at[key] = place
    if not at:
        raise FileRefused(
            source, f"la première ligne ne nomme aucune des colonnes attendues : {expected}.", header.line
        )
    if unknown:
        raise FileRefused(
            source, f"rien n'est lu, à cause de {', '.join(unknown)} : seules vont {expected}.", header.line
        )
    missing = [column.name for key, column in columns.items() if column.required and key not in at]
    if missing:
        raise FileRefused(source, f"il manque {', '.join(f'la colonne « {name} »' for name in missing)}.", header.line)
    return at


def _shown(cell: str, place: int) -> str:
    """By its number where it may be a cell of a row rather than a name."""
    text = " ".join(cell.split())
    if len(text) > 40 or "@" in text or sum(c.isdigit() for c in text) > 2 or not text.isprintable():
        return f"la colonne n° {place + 1}"
    return f"la colonne « {text} »"
