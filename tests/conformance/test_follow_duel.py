"""Two programs, twenty writers, the same referrals: one wins each move, the others are told, nothing is lost."""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random

from graph.entry import Entry
from graph.errors import Conflict, StoreUnavailable
from graph.lifecycle import replayed
from graph.model import IdempotencyKey
from graph.referral import ReferralId, State
from graph.store import Store
from tests.follow_values import PARTNERS, begun, intake, moved, prepared, referral

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WRITERS = 20
Twins = tuple[Store, Store]


async def followed(store: Store, entry: Entry, call: str) -> None:
    await store.follow(entry, key=IdempotencyKey(call), call=call)


async def insisted(store: Store, entry: Entry, call: str) -> None:
    """Sends the same again under its key while a loaded store does not answer in time: it is written once."""
    for _ in range(5):
        try:
            await followed(store, entry, call)
        except StoreUnavailable:
            await asyncio.sleep(0.1)
        else:
            return
    await followed(store, entry, call)


async def test_of_twenty_that_move_one_referral_exactly_one_wins(twins: Twins) -> None:
    await prepared(twins[0])
    of, id = intake("i"), ReferralId("r")
    start = referral("r", of, PARTNERS[0])
    await followed(twins[0], Entry(intakes=(of,), referrals=(start,), events=(begun("r", NOON),)), "first")
    for round, state in enumerate([State.RECUE, State.A_L_ETUDE, State.ACCEPTEE, State.EN_COURS]):
        held = (await twins[1].referrals([id]))[id]
        event = moved(held, state, NOON + timedelta(days=round + 1), Random(0))

        results = await asyncio.gather(
            *(followed(twins[n % 2], Entry(events=(event,)), f"{round}-{n}") for n in range(WRITERS)),
            return_exceptions=True,
        )

        assert [type(each) for each in results if each is not None] == [Conflict] * (WRITERS - 1)
        events = (await twins[0].events_of([id]))[id]
        assert [each.number for each in events] == list(range(1, round + 3))
        assert (await twins[1].referrals([id]))[id] == replayed(start, events)


async def test_twenty_writers_lose_no_update(twins: Twins) -> None:
    """Each sends its own referrals to one partner, in one month, and moves a shared one until it has had its turns."""
    await prepared(twins[0])
    of, turns = intake("i"), 3
    shared = referral("shared", of, PARTNERS[0])
    begin = Entry(intakes=(of,), referrals=(shared,), events=(begun("shared", NOON),))
    await followed(twins[0], begin, "first")

    async def turned(store: Store, call: str, minutes: int) -> None:
        """An appointment fixed again; whoever lost reads anew and goes on."""
        attempt = 0
        while True:
            held = (await store.referrals([shared.id]))[shared.id]
            event = moved(held, State.RDV_FIXE, NOON + timedelta(minutes=minutes), Random(minutes))
            attempt += 1
            try:
                await insisted(store, Entry(events=(event,)), f"{call}-{attempt}")
            except Conflict:
                await asyncio.sleep(0.002)
            else:
                return

    async def writer(number: int) -> None:
        store = twins[number % 2]
        for turn in range(turns):
            id = f"r-{number}-{turn}"
            own = referral(id, of, PARTNERS[0])
            await insisted(store, Entry(referrals=(own,), events=(begun(id, NOON),)), id)
            await turned(store, f"turn-{number}-{turn}", number * turns + turn)

    await asyncio.gather(*map(writer, range(WRITERS)))

    (edge,) = await twins[1].edges("2026-03", "2026-03")
    held = (await twins[0].referrals([shared.id]))[shared.id]
    assert held.version == 1 + WRITERS * turns
    assert held == replayed(shared, (await twins[1].events_of([shared.id]))[shared.id])
    assert (edge.sent, edge.answered, edge.accepted) == (1 + WRITERS * turns, 1, 1)
    assert await twins[0].recomputed_edges() == [edge]


async def test_one_key_sent_by_twenty_at_once_is_written_once(twins: Twins) -> None:
    await prepared(twins[0])
    of = intake("i")
    entry = Entry(intakes=(of,), referrals=(referral("r", of, PARTNERS[0]),), events=(begun("r", NOON),))

    answers = await asyncio.gather(
        *(twins[n % 2].follow(entry, key=IdempotencyKey("k"), call="c") for n in range(WRITERS))
    )

    assert sum(not answer.again for answer in answers) == 1
    assert {answer.version(ReferralId("r")) for answer in answers} == {1}
    assert len((await twins[0].events_of([ReferralId("r")]))[ReferralId("r")]) == 1
