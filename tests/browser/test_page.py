"""The first page in a real Chromium, at the width of a desk and of a telephone."""

from typing import Any

import pytest
from playwright.async_api import Browser

from tests.browser.visit import NARROW, WIDE, Visit, visit

pytestmark = pytest.mark.browser

SIZES = [pytest.param(WIDE, id="1280"), pytest.param(NARROW, id="390"), pytest.param((320, 640), id="320")]
STATES = ["form", "refused", "crisis", "asylum", "nobody", "many", "absent"]
MANY = [
    "droits-sociaux domiciliation sejour-asile couverture-sante acces-aux-soins addictions reconnaissance-handicap",
    "acces-logement aide-alimentaire budget-dettes permis trajets violences orientation-projet recherche-emploi",
]


async def reach(visited: Visit, state: str) -> None:
    """Everything that can be unfolded is unfolded."""
    match state:
        case "form":
            await visited.open()
        case "refused":
            await visited.open()
            await visited.page.fill("#age", "7")
            await visited.send()
        case "crisis":
            await visited.ask(16, "17299", ["crise-suicidaire", "obligation-formation"], ["decrochage"])
        case "asylum":
            await visited.ask(19, "17485", ["sejour-asile", "trajets"], ["demandeur-asile", "non-mobile"])
        case "nobody":
            await visited.ask(14, "17004", ["emploi-iae"])
        case "many":
            await visited.ask(20, "17299", " ".join(MANY).split(), sectors=["F"])
        case "absent":
            await visited.page.goto(visited.address + "absent")
    await visited.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


async def test_the_whole_journey_is_made_by_the_keyboard_alone(browser: Browser, address: str) -> None:
    async with visit(browser, address) as visited:
        page = visited.page
        await visited.open()

        async def tab_to(wanted: str) -> None:
            """Each stop on the way shows its focus, above the bar that stays at the bottom."""
            for _ in range(130):
                await page.keyboard.press("Tab")
                shown = await page.evaluate(FOCUS)
                assert shown["outline"] != "none 0px", await visited.focused()
                assert shown["hidden"] == 0, await visited.focused()
                if (await visited.focused()).startswith(wanted):
                    return
            pytest.fail(f"no stop at {wanted}")

        await tab_to("A Aller au contenu")
        await tab_to("INPUT Âge")
        await page.keyboard.type("19")
        await tab_to("SELECT Commune")
        await page.keyboard.type("Saint-Pierre")
        await tab_to("INPUT Séjour, asile")
        await page.keyboard.press("Space")
        await tab_to("INPUT Passer le permis")
        await page.keyboard.press("Space")
        await tab_to("SUMMARY Situation")
        await page.keyboard.press("Enter")
        await tab_to("INPUT Demandeur d'asile")
        await page.keyboard.press("Space")
        await tab_to("BUTTON Voir les partenaires")
        await visited.enter()

        assert await page.locator("h1").inner_text() == "Jeune de 19 ans, Saint-Pierre-d'Oléron"
        await tab_to("SUMMARY Modifier la demande")
        await page.keyboard.press("Enter")
        await tab_to("INPUT Demandeur d'asile")
        assert await page.locator(":focus").is_checked()
        await page.keyboard.press("Space")
        await tab_to("BUTTON Voir les partenaires")
        await visited.enter()
        await tab_to("SUMMARY Peut-être aussi")
        await page.keyboard.press("Enter")

        assert await page.get_by_text("réservé aux demandeurs d'asile : à cocher si c'est le cas").first.is_visible()


FOCUS = """() => {
    const e = document.activeElement, s = getComputedStyle(e);
    const bar = document.querySelector('.send'), box = e.getBoundingClientRect();
    const over = bar && bar.checkVisibility() && !bar.contains(e) ? bar.getBoundingClientRect() : null;
    const inView = box.bottom <= innerHeight + 1 && box.top >= -1;
    const covered = over !== null && box.bottom > over.top + 1 && box.top < over.bottom;
    return {outline: s.outlineStyle + ' ' + s.outlineWidth, hidden: (inView ? 0 : 1) + (covered ? 1 : 0)};
}"""


async def test_the_page_works_without_scripts(browser: Browser, address: str) -> None:
    async with visit(browser, address, scripts=False) as visited:
        await visited.ask(19, "17485", ["sejour-asile"], ["demandeur-asile"])

        assert await visited.page.locator("h1").inner_text() == "Jeune de 19 ans, Le Grand-Village-Plage"
        assert await visited.page.locator(".partner").count() > 2
        summary = visited.page.locator(".excluded summary").first
        row = visited.page.locator(".excluded tbody tr").first
        assert not await row.is_visible()
        await summary.click()
        assert await row.is_visible()


async def test_nothing_leaves_for_another_host_and_nothing_of_the_ticks_is_in_an_address(
    browser: Browser, address: str
) -> None:
    async with visit(browser, address) as visited:
        await visited.ask(16, "17299", ["crise-suicidaire"], ["decrochage"])
        await visited.page.get_by_text("Nouvelle demande").click()
        await visited.page.go_back()

        assert set(visited.requested) == {address, f"{address}static/style.css", f"{address}static/icon.svg"}
        assert visited.page.url == address
        kept = await visited.page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]")
        assert kept == ["", 0, 0]
        assert visited.complaints == []


@pytest.mark.parametrize("size", SIZES)
async def test_every_text_stands_out_and_everything_pressed_is_large_enough_at_that_width(
    browser: Browser, address: str, size: tuple[int, int]
) -> None:
    async with visit(browser, address, size) as visited:
        for state in STATES:
            await reach(visited, state)

            texts: list[dict[str, Any]] = await visited.page.evaluate(CONTRAST)

            assert len(texts) > 5
            assert [t for t in texts if t["ratio"] < 4.5] == [], state
            assert await visited.page.evaluate(SMALL) == [], state
            assert await visited.page.evaluate(BEYOND) == [], state


CONTRAST = """() => {
    const channels = c => c.match(/[\\d.]+/g).map(Number);
    const light = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
    const ground = e => {
        for (; e; e = e.parentElement) {
            const c = channels(getComputedStyle(e).backgroundColor);
            if (c.length === 3 || c[3] === 1) return c;
            if (c[3] !== 0) return null;
        }
        return [255, 255, 255];
    };
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const e = walk.currentNode.parentElement, text = walk.currentNode.data.trim();
        if (!text || !e.checkVisibility()) continue;
        const behind = ground(e), colour = channels(getComputedStyle(e).color);
        const [a, b] = behind === null ? [0, 0] : [luminance(behind), luminance(colour)];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        found.push({text: text.slice(0, 40), ratio});
    }
    return found;
}"""


SMALL = """() => [...document.querySelectorAll('a, button, select, summary, input')]
    .map(e => e.closest('label') ?? e)
    .filter(e => e.checkVisibility() && !e.matches('.instead a, .skip'))  // links inside a sentence are exempt
    .map(e => [e, e.getBoundingClientRect()])
    .filter(([e, box]) => box.width < 24 || box.height < 24)
    .map(([e, box]) => `${e.tagName} ${e.innerText} ${box.width}x${box.height}`)"""


BEYOND = """() => {
    const width = document.documentElement.clientWidth;
    const found = [...document.querySelectorAll('body *')]
        .filter(e => e.checkVisibility() && !e.matches('.skip, thead, thead *, .sr'))
        .filter(e => e.getBoundingClientRect().right > width + 1)
        .map(e => e.tagName + ' ' + e.className);
    return document.documentElement.scrollWidth > width ? ['page', ...found] : found;
}"""


async def test_numbers_to_call_are_never_broken(browser: Browser, address: str) -> None:
    async with visit(browser, address, NARROW) as visited:
        await reach(visited, "crisis")

        for number in await visited.page.locator(".number").all():
            lines = await number.evaluate(
                "e => { const r = document.createRange(); r.selectNodeContents(e); return r.getClientRects().length }"
            )
            assert lines == 1


async def test_the_button_is_within_reach_wherever_one_is_in_the_form(browser: Browser, address: str) -> None:
    for size in (WIDE, NARROW):
        async with visit(browser, address, size) as visited:
            await visited.open()
            height = await visited.page.evaluate("document.querySelector('form').getBoundingClientRect().bottom")
            for part in (0, 0.3, 0.6, 0.9):
                await visited.page.evaluate(f"window.scrollTo(0, {part * height})")

                box = await visited.page.get_by_role("button", name="Voir les partenaires").bounding_box()

                assert box is not None
                assert 0 <= box["y"] <= size[1] - box["height"]


async def test_the_bar_counts_the_needs_that_are_ticked(browser: Browser, address: str) -> None:
    async with visit(browser, address) as visited:
        await visited.open()
        for code in ("permis", "trajets", "violences"):
            await visited.page.check(f'input[value="{code}"]')

        shown = await visited.page.get_by_role("button", name="Voir les partenaires").locator("..").aria_snapshot()
        counted = await visited.page.evaluate("getComputedStyle(document.querySelector('.count'), '::before').content")

        assert "Voir les partenaires" in shown
        assert counted == '"Besoins cochés : " counter(ticked)'


@pytest.mark.parametrize("size", SIZES)
async def test_ticking_moves_nothing(browser: Browser, address: str, size: tuple[int, int]) -> None:
    async with visit(browser, address, size) as visited:
        await visited.open()
        places = "[...document.querySelectorAll('input')].map(e => [e.offsetLeft, e.offsetTop])"
        before = await visited.page.evaluate(places)

        await visited.page.evaluate("document.querySelectorAll('[type=checkbox]').forEach(e => e.checked = true)")

        assert await visited.page.evaluate(places) == before


async def test_a_refused_request_puts_the_focus_on_what_is_to_mend(browser: Browser, address: str) -> None:
    async with visit(browser, address) as visited:
        await reach(visited, "refused")

        assert await visited.focused() == "DIV La demande est à compléter"
        await visited.page.keyboard.press("Tab")
        await visited.page.keyboard.press("Enter")
        assert await visited.focused() == "INPUT Âge (années révolues, de 14 à 30)"
        assert await visited.page.locator(":focus").get_attribute("aria-describedby") == "erreur-age"


async def test_paper_shows_the_answer_and_not_the_form(browser: Browser, address: str) -> None:
    async with visit(browser, address) as visited:
        await visited.ask(16, "17299", ["crise-suicidaire"])
        await visited.page.emulate_media(media="print")

        for shown in (".safety", ".team", ".partner", ".asked .chips"):
            assert await visited.page.locator(shown).first.is_visible()
        for hidden in (".modify", ".top", ".again", ".send"):
            assert not await visited.page.locator(hidden).first.is_visible()
