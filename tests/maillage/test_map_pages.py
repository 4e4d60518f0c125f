"""The maps and the publications, asked as a browser asks them, and the command that writes one map."""

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import networkx as nx
import pytest
import pytest_asyncio

from graph.sqlite_store import SqliteStore
from loaders.reference import reference
from maillage.maps import Recent
from maillage.simulating import simulate
from resolvers.context import today
from resolvers.publications import published
from tests.application import client, copied
from tests.maillage.commands import maillage
from tests.maillage.html import Page, words


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def year_file(packaged_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated year of which 2024 is published."""
    path = copied(packaged_file, tmp_path_factory.mktemp("maps"))
    store = SqliteStore(path)
    await simulate(store, year=2025, seed=5, youths=200)
    await published(store, reference(), 2024, today())
    await store.close()
    return path


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def year(year_file: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client(year_file) as opened:
        yield opened


async def test_the_index_says_what_each_map_finds_and_leads_to_it(year: httpx.AsyncClient) -> None:
    answer = await year.get("/cartes")
    page = Page(answer.text)

    assert answer.status_code == 200
    assert page.faults == []
    said = [words(e.text) for e in page.of_class("finding-said")]
    assert len(said) == 2
    assert "orientations" in said[0]
    assert "besoin" in said[1]
    for link in page.all("a"):
        if link["href"].startswith(("/cartes", "/publications")):
            assert (await year.get(link["href"])).status_code == 200, link["href"]


@pytest.mark.parametrize("address", ["/cartes/reseau", "/cartes/reseau?annee=2024", "/cartes/territoire"])
async def test_a_map_is_served_under_the_policy_it_declares(year: httpx.AsyncClient, address: str) -> None:
    answer = await year.get(address)
    declared = answer.text.partition('<meta http-equiv="Content-Security-Policy" content="')[2].partition('"')[0]

    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == f"{declared}; frame-ancestors 'none'"
    assert "unsafe" not in declared
    assert "Retour aux cartes" in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_the_closing_of_a_partner_is_shown_and_an_unknown_one_is_not_there(year: httpx.AsyncClient) -> None:
    chosen = Page((await year.get("/cartes")).text).all("option")[3]["value"]
    answer = await year.get("/cartes/fermeture", params={"partenaire": chosen})

    assert answer.status_code == 200
    assert "Usage interne" in answer.text
    assert (await year.get("/cartes/fermeture?partenaire=personne")).status_code == 404


@pytest.mark.parametrize("address", ["/cartes/reseau.zip", "/cartes/territoire.gexf", "/publications/2019"])
async def test_what_there_is_not_is_not_found(year: httpx.AsyncClient, address: str) -> None:
    assert (await year.get(address)).status_code == 404


@pytest.mark.parametrize(
    "address", ["/cartes/reseau?annee=hier", "/cartes/reseau?annee=02025999", "/cartes/reseau.png?couche=amities"]
)
async def test_what_cannot_be_asked_is_refused(year: httpx.AsyncClient, address: str) -> None:
    assert (await year.get(address)).status_code == 400


async def test_the_files_of_a_layer_hold_its_nodes_and_links(year: httpx.AsyncClient, tmp_path: Path) -> None:
    found = await year.get("/cartes/reseau.graphml?couche=conseil")
    (tmp_path / "g.graphml").write_bytes(found.content)
    graph = nx.read_graphml(tmp_path / "g.graphml")
    sheet = (await year.get("/cartes/reseau.liens.csv?couche=conseil")).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sheet), delimiter=";"))
    head = next(n for n, row in enumerate(rows) if row[:2] == ["De", "Vers"])

    assert "attachment" in found.headers["content-disposition"]
    assert graph.number_of_edges() == len(rows) - head - 1 > 20


async def test_a_publication_is_read_as_tables_without_the_numbers_it_hides(year: httpx.AsyncClient) -> None:
    page = Page((await year.get("/publications/2024")).text)
    sheet = (await year.get("/publications/2024.csv")).content.decode("utf-8-sig")
    told = [words(e.text) for e in page.of_class("figure") if words(e.text)]

    assert page.faults == []
    assert "Données simulées" in sheet
    assert told
    numbers = [int(text.split(" (")[0].replace("\u202f", "")) for text in told]
    assert all(number >= 10 and number % 5 == 0 for number in numbers)


async def test_a_map_that_was_just_computed_is_shown_again() -> None:
    moment = 0.0
    recent: Recent[str] = Recent(lambda: moment)
    for key in range(10):
        recent.keep(key, f"map {key}")

    assert recent.get(0) is None
    assert recent.get(9) == "map 9"
    moment = 61.0
    assert recent.get(9) is None


# the command


@pytest.mark.parametrize(
    ("name", "file", "begins"),
    [
        ("reseau", "r.html", b"<!doctype html>"),
        ("reseau", "r.gexf", b"<?xml"),
        ("reseau", "r.noeuds.csv", b"\xef\xbb\xbf"),
        ("territoire", "t.html", b"<!doctype html>"),
        ("territoire", "t.png", b"\x89PNG"),
    ],
)
def test_the_command_writes_a_map_of_the_kind_that_the_name_says(
    year_file: Path, tmp_path: Path, name: str, file: str, begins: bytes
) -> None:
    done = maillage("map", name, tmp_path / file, "--json", store=year_file)

    assert done.code == 0, done.err
    assert done.json["bytes"] == (tmp_path / file).stat().st_size
    assert (tmp_path / file).read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["reseau", "r.bmp"], "Pas de fichier « bmp »"),
        (["reseau", "r"], "ne dit pas sa sorte"),
        (["reseau", "r.png", "--layer", "x"], "n'est pas une sorte de liens"),
        (["fermeture", "f.html", "--partner", "personne"], "personne"),
        (["fermeture", "f.png", "--partner", "caf"], "s'écrit en .html"),
    ],
)
def test_a_map_that_cannot_be_is_refused_in_french(
    year_file: Path, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    done = maillage("map", arguments[0], tmp_path / arguments[1], *arguments[2:], store=year_file)

    assert done.code == 1
    assert sentence in done.err
