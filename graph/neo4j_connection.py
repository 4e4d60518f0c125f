"""One transaction with Neo4j: within its time, on a store of this version, and what goes wrong said in French."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString, TypeVar
from urllib.parse import urlsplit

from neo4j import (
    AsyncDriver,
    AsyncGraphDatabase,
    AsyncManagedTransaction,
    AsyncSession,
    NotificationMinimumSeverity,
    unit_of_work,
)
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    ConstraintError,
    DriverError,
    Forbidden,
    Neo4jError,
    ServiceUnavailable,
    UnsupportedServerProduct,
)

from graph.cypher import migrations
from graph.cypher.migrations import STEPS, Step
from graph.cypher.run import Dangling
from graph.errors import Conflict, InputRefused, MaillageError, StoreNotMigrated, StoreTooNew, StoreUnavailable

Answer = TypeVar("Answer")
Work = Callable[[AsyncManagedTransaction], Awaitable[Answer]]

logging.getLogger("neo4j").addHandler(logging.NullHandler())
# else each of its retries is a line on the terminal of whoever has not set up logging

OLDEST = (5, 26)
DEADLINE = 4.5
"""Seconds within which a server that does not answer is called silent, whatever was asked."""


def long(items: int) -> float:
    """Seconds that writing or reading *items* may take once the server has answered."""
    return DEADLINE + items / 100


@dataclass(frozen=True, slots=True)
class Connection:
    driver: AsyncDriver
    address: str
    database: str

    @classmethod
    def open(cls, address: str, user: str, password: str, database: str) -> "Connection":
        """Nothing is sent yet. Raises StoreUnavailable when *address* is none."""
        if "@" in address:
            raise StoreUnavailable(
                "L'adresse d'un Neo4j ne contient ni utilisateur ni mot de passe : donnez-les par MAILLAGE_NEO4J_USER "
                "et MAILLAGE_NEO4J_PASSWORD."
            )
        try:
            parts = urlsplit(address)
            if parts.scheme.partition("+")[0] not in ("neo4j", "bolt") or parts.port == 0:  # reading a port checks it
                raise ValueError(address)
            driver = AsyncGraphDatabase.driver(
                address,
                auth=(user, password),
                connection_timeout=2.0,
                connection_acquisition_timeout=3.0,
                connection_write_timeout=3.0,
                max_transaction_retry_time=2.0,
                initial_retry_delay=0.05,
                keep_alive=True,
                notifications_min_severity=NotificationMinimumSeverity.OFF,
            )
        except (ValueError, DriverError) as problem:
            raise StoreUnavailable(_no_address(address)) from problem
        return cls(driver, address, database)

    async def close(self) -> None:
        with self._in_french():
            async with asyncio.timeout(DEADLINE):
                await self.driver.close()

    async def read(self, work: Work[Answer], *, seconds: float = DEADLINE) -> Answer:
        """*work* on any server of the cluster that holds what this process has written."""
        return await self._transaction(work, seconds, write=False)

    async def write(self, work: Work[Answer], *, seconds: float = DEADLINE) -> Answer:
        """*work*, whole or not at all; sent again when the server asks for it."""
        return await self._transaction(work, seconds, write=True)

    async def _transaction(self, work: Work[Answer], seconds: float, *, write: bool) -> Answer:
        with self._in_french():
            async with asyncio.timeout(DEADLINE) as limit, self.session(write=write) as session:

                async def checked(tx: AsyncManagedTransaction) -> Answer:
                    agent, applied = await migrations.applied(tx)
                    check_server(agent, self.address)
                    check_version(applied, complete=True)
                    limit.reschedule(asyncio.get_running_loop().time() + seconds)
                    return await work(tx)

                bounded = unit_of_work(timeout=seconds)(checked)
                return await (session.execute_write(bounded) if write else session.execute_read(bounded))

    async def beside(self, work: Work[Answer]) -> Answer:
        """*work* in a transaction of its own, while the one that asks for it holds the lock of the directory."""
        async with self.session(write=True) as session:
            return await session.execute_write(unit_of_work(timeout=long(1_000))(work))

    def session(self, *, write: bool) -> AsyncSession:
        """Its bookmarks are those of everything this process has written and read."""
        return self.driver.session(
            database=self.database,
            default_access_mode="WRITE" if write else "READ",
            bookmark_manager=self.driver.execute_query_bookmark_manager,
        )

    async def version(self) -> int:
        """Raises StoreTooNew, or StoreUnavailable on a changed migration."""
        with self._in_french():
            async with asyncio.timeout(DEADLINE), self.session(write=False) as session:
                agent, applied = await session.execute_read(migrations.applied)
                check_server(agent, self.address)
                return check_version(applied, complete=False)

    async def take(self, step: Step) -> None:
        """One migration; each statement is a transaction, and its record the last."""
        with self._in_french():
            for statement in step.statements:
                async with asyncio.timeout(long(1_000)), self.session(write=True) as session:
                    await self._make(session, statement)
            async with asyncio.timeout(DEADLINE), self.session(write=True) as session:
                await session.execute_write(migrations.record, step)

    async def _make(self, session: AsyncSession, statement: LiteralString) -> None:
        try:
            await session.execute_write(migrations.take, statement)
        except ClientError as problem:
            if not _is_there_already(problem):  # another one is migrating beside us
                raise

    @contextmanager
    def _in_french(self) -> Iterator[None]:
        try:
            yield
        except MaillageError:
            raise
        except Dangling as problem:
            raise InputRefused("Le changement désigne ce qui n'existe pas : rien n'a été enregistré.") from problem
        except (UnicodeEncodeError, OverflowError) as problem:
            raise InputRefused(
                "Un texte contient un demi-caractère Unicode (substitut isolé), ou un nombre dépasse 64 bits : "
                "rien n'a été enregistré."
            ) from problem
        except (Neo4jError, DriverError, TimeoutError, OSError) as problem:
            translated = self._translated(problem)
            if translated is None:
                raise
            raise translated from problem
        except Exception as problem:
            if isinstance(problem, TypeError) or not _raised_by_driver(problem):
                raise
            # the driver could not read what it received: the other side speaks badly, or something else
            raise StoreUnavailable(f"Ce qui répond à {self.address} ne parle pas comme un Neo4j.") from problem

    def _translated(self, problem: Exception) -> MaillageError | None:
        """None for what is a bug of ours."""
        code = (problem.code or "") if isinstance(problem, Neo4jError) else ""
        where = f"Neo4j à {self.address}"
        sentence: str | None = None
        match problem:
            case ConstraintError():
                return Conflict("Quelqu'un d'autre l'a changé en même temps : relisez, puis recommencez.")
            case Neo4jError() if code.endswith("EntityNotFound"):  # it was removed since this statement read it
                return Conflict("Quelqu'un d'autre l'a changé en même temps : relisez, puis recommencez.")
            case Neo4jError() if code.endswith("AuthenticationRateLimit"):
                sentence = (
                    f"{where} refuse d'autres essais de mot de passe pour le moment : attendez quelques secondes."
                )
            case AuthError():
                sentence = (
                    f"{where} refuse l'utilisateur ou le mot de passe : vérifiez MAILLAGE_NEO4J_USER et "
                    "MAILLAGE_NEO4J_PASSWORD."
                )
            case Forbidden() if code.endswith("CredentialsExpired"):
                sentence = f"{where} demande que le mot de passe de départ soit d'abord changé."
            case Forbidden():
                sentence = (
                    f"{where} : cet utilisateur n'a pas le droit de lire ou d'écrire la base « {self.database} »."
                )
            case TimeoutError():
                sentence = f"{where} ne répond pas dans le temps imparti : vérifiez qu'il marche, puis recommencez."
            case UnsupportedServerProduct():
                sentence = f"Ce qui répond à {self.address} n'est pas un Neo4j, ou d'une version inconnue ici."
            case ConfigurationError():
                sentence = _too_old(self.address)
            case ServiceUnavailable() if _is_garbled(problem):
                sentence = f"Ce qui répond à {self.address} ne parle pas comme un Neo4j."
            case DriverError() | OSError():
                sentence = f"{where} est injoignable : vérifiez l'adresse, et qu'il est démarré."
            case Neo4jError() if code.endswith("DatabaseNotFound"):
                sentence = f"{where} n'a pas de base « {self.database} »."
            case Neo4jError() if "too large to index" in (problem.message or ""):
                return InputRefused("Un identifiant est trop long : rien n'a été enregistré.")
            case Neo4jError() if code.startswith("Neo.TransientError") or "TransactionTimedOut" in code:
                sentence = f"{where} est trop occupé pour le moment : recommencez dans un instant."
            case Neo4jError() if code.startswith("Neo.DatabaseError"):
                sentence = f"{where} a rencontré une erreur interne : rien n'a été enregistré."
            case _:
                return None
        return StoreUnavailable(sentence)


def check_version(applied: dict[int, str], *, complete: bool) -> int:
    """The version that these steps make; all known ones must be there when *complete*."""
    found = max(applied, default=0)
    if found > len(STEPS):
        raise StoreTooNew(found, len(STEPS))
    for step in STEPS[:found]:
        if applied.get(step.number) != step.checksum:
            raise StoreUnavailable(
                f"La migration {step.number} de ce stockage n'est pas celle de ce programme : "
                "il vient d'une autre version, ou il a été modifié."
            )
    if complete and found < len(STEPS):
        raise StoreNotMigrated
    return found


def check_server(agent: str, address: str) -> None:
    """*agent* is how the server names itself: `Neo4j/5.26.31`. Raises StoreUnavailable on one that is too old."""
    found = re.match(r"Neo4j/(\d+)\.(\d+)", agent)
    if found is not None and (int(found[1]), int(found[2])) < OLDEST:
        raise StoreUnavailable(_too_old(address))


def _too_old(address: str) -> str:
    return f"Neo4j à {address} est d'une version trop ancienne : il faut Neo4j {OLDEST[0]}.{OLDEST[1]} ou plus."


def _raised_by_driver(problem: BaseException) -> bool:
    trace = problem.__traceback__
    module = ""
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        trace = trace.tb_next
    return module.partition(".")[0] == "neo4j"


def _is_there_already(problem: Neo4jError) -> bool:
    return (problem.code or "").endswith(("AlreadyExists", "EquivalentSchemaRuleAlreadyExists"))


def _is_garbled(problem: BaseException | None) -> bool:
    """Whether something answered that is not the protocol."""
    while problem is not None:
        if any(word in str(problem) for word in ("unknown protocol", "handshake", "HTTP", "Unexpected")):
            return True
        problem = problem.__cause__
    return False


def _no_address(address: str) -> str:
    return f"L'adresse « {address} » n'est pas celle d'un Neo4j : écrivez par exemple bolt://localhost:7687."
