"""Referrals and the report in a real Chromium, at the width of a desk and of a telephone."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from graph.sqlite_store import SqliteStore
from maillage.simulating import simulate
from tests.application import copied
from tests.browser.test_page import CONTRAST, SMALL
from tests.browser.visit import NARROW, WIDE, Visit, visit

pytestmark = pytest.mark.browser

SIZES = [pytest.param(WIDE, id="1280"), pytest.param(NARROW, id="390")]
NEEDS = ["sejour-asile", "hebergement-accompagne", "trajets"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def living(packaged_file: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Address of a service over a simulated year of its own."""
    path = copied(packaged_file, tmp_path_factory.mktemp("living"))
    store = SqliteStore(path)
    await simulate(store, year=2025, seed=7, youths=120)
    await store.close()
    program = Path(sys.executable).with_name("maillage")
    process = await asyncio.create_subprocess_exec(
        program, "serve", "--port", "0", "--store", f"sqlite:{path}", stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    ready = (await process.stderr.readline()).decode()
    found = re.search(r"http://127\.0\.0\.1:\d+/", ready)
    assert found is not None, ready
    yield found[0]
    process.terminate()
    await process.wait()


async def press(visited: Visit, name: str) -> None:
    """A button, the first of that name, and waits for what it leads to."""
    async with visited.page.expect_navigation():
        await visited.page.get_by_role("button", name=name).first.click()


async def test_two_clicks_from_a_suggestion_record_a_referral_without_any_script(browser: Browser, living: str) -> None:
    async with visit(browser, living, scripts=False) as visited:
        await visited.ask(19, "17485", NEEDS)

        await press(visited, "Orienter")
        await press(visited, "Enregistrer l'orientation")

        assert (await visited.page.locator("h1").inner_text()).startswith("Orientation vers")
        assert (await visited.page.locator("#etat").inner_text()).startswith("Envoyée")
        assert re.fullmatch(rf"{re.escape(living)}orientations/[0-9a-f-]{{36}}", visited.page.url)
        assert visited.complaints == []


async def test_a_double_click_records_once(browser: Browser, living: str) -> None:
    async with visit(browser, living) as visited:
        await visited.ask(20, "17299", ["permis", "trajets"])
        await press(visited, "Déclarer")

        await visited.page.get_by_role("button", name="Enregistrer l'orientation").dblclick()
        await visited.page.wait_for_url("**/orientations/*-*")
        await visited.page.locator("dl a").first.click()
        await visited.page.wait_for_url("**/jeunes/*")

        assert "1 orientation" in await visited.page.locator("#attente").inner_text()


async def test_the_life_of_a_referral_is_led_by_the_keyboard(browser: Browser, living: str) -> None:
    async with visit(browser, living) as visited:
        page = visited.page
        await visited.ask(19, "17485", NEEDS)
        await press(visited, "Orienter")
        await press(visited, "Enregistrer l'orientation")

        async def tab_to(wanted: str) -> None:
            for _ in range(40):
                await page.keyboard.press("Tab")
                if (await visited.focused()).startswith(wanted):
                    return
            pytest.fail(f"no stop at {wanted}")

        await tab_to("SUMMARY Refusée")
        await page.keyboard.press("Enter")
        await tab_to("SELECT Motif")
        await page.keyboard.type("Plus de place")
        await tab_to("BUTTON Enregistrer")
        await visited.enter()
        assert (await page.locator("#etat").inner_text()).startswith("Refusée")
        await tab_to("BUTTON Réorienter vers ce partenaire")
        await visited.enter()

        assert await page.locator("#chaine").is_visible()
        assert visited.complaints == []


async def test_somebody_who_comes_second_is_shown_what_it_became(browser: Browser, living: str) -> None:
    async with visit(browser, living) as first, visit(browser, living) as second:
        await first.ask(19, "17485", NEEDS)
        await press(first, "Orienter")
        await press(first, "Enregistrer l'orientation")
        await second.page.goto(first.page.url)
        await press(first, "Acceptée")

        await second.page.get_by_text("Autre suite").click()
        await press(second, "Le partenaire l'a reçue")

        assert "changé entre-temps" in await second.page.locator(".refused").inner_text()
        assert (await second.page.locator("#etat").inner_text()).startswith("Acceptée")


async def unfold(visited: Visit, name: str) -> None:
    await visited.page.locator("summary", has_text=name).first.click()


async def grouped(visited: Visit) -> None:
    """On the page of a new young person with a group around them."""
    await visited.ask(19, "17485", NEEDS)
    await press(visited, "Orienter")
    await visited.page.get_by_label("Ouvrir aussi le co-accompagnement").check()
    await press(visited, "Enregistrer l'orientation")
    async with visited.page.expect_navigation():
        await visited.page.locator("dl a").first.click()


async def refused(visited: Visit) -> None:
    """On the page of a new referral that the partner refused."""
    await visited.ask(19, "17485", NEEDS)
    await press(visited, "Orienter")
    await press(visited, "Enregistrer l'orientation")
    await unfold(visited, "Refusée")
    await visited.page.get_by_label("Motif").first.select_option("capacite")
    await press(visited, "Enregistrer")


async def test_a_group_lives_by_clicks_without_any_script(browser: Browser, living: str) -> None:
    async with visit(browser, living, scripts=False) as visited:
        page = visited.page
        await grouped(visited)
        before = await page.locator(".member").count()

        await unfold(visited, "Ajouter un membre")
        await page.get_by_label("Partenaire", exact=True).select_option(label="La Cimade")
        await page.get_by_label("Il devient le référent").check()
        await press(visited, "Ajouter")
        assert await page.locator(".member").count() == before + 1
        assert "La Cimade" in await page.locator(".member", has=page.locator(".lead-badge")).inner_text()

        await unfold(visited, "Noter une réunion")
        for box in (await page.locator('input[name="present"]').all())[:2]:
            await box.check()
        await press(visited, "Enregistrer la réunion")
        assert "1 réunion" in await page.locator(".team .rarely").inner_text()

        await unfold(visited, "Quitte le groupe")
        await page.get_by_label("Pourquoi ?").first.select_option(label="Besoin couvert")
        await press(visited, "Enregistrer le départ")
        assert await page.locator(".member", has_text="parti le").count() == 1

        await unfold(visited, "Clore le co-accompagnement")
        await page.get_by_label("Pourquoi ?").last.select_option(label="Fin de prise en charge")
        await press(visited, "Clore")
        assert "clos le" in await page.locator(".team").inner_text()
        assert visited.complaints == []


async def test_whom_a_partner_sends_is_written_down_by_clicks(browser: Browser, living: str) -> None:
    async with visit(browser, living, scripts=False) as visited:
        page = visited.page
        await page.goto(f"{living}orientations")
        async with page.expect_navigation():
            await page.get_by_role("link", name="Un partenaire nous adresse un jeune").click()

        await press(visited, "Enregistrer l'orientation reçue")
        assert "Choisissez le partenaire" in await page.locator(".refused").inner_text()
        await page.get_by_label("Partenaire qui l'adresse").select_option(label="Vivractif")
        await page.get_by_label("Âge").fill("17")
        await page.get_by_label("Commune").select_option("17299")
        await page.get_by_label("Passer le permis ou le code").check()
        await press(visited, "Enregistrer l'orientation reçue")

        assert await page.locator("h1").inner_text() == "Orientation venue de Vivractif"
        assert [text for text in visited.complaints if "status of 422" not in text] == []  # what was refused first


async def test_a_healthy_referral_is_sent_elsewhere_only_once_unfolded(browser: Browser, living: str) -> None:
    async with visit(browser, living) as visited:
        await visited.ask(19, "17485", NEEDS)
        await press(visited, "Orienter")
        await press(visited, "Enregistrer l'orientation")
        await press(visited, "Acceptée")
        other = visited.page.get_by_role("button", name="Réorienter vers ce partenaire").first
        assert not await other.is_visible()

        await unfold(visited, "Réorienter vers un autre partenaire")
        async with visited.page.expect_navigation():
            await other.click()

        assert await visited.page.locator("#chaine").is_visible()


async def reach(visited: Visit, state: str) -> None:
    """Everything that can be unfolded is unfolded, but the rest of long tables."""
    page = visited.page
    match state:
        case "answer":
            await visited.ask(19, "17485", NEEDS)
        case "confirmation" | "declaration":
            await visited.ask(19, "17485", NEEDS)
            await press(visited, "Orienter" if state == "confirmation" else "Déclarer")
        case "life":
            await refused(visited)
        case "plan":
            await refused(visited)
            async with page.expect_navigation():
                await page.locator("dl a").first.click()
        case "group":
            await grouped(visited)
        case _:
            await page.goto(visited.address + state)
    await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


PAGES = ["answer", "confirmation", "declaration", "life", "plan", "group"]
PAGES += ["orientations?voir=a-reorienter", "orientations/entrante", "rapport"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", PAGES)
async def test_a_page_is_readable_at_that_width(
    browser: Browser, living: str, size: tuple[int, int], state: str
) -> None:
    async with visit(browser, living, size) as visited:
        await reach(visited, state)

        texts: list[dict[str, Any]] = await visited.page.evaluate(CONTRAST)

        assert len(texts) > 5
        assert [t for t in texts if t["ratio"] < 4.5] == []
        assert await visited.page.evaluate(SMALL) == []
        assert await visited.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert visited.complaints == []
        assert {url.split("/")[2] for url in visited.requested} == {living.split("/")[2]}


@pytest.mark.parametrize("size", SIZES)
async def test_the_words_of_a_picture_are_as_large_as_a_reader_needs(
    browser: Browser, living: str, size: tuple[int, int]
) -> None:
    async with visit(browser, living, size) as visited:
        await visited.page.goto(f"{living}rapport")

        heights: list[float] = await visited.page.evaluate(
            """() => [...document.querySelectorAll('svg')]
                .map(s => 10 * s.getBoundingClientRect().width / s.viewBox.baseVal.width)"""
        )

        assert heights
        assert min(heights) >= 9
