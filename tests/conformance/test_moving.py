"""Export and import: a whole store moves to another kind of store, byte for byte."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from graph.directory import Change
from graph.errors import FileRefused, InputRefused
from graph.model import PartnerId, ServiceId
from graph.records import KINDS, from_lines
from graph.store import Applied, PartnerStore, Record
from tests.conformance.test_directory import FULL_PARTNER, FULL_SERVICE
from tests.conformance.test_names import FULL_MENTION
from tests.conformance.values import (
    NOON,
    REFERENCE,
    applied,
    change,
    decision,
    exported,
    key,
    partner,
    resolved,
    service,
)
from tests.strategies import changes

Fresh = Callable[[], Awaitable[PartnerStore]]
SMALL = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))

FULL = change(
    partner("p0"),
    FULL_PARTNER,
    partner("p2", unit_of=PartnerId("p1")),
    partner("p3"),
    FULL_SERVICE,
    service("s0", "p2"),
    FULL_MENTION,
    resolved("m0", None),
    decision("d1"),
    decision("d0", undone_at=NOON, undone_by="Alex"),
)


@pytest.fixture(params=["sqlite-sqlite", "sqlite-neo4j", "neo4j-sqlite"])
def way(request: pytest.FixtureRequest) -> tuple[Fresh, Fresh]:
    """From one kind of store to another. One Neo4j holds one store: it never moves onto itself."""
    source, target = request.param.split("-")
    return request.getfixturevalue(f"fresh_{source}"), request.getfixturevalue(f"fresh_{target}")


def records(exported: bytes) -> Iterable[Record]:
    return from_lines(exported.splitlines(keepends=True), "export")


async def moved(way: tuple[Fresh, Fresh], change: Change) -> tuple[bytes, bytes]:
    """The export of a store that holds *change*, and that of the store it was moved to."""
    source = await way[0]()
    await source.save_reference(REFERENCE)
    await source.apply(change, expected=0, key=key())
    before = await exported(source)
    target = await way[1]()

    counted = await target.import_(records(before))

    assert list(counted) == sorted(KINDS.values())
    assert +Counter(counted) == Counter(KINDS[r["kind"]] for r in records(before) if r["kind"] in KINDS)
    assert await target.dangling() == []
    return before, await exported(target)


async def test_a_moved_store_exports_the_same_bytes(way: tuple[Fresh, Fresh]) -> None:
    before, after = await moved(way, FULL)

    assert after == before


@SMALL
@given(change=changes())
async def test_any_moved_store_exports_the_same_bytes(way: tuple[Fresh, Fresh], change: Change) -> None:
    before, after = await moved(way, change)

    assert after == before


@SMALL
@given(wanted=changes())
async def test_any_directory_is_read_back_as_it_was_written(fresh: Fresh, wanted: Change) -> None:
    store = await fresh()
    await store.save_reference(REFERENCE)

    await store.apply(wanted, expected=0, key=key())

    directory = await store.directory()
    assert list(directory.partners.values()) == sorted(wanted.partners, key=lambda p: p.id)
    assert list(directory.services.values()) == sorted(wanted.services, key=lambda s: s.id)
    place = [(r.mention.source, r.mention.line, r.mention.position, r.mention.id) for r in wanted.resolved]
    assert await store.resolved() == [r for _, r in sorted(zip(place, wanted.resolved, strict=True))]
    assert await store.decisions() == sorted(wanted.decisions, key=lambda d: (d.decided_at, d.id))
    assert await store.dangling() == []
    assert (await store.apply(wanted, expected=1, key=key())).stamp == 1


async def test_the_moved_store_goes_on_from_the_same_stamp_and_versions(way: tuple[Fresh, Fresh]) -> None:
    source = await way[0]()
    await source.save_reference(REFERENCE)
    await applied(source, partner("p1"), service("s1", "p1"))
    await applied(source, partner("p1", name="Autre"), service("s1", "p1", note="autre"))
    before, directory = await exported(source), await source.directory()
    target = await way[1]()
    await target.import_(records(before))

    assert await target.directory() == directory
    assert await target.apply(change(service("s1", "p1")), expected=2, key=key()) == Applied(3)
    assert await target.services([ServiceId("s1")]) == {"s1": service("s1", "p1", version=3)}


async def test_equal_stores_give_equal_bytes_whatever_the_order_of_writing(fresh: Fresh) -> None:
    there = await fresh()
    await there.save_reference(REFERENCE)
    await there.apply(FULL, expected=0, key=key())
    first = await exported(there)
    back = await fresh()
    await back.save_reference(REFERENCE)

    turned = Change(FULL.partners[::-1], FULL.services[::-1], FULL.resolved[::-1], FULL.decisions[::-1])
    await back.apply(turned, expected=0, key=key())

    assert await exported(back) == first


async def test_an_empty_store_moves_too(way: tuple[Fresh, Fresh]) -> None:
    before = await exported(await way[0]())
    target = await way[1]()

    counts = await target.import_(records(before))

    assert before.count(b"\n") == 2
    assert set(counts.values()) == {0}
    assert await exported(target) == before


async def test_only_an_empty_store_is_imported_into(fresh: Fresh) -> None:
    source = await fresh()
    await source.save_reference(REFERENCE)
    await source.apply(FULL, expected=0, key=key())
    full = await exported(source)
    with_reference = await fresh()
    await with_reference.save_reference(REFERENCE)
    reference_alone = await exported(with_reference)

    with pytest.raises(InputRefused, match="pas vide"):
        await with_reference.import_(records(full))

    assert await exported(with_reference) == reference_alone


def _spoiled() -> dict[str, Any]:
    """What somebody may have done to the records, by name."""

    def without(kind: str) -> Callable[[list[Record]], list[Record]]:
        return lambda found: [record for record in found if record["kind"] != kind]

    def with_field(kind: str, name: str, value: object) -> Callable[[list[Record]], list[Record]]:
        return lambda found: [{**r, name: value} if r["kind"] == kind else r for r in found]

    return {
        "nothing at all": lambda found: [],
        "no header": without("maillage"),
        "no end": without("end"),
        "cut short": lambda found: found[:-3],
        "one line lost": lambda found: found[:-4] + found[-3:],
        "something after the end": lambda found: [*found, found[1]],
        "another format": with_field("maillage", "format", 2),
        "another schema": with_field("maillage", "schema", 99),
        "a negative stamp": with_field("maillage", "stamp", -1),
        "no stamp for a full directory": with_field("maillage", "stamp", 0),
        "an unknown kind": with_field("decision", "kind", "licorne"),
        "a field of another type": with_field("partner", "name", 3),
        "a number that is a truth": with_field("service", "version", True),
        "a value that is not one": with_field("service", "welcome", "tiède"),
        "an impossible service": with_field("service", "age_min", 99),
        "an impossible date": with_field("partner", "verified_on", "2026-02-30"),
        "a time without zone": with_field("decision", "decided_at", "2026-03-16T12:00:00"),
        "an unknown need": with_field("service", "needs", ["patins"]),
        "a parent that is not there": with_field("partner", "unit_of", "absent"),
        "an id twice": with_field("decision", "id", "d0"),
        "a need under no heading": with_field("need", "heading", "absent"),
        "no needs in the reference": without("need"),
        "half a character": with_field("partner", "name", "\ud800"),
        "a number too large": with_field("mention", "line", 2**63),
    }


@pytest.mark.parametrize("name", _spoiled())
async def test_a_spoiled_export_is_refused_whole(fresh: Fresh, name: str) -> None:
    source = await fresh()
    await source.save_reference(REFERENCE)
    await source.apply(FULL, expected=0, key=key())
    spoiled = _spoiled()[name]([record async for record in source.export()])
    target = await fresh()

    with pytest.raises(InputRefused):
        await target.import_(spoiled)

    assert (await exported(target)).count(b"\n") == 2
    assert await target.stamp() == 0


async def test_a_spoiled_line_is_named(fresh: Fresh) -> None:
    lines = [b'{"kind": "maillage", "format": 1, "schema": 1, "stamp": 0}\n', b'{"kind": "need"\n']

    with pytest.raises(FileRefused, match=r"sauvegarde\.jsonl, ligne 2"):
        await (await fresh()).import_(from_lines(lines, "sauvegarde.jsonl"))
