"""Counts, edges and agreements as if everything had been sent to the partners that stand now. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace

from graph.agreement import Agreement
from graph.counted import Counted, added
from graph.edges import Edge, EdgeKind
from graph.model import PartnerId
from graph.tallies import Count, Key, Tally, Waited
from graph.usage import fold

Merged = Mapping[PartnerId, PartnerId]
"""What `graph.merged.standing_for` finds."""


def regrouped(counted: Counted, merged: Merged, people: Iterable[Count]) -> Counted:
    """*counted* as if everything had been sent to the partners that stand now.

    *people*: distinct young people of each partner that stands for another one: those of several cannot be added up.
    """
    if not merged:
        return counted
    told = {row.key: row for row in counted.people_of_partners if row.key[0] not in merged}
    told |= {row.key: row for row in people}
    return replace(
        counted,
        partners=_tallies(counted.partners, merged),
        months=_tallies(counted.months, merged),
        months_before=_tallies(counted.months_before, merged),
        publics=_tallies(counted.publics, merged),
        situations=_tallies(counted.situations, merged),
        needs=added(counted.needs, _now(merged, 2)),
        people_of_partners=tuple(row for _, row in sorted(told.items()) if row.n),
        waited=_waits(counted.waited, merged),
        edges=edges(counted.edges, merged),
        agreements=agreements(counted.agreements, merged),
    )


def edges(found: Iterable[Edge], merged: Merged) -> tuple[Edge, ...]:
    """Added up where they became one; of a partner with itself nothing is left."""
    if not merged:
        return tuple(found)
    added: dict[tuple[EdgeKind, PartnerId, PartnerId, str], Edge] = {}
    for edge in found:
        source, target = merged.get(edge.source, edge.source), merged.get(edge.target, edge.target)
        if source == target:
            continue
        if edge.kind is EdgeKind.CO_SUPPORTS:
            source, target = sorted((source, target))
        key = edge.kind, source, target, edge.month
        held = added.get(key)
        numbers = {name: getattr(edge, name) + (0 if held is None else getattr(held, name)) for name in _NUMBERS}
        added[key] = replace(edge, source=source, target=target, **numbers)
    return tuple(added.values())


_NUMBERS = tuple(field.name for field in fields(Edge) if field.name not in ("kind", "source", "target", "month"))


def agreements(found: Iterable[Agreement], merged: Merged) -> tuple[Agreement, ...]:
    return tuple(replace(one, partners=frozenset(merged.get(p, p) for p in one.partners)) for one in found)


def scoped(partners: frozenset[PartnerId], merged: Merged) -> frozenset[PartnerId]:
    """*partners* that stand now, with those that they stand for."""
    return frozenset(p for p in partners if p not in merged) | {old for old, now in merged.items() if now in partners}


def _now(merged: Merged, place: int = 0) -> Callable[[Key], Key]:
    def key(key: Key) -> Key:
        id = PartnerId(key[place])
        return (*key[:place], merged.get(id, id), *key[place + 1 :])

    return key


def _tallies(rows: Iterable[Tally], merged: Merged) -> tuple[Tally, ...]:
    return tuple(fold(rows, _now(merged)).values())


def _waits(rows: Iterable[Waited], merged: Merged) -> tuple[Waited, ...]:
    now = _now(merged)
    found: dict[tuple[Key, int, bool], int] = {}
    for row in rows:
        key = now(row.key), row.days, row.answered
        found[key] = found.get(key, 0) + row.n
    return tuple(Waited(key, days, answered, n) for (key, days, answered), n in sorted(found.items()))
