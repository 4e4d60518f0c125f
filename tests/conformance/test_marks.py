"""The mark of a directory: which store it is in, and which moment of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from graph.neo4j_store import Neo4jStore
from graph.records import from_lines
from graph.sqlite_store import SqliteStore
from graph.store import PartnerStore
from resolvers.context import Directories
from tests.conformance.values import REFERENCE, applied, change, exported, key, partner, resolved, service
from tests.neo4j_server import empty

Fresh = Callable[[], Awaitable[PartnerStore]]
Wiped = tuple[PartnerStore, Callable[[], Awaitable[None]]]


@pytest_asyncio.fixture
async def sqlite_wiped(tmp_path: Path) -> AsyncIterator[Wiped]:
    path = tmp_path / "maillage.db"
    store = SqliteStore(path)

    async def wipe() -> None:
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        await store.migrate()

    await wipe()
    yield store, wipe
    await store.close()


@pytest.fixture
def neo4j_wiped(neo4j_store: Neo4jStore) -> Wiped:
    async def wipe() -> None:
        await empty(neo4j_store.connection.driver)
        await neo4j_store.migrate()

    return neo4j_store, wipe


@pytest.fixture(params=["sqlite", "neo4j"])
def wiped(request: pytest.FixtureRequest) -> Wiped:
    """A store, and what throws everything in it away under a service that goes on."""
    found: Wiped = request.getfixturevalue(f"{request.param}_wiped")
    return found


async def test_every_write_gives_the_directory_another_mark(filled: PartnerStore) -> None:
    marks = [await filled.mark()]

    await applied(filled, partner("p1"), service("s1", "p1"))
    marks.append(await filled.mark())
    await applied(filled, service("s1", "p1", note="autre"))
    marks.append(await filled.mark())
    await applied(filled, resolved("m1", "p1"))
    marks.append(await filled.mark())
    await applied(filled, removed_partners=["p1"])
    marks.append(await filled.mark())

    assert len(set(marks)) == len(marks)


async def test_what_changes_nothing_keeps_the_mark(filled: PartnerStore) -> None:
    await applied(filled, partner("p1"), service("s1", "p1"))
    mark = await filled.mark()

    await applied(filled)
    await applied(filled, partner("p1"), service("s1", "p1"))
    await filled.save_reference(REFERENCE)
    await filled.migrate()
    await exported(filled)

    assert await filled.mark() == mark == (await filled.directory()).mark


async def test_a_directory_carries_the_mark_it_was_read_with(filled: PartnerStore) -> None:
    await applied(filled, partner("p1"))
    read = await filled.directory()
    await applied(filled, partner("p2"))

    assert read.mark != await filled.mark() == (await filled.directory()).mark


async def test_two_stores_never_share_a_mark_however_they_were_filled(fresh: Fresh) -> None:
    first = await fresh()
    await first.save_reference(REFERENCE)
    await applied(first, partner("p1"), service("s1", "p1"))
    moved, marks = await exported(first), {await first.mark()}

    same = await fresh()
    await same.save_reference(REFERENCE)
    await applied(same, partner("p1"), service("s1", "p1"))
    marks.add(await same.mark())
    assert await exported(same) == moved
    imported = await fresh()
    await imported.import_(from_lines(moved.splitlines(keepends=True), "export"))
    marks.add(await imported.mark())

    assert await exported(imported) == moved
    assert len(marks) == 3


async def test_while_others_read_each_mark_belongs_to_one_moment_and_never_comes_back(
    twins: tuple[PartnerStore, PartnerStore],
) -> None:
    writer, reader = twins
    await applied(writer, partner("p0"))
    marks = [await writer.mark()]
    seen: set[tuple[str, int, int]] = set()
    done = asyncio.Event()

    async def write() -> None:
        for number in range(1, 16):
            await applied(writer, partner(f"p{number}"))
            marks.append(await writer.mark())
        done.set()

    async def read(store: PartnerStore) -> None:
        while not done.is_set():
            directory = await store.directory()
            seen.add((directory.mark, directory.stamp, len(directory.partners)))

    await asyncio.gather(write(), read(reader), read(reader), read(writer))

    assert len(set(marks)) == 16
    assert seen <= {(mark, number, number) for number, mark in enumerate(marks, start=1)}


async def test_wiping_and_filling_again_changes_the_mark(wiped: Wiped) -> None:
    store, wipe = wiped
    await store.apply(change(partner("p1")), expected=0, key=key())
    before = await store.mark()

    await wipe()
    emptied = await store.mark()
    await store.apply(change(partner("p1")), expected=0, key=key())

    assert len({before, emptied, await store.mark()}) == 3


async def test_the_directory_in_memory_is_never_that_of_a_store_thrown_away(wiped: Wiped) -> None:
    store, wipe = wiped
    directories = Directories(store)
    await store.apply(change(partner("ancien")), expected=0, key=key())
    assert list((await directories.current()).partners) == ["ancien"]

    await wipe()
    await store.apply(change(partner("nouveau")), expected=0, key=key())

    assert list((await directories.current()).partners) == ["nouveau"]
    assert await directories.current() is await directories.current()
