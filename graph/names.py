"""How names are compared: one folding, used by search, by resolution and by nearest codes alike."""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "ʼ": "'", "–": "-", "—": "-", "·": "."})


def folded(text: str) -> str:
    """*text* without accents, case, punctuation and doubled spaces: « L'Écluse (17) » → `l ecluse 17`."""
    kept = text.casefold().translate(_LIGATURES)
    if not kept.isascii():
        kept = "".join(c for c in unicodedata.normalize("NFKD", kept) if not unicodedata.combining(c))
    return re.sub(r"[^0-9a-z]+", " ", kept).strip()
