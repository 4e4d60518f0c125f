"""A store that the previous version filled is migrated, not rebuilt: all it held is there, and it follows people."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

import graph.sqlite_file
from graph.cypher import migrations
from graph.errors import StoreNotMigrated
from graph.neo4j_store import Neo4jStore
from graph.sql.migrations import MIGRATIONS
from graph.sqlite_store import SqliteStore
from graph.store import Store
from tests.follow_values import PEOPLE, History, prepared

Old = Callable[[pytest.MonkeyPatch], Awaitable[Store]]


@pytest.fixture(params=["sqlite", "neo4j"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Old:
    """Makes a store as version 1 did, filled."""
    bare: SqliteStore | Neo4jStore = request.getfixturevalue(f"{request.param}_bare")

    async def made(patch: pytest.MonkeyPatch) -> Store:
        with patch.context() as version_1:
            version_1.setattr(graph.sqlite_file, "MIGRATIONS", MIGRATIONS[:1])
            version_1.setattr(graph.sqlite_file, "KNOWN", 1)
            version_1.setattr(migrations, "STEPS", migrations.STEPS[:1])
            version_1.setattr("graph.neo4j_connection.STEPS", migrations.STEPS[:1])
            assert (await bare.migrate()).after == 1
            await prepared(bare)
        if isinstance(bare, SqliteStore):
            await bare.close()
            return SqliteStore(tmp_path / "bare.db")
        return bare

    return made


async def test_a_store_of_version_1_is_refused_then_migrated_and_follows(
    old: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await old(monkeypatch)
    with pytest.raises(StoreNotMigrated):
        await store.directory()

    done = await store.migrate()

    assert (done.before, done.after) == (1, 3)
    directory = await store.directory()
    assert list(directory.partners.values()) == sorted(PEOPLE.partners, key=lambda p: p.id)
    assert set(directory.services) == {service.id for service in PEOPLE.services}
    history = History(store, 7)
    await history.run(60)
    await history.check()
    assert (await store.migrate()).before == 3
    if isinstance(store, SqliteStore):
        await store.close()
