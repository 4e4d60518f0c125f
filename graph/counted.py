"""Everything an evaluation asks of the store, as counts: made by one gatherer, read by pure functions."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from graph.agreement import Agreement
from graph.edges import Edge, EdgeKind
from graph.model import PartnerId
from graph.referral import Direction
from graph.tallies import Count, Key, Outcomes, Refused, Scope, Tally, Waited
from graph.usage import fold


@dataclass(frozen=True, slots=True)
class Counted:
    """Referrals are outbound where no direction stands in the key. `before`: the same period a year earlier."""

    scope: Scope
    before: Scope
    today: date
    simulated: bool
    partners: tuple[Tally, ...]  # by partner, direction
    months: tuple[Tally, ...]  # by partner, month
    months_before: tuple[Tally, ...]
    publics: tuple[Tally, ...]  # by partner, EPCI, age band, QPV, island
    situations: tuple[Tally, ...]  # by partner, situation; of partners that refuse more than usual
    needs: tuple[Tally, ...]  # by need, EPCI, partner
    services: tuple[Tally, ...]  # by service
    sites: tuple[Tally, ...]  # by site, direction
    epcis: tuple[Tally, ...]  # by EPCI, direction
    sites_before: tuple[Tally, ...]
    epcis_before: tuple[Tally, ...]
    youths_of: tuple[Tally, ...]  # by QPV, island
    waited: tuple[Waited, ...]  # by partner, month
    waited_publics: tuple[Waited, ...]  # by EPCI, age band, QPV, island
    refused: tuple[Refused, ...]  # by EPCI
    outcomes: tuple[Outcomes, ...]  # by need
    young: tuple[Count, ...]  # by EPCI, age band
    young_before: tuple[Count, ...]
    expressed: tuple[Count, ...]  # by need, commune, age band
    expressed_months: tuple[Count, ...]  # by need, EPCI, month
    unmet: tuple[Count, ...]  # by need, EPCI, month
    needs_together: tuple[Count, ...]
    sizes: tuple[Count, ...]
    edges: tuple[Edge, ...]  # of the period
    agreements: tuple[Agreement, ...]


def spread(rows: Iterable[Tally], part: Callable[[Key], Key]) -> tuple[Tally, ...]:
    """Sums by *part* of rows by partner, service, site, then what an intake fixes (EPCI, age band, QPV, island).

    Young people of two publics are not the same ones; of two services they may be: then they count once at most.
    """
    inner: dict[tuple[Key, Key], int] = {}
    held = list(rows)
    for t in held:
        place = part(t.key), t.key[:4]
        inner[place] = inner.get(place, 0) + t.youths
    whole: dict[Key, int] = {}
    for (key, _), youths in inner.items():
        whole[key] = max(whole.get(key, 0), youths)
    return tuple(replace(t, youths=whole[t.key]) for t in fold(held, part).values())


def by_month(
    edges: Iterable[Edge], sites: Collection[PartnerId], partners: Collection[PartnerId] | None
) -> list[Tally]:
    """Outbound referrals by partner and month, as the edges count them."""
    found = [
        Tally(
            (e.target, e.month),
            *(e.sent, e.declared, e.answered, e.accepted, e.refused, e.unanswered, e.met, e.missed, e.ended, e.covered),
        )
        for e in edges
        if e.kind is EdgeKind.REFERRED and e.source in sites and (partners is None or e.target in partners)
    ]
    return list(fold(found, lambda key: key).values())


def by_site(edges: Iterable[Edge], sites: Collection[PartnerId], partners: Collection[PartnerId] | None) -> list[Tally]:
    """Referrals by site and direction, as the edges count them."""
    out = [
        Tally((e.source, Direction.OUTBOUND.value), e.sent)
        for e in edges
        if e.kind is EdgeKind.REFERRED and e.source in sites and (partners is None or e.target in partners)
    ]
    return list(fold(out, lambda key: key).values())
