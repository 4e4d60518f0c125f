"""The pages of the governance pack in a real browser, opened by a double click with the network cut."""

from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from graph.sqlite_store import SqliteStore
from loaders.boundaries import boundaries
from loaders.reference import reference
from maillage.packing import files
from maillage.simulating import simulate
from resolvers.context import today
from resolvers.pack import packed
from resolvers.publications import published
from tests.application import copied
from tests.browser.file_page import WATCH, barriers


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def folder(packaged_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pack")
    store = SqliteStore(copied(packaged_file, out))
    await simulate(store, year=2025, seed=11)
    for year in (2024, 2025):
        await published(store, reference(), year, today())
    found = await packed(store, reference(), boundaries(), 2025, today())
    await store.close()
    for name, content in files(found, reference(), today()):
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_bytes(content)
    return out


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080), (390, 844)], ids=lambda s: str(s[0]))
@pytest.mark.parametrize("name", ["index", "methode", "preuves", "reseau", "territoire"])
async def test_a_page_opens_offline_without_complaint_or_barrier(
    browser: Browser, folder: Path, name: str, size: tuple[int, int]
) -> None:
    within = await browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="fr-FR", offline=True)
    await within.add_init_script(WATCH)
    page = await within.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        await page.goto((folder / f"{name}.html").as_uri())
        await page.wait_for_load_state("load")

        assert [a for a in asked if not a.startswith(("file:", "data:", "blob:"))] == []
        assert complaints == []
        assert await page.evaluate("refused") == []
        assert await barriers(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    finally:
        await within.close()


async def test_a_click_on_any_number_shows_its_definition(browser: Browser, folder: Path) -> None:
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    index = (folder / "index.html").as_uri()
    await page.goto(index)
    numbers = await page.locator("a.big, a.mid").count()

    assert numbers > 12
    for n in range(numbers):
        await page.goto(index)
        await page.locator("a.big, a.mid").nth(n).click()
        target = page.locator(":target")
        assert await target.count() == 1
        await expect(target).to_be_in_viewport(ratio=0.95)
        assert len(await target.inner_text()) > 20
    await page.close()


async def test_the_findings_are_on_the_first_screen_of_a_projector(browser: Browser, folder: Path) -> None:
    page = await browser.new_page(viewport={"width": 1920, "height": 1080})
    await page.goto((folder / "index.html").as_uri())

    for name in ("h1", ".figures li:last-child", ".fragile li:first-child", ".good li:first-child"):
        box = await page.locator(name).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 1080, name
    await page.close()
