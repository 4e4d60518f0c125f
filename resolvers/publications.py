"""Counts a year in the store and freezes what may be said of it."""

import asyncio
from dataclasses import replace
from datetime import date

from graph.directory import Directory
from graph.errors import RequestRefused
from graph.intake import AgeBand
from graph.model import DomainCode, NeedCode, PartnerId, PartnerKind, TerritoryCode
from graph.publication import FIRST_YEAR, LAST_YEAR, Publication
from graph.publishing import Reached, YearCounted, publication
from graph.reference import Reference
from graph.referral import Direction
from graph.store import Store
from graph.tallies import By, Count, Scope


async def published(store: Store, reference: Reference, year: int, today: date) -> Publication:
    """Publishes *year*, again when it was: the version that is now stored.

    Raises RequestRefused for a year that is not over, that holds nothing, or that the retention has begun to forget,
    and where `graph.publishing.publication` does.
    """
    check_year(year, today)
    counted, directory, earlier, closed = await asyncio.gather(
        _checked(store, year), store.directory(), store.publication(year), store.closed_through()
    )
    if closed >= f"{year}-01":
        raise RequestRefused(
            f"Des livrets de {year} ont déjà été effacés au terme de leur conservation : l'année n'est plus entière."
        )
    made = publication(
        await counts(store, directory, reference, year, simulated=counted), directory, reference, today, earlier
    )
    await store.publish(made)
    return made


def check_year(year: int, today: date) -> None:
    """Raises RequestRefused for a year that cannot be published on that day."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RequestRefused(f"L'année se tient entre {FIRST_YEAR} et {LAST_YEAR}.")
    if year >= today.year:
        raise RequestRefused(f"L'année {year} n'est pas terminée : elle se publie à partir du 1er janvier {year + 1}.")


async def _checked(store: Store, year: int) -> bool:
    """Whether what the store holds is simulated; raises RequestRefused for a year without anybody."""
    held, young = await asyncio.gather(store.held(), store.young(_days(year), ()))
    if not young:
        raise RequestRefused(f"Aucun livret d'accueil de {year} : il n'y a rien à publier.")
    return held.simulated > 0


def _days(year: int) -> Scope:
    return Scope(date(year, 1, 1), date(year, 12, 31))


async def counts(
    store: Store, directory: Directory, reference: Reference, year: int, *, simulated: bool
) -> YearCounted:
    scope = _days(year)
    out, inbound = replace(scope, direction=Direction.OUTBOUND), replace(scope, direction=Direction.INBOUND)
    received = asyncio.gather(
        store.young(scope, ()),
        store.young(scope, (By.EPCI,)),
        store.young(scope, (By.AGE_BAND,)),
        store.young(scope, (By.PROGRAMME,)),
        store.young(scope, (By.NEED, By.EPCI)),
        store.unmet(scope, (By.NEED, By.EPCI)),
    )
    referred = asyncio.gather(
        store.sent(out, ()),
        store.people(out, (By.SITE, By.PARTNER)),
        store.people(inbound, (By.PARTNER,)),
    )
    followed = asyncio.gather(store.reached(scope.first, scope.last), store.supported(scope.first, scope.last))
    domains = asyncio.gather(
        *(store.people(replace(out, partners=_of_domain(directory, domain)), ()) for domain in reference.domains)
    )
    whole, epcis, ages, programmes, needs, unmet = await received
    sent, sites, partners = await referred
    reached, supported = await followed
    return YearCounted(
        year=year,
        simulated=simulated,
        young=_total(whole),
        young_by_epci={TerritoryCode(c.key[0]): c.n for c in epcis},
        young_by_age={AgeBand(c.key[0]): c.n for c in ages},
        young_by_programme={c.key[0]: c.n for c in programmes},
        needs={(NeedCode(c.key[0]), TerritoryCode(c.key[1])): c.n for c in needs},
        unmet={(NeedCode(c.key[0]), TerritoryCode(c.key[1])): c.n for c in unmet},
        sent=_total(sent),
        reached=reached.get(("", ""), Reached()),
        reached_by_epci={TerritoryCode(code): n for (kind, code), n in reached.items() if kind == "epci"},
        reached_by_partner={PartnerId(id): n for (kind, id), n in reached.items() if kind == "partner"},
        people_by_domain={d: _total(n) for d, n in zip(reference.domains, await domains, strict=True)},
        people_by_site={(PartnerId(c.key[0]), PartnerId(c.key[1])): c.n for c in sites},
        inbound_by_partner={PartnerId(c.key[0]): c.n for c in partners},
        supported=_total([c for c in supported if c.key == ("", "")]),
        supported_together={(PartnerId(c.key[0]), PartnerId(c.key[1])): c.n for c in supported if c.key != ("", "")},
    )


def _of_domain(directory: Directory, domain: DomainCode) -> frozenset[PartnerId]:
    return frozenset(
        id
        for id, partner in directory.partners.items()
        if domain in partner.domains and partner.kind is not PartnerKind.SITE
    )


def _total(rows: list[Count]) -> int:
    return sum(row.n for row in rows)
