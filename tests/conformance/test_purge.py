"""What is older than the retention goes whole; the counters of its months stay."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from graph.cosupport import CoSupport, CoSupportId, Meeting, Member, Role
from graph.entry import Entry
from graph.errors import Conflict, NotFound
from graph.follow_store import Purged
from graph.intake import Intake, Unmet
from graph.model import IdempotencyKey
from graph.referral import ReferralId, State
from graph.store import Store
from tests.conformance.values import exported
from tests.follow_values import NEEDS, PARTNERS, begun, intake, moved, prepared, referral

BEFORE = date(2026, 3, 1)
OLD, NEW = datetime(2026, 1, 12, 12, tzinfo=UTC), datetime(2026, 3, 9, 12, tzinfo=UTC)
PSEUDONYM = "6f1d8d1e-canari-oublie"


async def followed(store: Store, entry: Entry, call: str) -> None:
    await store.follow(entry, key=IdempotencyKey(call), call=call)


async def purged(store: Store, before: date = BEFORE, key: str = "purge") -> Purged:
    return await store.purge(before, key=IdempotencyKey(key))


def old(id: str) -> Intake:
    return intake(id, received_on=OLD.date())


def supported(of: Intake, met: date | None = None) -> CoSupport:
    members = tuple(
        Member(partner, None, role, OLD.date())
        for partner, role in zip(PARTNERS, (Role.LEAD, Role.MEMBER), strict=False)
    )
    meetings = () if met is None else (Meeting(met, frozenset(PARTNERS[:2])),)
    return CoSupport(CoSupportId(f"c-{of.id}"), of.id, OLD.date(), members, meetings=meetings)


async def filled(store: Store) -> None:
    """One young person to forget, with a referral, a co-support and an unmet need."""
    await prepared(store)
    of = old(PSEUDONYM)
    entry = Entry(
        intakes=(of,),
        unmet=(Unmet(of.id, NEEDS[0], OLD.date()),),
        referrals=(referral("r", of, PARTNERS[0]),),
        events=(begun("r", OLD),),
        cosupports=(supported(of),),
    )
    await followed(store, entry, "filled")


async def test_a_forgotten_young_person_leaves_nothing_but_counters(store: Store) -> None:
    await filled(store)
    before = await store.edges("", "9999-12")

    assert await purged(store) == Purged(1, 1, 1)

    assert (await store.held()).real == 0
    assert await store.referrals([ReferralId("r")]) == {}
    assert await store.events_of([ReferralId("r")]) == {ReferralId("r"): ()}
    assert await store.cosupports([CoSupportId(f"c-{PSEUDONYM}")]) == {}
    assert await store.edges("", "9999-12") == before
    assert len(before) == 2
    assert PSEUDONYM.encode() not in await exported(store)


async def test_a_purge_is_done_once_for_one_key_and_changes_nothing_a_second_time(store: Store) -> None:
    await filled(store)
    first = await purged(store)
    edges = await store.edges("", "9999-12")

    assert await purged(store) == first
    assert await purged(store, key="another") == Purged(0, 0, 0)
    assert await store.edges("", "9999-12") == edges


@pytest.mark.parametrize("contact", ["received", "event", "meeting", "together"])
async def test_a_recent_contact_keeps_everything(store: Store, contact: str) -> None:
    await prepared(store)
    of = old("i") if contact != "received" else intake("i", received_on=BEFORE)
    start, first = referral("r", of, PARTNERS[0]), begun("r", OLD)
    await followed(store, Entry(intakes=(of,), referrals=(start,), events=(first,)), "sent")
    support = supported(of, BEFORE if contact == "meeting" else None)
    if contact == "together":
        lead = Member(PARTNERS[0], None, Role.LEAD, BEFORE)
        support = CoSupport(CoSupportId("new"), of.id, BEFORE, (lead,))
    await followed(store, Entry(cosupports=(support,)), "together")
    if contact == "event":
        held = (await store.referrals([start.id]))[start.id]
        await followed(store, Entry(events=(moved(held, State.RECUE, NEW, Random(0)),)), "moved")

    assert await purged(store) == Purged(0, 0, 0)

    assert list(await store.referrals([start.id])) == [start.id]
    assert list(await store.cosupports([support.id])) == [support.id]


async def test_the_last_day_kept_is_that_of_the_purge(store: Store) -> None:
    await prepared(store)
    days = [BEFORE - timedelta(days=1), BEFORE]
    await followed(store, Entry(intakes=tuple(intake(f"i{n}", received_on=day) for n, day in enumerate(days))), "two")

    assert (await purged(store)).intakes == 1

    assert (await store.held()).real == 1


async def test_closed_months_never_move_again(store: Store) -> None:
    await prepared(store)
    of = intake("i", received_on=NEW.date())
    start = referral("r", of, PARTNERS[0])
    await followed(store, Entry(intakes=(of,), referrals=(start,), events=(begun("r", OLD),)), "sent")
    await purged(store)
    closed = await store.edges("", "9999-12")
    held = (await store.referrals([start.id]))[start.id]

    await followed(store, Entry(events=(moved(held, State.ACCEPTEE, NEW, Random(0)),)), "answered")

    assert await store.closed_through() == "2026-03"
    assert [(edge.month, edge.answered) for edge in closed] == [("2026-01", 0)]
    assert await store.edges("", "9999-12") == closed
    assert await store.recomputed_edges() == []
    assert await store.rebuild_edges() == 0
    assert (await store.referrals([start.id]))[start.id].accepted


async def test_an_earlier_purge_reopens_nothing(store: Store) -> None:
    await filled(store)
    await purged(store)

    await purged(store, date(2025, 6, 1), "earlier")

    assert await store.closed_through() == "2026-03"


async def test_nobody_moves_what_was_forgotten(store: Store) -> None:
    await filled(store)
    held = (await store.referrals([ReferralId("r")]))[ReferralId("r")]
    await purged(store)

    with pytest.raises((NotFound, Conflict)):
        await followed(store, Entry(events=(replace(moved(held, State.RECUE, NEW, Random(0))),)), "late")
