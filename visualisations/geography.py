"""Outlines on a flat picture, and where each commune's name stands: inside it, or in the open beside a line.

Degrees of longitude are shortened by the cosine of the middle latitude, so that nothing is stretched: over the fifty
kilometres of a territory the error is under one part in a thousand.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import cos, hypot, pi, radians, sin
from typing import TypeAlias

from graph.boundaries import Boundaries, Boundary, Point, Ring, inside
from graph.model import CommuneCode

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom."""

LINE, LETTER = 1.12, 0.56
"""Height of a line and mean width of a letter, in sizes of the font."""
FIGURE = 1.35
"""Size of the number over the name, in sizes of the font."""


@dataclass(frozen=True, slots=True)
class Label:
    """`lines` of the name, under a number; the middle of both is `at`. `leader`: from the commune to the label."""

    at: Point
    lines: tuple[str, ...]
    size: float
    leader: tuple[Point, Point] | None = None

    @property
    def box(self) -> Box:
        return _box(self.at, self.lines, self.size)


@dataclass(frozen=True)
class Plane:
    """Everything in units of the picture, y downwards."""

    width: float
    height: float
    shapes: Mapping[CommuneCode, tuple[tuple[Ring, ...], ...]]  # polygons, as in the boundaries
    middles: Mapping[CommuneCode, Point]  # a point well inside
    labels: Mapping[CommuneCode, Label]

    def path(self, commune: CommuneCode) -> str:
        """As the `d` of an SVG path, to be filled by the even-odd rule."""
        return "".join(
            "M" + "L".join(f"{x:g} {y:g}" for x, y in ring[:-1]) + "Z"
            for polygon in self.shapes[commune]
            for ring in polygon
        )

    def between(self, group: Mapping[CommuneCode, str]) -> list[tuple[Point, Point]]:
        """The edges that part communes of different groups."""
        sides: dict[tuple[Point, Point], str] = {}
        found: list[tuple[Point, Point]] = []
        for code, shape in self.shapes.items():
            for a, b in (edge for polygon in shape for ring in polygon for edge in pairwise(ring)):
                edge = (a, b) if a <= b else (b, a)
                if sides.setdefault(edge, group[code]) != group[code]:
                    found.append(edge)
        return found


def plane(
    boundaries: Boundaries,
    names: Mapping[CommuneCode, str],
    width: float = 1000,
    size: float = 11,
    margin: float = 26,
) -> Plane:
    """*size*: of the names' font. Equal boundaries give an equal picture."""
    return _plane(
        tuple(boundaries.of[code] for code in sorted(boundaries.of)),
        tuple(names[code] for code in sorted(boundaries.of)),
        width,
        size,
        margin,
    )


@lru_cache(maxsize=8)
def _plane(outlines: tuple[Boundary, ...], names: tuple[str, ...], width: float, size: float, margin: float) -> Plane:
    points = [point for outline in outlines for ring in outline.rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    shrink = cos(radians((south + north) / 2))
    scale = (width - 2 * margin) / ((east - west) * shrink)

    def flat(point: Point) -> Point:
        return (
            round(margin + (point[0] - west) * shrink * scale, 1),
            round(margin + (north - point[1]) * scale, 1),
        )

    height = round(2 * margin + (north - south) * scale, 1)
    shapes = {
        outline.commune: tuple(
            tuple(tuple(flat(point) for point in ring) for ring in polygon) for polygon in outline.polygons
        )
        for outline in outlines
    }
    rings = {code: tuple(ring for polygon in shape for ring in polygon) for code, shape in shapes.items()}
    depths = {code: _depths(found) for code, found in rings.items()}
    middles = {code: max(found, key=lambda p: (found[p], -p[0], -p[1])) for code, found in depths.items()}
    named = {outline.commune: _shortened(name) for outline, name in zip(outlines, names, strict=True)}
    return Plane(width, height, shapes, middles, _labels(rings, depths, middles, named, width, height, size))


def _depths(rings: tuple[Ring, ...], steps: int = 15) -> dict[Point, float]:
    """Points of a grid that are inside, with how far each is from the outline."""
    left, top, right, bottom = _bounds(rings)
    found: dict[Point, float] = {}
    for i in range(steps):
        for j in range(steps):
            point = (
                round(left + (right - left) * (i + 0.5) / steps, 1),
                round(top + (bottom - top) * (j + 0.5) / steps, 1),
            )
            if inside(rings, point):
                found[point] = min(_distance(point, a, b) for ring in rings for a, b in pairwise(ring))
    if not found:  # thinner than the grid
        found[rings[0][0]] = 0.0
    return found


def _labels(
    rings: Mapping[CommuneCode, tuple[Ring, ...]],
    depths: Mapping[CommuneCode, Mapping[Point, float]],
    middles: Mapping[CommuneCode, Point],
    names: Mapping[CommuneCode, str],
    width: float,
    height: float,
    size: float,
) -> dict[CommuneCode, Label]:
    """Those with the least room choose first; a name that fits nowhere inside stands in the open, on a leader."""
    found: dict[CommuneCode, Label] = {}
    outside: list[CommuneCode] = []
    for code in sorted(rings, key=lambda c: (max(depths[c].values()), c)):
        label = _within(rings[code], depths[code], names[code], size, found.values())
        if label is None:
            outside.append(code)
        else:
            found[code] = label
    bounds = {code: _bounds(shape) for code, shape in rings.items()}
    for code in outside:
        found[code] = _beside(middles[code], names[code], size, found.values(), rings, bounds, width, height)
    return found


_LONGEST = 36
"""Letters of a name on the picture; no commune of the territory has as many."""
_SPILL = 0.2
"""Part of a label that may lie over a neighbour: its letters have a pale edge."""
_TRIED = 36
"""Points, deepest inside first."""


def _within(
    rings: tuple[Ring, ...], depths: Mapping[Point, float], name: str, size: float, placed: Iterable[Label]
) -> Label | None:
    taken = [label.box for label in placed]
    best: tuple[float, Label] | None = None
    deepest = sorted(depths.items(), key=lambda found: (-found[1], found[0]))[:_TRIED]
    for lines in _broken(name):
        for point, depth in deepest:
            box = _box(point, lines, size)
            if any(_meet(box, other) for other in taken):
                continue
            samples = list(_samples(box))
            spilt = sum(not inside(rings, sample) for sample in samples) / len(samples)
            if spilt > _SPILL:
                continue
            cost = spilt + 0.03 * len(lines) - 0.004 * depth
            if best is None or cost < best[0]:
                best = cost, Label(point, lines, size)
    return None if best is None else best[1]


def _beside(
    middle: Point,
    name: str,
    size: float,
    placed: Iterable[Label],
    rings: Mapping[CommuneCode, tuple[Ring, ...]],
    bounds: Mapping[CommuneCode, Box],
    width: float,
    height: float,
) -> Label:
    """As near as there is room in the open; over land when there is none, over another label never if it can be."""
    others = list(placed)
    taken = [label.box for label in others]
    lines_taken = [label.leader for label in others if label.leader is not None]
    best: tuple[float, Label] | None = None
    for lines in _broken(name):
        for step in range(2, 30):
            if best is not None and best[0] < step:
                break  # farther costs more
            for turn in range(16):
                distance = step * size
                at = (
                    round(middle[0] + distance * cos(turn * pi / 8), 1),
                    round(middle[1] + distance * sin(turn * pi / 8), 1),
                )
                box = _box(at, lines, size)
                if box[0] < 2 or box[1] < 2 or box[2] > width - 2 or box[3] > height - 2:
                    continue
                near = (box[0] - 2, box[1] - 2, box[2] + 2, box[3] + 2)
                leader = (middle, _edge(box, middle))
                cost = distance / size + 2 * len(lines)
                cost += 1000 * sum(_meet(near, other) or _crosses(leader, other) for other in taken)
                cost += 1000 * sum(_cut(leader, other) for other in lines_taken)
                if best is not None and cost >= best[0]:
                    continue
                cost += 4 * sum(
                    inside(rings[code], sample)
                    for code, frame in bounds.items()
                    if _meet(box, frame)
                    for sample in _samples(box)
                )
                if best is None or cost < best[0]:
                    best = cost, Label(at, lines, size, leader)
    return best[1] if best is not None else Label(middle, (name,), size)


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def _broken(name: str) -> list[tuple[str, ...]]:
    """In one line, two or three, cut after hyphens and at spaces."""
    parts: list[str] = []
    for word in name.split(" "):
        pieces = word.split("-")
        parts += [piece + "-" for piece in pieces[:-1]] + [pieces[-1] + " "]
    found: list[tuple[str, ...]] = [(name,)]
    for lines in (2, 3):
        if len(parts) >= lines:
            cuts = min(_cuts(len(parts), lines), key=lambda c: max(len(line) for line in _joined(parts, c)))
            found.append(_joined(parts, cuts))
    return found


def _cuts(parts: int, lines: int) -> list[tuple[int, ...]]:
    if lines == 2:
        return [(i,) for i in range(1, parts)]
    return [(i, j) for i in range(1, parts) for j in range(i + 1, parts)]


def _joined(parts: Sequence[str], cuts: Sequence[int]) -> tuple[str, ...]:
    edges = (0, *cuts, len(parts))
    return tuple("".join(parts[a:b]).strip() for a, b in pairwise(edges))


def _box(at: Point, lines: Sequence[str], size: float) -> Box:
    wide = max(len(line) for line in lines) * LETTER * size / 2
    high = (FIGURE * LINE + len(lines) * LINE) * size / 2
    return (at[0] - wide, at[1] - high, at[0] + wide, at[1] + high)


def _samples(box: Box) -> Iterable[Point]:
    left, top, right, bottom = box
    for i in range(5):
        for j in range(4):
            yield (left + (right - left) * i / 4, top + (bottom - top) * j / 3)


def _bounds(rings: Iterable[Ring]) -> Box:
    points = [point for ring in rings for point in ring]
    return (
        min(x for x, _ in points),
        min(y for _, y in points),
        max(x for x, _ in points),
        max(y for _, y in points),
    )


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _edge(box: Box, towards: Point) -> Point:
    """The point of *box* nearest to *towards*."""
    return (
        round(min(max(towards[0], box[0]), box[2]), 1),
        round(min(max(towards[1], box[1]), box[3]), 1),
    )


def _distance(point: Point, a: Point, b: Point) -> float:
    (x, y), (x1, y1), (x2, y2) = point, a, b
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    part = 0.0 if length == 0 else min(1.0, max(0.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length))
    return hypot(x - x1 - part * (x2 - x1), y - y1 - part * (y2 - y1))


def _crosses(line: tuple[Point, Point], box: Box) -> bool:
    left, top, right, bottom = box
    (x1, y1), (x2, y2) = line
    return any(left < x1 + (x2 - x1) * k / 12 < right and top < y1 + (y2 - y1) * k / 12 < bottom for k in range(1, 13))


def _cut(a: tuple[Point, Point], b: tuple[Point, Point]) -> bool:
    def side(p: Point, q: Point, r: Point) -> bool:
        return (q[0] - p[0]) * (r[1] - p[1]) > (q[1] - p[1]) * (r[0] - p[0])

    return side(*a, b[0]) != side(*a, b[1]) and side(*b, a[0]) != side(*b, a[1])
