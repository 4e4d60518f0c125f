"""Co-supports on both stores: proposed from the team, each write one version, seen by a member without needs."""

from dataclasses import fields

import pytest
import pytest_asyncio

from graph.cosupport import LeaveReason, Role
from graph.errors import Conflict, NotFound, RequestRefused
from graph.model import PartnerId
from graph.store import Store
from resolvers.context import Context
from resolvers.cosupports import Place, Seen, SeenMember, close, cosupport, join, leave, meet, open_cosupport, propose
from resolvers.cosupports import seen_by as seen
from tests.resolvers.follow_scene import NOON, B, C, booklet, key, scene

TODAY = NOON.date()


@pytest_asyncio.fixture
async def context(store: Store) -> Context:
    return await scene(store)


async def test_the_proposed_team_is_opened_in_one_call_and_once(context: Context) -> None:
    intake = await booklet(context)

    proposed = await propose(context, intake)
    opened = await open_cosupport(context, intake, key("open"))
    again = await open_cosupport(context, intake, key("open"))

    assert proposed == (Place(PartnerId("b"), B, Role.LEAD),)
    assert [(m.partner, m.service, m.role) for m in opened.members] == [("b", B, Role.LEAD)]
    assert again == opened
    assert await context.store.cosupports_of(intake) == [opened]


async def test_members_join_lead_leave_and_meet_until_it_is_closed(context: Context) -> None:
    held = await open_cosupport(context, await booklet(context), key("open"))
    held = await join(context, held.id, Place(PartnerId("c"), C, Role.LEAD), 1, key("join"))
    held = await meet(context, held.id, TODAY, [PartnerId("b"), PartnerId("c")], 2, key("meet"))
    held = await leave(context, held.id, PartnerId("b"), LeaveReason.COUVERT, 3, key("leave"))
    closed = await close(context, held.id, 4, key("close"))

    assert [(m.partner, m.role, m.reason) for m in closed.members] == [
        ("b", Role.MEMBER, LeaveReason.COUVERT),
        ("c", Role.LEAD, LeaveReason.FIN),
    ]
    assert (closed.version, closed.closed_on, len(closed.meetings)) == (5, TODAY, 1)
    with pytest.raises(RequestRefused, match="clos"):
        await join(context, held.id, Place(PartnerId("a")), 5, key("late"))


async def test_a_write_from_an_older_version_is_told_and_changes_nothing(context: Context) -> None:
    held = await open_cosupport(context, await booklet(context), key("open"))
    joined = await join(context, held.id, Place(PartnerId("c")), 1, key("join"))

    with pytest.raises(Conflict):
        await join(context, held.id, Place(PartnerId("a")), 1, key("other"))

    assert await cosupport(context, held.id) == joined
    assert await join(context, held.id, Place(PartnerId("c")), 1, key("join")) == joined


async def test_who_was_not_there_cannot_have_met(context: Context) -> None:
    held = await open_cosupport(context, await booklet(context), key("open"))

    with pytest.raises(RequestRefused, match="membres"):
        await meet(context, held.id, TODAY, [PartnerId("a")], 1, key("meet"))


async def test_a_member_sees_members_and_services_and_a_stranger_nothing(context: Context) -> None:
    held = await open_cosupport(context, await booklet(context), key("open"))

    found = await seen(context, held.id, PartnerId("b"))

    assert [(m.partner, m.service) for m in found.members] == [("b", B)]
    assert not {"needs", "need", "intake", "reason"} & {f.name for kind in (Seen, SeenMember) for f in fields(kind)}
    with pytest.raises(NotFound):
        await seen(context, held.id, PartnerId("a"))
