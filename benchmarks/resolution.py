"""Resolving generated lists of 5,000, 10,000 and 20,000 mentions: the time may grow as n log n, not faster.

Processor time is measured, sizes one after the other in each round.
"""

import gc
import time
from math import log
from statistics import median

from benchmarks.names import mentions
from benchmarks.rounds import table, times
from graph.resolution import resolve
from loaders import lexicon

SIZES = (5_000, 10_000, 20_000)
ROUNDS = 3


def seconds(number: int) -> tuple[float, int]:
    """Of one resolution, and how many partners it found."""
    given = mentions(number)
    gc.collect()
    started = time.process_time()
    partners = len(resolve(given, (), lexicon.packaged()).partners)
    return time.process_time() - started, partners


def main(sizes: tuple[int, ...] = SIZES, rounds: int = ROUNDS) -> str:
    gc.set_threshold(50_000)
    seconds(200)
    found = [[seconds(size) for size in sizes] for _ in range(rounds)]
    rows = []
    for at, size in enumerate(sizes):
        taken = median(one[at][0] for one in found)
        grown = median(one[at][0] / one[0][0] for one in found)
        bound = size * log(size) / (sizes[0] * log(sizes[0]))
        exponent = log(grown) / log(size / sizes[0]) if at else 1.0
        rows.append(
            [
                f"{size:,}",
                f"{found[0][at][1]:,}",
                f"{taken:.2f} s",
                f"{1e6 * taken / size:.0f} µs",
                times(grown),
                times(bound),
                f"n^{exponent:.2f}" if at else "",
            ]
        )
    head = ["mentions", "partners", "processor time", "each", "grown", "n log n would", "exponent"]
    return table("Resolution of generated mentions", head, rows)


if __name__ == "__main__":
    print(main())
