"""Random networks: any shape, in pieces, with and without direction."""

from random import Random

import networkx as nx
from hypothesis import strategies as st

from graph.layers import Graph, Layer, Link, Network, Node

DOMAINS = ("formation", "handicap", "iae", "justice", "logement", "sante")


@st.composite
def graphs(draw: st.DrawFn, directed: bool | None = None, most: int = 12) -> Graph:
    """Empty ones, single nodes and pieces included; no loop, whole weights."""
    n = draw(st.integers(0, most))
    names = [f"n{number:02}" for number in range(n)]
    way = draw(st.booleans()) if directed is None else directed
    graph: Graph = nx.DiGraph() if way else nx.Graph()
    graph.add_nodes_from(names)
    if n > 1:
        ends = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda pair: pair[0] != pair[1])
        for (a, b), weight in draw(st.dictionaries(ends, st.integers(1, 9), max_size=3 * n)).items():
            graph.add_edge(a, b, weight=weight)
    return graph


def network_of(graph: Graph, layer: Layer, drawn: Random) -> Network:
    """With domains and levels drawn for each node; links in order."""
    nodes = tuple(
        Node(
            id,
            f"Partenaire {id}",
            id,
            "organisation",
            domains=tuple(sorted(drawn.sample(DOMAINS, drawn.choice([0, 1, 1, 2])))),
            level=int(drawn.random() < 0.9),
        )
        for id in sorted(graph)
    )
    links = sorted((a, b, float(w)) for a, b, w in graph.edges(data="weight", default=1))
    return Network(layer, graph.is_directed(), nodes, tuple(Link(a, b, w) for a, b, w in links))


def lively(size: int, seed: int = 1) -> Network:
    """Five sites, partners that two of them know, and twice as many links between partners, most of them light."""
    drawn = Random(seed)
    sites = [Node(f"s{k}", f"Site {k}", f"Site {k}", "site", level=0) for k in range(5)]
    partners = [
        Node(f"p{k:05}", f"Partenaire {k}", f"P{k}", "organisation", domains=(drawn.choice(DOMAINS),))
        for k in range(size - 5)
    ]
    weights: dict[tuple[str, str], int] = {}
    for partner in partners:
        for site in drawn.sample(sites, 2):
            weights[partner.id, site.id] = drawn.choice([1, 1, 2, 5, 30])
    for _ in range(2 * len(partners)):
        a, b = sorted(partner.id for partner in drawn.sample(partners, 2))
        weights[a, b] = drawn.choice([1, 1, 1, 2, 8])
    nodes = tuple(sorted([*sites, *partners], key=lambda node: node.id))
    return Network(Layer.ALL, False, nodes, tuple(Link(a, b, w) for (a, b), w in sorted(weights.items())))
