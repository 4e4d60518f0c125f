"""Hostile requests: none gives a server error, none is slow, none gets more than its caller's share."""

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from resolvers.context import Directories
from tests.application import client

JSON = {"Content-Type": "application/json"}


def body(query: str, variables: Any = None, **more: Any) -> bytes:
    return json.dumps({"query": query, "variables": variables, **more}).encode()


def reused(levels: int, field: str = "id") -> str:
    """Fragments that each spread the next one twice: 2^levels fields for who walks them again."""
    parts = ['query { partner(id: "x") { ...f0 } }']
    for level in range(levels):
        parts.append(
            f"fragment f{level} on Partner {{ a: unitOf {{ ...f{level + 1} }} b: unitOf {{ ...f{level + 1} }} }}"
        )
    parts.append(f"fragment f{levels} on Partner {{ {field} }}")
    return " ".join(parts)


def flat(levels: int) -> str:
    parts = ['query { partner(id: "x") { ...f0 } }']
    for level in range(levels):
        parts.append(f"fragment f{level} on Partner {{ ...f{level + 1} ...f{level + 1} }}")
    parts.append(f"fragment f{levels} on Partner {{ id }}")
    return " ".join(parts)


def nested(depth: int) -> str:
    return '{ partner(id: "x") { ... on Partner ' + "{ unitOf " * depth + "{ id }" + " }" * depth + " } }"


PAGE = "{ partners(first: %s) { ... on PartnerConnection { edges { node { id name } } } } }"

DOCUMENTS: dict[str, bytes] = {
    "empty document": body(""),
    "spaces": body("   "),
    "comment only": body("# rien"),
    "broken": body("{ partners("),
    "unclosed string": body('{ partner(id: "x) { __typename } }'),
    "unknown field": body("{ secrets }"),
    "unknown argument": body("{ partners(last: 5) { __typename } }"),
    "unknown fragment": body("{ partner(id: \"x\") { ...absent } }"),
    "fragment cycle": body("{ partner(id: \"x\") { ...a } } fragment a on Partner { ...b } fragment b on Partner { ...a }"),
    "fragment on itself": body("{ partner(id: \"x\") { ...a } } fragment a on Partner { unitOf { ...a } }"),
    "unused fragment": body("{ __typename } fragment a on Partner { id }"),
    "fragments reused 12 levels": body(reused(12)),
    "fragments reused flat 14 levels": body(flat(14)),
    "fragments beyond fifteen": body(flat(16)),
    "deep 9": body(nested(9)),
    "deep 50": body(nested(50)),
    "deep 300": body(nested(300)),
    "nested lists": body("{ partner(id: \"x\") { ... on Partner { units { units { units { units { id } } } } } } }"),
    "page by literal": body(PAGE % 100000),
    "page beyond 32 bits": body(PAGE % 10**20),
    "page of 5,000 digits": body(PAGE % ("9" * 5000)),
    "negative page": body(PAGE % -5),
    "zero page": body(PAGE % 0),
    "null page": body(PAGE % "null"),
    "page as text": body(PAGE % '"100"'),
    "page as float": body(PAGE % "1e9"),
    "page by variable": body("query($n: Int!) " + PAGE % "$n", {"n": 100000}),
    "page by absent variable": body("query($n: Int!) " + PAGE % "$n", {}),
    "page by undeclared variable": body(PAGE % "$n", {"n": 5}),
    "page by default of a variable": body("query($n: Int! = 100000) " + PAGE % "$n"),
    "page by text variable": body("query($n: Int!) " + PAGE % "$n", {"n": "100000"}),
    "page by float variable": body("query($n: Int!) " + PAGE % "$n", {"n": 1e300}),
    "page by boolean variable": body("query($n: Int!) " + PAGE % "$n", {"n": True}),
    "page by list variable": body("query($n: Int!) " + PAGE % "$n", {"n": [1, 2]}),
    "page by object variable": body("query($n: Int!) " + PAGE % "$n", {"n": {"a": 1}}),
    "pages multiplied": body(
        "{ partners(first: 100) { ... on PartnerConnection { edges { node { services(first: 100) { needs { label } } } } } } }"
    ),
    "16 aliases": body("{ " + " ".join(f"a{n}: domains {{ code }}" for n in range(16)) + " }"),
    "5,000 repeated fields": body("{ " + "__typename " * 5000 + "}"),
    "900 repeated fields": body("{ " + "domains { code } " * 240 + "}"),
    "11 directives": body("{ domains " + "@skip(if: false) " * 11 + "{ code } }"),
    "unknown directive": body("{ domains @boom { code } }"),
    "two operations": body("query a { domains { code } } query b { domains { code } }", operationName="a"),
    "operation that is not there": body("query a { domains { code } }", operationName="z"),
    "subscription": body("subscription { domains { code } }"),
    "only a fragment": body("fragment a on Partner { id }"),
    "a type definition": body("type A { b: Int }"),
    "introspection": body("{ __schema { types { name } } }"),
    "introspection in depth": body("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"),
    "introspection of a type": body('{ __type(name: "Partner") { fields { name } } }'),
    "node": body('{ node(id: "x") { id } }'),
    "cursor that is none": body('{ partners(after: "%%%") { __typename ... on Refused { message } } }'),
    "cursor of bytes": body('{ partners(after: "//79") { __typename } }'),
    "search of 10,000 characters": body("query($f: PartnerFilterInput) { partners(filter: $f) { __typename } }", {"f": {"text": "a" * 10000}}),
    "search by wildcard": body('{ partners(filter: {text: "%_*[a-z]"}) { __typename } }'),
    "search by SQL": body("query($f: PartnerFilterInput) { partners(filter: $f) { __typename } }", {"f": {"text": "'; DROP TABLE partners; --"}}),
    "search by Cypher": body("query($f: PartnerFilterInput) { partners(filter: $f) { __typename } }", {"f": {"text": "'}) DETACH DELETE n //"}}),
    "age beyond 32 bits": body('{ suggest(request: {age: 99999999999, commune: "17299", needs: ["permis"]}) { __typename } }'),
    "age of 7": body('{ suggest(request: {age: 7, commune: "17299", needs: ["permis"]}) { __typename } }'),
    "no need": body('{ suggest(request: {age: 17, commune: "17299", needs: []}) { __typename } }'),
    "1,000 needs": body("query($r: RequestInput!) { suggest(request: $r) { __typename } }", {"r": {"age": 17, "commune": "17299", "needs": ["permis"] * 1000}}),
    "every need": body(
        "query($r: RequestInput!) { suggest(request: $r) { ... on Suggestion { excluded { reasons { text } } } } }",
        {"r": {"age": 17, "commune": "17299", "needs": ["permis", "sante-mentale", "aide-alimentaire"], "limit": 1000000}},
    ),
    "a key that is not asked": body("query($r: RequestInput!) { suggest(request: $r) { __typename } }", {"r": {"age": 17, "commune": "17299", "needs": ["permis"], "name": "Jeanne"}}),
    "id with NUL": body('query($i: ID!) { partner(id: $i) { __typename } }', {"i": "a\x00b"}),
    "a code of 60,000 characters": body("query($f: PartnerFilterInput) { partners(filter: $f) { __typename } }", {"f": {"territory": "logement a " * 5400}}),
    "fifteen codes of 4,000 characters": body(
        "query($f: PartnerFilterInput) { "
        + " ".join(f"a{n}: partners(filter: $f) {{ ... on Refused {{ message }} }}" for n in range(15))
        + " }",
        {"f": {"territory": "logement a " * 360}},
    ),
    "a commune of 60,000 characters": body("query($r: RequestInput!) { suggest(request: $r) { ... on Refused { message } } }", {"r": {"age": 17, "commune": "Rochefort " * 6000, "needs": ["permis"]}}),
    "a need of 60,000 characters": body("query($r: RequestInput!) { suggest(request: $r) { ... on Refused { message } } }", {"r": {"age": 17, "commune": "17299", "needs": ["permis " * 8000]}}),
    "two writes": body('mutation { a: undo(decision: "x", idempotencyKey: "k") { __typename } b: undo(decision: "x", idempotencyKey: "l") { __typename } }'),
    "two writes in a fragment": body('mutation { ...w } fragment w on Mutation { a: undo(decision: "x", idempotencyKey: "k") { __typename } b: undo(decision: "y", idempotencyKey: "l") { __typename } }'),
    "a name nobody sees": body('mutation($d: DecisionInput!) { decide(decision: $d, idempotencyKey: "d") { __typename } }', {"d": {"kind": "MERGE", "names": ["AFPA", "a\u202eb\u0000"], "reason": "x"}}),
    "4,000 names": body('mutation($d: DecisionInput!) { decide(decision: $d, idempotencyKey: "d") { __typename } }', {"d": {"kind": "MERGE", "names": ["AFPA"] * 4000, "reason": "x"}}),
    "write without a key": body('mutation { undo(decision: "x") { __typename } }'),
    "write of nothing": body('mutation { undo(decision: "x", idempotencyKey: "k") { __typename } }'),
    "a date that is none": body('mutation { suspendService(id: "x", expectedVersion: 1, idempotencyKey: "k", until: "2026-02-31") { __typename } }'),
}  # fmt: skip

BODIES: dict[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "a number": b"1",
    "a text": b'"query"',
    "a list": b'[{"query": "{ domains { code } }"}]',
    "an empty object": b"{}",
    "query of null": b'{"query": null}',
    "query of a number": b'{"query": 1}',
    "variables of a list": b'{"query": "{ __typename }", "variables": []}',
    "variables of a text": b'{"query": "{ __typename }", "variables": "{}"}',
    "operation name of a number": b'{"query": "{ __typename }", "operationName": 1}',
    "a key too many": b'{"query": "{ __typename }", "secret": 1}',
    "not a number": b'{"query": "{ __typename }", "variables": {"a": NaN}}',
    "infinity": b'{"query": "{ __typename }", "variables": {"a": Infinity}}',
    "a number beyond floats": b'{"query": "{ __typename }", "variables": {"a": 1e999}}',
    "an integer of 5,000 digits": b'{"query": "{ __typename }", "variables": {"a": ' + b"9" * 5000 + b"}}",
    "half a surrogate": b'{"query": "{ __typename }", "variables": {"a": "\\ud800"}}',
    "bad UTF-8": b'{"query": "{ __typename }\xff"}',
    "UTF-16": '{"query": "{ __typename }"}'.encode("utf-16"),
    "Latin-1": '{"query": "{ __typename } # é"}'.encode("latin-1"),
    "60,000 brackets": b"[" * 60_000,
    "deep object": b'{"query": "{ __typename }", "variables": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}",
    "cut in the middle": b'{"query": "{ domains',
    "100 kB": b'{"query": "' + b"a" * 100_000 + b'"}',
}

TRANSPORTS: dict[str, tuple[str, dict[str, str]]] = {
    "GET": ("GET", {}),
    "GET with JSON": ("GET", JSON),
    "PUT": ("PUT", JSON),
    "DELETE": ("DELETE", JSON),
    "OPTIONS": ("OPTIONS", JSON),
    "no content type": ("POST", {}),
    "a form": ("POST", {"Content-Type": "application/x-www-form-urlencoded"}),
    "multipart": ("POST", {"Content-Type": "multipart/form-data; boundary=x"}),
    "application/graphql": ("POST", {"Content-Type": "application/graphql"}),
    "almost JSON": ("POST", {"Content-Type": "application/json-patch+json"}),
    "text": ("POST", {"Content-Type": "text/plain"}),
    "another host": ("POST", {**JSON, "Host": "evil.example"}),
    "a WebSocket": ("GET", {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}),
}


@pytest_asyncio.fixture(scope="module")
async def http(packaged_file: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client(packaged_file) as speaking:
        yield speaking


async def sent(http: httpx.AsyncClient, content: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    started = time.perf_counter()
    answer = await http.post("/graphql", content=content, headers=headers or JSON)
    assert time.perf_counter() - started < 2, "slow enough to be an attack that works"
    return answer


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_a_hostile_document_is_no_server_error(http: httpx.AsyncClient, name: str) -> None:
    answer = await sent(http, DOCUMENTS[name])

    assert answer.status_code in (200, 400), answer.text
    assert len(answer.content) < 100_000
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", BODIES)
async def test_a_hostile_body_is_refused(http: httpx.AsyncClient, name: str) -> None:
    answer = await sent(http, BODIES[name])

    assert answer.status_code in (400, 413), answer.text


@pytest.mark.parametrize("name", TRANSPORTS)
async def test_another_transport_is_refused(http: httpx.AsyncClient, name: str) -> None:
    method, headers = TRANSPORTS[name]

    answer = await http.request(method, "/graphql", content=body("{ domains { code } }"), headers=headers)

    assert 400 <= answer.status_code < 500, answer.text


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("fragments reused 12 levels", "TOO_DEEP"),
        ("fragments beyond fifteen", "TOO_MANY_FRAGMENTS"),
        ("deep 9", "TOO_DEEP"),
        ("nested lists", "TOO_COSTLY"),
        ("page by literal", "TOO_COSTLY"),
        ("page by variable", "TOO_COSTLY"),
        ("page by default of a variable", "TOO_COSTLY"),
        ("page by text variable", "TOO_COSTLY"),
        ("pages multiplied", "TOO_COSTLY"),
        ("16 aliases", "TOO_MANY_ALIASES"),
        ("11 directives", "TOO_MANY_DIRECTIVES"),
        ("two operations", "ONE_OPERATION"),
        ("two writes", "ONE_WRITE"),
        ("two writes in a fragment", "ONE_WRITE"),
        ("5,000 repeated fields", "TOO_LONG"),
        ("introspection", "INVALID"),
        ("unknown field", "INVALID"),
        ("broken", "SYNTAX"),
    ],
)
async def test_a_refusal_has_one_error_with_its_code(http: httpx.AsyncClient, name: str, code: str) -> None:
    answer = await sent(http, DOCUMENTS[name])

    (error,) = answer.json()["errors"]
    assert answer.status_code == 400
    assert error["extensions"]["code"] == code
    assert error["extensions"]["requestId"] == answer.headers["x-request-id"]


async def test_nothing_of_the_request_is_quoted(http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    canary = "canari-7f3a"
    for content in (
        body(f"{{ {canary.replace('-', '_')} }}"),
        body("query($n: Int!) " + PAGE % "$n", {"n": canary}),
        body(f'{{ partners(first: "{canary}") {{ __typename }} }}'),
        body(f"{{ partners( {canary}"),
        body("query($r: RequestInput!) { suggest(request: $r) { __typename } }", {"r": {"age": canary}}),
    ):
        answer = await sent(http, content)

        assert answer.status_code == 400
        assert canary not in answer.text
        assert canary.replace("-", "_") not in answer.text
    assert canary not in caplog.text


async def test_a_cursor_that_is_none_is_refused(http: httpx.AsyncClient) -> None:
    for wrong in ("%%%", "!!!!", "//79", "a"):
        asked = "query($a: String) { partners(after: $a) { __typename } }"
        answer = await sent(http, body(asked, {"a": wrong}))

        assert answer.json()["data"]["partners"]["__typename"] == "Refused"


async def test_what_nobody_expected_is_logged_without_its_text(
    packaged_file: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "".join(["mou", "ette"])  # in pieces: a traceback shows the source, which is no value

    async def broken(*arguments: object) -> None:
        raise KeyError(told)

    monkeypatch.setattr(Directories, "current", broken)
    async with client(packaged_file) as http:
        page = await http.post("/", data={"age": "17", "commune": "17299", "needs": "permis"})
        asked = '{ suggest(request: {age: 17, commune: "17299", needs: ["permis"]}) { __typename } }'
        api = await sent(http, body(asked))

    assert page.status_code == api.status_code == 500
    assert "KeyError" in caplog.text
    assert told not in caplog.text + page.text + api.text


async def test_development_opens_introspection(packaged_file: Path) -> None:
    async with client(packaged_file, development=True) as http:
        answer = await sent(http, DOCUMENTS["introspection"])

    assert {"name": "Partner"} in answer.json()["data"]["__schema"]["types"]
