"""The API through its HTTP door, on the packaged lists: questions, unions, pages, decisions and services."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from tests.application import client, copied

PARTNER_NAMES = (
    "partners(filter: $filter, first: 100) { ... on PartnerConnection { totalCount edges { node { id name } } } }"
)


@pytest_asyncio.fixture
async def http(packaged_file: Path, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """On a copy of its own: tests may write."""
    async with client(copied(packaged_file, tmp_path)) as speaking:
        yield speaking


async def asked(http: httpx.AsyncClient, query: str, **variables: Any) -> dict[str, Any]:
    answer = await http.post("/graphql", json={"query": query, "variables": variables})
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


async def found(http: httpx.AsyncClient, **wanted: str) -> set[str]:
    data = await asked(http, f"query($filter: PartnerFilterInput) {{ {PARTNER_NAMES} }}", filter=wanted)
    return {edge["node"]["name"] for edge in data["partners"]["edges"]}


async def a_service(http: httpx.AsyncClient) -> dict[str, Any]:
    data = await asked(
        http,
        "{ services(toConfirm: true, first: 1) { ... on ServiceConnection"
        " { edges { node { id name version toConfirm needs { code } territories { code } } } } } }",
    )
    node: dict[str, Any] = data["services"]["edges"][0]["node"]
    return node


SAVED = "{ __typename ... on Service { toConfirm verifiedOn verifiedBy version ageMin closed fullUntil note } "
SAVED += "... on Conflict { message } ... on Refused { message nearest } ... on NotFound { message } }"


async def test_the_closed_lists_come_in_the_order_of_the_booklet(http: httpx.AsyncClient) -> None:
    data = await asked(http, "{ headings { code } needs { code heading } situations { code } sectors { code } }")

    headings = [h["code"] for h in data["headings"]]
    assert headings[0] == "acces-aux-droits"
    assert len(data["needs"]) == 55
    assert {n["heading"] for n in data["needs"]} == set(headings)
    assert len(data["situations"]) == 43
    assert len(data["sectors"]) == 14


async def test_territories_say_what_holds_them(http: httpx.AsyncClient) -> None:
    data = await asked(http, "{ territories { code name within } }")

    held = {t["code"]: t["within"] for t in data["territories"]}
    assert held["17299"] == "200041762"
    assert held["200041762"] == "17"
    assert held["17"] == "FR"
    assert held["FR"] is None


async def test_search_ignores_accents_and_case_and_reads_the_names_of_the_lists(http: httpx.AsyncClient) -> None:
    assert await found(http, text="ÉPICERIE boussole") == await found(http, text="epicerie Boussole")
    assert any("CLLAJ" in name for name in await found(http, text="clajj"))


async def test_filters_hold_together(http: httpx.AsyncClient) -> None:
    health = await found(http, domain="sante")
    listening = await found(http, domain="sante", need="sante-mentale")

    assert listening < health
    assert listening


async def test_a_filter_with_an_unknown_code_names_the_nearest(http: httpx.AsyncClient) -> None:
    data = await asked(
        http, '{ partners(filter: {need: "sante-mental"}) { __typename ... on Refused { message nearest } } }'
    )

    assert data["partners"]["__typename"] == "Refused"
    assert data["partners"]["nearest"][0] == "sante-mentale"
    assert "n'existe pas" in data["partners"]["message"]


async def test_pages_follow_each_other_without_loss(http: httpx.AsyncClient) -> None:
    query = (
        "query($after: String) { partners(first: 30, after: $after) { ... on PartnerConnection"
        " { totalCount pageInfo { hasNextPage endCursor } edges { node { id } } } } }"
    )
    seen: list[str] = []
    after = None
    while True:
        page = (await asked(http, query, after=after))["partners"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert len(seen) == len(set(seen)) == page["totalCount"]
    assert seen == sorted(seen)


async def test_a_partner_shows_its_units_services_and_the_evidence_of_its_names(http: httpx.AsyncClient) -> None:
    query = (
        'query { partners(filter: {text: "escale"}, first: 1) { ... on PartnerConnection { edges { node { id name'
        " units(first: 10) { name unitOf { id } services(first: 5) { name }"
        " mentions(first: 10) { raw evidence source line } } } } } } }"
    )

    parent = (await asked(http, query))["partners"]["edges"][0]["node"]

    assert parent["units"]
    for unit in parent["units"]:
        assert unit["unitOf"]["id"] == parent["id"]
        assert all(mention["evidence"] for mention in unit["mentions"])


async def test_a_partner_that_does_not_exist_is_a_member_of_the_union(http: httpx.AsyncClient) -> None:
    data = await asked(http, '{ partner(id: "personne") { __typename ... on NotFound { message } } }')

    assert data["partner"]["__typename"] == "NotFound"
    assert "personne" in data["partner"]["message"]


async def test_suggest_answers_all_that_the_page_shows_within_the_guard(http: httpx.AsyncClient) -> None:
    data = await asked(
        http,
        """
        query($request: RequestInput!) { suggest(request: $request) { ... on Suggestion {
          eligible excludedTotal
          safety { number text }
          suggestions { rank score needs { code } reasons { code text }
            partner { id name } service { id name origin toConfirm internal note } }
          team { optimal lead { id } members { partner { id name } needs { code } alternatives { name } } }
          uncovered { code } relaxations { text }
          excluded(first: 20) { partner { name } service { name } reasons { text } }
        } } }
        """,
        request={"age": 17, "commune": "17299", "needs": ["crise-suicidaire", "aide-alimentaire"]},
    )

    suggest = data["suggest"]
    assert [s["rank"] for s in suggest["suggestions"]] == list(range(1, len(suggest["suggestions"]) + 1))
    assert "3114" in [n["number"] for n in suggest["safety"]]
    assert all(s["reasons"] for s in suggest["suggestions"])
    assert all(e["reasons"] for e in suggest["excluded"])
    assert suggest["team"]["members"]


async def test_a_request_that_cannot_be_true_is_refused_in_french(http: httpx.AsyncClient) -> None:
    query = "query($r: RequestInput!) { suggest(request: $r) { __typename ... on Refused { message } } }"
    for wrong, words in (
        ({"age": 7, "commune": "17299", "needs": ["permis"]}, "7 ans est refusé"),
        ({"age": 20, "commune": "75056", "needs": ["permis"]}, "75056"),
        ({"age": 20, "commune": "17300", "needs": ["permis"]}, "La Rochelle"),
        ({"age": 20, "commune": "17299", "needs": []}, "Aucun besoin"),
        ({"age": 20, "commune": "17299", "needs": ["permis"], "situations": ["mineur"]}, "Mineur"),
    ):
        refused = (await asked(http, query, r=wrong))["suggest"]

        assert refused["__typename"] == "Refused"
        assert words in refused["message"]


async def test_no_list_of_a_suggestion_is_cut_at_the_most_needs_it_takes(http: httpx.AsyncClient) -> None:
    needs = [n["code"] for n in (await asked(http, "{ needs { code } }"))["needs"]]
    query = (
        "query($r: RequestInput!) { suggest(request: $r) { ... on Refused { message } ... on Suggestion {"
        " uncovered { code } suggestions { needs { code } } team { members { needs { code } } } } } }"
    )
    request = {"age": 19, "commune": "17299", "limit": 20}

    found = (await asked(http, query, r={**request, "needs": needs[:20]}))["suggest"]
    refused = (await asked(http, query, r={**request, "needs": needs}))["suggest"]

    in_team = {n["code"] for m in found["team"]["members"] for n in m["needs"]}
    suggested = {n["code"] for s in found["suggestions"] for n in s["needs"]}
    missing = set(needs[:20]) - in_team - suggested - {n["code"] for n in found["uncovered"]}
    assert not missing
    assert "20 besoins au plus" in refused["message"]


async def test_verifying_a_service_clears_the_doubt_with_date_and_author(http: httpx.AsyncClient) -> None:
    service = await a_service(http)
    write = (
        "mutation($id: ID!, $v: Int!, $k: ID!)"
        f" {{ verifyService(id: $id, expectedVersion: $v, idempotencyKey: $k) {SAVED} }}"
    )

    first = (await asked(http, write, id=service["id"], v=service["version"], k="verify-1"))["verifyService"]
    again = (await asked(http, write, id=service["id"], v=service["version"], k="verify-1"))["verifyService"]
    late = (await asked(http, write, id=service["id"], v=service["version"], k="verify-2"))["verifyService"]

    assert first["toConfirm"] is False
    assert first["verifiedOn"]
    assert first["verifiedBy"] == "local"
    assert again == first
    assert late["__typename"] == "Conflict"


async def test_a_corrected_service_is_suggested_as_corrected(http: httpx.AsyncClient) -> None:
    service = await a_service(http)
    need = service["needs"][0]["code"]
    write = (
        "mutation($id: ID!, $s: ServiceInput!, $v: Int!)"
        f' {{ correctService(id: $id, service: $s, expectedVersion: $v, idempotencyKey: "c") {SAVED} }}'
    )

    saved = await asked(
        http,
        write,
        id=service["id"],
        v=service["version"],
        s={"name": "Corrigé", "needs": [need], "territories": ["FR"], "ageMin": 29, "ageMax": 29},
    )
    asked_for = (
        "query($r: RequestInput!) { suggest(request: $r) { ... on Suggestion { suggestions { service { name } } } } }"
    )
    fits = await asked(http, asked_for, r={"age": 29, "commune": "17004", "needs": [need], "limit": 20})
    not_fits = await asked(http, asked_for, r={"age": 28, "commune": "17004", "needs": [need], "limit": 20})

    assert saved["correctService"]["ageMin"] == 29
    assert "Corrigé" in [s["service"]["name"] for s in fits["suggest"]["suggestions"]]
    assert "Corrigé" not in [s["service"]["name"] for s in not_fits["suggest"]["suggestions"]]


async def test_a_correction_that_cannot_be_true_is_refused(http: httpx.AsyncClient) -> None:
    service = await a_service(http)
    write = (
        "mutation($id: ID!, $s: ServiceInput!, $v: Int!)"
        f' {{ correctService(id: $id, service: $s, expectedVersion: $v, idempotencyKey: "c") {SAVED} }}'
    )
    for wrong in (
        {"name": "", "needs": ["permis"], "territories": ["FR"]},
        {"name": "x", "needs": [], "territories": ["FR"]},
        {"name": "x", "needs": ["permis"], "territories": []},
        {"name": "x", "needs": ["permis"], "territories": ["FR"], "ageMin": 20, "ageMax": 18},
        {"name": "x", "needs": ["permi"], "territories": ["FR"]},
        {"name": "x", "needs": ["permis"], "territories": ["FR"], "conditions": {"required": [[]]}},
    ):
        saved = await asked(http, write, id=service["id"], v=service["version"], s=wrong)

        assert saved["correctService"]["__typename"] == "Refused", wrong


async def test_a_full_service_is_excluded_until_its_day(http: httpx.AsyncClient) -> None:
    service = await a_service(http)
    write = (
        "mutation($id: ID!, $v: Int!, $until: Date, $k: ID!) { suspendService(id: $id, expectedVersion: $v,"
        f" until: $until, full: true, idempotencyKey: $k) {SAVED} }}"
    )

    next_year = (date.today() + timedelta(days=365)).isoformat()
    full = (await asked(http, write, id=service["id"], v=service["version"], until=next_year, k="s1"))["suspendService"]
    past = (await asked(http, write, id=service["id"], v=full["version"], until="2001-01-01", k="s2"))["suspendService"]
    far = (await asked(http, write, id=service["id"], v=full["version"], until="9999-12-31", k="s4"))["suspendService"]
    opened = (await asked(http, write, id=service["id"], v=full["version"], until=None, k="s3"))["suspendService"]

    assert full["fullUntil"] == next_year
    assert far["__typename"] == "Refused"
    assert past["__typename"] == "Refused"
    assert opened["fullUntil"] is None


async def test_a_closed_service_is_not_suggested(http: httpx.AsyncClient) -> None:
    service = await a_service(http)
    write = (
        "mutation($id: ID!, $v: Int!, $c: Boolean!, $k: ID!)"
        f" {{ closeService(id: $id, expectedVersion: $v, closed: $c, idempotencyKey: $k) {SAVED} }}"
    )

    closed = (await asked(http, write, id=service["id"], v=service["version"], c=True, k="c1"))["closeService"]
    opened = (await asked(http, write, id=service["id"], v=closed["version"], c=False, k="c2"))["closeService"]

    assert closed["closed"] is True
    assert opened["closed"] is False


DECIDED = "{ __typename ... on Decision { id kind names undoneAt undoneBy } ... on Refused { message } "
DECIDED += "... on NotFound { message } ... on Conflict { message } }"


async def ids(http: httpx.AsyncClient) -> set[str]:
    data = await asked(
        http, "{ a: partners(first: 100) { ... on PartnerConnection { totalCount edges { node { id } } } } }"
    )
    return {data["a"]["totalCount"]} | {edge["node"]["id"] for edge in data["a"]["edges"]}


async def test_a_merge_makes_one_partner_and_undo_gives_both_back(http: httpx.AsyncClient) -> None:
    before = await ids(http)
    pair: list[str] = []
    search = f"query($filter: PartnerFilterInput) {{ {PARTNER_NAMES} }}"
    for name in ("actoria", "aftral"):
        edges = (await asked(http, search, filter={"text": name}))["partners"]["edges"]
        pair += [edge["node"]["id"] for edge in edges]
    assert len(pair) == 2
    write = (
        "mutation($a: ID!, $b: ID!, $k: ID!)"
        f' {{ merge(partner: $a, withPartner: $b, reason: "essai", idempotencyKey: $k) {DECIDED} }}'
    )

    merged = (await asked(http, write, a=pair[0], b=pair[1], k="m"))["merge"]
    again = (await asked(http, write, a=pair[0], b=pair[1], k="m"))["merge"]
    after = await ids(http)
    undo = f'mutation($d: ID!) {{ undo(decision: $d, idempotencyKey: "u") {DECIDED} }}'
    undone = (await asked(http, undo, d=merged["id"]))["undo"]
    restored = await ids(http)

    assert merged["kind"] == "MERGE"
    assert again["id"] == merged["id"]
    assert len({e for e in after if e in pair}) == 1
    assert undone["undoneBy"] == "local"
    assert restored == before


async def test_a_decision_without_a_reason_is_refused(http: httpx.AsyncClient) -> None:
    write = f'mutation($d: DecisionInput!) {{ decide(decision: $d, idempotencyKey: "d") {DECIDED} }}'

    for wrong in (
        {"kind": "MERGE", "names": ["AFPA", "AFTRAL"], "reason": "  "},
        {"kind": "MERGE", "names": ["AFPA"], "reason": "un seul nom"},
        {"kind": "UNIT_OF", "names": ["AFPA", ""], "reason": "un nom vide"},
    ):
        assert (await asked(http, write, d=wrong))["decide"]["__typename"] == "Refused"


async def test_waiting_mentions_name_their_candidates(http: httpx.AsyncClient) -> None:
    data = await asked(
        http,
        "{ waiting(first: 20) { ... on MentionConnection { totalCount edges { node"
        " { raw outcome evidence candidateIds partner { name } } } } } }",
    )

    assert data["waiting"]["totalCount"] == len(data["waiting"]["edges"])
    for edge in data["waiting"]["edges"]:
        assert edge["node"]["outcome"] == "AMBIGUOUS"
        assert edge["node"]["evidence"]


async def test_decisions_of_the_territory_have_their_reasons(http: httpx.AsyncClient) -> None:
    data = await asked(
        http, "{ decisions(first: 50) { ... on DecisionConnection { edges { node { kind names reason } } } } }"
    )

    assert data["decisions"]["edges"]
    assert all(edge["node"]["reason"] for edge in data["decisions"]["edges"])
