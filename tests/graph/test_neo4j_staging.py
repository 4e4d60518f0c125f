"""A change too large for one transaction is written in many, and seen whole or not at all."""

import asyncio
from functools import partial

import pytest

from graph import neo4j_store as module
from graph.cypher import partners, reference, services
from graph.directory import Change
from graph.model import Outcome, PartnerId, ServiceId
from graph.neo4j_store import Neo4jStore
from graph.store import Applied, PartnerFilter
from tests.conformance.values import (
    HOUSING,
    PERMIS,
    REFERENCE,
    applied,
    change,
    exported,
    key,
    partner,
    resolved,
    service,
)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> int:
    """Number of objects that is called large."""
    monkeypatch.setattr(module, "LARGE", 20)
    monkeypatch.setattr("graph.cypher.run.BATCH", 7)
    return 30


def network(number: int, prefix: str = "") -> Change:
    """Partners whose parents come in a later batch, services and mentions of them."""
    ids = [f"{prefix}p{i:03}" for i in range(number)]
    return change(
        *(
            partner(id, unit_of=PartnerId(ids[-1]) if i % 3 == 0 and id != ids[-1] else None)
            for i, id in enumerate(ids)
        ),
        *(service(f"{id}-s", id, needs=frozenset({PERMIS, HOUSING}), main=frozenset({PERMIS})) for id in ids),
        *(
            resolved(
                f"{id}-m",
                id,
                outcome=Outcome.AMBIGUOUS,
                unit_of=PartnerId(ids[0]) if id != ids[0] else None,
                candidates=(PartnerId(ids[-1]), PartnerId(ids[1])),
            )
            for id in ids
        ),
    )


async def test_a_large_change_is_read_back_as_it_was_written(neo4j_store: Neo4jStore, large: int) -> None:
    await neo4j_store.save_reference(REFERENCE)
    wanted = network(large)

    first = await neo4j_store.apply(wanted, expected=0, key=key())
    second = await neo4j_store.apply(wanted, expected=1, key=key())

    assert (first, second) == (Applied(1), Applied(1))
    directory = await neo4j_store.directory()
    assert directory.partners == {p.id: p for p in wanted.partners}
    assert directory.services == {s.id: s for s in wanted.services}
    assert {r.mention.id: r for r in await neo4j_store.resolved()} == {r.mention.id: r for r in wanted.resolved}
    assert await neo4j_store.dangling() == []


async def test_a_large_change_joins_what_was_there_and_what_is_new(neo4j_store: Neo4jStore, large: int) -> None:
    await neo4j_store.save_reference(REFERENCE)
    await applied(neo4j_store, partner("old"), partner("gone"), service("old-s", "old"))
    new = network(large)
    root = new.partners[0].id

    await neo4j_store.apply(
        Change(
            partners=(*new.partners, partner("old", unit_of=root), partner("unit", unit_of=PartnerId("old"))),
            services=(*new.services, service("old-s", root), service("new-s", "old")),
            resolved=(*new.resolved, resolved("m", "old")),
            removed_partners=frozenset({PartnerId("gone")}),
        ),
        expected=1,
        key=key(),
    )

    directory = await neo4j_store.directory()
    assert directory.stamp == 2
    assert PartnerId("gone") not in directory.partners
    assert directory.partners[PartnerId("old")].unit_of == root
    assert directory.partners[PartnerId("unit")].unit_of == "old"
    assert directory.services[ServiceId("old-s")].partner == root
    assert directory.services[ServiceId("new-s")].partner == "old"
    assert await neo4j_store.dangling() == []


async def test_a_large_store_is_imported_with_equal_bytes(neo4j_store: Neo4jStore, large: int) -> None:
    await neo4j_store.save_reference(REFERENCE)
    await neo4j_store.apply(network(large), expected=0, key=key())
    records = [record async for record in neo4j_store.export()]
    before = await exported(neo4j_store)
    await neo4j_store.connection.driver.execute_query("MATCH (n) WHERE NOT n:Migration DETACH DELETE n")

    counted = await neo4j_store.import_(records)

    assert await exported(neo4j_store) == before
    assert sum(counted.values()) == len(records) - 2


async def test_what_a_dead_writer_left_is_not_seen_and_goes_with_the_next_write(neo4j_store: Neo4jStore) -> None:
    """As if it had died between its last staging transaction and the one that shows everything."""
    await neo4j_store.save_reference(REFERENCE)
    await applied(neo4j_store, partner("p"), service("s", "p"))
    before = await exported(neo4j_store)
    left = network(6)
    beside = neo4j_store.connection.beside
    await beside(partial(partners.stage, partners=left.partners))
    await beside(partial(partners.save_edges, partners=left.partners))
    await beside(partial(services.stage, services=[service("left-1", "p"), service("left-2", "p000")]))

    assert await exported(neo4j_store) == before
    assert list(await neo4j_store.partners([PartnerId("p000"), PartnerId("p")])) == ["p"]
    assert (await neo4j_store.partner_page(PartnerFilter(), 10)).total == 1
    assert [s.id for s in (await neo4j_store.services_of([PartnerId("p")]))[PartnerId("p")]] == ["s"]
    assert [p.id for p in (await neo4j_store.partner_page(PartnerFilter(need=PERMIS), 10)).items] == ["p"]
    assert await neo4j_store.dangling() == []

    await applied(neo4j_store, partner("p000", name="Un autre"))

    assert list((await neo4j_store.directory()).partners) == ["p", "p000"]
    assert (await neo4j_store.directory()).partners[PartnerId("p000")].unit_of is None
    staged = await neo4j_store.connection.driver.execute_query("MATCH (n:Staged) RETURN count(n) AS left")
    assert staged.records[0]["left"] == 0


async def test_an_import_cut_short_leaves_an_empty_store(neo4j_store: Neo4jStore, large: int) -> None:
    await neo4j_store.save_reference(REFERENCE)
    await neo4j_store.apply(network(large), expected=0, key=key())
    records = [record async for record in neo4j_store.export()]
    await neo4j_store.connection.driver.execute_query("MATCH (n) WHERE NOT n:Migration DETACH DELETE n")
    await neo4j_store.connection.beside(partial(reference.stage, reference=REFERENCE))

    assert not [r async for r in neo4j_store.export() if r["kind"] not in ("maillage", "end")]

    await neo4j_store.import_(records)

    assert len((await neo4j_store.directory()).partners) == large


async def test_nobody_sees_a_part_of_a_large_change(neo4j_store: Neo4jStore, large: int) -> None:
    await neo4j_store.save_reference(REFERENCE)
    writing = asyncio.create_task(neo4j_store.apply(network(large), expected=0, key=key()))

    seen: set[tuple[int, int, int]] = set()
    while not writing.done():
        directory = await neo4j_store.directory()
        seen.add((directory.stamp, len(directory.partners), len(directory.services)))
    await writing

    assert seen <= {(0, 0, 0), (1, large, large)}
