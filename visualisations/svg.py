"""What matplotlib draws, made fit to stand inside a page: no style, no script, no date, ids that are its own.

The pages' policy refuses style attributes and elements, so every declaration becomes the attribute of the same name.
"""

import hashlib
import re
from io import BytesIO, StringIO
from threading import Lock
from typing import TYPE_CHECKING, Literal
from xml.etree import ElementTree as Xml

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_FONT = re.compile(r"(?:(?P<weight>bold|\d{3}) )?(?P<size>[\d.]+)px (?P<family>.+)")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_DRAWING = Lock()
"""matplotlib's settings belong to the whole process: one picture at a time."""

SETTINGS = {
    "svg.fonttype": "none",  # text stays text: it can be read aloud, searched and copied
    "svg.hashsalt": "maillage",
    "font.family": "DejaVu Sans",  # comes with matplotlib: widths are the same everywhere
    "font.size": 11.0,
    "text.parse_math": False,  # a dollar in a partner's name is a dollar
    "hatch.linewidth": 1.2,
    "axes.unicode_minus": True,
    "path.simplify": False,
}


def drawn(title: str, draw: "Callable[[], Figure]") -> str:
    """The figure as one `<svg>` element, named *title* for those who cannot see it; equal figures give equal text."""
    import matplotlib

    written = StringIO()
    with _DRAWING, matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]  # keys are a closed list there
        figure = draw()
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None, "Type": None, "Format": None})
    return _fit(written.getvalue(), title)


def saved(form: Literal["png", "svg"], draw: "Callable[[], Figure]", dpi: int = 150) -> bytes:
    """The figure as a file of its own, for other programs; equal figures give equal bytes, and no date."""
    import matplotlib

    written = BytesIO()
    nameless: dict[str, str | None] = (
        {"Software": None} if form == "png" else {"Date": None, "Creator": None, "Type": None, "Format": None}
    )
    with _DRAWING, matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]  # keys are a closed list there
        draw().savefig(written, format=form, dpi=dpi, metadata=nameless)
    return written.getvalue()


def raster(title: str, draw: "Callable[[], Figure]", dpi: int = 144) -> bytes:
    """The figure as a PNG whose only metadata is its title."""
    import matplotlib

    written = BytesIO()
    with _DRAWING, matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]  # keys are a closed list there
        figure = draw()
        figure.savefig(written, format="png", dpi=dpi, metadata={"Software": None, "Title": title})
    return written.getvalue()


def _fit(text: str, title: str) -> str:
    Xml.register_namespace("", _SVG[1:-1])
    root = Xml.fromstring(text)  # noqa: S314  (our own drawing)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{_SVG}style" or child.tag == f"{_SVG}metadata":
                parent.remove(child)
    used = set()
    for element in root.iter():
        style = element.attrib.pop("style", "")
        for name, value in _declarations(style):
            element.set(name, value)
        if _XLINK in element.attrib:
            element.set("href", element.attrib.pop(_XLINK))
        used |= {v[1:] for k, v in element.attrib.items() if k == "href"}
        used |= {found for v in element.attrib.values() for found in _REFERENCE.findall(v)}
    own = "p" + hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()[:8]
    for element in root.iter():
        if element.get("id") in used:
            element.set("id", f"{own}-{element.get('id')}")
        else:
            element.attrib.pop("id", None)
        for name, value in list(element.attrib.items()):
            if name == "href":
                element.set(name, f"#{own}-{value[1:]}")
            elif "url(#" in value:
                element.set(name, _REFERENCE.sub(rf"url(#{own}-\1)", value))
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.attrib |= {"role": "img", "aria-label": title, "stroke-linejoin": "round", "stroke-linecap": "butt"}
    for element in root.iter():
        if element.text is not None and not element.text.strip():
            element.text = None
        if element.tail is not None and not element.tail.strip():
            element.tail = None
    return Xml.tostring(root, encoding="unicode")


def _declarations(style: str) -> "list[tuple[str, str]]":
    """(name, value) of each; `font`, which is no attribute, as the attributes that it stands for."""
    found: list[tuple[str, str]] = []
    for part in style.split(";"):
        name, _, value = part.partition(":")
        name, value = name.strip(), value.strip()
        if name == "font":
            font = _FONT.fullmatch(value)
            if font is None:
                raise ValueError(f"a font that cannot be said by attributes: {value}")
            found += [("font-size", font["size"]), ("font-family", font["family"])]
            found += [("font-weight", font["weight"])] if font["weight"] else []
        elif name:
            found.append((name, value))
    return found
