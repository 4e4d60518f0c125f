"""Serves the application on this machine only, until accounts exist."""

import asyncio
import errno
import gc
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click
import uvicorn

from graph.errors import InputRefused
from graph.open_store import open_store
from graph.store import Store
from loaders.directory import knowledge
from maillage.app import create_app
from resolvers.intakes import expect_key

READ_SECONDS = 1.0
"""A question to SQLite that takes longer is stopped."""


def serve(address: str, host: str, port: int, *, development: bool = False, keyed: bool = False) -> None:
    """Until Ctrl-C. Raises InputRefused for an address that is not of this machine, or a port that is taken.

    *keyed*: whether a key of pseudonyms is given; a store that needs one is not served without.
    """
    if not loopback(host):
        raise InputRefused(
            f"L'adresse {host} est refusée : sans comptes, le service ne s'ouvre que sur cette machine (127.0.0.1)."
        )
    taken = _listening(host, port)
    asyncio.run(_served(address, taken, development, keyed))
    click.echo("Maillage est arrêté.", err=True)


async def _served(address: str, listening: socket.socket, development: bool, keyed: bool) -> None:
    store = open_store(address, read_limit=READ_SECONDS)
    try:
        await _ready(store)
        await expect_key(store, configured=keyed)
    except BaseException:
        await store.close()
        listening.close()
        raise
    gc.set_threshold(50_000)
    config = uvicorn.Config(
        create_app(store, knowledge(), development=development),
        limit_concurrency=64,
        timeout_graceful_shutdown=5,
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    await _Server(config).serve(sockets=[listening])


class _Server(uvicorn.Server):
    """Says that it is ready when it is.

    Ends at the first Ctrl-C and ignores the next ones: a terminal sends it to each process of a pipeline.
    """

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or ():
            host, port = listening.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            ready = f"Maillage est prêt : ouvrez http://{shown}:{port}/ dans un navigateur (Ctrl-C pour arrêter)."
            click.echo(ready, err=True)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.should_exit = True


async def _ready(store: Store) -> None:
    """Raises StoreUnavailable now rather than at the first question."""
    await store.schema_version()
    await store.stamp()


def loopback(host: str) -> bool:
    return host in ("127.0.0.1", "localhost", "::1")


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as problem:
        listening.close()
        if problem.errno == errno.EADDRINUSE:
            raise InputRefused(f"Le port {port} est déjà pris : choisissez-en un autre avec --port.") from problem
        raise InputRefused(
            f"L'adresse {host}, port {port}, ne peut pas être ouverte ({problem.strerror})."
        ) from problem
    return listening
