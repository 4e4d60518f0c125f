"""Two names given alone: are they one organisation? Decisions first, then what the names say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from graph.decided import Decided, decision_keys, name_key
from graph.lexicon import Lexicon
from graph.model import Decision
from graph.name_parts import Name, analysed
from graph.segments import cell_segments
from graph.similarity import Tie, elsewhere, relation


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether two names are one organisation; `parent` says which one holds the other."""

    decision: Tie
    parent: str | None  # "a" or "b"
    evidence: str


def compare(a: str, b: str, decisions: Iterable[Decision] = (), lexicon: Lexicon | None = None) -> Comparison:
    """Whether names *a* and *b* are one organisation, as `resolve` would say of a list that holds both."""
    lexicon = lexicon or Lexicon()
    decided = Decided.of(decisions)
    first, second = _named(a, lexicon), _named(b, lexicon)
    ruled = _ruled(first, second, decided, lexicon)
    if ruled is not None:
        return ruled
    found = relation(first, second)
    parent = {"a": "b", "b": "a"}.get(found.child or "")
    return Comparison(found.tie, parent, found.evidence)


@lru_cache(maxsize=4096)
def _named(text: str, lexicon: Lexicon) -> Name:
    pieces = cell_segments(text, lexicon)
    within = pieces[0].within if pieces else None
    if within is None and " / " in text:
        parent, _, unit = text.partition(" / ")
        return analysed(unit, lexicon, within=parent)
    return analysed(text, lexicon, within=within)


def _ruled(a: Name, b: Name, decided: Decided, lexicon: Lexicon) -> Comparison | None:
    """What decisions say of two names, through the names they merge."""
    groups = decided.groups()
    keys_a, keys_b = _decision_keys(a, decided, lexicon), _decision_keys(b, decided, lexicon)
    for x in keys_a:
        for y in keys_b:
            split = decided.splits.get(frozenset({x, y}))
            if split is not None and x != y:
                return Comparison(Tie.DIFFERENT, None, f"décision : {split.reason}")
    roots_a, roots_b = {groups[k] for k in keys_a if k in groups}, {groups[k] for k in keys_b if k in groups}
    if roots_a & roots_b:
        root = min(roots_a & roots_b)
        reason = next(d.reason for d in decided.merges if groups[name_key(d.names[0])] == root)
        return Comparison(Tie.SAME, None, f"décision : {reason}")
    for child, child_keys, parent_keys in (("a", keys_a, keys_b), ("b", keys_b, keys_a)):
        decision = _unit_decision(child_keys, decided, groups)
        if decision is None:
            continue
        above = name_key(decision.names[1])
        if above in parent_keys or groups.get(above, above) in {groups.get(k, k) for k in parent_keys}:
            return Comparison(Tie.UNIT_OF, "b" if child == "a" else "a", f"décision : {decision.reason}")
    return _through_groups(a, b, keys_a, keys_b, decided, groups, lexicon)


def _unit_decision(keys: Iterable[str], decided: Decided, groups: Mapping[str, str]) -> Decision | None:
    mine = {groups.get(k, k) for k in keys}
    return next((d for k, d in decided.units.items() if k in keys or groups.get(k, k) in mine), None)


def _through_groups(
    a: Name,
    b: Name,
    keys_a: Sequence[str],
    keys_b: Sequence[str],
    decided: Decided,
    groups: Mapping[str, str],
    lexicon: Lexicon,
) -> Comparison | None:
    """A name is also compared through the other names that a decision gives it."""
    others_a = _others(keys_a, decided, groups, lexicon)
    others_b = _others(keys_b, decided, groups, lexicon)
    if not others_a and not others_b:
        return None
    if relation(a, b).tie not in {Tie.DIFFERENT, Tie.AMBIGUOUS}:
        return None
    if any(elsewhere(x, y) is not None for x in (a, *others_a) for y in (b, *others_b)):
        return None
    for x in (a, *others_a):
        for y in (b, *others_b):
            found = relation(x, y)
            if found.tie in {Tie.SAME, Tie.UNIT_OF}:
                return Comparison(
                    found.tie, {"a": "b", "b": "a"}.get(found.child or ""), f"décision, puis {found.evidence}"
                )
    return None


def _others(keys: Sequence[str], decided: Decided, groups: Mapping[str, str], lexicon: Lexicon) -> list[Name]:
    roots = {groups[k] for k in keys if k in groups}
    return [
        _named(name, lexicon)
        for decision in decided.merges
        for name in decision.names
        if groups[name_key(name)] in roots and name_key(name) not in keys
    ]


def _decision_keys(name: Name, decided: Decided, lexicon: Lexicon) -> tuple[str, ...]:
    """The names of decisions that *name* is: written alike, or saying the same in the same words."""
    exact = decision_keys(name)
    listed = _listed_names(decided)
    if any(k in listed for k in exact):
        return exact
    return (*exact, *(key for key, text in sorted(listed.items()) if _named(text, lexicon).key == name.key))


def _listed_names(decided: Decided) -> dict[str, str]:
    found: dict[str, str] = {}
    for decision in [*decided.merges, *decided.units.values(), *decided.splits.values()]:
        for name in decision.names:
            found.setdefault(name_key(name), name)
    return found
