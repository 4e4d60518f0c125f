"""The picture of a table of the report: the column that the table says is worth one, row by row."""

from graph.disclosure import written
from graph.statistics import Rate
from graph.tables import Figure, People, Row, Table, Withheld
from visualisations.charts import Bar, Span, bars, intervals

MOST_ROWS = 12
LEAST_ROWS = 2
"""One bar compares nothing."""


def of_table(table: Table) -> str | None:
    """SVG, None when the table has no column to draw or too few rows; of what was withheld, at most its bound."""
    if table.chart is None:
        return None
    shown = [row for row in table.rows if not _total(row)]
    if any(isinstance(row.cells[table.chart], Rate) for row in shown):
        return _rates(table, table.chart, shown)
    return _numbers(table, table.chart, shown)


def _rates(table: Table, column: int, rows: list[Row]) -> str | None:
    spans: list[Span] = []
    for row in rows:
        rate = row.cells[column]
        if not isinstance(rate, Rate) or rate.value is None or rate.interval is None:
            continue
        spans.append(Span(_name(row), rate.value, rate.interval.low, rate.interval.high, rate.n))
    return intervals(_title(table, column), spans[:MOST_ROWS]) if len(spans) >= LEAST_ROWS else None


def _numbers(table: Table, column: int, rows: list[Row]) -> str | None:
    drawn: list[Bar] = []
    for row in rows:
        cell = row.cells[column]
        match cell:
            case People():
                drawn.append(Bar(_name(row), cell.n, written(cell, outside=False)))
            case Withheld(below=int(below)):
                drawn.append(Bar(_name(row), below, cell.text, True))
            case Figure() if cell.value is not None:
                drawn.append(Bar(_name(row), cell.value, written(cell, outside=False), cell.at_least))
            case int():
                drawn.append(Bar(_name(row), cell))
    return bars(_title(table, column), drawn[:MOST_ROWS]) if len(drawn) >= LEAST_ROWS else None


def _total(row: Row) -> bool:
    """A row that sums up the others would crush them."""
    first = row.cells[0]
    return isinstance(first, str) and first.casefold() in {"ensemble", "total", "tous"}


def _name(row: Row) -> str:
    """What stands before the first figure."""
    said: list[str] = []
    for cell in row.cells:
        if not isinstance(cell, str):
            break
        said.append(cell)
    return " · ".join(said[:2])


def _title(table: Table, column: int) -> str:
    return f"{table.title} : {table.columns[column].lower()}"
