"""The commune where somebody lives, as an adviser writes it: INSEE code, name, or a postcode of one commune only.

Some numbers are both the INSEE code of a commune and the postcode of others: 17300 is La Rochelle, and Rochefort by
post. The header tells (« code INSEE », « code postal »), or the rest of the column; else the row is refused.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum

from graph.errors import InputRefused
from graph.model import CommuneCode
from graph.names import folded
from graph.reference import Commune, Reference

_ARTICLES = frozenset({"le", "la", "les", "l"})


class Written(StrEnum):
    """What numbers in the column are."""

    INSEE = "insee"
    POSTCODE = "postcode"
    EITHER = "either"

    @classmethod
    def of(cls, header: str) -> "Written":
        """*header* is folded."""
        if {"insee"} & set(header.split()) or header == "code commune":
            return cls.INSEE
        return cls.POSTCODE if header in ("code postal", "cp") else cls.EITHER


class Communes:
    def __init__(self, known: Reference, written: Written, column: Iterable[str]) -> None:
        """*column*: every cell of it, which tells what its numbers are when the header does not."""
        self._known = known
        self._served = {c.insee: c for c in known.served()}
        self._postcodes: defaultdict[str, list[Commune]] = defaultdict(list)
        self._names: defaultdict[str, list[Commune]] = defaultdict(list)
        for commune in known.served():
            self._names[_name(commune.name)].append(commune)
            for postcode in commune.postcodes:
                self._postcodes[postcode].append(commune)
        self._away = {_name(c.name) for c in known.communes.values() if not c.served} | {
            _name(name) for name in known.elsewhere.values()
        }
        self._written = written if written is not Written.EITHER else self._seen(column)

    def _seen(self, column: Iterable[str]) -> Written:
        """What its numbers that can be one thing only are."""
        numbers = {_number(cell) for cell in column if re.fullmatch(r"[0-9]{4,5}", cell)}
        insee = any(n in self._served and n not in self._postcodes for n in numbers)
        postcode = any(n in self._postcodes and n not in self._known.communes for n in numbers)
        return Written.EITHER if insee == postcode else Written.INSEE if insee else Written.POSTCODE

    def code(self, cell: str) -> CommuneCode:
        """Raises InputRefused, with the communes it may be; what was written is never repeated."""
        text = " ".join(cell.split())
        found = re.search(r"\b[0-9]{4,5}\b", text)
        if found is None:
            return self._of_name(_name(text))
        name, number = _name(f"{text[: found.start()]} {text[found.end() :]}"), _number(found[0])
        if not name:
            return _only(self._of_number(number))
        possible = [c for c in self._names.get(name, []) if number == c.insee or number in c.postcodes]
        if not possible:
            raise InputRefused(
                "le nom de la commune et son code ne vont pas ensemble, ou elle n'est pas du territoire."
            )
        return _only(possible)

    def _of_number(self, number: str) -> list[Commune]:
        by_post = self._postcodes.get(number, []) if self._written is not Written.INSEE else []
        by_insee = [self._served[CommuneCode(number)]] if CommuneCode(number) in self._served else []
        if self._written is Written.POSTCODE:
            by_insee = []
        found = [*by_insee, *(c for c in by_post if c not in by_insee)]
        elsewhere = number in self._known.communes or number in self._known.elsewhere
        if elsewhere and not by_insee and self._written is not Written.POSTCODE:
            if by_post:  # somebody who lives there, or a postcode of here
                raise InputRefused(
                    f"ce code de commune n'est pas du territoire ; code postal, il peut dire {_all(by_post)}."
                )
            raise InputRefused("la commune n'est pas dans le territoire de la Mission Locale.")
        if not found:
            raise InputRefused("le code de la commune n'existe pas : code INSEE attendu.")
        return found

    def _of_name(self, wanted: str) -> CommuneCode:
        found = self._names.get(wanted, [])
        if not found and wanted:  # « Saint-Pierre » for « Saint-Pierre-d'Oléron »
            words = wanted.split()
            found = [c for key, cs in self._names.items() for c in cs if key.split()[: len(words)] == words]
            if found and wanted in self._away:
                raise InputRefused(f"ce nom est celui d'une commune hors du territoire, ou c'est {_all(found)}.")
        if not found and wanted in self._away:
            raise InputRefused("la commune n'est pas dans le territoire de la Mission Locale.")
        if not found:
            raise InputRefused("la commune n'existe pas : code INSEE, nom entier ou code postal attendu.")
        return _only(found)


def _only(found: list[Commune]) -> CommuneCode:
    if len(found) > 1:
        raise InputRefused(f"la commune peut être {_all(found)} : écrivez le code INSEE ou le nom.")
    return found[0].insee


def _all(communes: Iterable[Commune]) -> str:
    return ", ".join(f"{c.insee} ({c.name})" for c in communes)


def _number(text: str) -> str:
    """Spreadsheets drop a leading zero."""
    return text.zfill(5)


def _name(text: str) -> str:
    words = ["saint" if w == "st" else "sainte" if w == "ste" else w for w in folded(text).split()]
    return " ".join(words[1:] if len(words) > 1 and words[0] in _ARTICLES else words)
