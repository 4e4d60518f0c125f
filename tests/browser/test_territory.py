"""The territory, and the territory without one partner, in a real Chromium, opened as files with the network cut."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from graph.closing import ClosingView
from graph.coverage import ADULT, YOUNG
from graph.territory import Level, TerritoryView, said
from graph.wording import typeset
from tests.browser.file_page import barriers, opened
from tests.browser.payloads import PAYLOADS
from tests.browser.test_page import BEYOND, CONTRAST, SMALL
from tests.visualisations.territories import FIELDS, closing, closing_hostile, hostile, territory
from visualisations.closing import page as closing_page
from visualisations.levels import LOOKS, shown
from visualisations.territory import page as territory_page

pytestmark = pytest.mark.browser

SIZES = [pytest.param(size, id=str(size[0])) for size in ((1280, 800), (1920, 1080), (390, 844))]


def place(view: TerritoryView, need: str) -> int:
    return next(n for n, known in enumerate(view.needs) if known.code == need)


async def map_numbers(page: Page, id: str = "carte") -> list[str]:
    return await page.locator(f"#{id} .number").all_text_contents()


async def map_classes(page: Page, id: str = "carte") -> list[str]:
    found: list[str] = await page.evaluate(
        "id => [...document.querySelectorAll(`#${id} .shapes path`)].map(p => p.getAttribute('class'))", id
    )
    return found


async def table_numbers(page: Page) -> list[str]:
    return await page.locator("#tableau tr[data-c] td:nth-child(2)").all_text_contents()


@pytest.mark.parametrize(("need", "person"), [("permis", 0), ("garde-enfants", 1), ("obligation-formation", 1)])
async def test_map_table_and_sentence_follow_the_need_and_the_age(
    browser: Browser, tmp_path: Path, need: str, person: int
) -> None:
    view, who = territory(), (YOUNG, ADULT)[person]
    number = place(view, need)
    async with opened(browser, territory_page(view), tmp_path) as (page, asked, complaints):
        await page.select_option("#besoin", str(number))
        await page.check(f'[name=age][value="{person}"]')

        offers = [view.cells[view.needs[number].code, c.insee, who.code] for c in view.communes]
        assert await map_numbers(page) == [shown(offer.level, len(offer.partners)) for offer in offers]
        assert await map_classes(page) == [LOOKS[offer.level].code for offer in offers]
        assert await table_numbers(page) == await map_numbers(page)
        assert await page.locator("#constat").inner_text() == typeset(said(view, view.needs[number], who))
        assert asked == [(tmp_path / "page.html").as_uri()]
        assert complaints == []


async def test_the_matrix_follows_the_age_and_counts_the_weak_needs(browser: Browser, tmp_path: Path) -> None:
    view = territory()
    async with opened(browser, territory_page(view), tmp_path) as (page, _, _):
        for person, who in enumerate((YOUNG, ADULT)):
            await page.check(f'[name=age][value="{person}"]')
            for wanted in ("permis", "creation-entreprise"):
                cells = page.locator(f'#matrice tr[data-n="{place(view, wanted)}"] td')
                need = view.needs[place(view, wanted)].code
                offers = [view.cells[need, c.insee, who.code] for c in view.communes]
                assert await cells.all_text_contents() == [shown(o.level, len(o.partners)) for o in offers]
            alone = await page.locator('#matrice .sum[data-k="k1"] td').all_text_contents()
            assert alone == [
                str(sum(view.level(n.code, c.insee, who) is Level.ONE for n in view.needs)) for c in view.communes
            ]


async def test_only_the_weak_needs_are_in_the_matrix_until_all_are_asked_for(browser: Browser, tmp_path: Path) -> None:
    view = territory()
    _, person = view.worst
    weak = [
        n.label
        for n in view.needs
        if view.communes_at(Level.ONE, n.code, person) or view.communes_at(Level.NOBODY, n.code, person)
    ]
    async with opened(browser, territory_page(view), tmp_path) as (page, _, _):
        rows = page.locator("#matrice tr[data-n]:visible")
        assert [text.strip() for text in await rows.locator("th").all_inner_texts()] == [typeset(w) for w in weak]

        await page.uncheck("#fragiles")

        assert await rows.count() == len(view.needs)
        assert "Tous les besoins" in await page.locator("#titre-matrice").inner_text()


async def test_an_epci_is_seen_alone_and_all_comes_back(browser: Browser, tmp_path: Path) -> None:
    view = territory()
    second = list(view.epcis)[1]
    inside = [c.name for c in view.communes if c.epci == second]
    async with opened(browser, territory_page(view), tmp_path) as (page, _, _):
        await page.select_option("#epci", "1")

        need, person = view.worst
        assert await page.locator("#constat").inner_text() == typeset(said(view, need, person, epci=second))
        assert await page.locator("#tableau tr[data-c]:visible th").all_inner_texts() == inside
        assert await page.locator("#matrice .tall:visible").all_inner_texts() == inside
        assert sum("away" in css for css in await map_classes(page)) == len(view.communes) - len(inside)

        await page.get_by_role("button", name="Tout remettre").click()

        assert await page.locator("#tableau tr[data-c]:visible").count() == len(view.communes)
        assert await page.locator("#matrice .tall:visible").count() == len(view.communes)
        assert not any("away" in css for css in await map_classes(page))


async def test_a_commune_that_is_pressed_on_the_map_names_all_who_help_there(browser: Browser, tmp_path: Path) -> None:
    view = territory()
    rochefort = next(n for n, c in enumerate(view.communes) if c.name == "Rochefort")
    need = next(n for n in view.needs if n.code == "qualification")
    async with opened(browser, territory_page(view), tmp_path) as (page, _, _):
        await page.select_option("#besoin", str(place(view, "qualification")))
        await page.check('[name=age][value="1"]')
        await page.locator(f'#carte .shapes path[data-c="{rochefort}"]').click()

        offer = view.cells[need.code, view.communes[rochefort].insee, "majeurs"]
        assert await page.locator("#fiche h3").inner_text() == "Rochefort"
        assert await page.locator("#fiche li").all_inner_texts() == [view.names[id] for id in offer.partners]

        await page.keyboard.press("Escape")

        assert await page.locator("#fiche").is_hidden()


async def test_everything_is_reached_by_the_keyboard_and_shows_its_focus(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, territory_page(territory()), tmp_path) as (page, _, _):

        async def tab_to(selector: str) -> None:
            for _ in range(80):
                await page.keyboard.press("Tab")
                outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert outline != "none"
                if await page.evaluate("s => document.activeElement.matches(s)", selector):
                    return
            pytest.fail(f"no stop at {selector}")

        await tab_to(".skip")
        await tab_to("#besoin")
        before = await page.locator("#constat").inner_text()
        await page.keyboard.press("ArrowDown")
        assert await page.locator("#constat").inner_text() != before
        await tab_to("[name=age]")
        await page.keyboard.press("ArrowRight")
        assert "(majeurs)" in await page.locator("#constat").inner_text()
        await tab_to("#epci")
        await page.keyboard.press("ArrowDown")
        await tab_to("#defile")
        await tab_to("#tableau button")
        await page.keyboard.press("Enter")
        assert await page.locator("#fiche").is_visible()
        assert await page.locator("#tableau tr[aria-current]").count() == 1
        await tab_to("#fragiles")
        await page.keyboard.press("Space")
        await tab_to("#matrice button")
        wanted = await page.evaluate("document.activeElement.textContent")
        await page.keyboard.press("Enter")
        assert wanted in await page.locator("#constat").inner_text()


async def test_without_scripts_the_map_and_both_tables_stand(browser: Browser, tmp_path: Path) -> None:
    view = territory()
    path = tmp_path / "page.html"
    path.write_text(territory_page(view), encoding="utf-8")
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()

    await page.goto(path.as_uri())

    assert await page.locator("#carte .shapes path").count() == len(view.communes)
    assert await page.locator("#tableau tr[data-c]").count() == len(view.communes)
    assert await page.locator("#matrice tr[data-n]").count() == len(view.needs)
    await context.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["territory", "closing", "nothing lost"])
async def test_nobody_is_kept_out_at_that_width(
    browser: Browser, tmp_path: Path, size: tuple[int, int], kind: str
) -> None:
    async with opened(browser, made(kind), tmp_path, size) as (page, asked, complaints):
        if kind == "territory":
            await page.locator("#tableau button").first.click()

        assert await barriers(page) == []
        assert [t for t in await page.evaluate(CONTRAST) if t["ratio"] < 4.5 and t["ratio"] > 0] == []
        assert await page.evaluate(SMALL) == []
        assert [what for what in await page.evaluate(BEYOND) if what == "page"] == []
        assert len(asked) == 1
        assert complaints == []


def made(kind: str) -> str:
    if kind == "territory":
        return territory_page(territory())
    if kind == "closing":
        return closing_page(closing())
    view = closing()
    return closing_page(ClosingView(view.partner, (), view.before, view.before, (), 0))


async def inert(page: Page, asked: list[str], complaints: list[str]) -> None:
    """Nothing ran, nothing was asked for, and the policy had nothing to refuse."""
    assert await page.evaluate("window.ran") is None
    assert await page.evaluate("window.refused") == []
    assert len(asked) == 1
    assert complaints == []


@pytest.mark.parametrize("field", FIELDS)
async def test_sixty_hostile_texts_in_a_field_are_shown_and_do_nothing(
    browser: Browser, tmp_path: Path, field: str
) -> None:
    assert len(PAYLOADS) == 60
    for view in hostile(field, PAYLOADS):
        async with opened(browser, territory_page(view), tmp_path) as (page, asked, complaints):
            for n in range(min(4, len(view.needs))):
                await page.select_option("#besoin", str(n))
            await page.select_option("#epci", "1")
            await page.select_option("#epci", "")
            await page.uncheck("#fragiles")
            await page.check('[name=age][value="1"]')
            for button in (await page.locator("#tableau button").all())[:2]:
                await button.click()
            await page.locator("#matrice button").first.click()
            await page.locator("#carte .shapes path").first.dispatch_event("click")

            await inert(page, asked, complaints)


async def test_sixty_hostile_names_of_partners_that_close_do_nothing(browser: Browser, tmp_path: Path) -> None:
    for view in closing_hostile(PAYLOADS):
        async with opened(browser, closing_page(view), tmp_path) as (page, asked, complaints):
            for button in (await page.locator("#besoins button").all())[:3]:
                await button.click()

            await inert(page, asked, complaints)


async def test_the_maps_of_a_closing_follow_the_need_that_is_chosen(browser: Browser, tmp_path: Path) -> None:
    view = closing()
    async with opened(browser, closing_page(view), tmp_path) as (page, _, _):
        for n, change in enumerate(view.changes):
            await page.locator(f'#besoins button[data-n="{n}"]').click()

            for id, of in (("avant", view.before), ("apres", view.after)):
                offers = [of.cells[change.need.code, c.insee, change.people[0].code] for c in of.communes]
                assert await map_numbers(page, id) == [shown(o.level, len(o.partners)) for o in offers]
            assert await page.locator("#apres .changed path").count() == len(change.touched)
            assert await page.locator("#avant .changed path").count() == 0


async def test_paper_has_the_maps_and_the_tables_and_no_small_number_of_referrals(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(browser, closing_page(closing()), tmp_path) as (page, _, _):
        assert "3 orientations par an" in await page.locator("main").inner_text()

        await page.emulate_media(media="print")

        text = await page.locator("main").inner_text()
        assert "moins de 5 orientations par an" in text
        assert "3 orientations" not in text
        assert await page.locator("#apres").is_visible()
    async with opened(browser, territory_page(territory()), tmp_path) as (page, _, _):
        await page.emulate_media(media="print")

        assert await page.locator("#carte").is_visible()
        assert await page.locator("#matrice").is_visible()
        assert not await page.locator("#filtres").is_visible()


async def test_who_asks_for_less_motion_gets_none(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, territory_page(territory()), tmp_path, reduced_motion="reduce") as (page, _, _):
        await page.uncheck("#fragiles")
        await page.evaluate(
            "() => { Element.prototype.scrollIntoView = function (how) { window.how = how?.behavior; }; }"
        )

        await page.evaluate("document.querySelector('#matrice button').click()")

        assert await page.evaluate("window.how") == "auto"
