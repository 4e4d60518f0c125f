"""The real application over a SQLite store filled from the packaged lists, for tests that go through its doors."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

import loaders.decisions
import loaders.lists
from graph.model import IdempotencyKey
from graph.sqlite_store import SqliteStore
from loaders.directory import knowledge
from maillage.app import create_app
from maillage.loading import load


async def filled(path: Path) -> Path:
    """A SQLite file with the packaged lists in it."""
    store = SqliteStore(path)
    try:
        await load(store, loaders.lists.packaged(), loaders.decisions.packaged(), key=IdempotencyKey("filled"))
    finally:
        await store.close()
    return path


def copied(filled: Path, folder: Path) -> Path:
    return Path(shutil.copy(filled, folder / "copy.db"))


@asynccontextmanager
async def client(path: Path, *, development: bool = False) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks to the application in this process, as a browser on this machine would."""
    store = SqliteStore(path)
    transport = httpx.ASGITransport(create_app(store, knowledge(), development=development), raise_app_exceptions=False)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as speaking:
            yield speaking
    finally:
        await store.close()


@pytest_asyncio.fixture(scope="session")
async def packaged_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the packaged lists; read it only, or copy it first."""
    return await filled(tmp_path_factory.mktemp("packaged") / "packaged.db")
