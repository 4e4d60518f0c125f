"""Lists of partners → mentions: text lists with their mess, the board's list, spreadsheets. Nothing is lost."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from graph.errors import FileRefused
from graph.lexicon import WHOLE, Lexicon, Nature
from graph.model import DomainCode, Mention
from graph.names import folded
from graph.segments import LONGEST_ITEM, SEATS, Piece, segments
from graph.words import Words
from loaders import lexicon as knowledge
from loaders import spreadsheet, workbook
from loaders.contacts import contacts, only_contacts, without_contacts
from loaders.domains import domain_of, is_subject
from loaders.markers import Marker, marker
from loaders.reading import Line, MentionIds, Reading, Rejected
from loaders.text import content, decoded, lines_of

__all__ = ["Line", "Reading", "Rejected", "packaged", "read", "read_list"]

PACKAGED = files("loaders") / "data" / "rochefort"
FIRST_TERRITORY = ("ecosysteme-partenarial.txt", "gouvernance-structures.txt", "autres-partenaires.csv")

TOO_LONG = "plus de 600 caractères sans séparateur : ce n'est pas un nom."

_BOLD = re.compile(r"^\*\*(?P<text>[^*]+)\*\*\s*:?\s*$")
_HEADING_WORD = re.compile(r"^#*\s*\**(?:partenariat|partenaires?|collège|structures|domaine|axe|thématique)\b", re.I)
_TITLE = re.compile(
    r"^#*\s*\**(?:(?:les|nos|notre|un|le|liste|annuaire|répertoire|carte|réseau|écosystème)\b.{0,60}\bpartena(?:ires?|riats?|rial)\b"
    r"|réseau partenarial\b|écosystème partenarial\b|conseil d['’]administration\W*$)",
    re.I,
)
_COLLEGE = re.compile(r"^#*\s*\**(?:collège|college)\b", re.I)
_HELD = re.compile(r"si[éèe]ge(?:ant|ent)", re.I)
_NUMBERED_HEADING = re.compile(r"^(?:partenariat|partenaires|domaine|axe|thématique|volet|champ)\b", re.I)
_DASHES = re.compile(r"[-–—/;]")
LONGEST_HEADING = 120
_NO_NAME = frozenset({Nature.CATEGORY, Nature.WORD, Nature.UNIT, Nature.NETWORK})
_INNER_BREAK = re.compile(r"[\v\f\x85\u2028\u2029]")
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
    return _TextReader(source, _rows(text), knowledge.packaged()).reading()


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the file, or a part of one between page breaks; `offset` is its first character in the line."""

    number: int
    offset: int
    text: str


def _rows(text: str) -> list[_Row]:
    found: list[_Row] = []
    for number, line in enumerate(lines_of(text), start=1):
        offset = 0
        for part in _INNER_BREAK.split(line):
            found.append(_Row(number, offset, part))
            offset += len(part) + 1
    return found


class _TextReader:
    def __init__(self, source: str, rows: list[_Row], lexicon: Lexicon) -> None:
        self.source = source
        self.rows = rows
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
        for index, row in enumerate(self.rows):
            if row.text.strip():
                self.row(index)
        return Reading(
            self.source,
            tuple(self.mentions),
            tuple(self.labels),
            tuple(self.prose),
            tuple(self.links),
            tuple(self.refused),
        )

    def row(self, index: int) -> None:
        row = self.rows[index]
        mark = marker(row.text)
        numbered = mark is not None and mark.numbers and self.is_numbered_heading(index, mark)
        if mark is not None and mark.uncertain and not numbered:
            mark = None
        start = mark.end if mark else len(row.text) - len(row.text.lstrip())
        body = row.text[start:].rstrip()
        bold = _BOLD.match(body)
        if only_contacts(body):
            self.aside(row)
        elif numbered:
            self.set_heading(row, start, body)
        elif bold and not self.names_one(bold["text"]):
            inner = bold["text"].rstrip(" :")
            self.set_label(row, start + 2, inner)
        elif not mark and self.is_heading(index, body):
            self.set_heading(row, start, body)
        elif self.is_prose(body):
            self.aside(row)
            self.after_label = False
        elif self.is_plain_label(index, body, mark):
            self.set_label(row, start, body.rstrip(" :"))
        else:
            self.items(row, start)
            self.after_label = False

    def aside(self, row: _Row) -> None:
        """Nothing of it is a name."""
        self.prose.append(Line(self.source, row.number, row.offset, row.text))

    def link(self, row: _Row, start: int, end: int) -> None:
        if any(c.isalnum() for c in row.text[start:end]):
            self.links.append(Line(self.source, row.number, row.offset + start, row.text[start:end]))

    def following(self, index: int) -> str:
        """The next line that is not blank, or nothing."""
        return self.nearest(range(index + 1, len(self.rows)))

    def preceding(self, index: int) -> str:
        return self.nearest(range(index - 1, -1, -1))

    def nearest(self, places: Iterable[int]) -> str:
        return next((self.rows[at].text for at in places if self.rows[at].text.strip()), "")

    def after_blank(self, index: int) -> bool:
        return index == 0 or not self.rows[index - 1].text.strip()

    def before_blank(self, index: int) -> bool:
        return index + 1 == len(self.rows) or not self.rows[index + 1].text.strip()

    def is_numbered_heading(self, index: int, mark: Marker) -> bool:
        """« 1. Emploi », « II - Domaine de la santé »; a numbered list of partners has none."""
        body = self.rows[index].text[mark.end :].strip(" *:")
        if not any(c.isalpha() for c in body) or only_contacts(body):
            return False
        separators = len(_SEPARATED.findall(body))
        if self.is_subject(body) or (
            _NUMBERED_HEADING.match(body) and separators <= 1 and not re.search(r":\s*\S", body)
        ):
            return True
        if separators or self.begins_known(body) or len(body.split()) > 12 or body.endswith((".", "…")):
            return False
        below, above = marker(self.following(index)), marker(self.preceding(index))
        if any(other is not None and other.kind == mark.kind for other in (below, above)):
            return False
        if below is not None and (not below.uncertain or below.kind == mark.kind):
            return True
        return (
            bool(_SEPARATED.search(self.following(index))) and self.after_blank(index) and domain_of(body) is not None
        )

    def is_heading(self, index: int, body: str) -> bool:
        if not any(c.isalnum() for c in body):
            return False
        title = len(body.split()) <= 10 and _TITLE.match(body)
        if (
            (title or _HEADING_WORD.match(body))
            and len(_SEPARATED.findall(body)) <= 1
            and not re.search(r":\s*\S", body)
        ):
            return True
        if body.startswith("#") or self.is_subject(body):
            return True
        if self.after_label or _SEPARATED.search(body) or len(body.split()) > 12 or body.endswith((".", "…")):
            return False
        following = self.following(index)
        below = marker(following)
        if below is not None and not below.uncertain:
            return not self.knows(body)
        if not _SEPARATED.search(following):
            return False
        if index == 0:
            return domain_of(body) is not None
        return self.after_blank(index) and not self.knows(body) and (domain_of(body) is not None or body.endswith(":"))

    def is_subject(self, body: str) -> bool:
        """Whether each part of *body* is a domain or a category: « Formation - Organismes de formation »."""
        if len(body) > LONGEST_HEADING:
            return False
        parts = [part.strip(" *#:") for part in _DASHES.split(body)]
        return all(is_subject(part) or self.is_category(part) for part in parts) and not self.begins_known(body)

    def is_category(self, text: str) -> bool:
        tokens = self.lexicon.significant(text)
        found = self.lexicon.term_at(tokens, 0) if tokens else None
        return found is not None and found[1].nature is Nature.CATEGORY and found[0] == len(tokens)

    def knows(self, body: str) -> bool:
        """Whether *body* is the known name of a partner."""
        tokens = self.lexicon.significant(body)
        found = self.lexicon.term_at(tokens, 0) if tokens else None
        return found is not None and found[1].nature is not Nature.CATEGORY and found[0] == len(tokens)

    def begins_known(self, body: str) -> bool:
        """Whether *body* begins as the name of a partner does."""
        tokens = self.lexicon.significant(body)
        found = self.lexicon.term_at(tokens, 0) if tokens else None
        return found is not None and found[1].nature not in _NO_NAME

    def names_one(self, body: str) -> bool:
        """« **AFPA** », « France Travail Metz : »: an organisation that stands alone, with no more than its place."""
        term = Words("", self.lexicon).known_with_place(body) if len(body) <= LONGEST_HEADING else None
        return term is not None and term.nature in WHOLE

    def is_prose(self, body: str) -> bool:
        words = len(body.split())
        separators = len(_SEPARATED.findall(body))
        if words >= 8 and re.search(r"[.…!?]\**$", body) and separators <= words // 12:
            return True
        if self.after_label or body.endswith(":"):
            return False
        kept = without_contacts(body)
        words = sum(len(body[a:b].split()) for a, b in kept)
        separators += max(0, len(kept) - 1)
        return words >= 11 and separators == 0 and not SEATS.search(body) and body.count(",") <= words // 6

    def is_plain_label(self, index: int, body: str, mark: Marker | None) -> bool:
        if SEATS.search(body):
            return False
        if self.names_one(body):
            return False
        if body.endswith(":") and not _SEPARATED.search(body):
            return True
        pieces = segments(body, self.lexicon)
        if mark is not None and len(pieces) == 1 and self.opens_items(index, body, mark):
            return True
        if self.college is not None and not self.held:
            return False
        return len(pieces) == 1 and pieces[0].label

    def opens_items(self, index: int, body: str, mark: Marker) -> bool:
        """A bullet alone before a line of names, or before bullets that stand further in."""
        following = self.following(index)
        below = marker(following)
        if below is not None and not below.uncertain:
            return below.indent > mark.indent and self.is_subject(body)
        ends_a_list = self.before_blank(index) and not self.after_blank(index)
        return (
            _SEPARATED.search(following) is not None
            and not ends_a_list
            and not self.begins_known(body)
            and not self.is_subject(following)
        )

    def set_heading(self, row: _Row, start: int, body: str) -> None:
        lead = len(body) - len(body.lstrip("#* :"))
        text = body.strip("#* :")
        counted = SEATS.search(text)
        counted = counted if counted and text[: counted.start()].strip() else None
        name = text[: counted.start()].strip() if counted else text
        reach = contacts(name)
        name = name[: reach[0][0]].rstrip(" ,;:(-–—") if reach else name
        if not any(c.isalnum() for c in name):
            self.aside(row)
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
        at = start + lead
        self.labels.append(
            self.ids.mention(row.number, row.offset + at, name, label=True, domain=self.domain, college=self.college)
        )
        self.link(row, 0, at)
        self.link(row, at + len(name), len(row.text))

    def set_label(self, row: _Row, start: int, text: str) -> None:
        reach = contacts(text)
        text = (text[: reach[0][0]].rstrip(" ,;:(-–—") if reach else text).strip()
        if not any(c.isalnum() for c in text):
            self.aside(row)
            return
        self.label, self.after_label = text, True
        at = row.text.index(text, start)
        if self.heading is None and domain_of(text) is not None:
            self.domain = domain_of(text)
        self.labels.append(
            self.ids.mention(
                row.number,
                row.offset + at,
                text,
                label=True,
                domain=self.domain,
                subcategory=self.heading,
                college=self.college,
            )
        )
        self.link(row, 0, at)
        self.link(row, at + len(text), len(row.text))

    def items(self, row: _Row, start: int) -> None:
        line = row.text
        pieces = [p for a, b in without_contacts(line, start) for p in segments(line, self.lexicon, a, b)]
        if not pieces and len(line) > LONGEST_ITEM:
            self.refused.append(Rejected(self.source, row.number, TOO_LONG))
            return
        if not pieces:
            self.aside(row)
            return
        college = self.college
        for index, piece in enumerate(pieces):
            raw = line[piece.start : piece.end]
            if piece.label and self.held and index == 0:
                college = self.like_college(raw)
            target = self.labels if piece.label else self.mentions
            target.append(self.mention(row, piece, raw, college))
        for a, b in _gaps([(p.start, p.end) for p in pieces], len(line)):
            if b - a > LONGEST_ITEM:
                self.refused.append(Rejected(self.source, row.number, TOO_LONG))
            else:
                self.link(row, a, b)

    def mention(self, row: _Row, piece: Piece, raw: str, college: str | None) -> Mention:
        seats = piece.seats
        if college is not None and not piece.label and piece.within is None and seats is None:
            seats = 1
        return self.ids.mention(
            row.number,
            row.offset + piece.start,
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
