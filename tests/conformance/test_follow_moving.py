"""A follow-up moves to another kind of store byte for byte, closed months too, and lives on there."""

from collections.abc import Awaitable, Callable

import pytest

from graph.records import from_lines
from graph.store import Store
from tests.conformance.values import exported
from tests.follow_values import History, prepared

Fresh = Callable[[], Awaitable[Store]]


@pytest.fixture(params=["sqlite-sqlite", "sqlite-neo4j", "neo4j-sqlite"])
def way(request: pytest.FixtureRequest) -> tuple[Fresh, Fresh]:
    """From one kind of store to another. One Neo4j holds one store: it never moves onto itself."""
    source, target = request.param.split("-")
    return request.getfixturevalue(f"fresh_{source}"), request.getfixturevalue(f"fresh_{target}")


async def moves(way: tuple[Fresh, Fresh], seed: int, operations: int) -> None:
    source = await way[0]()
    await prepared(source)
    history = History(source, seed)
    await history.run(operations)
    before = await exported(source)
    target = await way[1]()

    await target.import_(from_lines(before.splitlines(keepends=True), "export"))

    assert await exported(target) == before
    moved = history.elsewhere(target)
    await moved.check()
    await moved.run(30)
    await moved.check()


@pytest.mark.parametrize("seed", range(3))
async def test_a_moved_follow_up_exports_the_same_bytes_and_lives_on(way: tuple[Fresh, Fresh], seed: int) -> None:
    await moves(way, 500 + seed, 120)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(20))
async def test_any_moved_follow_up_exports_the_same_bytes(way: tuple[Fresh, Fresh], seed: int) -> None:
    await moves(way, 600 + seed, 300)
