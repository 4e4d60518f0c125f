"""Young people referred to both of two partners, from the sets of partners that young people have been referred to.

Pure: the stores count the sets, of which there are few, and pairs are made of them here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations

from graph.model import PartnerId
from graph.tallies import Count


def pairs(known: Iterable[tuple[list[str], int]], wholes: Mapping[PartnerId, PartnerId] | None = None) -> list[Count]:
    """*known*: partners, and how many young people were referred to exactly these. See `FollowStore.shared`."""
    stands: Mapping[PartnerId, PartnerId] = wholes or {}
    found: Counter[tuple[str, str]] = Counter()
    for partners, n in known:
        for pair in combinations(sorted({stands.get(PartnerId(id), PartnerId(id)) for id in partners}), 2):
            found[pair] += n
    return [Count(pair, n) for pair, n in sorted(found.items())]
