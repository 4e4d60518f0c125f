"""Every measure of a network beside networkx's own, and on networks of which little can be said."""

import doctest
from itertools import combinations
from math import isclose
from random import Random

import igraph
import networkx as nx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import graph.groups
import graph.network
from graph.groups import bridges, by_chance, communities, crossing, modularity, modularity_by_chance, mutual_information
from graph.layers import Graph
from graph.network import (
    articulation,
    betweenness,
    centralisation,
    closeness,
    core,
    degree_in,
    degree_out,
    density,
    eigenvector,
    pieces,
    reciprocity,
    strength_in,
    strength_out,
    undirected,
)
from tests.graph.networks import DOMAINS, graphs

ALL = settings(max_examples=150, deadline=None)


def named(graph: "nx.Graph[int]") -> Graph:
    found: Graph = nx.Graph()
    found.add_nodes_from(f"n{n:02}" for n in graph)
    found.add_weighted_edges_from((f"n{a:02}", f"n{b:02}", w) for a, b, w in graph.edges.data("weight", default=1))
    return found


def at_random(nodes: int, links: int, seed: int) -> Graph:
    return named(nx.gnm_random_graph(nodes, links, seed=seed))


def close(found: dict[str, float], expected: dict[str, float]) -> bool:
    return found.keys() == expected.keys() and all(
        isclose(found[node], expected[node], rel_tol=1e-9, abs_tol=1e-12) for node in found
    )


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiDiGraph])
def test_what_a_node_does_with_itself_and_links_without_weight_change_nothing_else(kind: type[Graph]) -> None:
    bare = kind([("a", "b"), ("b", "c")])
    looped = kind([("a", "b"), ("b", "c"), ("b", "b")])
    weightless = kind()
    weightless.add_weighted_edges_from([("a", "b", 0), ("a", "a", 0)])

    for measure in (density, centralisation, core, betweenness, closeness, articulation, pieces):
        assert measure(looped) == measure(bare), measure.__name__
    assert communities(weightless) == [{"a"}, {"b"}]
    assert modularity(weightless, communities(weightless)) is None
    assert modularity_by_chance(weightless) == 0


def test_a_link_told_twice_makes_no_network_denser_than_it_can_be() -> None:
    assert density(nx.MultiDiGraph([("a", "b"), ("a", "b"), ("b", "a")])) == 1


@pytest.mark.parametrize("module", [graph.network, graph.groups], ids=lambda m: m.__name__)
def test_the_example_of_every_measure_is_true(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]  # a module is what it takes

    assert found.failed == 0
    assert found.attempted >= 5


@ALL
@given(graphs(directed=True))
def test_degrees_strengths_and_reciprocity_are_those_of_networkx(found: Graph) -> None:
    assert degree_in(found) == dict(found.in_degree())  # type: ignore[attr-defined]
    assert degree_out(found) == dict(found.out_degree())  # type: ignore[attr-defined]
    assert strength_in(found) == dict(found.in_degree(weight="weight"))  # type: ignore[attr-defined]
    assert strength_out(found) == dict(found.out_degree(weight="weight"))  # type: ignore[attr-defined]
    assert reciprocity(found) == (nx.overall_reciprocity(found) if found.size() else None)


@ALL
@given(graphs())
def test_densities_are_those_of_networkx_and_no_number_stands_where_there_is_none(found: Graph) -> None:
    value = density(found)

    assert value == (nx.density(found) if len(found) > 1 else None)


@ALL
@given(graphs())
def test_whatever_walks_paths_is_that_of_networkx_without_direction(found: Graph) -> None:
    whole = found.to_undirected()

    assert close(betweenness(found), nx.betweenness_centrality(whole))
    assert close(closeness(found), nx.closeness_centrality(whole))
    assert core(found) == nx.core_number(whole)
    assert set(articulation(found)) == set(nx.articulation_points(whole))
    assert sorted(map(sorted, pieces(found))) == sorted(map(sorted, nx.connected_components(whole)))


@ALL
@given(graphs(most=10))
def test_paths_degrees_and_cores_are_those_of_igraph(found: Graph) -> None:
    whole = undirected(found)
    other = igraph.Graph(n=len(whole), edges=[(list(whole).index(a), list(whole).index(b)) for a, b in whole.edges()])
    n = len(whole)
    pairs = (n - 1) * (n - 2) / 2 if n > 2 else 1.0

    assert close(betweenness(found), dict(zip(whole, (value / pairs for value in other.betweenness()), strict=True)))
    assert core(found) == dict(zip(whole, other.coreness(), strict=True))
    assert set(articulation(found)) == {list(whole)[k] for k in other.articulation_points()}


@ALL
@given(graphs())
def test_without_direction_the_weights_of_both_ways_add_up(found: Graph) -> None:
    whole = undirected(found)

    assert whole.size(weight="weight") == found.size(weight="weight")
    assert {frozenset(link) for link in whole.edges()} == {frozenset(link) for link in found.edges()}


@ALL
@given(graphs(directed=False))
def test_the_eigenvector_is_that_of_networkx_on_the_largest_piece(found: Graph) -> None:
    value = eigenvector(found)
    if not found.size():
        assert value == {}
        return
    assume(value)
    largest = pieces(found)[0]
    expected = nx.eigenvector_centrality(found.subgraph(largest), max_iter=5_000, weight="weight")

    assert value.keys() == set(found)
    assert all(isclose(value[node], expected.get(node, 0.0), abs_tol=1e-4) for node in found)


@ALL
@given(graphs())
def test_an_articulation_cuts_off_as_many_as_its_removal_does(found: Graph) -> None:
    whole = found.to_undirected()
    for node, cut in articulation(found).items():
        left = whole.copy()
        piece = nx.node_connected_component(whole, node)
        left.remove_node(node)
        sizes = [len(part) for part in nx.connected_components(left) if part <= piece]

        assert cut == sum(sizes) - max(sizes) > 0


@ALL
@given(graphs())
def test_centralisation_goes_from_nothing_to_a_star(found: Graph) -> None:
    value = centralisation(found)
    if value is None:
        assert len(found) < 3
        return
    degrees = dict(found.to_undirected().degree())
    top = max(degrees.values())

    assert 0 <= value <= 1
    assert isclose(value, sum(top - d for d in degrees.values()) / ((len(found) - 1) * (len(found) - 2)))


@ALL
@given(graphs())
def test_communities_part_the_nodes_and_are_no_worse_than_one_group(found: Graph) -> None:
    groups = communities(found)

    assert sorted(node for group in groups for node in group) == sorted(found)
    value = modularity(found, groups)
    if value is not None:
        assert value >= -1e-12
        assert isclose(value, nx.community.modularity(undirected(found), list(map(set, groups))), abs_tol=1e-12)


def test_louvain_finds_the_two_halves_of_a_club_whatever_the_names_and_their_order() -> None:
    """Zachary's karate club; igraph's own Louvain finds about as much."""
    club = nx.karate_club_graph()
    members = named(club)
    groups = communities(members)
    value = modularity(members, groups)
    other = igraph.Graph.from_networkx(club).community_multilevel(weights="weight").modularity

    assert value is not None
    assert value > other - 0.02
    assert value > modularity_by_chance(members) + 0.01
    assert groups == communities(members)


def test_links_at_random_make_no_group_that_chance_would_not() -> None:
    found = 0
    for seed in range(20):
        drawn = at_random(40, 80, seed)
        value = modularity(drawn, communities(drawn)) or 0.0
        found += value > modularity_by_chance(drawn) + 0.01

    assert found <= 3


partitions = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(DOMAINS)), min_size=2, max_size=30)


@ALL
@given(partitions)
def test_mutual_information_is_that_of_igraph_when_each_has_one_domain(drawn: list[tuple[int, str]]) -> None:
    groups = [{f"n{k}" for k, (g, _) in enumerate(drawn) if g == number} for number in range(5)]
    domains = {f"n{k}": [domain] for k, (_, domain) in enumerate(drawn)}
    assume(len({g for g, _ in drawn}) > 1 or len({d for _, d in drawn}) > 1)
    expected = igraph.compare_communities([g for g, _ in drawn], [DOMAINS.index(d) for _, d in drawn], method="nmi")

    value = mutual_information(groups, domains)

    assert value is not None
    assert isclose(value, expected, abs_tol=1e-9)
    assert 0 <= (by_chance(groups, domains) or 0.0) <= 1


def test_one_group_and_one_domain_say_nothing_of_each_other() -> None:
    assert mutual_information([{"a", "b"}], {"a": ["x"], "b": ["x"]}) is None
    assert mutual_information([], {}) is None
    assert by_chance([{"a"}], {}) is None


@ALL
@given(graphs(), st.integers(0, 1_000))
def test_bridges_are_counted_link_by_link(found: Graph, seed: int) -> None:
    drawn = Random(seed)
    domains = {node: drawn.sample(DOMAINS, drawn.choice([0, 1, 2])) for node in found}
    pairs = {frozenset(link) for link in found.edges()}
    known = [pair for pair in map(sorted, pairs) if domains[pair[0]] and domains[pair[1]]]
    held = [node for node in found if domains[node]]
    apart = [(a, b) for a, b in combinations(held, 2) if not set(domains[a]) & set(domains[b])]

    across, links, chance = crossing(found, domains)

    assert (across, links) == (sum(not set(domains[a]) & set(domains[b]) for a, b in known), len(known))
    assert chance == (len(apart) / (len(held) * (len(held) - 1) / 2) if len(held) > 1 else None)
    for node, n in bridges(found, domains).items():
        reached = {d for pair in pairs if node in pair for other in pair - {node} for d in domains[other]}
        assert n == len(reached - set(domains[node]))


def test_above_its_bound_betweenness_is_estimated_and_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = at_random(60, 150, 3)
    exact = betweenness(drawn)
    monkeypatch.setattr(graph.network, "LARGE", 50)
    monkeypatch.setattr(graph.network, "PIVOTS", 40)
    estimated = betweenness(drawn)

    assert estimated == betweenness(drawn) != exact
    assert sum(abs(estimated[node] - exact[node]) for node in exact) / 60 < 0.02
