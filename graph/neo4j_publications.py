"""Publications in Neo4j."""

from collections.abc import Mapping
from datetime import date

from neo4j import AsyncManagedTransaction

from graph.cypher import ledger, publications
from graph.neo4j_connection import Connection, long
from graph.publication import Publication
from graph.publishing import Reached, next_of
from graph.tallies import Count

WHOLE = long(50_000)
"""Seconds that counting a year may take once the server has answered."""


class Neo4jPublications:
    __slots__ = ()
    connection: Connection

    async def publish(self, publication: Publication) -> bool:
        return await self.connection.write(lambda tx: _publish(tx, publication))

    async def publications(self) -> list[Publication]:
        return await self.connection.read(publications.every)

    async def publication(self, year: int) -> Publication | None:
        own = [p for p in await self.publications() if p.year == year]
        return own[-1] if own else None

    async def reached(self, first: date, last: date) -> Mapping[tuple[str, str], Reached]:
        days = first.isoformat(), last.isoformat()
        return await self.connection.read(lambda tx: publications.reached(tx, *days), seconds=WHOLE)

    async def supported(self, first: date, last: date) -> list[Count]:
        days = first.isoformat(), last.isoformat()
        return await self.connection.read(lambda tx: publications.supported(tx, *days), seconds=WHOLE)


async def _publish(tx: AsyncManagedTransaction, publication: Publication) -> bool:
    await ledger.locked(tx)  # two that publish wait for each other
    new = next_of(publication, await publications.every(tx))
    if new:
        await publications.save(tx, [publication])
    return new
