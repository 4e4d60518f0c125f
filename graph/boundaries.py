"""Where communes are on the ground: their outlines, in degrees. Frozen values; `loaders.boundaries` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from graph.model import CommuneCode

Point: TypeAlias = tuple[float, float]
"""Longitude, latitude."""
Ring: TypeAlias = tuple[Point, ...]
"""Closed: its first point is its last."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """`polygons`: the outer ring of each part, then those of its holes."""

    commune: CommuneCode
    polygons: tuple[tuple[Ring, ...], ...]

    def __post_init__(self) -> None:
        if not self.polygons:
            raise ValueError(f"commune {self.commune} is nowhere")
        for ring in self.rings:
            if len(ring) < 4 or ring[0] != ring[-1]:
                raise ValueError(f"commune {self.commune} has an outline that is not closed")
            if not all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in ring):
                raise ValueError(f"commune {self.commune} has an outline that is not on Earth")

    @property
    def rings(self) -> tuple[Ring, ...]:
        return tuple(ring for polygon in self.polygons for ring in polygon)

    def holds(self, point: Point) -> bool:
        return inside(self.rings, point)


@dataclass(frozen=True, slots=True)
class Boundaries:
    """`source`: who drew them and under which licence, to be said under each picture."""

    source: str
    of: Mapping[CommuneCode, Boundary]


def inside(rings: tuple[Ring, ...], point: Point) -> bool:
    """By the even-odd rule, so that holes are outside."""
    x, y = point
    found = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                found = not found
    return found
