"""A SQLite file from several threads and event loops: one connection that writes, some that read, French refusals."""

import asyncio
import os
import queue
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from graph.errors import InputRefused, MaillageError, StoreNotMigrated, StoreTooNew, StoreUnavailable
from graph.sql import state
from graph.sql.migrations import KNOWN, MIGRATION_TABLE, MIGRATIONS
from graph.store import Migration

Answer = TypeVar("Answer")

APPLICATION = int.from_bytes(b"Mail", "big")
"""In the header of the file: whose file it is."""
PATIENCE = 4.0
"""Seconds a write waits for the writer of another process, its own queue included."""
READERS = 3

Inode = tuple[int, int]
"""Device and number: what a file is, whatever its name."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection and the file behind it, which keeps its inode as long as the connection is open."""

    connection: sqlite3.Connection
    file: Inode


class SqliteFile:
    """`read` and `write` run a function of a connection in one transaction; a write is on the disk when it answers.

    *read_limit*: seconds after which a read is stopped, None for never.
    """

    def __init__(self, path: Path, read_limit: float | None = None) -> None:
        self.path = path
        self._read_limit = read_limit
        self._writing = ThreadPoolExecutor(1, "sqlite-writer")
        self._reading = ThreadPoolExecutor(READERS, "sqlite-reader")
        self._writer: Opened | None = None
        self._idle: queue.SimpleQueue[Opened] = queue.SimpleQueue()
        self._closed = False
        self._last: tuple[Inode, Inode | None] | None = None  # the file that was opened last, and its journal

    async def read(self, question: Callable[[sqlite3.Connection], Answer], *, limited: bool = True) -> Answer:
        """*limited*: whether `read_limit` applies; not to what reads a whole store."""
        limit = self._read_limit if limited else None
        return await asyncio.wrap_future(self._reading.submit(self._read, question, limit))

    async def glance(self, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """`read` for a question of some microseconds: answered in this thread when nothing stands in its way."""
        with suppress(sqlite3.Error, OSError, MaillageError):  # it would wait, or is refused: `read` does either
            opened = self._idle_now()
            if opened is not None:
                try:
                    return self._at_once(opened.connection, question)
                finally:
                    self._idle.put(opened)
        return await self.read(question)

    async def write(self, work: Callable[[sqlite3.Connection], Answer]) -> Answer:
        return await asyncio.wrap_future(self._writing.submit(self._write, work, time.monotonic() + PATIENCE))

    async def version(self) -> int:
        """0 when the file is absent or empty."""
        return await asyncio.wrap_future(self._reading.submit(self._version))

    async def migrate(self) -> Migration:
        return await asyncio.wrap_future(self._writing.submit(self._migrate))

    async def close(self) -> None:
        """May be said twice."""
        if self._closed:
            return
        self._closed = True
        await asyncio.wrap_future(self._writing.submit(self._close))
        self._writing.shutdown()

    def _close(self) -> None:
        self._reading.shutdown()
        self._drop_connections()

    def _drop_connections(self) -> None:
        if self._writer is not None:
            self._writer.connection.close()
            self._writer = None
        while not self._idle.empty():
            self._idle.get().connection.close()

    def _read(self, question: Callable[[sqlite3.Connection], Answer], limit: float | None) -> Answer:
        with self._french():
            opened = self._idle_one()
            connection = opened.connection
            try:
                if limit is not None:
                    end = time.monotonic() + limit
                    connection.set_progress_handler(lambda: time.monotonic() > end, 10_000)
                connection.execute("BEGIN")
                check_version(connection, self.path)
                return question(connection)
            finally:
                connection.set_progress_handler(None, 0)
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                self._idle.put(opened)

    def _idle_one(self) -> Opened:
        present = _inode(self.path)
        while True:
            try:
                opened = self._idle.get_nowait()
            except queue.Empty:
                break
            if opened.file == present:
                return opened
            opened.connection.close()  # the file was moved away or replaced
        return self._open("query_only")

    def _idle_now(self) -> Opened | None:
        if self._closed:
            return None
        present = _inode(self.path)
        with suppress(queue.Empty):
            opened = self._idle.get_nowait()
            if opened.file == present:
                return opened
            self._idle.put(opened)
        return None

    def _at_once(self, connection: sqlite3.Connection, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            connection.execute("BEGIN")
            check_version(connection, self.path)
            return question(connection)
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            connection.execute(f"PRAGMA busy_timeout = {int(1000 * PATIENCE)}")

    def _write(self, work: Callable[[sqlite3.Connection], Answer], deadline: float) -> Answer:
        with self._french():
            while True:
                if self._writer is None:
                    self._writer = self._open()
                opened = self._writer
                left = max(1, int(1000 * (deadline - time.monotonic())))
                opened.connection.execute(f"PRAGMA busy_timeout = {left}")
                with _transaction(opened.connection):
                    if opened.file == _inode(self.path):
                        check_version(opened.connection, self.path)
                        answer = work(opened.connection)
                        break
                opened.connection.close()  # the file was moved away or replaced
                self._writer = None
            if opened.file != _inode(self.path):
                raise StoreUnavailable(
                    f"Le stockage « {self.path} » a été remplacé pendant l'enregistrement, qui est perdu : recommencez."
                )
            return answer

    def _open(self, *pragmas: str, create: bool = False) -> Opened:
        if self.path.is_dir():
            raise StoreUnavailable(f"Le stockage « {self.path} » est un dossier : donnez un nom de fichier.")
        while True:
            before = _inode(self.path)
            if before is None and not create:
                raise absent(self.path)
            self._refuse_old_journal(before)
            connection = self._connection(pragmas, create=create)
            after = _inode(self.path)
            if after is not None and before in (after, None):
                self._last = (after, _inode(self._journal))
                return Opened(connection, after)
            connection.close()  # replaced meanwhile

    def _connection(self, pragmas: Iterable[str], *, create: bool) -> sqlite3.Connection:
        address = f"{self.path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
        connection = sqlite3.connect(
            address, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            for pragma in ("foreign_keys", "secure_delete", *pragmas):
                connection.execute(f"PRAGMA {pragma} = ON")
            connection.execute("PRAGMA synchronous = FULL")  # reads the file: from here on its journal exists
        except BaseException:
            connection.close()
            raise
        return connection

    @property
    def _journal(self) -> Path:
        """What is written ahead; SQLite keeps it beside the file that a link leads to."""
        real = self.path.resolve()
        return real.with_name(f"{real.name}-wal")

    def _refuse_old_journal(self, present: Inode | None) -> None:
        """SQLite would write into the new file what was meant for the one it replaced."""
        if present is None or self._last is None:
            return
        file, journal = self._last
        if present != file and journal is not None and journal == _inode(self._journal) and _size(self._journal):
            name = self._journal.name
            raise StoreUnavailable(
                f"Le stockage « {self.path} » a été remplacé, mais le journal de l'ancien est resté à côté : "
                f"arrêtez le service, supprimez « {name} » et « {name[:-4]}-shm », puis relancez-le."
            )

    def _version(self) -> int:
        with self._french():
            if not self.path.exists():
                return 0
            with closing(self._open("query_only").connection) as connection, _transaction(connection, "DEFERRED"):
                return found_version(connection, self.path)

    def _migrate(self) -> Migration:
        with self._french():
            if not self.path.absolute().parent.is_dir():
                raise StoreUnavailable(f"Le dossier « {self.path.absolute().parent} » n'existe pas.")
            with closing(self._open(create=True).connection) as connection:
                with _transaction(connection, "DEFERRED"):
                    _refuse_foreign(connection, self.path)
                _write_ahead(connection)
                with _transaction(connection):
                    before = found_version(connection, self.path)
                    for migration in MIGRATIONS[before:]:
                        if migration.version == 1:
                            connection.execute(f"PRAGMA application_id = {APPLICATION}")
                            connection.execute(MIGRATION_TABLE)
                        for statement in migration.statements:
                            connection.execute(statement)
                        if migration.version == 1:
                            state.set_stamp(connection, 0)
                        connection.execute(
                            "INSERT INTO migration (version, checksum) VALUES (?, ?)",
                            (migration.version, migration.checksum),
                        )
                return Migration(before, KNOWN)

    @contextmanager
    def _french(self) -> Iterator[None]:
        """What SQLite or the file system says, as one sentence."""
        try:
            yield
        except sqlite3.Error as problem:
            sentence = _sentence(self.path, getattr(problem, "sqlite_errorname", ""))
            if sentence is None:
                raise
            raise StoreUnavailable(sentence) from problem
        except OSError as problem:
            raise StoreUnavailable(f"Le stockage « {self.path} » n'est pas accessible.") from problem
        except (UnicodeEncodeError, OverflowError) as problem:
            raise InputRefused("Un texte ou un nombre ne peut pas être enregistré tel quel.") from problem


def absent(path: Path) -> StoreUnavailable:
    return StoreUnavailable(f"Le stockage « {path} » n'existe pas : lancez « maillage load ».")


@contextmanager
def _transaction(
    connection: sqlite3.Connection, kind: Literal["DEFERRED", "IMMEDIATE"] = "IMMEDIATE"
) -> Iterator[None]:
    """DEFERRED: all that is read is of one moment."""
    connection.execute(f"BEGIN {kind}")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def check_version(connection: sqlite3.Connection, path: Path) -> None:
    if found_version(connection, path) < KNOWN:
        raise StoreNotMigrated


def found_version(connection: sqlite3.Connection, path: Path) -> int:
    """0 when the file is empty. Raises StoreTooNew, or StoreUnavailable on a foreign file or a changed migration."""
    if not _refuse_foreign(connection, path):
        return 0
    done = connection.execute("SELECT version, checksum FROM migration ORDER BY version").fetchall()
    if done[-1][0] > KNOWN:
        raise StoreTooNew(done[-1][0], KNOWN)
    for (version, checksum), known in zip(done, MIGRATIONS, strict=False):
        if (version, checksum) != (known.version, known.checksum):
            raise StoreUnavailable(
                f"La migration {version} du stockage « {path} » n'est pas celle de ce programme : "
                "il a été préparé par une version modifiée."
            )
    return len(done)


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the file is ours; False when it is empty, StoreUnavailable when it is somebody else's."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application == APPLICATION:
        return True
    (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application or objects:
        raise StoreUnavailable(f"Le fichier « {path} » est une base SQLite d'un autre programme.")
    return False


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Changing the journal takes the whole file, and does not wait for it: two first migrations side by side."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as problem:
            if time.monotonic() > end or not problem.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise
            time.sleep(0.02)
        else:
            return


def _inode(path: Path) -> Inode | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _size(path: Path) -> int:
    """0 when it is absent."""
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0


def _sentence(path: Path, error: str) -> str | None:
    """None for what is a bug."""
    if error.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return f"Le stockage « {path} » est occupé par un autre programme : réessayez dans un instant."
    if error.startswith("SQLITE_INTERRUPT"):
        return "La question est trop longue pour le stockage : précisez-la."
    if error.startswith("SQLITE_NOTADB"):
        return f"Le fichier « {path} » n'est pas un stockage de Maillage."
    if error.startswith(("SQLITE_CORRUPT", "SQLITE_IOERR")):
        return f"Le stockage « {path} » est endommagé ou son disque ne répond pas : restaurez une sauvegarde."
    if error.startswith("SQLITE_READONLY"):
        return f"Le stockage « {path} » n'est pas accessible en écriture."
    if error.startswith("SQLITE_FULL"):
        return f"Il n'y a plus de place sur le disque du stockage « {path} »."
    if error.startswith(("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return f"Le stockage « {path} » ne peut pas être ouvert."
    return None
