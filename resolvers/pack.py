"""What the governance pack of a year is made of: the publication of that year, and the offer as it stands."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date

from graph.agreement import Agreement
from graph.boundaries import Boundaries
from graph.directory import Directory
from graph.errors import RequestRefused
from graph.pack import Pack, pack
from graph.reference import Reference
from graph.store import Store
from graph.territory import TerritoryView
from resolvers.territory import territory


@dataclass(frozen=True)
class Packed:
    """Nothing here counts people but the two publications of `pack`."""

    pack: Pack
    directory: Directory
    agreements: tuple[Agreement, ...]
    offer: TerritoryView


async def packed(store: Store, reference: Reference, boundaries: Boundaries, year: int, today: date) -> Packed:
    """Publishes nothing. Raises RequestRefused for a year that is not published."""
    publication, before, directory, agreements = await asyncio.gather(
        store.publication(year), store.publication(year - 1), store.directory(), store.agreements()
    )
    if publication is None:
        raise RequestRefused(
            f"L'année {year} n'est pas publiée. Publier fige ses nombres : "
            f"« maillage publish --year {year} », puis de nouveau « maillage pack »."
        )

    def made() -> tuple[Pack, TerritoryView]:
        offer = replace(territory(directory, reference, boundaries, today), simulated=publication.simulated)
        return pack(publication, before, directory, offer, today), offer

    told, offer = await asyncio.to_thread(made)
    return Packed(told, directory, tuple(agreements), offer)
