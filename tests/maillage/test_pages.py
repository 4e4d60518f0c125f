"""The first page, asked as a browser asks it."""

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio

from graph.sqlite_store import SqliteStore
from loaders.directory import knowledge
from loaders.reference import reference
from maillage.app import create_app
from maillage.wording import TO_CONFIRM
from tests.application import client, copied
from tests.maillage.html import Page, words

Fields = dict[str, str | list[str]]

CRISIS: Fields = {
    "age": "16",
    "commune": "17299",
    "needs": ["crise-suicidaire", "sante-mentale", "obligation-formation"],
    "situations": ["decrochage"],
}
ASYLUM: Fields = {
    "age": "19",
    "commune": "17485",
    "needs": ["sejour-asile", "francais-langue", "hebergement-accompagne", "trajets"],
    "situations": ["demandeur-asile", "non-mobile"],
}
BUILDING: Fields = {
    "age": "22",
    "commune": "17299",
    "needs": ["qualification"],
    "situations": ["demandeur-emploi", "sans-solution"],
    "sectors": ["F"],
}
NOBODY: Fields = {"age": "14", "commune": "17004", "needs": ["emploi-iae"]}
MANY: Fields = {"age": "20", "commune": "17299", "needs": [*list(reference().needs)[::4], "emploi-adapte"]}
CASES = {"crisis": CRISIS, "asylum": ASYLUM, "building": BUILDING, "nobody": NOBODY, "many": MANY}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def speaking(packaged_file: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client(packaged_file) as opened:
        yield opened


async def asked(speaking: httpx.AsyncClient, fields: Fields, status: int = 200) -> Page:
    answer = await speaking.post("/", data=fields)
    assert answer.status_code == status, answer.text
    return Page(answer.text)


async def test_the_form_asks_every_need_under_its_heading_and_every_situation_but_the_minority(
    speaking: httpx.AsyncClient,
) -> None:
    page = Page((await speaking.get("/")).text)
    known = reference()

    assert [e["value"] for e in page.all("input", name="needs")] == [
        need.code for heading in known.headings for need in known.needs.values() if need.heading == heading
    ]
    assert {e["value"] for e in page.all("input", name="situations")} == known.situations.keys() - {"mineur"}
    assert {e["value"] for e in page.all("input", name="sectors")} == set(known.sectors)
    assert {e["value"] for e in page.all("option")} == {"", *(c.insee for c in known.served())}
    legends = [words(e.text) for e in page.all("legend")]
    assert legends[: len(known.headings)] == [heading.label for heading in known.headings.values()]


@pytest.mark.parametrize("case", [*CASES, "form", "refused", "absent"])
async def test_a_page_is_sound_html_with_headings_in_order(speaking: httpx.AsyncClient, case: str) -> None:
    match case:
        case "form":
            page = Page((await speaking.get("/")).text)
        case "absent":
            page = Page((await speaking.get("/absent")).text)
        case "refused":
            page = await asked(speaking, {"age": "7"}, 422)
        case _:
            page = await asked(speaking, CASES[case])

    assert page.faults == []
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.all("html", lang="fr")
    for element in page.elements:
        assert "style" not in element.attributes
        assert not any(name.startswith("on") for name in element.attributes)
    assert page.all("script") == page.all("style") == page.all("img") == []


async def test_every_field_has_a_label(speaking: httpx.AsyncClient) -> None:
    page = Page((await speaking.get("/")).text)
    labelled = {e.attributes.get("for") for e in page.all("label")}
    inside = {words(e.text) for e in page.all("label") if "for" not in e.attributes}

    for field in page.all("input") + page.all("select"):
        assert field.attributes.get("id") in labelled or field["type"] == "checkbox"
    assert len(page.all("label")) == len(page.all("input")) + len(page.all("select"))
    assert {need.label for need in reference().needs.values()} <= inside


async def test_safety_comes_before_everything_else(speaking: httpx.AsyncClient) -> None:
    page = await asked(speaking, CRISIS)

    titles = [text for _, text in page.headings]
    assert titles[:2] == ["Jeune de 16 ans, Rochefort", "D'abord la sécurité"]
    assert {e["href"] for e in page.of_class("number")} >= {"tel:3114", "tel:15"}


async def test_what_to_confirm_means_is_said_once_however_many_carry_the_mark(speaking: httpx.AsyncClient) -> None:
    page = await asked(speaking, ASYLUM)

    assert words(page.all("body")[0].text).count(TO_CONFIRM) == 1
    assert len(page.of_class("confirm")) > 2


async def test_a_partner_row_says_its_mission_apart_from_what_else_it_helps_with(speaking: httpx.AsyncClient) -> None:
    page = await asked(speaking, ASYLUM)

    rows = page.of_class("partner")
    assert len(rows) > 3
    for row in rows:
        text = words(row.text)
        assert ("C'est sa mission" in text) or ("Aide pour" in text) or ("par son service" in text)
        assert "c'est sa mission :" not in text


async def test_the_team_leads_to_the_reasons_of_its_members(speaking: httpx.AsyncClient) -> None:
    page = await asked(speaking, ASYLUM)

    assert any("équipe" in text or "Un seul partenaire" in text for _, text in page.headings)
    links = [e for e in page.all("a") if e["href"].startswith("#partenaire-")]
    assert links
    assert page.faults == []


async def test_a_service_that_a_situation_may_open_is_told_apart_from_those_that_are_excluded(
    speaking: httpx.AsyncClient,
) -> None:
    page = await asked(speaking, ASYLUM)

    maybe, others = page.of_class("excluded")
    assert "Peut-être aussi, selon sa situation" in words(maybe.text)
    assert "réservé aux bénéficiaires d'une protection internationale : à cocher si c'est le cas" in words(maybe.text)
    assert "Pourquoi pas les autres ?" in words(others.text)
    assert "n'accueille pas les demandeurs d'asile" in others.text
    assert "open" not in maybe.attributes
    assert "open" not in others.attributes


async def test_when_nobody_fits_the_page_says_what_would(speaking: httpx.AsyncClient) -> None:
    page = await asked(speaking, NOBODY)

    (gap,) = page.of_class("uncovered")
    assert "Travailler en insertion (IAE)" in gap.text
    assert "possible à partir de 16 ans" in words(gap.text)
    assert page.of_class("team") == []


async def test_the_answer_keeps_the_form_as_it_was_ticked(speaking: httpx.AsyncClient) -> None:
    page = await asked(speaking, BUILDING)

    assert page.all("input", id="age")[0]["value"] == "22"
    assert [e["value"] for e in page.all("option") if "selected" in e.attributes] == ["17299"]
    assert page.ticked("needs") == {"qualification"}
    assert page.ticked("situations") == {"demandeur-emploi", "sans-solution"}
    assert page.ticked("sectors") == {"F"}


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({}, {"age": "Indiquez l'âge.", "commune": "Choisissez la commune", "needs": "Cochez au moins un besoin."}),
        ({**ASYLUM, "age": "7"}, {"age": "7 ans est refusé"}),
        ({**ASYLUM, "age": "dix-neuf"}, {"age": "nombre entier"}),
        ({**ASYLUM, "age": "١٩"}, {"age": "nombre entier"}),
        ({**ASYLUM, "commune": "17028"}, {"commune": "Aytré (17028) n'est pas dans le territoire"}),
        ({**ASYLUM, "commune": "<b>"}, {"commune": "Le code INSEE de commune « <b> » n'existe pas"}),
        ({**ASYLUM, "needs": ["logmt"]}, {"needs": "Le besoin « logmt » n'existe pas"}),
        ({**ASYLUM, "situations": ["mineur"]}, {"situations": "« Mineur » est coché alors que l'âge est de 19 ans"}),
        ({**ASYLUM, "situations": ["riche"]}, {"situations": "La situation « riche » n'existe pas"}),
        ({**ASYLUM, "sectors": ["Z"]}, {"sectors": "Le secteur « Z » n'existe pas"}),
    ],
)
async def test_each_error_stands_near_its_field_and_the_form_is_kept(
    speaking: httpx.AsyncClient, fields: Fields, errors: dict[str, str]
) -> None:
    page = await asked(speaking, fields, 422)

    assert page.faults == []
    (summary,) = page.of_class("refused")
    assert summary["role"] == "alert"
    shown = {e["id"].removeprefix("erreur-"): words(e.text) for e in page.of_class("wrong")}
    assert shown.keys() == errors.keys()
    for field, text in errors.items():
        assert text in shown[field]
        assert shown[field] in words(summary.text)
    if "needs" not in errors:
        assert page.ticked("needs") == set(fields.get("needs", []))
    assert page.all("title")[0].text.startswith("Erreur")


async def test_nothing_of_the_ticks_is_kept_or_written_in_an_address(
    packaged_file: Path, speaking: httpx.AsyncClient
) -> None:
    before = stored(packaged_file)
    answer = await speaking.post("/", data=CRISIS)

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers
    for element in Page(answer.text).elements:
        address = element.attributes.get("href", element.attributes.get("action", ""))
        assert "?" not in address
    assert stored(packaged_file) == before
    read = Page((await speaking.get("/?" + urlencode({"age": "16", "needs": "permis"}))).text)
    assert read.ticked("needs") == set()
    assert read.all("input", id="age")[0]["value"] == ""


def stored(file: Path) -> list[tuple[str, bytes]]:
    """Every file of a SQLite store but the one its readers share."""
    return sorted((f.name, f.read_bytes()) for f in file.parent.iterdir() if not f.name.endswith("-shm"))


async def test_the_page_refers_to_no_other_host(speaking: httpx.AsyncClient) -> None:
    for text in (await speaking.get("/")).text, (await speaking.post("/", data=MANY)).text:
        for element in Page(text).elements:
            for name in ("href", "src", "action"):
                assert element.attributes.get(name, "/").startswith(("/", "#", "tel:"))
    style = (await speaking.get("/static/style.css")).text
    assert "url(" not in style
    assert "@import" not in style


async def test_no_line_can_begin_with_a_punctuation_mark(speaking: httpx.AsyncClient) -> None:
    text = (await speaking.post("/", data=CRISIS)).text

    assert "\N{NO-BREAK SPACE}:" in text
    for broken in (" :", " ;", " ?", " !", " »", "« "):
        assert broken not in text


async def test_hostile_text_in_the_form_is_shown_as_text(speaking: httpx.AsyncClient) -> None:
    answer = await speaking.post("/", data={"age": '"><script>alert(1)</script>', "commune": "x' onfocus='1"})

    assert answer.status_code == 422
    assert "<script" not in answer.text
    assert Page(answer.text).faults == []


@pytest.mark.parametrize(
    "body",
    [
        b"age=%00&commune=%00&needs=%00",
        b"age=%ED%A0%80&needs=%ED%A0%80&situations=%FF%FE",
        b"age=" + b"9" * 50_000,
        b"needs=" + b"x" * 60_000,
        b"&&&===",
        b"age[]=19",
    ],
)
async def test_no_body_breaks_the_page(speaking: httpx.AsyncClient, body: bytes) -> None:
    answer = await speaking.post("/", content=body, headers={"content-type": "application/x-www-form-urlencoded"})

    assert answer.status_code == 422
    assert Page(answer.text).faults == []
    assert len(answer.text) < 60_000
    assert "\x00" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        ("GET", "/absent", 404, "Cette page n'existe pas."),
        ("PUT", "/", 405, "Cette page ne se demande pas de cette façon."),
        ("GET", "/static/absent.css", 404, "Cette page n'existe pas."),
        ("GET", "/graphql", 405, "Cette page ne se demande pas de cette façon."),
    ],
)
async def test_what_is_not_there_is_said_in_french(
    speaking: httpx.AsyncClient, method: str, path: str, status: int, sentence: str
) -> None:
    answer = await speaking.request(method, path)

    assert answer.status_code == status
    assert sentence in answer.text.replace("&#39;", "'")
    assert "Not " not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    if status == 405:
        assert answer.headers["allow"]


async def test_a_form_that_is_no_form_is_refused_in_french(speaking: httpx.AsyncClient) -> None:
    many = await speaking.post("/", data={"needs": ["permis"] * 400})
    broken = await speaking.post("/", content=b"--x\r\nnon", headers={"content-type": "multipart/form-data"})
    other = await speaking.post("/", content=b'{"age": 19}', headers={"content-type": "application/json"})

    for answer in (many, broken):
        assert answer.status_code == 400
        assert "Demande illisible" in answer.text
    assert other.status_code == 422


async def test_a_bug_shows_a_french_page_and_no_detail(
    packaged_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("resolvers.suggestion.suggestion", broken)
    async with client(copied(packaged_file, tmp_path)) as opened:
        answer = await opened.post("/", data=CRISIS)

    assert answer.status_code == 500
    assert "Erreur inattendue" in answer.text
    assert "secret" not in answer.text


async def test_a_store_that_went_away_is_said_and_the_ticks_are_kept(packaged_file: Path, tmp_path: Path) -> None:
    path = copied(packaged_file, tmp_path)
    store = SqliteStore(path)
    path.unlink()
    transport = httpx.ASGITransport(create_app(store, knowledge()))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as opened:
        answer = await opened.post("/", data=CRISIS)
    await store.close()

    page = Page(answer.text)
    assert answer.status_code == 503
    assert "Le service ne répond pas" in page.of_class("refused")[0].text
    assert page.ticked("needs") == set(CRISIS["needs"])
