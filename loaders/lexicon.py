"""The packaged national knowledge of names, read once into a `graph.lexicon.Lexicon`."""

import csv
from functools import cache
from importlib.resources import files

from graph.lexicon import Lexicon, Nature, Place, Term

DATA = files("loaders") / "data" / "national"
REFERENCE = files("loaders") / "data" / "reference"

AMBIGUOUS_PLACES = frozenset(
    {"Mer", "Die", "Sens", "Rue", "Ham", "Bois", "Isle", "Eu", "Bû", "Ger", "Vif", "Nord", "Contes", "Brie", "Bras"}
    | {
        "Barr",
        "Avoine",
        "Orange",
        "Vias",
        "Contact",
        "Mana",
        "Roye",
        "Bron",
        "Mouy",
        "Contré",
        "Rougé",
        "Avenir",
        "Bourg",
        "Saint-Georges",
    }
)
"""Communes whose name is a common word of lists, or that many communes share."""


PLACES_WITH_ARTICLE = frozenset(
    {"La Rochelle", "Le Havre", "Le Mans", "Le Creusot", "La Ciotat", "La Flèche", "Le Blanc", "Les Herbiers"}
    | {"La Réole", "Le Faouët", "La Souterraine", "Le Relecq", "La Courneuve", "Le Vigan", "Le Teil", "La Mure"}
)
"""An article and one word: these are places, « La Force » or « La Garde » are more often something else."""


@cache
def packaged() -> Lexicon:
    words = {r["nature"]: frozenset(r["words"].split()) for r in _rows("words.csv", ";")}
    prefectures = {r["code"] for r in _rows("prefectures.csv", ",")}
    bare = Lexicon()
    return Lexicon(
        terms=tuple(_term(r) for r in _rows("terms.csv", ";")),
        places=tuple(
            Place(
                r["name"],
                r["nature"],
                r["departement"] or None,
                r["code"],
                chief_town=r["nature"] == "commune" and r["code"] in prefectures,
            )
            for r in _rows("places.csv", ",")
            if not _ambiguous(r["name"], r["nature"])
        )
        + tuple(Place(name, "commune" if departement else "region", departement) for name, departement in USUAL_PLACES)
        + (Place("du Nord", "departement", "59"),),
        articles=words["article"],
        legal=words["legal"],
        neutral=frozenset(bare.form(w) for w in words["neutral"]),
        general=frozenset(bare.form(w) for w in words["general"]),
    )


USUAL_PLACES: tuple[tuple[str, str | None], ...] = (
    ("Poitou-Charentes", None),
    ("Aquitaine", None),
    ("Rhône-Alpes", None),
    ("Midi-Pyrénées", None),
    ("Languedoc-Roussillon", None),
    ("Nord-Pas-de-Calais", None),
    ("Picardie", None),
    ("Lorraine", None),
    ("Alsace", None),
    ("Champagne-Ardenne", None),
    ("Bourgogne", None),
    ("Franche-Comté", None),
    ("Auvergne", None),
    ("Limousin", None),
    ("Haute-Normandie", None),
    ("Basse-Normandie", None),
    ("IDF", None),
    ("PACA", None),
    ("Île d'Oléron", "17"),
    ("Île de Ré", "17"),
)


def _ambiguous(place: str, nature: str) -> bool:
    if place in AMBIGUOUS_PLACES:
        return True
    if nature != "commune":
        return False
    if place.startswith("L'") and place[2:].isalpha():
        return True
    article, _, rest = place.partition(" ")
    return article in {"La", "Le", "Les"} and rest.isalpha() and place not in PLACES_WITH_ARTICLE


def _term(row: dict[str, str]) -> Term:
    marks = row["marks"].split()
    return Term(
        code=row["code"],
        nature=Nature(row["nature"]),
        forms=tuple(row["forms"].split("|")),
        agencies="agences" in marks,
        many="plusieurs" in marks,
        describes="descriptif" in marks,
        capitals="capitales" in marks,
        per_departement="un-par-departement" in marks,
        several_in=frozenset((_code(marks, "sauf:") or "").split("+")) - {""},
        institution="institution" in marks,
        like=_code(marks, "comme:"),
        part_of=_code(marks, "de:"),
        in_region=_code(marks, "region:"),
        in_departement=_code(marks, "departement:"),
        otherwise=_code(marks, "sinon:"),
    )


def _code(marks: list[str], before: str) -> str | None:
    return next((m.removeprefix(before) for m in marks if m.startswith(before)), None)


def _rows(name: str, separator: str) -> list[dict[str, str]]:
    text = (DATA / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter=separator))
