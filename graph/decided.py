"""What coordinators have decided about names, ready to be asked; contradictions are refused with the names."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from graph.errors import Conflict
from graph.model import Decision, DecisionKind
from graph.name_parts import Name, own_text
from graph.names import folded


def name_key(name: str, within: str | None = None) -> str:
    """How a name is matched with a decision: folded; a unit as « parent / unit »."""
    if within is None:
        parent, slash, unit = name.partition(" / ")
        if not slash:
            return folded(name)
        within, name = parent, unit
    return f"{folded(within)} / {folded(name)}"


def decision_keys(name: Name) -> tuple[str, ...]:
    """The keys under which a decision may name *name*, the most exact first."""
    if name.within is None:
        return (folded(name.raw),)
    own = own_text(name.raw, name.within)
    exact = name_key(own, name.within)
    return (exact,) if own == name.raw else (exact, folded(name.raw))


@dataclass(frozen=True)
class Decided:
    """Undone decisions are not here."""

    merges: tuple[Decision, ...] = ()
    splits: dict[frozenset[str], Decision] = field(default_factory=dict)
    units: dict[str, Decision] = field(default_factory=dict)
    not_partners: dict[str, Decision] = field(default_factory=dict)
    names: dict[str, Decision] = field(default_factory=dict)
    cuts: dict[str, Decision] = field(default_factory=dict)

    @classmethod
    def of(cls, decisions: Iterable[Decision]) -> "Decided":
        """Raises Conflict when two decisions cannot both hold."""
        active = sorted((d for d in decisions if d.undone_at is None), key=lambda d: (d.decided_at, d.id))
        by_kind: dict[DecisionKind, list[Decision]] = {kind: [] for kind in DecisionKind}
        for decision in active:
            by_kind[decision.kind].append(decision)
        found = cls(
            merges=tuple(by_kind[DecisionKind.MERGE]),
            splits={
                frozenset({name_key(a), name_key(b)}): d
                for d in by_kind[DecisionKind.SPLIT]
                for i, a in enumerate(d.names)
                for b in d.names[i + 1 :]
            },
            units=_units(by_kind[DecisionKind.UNIT_OF]),
            not_partners={name_key(n): d for d in by_kind[DecisionKind.NOT_A_PARTNER] for n in d.names},
            names={name_key(d.names[0]): d for d in by_kind[DecisionKind.NAME]},
            cuts={folded(d.names[0]): d for d in by_kind[DecisionKind.CUT]},
        )
        found._check()
        return found

    def groups(self) -> dict[str, str]:
        """Each merged name → the name that stands for its group."""
        parent: dict[str, str] = {}

        def root(key: str) -> str:
            while parent.setdefault(key, key) != key:
                key = parent[key]
            return key

        for decision in self.merges:
            first = root(name_key(decision.names[0]))
            for name in decision.names[1:]:
                parent[root(name_key(name))] = first
        return {key: root(key) for key in parent}

    def _check(self) -> None:
        groups = self.groups()
        for pair, decision in self.splits.items():
            if len(pair) == 1:
                raise Conflict(
                    f"Ces deux mentions s'écrivent de la même façon : {_quoted(dict.fromkeys(decision.names))}. "
                    "Pour les séparer, écrire dans la liste ce qui les distingue, la commune par exemple."
                )
            roots = {groups.get(key, key) for key in pair}
            if len(roots) == 1:
                raise Conflict(
                    "Deux décisions se contredisent : l'une réunit et l'autre sépare " + _quoted(sorted(pair)) + "."
                )
        for key in self.not_partners:
            if key in groups:
                raise Conflict(
                    f"Deux décisions se contredisent : {_quoted([key])} n'est pas un partenaire, "
                    "mais une fusion le nomme."
                )
        self._check_units(groups)

    def _check_units(self, groups: dict[str, str]) -> None:
        parents: dict[str, str] = {}
        for key, decision in self.units.items():
            child, parent = groups.get(key, key), name_key(decision.names[1])
            parent = groups.get(parent, parent)
            if parents.setdefault(child, parent) != parent:
                raise Conflict(f"Deux décisions se contredisent sur l'organisation dont dépend {_quoted([key])}.")
        for start in parents:
            seen, at = [start], parents[start]
            while at in parents and at not in seen:
                seen.append(at)
                at = parents[at]
            if at in seen:
                raise Conflict(
                    "Des décisions tournent en rond, chacune étant l'unité de l'autre : " + _quoted(seen) + "."
                )


def _units(decisions: Iterable[Decision]) -> dict[str, Decision]:
    found: dict[str, Decision] = {}
    for decision in decisions:
        key = name_key(decision.names[0])
        other = found.get(key)
        if other is not None and name_key(other.names[1]) != name_key(decision.names[1]):
            raise Conflict(
                f"Deux décisions se contredisent sur l'organisation dont dépend « {decision.names[0]} » : "
                f"« {other.names[1]} » et « {decision.names[1]} »."
            )
        found[key] = decision
    return found


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"« {name} »" for name in names)
