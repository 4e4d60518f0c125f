"""A layer as it may leave the screen: nothing in it gives back a link of one to four young people. Pure.

Hiding the number of a link is not enough: sums, shares and measures of exact weights, in full digits, are equations of
what is hidden. What leaves is computed from what is told alone.
"""

from collections import defaultdict
from dataclasses import dataclass, replace

from graph.disclosure import hides
from graph.layers import DIRECTED, OF_PEOPLE, Layer, Link, Network, Snapshot, network
from graph.model import PartnerId

UNTOLD = 2
"""What a link of one to four young people weighs there, whichever it is."""
Ends = tuple[str, str]


@dataclass(frozen=True)
class Told:
    """`untold`: links whose number is not told, in `network` too, where they weigh what their wording lets believe."""

    network: Network
    untold: frozenset[Ends]


def told(snapshot: Snapshot, layer: Layer) -> Told:
    """Units folded under their organisation. A sum over units is told when the link of each of them is."""
    exact = network(snapshot, layer)
    if layer not in OF_PEOPLE:
        return Told(exact, frozenset())
    parts: defaultdict[Ends, list[int]] = defaultdict(list)
    for link in network(snapshot, layer, folded=False).links:
        source, target = (str(snapshot.wholes.get(PartnerId(end), end)) for end in (link.source, link.target))
        ends = (source, target) if layer in DIRECTED or source <= target else (target, source)
        parts[ends].append(round(link.weight))
    found = {ends: sum(UNTOLD if hides(n) else n for n in of) for ends, of in parts.items() if any(map(hides, of))}
    links = tuple(_weighing(link, found.get((link.source, link.target), link.weight)) for link in exact.links)
    return Told(replace(exact, links=links), frozenset((link.source, link.target) for link in links) & found.keys())


def _weighing(link: Link, weight: float) -> Link:
    return Link(link.source, link.target, weight)
