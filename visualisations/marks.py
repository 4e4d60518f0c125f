"""How each domain is marked, on the page and in the exports: colours that the colour-blind tell apart, a shape each."""

import math
from typing import NamedTuple

from markupsafe import Markup

from visualisations.network_view import NetworkView, NodeView

INK = "#17242e"
SITE, SEVERAL, NONE = "Site de la Mission Locale", "Plusieurs domaines", "Sans domaine connu"


class Mark(NamedTuple):
    """`shape` is the word of vis-network, or one that our script draws; `marker` that of matplotlib."""

    label: str
    shape: str
    marker: str
    fill: str
    edge: str
    path: str  # SVG, in a square of 20 around its centre


def _circle(r: float) -> str:
    return f"M{-r:g} 0A{r:g} {r:g} 0 1 0 {r:g} 0A{r:g} {r:g} 0 1 0 {-r:g} 0Z"


def _polygon(*points: tuple[float, float]) -> str:
    return "M" + "L".join(f"{x:.3g} {y:.3g}" for x, y in points) + "Z"


def _regular(corners: int, radius: float, inner: float | None = None, turn: float = -90) -> str:
    """With *inner*, a star."""
    radii = [radius] if inner is None else [radius, inner]
    steps = corners * len(radii)
    return _polygon(
        *(
            (
                radii[n % len(radii)] * math.cos(math.radians(turn + 360 * n / steps)),
                radii[n % len(radii)] * math.sin(math.radians(turn + 360 * n / steps)),
            )
            for n in range(steps)
        )
    )


_PLUS = _polygon(
    *((-3, -9), (3, -9), (3, -3), (9, -3), (9, 3), (3, 3), (3, 9), (-3, 9), (-3, 3), (-9, 3), (-9, -3), (-3, -3))
)
_OF_DOMAINS = (
    ("dot", "o", "#0072b2", "#00324f", _circle(8)),
    ("square", "s", "#e69f00", "#5c3f00", _polygon((-7.5, -7.5), (7.5, -7.5), (7.5, 7.5), (-7.5, 7.5))),
    ("triangle", "^", "#009e73", "#00402f", _polygon((0, -8.5), (8.5, 7), (-8.5, 7))),
    ("diamond", "D", "#cc79a7", "#5f2845", _polygon((0, -9.5), (8, 0), (0, 9.5), (-8, 0))),
    ("star", "*", "#d55e00", "#4f2300", _regular(5, 9.8, 4.2)),
    ("triangleDown", "v", "#56b4e9", "#0f4a6d", _polygon((0, 8.5), (8.5, -7), (-8.5, -7))),
    ("hexagon", "H", "#f0e442", "#57510a", _regular(6, 9, turn=0)),
)


def marks(view: NetworkView) -> tuple[Mark, ...]:
    """One for each domain of the view, in its order, then those of several domains, of none, and of our sites."""
    found = [
        Mark(label, *_OF_DOMAINS[number % len(_OF_DOMAINS)][:2], *_OF_DOMAINS[number % len(_OF_DOMAINS)][2:])
        for number, label in enumerate(view.domains.values())
    ]
    found.append(Mark(SEVERAL, "plus", "P", "#6b7780", INK, _PLUS))
    found.append(Mark(NONE, "small", "o", "#ffffff", "#6d7d88", _circle(6)))
    found.append(Mark(SITE, "site", "o", "#17242e", "#17242e", _circle(9) + _circle(5.6) + _circle(3.6)))
    return tuple(found)


def group(view: NetworkView, node: NodeView) -> int:
    """Place of the mark of *node* among `marks`."""
    domains = list(view.domains)
    if node.site:
        return len(domains) + 2
    known = [code for code in node.domains if code in view.domains]
    if len(known) == 1:
        return domains.index(known[0])
    return len(domains) + (0 if known else 1)


def drawn(mark: Mark) -> Markup:
    """As the legend of a page shows it."""
    return Markup(
        '<svg class="mark" viewBox="-10 -10 20 20" aria-hidden="true" focusable="false">'
        '<path d="{}" fill="{}" stroke="{}" stroke-width="1.4" stroke-linejoin="round" fill-rule="evenodd"/></svg>'
    ).format(mark.path, mark.fill, mark.edge)
