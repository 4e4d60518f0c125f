"""A reader who wants hidden numbers back: linear programs over everything published, and everything that is true of it.

Written without looking at how publications are made: from their tables, the directory and the closed lists alone. Of
each kind of relation, those that happen to be true of these people are given, even where nobody could know it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import networkx as nx
import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

Cell = tuple[str, str, str]
"""Table, row, column."""
Truth = Mapping[Cell, int]

HIDDEN = (0.0, 10.0)
_SMALL = 1e-6


@dataclass
class Attacker:
    """What is known of each number, and the inequalities between them: `least` ≤ sum of factor × number ≤ `most`."""

    known: dict[Cell, tuple[float, float]] = field(default_factory=dict)
    rows: list[tuple[dict[Cell, int], float, float]] = field(default_factory=list)

    def add(self, factors: Mapping[Cell, int], least: float, most: float) -> None:
        self.rows.append((dict(factors), least, most))

    def sums(self, whole: Cell, parts: Iterable[Cell]) -> None:
        self.add({whole: -1, **dict.fromkeys(parts, 1)}, 0, 0)

    def covers(self, whole: Cell, parts: Iterable[Cell]) -> None:
        """The parts add up to the whole at least."""
        self.add({whole: -1, **dict.fromkeys(parts, 1)}, 0, inf)

    def within(self, part: Cell, whole: Cell) -> None:
        self.add({whole: 1, part: -1}, 0, inf)

    def solved(self) -> "Solved":
        return Solved(self)


class Program:
    """Numbers that relations join, and what bounds them."""

    def __init__(
        self,
        own: Sequence[Cell],
        rows: Iterable[tuple[dict[Cell, int], float, float]],
        known: Mapping[Cell, tuple[float, float]],
    ) -> None:
        self._place = {cell: number for number, cell in enumerate(own)}
        at: list[tuple[int, int, float]] = []
        self._most: list[float] = []
        for factors, low, high in rows:
            fixed = sum(f * known[cell][0] for cell, f in factors.items() if cell not in self._place)
            for sign, bound in ((1, high - fixed), (-1, fixed - low)):
                if bound < inf:
                    at += [(len(self._most), self._place[c], sign * f) for c, f in factors.items() if c in self._place]
                    self._most.append(bound)
        self._matrix = csr_matrix(
            ([f for _, _, f in at], ([r for r, _, _ in at], [c for _, c, _ in at])), shape=(len(self._most), len(own))
        )
        self._bounds = [known[cell] for cell in own]

    def most(self, cell: Cell, sign: int) -> float:
        """The highest it can be; the lowest for the sign -1."""
        wanted = np.zeros(len(self._place))
        wanted[self._place[cell]] = -sign
        relations = {"A_ub": self._matrix, "b_ub": self._most} if self._most else {}
        found = linprog(wanted, bounds=self._bounds, method="highs", **relations)
        if found.status == 3:
            return sign * inf
        assert found.status == 0, found.message
        return -sign * float(found.fun)


class Solved:
    """The numbers that are known exactly are put in once; the others are bounded one by one, with their relations."""

    def __init__(self, attacker: Attacker) -> None:
        self.known = attacker.known
        self.open = [cell for cell, (low, high) in attacker.known.items() if low < high]
        self._program: dict[Cell, Program] = {}
        unknown = set(self.open)
        rows: list[tuple[dict[Cell, int], float, float]] = []
        for factors, low, high in attacker.rows:
            if unknown.isdisjoint(factors):
                fixed = sum(f * attacker.known[cell][0] for cell, f in factors.items())
                assert low <= fixed <= high, "what the attacker believes is not true"
            else:
                rows.append((factors, low, high))
        graph: nx.Graph[Cell] = nx.Graph()
        graph.add_nodes_from(self.open)
        for factors, _, _ in rows:
            nx.add_star(graph, [cell for cell in factors if cell in unknown])
        for part in nx.connected_components(graph):
            own = sorted(part)
            program = Program(own, [row for row in rows if not part.isdisjoint(row[0])], attacker.known)
            self._program.update(dict.fromkeys(own, program))

    def interval(self, cell: Cell) -> tuple[float, float]:
        if cell not in self._program:
            return self.known[cell]
        return self._program[cell].most(cell, -1), self._program[cell].most(cell, 1)

    def exactly(self, cell: Cell, truth: int) -> bool:
        """Whether no other whole number than the true one is left."""
        program = self._program.get(cell)
        if program is None:
            return True
        return program.most(cell, 1) < truth + 1 - _SMALL and program.most(cell, -1) > truth - 1 + _SMALL

    def free(self, cell: Cell) -> bool:
        """Whether anything from zero to ten is left."""
        low, high = self.interval(cell)
        return low <= HIDDEN[0] + _SMALL and high >= HIDDEN[1] - _SMALL


def rounded(value: int) -> tuple[float, float]:
    """What a told number leaves: it counts eleven at least, and was rounded to five."""
    return max(11.0, value - 2.0), value + 2.0


def kept(value: int) -> tuple[float, float]:
    """What a told number leaves that a new version repeats: no eleven people came or went since, rounding apart."""
    return max(0.0, value - 12.0), value + 12.0


def hidden(truth: Truth, shown: Iterable[Cell], family: Callable[[Cell], object]) -> dict[Cell, tuple[float, float]]:
    """What hidden cells leave: ten at most where every hidden one of their family is, which the attacker knows."""
    seen = set(shown)
    largest: defaultdict[object, int] = defaultdict(int)
    for cell, persons in truth.items():
        if cell not in seen:
            largest[family(cell)] = max(largest[family(cell)], persons)
    return {cell: (0.0, 10.0 if largest[family(cell)] <= 10 else inf) for cell in truth if cell not in seen}
