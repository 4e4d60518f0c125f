"""Maps, coverage and publications through the HTTP door of the API, on a simulated year."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from graph.layers import OF_PEOPLE, Layer
from graph.measure_definitions import DEFINITIONS
from graph.sqlite_store import SqliteStore
from loaders.reference import reference
from maillage.simulating import simulate
from resolvers.context import today
from resolvers.publications import published
from tests.application import client, copied


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def http(packaged_file: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    path = copied(packaged_file, tmp_path_factory.mktemp("network"))
    store = SqliteStore(path)
    await simulate(store, year=2025, seed=11, youths=300)
    await published(store, reference(), 2025, today())
    await store.close()
    async with client(path) as opened:
        yield opened


async def asked(http: httpx.AsyncClient, query: str) -> Any:
    answer = await http.post("/graphql", json={"query": query})
    assert answer.status_code == 200, answer.text
    assert "errors" not in answer.json(), answer.json()
    return answer.json()["data"]


async def pages(http: httpx.AsyncClient, layer: Layer, part: str, fields: str) -> list[Any]:
    """Every item of a connection of the map, page after page."""
    found: list[Any] = []
    after = "null"
    while True:
        inner = f"{part}(first: 100, after: {after}) {{ totalCount pageInfo {{ hasNextPage endCursor }} "
        inner += f"edges {{ node {{ {fields} }} }} }}"
        query = f"{{ network(layer: {layer.name}) {{ ... on NetworkMap {{ {inner} }} }} }}"
        page = (await asked(http, query))["network"][part]
        found += [edge["node"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            assert len(found) == page["totalCount"]
            return found
        after = f'"{page["pageInfo"]["endCursor"]}"'


@pytest.mark.parametrize("layer", [Layer.SENT, Layer.BOARD])
async def test_every_link_of_a_map_joins_two_nodes_that_stand_somewhere(http: httpx.AsyncClient, layer: Layer) -> None:
    nodes = {one["id"]: one for one in await pages(http, layer, "nodes", "id name x y site")}
    links = await pages(http, layer, "links", "sourceId targetId weight")

    assert len({(one["x"], one["y"]) for one in nodes.values()}) == len(nodes)
    assert all(nodes[link["sourceId"]] and nodes[link["targetId"]] for link in links)
    told = [link["weight"] for link in links if link["weight"] is not None]
    assert told
    if layer in OF_PEOPLE:
        assert min(told) >= 5
        assert len(told) < len(links)
    else:
        assert min(told) >= 1


async def test_measures_say_what_they_are_and_no_sum_gives_a_small_link_back(http: httpx.AsyncClient) -> None:
    measure = "code title definition reference value n sentence limits values(first: 20) { nodeId value }"
    found = (await asked(http, f"{{ network {{ ... on NetworkMap {{ finding measures {{ {measure} }} }} }} }}"))[
        "network"
    ]
    links = await pages(http, Layer.SENT, "links", "sourceId targetId weight")
    small = {end for link in links if link["weight"] is None for end in (link["sourceId"], link["targetId"])}
    by_code = {one["code"]: one for one in found["measures"]}

    assert by_code.keys() <= set(DEFINITIONS)
    assert all(one["sentence"].endswith(".") and one["reference"] for one in by_code.values())
    strengths = by_code["force-entrante"]["values"]
    assert strengths
    assert all((one["value"] is None) == (one["nodeId"] in small) for one in strengths)


async def test_the_coverage_of_a_need_has_a_cell_for_each_commune_and_age(http: httpx.AsyncClient) -> None:
    cells = "commune person level text gap partners { id name }"
    found: list[Any] = []
    for skip in range(0, 100, 20):
        part = f"... on NeedCoverage {{ cells(first: 20, skip: {skip}) {{ {cells} }} }}"
        found += (await asked(http, f'{{ coverage(need: "permis") {{ {part} }} }}'))["coverage"]["cells"]

    assert len({(cell["commune"], cell["person"]) for cell in found}) == len(found) == 2 * len(reference().served())
    for cell in found:
        assert bool(cell["partners"]) == (cell["level"] in {"ONE", "TWO", "MORE"})
    assert (await asked(http, '{ coverage(need: "bonheur") { __typename } }'))["coverage"]["__typename"] == "Refused"


async def test_a_publication_tells_rounded_numbers_and_hides_the_others(http: httpx.AsyncClient) -> None:
    table = 'table(code: "besoins-par-epci") { title columns rows(first: 100) { code name values } }'
    one = f"publication(year: 2025) {{ ... on Publication {{ simulated {table} }} }}"
    query = f"{{ publications {{ year version }} {one} }}"
    found = await asked(http, query)
    values = [value for row in found["publication"]["table"]["rows"] for value in row["values"]]

    assert found["publications"] == [{"year": 2025, "version": 1}]
    assert found["publication"]["simulated"]
    assert None in values
    told = [value for value in values if value is not None]
    assert told
    assert all(value >= 10 and value % 5 == 0 for value in told)
    assert (await asked(http, "{ publication(year: 2019) { __typename } }"))["publication"]["__typename"] == "NotFound"


async def test_a_cursor_of_something_else_is_refused(http: httpx.AsyncClient) -> None:
    query = '{ network { ... on NetworkMap { nodes(after: "eA==") { totalCount } } } }'
    answer = (await http.post("/graphql", json={"query": query})).json()

    assert "curseur" in answer["errors"][0]["message"]
