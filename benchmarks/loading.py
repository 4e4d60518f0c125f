"""Loading partners with their services into each store, beside the bare writes of the same rows.

In SQLite the floor is one `executemany` a table in one transaction, into a file with the same schema and pragmas, of
every row that the store wrote. In Neo4j it is `UNWIND $rows` of the same nodes, then of the same edges, 5,000 rows at
a time in one transaction, into a server with the same constraints. Each load finds an empty database.
"""

import asyncio
import gc
import sqlite3
import tempfile
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, LiteralString

from neo4j import AsyncDriver

from benchmarks.directories import directory
from benchmarks.rounds import table, times
from graph.directory import Change, Directory
from graph.model import IdempotencyKey
from graph.neo4j_store import open_neo4j
from graph.sqlite_store import SqliteStore
from graph.store import PartnerStore
from loaders.reference import reference
from maillage.local_neo4j import LocalNeo4j

PARTNERS = 20_000
ROUNDS = 3
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Loaded:
    rows: int
    through: float
    bare: float


async def prepared(store: PartnerStore) -> None:
    await store.migrate()
    await store.save_reference(reference())


async def applied(store: PartnerStore, change: Change) -> float:
    gc.collect()
    started = time.perf_counter()
    await store.apply(change, expected=0, key=IdempotencyKey("load"))
    return time.perf_counter() - started


async def sqlite(change: Change) -> Loaded:
    with tempfile.TemporaryDirectory() as folder:
        return await _sqlite(change, (Path(folder) / "through.db", Path(folder) / "bare.db"))


async def _sqlite(change: Change, paths: tuple[Path, Path]) -> Loaded:
    for path in paths:
        store = SqliteStore(path)
        await prepared(store)
        await store.close()
    before = _counted(paths[0])
    store = SqliteStore(paths[0])
    through = await applied(store, change)
    await store.close()
    rows = _rows(paths[0], before)
    gc.collect()
    with closing(sqlite3.connect(paths[1], isolation_level=None)) as bare:
        bare.execute("PRAGMA foreign_keys = ON")
        bare.execute("PRAGMA synchronous = FULL")
        started = time.perf_counter()
        bare.execute("BEGIN IMMEDIATE")
        bare.execute("PRAGMA defer_foreign_keys = ON")
        for statement, values in rows.values():
            bare.executemany(statement, values)
        bare.execute("COMMIT")
        taken = time.perf_counter() - started
    if _counted(paths[1]) != _counted(paths[0]):
        raise AssertionError("the bare file holds other rows")
    return Loaded(sum(len(values) for _, values in rows.values()), through, taken)


def _tables(connection: sqlite3.Connection) -> list[str]:
    made = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rootpage"
    return [name for (name,) in connection.execute(made)]


def _counted(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as connection:
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - its own tables
            for name in _tables(connection)
        }


def _rows(path: Path, before: dict[str, int]) -> dict[str, tuple[str, list[Any]]]:
    """What `apply` wrote: of each table that was empty before it, how to insert and what."""
    with closing(sqlite3.connect(path)) as connection:
        found = {}
        for name in _tables(connection):
            if before[name]:
                continue
            rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608 - its own tables
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                found[name] = (f'INSERT INTO "{name}" VALUES ({marks})', rows)  # noqa: S608 - its own tables
        return found


NODES: LiteralString = """
MATCH (n:Partner|Service|Mention|Board)
RETURN labels(n)[0] AS label, collect(properties(n)) AS found
"""
EDGES: LiteralString = """
MATCH (a:Partner|Service)-[r]->(b)
RETURN labels(a)[0] AS start, type(r) AS kind, labels(b)[0] AS end,
  collect({a: a.id, b: coalesce(b.id, b.code), of: properties(r)}) AS found
"""
EMPTIED = (
    "MATCH (:Partner|Service)-[r]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 10000 ROWS",
    "MATCH (n:Partner|Service|Mention|Board) CALL (n) { DELETE n } IN TRANSACTIONS OF 10000 ROWS",
    "MATCH (n:IdempotencyKey) DELETE n",
    "MATCH (d:Directory) SET d.stamp = 0",
)


async def neo4j(change: Change, server: LocalNeo4j) -> Loaded:
    store = open_neo4j(server.uri, user=server.user, password=server.password)
    driver = store.connection.driver
    try:
        await prepared(store)
        await _emptied(driver)
        through = await applied(store, change)
        writes, rows, counted = await _bare_writes(driver)
        await _emptied(driver)
        gc.collect()
        started = time.perf_counter()
        async with driver.session(database="neo4j") as session:
            await session.execute_write(_write, writes)
        taken = time.perf_counter() - started
        if (await _bare_writes(driver))[2] != counted:
            raise AssertionError("the bare database holds other nodes or edges")
        await _emptied(driver)
    finally:
        await store.close()
    return Loaded(rows, through, taken)


async def _write(tx: Any, writes: list[tuple[str, list[Any]]]) -> None:
    for statement, values in writes:
        for start in range(0, len(values), BATCH):
            await (await tx.run(statement, rows=values[start : start + BATCH])).consume()


async def _emptied(driver: AsyncDriver) -> None:
    async with driver.session(database="neo4j") as session:
        for statement in EMPTIED:
            await (await session.run(statement)).consume()


async def _bare_writes(driver: AsyncDriver) -> tuple[list[tuple[str, list[Any]]], int, dict[str, int]]:
    """Statements with their rows, nodes first; how many rows; how many of each kind."""
    writes: list[tuple[str, list[Any]]] = []
    counted: defaultdict[str, int] = defaultdict(int)
    async with driver.session(database="neo4j") as session:
        for record in await (await session.run(NODES)).fetch(1_000):
            label = record["label"]
            writes.append((f"UNWIND $rows AS row CREATE (n:{label}) SET n = row", record["found"]))
            counted[label] += len(record["found"])
        for record in await (await session.run(EDGES)).fetch(1_000):
            start, kind, end = record["start"], record["kind"], record["end"]
            key = "id" if end in ("Partner", "Service", "Mention", "Board") else "code"
            create = f"MATCH (a:{start} {{id: row.a}}) MATCH (b:{end} {{{key}: row.b}}) CREATE (a)-[r:{kind}]->(b)"
            described = " SET r = row.of" if any(edge["of"] for edge in record["found"]) else ""
            writes.append((f"UNWIND $rows AS row {create}{described}", record["found"]))
            counted[f"{start}-{kind}->{end}"] += len(record["found"])
    return writes, sum(counted.values()), dict(counted)


def changed(held: Directory) -> Change:
    return Change(tuple(held.partners.values()), tuple(held.services.values()))


def row(label: str, change: Change, found: list[Loaded]) -> list[str]:
    def rate(seconds: list[float]) -> str:
        return f"{found[0].rows / median(seconds):,.0f}"

    return [
        label,
        f"{len(change.partners):,} + {len(change.services):,}",
        f"{found[0].rows:,}",
        f"{median(one.through for one in found):.2f} s",
        rate([one.through for one in found]),
        rate([one.bare for one in found]),
        times(median(one.through / one.bare for one in found)),
    ]


async def main(partners: int = PARTNERS, rounds: int = ROUNDS) -> str:
    gc.set_threshold(50_000)
    change = changed(directory(partners))
    rows = [row("SQLite", change, [await sqlite(change) for _ in range(rounds)])]
    with LocalNeo4j(heap="1g") as server:
        await neo4j(changed(directory(500)), server)  # the server compiles what it runs often
        rows.append(row("Neo4j", change, [await neo4j(change, server) for _ in range(rounds)]))
    head = ["store", "partners + services", "rows", "`apply`", "rows/s", "bare rows/s", "`apply` to bare"]
    return table("Loading into each store", head, rows)


if __name__ == "__main__":
    print(asyncio.run(main()))
