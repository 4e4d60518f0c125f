"""Publications in SQLite."""

import sqlite3
from collections.abc import Mapping
from datetime import date

from graph.publication import Publication
from graph.publishing import Reached, next_of
from graph.sql import publications
from graph.sqlite_file import SqliteFile
from graph.tallies import Count


class SqlitePublications:
    _file: SqliteFile

    async def publish(self, publication: Publication) -> bool:
        return await self._file.write(lambda connection: _publish(connection, publication))

    async def publications(self) -> list[Publication]:
        return await self._file.read(publications.every)

    async def publication(self, year: int) -> Publication | None:
        own = [p for p in await self.publications() if p.year == year]
        return own[-1] if own else None

    async def reached(self, first: date, last: date) -> Mapping[tuple[str, str], Reached]:
        days = first.isoformat(), last.isoformat()
        return await self._file.read(lambda connection: publications.reached(connection, *days))

    async def supported(self, first: date, last: date) -> list[Count]:
        days = first.isoformat(), last.isoformat()
        return await self._file.read(lambda connection: publications.supported(connection, *days))


def _publish(connection: sqlite3.Connection, publication: Publication) -> bool:
    new = next_of(publication, publications.every(connection))
    if new:
        publications.save(connection, [publication])
    return new
