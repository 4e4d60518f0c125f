"""The map of the network beside the page that pyvis writes by default, of the same graph, in one run.

Interactive: from the start of the navigation until a choice made in the page has been answered. The page of pyvis
answers once its physics has settled; it is stopped after a while, since it would go on for minutes. Both are opened
from a file with the network cut; pyvis then writes its scripts into the page (`in_line`).
"""

import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.async_api import Browser, async_playwright
from playwright.async_api import TimeoutError as PlaywrightTimeout

from benchmarks.rounds import table
from tests.visualisations.networks import network
from visualisations import network_map
from visualisations.network_view import NetworkView
from visualisations.places import places

SIZES = (200, 1_000, 5_000)
ROUNDS = 5
PATIENCE = 60  # seconds
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
ANSWERED = """async () => {
    if (document.documentElement.dataset.ready === undefined)
        await new Promise(done => new MutationObserver((_, watch) => {
            if (document.documentElement.dataset.ready !== undefined) { watch.disconnect(); done(); }
        }).observe(document.documentElement, { attributes: true }));
    document.querySelector('#tableau tbody th button').click();
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    return document.querySelector('#fiche h2').textContent !== '' ? performance.now() : NaN;
}"""
SETTLED = """Object.defineProperty(window, 'network', {
    set(made) {
        this.made = made;
        made.once('stabilizationIterationsDone', () => { window.settled = performance.now(); });
    },
    get() { return this.made; },
});"""


async def main() -> str:
    program = next(found for name in ("chromium", "google-chrome") if (found := shutil.which(name)))
    rows: list[list[str]] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for size in SIZES:
            rows.append(await measured(browser, size))
            print(rows[-1], file=sys.stderr)
        await browser.close()
    head = ["nodes", "links", "page written in", "size", "interactive", "pyvis' page written in", "its size", "settled"]
    return table("The map of the network beside pyvis' own page", head, rows)


async def measured(browser: Browser, size: int) -> list[str]:
    view = network(size)
    written: list[float] = []
    ours: list[float] = []
    theirs: list[float] = []
    their_writing: list[float] = []
    page = default = ""
    rounds = ROUNDS if size < SIZES[1] else 3
    for number in range(rounds):
        started = time.perf_counter()
        page = network_map.page(view)
        written.append(time.perf_counter() - started)
        ours.append(await opened(browser, page, ours=True))
        if size <= SIZES[0] or number == 0:  # it takes minutes
            started = time.perf_counter()
            default = pyvis_page(view)
            their_writing.append(time.perf_counter() - started)
            theirs.append(await opened(browser, default, ours=False))
    settled = median(theirs)
    return [
        f"{size:,}",
        f"{sum(len(layer.links) for layer in view.layers):,}",
        f"{median(written):.2f} s",
        f"{len(page.encode()) / 1e6:.2f} MB",
        f"{median(ours):.2f} s",
        f"{median(their_writing):.2f} s",
        f"{len(default.encode()) / 1e6:.2f} MB",
        f"{settled:.1f} s" if settled < PATIENCE else f"not in {PATIENCE} s",
    ]


async def opened(browser: Browser, html: str, *, ours: bool) -> float:
    """Seconds from the start of the navigation, `PATIENCE` when it is not over by then."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(html, encoding="utf-8")
        context = await browser.new_context(viewport={"width": 1280, "height": 800})
        await context.set_offline(True)
        try:
            page = await context.new_page()
            if ours:
                await page.goto(path.as_uri(), wait_until="commit")
                return float(await page.evaluate(ANSWERED)) / 1000
            await page.add_init_script(SETTLED)
            await page.goto(path.as_uri(), wait_until="commit")
            await page.wait_for_function("window.settled", timeout=1000 * PATIENCE)
            return float(await page.evaluate("window.settled")) / 1000
        except PlaywrightTimeout:
            return PATIENCE
        finally:
            await context.close()


def pyvis_page(view: NetworkView) -> str:
    """The first layer as pyvis writes it when nothing is asked of it; the same places to begin with."""
    from pyvis.network import Network

    network = Network(directed=True, cdn_resources="in_line")
    at = places(view)
    for node in view.nodes:
        network.add_node(node.id, label=node.short or node.name, title=node.name, x=at[node.id][0], y=at[node.id][1])
    for link in view.layers[0].links:
        network.add_edge(link.source, link.target, value=link.weight)
    html: str = network.generate_html()
    return html


if __name__ == "__main__":
    print(asyncio.run(main()))
