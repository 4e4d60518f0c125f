"""One referral written through each store, beside its bare driver sending the very same statements.

The statements of one `follow` are recorded, then sent again with other ids: by the driver in a managed transaction, by
`sqlite3` on a connection with the same settings. At one client, and at eight at once.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from neo4j import AsyncDriver, AsyncManagedTransaction

import loaders.decisions
import loaders.lists
from benchmarks.rounds import ms, table, times
from graph.directory import Directory
from graph.entry import Entry
from graph.follow_rules import kept
from graph.follow_store import FollowStore
from graph.intake import AgeBand, Intake, IntakeId, ProgrammeCode
from graph.model import CommuneCode, IdempotencyKey, NeedCode, PartnerKind, Service
from graph.neo4j_store import open_neo4j
from graph.referral import ActorId, Direction, Event, Mode, Referral, ReferralId, State
from graph.sqlite_store import SqliteStore
from graph.store import Store
from loaders.reference import reference
from maillage.loading import load
from maillage.local_neo4j import LocalNeo4j

INTAKES = 500
WRITES = 240
"""Of each side, in each round."""
ROUNDS = 4
CLIENTS = (1, 8)
ROCHEFORT = CommuneCode("17299")
MOMENT = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)

Write = Callable[[], Awaitable[object]]
_numbers = count()


class Workload:
    """Referrals of young people of Rochefort, one after the other, towards every partner in turn."""

    def __init__(self, directory: Directory) -> None:
        self.site = min(p.id for p in directory.partners.values() if p.kind is PartnerKind.SITE)
        self.services: list[Service] = [
            s for _, s in sorted(directory.services.items()) if not s.internal and not s.closed
        ]

    def intakes(self) -> Entry:
        found = tuple(
            Intake(
                id=IntakeId(f"intake-{number}"),
                received_on=date(2026, 3, 2),
                age=19,
                commune=ROCHEFORT,
                programme=ProgrammeCode("cej"),
                site=self.site,
                needs=frozenset({NeedCode("permis"), NeedCode("sante-mentale")}),
            )
            for number in range(INTAKES)
        )
        return Entry(intakes=found)

    def entry(self, number: int) -> tuple[str, Entry]:
        service = self.services[number % len(self.services)]
        id = ReferralId(f"referral-{number:08}")
        referral = Referral(
            id=id,
            intake=IntakeId(f"intake-{number % INTAKES}"),
            sender=self.site,
            partner=service.partner,
            service=service.id,
            needs=frozenset({NeedCode("permis")}),
            mode=Mode.FOLLOWED,
            direction=Direction.OUTBOUND,
            epci=reference().communes[ROCHEFORT].epci,
            age_band=AgeBand.YOUNG,
            qpv=False,
            island=False,
            programme=ProgrammeCode("cej"),
        )
        event = Event(id, 1, MOMENT, None, State.ENVOYEE, ActorId("local"))
        return f"key-{number:08}", Entry(referrals=(referral,), events=(event,))


async def through(store: FollowStore, work: Workload) -> None:
    key, entry = work.entry(next(_numbers))
    await store.follow(entry, key=IdempotencyKey(key), call=key)


def renamed(value: Any, names: dict[str, str]) -> Any:
    """*value* with the ids of another write, wherever they stand."""
    if isinstance(value, str):
        for old, new in names.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, dict):
        return {key: renamed(item, names) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(renamed(item, names) for item in value)
    return value


def names_for(template: int, number: int, work: Workload) -> dict[str, str]:
    (old_key, old), (new_key, new) = work.entry(template), work.entry(number)
    before, after = old.referrals[0], new.referrals[0]
    return {
        **dict(zip(kept(IdempotencyKey(old_key), old_key), kept(IdempotencyKey(new_key), new_key), strict=True)),
        before.id: after.id,
        before.intake: after.intake,
        str(before.service): str(after.service),
        before.partner: after.partner,
    }


async def prepared(store: Store) -> Workload:
    await load(store, loaders.lists.packaged(), loaders.decisions.packaged(), key=IdempotencyKey("bench"))
    work = Workload(await store.directory())
    await store.follow(work.intakes(), key=IdempotencyKey("intakes"), call="intakes")
    for number in range(len(work.services)):  # every edge is there: each write counts one more
        key, entry = work.entry(10_000_000 + number)
        await store.follow(entry, key=IdempotencyKey(key), call=key)
    return work


# the bare sides

Statement = tuple[str, str, Any]
"""`execute` or `executemany`, the text, its parameters."""


class Recording(sqlite3.Connection):
    seen: list[Statement] | None = None

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if Recording.seen is not None:
            Recording.seen.append(("execute", sql, parameters))
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        rows = list(parameters)
        if Recording.seen is not None:
            Recording.seen.append(("executemany", sql, rows))
        return super().executemany(sql, rows)


@contextmanager
def recorded_by_sqlite() -> Iterator[None]:
    connect = sqlite3.connect
    with patch.object(sqlite3, "connect", lambda *args, **kw: connect(*args, **{**kw, "factory": Recording})):
        yield


class BareSqlite:
    """The same statements on one connection in one thread: SQLite has one writer."""

    def __init__(self, path: Path, template: int, statements: list[Statement], work: Workload) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._template, self._statements, self._work = template, statements, work
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA secure_delete = ON")
        self._connection.execute("PRAGMA synchronous = FULL")

    async def write(self) -> None:
        await asyncio.wrap_future(self._pool.submit(self._write, next(_numbers)))

    def _write(self, number: int) -> None:
        names = names_for(self._template, number, self._work)
        for kind, sql, parameters in renamed(self._statements, names):
            cursor = getattr(self._connection, kind)(sql, parameters)
            if kind == "execute":
                cursor.fetchall()

    def close(self) -> None:
        self._pool.submit(self._connection.close).result()
        self._pool.shutdown()


async def recorded_by_neo4j(store: FollowStore, template: int, work: Workload) -> list[tuple[str, Any]]:
    seen: list[tuple[str, Any]] = []
    run = AsyncManagedTransaction.run

    async def recording(self: AsyncManagedTransaction, query: Any, parameters: Any = None, **kw: Any) -> Any:
        seen.append((query, parameters))
        return await run(self, query, parameters, **kw)

    key, entry = work.entry(template)
    with patch.object(AsyncManagedTransaction, "run", recording):
        await store.follow(entry, key=IdempotencyKey(key), call=key)
    return seen


async def bare_neo4j(driver: AsyncDriver, template: int, statements: list[tuple[str, Any]], work: Workload) -> None:
    names = names_for(template, next(_numbers), work)
    mine = renamed(statements, names)

    async def send(tx: AsyncManagedTransaction) -> None:
        for query, parameters in mine:
            await (await tx.run(query, parameters)).consume()

    async with driver.session(database="neo4j") as session:
        await session.execute_write(send)


# measured


async def latencies(write: Write, clients: int) -> list[float]:
    taken: list[float] = []

    async def client() -> None:
        for _ in range(WRITES // clients):
            started = time.perf_counter()
            await write()
            taken.append(time.perf_counter() - started)

    await asyncio.gather(*(client() for _ in range(clients)))
    return taken


async def compared(name: str, through: Write, bare: Write) -> list[list[str]]:
    rows: list[list[str]] = []
    for clients in CLIENTS:
        sides: dict[str, tuple[Write, list[float]]] = {"through": (through, []), "bare": (bare, [])}
        for number in range(ROUNDS + 1):
            for write, medians in sides.values():
                found = await latencies(write, clients)
                if number:
                    medians.append(median(found))
        ours, floor = sides["through"][1], sides["bare"][1]
        ratio = median(a / b for a, b in zip(ours, floor, strict=True))
        rows.append([name, str(clients), ms(median(ours)), ms(median(floor)), times(ratio)])
    return rows


async def sqlite() -> list[list[str]]:
    with tempfile.TemporaryDirectory() as folder, recorded_by_sqlite():
        path = Path(folder) / "following.db"
        store = SqliteStore(path)
        work = await prepared(store)
        template = 20_000_000
        key, entry = work.entry(template)
        Recording.seen = []
        await store.follow(entry, key=IdempotencyKey(key), call=key)
        statements, Recording.seen = Recording.seen, None
        bare = BareSqlite(path, template, statements, work)
        try:
            return await compared("SQLite", lambda: through(store, work), bare.write)
        finally:
            bare.close()
            await store.close()


async def neo4j() -> list[list[str]]:
    with LocalNeo4j(heap="1g") as server:
        store = open_neo4j(server.uri, user=server.user, password=server.password)
        work = await prepared(store)
        template = 20_000_000
        statements = await recorded_by_neo4j(store, template, work)
        driver = store.connection.driver
        try:
            return await compared(
                "Neo4j", lambda: through(store, work), lambda: bare_neo4j(driver, template, statements, work)
            )
        finally:
            await store.close()


async def main() -> str:
    rows = [*await sqlite(), *await neo4j()]
    return table(
        "One referral written, beside the bare driver",
        ("store", "clients", "through the store, p50", "bare, p50", "ratio"),
        rows,
    )


if __name__ == "__main__":
    print(asyncio.run(main()))
