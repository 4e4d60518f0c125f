"""Two programs write at once: exactly one wins each round, and nothing is lost."""

import asyncio
from dataclasses import replace

import pytest

from graph.errors import Conflict
from graph.model import PartnerId, ServiceId
from graph.store import PartnerStore
from tests.conformance.values import REFERENCE, applied, change, key, partner, service

P1, S1 = PartnerId("p1"), ServiceId("s1")

Twins = tuple[PartnerStore, PartnerStore]
ROUNDS = [20, pytest.param(200, marks=pytest.mark.nightly)]


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_of_two_changes_from_one_stamp_exactly_one_wins(twins: Twins, rounds: int) -> None:
    for stamp in range(rounds):
        names = ("gauche", "droite")
        results = await asyncio.gather(
            *(
                store.apply(change(partner("p1", name=f"{name} {stamp}")), expected=stamp, key=key())
                for store, name in zip(twins, names, strict=True)
            ),
            return_exceptions=True,
        )

        lost = [result for result in results if isinstance(result, BaseException)]
        assert [type(each) for each in lost] == [Conflict]
        winner = names[0] if results[1] in lost else names[1]
        assert (await twins[0].partners([P1]))[P1].name == f"{winner} {stamp}"
        assert await twins[1].stamp() == stamp + 1


@pytest.mark.parametrize("updates", [60, pytest.param(200, marks=pytest.mark.nightly)])
async def test_no_update_is_lost_between_four_writers(twins: Twins, updates: int) -> None:
    await twins[0].save_reference(REFERENCE)
    await applied(twins[0], partner("p1"), service("s1", "p1", note="0"))

    async def add_one(store: PartnerStore) -> None:
        """Reads, adds, writes; starts again when somebody was faster."""
        while True:
            directory = await store.directory()
            read = directory.services[S1]
            more = replace(read, note=str(int(read.note or 0) + 1))
            try:
                await store.apply(change(more), expected=directory.stamp, key=key())
            except Conflict:
                await asyncio.sleep(0.001)
            else:
                return

    async def writer(store: PartnerStore) -> None:
        for _ in range(updates // 4):
            await add_one(store)

    await asyncio.gather(*(writer(store) for store in (*twins, *twins)))

    final = (await twins[0].services([S1]))[S1]
    assert (final.note, final.version) == (str(updates), updates + 1)
    assert await twins[1].stamp() == updates + 1


async def test_a_reader_sees_each_change_whole(twins: Twins) -> None:
    """All partners of one change carry the same name; a directory read meanwhile never mixes two changes."""
    writer, reader = twins
    await applied(writer, *(partner(f"p{n:02}", name="tour 0") for n in range(30)))
    seen: list[tuple[int, set[str]]] = []
    done = asyncio.Event()

    async def write() -> None:
        for round in range(1, 15):
            await applied(writer, *(partner(f"p{n:02}", name=f"tour {round}") for n in range(30)))
        done.set()

    async def read() -> None:
        while not done.is_set():
            directory = await reader.directory()
            seen.append((directory.stamp, {each.name for each in directory.partners.values()}))

    await asyncio.gather(write(), read())

    assert seen
    assert all(names == {f"tour {stamp - 1}"} for stamp, names in seen)
