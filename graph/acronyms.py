"""Whether an acronym stands for a name."""

import re

from graph.names import folded

SMALL_WORDS = frozenset(
    {"de", "d", "du", "des", "la", "le", "les", "l", "et", "en", "pour", "a", "au", "aux", "un", "une", "sur"}
    | {"autre", "autres"}
)
"""Words that initials usually leave out, folded."""


def without_legal_form(name: str) -> str:
    """*name* without the word « association » before it."""
    return re.sub(r"^(?:association|asso\.?)\s+", "", name, flags=re.IGNORECASE)


def is_initials(acronym: str, name: str) -> bool:
    """Whether *acronym* is made of the first letters of *name*, small words counted or not."""
    letters = re.sub(r"\d+$", "", folded(acronym).replace(" ", ""))
    words = [w for w in folded(name).split() if not w.isdigit() or w in letters]
    big = [w for w in words if w not in SMALL_WORDS]
    if not 3 <= len(letters) <= 10 or len(big) < 2 or not acronym.strip()[:1].isupper() or " " in acronym.strip():
        return False
    if sorted("".join(w[0] for w in words)) == sorted(letters + "d") and len(letters) >= 4:
        return True  # DEFA: « Dispositif d'accompagnement En Formation », in another order
    if len(letters) >= 4 and "".join(w[0] for w in big) in {letters.removeprefix("a"), letters.removesuffix("a")}:
        return True  # the A of « association », which the name leaves out
    if "".join(w[0] for w in big) == letters or "".join(w[0] for w in words) == letters:
        return True
    return _letters_in_order(letters, words, big)


def _letters_in_order(letters: str, words: list[str], big: list[str]) -> bool:
    """Every big word gives its first letter, in order; what else the acronym holds comes from small words."""
    at = 0
    for word in words:
        if at < len(letters) and word[0] == letters[at]:
            at += 1
        elif word in big:
            return sorted(letters) == sorted("".join(w[0] for w in words))[: len(letters)] and len(letters) >= 4
    return at == len(letters) and len(letters) >= 4
