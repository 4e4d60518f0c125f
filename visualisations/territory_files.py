"""The territory as files for other programs: a picture with its legend and date (PNG, SVG), the matrix as CSV.

matplotlib is loaded by the first picture.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from graph.boundaries import Ring
from graph.coverage import Person
from graph.reference import Need
from graph.spreadsheet import spreadsheet
from graph.territory import LEVEL_SAID, PEOPLE, Level, TerritoryView, said
from graph.wording import day, typeset
from visualisations.charts import INK, SOFT
from visualisations.geography import FIGURE, LINE, Label
from visualisations.levels import LOOKS, shown
from visualisations.svg import saved
from visualisations.territory import method, plane_of, subtitle

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path

WIDTH, HEIGHT = 11.7, 8.27  # inches: A4
SIMULATED = "Données simulées : ces jeunes n'existent pas."


def to_csv(view: TerritoryView) -> bytes:
    """A line for each need and age, a column for each commune; R, – and 0 as on the page."""
    return spreadsheet(_lines(view))


def _lines(view: TerritoryView) -> Iterator[list[str]]:
    yield [view.title]
    yield [subtitle(view)]
    yield [method(view)]
    if view.simulated:
        yield [SIMULATED]
    yield ["R : réservé à certaines situations ; – : le besoin n'est pas demandé à cet âge."]
    yield []
    blank = ["", "", ""]
    yield [*blank, *(view.epcis[c.epci] for c in view.communes)]
    yield [*blank, *(c.insee for c in view.communes)]
    yield ["Rubrique", "Besoin", "Âge", *(c.name for c in view.communes)]
    headings = {heading.code: heading.label for heading in view.headings}
    for need in view.needs:
        for person in PEOPLE:
            offers = [view.cells[need.code, c.insee, person.code] for c in view.communes]
            numbers = [shown(offer.level, len(offer.partners)) for offer in offers]
            yield [headings[need.heading], need.label, person.label, *numbers]


def picture(view: TerritoryView, need: Need, person: Person, form: Literal["png", "svg"]) -> bytes:
    """The map of one need at one age; the same bytes for the same view."""
    return saved(form, lambda: _figure(view, need, person, halo=form == "png"))


def _figure(view: TerritoryView, need: Need, person: Person, *, halo: bool) -> "Figure":
    """*halo*: around letters, which then are shapes; else they stand on a pale ground, and stay text."""
    from matplotlib.collections import LineCollection
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch

    figure = Figure(figsize=(WIDTH, HEIGHT), facecolor="white")
    axes = figure.add_axes((0.015, 0.07, 0.97, 0.78))
    flat = plane_of(view)
    levels = [view.level(need.code, c.insee, person) for c in view.communes]
    for commune, level in zip(view.communes, levels, strict=True):
        look, path = LOOKS[level], _path(flat.shapes[commune.insee])
        axes.add_patch(PathPatch(path, facecolor=look.fill, edgecolor=look.ink, hatch=look.hatch, linewidth=0))
        axes.add_patch(PathPatch(path, facecolor="none", edgecolor="#5b6b76", linewidth=0.7))
    edges = flat.between({c.insee: c.epci for c in view.communes})
    axes.add_collection(LineCollection(edges, colors=INK, linewidths=2))
    for commune, level in zip(view.communes, levels, strict=True):
        offer = view.cells[need.code, commune.insee, person.code]
        _write(axes, flat.labels[commune.insee], shown(level, len(offer.partners)), halo)
    axes.set_xlim(0, flat.width)
    axes.set_ylim(flat.height, 0)
    axes.set_aspect("equal")
    axes.axis("off")
    _frame(figure, view, need, person, levels)
    return figure


def _frame(figure: "Figure", view: TerritoryView, need: Need, person: Person, levels: list[Level]) -> None:
    """What is found, what is shown, the legend with its numbers, the day and the source."""
    from matplotlib.patches import Patch

    figure.text(0.02, 0.965, typeset(view.title), fontsize=14, fontweight="bold", color=INK, va="top", wrap=True)
    figure.text(0.02, 0.905, typeset(said(view, need, person)), fontsize=11, color=INK, va="top", wrap=True)
    handles = [
        Patch(
            facecolor=look.fill,
            edgecolor=look.ink,
            hatch=look.hatch,
            label=f"{LEVEL_SAID[level]} : {levels.count(level)}",
        )
        for level, look in LOOKS.items()
        if level in levels or level in (Level.NOBODY, Level.ONE, Level.TWO, Level.MORE)
    ]
    figure.legend(
        handles=handles,
        title="Partenaires (communes)",
        loc="lower left",
        bbox_to_anchor=(0.015, 0.075),
        frameon=False,
        fontsize=10,
        handlelength=2.2,
        handleheight=1.2,
        alignment="left",
    )
    notes = [f"Offre connue le {day(view.made_on)}. Limites des communes : {view.boundaries.source}. Maillage."]
    if view.simulated:
        notes.insert(0, SIMULATED)
    figure.text(0.02, 0.025, typeset(" ".join(notes)), fontsize=9, color=SOFT)


def _path(polygons: tuple[tuple[Ring, ...], ...]) -> "Path":
    from matplotlib.path import Path

    points: list[tuple[float, float]] = []
    codes: list[int] = []
    for polygon in polygons:
        for ring in polygon:
            points += ring
            codes += [int(Path.MOVETO), *[int(Path.LINETO)] * (len(ring) - 2), int(Path.CLOSEPOLY)]
    return Path(points, codes)


def _write(axes: "Axes", label: Label, number: str, halo: bool) -> None:
    x, size = label.at[0], label.size
    first = label.box[1] + FIGURE * LINE * size
    points = _POINTS * size
    if label.leader is not None:
        (x1, y1), (x2, y2) = label.leader
        axes.plot([x1, x2], [y1, y2], color=INK, linewidth=0.7)
        axes.plot([x1], [y1], marker="o", markersize=2.5, color=INK)
    texts = [axes.text(x, first - 0.2 * size, number, fontsize=points * FIGURE, fontweight="bold", ha="center")]
    for n, line in enumerate(label.lines):
        texts.append(axes.text(x, first + size * (LINE * n + 0.9), line, fontsize=points, ha="center"))
    for text in texts:
        text.set_color(INK)
        if halo:
            from matplotlib.patheffects import withStroke

            text.set_path_effects([withStroke(linewidth=2.2, foreground="white", alpha=0.9)])
        else:
            text.set_bbox({"facecolor": "white", "alpha": 0.6, "linewidth": 0, "pad": 0.5})


_POINTS = 0.52
"""Of a font, for each unit of the plane: the map is 8 inches wide."""
