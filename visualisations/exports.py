"""What leaves a map as a file for other programs: graphs, tables and pictures, each with its legend and its date.

What leaves the screen holds no number of one to four young people: the link stays, « moins de 5 » says how much. No
total is written that such a number could be taken back from.
"""

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Xml

from graph.disclosure import FEW
from graph.spreadsheet import spreadsheet
from graph.wording import day
from visualisations.marks import group, marks
from visualisations.network_view import LayerView, LinkView, NetworkView
from visualisations.places import places

if TYPE_CHECKING:
    import networkx as nx

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GEXF = "http://www.gexf.net/1.2draft"


def nodes_csv(view: NetworkView, layer: LayerView) -> bytes:
    """A row for each partner and unit, linked or not. Sums are those of the links whose number is written.

    A sum of none stays empty where there may be links that are not: zero would say that there are none.
    """
    links: Counter[str] = Counter()
    into: Counter[str] = Counter()
    out: Counter[str] = Counter()
    unsure = {node.id for node in view.nodes} if layer.people and not view.internal else set[str]()
    for link in layer.links:
        links.update((link.source, link.target))
        if not layer.hides(link):
            out[link.source] += link.weight
            into[link.target] += link.weight
        else:
            unsure.update((link.source, link.target))
    names = {node.id: node.name for node in view.nodes}
    ways = ["Reçu", "Envoyé"] if layer.directed else ["Somme"]

    def rows() -> Iterator[list[str]]:
        yield from _head(view, layer)
        yield [
            *("Identifiant", "Partenaire", "Nature", "Domaines", "Unité de"),
            *("Commune", "Territoire", "Collège", "Liens", *(f"{way} : {layer.many}" for way in ways)),
        ]
        for node in view.nodes:
            own = [into[node.id], out[node.id]] if layer.directed else [into[node.id] + out[node.id]]
            yield [
                node.id,
                node.name,
                node.kind,
                ", ".join(view.domains.get(code, code) for code in node.domains),
                names.get(node.unit_of or "", ""),
                node.commune or "",
                view.epcis.get(node.epci or "", ""),
                node.college or "",
                str(links[node.id]),
                *("" if n == 0 and node.id in unsure else str(n) for n in own),
            ]

    return spreadsheet(rows())


def edges_csv(view: NetworkView, layer: LayerView) -> bytes:
    """A row for each link between units; by month on the screen only."""
    names = {node.id: node.name for node in view.nodes}

    def rows() -> Iterator[list[str]]:
        yield from _head(view, layer)
        yield ["De", "Vers", "De (identifiant)", "Vers (identifiant)", layer.many.capitalize()]
        for link in layer.links:
            yield [names[link.source], names[link.target], link.source, link.target, said(layer, link)]

    return spreadsheet(rows())


def graphml(view: NetworkView, layer: LayerView) -> bytes:
    import networkx as nx

    out = BytesIO()
    nx.write_graphml_xml(graph(view, layer), out, encoding="utf-8", prettyprint=False)
    return out.getvalue()


def gexf(view: NetworkView, layer: LayerView) -> bytes:
    """With the places and colours of the map; dated as the map is, not as the clock is."""
    import networkx as nx

    made = graph(view, layer)
    at = places(view)
    drawn = marks(view)
    for node in view.nodes:
        mark = drawn[group(view, node)]
        x, y = at[node.id]
        red, green, blue = (int(mark.fill[n : n + 2], 16) for n in (1, 3, 5))
        made.nodes[readable(node.id)]["viz"] = {
            "position": {"x": float(x), "y": float(-y), "z": 0.0},
            "color": {"r": red, "g": green, "b": blue, "a": 1.0},
        }
    out = BytesIO()
    nx.write_gexf(made, out, encoding="utf-8", prettyprint=False)
    root = Xml.fromstring(out.getvalue())  # noqa: S314  (our own graph)
    meta = root.find(f"{{{_GEXF}}}meta")
    if meta is not None:
        meta.set("lastmodifieddate", view.made_on.isoformat())
        for old in list(meta):
            meta.remove(old)
        Xml.SubElement(meta, f"{{{_GEXF}}}creator").text = "Maillage"
        Xml.SubElement(meta, f"{{{_GEXF}}}description").text = readable(legend(view, layer))
    Xml.register_namespace("", _GEXF)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def graph(view: NetworkView, layer: LayerView) -> "nx.Graph[str]":
    """Every node of the map, and the links of *layer*. `nombre` is absent where it is « moins de 5 »."""
    import networkx as nx

    made: nx.Graph[str] = nx.DiGraph() if layer.directed else nx.Graph()
    made.graph |= {
        "titre": readable(layer.finding),
        "legende": readable(legend(view, layer)),
        "fait_le": view.made_on.isoformat(),
        "simule": view.simulated,
    }
    drawn = marks(view)
    for node in view.nodes:
        known = {
            "label": node.name,
            "nature": node.kind,
            "domaines": ", ".join(view.domains.get(code, code) for code in node.domains),
            "marque": drawn[group(view, node)].label,
            "unite_de": node.unit_of or "",
            "commune": node.commune or "",
            "territoire": view.epcis.get(node.epci or "", ""),
            "college": node.college or "",
        }
        made.add_node(readable(node.id), **{name: readable(text) for name, text in known.items()})
    for link in layer.links:
        weight = {} if layer.hides(link) else {"weight": link.weight}
        made.add_edge(readable(link.source), readable(link.target), nombre=said(layer, link), **weight)
    return made


def said(layer: LayerView, link: LinkView) -> str:
    return FEW if layer.hides(link) else str(link.weight)


def legend(view: NetworkView, layer: LayerView) -> str:
    """What the file shows, in sentences."""
    parts = [f"{layer.definition} {view.period}."]
    if layer.people and view.internal:
        parts.append("De un à quatre : « moins de 5 ».")
    if view.method and view.method not in layer.definition:
        parts.append(view.method)
    return " ".join([*parts, *_marked(view)])


def _marked(view: NetworkView) -> list[str]:
    found = [f"Fait le {day(view.made_on)}."]
    if view.simulated:
        found.append("Données simulées : aucun de ces jeunes n'existe.")
    if view.internal:
        found.append("Usage interne.")
    return found


def _head(view: NetworkView, layer: LayerView) -> Iterator[list[str]]:
    yield [layer.finding]
    yield [legend(view, layer)]
    yield []


def readable(text: str) -> str:
    """*text* without what XML cannot spell."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
