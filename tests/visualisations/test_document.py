"""The shell of the pages that leave as one file: nothing gets out of its place, and the policy lets nothing else in."""

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualisations.document import document, escaped, in_script, policy

ROOT = Path(__file__).parents[2]
DAY = date(2026, 3, 1)


class Seen(HTMLParser):
    """Elements, and what stands in each script."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.elements[-1:] == ["script"]:
            self.scripts[-1] += data


def seen(page: str) -> Seen:
    found = Seen()
    found.feed(page)
    found.close()
    return found


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_text_leaves_the_title_nor_the_data(text: str) -> None:
    usual = seen(document("Un titre", "<p>vide</p>", made_on=DAY, subtitle="rien", data={"donnees": ["x"]}))

    hostile = seen(document(text, "<p>vide</p>", made_on=DAY, subtitle=text or "rien", data={"donnees": [text]}))

    assert hostile.elements == usual.elements
    assert json.loads(hostile.scripts[0]) == [text]


@pytest.mark.parametrize("text", ["</script><script>1</script>", "<!-- <script>", "\u2028\u2029", "]]>", "&lt;"])
def test_data_says_the_text_and_holds_no_character_of_markup(text: str) -> None:
    written = in_script({"name": text})

    assert json.loads(written) == {"name": text}
    assert not re.search("[<>&\u2028\u2029]", written)


def test_the_policy_stands_before_what_it_judges_and_allows_by_hash_only() -> None:
    page = document("Titre", "", made_on=DAY, styles=["p { color: red }"], scripts=["let a = 1"])

    said = policy(page)

    assert page.index("Content-Security-Policy") < min(page.index("<style"), page.index("<script"))
    assert said.startswith("default-src 'none'; ")
    assert "unsafe" not in said
    assert "http" not in said
    assert said.count("'sha256-") == 3


@pytest.mark.parametrize(
    "parts",
    [{"scripts": ["a = '</ScRipt>'"]}, {"scripts": ["a<!--b"]}, {"styles": ["</style>"]}, {"scripts": ["a\r\n"]}],
)
def test_a_script_that_a_parser_would_end_early_is_refused(parts: dict[str, list[str]]) -> None:
    with pytest.raises(ValueError, match="misread"):
        document("Titre", "", made_on=DAY, **parts)  # type: ignore[arg-type]  # strict about each name


def test_what_is_simulated_or_internal_is_said_at_the_top_and_only_then() -> None:
    plain = document("Titre", "", made_on=DAY)
    marked = document("Titre", "", made_on=DAY, simulated=True, internal=True)

    assert "Données simulées" not in plain
    assert "Usage interne" not in plain
    assert marked.index("Données simulées") < marked.index("<h1>")
    assert marked.index("Usage interne") < marked.index("<h1>")


def test_a_quote_closes_no_attribute() -> None:
    assert not set(escaped("\"'<>")) & set("\"'<>")


def test_the_pages_that_leave_have_the_colours_of_the_service() -> None:
    def colours(path: str) -> str:
        return (ROOT / path).read_text(encoding="utf-8").partition("}")[0]

    assert colours("visualisations/static/document.css") == colours("maillage/static/style.css")
