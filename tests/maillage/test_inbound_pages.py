"""A young person whom a partner sends us, written down on the page, asked as a browser asks it."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from graph.follow_store import ReferralFilter
from graph.intake import IntakeId
from tests.application import client, copied
from tests.maillage.html import Page, words
from tests.maillage.test_recording import Faltering, speaking_to
from tests.maillage.test_referral_pages import filled, recorded, seen, state

ADDRESS = "/orientations/entrante"
SAID: dict[str, str | list[str]] = {
    "sender": "vivractiv",
    "age": "17",
    "commune": "17299",
    "needs": ["trajets", "permis"],
}


@pytest_asyncio.fixture
async def speaking(packaged_file: Path, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client(copied(packaged_file, tmp_path)) as opened:
        yield opened


def sent(page: Page, **said: str | list[str]) -> dict[str, str | list[str]]:
    return {**filled(page), **SAID, **said}


async def test_a_young_person_whom_a_partner_sends_is_written_down_on_one_page(speaking: httpx.AsyncClient) -> None:
    page = await seen(speaking, ADDRESS)
    assert page.faults == []
    earlier = (date.today() - timedelta(days=3)).isoformat()

    answer = await speaking.post(ADDRESS, data=sent(page, on=earlier))

    assert answer.status_code == 303, answer.text
    life = await seen(speaking, answer.headers["location"])
    assert life.headings[0][1] == "Orientation venue de Vivractif"
    assert state(life).startswith("Reçue depuis 3 jours")
    assert "À nous" in words(life.text_of_class("turn"))
    assert "Siège du Parc des Fourriers" in words(life.text_of_class("now"))
    plan = await seen(speaking, f"/jeunes/{filled(page)['intake'][0]}")
    assert "Ce qu'il attend : 1 orientation" in [text for _, text in plan.headings]


async def test_no_free_text_is_asked_for(speaking: httpx.AsyncClient) -> None:
    page = await seen(speaking, ADDRESS)

    typed = [e["name"] for e in page.all("input") if e.attributes.get("type", "text") == "text"]

    assert typed == ["age"]
    assert page.all("textarea") == []


async def test_the_form_sent_twice_is_written_once(speaking: httpx.AsyncClient) -> None:
    fields = sent(await seen(speaking, ADDRESS))

    first = await speaking.post(ADDRESS, data=fields)
    second = await speaking.post(ADDRESS, data=fields)

    assert first.headers["location"] == second.headers["location"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"sender": ""}, "Choisissez le partenaire"),
        ({"sender": "absent"}, "Choisissez le partenaire"),
        ({"on": (date.today() + timedelta(days=1)).isoformat()}, "à venir"),
        ({"on": "hier"}, "Indiquez la date"),
        ({"on": "2001-01-01"}, "plus d'un an"),
        ({"age": ""}, "Indiquez l'âge"),
        ({"commune": ""}, "Choisissez la commune"),
        ({"needs": []}, "Cochez au moins un besoin"),
    ],
)
async def test_what_is_missing_is_said_and_the_rest_is_kept(
    speaking: httpx.AsyncClient, said: dict[str, str | list[str]], sentence: str
) -> None:
    fields = sent(await seen(speaking, ADDRESS), **said)

    answer = await speaking.post(ADDRESS, data=fields)

    page = Page(answer.text)
    assert answer.status_code == 422
    assert page.faults == []
    assert sentence in words(page.text_of_class("refused"))
    assert page.ticked("needs") == set(fields["needs"])
    assert filled(page)["key"] == fields["key"]
    assert (await speaking.get(f"/jeunes/{filled(page)['intake'][0]}")).status_code == 404


async def test_somebody_recorded_already_is_not_asked_about_again(speaking: httpx.AsyncClient) -> None:
    life = await seen(speaking, await recorded(speaking))
    youth = next(e["href"] for e in life.all("a") if e.attributes.get("href", "").startswith("/jeunes/"))
    plan = await seen(speaking, youth)
    link = next(e["href"] for e in plan.all("a") if e.attributes.get("href", "").startswith(ADDRESS))
    page = await seen(speaking, link)
    about = sorted(page.ticked("about"))
    assert "age" not in filled(page)

    fields = {**filled(page), "sender": "vivractiv", "about": about[:1]}
    answer = await speaking.post(ADDRESS, data=fields)

    assert answer.status_code == 303, answer.text
    after = await seen(speaking, youth)
    assert "Ce qu'il attend : 2 orientations" in [text for _, text in after.headings]


@pytest.mark.parametrize("once_made", [False, True])
async def test_pressing_again_ends_what_was_broken_off(packaged_file: Path, tmp_path: Path, once_made: bool) -> None:
    store = Faltering(copied(packaged_file, tmp_path))
    store.breaks, store.once_made = 2, once_made
    async with speaking_to(store) as speaking:
        broken = await speaking.post(ADDRESS, data=sent(await seen(speaking, ADDRESS)))
        told = Page(broken.text)

        again = await speaking.post(ADDRESS, data={**filled(told), "sender": "vivractiv"})

        assert broken.status_code == 503
        assert told.faults == []
        assert "Le livret du jeune est enregistré" in words(told.text_of_class("refused"))
        assert again.status_code == 303, again.text
        intake = IntakeId(filled(told)["intake"][0])
        referrals, _, _ = await store.referral_page(ReferralFilter(intake=intake), 10, None)
        assert [(f"/orientations/{r.id}", sorted(r.needs)) for r in referrals] == [
            (again.headers["location"], ["permis", "trajets"])
        ]


@pytest.mark.parametrize("named", ["absent", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"])
async def test_nobody_is_written_down_for_somebody_who_does_not_exist(speaking: httpx.AsyncClient, named: str) -> None:
    assert (await speaking.get(f"{ADDRESS}?jeune={named}")).status_code == 404


@pytest.mark.parametrize("body", [b"", b"intake=%00&key=%00", b"sender=%ED%A0%80&needs=%FF"])
async def test_no_body_breaks_the_page(speaking: httpx.AsyncClient, body: bytes) -> None:
    head = {"content-type": "application/x-www-form-urlencoded"}

    answer = await speaking.post(ADDRESS, content=body, headers=head)

    assert answer.status_code == 400
    assert Page(answer.text).faults == []


async def test_another_site_cannot_write_one_down(speaking: httpx.AsyncClient) -> None:
    page = await seen(speaking, ADDRESS)

    answer = await speaking.post(ADDRESS, data=sent(page), headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    assert (await speaking.get(f"/jeunes/{filled(page)['intake'][0]}")).status_code == 404
