"""How figures are written, and what leaves the screen: one to four young people are « moins de 5 »."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil, floor

from graph.statistics import LEAST, Interval, Rate
from graph.tables import Cell, Figure, People, Row, Table, Withheld
from graph.withholding import Number, Sum, Withholding

FEW = "moins de 5"
ENOUGH = 2 * LEAST
"""Referrals from which they are told where nobody knows of how many people they are: fewer are « moins de 10 »."""
SOME = f"moins de {ENOUGH}"
MASKED = "masqué"
"""Not few: another number would be worked out of it."""
SCREEN_ONLY = "à l'écran seulement"
APART = "Les besoins sensibles n'y sont pas : ils se lisent à l'écran seulement."
"""Said whether there are any or not."""
SENT = "Envoyées"
SHARES = 2 * LEAST - 1
"""Observations from which a bounded share leaves all of one to four people possible."""

Address = tuple[str, str, str, str]
"""Of a number: table, key of the row, column, and what it is of its cell: itself, `k`, `n`, or `-` (n less k)."""


def hides(n: int) -> bool:
    return 0 < n < LEAST


def shown(n: int) -> str:
    """A number of young people, or of their referrals, as a file or a sheet of paper may hold it."""
    return FEW if hides(n) else str(n)


def counted(n: int) -> str:
    """A number of referrals of nobody knows how many people: below five they are of fewer, above nobody can say."""
    return FEW if hides(n) else SOME if 0 < n < ENOUGH else str(n)


def decimal(value: float, digits: int = 1) -> str:
    """« 3,5 »; no comma when nothing stands behind it."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def percent(value: float) -> str:
    return f"{decimal(100 * value, 0)} %"


def below(n: int) -> str:
    """Of *n*, one to four."""
    return f"moins de {ceil(100 * LEAST / n - 1e-9)} %"


def above(n: int) -> str:
    """Of *n*, all but one to four."""
    return f"plus de {floor(100 * (1 - LEAST / n) + 1e-9)} %"


def written(cell: Cell, *, outside: bool) -> str:
    """*cell* in French; *outside*: where it leaves the screen."""
    match cell:
        case None:
            return ""
        case str():
            return cell
        case int():
            return str(cell)
        case Withheld():
            return cell.text
        case People():
            return people_outside(cell) or str(cell.n) if outside else str(cell.n)
        case Rate():
            return shown_rate(cell) if outside else seen_rate(cell)
        case Figure():
            return _figure(cell, outside)


def people_outside(cell: People) -> str | None:
    """What stands for a small number outside the screen; None: the number itself."""
    if hides(cell.persons) or (cell.n and cell.youths == 0):
        return FEW
    return counted(cell.n) if cell.referrals and cell.youths is None and 0 < cell.n < ENOUGH else None


def seen_rate(rate: Rate) -> str:
    """« 62 % [46 ; 76] (n = 40) » on the screen."""
    if rate.n == 0:
        return "–"
    if rate.value is None or rate.interval is None:
        return f"trop peu de recul (n = {rate.n})"
    return f"{percent(rate.value)} {_between(rate.interval)} (n = {rate.n})"


def shown_rate(rate: Rate) -> str:
    """The same where it leaves the screen: a share that would tell one to four people apart is bounded instead."""
    told = rate_outside(rate)
    return seen_rate(rate) if told is None else told


def rate_outside(rate: Rate) -> str | None:
    """None: the rate itself. Of few, bounds would tell them apart by what they are not: nothing is said."""
    if hides(rate.n):
        return f"trop peu de recul ({FEW})"
    if not (hides(rate.k) or hides(rate.n - rate.k)):
        return None
    if rate.n < SHARES:
        return f"{MASKED} (n = {rate.n})"
    return f"{below(rate.n) if hides(rate.k) else above(rate.n)} (n = {rate.n})"


def _between(interval: Interval) -> str:
    return f"[{decimal(100 * interval.low, 0)} ; {decimal(100 * interval.high, 0)}]"


def _figure(figure: Figure, outside: bool) -> str:
    if figure.n == 0:
        return "–"
    if figure.value is None:
        return f"trop peu de recul ({FEW})" if outside else f"trop peu de recul (n = {figure.n})"
    unit = f" {figure.unit}" if figure.unit else ""
    value = ("plus de " if figure.at_least else "") + decimal(figure.value) + unit
    if figure.interval is not None:
        value += f" [{decimal(figure.interval.low)} ; {decimal(figure.interval.high)}]"
    return value


# what leaves the screen


def leaving(
    tables: Sequence[Table],
    sums: Iterable[Sum] = (),
    *,
    by_year: bool,
    numbers: Mapping[Hashable, Number] | None = None,
    rests: Mapping[tuple[str, str, str], Iterable[Address]] | None = None,
) -> tuple[tuple[Table, ...], frozenset[Hashable]]:
    """Tables of one document as they may leave the screen, and what was withheld so that no sum gives it back.

    Of a sensitive need figures leave by EPCI and year only (*by_year*: whole years, nothing finer than an EPCI).
    *sums* are over numbers of the tables and *numbers* that the document tells or implies besides; *rests*: cells that
    are worked out of numbers, so that they go with any of them.
    """
    held: dict[Hashable, Number] = dict(numbers or {})
    inner: list[Sum] = []
    for table in tables:
        for row in table.rows:
            for address, number in _numbers(table, row, by_year):
                held[address] = number
                if address[3] == "-":
                    inner.append(Sum((*address[:3], "n"), ((*address[:3], "k"), address)))
    known = [s for s in sums if s.total in held and all(part in held for part in s.parts)]
    found = Withholding(held, [*inner, *known])
    apart = rests or {}
    told = tuple(
        replace(
            table,
            reading=f"{table.reading} {APART}" if table.told_by_rows and _finer(table, by_year) else table.reading,
            rows=tuple(
                _row(table, row, found, apart, by_year)
                for row in table.rows
                if not (table.told_by_rows and _screen_only(table, row, by_year))
            ),
        )
        for table in tables
    )
    return told, found.withheld


def _screen_only(table: Table, row: Row, by_year: bool) -> bool:
    return row.sensitive and _finer(table, by_year)


def _finer(table: Table, by_year: bool) -> bool:
    """Than an EPCI and a whole year."""
    return not (table.coarse and by_year)


def _few_people(table: Table, row: Row) -> bool:
    """All of the row is about one to four young people."""
    if SENT not in table.columns:
        return False
    sent = row.cells[table.columns.index(SENT)]
    return isinstance(sent, People) and people_outside(sent) is not None


def _numbers(table: Table, row: Row, by_year: bool) -> Iterator[tuple[Address, Number]]:
    silent = _screen_only(table, row, by_year)
    few = _few_people(table, row)
    for column, cell in zip(table.columns, row.cells, strict=True):
        place = table.code, row.key, column
        told = not silent and not (few and column != SENT)
        match cell:
            case People():
                text = people_outside(cell)
                read = (1, LEAST - 1) if text == FEW else (LEAST, ENOUGH - 1) if text == SOME else None
                quiet = few and column != SENT
                yield (*place, ""), Number(cell.n, None if silent else read, told or cell.n == 0, silent=quiet)
            case Rate(k, n):
                rest, tiny = n - k, 0 < n < SHARES
                most = n - 1 if tiny else 0
                open_ = told and rate_outside(cell) is None
                yield (*place, "n"), Number(n, (1, LEAST - 1) if hides(n) else None, told, silent=few)
                yield (*place, "k"), Number(k, _read(k, n), open_, most, few)
                yield (*place, "-"), Number(rest, _read(rest, n), False, most, few)
            case Figure(n=int(n)):
                yield (*place, "n"), Number(n, (1, LEAST - 1) if hides(n) else None, told, silent=few, dear=0)
            case _:
                pass


def _read(k: int, n: int) -> tuple[int, int] | None:
    return (1, LEAST - 1) if hides(k) and not hides(n) else None


def _row(
    table: Table,
    row: Row,
    found: Withholding,
    rests: Mapping[tuple[str, str, str], Iterable[Address]],
    by_year: bool,
) -> Row:
    silent, few = _screen_only(table, row, by_year), _few_people(table, row)
    cells: list[Cell] = []
    for column, cell in zip(table.columns, row.cells, strict=True):
        place = table.code, row.key, column
        if silent:
            cells.append(SCREEN_ONLY if isinstance(cell, People | Rate | Figure) else cell)
        elif (few and column not in (SENT, table.columns[0])) or not all(map(found.known, rests.get(place, ()))):
            cells.append(_masked(cell))
        else:
            cells.append(_cell(cell, place, found))
    return replace(row, cells=tuple(cells))


def _masked(cell: Cell) -> Cell:
    match cell:
        case None | People(n=0) | Rate(n=0) | Figure(n=0):
            return cell
        case People():
            return Withheld(MASKED, "people")
        case Rate():
            return Withheld(MASKED, "rate")
        case Figure():
            return Withheld(MASKED, "figure")
        case _:
            return MASKED


def _cell(cell: Cell, place: tuple[str, str, str], found: Withholding) -> Cell:
    gone = found.withheld
    match cell:
        case People():
            text = people_outside(cell)
            if text is not None:
                return Withheld(text, "people", below=LEAST if text == FEW else ENOUGH)
            return Withheld(MASKED, "people") if (*place, "") in gone else cell
        case Rate(n=n):
            text = rate_outside(cell)
            if (*place, "n") in gone:
                return Withheld(_without_n(cell, found.known((*place, "k"))), "rate")
            if text is not None:
                return Withheld(text, "rate", None if hides(n) else n)
            return Withheld(f"{MASKED} (n = {n})", "rate", n) if (*place, "k") in gone else cell
        case Figure():
            return _figure_outside(cell, (*place, "n") in gone)
        case _:
            return cell


def _without_n(rate: Rate, known: bool) -> str:
    """All but one to four, where how many that is may be known, and of how many it is may not."""
    return above(rate.k + LEAST) if known and hides(rate.n - rate.k) and rate.k >= LEAST else MASKED


def _figure_outside(figure: Figure, gone: bool) -> Cell:
    if figure.n is None or figure.n == 0:
        return figure
    if hides(figure.n):
        return Withheld(f"trop peu de recul ({FEW})", "figure")
    if figure.unit == "%" and figure.value is not None:
        who = round(figure.value * figure.n / 100)
        some, others = figure.value > 0 and who < LEAST, figure.value < 100 and figure.n - who < LEAST
        if some or others:
            text = MASKED if gone or figure.n < SHARES else below(figure.n) if some else above(figure.n)
            return Withheld(text, "figure", None if gone else figure.n)
    if gone:
        return replace(figure, n=None, interval=None if figure.unit == "%" else figure.interval)
    return figure
