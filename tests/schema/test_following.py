"""What is followed, through the HTTP door of the API, on the packaged lists."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.application import client, copied

ERRORS = "... on Refused { message nearest } ... on NotFound { message } ... on Conflict { message }"
ILLEGAL = "... on IllegalMove { message allowed { state label } }"
REFERRAL = """id version state stateLabel turn turnLabel needs { code } allowed { state label }
partner { id name } site { kind } service { id }"""
RECORD = f"""mutation($intake: IntakeInput!, $key: ID!) {{ recordIntake(intake: $intake, idempotencyKey: $key) {{
__typename ... on RecordedIntake {{ intake {{ id age programmeLabel site {{ kind }} needs {{ code }} }}
suggestion {{ suggestions {{ partner {{ id }} service {{ id internal needs {{ code }} }} needs {{ code }} }} }} }}
{ERRORS} }} }}"""
REFER = f"""mutation($intake: ID!, $service: ID!, $needs: [String!]!, $key: ID!, $start: ReferralState) {{
refer(intake: $intake, service: $service, needs: $needs, idempotencyKey: $key, start: $start) {{
__typename ... on Referred {{ referral {{ {REFERRAL} }} duplicates {{ id state }} warning }} {ILLEGAL} {ERRORS} }} }}"""
MOVE = f"""mutation($id: ID!, $to: ReferralState!, $version: Int!, $key: ID!, $reason: RefusalReason,
$outcomes: [NeedOutcomeInput!]) {{ moveReferral(id: $id, to: $to, expectedVersion: $version, idempotencyKey: $key,
reason: $reason, outcomes: $outcomes) {{ __typename ... on Referral {{ {REFERRAL} refusalLabel
outcomes {{ need {{ code }} result resultLabel saidByLabel }} events {{ number label reasonLabel actor }} }}
{ILLEGAL} {ERRORS} }} }}"""
BOOKLET: dict[str, Any] = {
    "age": 19,
    "commune": "17299",
    "programme": "aucun",
    "needs": ["droits-sociaux", "demarches-administratives", "domiciliation"],
}


@pytest_asyncio.fixture
async def http(packaged_file: Path, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """On a copy of its own: tests write."""
    async with client(copied(packaged_file, tmp_path)) as speaking:
        yield speaking


async def asked(http: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    """The one field that was asked for."""
    answer = await http.post("/graphql", json={"query": query, "variables": variables})
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["data"].values()
    return found


async def booklet(http: httpx.AsyncClient, key: str = "0b9f6d0e-5c0e-4b7a-9d2e-1f2a3b4c5d6e", **changed: Any) -> Any:
    data = await asked(
        http, "{ partners(filter: {kind: SITE}, first: 1) { ... on PartnerConnection { edges { node { id } } } } }"
    )
    site = data["edges"][0]["node"]["id"]
    return await asked(http, RECORD, intake={**BOOKLET, "site": site, **changed}, key=key)


async def sent(http: httpx.AsyncClient, key: str = "sent", place: int = 0, start: str = "ENVOYEE") -> Any:
    recorded = await booklet(http)
    outside = [s for s in recorded["suggestion"]["suggestions"] if not s["service"]["internal"]]
    chosen = outside[place]
    met = {need["code"] for need in chosen["service"]["needs"]}
    return await asked(
        http,
        REFER,
        intake=recorded["intake"]["id"],
        service=chosen["service"]["id"],
        needs=[need["code"] for need in chosen["needs"] if need["code"] in met],
        key=key,
        start=start,
    )


async def test_a_booklet_is_recorded_and_answered_with_the_partners_that_fit(http: httpx.AsyncClient) -> None:
    first, again = await booklet(http), await booklet(http)

    assert first["__typename"] == "RecordedIntake"
    assert first["intake"]["site"]["kind"] == "SITE"
    assert {need["code"] for need in first["intake"]["needs"]} == set(BOOKLET["needs"])
    assert first["suggestion"]["suggestions"]
    assert again == first


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"programme": "cej2"}, "programme"),
        ({"needs": ["logement-a-moi"]}, "besoin"),
        ({"id": "Dupont"}, "aléatoire"),
        ({"receivedOn": "2004-03-01"}, "naissance"),
        ({"receivedOn": "2999-03-01"}, "à venir"),
    ],
)
async def test_a_booklet_that_is_not_codes_is_refused(
    http: httpx.AsyncClient, changed: dict[str, Any], word: str
) -> None:
    found = await booklet(http, **changed)

    assert found["__typename"] == "Refused"
    assert word in found["message"]
    assert "Dupont" not in found["message"]


async def test_a_referral_sent_twice_with_one_key_is_sent_once(http: httpx.AsyncClient) -> None:
    first, again = await sent(http), await sent(http)

    work = await asked(http, "{ work { ... on WorkConnection { totalCount groups { group n } } } }")
    assert first["__typename"] == "Referred"
    assert again == first
    assert first["referral"]["stateLabel"] == "Envoyée"
    assert first["referral"]["turnLabel"] == "Au partenaire"
    assert work["totalCount"] == 1


async def test_a_second_open_referral_to_the_same_service_is_warned_about(http: httpx.AsyncClient) -> None:
    first = await sent(http)

    second = await sent(http, "second")

    assert first["warning"] is None
    assert second["duplicates"] == [{"id": first["referral"]["id"], "state": "ENVOYEE"}]
    assert "déjà" in second["warning"]


async def test_a_referral_goes_to_its_outcome(http: httpx.AsyncClient) -> None:
    referral = (await sent(http))["referral"]
    for to in ("ACCEPTEE", "EN_COURS"):
        referral = await asked(http, MOVE, id=referral["id"], to=to, version=referral["version"], key=to)
    outcomes = [{"need": n["code"], "result": "COUVERT", "saidBy": "ADVISER"} for n in referral["needs"]]

    ended = await asked(
        http, MOVE, id=referral["id"], to="TERMINEE", version=referral["version"], key="end", outcomes=outcomes
    )

    assert ended["__typename"] == "Referral"
    assert {o["resultLabel"] for o in ended["outcomes"]} == {"Besoin couvert"}
    assert [e["label"] for e in ended["events"]] == ["Envoyée", "Acceptée", "En cours", "Terminée"]
    assert {e["actor"] for e in ended["events"]} == {"local"}


async def test_a_move_that_the_table_forbids_says_in_french_which_are_allowed(http: httpx.AsyncClient) -> None:
    referral = (await sent(http))["referral"]

    found = await asked(http, MOVE, id=referral["id"], to="EN_PAUSE", version=1, key="pause")

    assert found["__typename"] == "IllegalMove"
    assert "Possible : « Reçue », « À l'étude »" in found["message"]
    assert {"state": "ACCEPTEE", "label": "Acceptée"} in found["allowed"]
    assert found["allowed"][-1]["state"] == "ERREUR"


@pytest.mark.parametrize("typed", ["DURAND Léa", "17-004512", "0612345678"])
async def test_a_name_or_a_file_number_typed_as_a_pseudonym_is_not_said_again(
    http: httpx.AsyncClient, typed: str
) -> None:
    recorded = await booklet(http)
    suggested = next(s for s in recorded["suggestion"]["suggestions"] if not s["service"]["internal"])
    plan = "query($id: ID!) { plan(intake: $id) { __typename ... on NotFound { message } } }"

    answers = [
        await asked(http, plan, id=typed),
        await asked(
            http, REFER, intake=typed, service=suggested["service"]["id"], needs=["domiciliation"], key="typed"
        ),
    ]

    for found in answers:
        assert found["__typename"] == "NotFound"
        assert found["message"] == "Livret introuvable : aucun ne porte ce pseudonyme."


async def test_an_illegal_move_of_an_inbound_referral_is_told_in_its_own_words(http: httpx.AsyncClient) -> None:
    recorded = await booklet(http)
    sender = (await sent(http))["referral"]["partner"]["id"]
    asking = f"""mutation($intake: ID!, $partner: ID!, $needs: [String!]!, $key: ID!) {{
    receiveReferral(intake: $intake, partner: $partner, needs: $needs, idempotencyKey: $key) {{
    ... on Referred {{ referral {{ {REFERRAL} }} }} {ERRORS} }} }}"""
    intake = recorded["intake"]["id"]
    made = await asked(http, asking, intake=intake, partner=sender, needs=BOOKLET["needs"][:1], key="in")
    id = made["referral"]["id"]
    held = await asked(http, MOVE, id=id, to="INFO_DEMANDEE", version=1, key="more")

    found = await asked(http, MOVE, id=id, to="TERMINEE", version=2, key="end")

    assert found["__typename"] == "IllegalMove"
    assert found["allowed"] == held["allowed"]
    assert {"state": "RECUE", "label": "Le partenaire a donné l'information"} in found["allowed"]


async def test_an_appointment_beyond_all_time_is_refused(http: httpx.AsyncClient) -> None:
    referral = (await sent(http))["referral"]

    found = await asked(
        http,
        f"""mutation($id: ID!) {{ moveReferral(id: $id, to: RDV_FIXE, expectedVersion: 1, idempotencyKey: "far",
        plannedOn: "9999-12-31") {{ __typename {ERRORS} }} }}""",
        id=referral["id"],
    )

    assert found["__typename"] == "Refused"
    assert "deux ans" in found["message"]


async def test_of_two_that_move_one_referral_the_second_is_told_what_it_became(http: httpx.AsyncClient) -> None:
    referral = (await sent(http))["referral"]

    won = await asked(http, MOVE, id=referral["id"], to="ACCEPTEE", version=1, key="one")
    lost = await asked(http, MOVE, id=referral["id"], to="REFUSEE", version=1, key="two", reason="CAPACITE")

    assert won["state"] == "ACCEPTEE"
    assert lost["__typename"] == "Conflict"
    assert "« Acceptée » par Poste local" in lost["message"]


async def test_a_key_that_another_call_used_is_refused(http: httpx.AsyncClient) -> None:
    referral = (await sent(http))["referral"]
    await asked(http, MOVE, id=referral["id"], to="RECUE", version=1, key="one")

    found = await asked(http, MOVE, id=referral["id"], to="ACCEPTEE", version=2, key="one")

    assert found["__typename"] == "Conflict"


async def test_a_refused_referral_is_rerouted_to_a_partner_that_was_not_asked(http: httpx.AsyncClient) -> None:
    referral = (await sent(http))["referral"]
    refused = await asked(http, MOVE, id=referral["id"], to="REFUSEE", version=1, key="no", reason="CAPACITE")
    proposals = await asked(
        http,
        "query($id: ID!) { proposals(referral: $id) { ... on Proposals { proposals { partner { id } } } } }",
        id=referral["id"],
    )

    query = f"""mutation($id: ID!, $version: Int!) {{
    reroute(id: $id, expectedVersion: $version, idempotencyKey: "r") {{
    ... on Rerouted {{ before {{ state }} made {{ referral {{ followsId {REFERRAL} }} }} }} {ERRORS} }} }}"""
    first = await asked(http, query, id=referral["id"], version=refused["version"])
    again = await asked(http, query, id=referral["id"], version=refused["version"])
    chain = await asked(
        http,
        "query($id: ID!) { referralChain(id: $id) { ... on ReferralChain { referrals { id state } } } }",
        id=first["made"]["referral"]["id"],
    )

    made = first["made"]["referral"]
    assert refused["refusalLabel"] == "Plus de place"
    assert first["before"]["state"] == "REORIENTEE"
    assert made["followsId"] == referral["id"]
    assert made["partner"]["id"] == proposals["proposals"][0]["partner"]["id"] != referral["partner"]["id"]
    assert again == first
    assert [r["id"] for r in chain["referrals"]] == [referral["id"], made["id"]]


async def test_the_plan_says_what_a_young_person_waits_for(http: httpx.AsyncClient) -> None:
    referral = (await sent(http))["referral"]
    intake = (await booklet(http))["intake"]["id"]

    plan = await asked(
        http,
        """query($id: ID!) { plan(intake: $id) { ... on Plan { open { due late groupLabel referral { id turn
        partner { name } service { name } } } ended { late } alone { code } coSupports { id } } } }""",
        id=intake,
    )

    followed = {need["code"] for need in referral["needs"]}
    assert [item["referral"]["id"] for item in plan["open"]] == [referral["id"]]
    assert plan["open"][0]["due"] is not None
    assert {need["code"] for need in plan["alone"]} == set(BOOKLET["needs"]) - followed


async def test_an_offer_of_the_mission_locale_is_no_referral(http: httpx.AsyncClient) -> None:
    recorded = await booklet(http)
    data = await asked(
        http, '{ partner(id: "mission-locale") { ... on Partner { services { id internal needs { code } } } } }'
    )
    internal = next(service for service in data["services"] if service["internal"])

    found = await asked(
        http,
        REFER,
        intake=recorded["intake"]["id"],
        service=internal["id"],
        needs=[internal["needs"][0]["code"]],
        key="own",
    )

    assert found["__typename"] == "Refused"
    assert "pas une orientation" in found["message"]


SUPPORT = (
    "id version members { role roleLabel partner { id } service { id } reason } meetings { on presentIds } closedOn"
)


async def test_a_co_support_is_opened_with_the_proposed_team_and_a_member_sees_no_need(http: httpx.AsyncClient) -> None:
    intake = (await booklet(http))["intake"]["id"]
    proposed = await asked(
        http,
        """query($id: ID!) { proposedCoSupport(intake: $id) { ... on ProposedCoSupport {
        members { role partner { id } } } } }""",
        id=intake,
    )

    opened = await asked(
        http,
        f"""mutation($id: ID!) {{ openCoSupport(intake: $id, idempotencyKey: "o") {{ __typename
        ... on CoSupport {{ {SUPPORT} }} {ERRORS} }} }}""",
        id=intake,
    )
    partner = opened["members"][0]["partner"]["id"]
    seen = await asked(
        http,
        """query($id: ID!, $partner: ID!) { coSupportSeenBy(id: $id, partner: $partner) { __typename
        ... on SeenCoSupport { members { partner { id } service { name } reason } } } }""",
        id=opened["id"],
        partner=partner,
    )
    stranger = await asked(
        http,
        'query($id: ID!) { coSupportSeenBy(id: $id, partner: "nobody") { __typename } }',
        id=opened["id"],
    )

    assert [m["partner"]["id"] for m in opened["members"]] == [m["partner"]["id"] for m in proposed["members"]]
    assert opened["members"][0]["roleLabel"] == "référent"
    assert seen["__typename"] == "SeenCoSupport"
    assert stranger["__typename"] == "NotFound"


async def test_an_agreement_and_the_timers_of_a_service_are_saved(http: httpx.AsyncClient) -> None:
    referral = (await sent(http))["referral"]

    saved = await asked(
        http,
        """mutation($partner: ID!) { saveAgreement(kind: CONVENTION, partners: [$partner], startsOn: "2026-01-01",
        idempotencyKey: "a") { __typename ... on Agreement { id kindLabel inForce partnerIds } } }""",
        partner=referral["partner"]["id"],
    )
    page = await asked(http, "{ agreements { ... on AgreementConnection { totalCount edges { node { id } } } } }")
    timers = await asked(
        http,
        """mutation($service: ID!) {
        setServiceTimers(service: $service, reminder: 3, expiry: 20, idempotencyKey: "t") {
        ... on ServiceTimers { reminder expiry study } ... on Refused { message } } }""",
        service=referral["service"]["id"],
    )
    wrong = await asked(
        http,
        """mutation($service: ID!) {
        setServiceTimers(service: $service, reminder: 30, expiry: 20, idempotencyKey: "u") {
        ... on Refused { message } } }""",
        service=referral["service"]["id"],
    )

    assert saved["kindLabel"] == "convention"
    assert page["edges"] == [{"node": {"id": saved["id"]}}]
    assert timers == {"reminder": 3, "expiry": 20, "study": 60}
    assert "relance" in wrong["message"]
