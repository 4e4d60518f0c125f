"""What leaves a map as a file: the same nodes and links wherever it is opened, and no small number."""

import csv
import io
import struct
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

import igraph
import networkx as nx
import pytest

from tests.browser.payloads import PAYLOADS
from tests.visualisations.networks import network
from visualisations import exports, network_picture
from visualisations.network_view import LayerView, LinkView, NetworkView

VIEW = network(150)
LAYERS = [pytest.param(layer, id=layer.code) for layer in VIEW.layers]


def rows(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig")), delimiter=";"))


def parsed(svg: str) -> list[Xml.Element]:
    return list(Xml.fromstring(svg).iter())  # noqa: S314  (our own drawing)


@pytest.mark.parametrize("layer", LAYERS)
def test_graphml_opens_in_networkx_and_in_igraph_with_equal_counts(layer: LayerView, tmp_path: Path) -> None:
    path = tmp_path / "reseau.graphml"
    path.write_bytes(exports.graphml(VIEW, layer))

    one, other = nx.read_graphml(path), igraph.Graph.Read_GraphML(str(path))

    assert one.number_of_nodes() == other.vcount() == len(VIEW.nodes)
    assert one.number_of_edges() == other.ecount() == len(layer.links)
    assert one.is_directed() == other.is_directed() == layer.directed
    names = sorted(node.name for node in VIEW.nodes)
    assert sorted(other.vs["label"]) == names == sorted(data["label"] for _, data in one.nodes(data=True))


@pytest.mark.parametrize("layer", LAYERS)
def test_gexf_opens_with_the_same_counts_and_the_places_of_the_map(layer: LayerView) -> None:
    file = exports.gexf(VIEW, layer)

    found = nx.read_gexf(io.BytesIO(file))

    assert (found.number_of_nodes(), found.number_of_edges()) == (len(VIEW.nodes), len(layer.links))
    x, y = VIEW.positions["site-0"]
    assert found.nodes["site-0"]["viz"]["position"] == {"x": x, "y": -y, "z": 0}
    assert exports.gexf(VIEW, layer) == file


@pytest.mark.parametrize("layer", LAYERS)
def test_tables_have_a_row_for_each_node_and_each_link(layer: LayerView) -> None:
    nodes, edges = rows(exports.nodes_csv(VIEW, layer)), rows(exports.edges_csv(VIEW, layer))

    assert [row[0] for row in nodes[4:]] == [node.id for node in VIEW.nodes]
    assert [(row[2], row[3]) for row in edges[4:]] == [(link.source, link.target) for link in layer.links]
    assert {len(row) for row in nodes[3:]} == {len(nodes[3])}


@pytest.mark.parametrize("write", [exports.nodes_csv, exports.edges_csv, exports.graphml, exports.gexf])
def test_each_file_says_what_it_shows_and_when_it_was_made(write: object) -> None:
    text = write(VIEW, VIEW.layers[0]).decode()  # type: ignore[operator]  # one of the four

    for part in ["Un trait : des orientations", "du 1er janvier au 31 décembre 2025", "Fait le 1er mars 2026"]:
        assert part.casefold() in text.casefold()
    assert "Données simulées" in text
    assert "Usage interne" in text


def test_no_small_number_leaves_and_none_can_be_taken_back_from_a_sum() -> None:
    layer = replace(
        VIEW.layers[0],
        links=(LinkView("site-0", "p6", 3), LinkView("site-1", "p6", 20), LinkView("site-0", "p7", 4)),
    )

    edges, nodes = rows(exports.edges_csv(VIEW, layer)), rows(exports.nodes_csv(VIEW, layer))
    opened = nx.read_graphml(io.BytesIO(exports.graphml(VIEW, layer)))

    assert [row[4] for row in edges[4:]] == ["moins de 5", "20", "moins de 5"]
    sums = {row[0]: (row[9], row[10]) for row in nodes[4:]}
    assert (sums["p6"], sums["p7"], sums["site-0"]) == (("20", ""), ("", ""), ("", ""))
    assert opened.edges["site-0", "p6"] == {"nombre": "moins de 5"}
    assert opened.edges["site-1", "p6"] == {"nombre": "20", "weight": 20}


def test_no_size_in_a_picture_depends_on_how_few_a_hidden_link_is_of() -> None:
    unit = next(node for node in VIEW.nodes if node.unit_of)
    known = (LinkView("site-1", "p6", 6), LinkView("site-0", "p7", 30), LinkView("site-0", str(unit.unit_of), 6))

    def drawn(few: int) -> str:
        links = (*known, LinkView("site-0", "p6", few), LinkView("site-0", unit.id, few))
        folded = (LinkView("site-0", str(unit.unit_of), 5 + few),)
        return network_picture.svg(VIEW, replace(VIEW.layers[0], links=links, folded=folded))

    assert len({drawn(few) for few in (1, 2, 3, 4)}) == 1
    assert drawn(4) != drawn(9)


def test_what_counts_no_person_is_written_as_it_is() -> None:
    layer = replace(VIEW.layers[2], links=(LinkView("site-0", "p6", 1),))

    assert rows(exports.edges_csv(VIEW, layer))[4][4] == "1"


def test_hostile_names_stay_text_in_every_format(tmp_path: Path) -> None:
    view = network(65)
    names = [node.name for node in view.nodes[:5]] + [*PAYLOADS]
    view = replace(view, nodes=tuple(replace(n, name=name) for n, name in zip(view.nodes, names, strict=True)))
    layer = view.layers[0]
    path = tmp_path / "reseau.graphml"
    path.write_bytes(exports.graphml(view, layer))

    told = [data["label"] for _, data in nx.read_graphml(path).nodes(data=True)]
    picture = network_picture.svg(view, replace(layer, finding=PAYLOADS[-1], many=PAYLOADS[-1]))

    assert told[:-1] == [exports.readable(name) for name in names][:-1]
    assert igraph.Graph.Read_GraphML(str(path)).vcount() == 65
    assert nx.read_gexf(io.BytesIO(exports.gexf(view, layer))).number_of_nodes() == 65
    assert {element.tag.rpartition("}")[2] for element in parsed(picture)} <= {
        *("svg", "defs", "clipPath", "g", "path", "rect", "text", "use", "tspan"),
    }
    formulas = replace(view, nodes=tuple(replace(n, name=f"=1+{number}") for number, n in enumerate(view.nodes)))
    assert all(row[1].startswith("'=") for row in rows(exports.nodes_csv(formulas, layer))[4:])


@pytest.mark.parametrize("layer", LAYERS)
def test_pictures_are_the_same_each_time_and_hold_the_finding_and_the_date(layer: LayerView) -> None:
    svg, png = network_picture.svg(VIEW, layer), network_picture.png(VIEW, layer)

    assert svg == network_picture.svg(VIEW, layer)
    assert png == network_picture.png(VIEW, layer)
    words = "".join(element.text or "" for element in parsed(svg))
    assert layer.finding.split()[-1] in words
    assert "Fait le 1er mars 2026" in words.replace("\n", " ")
    width, height = struct.unpack(">II", png[16:24])
    assert (width, height) == (1919, 1080)


def test_no_mark_of_a_published_picture_looks_like_a_hidden_number() -> None:
    view = network(65, internal=False, months=False)
    links = tuple(replace(link, weight=10 + 5 * (link.weight // 5)) for link in view.layers[0].links)
    layer = replace(view.layers[0], links=links)
    words = [element.text or "" for element in parsed(network_picture.svg(replace(view, layers=(layer,)), layer))]

    marks = [int(word) for word in (text.replace("\u202f", "") for text in words) if word.isdecimal()]
    assert len(marks) >= 3
    assert min(marks) >= 15


def test_an_empty_network_is_exported_too() -> None:
    view: NetworkView = replace(VIEW, nodes=(), layers=(replace(VIEW.layers[0], links=()),), positions={})

    assert nx.read_graphml(io.BytesIO(exports.graphml(view, view.layers[0]))).number_of_nodes() == 0
    assert network_picture.png(view, view.layers[0])[:4] == b"\x89PNG"
