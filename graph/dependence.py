"""What rests on one partner: shares, concentration, sole providers, what its closing would leave uncovered. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.coverage import Covered
from graph.model import CommuneCode, NeedCode, PartnerId, TerritoryCode
from graph.statistics import Rate
from graph.tallies import Count


@dataclass(frozen=True, slots=True)
class Share:
    """Who is asked about one need, in one EPCI or everywhere (None). `hhi`: sum of the squared shares, 1 when alone.

    `able`: partners that could help somebody there.
    """

    need: NeedCode
    epci: TerritoryCode | None
    first: PartnerId
    rate: Rate
    hhi: float
    partners: int
    able: int


def herfindahl(counts: Iterable[int]) -> float:
    """From 1/number of partners, when they share evenly, to 1: herfindahl([3, 1]) is 0.625."""
    told = [n for n in counts if n > 0]
    total = sum(told)
    return sum((n / total) ** 2 for n in told) if total else 0.0


def shares(
    rows: Iterable[Count],
    able: Mapping[tuple[NeedCode, TerritoryCode | None], int],
) -> list[Share]:
    """*rows*, of referrals, are keyed by (need, EPCI, partner); by need, everywhere first."""
    counted: dict[tuple[NeedCode, TerritoryCode | None], dict[PartnerId, int]] = {}
    for row in rows:
        need, epci, partner = NeedCode(row.key[0]), TerritoryCode(row.key[1]), PartnerId(row.key[2])
        for place in (None, epci):
            held = counted.setdefault((need, place), {})
            held[partner] = held.get(partner, 0) + row.n
    found: list[Share] = []
    for (need, place), partners in sorted(counted.items(), key=lambda pair: (pair[0][0], pair[0][1] or "")):
        first = min(partners, key=lambda p: (-partners[p], p))
        found.append(
            Share(
                need,
                place,
                first,
                Rate(partners[first], sum(partners.values())),
                herfindahl(partners.values()),
                len(partners),
                able.get((need, place), 0),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Closing:
    """« Et si ce partenaire fermait ? »: `moved` referrals a year would need one of `takers`."""

    partner: PartnerId
    uncovered: tuple[tuple[NeedCode, CommuneCode], ...]
    needs: tuple[NeedCode, ...]  # those that would be uncovered somewhere
    moved: int
    takers: tuple[PartnerId, ...]  # best placed first, at most five


def closings(
    cells: Sequence[Covered],
    able: Mapping[NeedCode, Mapping[PartnerId, int]],
    sent: Mapping[PartnerId, int],
    of_need: Mapping[NeedCode, Mapping[PartnerId, int]],
    days: int,
) -> list[Closing]:
    """Of partners that were asked or that somebody depends on; those that uncover most first.

    *able*: communes in which each partner can help, by need; *of_need*: referrals of the period, which has *days*.
    """
    lost: dict[PartnerId, dict[tuple[NeedCode, CommuneCode], None]] = {}
    for cell in cells:
        if cell.sole is not None:
            lost.setdefault(cell.sole, {})[cell.need, cell.commune] = None
    asked_for: dict[PartnerId, dict[NeedCode, int]] = {}
    for need, partners in of_need.items():
        for partner, n in partners.items():
            asked_for.setdefault(partner, {})[need] = n
    found: list[Closing] = []
    for partner in sorted(lost.keys() | {p for p, n in sent.items() if n}):
        uncovered = tuple(lost.get(partner, {}))
        taking: dict[PartnerId, int] = {}
        for need, n in asked_for.get(partner, {}).items():
            for other in able.get(need, {}):
                if other != partner:
                    taking[other] = taking.get(other, 0) + n
        found.append(
            Closing(
                partner,
                uncovered,
                tuple(dict.fromkeys(need for need, _ in uncovered)),
                round(sent.get(partner, 0) * 365 / max(1, days)),
                tuple(sorted(taking, key=lambda p: (-taking[p], p))[:5]),
            )
        )
    return sorted(found, key=lambda c: (-len(c.uncovered), -c.moved, c.partner))
