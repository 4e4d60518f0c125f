"""The page of the network before any browser: what it holds, what it refuses, where everything stands."""

import json
import math
import re
from dataclasses import replace
from itertools import combinations

import pytest

from tests.visualisations.networks import network
from visualisations.marks import group, marks
from visualisations.network_map import columns, data, page, vis_network
from visualisations.network_view import LayerView, LinkView, NetworkView, NodeView
from visualisations.places import places, spacing

VIEW = network(150)


def unpacked(packed: object) -> list[dict[str, object]]:
    found = json.loads(json.dumps(packed))
    return [found["same"] | {name: values[n] for name, values in found["each"].items()} for n in range(found["n"])]


def test_columns_give_the_rows_back() -> None:
    rows: list[dict[str, object]] = [{"a": 1, "b": None, "c": [1]}, {"a": 1, "b": 2, "c": []}, {"a": 1, "d": "x"}]

    found = unpacked(columns(rows))

    assert found == [{"a": 1, "b": None, "c": None, "d": None} | row for row in rows]


def test_every_node_and_link_of_the_view_is_on_the_page_at_its_place() -> None:
    held = data(VIEW)
    nodes, edges = unpacked(held["nodes"]), unpacked(held["edges"])
    at = places(VIEW)

    assert [(n["x"], n["y"]) for n in nodes] == [at[node.id] for node in VIEW.nodes]
    assert [n["name"] or n["label"] for n in nodes] == [node.name for node in VIEW.nodes]
    assert len(edges) == sum(len(layer.links) for layer in VIEW.layers)
    assert sum(e["weight"] for e in edges if e["layer"] == 0) == sum(  # type: ignore[misc]  # a number
        link.weight for link in VIEW.layers[0].links
    )


def test_the_page_is_the_same_each_time_and_small_enough() -> None:
    large = network(5000)

    assert page(VIEW) == page(VIEW)
    assert len(page(large).encode()) < 1_500_000


def test_nothing_on_the_page_points_to_another_place() -> None:
    html = page(VIEW)
    own = html.replace(vis_network(), "")

    assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)", own)
    assert "sourceMappingURL" not in html
    assert " src=" not in own
    assert "eval(" not in vis_network()


def test_the_title_is_the_finding_of_the_first_layer() -> None:
    assert f"<h1>{VIEW.layers[0].finding}</h1>" in page(VIEW)


def test_units_stand_around_what_they_are_folded_under_and_apart_from_each_other() -> None:
    at = places(VIEW)
    gap = spacing(VIEW)

    for node in VIEW.nodes:
        units = [unit for unit in VIEW.nodes if unit.unit_of == node.id]
        assert all(math.dist(at[node.id], at[unit.id]) > 0.8 * gap for unit in units)
        assert all(math.dist(at[a.id], at[b.id]) > 0.5 * gap for a, b in combinations(units, 2))


def test_a_node_without_a_place_is_not_lost() -> None:
    alone = (NodeView("x", "Sans place"), NodeView("y", "Unité", unit_of="x"), NodeView("z", "Autre", unit_of="parti"))
    view = replace(VIEW, nodes=(*VIEW.nodes, *alone))

    at = places(view)

    assert len({at["x"], at["y"], at["z"]} - set(places(VIEW).values())) == 3
    with pytest.raises(ValueError, match="hold each other"):
        places(replace(view, nodes=(*VIEW.nodes, NodeView("a", "A", unit_of="b"), NodeView("b", "B", unit_of="a"))))


def test_each_domain_has_a_colour_and_a_shape_of_its_own() -> None:
    found = marks(VIEW)

    assert len({mark.fill for mark in found}) == len(found)
    assert len({mark.shape for mark in found}) == len(found)
    assert len({mark.path for mark in found}) == len(found)


@pytest.mark.parametrize(
    ("node", "label"),
    [
        (NodeView("a", "A", domains=("sante",)), "Bien-être, prévention et santé"),
        (NodeView("a", "A", domains=("sante", "iae")), "Plusieurs domaines"),
        (NodeView("a", "A"), "Sans domaine connu"),
        (NodeView("a", "A", domains=("inconnu",)), "Sans domaine connu"),
        (NodeView("a", "A", domains=("sante",), site=True), "Site de la Mission Locale"),
    ],
)
def test_a_node_is_marked_by_its_domain(node: NodeView, label: str) -> None:
    assert marks(VIEW)[group(VIEW, node)].label == label


def bad(**changes: object) -> NetworkView:
    parts: dict[str, object] = {"internal": False, "months": {}} | changes
    return replace(network(20, internal=True, months=False), **parts)  # type: ignore[arg-type]  # as named


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"months": {"2025-01": "janvier 2025"}}, "internal"),
        ({"layers": ()}, "layer"),
        ({"nodes": (NodeView("a", "A"), NodeView("a", "B"))}, "same id"),
        ({"nodes": (NodeView("a", "A"),)}, "leads nowhere"),
        (
            {
                "nodes": (NodeView("a", "A"), NodeView("b", "B")),
                "layers": (
                    LayerView("c", "C", "", "", "", "", True, True, (LinkView("a", "b", 12, {"2025-01": 12}),)),
                ),
            },
            "internal",
        ),
    ],
)
def test_a_view_that_says_too_much_or_holds_nothing_is_refused(changes: dict[str, object], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        bad(**changes)
