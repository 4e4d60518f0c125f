"""Every hostile request of the tests, answered in process: none may take long. The bound is 50 ms.

Each is asked first of a fresh application (nothing is cached), then nine times more; the first and the median count.
"""

import asyncio
import gc
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.graphql_suggest import filled, requested
from benchmarks.rounds import ms, table
from loaders.directory import knowledge
from maillage.app import create_app
from tests.attack.test_hostile_requests import BODIES, DOCUMENTS

SHOWN = 5


async def main() -> str:
    gc.set_threshold(50_000)
    with tempfile.TemporaryDirectory() as folder:
        store = await filled(Path(folder) / "packaged.db")
        app = create_app(store, knowledge())
        corpus = {**DOCUMENTS, **BODIES}
        found: dict[str, tuple[float, float, int]] = {}
        for name, content in corpus.items():
            times = []
            for _ in range(10):
                started = time.perf_counter()
                status, _ = await requested(app, content)
                times.append(time.perf_counter() - started)
            found[name] = (times[0], median(times[1:]), status)
        await store.close()
    slowest = sorted(found, key=lambda name: -found[name][0])[:SHOWN]
    rows = [[name, str(found[name][2]), ms(found[name][0]), ms(found[name][1])] for name in slowest]
    rows.append(
        [
            f"all {len(found)}, median",
            "",
            ms(median(first for first, _, _ in found.values())),
            ms(median(again for _, again, _ in found.values())),
        ]
    )
    return table(f"Hostile requests, the {SHOWN} slowest", ["request", "status", "first time", "again"], rows)


if __name__ == "__main__":
    print(asyncio.run(main()))
