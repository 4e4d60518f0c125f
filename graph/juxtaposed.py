"""Names that follow each other with little or nothing between them: « SPIP PJJ MAH », « A et B »."""

import re

from graph.lexicon import UNIT_LIKE, WHOLE, Nature, Token
from graph.words import Span, Words

_ASSOCIATION = re.compile(r"(?<=[\w»\"])\s+(?=(?:Association|ASSOCIATION|Asso\.?|Fondation|FONDATION)\s)")
_AND = re.compile(r"\s+(?:et|ET|&)\s+(?:(?:l[ea]s?|L[EA]S?|du|de la|des)\s+(?=[A-ZÀ-Ý])|[lL]['’])?")


class Juxtaposed(Words):
    def heads(self, start: int, end: int) -> list[Span]:
        """Names that follow each other with nothing between them."""
        span = self.trimmed(start, end)
        if span is None:
            return []
        among = re.search(r"\s+dont\s+(?:l[ea]s?\s+|l['’])?", self.text[span.start : span.end])
        if among:
            left = self.trimmed(span.start, span.start + among.start())
            right = self.trimmed(span.start + among.end(), span.end)
            return [s for part in (left, right) if part for s in self.heads(part.start, part.end)]
        found = []
        for part in self.associations(span):
            for whole in self.conjoined(part):
                found.extend(self.run(whole))
        return found

    def associations(self, span: Span) -> list[Span]:
        """A legal form in the middle of a name begins the next one, unless a unit or a type stands before it."""
        text = self.text[span.start : span.end]
        for match in _ASSOCIATION.finditer(text):
            before = text[: match.start()]
            words = self.lexicon.significant(before)
            term = self.lexicon.term_at(words, 0) if words else None
            leading = term is not None and (
                term[1].nature in UNIT_LIKE or (term[0] == len(words) and term[1].nature is Nature.STRUCTURE)
            )
            linked = re.search(r"(?:\b(?:de|du|des|la|le|les|et|d'une?|notre|une?)|['’])$", before, re.IGNORECASE)
            if words and not leading and not linked:
                left = self.trimmed(span.start, span.start + match.start())
                right = self.trimmed(span.start + match.end(), span.end)
                if left is not None and right is not None:
                    return [left, *self.associations(right)]
        return [span]

    def conjoined(self, span: Span, *, inside: bool = False) -> list[Span]:
        """« A et B » of two organisations, not the « et » of a name."""
        text = self.text[span.start : span.end]
        for match in _AND.finditer(text):
            if self.inside_term(text, match.start()) or text.count("(", 0, match.start()) > text.count(
                ")", 0, match.start()
            ):
                continue
            left, right = text[: match.start()], text[match.end() :]
            if not left.strip() or not right.strip() or self.starts_with_place(right):
                continue
            if self.two_names(left, right, inside):
                first = self.trimmed(span.start, span.start + match.start())
                second = self.trimmed(span.start + match.end(), span.end)
                if first is not None and second is not None:
                    return [first, *self.conjoined(second, inside=inside)]
        return [span]

    def two_names(self, left: str, right: str, inside: bool) -> bool:
        term, before = self.first_term(right), self.first_term(left)
        if term is not None and term.nature not in {Nature.WORD, Nature.CATEGORY, Nature.NETWORK}:
            if term.nature is Nature.STRUCTURE and before is not None and before.nature is Nature.STRUCTURE:
                return self.bare_kind(left) is None
            if term.nature is Nature.UNIT and not inside:
                return False
            return right[0].isupper() or inside
        if re.match(r"(?:Association|Fondation)\s", right):
            return True
        word = re.match(r"[A-Z0-9]{2,}\b", right)
        capital = word is not None and word.end() == len(right.split("(")[0].strip())
        return (capital and (not left.isupper() or inside)) or (inside and right.isupper())

    def run(self, span: Span) -> list[Span]:
        """Known organisations written one after the other: « SPIP PJJ MAH »."""
        text = self.text[span.start : span.end]
        tokens = self.lexicon.tokens(text)
        significant = [t for t in tokens if t.form not in self.lexicon.articles]
        forms = [t.form for t in significant]
        if len(forms) < 2:
            return [span]
        first = self.lexicon.term_at(significant, 0)
        if first is None:
            return self.known_ending(span, significant)
        count, term = first
        placed = False
        while count < len(forms):
            place = self.lexicon.place_at(significant, count)
            tail = self.lexicon.community_at(significant, count) if placed else 0
            if place is None and not significant[count].is_number and not tail:
                break
            count += place[0] if place is not None else tail or 1
            placed = place is not None
        if count >= len(forms) or term.nature not in {Nature.BODY}:
            return [span]
        between = text[significant[count - 1].end : significant[count].start]
        following = self.lexicon.term_at(significant, count)
        tied = between.strip() == "-" and following is not None and following[1].nature in WHOLE
        if following is None or (between.strip() and not tied) or following[1].code == term.code:
            return [span]
        if following[1].nature not in WHOLE | {Nature.ESTABLISHMENT, Nature.STRUCTURE}:
            return [span]
        if not significant[count].text[:1].isupper():
            return [span]
        cut = significant[count].start
        left = self.trimmed(span.start, span.start + significant[count - 1].end)
        right = self.trimmed(span.start + cut, span.end)
        if left is None or right is None:
            return [span]
        return [left, *self.run(right)]

    def known_ending(self, span: Span, tokens: list[Token]) -> list[Span]:
        """« ATELEC HOMMES ET SAVOIRS »: a known name of several words at the end of an unknown one."""
        for at in range(1, len(tokens)):
            found = self.lexicon.term_at(tokens, at)
            if found is None or found[1].nature not in WHOLE or at + found[0] != len(tokens) or found[0] < 2:
                continue
            between = self.text[span.start + tokens[at - 1].end : span.start + tokens[at].start]
            if between.strip() or not tokens[at].text[:1].isupper() or tokens[0].form in self.lexicon.legal:
                return [span]
            left = self.trimmed(span.start, span.start + tokens[at - 1].end)
            right = self.trimmed(span.start + tokens[at].start, span.end)
            return [s for s in (left, right) if s is not None]
        return [span]
