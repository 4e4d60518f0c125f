"""The layers of the network as an internal map shows them: each unit, each month, and the words of each layer."""

from collections.abc import Mapping
from datetime import date

from graph.layer_words import WORDS
from graph.layers import (
    BY_MONTH,
    DIRECTED,
    OF_PEOPLE,
    ORDER,
    Layer,
    Link,
    Node,
    Snapshot,
    everybody,
    network,
    whole,
)
from graph.layout import positions
from graph.measures import headline, measures
from graph.model import PartnerId
from graph.reference import Reference
from graph.wording import day, month_named
from visualisations.network_view import LayerView, LinkView, NetworkView, NodeView

KINDS = {"organisation": "organisation", "unit": "unité", "site": "site de la Mission Locale", "group": "catégorie"}


def view_of(snapshot: Snapshot) -> NetworkView:
    """Everything computed: places and findings too. Takes a second; not for the thread that answers others."""
    found = {layer: network(snapshot, layer) for layer in ORDER}
    findings = {layer: headline(one, measures(one)) for layer, one in found.items()}
    return internal(snapshot, findings, positions(whole(snapshot)))


def internal(snapshot: Snapshot, findings: Mapping[Layer, str], at: Mapping[str, tuple[float, float]]) -> NetworkView:
    """Exact numbers by month, for the team. *at*: places of the nodes of `whole`. A layer without links is left out."""
    nodes: dict[str, Node] = {node.id: node for node in everybody(snapshot, folded=False)}
    layers: list[LayerView] = []
    for layer in ORDER:
        apart, folded = network(snapshot, layer, folded=False), network(snapshot, layer)
        if not folded.links and (layer is not Layer.SENT):
            continue
        nodes |= {node.id: node for node in (*apart.nodes, *folded.nodes)}
        layers.append(_layer(snapshot, layer, apart.links, folded.links, findings.get(layer, "")))
    for node in everybody(snapshot):  # an organisation whose units alone are linked
        nodes.setdefault(node.id, node)
    reference = snapshot.reference
    epcis = {node.epci for node in nodes.values() if node.epci}
    return NetworkView(
        made_on=snapshot.today,
        period=f"Du {day(snapshot.first)} au {day(snapshot.last)}",
        internal=True,
        simulated=snapshot.simulated,
        nodes=tuple(node_view(reference, nodes[id], _top(snapshot, nodes, id)) for id in sorted(nodes)),
        layers=tuple(layers),
        positions=at,
        domains={str(code): domain.label for code, domain in reference.domains.items()},
        epcis={code: reference.territory_name(code) for code in sorted(epcis, key=reference.territory_name)},
        months=_months(snapshot.first, snapshot.last),
        method="Une flèche épaisse : beaucoup. De un à quatre, tout est dessiné pareil. "
        "Les unités d'un partenaire comptent avec lui tant qu'elles sont repliées.",
    )


def _layer(
    snapshot: Snapshot, layer: Layer, apart: tuple[Link, ...], folded: tuple[Link, ...], found: str
) -> LayerView:
    words = WORDS[layer]
    summed: dict[tuple[str, str], float] = {}
    for link in apart:
        ends = [str(snapshot.wholes.get(PartnerId(end), end)) for end in (link.source, link.target)]
        if layer not in DIRECTED:
            ends.sort()
        summed[ends[0], ends[1]] = summed.get((ends[0], ends[1]), 0) + link.weight
    return LayerView(
        code=layer.value,
        label=words.label,
        definition=words.definition,
        finding=found or words.label,
        one=words.one,
        many=words.many,
        directed=layer in DIRECTED,
        people=layer in OF_PEOPLE,
        links=tuple(_link(link, layer) for link in apart),
        folded=tuple(_link(link, layer) for link in folded if summed.get((link.source, link.target)) != link.weight),
    )


def _link(link: Link, layer: Layer) -> LinkView:
    return LinkView(link.source, link.target, round(link.weight), link.months if layer in BY_MONTH else {})


def _top(snapshot: Snapshot, nodes: Mapping[str, Node], id: str) -> str | None:
    top = snapshot.wholes.get(PartnerId(id))
    return top if top in nodes else None


def node_view(reference: Reference, node: Node, unit_of: str | None = None) -> NodeView:
    """*unit_of*: the node under which it is folded."""
    return NodeView(
        id=node.id,
        name=node.name,
        short=node.short,
        kind=KINDS.get(node.kind, node.kind),
        domains=node.domains,
        unit_of=unit_of,
        commune=reference.territory_name(node.commune) if node.commune else None,
        epci=node.epci,
        college=node.college,
        site=node.level == 0,
    )


def _months(first: date, last: date) -> dict[str, str]:
    found: dict[str, str] = {}
    year, number = first.year, first.month
    while (year, number) <= (last.year, last.month):
        month = f"{year}-{number:02}"
        found[month] = month_named(month)
        year, number = (year, number + 1) if number < 12 else (year + 1, 1)
    return found
