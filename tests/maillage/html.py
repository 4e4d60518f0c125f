"""A page as its reader's programs see it: refuses what HTML does not allow, keeps what the tests ask about."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
PHRASING_ONLY = {"p", "h1", "h2", "h3", "h4", "label", "span", "a", "strong", "button", "summary", "legend", "option"}
BLOCKS = {
    "address",
    "article",
    "blockquote",
    "details",
    "div",
    "dl",
    "fieldset",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
} | {"header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul", "li"}
REFERENCES = ("aria-labelledby", "aria-describedby", "for")


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]


@dataclass
class Page(HTMLParser):
    """Elements in order. `faults`: one sentence each."""

    source: str
    elements: list[Element] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Element] = []
        self.feed(self.source)
        self.close()
        self.faults += [f"<{e.tag}> is never closed" for e in self._open]
        ids = [e["id"] for e in self.elements if "id" in e.attributes]
        self.faults += [f"id {id} is there twice" for id in {id for id in ids if ids.count(id) > 1}]
        for element in self.elements:
            for name in REFERENCES:
                for wanted in element.attributes.get(name, "").split():
                    if wanted not in ids:
                        self.faults.append(f"{name} of <{element.tag}> names {wanted}, which is not there")
            link = element.attributes.get("href", "")
            if link.startswith("#") and link[1:] not in ids:
                self.faults.append(f"a link leads to {link}, which is not there")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> has an attribute twice: {names}")
        parent = self._open[-1].tag if self._open else None
        if parent in PHRASING_ONLY and tag in BLOCKS:
            self.faults.append(f"<{tag}> stands in <{parent}>")
        if (tag == "li") != (parent in {"ul", "ol"}):
            self.faults.append(f"<{tag}> stands in <{parent}>")
        if tag in {"a", "button", "form", "label"} and any(e.tag == tag for e in self._open):
            self.faults.append(f"<{tag}> stands in another")
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            self.faults.append(f"</{tag}> closes {self._open[-1].tag if self._open else 'nothing'}")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        return [
            e for e in self.elements if e.tag == tag and all(e.attributes.get(k) == v for k, v in attributes.items())
        ]

    def of_class(self, name: str) -> list[Element]:
        return [e for e in self.elements if name in e.attributes.get("class", "").split()]

    def text_of_class(self, name: str) -> str:
        return " ".join(e.text for e in self.of_class(name))

    @property
    def headings(self) -> list[tuple[int, str]]:
        return [(int(e.tag[1]), words(e.text)) for e in self.elements if re.fullmatch(r"h[1-6]", e.tag)]

    def ticked(self, name: str) -> set[str]:
        return {e["value"] for e in self.all("input", name=name) if "checked" in e.attributes}


def words(text: str) -> str:
    return " ".join(text.split())
