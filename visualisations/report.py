"""The governance pack as a PDF of A4 pages, tagged, for paper and for those who read it aloud.

Texts go to Typst as data: no name is ever read as markup. typst is loaded by the first report.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import orjson

from graph.evidence import Axis
from graph.pack import Pack, Statement
from graph.pack_rules import RULES
from graph.privacy import LEAST, STEP
from graph.territory import TerritoryView, said
from graph.wording import day, typeset
from visualisations import network_picture, territory_files
from visualisations.document import PLACE
from visualisations.network_view import NetworkView


def pdf(pack: Pack, network: NetworkView, offer: TerritoryView) -> bytes:
    """Equal values give equal bytes: it is dated as the pack is."""
    return _compiled(pack, network, offer, "pdf")[0]


def pictures(pack: Pack, network: NetworkView, offer: TerritoryView) -> list[bytes]:
    """Its pages as PNG, to look at."""
    return _compiled(pack, network, offer, "png")


def _compiled(pack: Pack, network: NetworkView, offer: TerritoryView, form: Literal["pdf", "png"]) -> list[bytes]:
    import typst

    made = datetime(pack.made_on.year, pack.made_on.month, pack.made_on.day, tzinfo=UTC)
    with as_file(files("visualisations") / "templates" / "report.typ") as template:
        found: bytes | list[bytes] = typst.compile(  # a list of several pictures, whatever its types say
            str(template),
            format=form,
            ppi=110,
            font_paths=[str(_fonts())],
            ignore_system_fonts=True,
            sys_inputs={
                "data": orjson.dumps(_data(pack, network, offer)).decode(),
                "network": network_picture.svg_within(network, network.layers[0]),
                "territory": territory_files.picture(offer, *offer.worst, "svg").decode(),
            },
            timestamp=made,
        )
    return found if isinstance(found, list) else [found]


def _fonts() -> Path:
    """Those that matplotlib brings: the same on every machine."""
    found = find_spec("matplotlib")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("matplotlib")
    return Path(found.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"


def _data(pack: Pack, network: NetworkView, offer: TerritoryView) -> dict[str, object]:
    published = pack.publication
    layer = network.layers[0]
    return {
        "title": typeset(pack.headline),
        "place": PLACE,
        "year": str(published.year),
        "before": None if pack.before is None else str(pack.before.year),
        "made": typeset(f"Dossier du {day(pack.made_on)}"),
        "source": typeset(
            f"Année {published.year}. Publication du {day(published.made_on)}, version {published.version} : nombres "
            f"arrondis à {STEP}, rien sous {LEAST} jeunes."
        ),
        "simulated": published.simulated,
        "figures": _said(pack.figures),
        "fragilities": _said(pack.fragilities),
        "good": _said(pack.good),
        "changes": _said(pack.changes),
        "network": {"finding": typeset(layer.finding), "note": typeset(network.method)},
        "territory": {"alt": typeset(f"{offer.title}. {said(offer, *offer.worst)}.")},
        "rules": [
            {"code": code, "title": RULES[code].title, "text": typeset(RULES[code].definition)} for code in pack.rules
        ],
        "axes": [_axis(axis) for axis in pack.axes],
    }


def _said(statements: Sequence[Statement]) -> list[dict[str, str]]:
    return [{"rule": one.rule, "number": typeset(one.number), "text": typeset(one.text)} for one in statements]


def _axis(axis: Axis) -> dict[str, object]:
    return {
        "title": axis.title,
        "answers": [
            {
                "objective": typeset(one.objective),
                "said": typeset(one.said),
                "on": "" if one.on is None else f"{one.on:%d/%m/%Y}",
            }
            for one in axis.answers
        ],
    }
