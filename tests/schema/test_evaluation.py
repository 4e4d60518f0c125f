"""The evaluation through the HTTP door of the API, on a simulated year."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from graph.sqlite_store import SqliteStore
from maillage.simulating import simulate
from tests.application import client, copied

YEAR = 2025
WHOLE = f'from: "{YEAR}-01-01", to: "{YEAR}-12-31"'
CELLS = "edges { cursor node { cells { text n value low high } } } pageInfo { hasNextPage endCursor } totalCount"


@pytest_asyncio.fixture(scope="module")
async def simulated_file(packaged_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read only."""
    path = copied(packaged_file, tmp_path_factory.mktemp("simulated"))
    store = SqliteStore(path)
    try:
        await simulate(store, year=YEAR, seed=3, youths=200)
    finally:
        await store.close()
    return path


@pytest_asyncio.fixture
async def http(simulated_file: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client(simulated_file) as speaking:
        yield speaking


async def evaluated(http: httpx.AsyncClient, asked: str, scope: str = WHOLE) -> Any:
    query = f"{{ evaluation({scope}) {{ __typename ... on Evaluation {{ {asked} }} ... on Refused {{ message }} }} }}"
    answer = await http.post("/graphql", json={"query": query})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["evaluation"]


async def test_findings_come_first_with_what_they_are_about(http: httpx.AsyncClient) -> None:
    found = await evaluated(
        http, "simulated young findingsTotal findings { kind about { key values } n value low high text }"
    )

    assert found["simulated"] is True
    assert int(found["young"]) > 100
    assert 0 < len(found["findings"]) <= found["findingsTotal"]
    for one in found["findings"]:
        assert one["about"]
        assert all(about["values"] for about in one["about"])
        assert one["text"].endswith(".")


async def test_every_table_says_how_it_is_read_and_none_is_cut(http: httpx.AsyncClient) -> None:
    tables = (await evaluated(http, "tables { code title definition reading columns }"))["tables"]

    assert len({table["code"] for table in tables}) == len(tables) < 24
    for table in tables:
        assert table["definition"]
        assert table["reading"]
        page = (await evaluated(http, f'table(code: "{table["code"]}") {{ rows(first: 10) {{ {CELLS} }} }}'))["table"]
        for edge in page["rows"]["edges"]:
            assert len(edge["node"]["cells"]) == len(table["columns"])


async def test_the_rows_of_a_table_are_read_page_by_page(http: httpx.AsyncClient) -> None:
    async def page(arguments: str) -> Any:
        return (await evaluated(http, f'table(code: "partenaires") {{ rows({arguments}) {{ {CELLS} }} }}'))["table"][
            "rows"
        ]

    whole, first = await page("first: 12"), await page("first: 5")
    second = await page(f'first: 7, after: "{first["pageInfo"]["endCursor"]}"')

    assert first["edges"] + second["edges"] == whole["edges"]
    assert first["pageInfo"]["hasNextPage"] is True


async def test_one_to_four_people_are_never_counted(http: httpx.AsyncClient) -> None:
    hidden = 0
    for code in ("partenaires", "services"):
        table = (await evaluated(http, f'table(code: "{code}") {{ rows {{ {CELLS} }} }}'))["table"]
        for cell in (cell for edge in table["rows"]["edges"] for cell in edge["node"]["cells"]):
            few = cell["text"] == "moins de 5"
            hidden += few
            assert not few or (cell["n"] is None and cell["value"] is None)
            assert few or cell["n"] not in (1, 2, 3, 4)
    assert hidden


async def test_an_evaluation_is_narrowed(http: httpx.AsyncClient) -> None:
    whole = await evaluated(http, "young")
    minors = await evaluated(http, "young", f"{WHOLE}, ageBand: MINOR")
    there = await evaluated(http, "young", f'{WHOLE}, epci: "200041762"')

    assert 0 < int(minors["young"]) < int(whole["young"])
    assert 0 < int(there["young"]) < int(whole["young"])


@pytest.mark.parametrize(
    ("scope", "word"),
    [
        ('from: "2025-06-01", to: "2025-01-01"', "commence"),
        ('from: "0001-01-01"', "entre 2000 et 2100"),
        ('need: "nulle-part"', "besoin"),
        ('epci: "17"', "intercommunalité"),
        ('domain: "rien"', "domaine"),
    ],
)
async def test_a_scope_that_cannot_be_is_refused(http: httpx.AsyncClient, scope: str, word: str) -> None:
    found = await evaluated(http, "young", scope)

    assert found["__typename"] == "Refused"
    assert word in found["message"]
