"""The governance pack as files: name in the folder → content."""

from collections.abc import Iterator
from datetime import date

import orjson

from graph.pack import Pack
from graph.publication import to_csv, to_json
from graph.reference import Reference
from graph.territory import TerritoryView
from maillage.maps import network_file, territory_file
from resolvers.pack import Packed
from visualisations import network_map, report, territory
from visualisations import pack as pages
from visualisations.network_view import NetworkView
from visualisations.published_network import published_view


def files(packed: Packed, reference: Reference, made_on: date) -> Iterator[tuple[str, bytes]]:
    """Equal values give equal bytes."""
    pack, offer = packed.pack, packed.offer
    network = published_view(pack.publication, packed.directory, reference, packed.agreements, made_on)
    yield "index.html", pages.index(pack, network, offer).encode()
    yield "reseau.html", network_map.page(network, back="index.html").encode()
    yield "territoire.html", territory.page(offer, back="index.html").encode()
    yield "methode.html", pages.method(pack).encode()
    yield "preuves.html", pages.evidence(pack).encode()
    yield "rapport.pdf", report.pdf(pack, network, offer)
    yield from ((f"exports/{name}", content) for name, content in _exports(pack, network, offer))


def _exports(pack: Pack, network: NetworkView, offer: TerritoryView) -> Iterator[tuple[str, bytes]]:
    first = network.layers[0]
    yield "publication.csv", to_csv(pack.publication)
    yield "publication.json", orjson.dumps(to_json(pack.publication), option=orjson.OPT_INDENT_2)
    yield "preuves.csv", pages.evidence_csv(pack)
    for name, suffix in (
        *(("reseau.png", "png"), ("reseau.svg", "svg"), ("reseau.graphml", "graphml"), ("reseau.gexf", "gexf")),
        *(("reseau-partenaires.csv", "noeuds.csv"), ("reseau-liens.csv", "liens.csv")),
    ):
        yield name, network_file(network, first, suffix)
    need, person = offer.worst
    for suffix in ("csv", "png"):
        yield f"territoire.{suffix}", territory_file(offer, need, person, suffix)
