"""A text with what the lexicon knows of its words: names, types, places."""

import re
from dataclasses import dataclass

from graph.lexicon import Lexicon, Nature, Term, Token


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int


@dataclass(frozen=True)
class Words:
    text: str
    lexicon: Lexicon

    def trimmed(self, start: int, end: int) -> Span | None:
        while start < end and (self.text[start].isspace() or self.text[start] in "*-–—•·,;:."):
            start += 1
        while end > start and (self.text[end - 1].isspace() or self.text[end - 1] in "*-–—•·,;:"):
            end -= 1
        if end > start and self.text[end - 1] == "." and not re.search(r"(?:\b\w\.){2,}$", self.text[start:end]):
            end -= 1
        return Span(start, end) if any(c.isalnum() for c in self.text[start:end]) else None

    def term_span(self, text: str) -> Term | None:
        """The known name that *text* is, whole."""
        tokens = self.lexicon.significant(text)
        if not tokens:
            return None
        found = self.lexicon.term_at(tokens, 0)
        if found is not None and all(t.is_number for t in tokens[found[0] :]):
            return found[1]
        return None

    def known_with_place(self, text: str) -> Term | None:
        """The known name that *text* is with no more than where it is: « CMP de Metz », « CAF 57 »."""
        tokens = self.lexicon.significant(text)
        found = self.lexicon.term_at(tokens, 0) if tokens else None
        if found is None:
            return None
        at = found[0]
        while at < len(tokens):
            place = self.lexicon.place_at(tokens, at)
            if place is None and not tokens[at].form.isdigit():
                return None
            at += place[0] if place is not None else 1
        return found[1]

    def is_place(self, text: str) -> bool:
        tokens = self.lexicon.significant(text)
        if not tokens or self.lexicon.term_at(tokens, 0) is not None:
            return False
        at = 0
        while at < len(tokens):
            place = self.lexicon.place_at(tokens, at)
            if place is None:
                return False
            at += place[0]
        return True

    def is_label(self, text: str) -> bool:
        term = self.term_span(text)
        return term is not None and term.nature is Nature.CATEGORY

    def bare_kind(self, text: str) -> Term | None:
        term = self.term_span(text)
        return term if term is not None and term.nature in {Nature.STRUCTURE, Nature.ESTABLISHMENT} else None

    def terms(self, text: str) -> list[Term]:
        tokens = self.lexicon.significant(text)
        found, at = [], 0
        while at < len(tokens):
            term = self.lexicon.term_at(tokens, at)
            if term is None:
                at += 1
                continue
            found.append(term[1])
            at += term[0]
        return found

    def first_term(self, text: str) -> Term | None:
        tokens = self.lexicon.significant(text)
        found = self.lexicon.term_at(tokens, 0) if tokens else None
        if found is None and len(tokens) > 1 and tokens[0].form in self.lexicon.legal:
            found = self.lexicon.term_at(tokens, 1)
        return found[1] if found else None

    def place_of(self, tokens: list[Token]) -> str | None:
        """The last commune that the words name."""
        found, at = None, 0
        while at < len(tokens):
            place = self.lexicon.place_at(tokens, at)
            term = self.lexicon.term_at(tokens, at)
            if place is not None and (term is None or term[0] < place[0]):
                found = place[1].name if place[1].kind == "commune" else found
                at += place[0]
            else:
                at += term[0] if term is not None else 1
        return found

    def starts_with_place(self, text: str) -> bool:
        tokens = self.lexicon.significant(text[:60])
        return bool(tokens) and self.lexicon.place_at(tokens, 0) is not None

    def inside_term(self, text: str, at: int) -> bool:
        tokens = self.lexicon.significant(text)
        index = 0
        while index < len(tokens):
            term = self.lexicon.term_at(tokens, index)
            if term is None:
                index += 1
                continue
            if tokens[index].start < at < tokens[index + term[0] - 1].end:
                return True
            index += term[0]
        return False
