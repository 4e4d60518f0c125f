"""What is said of a network: in French, only where it can be trusted, and never with an error."""

import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.layer_words import CAVEATS, WORDS
from graph.layers import DIRECTED, Graph, Layer, Link, Network, Node
from graph.measure_definitions import DEFINITIONS
from graph.measures import LEAST_GROUPED, LEAST_NODES, Measure, headline, measures
from tests.graph.networks import graphs, lively, network_of


def said(network: Network) -> dict[str, Measure]:
    return {measure.code: measure for measure in measures(network)}


def star(layer: Layer, size: int) -> Network:
    """Everybody towards the first, which is a site."""
    nodes = [Node("a", "Siège", "Siège", "site", level=0)]
    nodes += [Node(f"b{k:02}", f"Partenaire {k}", f"P{k}", "organisation", domains=("sante",)) for k in range(size - 1)]
    links = tuple(Link("a", node.id, 2) for node in nodes[1:])
    return Network(layer, layer in DIRECTED, tuple(nodes), links)


@pytest.mark.parametrize("layer", Layer)
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_network_of_any_layer_is_told_in_whole_sentences(layer: Layer, data: st.DataObject) -> None:
    found: Graph = data.draw(graphs(directed=layer in DIRECTED, most=16))
    network = network_of(found, layer, Random(data.draw(st.integers(0, 100))))
    told = measures(network)

    assert [measure.code for measure in told] == [code for code in DEFINITIONS if code in said(network)]
    for measure in told:
        assert measure.sentence[0].isupper() or measure.sentence[0].isdigit()
        assert measure.sentence.endswith((".", "…"))
        assert "None" not in measure.sentence
        assert not re.search(r"\d\.\d|\bnan\b|  ", measure.sentence)
        assert measure.limits.endswith(CAVEATS[layer])
        assert (measure.of is None) or measure.of.keys() <= set(found)
    title = headline(network, told)
    assert title
    assert not title.endswith(".")


@pytest.mark.parametrize("layer", Layer)
@pytest.mark.parametrize("size", range(LEAST_NODES))
def test_of_very_few_organisations_no_number_is_given(layer: Layer, size: int) -> None:
    network = star(layer, size) if size else Network(layer, layer in DIRECTED)

    for measure in measures(network):
        assert (measure.value, measure.of, measure.n) == (None, None, size)
        assert measure.sentence == f"Trop peu d'organisations reliées pour le dire (n = {size})."


def test_groups_are_not_looked_for_among_few() -> None:
    found = said(star(Layer.SUPPORT, LEAST_GROUPED - 1))

    assert found["communautes"].value is None
    assert found["communautes"].sentence.startswith("Trop peu")
    assert found["centralisation"].value == 1


@pytest.mark.parametrize("layer", [Layer.BOARD, Layer.AGREEMENT])
def test_where_the_mission_locale_is_the_centre_by_construction_nothing_is_made_of_it(layer: Layer) -> None:
    found = said(star(layer, 30))

    for code in ("centralisation", "intermediarite", "proximite", "vecteur-propre", "articulation", "communautes"):
        assert found[code].value is None
        assert found[code].sentence.startswith("Sans objet ici")
    assert headline(star(layer, 30), tuple(found.values())).startswith("29 organisations")


def test_a_layer_that_goes_one_way_has_no_reciprocity_and_no_bridge() -> None:
    found = said(star(Layer.SENT, 30))

    assert found["reciprocite"].sentence == "Sans objet ici : les liens n'y vont que dans un sens."
    assert found["passerelles"].value is None
    assert "degre-sortant" in found
    assert "degre-sortant" not in said(star(Layer.SHARED, 30))


def test_groups_that_are_the_domains_are_said_to_follow_them() -> None:
    nodes, links = [], []
    for number, domain in enumerate(("formation", "logement", "sante")):
        ids = [f"{number}{k}" for k in range(6)]
        nodes += [Node(id, f"Partenaire {id}", id, "organisation", domains=(domain,)) for id in ids]
        links += [Link(a, b, 3) for a in ids for b in ids if a < b]
    links += [Link("00", "10", 1), Link("00", "20", 1), Link("10", "20", 1)]
    network = Network(
        Layer.SUPPORT, False, tuple(nodes), tuple(sorted(links, key=lambda one: (one.source, one.target)))
    )
    found = said(network)

    assert found["communautes"].value == 3
    assert found["communautes"].sentence.startswith("3 groupes travaillent surtout entre eux (modularité 0,6")
    assert found["domaines"].value == pytest.approx(1)
    assert found["domaines"].sentence.startswith("Les groupes observés suivent largement les domaines déclarés (100 %")
    assert found["passerelles"].value == pytest.approx(3 / 48)
    assert (
        headline(network, measures(network)) == "6 % des paires qui accompagnent ensemble sont de domaines différents"
    )
    assert found["articulation"].value == 3  # the three ends of the links between groups
    assert found["noyau"].value == 5


def test_who_receives_half_of_the_referrals_is_the_title_of_their_map() -> None:
    nodes = (Node("a", "Siège", "Siège", "site", level=0), *(Node(f"p{k}", f"P{k}", f"P{k}", "unit") for k in range(9)))
    links = (Link("a", "p0", 50), *(Link("a", f"p{k}", 6) for k in range(1, 9)))
    network = Network(Layer.SENT, True, nodes, links)

    assert headline(network, measures(network)) == "Une seule organisation reçoit la moitié des orientations, sur 9"
    assert said(network)["force-entrante"].sentence == (
        "P0, P1 et P2 reçoivent ensemble 63 % des orientations ; la première reçoit la moitié."
    )


def test_a_link_without_direction_counts_once_for_those_who_have_an_end_of_it() -> None:
    nodes = tuple(Node(f"p{k}", f"P{k}", f"P{k}", "unit", domains=("x",)) for k in range(9))
    star = tuple(Link("p0", f"p{k}", 10) for k in range(1, 6))
    found = said(Network(Layer.SHARED, False, nodes, (*star, Link("p6", "p7", 30), Link("p7", "p8", 20))))

    assert found["force-entrante"].value == 1
    assert found["force-entrante"].sentence == "P0, P7 et P6 prennent part à la totalité des jeunes partagés."
    apart = said(Network(Layer.SHARED, False, nodes, (*star, *(Link(f"p{k}", f"p{k + 1}", 10) for k in (1, 3, 5, 7)))))
    assert apart["force-entrante"].value == pytest.approx(6 / 9)
    assert apart["force-entrante"].sentence == (
        "P0, P1 et P2 prennent part à 67 % des jeunes partagés ; la première à la moitié."
    )


def test_the_same_network_is_told_the_same_way_twice() -> None:
    network = lively(80)

    assert measures(network) == measures(network)


def test_every_measure_and_layer_is_explained() -> None:
    assert len({d.title for d in DEFINITIONS.values()}) == len(DEFINITIONS)
    for d in DEFINITIONS.values():
        assert all((d.definition, d.example, d.reference, d.limits))
        assert re.search(r"\b(19|20)\d\d\b", d.reference)
    assert set(WORDS) == set(CAVEATS) == set(Layer)
