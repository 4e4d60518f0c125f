"""Sides measured in turn, in one run: what shares the machine weighs on all of them alike."""

import gc
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

Side = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Rounds:
    """Seconds of one call, the median of each round, by side."""

    times: Mapping[str, Sequence[float]]

    def seconds(self, side: str) -> float:
        return median(self.times[side])

    def ratio(self, side: str, floor: str) -> float:
        """Median of the ratios of each round."""
        return median(a / b for a, b in zip(self.times[side], self.times[floor], strict=True))


async def interleaved(sides: Mapping[str, Side], *, rounds: int, calls: int) -> Rounds:
    """Every side *calls* times in each round, call by call in turn, after one round that is not counted."""
    times: dict[str, list[float]] = {name: [] for name in sides}
    names = list(sides)
    for number in range(rounds + 1):
        taken: dict[str, list[float]] = {name: [] for name in sides}
        for call in range(calls):
            turn = call % len(names)
            for name in names[turn:] + names[:turn]:
                started = time.perf_counter()
                await sides[name]()
                taken[name].append(time.perf_counter() - started)
        gc.collect()
        if number:
            for name, found in taken.items():
                times[name].append(median(found))
    return Rounds(times)


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """In Markdown, for `README.md`."""
    lines = [f"### {title}", "", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows), ""])


def ms(seconds: float) -> str:
    return f"{1000 * seconds:.2f} ms"


def times(ratio: float) -> str:
    return f"{ratio:.2f} ×"
