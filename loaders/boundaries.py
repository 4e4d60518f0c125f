"""The packaged outlines of the communes (GeoJSON), read once into `graph.boundaries` values."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson

from graph.boundaries import Boundaries, Boundary, Ring
from graph.model import CommuneCode
from loaders.reference import DATA, reference


@cache
def boundaries() -> Boundaries:
    """Of every commune of the territory; raises ValueError when the packaged file lacks one, or says one twice."""
    content = orjson.loads((DATA / "reference" / "communes.geojson").read_bytes())
    found: dict[CommuneCode, Boundary] = {}
    for feature in content["features"]:
        boundary = _boundary(feature)
        if boundary.commune in found:
            raise ValueError(f"communes.geojson says {boundary.commune} twice")
        found[boundary.commune] = boundary
    missing = sorted(c.insee for c in reference().served() if c.insee not in found)
    if missing:
        raise ValueError(f"communes.geojson lacks communes of the territory: {missing}")
    return Boundaries(str(content["source"]).partition(";")[0], found)


def _boundary(feature: Mapping[str, Any]) -> Boundary:
    shape = feature["geometry"]
    match shape["type"]:
        case "Polygon":
            polygons = [shape["coordinates"]]
        case "MultiPolygon":
            polygons = shape["coordinates"]
        case other:
            raise ValueError(f"communes.geojson has a {other} for a commune")
    return Boundary(
        CommuneCode(feature["properties"]["insee"]),
        tuple(tuple(_ring(ring) for ring in polygon) for polygon in polygons),
    )


def _ring(points: list[list[float]]) -> Ring:
    return tuple((float(x), float(y)) for x, y in points)
