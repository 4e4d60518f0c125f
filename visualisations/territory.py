"""The territory as one page: who can help where, as a map of the communes, a table that says the same, and a matrix.

The page stands without any script, on what is missing most; its script changes the need, the age and the EPCI.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from graph.coverage import GAP_SAID, Gap, Person
from graph.model import CommuneCode, TerritoryCode
from graph.reference import Commune, Need
from graph.territory import LEVEL_SAID, PEOPLE, Level, Offer, TerritoryView, said
from graph.wording import day, listed, typeset
from visualisations.document import document, escaped, static
from visualisations.geography import FIGURE, LINE, Label, Plane, plane
from visualisations.levels import LOOKS, levels_css, patterns, shown

WIDTH, SIZE = 1000.0, 13.0
MOST_NAMES = 4
"""Of partners in a line of the table; the card of a commune has them all."""


def page(view: TerritoryView, back: str = "") -> str:
    """One HTML file."""
    need, person = view.worst
    return document(
        view.title,
        _main(view, need, person),
        made_on=view.made_on,
        subtitle=subtitle(view),
        styles=[static("territory.css"), levels_css()],
        scripts=[static("territory.js")],
        data={"donnees": data(view)},
        simulated=view.simulated,
        foot=f"<p>{escaped(method(view))}</p>",
        wide=True,
        back=back,
    )


def subtitle(view: TerritoryView) -> str:
    ages = listed([f"{person.age} ans pour les {person.label}" for person in PEOPLE])
    return f"Offre connue le {day(view.made_on)}, pour qui n'est dans aucune situation particulière ({ages})."


def method(view: TerritoryView) -> str:
    """What is counted, how sure it is, and whose outlines these are."""
    unsure = f" {view.to_confirm} services sur {view.services} restent à confirmer." if view.to_confirm else ""
    return (
        "Un partenaire compte quand l'un de ses services répond au besoin, couvre la commune, admet cet âge et prend "
        "quelqu'un en ce moment ; la Mission Locale compte comme les autres. Les communes ne montrent que l'offre, "
        f"jamais de nombre de jeunes.{unsure} Limites des communes : {view.boundaries.source}."
    )


def data(view: TerritoryView) -> dict[str, object]:
    """What the script of the page reads. A cell is the place of its partners in `sets`, or −1 and below: a reason."""
    epcis = list(view.epcis)
    partners = {id: place for place, id in enumerate(view.names)}
    sets: dict[tuple[int, ...], int] = {}
    gaps = list(GAP_SAID)

    def cell(offer: Offer) -> int:
        if offer.partners:
            return sets.setdefault(tuple(partners[id] for id in offer.partners), len(sets))
        return -1 if offer.gap is None else -2 - gaps.index(offer.gap)

    cells = [
        [[cell(view.cells[need.code, c.insee, person.code]) for c in view.communes] for person in PEOPLE]
        for need in view.needs
    ]
    need, person = view.worst
    return {
        "needs": [typeset(need.label) for need in view.needs],
        "people": [person.label for person in PEOPLE],
        "communes": [{"name": c.name, "epci": epcis.index(c.epci)} for c in view.communes],
        "epcis": list(view.epcis.values()),
        "partners": list(view.names.values()),
        "sets": [list(found) for found in sets],
        "cells": cells,
        "said": [
            [[typeset(said(view, need, person, epci=epci)) for epci in (None, *epcis)] for person in PEOPLE]
            for need in view.needs
        ],
        "reasons": [LEVEL_SAID[Level.NOT_ASKED], *(told(view, Offer(gap=gap)) for gap in gaps)],
        "reserved": -2 - gaps.index(Gap.SITUATION),
        "start": [view.needs.index(need), PEOPLE.index(person)],
        "names": MOST_NAMES,
    }


def _main(view: TerritoryView, need: Need, person: Person) -> str:
    return f"""
<form class="filters screen-only" id="filtres" autocomplete="off">
<div class="field"><label for="besoin">Besoin</label><select id="besoin">{_needs(view, need)}</select></div>
<fieldset class="field"><legend>Âge</legend>{_ages(person)}</fieldset>
<div class="field"><label for="epci">Territoire</label><select id="epci"><option value="">Tout le territoire</option>{
        "".join(f'<option value="{n}">{escaped(name)}</option>' for n, name in enumerate(view.epcis.values()))
    }</select></div>
<div class="field"><button type="reset">Tout remettre</button></div>
</form>
<section class="map" aria-labelledby="constat">
<h2 id="constat" role="status">{escaped(said(view, need, person))}</h2>
<div class="two">
<div class="picture">
{map_svg(view, need, person, "carte")}
{legend(view, need, person)}
</div>
<div class="beside">
<div class="panel card" id="fiche" role="status" hidden></div>
<div class="panel scroll" id="defile" tabindex="0" role="region" aria-labelledby="titre-tableau">
{_table(view, need, person)}
</div>
</div>
</div>
</section>
<section class="all" aria-labelledby="titre-matrice">
<h2 id="titre-matrice">Tous les besoins, commune par commune ({escaped(person.label)})</h2>
<p class="screen-only"><label class="tick"><input type="checkbox" id="fragiles">
Seulement les besoins qui n'ont personne, ou un seul partenaire, quelque part</label></p>
<div class="scroll panel" tabindex="0" role="region" aria-labelledby="titre-matrice">
{matrix(view, person)}
</div>
<p class="hint">0 : personne ; R : réservé à certaines situations ; – : le besoin n'est pas demandé à cet âge.</p>
</section>"""


def _needs(view: TerritoryView, chosen: Need) -> str:
    """The weakest first, then all under their heading."""
    place = {need.code: number for number, need in enumerate(view.needs)}

    def option(need: Need, selected: bool) -> str:
        mark = " selected" if selected else ""
        return f'<option value="{place[need.code]}"{mark}>{escaped(need.label)}</option>'

    weak: list[Need] = []
    for need in [*view.needs_at(Level.NOBODY), *view.needs_at(Level.ONE)]:
        if need not in weak:
            weak.append(need)
    found = ""
    if weak:
        options = "".join(option(need, need is chosen) for need in weak)
        found += f'<optgroup label="Les plus fragiles">{options}</optgroup>'
    for heading in view.headings:
        options = "".join(
            option(need, need is chosen and not weak) for need in view.needs if need.heading == heading.code
        )
        if options:
            found += f'<optgroup label="{escaped(heading.label)}">{options}</optgroup>'
    return found


def _ages(chosen: Person) -> str:
    return "".join(
        f'<label><input type="radio" name="age" value="{n}"{" checked" if person is chosen else ""}> '
        f"{escaped(person.label)}</label>"
        for n, person in enumerate(PEOPLE)
    )


# the map


def plane_of(view: TerritoryView, width: float = WIDTH, size: float = SIZE) -> Plane:
    return plane(view.boundaries, {c.insee: c.name for c in view.communes}, width, size)


def map_svg(view: TerritoryView, need: Need, person: Person, id: str) -> str:
    """One `<svg>` to stand in a page that has `levels_css`; the script finds communes by their place."""
    offers = [view.cells[need.code, c.insee, person.code] for c in view.communes]
    classes = [LOOKS[offer.level].code for offer in offers]
    numbers = [shown(offer.level, len(offer.partners)) for offer in offers]
    return svg(view.communes, plane_of(view), classes, numbers, id, said(view, need, person))


def svg(
    communes: Sequence[Commune],
    flat: Plane,
    classes: Sequence[str],
    numbers: Sequence[str],
    id: str,
    title: str,
    marked: Iterable[CommuneCode] = (),
) -> str:
    """Each commune with its class and its number, in the order of *communes*; *marked* have a thick edge."""
    thick = set(marked)
    paths = "".join(
        f'<path class="{css}" data-c="{n}" d="{flat.path(c.insee)}"><title>{escaped(c.name)}</title></path>'
        for n, (c, css) in enumerate(zip(communes, classes, strict=True))
    )
    edges = "".join(f'<path d="{flat.path(c.insee)}"/>' for c in communes if c.insee in thick)
    labels = "".join(
        _label(flat.labels[c.insee], number, n) for n, (c, number) in enumerate(zip(communes, numbers, strict=True))
    )
    parted = flat.between({c.insee: c.epci for c in communes})
    between = "".join(f"M{a[0]:g} {a[1]:g}L{b[0]:g} {b[1]:g}" for a, b in parted) or "M0 0"
    return (
        f'<svg id="{id}" class="communes" viewBox="0 0 {flat.width:g} {flat.height:g}" role="img" '
        f'aria-label="{escaped(title)}">{patterns()}'
        f'<g class="shapes">{paths}</g><path class="between" d="{between}"/>'
        f'<g class="changed">{edges}</g><path class="chosen" d="M0 0"/><g class="labels">{labels}</g></svg>'
    )


def _label(label: Label, number: str, place: int) -> str:
    x, size = label.at[0], label.size
    first = label.box[1] + FIGURE * LINE * size
    names = "".join(
        f'<text x="{x:g}" y="{first + size * (LINE * n + 0.9):.1f}">{escaped(line)}</text>'
        for n, line in enumerate(label.lines)
    )
    leader = ""
    if label.leader is not None:
        (x1, y1), (x2, y2) = label.leader
        leader = f'<path class="leader" d="M{x1:g} {y1:g}L{x2:g} {y2:g}"/><circle cx="{x1:g}" cy="{y1:g}" r="3"/>'
    return (
        f'<g data-l="{place}">{leader}<text class="number" x="{x:g}" y="{first - 0.2 * size:.1f}">{number}</text>'
        f'<g class="name">{names}</g></g>'
    )


def legend(view: TerritoryView, need: Need, person: Person) -> str:
    found = [view.level(need.code, c.insee, person) for c in view.communes]
    items = "".join(
        f'<li data-k="{look.code}"{"" if level in found or level in _ALWAYS else " hidden"}>{swatch(look.code)} '
        f"<span>{escaped(LEVEL_SAID[level])} : <strong>{_communes(found.count(level))}</strong></span></li>"
        for level, look in LOOKS.items()
    )
    return f'<ul class="legend" aria-label="Légende">{items}</ul>'


_ALWAYS = (Level.NOBODY, Level.ONE, Level.TWO, Level.MORE)


def swatch(code: str) -> str:
    return (
        '<svg class="swatch" viewBox="0 0 24 16" aria-hidden="true">'
        f'<rect class="{code}" x=".5" y=".5" width="23" height="15"/></svg>'
    )


def _communes(n: int) -> str:
    return f"{n} commune" + ("s" if n > 1 else "")


# the tables


def by_epci(view: TerritoryView) -> list[tuple[TerritoryCode, list[tuple[int, Commune]]]]:
    """With the place of each commune."""
    return [(epci, list(found)) for epci, found in groupby(enumerate(view.communes), key=lambda pair: pair[1].epci)]


def _table(view: TerritoryView, need: Need, person: Person) -> str:
    bodies = []
    for number, (epci, communes) in enumerate(by_epci(view)):
        rows = "".join(
            f'<tr data-c="{n}"><th scope="row"><button type="button" class="named" data-c="{n}">{escaped(c.name)}'
            f'</button></th><td class="figure {LOOKS[offer.level].code}">{shown(offer.level, len(offer.partners))}</td>'
            f"<td>{escaped(told(view, offer))}</td></tr>"
            for n, c in communes
            for offer in [view.cells[need.code, c.insee, person.code]]
        )
        bodies.append(
            f'<tbody data-e="{number}"><tr><th colspan="3" scope="rowgroup" class="group">'
            f"{escaped(view.epcis[epci])}</th></tr>{rows}</tbody>"
        )
    return (
        '<table id="tableau"><caption id="titre-tableau">La carte en tableau</caption>'
        '<thead><tr><th scope="col">Commune</th><th scope="col" class="figure">Nombre</th>'
        f'<th scope="col">Partenaires, ou pourquoi personne</th></tr></thead>{"".join(bodies)}</table>'
    )


def told(view: TerritoryView, offer: Offer) -> str:
    """« A, B, C, D et 3 autres », or why nobody."""
    if not offer.partners:
        return GAP_SAID[offer.gap] if offer.level is Level.NOBODY and offer.gap else LEVEL_SAID[offer.level]
    names = [view.names[id] for id in offer.partners]
    if len(names) <= MOST_NAMES + 1:
        return ", ".join(names)
    return f"{', '.join(names[:MOST_NAMES])} et {len(names) - MOST_NAMES} autres"


def matrix(view: TerritoryView, person: Person) -> str:
    """Needs by communes, under their EPCI; two lines at the top count the weak needs of each commune."""
    groups = by_epci(view)
    heads = "".join(
        f'<th scope="colgroup" colspan="{len(found)}" class="first">{escaped(view.epcis[epci])}</th>'
        for epci, found in groups
    )
    firsts = {found[0][0] for _, found in groups}

    def edge(n: int) -> str:
        return " first" if n in firsts else ""

    names = "".join(
        f'<th scope="col" class="tall{edge(n)}"><span>{escaped(c.name)}</span></th>'
        for n, c in enumerate(view.communes)
    )

    def weak(commune: CommuneCode, level: Level) -> int:
        return sum(view.level(need.code, commune, person) is level for need in view.needs)

    sums = "".join(
        f'<tr class="sum" data-k="{LOOKS[level].code}"><th scope="row">{text}</th>'
        + "".join(f'<td class="{edge(n).strip()}">{weak(c.insee, level)}</td>' for n, c in enumerate(view.communes))
        + "</tr>"
        for level, text in ((Level.NOBODY, "Besoins sans personne"), (Level.ONE, "Besoins à un seul partenaire"))
    )
    bodies = []
    place = {need.code: number for number, need in enumerate(view.needs)}
    for heading in view.headings:
        rows = "".join(
            f'<tr data-n="{place[need.code]}"><th scope="row"><button type="button" class="named" '
            f'data-n="{place[need.code]}">{escaped(need.label)}</button></th>'
            + "".join(
                f'<td class="{LOOKS[offer.level].code}{edge(n)}">{shown(offer.level, len(offer.partners))}</td>'
                for n, c in enumerate(view.communes)
                for offer in [view.cells[need.code, c.insee, person.code]]
            )
            + "</tr>"
            for need in view.needs
            if need.heading == heading.code
        )
        if rows:
            bodies.append(
                f'<tbody><tr><th colspan="{1 + len(view.communes)}" scope="rowgroup" class="group">'
                f"{escaped(heading.label)}</th></tr>{rows}</tbody>"
            )
    return (
        '<table id="matrice"><caption class="sr">Nombre de partenaires par besoin et par commune</caption>'
        f'<thead><tr><td></td>{heads}</tr><tr><th scope="col">Besoin</th>{names}</tr>{sums}</thead>'
        f"{''.join(bodies)}</table>"
    )
