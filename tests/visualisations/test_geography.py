"""The picture of the territory: nothing stretched, every name readable, the same picture each time."""

from itertools import combinations
from math import cos, radians

from graph.boundaries import Boundaries, inside
from loaders.boundaries import boundaries
from loaders.reference import reference
from visualisations.geography import Box, Plane, plane

NAMES = {c.insee: c.name for c in reference().served()}


def drawn(width: float = 1000) -> Plane:
    return plane(boundaries(), NAMES, width)


def meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_a_kilometre_is_as_long_to_the_east_as_to_the_north() -> None:
    found = drawn()
    west, east = "17323", "17320"  # Saint-Denis-d'Oléron, Saint-Coutant-le-Grand

    def corner(code: str) -> tuple[float, float, float, float]:
        outline = next(b for c, b in boundaries().of.items() if c == code)
        shape = next(s for c, s in found.shapes.items() if c == code)
        return (*outline.polygons[0][0][0], *shape[0][0][0])

    a, b = corner(west), corner(east)
    latitudes = [y for outline in boundaries().of.values() for ring in outline.rings for _, y in ring]
    middle = (min(latitudes) + max(latitudes)) / 2
    across = (b[2] - a[2]) / ((b[0] - a[0]) * cos(radians(middle)))
    down = (a[3] - b[3]) / (b[1] - a[1])

    assert abs(across / down - 1) < 0.01


def test_everything_is_inside_the_picture_and_every_commune_has_its_name() -> None:
    found = drawn()

    assert found.labels.keys() == found.shapes.keys() == NAMES.keys()
    for code, label in found.labels.items():
        left, top, right, bottom = label.box
        assert left >= 0, NAMES[code]
        assert top >= 0, NAMES[code]
        assert right <= found.width, NAMES[code]
        assert bottom <= found.height, NAMES[code]
        assert "".join(label.lines).replace(" ", "") == NAMES[code].replace(" ", "")


def test_no_name_lies_over_another() -> None:
    labels = drawn().labels

    over = [(a, b) for a, b in combinations(sorted(labels), 2) if meet(labels[a].box, labels[b].box)]

    assert over == []


def test_a_name_stands_in_its_commune_or_at_the_end_of_a_line_that_starts_there() -> None:
    found = drawn()

    for code, label in found.labels.items():
        rings = tuple(ring for polygon in found.shapes[code] for ring in polygon)
        assert inside(rings, label.at if label.leader is None else label.leader[0]), NAMES[code]


def test_the_smallest_island_is_named_in_the_open() -> None:
    found = drawn()
    aix = next(code for code, name in NAMES.items() if name == "Île-d'Aix")

    assert found.labels[aix].leader is not None
    for code, shape in found.shapes.items():
        rings = tuple(ring for polygon in shape for ring in polygon)
        assert not inside(rings, found.labels[aix].at), NAMES[code]


def test_the_picture_is_the_same_whatever_the_order() -> None:
    backwards = Boundaries("", dict(reversed(list(boundaries().of.items()))))

    assert plane(backwards, NAMES, 640) == plane(boundaries(), NAMES, 640)


def test_the_lines_between_groups_are_the_edges_that_two_of_them_share() -> None:
    found = drawn()
    epcis = {c.insee: c.epci for c in reference().served()}

    lines = found.between(epcis)

    assert len(lines) == 61
    assert found.between(dict.fromkeys(epcis, "one")) == []
