"""A name taken apart: what kind of structure, whose, where, and the words that are its own."""

import re
from dataclasses import dataclass
from functools import cached_property

from graph.acronyms import is_initials, without_legal_form
from graph.lexicon import UNIT_LIKE, WHOLE, Lexicon, Nature, Term, Token
from graph.names import folded
from graph.parts import GREAT, Parts


@dataclass(frozen=True)
class Name:
    """A name taken apart. `core` is what makes it this organisation and no other."""

    raw: str
    within: str | None
    terms: tuple[Term, ...]
    core: tuple[str, ...]  # own words in order; a known organisation is `@code`
    telling: tuple[str, ...]  # words that make « Croix-Rouge insertion » another thing than « Croix-Rouge »
    general: tuple[str, ...]  # words that say little: « formation », « services »
    places: frozenset[str]
    departements: frozenset[str]
    numbers: tuple[str, ...]
    acronym: str | None = None
    plural: bool = False
    squeezed: str = ""  # all its words without spaces
    located: bool = False  # its place is an address beside the name, not a word of the name
    around: frozenset[str] = frozenset()  # départements of its places
    corrected: tuple[str, ...] = ()  # « CLAJJ / CLLAJ »: acronyms read with a letter put right
    municipal: bool = False  # it also names its town: « Ville de X - PIJ »
    lead: str = ""  # what comes before the first place
    alone: "Name | None" = None  # the unit without its organisation
    above: "Name | None" = None  # the organisation it is within
    part: tuple[str, ...] = ()  # what the unit itself is called, apart from its organisation
    called: frozenset[str] = frozenset()  # its words and its places, whatever says what sort of structure it is

    @cached_property
    def kinds(self) -> frozenset[str]:
        """What sort of structure it says it is, establishments aside."""
        natures = {Nature.STRUCTURE, Nature.COMMUNAL, Nature.HOSPITAL}
        hospital = Nature.HOSPITAL.value
        return frozenset(
            hospital if t.nature is Nature.HOSPITAL else t.like or t.code for t in self.terms if t.nature in natures
        )

    @cached_property
    def establishments(self) -> frozenset[str]:
        return frozenset(t.code for t in self.terms if t.nature in UNIT_LIKE - {Nature.UNIT})

    @cached_property
    def units(self) -> frozenset[str]:
        return frozenset(t.code for t in self.terms if t.nature is Nature.UNIT)

    @cached_property
    def own(self) -> frozenset[str]:
        return frozenset(self.core)

    @cached_property
    def is_unit(self) -> bool:
        return bool(self.units or self.establishments) or self.within is not None

    @cached_property
    def letters(self) -> str:
        """The only word of its own, which may be an acronym; of RSMA-R, all the letters."""
        if len(self.core) > 1 and re.fullmatch(r"[A-ZÀ-Ý]{2,}(?:-[A-ZÀ-Ý]+)+", self.raw):
            return self.joined if "@" not in self.joined else ""
        return self.core[0] if len(self.core) == 1 and self.core[0][0] != "@" else ""

    @cached_property
    def is_great(self) -> bool:
        return self.core == (GREAT,)

    @cached_property
    def joined(self) -> str:
        return "".join(self.core)

    @cached_property
    def key(self) -> tuple[object, ...]:
        """Names with equal keys say the same thing in the same words."""
        return (
            tuple(sorted(t.code for t in self.terms)),
            tuple(sorted(self.core)),
            tuple(sorted(self.general)) if not self.core or self.is_unit else self.telling,
            tuple(sorted(self.places)),
            tuple(sorted(self.departements)),
            self.numbers,
            self.within is not None,
            tuple(sorted(t.code for t in self.terms if t.many)) if self.plural else (),
            self.part,
        )


def analysed(
    raw: str,
    lexicon: Lexicon,
    *,
    within: str | None = None,
    commune: str | None = None,
    acronym: str | None = None,
) -> Name:
    """*raw* taken apart; a unit is read together with the organisation it is within."""
    if within is not None and within not in raw and _institution(raw, lexicon) and not _institution(within, lexicon):
        within = None  # « Logement d'abord (DDETS) »: the DDETS carries it, and is no unit of it
    inside = within is not None and folded(within) in folded(raw)
    text = raw if within is None or inside else f"{raw} {within}"
    acronym = acronym or _bracketed_acronym(text)
    text = re.sub(r"(?<![\w.])[A-ZÀ-Ý]\.\s+(?=[A-ZÀ-Ý])", "", text)  # « V. Duruy »
    text = _without_expansion(_without_seconds(_expanded(text, lexicon), lexicon))
    tokens = lexicon.significant(text)
    parts = Parts(lexicon, bool(within))
    parts.read(tokens)
    located = bool(commune) and not parts.places
    if commune and not any(folded(commune) in place for place in parts.places):
        parts.place_words(lexicon.significant(commune))
    parts.settle(located)
    core, general = parts.core, parts.general
    terms = parts.terms
    above_by_nature = {f"@{t.part_of}" for t in terms if t.part_of is not None}
    core = [w for w in core if w not in above_by_nature]
    terms = [t for t in terms if f"@{t.code}" not in above_by_nature]
    held = any(t.nature in {Nature.COMMUNAL, Nature.STRUCTURE} for t in terms)
    municipal = held and any(t.nature is Nature.COMMUNE for t in terms)
    if municipal:
        core = [w for w in core if not any(f"@{t.code}" == w for t in terms if t.nature is Nature.COMMUNE)]
        terms = [t for t in terms if t.nature is not Nature.COMMUNE]
    if any(t.nature is Nature.COMMUNAL for t in terms):
        core = parts.placed(core)
    if parts.great and not core and not terms and not general:
        core = [GREAT]
    if not core and not terms and general:
        core, general = general, []
    elif not core and general and not any(t.nature in WHOLE for t in terms):
        core, general = (general, []) if not any(t.nature in UNIT_LIKE for t in terms) else (core, general)
    return Name(
        raw=raw,
        within=within,
        terms=tuple(terms),
        core=tuple(dict.fromkeys(core)),
        telling=_telling(core, parts.after, lexicon),
        general=tuple(dict.fromkeys(general)),
        places=frozenset(parts.places),
        departements=frozenset(parts.departements),
        numbers=tuple(sorted(parts.numbers)),
        acronym=acronym,
        plural=_plural(raw),
        squeezed="".join(t.plain for t in tokens if t.form not in lexicon.legal),
        located=located,
        municipal=municipal and not any(t.nature is Nature.COMMUNAL for t in terms),
        lead=_lead(text, tokens, lexicon),
        alone=_alone(raw, within, lexicon),
        around=frozenset(parts.around),
        corrected=tuple(parts.corrected),
        above=analysed(within, lexicon) if within else None,
        part=_part(raw, within, lexicon) if within else (),
        called=frozenset(() if parts.another_body else parts.called),
    )


def _institution(text: str, lexicon: Lexicon) -> bool:
    """Whether *text* names a public body, with or without its place, and nothing more."""
    tokens = lexicon.significant(text)
    found = lexicon.term_at(tokens, 0) if tokens else None
    if found is None or not found[1].institution:
        return False
    at = found[0]
    while at < len(tokens):
        place = lexicon.place_at(tokens, at)
        if place is None and not tokens[at].is_number:
            return False
        at += place[0] if place is not None else 1
    return True


def _telling(core: list[str], after: list[str], lexicon: Lexicon) -> tuple[str, ...]:
    """What comes after the name tells: « X insertion » may be another structure, « association d'insertion X » is X."""
    told = set(after) - lexicon.neutral - set(core)
    if any(not w.startswith("@") for w in core):
        told -= {"formation"}
    return tuple(sorted(told))


def _lead(text: str, tokens: list[Token], lexicon: Lexicon) -> str:
    at = next((t.start for i, t in enumerate(tokens) if i > 0 and lexicon.place_at(tokens, i) is not None), len(text))
    return text[:at]


def _alone(raw: str, within: str | None, lexicon: Lexicon) -> Name | None:
    """A unit that has words of its own, without its organisation; None for a bare type or service."""
    if not within:
        return None
    name = analysed(own_text(raw, within), lexicon)
    bodies = {f"@{t.code}" for t in name.terms if t.nature is Nature.BODY and not t.agencies}
    named = [w for w in name.core if (w[0] != "@" and len(w) >= 4) or w in bodies]
    told = named and any(w[:1].isupper() for w in re.findall(r"\w+", own_text(raw, within)))
    return name if told and not name.units and not name.general else None


def own_text(raw: str, within: str) -> str:
    """The unit's own part of a name that also holds its organisation: « ADSEA (Pôle MNA) » → « Pôle MNA »."""
    at = raw.find(within)
    if at < 0 or raw == within:
        return raw
    return (raw[:at] + " " + raw[at + len(within) :]).strip(" ()-–/") or raw


def _part(raw: str, within: str, lexicon: Lexicon) -> tuple[str, ...]:
    parts = Parts(lexicon, unit=True)
    parts.read(lexicon.significant(own_text(raw, within)))
    return tuple(sorted({t.code for t in parts.terms} | set(parts.core) | set(parts.general) | set(parts.places)))


def _expanded(text: str, lexicon: Lexicon) -> str:
    """« ARS (Accueil et réinsertion sociale) » by its long name: that ARS is not the one that everybody knows."""
    found = re.fullmatch(r"((?:Association\s+)?(\S+))\s*\(([^()]+)\)\s*", text)
    if found is None or not is_initials(found.group(2), found.group(3)):
        return text
    tokens = lexicon.significant(found.group(2))
    known = lexicon.term_at(tokens, 0) if tokens else None
    meant = lexicon.term_at(words, 0) if (words := lexicon.significant(found.group(3))) else None
    other = known is not None and (meant is None or meant[1].code != known[1].code)
    return found.group(3) if other else text


def _without_seconds(text: str, lexicon: Lexicon) -> str:
    """*text* without an acronym or a description in brackets that repeats the name before it."""

    def shortened(match: re.Match[str]) -> str:
        before, inner = text[: match.start()], match.group(1)
        if is_initials(inner, before) or is_initials(without_legal_form(before.strip()), inner):
            return " "
        words = lexicon.significant(inner)
        found = lexicon.term_at(words, 0) if words else None
        if found is not None and found[1].nature is Nature.NETWORK:
            return " "
        if inner[:1].islower() and found is None:
            return " "
        return f" {inner} "

    return re.sub(r"\(([^()]*)\)", shortened, text)


def _bracketed_acronym(text: str) -> str | None:
    found = re.search(r"\(([^()]+)\)", text)
    return found.group(1).strip() if found and is_initials(found.group(1), text[: found.start()]) else None


def _without_expansion(text: str) -> str:
    """*text* without the long name that follows its acronym: « SEI 86 Service Environnement Insertion »."""
    first = re.match(r"([A-ZÀ-Ý]{3,8})\s*(\d{2,3})?[\s:,-]+(?=\S)", text)
    if first and is_initials(first.group(1), text[first.end() :]):
        return f"{first.group(1)} {first.group(2) or ''}"
    return text


def _plural(raw: str) -> bool:
    if re.match(r"\w+(?:\(e\)s|\.e\.s)\b", raw):
        return True
    words = [w for w in folded(raw).split() if w not in {"les", "des"}]
    shouted = re.match(r"[A-Z0-9]{2,}\b", raw) is not None
    return (
        bool(words)
        and not shouted
        and len(words[0]) > 4
        and words[0].endswith(("s", "x"))
        and not words[0].endswith("ss")
    )
