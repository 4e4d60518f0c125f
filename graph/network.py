"""Measures of a network of organisations, on networkx graphs. Pure.

Each function is one measure: what it is, a tiny example, who described it. None of them raises on a graph that is
empty, of one node, or in pieces; a number that does not exist is None, and a node that it cannot speak of is absent.
Paths, groups and cores forget the direction of links (`undirected`): on a layer that goes from sites to partners no
path has two steps. Paths count links, whatever their weight. networkx is imported where it is used.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import log
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

    Graph = nx.Graph[str]

Domains = Mapping[str, Collection[str]]
"""Declared domains of each node; who has none is absent, or has an empty one."""
SEED = 20
"""Of Louvain, and of what chance alone would give."""
SHUFFLES = 200
LARGE = 2_000
"""Nodes above which betweenness is estimated from `PIVOTS` of them."""
PIVOTS = 300
_STEPS = 2_000


def undirected(graph: "Graph") -> "Graph":
    """*graph* without directions, nodes in their order; the weights of a link and of its return add up."""
    import networkx as nx

    found: Graph = nx.Graph()
    found.add_nodes_from(graph)
    for source, target, weight in graph.edges(data="weight", default=1):
        held = found.get_edge_data(source, target, {"weight": 0})["weight"]
        found.add_edge(source, target, weight=held + weight)
    return found


def degree_in(graph: "Graph") -> dict[str, int]:
    """Organisations that a node receives from; of an undirected graph, those it is linked to.

    >>> import networkx as nx
    >>> degree_in(nx.DiGraph([("a", "b"), ("c", "b")]))
    {'a': 0, 'b': 2, 'c': 0}

    Freeman, "Centrality in social networks: conceptual clarification", Social Networks 1, 1978.
    """
    return dict(graph.in_degree()) if graph.is_directed() else dict(graph.degree())  # type: ignore[attr-defined]


def degree_out(graph: "Graph") -> dict[str, int]:
    """Organisations that a node sends to; of an undirected graph, those it is linked to.

    >>> import networkx as nx
    >>> degree_out(nx.DiGraph([("a", "b"), ("a", "c")]))
    {'a': 2, 'b': 0, 'c': 0}

    Freeman 1978, as `degree_in`.
    """
    return dict(graph.out_degree()) if graph.is_directed() else dict(graph.degree())  # type: ignore[attr-defined]


def strength_in(graph: "Graph") -> dict[str, float]:
    """The weight a node receives: the sum over its links, here referrals or young people.

    >>> import networkx as nx
    >>> graph = nx.DiGraph()
    >>> graph.add_weighted_edges_from([("a", "b", 3), ("c", "b", 4)])
    >>> strength_in(graph)
    {'a': 0, 'b': 7, 'c': 0}

    Barrat, Barthélemy, Pastor-Satorras, Vespignani, "The architecture of complex weighted networks", PNAS 101, 2004.
    """
    return _strength(graph, "in_degree")


def strength_out(graph: "Graph") -> dict[str, float]:
    """The weight a node sends.

    >>> import networkx as nx
    >>> graph = nx.DiGraph()
    >>> graph.add_weighted_edges_from([("a", "b", 3), ("a", "c", 4)])
    >>> strength_out(graph)
    {'a': 7, 'b': 0, 'c': 0}

    Barrat and others 2004, as `strength_in`.
    """
    return _strength(graph, "out_degree")


def _strength(graph: "Graph", way: str) -> dict[str, float]:
    return dict(getattr(graph, way if graph.is_directed() else "degree")(weight="weight"))


def reciprocity(graph: "Graph") -> float | None:
    """The share of links that are returned; None without direction or without link.

    >>> import networkx as nx
    >>> round(reciprocity(nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c")])), 3)
    0.667

    Wasserman and Faust, Social Network Analysis, Cambridge University Press, 1994, chapter 13.
    """
    if not graph.is_directed() or not graph.size():
        return None
    return sum(graph.has_edge(target, source) for source, target in graph.edges()) / graph.size()


def density(graph: "Graph") -> float | None:
    """The share of possible links that exist; None below two nodes.

    >>> import networkx as nx
    >>> round(density(nx.path_graph(["a", "b", "c"])), 3)
    0.667

    Wasserman and Faust 1994, chapter 4.
    """
    n = graph.number_of_nodes()
    if n < 2:
        return None
    possible = n * (n - 1) if graph.is_directed() else n * (n - 1) // 2
    return graph.number_of_edges() / possible


def centralisation(graph: "Graph") -> float | None:
    """How far links gather around one node: 1 for a star, 0 when all have as many; None below three nodes.

    >>> import networkx as nx
    >>> centralisation(nx.Graph([("a", "b"), ("a", "c"), ("a", "d")]))
    1.0

    Freeman 1978, as `degree_in`.
    """
    degrees = [degree for _, degree in undirected(graph).degree()]
    n = len(degrees)
    return sum(max(degrees) - degree for degree in degrees) / ((n - 1) * (n - 2)) if n >= 3 else None


def betweenness(graph: "Graph") -> dict[str, float]:
    """The share of shortest paths between two others that go through a node.

    >>> import networkx as nx
    >>> betweenness(nx.path_graph(["a", "b", "c"]))
    {'a': 0.0, 'b': 1.0, 'c': 0.0}

    Freeman, "A set of measures of centrality based on betweenness", Sociometry 40, 1977; computed after Brandes 2001,
    and above `LARGE` nodes estimated from `PIVOTS` of them after Brandes and Pich 2007.
    """
    import networkx as nx

    n = graph.number_of_nodes()
    found = nx.betweenness_centrality(undirected(graph), k=PIVOTS if n > LARGE else None, seed=SEED)
    return {node: float(found[node]) for node in graph}


def closeness(graph: "Graph") -> dict[str, float]:
    """How near all others are: one over the mean number of steps, times the share of the network within reach.

    >>> import networkx as nx
    >>> closeness(nx.path_graph(["a", "b", "c"]))["b"]
    1.0

    Wasserman and Faust 1994, chapter 5 (their form for networks in pieces).
    """
    import networkx as nx

    found = nx.closeness_centrality(undirected(graph))
    return {node: float(found[node]) for node in graph}


def eigenvector(graph: "Graph") -> dict[str, float]:
    """A node counts as much as those it is linked to count, by weight; outside of the largest piece, 0.

    Empty when the iteration does not settle.

    >>> import networkx as nx
    >>> {node: round(value, 2) for node, value in eigenvector(nx.path_graph(["a", "b", "c"])).items()}
    {'a': 0.5, 'b': 0.71, 'c': 0.5}

    Bonacich, "Power and centrality: a family of measures", American Journal of Sociology 92, 1987.
    """
    import networkx as nx

    if not graph.size():
        return {}
    whole = undirected(graph)
    largest = pieces(graph)[0]
    part: Graph = nx.Graph()
    part.add_nodes_from(node for node in whole if node in largest)
    part.add_edges_from((a, b, data) for a, b, data in whole.edges(data=True) if a in largest)
    try:
        found = nx.eigenvector_centrality(part, max_iter=_STEPS, weight="weight")
    except nx.PowerIterationFailedConvergence:
        return {}
    return {node: float(found.get(node, 0.0)) for node in graph}


def pieces(graph: "Graph") -> list[frozenset[str]]:
    """Sets of nodes that a path joins, largest first.

    >>> import networkx as nx
    >>> [sorted(piece) for piece in pieces(nx.Graph([("a", "b"), ("b", "c"), ("d", "e")]))]
    [['a', 'b', 'c'], ['d', 'e']]

    Wasserman and Faust 1994, chapter 4.
    """
    import networkx as nx

    return _ordered(nx.connected_components(undirected(graph)))


def articulation(graph: "Graph") -> dict[str, int]:
    """Nodes without which their piece falls apart, with how many others would be cut from the largest rest of it.

    >>> import networkx as nx
    >>> articulation(nx.path_graph(["a", "b", "c", "d"]))
    {'b': 1, 'c': 1}

    Hopcroft and Tarjan, "Efficient algorithms for graph manipulation", Communications of the ACM 16, 1973.
    """
    import networkx as nx

    whole = undirected(graph)
    points = set(nx.articulation_points(whole))
    found: dict[str, int] = {}
    for node in graph:
        if node in points:
            sizes = _parted(whole, node)
            found[node] = sum(sizes) - max(sizes)
    return found


def _parted(graph: "Graph", gone: str) -> list[int]:
    """Sizes of what is left of the piece of *gone* without it."""
    sizes: list[int] = []
    seen = {gone}
    for start in graph[gone]:
        if start in seen:
            continue
        before, left = len(seen), [start]
        seen.add(start)
        while left:
            new = [node for node in graph[left.pop()] if node not in seen]
            seen.update(new)
            left += new
        sizes.append(len(seen) - before)
    return sizes


def core(graph: "Graph") -> dict[str, int]:
    """The largest k such that a node belongs to a group whose members each have k links inside it.

    >>> import networkx as nx
    >>> core(nx.Graph([("a", "b"), ("b", "c"), ("a", "c"), ("c", "d")]))
    {'a': 2, 'b': 2, 'c': 2, 'd': 1}

    Seidman, "Network structure and minimum degree", Social Networks 5, 1983.
    """
    import networkx as nx

    found = nx.core_number(undirected(graph))
    return {node: int(found[node]) for node in graph}


def communities(graph: "Graph") -> list[frozenset[str]]:
    """Groups with more weight inside than chance would put there, largest first; the same on every machine.

    >>> import networkx as nx
    >>> two = nx.Graph([("a", "b"), ("b", "c"), ("a", "c"), ("d", "e"), ("e", "f"), ("d", "f"), ("c", "d")])
    >>> [sorted(group) for group in communities(two)]
    [['a', 'b', 'c'], ['d', 'e', 'f']]

    Blondel, Guillaume, Lambiotte, Lefebvre, "Fast unfolding of communities in large networks", Journal of Statistical
    Mechanics, 2008 (Louvain). Nodes are numbered first: the order of a set of texts changes from run to run.
    """
    import networkx as nx

    names = list(graph)
    numbers = {name: number for number, name in enumerate(names)}
    numbered: nx.Graph[int] = nx.Graph()
    numbered.add_nodes_from(range(len(names)))
    numbered.add_weighted_edges_from(
        (numbers[a], numbers[b], weight) for a, b, weight in undirected(graph).edges.data("weight", default=1)
    )
    found = nx.community.louvain_communities(numbered, weight="weight", seed=SEED)
    return _ordered({names[number] for number in group} for group in found)


def modularity(graph: "Graph", groups: Sequence[Collection[str]]) -> float | None:
    """The share of weight inside the groups, less what chance would put there; None without link.

    >>> import networkx as nx
    >>> modularity(nx.Graph([("a", "b"), ("c", "d")]), [{"a", "b"}, {"c", "d"}])
    0.5

    Newman and Girvan, "Finding and evaluating community structure in networks", Physical Review E 69, 2004.
    """
    import networkx as nx

    whole = undirected(graph)
    return (
        float(nx.community.modularity(whole, [set(group) for group in groups], weight="weight"))
        if whole.size()
        else None
    )


def mutual_information(groups: Sequence[Collection[str]], domains: Domains) -> float | None:
    """How much groups and declared domains say of each other: 1 when each tells the other, 0 when neither does.

    A node with two domains is half in each; who has none is left out. None when all are in one group and one domain.

    >>> mutual_information([{"a", "b"}, {"c", "d"}], {"a": ["x"], "b": ["x"], "c": ["y"], "d": ["y"]})
    1.0

    Danon, Díaz-Guilera, Duch, Arenas, "Comparing community structure identification", Journal of Statistical
    Mechanics, 2005 (normalised by the mean of both entropies).
    """
    both: defaultdict[tuple[int, str], float] = defaultdict(float)
    for number, group in enumerate(groups):
        for node in sorted(group):
            declared = domains.get(node, ())
            for domain in sorted(declared):
                both[number, domain] += 1 / len(declared)
    n = sum(both.values())
    of_group: defaultdict[int, float] = defaultdict(float)
    of_domain: defaultdict[str, float] = defaultdict(float)
    for (number, domain), weight in both.items():
        of_group[number] += weight
        of_domain[domain] += weight
    entropies = _entropy(of_group.values(), n) + _entropy(of_domain.values(), n)
    if entropies <= 0:
        return None
    told = sum(w / n * log(w * n / (of_group[number] * of_domain[domain])) for (number, domain), w in both.items())
    return min(1.0, max(0.0, 2 * told / entropies))


def _entropy(weights: Collection[float], n: float) -> float:
    return -sum(w / n * log(w / n) for w in weights if w > 0)


def by_chance(groups: Sequence[Collection[str]], domains: Domains) -> float | None:
    """The mean of `mutual_information` when the same domains are dealt out again to the same nodes.

    >>> by_chance([{"a", "b"}, {"c", "d"}], {"a": ["x"], "b": ["x"], "c": ["y"], "d": ["y"]}) < 0.5
    True

    Vinh, Epps, Bailey, "Information theoretic measures for clusterings comparison", Journal of Machine Learning
    Research 11, 2010.
    """
    nodes = sorted(node for group in groups for node in group if domains.get(node))
    drawn, declared = Random(SEED), [domains[node] for node in nodes]  # noqa: S311  (no secret)
    found: list[float] = []
    for _ in range(SHUFFLES):
        drawn.shuffle(declared)
        value = mutual_information(groups, dict(zip(nodes, declared, strict=True)))
        if value is None:
            return None
        found.append(value)
    return sum(found) / len(found)


def bridges(graph: "Graph", domains: Domains) -> dict[str, int]:
    """Of each partner with a domain, the domains that are not its own and that its links reach.

    >>> import networkx as nx
    >>> star = nx.Graph([("a", "b"), ("a", "c"), ("a", "d")])
    >>> bridges(star, {"a": ["x"], "b": ["y"], "c": ["z"], "d": ["x"]})
    {'a': 2, 'b': 1, 'c': 1, 'd': 0}

    Gould and Fernandez, "Structures of mediation: a formal approach to brokerage", Sociological Methodology 19, 1989.
    """
    whole = undirected(graph)
    return {
        node: len({domain for other in whole[node] for domain in domains.get(other, ())} - set(domains[node]))
        for node in graph
        if domains.get(node)
    }


def crossing(graph: "Graph", domains: Domains) -> tuple[int, int, float | None]:
    """Links whose two ends share no domain, links whose two ends have one; and the share of pairs that share none.

    >>> import networkx as nx
    >>> crossing(nx.path_graph(["a", "b", "c"]), {"a": ["x"], "b": ["x"], "c": ["y"]})
    (1, 2, 0.6666666666666666)

    Newman, "Mixing patterns in networks", Physical Review E 67, 2003.
    """
    known = {node: frozenset(domains[node]) for node in graph if domains.get(node)}
    links = [(known[a], known[b]) for a, b in undirected(graph).edges() if a in known and b in known]
    kinds = sorted(Counter(known.values()).items(), key=lambda kind: sorted(kind[0]))
    pairs = len(known) * (len(known) - 1) // 2
    apart = sum(n * m for k, (a, n) in enumerate(kinds) for b, m in kinds[k + 1 :] if a.isdisjoint(b))
    return sum(a.isdisjoint(b) for a, b in links), len(links), apart / pairs if pairs else None


def _ordered(groups: Iterable[set[str]]) -> list[frozenset[str]]:
    return sorted(map(frozenset, groups), key=lambda group: (-len(group), min(group)))
