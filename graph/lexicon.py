"""What is known of French organisations in general: names, acronyms, types of structure, places.

The values come from `loaders.lexicon`; nothing here reads a file.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from graph.misspelling import alike, undoubled
from graph.names import folded


class Nature(StrEnum):
    BODY = "organisme"  # stands alone: a territory has one, or its agencies
    CARRIER = "porteur"  # a network or organisation that runs establishments
    ESTABLISHMENT = "etablissement"  # run by an operator: a unit when both are named
    STRUCTURE = "structure"  # says what kind of organisation a name is: lycée, centre social
    HOSPITAL = "hopital"  # a structure that holds units named beside it
    EPCI = "collectivite"  # one organisation with the place it is named with
    COMMUNE = "commune"  # « Ville de », « Mairie de »: one organisation with the place
    COMMUNAL = "communal"  # one for each commune, and not a unit of it: CCAS
    DEPARTMENTAL = "service-departement"  # a service of the Département: ASE, PMI
    SCHEME = "dispositif"  # a scheme that somebody carries
    UNIT = "unite"  # a word that opens the name of a unit: service, pôle
    NETWORK = "reseau"  # a label that organisations bear
    WORD = "mot"
    CATEGORY = "categorie"  # heading of a list, never a partner


UNIT_LIKE = frozenset({Nature.UNIT, Nature.ESTABLISHMENT, Nature.SCHEME, Nature.DEPARTMENTAL})
"""Natures that make a name a unit when its organisation is named too."""
WHOLE = frozenset({Nature.BODY, Nature.CARRIER, Nature.EPCI})
"""Natures that name an organisation by themselves."""


@dataclass(frozen=True, slots=True)
class Term:
    """A known name; `forms` as people write them, the usual one first."""

    code: str
    nature: Nature
    forms: tuple[str, ...]
    agencies: bool = False  # named with a place, it is an agency of the same organisation
    many: bool = False  # a territory has several: alone, the word names them all
    describes: bool = False  # says what an association is: beside a name, it names nobody else
    capitals: bool = False  # its acronym is also a common word: it counts in capitals only
    like: str | None = None  # code of the type that people also call by this word: a FJT is a foyer
    part_of: str | None = None  # code of the organisation that such a service always belongs to
    institution: bool = False  # a public body: in brackets it carries what stands before, and is no unit of it
    per_departement: bool = False  # each département has one, also named after its chief town: CPAM de Lyon
    several_in: frozenset[str] = frozenset()  # numbers of the départements that have more than one all the same
    in_region: str | None = None  # code of what it is when named with a region: Info Jeunes Bretagne is a CRIJ
    in_departement: str | None = None  # the same with a département: DIRECCTE 35 has become the DDETS
    otherwise: str | None = None  # the same with neither; None when that says too little


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    kind: str  # commune, departement, region
    departement: str | None
    code: str | None = None  # INSEE
    chief_town: bool = False  # of its département


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text with its folded and its compared form; `start`, `end` in the text."""

    text: str
    form: str
    start: int
    end: int
    plain: str  # folded, not made singular: places are compared by it

    @property
    def is_number(self) -> bool:
        """Also 2A and 2B, which are numbers of départements."""
        return self.form.isdigit() or self.form in {"2a", "2b"}


_WORD = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_](?![^\W_])\.?|[^\W_]+(?:\.e\.s|\(e\)s?|\.e)?(?![^\W_])|[^\W_]+", re.UNICODE)
_GLUED = re.compile(r"^([a-z]{2,})(\d{2,3}|2[ab])$")
_NO_PLACES: tuple[tuple[int, ...], Mapping[tuple[str, ...], Place]] = ((), {})
_DEPARTEMENT_NORD = re.compile(r"(?i:du) Nord(?![\w-]| (?:Pas|Est|Ouest|de)\b)")
_ISLAND = re.compile(r"(?:(?=R)|(?<=[Ll]a )|(?<=LA ))(?i:r[ée]union)(?! +(?i:d['’]|de |des |du |à |pour ))")
"""La Réunion, not « la réunion de familles »."""
_CAPITAL_I = re.compile(r"(?<=[A-Z])l(?=\d)")


@dataclass(frozen=True, eq=False)
class Lexicon:
    terms: tuple[Term, ...] = ()
    places: tuple[Place, ...] = ()
    articles: frozenset[str] = frozenset()
    legal: frozenset[str] = frozenset()
    general: frozenset[str] = frozenset()  # say little about who it is: formation, solidaire
    neutral: frozenset[str] = frozenset()  # say nothing: service, départemental
    _cache: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def tokens(self, text: str) -> list[Token]:
        """Words of *text*; an acronym glued to a number gives two, articles and legal forms stay in."""
        found = []
        for match in _WORD.finditer(text):
            word = _CAPITAL_I.sub("I", match.group())
            word = word.replace(".", "") if re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]\.?", word) else word
            plain = folded(word).replace(" e s", "s").replace(" e", "").replace(" s", "s").replace(" ", "")
            if plain == "nord" and _DEPARTEMENT_NORD.match(text, max(0, match.start() - 3)):
                plain = "du nord"
            if plain == "reunion" and not _ISLAND.match(text, match.start()):
                plain = "une reunion"
            glued = _GLUED.match(plain)
            if glued:
                cut = match.end() - len(glued.group(2))
                found.append(
                    Token(word[: -len(glued.group(2))], self.form(glued.group(1)), match.start(), cut, glued.group(1))
                )
                found.append(Token(glued.group(2), glued.group(2), cut, match.end(), glued.group(2)))
            elif plain:
                found.append(
                    Token(word, self.form(plain), match.start(), match.end(), _ABBREVIATIONS.get(plain, plain))
                )
        return found

    def form(self, word: str) -> str:
        """The singular, « saint » for « st »."""
        known = self._cache.get(word)
        if known is None:
            known = self._cache[word] = _NUMBERS.get(word) or _singular(_ABBREVIATIONS.get(word, word))
        return known

    def significant(self, text: str) -> list[Token]:
        return [t for t in self.tokens(text) if t.form not in self.articles]

    @cached_property
    def forms(self) -> Mapping[str, tuple[tuple[tuple[str, ...], Term], ...]]:
        """First word → (words, term), longest first."""
        index: dict[str, dict[tuple[str, ...], Term]] = {}
        for term in self.terms:
            for form in term.forms:
                words = tuple(t.form for t in self.significant(form))
                if words:
                    index.setdefault(words[0], {}).setdefault(words, term)
        return {
            first: tuple(sorted(entries.items(), key=lambda e: (-len(e[0]), e[0]))) for first, entries in index.items()
        }

    @cached_property
    def by_code(self) -> Mapping[str, Term]:
        return {term.code: term for term in self.terms}

    @cached_property
    def acronyms(self) -> Mapping[str, Term]:
        """One-word forms that are short enough to be acronyms."""
        found: dict[str, Term] = {}
        for entries in self.forms.values():
            for words, term in entries:
                if len(words) == 1 and len(words[0]) <= 8:
                    found.setdefault(words[0], term)
        return found

    @cached_property
    def place_forms(self) -> Mapping[str, tuple[tuple[tuple[str, ...], Place], ...]]:
        index: dict[str, dict[tuple[str, ...], Place]] = {}
        order = {"departement": 0, "commune": 1, "region": 2}
        for place in sorted(self.places, key=lambda p: order[p.kind]):
            words = tuple(t.plain for t in self.significant(place.name))
            if words:
                index.setdefault(words[0], {}).setdefault(words, place)
                if len(words) > 1 and words[-1].endswith("s"):
                    index[words[0]].setdefault((*words[:-1], words[-1][:-1]), place)
                if words[0] == "ile" and len(words) == 2 and len(words[1]) > 4:
                    index.setdefault(words[1], {}).setdefault(words[1:], place)
        return {
            first: tuple(sorted(entries.items(), key=lambda e: (-len(e[0]), e[0]))) for first, entries in index.items()
        }

    @cached_property
    def _place_deletions(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for first, entries in self.place_forms.items():
            if len(first) >= 5 and any(len(words) > 1 for words, _ in entries):
                for variant in {first, *(first[:i] + first[i + 1 :] for i in range(len(first)))}:
                    found.setdefault(variant, set()).add(first)
        return {variant: frozenset(firsts) for variant, firsts in found.items()}

    @cached_property
    def _commune_deletions(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for first, entries in self.place_forms.items():
            if len(first) >= 7 and any(len(words) == 1 and place.kind == "commune" for words, place in entries):
                for variant in {first, *(first[:i] + first[i + 1 :] for i in range(1, len(first)))}:
                    found.setdefault(variant, set()).add(first)
        return {variant: frozenset(firsts) for variant, firsts in found.items()}

    def mistyped_commune(self, word: str) -> Place | None:
        """The only commune of one long word that is one letter away from *word*."""
        if len(word) < 7:
            return None
        near: set[str] = set()
        for variant in {word, *(word[:i] + word[i + 1 :] for i in range(1, len(word)))}:
            near |= self._commune_deletions.get(variant, frozenset())
        near = {n for n in near if alike(n, word)}
        if len(near) != 1:
            return None
        return next(place for words, place in self.place_forms[near.pop()] if len(words) == 1)

    def place_neighbours(self, word: str) -> list[str]:
        """First words of places of several words that are one letter away from *word*."""
        near: set[str] = set()
        for variant in {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}:
            near |= self._place_deletions.get(variant, frozenset())
        return sorted(near)

    def with_communes(self, names: Iterable[str]) -> "Lexicon":
        """A lexicon that also knows the communes as a list itself names them: « Romans », « St Jean d'Y »."""
        unknown = []
        for name in sorted(set(names)):
            tokens = self.significant(name)
            found = self.place_at(tokens, 0) if tokens else None
            if tokens and len(tokens[0].plain) >= 3 and (found is None or found[0] < len(tokens)):
                unknown.append(Place(name, "commune", None))
        return replace(self, places=(*self.places, *unknown)) if unknown else self

    @cached_property
    def departements(self) -> frozenset[str]:
        return frozenset(p.departement for p in self.places if p.kind == "departement" and p.departement)

    @cached_property
    def _communes(self) -> Mapping[str, tuple[Place, ...]]:
        found: dict[str, tuple[Place, ...]] = {}
        for place in self.places:
            if place.kind == "commune" and place.code is not None:
                found[folded(place.name)] = (*found.get(folded(place.name), ()), place)
        return found

    def is_only(self, place: Place) -> bool:
        """Whether no two communes have its name."""
        return len(self._communes.get(folded(place.name), ())) <= 1

    def commune_code(self, name: str, departement: str | None) -> str | None:
        """INSEE code of the commune, the one of *departement* when several have that name."""
        places = self._communes.get(folded(name), ())
        if len(places) > 1:
            places = tuple(p for p in places if p.departement == departement)
        return places[0].code if len(places) == 1 else None

    def term_at(self, tokens: Sequence[Token], at: int) -> tuple[int, Term] | None:
        """The longest known name that begins at word *at*: how many words, and which.

        A short acronym counts in capitals only, and a common word in lower case names nobody: « de la région ».
        """
        for words, term in self.forms.get(tokens[at].form, ()):
            if len(words) > len(tokens) - at:
                continue
            if all(w == t.form for w, t in zip(words, tokens[at : at + len(words)], strict=True)):
                if len(words) == 1 and not self._written_as(term, words[0], tokens, at):
                    continue
                return len(words), term
        return None

    def _written_as(self, term: Term, form: str, tokens: Sequence[Token], at: int) -> bool:
        """Whether one word is meant as the name of *term*, not as the common word it also is."""
        text = tokens[at].text
        if term.capitals and folded(text) not in {folded(f) for f in term.forms}:
            return False  # « AIDE » is not AIDES
        if text.isdigit() or text.isupper():
            pass
        elif len(form) <= 2:
            return False
        elif term.capitals or len(form) == 3:
            return at == 0 and text[:1].isupper() and (not term.capitals or self._only_where(tokens[1:]))
        elif at > 0 and text.islower() and term.nature in WHOLE:
            return False
        return term.nature is not Nature.COMMUNE or self._before_place(tokens, at)

    def _only_where(self, tokens: Sequence[Token]) -> bool:
        return not tokens or tokens[0].is_number or self.place_at(tokens, 0) is not None

    def _before_place(self, tokens: Sequence[Token], at: int) -> bool:
        """« Ville de X » and « Mairie Rochefort », not « Ville-Évrard » or « politique de la ville »."""
        if at + 1 >= len(tokens):
            return False
        small_word_between = tokens[at + 1].start - tokens[at].end >= 3
        return self.place_at(tokens, at + 1) is not None or (small_word_between and tokens[at + 1].text[:1].isupper())

    def mistyped_term_at(self, tokens: Sequence[Token], at: int) -> tuple[int, Term] | None:
        """A known name of several words with a typing error in one of its long words: « Planing familial »."""
        for first in self._first_words(tokens[at].form):
            for words, term in self.forms[first]:
                if 2 <= len(words) <= len(tokens) - at:
                    written = [t.form for t in tokens[at : at + len(words)]]
                    wrong = [(w, x) for w, x in zip(words, written, strict=True) if w != x]
                    if len(wrong) == 1 and len(wrong[0][0]) >= 6 and alike(*wrong[0]):
                        return len(words), term
        return None

    def _first_words(self, word: str) -> list[str]:
        near = {word} if word in self.forms else set()
        if len(word) >= 5:
            for variant in {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}:
                near |= self._form_deletions.get(variant, frozenset())
        return sorted(near)

    @cached_property
    def _form_deletions(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for first, entries in self.forms.items():
            if len(first) >= 6 and any(len(words) > 1 for words, _ in entries):
                for variant in {first, *(first[:i] + first[i + 1 :] for i in range(len(first)))}:
                    found.setdefault(variant, set()).add(first)
        return {variant: frozenset(firsts) for variant, firsts in found.items()}

    def corrected(self, token: Token) -> Term | None:
        """The organisation whose acronym *token* is with a letter doubled wrongly: « CLAJJ », « OFI »."""
        written = token.text.isupper() or (token.text[:1].isupper() and len(token.form) >= 6)
        if not written or len(token.form) < 3 or token.form in self.acronyms:
            return None
        found = self._undoubled.get(undoubled(token.form), ())
        return found[0] if len(found) == 1 else None

    @cached_property
    def _undoubled(self) -> Mapping[str, tuple[Term, ...]]:
        found: dict[str, tuple[Term, ...]] = {}
        for acronym, term in self.acronyms.items():
            if 4 <= len(acronym) <= 7 and term.nature in WHOLE:
                found[undoubled(acronym)] = (*found.get(undoubled(acronym), ()), term)
        return found

    def place_at(self, tokens: Sequence[Token], at: int) -> tuple[int, Place] | None:
        """The longest place whose name begins at word *at*: how many words, and which."""
        lengths, places = self._places_by_length.get(tokens[at].plain, _NO_PLACES)
        for length in lengths:
            if length <= len(tokens) - at:
                place = places.get(tuple(t.plain for t in tokens[at : at + length]))
                if place is not None:
                    return length, place
        return None

    def community_at(self, tokens: Sequence[Token], at: int) -> int:
        """How many words at *at* say what sort of community the place before them is: « Metz Métropole »."""
        found = self.term_at(tokens, at)
        if found is None or found[1].nature is not Nature.EPCI:
            return 0
        after = at + found[0]
        return found[0] if after == len(tokens) or self.place_at(tokens, after) is None else 0

    @cached_property
    def _places_by_length(self) -> Mapping[str, tuple[tuple[int, ...], Mapping[tuple[str, ...], Place]]]:
        """First word → how many words its places have, longest first, and the places: many begin with « Saint »."""
        return {
            first: (tuple(sorted({len(words) for words, _ in entries}, reverse=True)), dict(entries))
            for first, entries in self.place_forms.items()
        }


_NUMBERS = {"deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "six": "6", "sept": "7", "huit": "8"}
_ABBREVIATIONS = {
    "st": "saint",
    "ste": "sainte",
    "sts": "saint",
    "mme": "madame",
    "dr": "docteur",
    "gal": "general",
    "dpt": "departement",
    "dept": "departement",
}


def _singular(word: str) -> str:
    if len(word) < 5 or word.isdigit():
        return word
    if word.endswith("eaux"):
        return word[:-1]
    if word.endswith("aux"):
        return word[:-3] + "al"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
