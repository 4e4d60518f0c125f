"""The pages and the report of the governance pack, from names that carry markup."""

import re
from dataclasses import replace
from itertools import cycle

from graph.directory import Directory
from graph.model import PartnerKind
from graph.pack import pack
from graph.publication import Publication
from graph.publishing import DOMAINS, FIGURES, PARTNERS, REFERRED, SERVED, YOUNG
from tests.browser.payloads import PAYLOADS
from tests.graph.directories import REFERENCE
from tests.graph.packaged import packaged
from tests.graph.test_pack import YEAR, table, year
from tests.maillage.html import Page
from tests.visualisations.territories import DAY, hostile
from visualisations import network_map, report
from visualisations import pack as pages
from visualisations.published_network import published_view

TYPST = ('#panic("read")', "$ x $", "*gras* _it_ `code`", "= Titre", "@renvoi <label>", '#image("/x")', "\\", "]")
TEXTS = [*PAYLOADS, *TYPST]


def hostile_names() -> dict[str, str]:
    texts = cycle(TEXTS)
    return {id: next(texts) for id, p in packaged().partners.items() if p.kind is not PartnerKind.SITE}


def hostile_year(of: int, told: int) -> Publication:
    """Each partner is named by one of the texts, and so is each row of another table; all of them changed."""
    names = hostile_names()
    partners = table(PARTNERS, {(id, column): told for id in names for column in (REFERRED, SERVED)}, base=REFERRED)
    domains = table(DOMAINS, {(f"d{n}", YOUNG): told + 100 for n in range(len(TEXTS))})
    figures = table(FIGURES, {(row, YOUNG): value for row, value in YEAR.items()})
    return year(
        of,
        partners=replace(partners, names=names),
        domains=replace(domains, names={f"d{n}": text for n, text in enumerate(TEXTS)}),
        year_figures=replace(figures, title=TEXTS[0], definition=TEXTS[1]),
    )


def test_names_are_text_in_every_page_and_in_the_report() -> None:
    names = hostile_names()
    partners = {id: replace(p, name=names.get(id, p.name), acronym=None) for id, p in packaged().partners.items()}
    directory: Directory = replace(packaged(), partners=partners)
    offer = next(hostile("need", TEXTS))
    now, before = hostile_year(2025, 60), hostile_year(2024, 20)
    made = pack(now, before, directory, offer, DAY)
    network = published_view(now, directory, REFERENCE, (), DAY)

    harmless = (pages.index(made, network, offer), pages.method(made), pages.evidence(made))
    printed = report.pdf(made, network, offer)

    for text in harmless:
        page = Page(text)
        assert page.faults == []
        assert {e.tag for e in page.elements} & {"script", "img", "iframe", "object", "base", "form", "math"} == set()
        assert not [name for e in page.elements for name in e.attributes if name.startswith("on") or name == "style"]
        assert not [e for e in page.all("a") if re.match(r"\s*\w+:", e["href"])]
    shown = Page(harmless[1]).elements[0].text
    assert all(text[:1] + text[1:] in shown or text[:1].upper() + text[1:] in shown for text in TYPST)
    ours = network_map.vis_network().count("<script") + 3
    assert network_map.page(network).count("<script") == ours
    assert printed.startswith(b"%PDF")
