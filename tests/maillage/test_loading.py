"""Loading into a real store of each kind: twice changes nothing, decisions and a coordinator's word survive."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import loaders.decisions
import loaders.lists
from graph.directory import Change, Directory
from graph.model import Decision, DecisionId, DecisionKind, IdempotencyKey, Outcome, Partner, PartnerId, Service
from graph.rebuild import Rebuilt, Stored, rebuild
from graph.store import Store
from loaders.directory import knowledge
from maillage.loading import Loaded, load
from resolvers.batches import Batches
from resolvers.context import Context, Directories, stored
from resolvers.decisions import decide, undo
from resolvers.services import verify

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
ROWS = [
    "nom;domaine;rubrique;commune;sigle",
    "CCAS de Fouras;logement;;Fouras;",
    "CCAS Fouras;sante;;;",
    "Association ESCALE (CADA/HUDA);etrangers;;;",
    "Maison des adolescents de Rochefort;sante;;Rochefort;MDA",
    "Actoria Formation;formation;;;",
    "Aftral;formation;;;",
]


def listed(folder: Path, rows: Iterable[str], name: str = "liste.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


async def loaded(store: Store, path: Path, key: str, decisions: Iterable[Decision] = ()) -> Loaded:
    return await load(store, [loaders.lists.read(path)], decisions, key=IdempotencyKey(key))


def names(directory: Directory) -> dict[PartnerId, str]:
    return {id: partner.name for id, partner in directory.partners.items()}


def context(store: Store) -> Context:
    return Context(store, knowledge(), Directories(store), Batches(store), clock=lambda: NOW)


async def test_the_packaged_lists_load_once(store: Store) -> None:
    first = await load(store, loaders.lists.packaged(), loaders.decisions.packaged(), key=IdempotencyKey("a"))
    before = await stored(store)
    again = await load(store, loaders.lists.packaged(), loaders.decisions.packaged(), key=IdempotencyKey("b"))

    assert (first.read, first.unchanged, first.refused) == (first.stored, 0, ())
    assert first.notes == ()
    assert (again.stored, again.unchanged) == (0, first.read)
    assert await stored(store) == before


async def test_the_order_of_rows_changes_nothing(store: Store, tmp_path: Path) -> None:
    await loaded(store, listed(tmp_path, ROWS), "a")
    before = names(await store.directory())
    shuffled = ROWS[1:]
    random.Random(5).shuffle(shuffled)

    await loaded(store, listed(tmp_path, [ROWS[0], *shuffled]), "b")

    assert names(await store.directory()) == before
    assert len(before) == 7


async def test_a_row_that_is_gone_takes_its_partner_with_it(store: Store, tmp_path: Path) -> None:
    await loaded(store, listed(tmp_path, ROWS), "a")

    await loaded(store, listed(tmp_path, ROWS[:-1]), "b")

    assert "Aftral" not in names(await store.directory()).values()


async def test_a_bad_row_is_reported_and_the_good_ones_stay(store: Store, tmp_path: Path) -> None:
    done = await loaded(store, listed(tmp_path, [*ROWS, ";formation;;;"]), "a")

    assert [r.line for r in done.refused] == [8]
    assert all(r.reason for r in done.refused)
    assert len((await store.directory()).partners) == 7


async def test_a_second_list_keeps_the_ids_of_the_first(store: Store, tmp_path: Path) -> None:
    await loaded(store, listed(tmp_path, ROWS), "a")
    before = names(await store.directory()).keys()
    more = ["nom;domaine", "C.C.A.S. de Fouras;logement", "ESCALE;etrangers", "Planning familial;sante"]

    await loaded(store, listed(tmp_path, more, "autre.csv"), "b")

    after = names(await store.directory()).keys()
    assert before < after
    assert len(after) == len(before) + 1


async def test_a_decision_and_its_undoing_survive_a_reload(store: Store, tmp_path: Path) -> None:
    path = listed(tmp_path, ROWS)
    await loaded(store, path, "a")
    before = names(await store.directory())
    asked = context(store)

    decision = await decide(
        asked, DecisionKind.MERGE, ("Actoria Formation", "Aftral"), "essai", IdempotencyKey("merge")
    )
    await loaded(store, path, "b")
    merged = names(await store.directory())
    await undo(asked, decision.id, IdempotencyKey("undo"))
    await loaded(store, path, "c", [replace(decision, undone_at=None, undone_by=None)])

    assert len(merged) == len(before) - 1
    assert names(await store.directory()) == before


async def test_a_text_that_a_decision_cut_comes_back_when_it_is_undone(store: Store, tmp_path: Path) -> None:
    path = listed(tmp_path, ["nom;domaine", "Truc Machin;formation", "Aftral;formation"])
    await loaded(store, path, "a")
    before = names(await store.directory())
    asked = context(store)

    cut = await decide(
        asked, DecisionKind.CUT, ("Truc Machin", "Truc", "Machin"), "deux organismes", IdempotencyKey("cut")
    )
    after = set(names(await store.directory()).values())
    await undo(asked, cut.id, IdempotencyKey("undo"))

    assert {"Truc", "Machin"} <= after
    assert "Truc Machin" not in after
    assert names(await store.directory()) == before


async def test_a_verified_service_survives_a_reload_and_follows_a_merge(store: Store, tmp_path: Path) -> None:
    path = listed(tmp_path, ROWS)
    await loaded(store, path, "a")
    directory = await store.directory()
    service = next(s for s in directory.services.values() if "fouras" in s.id)
    asked = context(store)

    verified = await verify(asked, service.id, service.version, IdempotencyKey("verify"))
    await loaded(store, path, "b")
    reloaded = (await store.directory()).services[service.id]
    await decide(asked, DecisionKind.MERGE, ("CCAS de Fouras", "Actoria Formation"), "essai", IdempotencyKey("merge"))
    followed = [s for s in (await store.directory()).services.values() if s.verified_on is not None]

    assert reloaded == verified
    assert [(s.name, s.verified_by) for s in followed] == [(verified.name, "local")]


async def test_a_contradiction_stores_nothing(store: Store, tmp_path: Path) -> None:
    await loaded(store, listed(tmp_path, ROWS), "a")
    before = await stored(store)
    asked = context(store)
    await decide(asked, DecisionKind.SPLIT, ("Actoria Formation", "Aftral"), "deux", IdempotencyKey("split"))
    split = await stored(store)

    with pytest.raises(Exception, match="aftral"):
        await decide(asked, DecisionKind.MERGE, ("Aftral", "Actoria Formation"), "un", IdempotencyKey("merge"))

    assert await stored(store) == split
    assert split.directory.partners == before.directory.partners


def test_a_rebuild_of_what_is_stored_is_empty(tmp_path: Path) -> None:
    reading = loaders.lists.read(listed(tmp_path, ROWS))
    decision = Decision(DecisionId("d"), DecisionKind.MERGE, ("Aftral", "Actoria Formation"), "essai", "x", NOW)

    first = rebuild(Stored(Directory()), knowledge(), mentions=reading.everything, decisions=[decision])
    again = rebuild(as_stored(first), knowledge())

    assert not first.change.empty
    assert again.change.empty


def as_stored(rebuilt: Rebuilt) -> Stored:
    change: Change = rebuilt.change
    partners: dict[PartnerId, Partner] = {p.id: p for p in change.partners}
    services: dict[str, Service] = {s.id: s for s in change.services}
    return Stored(Directory(partners, services, 1), rebuilt.resolved, change.decisions)  # type: ignore[arg-type]


def test_dry_plans_say_what_waits(tmp_path: Path) -> None:
    readings = loaders.lists.packaged()
    rebuilt = rebuild(
        Stored(Directory()),
        knowledge(),
        mentions=[m for r in readings for m in r.everything],
        decisions=loaders.decisions.packaged(),
    )

    waiting = [r for r in rebuilt.resolved if r.outcome is Outcome.AMBIGUOUS]
    assert all(r.candidates and r.evidence for r in waiting)
    assert rebuilt.lost == ()


async def test_a_row_of_another_list_leaves_the_sheet_of_the_first_where_it_was(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """« CCAS » is a generic item of the first list; in the other it is the CCAS of Fouras."""
    await load(sqlite_store, loaders.lists.packaged(), loaders.decisions.packaged(), key=IdempotencyKey("a"))
    before = await sqlite_store.directory()

    done = await loaded(sqlite_store, listed(tmp_path, ["nom;commune", "CCAS;Fouras"]), "b")

    after = await sqlite_store.directory()
    assert done.notes == ()
    assert after.services == before.services
    assert names(after) == names(before)
