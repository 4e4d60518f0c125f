"""What leaves of a layer: nothing that depends on how few a hidden link is of."""

from dataclasses import replace
from datetime import date

import pytest

from graph.directory import Directory
from graph.edges import Edge, EdgeKind
from graph.layers import Layer, Snapshot, network
from graph.measures import measures
from graph.model import PartnerId, PartnerKind
from graph.tallies import Count
from graph.told_links import told
from tests.conformance.values import REFERENCE, partner

PEOPLE = [
    *(partner(f"p{n}", name=f"Partenaire {n}") for n in range(12)),
    partner("u", name="Unité", unit_of=PartnerId("p0")),
    *(partner(f"s{n}", name=f"Site {n}", kind=PartnerKind.SITE, unit_of=PartnerId("ml")) for n in (1, 2)),
    partner("ml", name="Mission Locale"),
]
DIRECTORY = Directory({one.id: one for one in PEOPLE}, {})


def sent(site: str, to: str, n: int) -> Edge:
    return Edge(EdgeKind.REFERRED, PartnerId(site), PartnerId(to), "2025-01", sent=n)


def seen(few: int) -> Snapshot:
    """The Mission Locale sends 30 to each partner, 6 to one and *few* to its unit, and *few* to another."""
    edges = [sent("s1", f"p{n}", 30 + n) for n in range(2, 12)]
    edges += [sent("s1", "p0", 6), sent("s1", "u", few), sent("s2", "p1", few), sent("s2", "p2", 8)]
    shared = (Count(("p0", "p1"), 7), Count(("p1", "u"), few))
    return Snapshot(
        directory=DIRECTORY,
        reference=REFERENCE,
        edges=tuple(edges),
        shared=shared,
        shared_folded=(Count(("p0", "p1"), 6 + few),),
        agreements=(),
        today=date(2026, 1, 2),
        first=date(2025, 1, 1),
        last=date(2025, 12, 31),
    )


@pytest.mark.parametrize("layer", [Layer.SENT, Layer.SHARED])
def test_nothing_that_leaves_depends_on_how_few_a_hidden_link_is_of(layer: Layer) -> None:
    found = [told(seen(few), layer) for few in (1, 2, 3, 4)]

    assert all(one == found[0] for one in found)
    assert len({measures(one.network) for one in found} if layer is Layer.SHARED else {0}) == 1
    assert all(measures(one.network) == measures(found[0].network) for one in found)


def test_a_sum_over_units_is_told_when_the_link_of_each_is() -> None:
    assert told(seen(3), Layer.SENT).untold == {("s1", "p0"), ("s2", "p1")}
    assert told(seen(3), Layer.SHARED).untold == {("p0", "p1")}
    enough = told(seen(5), Layer.SENT)
    assert enough.untold == set()
    assert enough.network.weight == network(seen(5), Layer.SENT).weight


def test_what_counts_no_person_is_told_as_it_is() -> None:
    agreed = replace(seen(3), agreements=())
    assert told(agreed, Layer.OFFER).network == network(agreed, Layer.OFFER)
    assert told(agreed, Layer.ALL).untold == frozenset()
