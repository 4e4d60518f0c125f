"""A simulated year, and the year before it, evaluated whole: 700 young people a year, and a hundred times as many.

`evaluate` is what the command and the page compute: every question to the store, then the measures and findings. The
size is that of the file, or of the folder of the database. Alone it leaves out the large year on Neo4j, which takes
five minutes to fill: `python -m benchmarks.evaluating --whole`.
"""

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import loaders.decisions
import loaders.lists
from benchmarks.rounds import table
from graph.model import IdempotencyKey
from graph.neo4j_store import open_neo4j
from graph.sqlite_store import SqliteStore
from graph.store import Store
from loaders.reference import reference
from maillage.loading import load
from maillage.local_neo4j import LocalNeo4j
from maillage.simulating import simulate
from resolvers.context import today
from resolvers.evaluation import Wanted, evaluated

YEAR, SEED = 2025, 17
SMALL, LARGE = 700, 70_000
ROUNDS = 7


async def measured(name: str, store: Store, youths: int, size: Callable[[], int]) -> list[str]:
    await load(store, loaders.lists.packaged(), loaders.decisions.packaged(), key=IdempotencyKey("bench"))
    started = time.perf_counter()
    made = await simulate(store, year=YEAR, seed=SEED, youths=youths)
    filled = time.perf_counter() - started
    directory = await store.directory()
    taken: list[float] = []
    findings = 0
    for number in range(ROUNDS + 1):
        gc.collect()
        started = time.perf_counter()
        found = await evaluated(store, directory, reference(), Wanted(), today())
        if number:
            taken.append(time.perf_counter() - started)
        findings = len(found.findings)
    return [
        name,
        f"{youths:,}",
        f"{made.referrals:,}",
        f"{filled:.0f} s",
        f"{size() / 1e6:,.0f} MB",
        f"{median(taken):.2f} s",
        str(findings),
    ]


async def sqlite(youths: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "year.db"
        store = SqliteStore(path)
        try:
            return await measured("SQLite", store, youths, lambda: path.stat().st_size)
        finally:
            await store.close()


async def neo4j(youths: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder, LocalNeo4j(Path(folder), heap="4g") as server:
        store = open_neo4j(server.uri, user=server.user, password=server.password)
        try:
            return await measured("Neo4j", store, youths, lambda: _size(Path(folder)))
        finally:
            await store.close()


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in (folder / "data" / "databases").rglob("*") if file.is_file())


async def main(*, whole: bool = False) -> str:
    rows = [await sqlite(SMALL), await neo4j(SMALL), await sqlite(LARGE)]
    if whole:
        rows.append(await neo4j(LARGE))
    head = ["store", "young people a year", "referrals", "filled in", "size", "`evaluate`, p50", "findings"]
    return table("A simulated year evaluated", head, rows)


if __name__ == "__main__":
    print(asyncio.run(main(whole="--whole" in sys.argv)))
