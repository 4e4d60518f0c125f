"""The pages of the governance pack: what a meeting sees, how it was counted, and what it proves to the auditor."""

from collections.abc import Mapping

from markupsafe import Markup

from graph.pack import Pack, number
from graph.pack_rules import RULES
from graph.privacy import LEAST, STEP
from graph.publication import PublishedTable
from graph.spreadsheet import spreadsheet
from graph.territory import TerritoryView, said
from graph.wording import day
from visualisations import network_picture, territory
from visualisations.document import document, static, templates
from visualisations.levels import levels_css
from visualisations.network_view import NetworkView

FILES: Mapping[str, str] = {
    "index.html": "Le dossier",
    "reseau.html": "La carte du réseau",
    "territoire.html": "La carte du territoire",
    "methode.html": "Méthode et limites",
    "preuves.html": "Preuves pour le label",
}
"""The pages, in the order in which they are linked."""
DOWNLOADS: Mapping[str, str] = {
    "rapport.pdf": "Le même, à imprimer (PDF)",
    "exports/publication.csv": "Les tableaux publiés (tableur)",
    "exports/publication.json": "Les tableaux publiés (JSON)",
    "exports/preuves.csv": "La liste des preuves (tableur)",
    "exports/reseau.png": "Le réseau (image PNG)",
    "exports/reseau.svg": "Le réseau (image SVG)",
    "exports/reseau.graphml": "Le réseau (GraphML)",
    "exports/reseau.gexf": "Le réseau (GEXF)",
    "exports/reseau-partenaires.csv": "Les partenaires (tableur)",
    "exports/reseau-liens.csv": "Les liens (tableur)",
    "exports/territoire.csv": "Besoins × communes (tableur)",
    "exports/territoire.png": "Le territoire (image PNG)",
}


def index(pack: Pack, network: NetworkView, offer: TerritoryView) -> str:
    need, person = offer.worst
    main = (
        templates()
        .get_template("pack_index.html")
        .render(
            pack=pack,
            pages=FILES,
            downloads=DOWNLOADS,
            network=network,
            # markup of our own, in which every text is escaped
            picture=Markup(network_picture.svg_within(network, network.layers[0])),  # noqa: S704
            territory=Markup(territory.map_svg(offer, need, person, "carte-territoire")),  # noqa: S704
            territory_said=said(offer, need, person),
            territory_title=offer.title,
            legend=Markup(territory.legend(offer, need, person)),  # noqa: S704
        )
    )
    return _page(pack, pack.headline, main, styles=[static("territory.css"), levels_css()])


def method(pack: Pack) -> str:
    rules = [(code, RULES[code]) for code in pack.rules]
    tables = [(table, _rows(table)) for table in pack.publication.tables if any(_values(table))]
    main = (
        templates()
        .get_template("pack_method.html")
        .render(pack=pack, pages=FILES, rules=rules, tables=tables, least=LEAST, step=STEP)
    )
    return _page(pack, "Méthode et limites", main)


def evidence(pack: Pack) -> str:
    main = templates().get_template("pack_evidence.html").render(pack=pack, pages=FILES)
    return _page(pack, "Preuves pour le label, axe par axe", main)


def evidence_csv(pack: Pack) -> bytes:
    lines = [
        [f"Preuves pour le label, année {pack.publication.year}"],
        [f"Dossier du {day(pack.made_on)}, publication du {day(pack.publication.made_on)}"],
        *([["Données simulées : ces jeunes n'existent pas."]] if pack.publication.simulated else []),
        [],
        ["Axe", "Objectif", "Ce qui y répond", "Fichier", "Au"],
        *(
            [axis.title, one.objective, one.said, one.file, "" if one.on is None else one.on.isoformat()]
            for axis in pack.axes
            for one in axis.answers
        ),
    ]
    return spreadsheet(lines)


def _page(pack: Pack, title: str, main: str, styles: list[str] | None = None) -> str:
    published = pack.publication
    return document(
        title,
        main,
        made_on=pack.made_on,
        subtitle=f"Année {published.year}. Publication du {day(published.made_on)}, version {published.version} : "
        f"nombres arrondis à {STEP}, rien sous {LEAST} jeunes.",
        styles=[*(styles or ()), static("pack.css")],
        simulated=published.simulated,
        foot="<p>Aucun jeune ne peut être reconnu dans ce dossier.</p>",
        wide=True,
    )


def _values(table: PublishedTable) -> list[int]:
    return [cell.value for cell in table.cells.values() if cell.value is not None]


def _rows(table: PublishedTable) -> list[tuple[str, list[str]]]:
    """Rows with a told number."""
    found = []
    for row in table.rows:
        values = [table.value(row, column) for column in table.columns]
        if any(value is not None for value in values):
            name = table.name(row)
            told = [
                "" if value is None else number(value) + _share(table, row, column)
                for value, column in zip(values, table.columns, strict=True)
            ]
            found.append((name[:1].upper() + name[1:], told))
    return found


def _share(table: PublishedTable, row: str, column: str) -> str:
    share = table.percentage(row, column)
    return "" if share is None else f" ({share} %)"
