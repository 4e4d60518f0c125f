"""How to reach somebody, written among the names: phone, mail, site, address, person. None of it names a partner."""

import re

_PREFIX = (
    r"(?:\b(?:t[ée]l(?:[ée]phone)?|fax|port(?:able)?|mobile|standard|e-?mail|mail|courriel|adresse|site(?:\s+(?:web|internet))?"
    r"|contact|permanence\s+t[ée]l[ée]phonique)(?![^\W\d_])\s*\.?\s*:?\s*)"
)
_PHONE = r"(?<![\d.])(?:(?:\+|00)\s?33[\s.\-]?(?:\(0\)[\s.\-]?)?|0)[1-9](?:[\s.\-/]?\d{2}){4}(?!\d)"
_SHORT = r"\b(?:t[ée]l(?:[ée]phone)?|fax|portable)(?![^\W\d_])\s*\.?\s*:?\s*[+(]?\d(?:[\d\s.()/\-]*\d)?\s?(?:…|\.{3})?"
_MAIL = r"(?<![\w.+\-])[\w.+\-]{1,64}@[\w\-]+(?:\.[\w\-]+)*"
_SITE = r"(?:https?://|\bwww\.)[^\s,;()<>]+"
_FIRST = r"(?:(?<=^)|(?<=[,;:(\n])|(?<=[,;:(]\s)|(?<=\s[-–—]\s)|(?<=\s{2}))"
_TO_END = r"(?:(?!\s[-–—]\s|\s{2,})[^;()\n])*"
_STREET = (
    r"\d{1,4}\s?(?:bis|ter|quater|[A-D](?=[\s,]))?\s?,?\s+(?:rue|avenue|av\.|bd|boulevard|place|all[ée]es?|chemin|route|impasse"
    r"|quai|cours|square|ruelle|faubourg|esplanade|promenade|passage|sentier|rond-point|zone|z\.?[ai]\.?)\s" + _TO_END
)
_BOX = r"(?:BP|B\.P\.|CS|C\.S\.)\s?\d{2,6}\b" + _TO_END
_TOWN = r"(?:F-)?\d{5}\s+(?=[A-ZÀ-Ý])" + _TO_END
_PERSON = r"(?:M\.|Mr\.?|Mme|Mlle|Monsieur|Madame)\s+(?:[A-ZÀ-Ý][\w'’.\-]*\s?){1,3}(?=[\s,;:()]|$)"

_CONTACT = re.compile(
    rf"(?i:{_PREFIX}?(?:{_PHONE}|{_MAIL}|{_SITE})|{_SHORT})"
    rf"|{_FIRST}(?i:{_PREFIX})?(?:(?i:{_STREET}|{_BOX})|{_TOWN}|{_PERSON})"
)
_ALONE = re.compile(rf"\W*{_PREFIX}\W*", re.IGNORECASE)
_AROUND = " \t\xa0,;:/-–—|"


_NEAR = 20
"""Characters between a contact and the bracket around it."""


def contacts(text: str, start: int = 0) -> list[tuple[int, int]]:
    """Where they stand from *start* on, in order, with the brackets that hold nothing else."""
    found: list[tuple[int, int]] = []
    rest = text[start:]
    for match in _CONTACT.finditer(rest):
        first, end = match.start() + start, match.end() + start
        opening = text.rfind("(", max(found[-1][1] if found else start, first - _NEAR), first)
        closing = text.find(")", end, end + _NEAR)
        around = text[opening:first] + text[end:closing]
        if opening >= 0 and closing >= 0 and not any(c.isalnum() for c in around):
            first, end = opening, closing + 1
        found.append((first, end))
    return found


def without_contacts(text: str, start: int = 0) -> list[tuple[int, int]]:
    """The stretches between contacts that hold a letter or a digit, trimmed of what linked them."""
    kept: list[tuple[int, int]] = []
    left = start
    for first, end in [*contacts(text, start), (len(text), len(text))]:
        a, b = left, first
        while b < len(text) and b > a and text[b - 1] in _AROUND + "(":
            b -= 1
        while a > start and a < b and text[a] in _AROUND + ")":
            a += 1
        if any(c.isalnum() for c in text[a:b]):
            kept.append((a, b))
        left = end
    return kept


def only_contacts(text: str) -> bool:
    """Whether *text* says how to reach somebody and nothing else."""
    return _ALONE.fullmatch(text) is not None or (bool(contacts(text)) and not without_contacts(text))
