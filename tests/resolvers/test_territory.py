"""The territory without one partner on both stores: referrals are counted for internal views only."""

import pytest

from graph.errors import NotFound
from graph.model import PartnerId
from graph.store import Store
from loaders.boundaries import boundaries
from resolvers.referrals import refer
from resolvers.territory import closing, territory
from tests.conformance.values import HOUSING, PERMIS, REFERENCE
from tests.resolvers.follow_scene import NOON, B, booklet, key, scene

TODAY = NOON.date()


async def test_what_a_partner_leaves_is_told_with_its_referrals_inside_only(store: Store) -> None:
    context = await scene(store)
    await refer(context, await booklet(context), B, [PERMIS, HOUSING], key("one"))
    directory = await store.directory()

    inside = await closing(store, directory, REFERENCE, boundaries(), PartnerId("b"), TODAY, internal=True)
    outside = await closing(store, directory, REFERENCE, boundaries(), PartnerId("b"), TODAY)

    assert [change.need.code for change in inside.changes if change.lost] == [HOUSING]
    assert inside.moved == 1
    assert inside.internal
    assert outside.moved is None
    assert not outside.internal
    assert outside.changes == inside.changes


async def test_the_territory_shows_who_is_stored(store: Store) -> None:
    await scene(store)

    view = territory(await store.directory(), REFERENCE, boundaries(), TODAY)

    rochefort = next(c.insee for c in view.communes if c.name == "Rochefort")
    assert {"a", "b", "c"} <= set(view.cells[PERMIS, rochefort, "majeurs"].partners)
    assert "d" not in view.names


async def test_nobody_closes_who_is_not_stored(store: Store) -> None:
    await scene(store)

    with pytest.raises(NotFound):
        await closing(store, await store.directory(), REFERENCE, boundaries(), PartnerId("x"), TODAY, internal=True)
