"""The network as governance sees it: of one publication, no link under its threshold, no month; seats and agreements
beside it, which are nobody's personal data.
"""

from collections import Counter
from dataclasses import replace
from datetime import date

from graph.agreement import Agreement
from graph.directory import Directory
from graph.layer_words import WORDS
from graph.layers import Layer, Link, Network, Node, Snapshot, everybody, network
from graph.layout import positions
from graph.pack import number
from graph.privacy import LEAST
from graph.publication import Publication
from graph.publishing import LINKS, PARTNERS, REFERRED
from graph.reference import Reference
from graph.wording import day
from visualisations.network_layers import node_view
from visualisations.network_view import LayerView, LinkView, NetworkView

_TOLD = (
    f"Jeunes orientés dans l'année, arrondis à 5. Un lien de moins de {LEAST} jeunes n'est pas dessiné : son absence "
    "ne dit rien. Un jeune orienté vers deux partenaires compte pour chacun : une somme de liens n'est pas un nombre "
    "de jeunes."
)


def published_view(
    publication: Publication,
    directory: Directory,
    reference: Reference,
    agreements: tuple[Agreement, ...],
    made_on: date,
) -> NetworkView:
    """Units stand for themselves: young people of two units of one organisation cannot be added up."""
    year = publication.year
    snapshot = Snapshot(
        directory=directory,
        reference=reference,
        edges=(),
        shared=(),
        shared_folded=(),
        agreements=agreements,
        today=made_on,
        first=date(year, 1, 1),
        last=date(year, 12, 31),
        simulated=publication.simulated,
    )
    layers = [_by_partner(publication, str(snapshot.home)), _by_site(publication)]
    for layer in (Layer.BOARD, Layer.AGREEMENT):
        links = network(snapshot, layer, folded=False).links
        words = WORDS[layer]
        said = f"{len(links)} {words.many if len(links) > 1 else words.one}"
        shown = tuple(LinkView(link.source, link.target, round(link.weight)) for link in links)
        directed = layer is Layer.BOARD
        layers.append(
            LayerView(layer.value, words.label, words.definition, said, words.one, words.many, directed, False, shown)
        )
    kept = [layer for layer in layers if layer.links] or layers[:1]
    linked = {end for layer in kept for link in layer.links for end in (link.source, link.target)}
    nodes = {node.id: node for node in everybody(snapshot, folded=False) if node.id in linked}
    for id in sorted(linked - nodes.keys()):
        nodes[id] = Node(id, publication.table(PARTNERS).name(id), id, "organisation")
    ordered = tuple(nodes[id] for id in sorted(nodes))
    pairs = sorted({tuple(sorted((link.source, link.target))) for layer in kept for link in layer.links})
    at = positions(Network(Layer.ALL, False, ordered, tuple(Link(a, b, 1) for a, b in pairs)))
    epcis = {node.epci for node in ordered if node.epci}
    return NetworkView(
        made_on=made_on,
        period=f"Année {year}, publication du {day(publication.made_on)}",
        internal=False,
        simulated=publication.simulated,
        nodes=tuple(node_view(reference, node) for node in _told_apart(ordered)),
        layers=tuple(kept),
        positions=at,
        domains={str(code): domain.label for code, domain in reference.domains.items()},
        epcis={code: reference.territory_name(code) for code in sorted(epcis, key=reference.territory_name)},
        method=_TOLD,
    )


def _told_apart(nodes: tuple[Node, ...]) -> list[Node]:
    """Those whose short name is another's too have their whole name on the picture."""
    shorts = Counter(node.short for node in nodes)
    return [replace(node, short=node.name) if shorts[node.short] > 1 else node for node in nodes]


def _by_partner(publication: Publication, home: str) -> LayerView:
    table = publication.table(PARTNERS)
    told = {row: value for row in table.rows if (value := table.value(row, REFERRED)) is not None}
    links = tuple(LinkView(home, partner, value) for partner, value in sorted(told.items()) if partner != home)
    return LayerView(
        code="orientes",
        label="Jeunes orientés vers chaque partenaire",
        definition=f"Un lien va de la Mission Locale vers un partenaire. {_TOLD}",
        finding=_finding(publication, told),
        one="jeune (compté par lien)",
        many="jeunes (comptés par lien)",
        directed=True,
        people=True,
        links=links,
    )


def _finding(publication: Publication, told: dict[str, int]) -> str:
    if not told:
        return f"Aucun partenaire de {publication.year} ne peut être montré : trop peu de jeunes pour chacun"
    first = max(sorted(told), key=lambda row: told[row])
    name = publication.table(PARTNERS).name(first)
    if len(told) == 1:
        return f"Un seul partenaire peut être montré : {name} ({number(told[first])} jeunes)"
    return (
        f"{number(len(told))} partenaires ont reçu {LEAST} jeunes ou plus ; le premier : {name} ({number(told[first])})"
    )


def _by_site(publication: Publication) -> LayerView:
    table = publication.table(LINKS)
    links = tuple(
        sorted(
            (
                LinkView(site, partner, cell.value)
                for (partner, site), cell in table.cells.items()
                if cell.value is not None
            ),
            key=lambda link: (link.source, link.target),
        )
    )
    said = f"{len(links)} liens" if len(links) > 1 else "Un seul lien" if links else "Aucun lien"
    return LayerView(
        code="orientes-par-lieu",
        label="Jeunes orientés, par lieu d'accueil",
        definition=f"Un lien va d'un lieu d'accueil vers un partenaire. {_TOLD}",
        finding=f"{said} de {LEAST} jeunes ou plus entre un lieu d'accueil et un partenaire",
        one="jeune (compté par lien)",
        many="jeunes (comptés par lien)",
        directed=True,
        people=True,
        links=links,
    )
