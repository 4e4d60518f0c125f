"""The pictures of the coordinator's report, as SVG text: each says what the table beside it says, and nothing more.

Colours are those of Okabe and Ito, told apart by the colour-blind; hatches, dashes and marks tell them apart in grey.
Drawn for the width of a telephone: names stand above their bar. matplotlib is loaded by the first picture.
"""

from collections.abc import Sequence
from functools import lru_cache
from textwrap import shorten
from typing import TYPE_CHECKING, NamedTuple

from visualisations.svg import drawn

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, LINE = "#17242e", "#4a5a66", "#c9d3da"
BLUE, ORANGE, GREEN, PURPLE, SKY, RED = "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"
COLOURS = (BLUE, RED, GREEN, PURPLE, ORANGE, SKY)
DASHES = ("-", "--", "-.", ":", (0, (6, 2, 1, 2, 1, 2)), (0, (1, 1)))
MARKS = ("o", "s", "^", "D", "v", "P")
MOST_LINES = len(COLOURS)

WIDTH = 4.7  # inches
_ROW = 0.5
_LONGEST = 50
"""Characters of a name; the table has it whole."""


class Bar(NamedTuple):
    """`said`: what stands at the end of the bar, the value with its unit when it is empty."""

    label: str
    value: float
    said: str = ""
    weak: bool = False  # hatched and pale: to be read with care


class Span(NamedTuple):
    """A rate with its 95 % interval, all from 0 to 1, and the number of observations behind it."""

    label: str
    value: float
    low: float
    high: float
    n: int


class Series(NamedTuple):
    """One line: (day, share from 0 to 1) for a curve, (place of the month from 0, number) for months."""

    label: str
    points: tuple[tuple[float, float], ...]


def bars(title: str, rows: Sequence[Bar], unit: str = "") -> str:
    """Horizontal, in the order given. *unit* follows each number: « orientations »."""
    return _bars(title, tuple(Bar(*row) for row in rows), unit)


def intervals(title: str, rows: Sequence[Span], mark: float | None = None) -> str:
    """A point and its interval for each row, in the order given; *mark*: the rate of all together."""
    return _intervals(title, tuple(Span(*row) for row in rows), mark)


def curve(title: str, lines: Sequence[Series], last: int = 60) -> str:
    """The share answered after each day, up to the day *last*; at most six lines."""
    return _curve(title, _lines(lines), last)


def months(title: str, names: Sequence[str], lines: Sequence[Series]) -> str:
    """Numbers by month; *names* are those of the months, as they are to be read. At most six lines."""
    return _months(title, tuple(names), _lines(lines))


def _lines(lines: Sequence[Series]) -> tuple[Series, ...]:
    if not 1 <= len(lines) <= MOST_LINES:
        raise ValueError(f"a picture has from 1 to {MOST_LINES} lines, not {len(lines)}")
    return tuple(Series(label, tuple((float(x), float(y)) for x, y in points)) for label, points in lines)


@lru_cache(maxsize=64)
def _bars(title: str, rows: tuple[Bar, ...], unit: str) -> str:
    def draw() -> "Figure":
        figure, axes = _rows(len(rows))
        most = max([row.value for row in rows], default=0) or 1
        for place, row in enumerate(rows):
            axes.barh(
                place + 0.18,
                row.value,
                height=0.34,
                color="#e3edf4" if row.weak else BLUE,
                edgecolor=BLUE,
                hatch="///" if row.weak else "",
            )
            _label(axes, place, row.label)
            said = row.said or f"{_number(row.value)} {unit}".strip()
            inside = row.value > 0.72 * most and not row.weak
            axes.annotate(
                said,
                (row.value, place + 0.18),
                xytext=(-5 if inside else 5, 0),
                textcoords="offset points",
                va="center",
                ha="right" if inside else "left",
                color="#fff" if inside else INK,
                fontsize=10,
            )
        axes.set_xlim(0, most * 1.02)
        axes.set_xticks([])
        return figure

    return drawn(title, draw)


@lru_cache(maxsize=64)
def _intervals(title: str, rows: tuple[Span, ...], mark: float | None) -> str:
    def draw() -> "Figure":
        figure, axes = _rows(len(rows), foot=0.42)
        axes.set_xlim(-0.05, 1.07)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        axes.tick_params(axis="x", length=0, labelsize=10, labelcolor=SOFT)
        axes.grid(axis="x", color=LINE, linewidth=0.8)
        if mark is not None:
            axes.axvline(mark, color=INK, linewidth=1.4, linestyle=(0, (4, 3)))
        for place, row in enumerate(rows):
            axes.plot([row.low, row.high], [place + 0.18] * 2, color=BLUE, linewidth=3, solid_capstyle="butt")
            for end in (row.low, row.high):
                axes.plot([end, end], [place + 0.08, place + 0.28], color=BLUE, linewidth=1.6)
            axes.plot(
                row.value, place + 0.18, marker="o", markersize=8, markerfacecolor="#fff", markeredgecolor=BLUE,
                markeredgewidth=2.2,
            )  # fmt: skip
            _label(axes, place, row.label, f"{round(100 * row.value)} % sur {row.n}")
        return figure

    return drawn(title, draw)


@lru_cache(maxsize=64)
def _curve(title: str, lines: tuple[Series, ...], last: int) -> str:
    def draw() -> "Figure":
        figure, axes = _plain()
        for number, line in enumerate(lines):
            steps = [(0.0, 0.0), *(p for p in line.points if p[0] <= last)]
            steps.append((float(last), steps[-1][1]))
            axes.step(
                [x for x, _ in steps],
                [y for _, y in steps],
                where="post",
                color=COLOURS[number],
                linestyle=DASHES[number],
                linewidth=2.4,
                label=_cut(line.label),
            )
        axes.set_xlim(0, last)
        axes.set_ylim(0, 1.03)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        axes.set_xticks(range(0, last + 1, 10))
        axes.set_xlabel("jours depuis l'envoi", color=SOFT, fontsize=10)
        _legend(axes, lines)
        return figure

    return drawn(title, draw)


@lru_cache(maxsize=64)
def _months(title: str, names: tuple[str, ...], lines: tuple[Series, ...]) -> str:
    def draw() -> "Figure":
        figure, axes = _plain()
        most = max((y for line in lines for _, y in line.points), default=0) or 1
        for number, line in enumerate(lines):
            axes.plot(
                [x for x, _ in line.points],
                [y for _, y in line.points],
                color=COLOURS[number],
                linestyle=DASHES[number],
                marker=MARKS[number],
                markersize=6,
                linewidth=2.2,
                label=_cut(line.label),
            )
        every = 1 + len(names) // 7
        axes.set_xticks(range(0, len(names), every), names[::every])
        axes.set_xlim(-0.3, max(len(names) - 0.7, 0.3))
        axes.set_ylim(0, most * 1.12)
        axes.yaxis.get_major_locator().set_params(integer=True, nbins=5)  # type: ignore[call-arg]
        _legend(axes, lines)
        return figure

    return drawn(title, draw)


def _rows(number: int, foot: float = 0.04) -> "tuple[Figure, Axes]":
    """Room for *number* rows, first one on top, a name above each."""
    from matplotlib.figure import Figure

    height = max(number, 1) * _ROW + foot
    figure = Figure(figsize=(WIDTH, height), facecolor="none")
    axes = figure.add_axes((0.015, foot / height, 0.97, 1 - foot / height), facecolor="none")
    axes.set_ylim(max(number, 1) - 0.5, -0.5)
    axes.set_yticks([])
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
    return figure, axes


def _plain() -> "tuple[Figure, Axes]":
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, 3.3), facecolor="none", layout="constrained")
    axes = figure.add_subplot(facecolor="none")
    axes.tick_params(length=0, labelsize=10, labelcolor=SOFT)
    axes.grid(axis="y", color=LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    for name, side in axes.spines.items():
        side.set_visible(name == "bottom")
        side.set_color(SOFT)
    return figure, axes


def _label(axes: "Axes", place: int, label: str, said: str = "") -> None:
    """The name at the left above its bar, what is said of it at the right."""
    across = axes.get_yaxis_transform()
    name = _cut(label, _LONGEST - len(said))
    axes.text(0, place - 0.22, name, transform=across, va="center", ha="left", color=INK, fontsize=10)
    if said:
        axes.text(1, place - 0.22, said, transform=across, va="center", ha="right", color=SOFT, fontsize=10)


def _legend(axes: "Axes", lines: tuple[Series, ...]) -> None:
    if len(lines) > 1:
        axes.figure.legend(loc="outside upper left", frameon=False, fontsize=10, handlelength=3.2, ncols=1)


def _cut(label: str, most: int = _LONGEST) -> str:
    return shorten(label, most, placeholder="…")


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".").replace(".", ",")
