"""Lines of cells as a French spreadsheet opens them: UTF-8 with its mark, semicolons, and no cell that it would run."""

import csv
import io
from collections.abc import Iterable, Sequence

_ACTIVE = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """*cell* as a spreadsheet takes for text, never for a formula."""
    return f"'{cell}" if cell.startswith(_ACTIVE) else cell


def spreadsheet(lines: Iterable[Sequence[str]]) -> bytes:
    """A CSV file; a line without cells separates."""
    out = io.StringIO()
    sheet = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for cells in lines:
        sheet.writerow([harmless(cell) for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")
