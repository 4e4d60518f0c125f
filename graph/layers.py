"""The network as layers of links between organisations, and the graph of a layer. Pure.

A layer holds one kind of link. Its nodes are the organisations that have at least one; whoever has none is counted
elsewhere. Sites of the Mission Locale are always nodes of their own; `folded` puts the other units under their
organisation, whose links add up, and drops what then begins where it ends.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

from graph.agreement import Agreement
from graph.directory import Directory
from graph.edges import Edge, EdgeKind, Month
from graph.model import CommuneCode, NeedCode, PartnerId, PartnerKind, PartnerStatus, Standing
from graph.reference import Reference
from graph.tallies import Count

if TYPE_CHECKING:
    import networkx as nx

Graph: TypeAlias = "nx.Graph[str]"
LONGEST_LABEL = 28
"""Characters of `Node.short`."""
HOME = PartnerId("mission-locale")
"""Stands for the Mission Locale in a directory that does not hold it."""


class Layer(StrEnum):
    """What one link is, and what its weight counts."""

    ALL = "ensemble"  # – whatever kind of work together; the weight is the number of kinds
    SENT = "orientations"  # site → partner; referrals
    RECEIVED = "recues"  # partner → site; referrals
    REROUTED = "reorientations"  # partner → partner asked next; referrals
    SHARED = "jeunes-partages"  # – ; young people referred to both
    SUPPORT = "co-accompagnement"  # – ; young people, once for each group that made the two meet
    AGREEMENT = "conventions"  # Mission Locale – partner, and between partners of one agreement; agreements in force
    BOARD = "conseil"  # partner → Mission Locale; seats
    OFFER = "offre-commune"  # – ; needs for which both have a service that exists for it


DIRECTED = frozenset({Layer.SENT, Layer.RECEIVED, Layer.REROUTED, Layer.BOARD})
BY_MONTH = frozenset({Layer.SENT, Layer.RECEIVED, Layer.REROUTED, Layer.SUPPORT})
OF_PEOPLE = frozenset({Layer.SENT, Layer.RECEIVED, Layer.REROUTED, Layer.SHARED, Layer.SUPPORT})
"""Their weights count young people, or their referrals."""
ORDER = (
    *(Layer.SENT, Layer.RECEIVED, Layer.REROUTED, Layer.SHARED, Layer.SUPPORT),
    *(Layer.AGREEMENT, Layer.BOARD, Layer.OFFER, Layer.ALL),
)
"""In which a map offers them."""
WORKED = (Layer.SENT, Layer.RECEIVED, Layer.REROUTED, Layer.SHARED, Layer.SUPPORT, Layer.AGREEMENT)
"""What `Layer.ALL` is made of: something was done together, or signed."""


@dataclass(frozen=True, slots=True)
class Node:
    id: str
    name: str
    short: str
    kind: str
    domains: tuple[str, ...] = ()
    unit_of: str | None = None  # as the directory has it, folded or not
    commune: str | None = None
    epci: str | None = None
    level: int = 1  # 0: the Mission Locale and its sites
    college: str | None = None  # of the board


@dataclass(frozen=True, slots=True)
class Link:
    """`months`: the weight of each month that has any; empty where the layer has none. Undirected: smaller id first."""

    source: str
    target: str
    weight: float
    months: Mapping[Month, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Network:
    """Nodes by id; links by source and target, one for each pair."""

    layer: Layer
    directed: bool
    nodes: tuple[Node, ...] = ()
    links: tuple[Link, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def weight(self) -> float:
        return sum(link.weight for link in self.links)


@dataclass(frozen=True)
class Snapshot:
    """What the layers are read from: the directory, and what was counted from *first* to *last*, days included.

    `shared` as `FollowStore.shared`, partner by partner; `shared_folded`, units under their organisation: the two
    cannot be told from each other, since one young person may know several units of one organisation.
    """

    directory: Directory
    reference: Reference
    edges: tuple[Edge, ...]
    shared: tuple[Count, ...]
    shared_folded: tuple[Count, ...]
    agreements: tuple[Agreement, ...]
    today: date
    first: date
    last: date
    simulated: bool = False

    @cached_property
    def home(self) -> PartnerId:
        return home(self.directory)

    @cached_property
    def wholes(self) -> Mapping[PartnerId, PartnerId]:
        return wholes(self.directory)


def home(directory: Directory) -> PartnerId:
    """The Mission Locale: what most sites are units of."""
    found = Counter(p.unit_of for p in directory.partners.values() if p.kind is PartnerKind.SITE and p.unit_of)
    return min(found, key=lambda id: (-found[id], id)) if found else HOME


def wholes(directory: Directory) -> Mapping[PartnerId, PartnerId]:
    """Of each unit that is no site, the organisation at the top; whoever stands for itself is absent."""
    found: dict[PartnerId, PartnerId] = {}
    for id, partner in directory.partners.items():
        if partner.kind is PartnerKind.SITE:
            continue
        top, seen = id, {id}
        while (parent := directory.partners[top].unit_of) is not None and parent in directory.partners:
            if parent in seen:  # units that hold each other stand for themselves
                top = id
                break
            seen.add(parent)
            top = parent
        if top != id:
            found[id] = top
    return found


def network(snapshot: Snapshot, layer: Layer, *, folded: bool = True) -> Network:
    found = _all(snapshot, folded) if layer is Layer.ALL else _links(snapshot, layer, folded)
    linked = {end for link in found for end in (link.source, link.target)}
    nodes = tuple(_node(snapshot, id) for id in sorted(linked))
    return Network(layer, layer in DIRECTED, nodes, tuple(found))


def everybody(snapshot: Snapshot, *, folded: bool = True) -> tuple[Node, ...]:
    """Every partner that is open, linked or not, by id."""
    partners = snapshot.directory.partners.values()
    ids = {p.id for p in partners if p.status is PartnerStatus.ACTIVE} | {snapshot.home}
    return tuple(_node(snapshot, id) for id in sorted(ids) if not (folded and id in snapshot.wholes))


def whole(snapshot: Snapshot) -> Network:
    """Everybody, with whatever kind of link there is: what the places on every map are computed from."""
    linked = network(snapshot, Layer.ALL)
    nodes = {node.id: node for node in (*everybody(snapshot), *linked.nodes)}
    for layer in ORDER:
        nodes |= {node.id: node for node in network(snapshot, layer).nodes}
    return Network(Layer.ALL, False, tuple(nodes[id] for id in sorted(nodes)), linked.links)


def graph_of(network: Network) -> Graph:
    """Nodes and edges in the order of the network; each edge has its `weight`. A DiGraph where links have a direction.

    networkx is imported here, so that a service that shows no network starts without it.
    """
    import networkx as nx

    graph: Graph = nx.DiGraph() if network.directed else nx.Graph()
    graph.add_nodes_from(node.id for node in network.nodes)
    graph.add_weighted_edges_from((link.source, link.target, link.weight) for link in network.links)
    return graph


# what each layer is made of


Months = dict[Month, int]


def _links(snapshot: Snapshot, layer: Layer, folded: bool) -> list[Link]:
    match layer:
        case Layer.SENT | Layer.RECEIVED | Layer.REROUTED | Layer.SUPPORT:
            return _counted(snapshot, layer, folded)
        case Layer.SHARED:
            counts = snapshot.shared_folded if folded else snapshot.shared
            weights = {(row.key[0], row.key[1]): row.n for row in counts}
        case Layer.AGREEMENT:
            weights = _agreements(snapshot, folded)
        case Layer.BOARD:
            weights = _seats(snapshot, folded)
        case _:
            weights = _offer(snapshot, folded)
    return [Link(source, target, weight) for (source, target), weight in sorted(weights.items())]


def _counted(snapshot: Snapshot, layer: Layer, folded: bool) -> list[Link]:
    """From the monthly counters."""
    ours = {id for id, p in snapshot.directory.partners.items() if p.kind is PartnerKind.SITE} | {snapshot.home}
    found: defaultdict[tuple[str, str], Months] = defaultdict(dict)
    for edge in snapshot.edges:
        if _layer(edge, ours) is not layer:
            continue
        source, target = _end(snapshot, edge.source, folded), _end(snapshot, edge.target, folded)
        if layer not in DIRECTED and source > target:
            source, target = target, source
        if source != target and edge.sent:
            months = found[source, target]
            months[edge.month] = months.get(edge.month, 0) + edge.sent
    return [
        Link(source, target, sum(months.values()), dict(sorted(months.items())))
        for (source, target), months in sorted(found.items())
    ]


def _layer(edge: Edge, ours: set[PartnerId]) -> Layer | None:
    match edge.kind:
        case EdgeKind.REROUTED:
            return Layer.REROUTED
        case EdgeKind.CO_SUPPORTS:
            return Layer.SUPPORT
        case _:
            if edge.source in ours:
                return Layer.SENT
            return Layer.RECEIVED if edge.target in ours else None


def _agreements(snapshot: Snapshot, folded: bool) -> dict[tuple[str, str], int]:
    found: Counter[tuple[str, str]] = Counter()
    for agreement in snapshot.agreements:
        if agreement.in_force(snapshot.today):
            bound = {_end(snapshot, partner, folded) for partner in agreement.partners} | {str(snapshot.home)}
            found.update(combinations(sorted(bound), 2))
    return dict(found)


def _seats(snapshot: Snapshot, folded: bool) -> dict[tuple[str, str], int]:
    found: Counter[tuple[str, str]] = Counter()
    for id, partner in snapshot.directory.partners.items():
        seats = sum(seat.holders + seat.deputies for seat in partner.seats)
        source = _end(snapshot, id, folded)
        if seats and source != snapshot.home:
            found[source, str(snapshot.home)] += seats
    return dict(found)


def _offer(snapshot: Snapshot, folded: bool) -> dict[tuple[str, str], int]:
    """Main needs only: two partners that both also inform about housing have little in common."""
    partners = snapshot.directory.partners
    meeting: defaultdict[NeedCode, set[str]] = defaultdict(set)
    for service in snapshot.directory.services.values():
        partner = partners[service.partner]
        ours = service.internal or partner.kind is PartnerKind.SITE
        open_ = partner.status is PartnerStatus.ACTIVE and partner.standing is Standing.REFERABLE
        if open_ and not (service.closed or ours):
            for need in service.main or service.needs:
                meeting[need].add(_end(snapshot, partner.id, folded))
    found: Counter[tuple[str, str]] = Counter()
    for _, able in sorted(meeting.items()):
        found.update(combinations(sorted(able), 2))
    return dict(found)


def _all(snapshot: Snapshot, folded: bool) -> list[Link]:
    kinds: Counter[tuple[str, str]] = Counter()
    for layer in WORKED:
        kinds.update({_ordered(link.source, link.target) for link in _links(snapshot, layer, folded)})
    return [Link(source, target, n) for (source, target), n in sorted(kinds.items())]


def _ordered(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a <= b else (b, a)


def _end(snapshot: Snapshot, id: PartnerId, folded: bool) -> str:
    return snapshot.wholes.get(id, id) if folded else id


# how a node is shown


def _node(snapshot: Snapshot, id: str) -> Node:
    """Of a partner that the directory no longer holds, its id is all that is known."""
    partner = snapshot.directory.partners.get(PartnerId(id))
    if partner is None:
        named = "Mission Locale" if id == HOME else id
        return Node(id, named, _cut(named), PartnerKind.ORGANISATION.value, level=0 if id == snapshot.home else 1)
    commune = snapshot.reference.communes.get(CommuneCode(partner.commune)) if partner.commune else None
    return Node(
        id=id,
        name=partner.name,
        short=short(partner.name, partner.acronym),
        kind=partner.kind.value,
        domains=tuple(sorted(partner.domains)),
        unit_of=partner.unit_of,
        commune=partner.commune,
        epci=str(commune.epci) if commune is not None else None,
        level=0 if partner.kind is PartnerKind.SITE or id == snapshot.home else 1,
        college=partner.seats[0].college if partner.seats else None,
    )


def short(name: str, acronym: str | None = None) -> str:
    """What the picture writes: the name when it fits, else its beginning, else the acronym, else words that fit.

    « ADSEA 17, Association départementale… » → « ADSEA 17 »; of « Siège – Maison – Accueil de jour » the last part.
    """
    if len(name) <= LONGEST_LABEL:
        return name
    parts = [part.strip() for part in name.split(" – ")]
    if len(parts) > 1 and 3 <= len(parts[-1]) <= LONGEST_LABEL:
        return parts[-1]
    begin = name.split(",")[0].split(" (")[0].strip()
    if len(begin) <= LONGEST_LABEL:
        return begin
    return acronym if acronym and 2 <= len(acronym) <= LONGEST_LABEL else _cut(begin)


def _cut(text: str) -> str:
    if len(text) <= LONGEST_LABEL:
        return text
    kept = text[: LONGEST_LABEL - 1]
    return (kept.rsplit(" ", 1)[0] if " " in kept else kept).rstrip(" ,;:–-") + "…"
