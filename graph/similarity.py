"""Two names: one organisation, a unit and its organisation, two organisations, or not sure. With the evidence."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz.distance import OSA

from graph.acronyms import is_initials
from graph.lexicon import UNIT_LIKE, WHOLE, Nature
from graph.misspelling import alike
from graph.name_parts import Name
from graph.names import folded


class Tie(StrEnum):
    SAME = "same"
    UNIT_OF = "unit_of"
    DIFFERENT = "different"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Relation:
    """What two names are to each other; `child` is the unit, `strength` orders the merges (1 = the same words)."""

    tie: Tie
    evidence: str
    child: str | None = None  # "a" or "b"
    strength: float = 0.0


def relation(a: Name, b: Name, own_departement: str | None = None) -> Relation:
    """Symmetric: `relation(b, a)` is the same with `child` the other way round."""
    if (b.key, b.raw) < (a.key, a.raw):
        found = _relation(b, a, own_departement)
        found = replace(found, child={"a": "b", "b": "a"}.get(found.child or ""))
    else:
        found = _relation(a, b, own_departement)
    if found.tie is Tie.SAME and set(a.corrected) != set(b.corrected):
        letters = ", ".join(sorted(set(a.corrected) ^ set(b.corrected)))
        return replace(found, evidence=f"même nom à une lettre près : {letters}")
    return found


def _relation(a: Name, b: Name, own: str | None) -> Relation:
    joined = _communities(a, b)
    if joined is not None:
        return joined
    if (a.above is None) != (b.above is None):
        child, unit, other = ("a", a, b) if a.above is not None else ("b", b, a)
        if unit.above is not None and relation(unit.above, other, own).tie is Tie.SAME:
            return Relation(Tie.UNIT_OF, _inside(unit, other), child, 0.95)
        if unit.alone is not None and not other.units and relation(unit.alone, other, own).tie is Tie.SAME:
            return Relation(Tie.SAME, f"même unité, avec et sans son organisation : {_both(a, b)}", strength=0.8)
    apart = elsewhere(a, b, own)
    if apart is not None:
        return _belonging_elsewhere(a, b, own) or apart
    if a.key == b.key:
        return Relation(Tie.SAME, _same_words(a, b), strength=1.0)
    belonging = _belonging(a, b)
    if belonging is not None:
        return belonging
    unsettled = _unsettled(a, b)
    if unsettled is not None:
        return unsettled
    if a.part and b.part and a.part != b.part and not _parts_alike(a.part, b.part):
        return Relation(Tie.DIFFERENT, f"deux unités différentes : {_both(a, b)}")
    sigle = _acronym(a, b)
    if sigle is not None and not a.units & b.units and _bare_acronym(a, b):
        return Relation(Tie.SAME, sigle, strength=0.9)
    if a.squeezed == b.squeezed and a.within is None and b.within is None and a.places == b.places:
        return Relation(Tie.SAME, f"même nom, aux espaces près : {_both(a, b)}", strength=0.95)
    if not a.core and not b.core:
        return _types(a, b)
    shared = _shared(a, b)
    if sigle is not None and shared.kind == "none":
        shared = _Shared("equal", sigle, 0.9)
    if shared.kind == "none":
        return Relation(Tie.DIFFERENT, "les noms n'ont pas les mêmes mots propres")
    if shared.kind == "equal":
        return _equal_core(a, b, shared)
    return _nested_core(a, b, shared)


def _communities(a: Name, b: Name) -> Relation | None:
    """« CA Hérault Méditerranée » and « CA Béziers Méditerranée »: their places are words of their names."""
    kinds_a, kinds_b = ({t.code for t in n.terms if t.nature is Nature.EPCI} for n in (a, b))
    great = (a.is_great and kinds_b) or (b.is_great and kinds_a)
    if not (great or kinds_a & kinds_b) or a.is_unit or b.is_unit or not a.called or not b.called:
        return None
    if a.departements and b.departements and not a.departements & b.departements:
        return None
    if _beside_communities(a) != _beside_communities(b):
        return Relation(Tie.DIFFERENT, f"types de structure différents : {_both(a, b)}")
    if a.called == b.called:
        return Relation(Tie.SAME, _same_words(a, b), strength=0.95)
    if a.called < b.called or b.called < a.called:
        return Relation(Tie.SAME, f"un nom est l'abrégé de l'autre : {_both(a, b)}", strength=0.6)
    if all(any(alike(x, y) for y in b.called) for x in a.called):
        return None
    return Relation(Tie.DIFFERENT, f"deux collectivités différentes : {_both(a, b)}")


def _beside_communities(name: Name) -> frozenset[str]:
    return frozenset(t.code for t in name.terms if t.nature is not Nature.EPCI)


def _belonging(a: Name, b: Name) -> Relation | None:
    """A service that always belongs to one organisation, and that organisation: ASE and Conseil départemental."""
    for child, unit, whole in (("a", a, b), ("b", b, a)):
        if whole.is_unit or len(whole.core) != 1 or unit.within is not None:
            continue
        if unit.municipal and whole.core == ("@mairie",) and whole.places == unit.places and not whole.kinds:
            return Relation(Tie.UNIT_OF, _inside(unit, whole), child, 0.5)
        term = next((t for t in unit.terms if f"@{t.part_of}" == whole.core[0]), None)
        if term is not None:
            return Relation(Tie.UNIT_OF, f"« {unit.raw} » relève toujours de « {whole.raw} »", child, 0.4)
    return None


def _unsettled(a: Name, b: Name) -> Relation | None:
    """« DIRECCTE » without a place: the one of the region, or its unit that is the DDETS now."""
    for name, other in ((a, b), (b, a)):
        codes = {code for t in name.terms for code in (t.in_region, t.in_departement) if code is not None}
        if codes & {t.code for t in other.terms} and not name.is_unit and not other.is_unit:
            return Relation(Tie.AMBIGUOUS, f"« {name.raw} » ne dit pas de quel territoire : {_both(a, b)}")
    return None


def _belonging_elsewhere(a: Name, b: Name, own: str | None) -> Relation | None:
    """A service belongs to its organisation wherever the list says that the organisation has its office."""
    if a.located == b.located:
        return None
    a, b = (replace(n, places=frozenset(), around=frozenset()) if n.located else n for n in (a, b))
    return _belonging(a, b) if elsewhere(a, b, own) is None else None


def _parts_alike(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    return len(a) == len(b) and all(alike(x, y) for x, y in zip(a, b, strict=True))


def elsewhere(a: Name, b: Name, own: str | None = None) -> Relation | None:
    """Different places or numbers make different organisations."""
    first = a.departements or (frozenset({own}) if own else frozenset())
    second = b.departements or (frozenset({own}) if own else frozenset())
    if first and second and not first & second:
        return Relation(Tie.DIFFERENT, f"départements différents : {_listed(first)} et {_listed(second)}")
    if any(t.per_departement for t in a.terms) and any(t.per_departement for t in b.terms):
        first, second = a.departements or a.around, b.departements or b.around
        if first and second and not first & second:
            return Relation(Tie.DIFFERENT, f"départements différents : {_listed(first)} et {_listed(second)}")
    if a.numbers != b.numbers and a.numbers and b.numbers:
        return Relation(Tie.DIFFERENT, f"numéros différents : {_listed(a.numbers)} et {_listed(b.numbers)}")
    if a.places and b.places and not any(_one_place(x, y) for x in a.places for y in b.places):
        return Relation(Tie.DIFFERENT, f"lieux différents : {_listed(a.places)} et {_listed(b.places)}")
    if own is not None and bool(a.places) != bool(b.places):
        placed = a if a.places else b
        if placed.around and own not in placed.around and not placed.departements and not placed.located:
            return Relation(Tie.DIFFERENT, f"un seul des deux est hors du département : {_listed(placed.places)}")
    return None


def _one_place(x: str, y: str) -> bool:
    """Places are named without their river or neighbour: « Romans » is Romans-sur-Isère."""
    short, long = sorted((x, y), key=len)
    return short == long or long.startswith(tuple(f"{short} {word} " for word in ("sur", "sous", "les", "lez")))


def _same_words(a: Name, b: Name) -> str:
    if folded(a.raw) == folded(b.raw) and folded(a.within or "") == folded(b.within or ""):
        return f"même nom : {a.raw}"
    if a.corrected != b.corrected or _letters(a) == _letters(b) or not a.terms:
        return f"même nom, à l'écriture près : {_both(a, b)}"
    return f"deux noms connus de la même structure : {_both(a, b)}"


def _letters(name: Name) -> str:
    """All the words without numbers, in alphabetical order: how they are arranged does not matter."""
    return "".join(sorted(re.sub(r"\d", "", name.squeezed)))


def _types(a: Name, b: Name) -> Relation:
    """Names without words of their own: « CCAS de Fouras », « CHRS », « Service Prévention »."""
    first, second = frozenset(t.code for t in a.terms), frozenset(t.code for t in b.terms)
    inner = _type_inside(a, b)
    if inner is not None:
        return inner
    if first != second or sorted(a.general) != sorted(b.general):
        return Relation(Tie.DIFFERENT, "types de structure différents")
    if a.numbers != b.numbers:
        return Relation(Tie.DIFFERENT, "un seul des deux noms porte un numéro")
    if a.places == b.places or (a.places and b.places):
        if a.plural != b.plural and any(t.many for t in a.terms):
            return Relation(Tie.DIFFERENT, "l'un nomme un ensemble, l'autre une structure")
        return Relation(Tie.SAME, f"même type et même lieu : {_both(a, b)}", strength=0.9)
    if any(t.many for t in a.terms) or not a.terms:
        return Relation(Tie.DIFFERENT, "l'un nomme le type en général, l'autre une structure d'un lieu")
    return Relation(Tie.AMBIGUOUS, f"même type, un seul des deux dit où : {_both(a, b)}")


def _type_inside(a: Name, b: Name) -> Relation | None:
    """« CH de Dax - PASS » is a unit of « Centre hospitalier de Dax »."""
    for child, unit, whole in (("a", a, b), ("b", b, a)):
        extras = set(unit.terms) - set(whole.terms)
        named = whole.terms and whole.places and all(t.nature in {Nature.HOSPITAL, Nature.COMMUNE} for t in whole.terms)
        within = unit.places == whole.places and set(whole.terms) < set(unit.terms)
        if named and within and all(t.nature in UNIT_LIKE for t in extras):
            return Relation(Tie.UNIT_OF, _inside(unit, whole), child, 0.6)
    return None


@dataclass(frozen=True, slots=True)
class _Shared:
    """How the words of two names meet: equal, a inside b, b inside a, none."""

    kind: str
    evidence: str = ""
    strength: float = 0.0


def _shared(a: Name, b: Name) -> _Shared:
    if a.own == b.own:
        return _Shared("equal", "", 0.95) if a.core else _Shared("none")
    if not a.core or not b.core:
        return _Shared("none")
    typed = _typed_alike(a.core, b.core)
    if typed is not None:
        return _Shared("equal", typed, 0.85)
    small, large, kind = (a, b, "a") if len(a.core) < len(b.core) else (b, a, "b")
    if len(small.core) < len(large.core):
        matched = [next((w for w in large.core if alike(word, w)), None) for word in small.core]
        if all(matched):
            return _Shared(kind, "", 0.7)
    return _Shared("none")


def _typed_alike(a: tuple[str, ...], b: tuple[str, ...]) -> str | None:
    """The evidence that two cores are one, typing errors aside; None when they are not."""
    joined_a, joined_b = "".join(a), "".join(b)
    if joined_a == joined_b:
        return f"même nom, aux espaces près : {' '.join(a)} / {' '.join(b)}"
    if {w for w in a if w[0] == "@"} != {w for w in b if w[0] == "@"}:
        return None
    if len(a) == len(b):
        rest = list(b)
        typos = []
        for word in a:
            found = next((w for w in rest if w == word), None) or next((w for w in rest if alike(word, w)), None)
            if found is None:
                break
            rest.remove(found)
            if found != word:
                typos.append((word, found))
        else:
            if len(typos) == 1:
                return f"même nom à une lettre près : {typos[0][0].upper()} / {typos[0][1].upper()}"
            return "même nom, à des fautes de frappe près : " + ", ".join(f"{x} / {y}" for x, y in typos)
    if (
        min(len(joined_a), len(joined_b)) >= 8
        and joined_a[0] == joined_b[0]
        and "@" not in joined_a
        and len(a) != len(b)
    ):
        allowed = 1 if min(len(joined_a), len(joined_b)) == 8 and max(len(joined_a), len(joined_b)) == 8 else 2
        if OSA.distance(joined_a, joined_b, score_cutoff=2) <= allowed:
            return f"même nom, aux espaces et à une faute près : {' '.join(a)} / {' '.join(b)}"
    return None


def _acronym(a: Name, b: Name) -> str | None:
    for short, long in ((a, b), (b, a)):
        if long.acronym and folded(long.acronym) in {folded(short.raw), " ".join(short.core)} and not short.is_unit:
            return f"sigle donné par la liste : {short.raw} = {long.raw}"
        marked = all(t.nature is Nature.UNIT for t in short.terms)
        if short.letters and marked:
            letters = short.letters
            if (
                _fewest(letters, short, long) <= len(letters) <= 10
                and any(
                    is_initials(letters.upper(), text) for text in (_plain(long.raw), long.lead, _without_places(long))
                )
                and len(long.core) + len(long.general) + len(long.terms) + len(long.places) >= 2
            ):
                return f"sigle de « {long.raw} » : {letters.upper()}"
    return None


def _fewest(letters: str, short: Name, long: Name) -> int:
    """How many letters an acronym needs: three are few, unless the place, a digit or the kind also agree."""
    epci = any(t.nature is Nature.EPCI for t in long.terms)
    return 3 if epci or re.search(r"\d", letters) or (short.places and short.places == long.places) else 4


def _bare_acronym(a: Name, b: Name) -> bool:
    """Whether one of the names is nothing but an acronym."""
    return any(n.letters and not n.terms and not n.general for n in (a, b)) and not (a.within or b.within)


def _without_places(name: Name) -> str:
    text = folded(_plain(name.raw))
    for place in name.places:
        text = re.sub(rf"\b{re.escape(place.removeprefix('region '))}\b", " ", text)
    return text


def _plain(raw: str) -> str:
    return re.sub(r"\([^)]*\)", " ", raw)


def _equal_core(a: Name, b: Name, shared: _Shared) -> Relation:
    if a.establishments != b.establishments:
        return _by_marks(a, b, a.establishments, b.establishments, "établissement")
    if a.units != b.units:
        return _by_marks(a, b, a.units, b.units, "service")
    if a.is_unit and sorted(a.general) != sorted(b.general):
        if bool(a.general) != bool(b.general) and (a.within is None) == (b.within is None):
            return Relation(Tie.AMBIGUOUS, f"deux services peut-être identiques : {_both(a, b)}")
        if (a.within is None) != (b.within is None) and not (a.units or a.establishments):
            child = "a" if a.within is not None else "b"
            return Relation(Tie.UNIT_OF, _inside(a if child == "a" else b, b if child == "a" else a), child, 0.9)
        return Relation(Tie.DIFFERENT, f"deux services différents : {_both(a, b)}")
    if (a.within is None) != (b.within is None) and not (a.units or a.establishments):
        child = "a" if a.within is not None else "b"
        return Relation(Tie.UNIT_OF, _inside(a if child == "a" else b, b if child == "a" else a), child, 0.9)
    if a.kinds and b.kinds and not a.kinds & b.kinds:
        return Relation(Tie.DIFFERENT, f"types de structure différents : {_both(a, b)}")
    if a.telling != b.telling:
        return _by_telling(a, b)
    if bool(a.kinds) != bool(b.kinds) and _other_than_its_kind(a, b):
        return Relation(Tie.AMBIGUOUS, f"mêmes mots propres, mais un seul dit ce qu'il est : {_both(a, b)}")
    if bool(a.places) != bool(b.places):
        agency = _agency(a, b)
        if agency is not None:
            return agency
    if a.numbers != b.numbers:
        return Relation(Tie.AMBIGUOUS, f"un seul des deux noms porte un numéro : {_both(a, b)}")
    evidence = shared.evidence or f"mêmes mots propres : {_both(a, b)}"
    return Relation(Tie.SAME, evidence, strength=shared.strength)


def _by_telling(a: Name, b: Name) -> Relation:
    """« Croix-Rouge insertion » is a part of the Croix-Rouge; « UIMM formation » perhaps the UIMM."""
    if a.telling and b.telling:
        return Relation(Tie.DIFFERENT, f"deux activités différentes : {_both(a, b)}")
    child, part, whole = ("a", a, b) if a.telling else ("b", b, a)
    if any(t.nature is Nature.CARRIER for t in whole.terms):
        return Relation(Tie.UNIT_OF, _inside(part, whole), child, 0.5)
    return Relation(Tie.AMBIGUOUS, f"un nom contient l'autre : {_both(a, b)}")


def _other_than_its_kind(a: Name, b: Name) -> bool:
    """« CPTS Biterroise » and « Association Biterroise d'Entraide »: one says a type, the other something else."""
    typed, free = (a, b) if a.kinds else (b, a)
    return bool(free.general) and not any(t.describes for t in typed.terms)


def _agency(a: Name, b: Name) -> Relation | None:
    """« France Travail Rochefort » is an agency of France Travail; « CIDFF La Rochelle » is the CIDFF."""
    where, bare, child = (a, b, "a") if a.places else (b, a, "b")
    if where.located:
        return None
    known = [t for t in where.terms if t.nature in WHOLE]
    if any(p.startswith("region ") for p in where.places):
        return None
    if where.establishments and all(w.startswith("@") for w in where.core):
        return Relation(Tie.AMBIGUOUS, f"même nom, un seul des deux dit où : {_both(a, b)}")
    if len(where.core) == 1 and known and known[0].agencies:
        return Relation(Tie.UNIT_OF, f"agence de {bare.raw} : {where.raw}", child, 0.8)
    return None


def _by_marks(a: Name, b: Name, first: frozenset[str], second: frozenset[str], word: str) -> Relation:
    """One name says it is an establishment or a service, the other does not, or another one."""
    if first and second:
        if first < second or second < first:
            return Relation(Tie.AMBIGUOUS, f"{word} peut-être contenu dans l'autre : {_both(a, b)}")
        return Relation(Tie.DIFFERENT, f"deux unités différentes : {_both(a, b)}")
    child, unit, parent = ("a", a, b) if first else ("b", b, a)
    if parent.is_unit or (unit.establishments and parent.kinds and not parent.kinds & unit.kinds):
        return Relation(Tie.DIFFERENT, f"deux unités différentes : {_both(a, b)}")
    return Relation(Tie.UNIT_OF, _inside(unit, parent), child, 0.9)


def _inside(unit: Name, parent: Name) -> str:
    if unit.within is not None:
        return f"« {unit.raw} » est écrit avec son organisation : « {unit.within} »"
    return f"« {unit.raw} » nomme une unité de « {parent.raw} »"


def _nested_core(a: Name, b: Name, shared: _Shared) -> Relation:
    """All the own words of one name are in the other, which has more."""
    small, large, child = (a, b, "b") if shared.kind == "a" else (b, a, "a")
    if large.is_unit and not small.is_unit:
        return Relation(Tie.UNIT_OF, _inside(large, small), child, 0.8)
    hospitals = all(any(t.nature is Nature.HOSPITAL for t in name.terms) for name in (small, large))
    if hospitals and large.core[: len(small.core)] == small.core:
        return Relation(Tie.UNIT_OF, _inside(large, small), child, 0.5)
    if small.is_unit or large.is_unit:
        if small.establishments and small.establishments == large.establishments and not (small.units or large.units):
            outside = small.within is None and large.within is None
            if outside and large.core[-len(small.core) :] == small.core and len(small.joined) >= 5:
                return Relation(Tie.SAME, f"un nom est l'abrégé de l'autre : {_both(a, b)}", strength=0.6)
            return Relation(Tie.AMBIGUOUS, f"un nom contient l'autre : {_both(a, b)}")
        return Relation(Tie.DIFFERENT, f"deux unités différentes : {_both(a, b)}")
    if a.kinds and b.kinds and not a.kinds & b.kinds:
        return Relation(Tie.DIFFERENT, f"types de structure différents : {_both(a, b)}")
    if a.numbers != b.numbers:
        return Relation(Tie.DIFFERENT, f"numéros différents : {_both(a, b)}")
    extras = large.own - small.own
    if all(w.startswith("@") for w in small.core):
        commune = any(t.nature is Nature.COMMUNE for t in small.terms) and small.places == large.places
        first = large.core[0] in small.own and not any(w.startswith("@") for w in extras)
        if commune or (
            first and all(re.search(rf"\b{w}\b", large.raw, re.I) and w.upper() in large.raw for w in extras)
        ):
            return Relation(Tie.UNIT_OF, _inside(large, small), child, 0.5)
        if (small.places and not large.places) or (large.core[0] not in small.own and len(extras) > 1):
            return Relation(Tie.DIFFERENT, f"deux noms différents autour du même mot : {_both(a, b)}")
        return Relation(Tie.AMBIGUOUS, f"un nom contient l'autre : {_both(a, b)}")
    length = sum(len(w) for w in small.core if w[0] != "@")
    added = sum(len(w) for w in extras)
    if extras and not small.terms and all(t.nature is Nature.EPCI for t in large.terms) and _only_epci(extras, large):
        return Relation(Tie.SAME, f"un nom est l'abrégé de l'autre : {_both(a, b)}", strength=0.6)
    bodies = {f"@{t.code}" for t in large.terms if t.nature is Nature.BODY}
    if extras <= bodies and not small.terms and length >= 5:
        return Relation(Tie.SAME, f"même nom, avec et sans le type : {_both(a, b)}", strength=0.6)
    if any(w.startswith("@") for w in extras) and small.kinds:
        return Relation(Tie.DIFFERENT, f"types de structure différents : {_both(a, b)}")
    if any(w.startswith("@") for w in extras):
        return Relation(Tie.AMBIGUOUS, f"un nom contient l'autre : {_both(a, b)}")
    if _acronym_first(small, large):
        return Relation(Tie.SAME, f"même sigle, suivi de mots qui le décrivent : {_both(a, b)}", strength=0.55)
    kinds = bool(a.kinds & b.kinds)
    if (length >= 8 and length >= added) or (kinds and length >= 5):
        return Relation(Tie.SAME, f"un nom est l'abrégé de l'autre : {_both(a, b)}", strength=0.6)
    return Relation(Tie.AMBIGUOUS, f"un nom contient l'autre : {_both(a, b)}")


DIRECTIONS = frozenset({"nord", "sud", "est", "ouest", "centre", "haut", "haute", "bas", "basse"})


def _acronym_first(small: Name, large: Name) -> bool:
    """« CEID Addictions » is the CEID: an acronym, then words in lower case that are no place."""
    written = re.match(r"(?:Association\s+)?((?:[A-ZÀ-Ý]\.?){4,})\s+(?=\S)", large.raw)
    if written is None or len(small.core) != 1 or small.terms or large.terms or large.places:
        return False
    extras = large.own - small.own
    same = folded(written.group(1).replace(".", "")) == small.core[0]
    described = not any(w.upper() in large.raw for w in extras)
    return same and described and not extras & DIRECTIONS


def _only_epci(words: frozenset[str], name: Name) -> bool:
    return words <= {f"@{t.code}" for t in name.terms if t.nature is Nature.EPCI}


def _both(a: Name, b: Name) -> str:
    first, second = sorted((_shown(a), _shown(b)))
    return f"{first} / {second}"


def _shown(name: Name) -> str:
    return name.raw if name.within is None else f"{name.within} – {name.raw}"


def _listed(values: Iterable[str]) -> str:
    return ", ".join(v.removeprefix("region ") for v in sorted(values))
