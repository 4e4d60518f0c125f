"""What every question is asked with: the store, the knowledge, who asks, and when."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from graph.directory import Directory
from graph.lifecycle import PARIS
from graph.rebuild import Knowledge, Stored
from graph.store import PartnerStore, Store
from resolvers.batches import Batches
from resolvers.history import Histories


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. Until accounts exist there is one, on this machine."""

    id: str
    name: str


LOCAL = Caller("local", "Poste local")


class Directories:
    """The directory in memory, read again when the store's mark says that it is another one."""

    def __init__(self, store: PartnerStore) -> None:
        self._store = store
        self._held: Directory | None = None
        self._reading = asyncio.Lock()

    async def current(self) -> Directory:
        """Never older than the last write acknowledged before the call."""
        mark = await self._store.mark()
        held = self._held
        if held is not None and held.mark == mark:
            return held
        async with self._reading:
            if self._held is None or self._held.mark != await self._store.mark():
                self._held = await self._store.directory()
            return self._held


async def stored(store: PartnerStore) -> Stored:
    """What a rebuild starts from; the directory first: its stamp tells whether the rest is still true of it."""
    directory = await store.directory()
    return Stored(directory, tuple(await store.resolved()), tuple(await store.decisions()))


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """In Paris."""
    return now().astimezone(PARIS).date()


@dataclass(frozen=True, slots=True)
class Context:
    """One per request; `store`, `knowledge`, `directories` and `histories` are shared by all of them."""

    store: Store
    knowledge: Knowledge
    directories: Directories
    batches: Batches
    histories: Histories | None = None  # None: the rules alone rank
    caller: Caller = LOCAL
    clock: Callable[[], datetime] = field(default=now)

    def today(self) -> date:
        """The day in Paris."""
        return self.clock().astimezone(PARIS).date()
