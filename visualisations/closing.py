"""« Et si ce partenaire fermait ? » as one page: two maps side by side, what is lost, who could take over.

The page stands without any script, on the need that loses most; its script shows another one.
"""

from collections.abc import Mapping, Sequence

from graph.closing import Change, ClosingView
from graph.disclosure import counted
from graph.model import CommuneCode, PartnerId
from graph.territory import LEVEL_SAID, Level, TerritoryView, said
from graph.wording import listed, typeset
from visualisations.document import document, escaped, static
from visualisations.geography import Plane
from visualisations.levels import LOOKS, levels_css, shown
from visualisations.territory import method, plane_of, subtitle, svg, swatch

MOST_NAMES = 3


def page(view: ClosingView, back: str = "") -> str:
    """One HTML file. With numbers of referrals it is for internal use; on paper small ones are not told."""
    return document(
        view.title,
        _main(view),
        made_on=view.before.made_on,
        subtitle=_subtitle(view),
        styles=[static("territory.css"), static("closing.css"), levels_css()],
        scripts=[static("closing.js")],
        data={"donnees": data(view)},
        simulated=view.before.simulated,
        internal=view.internal,
        foot=f"<p>{escaped(method(view.before))}</p>",
        wide=True,
        back=back,
    )


def data(view: ClosingView) -> dict[str, object]:
    """What the script reads: for each change, the numbers of both maps; 0, −1 and −2 stand for nobody and the rest."""
    return {
        "changes": [
            {
                "before": _numbers(view.before, change),
                "after": _numbers(view.after, change),
                "said": [typeset(said(of, change.need, *change.people)) for of in (view.before, view.after)],
                "touched": [n for n, c in enumerate(view.before.communes) if c.insee in change.touched],
            }
            for change in view.changes
        ],
        "communes": [c.name for c in view.before.communes],
    }


def _numbers(of: TerritoryView, change: Change) -> list[int]:
    codes = {Level.NOBODY: 0, Level.RESERVED: -1, Level.NOT_ASKED: -2}
    offers = [of.cells[change.need.code, c.insee, change.people[0].code] for c in of.communes]
    return [codes.get(offer.level, len(offer.partners)) for offer in offers]


def _subtitle(view: ClosingView) -> str:
    units = ""
    if view.units:
        names = [unit.name for unit in view.units]
        some = names if len(names) <= 4 else [*names[:3], f"{len(names) - 3} autres unités"]
        units = f" Fermeraient avec : {listed(some)}."
    return f"Et si ce partenaire fermait ? {subtitle(view.before)}{units}"


def _main(view: ClosingView) -> str:
    return f"{_moving(view)}{_maps(view) if view.changes else ''}{_table(view)}"


def _moving(view: ClosingView) -> str:
    if view.moved is None:
        return ""
    takers = f" Les mieux placés pour les reprendre : {escaped(listed(view.takers))}." if view.takers else ""
    if view.moved == 0:
        return '<p class="panel moving">Aucune orientation vers ce partenaire sur la période : rien à déplacer.</p>'
    on_paper = counted(view.moved)
    plural = "s" if view.moved > 1 else ""
    return (
        f'<p class="panel moving"><strong class="screen-only">{view.moved} orientation{plural} par an</strong>'
        f'<strong class="screen-none">{on_paper} orientations par an</strong> à déplacer.{takers}</p>'
    )


def _maps(view: ClosingView) -> str:
    change, flat = view.changes[0], plane_of(view.before)
    pictures = "".join(
        f'<figure><figcaption><strong>{when}</strong> : <span id="{id}-dit">'
        f"{escaped(said(of, change.need, *change.people))}</span></figcaption>"
        f"{_picture(of, change, flat, id, marked)}</figure>"
        for of, id, when, marked in (
            (view.before, "avant", "Aujourd'hui", ()),
            (view.after, "apres", "Sans ce partenaire", change.touched),
        )
    )
    keys = "".join(f"<li>{swatch(look.code)} <span>{LEVEL_SAID[level]}</span></li>" for level, look in LOOKS.items())
    return (
        f'<section aria-labelledby="titre-cartes"><h2 id="titre-cartes" class="sr">Avant, après</h2>'
        f'<div class="pair" id="cartes">{pictures}</div>'
        f'<ul class="legend" aria-label="Légende">{keys}'
        '<li><svg class="swatch" viewBox="0 0 24 16" aria-hidden="true"><rect class="touched" x="2" y="2" width="20" '
        'height="12"/></svg> <span>commune qui perd un partenaire</span></li></ul></section>'
    )


def _picture(of: TerritoryView, change: Change, flat: Plane, id: str, marked: Sequence[CommuneCode]) -> str:
    offers = [of.cells[change.need.code, c.insee, change.people[0].code] for c in of.communes]
    return svg(
        of.communes,
        flat,
        [LOOKS[offer.level].code for offer in offers],
        [shown(offer.level, len(offer.partners)) for offer in offers],
        id,
        said(of, change.need, *change.people),
        marked,
    )


def _table(view: ClosingView) -> str:
    if not view.changes:
        return (
            '<p class="panel">Aucun besoin ne compte ce partenaire, pour personne et nulle part dans le territoire : '
            "ou bien il n'a pas de service connu, ou bien ses services sont réservés à certaines situations.</p>"
        )
    heads = "".join(
        f'<th scope="col" class="figure">{text}</th>'
        for text in ("Plus personne", "Plus ouvert à tous", "Plus qu'un seul", "Un de moins")
    )
    rows = "".join(_row(view, n, change) for n, change in enumerate(view.changes))
    return f"""
<section aria-labelledby="titre-besoins">
<h2 id="titre-besoins">Ce que chaque besoin perdrait</h2>
<p class="hint screen-only">Choisir un besoin pour le voir sur les cartes.</p>
<div class="scroll panel" tabindex="0" role="region" aria-labelledby="titre-besoins">
<table id="besoins">
<thead><tr><th scope="col">Besoin</th><th scope="col">Âge</th>{heads}<th scope="col">Qui resterait</th></tr></thead>
<tbody>{rows}</tbody>
</table>
</div>
<p class="hint">Les nombres sont des communes, sur {len(view.before.communes)}.</p>
</section>"""


def _row(view: ClosingView, place: int, change: Change) -> str:
    current = ' aria-current="true"' if place == 0 else ""

    losses = (
        (len(change.lost), LOOKS[Level.NOBODY].code),
        (len(change.reserved), LOOKS[Level.RESERVED].code),
        (len(change.alone), LOOKS[Level.ONE].code),
        (len(change.touched), ""),
    )
    figures = "".join(f'<td class="figure {code if n else ""}">{n}</td>' for n, code in losses)
    ages = listed([person.label for person in change.people])
    return (
        f'<tr data-n="{place}"{current}><th scope="row"><button type="button" class="named" data-n="{place}">'
        f"{escaped(change.need.label)}</button></th><td>{escaped(ages)}</td>{figures}"
        f"<td>{escaped(remaining(change, view.before.names))}</td></tr>"
    )


def remaining(change: Change, names: Mapping[PartnerId, str]) -> str:
    """« A, B (12 communes) et 3 autres »: a partner that stays in all the communes touched is named alone."""
    if not change.left:
        return "personne sans condition" if change.reserved else "personne"

    def named(id: PartnerId, n: int) -> str:
        if n == len(change.touched):
            return names[id]
        return f"{names[id]} ({n} communes)" if n > 1 else f"{names[id]} (une commune)"

    found = [named(id, n) for id, n in change.left]
    if len(found) <= MOST_NAMES + 1:
        return ", ".join(found)
    return f"{', '.join(found[:MOST_NAMES])} et {len(found) - MOST_NAMES} autres"
