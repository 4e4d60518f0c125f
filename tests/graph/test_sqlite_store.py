# ruff: noqa: ASYNC240  (files of one test)
"""What only the SQLite store has: a file that may be anything, threads, other processes, the pulled plug."""

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from graph.errors import StoreTooNew, StoreUnavailable
from graph.model import PartnerId, ServiceId
from graph.sql import rows
from graph.sql.migrations import KNOWN
from graph.sqlite_file import SqliteFile
from graph.sqlite_store import SqliteStore
from graph.store import Migration, PartnerFilter
from tests.conformance.values import REFERENCE, applied, change, exported, key, partner, resolved, service

P1, S1 = PartnerId("p1"), ServiceId("s1")


@pytest_asyncio.fixture
async def opened() -> AsyncIterator[Callable[[Path], SqliteStore]]:
    """Opens stores and closes them when the test ends."""
    stores: list[SqliteStore] = []

    def opened(path: Path) -> SqliteStore:
        stores.append(SqliteStore(path))
        return stores[-1]

    yield opened
    for store in stores:
        await store.close()


Opened = Callable[[Path], SqliteStore]


@pytest.fixture
def path(tmp_path: Path, sqlite_store: SqliteStore) -> Path:
    """Of the file behind `sqlite_store`."""
    return tmp_path / "maillage.db"


def changed_behind(path: Path, *statements: str) -> None:
    """Runs *statements* as another program would, without the rules."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


async def refusal(store: SqliteStore) -> str:
    """The sentence that both a read and a write get, within five seconds each."""
    sentences = []
    for question in (store.stamp(), store.apply(change(partner("p1")), expected=0, key=key())):
        started = time.monotonic()
        with pytest.raises(StoreUnavailable) as refused:
            await question
        assert time.monotonic() - started < 5
        sentences.append(str(refused.value))
    assert sentences[0] == sentences[1]
    return sentences[0]


# the file


async def test_an_absent_file_is_said_and_not_made(tmp_path: Path, opened: Opened) -> None:
    store = opened(tmp_path / "rien.db")

    assert await store.schema_version() == 0
    assert "n'existe pas : lancez « maillage load »" in await refusal(store)
    assert list(tmp_path.iterdir()) == []


async def test_migration_makes_the_file_whatever_its_name(tmp_path: Path, opened: Opened) -> None:
    for name in ("a b.db", "été?mode=ro#x%20.db", "l'école.db", "=.db"):
        assert await opened(tmp_path / name).migrate() == Migration(0, KNOWN)
        assert (tmp_path / name).is_file()


async def test_a_folder_a_text_and_another_program_s_base_are_refused(tmp_path: Path, opened: Opened) -> None:
    (tmp_path / "texte").write_text("Le réseau de partenaires\n" * 100)
    with closing(sqlite3.connect(tmp_path / "autre")) as other:
        other.execute("CREATE TABLE film (titre TEXT)")
        other.commit()
    before = (tmp_path / "autre").read_bytes()

    for name, sentence in {
        ".": "est un dossier",
        "texte": "n'est pas un stockage de Maillage",
        "autre": "d'un autre programme",
    }.items():
        store = opened(tmp_path / name)
        assert sentence in await refusal(store)
        for question in (store.schema_version, store.migrate):
            with pytest.raises(StoreUnavailable, match=sentence):
                await question()

    assert (tmp_path / "autre").read_bytes() == before


async def test_a_folder_that_does_not_exist_is_said(tmp_path: Path, opened: Opened) -> None:
    with pytest.raises(StoreUnavailable, match="Le dossier"):
        await opened(tmp_path / "nulle part" / "maillage.db").migrate()


async def test_a_connection_that_may_only_read_says_that_it_cannot_write(path: Path) -> None:
    file = SqliteFile(path)

    with pytest.raises(StoreUnavailable, match="pas accessible en écriture"):
        await file.read(lambda connection: rows.scalar(connection, "DELETE FROM partner RETURNING id"))

    await file.close()


async def test_a_truncated_file_is_said_damaged(sqlite_store: SqliteStore, path: Path, opened: Opened) -> None:
    await applied(sqlite_store, *(partner(f"p{n}", name="x" * 2000) for n in range(100)))
    await sqlite_store.close()
    os.truncate(path, 8192)

    with pytest.raises(StoreUnavailable, match="endommagé"):
        await opened(path).directory()


async def test_a_file_replaced_while_open_is_noticed(sqlite_store: SqliteStore, path: Path, opened: Opened) -> None:
    await applied(sqlite_store, partner("p1"))
    other = opened(path.with_name("autre.db"))
    await other.migrate()
    await other.close()

    for left in path.parent.glob("maillage.db*"):
        left.unlink()
    assert "n'existe pas" in await refusal(sqlite_store)
    shutil.move(path.with_name("autre.db"), path)

    assert await sqlite_store.stamp() == 0
    assert await sqlite_store.partners([P1]) == {}
    await applied(sqlite_store, partner("p2"))
    assert await sqlite_store.stamp() == 1


def copied(path: Path, target: Path) -> Path:
    """A backup of the file at *path*, taken by SQLite itself."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target


def without_journal(path: Path) -> None:
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


async def ids(store: SqliteStore) -> set[str]:
    return set((await store.directory()).partners)


async def test_no_write_goes_to_a_file_that_was_replaced_since_the_last_one(
    sqlite_store: SqliteStore, path: Path, opened: Opened
) -> None:
    await applied(sqlite_store, partner("p1"))
    backup = copied(path, path.with_name("sauvegarde.db"))
    await applied(sqlite_store, partner("p2"))

    without_journal(path)
    os.replace(backup, path)
    assert await ids(sqlite_store) == {"p1"}
    await applied(sqlite_store, partner("p3"))

    assert await ids(sqlite_store) == {"p1", "p3"}
    assert await ids(opened(path)) == {"p1", "p3"}


async def test_a_write_into_a_file_that_is_replaced_meanwhile_is_not_acknowledged(
    sqlite_store: SqliteStore, path: Path
) -> None:
    await applied(sqlite_store, partner("p1"))
    backup = copied(path, path.with_name("sauvegarde.db"))
    file = SqliteFile(path)

    def replaced_during(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE directory SET stamp = 7")
        without_journal(path)
        os.replace(backup, path)

    with pytest.raises(StoreUnavailable, match="remplacé pendant l'enregistrement"):
        await file.write(replaced_during)

    assert await sqlite_store.stamp() == 1
    await file.close()


async def test_the_journal_of_a_replaced_file_is_never_played_into_the_new_one(
    sqlite_store: SqliteStore, path: Path
) -> None:
    await applied(sqlite_store, partner("p1"))
    backup = copied(path, path.with_name("sauvegarde.db"))
    await applied(sqlite_store, partner("p2"))
    untouched = backup.read_bytes()

    os.replace(backup, path)

    for _ in range(2):
        sentence = await refusal(sqlite_store)
        assert "le journal de l'ancien est resté" in sentence
        assert "« maillage.db-wal » et « maillage.db-shm »" in sentence
    with pytest.raises(StoreUnavailable, match="le journal de l'ancien"):
        await sqlite_store.migrate()
    assert path.read_bytes() == untouched

    without_journal(path)
    assert await ids(sqlite_store) == {"p1"}
    await applied(sqlite_store, partner("p3"))
    await asyncio.gather(*(sqlite_store.stamp() for _ in range(10)))
    assert await ids(sqlite_store) == {"p1", "p3"}


# versions


async def test_a_later_version_is_refused(sqlite_store: SqliteStore, path: Path) -> None:
    changed_behind(path, f"INSERT INTO migration VALUES ({KNOWN + 1}, 'x')")  # noqa: S608 - a number

    with pytest.raises(StoreTooNew) as refused:
        await sqlite_store.schema_version()
    assert (refused.value.found, refused.value.known) == (KNOWN + 1, KNOWN)
    assert "mettez-le à jour" in await refusal(sqlite_store)
    with pytest.raises(StoreTooNew):
        await sqlite_store.migrate()


async def test_a_changed_migration_is_refused(sqlite_store: SqliteStore, path: Path) -> None:
    changed_behind(path, "UPDATE migration SET checksum = 'x' WHERE version = 1")

    assert "La migration 1" in await refusal(sqlite_store)
    for question in (sqlite_store.schema_version, sqlite_store.migrate):
        with pytest.raises(StoreUnavailable, match="La migration 1"):
            await question()


async def test_migrations_side_by_side_make_one_store(tmp_path: Path, opened: Opened) -> None:
    stores = [opened(tmp_path / "maillage.db") for _ in range(6)]

    done = await asyncio.gather(*(store.migrate() for store in stores))

    assert sorted(each.before for each in done) == [0, *[KNOWN] * 5]
    assert [await store.stamp() for store in stores] == [0] * 6


async def test_a_store_being_made_is_never_taken_for_that_of_another_program(tmp_path: Path, opened: Opened) -> None:
    for number in range(30):
        stores = [opened(tmp_path / f"{number}.db") for _ in range(4)]
        (tmp_path / f"{number}.db").touch()

        async def versions(store: SqliteStore) -> list[int]:
            return [await store.schema_version() for _ in range(15)]

        making = asyncio.create_task(stores[0].migrate())
        found = await asyncio.gather(*(versions(store) for store in stores[1:]))
        await making

        assert all(set(each) <= {0, KNOWN} and each == sorted(each) for each in found)
        await asyncio.gather(*(store.close() for store in stores))


async def test_a_migration_cut_short_leaves_an_empty_file(tmp_path: Path, opened: Opened) -> None:
    store = opened(tmp_path / "maillage.db")
    changed_behind(tmp_path / "maillage.db", "CREATE TABLE partner (id)", "PRAGMA application_id = 1298229612")

    with pytest.raises(sqlite3.OperationalError):
        await store.migrate()

    with closing(sqlite3.connect(tmp_path / "maillage.db")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("partner",)]


# other programs, other threads


async def test_a_writer_that_keeps_the_lock_is_waited_for_and_said(sqlite_store: SqliteStore, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()

        answers = await asyncio.gather(
            *(sqlite_store.apply(change(partner(f"p{n}")), expected=0, key=key()) for n in range(3)),
            sqlite_store.stamp(),
            return_exceptions=True,
        )

        assert time.monotonic() - started < 5
        assert answers[-1] == 0
        assert ["occupé par un autre programme" in str(answer) for answer in answers[:-1]] == [True] * 3
        other.execute("ROLLBACK")

    assert (await applied(sqlite_store, partner("p1"))).stamp == 1


async def test_a_writer_that_lets_go_in_time_is_waited_for(sqlite_store: SqliteStore, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(0.3, other.execute, "ROLLBACK")

        assert (await applied(sqlite_store, partner("p1"))).stamp == 1


async def test_a_question_that_takes_too_long_is_stopped(sqlite_store: SqliteStore, path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i < 0"
    file = SqliteFile(path, read_limit=0.2)
    started = time.monotonic()

    with pytest.raises(StoreUnavailable, match="trop longue"):
        await file.read(lambda connection: rows.scalar(connection, endless))

    assert time.monotonic() - started < 2
    assert await file.read(lambda connection: rows.scalar(connection, "SELECT stamp FROM directory")) == 0
    await file.close()


async def test_the_limit_on_reading_does_not_stop_what_reads_everything(sqlite_store: SqliteStore, path: Path) -> None:
    await applied(sqlite_store, *(partner(f"p{n}") for n in range(2000)))
    limited = SqliteStore(path, read_limit=0.0)

    with pytest.raises(StoreUnavailable, match="trop longue"):
        await limited.partner_page(PartnerFilter(text="absent"), 10)
    assert len((await limited.directory()).partners) == 2000
    assert (await exported(limited)).count(b"\n") == 2002

    await limited.close()


async def test_two_processes_lose_no_update(sqlite_store: SqliteStore, path: Path) -> None:
    await sqlite_store.save_reference(REFERENCE)
    await applied(sqlite_store, partner("p1"), service("s1", "p1", note="0"))
    command = [sys.executable, "-m", "tests.graph.adding_process", str(path), "s1", "100"]

    processes = [await asyncio.create_subprocess_exec(*command) for _ in range(2)]
    assert [await process.wait() for process in processes] == [0, 0]

    final = (await sqlite_store.services([S1]))[S1]
    assert (final.note, final.version, await sqlite_store.stamp()) == ("200", 201, 201)


async def test_one_store_serves_several_event_loops_at_once(sqlite_store: SqliteStore) -> None:
    await applied(sqlite_store, partner("p1"))
    answers: list[int] = []

    def other_loop() -> None:
        async def ask() -> None:
            for _ in range(20):
                answers.append(len(await sqlite_store.partners([P1])))
                await sqlite_store.apply(change(partner("p1")), expected=1, key=key())

        asyncio.run(ask())

    threads = [threading.Thread(target=other_loop) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.get_running_loop().run_in_executor(None, thread.join)

    assert answers == [1] * 60


async def test_closing_leaves_no_thread_and_no_journal(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    store = SqliteStore(tmp_path / "maillage.db")
    await store.migrate()
    await asyncio.gather(*(store.stamp() for _ in range(10)), applied(store, partner("p1")))

    await store.close()

    assert set(threading.enumerate()) <= before
    assert [each.name for each in tmp_path.iterdir()] == ["maillage.db"]


async def test_a_question_given_up_leaves_the_store_usable(sqlite_store: SqliteStore) -> None:
    for _ in range(20):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await sqlite_store.directory()

    assert await sqlite_store.stamp() == 0


# its own rules


async def test_what_another_program_broke_is_found(sqlite_store: SqliteStore, path: Path) -> None:
    await sqlite_store.save_reference(REFERENCE)
    await applied(sqlite_store, partner("p1"), service("s1", "p1"), resolved("m1", "p1"))

    changed_behind(
        path,
        "DELETE FROM partner",
        "DELETE FROM need WHERE code = 'permis'",
        "DELETE FROM service_territory",
        "INSERT INTO mention_candidate VALUES ('m1', 0, 'absent')",
    )

    assert await sqlite_store.dangling() == [
        ("mention.candidates", "m1"),
        ("mention.partner", "m1"),
        ("service.needs", "s1"),
        ("service.partner", "s1"),
        ("service.territories", "s1"),
    ]


async def test_the_rows_themselves_refuse_what_points_to_nothing(sqlite_store: SqliteStore, path: Path) -> None:
    """The rules speak first; foreign keys would hold even if one were forgotten."""
    file = SqliteFile(path)

    def changed(connection: sqlite3.Connection, statement: str) -> int:
        return connection.execute(statement).rowcount

    for statement in (
        "INSERT INTO partner_domain VALUES ('absent', 'logement')",
        "INSERT INTO service_need VALUES ('absent', 'permis', 0)",
        "INSERT INTO mention_candidate VALUES ('absent', 0, 'absent')",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            await file.write(partial(changed, statement=statement))

    await file.close()


async def test_every_connection_keeps_its_promises(path: Path) -> None:
    file = SqliteFile(path)
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}

    for run in (file.read, file.write):
        found = await run(lambda connection: {n: rows.scalar(connection, f"PRAGMA {n}") for n in wanted})
        assert found == wanted

    await file.close()


async def test_what_is_deleted_leaves_no_trace_in_the_file(sqlite_store: SqliteStore, path: Path) -> None:
    await applied(sqlite_store, partner("p1", name="Nom à oublier"))
    await applied(sqlite_store, removed_partners=["p1"])

    await sqlite_store.close()

    assert "Nom à oublier".encode() not in path.read_bytes()


# the pulled plug


class WritingProcess:
    """Another process that writes partner after partner, and prints each one that was acknowledged."""

    def __init__(self, path: Path, run: int) -> None:
        command = [sys.executable, "-m", "tests.graph.writing_process", str(path), str(run)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def killed_after(self, writes: int, pause: float) -> list[str]:
        """Kills it with no warning some time after *writes*; ids of all that it said were written."""
        assert self._process.stdout is not None
        with self._process, self._process.stdout as said:
            first = [said.readline().strip() for _ in range(writes)]
            time.sleep(pause)
            self._process.send_signal(signal.SIGKILL)
            rest = said.read()
        complete = rest[: rest.rfind("\n") + 1]
        return [*first, *complete.split()]


@pytest.mark.parametrize("kills", [20, pytest.param(100, marks=pytest.mark.nightly)])
async def test_no_acknowledged_write_is_lost_when_the_writer_is_killed(
    sqlite_store: SqliteStore, path: Path, opened: Opened, kills: int
) -> None:
    chance = random.Random(kills)
    await sqlite_store.save_reference(REFERENCE)
    await sqlite_store.close()
    acknowledged: set[str] = set()

    for run in range(kills):
        said = WritingProcess(path, run).killed_after(chance.randint(1, 20), chance.uniform(0, 0.02))
        acknowledged |= set(said)
        store = opened(path)
        directory = await store.directory()
        written = {id for id in directory.partners if id.startswith(f"{run}-")}

        assert "" not in said
        assert acknowledged <= directory.partners.keys()
        assert len(written - acknowledged) <= 1
        assert {service.partner for service in directory.services.values()} == directory.partners.keys()
        assert {r.partner for r in await store.resolved()} == directory.partners.keys()
        assert directory.stamp == len(directory.partners)
        assert await store.dangling() == []
        await store.close()

    assert len(acknowledged) >= kills
