"""Measures of a network of organisations, on networkx graphs. Pure.

Each function is one measure: what it is, a tiny example, who described it. None of them raises on a graph that is
empty, of one node, or in pieces; a number that does not exist is None, and a node that it cannot speak of is absent.
Paths and cores forget the direction of links (`undirected`): on a layer that goes from sites to partners no
path has two steps. Paths count links, whatever their weight. networkx is imported where it is used.
"""

from collections.abc import Iterable

from graph.layers import Graph

SEED = 20
"""Of what is drawn."""
LARGE = 2_000
"""Nodes above which betweenness is estimated from `PIVOTS` of them."""
PIVOTS = 300
_STEPS = 2_000


def undirected(graph: Graph) -> Graph:
    """*graph* without directions, nodes in their order; the weights of a link and of its return add up."""
    import networkx as nx

    found: Graph = nx.Graph()
    found.add_nodes_from(graph)
    for source, target, weight in graph.edges(data="weight", default=1):
        held = found.get_edge_data(source, target, {"weight": 0})["weight"]
        found.add_edge(source, target, weight=held + weight)
    return found


def degree_in(graph: Graph) -> dict[str, int]:
    """Organisations that a node receives from; of an undirected graph, those it is linked to.

    >>> import networkx as nx
    >>> degree_in(nx.DiGraph([("a", "b"), ("c", "b")]))
    {'a': 0, 'b': 2, 'c': 0}

    Freeman, "Centrality in social networks: conceptual clarification", Social Networks 1, 1978.
    """
    return dict(graph.in_degree()) if graph.is_directed() else dict(graph.degree())  # type: ignore[attr-defined]


def degree_out(graph: Graph) -> dict[str, int]:
    """Organisations that a node sends to; of an undirected graph, those it is linked to.

    >>> import networkx as nx
    >>> degree_out(nx.DiGraph([("a", "b"), ("a", "c")]))
    {'a': 2, 'b': 0, 'c': 0}

    Freeman 1978, as `degree_in`.
    """
    return dict(graph.out_degree()) if graph.is_directed() else dict(graph.degree())  # type: ignore[attr-defined]


def strength_in(graph: Graph) -> dict[str, float]:
    """The weight a node receives: the sum over its links, here referrals or young people.

    >>> import networkx as nx
    >>> graph = nx.DiGraph()
    >>> graph.add_weighted_edges_from([("a", "b", 3), ("c", "b", 4)])
    >>> strength_in(graph)
    {'a': 0, 'b': 7, 'c': 0}

    Barrat, Barthélemy, Pastor-Satorras, Vespignani, "The architecture of complex weighted networks", PNAS 101, 2004.
    """
    return _strength(graph, "in_degree")


def strength_out(graph: Graph) -> dict[str, float]:
    """The weight a node sends.

    >>> import networkx as nx
    >>> graph = nx.DiGraph()
    >>> graph.add_weighted_edges_from([("a", "b", 3), ("a", "c", 4)])
    >>> strength_out(graph)
    {'a': 7, 'b': 0, 'c': 0}

    Barrat and others 2004, as `strength_in`.
    """
    return _strength(graph, "out_degree")


def _strength(graph: Graph, way: str) -> dict[str, float]:
    return dict(getattr(graph, way if graph.is_directed() else "degree")(weight="weight"))


def reciprocity(graph: Graph) -> float | None:
    """The share of links that are returned; None without direction or without link.

    >>> import networkx as nx
    >>> round(reciprocity(nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c")])), 3)
    0.667

    Wasserman and Faust, Social Network Analysis, Cambridge University Press, 1994, chapter 13.
    """
    if not graph.is_directed() or not graph.size():
        return None
    return sum(graph.has_edge(target, source) for source, target in graph.edges()) / graph.size()


def density(graph: Graph) -> float | None:
    """The share of possible links that exist, whatever a node does with itself; None below two nodes.

    >>> import networkx as nx
    >>> round(density(nx.path_graph(["a", "b", "c"])), 3)
    0.667

    Wasserman and Faust 1994, chapter 4.
    """
    n = graph.number_of_nodes()
    if n < 2:
        return None
    possible = n * (n - 1) if graph.is_directed() else n * (n - 1) // 2
    return len({edge[:2] for edge in graph.edges() if edge[0] != edge[1]}) / possible


def centralisation(graph: Graph) -> float | None:
    """How far links gather around one node: 1 for a star, 0 when all have as many; None below three nodes.

    >>> import networkx as nx
    >>> centralisation(nx.Graph([("a", "b"), ("a", "c"), ("a", "d")]))
    1.0

    Freeman 1978, as `degree_in`.
    """
    whole = undirected(graph)
    degrees = [degree - 2 * whole.has_edge(node, node) for node, degree in whole.degree()]
    n = len(degrees)
    return sum(max(degrees) - degree for degree in degrees) / ((n - 1) * (n - 2)) if n >= 3 else None


def betweenness(graph: Graph) -> dict[str, float]:
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


def closeness(graph: Graph) -> dict[str, float]:
    """How near all others are: one over the mean number of steps, times the share of the network within reach.

    >>> import networkx as nx
    >>> closeness(nx.path_graph(["a", "b", "c"]))["b"]
    1.0

    Wasserman and Faust 1994, chapter 5 (their form for networks in pieces).
    """
    import networkx as nx

    found = nx.closeness_centrality(undirected(graph))
    return {node: float(found[node]) for node in graph}


def eigenvector(graph: Graph) -> dict[str, float]:
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


def pieces(graph: Graph) -> list[frozenset[str]]:
    """Sets of nodes that a path joins, largest first.

    >>> import networkx as nx
    >>> [sorted(piece) for piece in pieces(nx.Graph([("a", "b"), ("b", "c"), ("d", "e")]))]
    [['a', 'b', 'c'], ['d', 'e']]

    Wasserman and Faust 1994, chapter 4.
    """
    import networkx as nx

    return ordered(nx.connected_components(undirected(graph)))


def articulation(graph: Graph) -> dict[str, int]:
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


def _parted(graph: Graph, gone: str) -> list[int]:
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


def core(graph: Graph) -> dict[str, int]:
    """The largest k such that a node belongs to a group whose members each have k links inside it.

    >>> import networkx as nx
    >>> core(nx.Graph([("a", "b"), ("b", "c"), ("a", "c"), ("c", "d")]))
    {'a': 2, 'b': 2, 'c': 2, 'd': 1}

    Seidman, "Network structure and minimum degree", Social Networks 5, 1983.
    """
    import networkx as nx

    whole = undirected(graph)
    whole.remove_edges_from(list(nx.selfloop_edges(whole)))
    found = nx.core_number(whole)
    return {node: int(found[node]) for node in graph}


def ordered(groups: Iterable[set[str]]) -> list[frozenset[str]]:
    """Largest first, then by their first id."""
    return sorted(map(frozenset, groups), key=lambda group: (-len(group), min(group)))
