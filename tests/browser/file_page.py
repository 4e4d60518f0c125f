"""A page that leaves as one file, opened by a double click with the network cut, and what the browser says of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, Page

WATCH = """
window.refused = [];
document.addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective + ' ' + e.blockedURI));
window.alert = window.confirm = window.prompt = () => { window.ran = 1; };
"""


@asynccontextmanager
async def opened(
    browser: Browser, html: str, folder: Path, size: tuple[int, int] = (1280, 800), **context: Any
) -> AsyncIterator[tuple[Page, list[str], list[str]]]:
    """The page, every address it asked for, and every complaint; ready once the picture is drawn."""
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8")
    within = await browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="fr-FR", **context)
    await within.set_offline(True)
    await within.add_init_script(WATCH)
    page = await within.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        await page.goto(path.as_uri())
        await page.wait_for_function("document.documentElement.dataset.ready !== undefined")
        yield page, asked, complaints
    finally:
        await within.close()


async def barriers(page: Page) -> list[str]:
    """What axe finds serious or critical, as the page stands now."""
    await page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run().then(r => r.violations)")
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]
