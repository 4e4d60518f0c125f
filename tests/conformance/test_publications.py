"""A publication is frozen: stored once, never changed, versioned, kept by a purge, carried by a backup."""

from dataclasses import replace
from datetime import date

import pytest

from graph.errors import Conflict, FileRefused
from graph.model import IdempotencyKey
from graph.publication import HIDDEN, Publication, Published, PublishedTable
from graph.records import from_lines, from_records
from graph.store import Store
from tests.conformance.test_follow_moving import Fresh, way  # noqa: F401  (fixture)
from tests.conformance.values import exported
from tests.follow_values import History, prepared

TABLE = PublishedTable(
    code="accueillis-par-epci",
    title="Jeunes accueillis « par intercommunalité »",
    definition="Livrets de l'année.",
    rows=("200041762", "241700624"),
    columns=("jeunes",),
    cells={("200041762", "jeunes"): Published(460), ("241700624", "jeunes"): HIDDEN},
    names={"200041762": "CA Rochefort Océan", "241700624": "Île d'Oléron", "jeunes": "jeunes"},
)
FIRST = Publication(2024, 1, date(2025, 1, 15), simulated=True, tables=(TABLE,))
AGAIN = replace(FIRST, version=2, made_on=date(2025, 3, 1), tables=())
LATER = replace(FIRST, year=2025, made_on=date(2026, 1, 15))


async def test_a_store_without_publication_has_none(store: Store) -> None:
    assert await store.publications() == []
    assert await store.publication(2024) is None


async def test_what_is_published_is_read_back_as_it_was_by_year_and_version(store: Store) -> None:
    for each in (LATER, FIRST, AGAIN):
        assert await store.publish(each)

    assert await store.publications() == [FIRST, AGAIN, LATER]
    assert await store.publication(2024) == AGAIN
    assert await store.publication(2025) == LATER
    assert await store.publication(2023) is None


async def test_publishing_the_same_again_changes_nothing(store: Store) -> None:
    await store.publish(FIRST)

    assert not await store.publish(FIRST)

    assert await store.publications() == [FIRST]


@pytest.mark.parametrize("other", [replace(FIRST, tables=()), replace(FIRST, version=3)], ids=["changed", "skipped"])
async def test_a_stored_version_never_changes_and_none_is_skipped(store: Store, other: Publication) -> None:
    await store.publish(FIRST)

    with pytest.raises(Conflict):
        await store.publish(other)

    assert await store.publications() == [FIRST]


async def test_two_that_publish_the_same_version_cannot_both(twins: tuple[Store, Store]) -> None:
    one, other = twins
    await one.publish(FIRST)

    with pytest.raises(Conflict):
        await other.publish(replace(FIRST, made_on=date(2025, 1, 16)))

    assert await other.publications() == [FIRST]


async def test_a_purge_leaves_publications(store: Store) -> None:
    await prepared(store)
    await History(store, 3).run(60)
    await store.publish(FIRST)

    purged = await store.purge(date(2100, 1, 1), key=IdempotencyKey("purge"))

    assert purged.intakes
    assert await store.publications() == [FIRST]


async def test_a_moved_store_keeps_its_publications_byte_for_byte(way: tuple[Fresh, Fresh]) -> None:  # noqa: F811
    source = await way[0]()
    await prepared(source)
    for each in (FIRST, AGAIN, LATER):
        await source.publish(each)
    before = await exported(source)
    target = await way[1]()

    counts = await target.import_(from_lines(before.splitlines(keepends=True), "export"))

    assert counts["publications"] == 3
    assert await exported(target) == before
    assert await target.publications() == [FIRST, AGAIN, LATER]


async def test_an_export_without_a_version_in_between_is_refused(sqlite_store: Store) -> None:
    for each in (FIRST, AGAIN):
        await sqlite_store.publish(each)
    lines = (await exported(sqlite_store)).splitlines(keepends=True)
    records = [record for record in from_lines(lines, "export") if record.get("version") != 1]
    records[-1] = {**records[-1], "records": records[-1]["records"] - 1}

    with pytest.raises(FileRefused, match="version"):
        from_records(records)
