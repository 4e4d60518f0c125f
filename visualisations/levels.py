"""How a level of coverage looks: a colour, a pattern that tells it apart in grey, and a word."""

from typing import NamedTuple

from graph.territory import Level


class Look(NamedTuple):
    """`pattern`: the inside of an SVG pattern of 8 × 8; `hatch`: about the same for matplotlib."""

    code: str  # of its class in the pages
    fill: str
    ink: str
    pattern: str
    hatch: str


LOOKS = {
    Level.NOBODY: Look("k0", "#ef8566", "#b5331b", "M0 0L8 8M8 0L0 8", "xxx"),
    Level.ONE: Look("k1", "#f6c667", "#cf8f1e", "M-2 2L2 -2M0 8L8 0M6 10L10 6", "///"),
    Level.TWO: Look("k2", "#a9d2ec", "#3f86b5", "M4 3.2V4.8M0 7.2V8.8M8 7.2V8.8M0 -.8V.8M8 -.8V.8", ".."),
    Level.MORE: Look("k3", "#e3eff7", "#e3eff7", "", ""),
    Level.RESERVED: Look("kr", "#e6d5ee", "#8456a0", "M0 4H8", "---"),
    Level.NOT_ASKED: Look("kx", "#ffffff", "#9aa7b0", "M0 8L8 0", "\\"),
}
SHOWN = {Level.NOBODY: "0", Level.RESERVED: "R", Level.NOT_ASKED: "–"}
"""What stands for the number of partners."""


def shown(level: Level, partners: int) -> str:
    return SHOWN.get(level, str(partners))


def patterns() -> str:
    """The `<defs>` that the classes of `levels_css` refer to."""
    made = "".join(
        f'<pattern id="p-{look.code}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{look.fill}"/>'
        f'<path d="{look.pattern}" stroke="{look.ink}" stroke-width="1.3" fill="none"/></pattern>'
        for look in LOOKS.values()
        if look.pattern
    )
    return f"<defs>{made}</defs>"


def levels_css() -> str:
    lines = []
    for look in LOOKS.values():
        fill = f"url(#p-{look.code})" if look.pattern else look.fill
        lines.append(f"path.{look.code}, rect.{look.code} {{ fill: {fill}; }}")
        lines.append(f"td.{look.code}, span.{look.code} {{ background: {look.fill}; }}")
    return "\n".join(lines)
