"""Random histories of the follow-up on each store: states legal, no event lost, edges what the events make of them."""

import pytest

from tests.conftest import Fresh
from tests.follow_values import History, prepared


async def lived(fresh: Fresh, seeds: range, operations: int) -> None:
    for seed in seeds:
        store = await fresh()
        await prepared(store)
        history = History(store, seed)
        await history.run(operations)
        await history.check()


async def test_random_histories_leave_what_their_events_say(fresh: Fresh) -> None:
    await lived(fresh, range(20), 100)


@pytest.mark.nightly
@pytest.mark.parametrize("tenth", range(10))
async def test_long_random_histories_leave_what_their_events_say(fresh: Fresh, tenth: int) -> None:
    await lived(fresh, range(1000 + 20 * tenth, 1020 + 20 * tenth), 500)
