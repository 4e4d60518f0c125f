"""Asks the store for every count of an evaluation, together, and hands them to the pure functions."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date

from graph.counted import Counted
from graph.directory import Directory
from graph.edges import month
from graph.errors import RequestRefused
from graph.evaluation import Evaluation, a_year_before, evaluation
from graph.follow_store import FollowStore
from graph.intake import AgeBand
from graph.model import DomainCode, NeedCode, PartnerId, TerritoryCode
from graph.reference import Reference
from graph.referral import Direction
from graph.tallies import By, Scope

LONGEST_DAYS = 731
"""Of a period: what is kept of young people (24 months)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is evaluated; what is None is not narrowed, and a period that is not said is the current year so far."""

    first: date | None = None
    last: date | None = None
    domain: DomainCode | None = None
    need: NeedCode | None = None
    epci: TerritoryCode | None = None
    site: PartnerId | None = None
    age_band: AgeBand | None = None
    now: date | None = None  # the day from which it is seen


async def evaluated(
    store: FollowStore, directory: Directory, reference: Reference, wanted: Wanted, today: date
) -> Evaluation:
    """On a simulated store the year is its last one, seen from its last day, unless days are given.

    Raises RequestRefused for a period that cannot be.
    """
    held = await store.held()
    simulated = held.simulated > 0
    if wanted.now is not None:
        today = wanted.now
    elif simulated:
        today = await _last_simulated_day(store, today)
    last = wanted.last or (min(today, date(wanted.first.year, 12, 31)) if wanted.first is not None else today)
    first = wanted.first or date(last.year, 1, 1)
    if first > last:
        raise RequestRefused("La période commence après sa fin.")
    if (last - first).days >= LONGEST_DAYS:
        raise RequestRefused("La période dépasse les 24 mois pendant lesquels les orientations sont gardées.")
    partners = _of_domain(directory, wanted.domain) if wanted.domain is not None else None
    scope = Scope(first, last, partners, wanted.need, wanted.epci, wanted.site, wanted.age_band)
    counted = await _counted(store, scope, today, simulated)
    return evaluation(counted, directory, reference, wanted.domain)


async def _last_simulated_day(store: FollowStore, today: date) -> date:
    months = await store.young(Scope(date(1900, 1, 1), date(2999, 12, 31)), (By.MONTH,))
    return date(int(max(count.key[0] for count in months)[:4]), 12, 31) if months else today


def _of_domain(directory: Directory, domain: DomainCode) -> frozenset[PartnerId]:
    return frozenset(id for id, partner in directory.partners.items() if domain in partner.domains)


async def _counted(store: FollowStore, scope: Scope, today: date, simulated: bool) -> Counted:
    before = replace(scope, first=a_year_before(scope.first), last=a_year_before(scope.last))
    out = replace(scope, direction=Direction.OUTBOUND)
    out_before = replace(before, direction=Direction.OUTBOUND)
    publics = (By.EPCI, By.AGE_BAND, By.QPV, By.ISLAND)
    tallies = asyncio.gather(
        store.tally(out, (By.NEED, By.EPCI, By.PARTNER)),
        store.tally(out, (By.PARTNER, By.SITUATION)),
        store.tally(out, (By.PARTNER, *publics)),
        store.tally(scope, (By.PARTNER, By.DIRECTION)),
        store.tally(out, (By.PARTNER, By.MONTH)),
        store.tally(out_before, (By.PARTNER, By.MONTH)),
        store.tally(out, (By.SERVICE,)),
        store.tally(scope, (By.SITE, By.DIRECTION)),
        store.tally(scope, (By.EPCI, By.DIRECTION)),
        store.tally(before, (By.SITE, By.DIRECTION)),
        store.tally(before, (By.EPCI, By.DIRECTION)),
        store.tally(out, (By.QPV, By.ISLAND)),
    )
    waits = asyncio.gather(
        store.waited(out, (By.PARTNER, By.MONTH), today),
        store.waited(out, publics, today),
    )
    counts = asyncio.gather(
        store.young(scope, (By.EPCI, By.AGE_BAND)),
        store.young(before, (By.EPCI, By.AGE_BAND)),
        store.young(scope, (By.NEED, By.COMMUNE, By.AGE_BAND)),
        store.young(scope, (By.NEED, By.EPCI, By.MONTH)),
        store.unmet(scope, (By.NEED, By.EPCI, By.MONTH)),
        store.needs_together(scope),
        store.cosupport_sizes(scope, today),
    )
    refused, outcomes, edges, agreements = await asyncio.gather(
        store.refusals(out, (By.EPCI,)),
        store.outcomes(out, (By.NEED,)),
        store.edges(month(scope.first), month(scope.last)),
        store.agreements(),
    )
    needs, situations, by_public, partners, months, months_before, services, *places = await tallies
    waited, waited_publics = await waits
    young, young_before, expressed, expressed_months, unmet, together, sizes = await counts
    return Counted(
        scope=scope,
        before=before,
        today=today,
        simulated=simulated,
        partners=tuple(partners),
        months=tuple(months),
        months_before=tuple(months_before),
        publics=tuple(by_public),
        situations=tuple(situations),
        needs=tuple(needs),
        services=tuple(services),
        sites=tuple(places[0]),
        epcis=tuple(places[1]),
        sites_before=tuple(places[2]),
        epcis_before=tuple(places[3]),
        youths_of=tuple(places[4]),
        waited=tuple(waited),
        waited_publics=tuple(waited_publics),
        refused=tuple(refused),
        outcomes=tuple(outcomes),
        young=tuple(young),
        young_before=tuple(young_before),
        expressed=tuple(expressed),
        expressed_months=tuple(expressed_months),
        unmet=tuple(unmet),
        needs_together=tuple(together),
        sizes=tuple(sizes),
        edges=tuple(e for e in edges if scope.partners is None or {e.source, e.target} & scope.partners),
        agreements=tuple(agreements),
    )
