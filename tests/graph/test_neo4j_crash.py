"""`kill -9` of the Neo4j server while programs write: what was acknowledged is there after the restart."""

import asyncio
import random
from collections.abc import Iterator

import pytest

from graph.errors import Conflict, StoreUnavailable
from graph.model import IdempotencyKey, PartnerId
from graph.neo4j_store import Neo4jStore, open_neo4j
from maillage.local_neo4j import LocalNeo4j
from tests.conformance.values import change, partner
from tests.neo4j_server import a_server

WRITERS = 3


@pytest.fixture
def mortal() -> Iterator[LocalNeo4j]:
    """A server of its own, to be killed."""
    with a_server() as server:
        yield server


class Writer:
    """Adds partners one by one, each with its own key, and remembers what the store acknowledged."""

    def __init__(self, store: Neo4jStore, name: str) -> None:
        self._store = store
        self._name = name
        self.acknowledged: list[PartnerId] = []
        self.doubtful: PartnerId | None = None
        self.wrote = asyncio.Event()

    async def write(self, stopped: asyncio.Event) -> None:
        """Until it is stopped, or the store gone: the last write may then have happened or not."""
        while not stopped.is_set():
            self.doubtful = PartnerId(f"{self._name}-{len(self.acknowledged)}")
            try:
                await self.resume()
            except StoreUnavailable:
                return

    async def resume(self) -> None:
        """Sends the doubtful write, with the key it had, until it is acknowledged."""
        while self.doubtful is not None:
            wanted, key = change(partner(self.doubtful)), IdempotencyKey(f"key-{self.doubtful}")
            try:
                await self._store.apply(wanted, expected=await self._store.stamp(), key=key)
            except Conflict:
                continue  # another writer came between
            self.acknowledged.append(self.doubtful)
            self.doubtful = None
            self.wrote.set()


@pytest.mark.parametrize("kills", [2, pytest.param(10, marks=pytest.mark.nightly)])
async def test_no_acknowledged_write_is_lost_when_the_server_is_killed(kills: int, mortal: LocalNeo4j) -> None:
    moments = random.Random(kills)
    store = open_neo4j(mortal.uri, user=mortal.user, password=mortal.password)
    await store.migrate()
    writers = [Writer(store, f"w{number}") for number in range(WRITERS)]

    for _ in range(kills):
        stopped = asyncio.Event()
        for writer in writers:
            writer.wrote.clear()
        writing = [asyncio.create_task(writer.write(stopped)) for writer in writers]
        await asyncio.gather(*(writer.wrote.wait() for writer in writers))
        await asyncio.sleep(moments.uniform(0, 0.5))
        mortal.kill()
        stopped.set()
        await asyncio.gather(asyncio.to_thread(mortal.start), *writing)
        for writer in writers:
            await writer.resume()

        directory = await store.directory()
        acknowledged = {id for writer in writers for id in writer.acknowledged}
        assert acknowledged == set(directory.partners)
        assert directory.stamp == len(acknowledged), "each write counted once"
        assert await store.dangling() == []

    assert len(acknowledged) > kills
    await store.close()
