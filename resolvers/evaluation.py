"""Asks the store for every count of an evaluation, together, and hands them to the pure functions."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from graph.counted import Counted, added, by_month, by_site
from graph.directory import Directory
from graph.edges import Edge, month
from graph.errors import RequestRefused
from graph.evaluation import Evaluation, a_year_before, evaluation
from graph.follow_store import FollowStore
from graph.intake import AgeBand
from graph.merged_counts import Merged, regrouped, scoped
from graph.model import DomainCode, NeedCode, PartnerId, PartnerKind, TerritoryCode
from graph.reference import Reference
from graph.referral import Direction
from graph.store import Store
from graph.tallies import By, Count, Scope, Tally
from graph.usage import fold
from resolvers.history import merged

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
"""Of what is evaluated, and of the day from which it is seen."""
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


@dataclass(frozen=True, slots=True)
class Period:
    """Days included, seen from `today`; `simulated`: the store holds invented young people."""

    first: date
    last: date
    today: date
    simulated: bool


async def evaluated(
    store: Store, directory: Directory, reference: Reference, wanted: Wanted, today: date
) -> Evaluation:
    """What a merged partner was sent counts for the one that stands for it.

    On a simulated store the year is its last one, seen from its last day, unless days are given.

    Raises RequestRefused for a period that cannot be.
    """
    period = await period_of(store, wanted, today)
    now = await merged(store, directory)
    partners = scoped(_of_domain(directory, wanted.domain), now) if wanted.domain is not None else None
    scope = Scope(period.first, period.last, partners, wanted.need, wanted.epci, wanted.site, wanted.age_band)
    counted = await _counted(store, directory, reference, scope, period.today, period.simulated)
    counted = regrouped(counted, now, await _people_of_merged(store, counted.scope, now))
    return evaluation(counted, directory, reference, wanted.domain)


async def period_of(store: FollowStore, wanted: Wanted, today: date) -> Period:
    """See `evaluated`. Raises RequestRefused."""
    if any(day is not None and not EARLIEST <= day <= LATEST for day in (wanted.first, wanted.last, wanted.now)):
        raise RequestRefused(f"La période se tient entre {EARLIEST.year} et {LATEST.year}.")
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
    return Period(first, last, today, simulated)


async def _last_simulated_day(store: FollowStore, today: date) -> date:
    """Of the last whole year: what is tried by hand in a simulated store since does not begin another one."""
    years: dict[int, int] = {}
    for count in await store.young(Scope(date(1900, 1, 1), date(2999, 12, 31)), (By.MONTH,)):
        year = int(count.key[0][:4])
        years[year] = years.get(year, 0) + count.n
    whole = [year for year, n in years.items() if 2 * n >= max(years.values())]
    return date(max(whole), 12, 31) if whole else today


def _of_domain(directory: Directory, domain: DomainCode) -> frozenset[PartnerId]:
    return frozenset(id for id, partner in directory.partners.items() if domain in partner.domains)


_EVERYTHING = (By.PARTNER, By.SERVICE, By.SITE, By.DIRECTION, By.EPCI, By.AGE_BAND, By.QPV, By.ISLAND)
_PUBLICS = (By.EPCI, By.AGE_BAND, By.QPV, By.ISLAND)
_OFTEN = 1.25
"""Times the usual share of refusals that are worth asking whom a partner refuses."""


async def _counted(
    store: FollowStore, directory: Directory, reference: Reference, scope: Scope, today: date, simulated: bool
) -> Counted:
    """Each question reads many rows: few are asked, side by side, and their rows are added up here."""
    before = replace(scope, first=a_year_before(scope.first), last=a_year_before(scope.last))
    out = replace(scope, direction=Direction.OUTBOUND)
    whole = asyncio.create_task(store.tally(scope, _EVERYTHING))
    edges = asyncio.create_task(store.edges(month(scope.first), month(scope.last)))
    months = asyncio.gather(_months(store, directory, scope, edges), _months(store, directory, before))
    sent_of = asyncio.gather(
        store.sent(out, (By.NEED, By.EPCI, By.PARTNER)),
        store.sent(before, (By.EPCI, By.DIRECTION)),
    )
    people = asyncio.gather(
        store.people(out, (By.PARTNER,)),
        store.people(out, (By.SERVICE,)),
        store.people(out, (By.SITE,)),
        store.people(out, (By.EPCI, By.QPV, By.ISLAND)),
    )
    waits = asyncio.gather(
        store.waited(out, (By.PARTNER, By.MONTH), today),
        store.waited(out, _PUBLICS, today),
    )
    counts = asyncio.gather(
        store.young(scope, (By.EPCI, By.AGE_BAND)),
        store.young(before, (By.EPCI, By.AGE_BAND)),
        store.young(scope, (By.NEED, By.COMMUNE, By.AGE_BAND, By.MONTH)),
        store.unmet(scope, (By.NEED, By.EPCI, By.MONTH)),
        store.needs_together(scope),
        store.cosupport_sizes(scope, today),
    )
    others = asyncio.gather(
        store.refusals(out, (By.EPCI,)),
        store.outcomes(out, (By.NEED,)),
        store.agreements(),
    )
    epcis = {str(c.insee): str(c.epci) for c in reference.communes.values()}
    rows = await whole
    sent = [t for t in rows if t.key[3] == Direction.OUTBOUND.value]
    situations = await _situations(store, out, sent)
    (now, _), (earlier, sites_before) = await months
    needs, epcis_before = await sent_of
    of_partners, of_services, of_sites, of_publics = await people
    waited, waited_publics = await waits
    young, young_before, told, unmet, together, sizes = await counts
    refused, outcomes, agreements = await others
    return Counted(
        scope=scope,
        before=before,
        today=today,
        simulated=simulated,
        partners=_folded(rows, 0, 3),
        months=tuple(now),
        months_before=tuple(earlier),
        publics=_folded(sent, 0, 4, 5, 6, 7),
        situations=tuple(situations),
        needs=tuple(needs),
        services=_folded(sent, 1),
        sites=_folded(rows, 2, 3),
        epcis=_folded(rows, 4, 3),
        sites_before=tuple(sites_before),
        epcis_before=tuple(Tally(c.key, c.n) for c in epcis_before),
        people_of_partners=tuple(of_partners),
        people_of_services=tuple(of_services),
        people_of_sites=tuple(of_sites),
        people_of_publics=tuple(of_publics),
        waited=tuple(waited),
        waited_publics=tuple(waited_publics),
        refused=tuple(refused),
        outcomes=tuple(outcomes),
        young=tuple(young),
        young_before=tuple(young_before),
        expressed=added(told, lambda key: key[:3]),
        expressed_months=added(told, lambda key: (key[0], epcis[key[1]], key[3])),
        unmet=tuple(unmet),
        needs_together=tuple(together),
        sizes=tuple(sizes),
        edges=tuple(e for e in await edges if scope.partners is None or {e.source, e.target} & scope.partners),
        agreements=tuple(agreements),
    )


async def _people_of_merged(store: FollowStore, scope: Scope, now: Merged) -> list[Count]:
    """Distinct young people sent to each partner that stands for another one, or to those that it stands for."""
    out = replace(scope, direction=Direction.OUTBOUND)
    found: list[Count] = []
    for id in sorted(set(now.values())):
        if scope.partners is None or id in scope.partners:
            ones = frozenset({id, *(old for old, new in now.items() if new == id)})
            found += [Count((id,), row.n) for row in await store.people(replace(out, partners=ones), ())]
    return found


async def _months(
    store: FollowStore, directory: Directory, scope: Scope, asked: Awaitable[list[Edge]] | None = None
) -> tuple[list[Tally], list[Tally]]:
    """By partner and month, and by site: from the monthly counters where nothing finer is asked, else counted.

    *asked*: the counters of these months, when somebody asks for them already.
    """
    coarse = (scope.need, scope.epci, scope.site, scope.age_band) == (None, None, None, None)
    if coarse and scope.first.day == 1 and (scope.last + timedelta(days=1)).day == 1:
        edges = await (asked or store.edges(month(scope.first), month(scope.last)))
        sites = {id for id, partner in directory.partners.items() if partner.kind is PartnerKind.SITE}
        return by_month(edges, sites, scope.partners), by_site(edges, sites, scope.partners)
    out = replace(scope, direction=Direction.OUTBOUND)
    by_partner, by_place = await asyncio.gather(
        store.tally(out, (By.PARTNER, By.MONTH)), store.tally(scope, (By.SITE, By.DIRECTION))
    )
    return by_partner, by_place


async def _situations(store: FollowStore, out: Scope, sent: Sequence[Tally]) -> list[Tally]:
    """Of the partners that refuse more than usual; nobody else's refusals need a reason."""
    whole = sum(t.refused for t in sent), sum(t.answered for t in sent)
    told = fold(sent, lambda key: (key[0],))
    usual = whole[0] / whole[1] if whole[1] else 1.0
    often = frozenset(
        PartnerId(key[0]) for key, t in told.items() if t.refused >= 3 and t.refused >= _OFTEN * usual * t.answered
    )
    return await store.tally(replace(out, partners=often), (By.PARTNER, By.SITUATION)) if often else []


def _folded(rows: Iterable[Tally], *places: int) -> tuple[Tally, ...]:
    """Rows by everything, added up by what stands at *places* of their key."""
    return tuple(fold(rows, lambda key: tuple(key[place] for place in places)).values())
