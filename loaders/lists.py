"""Lists of partners → mentions: text lists with their mess, the board's list, spreadsheets. Nothing is lost."""

import re
from importlib.resources import files
from pathlib import Path

from graph.errors import FileRefused
from graph.lexicon import Lexicon, Nature
from graph.model import DomainCode, Mention
from graph.names import folded
from graph.segments import LONGEST_ITEM, SEATS, Piece, segments
from loaders import lexicon as knowledge
from loaders import spreadsheet, workbook
from loaders.domains import domain_of
from loaders.reading import Line, MentionIds, Reading, Rejected
from loaders.text import content, decoded

__all__ = ["Line", "Reading", "Rejected", "packaged", "read", "read_list"]

PACKAGED = files("loaders") / "data" / "rochefort"
FIRST_TERRITORY = ("ecosysteme-partenarial.txt", "gouvernance-structures.txt", "autres-partenaires.csv")

TOO_LONG = "plus de 600 caractères sans séparateur : ce n'est pas un nom."

_BULLET = re.compile(r"^\s*(?:[-–—•*·▪‣]|\d{1,2}[.)])\s+")
_BOLD = re.compile(r"^\*\*(?P<text>[^*]+)\*\*\s*:?\s*$")
_HEADING_WORD = re.compile(r"^#*\s*\**(?:partenariat|partenaires?|collège|structures|domaine|axe|thématique)\b", re.I)
_TITLE = re.compile(
    r"^#*\s*\**(?:(?:les|nos|notre|un|le|liste|annuaire|répertoire|carte|réseau|écosystème)\b.{0,60}\bpartena(?:ires?|riats?|rial)\b"
    r"|réseau partenarial\b|écosystème partenarial\b|conseil d['’]administration\W*$)",
    re.I,
)
_COLLEGE = re.compile(r"^#*\s*\**(?:collège|college)\b", re.I)
_HELD = re.compile(r"si[éèe]ge(?:ant|ent)", re.I)
_SEPARATED = re.compile(r"\s[-–—]\s|[;•]|\w[-–—]\s|\s[-–—]\w")


def read(path: Path) -> Reading:
    """The list in *path*, by its suffix and content; raises FileRefused when it cannot be one."""
    return read_list(content(path), path.name)


def packaged() -> list[Reading]:
    """The lists of the first territory."""
    return [read_list((PACKAGED / name).read_bytes(), name) for name in FIRST_TERRITORY]


def read_list(data: bytes | Path, name: str) -> Reading:
    """The list whose bytes are *data* (or that the path *data* holds); *name* becomes the source."""
    if isinstance(data, Path):
        data = content(data)
    name = Path(name).name
    if workbook.is_workbook(data):
        reading = spreadsheet.workbook(data, name)
    else:
        text = decoded(data, name)
        if name.lower().endswith((".csv", ".tsv")) or spreadsheet.has_header(text):
            reading = spreadsheet.table(text, name)
        else:
            reading = text_list(text, name)
    if not reading.mentions and not reading.labels and not reading.refused:
        raise FileRefused(name, "aucun nom de partenaire n'a été trouvé dans ce fichier.")
    return reading


def text_list(text: str, source: str) -> Reading:
    """A list written as text: headings, labels, items, prose."""
    return _TextReader(source, text.splitlines(), knowledge.packaged()).reading()


class _TextReader:
    def __init__(self, source: str, lines: list[str], lexicon: Lexicon) -> None:
        self.source = source
        self.lines = lines
        self.lexicon = lexicon
        self.ids = MentionIds(source)
        self.mentions: list[Mention] = []
        self.labels: list[Mention] = []
        self.prose: list[Line] = []
        self.links: list[Line] = []
        self.refused: list[Rejected] = []
        self.domain: DomainCode | None = None
        self.heading: str | None = None
        self.label: str | None = None
        self.college: str | None = None
        self.colleges: list[str] = []
        self.held = False  # the names that hold seats, after the seats that the statutes give
        self.after_label = False

    def reading(self) -> Reading:
        for number, line in enumerate(self.lines, start=1):
            if line.strip():
                self.line(number, line)
        return Reading(
            self.source,
            tuple(self.mentions),
            tuple(self.labels),
            tuple(self.prose),
            tuple(self.links),
            tuple(self.refused),
        )

    def line(self, number: int, line: str) -> None:
        bullet = _BULLET.match(line)
        start = bullet.end() if bullet else len(line) - len(line.lstrip())
        body = line[start:].rstrip()
        bold = _BOLD.match(body)
        if bold:
            inner = bold["text"].rstrip(" :")
            self.set_label(number, start + 2, inner)
        elif not bullet and self.is_heading(number, body):
            self.set_heading(number, start, body)
        elif self.is_prose(body):
            self.prose.append(Line(self.source, number, 0, line))
            self.after_label = False
        elif self.is_plain_label(number, body, bullet is not None):
            self.set_label(number, start, body.rstrip(" :"))
        else:
            self.items(number, line, start)
            self.after_label = False

    def is_heading(self, number: int, body: str) -> bool:
        if not any(c.isalnum() for c in body):
            return False
        title = len(body.split()) <= 10 and _TITLE.match(body)
        if (
            (title or _HEADING_WORD.match(body))
            and len(_SEPARATED.findall(body)) <= 1
            and not re.search(r":\s*\S", body)
        ):
            return True
        if body.startswith("#"):
            return True
        if self.after_label or _SEPARATED.search(body) or len(body.split()) > 12 or body.endswith((".", "…")):
            return False
        following = next((other for other in self.lines[number:] if other.strip()), "")
        bullet = _BULLET.match(following)
        if bullet:
            return not self.knows(body)
        separators = len(_SEPARATED.findall(following))
        return (
            separators >= 1
            and self.lines[number - 2].strip() == ""
            and not self.knows(body)
            and (domain_of(body) is not None or body.endswith(":"))
            if number > 1
            else separators >= 1 and domain_of(body) is not None
        )

    def knows(self, body: str) -> bool:
        """Whether *body* begins as a name of a partner does."""
        tokens = self.lexicon.significant(body)
        found = self.lexicon.term_at(tokens, 0) if tokens else None
        return found is not None and found[1].nature is not Nature.CATEGORY and found[0] == len(tokens)

    def is_prose(self, body: str) -> bool:
        words = len(body.split())
        separators = len(_SEPARATED.findall(body))
        if words >= 8 and re.search(r"[.…!?]\**$", body) and separators <= words // 12:
            return True
        if self.after_label or body.endswith(":"):
            return False
        return words >= 11 and separators == 0 and not SEATS.search(body) and body.count(",") <= words // 6

    def is_plain_label(self, number: int, body: str, bullet: bool) -> bool:
        if SEATS.search(body):
            return False
        if body.endswith(":") and not _SEPARATED.search(body):
            return True
        pieces = segments(body, self.lexicon)
        following = next((other for other in self.lines[number:] if other.strip()), "")
        if bullet and len(pieces) == 1 and not _BULLET.match(following) and _SEPARATED.search(following):
            return True
        if self.college is not None and not self.held:
            return False
        return len(pieces) == 1 and pieces[0].label

    def set_heading(self, number: int, start: int, body: str) -> None:
        lead = len(body) - len(body.lstrip("#* :"))
        text = body.strip("#* :")
        counted = SEATS.search(text)
        counted = counted if counted and text[: counted.start()].strip() else None
        name = text[: counted.start()].strip() if counted else text
        if not any(c.isalnum() for c in name):
            self.prose.append(Line(self.source, number, 0, self.lines[number - 1]))
            return
        self.heading, self.label, self.after_label = name, None, False
        self.domain = domain_of(name)
        if _COLLEGE.match(body):
            self.college = name
            self.colleges.append(name)
            self.held = False
            self.domain = None
        elif _HELD.search(name) and self.colleges:
            self.held, self.college, self.domain = True, None, None
        else:
            self.college, self.held = None, False
        self.labels.append(
            self.ids.mention(number, start + lead, name, label=True, domain=self.domain, college=self.college)
        )
        if counted:
            self.links.append(Line(self.source, number, start + lead + counted.start(), counted.group()))

    def set_label(self, number: int, start: int, text: str) -> None:
        text = text.strip()
        if not any(c.isalnum() for c in text):
            self.prose.append(Line(self.source, number, 0, self.lines[number - 1]))
            return
        self.label, self.after_label = text, True
        position = self.lines[number - 1].index(text, start)
        if self.heading is None and domain_of(text) is not None:
            self.domain = domain_of(text)
        self.labels.append(
            self.ids.mention(
                number, position, text, label=True, domain=self.domain, subcategory=self.heading, college=self.college
            )
        )

    def items(self, number: int, line: str, start: int) -> None:
        pieces = segments(line, self.lexicon, start)
        if not pieces and len(line) > LONGEST_ITEM:
            self.refused.append(Rejected(self.source, number, TOO_LONG))
            return
        if not pieces:
            self.prose.append(Line(self.source, number, 0, line))
            return
        college = self.college
        for index, piece in enumerate(pieces):
            raw = line[piece.start : piece.end]
            if piece.label and self.held and index == 0:
                college = self.like_college(raw)
            target = self.labels if piece.label else self.mentions
            target.append(self.mention(number, piece, raw, college))
        for a, b in _gaps([(p.start, p.end) for p in pieces], len(line)):
            if b - a > LONGEST_ITEM:
                self.refused.append(Rejected(self.source, number, TOO_LONG))
            elif any(c.isalnum() for c in line[a:b]):
                self.links.append(Line(self.source, number, a, line[a:b]))

    def mention(self, number: int, piece: Piece, raw: str, college: str | None) -> Mention:
        seats = piece.seats
        if college is not None and not piece.label and piece.within is None and seats is None:
            seats = 1
        return self.ids.mention(
            number,
            piece.start,
            raw,
            label=piece.label,
            domain=self.domain,
            subcategory=self.heading if college is not None else self.label or self.heading,
            within=piece.within,
            commune=piece.commune,
            college=college,
            seats=seats or 0,
            deputies=piece.deputies,
        )

    def like_college(self, label: str) -> str:
        """The college of the statutes that *label* shortens, or the label itself."""
        words = set(folded(label).split())
        scored = [(len(words & set(folded(c).split())) / len(words), c) for c in self.colleges]
        best = max(scored, default=(0.0, label))
        return best[1] if best[0] >= 0.5 else label


def _gaps(covered: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    found, at = [], 0
    for start, end in sorted(covered):
        if start > at:
            found.append((at, start))
        at = max(at, end)
    if at < length:
        found.append((at, length))
    return found
