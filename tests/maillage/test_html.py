"""The checker of pages finds what it is there to find."""

import pytest

from tests.maillage.html import Page


@pytest.mark.parametrize(
    "source",
    [
        "<div><p>never closed</div>",
        "<p><ul><li>a list in a paragraph</li></ul></p>",
        "<ul><p>no item</p></ul><li>no list</li>",
        '<p id="a"></p><p id="a"></p>',
        '<label for="absent">Âge</label>',
        '<a href="#absent">lien</a>',
        '<a href="/"><a href="/">un lien dans un lien</a></a>',
        '<p class="a" class="b"></p>',
        "<main>",
        "</p>",
    ],
)
def test_a_fault_is_found(source: str) -> None:
    assert Page(source).faults


def test_sound_html_has_no_fault() -> None:
    source = '<form><label for="a">Âge</label><input id="a"><br></form><ul><li><p><b>x</b></p></li></ul>'

    assert Page(source).faults == []
