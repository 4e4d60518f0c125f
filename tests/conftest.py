"""Fixtures that every test may ask for: an empty, migrated store of each kind.

`pytest -k "not neo4j"` leaves the real Neo4j out.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import settings

from graph.neo4j_store import Neo4jStore
from graph.sqlite_store import SqliteStore
from graph.store import Store
from tests.application import packaged_file  # noqa: F401  (fixture)
from tests.neo4j_server import (  # noqa: F401  (fixtures)
    Neo4jServer,
    empty,
    neo4j_bare,
    neo4j_server,
    neo4j_shared,
    neo4j_store,
)

settings.register_profile("maillage", deadline=None)  # no test is timed: machines are loaded
settings.load_profile("maillage")

KINDS = ("sqlite", "neo4j")

Fresh = Callable[[], Awaitable[Store]]
"""Empties the store of this kind, or makes another one; what it gave before is gone."""


@pytest_asyncio.fixture
async def sqlite_store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "maillage.db")
    await store.migrate()
    yield store
    await store.close()


@pytest_asyncio.fixture
async def sqlite_bare(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """An empty file."""
    path = tmp_path / "bare.db"
    path.touch()
    store = SqliteStore(path)
    yield store
    await store.close()


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest) -> Store:
    """Migrated and empty, once of each kind."""
    found: Store = request.getfixturevalue(f"{request.param}_store")
    return found


@pytest_asyncio.fixture
async def fresh_sqlite(tmp_path: Path) -> AsyncIterator[Fresh]:
    made: list[SqliteStore] = []

    async def fresh() -> Store:
        store = SqliteStore(tmp_path / f"fresh-{len(made)}.db")
        made.append(store)
        await store.migrate()
        return store

    yield fresh
    for store in made:
        await store.close()


@pytest.fixture
def fresh_neo4j(neo4j_store: Neo4jStore) -> Fresh:  # noqa: F811
    async def fresh() -> Store:
        await empty(neo4j_store.connection.driver)
        return neo4j_store

    return fresh


@pytest.fixture(params=KINDS)
def fresh(request: pytest.FixtureRequest) -> Fresh:
    """For tests that need many empty stores, once of each kind."""
    found: Fresh = request.getfixturevalue(f"fresh_{request.param}")
    return found


@pytest_asyncio.fixture
async def sqlite_twins(sqlite_store: SqliteStore, tmp_path: Path) -> AsyncIterator[tuple[Store, Store]]:
    second = SqliteStore(tmp_path / "maillage.db")
    yield sqlite_store, second
    await second.close()


@pytest_asyncio.fixture
async def neo4j_twins(
    neo4j_store: Store,  # noqa: F811
    neo4j_server: Neo4jServer,  # noqa: F811
) -> AsyncIterator[tuple[Store, Store]]:
    second = neo4j_server.store()
    yield neo4j_store, second
    await second.close()


@pytest.fixture(params=KINDS)
def twins(request: pytest.FixtureRequest) -> tuple[Store, Store]:
    """Two programs on the same data, which is empty, once of each kind."""
    found: tuple[Store, Store] = request.getfixturevalue(f"{request.param}_twins")
    return found
