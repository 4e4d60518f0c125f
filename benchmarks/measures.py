"""Measures of the network beside the bare calls of networkx, on the same graphs, in turn in one run.

« Bare » is what somebody writes who has the undirected, weighted graph in hand: no forgetting of directions, no order
of the answer, no rule for a graph in pieces. Closeness walks every path and is not computed above
`graph.measures.LARGEST` organisations.
"""

import asyncio
import random
from collections.abc import Callable

import networkx as nx

from benchmarks.rounds import interleaved, ms, table, times
from graph import groups, network
from graph.layers import Graph
from graph.measures import LARGEST

SIZES = (200, 1_000, 5_000)
SEED = 20

Call = Callable[[], object]


def made(nodes: int) -> Graph:
    """Few organisations that many are linked to, as in a real network; directions and weights drawn."""
    chance = random.Random(SEED)
    found: Graph = nx.DiGraph()
    found.add_nodes_from(f"p{number}" for number in range(nodes))
    for a, b in nx.barabasi_albert_graph(nodes, 3, seed=SEED).edges():
        source, target = (a, b) if chance.random() < 0.7 else (b, a)
        found.add_edge(f"p{source}", f"p{target}", weight=1 + int(chance.expovariate(0.2)))
    return found


def sides(graph: Graph) -> dict[str, tuple[Call, Call]]:
    """Name of the measure → ours and the bare call."""
    bare = network.undirected(graph)
    n = bare.number_of_nodes()
    pivots = network.PIVOTS if n > network.LARGE else None
    found = groups.communities(graph)
    own: list[set[str]] = [set(group) for group in found]
    calls: dict[str, tuple[Call, Call]] = {
        "`strength_in`": (
            lambda: network.strength_in(graph),
            lambda: dict(graph.in_degree(weight="weight")),  # type: ignore[attr-defined]
        ),
        "`reciprocity`": (lambda: network.reciprocity(graph), lambda: nx.overall_reciprocity(graph)),
        "`density`": (lambda: network.density(graph), lambda: nx.density(graph)),
        "`pieces`": (lambda: network.pieces(graph), lambda: list(nx.connected_components(bare))),
        "`articulation`": (lambda: network.articulation(graph), lambda: set(nx.articulation_points(bare))),
        "`core`": (lambda: network.core(graph), lambda: nx.core_number(bare)),
        "`eigenvector`": (
            lambda: network.eigenvector(graph),
            lambda: nx.eigenvector_centrality(bare, max_iter=2_000, weight="weight"),
        ),
        "`betweenness`": (
            lambda: network.betweenness(graph),
            lambda: nx.betweenness_centrality(bare, k=pivots, seed=network.SEED),
        ),
        "`communities`": (
            lambda: groups.communities(graph),
            lambda: nx.community.louvain_communities(bare, weight="weight", seed=network.SEED),
        ),
        "`modularity`": (
            lambda: groups.modularity(graph, found),
            lambda: nx.community.modularity(bare, own, weight="weight"),
        ),
    }
    if n <= LARGEST:
        calls["`closeness`"] = (lambda: network.closeness(graph), lambda: nx.closeness_centrality(bare))
    return calls


async def measured(nodes: int) -> list[list[str]]:
    rows: list[list[str]] = []
    for name, (ours, bare) in sides(made(nodes)).items():

        async def one(call: Call = ours) -> None:
            call()

        async def other(call: Call = bare) -> None:
            call()

        found = await interleaved({"ours": one, "bare": other}, rounds=5, calls=2 if nodes < SIZES[-1] else 1)
        rows.append(
            [
                f"{nodes:,}",
                name,
                ms(found.seconds("ours")),
                ms(found.seconds("bare")),
                times(found.ratio("ours", "bare")),
            ]
        )
    return rows


async def main() -> str:
    rows = [row for size in SIZES for row in await measured(size)]
    return table("Measures beside bare networkx", ["nodes", "measure", "ours", "bare", "ratio"], rows)


if __name__ == "__main__":
    print(asyncio.run(main()))
