"""Questions of one request put together: many keys, one question to the store, an error per key."""

from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import TypeVar

from strawberry.dataloader import DataLoader

from graph.errors import NotFound
from graph.model import Partner, PartnerId, Resolved, Service, ServiceId
from graph.referral import Event, ReferralId
from graph.store import Store

Key = TypeVar("Key", bound=str)
Answer = TypeVar("Answer")


class Batches:
    """One per request; nothing is kept between requests."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @cached_property
    def partners(self) -> DataLoader[PartnerId, Partner]:
        return DataLoader(_each("Partenaire", self._store.partners))

    @cached_property
    def services(self) -> DataLoader[PartnerId, tuple[Service, ...]]:
        return DataLoader(_each("Partenaire", self._store.services_of))

    @cached_property
    def units(self) -> DataLoader[PartnerId, tuple[Partner, ...]]:
        return DataLoader(_each("Partenaire", self._store.units_of))

    @cached_property
    def mentions(self) -> DataLoader[PartnerId, tuple[Resolved, ...]]:
        return DataLoader(_each("Partenaire", self._store.resolved_of))

    @cached_property
    def service(self) -> DataLoader[ServiceId, Service]:
        return DataLoader(_each("Service", self._store.services))

    @cached_property
    def events(self) -> DataLoader[ReferralId, tuple[Event, ...]]:
        return DataLoader(_each("Orientation", self._store.events_of))


def _each(
    kind: str, ask: Callable[[list[Key]], Awaitable[Mapping[Key, Answer]]]
) -> Callable[[list[Key]], Awaitable[list[Answer | BaseException]]]:
    async def load(ids: list[Key]) -> list[Answer | BaseException]:
        found = await ask(ids)
        return [found[id] if id in found else NotFound(kind, id) for id in ids]

    return load
