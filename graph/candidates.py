"""Which names are worth comparing: those that share something rare. Never all pairs."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

from graph.acronyms import SMALL_WORDS
from graph.lexicon import Nature
from graph.misspelling import undoubled
from graph.name_parts import Name
from graph.names import folded

LARGEST_BLOCK = 24
"""A block that holds more names than that is divided, then left: what everybody shares tells nobody apart."""
COMMON = 12
"""Own words that more organisations than that bear (« Horizon », « Tremplin ») name one of them with its place only."""


def candidate_pairs(names: Sequence[Name]) -> set[tuple[int, int]]:
    """Pairs of positions in *names*, smaller first; their number grows with the names, not with their square."""
    blocks: defaultdict[Hashable, list[int]] = defaultdict(list)
    for index, name in enumerate(names):
        for key in _keys(name):
            blocks[key].append(index)
    pairs: set[tuple[int, int]] = set()
    for members in blocks.values():
        for block in _divided(members, names):
            for position, first in enumerate(block):
                for second in block[position + 1 :]:
                    pairs.add((min(first, second), max(first, second)))
    pairs.update(_with_organisation(names))
    return pairs


def _keys(name: Name) -> set[Hashable]:
    keys: set[Hashable] = set()
    for word in name.core:
        keys.add(("word", word))
        if word[0] == "@":
            continue
        keys.add(("word", undoubled(word)))
        if len(word) >= 6:
            keys.update(("near", word[:i] + word[i + 1 :]) for i in range(1, len(word)))
            keys.add(("near", word))
        if len(word) >= 10:
            keys.update({("start", word[:5]), ("end", word[0], word[-5:])})
    joined = name.joined
    if len(joined) >= 8 and "@" not in joined:
        keys.update(("near", joined[:i] + joined[i + 1 :]) for i in range(1, min(len(joined), 30)))
        keys.update({("near", joined), ("start", joined[:5])})
    if name.is_great or any(t.nature is Nature.EPCI for t in name.terms):
        keys.update(("community", word) for word in name.called)
    for term in name.terms:
        keys.update(("word", f"@{code}") for code in (term.in_region, term.in_departement) if code is not None)
    if not name.core:
        keys.add(("type", tuple(sorted(t.code for t in name.terms))))
    keys.update(_initials(name))
    if name.acronym:
        keys.add(("sigle", folded(name.acronym)))
    keys.add(("sigle", folded(name.raw)))
    keys.add(("squeezed", name.squeezed))
    return keys


def _initials(name: Name) -> Iterator[Hashable]:
    if all(t.nature is Nature.UNIT for t in name.terms) and 3 <= len(name.letters) <= 10 and name.letters.isalnum():
        yield ("sigle", name.letters)
    words = [w for w in folded(name.raw.split("(")[0]).split() if not w.isdigit()]
    if 3 <= len(words) <= 20:
        yield ("sigle", "".join(w[0] for w in words))
        yield ("sigle", "".join(w[0] for w in folded(name.lead).split()))
        yield ("sigle", "".join(w[0] for w in folded(name.raw).split() if len(w) > 3 or w.isdigit()))
        big = [w for w in words if len(w) > 3]
        yield ("sigle", "".join(w[0] for w in big))
        yield ("sigle", "".join(w[0] for w in words if w not in SMALL_WORDS))


def _divided(members: Sequence[int], names: Sequence[Name]) -> Iterator[Sequence[int]]:
    if len(members) < 2:
        return
    if len(members) <= LARGEST_BLOCK:
        yield members
        return
    finer: defaultdict[Hashable, list[int]] = defaultdict(list)
    for index in members:
        name = names[index]
        finer["core", name.own].append(index)
        for place in name.places:
            finer["place", place, name.establishments, name.kinds].append(index)
    for part in finer.values():
        if 2 <= len(part) <= LARGEST_BLOCK:
            yield part


def _with_organisation(names: Sequence[Name]) -> Iterator[tuple[int, int]]:
    """Each unit with the organisations whose own words it holds."""
    organisations = _Organisations(names)
    for index, name in enumerate(names):
        for other in organisations.named(("@mairie",), name) if name.municipal else ():
            if names[other].places == name.places:
                yield (min(index, other), max(index, other))
        for term in name.terms:
            for other in organisations.named((f"@{term.part_of}",), name) if term.part_of else ():
                if other != index:
                    yield (min(index, other), max(index, other))
        if not name.is_unit and len(name.core) < 2 and not name.places:
            continue
        core = name.core[:8]
        for start in range(len(core)):
            for end in range(start + 1, len(core) + 1):
                for other in organisations.named(core[start:end], name):
                    if other != index:
                        yield (min(index, other), max(index, other))


class _Organisations:
    """By their own words. Words that many organisations bear say which one is meant in the same place only."""

    def __init__(self, names: Sequence[Name]) -> None:
        self._whole: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        self._placed: defaultdict[tuple[tuple[str, ...], str], list[int]] = defaultdict(list)
        for index, name in enumerate(names):
            if name.core and not name.is_unit:
                self._whole[name.core].append(index)
                for place in name.places:
                    self._placed[name.core, place].append(index)

    def named(self, core: tuple[str, ...], unit: Name) -> Iterator[int]:
        found = self._whole.get(core, [])
        if len(found) <= (LARGEST_BLOCK if core[0][0] == "@" else COMMON):
            yield from found
            return
        for place in sorted(unit.places):
            yield from self._placed.get((core, place), [])[:COMMON]
