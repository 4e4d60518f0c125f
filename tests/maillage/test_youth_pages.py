"""The page of a young person and the group of partners around them, asked as a browser asks them."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.application import client, copied
from tests.maillage.html import Element, Page, words
from tests.maillage.test_referral_pages import confirmation, filled, recorded, seen


@pytest_asyncio.fixture
async def speaking(packaged_file: Path, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client(copied(packaged_file, tmp_path)) as opened:
        yield opened


@pytest_asyncio.fixture
async def grouped(speaking: httpx.AsyncClient) -> str:
    """The address of a young person with an open group."""
    fields = {**filled(await confirmation(speaking)), "team": "oui"}
    await speaking.post("/orientations", data=fields)
    return f"/jeunes/{fields['intake'][0]}"


def form(page: Page, address: str) -> dict[str, str]:
    """The key and version that the forms to *address* carry."""
    inside = page.source.split(f'action="{address}"', 1)[1].split("</form>", 1)[0]
    return {e["name"]: e["value"] for e in Page(f"<div>{inside}</div>").all("input", type="hidden")}


def group_of(page: Page) -> str:
    return next(e["action"] for e in page.all("form") if "/groupe/" in e.attributes.get("action", ""))


async def acted(
    speaking: httpx.AsyncClient, address: str, act: str, status: int = 303, **said: str | list[str]
) -> httpx.Response:
    page = await seen(speaking, address)
    group = group_of(page)
    held = form(page, group)
    answer = await speaking.post(group, data={"key": held["key"], "version": held["version"], "act": act, **said})
    assert answer.status_code == status, answer.text
    return answer


def members(page: Page) -> list[str]:
    return [words(e.text) for e in page.of_class("member")]


def codes(page: Page, name: str) -> list[str]:
    return [e["value"] for e in page.all("input", name=name)]


def options(page: Page, select: str) -> list[Element]:
    start = next(n for n, e in enumerate(page.elements) if e.tag == "select" and e["name"] == select)
    found = []
    for e in page.elements[start + 1 :]:
        if e.tag not in {"option", "optgroup"}:
            break
        if e.tag == "option" and e["value"]:
            found.append(e)
    return found


async def test_a_partner_joins_the_group_and_takes_the_lead(speaking: httpx.AsyncClient, grouped: str) -> None:
    before = await seen(speaking, grouped)
    chosen = options(before, "who")[-1]

    await acted(speaking, grouped, "entree", who=chosen["value"], lead="oui")

    after = await seen(speaking, grouped)
    assert after.faults == []
    assert len(members(after)) == len(members(before)) + 1
    leads = [text for text in members(after) if "référent" in text]
    assert [text.startswith(chosen.text) for text in leads] == [True]
    assert chosen["value"] not in [e["value"] for e in options(after, "who")]


async def test_a_member_becomes_the_lead(speaking: httpx.AsyncClient, grouped: str) -> None:
    before = await seen(speaking, grouped)
    last = members(before)[-1]

    await acted(speaking, grouped, "referent", partner=codes(before, "partner")[-1])

    leads = [text.removesuffix(" référent") for text in members(await seen(speaking, grouped)) if "référent" in text]
    assert leads == [last]


async def test_a_member_leaves_for_a_reason_of_the_list(speaking: httpx.AsyncClient, grouped: str) -> None:
    partner = codes(await seen(speaking, grouped), "partner")[-1]

    refused = await acted(speaking, grouped, "depart", 422, partner=partner, reason="fatigue")
    await acted(speaking, grouped, "depart", partner=partner, reason="besoin-couvert")

    assert "Choisissez un motif de la liste" in Page(refused.text).text_of_class("refused")
    page = await seen(speaking, grouped)
    assert sum("parti le" in text and "besoin couvert" in text for text in members(page)) == 1
    assert partner not in codes(page, "partner")


async def test_a_meeting_is_noted_with_those_who_were_there(speaking: httpx.AsyncClient, grouped: str) -> None:
    present = codes(await seen(speaking, grouped), "present")[:2]
    tomorrow = (date.today() + timedelta(days=1)).isoformat()

    nobody = await acted(speaking, grouped, "reunion", 422, on=date.today().isoformat())
    later = await acted(speaking, grouped, "reunion", 422, on=tomorrow, present=present)
    await acted(speaking, grouped, "reunion", on=date.today().isoformat(), present=present)

    assert "il y en a au moins un" in Page(nobody.text).text_of_class("refused")
    assert "aujourd'hui" in Page(later.text).text_of_class("refused")
    assert "1 réunion, le" in words((await seen(speaking, grouped)).text_of_class("rarely"))


async def test_a_closed_group_takes_nothing_more_and_another_may_be_opened(
    speaking: httpx.AsyncClient, grouped: str
) -> None:
    before = await seen(speaking, grouped)
    group, held = group_of(before), form(before, group_of(before))

    await acted(speaking, grouped, "cloture", reason="fin-de-prise-en-charge")

    page = await seen(speaking, grouped)
    assert [e for e in page.all("form") if "/groupe/" in e["action"]] == []
    assert all("fin de prise en charge" in text for text in members(page))
    fields = {
        **held,
        "act": "entree",
        "who": "vivractiv",
        "version": "2",
        "key": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    }
    answer = await speaking.post(group, data=fields)
    assert answer.status_code == 422
    assert "clos" in Page(answer.text).text_of_class("refused")
    assert len(page.all("form", action=f"{grouped}/groupe")) == 1


async def test_partners_are_gathered_from_the_page_of_the_young_person(speaking: httpx.AsyncClient) -> None:
    life = await seen(speaking, await recorded(speaking))
    address = next(e["href"] for e in life.all("a") if e.attributes.get("href", "").startswith("/jeunes/"))
    page = await seen(speaking, address)
    chosen = codes(page, "members")
    fields: dict[str, str | list[str]] = {**form(page, f"{address}/groupe"), "members": chosen, "lead": chosen[1]}

    without = await speaking.post(f"{address}/groupe", data={**fields, "members": [chosen[0]]})
    first = await speaking.post(f"{address}/groupe", data=fields)
    second = await speaking.post(f"{address}/groupe", data=fields)

    assert "l'un des membres cochés" in Page(without.text).text_of_class("refused")
    assert first.headers["location"] == second.headers["location"] == f"{address}#groupe"
    after = await seen(speaking, address)
    assert len(members(after)) == len(chosen)
    assert after.all("form", action=f"{address}/groupe") == []


async def test_of_two_that_change_a_group_the_second_is_told(speaking: httpx.AsyncClient, grouped: str) -> None:
    stale = await seen(speaking, grouped)
    await acted(speaking, grouped, "entree", who=options(stale, "who")[-1]["value"])

    fields = {**form(stale, group_of(stale)), "act": "cloture", "reason": "autre"}
    answer = await speaking.post(group_of(stale), data={**fields, "key": "3f2504e0-4f89-41d3-9a0c-0305e82c3301"})

    page = Page(answer.text)
    assert answer.status_code == 409
    assert page.faults == []
    assert "Quelqu'un l'a changé entre-temps" in page.text_of_class("refused")


async def test_a_group_is_reached_from_its_own_young_person_only(speaking: httpx.AsyncClient, grouped: str) -> None:
    group = group_of(await seen(speaking, grouped)).rsplit("/", 1)[1]
    life = await seen(speaking, await recorded(speaking))
    other = next(e["href"] for e in life.all("a") if e.attributes.get("href", "").startswith("/jeunes/"))
    fields = {"key": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "version": "1", "act": "cloture", "reason": "autre"}

    answer = await speaking.post(f"{other}/groupe/{group}", data=fields)

    assert answer.status_code == 404


@pytest.mark.parametrize("body", [b"", b"act=%00", b"act=cloture&version=-1", b"act=entree&who=__class__&version=1"])
async def test_no_body_breaks_the_page_of_a_group(speaking: httpx.AsyncClient, grouped: str, body: bytes) -> None:
    group = group_of(await seen(speaking, grouped))
    head = {"content-type": "application/x-www-form-urlencoded"}

    for path in (group, f"{grouped}/groupe"):
        answer = await speaking.post(path, content=body, headers=head)

        assert answer.status_code == 422
        assert Page(answer.text).faults == []


async def test_another_site_cannot_change_a_group(speaking: httpx.AsyncClient, grouped: str) -> None:
    page = await seen(speaking, grouped)
    fields = {**form(page, group_of(page)), "act": "cloture", "reason": "autre"}

    answer = await speaking.post(group_of(page), data=fields, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    assert len([e for e in (await seen(speaking, grouped)).all("form") if "/groupe/" in e["action"]]) > 0


async def test_a_young_person_is_found_again_by_the_code_of_the_file(speaking: httpx.AsyncClient, grouped: str) -> None:
    listed = await seen(speaking, "/orientations")
    assert [e["action"] for e in listed.all("form") if e["action"] == "/jeunes"] == ["/jeunes"]

    found = await speaking.get("/jeunes", params={"code": f" {grouped.removeprefix('/jeunes/')} "})

    assert found.headers["location"] == grouped


@pytest.mark.parametrize("code", ["", "3f2504e0", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "<script>"])
async def test_a_code_that_nobody_bears_is_said_so_and_not_said_again(speaking: httpx.AsyncClient, code: str) -> None:
    answer = await speaking.get("/jeunes", params={"code": code})

    page = Page(answer.text)
    assert answer.status_code == 404
    assert page.headings[0][1] == "Aucun jeune ne porte ce code"
    assert not code or code not in answer.text
