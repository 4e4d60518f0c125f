"""Typing errors in one word: a letter doubled, lost, added, changed or swapped."""

import re

from rapidfuzz.distance import OSA


def alike(a: str, b: str) -> bool:
    """One word and its typing error: never a short word, another first letter or another number."""
    if a == b:
        return True
    if "@" in (a[0], b[0]) or a[0] != b[0] or re.sub(r"\D", "", a) != re.sub(r"\D", "", b):
        return False
    if undoubled(a) == undoubled(b):
        return min(len(a), len(b)) >= 3
    shortest = min(len(a), len(b))
    if shortest < 6:
        return False
    distance = OSA.distance(a, b, score_cutoff=2)
    if distance == 1:
        return shortest >= 7 or len(a) != len(b) or sorted(a) == sorted(b)
    return distance == 2 and shortest >= 10


def undoubled(word: str) -> str:
    """CLAJJ and CLLAJ both give `claj`."""
    return re.sub(r"(.)\1+", r"\1", word)
