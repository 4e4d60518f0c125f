"""The command `publish`: a year that is over, frozen, and what cannot be published."""

import asyncio
from pathlib import Path

import pytest
import pytest_asyncio

from graph.publication import Publication
from graph.sqlite_store import SqliteStore
from maillage.simulating import simulate
from resolvers.context import today
from tests.application import copied
from tests.maillage.commands import maillage


@pytest_asyncio.fixture
async def year_file(packaged_file: Path, tmp_path: Path) -> Path:
    path = copied(packaged_file, tmp_path)
    store = SqliteStore(path)
    await simulate(store, year=2025, seed=5, youths=200)
    await store.close()
    return path


async def stored(path: Path) -> list[Publication]:
    store = SqliteStore(path)
    try:
        return await store.publications()
    finally:
        await store.close()


def test_a_year_is_published_once_and_again_only_when_it_moved(year_file: Path) -> None:
    first = maillage("publish", "--year", "2025", "--json", store=year_file)
    again = maillage("publish", "--year", "2025", store=year_file)
    held = asyncio.run(stored(year_file))

    assert (first.code, first.json["year"], first.json["version"], first.json["simulated"]) == (0, 2025, 1, True)
    told = [value for table in first.json["tables"] for row in table["cells"] for value in row if value is not None]
    assert told
    assert all(value >= 10 and value % 5 == 0 for value in told)
    assert again.code == 1
    assert "Rien à publier de nouveau pour 2025" in again.err
    assert [(one.year, one.version) for one in held] == [(2025, 1)]


@pytest.mark.parametrize(
    ("year", "sentence"),
    [
        (str(today().year), "n'est pas terminée"),
        ("2019", "Aucun livret d'accueil de 2019"),
        ("1900", "L'année se tient entre"),
    ],
)
def test_what_is_not_over_or_holds_nobody_is_not_published(year_file: Path, year: str, sentence: str) -> None:
    done = maillage("publish", "--year", year, store=year_file)

    assert done.code == 1
    assert sentence in done.err
    assert done.out == ""


def test_a_publication_is_read_as_a_list_of_its_tables(year_file: Path) -> None:
    done = maillage("publish", "--year", "2024", store=year_file)

    assert done.code == 0
    assert done.out.startswith("Année 2024, version 1 (année simulée) :\n  Les chiffres de l'année : ")
