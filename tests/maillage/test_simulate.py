"""The simulated year in real stores, and the command that makes it."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

import loaders.decisions
import loaders.lists
from graph.entry import Entry
from graph.errors import InputRefused
from graph.facts import facts
from graph.intake import Intake, IntakeId, ProgrammeCode
from graph.model import CommuneCode, IdempotencyKey
from graph.sites import sites
from graph.sqlite_store import SqliteStore
from graph.store import Store
from graph.tallies import By, Scope
from loaders.reference import reference
from maillage.loading import load
from maillage.simulating import simulate
from tests.application import copied
from tests.maillage.commands import maillage

YEAR = 2026
SILENT = {"kind": "never_answers", "partner": "mdaja17", "share": 0.5}


@pytest_asyncio.fixture
async def listed(store: Store) -> AsyncIterator[Store]:
    """With the packaged lists."""
    await load(store, loaders.lists.packaged(), loaders.decisions.packaged(), key=IdempotencyKey("lists"))
    yield store


@pytest.fixture
def path(packaged_file: Path, tmp_path: Path) -> Path:
    return copied(packaged_file, tmp_path)


def planted(folder: Path, *items: object) -> Path:
    file = folder / "faits.json"
    file.write_text(json.dumps(list(items)), encoding="utf-8")
    return file


async def test_the_store_holds_what_was_made_and_its_edges_are_those_of_its_events(listed: Store) -> None:
    done = await simulate(listed, year=YEAR, seed=1, youths=30)

    held = await listed.held()
    assert (held.real, held.simulated) == (0, 60) == (0, done.intakes)
    scope = Scope(date(YEAR - 1, 1, 1), date(YEAR, 12, 31))
    assert 0 < sum(t.sent for t in await listed.tally(scope, (By.DIRECTION,))) <= done.referrals
    edges = await listed.edges("2025-01", "2026-12")
    assert edges
    assert edges == await listed.recomputed_edges()


async def test_the_same_simulation_again_changes_nothing(listed: Store) -> None:
    told = facts([SILENT], "faits.json")
    first = await simulate(listed, year=YEAR, seed=1, youths=30, facts=told)
    before = [record async for record in listed.export()]

    again = await simulate(listed, year=YEAR, seed=1, youths=30, facts=told)

    assert again == first
    assert [record async for record in listed.export()] == before


async def test_another_simulation_on_top_is_refused(listed: Store) -> None:
    await simulate(listed, year=YEAR, seed=1, youths=10)

    with pytest.raises(InputRefused, match="stockage neuf"):
        await simulate(listed, year=YEAR, seed=2, youths=10)

    assert (await listed.held()).simulated == 20


async def test_a_store_of_real_young_people_is_refused(listed: Store) -> None:
    directory = await listed.directory()
    intake = Intake(
        IntakeId("00000000-0000-4000-8000-000000000001"),
        date(YEAR, 3, 2),
        19,
        CommuneCode("17299"),
        ProgrammeCode("cej"),
        sites(directory, reference())["rochefort"],
        frozenset({reference().need("permis")}),
    )
    await listed.follow(Entry(intakes=(intake,)), key=IdempotencyKey("real"), call="real")

    with pytest.raises(InputRefused, match="vrais livrets"):
        await simulate(listed, year=YEAR, seed=1, youths=10)

    held = await listed.held()
    assert (held.real, held.simulated) == (1, 0)


def test_two_stores_of_one_seed_export_the_same_bytes(packaged_file: Path, tmp_path: Path) -> None:
    exported: list[bytes] = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        file = copied(packaged_file, folder)
        assert maillage("simulate", "--year", "2026", "--seed", "5", "--youths", "40", store=file).code == 0
        assert maillage("export", folder / "all.jsonl", store=file).code == 0
        exported.append((folder / "all.jsonl").read_bytes())

    assert exported[0] == exported[1]
    assert b'"simulated":true' in exported[0].replace(b" ", b"")


def test_the_command_counts_what_it_made_and_writes_the_truth(path: Path, tmp_path: Path) -> None:
    truth = tmp_path / "verite.json"
    plant = planted(tmp_path, SILENT)

    ran = maillage(
        *("simulate", "--year", "2026", "--seed", "3", "--youths", "120"),
        *("--plant", plant, "--truth", truth, "--json"),
        store=path,
    )

    assert (ran.code, ran.err) == (0, "")
    assert list(ran.json) == ["year", "seed", "youths", "intakes", "referrals", "events", "cosupports", "planted"]
    assert (ran.json["year"], ran.json["youths"], ran.json["intakes"], ran.json["planted"]) == (2026, 120, 240, 1)
    told = json.loads(truth.read_text(encoding="utf-8"))
    assert told[0] == SILENT
    assert facts(told, "verite.json")


def test_the_sentence_of_the_command_says_that_it_is_simulated(path: Path) -> None:
    ran = maillage("simulate", "--year", "2026", "--seed", "3", "--youths", "10", store=path)

    assert ran.code == 0
    assert ran.out.startswith("Année 2026 simulée, et 2025 avant elle : 20 livrets, ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (json.dumps([{**SILENT, "partner": "inconnu"}]), "Fait 1, « never_answers » (inconnu)"),
        (json.dumps([SILENT, {"kind": "dormant", "partner": "cio", "from": "3"}]), "faits.json : fait 2"),
        ("{", "faits.json : ce n'est pas du JSON en UTF-8."),
        ("{}", "faits.json : une liste JSON de faits est attendue."),
    ],
)
def test_facts_that_are_refused_leave_the_store_as_it_was(path: Path, tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "faits.json"
    file.write_text(content, encoding="utf-8")
    truth = tmp_path / "verite.json"

    ran = maillage("simulate", "--year", "2026", "--seed", "3", "--plant", file, "--truth", truth, store=path)

    assert ran.code == 1
    assert said in ran.err
    assert not truth.exists()
    assert asyncio.run(_held(path)) == 0


async def _held(path: Path) -> int:
    store = SqliteStore(path)
    try:
        return (await store.held()).simulated
    finally:
        await store.close()


def test_a_file_that_is_not_there_is_refused(path: Path, tmp_path: Path) -> None:
    ran = maillage("simulate", "--year", "2026", "--seed", "3", "--plant", tmp_path / "rien.json", store=path)

    assert ran.code == 1
    assert "rien.json : ce fichier ne peut pas être lu." in ran.err


def test_a_store_without_lists_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "vide.db"
    maillage("migrate", store=path)

    ran = maillage("simulate", "--year", "2026", "--seed", "3", store=path)

    assert ran.code == 1
    assert "maillage load" in ran.err


@pytest.mark.parametrize("arguments", [("--seed", "3"), ("--year", "2026"), ("--year", "deux", "--seed", "3")])
def test_a_wrong_call_is_a_wrong_call(path: Path, arguments: tuple[str, ...]) -> None:
    assert maillage("simulate", *arguments, store=path).code == 2


@pytest.mark.parametrize("youths", ["0", "-4", "2000000"])
def test_a_year_of_nobody_is_refused(path: Path, youths: str) -> None:
    ran = maillage("simulate", "--year", "2026", "--seed", "3", "--youths", youths, store=path)

    assert ran.code == 1
    assert "Le nombre de jeunes va de 1 à" in ran.err
