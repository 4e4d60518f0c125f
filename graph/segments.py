"""Where the names are in what a list writes on one line: items, the units inside them, labels.

Rules are about how people write lists, not about one list: a dash without a space on one side, an acronym in
brackets, two known organisations with nothing between them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from graph.acronyms import is_initials, without_legal_form
from graph.juxtaposed import Juxtaposed
from graph.lexicon import UNIT_LIKE, WHOLE, Lexicon, Nature
from graph.words import Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text: `text[start:end]` is a name, or a label when `label`."""

    start: int
    end: int
    within: str | None = None  # name of the organisation it is a unit of
    commune: str | None = None
    label: bool = False
    seats: int | None = None
    deputies: int = 0


LONGEST_ITEM = 600
"""Characters between two separators; beyond, it is no name, and nothing is read from it."""

SEATS = re.compile(
    r"\(\s*(?P<seats>\d{1,2})\s*(?:sièges?|membres?|titulaires?|places?)?"
    r"(?:\s*[,;+]?\s*(?:et\s+)?(?P<deputies>\d{1,2})\s*suppléants?)?\s*\)\s*$",
    re.IGNORECASE,
)

_DASH = re.compile(r"[-–—‒‑]")

_HARD = re.compile(r"[;•|\n\t]|\s[·]\s")

_WIDE = re.compile(r"(?<=[\w.)»\"])(?:\s{2,})(?=[A-ZÀ-Ý0-9«\"])")

_BRACKET = re.compile(r"[()\[\]]")

_DASH_OR_HARD = re.compile(r"\s[-–—]\s|[;•|\n\t,:]|\s{2,}")

_LINKING = re.compile(r"(?:\b(?:de|du|des|la|le|les|l|d|à|au|aux|et|en|sur|pour|par)|['’])$", re.IGNORECASE)

_OPENING = re.compile(r"\((?!(?:e|s|es|ne|trice|ve)\))")

_CLOSING = re.compile(r"(?<!\(e)(?<!\(s)(?<!\(es)(?<!\(ne)(?<!\(ve)(?<!\(trice)\)")

_AMONG = re.compile(r"^[\s,]*(?:dont|avec|y compris|notamment)\s+(?:l[ea]s?\s+|l['’])?", re.IGNORECASE)


def segments(text: str, lexicon: Lexicon, start: int = 0, end: int | None = None) -> list[Piece]:
    """The names of one line in order of their first character; spans may be nested, never lost."""
    reader = _Reader(text, lexicon)
    return sorted(reader.line(start, len(text) if end is None else end), key=lambda p: (p.start, -p.end))


def cell_segments(text: str, lexicon: Lexicon) -> list[Piece]:
    """The names of one cell of a spreadsheet, or of a name given alone: one, unless brackets hold several units.

    A single unit in brackets, or after a slash, makes the whole cell the name of that unit.
    """
    reader = _Reader(text, lexicon)
    span = reader.trimmed(0, len(text))
    if span is None:
        return []
    group = reader.first_group(span.start, span.end)
    whole = Piece(span.start, span.end, commune=reader.place_of(lexicon.significant(text)))
    if group is None:
        slash = reader.slashed(span)
        if slash is not None and len(slash) == 2 and slash[1].within is not None:
            return [replace(whole, within=slash[1].within)]
        return [whole]
    opening, closing = group
    head = reader.trimmed(span.start, opening)
    if head is None or text[opening] != "(" or reader.trimmed(min(closing + 1, span.end), span.end) is not None:
        return [whole]
    name = text[head.start : head.end]
    role = reader.role(name, text[opening + 1 : closing])
    inner = list(reader.units(opening + 1, closing))
    if role == "units" and len(inner) > 1:
        return [Piece(head.start, head.end, commune=whole.commune)] + [
            Piece(s.start, s.end, within=name) for s in inner
        ]
    if role == "units":
        return [replace(whole, within=name)]
    if role == "holder" and len(inner) == 1:
        return [replace(whole, within=text[inner[0].start : inner[0].end])]
    return [whole]


class _Reader(Juxtaposed):
    def line(self, start: int, end: int) -> list[Piece]:
        found: list[Piece] = []
        for span in self.items(start, end):
            found.extend(self.item(span))
        return found

    def items(self, start: int, end: int) -> list[Span]:
        cuts = self.separators(start, end)
        spans: list[Span] = []
        left = start
        for cut_start, cut_end in [*cuts, (end, end)]:
            span = self.trimmed(left, cut_start)
            if span is not None:
                spans.extend(self.enumerated(span))
            left = cut_end
        return self.joined(spans)

    def enumerated(self, span: Span) -> list[Span]:
        """« Adecco, Manpower et Randstad » between two dashes: several names, when each begins as a known one does."""
        depth = _depths(self.text, span.start, span.end)
        commas = [m for m in re.finditer(r",\s+", self.text[span.start : span.end]) if depth[m.start()] == 0]
        edges = [0, *[m.end() for m in commas]]
        ends = [*[m.start() for m in commas], span.end - span.start]
        pieces = [Span(span.start + a, span.start + b) for a, b in zip(edges, ends, strict=True)]
        if len(pieces) == 1 or not all(
            self.begins_as_known(self.text[p.start : min(p.end, p.start + 80)]) for p in pieces
        ):
            return [span]
        return [trimmed for p in pieces if (trimmed := self.trimmed(p.start, p.end)) is not None]

    def begins_as_known(self, text: str) -> bool:
        term = self.first_term(text)
        stands_alone = WHOLE | {Nature.STRUCTURE, Nature.ESTABLISHMENT, Nature.HOSPITAL, Nature.COMMUNAL}
        return text[:1].isupper() and term is not None and term.nature in stands_alone

    def separators(self, start: int, end: int) -> list[tuple[int, int]]:
        depth = _depths(self.text, start, end)
        hard = [(m.start(), m.end()) for m in _HARD.finditer(self.text, start, end) if depth[m.start() - start] == 0]
        hard += [
            (m.start(), m.end())
            for m in _WIDE.finditer(self.text, start, end)
            if depth[m.start() - start] == 0 and self.wide(m.start(), m.end(), start, end)
        ]
        dashes = []
        for match in _DASH.finditer(self.text, start, end):
            at = match.start()
            if depth[at - start]:
                continue
            before = at > start and self.text[at - 1].isspace()
            after = at + 1 >= end or self.text[at + 1].isspace()
            if at == start or (before and after) or ((before or after) and self.parts(start, at, end)):
                dashes.append((at, at + 1))
        cuts = sorted(hard + dashes)
        commas = [(m.start(), m.end()) for m in re.finditer(r",\s", self.text[start:end]) if depth[m.start()] == 0]
        commas = [(a + start, b + start) for a, b in commas]
        if not cuts and (len(commas) >= 2 or self.all_known(start, end, commas)):
            return commas if self.enumeration(start, end, commas) else []
        return cuts

    def wide(self, left: int, right: int, start: int, end: int) -> bool:
        """Whether spaces part two columns, and are no slip inside a name: two spaces part known names only."""
        before = self.text[max(start, left - 80) : left]
        after = self.text[right : min(end, right + 80)]
        if _LINKING.search(before) or self.starts_with_place(after):
            return False
        if self.inside_term(f"{before} {after}", len(before)):
            return False
        if right - left > 2:
            return True
        last, following = _DASH_OR_HARD.split(before)[-1], self.first_term(after)
        run_by = self.term_span(last) is not None and following is not None and following.nature is Nature.CARRIER
        return self.known_with_place(last) is not None and self.begins_as_known(after) and not run_by

    def parts(self, start: int, at: int, end: int) -> bool:
        """Whether a dash with a space on one side only separates two names."""
        right = self.text[at + 1 : end].lstrip()
        if not right or right[0] in "([" or right[0].islower():
            return False
        tokens = self.lexicon.significant(right[:60])
        if not tokens:
            return False
        return tokens[0].plain != "saint" and self.lexicon.place_at(tokens, 0) is None

    def all_known(self, start: int, end: int, commas: list[tuple[int, int]]) -> bool:
        if not commas:
            return False
        edges = [start, *[b for _, b in commas], end]
        return all(self.term_span(self.text[a:b].strip(" ,")) for a, b in pairwise(edges))

    def enumeration(self, start: int, end: int, commas: list[tuple[int, int]]) -> bool:
        """Commas separate names when what follows each begins as a name does."""
        return all(
            self.text[b : b + 1].isupper()
            or self.text[b : b + 1].isdigit()
            or self.begins_with_structure(self.text[b : min(end, b + 80)])
            for _, b in commas
        )

    def begins_with_structure(self, text: str) -> bool:
        """« lycée professionnel Jean Mermoz » is a name, « la famille et l'action sociale » is none."""
        term = self.first_term(text)
        return term is not None and term.nature in {Nature.STRUCTURE, Nature.ESTABLISHMENT, Nature.HOSPITAL}

    def joined(self, spans: list[Span]) -> list[Span]:
        """Puts back together what a dash inside a name took apart."""
        found: list[Span] = []
        bare = sum(1 for s in spans if self.bare_kind(self.text[s.start : s.end]))
        for span in spans:
            text = self.text[span.start : span.end]
            if found:
                last = found[-1]
                gap = self.text[last.end : span.start]
                if _DASH.search(gap) and not _HARD.search(gap):
                    before = self.text[last.start : last.end]
                    if self.is_place(text) and not self.is_place(before):
                        found[-1] = Span(last.start, span.end)
                        continue
                    if self.bridged(before, text):
                        found[-1] = Span(last.start, span.end)
                        continue
                    tail = self.tail(before, text, bare)
                    if tail:
                        found[-1] = Span(last.start, span.start + tail)
                        rest = self.trimmed(span.start + tail, span.end)
                        if rest is not None:
                            found.append(rest)
                        continue
            found.append(span)
        return found

    def bridged(self, before: str, after: str) -> bool:
        """Whether one known name lies over the separator: « DIRECCTE – U.D »."""
        left = self.lexicon.significant(before)
        right = self.lexicon.significant(after)
        for at in range(max(0, len(left) - 6), len(left)):
            found = self.lexicon.term_at(left + right, at)
            if found is not None and at + found[0] > len(left) and self.term_span(before) is not None:
                return True
        return False

    def tail(self, before: str, after: str, bare: int) -> int:
        """How much of *after* only says what kind of organisation *before* is: « AAPIQ - Centre social … »."""
        tokens = self.lexicon.significant(after)
        found = self.lexicon.term_at(tokens, 0) if tokens else None
        if found is None or not found[1].describes:
            return 0
        length = tokens[found[0] - 1].end
        rest = after[length:].strip()
        names_itself = self.terms(before)
        if any(t.nature in {Nature.STRUCTURE, Nature.ESTABLISHMENT} | WHOLE for t in names_itself):
            return 0
        opens = re.match(r"(?:Association|ASSOCIATION|Fondation)\s", rest) is not None
        unit = self.first_term(rest)
        if opens and re.match(r"(?:Association|ASSOCIATION)\s", before):
            return length
        if unit is not None and unit.nature is Nature.UNIT:
            return len(after)
        if not rest and bare == 1 and len(self.lexicon.significant(before)) <= 4:
            return len(after)
        return 0

    def item(self, span: Span, within: str | None = None) -> list[Piece]:
        trimmed = self.trimmed(span.start, span.end)
        if trimmed is None:
            return []
        start, end = trimmed.start, trimmed.end
        if end - start > LONGEST_ITEM:
            return []
        colon = self.colon(start, end)
        if colon is not None:
            label = self.trimmed(start, colon)
            found = [Piece(label.start, label.end, label=True)] if label is not None else []
            for inner in self.items(colon + 1, end):
                found.extend(self.item(inner, within))
            return found
        counted = SEATS.search(self.text, start, end)
        if counted is not None:
            pieces = self.item(Span(start, counted.start()), within)
            if pieces:
                pieces[0] = replace(pieces[0], seats=int(counted["seats"]), deputies=int(counted["deputies"] or 0))
            return pieces
        if self.is_label(self.text[start:end]):
            return [Piece(start, end, label=True)]
        return list(self.bracketed(start, end, within))

    def colon(self, start: int, end: int) -> int | None:
        match = re.compile(r"\s?:\s").search(self.text, start, end)
        if match is None or "(" in self.text[start : match.start()]:
            return None
        return match.end() - 1

    def bracketed(self, start: int, end: int, within: str | None) -> Iterator[Piece]:
        group = self.first_group(start, end)
        if group is None:
            yield from self.unmarked(start, end, within)
            return
        opening, closing = group
        head = self.trimmed(start, opening)
        if head is None:  # brackets around the whole
            yield from self.item(Span(opening + 1, closing), within)
            yield from self.after(closing + 1, end, None, within)
            return
        outer = self.last_head(head)
        yield from (p for p in self.unmarked(head.start, outer.start, within)) if outer.start > head.start else ()
        name = self.text[outer.start : outer.end]
        content = self.text[opening + 1 : closing]
        role = self.role(name, content)
        if role == "name":
            rest = self.text[closing + 1 : end]
            if re.match(r"\s+(?:de|du|des|d'|à|en)\b", rest) and "(" not in rest:
                closing = end - 1
            places = content.strip() if self.is_place(content) else None
            extent = closing + 1
            yield Piece(outer.start, min(extent, end), within=within, commune=places)
        elif role == "holder":
            holders = list(self.units(opening + 1, closing))
            holder = self.text[holders[0].start : holders[0].end] if len(holders) == 1 else None
            yield Piece(outer.start, outer.end, within=within or holder)
            for inner in holders:
                yield Piece(inner.start, inner.end)
        else:
            yield from self.unmarked(outer.start, outer.end, within)
            parent = within or self.last_name(outer)
            for inner in self.units(opening + 1, closing):
                yield Piece(inner.start, inner.end, within=parent if within is None else name)
        yield from self.after(closing + 1, end, name, within)

    def last_name(self, outer: Span) -> str:
        pieces = list(self.unmarked(outer.start, outer.end, None))
        last = pieces[-1]
        return self.text[last.start : last.end]

    def after(self, start: int, end: int, name: str | None, within: str | None) -> Iterator[Piece]:
        """What follows the closing bracket."""
        among = _AMONG.match(self.text[start:end])
        if among is not None and name is not None:
            for piece in self.item(Span(start + among.end(), end), None):
                unit = self.first_term(self.text[piece.start : piece.end])
                if piece.within is None and unit is not None and unit.nature in UNIT_LIKE:
                    piece = replace(piece, within=name)
                yield piece
            return
        joined = re.match(r"[\s,]*(?:et|ET|&)\s+", self.text[start:end])
        if joined:
            start += joined.end()
        trimmed = self.trimmed(start, end)
        if trimmed is not None:
            yield from self.item(trimmed, within)

    def first_group(self, start: int, end: int) -> tuple[int, int] | None:
        """The first bracket and the one that closes it, or the end; a closing one alone opens at the last dash."""
        opening = _next(_OPENING, self.text, start, end)
        closing = _next(_CLOSING, self.text, start, end)
        if closing == end - 1 and (opening < 0 or opening > closing):
            dash = max(self.text.rfind(d, start, closing) for d in "-–")
            return (dash, closing) if dash > start else None
        if opening < 0:
            return None
        depth = 0
        for at in range(opening, end):
            depth += {"(": 1, ")": -1}.get(self.text[at], 0)
            if depth == 0:
                return opening, at
        return opening, end

    def last_head(self, head: Span) -> Span:
        """The name right before a bracket, when others stand before it without a separator."""
        spans = self.heads(head.start, head.end)
        return spans[-1]

    def role(self, name: str, content: str) -> str:
        """What brackets say: `name` (a place, an acronym, a description), `holder`, or `units`."""
        plain = content.strip()
        if not any(c.isalnum() for c in plain) or self.is_place(plain):
            return "name"
        if _AMONG.match(plain):
            return "units"
        first = self.first_term(plain)
        outer = self.first_term(name)
        if first is not None and first.nature is Nature.NETWORK:
            return "name"
        if first is not None and first.describes and self.term_span(plain) is not None:
            return "name"
        whole = self.term_span(plain)
        own = [t.code for t in self.terms(name)]
        if (
            (whole is not None and whole.code in own)
            or is_initials(plain, name)
            or is_initials(without_legal_form(name), plain)
        ):
            return "name"
        if plain.isdigit() or (plain[0].islower() and (first is None or first.nature not in UNIT_LIKE)):
            return "name"
        outer_unit = outer is not None and outer.nature in UNIT_LIKE
        pieces = [p for p in re.split(r"\s*[-–/,+]\s*|\s+et\s+", plain) if p]
        if re.match(r"(?:Association|Fondation)\s", plain):
            return "holder"
        if (
            first is not None
            and first.nature in {Nature.HOSPITAL, Nature.CARRIER, Nature.COMMUNE}
            and not (outer is not None and outer.nature in {Nature.CARRIER, Nature.HOSPITAL})
        ):
            return "holder"
        if outer_unit and (
            (first is not None and first.nature in WHOLE)
            or (first is None and all(p.isupper() for p in pieces) and "/" not in plain)
        ):
            return "holder"
        return "units"

    def units(self, start: int, end: int) -> Iterator[Span]:
        """The units that brackets name."""
        among = _AMONG.match(self.text[start:end])
        if among is not None:
            start += among.end()
        if self.term_span(self.text[start:end]) is not None:
            cuts = []
        else:
            cuts = [(m.start(), m.end()) for m in re.finditer(r"\s*[/;,+]\s*|\s+[-–]\s+", self.text[start:end])]
            cuts = [(a + start, b + start) for a, b in cuts]
            if not cuts and re.fullmatch(r"[A-Z0-9]{2,}(?:\s?[-–]\s?[A-Z0-9]{2,})+", self.text[start:end].strip()):
                cuts = [(m.start() + start, m.end() + start) for m in re.finditer(r"\s?[-–]\s?", self.text[start:end])]
        left = start
        for cut_start, cut_end in [*cuts, (end, end)]:
            span = self.trimmed(left, cut_start)
            left = cut_end
            if span is not None:
                yield from self.conjoined(span, inside=True)

    def unmarked(self, start: int, end: int, within: str | None) -> Iterator[Piece]:
        spans = self.heads(start, end)
        for span in spans:
            yield from self.named(span, within)

    def named(self, span: Span, within: str | None) -> Iterator[Piece]:
        """One name, with the unit that may be written right after it."""
        text = self.text[span.start : span.end]
        slash = self.slashed(span)
        if slash is not None:
            yield from slash
            return
        tokens = self.lexicon.significant(text)
        at = 0
        seen_kind = False
        while at < len(tokens):
            term = self.lexicon.term_at(tokens, at)
            if term is None:
                at += 1
                continue
            unit = term[1].nature is Nature.UNIT and tokens[at].text[:1].isupper()
            if unit and seen_kind and at > 1:
                cut = span.start + tokens[at].start
                head = self.trimmed(span.start, cut)
                if head is not None:
                    yield Piece(head.start, head.end, within=within)
                    yield Piece(cut, span.end, within=self.text[head.start : head.end])
                    return
            seen_kind = term[1].nature is Nature.STRUCTURE
            at += term[0]
        yield Piece(span.start, span.end, within=within, commune=self.place_of(tokens))

    def slashed(self, span: Span) -> list[Piece] | None:
        """« Organisation / Foyer X » and « Espace jeunes/Service prévention Ville de X »."""
        text = self.text[span.start : span.end]
        parts = list(re.finditer(r"\s*/\s*", text))
        if not parts or self.term_span(text) is not None:
            return None
        edges = [0, *[m.end() for m in parts]]
        ends = [*[m.start() for m in parts], len(text)]
        spans = [Span(span.start + a, span.start + b) for a, b in zip(edges, ends, strict=True)]
        names = [self.text[s.start : s.end] for s in spans]
        if not all(n and n[0].isupper() and len(n) > 1 for n in names):
            return None
        first = self.first_term(names[0])
        if first is not None and first.nature in UNIT_LIKE:
            holder = re.search(r"\b(?:Ville|Mairie|Association|Centre hospitalier)\s.*$", names[-1])
            return [
                *[Piece(s.start, s.end, within=holder.group() if holder else None) for s in spans[:-1]],
                Piece(spans[-1].start, spans[-1].end),
            ]
        pieces = [Piece(spans[0].start, spans[0].end)]
        for other, name in zip(spans[1:], names[1:], strict=True):
            term = self.first_term(name)
            inner = term is not None and (term.nature in UNIT_LIKE or term.like is not None)
            pieces.append(Piece(other.start, other.end, within=names[0] if inner else None))
        return pieces


def _next(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    found = pattern.search(text, start, end)
    return found.start() if found else -1


def _depths(text: str, start: int, end: int) -> list[int]:
    """Depth of brackets at each character; one that is never closed or never opened counts for nothing."""
    opened: list[int] = []
    pairs: dict[int, int] = {}
    for match in _BRACKET.finditer(text, start, end):
        if match.group() in "([":
            opened.append(match.start())
        elif opened:
            pairs[opened.pop()] = match.start()
    closing = set(pairs.values())
    depth, found = 0, []
    for at in range(start, end):
        if at in pairs:
            depth += 1
        found.append(depth)
        if at in closing:
            depth -= 1
    return found
