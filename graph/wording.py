"""French grammar of the sentences we show: articles, elisions, lists, days, the place where something is."""

import re
from collections.abc import Sequence
from datetime import date

from graph.model import FRANCE, CommuneCode, TerritoryCode
from graph.reference import Reference

_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_VOWELS = "aeiouyàâäéèêëîïôöùûüœæ"


def listed(items: Sequence[str], last: str = "et") -> str:
    """« a », « a et b », « a, b et c »."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def shortened(items: Sequence[str], most: int, preposition: str, others: str) -> str:
    """At most *most* items are named; the rest is counted: « à A, à B et dans 4 autres communes »."""
    if len(items) <= most + 1:
        return listed(items)
    rest = f"{len(items) - most} {others}"
    return f"{', '.join(items[:most])} et {f'{preposition} {rest}' if preposition else rest}"


def day(when: date) -> str:
    first = "1er" if when.day == 1 else str(when.day)
    return f"{first} {_MONTHS[when.month - 1]} {when.year}"


def month_named(month: str) -> str:
    """« mars 2026 » for `2026-03`."""
    return f"{_MONTHS[int(month[5:7]) - 1]} {month[:4]}"


_BEFORE = re.compile(r" (?=[:;?!»%])")


def typeset(text: str) -> str:
    """The spaces that French puts inside quotes, before double punctuation and before « % » never end a line."""
    return _BEFORE.sub("\N{NO-BREAK SPACE}", text).replace("« ", "«\N{NO-BREAK SPACE}")


def at(name: str) -> str:
    """« à Rochefort », « au Gua », « aux Mathes », « à l'Île-d'Aix »."""
    if name.startswith("Le "):
        return f"au {name[3:]}"
    if name.startswith("Les "):
        return f"aux {name[4:]}"
    if name.startswith("Île-"):
        return f"à l'{name}"
    return f"à {name}"


def of(name: str) -> str:
    """« de Rochefort », « du Gua », « des Mathes », « d'Échillais », « de l'Île-d'Aix »."""
    if name.startswith("Le "):
        return f"du {name[3:]}"
    if name.startswith("Les "):
        return f"des {name[4:]}"
    if name.startswith("Île-"):
        return f"de l'{name}"
    if name[:1].lower() in _VOWELS:
        return f"d'{name}"
    return f"de {name}"


def lowered(label: str) -> str:
    """*label* inside a sentence: its first letter is lowered, unless its first word is an acronym."""
    first = label.split(" ", 1)[0]
    return label if len(first) > 1 and first.isupper() else label[:1].lower() + label[1:]


def inside(reference: Reference, code: TerritoryCode) -> str:
    """Where *code* is: « à Rochefort », « à Oléron », « dans la CA Rochefort Océan », « en Charente-Maritime »."""
    if code == FRANCE:
        return "partout en France"
    commune = reference.communes.get(CommuneCode(code))
    if commune is not None:
        return at(commune.name)
    if code in reference.departements:
        return reference.inside_departement.get(code, f"dans le département {reference.departements[code]}")
    if code not in reference.territories():
        return f"dans le territoire {code}"
    island = _island(reference, code)
    return f"à {island}" if island is not None else f"dans {_with_article(reference.territory_name(code))}"


def part_of(reference: Reference, epci: TerritoryCode) -> str:
    """« d'Oléron », « de la CA Rochefort Océan »."""
    island = _island(reference, epci)
    return of(island) if island is not None else f"de {_with_article(reference.territory_name(epci))}"


def _with_article(name: str) -> str:
    """« la CC Aunis Sud », « la Métropole du Grand Paris », « Bordeaux Métropole »."""
    first = name.split(" ", 1)[0]
    return f"la {name}" if first in {"CA", "CC", "CU", "Communauté", "Métropole"} else name


def _island(reference: Reference, epci: TerritoryCode) -> str | None:
    islands = {c.island for c in reference.communes.values() if c.epci == epci}
    only = islands.pop() if len(islands) == 1 else None
    known = reference.islands.get(only) if only is not None else None
    return known.name if known is not None else None


def ages(low: int | None, high: int | None) -> str:
    """« 18-25 ans », « jeunes de 16 ans », « 18 ans et plus », « moins de 26 ans » after « les » or « aux ».

    « tout âge » when there is no limit; from 0 on is none.
    """
    if low:
        if high is None:
            return f"{low} ans et plus"
        return f"jeunes de {low} ans" if low == high else f"{low}-{high} ans"
    return "tout âge" if high is None else f"moins de {high + 1} ans"
