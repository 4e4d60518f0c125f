"""The packaged outlines against the packaged points: each commune is where the reference says it is."""

from itertools import pairwise
from math import cos, hypot, radians

import pytest

from graph.boundaries import Boundary
from graph.model import CommuneCode
from graph.reference import Commune
from loaders.boundaries import boundaries
from loaders.reference import DATA, reference

SERVED = reference().served()
KILOMETRES = 111.2
"""Of one degree of latitude."""


def distance(boundary: Boundary, longitude: float, latitude: float) -> float:
    """Kilometres from the point to the outline."""
    shrink = cos(radians(latitude))

    def flat(point: tuple[float, float]) -> tuple[float, float]:
        return (point[0] - longitude) * shrink * KILOMETRES, (point[1] - latitude) * KILOMETRES

    nearest = float("inf")
    for ring in boundary.rings:
        for a, b in pairwise(ring):
            (x1, y1), (x2, y2) = flat(a), flat(b)
            length = (x2 - x1) ** 2 + (y2 - y1) ** 2
            part = 0 if length == 0 else min(1, max(0, -(x1 * (x2 - x1) + y1 * (y2 - y1)) / length))
            nearest = min(nearest, hypot(x1 + part * (x2 - x1), y1 + part * (y2 - y1)))
    return nearest


def test_every_commune_of_the_territory_has_a_boundary_and_nothing_else_has() -> None:
    assert boundaries().of.keys() == {c.insee for c in SERVED}


@pytest.mark.parametrize("commune", SERVED, ids=lambda c: c.name)
def test_the_boundary_holds_the_point_of_its_commune_or_passes_by_it(commune: Commune) -> None:
    boundary = boundaries().of[commune.insee]

    point = commune.longitude, commune.latitude

    assert boundary.holds(point) or distance(boundary, *point) < 0.5


@pytest.mark.parametrize("commune", SERVED, ids=lambda c: c.name)
def test_no_other_boundary_holds_that_point(commune: Commune) -> None:
    point = commune.longitude, commune.latitude

    assert [code for code, b in boundaries().of.items() if b.holds(point) and code != commune.insee] == []


def test_the_data_says_where_it_comes_from_and_under_which_licence() -> None:
    folder = DATA / "reference"

    for name in ("communes.geojson", "README.md"):
        text = (folder / name).read_text(encoding="utf-8")
        assert "IGN Admin Express" in text
        assert "Licence Ouverte" in text


def test_the_source_is_said_with_the_outlines() -> None:
    assert boundaries().source == "IGN Admin Express COG 2018, Licence Ouverte"


def test_an_outline_that_is_not_closed_is_refused() -> None:
    with pytest.raises(ValueError, match="not closed"):
        Boundary(CommuneCode("17299"), ((((0, 0), (1, 0), (1, 1), (0, 1)),),))


def test_what_is_in_a_hole_is_outside() -> None:
    outer = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0))
    hole = ((1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (1.0, 3.0), (1.0, 1.0))

    boundary = Boundary(CommuneCode("17299"), ((outer, hole),))

    assert boundary.holds((0.5, 0.5))
    assert not boundary.holds((2, 2))
    assert not boundary.holds((5, 2))
