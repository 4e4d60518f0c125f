"""Where each organisation of a network stands on a map: computed once, the same picture on every machine. Pure.

Whoever works together attracts, everybody repels, the Mission Locale and its sites are held in the middle, and
organisations of one domain lean to one side. Then boxes wide enough for a label are pushed apart.

The same on every machine: only sums, products, quotients and square roots, which are exact to the last digit
everywhere, and positions are rounded at every step, so that a sum taken in another order changes nothing.
numpy is imported where it is used.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count
from math import cos, log, pi, sin, sqrt
from typing import TYPE_CHECKING, TypeAlias

from graph.layers import Network, Node

if TYPE_CHECKING:
    import numpy as np

    Array: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

WIDTH, HEIGHT = 120, 46
"""Room around each organisation for its mark and its label, in the units of the map."""
NEIGHBOURS = 6
"""Links that pull at each organisation: its strongest ones. All of them would pull everybody to the middle."""
EXACT = 600
"""Organisations above which those far away repel as a crowd."""
_FLAT = 0.6  # height of the map for its width, as of a projector
_GOLDEN = pi * (3 - sqrt(5))
_SLACK = 1.25  # more room than all boxes need, each way
_ROUNDS = 60  # of pushing
_CELLS = 32  # crowds in a row of the map


def positions(network: Network) -> Mapping[str, tuple[int, int]]:
    """By id, around (0, 0), y downwards. No two boxes of `WIDTH` by `HEIGHT` overlap."""
    if not network.nodes:
        return {}
    order = _order(network)
    pulls = _pulls(network, {node.id: number for number, node in enumerate(order)})
    spread = _spread(order, pulls)
    placed = _apart(spread)
    return {node.id: placed[number] for number, node in sorted(enumerate(order), key=lambda one: one[1].id)}


def _order(network: Network) -> list[Node]:
    """The Mission Locale and its sites, then by weight: who comes first keeps its place."""
    weights: dict[str, float] = {node.id: 0 for node in network.nodes}
    for link in network.links:
        weights[link.source] += link.weight
        weights[link.target] += link.weight
    return sorted(network.nodes, key=lambda node: (node.level, -weights[node.id], node.id))


Pulls: TypeAlias = list[tuple[int, int, float]]


def _pulls(network: Network, numbers: Mapping[str, int]) -> Pulls:
    """The strongest links of each node, by weight for what both ends have: 1 for the two that have only each other."""
    both: dict[tuple[int, int], float] = {}
    totals = [0.0] * len(numbers)
    for link in network.links:
        a, b = sorted((numbers[link.source], numbers[link.target]))
        worth = round(log(1 + link.weight), 6)
        both[a, b] = both.get((a, b), 0.0) + worth
        totals[a] += worth
        totals[b] += worth
    of: list[list[tuple[float, int, int]]] = [[] for _ in numbers]
    for (a, b), worth in both.items():
        if worth > 0:
            strength = round(worth / sqrt(totals[a] * totals[b]), 6)
            of[a].append((-strength, a, b))
            of[b].append((-strength, a, b))
    kept = {pair for links in of for pair in sorted(links)[:NEIGHBOURS]}
    return sorted((a, b, -strength) for strength, a, b in kept)


def _spread(order: Sequence[Node], pulls: Pulls) -> list[tuple[float, float]]:
    """Forces, for a number of steps that gets smaller as the network gets larger."""
    import numpy as np

    n = len(order)
    size = sqrt(n)  # of the map, where one organisation has the room of one unit
    x, y = _start(order, size)
    lean_x, lean_y = _sides(order, size)
    middle = np.array([0.06 if node.level == 0 else 0.0 for node in order])
    lean = np.array([0.012 if node.level and node.domains else 0.0 for node in order])
    a = np.array([pull[0] for pull in pulls], dtype=np.intp)
    b = np.array([pull[1] for pull in pulls], dtype=np.intp)
    # a node with one link is held as firmly as one with six
    strength = np.array([0.25 + pull[2] for pull in pulls])
    steps = 160 if n <= EXACT else 90 if n <= 2_000 else 60
    for step in range(steps):
        force_x, force_y = _repelled(x, y) if n <= EXACT else _repelled_by_crowds(x, y)
        dx, dy = x[a] - x[b], y[a] - y[b]
        pull = strength * np.sqrt(dx * dx + dy * dy)
        dx, dy = dx * pull * 0.35, dy * pull * 0.35
        force_x += np.bincount(b, dx, n) - np.bincount(a, dx, n)
        force_y += np.bincount(b, dy, n) - np.bincount(a, dy, n)
        force_x += lean * (lean_x - x) * 8 - x * (0.02 + middle * 12)
        force_y += lean * (lean_y - y) * 8 - y * (0.02 + middle * 12) / _FLAT
        length = np.sqrt(force_x * force_x + force_y * force_y) + 1e-9
        most = size * 0.12 * (1 - step / steps) + 0.02
        scale = np.minimum(length, most) / length
        x = _rounded(x + force_x * scale)
        y = _rounded(y + force_y * scale)
    return [(float(p) * WIDTH, float(q) * WIDTH * _FLAT) for p, q in zip(_evened(x), _evened(y), strict=True)]


def _rounded(values: "Array") -> "Array":
    import numpy as np

    return np.rint(values * 65536.0) / 65536.0


def _start(order: Sequence[Node], size: float) -> tuple["Array", "Array"]:
    """A sunflower: first come, nearest the middle."""
    import numpy as np

    x = [round(size * 0.5 * sqrt((k + 0.5) / len(order)) * cos(k * _GOLDEN), 4) for k in range(len(order))]
    y = [round(size * 0.5 * sqrt((k + 0.5) / len(order)) * sin(k * _GOLDEN), 4) for k in range(len(order))]
    return np.array(x), np.array(y)


def _sides(order: Sequence[Node], size: float) -> tuple["Array", "Array"]:
    """Where the domains of each node lean to, all around the middle."""
    import numpy as np

    domains = sorted({domain for node in order for domain in node.domains})
    turn = {domain: 2 * pi * number / len(domains) for number, domain in enumerate(domains)}
    x, y = np.zeros(len(order)), np.zeros(len(order))
    for number, node in enumerate(order):
        for domain in node.domains:
            x[number] += round(0.5 * size * cos(turn[domain]) / len(node.domains), 4)
            y[number] += round(0.5 * size * sin(turn[domain]) / len(node.domains), 4)
    return x, y


def _repelled(x: "Array", y: "Array") -> tuple["Array", "Array"]:
    """Each by each other, as one over their distance."""
    dx, dy = x[None, :] - x[:, None], y[None, :] - y[:, None]
    near = 0.35 / (dx * dx + dy * dy + 0.01)
    return (dx * near).sum(axis=0), (dy * near).sum(axis=0)


def _repelled_by_crowds(x: "Array", y: "Array") -> tuple["Array", "Array"]:
    """Each by the centre of every cell of a grid, as much as there are others in it."""
    import numpy as np

    left, top = x.min(), y.min()
    wide = max(float(x.max() - left), float(y.max() - top), 1e-6) / _CELLS
    columns = np.minimum(((x - left) / wide).astype(np.intp), _CELLS - 1)
    cells = np.minimum(((y - top) / wide).astype(np.intp), _CELLS - 1) * _CELLS + columns
    counts = np.bincount(cells, minlength=_CELLS * _CELLS).astype(np.float64)
    held = np.flatnonzero(counts)
    centre_x = _rounded(np.bincount(cells, x, _CELLS * _CELLS)[held] / counts[held])
    centre_y = _rounded(np.bincount(cells, y, _CELLS * _CELLS)[held] / counts[held])
    force_x, force_y = np.zeros(len(x)), np.zeros(len(x))
    for cx, cy, crowd in zip(centre_x, centre_y, counts[held], strict=True):
        dx, dy = x - cx, y - cy
        near = 0.35 * crowd / (dx * dx + dy * dy + 0.25)
        force_x += dx * near
        force_y += dy * near
    return force_x, force_y


def _evened(values: "Array") -> "Array":
    """Drawn halfway to the same distance between neighbours: crowds get room, and empty stretches shrink."""
    import numpy as np

    n = len(values)
    ranks = np.empty(n)
    ranks[np.argsort(values, kind="stable")] = np.arange(n)
    even = (ranks - (n - 1) / 2) / sqrt(n)
    centred = values - (values.max() + values.min()) / 2
    extent = max(float(np.abs(centred).max()), 1e-6)
    return _rounded(0.5 * even * _SLACK + 0.5 * centred * (sqrt(n) / 2 / extent) * _SLACK)


def _apart(wanted: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """Pushed from each other first, so that neighbours stay so; what still overlaps goes where there is room."""
    x, y = [p for p, _ in wanted], [q for _, q in wanted]
    for _ in range(_ROUNDS):
        if not _pushed(x, y):
            break
    return _settled([(round(p), round(q)) for p, q in zip(x, y, strict=True)])


def _pushed(x: list[float], y: list[float]) -> bool:
    """One round, each pair along the way that is shorter; whether anything moved."""
    cells: dict[tuple[int, int], list[int]] = {}
    for k in range(len(x)):
        cells.setdefault((int(x[k] // WIDTH), int(y[k] // HEIGHT)), []).append(k)
    moved = False
    for (column, row), members in cells.items():
        for right, down in ((0, 0), (1, 0), (-1, 1), (0, 1), (1, 1)):
            others = cells.get((column + right, row + down), ())
            for a in members:
                for b in others:
                    if (right, down) == (0, 0) and b <= a:
                        continue
                    dx, dy = x[b] - x[a], y[b] - y[a]
                    over_x, over_y = WIDTH + 2 - abs(dx), HEIGHT + 2 - abs(dy)
                    if over_x <= 0.5 or over_y <= 0.5:
                        continue
                    moved = True
                    if over_x * HEIGHT < over_y * WIDTH:
                        push = over_x / 2 if dx >= 0 else -over_x / 2
                        x[a] -= push
                        x[b] += push
                    else:
                        push = over_y / 2 if dy >= 0 else -over_y / 2
                        y[a] -= push
                        y[b] += push
    return moved


def _settled(wanted: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order, each at the nearest place of a fine grid where its box is free."""
    cells: dict[tuple[int, int], list[tuple[int, int]]] = {}
    found: list[tuple[int, int]] = []
    for x, y in wanted:
        place = next(
            (x + right, y + down)
            for number in count()
            for right, down in _ring(number)
            if _free(cells, x + right, y + down)
        )
        cells.setdefault((place[0] // WIDTH, place[1] // HEIGHT), []).append(place)
        found.append(place)
    return found


@cache
def _ring(number: int) -> list[tuple[int, int]]:
    """Steps away from a place, the nearest first."""
    sides = range(-number, number + 1)
    edge = [(i, j) for i in sides for j in sides if max(abs(i), abs(j)) == number]
    steps = [(i * WIDTH // 6, j * HEIGHT // 4) for i, j in edge]
    return sorted(steps, key=lambda step: (step[0] * step[0] + step[1] * step[1], step))


def _free(cells: Mapping[tuple[int, int], list[tuple[int, int]]], x: int, y: int) -> bool:
    column, row = x // WIDTH, y // HEIGHT
    for i in (column - 1, column, column + 1):
        for j in (row - 1, row, row + 1):
            for p, q in cells.get((i, j), ()):
                if abs(p - x) < WIDTH and abs(q - y) < HEIGHT:
                    return False
    return True
