"""What is kept about a query from one request to the next never lets through what a first request would not."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from tests.application import client

BY_VARIABLE = "query($n: Int!) { partners(first: $n) { ... on PartnerConnection { edges { node { id name } } } } }"
BY_DEFAULT = BY_VARIABLE.replace("Int!", "Int! = 5")
INSIDE = 'query($n: Int!) { partner(id: "x") { ... on Partner { ...units } } } '
INSIDE += "fragment units on Partner { units(first: $n) { id services { id needs { code } } } }"


@pytest_asyncio.fixture(scope="module")
async def http(packaged_file: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client(packaged_file) as speaking:
        yield speaking


async def code(http: httpx.AsyncClient, query: str, variables: Any = None) -> str:
    """Of the refusal, empty when the query is answered."""
    answer = (await http.post("/graphql", json={"query": query, "variables": variables})).json()
    found: str = answer["errors"][0]["extensions"]["code"] if "errors" in answer else ""
    return found


async def test_a_page_size_in_a_variable_is_measured_for_each_request(http: httpx.AsyncClient) -> None:
    for query in (BY_VARIABLE, BY_DEFAULT, INSIDE):
        assert await code(http, query, {"n": 3}) == ""
        assert await code(http, query, {"n": 100_000}) == "TOO_COSTLY"
        assert await code(http, query, {"n": 3}) == ""
        assert await code(http, query, {"n": "3"}) == "TOO_COSTLY"


async def test_a_refused_query_is_refused_again(http: httpx.AsyncClient) -> None:
    for query, expected in (
        ("{ partners(first: 100000) { ... on PartnerConnection { edges { node { id } } } } }", "TOO_COSTLY"),
        ("{ secrets }", "INVALID"),
        ("{ __schema { types { name } } }", "INVALID"),
        ("{ partners(", "SYNTAX"),
    ):
        assert [await code(http, query) for _ in range(3)] == [expected] * 3


async def test_a_directive_counts_for_each_request(http: httpx.AsyncClient) -> None:
    query = "query($no: Boolean!) { domains { code label @skip(if: $no) } }"

    for no in (True, False, True):
        answer = (await http.post("/graphql", json={"query": query, "variables": {"no": no}})).json()

        assert all(("label" in domain) is not no for domain in answer["data"]["domains"])
