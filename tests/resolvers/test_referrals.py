"""The life of referrals on both stores: written once, moved by one, re-routed with its chain."""

import asyncio
from datetime import timedelta

import pytest
import pytest_asyncio

from graph.edges import EdgeKind
from graph.errors import Conflict, IllegalMove, NotFound, RequestRefused
from graph.follow_store import ReferralFilter
from graph.intake import IntakeId
from graph.lifecycle import Turn
from graph.model import PartnerId, ServiceId
from graph.referral import Direction, Mode, ReferralId, RefusalReason, State
from graph.store import Store
from resolvers.context import Context
from resolvers.following import Group, plan, work_list
from resolvers.intakes import record_intake
from resolvers.referrals import declare, events, move, receive, refer, referral
from resolvers.rerouting import chain, proposals, reroute
from tests.conformance.values import HOUSING, PERMIS
from tests.resolvers.follow_scene import NOON, SITE, A, B, C, Clock, asking, booklet, key, scene


@pytest_asyncio.fixture
async def context(store: Store) -> Context:
    return await scene(store)


async def sent(context: Context, name: str = "sent", service: ServiceId = A) -> ReferralId:
    return (await refer(context, await booklet(context), service, [PERMIS], key(name))).referral.id


async def test_a_referral_freezes_what_equity_is_measured_by(context: Context) -> None:
    made = (await refer(context, await booklet(context), A, [PERMIS], key("one"))).referral

    assert (made.epci, made.age_band.value, made.qpv, made.island) == ("200041762", "18-21", False, False)
    assert (made.programme, made.sender, made.partner) == ("cej", SITE, "a")
    assert (made.state, made.sent_on, made.version) == (State.ENVOYEE, NOON.date(), 1)


async def test_one_that_waits_for_consent_is_not_sent_yet(context: Context) -> None:
    made = (await refer(context, await booklet(context), A, [PERMIS], key("one"), start=State.ACCORD_ATTENDU)).referral

    assert (made.state, made.sent_on, made.version) == (State.ACCORD_ATTENDU, None, 2)


async def test_what_is_no_referral_is_refused(context: Context) -> None:
    intake = await booklet(context)

    for service, needs, word in (
        (ServiceId("own"), [PERMIS], "pas une orientation"),
        (ServiceId("d-s"), [PERMIS], "ne reçoit pas"),
        (A, [HOUSING], "ne répond pas"),
        (A, [], "un besoin"),
    ):
        with pytest.raises(RequestRefused, match=word):
            await refer(context, intake, service, needs, key("wrong"))
    with pytest.raises(NotFound):
        await refer(context, IntakeId("nobody"), A, [PERMIS], key("wrong"))
    with pytest.raises(IllegalMove):
        await refer(context, intake, A, [PERMIS], key("wrong"), start=State.ACCEPTEE)
    assert (await work_list(context, 10)).total == 0


async def test_sent_again_after_other_moves_a_write_answers_what_it_answered(context: Context) -> None:
    id = await sent(context)
    first = await move(context, id, State.RECUE, 1, key("seen"))
    await move(context, id, State.ACCEPTEE, 2, key("yes"))

    again = await move(context, id, State.RECUE, 1, key("seen"))

    assert again == first
    assert (await referral(context, id)).state is State.ACCEPTEE
    assert len(await events(context, id)) == 3


async def test_the_duplicates_of_a_referral_are_those_of_when_it_was_made(context: Context) -> None:
    first = await sent(context, "first")
    intake = await booklet(context)
    made = await refer(context, intake, A, [PERMIS], key("second"))
    await move(context, first, State.ANNULEE, 1, key("cancel"))

    again = await refer(context, intake, A, [PERMIS], key("second"))
    third = await refer(context, intake, A, [PERMIS], key("third"))

    assert [r.id for r in made.duplicates] == [first]
    assert again == made
    assert [r.id for r in third.duplicates] == [made.referral.id]


async def test_a_declared_referral_is_of_the_day_of_the_call(context: Context) -> None:
    day = NOON.date() - timedelta(days=3)
    made = (
        await declare(context, await booklet(context), A, [PERMIS], key("call"), day=day, answer=State.ACCEPTEE)
    ).referral

    assert (made.mode, made.state, made.sent_on, made.answered_on) == (Mode.DECLARED, State.ACCEPTEE, day, day)
    with pytest.raises(RequestRefused, match="à venir"):
        await declare(context, await booklet(context), A, [PERMIS], key("later"), day=NOON.date() + timedelta(days=1))


async def test_a_call_of_an_earlier_day_is_warned_about_what_was_opened_since(context: Context) -> None:
    open_since = await sent(context)
    day = NOON.date() - timedelta(days=3)

    called = await declare(context, await booklet(context), A, [PERMIS], key("call"), day=day)

    assert [r.id for r in called.duplicates] == [open_since]


async def test_a_partner_sends_somebody_to_us(context: Context) -> None:
    made = (await receive(context, await booklet(context), PartnerId("a"), [PERMIS], key("in"))).referral

    item = (await work_list(context, 10)).items[0]
    assert (made.direction, made.sender, made.partner, made.service) == (Direction.INBOUND, "a", SITE, None)
    assert made.state is State.RECUE
    assert (item.turn, item.group) == (Turn.US, Group.OURS)


async def test_a_rerouted_referral_keeps_its_chain_and_asks_nobody_twice(context: Context) -> None:
    id = await sent(context)
    asked = {"a"}
    for name in ("b", "c"):
        held = await referral(context, id)
        await move(context, id, State.REFUSEE, held.version, key(f"no-{name}"), reason=RefusalReason.CAPACITE)
        proposed = await proposals(context, id)
        assert not asked & {s.partner.id for s in proposed}
        done = await reroute(context, id, held.version + 1, key(f"next-{name}"))
        assert done == await reroute(context, id, held.version + 1, key(f"next-{name}"))
        assert done.made.referral.partner == proposed[0].partner.id
        asked.add(done.made.referral.partner)
        id = done.made.referral.id
    await move(context, id, State.REFUSEE, 1, key("no-more"), reason=RefusalReason.CAPACITE)

    with pytest.raises(RequestRefused, match="sollicités"):
        await reroute(context, id, 2, key("nobody"))
    edges = await context.store.edges("2026-11", "2026-11")
    assert asked == {"a", "b", "c"}
    assert [r.state for r in await chain(context, id)] == [State.REORIENTEE, State.REORIENTEE, State.REFUSEE]
    assert sum(e.kind is EdgeKind.REROUTED for e in edges) == 2
    assert edges == await context.store.recomputed_edges()


async def test_a_rerouting_that_the_state_forbids_writes_nothing(context: Context) -> None:
    id = await sent(context)

    with pytest.raises(IllegalMove) as refused:
        await reroute(context, id, 1, key("early"), B)

    assert "acceptee" in refused.value.allowed
    assert (await work_list(context, 10)).total == 1


async def test_the_plan_and_the_work_list_say_what_is_late(context: Context) -> None:
    id, other = await sent(context, "one"), await sent(context, "two", C)
    later = Clock()
    later.now += timedelta(days=11)
    waiting = asking(context.store, later)
    await move(waiting, other, State.RECUE, 1, key("seen"))

    found = await work_list(waiting, 10)
    first = await work_list(waiting, 1)
    rest = await work_list(waiting, 1, first.items[0].referral.id)
    held = await plan(waiting, await booklet(context))

    assert found.groups == {Group.LATE: 1, Group.OURS: 0, Group.WAITING: 1, Group.ELSEWHERE: 0}
    assert [(i.referral.id, i.late) for i in found.items] == [(id, True), (other, False)]
    assert first.items + rest.items == found.items
    assert (first.more, rest.more) == (True, False)
    assert held.alone == (HOUSING,)
    assert {i.referral.id for i in held.open} == {id, other}


async def test_what_is_to_send_elsewhere_is_newest_first_and_leaves_the_list(context: Context) -> None:
    old, new = await sent(context, "old"), await sent(context, "new", C)
    await move(context, old, State.REFUSEE, 1, key("no"), reason=RefusalReason.CAPACITE)
    later = Clock()
    later.now += timedelta(days=60)
    await move(asking(context.store, later), new, State.REFUSEE, 1, key("nor"), reason=RefusalReason.CAPACITE)
    shown = (await work_list(asking(context.store, later), 10)).items
    later.now += timedelta(days=31)
    left = await work_list(asking(context.store, later), 10)

    assert [i.referral.id for i in shown] == [new, old]
    assert ([i.referral.id for i in left.items], left.total, left.groups[Group.ELSEWHERE]) == ([new], 1, 1)
    assert left.forgotten == 1


async def test_the_store_cuts_at_the_day_since_which_a_referral_is_in_its_state(context: Context) -> None:
    early, late = await sent(context, "early"), await sent(context, "late", C)
    held = await context.store.referrals([early, late])
    moment = held[late].since

    since = await context.store.referral_page(ReferralFilter(since=moment), 10)
    before = await context.store.referral_page(ReferralFilter(frozenset({State.ENVOYEE}), before=moment), 10)
    between = ReferralFilter(since=held[early].since, before=moment)

    assert since == ([held[late]], False, 1)
    assert before == ([held[early]], False, 1)
    assert await context.store.referral_page(between, 10) == before


@pytest.mark.parametrize("said", [State.RDV_HONORE, State.RDV_MANQUE])
async def test_nobody_comes_or_fails_to_come_before_the_appointed_day(context: Context, said: State) -> None:
    id = await sent(context)
    tomorrow = context.today() + timedelta(days=1)
    await move(context, id, State.RDV_FIXE, 1, key("fixed"), planned_on=tomorrow)

    with pytest.raises(RequestRefused, match="26 novembre 2026"):
        await move(context, id, said, 2, key("early"))

    later = Clock()
    later.now += timedelta(days=1)
    assert (await referral(context, id)).version == 2
    assert (await move(asking(context.store, later), id, said, 2, key("that day"))).state is said


async def test_of_twenty_that_move_one_referral_at_once_one_wins_and_the_others_are_told(
    twins: tuple[Store, Store],
) -> None:
    context = await scene(twins[0])
    id = await sent(context)
    callers = [asking(twins[number % 2]) for number in range(20)]

    done = await asyncio.gather(
        *(move(caller, id, State.RECUE, 1, key(f"m{n}")) for n, caller in enumerate(callers)), return_exceptions=True
    )

    told = [one for one in done if isinstance(one, Conflict)]
    assert len(told) == 19
    assert all("« Reçue »" in str(one) for one in told)
    assert len(await events(context, id)) == 2


async def test_one_write_sent_many_times_at_once_happens_once_and_answers_the_same(
    twins: tuple[Store, Store],
) -> None:
    context = await scene(twins[0])
    intake = await booklet(context)
    callers = [asking(twins[number % 2]) for number in range(8)]

    made = await asyncio.gather(*(refer(caller, intake, A, [PERMIS], key("same")) for caller in callers))
    moved = await asyncio.gather(
        *(move(caller, made[0].referral.id, State.RECUE, 1, key("once")) for caller in callers)
    )

    assert all(one == made[0] for one in made)
    assert all(one == moved[0] for one in moved)
    assert len(await events(context, made[0].referral.id)) == 2


async def test_a_key_that_could_be_guessed_makes_no_pseudonym(context: Context) -> None:
    with pytest.raises(RequestRefused, match="UUID aléatoire"):
        await record_intake(context, 19, "17299", "cej", SITE, [PERMIS], key("livret-42"))

    assert (await context.store.held()).real == 0
