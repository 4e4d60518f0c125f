"""The map of the network as one page: what is linked with what, how much, and where everything holds by a thread.

pyvis builds the nodes and edges, and nothing else of it is used: its page runs markup that names bring along and asks
other hosts for scripts. Ours draws the same nodes with the vis-network that the pyvis wheel carries, as text only.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from visualisations.document import document, escaped, static, templates
from visualisations.marks import drawn, group, marks
from visualisations.network_view import NetworkView
from visualisations.places import places, spacing

VIS = "lib/vis-9.1.2/vis-network.min.js"
_SCRIPTS = ("data", "shown", "picture", "labels", "words", "table", "moves")
_SOURCE_MAP = "\n//# sourceMappingURL="


def page(view: NetworkView, back: str = "") -> str:
    """One HTML file: the picture, its filters and legend, the card of a partner, and the table that says the same."""
    return document(
        view.layers[0].finding,
        _main(view),
        made_on=view.made_on,
        styles=[static("network_map.css")],
        scripts=[vis_network(), script()],
        data={"donnees": data(view)},
        simulated=view.simulated,
        internal=view.internal,
        foot=f"<p>{escaped(view.method)}</p>" if view.method else "",
        wide=True,
        back=back,
    )


@lru_cache(maxsize=1)
def script() -> str:
    """Ours: files of one subject each, that share what they name."""
    return '"use strict";\n(() => {\n' + "\n".join(static(f"network_map/{name}.js") for name in _SCRIPTS) + "})();\n"


@lru_cache(maxsize=1)
def vis_network() -> str:
    """The script that pyvis carries, without the address of its source map; pyvis itself is not loaded."""
    found = find_spec("pyvis")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("pyvis")
    text = (Path(found.submodule_search_locations[0]) / VIS).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n").partition(_SOURCE_MAP)[0]


def data(view: NetworkView) -> dict[str, object]:
    """What the script of the page reads: columns, because names of fields weigh more than what they name."""
    nodes, edges = _built(view)
    return {
        "internal": view.internal,
        "least": view.least,
        "lowest": view.lowest_mark,
        "layers": [
            {
                "code": layer.code,
                "label": layer.label,
                "definition": layer.definition,
                "finding": layer.finding,
                "one": layer.one,
                "many": layer.many,
                "directed": layer.directed,
                "people": layer.people,
                "monthly": any(link.months for link in layer.links),
            }
            for layer in view.layers
        ],
        "period": view.period,
        "domains": list(view.domains.values()),
        "epcis": list(view.epcis.values()),
        "months": list(view.months.values()),
        "marks": [
            {"label": mark.label, "shape": mark.shape, "fill": mark.fill, "edge": mark.edge} for mark in marks(view)
        ],
        "spacing": round(spacing(view)),
        "nodes": columns(nodes),
        "edges": columns(edges),
    }


def columns(rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The rows by field; `n` counts them; a field that is the same in each is said once, under `same`."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    found: dict[str, list[object]] = {name: [row.get(name) for row in rows] for name in names}
    same = {name: values[0] for name, values in found.items() if all(value == values[0] for value in values)}
    return {"n": len(rows), "same": same, "each": {name: v for name, v in found.items() if name not in same}}


def _built(view: NetworkView) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Nodes and edges as pyvis spells them. Ids are places: pyvis looks each one up in a list."""
    from pyvis.network import Network

    network = Network(directed=True)  # an undirected one compares each edge with all the others
    place = {node.id: number for number, node in enumerate(view.nodes)}
    domains = {code: number for number, code in enumerate(view.domains)}
    epcis = {code: number for number, code in enumerate(view.epcis)}
    month_names = list(view.months)
    at = places(view)
    for number, node in enumerate(view.nodes):
        x, y = at[node.id]
        network.add_node(
            number,
            label=node.short or node.name,
            x=x,
            y=y,
            group=group(view, node),
            name=None if node.name == (node.short or node.name) else node.name,
            kind=node.kind,
            domains=[domains[code] for code in node.domains if code in domains],
            parent=place.get(node.unit_of) if node.unit_of is not None else None,
            commune=node.commune,
            epci=epcis.get(node.epci) if node.epci is not None else None,
            college=node.college,
            site=1 if node.site else 0,
        )
    for number, layer in enumerate(view.layers):
        for folded, links in enumerate((layer.links, layer.folded)):
            for link in links:
                network.add_edge(
                    place[link.source],
                    place[link.target],
                    layer=number,
                    folded=folded,
                    weight=link.weight,
                    months=[link.months.get(month, 0) for month in month_names] if link.months else None,
                )
    return network.nodes, network.edges


def _main(view: NetworkView) -> str:
    used = {group(view, node) for node in view.nodes}
    legend = [
        (number, number < len(view.domains), mark)
        for number, mark in enumerate(marks(view))
        if number < len(view.domains) or number in used
    ]
    template = templates().get_template("network_map.html")
    return template.render(view=view, first=view.layers[0], legend=legend, drawn=drawn)
