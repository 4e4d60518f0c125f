"""The pictures of the report: what a page, a colour-blind reader and a second run demand of them."""

import re
import subprocess
import sys
from collections.abc import Callable
from xml.etree import ElementTree as Xml

import pytest

from tests.maillage.html import Page
from visualisations.charts import COLOURS, DASHES, MARKS, Bar, Series, Span, bars, curve, intervals, months

HOSTILE = '<script>"A" & $\\frac{1}{2}$ </svg>'
PICTURES: dict[str, Callable[[str], str]] = {
    "bars": lambda label: bars("Besoins", [Bar(label, 12), Bar("CCAS", 3, weak=True)], "orientations"),
    "intervals": lambda label: intervals("Réponses", [Span(label, 0.8, 0.6, 0.9, 35)], 0.5),
    "curve": lambda label: curve("Délais", [Series(label, ((1, 0.2), (9, 0.8))), Series("CCAS", ((4, 0.5),))]),
    "months": lambda label: months("Mois", ["janv.", "févr."], [Series(label, ((0, 4), (1, 6))), Series("2024", ())]),
}
EMPTY = {
    "bars": lambda: bars("Rien", []),
    "intervals": lambda: intervals("Rien", []),
    "curve": lambda: curve("Rien", [Series("Tous", ())]),
    "months": lambda: months("Rien", ["janv."], [Series("2025", ((0, 0),))]),
}


def tree(picture: str) -> Xml.Element:
    return Xml.fromstring(picture)  # noqa: S314  (our own drawing)


def texts(picture: str) -> str:
    return " ".join(e.text or "" for e in tree(picture).iter() if e.tag.endswith("text"))


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_stands_in_a_page_whose_policy_refuses_styles_and_scripts(kind: str) -> None:
    page = Page(f"<div>{PICTURES[kind](HOSTILE)}</div>")

    assert page.faults == []
    assert page.all("style") == page.all("script") == page.all("image") == []
    (svg,) = page.all("svg")
    assert svg["role"] == "img"
    assert svg["aria-label"]
    assert "viewbox" in svg.attributes
    for element in page.elements:
        assert "style" not in element.attributes
        assert not any(name.startswith("on") for name in element.attributes)
        assert element.attributes.get("href", "#").startswith("#")


@pytest.mark.parametrize("kind", PICTURES)
def test_a_name_is_written_as_text_whatever_it_holds(kind: str) -> None:
    assert HOSTILE in texts(PICTURES[kind](HOSTILE))


@pytest.mark.parametrize("kind", PICTURES)
def test_every_reference_of_a_picture_leads_into_it_and_its_ids_are_its_own(kind: str) -> None:
    one, other = PICTURES[kind]("Tous"), PICTURES[kind]("Toutes")
    ids = [set(re.findall(r' id="([^"]+)"', picture)) for picture in (one, other)]

    for picture, own in zip((one, other), ids, strict=True):
        assert set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', picture)) <= {(i, "") for i in own} | {
            ("", i) for i in own
        }
    assert not ids[0] & ids[1]


@pytest.mark.parametrize("kind", EMPTY)
def test_nothing_to_show_is_a_picture_too(kind: str) -> None:
    assert tree(EMPTY[kind]()).tag.endswith("svg")


def test_equal_values_give_equal_bytes_in_another_process() -> None:
    program = (
        "from visualisations.charts import *\n"
        "print(bars('B', [Bar('A', 2, weak=True)], 'x') + intervals('I', [Span('A', .5, .2, .8, 9)])"
        " + curve('C', [Series('A', ((1, .5),))]) + months('M', ['j'], [Series('A', ((0, 1),))]))"
    )

    made = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout
        for _ in range(2)
    }

    assert len(made) == 1
    assert made.pop().count("<svg") == 4


def test_lines_are_told_apart_without_any_colour() -> None:
    lines = [Series(f"Ligne {n}", ((1, 0.1 * n), (20, 0.1 * n + 0.2))) for n in range(len(COLOURS))]

    drawn = curve("Six", lines)

    assert len({*COLOURS}) == len({*map(str, DASHES)}) == len({*MARKS}) == 6
    assert len(set(re.findall(r'stroke-dasharray="([^"]+)"', drawn))) >= 5
    with pytest.raises(ValueError, match="from 1 to 6 lines"):
        curve("Sept", [*lines, Series("de trop", ())])


def test_numbers_are_written_in_french() -> None:
    said = texts(bars("Délais", [Bar("CCAS", 3.5)], "jours") + "") + texts(
        intervals("R", [Span("A", 0.8, 0.6, 0.9, 35)])
    )

    assert "3,5 jours" in said
    assert "80 % sur 35" in said


def test_the_library_is_loaded_by_the_first_picture_only() -> None:
    program = "import sys, visualisations.charts; print('matplotlib' in sys.modules)"

    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout == "False\n"
    )
