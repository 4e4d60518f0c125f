"""What may be said of people in a publication: which counts are told, and how. Pure.

A count is told when it, and what it is counted in, are of eleven persons at least; zero and one to ten look the same;
what is told is rounded to five. Hidden counts stay hidden from whoever adds and subtracts: the rules below suppose a
reader who knows every told number, and every sum of them, exactly. They hold all the more for one who knows them
rounded, in one version or in several, and a hidden count may then be anything from zero to ten.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import inf

LEAST = 11
"""Persons, of a count and of what it is counted in."""
STEP = 5
BASE = 30
"""Persons, before a percentage of them is said."""
MOST = 90
"""Per cent of a group that may share what is told of it; beyond, one knows it of each of them."""
_HIDDEN = LEAST - 1

Key = tuple[str, str, str]
"""Of a cell: its table, its row, its column."""


def rounded(persons: int) -> int:
    """To the nearest five."""
    return (persons + STEP // 2) // STEP * STEP


def percentage(part: int | None, whole: int | None) -> int | None:
    """Of two told counts; None when one of them is hidden, or the whole too small."""
    if part is None or whole is None or whole < BASE:
        return None
    return min(100, (100 * part + whole // 2) // whole)


@dataclass(frozen=True, slots=True)
class Cell:
    """A count of persons as it is. `of`: what it is counted in, told wherever this one is.

    `shared`: says something of everybody it is counted in, once nearly all of them are in it. `split`: as a part of
    `of`, which is a base of percentages: the rest of it is of eleven too. `together`: with the others of that name,
    all are told or none. `margin`: left out when it cannot be told, where another cell is told to be hidden.
    """

    persons: int
    of: Key | None = None
    shared: bool = False
    split: bool = False
    together: str | None = None
    margin: bool = False


class Kind(StrEnum):
    SUM = "sum"  # the whole is the sum of the parts: everybody is in one
    COVER = "cover"  # everybody of the whole is in one part at least
    WITHIN = "within"  # the parts add up to the whole at most


@dataclass(frozen=True, slots=True)
class Relation:
    """What is true of cells whatever they hold, and known to everybody."""

    kind: Kind
    whole: Key
    parts: tuple[Key, ...]


def told(cells: Mapping[Key, Cell], relations: Iterable[Relation]) -> frozenset[Key]:
    """The cells that are told. Hiding one may call for another: until nothing calls for more."""
    known = list(relations)
    shown = {key for key in cells if _by_itself(key, cells)}
    while True:
        before = len(shown)
        _with_others(cells, shown)
        for relation in known:
            _guarded(relation, cells, shown, known)
        if len(shown) == before:
            return frozenset(shown)


def broken(
    cells: Mapping[Key, Cell], relations: Iterable[Relation], shown: Iterable[Key]
) -> tuple[Relation | Key, ...]:
    """What gives a hidden count back, or hides a whole whose parts are told, if exactly *shown* were told."""
    at_first = set(shown)
    alone: list[Relation | Key] = list(at_first - _kept(cells, at_first))
    return (*alone, *(r for r in relations if not _safe(r, cells, at_first)))


def _by_itself(key: Key, cells: Mapping[Key, Cell]) -> bool:
    cell = cells[key]
    if cell.persons < LEAST:
        return False
    if cell.of is None:
        return True
    whole = cells[cell.of].persons
    if whole < LEAST or (cell.shared and 100 * cell.persons > MOST * whole):
        return False
    return not cell.split or (whole >= BASE and whole - cell.persons >= LEAST)


def _with_others(cells: Mapping[Key, Cell], shown: set[Key]) -> None:
    shown &= _kept(cells, shown)


def _kept(cells: Mapping[Key, Cell], shown: Iterable[Key]) -> set[Key]:
    """Those whose whole, and whose companions, are told."""
    kept = set(shown)
    while True:
        parted = {cell.together for key, cell in cells.items() if cell.together is not None and key not in kept}
        gone = {key for key in kept if cells[key].together in parted or cells[key].of not in {None, *kept}}
        if not gone:
            return kept
        kept -= gone


def _guarded(relation: Relation, cells: Mapping[Key, Cell], shown: set[Key], known: Iterable[Relation]) -> None:
    """Takes out of *shown* what makes *relation* safe: its smallest parts, or its whole."""
    while not _safe(relation, cells, shown):
        parts = [key for key in relation.parts if key in shown]
        if relation.kind is Kind.SUM and parts:
            shown.discard(min(parts, key=lambda key: (cells[key].persons, str(key))))
            continue
        if relation.kind is not Kind.SUM and cells[relation.whole].margin:
            shown.discard(relation.whole)
            continue
        # a whole that cannot be told takes all its divisions with it: any of them gives it back
        shown.discard(relation.whole)
        for other in known:
            if other.whole == relation.whole and other.kind is Kind.SUM:
                shown.difference_update(other.parts)
        return


def _safe(relation: Relation, cells: Mapping[Key, Cell], shown: set[Key]) -> bool:
    """Whether each hidden part can be anything from zero to ten, the rest being known exactly."""
    keys = [key for key in relation.parts if key not in shown]
    hidden = [cells[key].persons for key in keys]
    if not hidden:
        return True
    if relation.kind is not Kind.SUM and relation.whole not in shown:
        return True
    if relation.kind is Kind.WITHIN:
        return sum(hidden) >= _HIDDEN
    room = _HIDDEN * (len(hidden) - 1)  # what the others hold at most, when one holds nobody
    if relation.kind is Kind.COVER:
        told_parts = sum(cells[key].persons for key in relation.parts if key in shown)
        whole = cells[relation.whole].persons
        if told_parts + sum(hidden) <= whole and sum(hidden) < _HIDDEN:
            return False  # nobody happens to be in two parts: who guesses it would know that so few are in these
        return told_parts + room >= whole
    if len(hidden) == len(relation.parts) and relation.whole not in shown:
        return True
    if max(hidden) > _HIDDEN:
        return len(hidden) > 1 and _absorbed(keys, cells, shown)
    return _HIDDEN <= sum(hidden) <= room


def _absorbed(keys: list[Key], cells: Mapping[Key, Cell], shown: set[Key]) -> bool:
    """Whether the others can hold all that these hold, whichever of them that is small holds nobody."""
    most = {key: inf if (of := cells[key].of) is None or of not in shown else cells[of].persons for key in keys}
    whole, room = sum(cells[key].persons for key in keys), sum(most.values())
    return all(
        room == inf or room - most[key] >= whole
        for key in keys
        if cells[key].together is None or cells[key].persons < LEAST
    )
