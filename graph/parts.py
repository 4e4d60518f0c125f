"""The words of a name read one after the other: what each says of what, whose and where."""

from dataclasses import dataclass

from rapidfuzz.distance import OSA

from graph.lexicon import WHOLE, Lexicon, Nature, Place, Term, Token
from graph.misspelling import alike
from graph.names import folded

SERVED = WHOLE - {Nature.EPCI} | {Nature.STRUCTURE, Nature.COMMUNAL, Nature.HOSPITAL, Nature.ESTABLISHMENT}
"""Natures of what serves an agglomeration named behind it without being the agglomeration or a service of it."""

LOCAL_OFFICE = "u-direction"
"""Code of the term for the office that a regional body has in a département: unité territoriale, délégation."""

GREAT = "grand"
"""The only own word of « Grand Lyon »: a community, of which sort it does not say."""

LAST_WORD = "u-service"
"""Code of the term that opens the name of a unit, and says nothing at the end of a name."""

DIRECTIONS = frozenset({"nord", "sud", "est", "ouest"})


@dataclass
class Parts:
    lexicon: Lexicon
    unit: bool

    def __post_init__(self) -> None:
        self.terms: list[Term] = []
        self.core: list[str] = []
        self.general: list[str] = []
        self.places: list[str] = []
        self.departements: list[str] = []
        self.numbers: list[str] = []
        self.around: list[str] = []
        self.corrected: list[str] = []
        self.after: list[str] = []  # general words behind a word of its own
        self.called: list[str] = []
        self.community_ends = 0
        self.great = False
        self.chief_town: str | None = None  # the département of the chief town it names
        self.another_body = False  # « Le Mans Métropole Habitat » is not Le Mans Métropole
        self.plain: dict[str, str] = {}  # words of the core as written

    def read(self, tokens: list[Token]) -> None:
        at = placed = 0
        while at < len(tokens):
            if 0 < at == placed and any(t.nature in SERVED for t in self.terms):
                at += self.lexicon.community_at(tokens, at)  # « PLIE Metz Métropole » is where, not whose
                if at == len(tokens):
                    break
            token = tokens[at]
            term = self.lexicon.term_at(tokens, at)
            place = self.lexicon.place_at(tokens, at)
            if term is not None and term[1].nature is Nature.CATEGORY and term[0] < len(tokens):
                term = None
            if term is not None and term[1].code == LAST_WORD and 0 < at == len(tokens) - 1:
                self.general.append(token.form)  # « ADCR Services » is no service of ADCR
                at += 1
                continue
            if term is None and place is None and len(token.form) >= 4:
                term = self.lexicon.mistyped_term_at(tokens, at)
                if term is not None:
                    self.corrected.append(f"{' '.join(t.text for t in tokens[at : at + term[0]])} / {term[1].forms[0]}")
            if term is not None and (place is None or term[0] >= place[0]):
                self.community_ends = at + term[0] if at > 0 and term[1].nature is Nature.EPCI else 0
                self.term(term[1])
                at += term[0]
            elif place is not None and (at > 0 or place[0] == len(tokens)):
                side = at + place[0] < len(tokens) and tokens[at + place[0]].form in DIRECTIONS
                self.called.extend(t.plain for t in tokens[at : at + place[0] + side])
                self.place(place[1], tokens[at + place[0]].form if side else "")
                at += place[0] + side
                placed = at
            elif token.form == "grand" and at + 1 < len(tokens) and self.lexicon.place_at(tokens, at + 1):
                self.called.append(token.plain)
                self.great = True
                at += 1
            elif token.form in DIRECTIONS and at + 1 < len(tokens) and (near := self.lexicon.place_at(tokens, at + 1)):
                self.called.extend(t.plain for t in tokens[at : at + 1 + near[0]])
                self.place(near[1], token.form)
                at += 1 + near[0]
            elif token.is_number:
                self.number(token.form)
                at += 1
            elif token.form in self.lexicon.legal or (len(token.form) >= 9 and alike(token.form, "association")):
                at += 1
            else:
                self.called.append(token.plain)
                self.another_body = self.another_body or at == self.community_ends > 0
                step = self.mistyped_place(tokens, at)
                if step == 0:
                    self.word(token)
                at += max(1, step)

    def settle(self, located: bool) -> None:
        """A term whose meaning depends on the place beside it becomes what it means here."""
        if not located and not self.departements and self.chief_town is not None and len(self.places) == 1:
            seat = self.chief_town
            if any(t.per_departement and seat not in t.several_in for t in self.terms):
                self.places, self.around, self.departements = [], [], [seat]
        for term in list(self.terms):
            region = any(p.startswith("region ") for p in self.places)
            code = term.in_departement if self.departements else term.in_region if region else None
            if code is not None and code == term.in_departement:
                self.terms = [t for t in self.terms if t.code != LOCAL_OFFICE]  # « UT 35 DIRECCTE »
            meant = self.lexicon.by_code.get(code or term.otherwise or "")
            if meant is not None:
                self.terms[self.terms.index(term)] = meant
                named = [f"@{meant.code}"] if meant.nature in WHOLE else []
                self.core = [w for w in self.core if w != f"@{term.code}"]
                self.core = named + self.core
        self.terms = list(dict.fromkeys(self.terms))  # « DDETS (ex DIRECCTE) 35 » says it twice

    def term(self, term: Term) -> None:
        if term.code not in {t.code for t in self.terms}:
            self.terms.append(term)
        if term.nature in WHOLE | {Nature.COMMUNE}:
            self.core.append(f"@{term.code}")

    def place(self, place: Place, side: str = "") -> None:
        if side:
            region = "region " if place.kind == "region" else ""
            self.places.append(f"{region}{side} {folded(place.name)}")
        elif place.kind == "departement" and place.departement:
            self.departements.append(place.departement)
        elif place.kind != "region":
            self.places.append(folded(place.name))
            if place.departement is not None and self.lexicon.is_only(place):
                self.around.append(place.departement)
                self.chief_town = place.departement if place.chief_town else self.chief_town
        else:
            self.places.append("region " + folded(place.name))

    def placed(self, core: list[str]) -> list[str]:
        """A CCAS is named after its commune only, also one that is written short: « CCAS Romans »."""
        words = [self.plain[w] for w in core if w in self.plain]
        if words and not self.places:
            self.places.append(" ".join(words))
            return [w for w in core if w not in self.plain]
        return core

    def place_words(self, tokens: list[Token]) -> None:
        at = 0
        while at < len(tokens):
            found = self.lexicon.place_at(tokens, at)
            if found is not None:
                self.place(found[1])
            else:
                self.places.append(tokens[at].plain)
            at += found[0] if found is not None else 1

    def number(self, digits: str) -> None:
        if digits.upper() in self.lexicon.departements:
            self.departements.append(digits.upper())
        else:
            self.numbers.append(digits)

    def word(self, token: Token) -> None:
        if token.form in self.lexicon.general:
            self.general.append(token.form)
            if self.core:
                self.after.append(token.form)
            return
        known = self.lexicon.corrected(token)
        if known is not None:
            self.corrected.append(f"{token.text} / {known.forms[0]}")
            self.term(known)
            return
        if self.unit and token.text.isupper() and 3 <= len(token.form) <= 5:
            known = self.nearest_establishment(token.form)
            if known is not None:
                self.corrected.append(f"{token.text} / {known.forms[0]}")
                self.term(known)
                return
        self.core.append(token.form)
        self.plain[token.form] = token.plain

    def nearest_establishment(self, form: str) -> Term | None:
        """The type that a mistyped acronym of a unit must be: « HUA » → HUDA."""
        near = {
            term.code: term
            for acronym, term in self.lexicon.acronyms.items()
            if term.nature is Nature.ESTABLISHMENT
            and len(acronym) >= 4
            and acronym[0] == form[0]
            and OSA.distance(acronym, form) == 1
        }
        return next(iter(near.values())) if len(near) == 1 else None

    def mistyped_place(self, tokens: list[Token], at: int) -> int:
        """« Tonnyay-Charente », « Châtelleraut »: a place with a wrong letter; how many words it takes."""
        token = tokens[at]
        if at == 0 or len(token.form) < 5 or token.form in self.lexicon.general:
            return 0
        named_by_place = self.terms and all(t.nature in {Nature.COMMUNAL, Nature.COMMUNE} for t in self.terms)
        commune = self.lexicon.mistyped_commune(token.plain) if named_by_place else None
        if commune is not None:
            self.corrected.append(f"{token.text} / {commune.name}")
            self.place(commune)
            return 1
        if at + 1 >= len(tokens):
            return 0
        following = tokens[at + 1].plain
        for first in self.lexicon.place_neighbours(token.plain):
            for words, place in self.lexicon.place_forms.get(first, ()):
                if len(words) == 2 and words[1] == following and len(words[1]) >= 5:
                    self.place(place)
                    return 2
        return 0
