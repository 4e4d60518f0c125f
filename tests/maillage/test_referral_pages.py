"""The pages of referrals and of the report, asked as a browser asks them."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from graph.sqlite_store import SqliteStore
from loaders.directory import knowledge
from maillage.simulating import simulate
from tests.application import client, copied
from tests.maillage.html import Page, words

ASYLUM: dict[str, str | list[str]] = {
    "age": "19",
    "commune": "17485",
    "needs": ["sejour-asile", "hebergement-accompagne", "trajets"],
    "situations": ["demandeur-asile"],
}


@pytest_asyncio.fixture
async def speaking(packaged_file: Path, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A store of its own, where nobody was sent anywhere yet."""
    async with client(copied(packaged_file, tmp_path)) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def year(packaged_file: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """A simulated year; read it only."""
    path = copied(packaged_file, tmp_path_factory.mktemp("year"))
    store = SqliteStore(path)
    await simulate(store, year=2025, seed=5, youths=120)
    await store.close()
    async with client(path) as opened:
        yield opened


def filled(page: Page) -> dict[str, list[str]]:
    """What the browser would send of the forms of a page, as they stand."""
    found: dict[str, list[str]] = {}
    select, chosen = "", False
    for e in page.elements:
        if e.tag == "input" and (e.attributes.get("type") != "checkbox" or "checked" in e.attributes):
            found.setdefault(e["name"], []).append(e.attributes.get("value", ""))
        elif e.tag == "select":
            select, chosen = e["name"], False
        elif e.tag == "option" and (not chosen or "selected" in e.attributes):
            found[select], chosen = [e["value"]], True
    return found


async def seen(speaking: httpx.AsyncClient, address: str, status: int = 200) -> Page:
    answer = await speaking.get(address)
    assert answer.status_code == status, answer.text
    return Page(answer.text)


async def confirmation(speaking: httpx.AsyncClient, mode: str = "suivie", place: int = 0) -> Page:
    """Of the partner at that *place* of the suggestion: the first click."""
    answer = Page((await speaking.post("/", data=ASYLUM)).text)
    fields: dict[str, list[str]] = {}
    for e in answer.all("input", type="hidden"):
        fields.setdefault(e["name"], []).append(e["value"])
    button = answer.all("button", name=mode)[place]
    confirmed = await speaking.post("/orientations/nouvelle", data={**fields, mode: button["value"]})
    assert confirmed.status_code == 200, confirmed.text
    return Page(confirmed.text)


async def recorded(speaking: httpx.AsyncClient, **changed: str | list[str]) -> str:
    """The address of a new referral, recorded by the second click."""
    page = await confirmation(speaking)
    answer = await speaking.post("/orientations", data={**filled(page), **changed})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def moved(
    speaking: httpx.AsyncClient, address: str, to: str, said: dict[str, str] | None = None, status: int = 303
) -> httpx.Response:
    page = await seen(speaking, address)
    key, version = page.all("input", name="key")[0]["value"], page.all("input", name="version")[0]["value"]
    answer = await speaking.post(address, data={"key": key, "version": version, "to": to, **(said or {})})
    assert answer.status_code == status, answer.text
    return answer


def state(page: Page) -> str:
    return next(text for level, text in page.headings if level == 2)


async def test_two_clicks_lead_from_a_suggestion_to_a_recorded_referral(speaking: httpx.AsyncClient) -> None:
    page = await confirmation(speaking)
    assert page.faults == []
    assert "mission-locale-espace-d-accueil-de-saint-pierre-d-oleron" in filled(page)["site"]

    answer = await speaking.post("/orientations", data=filled(page))

    assert answer.status_code == 303
    life = await seen(speaking, answer.headers["location"])
    assert state(life).startswith("Envoyée depuis aujourd'hui")
    plan = await seen(speaking, f"/jeunes/{filled(page)['intake'][0]}")
    assert "Ce qu'il attend : 1 orientation" in [text for _, text in plan.headings]
    assert "Besoins que personne ne suit" in [text for _, text in plan.headings]


async def test_a_form_sent_twice_records_once(speaking: httpx.AsyncClient) -> None:
    fields = {**filled(await confirmation(speaking)), "team": "oui"}

    first = await speaking.post("/orientations", data=fields)
    second = await speaking.post("/orientations", data=fields)

    assert first.headers["location"] == second.headers["location"]
    plan = await seen(speaking, f"/jeunes/{fields['intake'][0]}")
    assert "Ce qu'il attend : 1 orientation" in [text for _, text in plan.headings]
    assert len(plan.of_class("lead-badge")) == 1


async def test_a_referral_made_by_phone_is_declared_with_its_day_and_answer(speaking: httpx.AsyncClient) -> None:
    page = await confirmation(speaking, "declaree")
    earlier = date.today() - timedelta(days=4)

    answer = await speaking.post(
        "/orientations", data={**filled(page), "on": earlier.isoformat(), "answer": "acceptee"}
    )

    life = await seen(speaking, answer.headers["location"])
    assert state(life).startswith("Acceptée depuis 4 jours")
    assert "déclarée : faite par téléphone ou au guichet" in words(life.all("body")[0].text)


async def test_what_is_refused_is_said_on_the_confirmation_and_kept(speaking: httpx.AsyncClient) -> None:
    page = await confirmation(speaking, "declaree")
    later = (date.today() + timedelta(days=3)).isoformat()

    answer = await speaking.post("/orientations", data={**filled(page), "on": later, "programme": "cej"})

    assert answer.status_code == 422
    again = Page(answer.text)
    assert again.faults == []
    assert "à venir" in again.of_class("refused")[0].text
    assert filled(again)["on"] == [later]
    assert filled(again)["key"] == filled(page)["key"]


async def test_a_second_open_referral_to_the_same_service_is_warned_about(speaking: httpx.AsyncClient) -> None:
    page = await confirmation(speaking)
    await speaking.post("/orientations", data=filled(page))
    fields = {name: value for name, value in filled(page).items() if name != "key"}

    again = Page((await speaking.post("/orientations/nouvelle", data=fields)).text)

    assert "déjà orienté vers ce service" in again.of_class("warned")[0].text
    assert "site" not in filled(again)


async def test_an_illegal_move_says_what_is_allowed_and_shows_the_state(speaking: httpx.AsyncClient) -> None:
    address = await recorded(speaking)

    answer = await moved(speaking, address, "en_pause", status=422)

    page = Page(answer.text)
    assert page.faults == []
    assert "Possible" in page.of_class("refused")[0].text
    assert state(page) == "Ce passage n'est pas enregistré"
    assert "Envoyée" in words(page.text_of_class("now"))


async def test_of_two_that_move_one_referral_the_second_is_shown_what_it_became(speaking: httpx.AsyncClient) -> None:
    address = await recorded(speaking)
    stale = filled(await seen(speaking, address))
    await moved(speaking, address, "acceptee")

    answer = await speaking.post(address, data={"key": stale["key"], "version": stale["version"], "to": "recue"})

    page = Page(answer.text)
    assert answer.status_code == 409
    assert "Acceptée" in page.of_class("refused")[0].text
    assert "Acceptée" in words(page.text_of_class("now"))


@pytest.mark.parametrize(
    ("to", "said", "sentence"),
    [
        ("refusee", {}, "Un refus a un motif"),
        ("refusee", {"reason": "fatigue"}, "Choisissez un motif de la liste"),
        ("rdv_fixe", {"on": "demain"}, "Indiquez la date"),
        ("ailleurs", {}, "n'est pas complet"),
    ],
)
async def test_a_move_that_lacks_what_it_demands_is_refused_in_french(
    speaking: httpx.AsyncClient, to: str, said: dict[str, str], sentence: str
) -> None:
    address = await recorded(speaking)

    answer = await moved(speaking, address, to, said, 422)

    assert sentence in words(Page(answer.text).of_class("refused")[0].text)


async def test_a_refused_referral_is_sent_to_the_next_best_partner_and_the_chain_is_kept(
    speaking: httpx.AsyncClient,
) -> None:
    address = await recorded(speaking)
    await moved(speaking, address, "refusee", {"reason": "capacite"})
    refused = await seen(speaking, address)
    (service, *_), (version, *_) = refused.all("input", name="service"), refused.all("input", name="version")
    key = refused.all("input", name="key")[-1]["value"]
    fields = {"key": key, "version": version["value"], "service": service["value"]}

    first = await speaking.post(f"{address}/suite", data=fields)
    second = await speaking.post(f"{address}/suite", data=fields)

    assert first.status_code == 303
    assert first.headers["location"] == second.headers["location"] != address
    following = await seen(speaking, first.headers["location"])
    assert "La chaîne des orientations" in [text for _, text in following.headings]
    assert state(await seen(speaking, address)).startswith("Réorientée")


async def test_a_referral_ends_with_an_outcome_for_each_need(speaking: httpx.AsyncClient) -> None:
    address = await recorded(speaking)
    await moved(speaking, address, "rdv_fixe", {"on": date.today().isoformat()})
    await moved(speaking, address, "rdv_honore")
    await moved(speaking, address, "terminee", {"said_by": "conseiller"}, 422)

    asked = {name for name in filled(await seen(speaking, address)) if name.startswith("result-")}
    await moved(speaking, address, "terminee", {"said_by": "jeune", **dict.fromkeys(asked, "besoin_couvert")})

    page = await seen(speaking, address)
    assert state(page).startswith("Terminée")
    assert "besoin couvert, dit le jeune" in words(page.all("body")[0].text)


async def test_no_two_moves_are_called_the_same(speaking: httpx.AsyncClient) -> None:
    address, found = await recorded(speaking), list[list[str]]()

    for to, said in (("acceptee", {}), ("rdv_fixe", {"on": date.today().isoformat()}), ("rdv_honore", {})):
        found.append(offered(await seen(speaking, address)))
        await moved(speaking, address, to, said)
    found.append(offered(await seen(speaking, address)))

    assert all(len(labels) == len(set(labels)) for labels in found)
    endings = [label for label in found[-1] if label.startswith("Terminer")]
    assert endings == ["Terminer : dire l'issue de chaque besoin…", "Terminer : le partenaire dit l'issue du service…"]


@pytest.mark.parametrize(("days", "offers"), [(-1, True), (0, True), (1, False)])
async def test_nobody_is_said_to_have_come_before_the_appointed_day(
    speaking: httpx.AsyncClient, days: int, offers: bool
) -> None:
    address = await recorded(speaking)

    await moved(speaking, address, "rdv_fixe", {"on": (date.today() + timedelta(days=days)).isoformat()})

    labels = offered(await seen(speaking, address))
    assert ("Le jeune est venu" in labels) is offers
    assert ("Le jeune n'est pas venu" in labels) is offers
    assert "Déplacer le rendez-vous…" in labels


async def test_another_partner_is_folded_away_while_a_referral_goes_well(speaking: httpx.AsyncClient) -> None:
    address = await recorded(speaking)
    await moved(speaking, address, "acceptee")
    healthy = await seen(speaking, address)

    refused_address = await recorded(speaking)
    await moved(speaking, refused_address, "refusee", {"reason": "capacite"})
    refused = await seen(speaking, refused_address)

    assert [e.tag for e in healthy.elements if e.attributes.get("id") == "suite"] == ["details"]
    assert [e.tag for e in refused.elements if e.attributes.get("id") == "suite"] == ["h2"]
    assert "Réorienter vers ce partenaire" in words(refused.text_of_class("team"))


def offered(page: Page) -> list[str]:
    """The moves of a page, in words."""
    buttons = [words(e.text) for e in page.all("button", name="to")]
    return buttons + [label for e in page.all("summary") if (label := words(e.text)).endswith("…")]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://ailleurs.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9"},
    ],
)
async def test_a_form_that_another_site_sends_writes_nothing(
    speaking: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    page = await confirmation(speaking)

    answer = await speaking.post("/orientations", data=filled(page), headers=headers)

    assert answer.status_code == 403
    assert "ne vient pas d'une page de ce service" in answer.text.replace("&#39;", "'")
    assert (await speaking.get(f"/jeunes/{filled(page)['intake'][0]}")).status_code == 404


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "same-origin", "origin": "null"}, {"origin": "http://127.0.0.1"}]
)
async def test_our_own_forms_are_taken(speaking: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await speaking.post("/orientations", data=filled(await confirmation(speaking)), headers=headers)

    assert answer.status_code == 303


async def test_a_form_without_its_key_is_refused(speaking: httpx.AsyncClient) -> None:
    page = await confirmation(speaking)

    answer = await speaking.post("/orientations", data={**filled(page), "key": "1"})

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "address",
    ["/orientations/absente", "/jeunes/absent", "/jeunes/3f2504e0-4f89-41d3-9a0c-0305e82c3301", "/orientations?voir=x"],
)
async def test_what_does_not_exist_is_a_page_that_says_so(speaking: httpx.AsyncClient, address: str) -> None:
    assert "Cette page n'existe pas" in words(
        (await seen(speaking, address, 404)).all("p", **{"class": "lead"})[0].text
    )


async def test_the_list_says_whose_turn_it_is_and_its_moves_lead_back_to_it(year: httpx.AsyncClient) -> None:
    page = await seen(year, "/orientations?voir=a-reorienter")

    assert page.faults == []
    rows = page.of_class("follow")
    assert 0 < len(rows) <= 25
    assert all(e["value"] == "/orientations?voir=a-reorienter" for e in page.all("input", name="back"))
    shown = [words(e.text) for e in page.of_class("number-of")]
    assert len(shown) == 4
    assert sum(map(int, shown)) > len(rows)
    site = filled(page)["site"]
    assert site == [""]


async def test_the_list_and_the_api_word_its_groups_alike(year: httpx.AsyncClient) -> None:
    page = await seen(year, "/orientations")

    answer = await year.post(
        "/graphql", json={"query": "{ work(first: 1) { ... on WorkConnection { groups { label n } } } }"}
    )

    told = [f"{group['label']} {group['n']}" for group in answer.json()["data"]["work"]["groups"]]
    tabs = [words(e.text) for e in page.all("a") if e["href"].startswith("/orientations?voir=")]
    assert set(tabs) < set(told)
    assert len(tabs) == len(told) - 1 == 3


async def test_pages_of_the_list_follow_each_other_without_a_gap(year: httpx.AsyncClient) -> None:
    address, found = "/orientations?voir=a-reorienter", []
    while address:
        page = await seen(year, address)
        found += [e["id"] for e in page.of_class("follow")]
        address = next((e["href"] for e in page.of_class("button") if "apres=" in e.attributes.get("href", "")), "")

    total = next(int(w) for w in page.headings[1][1].split() if w.isdecimal())
    assert len(found) == len(set(found)) == total


@pytest.mark.parametrize("address", ["/", "/orientations", "/rapport"])
async def test_what_is_simulated_says_so_on_every_page(
    year: httpx.AsyncClient, speaking: httpx.AsyncClient, address: str
) -> None:
    assert len((await seen(year, address)).of_class("simulated")) == 1
    assert (await seen(speaking, address)).of_class("simulated") == []


async def test_the_report_says_its_findings_first_then_each_measure_with_its_table(year: httpx.AsyncClient) -> None:
    page = await seen(year, "/rapport")

    assert page.faults == []
    titles = [text for _, text in page.headings]
    assert titles.index(next(t for t in titles if t.startswith("Ce qui ressort"))) < titles.index("Les mesures")
    assert all(after <= before + 1 for before, after in pairwise(level for level, _ in page.headings))
    pictures = page.all("svg")
    assert len(pictures) > 3
    assert all(e["aria-label"] for e in pictures)
    assert len(page.all("table")) >= len(pictures)
    for element in page.elements:
        assert "style" not in element.attributes
    assert page.all("style") == page.all("script") == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("besoin=permis", "besoin « Passer le permis ou le code »"),
        ("epci=200041762", "CA Rochefort Océan"),
        ("age=moins-de-18", "moins de 18 ans"),
    ],
)
async def test_a_narrowed_report_says_to_what_and_calls_no_agreement_unused(
    year: httpx.AsyncClient, query: str, said: str
) -> None:
    page = await seen(year, f"/rapport?{query}")

    assert said.lower() in words(page.of_class("lead")[0].text).lower()
    assert all("Convention inutilisée" not in words(e.text) for e in page.of_class("kind"))


async def test_a_referral_tried_since_does_not_move_the_end_of_a_simulated_year(
    packaged_file: Path, tmp_path: Path
) -> None:
    path = copied(packaged_file, tmp_path)
    store = SqliteStore(path)
    await simulate(store, year=date.today().year - 1, seed=5, youths=20)
    await store.close()
    async with client(path) as trying:
        before = words((await seen(trying, "/rapport")).of_class("lead")[0].text)
        elsewhere = [words(e.text) for e in (await seen(trying, "/orientations?voir=a-reorienter")).of_class("follow")]
        await recorded(trying)

        assert words((await seen(trying, "/rapport")).of_class("lead")[0].text) == before
        left = [words(e.text) for e in (await seen(trying, "/orientations?voir=a-reorienter")).of_class("follow")]
        assert left
        assert left == elsewhere


async def test_the_report_keeps_what_was_asked_and_refuses_what_cannot_be(year: httpx.AsyncClient) -> None:
    right = await seen(year, "/rapport?du=2025-01-01&au=2025-06-30&epci=200041762")
    assert filled(right)["du"] == ["2025-01-01"]
    assert "1er janvier 2025 au 30 juin 2025" in words(right.of_class("lead")[0].text)
    for query, sentence in {
        "du=2025-06-30&au=2025-01-01": "commence après sa fin",
        "du=hier": "Une date s'écrit",
        "besoin=bonheur": "n'existe pas",
        "age=99": "n'existe pas",
        "site=ailleurs": "n'existe pas",
        "epci=17299": "Choisissez une intercommunalité",
    }.items():
        page = await seen(year, f"/rapport?{query}", 422)
        assert page.faults == []
        assert sentence in words(page.of_class("refused")[0].text)


async def test_no_need_of_a_person_stands_in_an_address_and_no_page_is_kept(speaking: httpx.AsyncClient) -> None:
    address = await recorded(speaking)

    for page in (address, "/orientations", "/rapport"):
        answer = await speaking.get(page)
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
        for element in Page(answer.text).elements:
            assert "sejour-asile" not in element.attributes.get("href", "") + element.attributes.get("action", "")
    assert knowledge().reference.needs.keys() & set(address.split("/")) == set()


@pytest.mark.parametrize(
    ("kind", "media", "begins"), [("html", "text/html", "<!doctype"), ("csv", "text/csv", "\ufeff")]
)
async def test_the_report_is_taken_away_as_a_file_that_hides_small_counts(
    year: httpx.AsyncClient, kind: str, media: str, begins: str
) -> None:
    page = await seen(year, "/rapport?du=2025-01-01&epci=200041762")
    (address,) = [e["href"] for e in page.all("a") if f"fichier.{kind}" in e.attributes.get("href", "")]

    answer = await year.get(address)

    assert address.endswith("?du=2025-01-01&epci=200041762")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media)
    assert answer.headers["content-disposition"].startswith('attachment; filename="rapport-2025-01-01-')
    assert answer.headers["cache-control"] == "no-store"
    text = answer.content.decode()
    assert text.startswith(begins)
    assert "moins de 5" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert (await year.get("/rapport/fichier.exe")).status_code == 404
    assert (await year.get(f"/rapport/fichier.{kind}?du=hier")).status_code == 400


async def test_the_curve_of_answers_says_what_its_table_says(year: httpx.AsyncClient) -> None:
    page = await seen(year, "/rapport")

    assert "Les réponses, jour après jour" in [text for _, text in page.headings]
    shares = [words(e.text) for e in page.all("td", **{"data-label": "Répondues"})]
    assert len(shares) >= 3
    numbers = [int(share.removesuffix(" %")) for share in shares]
    assert numbers == sorted(numbers)


async def test_a_page_of_the_list_whose_start_has_moved_is_the_first_one(year: httpx.AsyncClient) -> None:
    first = await seen(year, "/orientations?voir=a-reorienter")

    again = await seen(year, "/orientations?voir=a-reorienter&apres=disparue")

    assert [e["id"] for e in again.of_class("follow")] == [e["id"] for e in first.of_class("follow")]


BODIES = [
    b"",
    b"&&&===",
    b"intake=%00&key=%00&suivie=%00&needs=%00&age=%00",
    b"suivie=%ED%A0%80&needs=%FF%FE&commune=17299&age=19",
    b"key=" + b"9" * 50_000,
    b"to=terminee&version=-1&key=3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    b"to=erreur&version=99999999999999999999&key=3f2504e0-4f89-41d3-9a0c-0305e82c3301&reason=__class__",
    b"age=19&commune=17299&needs=permis&suivie=constructor&intake=3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    b"back=https://ailleurs.example/&to=acceptee&version=1&key=3f2504e0-4f89-41d3-9a0c-0305e82c3301",
]


@pytest.mark.parametrize("body", BODIES)
async def test_no_body_breaks_a_page_and_none_leads_elsewhere(speaking: httpx.AsyncClient, body: bytes) -> None:
    address = await recorded(speaking)
    head = {"content-type": "application/x-www-form-urlencoded"}

    for path in ("/orientations/nouvelle", "/orientations", address, f"{address}/suite", "/orientations/%00", "/"):
        answer = await speaking.post(path, content=body, headers=head)

        assert answer.status_code < 500, (path, answer.text)
        assert answer.headers.get("location", "/").startswith("/")
        if answer.text:
            assert Page(answer.text).faults == []
