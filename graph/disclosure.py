"""How figures are written, and what leaves the screen: one to four young people are « moins de 5 »."""

from graph.statistics import LEAST, Interval, Rate
from graph.tables import Cell, Figure, People, Row, Table

FEW = "moins de 5"


SCREEN_ONLY = "à l'écran seulement"


def hides(n: int) -> bool:
    return 0 < n < LEAST


def shown(n: int) -> str:
    """A number of young people, or of their referrals, as a file or a sheet of paper may hold it."""
    return FEW if hides(n) else str(n)


def decimal(value: float, digits: int = 1) -> str:
    """« 3,5 »; no comma when nothing stands behind it."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def percent(value: float) -> str:
    return f"{decimal(100 * value, 0)} %"


def written(cell: Cell, *, outside: bool) -> str:
    """*cell* in French; *outside*: where it leaves the screen."""
    match cell:
        case None:
            return ""
        case str():
            return cell
        case int():
            return str(cell)
        case People():
            return shown(cell.persons) if outside and hides(cell.persons) else str(cell.n)
        case Rate():
            return shown_rate(cell) if outside else seen_rate(cell)
        case Figure():
            return _figure(cell, outside)


def seen_rate(rate: Rate) -> str:
    """« 62 % [46 ; 76] (n = 40) » on the screen."""
    if rate.n == 0:
        return "–"
    if rate.value is None or rate.interval is None:
        return f"trop peu de recul (n = {rate.n})"
    return f"{percent(rate.value)} {_between(rate.interval)} (n = {rate.n})"


def shown_rate(rate: Rate) -> str:
    """The same where it leaves the screen: a share that would tell one to four people apart is bounded instead."""
    if rate.n == 0:
        return "–"
    if rate.n < LEAST:
        return f"trop peu de recul ({FEW})"
    if hides(rate.k):
        return f"moins de {percent(LEAST / rate.n)} (n = {rate.n})"
    if hides(rate.n - rate.k):
        return f"plus de {percent(1 - LEAST / rate.n)} (n = {rate.n})"
    return seen_rate(rate)


def _between(interval: Interval) -> str:
    return f"[{decimal(100 * interval.low, 0)} ; {decimal(100 * interval.high, 0)}]"


def _figure(figure: Figure, outside: bool) -> str:
    n = shown(figure.n) if outside else str(figure.n)
    if figure.n == 0:
        return "–"
    if figure.value is None:
        return f"trop peu de recul ({n})" if hides(figure.n) and outside else f"trop peu de recul (n = {n})"
    unit = f" {figure.unit}" if figure.unit else ""
    value = ("plus de " if figure.at_least else "") + decimal(figure.value) + unit
    if figure.interval is not None:
        value += f" [{decimal(figure.interval.low)} ; {decimal(figure.interval.high)}]"
    return value


def leaving(table: Table, *, by_year: bool) -> tuple[Row, ...]:
    """Rows as they may leave the screen: of a sensitive need, figures only by EPCI and year.

    *by_year*: the evaluation is of whole years, and narrowed by nothing finer than an EPCI.
    """
    whole = tuple(_withheld(table, row) for row in table.rows)
    if table.coarse and by_year:
        return whole
    return tuple(
        Row(tuple(SCREEN_ONLY if isinstance(c, People | Rate | Figure) else c for c in row.cells), True)
        if row.sensitive
        else row
        for row in whole
    )


def _withheld(table: Table, row: Row) -> Row:
    """*row* without what would give back the few young people it is about: its rates, their n, its evolution."""
    first = next((i for i, cell in enumerate(row.cells) if isinstance(cell, People)), None)
    if first != 1 or "Envoyées" not in table.columns:
        return row
    sent = row.cells[first]
    if not isinstance(sent, People) or not hides(sent.persons):
        return row
    return Row((*row.cells[: first + 1], *(_few(cell) for cell in row.cells[first + 1 :])), row.sensitive)


def _few(cell: Cell) -> Cell:
    match cell:
        case None:
            return None
        case People(n=0):
            return cell
        case _:
            return FEW
