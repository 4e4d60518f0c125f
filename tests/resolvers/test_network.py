"""The network of a period on both stores: what is read, what is measured, and where."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from graph.edges import EdgeKind
from graph.errors import RequestRefused
from graph.layers import Layer, Network, network, whole
from graph.layout import positions
from graph.measures import Measure, measures
from graph.store import Store
from resolvers import network as resolved
from resolvers.evaluation import Wanted
from resolvers.intakes import record_intake
from resolvers.network import layer_map, measures_of, positions_of, snapshot
from resolvers.referrals import refer
from tests.conformance.values import HOUSING, PERMIS, REFERENCE
from tests.resolvers.follow_scene import NOON, SITE, A, B, asking, booklet, key, scene

TODAY = NOON.date()
OTHER, THIRD = "7d3d3a56-1f1e-4a67-9a70-0d0f5a1b2c3d", "0c4b7f0e-93a1-4c53-8d1b-5be0a1f6a001"


async def sent(store: Store) -> None:
    """One young person to two partners, another one to one of them."""
    context = await scene(store)
    first = await booklet(context)
    other = await record_intake(context, 20, "17299", "cej", SITE, [HOUSING], key(OTHER))
    await refer(context, first, A, [PERMIS], key("a"))
    await refer(context, first, B, [HOUSING], key("b"))
    await refer(context, other.intake.id, B, [HOUSING], key("c"))


async def test_a_snapshot_holds_the_counters_of_the_months_that_the_period_touches(store: Store) -> None:
    await sent(store)
    directory = await store.directory()

    now = await snapshot(store, directory, REFERENCE, Wanted(first=TODAY, last=TODAY), TODAY)
    before = TODAY.replace(day=1) - timedelta(days=1)
    earlier = await snapshot(store, directory, REFERENCE, Wanted(first=before, last=before), TODAY)

    referred = {(e.source, e.target, e.sent) for e in now.edges if e.kind is EdgeKind.REFERRED}
    assert referred == {(SITE, "a", 1), (SITE, "b", 2)}
    assert [count.n for count in now.shared] == [1]
    assert now.simulated is False
    assert earlier.edges == ()
    assert earlier.shared == ()


async def test_a_period_that_ends_before_it_begins_is_refused(store: Store) -> None:
    await scene(store)

    directory, wanted = await store.directory(), Wanted(first=TODAY, last=TODAY - timedelta(days=1))

    with pytest.raises(RequestRefused):
        await snapshot(store, directory, REFERENCE, wanted, TODAY)


async def test_a_layer_is_measured_and_each_of_its_organisations_stands_somewhere(store: Store) -> None:
    await sent(store)
    directory = await store.directory()

    found = await layer_map(store, directory, REFERENCE, Layer.SENT, Wanted(), TODAY)

    assert [(link.source, link.target) for link in found.network.links] == [(SITE, "a"), (SITE, "b")]
    assert found.untold == {(SITE, "a"), (SITE, "b")}
    assert found.measures == measures(found.network)
    assert {node.id for node in found.network.nodes} <= found.positions.keys()
    assert found.positions == positions(whole(found.snapshot))


async def test_networks_are_measured_and_laid_out_beside_the_thread_that_serves(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sent(store)
    one = network(await snapshot(store, await store.directory(), REFERENCE, Wanted(), TODAY), Layer.SENT)
    threads: list[int] = []

    def seen(read: Network) -> tuple[Measure, ...]:
        threads.append(threading.get_ident())
        return measures(read)

    def placed(read: Network) -> dict[str, tuple[int, int]]:
        threads.append(threading.get_ident())
        return dict(positions(read))

    monkeypatch.setattr(resolved, "_measures", seen)
    monkeypatch.setattr(resolved, "_positions", placed)

    assert await measures_of(one) == measures(one)
    assert await positions_of(one) == positions(one)
    assert len(threads) == 2
    assert threading.get_ident() not in threads


async def test_a_layer_is_drawn_and_said_beside_the_thread_that_serves(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sent(store)
    threads: dict[str, int] = {}

    def watched(name: str) -> None:
        real: Any = getattr(resolved, name)

        def called(*given: Any) -> Any:
            threads[name] = threading.get_ident()
            return real(*given)

        monkeypatch.setattr(resolved, name, called)

    for name in ("leaving", "whole", "network", "headline", "_measures", "_positions"):
        watched(name)

    await layer_map(store, await store.directory(), REFERENCE, Layer.SENT, Wanted(), TODAY)

    assert len(threads) == 6
    assert threading.get_ident() not in threads.values()


async def test_what_is_asked_again_while_no_link_changed_is_computed_once(store: Store) -> None:
    await sent(store)
    directory = await store.directory()

    first = await layer_map(store, directory, REFERENCE, Layer.SENT, Wanted(), TODAY)
    again = await layer_map(store, directory, REFERENCE, Layer.SENT, Wanted(), TODAY)
    context = asking(store)
    third = await record_intake(context, 18, "17299", "cej", SITE, [PERMIS], key(THIRD))
    await refer(context, third.intake.id, A, [PERMIS], key("d"))
    one_more = await layer_map(store, directory, REFERENCE, Layer.SENT, Wanted(), TODAY)
    for number in range(3):
        young = await record_intake(context, 18, "17299", "cej", SITE, [PERMIS], key(f"{number}{THIRD[1:]}"))
        await refer(context, young.intake.id, A, [PERMIS], key(f"e{number}"))
    after = await layer_map(store, directory, REFERENCE, Layer.SENT, Wanted(), TODAY)

    assert again.measures is first.measures
    assert again.positions is first.positions
    assert one_more.measures is first.measures  # one or two young people look the same
    assert after.measures is not first.measures
