"""Groups inside a network, beside chance and beside the domains that organisations declare. Pure.

As in `graph.network`, direction is forgotten, nothing raises on an empty network, and what cannot be said is None.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import log
from random import Random

from graph.layers import Graph
from graph.network import SEED, ordered, strength_in, undirected

Domains = Mapping[str, Collection[str]]
"""Declared domains of each node; who has none is absent, or has an empty one."""
SHUFFLES = 200
REWIRED = 19
MANY = 5_000
"""Links above which fewer networks are dealt out."""


def communities(graph: Graph) -> list[frozenset[str]]:
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
        (numbers[a], numbers[b], weight) for a, b, weight in undirected(graph).edges.data("weight", default=1) if weight
    )
    found = nx.community.louvain_communities(numbered, weight="weight", seed=SEED)
    return ordered({names[number] for number in group} for group in found)


def modularity(graph: Graph, groups: Sequence[Collection[str]]) -> float | None:
    """The share of weight inside the groups, less what chance would put there; None without link that weighs.

    >>> import networkx as nx
    >>> modularity(nx.Graph([("a", "b"), ("c", "d")]), [{"a", "b"}, {"c", "d"}])
    0.5

    Newman and Girvan, "Finding and evaluating community structure in networks", Physical Review E 69, 2004.
    """
    import networkx as nx

    whole = undirected(graph)
    return (
        float(nx.community.modularity(whole, [set(group) for group in groups], weight="weight"))
        if whole.size("weight")
        else None
    )


def modularity_by_chance(graph: Graph) -> float:
    """The highest `modularity` that `communities` finds when the same links are dealt out again, 0 without link.

    Each node keeps its number of links, and heavy ones stay between strong nodes. Beyond all of `REWIRED` such
    networks, chance is at most one in twenty.

    >>> import networkx as nx
    >>> modularity_by_chance(nx.complete_graph(["a", "b", "c"]))
    0.0

    Guimerà, Sales-Pardo, Amaral, "Modularity from fluctuations in random graphs", Physical Review E 70, 2004.
    """
    import networkx as nx

    whole = undirected(graph)
    links = list(whole.edges())
    weights = sorted((weight for _, _, weight in whole.edges.data("weight", default=1)), reverse=True)
    strengths = strength_in(whole)
    drawn = Random(SEED)  # noqa: S311  (no secret)
    highest = 0.0
    for _ in range(REWIRED if len(links) <= MANY else REWIRED // 4):
        rewired: Graph = nx.Graph()
        rewired.add_nodes_from(whole)
        rewired.add_weighted_edges_from(_weighed(_rewired(links, drawn), weights, strengths))
        found = modularity(rewired, communities(rewired))
        highest = max(highest, found or 0.0)
    return highest


def _rewired(links: Sequence[tuple[str, str]], drawn: Random) -> list[tuple[str, str]]:
    """Two links exchange their ends, ten times for each link, unless that makes a link that is there or a loop."""
    found, held = list(links), {frozenset(link) for link in links}
    for _ in range(10 * len(found) if len(found) > 1 else 0):
        i, j = drawn.randrange(len(found)), drawn.randrange(len(found))
        (a, b), (c, d) = found[i], found[j]
        if drawn.random() < 0.5:
            c, d = d, c
        new, also = frozenset((a, d)), frozenset((c, b))
        if len({a, b, c, d}) < 4 or new in held or also in held:
            continue
        held -= {frozenset((a, b)), frozenset((c, d))}
        held |= {new, also}
        found[i], found[j] = (a, d), (c, b)
    return found


def _weighed(
    links: Iterable[tuple[str, str]], weights: Iterable[float], strengths: Mapping[str, float]
) -> Iterable[tuple[str, str, float]]:
    """The heaviest weight for the link between the strongest, and so on: strengths stay about what they were."""
    ordered = sorted(links, key=lambda link: (-strengths[link[0]] * strengths[link[1]], min(link), max(link)))
    return ((a, b, weight) for (a, b), weight in zip(ordered, weights, strict=True))


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


def bridges(graph: Graph, domains: Domains) -> dict[str, int]:
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


def crossing(graph: Graph, domains: Domains) -> tuple[int, int, float | None]:
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
