"""How co-support is used: groups, size, length, who works together more than chance would have it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from graph.edges import Edge, EdgeKind
from graph.model import NeedCode, PartnerId
from graph.statistics import poisson_at_least
from graph.tallies import Count


@dataclass(frozen=True, slots=True)
class Pair:
    """`n` young people shared; `expected` if each of the two chose its company among all, as often as it does."""

    partners: tuple[PartnerId, PartnerId]
    n: int
    expected: float
    chance: float  # of so many or more, were it so
    share: float  # of all that the less sociable of the two does in company

    @property
    def lift(self) -> float:
        return self.n / self.expected if self.expected else float(self.n)


@dataclass(frozen=True, slots=True)
class CoSupportUse:
    opened: int
    closed: int
    sizes: tuple[tuple[int, int], ...]  # number of members → number of groups
    median_days: int | None  # of those that are closed
    pairs: tuple[Pair, ...]  # most young people first
    needs: tuple[tuple[NeedCode, NeedCode, int], ...]  # expressed together, most often first


def cosupport_use(sizes: Iterable[Count], edges: Iterable[Edge], needs: Iterable[Count]) -> CoSupportUse:
    """*sizes* as `FollowStore.cosupport_sizes`, *edges* of the period, *needs* as `FollowStore.needs_together`."""
    by_size: dict[int, int] = {}
    lengths: dict[int, int] = {}
    opened = closed = 0
    for row in sizes:
        members, days, over = int(row.key[0]), int(row.key[1]), row.key[2] == "1"
        opened += row.n
        by_size[members] = by_size.get(members, 0) + row.n
        if over:
            closed += row.n
            lengths[days] = lengths.get(days, 0) + row.n
    return CoSupportUse(
        opened,
        closed,
        tuple(sorted(by_size.items())),
        _median(lengths),
        tuple(pairs(edges)),
        tuple(
            (NeedCode(row.key[0]), NeedCode(row.key[1]), row.n)
            for row in sorted(needs, key=lambda row: (-row.n, row.key))
        ),
    )


def pairs(edges: Iterable[Edge]) -> list[Pair]:
    """Chance keeps to how often each partner works with anybody: with s ties each of S, a and b meet s·s/(S - s)."""
    counted: dict[tuple[PartnerId, PartnerId], int] = {}
    for edge in edges:
        if edge.kind is EdgeKind.CO_SUPPORTS:
            pair = (edge.source, edge.target)
            counted[pair] = counted.get(pair, 0) + edge.sent
    ties: dict[PartnerId, int] = {}
    for (a, b), n in counted.items():
        ties[a] = ties.get(a, 0) + n
        ties[b] = ties.get(b, 0) + n
    whole = sum(ties.values())
    found: list[Pair] = []
    for (a, b), n in counted.items():
        expected = _expected(ties[a], ties[b], whole)
        found.append(Pair((a, b), n, expected, poisson_at_least(n, expected), n / min(ties[a], ties[b])))
    return sorted(found, key=lambda p: (-p.n, p.partners))


def _expected(a: int, b: int, whole: int) -> float:
    """Each end of a tie of one falls on the other in proportion to its ties, never on itself."""
    if whole <= max(a, b):
        return float(min(a, b))
    return min(a, b, a * b / 2 * (1 / (whole - a) + 1 / (whole - b)))


def _median(lengths: dict[int, int]) -> int | None:
    total, so_far = sum(lengths.values()), 0
    for days, n in sorted(lengths.items()):
        so_far += n
        if 2 * so_far >= total:
            return days
    return None
