"""The network of a period: read from the store, measured and laid out in a thread, so that others are served meanwhile.

Measures and positions are kept by what they are made from: as long as no link changes, they are computed once.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from graph.directory import Directory
from graph.edges import month
from graph.layers import Layer, Network, Snapshot, network, whole, wholes
from graph.layout import positions
from graph.measures import Measure, headline, measures
from graph.merged_counts import agreements as of_those_that_stand
from graph.merged_counts import edges as between_those_that_stand
from graph.reference import Reference
from graph.referral import Direction
from graph.store import Store
from graph.tallies import Scope
from graph.told_links import Ends
from graph.told_links import told as leaving
from resolvers.evaluation import Wanted, period_of
from resolvers.history import merged

KEPT = 32


async def snapshot(store: Store, directory: Directory, reference: Reference, wanted: Wanted, today: date) -> Snapshot:
    """Of the whole network: of *wanted* only the days are read, as `resolvers.evaluation.evaluated` reads them.

    Monthly counters are of whole months: those that the period touches. Raises RequestRefused for a period that
    cannot be.
    """
    period = await period_of(store, wanted, today)
    scope = Scope(period.first, period.last, direction=Direction.OUTBOUND)
    now = await merged(store, directory)
    above = wholes(directory)
    edges, shared, folded, agreements = await asyncio.gather(
        store.edges(month(period.first), month(period.last)),
        store.shared(scope, now or None),
        store.shared(scope, {**above, **{old: above.get(new, new) for old, new in now.items()}}),
        store.agreements(),
    )
    return Snapshot(
        directory=directory,
        reference=reference,
        edges=between_those_that_stand(edges, now),
        shared=tuple(shared),
        shared_folded=tuple(folded),
        agreements=of_those_that_stand(agreements, now),
        today=period.today,
        first=period.first,
        last=period.last,
        simulated=period.simulated,
    )


@dataclass(frozen=True)
class LayerMap:
    """One layer as it may leave the screen, measured; `untold`: the links whose number is not told.

    `positions` are those of every map of that period, of its nodes and others.
    """

    snapshot: Snapshot
    network: Network
    untold: frozenset[Ends]
    measures: tuple[Measure, ...]
    finding: str
    positions: Mapping[str, tuple[int, int]]


async def layer_map(
    store: Store, directory: Directory, reference: Reference, layer: Layer, wanted: Wanted, today: date
) -> LayerMap:
    """Organisations with their units folded. Raises RequestRefused for a period that cannot be."""
    read = await snapshot(store, directory, reference, wanted, today)
    one, everybody = await asyncio.to_thread(lambda: (leaving(read, layer), whole(read)))
    told, at = await asyncio.gather(measures_of(one.network), positions_of(everybody))
    finding = await asyncio.to_thread(lambda: headline(network(read, layer), told))
    return LayerMap(read, one.network, one.untold, told, finding, at)


async def measures_of(network: Network) -> tuple[Measure, ...]:
    return await asyncio.to_thread(_measures, network)


async def positions_of(network: Network) -> Mapping[str, tuple[int, int]]:
    return await asyncio.to_thread(_positions, network)


_measures = lru_cache(maxsize=KEPT)(measures)
_positions = lru_cache(maxsize=KEPT)(positions)
