"""The map of the network in a real Chromium, opened as a file with the network cut."""

import re
from collections import Counter
from dataclasses import replace
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any, TypeVar

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser.file_page import barriers, opened
from tests.browser.payloads import PAYLOADS
from tests.visualisations.networks import MONTHS, network
from visualisations.network_map import page as made
from visualisations.network_view import LayerView, LinkView, NetworkView, NodeView

pytestmark = pytest.mark.browser

INTERNAL = network(120)
PUBLISHED = network(120, internal=False, months=False)


def root(view: NetworkView, id: str) -> str:
    by_id = {node.id: node for node in view.nodes}
    while (parent := by_id[id].unit_of) is not None:
        id = parent
    return id


def folded(view: NetworkView, layer: LayerView, month: str | None = None) -> Counter[tuple[str, str]]:
    """Links between organisations, added up here as the page should."""
    found: Counter[tuple[str, str]] = Counter()
    for link in layer.links:
        a, b = root(view, link.source), root(view, link.target)
        if a != b:
            found[a, b] += link.weight if month is None else link.months.get(month, 0)
    return +found


def said(view: NetworkView, links: Counter[tuple[str, str]], what: str) -> str:
    """The sentence under the picture."""
    sites = {node.id for node in view.nodes if node.site}
    partners = {id for link in links for id in link} - sites
    return f"{plural(len(partners), 'partenaire')}, {plural(len(links), 'lien')}, {plural(links.total(), what)}."


def plural(n: int, one: str) -> str:
    return f"{n:,} {one if n < 2 else one + 's'}".replace(",", "\u202f")


async def status(page: Page) -> str:
    return (await page.locator("#etat").inner_text()).strip()


async def rows(page: Page) -> list[str]:
    """Names of the first column, once everything is unrolled."""
    while await page.locator("#suite").is_visible():
        await page.locator("#suite").click()
    return await page.locator("#tableau tbody th button").all_inner_texts()


async def test_the_file_opens_without_network_and_asks_for_nothing(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, made(INTERNAL), tmp_path) as (page, asked, complaints):
        await page.locator("#couche").select_option("2")
        await page.locator("#carte").hover(position={"x": 300, "y": 200})

        assert asked == [(tmp_path / "page.html").as_uri()]
        assert complaints == []
        assert await page.evaluate("[window.refused, localStorage.length, document.cookie]") == [[], 0, ""]


async def test_the_table_and_the_picture_say_what_the_links_add_up_to(browser: Browser, tmp_path: Path) -> None:
    layer = INTERNAL.layers[0]
    links = folded(INTERNAL, layer)
    async with opened(browser, made(INTERNAL), tmp_path) as (page, _, _):
        shown = await rows(page)

        names = {node.id: node.name for node in INTERNAL.nodes}
        assert await status(page) == said(INTERNAL, links, "orientation")
        assert Counter(shown) == Counter(names[id] for id in {id for link in links for id in link})
        await page.locator("#les-liens").click()
        assert len(await rows(page)) == len(links)


async def test_the_title_states_the_finding_of_the_links_shown(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, made(INTERNAL), tmp_path) as (page, _, _):
        for number, layer in enumerate(INTERNAL.layers):
            await page.locator("#couche").select_option(str(number))

            assert await page.locator("h1").inner_text() == layer.finding
            assert (await page.locator("#quoi").inner_text()).startswith(layer.definition)


async def test_the_slider_shows_each_month_alone(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, made(INTERNAL), tmp_path) as (page, _, _):
        await page.locator("#mois").focus()
        for month, name in MONTHS.items():
            await page.keyboard.press("ArrowRight")

            links = folded(INTERNAL, INTERNAL.layers[0], month)
            assert await page.locator("#mois-dit").inner_text() == name
            assert await status(page) == said(INTERNAL, links, "orientation")
        await page.locator("#couche").select_option("2")
        assert await page.locator("#mois").is_disabled()


async def test_a_published_map_has_no_month_at_all(browser: Browser, tmp_path: Path) -> None:
    html = made(PUBLISHED)
    async with opened(browser, html, tmp_path) as (page, _, _):
        assert await page.locator("#mois").count() == 0
        assert await page.get_by_text("interne").count() == 0
    assert '"months":[]' in html


async def test_filters_of_domain_and_territory_leave_only_what_passes(browser: Browser, tmp_path: Path) -> None:
    view = INTERNAL
    members: dict[str, list[NodeView]] = {}
    for node in view.nodes:
        members.setdefault(root(view, node.id), []).append(node)
    async with opened(browser, made(view), tmp_path) as (page, _, _):
        for box in await page.locator("input[name=domaine]").all():
            await box.uncheck()
        await page.locator("input[name=domaine]").nth(5).check()
        logement = await rows(page)
        await page.locator("#epci").select_option(label="CC de l'Île-d'Oléron")
        oleron = await rows(page)

        of = {node.name: members[node.id] for node in view.nodes if node.id in members and not node.site}
        sites = {node.name for node in view.nodes if node.site}
        assert set(logement) - sites
        assert all(any("logement" in m.domains for m in of[name]) for name in set(logement) - sites)
        assert set(oleron) - sites < set(logement) - sites
        assert all(
            any("logement" in m.domains and m.epci == "241700624" for m in of[name]) for name in set(oleron) - sites
        )
        await page.get_by_role("button", name="Tout remettre").click()
        assert await status(page) == said(view, folded(view, view.layers[0]), "orientation")


async def test_partners_without_any_link_are_counted_and_shown_when_asked(browser: Browser, tmp_path: Path) -> None:
    links = folded(INTERNAL, INTERNAL.layers[0])
    linked = {id for link in links for id in link}
    alone = [n for n in INTERNAL.nodes if n.unit_of is None and not n.site and n.id not in linked]
    async with opened(browser, made(INTERNAL), tmp_path) as (page, _, _):
        assert await page.locator("#isoles-dit").inner_text() == f"+ {len(alone)} sans lien"

        await page.locator("#isoles").check()

        assert {n.name for n in alone} <= set(await rows(page))


async def test_a_search_finds_without_accents_and_leads_to_the_card(browser: Browser, tmp_path: Path) -> None:
    named = replace(INTERNAL.nodes[40], name="Maison de l'Écoute étudiante", unit_of=None)
    nodes = tuple(named if n.id == named.id else n for n in INTERNAL.nodes)
    link = LinkView("site-0", named.id, 7, {"2025-03": 7})
    first = replace(INTERNAL.layers[0], links=(*INTERNAL.layers[0].links, link))
    view = replace(INTERNAL, nodes=nodes, layers=(first, *INTERNAL.layers[1:]))
    view = replace(view, positions={**view.positions, named.id: (10, 10)})
    async with opened(browser, made(view), tmp_path) as (page, _, _):
        await page.locator("#chercher").fill("ecoute ETUD")
        assert await rows(page) == [named.name]

        await page.keyboard.press("Enter")

        assert await page.locator("#fiche h2").inner_text() == named.name
        assert "Site de Rochefort" in await page.locator("#fiche table").inner_text()


async def test_a_partner_and_its_neighbours_alone(browser: Browser, tmp_path: Path) -> None:
    links = folded(INTERNAL, INTERNAL.layers[0])
    names = {node.id: node.name for node in INTERNAL.nodes}
    chosen = max(links, key=lambda link: links[link])[1]
    async with opened(browser, made(INTERNAL), tmp_path) as (page, _, _):
        await page.locator("#tableau").get_by_role("button", name=names[chosen], exact=True).first.click()
        await page.get_by_role("button", name="Ses voisins seulement").click()

        near = {id for link in links if chosen in link for id in link}
        assert Counter(await rows(page)) == Counter(names[id] for id in near)
        await page.keyboard.press("Escape")
        assert len(await rows(page)) == len({id for link in links for id in link})


async def test_the_map_is_led_by_the_keyboard_alone(browser: Browser, tmp_path: Path) -> None:
    parent = next(n for n in INTERNAL.nodes if any(u.unit_of == n.id for u in INTERNAL.nodes))
    units = [n.name for n in INTERNAL.nodes if n.unit_of == parent.id]
    async with opened(browser, made(INTERNAL), tmp_path) as (page, _, complaints):
        for _ in range(12):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.id") == "carte":
                break
        await page.keyboard.press("ArrowRight")
        first = await page.locator("#fiche h2").inner_text()
        seen = {first}
        for key in ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"] * 3:
            await page.keyboard.press(key)
            seen.add(await page.locator("#fiche h2").inner_text())
        assert len(seen) > 3
        assert (await status(page)).startswith(await page.locator("#fiche h2").inner_text())
        await page.keyboard.press("v")
        assert (await status(page)).startswith("Autour de ")
        await page.keyboard.press("Escape")
        await page.keyboard.press("Escape")
        assert not await page.locator("#fiche").is_visible()

        await page.locator("#chercher").fill(parent.name)
        await page.keyboard.press("Enter")
        await page.locator("#carte").focus()
        await page.keyboard.press("Enter")
        assert set(units) <= set(await unfiltered(page))
        await page.keyboard.press("Enter")
        assert not set(units) & set(await unfiltered(page))
        assert complaints == []


async def unfiltered(page: Page) -> list[str]:
    """Rows of the table when nothing is searched for; the focus stays on the map."""
    await page.locator("#chercher").fill("")
    found = await rows(page)
    await page.locator("#carte").focus()
    return found


RING = """() => {
    const canvas = document.querySelector('#carte canvas'), scale = canvas.width / canvas.clientWidth;
    const { data, width } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let n = 0, x = 0, y = 0;
    for (let i = 0; i < data.length; i += 4)
        if (data[i] === 0xc2 && data[i + 1] === 0x57 && data[i + 2] === 0) {
            n++; x += (i / 4) % width; y += Math.floor(i / 4 / width);
        }
    return [x / n / scale, y / n / scale];
}"""
"""Where the ring around the chosen node is drawn."""


async def test_a_click_opens_the_card_and_unfolds_and_another_folds(browser: Browser, tmp_path: Path) -> None:
    parent = next(n for n in INTERNAL.nodes if any(u.unit_of == n.id for u in INTERNAL.nodes))
    units = {n.name for n in INTERNAL.nodes if n.unit_of == parent.id}
    async with opened(browser, made(INTERNAL), tmp_path, reduced_motion="reduce") as (page, _, _):
        await page.locator("#chercher").fill(parent.name)
        await page.keyboard.press("Enter")
        await page.locator("#chercher").fill("")
        x, y = await page.evaluate(RING)
        await page.keyboard.press("Escape")
        assert not await page.locator("#fiche").is_visible()

        await page.locator("#carte").click(position={"x": x, "y": y})
        assert await page.locator("#fiche h2").inner_text() == parent.name
        assert units <= set(await rows(page))
        await page.wait_for_timeout(400)  # else it is a double click
        await page.locator("#carte").click(position={"x": x, "y": y})
        assert not units & set(await rows(page))


WRITTEN = """async () => {
    const found = new Map(), plain = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
        const half = this.measureText(text).width / 2, high = parseInt(this.font.match(/(\\d+)px/)[1]) / 2;
        if (!/^\\+\\d+$/.test(text)) found.set(`${text} ${x} ${y}`, [text, x - half, y - high, x + half, y + high,
            this.font.includes('bold')]);
        plain.call(this, text, x, y);
    };
    document.getElementById('entier').click();
    for (let n = 0; n < 4; n++) await new Promise(done => requestAnimationFrame(done));
    CanvasRenderingContext2D.prototype.fillText = plain;
    return [...found.values()];
}"""
"""Every label of the picture with its box, and whether it is bold."""


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)], ids=lambda s: str(s[0]))
@pytest.mark.parametrize("nodes", [200, 1000])
async def test_no_label_stands_over_another(
    browser: Browser, tmp_path: Path, nodes: int, size: tuple[int, int]
) -> None:
    async with opened(browser, made(network(nodes)), tmp_path, size, reduced_motion="reduce") as (page, _, _):
        labels = await page.evaluate(WRITTEN)

        assert len(labels) > 15
        over = [
            (a[0], b[0])
            for n, a in enumerate(labels)
            for b in labels[n + 1 :]
            if a[1] < b[3] and b[1] < a[3] and a[2] < b[4] and b[2] < a[4]
        ]
        assert over == []


async def test_those_of_whom_the_title_speaks_are_written_in_bold(browser: Browser, tmp_path: Path) -> None:
    received: Counter[str] = Counter()
    for (_, target), n in folded(INTERNAL, INTERNAL.layers[0]).items():
        received[target] += n
    half, few = received.total() / 2, set[str]()
    names = {node.id: node.name for node in INTERNAL.nodes}
    for id, n in received.most_common():
        if half <= 0:
            break
        few.add(names[id])
        half -= n
    async with opened(browser, made(INTERNAL), tmp_path, (1920, 1080), reduced_motion="reduce") as (page, _, _):
        labels = await page.evaluate(WRITTEN)

        bold = {text for text, *_, is_bold in labels if is_bold} - SITES
        assert all(any(name.startswith(text.rstrip("…")) for name in few) for text in bold)
        assert len(bold) >= 0.7 * len(few)
        assert await page.get_by_text("à eux seuls, la moitié du total").is_visible()


SITES = {node.name for node in INTERNAL.nodes if node.site} | {node.short for node in INTERNAL.nodes if node.site}


async def test_motion_is_left_out_for_who_asks(browser: Browser, tmp_path: Path) -> None:
    picture = "document.querySelector('#carte canvas').toDataURL()"
    async with opened(browser, made(INTERNAL), tmp_path, reduced_motion="reduce") as (page, _, _):
        await page.locator("#plus").click()
        await page.wait_for_timeout(200)
        await page.locator("#entier").click()
        await page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        at_once = await page.evaluate(picture)
        await page.wait_for_timeout(500)

        assert await page.evaluate(picture) == at_once


async def test_on_paper_no_small_number_is_left_and_the_picture_stays(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, made(INTERNAL), tmp_path) as (page, _, _):
        await page.locator("#couche").select_option("1")
        await page.locator("#les-liens").click()
        await rows(page)
        await page.emulate_media(media="print")

        figures = await page.locator("#tableau td.figure").all_inner_texts()
        assert "moins de 5" in figures
        assert not {f for f in figures if re.fullmatch("[1-4]", f)}
        first = page.locator("#tableau tbody tr").first.locator("button")
        assert await first.count() == 2
        assert [await end.is_visible() for end in await first.all()] == [True, True]
        assert await page.locator("#carte canvas").is_visible()
        assert await page.locator(".legend").is_visible()
        assert not await page.locator("#filtres").is_visible()


async def test_on_paper_a_partner_has_at_least_what_is_told_of_its_links(browser: Browser, tmp_path: Path) -> None:
    layer = INTERNAL.layers[1]
    links = folded(INTERNAL, layer)
    names = {node.id: node.name for node in INTERNAL.nodes}
    async with opened(browser, made(INTERNAL), tmp_path) as (page, _, _):
        await page.locator("#couche").select_option("1")
        await rows(page)
        await page.emulate_media(media="print")

        for row in await page.locator("#tableau tbody tr").all():
            name = await row.locator("button").inner_text()
            for way, cell in enumerate(await row.locator("td").all_inner_texts()):
                if way > 1 or cell == "–":
                    continue
                own = [n for link, n in links.items() if names[link[1 - way]] == name]
                told = sum(n for n in own if n >= 5)
                few = len([n for n in own if n < 5]) > 0
                assert cell == (str(told) if not few else f"au moins {told}" if told else "moins de 5 par lien")


async def test_no_scale_of_a_published_map_goes_below_what_is_told(browser: Browser, tmp_path: Path) -> None:
    told = replace(PUBLISHED, layers=tuple(replace(one, links=tens(one.links)) for one in PUBLISHED.layers[:2]))
    async with opened(browser, made(told), tmp_path) as (page, _, _):
        texts = await page.locator("#echelles li").all_inner_texts()

        marks = [int(text.replace("\u202f", "")) for text in texts if re.fullmatch(r"[\d\u202f]+", text)]
        assert len(marks) >= 3
        assert min(marks) >= 15


async def test_no_mark_of_a_published_map_looks_like_a_hidden_number(browser: Browser, tmp_path: Path) -> None:
    told = replace(PUBLISHED, layers=tuple(replace(one, links=rounded(one.links)) for one in PUBLISHED.layers[:2]))
    assert told.least == 10  # eleven and twelve, rounded
    async with opened(browser, made(told), tmp_path) as (page, _, _):
        texts = await page.locator("#echelles li").all_inner_texts()

        assert [text for text in texts if re.fullmatch(r"[0-9]|10|11", text)] == []


def rounded(links: tuple[LinkView, ...]) -> tuple[LinkView, ...]:
    return tuple(replace(link, weight=10 + 5 * (link.weight // 5)) for link in links)


def tens(links: tuple[LinkView, ...]) -> tuple[LinkView, ...]:
    return tuple(replace(link, weight=15 + 5 * link.weight) for link in links)


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080), (390, 844)], ids=lambda s: str(s[0]))
async def test_axe_finds_nothing_serious(browser: Browser, tmp_path: Path, size: tuple[int, int]) -> None:
    async with opened(browser, made(INTERNAL), tmp_path, size) as (page, _, _):
        assert await barriers(page) == []
        await page.locator("#tableau tbody button").nth(7).click()
        await page.get_by_role("button", name="Ses voisins seulement").click()
        assert await barriers(page) == []
        await page.locator("#les-liens").click()
        await page.locator("#isoles").check()
        assert await barriers(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


FIELDS = [
    *("node.id", "node.name", "node.short", "node.kind", "node.commune", "node.college"),
    *("layer.code", "layer.label", "layer.definition", "layer.finding", "layer.one", "layer.many"),
    *("domain", "epci", "month", "domain.code", "epci.code", "month.code", "period", "method"),
]


def hostile(field: str) -> NetworkView:
    """A network of sixty partners, each with one of the sixty texts in *field*."""
    view = network(65)
    kind, _, name = field.partition(".")
    if field == "node.id":
        return renamed(view, dict(zip([n.id for n in view.nodes[5:]], PAYLOADS, strict=True)))
    if kind == "node":
        return replace(view, nodes=(*view.nodes[:5], *map(partial(told, name), view.nodes[5:], PAYLOADS)))
    if kind == "layer":
        return replace(view, layers=tuple(told(name, view.layers[0], text) for text in PAYLOADS))
    if kind in {"period", "method"}:
        return told(kind, view, " ".join(PAYLOADS))
    spelled = {text: f"n{n}" for n, text in enumerate(PAYLOADS)} if name else dict(zip(CODES, PAYLOADS, strict=True))
    codes = list(spelled)
    match kind:
        case "domain":
            nodes = [replace(node, domains=(code,)) for node, code in zip(view.nodes, cycle(codes), strict=False)]
            return replace(view, domains=spelled, nodes=tuple(nodes))
        case "epci":
            nodes = [replace(node, epci=code) for node, code in zip(view.nodes, cycle(codes), strict=False)]
            return replace(view, epcis=spelled, nodes=tuple(nodes))
        case _:
            links = [replace(link, months=dict.fromkeys(codes, 1)) for link in view.layers[0].links]
            return replace(view, months=spelled, layers=(replace(view.layers[0], links=tuple(links)),))


def hostile_everywhere(short: bool) -> NetworkView:
    """Each field with each of the sixty texts, another one than its neighbours; *short*: partners have short names."""

    def turned(by: int) -> tuple[str, ...]:
        return PAYLOADS[by:] + PAYLOADS[:by]

    view = hostile("node.id")
    for by, name in enumerate(["name", "kind", "commune", "college", *(["short"] if short else [])]):
        partners = map(partial(told, name), view.nodes[5:], turned(by))
        view = replace(view, nodes=(*view.nodes[:5], *partners))
    nodes = [
        replace(node, domains=(domain,), epci=epci)
        for node, domain, epci in zip(view.nodes, cycle(turned(5)), cycle(turned(6)), strict=False)
    ]
    links = [replace(link, months=dict.fromkeys(turned(7), 1)) for link in view.layers[0].links]
    layers = [replace(view.layers[0], links=tuple(links))] * len(PAYLOADS)
    for by, name in enumerate(["code", "label", "definition", "finding", "one", "many"], 8):
        layers = list(map(partial(told, name), layers, turned(by)))
    return replace(
        view,
        nodes=tuple(nodes),
        layers=tuple(layers),
        domains=dict(zip(turned(5), turned(14), strict=True)),
        epcis=dict(zip(turned(6), turned(15), strict=True)),
        months=dict(zip(turned(7), turned(16), strict=True)),
        period=" ".join(turned(17)),
        method=" ".join(turned(18)),
    )


def texts(view: NetworkView, field: str) -> set[str]:
    """Those of the sixty that *field*, as `FIELDS` spells it, has in *view*."""
    kind, _, name = field.partition(".")
    if kind in {"period", "method"}:
        return {text for text in PAYLOADS if text in getattr(view, kind)}
    match kind:
        case "node":
            found = [getattr(node, name) for node in view.nodes]
        case "layer":
            found = [getattr(layer, name) for layer in view.layers]
        case _:
            spelled: dict[str, str] = getattr(view, f"{kind}s")
            found = list(spelled if name else spelled.values())
    return set(PAYLOADS) & set(found)


CODES = [f"c{n}" for n in range(len(PAYLOADS))]


Value = TypeVar("Value", NodeView, LayerView, NetworkView)


def told(field: str, value: Value, text: str) -> Value:
    """*value* with *text* in *field*."""
    changes: dict[str, Any] = {field: text}
    return replace(value, **changes)


def renamed(view: NetworkView, new: dict[str, str]) -> NetworkView:
    def of(id: str) -> str:
        return new.get(id, id)

    def links(layer: LayerView) -> tuple[LinkView, ...]:
        return tuple(replace(link, source=of(link.source), target=of(link.target)) for link in layer.links)

    return replace(
        view,
        nodes=tuple(replace(n, id=of(n.id), unit_of=None if n.unit_of is None else of(n.unit_of)) for n in view.nodes),
        layers=tuple(replace(layer, links=links(layer)) for layer in view.layers),
        positions={of(id): at for id, at in view.positions.items()},
    )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def usual(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a page without any hostile text is made of."""
    async with opened(browser, made(network(65)), tmp_path_factory.mktemp("usual")) as (page, _, _):
        return await page.evaluate(ELEMENTS)


@pytest.mark.parametrize("field", [pytest.param(field, marks=pytest.mark.nightly) for field in FIELDS])
async def test_hostile_texts_in_one_field_stay_texts(browser: Browser, tmp_path: Path, usual: Any, field: str) -> None:
    await inert(browser, hostile(field), tmp_path, usual)


@pytest.mark.parametrize("short", [True, False], ids=["named by their short names", "named by their whole names"])
async def test_hostile_texts_in_all_fields_at_once_stay_texts(
    browser: Browser, tmp_path: Path, usual: Any, short: bool
) -> None:
    view = hostile_everywhere(short)

    assert {field for field in FIELDS if texts(view, field) < set(PAYLOADS)} == (set() if short else {"node.short"})
    await inert(browser, view, tmp_path, usual)


async def inert(browser: Browser, view: NetworkView, tmp_path: Path, usual: Any) -> None:
    """Whatever is chosen, nothing runs, nothing is asked for, and no element is there that a usual page has not."""
    async with opened(browser, made(view), tmp_path) as (page, asked, complaints):
        await page.evaluate(EVERYTHING)
        for x in range(40, 780, 60):
            await page.locator("#carte").hover(position={"x": x, "y": 50 + x // 3})
        found = await page.evaluate(ELEMENTS)
        result = await page.evaluate("[window.ran ?? 0, window.refused]")

        assert result == [0, []]
        assert asked == [(tmp_path / "page.html").as_uri()]
        assert complaints == []
        assert found == usual
        assert page.url == (tmp_path / "page.html").as_uri()


ELEMENTS = """() => [...new Set([...document.querySelectorAll('*')].map(e => e.localName))].sort()
    .filter(name => !['p', 'h3', 'ul', 'li', 'span', 'path', 'line', 'circle', 'svg', 'td', 'th', 'tr'].includes(name))
    .concat(document.scripts.length, document.querySelectorAll('style, meta, link, base').length)"""
"""The kinds of elements, and how many scripts, styles and links there are."""

EVERYTHING = """async () => {
    const pause = () => new Promise(done => requestAnimationFrame(done));
    const tell = (e, type) => e.dispatchEvent(new Event(type, { bubbles: true }));
    const $ = id => document.getElementById(id);
    for (const select of [$('couche'), $('epci')])
        for (const option of [...select.options]) {
            select.value = option.value; tell(select, 'change'); await pause();
        }
    $('epci').value = ''; tell($('epci'), 'change');
    $('couche').value = '0'; tell($('couche'), 'change');
    if ($('mois'))
        for (let m = 0; m <= $('mois').max; m++) { $('mois').value = m; tell($('mois'), 'input'); await pause(); }
    if ($('mois')) { $('mois').value = 0; tell($('mois'), 'input'); }
    $('isoles').click();
    while (!$('suite').hidden) $('suite').click();
    for (let n = 0; n < document.querySelectorAll('#tableau tbody th button').length; n++) {
        document.querySelectorAll('#tableau tbody th button')[n].click();
        if (!$('suite').hidden) $('suite').click();
        await pause();
    }
    for (const text of ['<script', 'window.ran', "';", '</']) {
        $('chercher').value = text; tell($('chercher'), 'input'); await pause();
    }
    $('chercher').value = ''; tell($('chercher'), 'input');
    $('les-liens').click();
    while (!$('suite').hidden) $('suite').click();
    await pause();
    $('les-noeuds').click();
    document.querySelector('#tableau tbody th button').click();
}"""
"""Every choice is made once, every card is opened."""
