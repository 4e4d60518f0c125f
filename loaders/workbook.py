"""Sheets of an XLSX file, read row by row: what the file says of its own size is not believed."""

import io
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from openpyxl import load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from graph.errors import FileRefused
from loaders.delimited import Row

LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 100
LAST_ROW = 1_048_576
"""Of a sheet, in the format itself; a broken file can name a row far beyond."""

TOO_MANY_ROWS = f"le tableau dépasse {MOST_ROWS} lignes."


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows` without the blank ones; only the first one when it is not the header of a list."""

    title: str
    rows: tuple[Row, ...]
    listed: bool


def is_workbook(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


def sheets(data: bytes, source: str, is_header: Callable[[Sequence[str]], bool]) -> list[Sheet]:
    """In the order of the tabs; raises FileRefused when the archive is broken or too big."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise FileRefused(source, "le classeur est trop volumineux une fois décompressé.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # in English, about styles and validations that are not read
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            try:
                return [
                    _sheet(sheet.title, _rows(sheet, source), is_header)
                    for sheet in book.worksheets
                    if isinstance(sheet, ReadOnlyWorksheet)
                ]
            finally:
                book.close()
    except FileRefused:
        raise
    except Exception:  # a broken archive makes zipfile, zlib, expat and openpyxl raise nearly anything
        raise FileRefused(source, "ce n'est pas un classeur XLSX lisible.") from None


def _sheet(title: str, rows: Iterator[Row], is_header: Callable[[Sequence[str]], bool]) -> Sheet:
    header = next(rows, None)
    if header is None or not is_header(header.cells):
        return Sheet(title, () if header is None else (header,), listed=False)
    return Sheet(title, (header, *rows), listed=True)


def _rows(sheet: ReadOnlyWorksheet, source: str) -> Iterator[Row]:
    sheet.reset_dimensions()
    cells = sheet.iter_rows(  # type: ignore[misc]  # the stubs give it the `self` of another class
        min_row=1, min_col=1, max_col=MOST_COLUMNS, values_only=True
    )
    for number, values in enumerate(cells, start=1):
        if number > LAST_ROW:
            raise FileRefused(source, TOO_MANY_ROWS)
        if values.count(None) == len(values):
            continue
        last = next((at for at in range(len(values), 0, -1) if values[at - 1] is not None), 0)
        row = Row(number, tuple("" if v is None else str(v) for v in values[:last]))
        if row.blank:
            continue
        if number > MOST_ROWS:
            raise FileRefused(source, TOO_MANY_ROWS)
        yield row
