"""Everything an evaluation asks of the store, as counts: made by one gatherer, read by pure functions."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
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
    needs: tuple[Count, ...]  # by need, EPCI, partner
    services: tuple[Tally, ...]  # by service; of outbound referrals
    sites: tuple[Tally, ...]  # by site, direction
    epcis: tuple[Tally, ...]  # by EPCI, direction
    sites_before: tuple[Tally, ...]
    epcis_before: tuple[Tally, ...]
    people_of_partners: tuple[Count, ...]  # young people whom we referred: by partner
    people_of_services: tuple[Count, ...]  # by service
    people_of_sites: tuple[Count, ...]  # by site
    people_of_publics: tuple[Count, ...]  # by EPCI, QPV, island; an intake has one of each: these add up
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


def added(rows: Iterable[Count], part: Callable[[Key], Key]) -> tuple[Count, ...]:
    """Sums of *rows* by *part* of their key, in order of the key; as `graph.usage.fold` of tallies."""
    found: dict[Key, int] = {}
    for row in rows:
        key = part(row.key)
        found[key] = found.get(key, 0) + row.n
    return tuple(Count(key, n) for key, n in sorted(found.items()))
