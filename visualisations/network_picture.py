"""The network as a picture for a report or a slide: what the page shows when it opens, as PNG or SVG."""

import math
from collections import Counter
from dataclasses import dataclass
from textwrap import fill, shorten
from typing import TYPE_CHECKING

from graph.pack import number
from graph.told_links import UNTOLD
from visualisations.exports import legend, readable
from visualisations.marks import INK, Mark, group, marks
from visualisations.network_view import LayerView, NetworkView
from visualisations.places import places, spacing
from visualisations.svg import drawn, raster

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class _Sheet:
    """In inches; `map` and `beside`, where the legend begins, in parts of it. `words`: its title and its notes."""

    width: float
    height: float
    map: tuple[float, float, float, float]
    beside: float
    words: bool


_SLIDE = _Sheet(13.333, 7.5, (0.01, 0.13, 0.76, 0.76), 0.78, words=True)
_WITHIN = _Sheet(9.5, 5.2, (0.005, 0.01, 0.71, 0.98), 0.725, words=False)
_SOFT, _LINE = "#4a5a66", "#8fa3b1"
_MOST_LABELS = 34
_LONGEST = 30
_SEEN = 10  # points: from there on, the largest node is seen from the end of a room


def svg(view: NetworkView, layer: LayerView) -> str:
    return drawn(readable(layer.finding), lambda: _figure(view, layer, _SLIDE))


def svg_within(view: NetworkView, layer: LayerView) -> str:
    """For a page that says the finding and the notes itself: smaller, so that its letters are larger there."""
    return drawn(readable(layer.finding), lambda: _figure(view, layer, _WITHIN))


def png(view: NetworkView, layer: LayerView) -> bytes:
    """1,920 points wide."""
    return raster(readable(layer.finding), lambda: _figure(view, layer, _SLIDE))


def _figure(view: NetworkView, layer: LayerView, sheet: _Sheet) -> "Figure":
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(sheet.width, sheet.height), facecolor="white")
    FigureCanvasAgg(figure)
    links, use = _folded(view, layer)
    sites = {node.id for node in view.nodes if node.site}
    shown = [node for node in view.nodes if node.id in use or (node.id in sites and not links)]
    everywhere = places(view)
    at = _filling({node.id: everywhere[node.id] for node in shown}, sheet)
    axes = figure.add_axes(sheet.map)
    axes.set_axis_off()
    scale = _frame(axes, [at[node.id] for node in shown], spacing(view), sheet)
    most_use = max((n for id, n in use.items() if id not in sites), default=1)
    most_link = max(links.values(), default=1)
    least = view.least if layer.people else 1
    lowest = view.lowest_mark if layer.people else 1
    gap = spacing(view) * scale  # points between neighbours

    def radius(n: int) -> float:
        share = math.sqrt(min(1, max(n, least) / most_use))
        return max(1.2, 0.15 * gap + 0.4 * max(gap, _SEEN) * share)  # a few large ones may cover their neighbours

    def width(n: int) -> float:
        return max(0.25, min(7, gap * 0.13 * math.sqrt(max(n, least) / most_link)))

    sizes = {node.id: (gap * 0.42 if node.site else radius(use[node.id])) for node in shown}
    _lines(axes, [(at[a], at[b], width(n), sizes[b] / scale) for (a, b), n in links.items()], layer.directed, scale)
    for place, mark in enumerate(marks(view)):
        here = [node for node in shown if group(view, node) == place]
        if here:
            axes.scatter(
                [at[node.id][0] for node in here],
                [-at[node.id][1] for node in here],
                s=[(2 * sizes[node.id]) ** 2 for node in here],
                marker=mark.marker,
                c=mark.fill,
                edgecolors=mark.edge,
                linewidths=0.8,
                zorder=2,
            )
    order = sorted(shown, key=lambda node: (node.id not in sites, -use[node.id], node.id))
    names = [(readable(node.short or node.name), at[node.id], sizes[node.id], node.site) for node in order]
    _labels(figure, axes, names)
    if sheet.words:
        _words(figure, view, layer)
    used = {group(view, node) for node in shown}
    marked = [mark for place, mark in enumerate(marks(view)) if place in used]
    scales = [(radius, _scale(most_use, lowest)), (width, _scale(most_link, lowest))]
    _legend(figure, layer, marked, scales, sheet)
    return figure


def _folded(view: NetworkView, layer: LayerView) -> "tuple[dict[tuple[str, str], int], Counter[str]]":
    """Links between whole organisations, and what each adds up to: of what is told, since sizes can be measured."""
    above = {node.id: node.unit_of for node in view.nodes}

    def top(id: str) -> str:
        while (parent := above[id]) is not None and parent in above:
            id = parent
        return id

    links: Counter[tuple[str, str]] = Counter()
    untold: set[tuple[str, str]] = set()
    for link in layer.links:
        a, b = top(link.source), top(link.target)
        ends = (a, b) if layer.directed or a < b else (b, a)
        few = layer.hides(link)
        if a != b:
            links[ends] += UNTOLD if few else link.weight
        if few:
            untold.add(ends)
    for link in layer.folded:
        if (link.source, link.target) not in untold:
            links[link.source, link.target] = UNTOLD if layer.hides(link) else link.weight
    use: Counter[str] = Counter()
    for (a, b), n in links.items():
        use[a] += n
        use[b] += n
    return dict(sorted(links.items())), use


def _scale(most: int, least: int) -> list[int]:
    """The numbers that the legend shows."""
    return sorted({max(least, nice(most / 10)), max(least, nice(most))})


def _filling(at: "dict[str, tuple[int, int]]", sheet: _Sheet) -> "dict[str, tuple[int, int]]":
    """A flat network is made higher, never narrower, until it fills its frame: names find more room."""
    if len(at) < 3:
        return at
    xs, ys = [x for x, _ in at.values()], [y for _, y in at.values()]
    wide, high = sheet.map[2] * sheet.width * 72 - 120, sheet.map[3] * sheet.height * 72 - 30
    flat = (max(xs) - min(xs)) * high / (wide * max(1, max(ys) - min(ys)))
    return {id: (x, round(y * min(2.0, max(1.0, flat)))) for id, (x, y) in at.items()}


def _frame(axes: "Axes", points: "list[tuple[int, int]]", gap: float, sheet: _Sheet) -> float:
    """Everything fits; how many points one unit is."""
    wide, high = sheet.map[2] * sheet.width * 72, sheet.map[3] * sheet.height * 72
    xs, ys = [x for x, _ in points] or [0], [-y for _, y in points] or [0]
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    scale = min(
        (wide - 120) / (max(xs) - min(xs) + gap), (high - 30) / (max(ys) - min(ys) + gap), 60 / gap
    )  # 120: room for the names at the sides
    axes.set_xlim(middle[0] - wide / scale / 2, middle[0] + wide / scale / 2)
    axes.set_ylim(middle[1] - high / scale / 2, middle[1] + high / scale / 2)
    return scale


def _lines(
    axes: "Axes",
    lines: "list[tuple[tuple[int, int], tuple[int, int], float, float]]",
    directed: bool,
    scale: float,
) -> None:
    from matplotlib.collections import LineCollection, PolyCollection

    axes.add_collection(
        LineCollection(
            [[(a[0], -a[1]), (b[0], -b[1])] for a, b, _, _ in lines],
            linewidths=[width for _, _, width, _ in lines],
            colors=_LINE,
            alpha=0.55,
            zorder=1,
        )
    )
    if not directed:
        return
    heads = []
    for (ax, ay), (bx, by), width, size in lines:
        length = math.hypot(bx - ax, by - ay) or 1
        dx, dy = (bx - ax) / length, -(by - ay) / length
        tall, half = (3 + 1.4 * width) / scale, (1.2 + 0.8 * width) / scale
        x, y = bx - dx * size, -by - dy * size
        heads.append(
            [(x, y), (x - dx * tall - dy * half, y - dy * tall + dx * half),
             (x - dx * tall + dy * half, y - dy * tall - dx * half)]
        )  # fmt: skip
    axes.add_collection(PolyCollection(heads, facecolors=_LINE, edgecolors="none", zorder=1.5))


def _labels(figure: "Figure", axes: "Axes", names: "Sequence[tuple[str, tuple[int, int], float, bool]]") -> None:
    """The largest first, none over another; over a node only where there is no other place, and it is a small one."""
    from matplotlib.patheffects import withStroke
    from matplotlib.transforms import Bbox

    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]  # of Agg
    point = figure.dpi / 72
    edges = axes.get_window_extent()
    nodes: list[Bbox] = []
    for _, (x, y), size, _ in names:
        across, up = axes.transData.transform((x, -y))
        nodes.append(Bbox.from_bounds(across - size * point * 0.8, up - size * point * 0.8, *[1.6 * size * point] * 2))
    large = [box for box, (*_, site) in zip(nodes, names, strict=True) if site or box.width > 14 * point]
    taken: list[Bbox] = []
    for name, (x, y), size, site in names[: 3 * _MOST_LABELS]:
        if len(taken) >= _MOST_LABELS:
            break
        across, up = axes.transData.transform((x, -y))
        text = axes.text(
            x, -y, shorten(name, _LONGEST, placeholder="…"), fontsize=9.5, color=INK, ha="center", va="center",
            weight="bold" if site else "normal", zorder=4, path_effects=[withStroke(linewidth=3, foreground="white")],
        )  # fmt: skip
        box = text.get_window_extent(renderer)
        w, h, r = box.width / 2, box.height / 2, size * point
        places = [
            Bbox.from_bounds(across + dx - w, up + dy - h, 2 * w, 2 * h)
            for dx, dy in ((0, -r - h - 2), (0, r + h + 2), (r + w + 3, 0), (-r - w - 3, 0))
        ]
        inside = [here for here in places if edges.containsx(here.x0) and edges.containsx(here.x1)]
        inside = [here for here in inside if edges.containsy(here.y0) and edges.containsy(here.y1)]
        free = [here for here in inside if not here.count_overlaps([*taken, *large])]
        place = next((here for here in free if not here.count_overlaps(nodes)), free[0] if free else None)
        if place is None:
            text.remove()
            continue
        middle = axes.transData.inverted().transform(((place.x0 + place.x1) / 2, (place.y0 + place.y1) / 2))
        text.set_position((middle[0], middle[1]))
        taken.append(place)


def _words(figure: "Figure", view: NetworkView, layer: LayerView) -> None:
    figure.text(0.015, 0.975, fill(readable(layer.finding), 84), fontsize=19, weight="bold", color=INK, va="top")
    figure.text(0.015, 0.012, fill(readable(legend(view, layer)), 190), fontsize=9, color=_SOFT, va="bottom")


def _legend(
    figure: "Figure",
    layer: LayerView,
    marked: "Sequence[Mark]",
    scales: "Sequence[tuple[Callable[[int], float], list[int]]]",
    sheet: _Sheet,
) -> None:
    """*scales*: how large a node is, how wide a link, and the numbers at which each is shown."""
    from matplotlib.lines import Line2D

    shapes = [
        Line2D(
            [], [], linestyle="none", marker=mark.marker, markersize=9, markerfacecolor=mark.fill,
            markeredgecolor=mark.edge, label=fill(readable(mark.label), 28),
        )
        for mark in marked
    ]  # fmt: skip
    (size, sizes), (width, widths) = scales
    counted = [
        Line2D([], [], linestyle="none", marker="o", markersize=min(2 * size(n), 26), markerfacecolor="white",
               markeredgecolor=INK, label=number(n))
        for n in sizes
    ]  # fmt: skip
    counted += [Line2D([], [], color=_LINE, linewidth=width(n), label=number(n)) for n in widths]
    low, high = sheet.map[1], sheet.map[1] + sheet.map[3]
    title = fill(f"Taille et trait : {readable(layer.many)}", 30)
    for letters in (10.5, 9.5, 8.5, 7.5):  # the largest at which both are below each other
        common = {"frameon": False, "fontsize": letters, "labelcolor": INK, "title_fontsize": letters}
        common |= {"alignment": "left", "labelspacing": 0.055 * letters}
        above = figure.legend(
            handles=shapes, loc="upper left", bbox_to_anchor=(sheet.beside, high),
            title="Couleur et forme : domaine", **common,
        )  # fmt: skip
        below = figure.legend(
            handles=counted, loc="lower left", bbox_to_anchor=(sheet.beside, low), handlelength=2.6, title=title,
            **common | {"labelspacing": 0.1 * letters},
        )  # fmt: skip
        renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]  # of Agg
        if below.get_window_extent(renderer).y1 <= above.get_window_extent(renderer).y0:
            break
        if letters > 7.5:
            above.remove()
            below.remove()


def nice(n: float) -> int:
    """1, 2 or 5 times a power of ten, not above *n* when *n* is at least 1."""
    power = int(10 ** math.floor(math.log10(max(1, n))))
    return next((k * power for k in (5, 2) if k * power <= n), power)
