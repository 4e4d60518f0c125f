"""What stands before an item or a heading of a text list: a bullet, a number, a letter."""

import re
from dataclasses import dataclass

BULLET = "-"


@dataclass(frozen=True, slots=True)
class Marker:
    """Lines of one list bear the same `kind`; an `uncertain` marker may as well be the beginning of a name."""

    kind: str
    indent: int
    end: int
    uncertain: bool = False

    @property
    def numbers(self) -> bool:
        return self.kind != BULLET


_INDENT = r"^(?P<indent>\s*)"
_DASH = re.compile(_INDENT + r"[-–—•*·▪‣◦○●■□►➢➤✓\uf0b7\uf0a7o]\s+")  # « o » is the second bullet of word processors
_LEVELS = re.compile(_INDENT + r"\d{1,2}(?:\.\d{1,2})+[.)]?\s+")
_NUMBER = re.compile(_INDENT + r"\d{1,2}(?P<after>[.)])\s+")
_LETTER = re.compile(_INDENT + r"(?:(?P<roman>[IVX]{1,5})|(?P<upper>[A-Z])|(?P<lower>[a-z]))(?P<after>\))\s+")
_UNCERTAIN = re.compile(
    _INDENT + r"(?:(?P<roman>[IVX]{1,5})|(?P<upper>[A-L])|(?P<number>\d{1,2}))(?P<after>\s?[.°/:]\)?|\s?[-–—])\s+"
)


def marker(line: str) -> Marker | None:
    found = _DASH.match(line)
    if found is not None:
        return Marker(BULLET, len(found["indent"]), found.end())
    found = _LEVELS.match(line)
    if found is not None:
        return Marker("1.1", len(found["indent"]), found.end())
    found = _NUMBER.match(line)
    if found is not None:
        return Marker("1" + found["after"], len(found["indent"]), found.end())
    for pattern, uncertain in ((_LETTER, False), (_UNCERTAIN, True)):
        found = pattern.match(line)
        if found is not None:
            letters = found.groupdict()
            kind = next(name for name in ("roman", "upper", "lower", "number") if letters.get(name) is not None)
            return Marker(kind + found["after"].strip(), len(found["indent"]), found.end(), uncertain)
    return None
