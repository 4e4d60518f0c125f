"""Codes as an adviser writes them: by code or by label, accents and case aside, several in a cell.

A refusal never repeats what a cell holds, unless every word of it is a word of the closed list itself: anything else
may be the name of somebody.
"""

import re
from collections import defaultdict
from collections.abc import Mapping

from graph.errors import LONGEST_CODE, InputRefused
from graph.names import folded
from graph.reference import Closed

_NONE = frozenset({"", "aucun", "aucune", "neant", "rien"})


class Codes:
    """One closed list, code → label. *column* is named in refusals."""

    def __init__(self, column: str, labels: Mapping[str, str], *, parts: bool = False) -> None:
        """*parts*: a part of a label, between commas, says it where only one label has it."""
        self._column = column
        self._labels = dict(labels)
        self._closed = Closed(column, labels)
        self._most_parts = 1 + max((label.count(",") for label in labels.values()), default=0)
        self._whole = {folded(text): code for code, label in labels.items() for text in (label, code)}
        said: defaultdict[str, set[str]] = defaultdict(set)
        for code, label in labels.items():
            for form in _forms(label, parts=parts):
                said[form].add(code)
        self._said = said
        self._words = {word for text in (*labels, *labels.values()) for word in folded(text).split()}

    def one(self, cell: str) -> str:
        """Raises InputRefused when *cell* is none, or may be two."""
        code = self._code(cell)
        if code is None:
            raise self._unknown(cell)
        return code

    def several(self, cell: str) -> frozenset[str]:
        """Separated by `|`, `;`, a new line, or a comma where it is not inside a label; « aucun » says none."""
        found: set[str] = set()
        for part in re.split(r"[|;\r\n]", cell):
            pieces = part.split(",")
            at = 0
            while at < len(pieces):
                if folded(pieces[at]) in _NONE and folded(pieces[at]) not in self._whole:
                    at += 1
                    continue
                for end in range(min(len(pieces), at + self._most_parts), at, -1):
                    code = self._code(",".join(pieces[at:end]))
                    if code is not None:
                        found.add(code)
                        at = end
                        break
                else:
                    raise self._unknown(pieces[at])
        return frozenset(found)

    def _code(self, text: str) -> str | None:
        wanted = folded(text)
        if wanted in self._whole:
            return self._whole[wanted]
        codes = sorted(self._said.get(wanted, ()))
        if len(codes) > 1:
            named = ", ".join(f"{code} ({self._labels[code]})" for code in codes)
            raise InputRefused(f"colonne « {self._column} » : cela peut dire {named}.")
        return codes[0] if codes else None

    def _unknown(self, text: str) -> InputRefused:
        words = folded(text).split()
        of_the_list = words and len(text) <= LONGEST_CODE and self._words.issuperset(words)
        shown = f"« {' '.join(text.split())} »" if of_the_list else "une valeur"
        if len(self._labels) <= 8:
            nearest = list(self._labels.items())
            said = "Il y a"
        else:
            nearest, said = self._closed.nearest(text), "Les plus proches"
        named = f" {said} : {', '.join(f'{code} ({label})' for code, label in nearest)}." if nearest else ""
        return InputRefused(f"colonne « {self._column} » : {shown} n'existe pas.{named}")


def _forms(label: str, *, parts: bool) -> set[str]:
    """Shorter ways to say *label*: without what stands in brackets, before a colon or a comma, between commas."""
    bare = re.sub(r"\([^)]*\)", " ", label)
    forms = {bare, bare.partition(":")[0], bare.partition(",")[0], *re.findall(r"\(([^)]*)\)", label)}
    if parts:
        forms.update(bare.split(","))
    return {folded(form) for form in forms} - {""}
