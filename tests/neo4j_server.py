"""A real Neo4j for the tests: the one that is named, else one of our own, else a skip that says what to install.

`MAILLAGE_TEST_NEO4J_URI` (with `_USER` and `_PASSWORD`) names a server whose database the tests may empty. With
`CI=true` a skip is a failure.
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

import pytest
import pytest_asyncio
from neo4j import AsyncDriver

from graph.neo4j_store import Neo4jStore, open_neo4j
from maillage.local_neo4j import LocalNeo4j, ServerCannotRun


@dataclass(frozen=True, slots=True)
class Neo4jServer:
    uri: str
    user: str
    password: str

    def store(self) -> Neo4jStore:
        return open_neo4j(self.uri, user=self.user, password=self.password)


QUICK = ("-XX:TieredStopAtLevel=1",)
"""No optimising compiler: a server that lives for some minutes only pays for it."""


def skip(missing: ServerCannotRun) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{missing} Avec CI=true, rien n'est sauté.", pytrace=False)
    pytest.skip(str(missing))


@contextmanager
def a_server() -> Iterator[LocalNeo4j]:
    """One of our own, started; skips, or fails with `CI=true`, where none can run."""
    try:
        server = LocalNeo4j(java_options=QUICK).__enter__()
    except ServerCannotRun as missing:
        skip(missing)
    try:
        yield server
    finally:
        server.__exit__(None, None, None)


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Neo4jServer]:
    """One for the whole run, or for each of the processes that share it."""
    uri = os.environ.get("MAILLAGE_TEST_NEO4J_URI")
    if uri:
        if int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")) > 1:
            pytest.fail("Processes side by side would empty each other's database: WORKERS=1.", pytrace=False)
        user = os.environ.get("MAILLAGE_TEST_NEO4J_USER", "neo4j")
        yield Neo4jServer(uri, user, os.environ.get("MAILLAGE_TEST_NEO4J_PASSWORD", ""))
        return
    with a_server() as server:
        yield Neo4jServer(server.uri, server.user, server.password)


@pytest_asyncio.fixture(scope="session")
async def neo4j_shared(neo4j_server: Neo4jServer) -> AsyncIterator[Neo4jStore]:
    """The store whose driver, and pool, all tests of a run share."""
    store = neo4j_server.store()
    yield store
    await store.close()


@pytest_asyncio.fixture
async def neo4j_store(neo4j_shared: Neo4jStore) -> Neo4jStore:
    """Migrated and empty. Not to be closed: see `neo4j_shared`."""
    await neo4j_shared.migrate()
    await empty(neo4j_shared.connection.driver)
    return neo4j_shared


@pytest_asyncio.fixture
async def neo4j_bare(neo4j_shared: Neo4jStore) -> AsyncIterator[Neo4jStore]:
    """A database that was never migrated, and is razed again after the test."""
    driver = neo4j_shared.connection.driver
    await raze(driver)
    yield neo4j_shared
    await raze(driver)


SMALL = 20_000
"""Edges that one transaction may delete."""


async def empty(driver: AsyncDriver) -> None:
    """Removes everything but the schema: edges first and in batches when there are many."""
    counted = await driver.execute_query("MATCH ()-[edge]->() RETURN count(edge) AS edges")
    if counted.records[0]["edges"] > SMALL:
        async with driver.session() as session:
            for statement in (
                "MATCH ()-[edge]->() CALL (edge) { DELETE edge } IN TRANSACTIONS OF 10000 ROWS",
                "MATCH (n) WHERE NOT n:Migration CALL (n) { DELETE n } IN TRANSACTIONS OF 10000 ROWS",
            ):
                await (await session.run(statement)).consume()
        return
    await driver.execute_query("MATCH (n) WHERE NOT n:Migration DETACH DELETE n")


async def raze(driver: AsyncDriver) -> None:
    """Removes the schema too."""
    await empty(driver)
    await driver.execute_query("MATCH (n) DELETE n")
    shown = await driver.execute_query("SHOW CONSTRAINTS YIELD name")
    for record in shown.records:
        name = record["name"].replace("`", "``")
        await driver.execute_query(f"DROP CONSTRAINT `{name}` IF EXISTS")
