"""Measures as tables that can be shown anywhere: on screen, in a file, by GraphQL. Pure values."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from graph.statistics import Interval, Rate


@dataclass(frozen=True, slots=True)
class People:
    """A number of young people, or of their referrals: what leaves the screen hides one to four."""

    n: int
    youths: int | None = None  # how many people that is, when referrals are counted
    referrals: bool = False  # counts referrals of nobody knows how many people

    @property
    def persons(self) -> int:
        return self.n if self.youths is None else self.youths


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is neither a count nor a rate, over *n* observations; None: too few of them to say."""

    value: float | None
    unit: str  # « jours », « × », « »
    n: int | None  # None: withheld, outside the screen
    interval: Interval | None = None
    at_least: bool = False  # the curve never comes so low: « plus de 90 jours »


@dataclass(frozen=True, slots=True)
class Withheld:
    """What stands outside the screen where a number may not: *text*, and *n* where a rate or a figure may keep it."""

    text: str
    of: Literal["people", "rate", "figure"]
    n: int | None = None
    below: int | None = None  # what the text says that it is less than


Cell: TypeAlias = str | int | People | Rate | Figure | Withheld | None
"""An int counts what is not a person; None is empty."""


@dataclass(frozen=True, slots=True)
class Row:
    """`sensitive`: about a need that is shown outside the screen by EPCI and year only. `key`: what it is about."""

    cells: tuple[Cell, ...]
    sensitive: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`definition` says what is counted, `reading` how to read one line and what it does not say.

    `coarse`: no finer than EPCI, so that its sensitive rows may leave the screen over whole years. `told_by_rows`: a
    row stands only where somebody is counted, so that a sensitive one says so without a figure. `chart`: number of the
    column worth a picture.
    """

    code: str
    title: str
    definition: str
    reading: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    coarse: bool = False
    told_by_rows: bool = False
    chart: int | None = None

    def __post_init__(self) -> None:
        if any(len(row.cells) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.code} has a row of another width")


Name: TypeAlias = Callable[[str], str]
"""What a code is called in French."""


def rows(cells: Iterable[tuple[Cell, ...]]) -> tuple[Row, ...]:
    return tuple(Row(c) for c in cells)


def keyed(cells: Iterable[tuple[str, tuple[Cell, ...]]]) -> tuple[Row, ...]:
    """Rows with the key of what each is about."""
    return tuple(Row(c, key=key) for key, c in cells)
