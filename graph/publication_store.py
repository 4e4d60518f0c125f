"""The part of the contract of the stores that keeps publications, and counts the young people that are in them.

A publication never changes and is never forgotten: a purge of intakes leaves it. A year that is published again gets
the next version; year and version are the key of the write.
"""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from graph.publication import Publication
from graph.publishing import Reached
from graph.tallies import Count


class PublicationStore(Protocol):
    async def publish(self, publication: Publication) -> bool:
        """False when that very publication is already stored. Raises Conflict when its version is not the next one."""
        ...

    async def publications(self) -> list[Publication]:
        """Every version of every year, by year and version."""
        ...

    async def publication(self, year: int) -> Publication | None:
        """The last version of that year."""
        ...

    # counted: distinct young people, never referrals
    async def reached(self, first: date, last: date) -> Mapping[tuple[str, str], Reached]:
        """Of those we referred in these days: under ("", ""), ("epci", code) and ("partner", id)."""
        ...

    async def supported(self, first: date, last: date) -> list[Count]:
        """Of the co-supports opened in these days under ("", ""); by the two partners who joined in their months."""
        ...
