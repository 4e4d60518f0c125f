"""The shell of every page that leaves as one file: house style, data beside the text, a policy that refuses the rest.

The file opens offline and asks nobody for anything: styles, scripts and data stand inside. The policy names each style
and script by its hash, so nothing that a name could bring with it is ever run, not even an attribute.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from graph.wording import day, typeset

if TYPE_CHECKING:
    from jinja2 import Environment

PLACE = "Mission Locale Rochefort Marennes Oléron"
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">')
_ENDS_A_SCRIPT = re.compile(r"</script|<!--", re.IGNORECASE)
_ENDS_A_STYLE = re.compile(r"</style", re.IGNORECASE)
_IN_JSON = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_DANGEROUS = re.compile("[<>&\u2028\u2029]")


def document(
    title: str,
    main: str,
    *,
    made_on: date,
    subtitle: str = "",
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    data: Mapping[str, object] | None = None,
    simulated: bool = False,
    internal: bool = False,
    foot: str = "",
    wide: bool = False,
    place: str = PLACE,
    back: str = "",
) -> str:
    """One HTML page. *main* and *foot* are markup, in which every text has gone through `escaped`.

    *data*: values that JSON can spell, by the id of the element in which a script finds each. *scripts* run in their
    order, once the page stands. *wide*: the whole width of the screen. *internal* marks it « usage interne ». *back*:
    the address of the service's own page, where a service shows it, or of the page of its folder that leads to it.
    """
    all_styles = [static("document.css"), *styles]
    _refuse(_ENDS_A_STYLE, all_styles)
    _refuse(_ENDS_A_SCRIPT, scripts)
    notes = []
    if simulated:
        notes.append(
            '<p class="simulated" role="note"><strong>Données simulées</strong> : aucun de ces jeunes n\'existe.</p>'
        )
    if internal:
        notes.append(
            '<p class="internal" role="note"><strong>Usage interne</strong> : '
            "nombres exacts, à ne pas diffuser hors de l'équipe.</p>"
        )
    where = "aux cartes" if back.startswith("/") else "au dossier"
    home = f'<nav class="back"><a href="{escaped(back)}">Retour {where}</a></nav>' if back else ""
    lead = f'<p class="lead">{escaped(subtitle)}</p>' if subtitle else ""
    body = typeset(f"""\
<a class="skip" href="#contenu">Aller au contenu</a>
<header class="top"><p class="brand">Maillage</p><p class="place">{escaped(place)}</p>{home}</header>
{f'<div class="notes">{"".join(notes)}</div>' if notes else ""}
<main id="contenu" tabindex="-1"{' class="wide"' if wide else ""}>
<h1>{escaped(title)}</h1>
{lead}
{main}
</main>
<footer class="bottom">
{foot}
<p>Page faite le {day(made_on)} ; elle s'ouvre sans réseau et ne demande rien à personne.</p>
</footer>""")
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="fr">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(all_styles, scripts)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{escaped(typeset(title))} – Maillage</title>",
            '<link rel="icon" href="data:,">',
            *(f"<style>{style}</style>" for style in all_styles),
            "</head>",
            "<body>",
            body,
            *(
                f'<script type="application/json" id="{escaped(id)}">{in_script(value)}</script>'
                for id, value in (data or {}).items()
            ),
            *(f"<script>{script}</script>" for script in scripts),
            "</body>",
            "</html>",
            "",
        ]
    )


def escaped(text: object) -> str:
    """As markup shows it, inside an element or an attribute between double quotes."""
    return escape(str(text), quote=True)


def in_script(value: object) -> str:
    """JSON that no parser of HTML can leave; what is not a number (`NaN`) becomes null."""
    import orjson

    text = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    return _DANGEROUS.sub(lambda found: _IN_JSON[found[0]], text)


def policy(page: str) -> str:
    """The policy that *page* declares, for the header of a service that serves it."""
    found = _POLICY.search(page)
    if found is None:
        raise ValueError("a page without a policy")
    return found[1]


@lru_cache
def static(name: str) -> str:
    """A style or script of this package."""
    return (files("visualisations") / "static" / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def templates() -> "Environment":
    """Of the inside of the pages; what they show is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("visualisations"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _policy(styles: Sequence[str], scripts: Sequence[str]) -> str:
    def allowed(texts: Sequence[str]) -> str:
        return " ".join(f"'sha256-{_digest(text)}'" for text in texts) or "'none'"

    return (
        f"default-src 'none'; style-src {allowed(styles)}; script-src {allowed(scripts)}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


@lru_cache(maxsize=32)
def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _refuse(ending: re.Pattern[str], texts: Sequence[str]) -> None:
    for text in texts:
        if ending.search(text) or "\r" in text:
            raise ValueError("a style or script whose end a parser would misread")
