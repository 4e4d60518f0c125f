"""The suggestion alone, without store or API: the packaged directory, 200 generated partners and 20,000.

The bounds are 2 ms at 200 partners and 20 ms at 20,000, for a request of three needs. The first suggestion of a
snapshot also makes the index of its services ready. Processor time: one thread that waits for nothing.
"""

import gc
import time
from collections.abc import Iterable
from statistics import median

from benchmarks.directories import TODAY, directory, request
from benchmarks.rounds import ms, table
from graph.directory import Directory
from graph.model import Request
from graph.suggestion import suggest
from loaders.directory import packaged_directory
from loaders.reference import reference

REQUESTS = 60


def measured(held: Directory, requests: Iterable[Request]) -> list[tuple[float, float, int]]:
    """For each request: seconds of the suggestion, of its exclusions, and how many partners fit."""
    found = []
    for one in requests:
        started = time.process_time()
        suggestion = suggest(one, held, reference(), TODAY)
        suggested = time.process_time()
        len(suggestion.excluded)
        found.append((suggested - started, time.process_time() - suggested, suggestion.eligible))
    return found


def row(label: str, held: Directory, needs: int) -> list[str]:
    requests = [request(needs, seed) for seed in range(REQUESTS)]
    measured(held, requests[:10])
    rounds = [measured(held, requests) for _ in range(3)]
    best = [min(times) for times in zip(*([t for t, _, _ in found] for found in rounds), strict=True)]
    return [
        label,
        str(needs),
        ms(median(median(t for t, _, _ in found) for found in rounds)),
        ms(max(best)),
        ms(median(median(e for _, e, _ in found) for found in rounds)),
        str(round(median(n for _, _, n in rounds[0]))),
    ]


def main() -> str:
    gc.set_threshold(50_000)
    rows = []
    for label, held in (
        ("packaged", packaged_directory()),
        ("200 partners", directory(200)),
        ("20,000 partners", directory(20_000)),
    ):
        started = time.process_time()
        _ = held.admission
        ready = time.process_time() - started
        gc.collect()
        for needs in (3, 12):
            rows.append([*row(label, held, needs), ms(ready) if needs == 3 else ""])
    head = ["directory", "needs", "median", "slowest request", "exclusions, when read", "partners that fit", "index"]
    return table("Suggestion alone", head, rows)


if __name__ == "__main__":
    print(main())
