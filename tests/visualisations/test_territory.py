"""The pages and files of the territory: they say the same thing, and no text gets out of its place."""

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as Xml

import pytest

from graph.coverage import ADULT, YOUNG
from graph.territory import Level
from tests.browser.payloads import PAYLOADS
from tests.visualisations.territories import FIELDS, closing, hostile, territory
from visualisations import closing as closing_page
from visualisations import territory as territory_page
from visualisations.document import escaped, policy
from visualisations.levels import LOOKS, shown
from visualisations.territory_files import picture, to_csv


class Table(HTMLParser):
    """Texts of the cells of the table so named, row by row."""

    def __init__(self, id: str, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False
        self.id = id
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = self.inside or (tag == "table" and dict(attrs).get("id") == self.id)
        if self.inside and tag == "tr":
            self.rows.append([])
        if self.inside and tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "table"

    def handle_data(self, data: str) -> None:
        if self.inside and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def elements(page: str) -> list[str]:
    found: list[str] = []

    class Seen(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append(" ".join([tag, *sorted(name for name, _ in attrs)]))

    seen = Seen()
    seen.feed(page)
    seen.close()
    return found


def texts_of(drawn: bytes) -> str:
    return "".join(Xml.fromstring(drawn).itertext())  # noqa: S314  (our own drawing)


PAGE = territory_page.page(territory())


def test_the_title_of_the_page_is_the_finding() -> None:
    assert f"<h1>{escaped(territory().title)}</h1>" in PAGE
    assert f"<h1>{escaped(closing().title)}</h1>" in closing_page.page(closing())


def test_the_matrix_of_the_page_and_that_of_the_file_say_the_same_as_the_view() -> None:
    view = territory()
    _, person = view.worst
    page = {row[0]: row[1:] for row in Table("matrice", PAGE).rows if len(row) == 40}
    lines = list(csv.reader(io.StringIO(to_csv(view).decode("utf-8-sig")), delimiter=";"))
    file = {(line[1], line[2]): line[3:] for line in lines if len(line) == 42}

    for need in view.needs:
        offers = [view.cells[need.code, c.insee, person.code] for c in view.communes]
        expected = [shown(offer.level, len(offer.partners)) for offer in offers]
        assert page[need.label.replace(" :", "\u00a0:")] == expected
        assert file[need.label, person.label] == expected
    assert len(file) == 1 + 2 * len(view.needs) + 1  # names, codes


def test_the_table_beside_the_map_has_every_commune_with_its_partners() -> None:
    view = territory()
    need, person = view.worst

    rows = {row[0]: row[1:] for row in Table("tableau", PAGE).rows if len(row) == 3}

    assert {c.name for c in view.communes} < rows.keys()
    for commune in view.communes:
        offer = view.cells[need.code, commune.insee, person.code]
        assert rows[commune.name][0] == shown(offer.level, len(offer.partners))
        assert all(view.names[id] in rows[commune.name][1] for id in offer.partners[:4])


def test_levels_differ_by_colour_and_by_pattern() -> None:
    fills = {look.fill for look in LOOKS.values()}
    patterns = {look.pattern for look in LOOKS.values()}

    assert len(fills) == len(patterns) == len({look.hatch for look in LOOKS.values()}) == len(Level)


def test_a_commune_carries_no_number_of_young_people() -> None:
    assert not re.search(r"\d+ (jeunes|orientations)", PAGE)
    assert closing_page.page(closing(internal=False)).count("orientation") == 0


@pytest.mark.parametrize("field", FIELDS)
def test_no_text_of_a_field_adds_an_element_or_an_attribute(field: str) -> None:
    usual = elements(PAGE)

    for view in hostile(field, PAYLOADS):
        page = territory_page.page(view)

        # the labels of communes may break in more lines or fewer
        kept = [e for e in elements(page) if not e.startswith("text x")]
        assert kept == [e for e in usual if not e.startswith("text x")] or field == "commune"
        assert set(elements(page)) <= set(usual)
        assert "unsafe" not in policy(page)


def test_few_referrals_to_move_are_never_printed() -> None:
    page = closing_page.page(closing())

    assert '<strong class="screen-only">3 orientations par an</strong>' in page
    assert '<strong class="screen-none">moins de 5 orientations par an</strong>' in page
    assert "Usage interne" in page
    assert "Usage interne" not in closing_page.page(closing(internal=False))


def test_what_is_simulated_says_so_on_every_medium() -> None:
    view = replace(territory(), simulated=True)

    assert "Données simulées" in territory_page.page(view)
    assert "Données simulées" in to_csv(view).decode()
    assert "Données simulées" in picture(view, *view.worst, "svg").decode()


def test_pictures_have_a_legend_and_a_date_and_are_the_same_each_time() -> None:
    view = territory()

    drawn = picture(view, view.needs[0], ADULT, "svg")
    texts = texts_of(drawn)

    assert drawn == picture(view, view.needs[0], ADULT, "svg")
    assert "trois partenaires ou plus : 39" in texts
    assert "1er mars 2026" in texts
    assert "IGN Admin Express" in texts
    assert all(c.name.split("-")[0].split(" ")[0] in texts for c in view.communes)
    png = picture(view, view.needs[0], YOUNG, "png")
    assert png.startswith(b"\x89PNG")
    assert b"tEXt" not in png


def test_a_dollar_or_markup_in_a_name_stays_as_it_is_in_a_picture() -> None:
    view = territory()
    named = replace(view, needs=(replace(view.needs[0], label="<b>$x^2$</b> & co"), *view.needs[1:]))

    drawn = picture(named, named.needs[0], ADULT, "svg")

    assert "<b>$x^2$</b> & co" in texts_of(drawn)
