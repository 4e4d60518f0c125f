"""Agreements that coordinators save, on both stores."""

import asyncio
from datetime import date

import pytest

from graph.agreement import Agreement, AgreementId, AgreementKind
from graph.entry import Entry
from graph.errors import Conflict, NotFound, RequestRefused
from graph.model import PartnerId
from graph.store import Store
from resolvers.agreements import save_agreement
from resolvers.context import Context
from tests.resolvers.follow_scene import asking, key, scene

FIRST, SECOND, THIRD = (AgreementId(f"convention-{n}") for n in (1, 2, 3))


async def saved(context: Context, id: AgreementId, renews: AgreementId | None = None) -> Agreement:
    called = key(f"{id} renews {renews}")
    return await save_agreement(
        context, AgreementKind.CONVENTION, [PartnerId("a")], date(2026, 1, 1), called, renews=renews, id=id
    )


async def test_an_agreement_never_renews_itself_even_through_others(store: Store) -> None:
    context = await scene(store)
    await saved(context, FIRST)
    await saved(context, SECOND, FIRST)

    for renews in (FIRST, SECOND):
        with pytest.raises(RequestRefused):
            await saved(context, FIRST, renews)
    with pytest.raises(NotFound):
        await saved(context, FIRST, THIRD)
    assert {a.id: a.renews for a in await store.agreements()} == {FIRST: None, SECOND: FIRST}


async def test_a_circle_that_is_stored_already_stops_nobody(store: Store) -> None:
    context = await scene(store)
    one = await saved(context, FIRST)
    circle = Agreement(SECOND, one.kind, one.partners, one.starts_on, renews=FIRST)
    back = Agreement(FIRST, one.kind, one.partners, one.starts_on, renews=SECOND)
    await store.follow(Entry(agreements=(circle, back)), key=key("circle"), call="circle")

    assert (await saved(context, THIRD, FIRST)).renews == FIRST


async def test_sent_again_an_agreement_is_answered_whatever_has_become_of_what_it_named(store: Store) -> None:
    context = await scene(store)
    first, second = await saved(context, FIRST), await saved(context, SECOND, FIRST)
    back = Agreement(FIRST, first.kind, first.partners, first.starts_on, renews=SECOND)
    await store.follow(Entry(agreements=(back,)), key=key("circle"), call="circle")

    assert await saved(context, SECOND, FIRST) == second


async def test_sent_again_an_agreement_is_answered_as_it_was_made_whoever_replaced_it_since(store: Store) -> None:
    context = await scene(store)
    first = await saved(context, FIRST)
    later = await save_agreement(
        context, AgreementKind.CHARTE, [PartnerId("b")], date(2026, 2, 1), key("later"), id=FIRST, read=first.mark
    )

    assert await saved(context, FIRST) == first
    assert await store.agreements() == [later]


async def test_of_two_that_replace_one_agreement_at_once_one_wins_and_the_other_is_told(
    twins: tuple[Store, Store],
) -> None:
    context = await scene(twins[0])
    first = await saved(context, FIRST)

    async def replaced(number: int) -> Agreement:
        return await save_agreement(
            asking(twins[number % 2]),
            AgreementKind.CHARTE,
            [PartnerId("b")],
            date(2026, 2, 1 + number),
            key(f"replaced {number}"),
            id=FIRST,
            read=first.mark,
        )

    done = await asyncio.gather(*(replaced(number) for number in range(8)), return_exceptions=True)

    won = [one for one in done if isinstance(one, Agreement)]
    told = [str(one) for one in done if isinstance(one, Conflict)]
    assert (len(won), len(told)) == (1, 7)
    assert all("la convention" in one and "livret" not in one for one in told)
    assert await twins[1].agreements() == won


async def test_a_mark_that_is_not_of_what_is_stored_is_refused(store: Store) -> None:
    context = await scene(store)
    await saved(context, FIRST)

    with pytest.raises(Conflict):
        await save_agreement(
            context, AgreementKind.CHARTE, [PartnerId("b")], date(2026, 1, 1), key("other"), id=FIRST, read="0" * 16
        )
    with pytest.raises(Conflict):
        await save_agreement(
            context, AgreementKind.CHARTE, [PartnerId("b")], date(2026, 1, 1), key("none"), id=SECOND, read="0" * 16
        )
    assert [a.kind for a in await store.agreements()] == [AgreementKind.CONVENTION]
