"""The contract of the two stores: the questions the service asks. One method, one transaction.

Rules both keep, shown by `tests/conformance`:
ids are made by the application; times are passed in and kept in UTC; every order is total and ends with the id;
search looks at a folded column computed in Python (`graph.names.folded`), and promises membership, not rank;
a write that is sent again with the same idempotency key happens once and answers the same. Keys are kept for ever: an
organisation writes some ten a day, of a few hundred bytes, and one that was forgotten could be written twice;
a change carries the stamp of the directory it was made from, and raises Conflict when that is gone;
a write either happens whole or not at all; an acknowledged one survives `kill -9`.
what a change must satisfy, and what becomes of versions and of detached mentions, is in `graph.rules`;
the reference is saved first: a change that uses a code the stored reference does not hold is refused.
Every method raises StoreUnavailable with a French sentence within 5 s when the store is absent, refused, silent,
not migrated or of another version.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from graph.directory import Change, Directory
from graph.follow_store import FollowStore
from graph.model import (
    Decision,
    DomainCode,
    IdempotencyKey,
    NeedCode,
    Partner,
    PartnerId,
    PartnerKind,
    PartnerStatus,
    Resolved,
    Service,
    ServiceId,
    Standing,
    TerritoryCode,
)
from graph.publication_store import PublicationStore
from graph.reference import Reference

Item = TypeVar("Item")

Record = Mapping[str, Any]
"""One line of the neutral export: `kind` first, then scalars and lists, keys in a fixed order."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Items in order of their key; `more` when others follow the last one; `total` counts all that match."""

    items: tuple[Item, ...]
    more: bool
    total: int


@dataclass(frozen=True, slots=True)
class PartnerFilter:
    """All that are given must hold. `territories`: partners with a service that covers any of these codes.

    `text`: folded, each word is a substring of the partner's name, acronym or one of its mentions.
    """

    text: str = ""
    domain: DomainCode | None = None
    need: NeedCode | None = None
    territories: frozenset[TerritoryCode] = frozenset()
    kind: PartnerKind | None = None
    status: PartnerStatus | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Migration:
    """Versions of the store before and after; `before` is 0 for an empty store."""

    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Applied:
    """`stamp` of the directory after the change; `again` when this key had already been applied."""

    stamp: int
    again: bool = False


class PartnerStore(Protocol):
    async def close(self) -> None: ...

    async def schema_version(self) -> int:
        """Of the store, 0 when it is empty. Raises StoreTooNew, or StoreUnavailable on a changed migration."""
        ...

    async def migrate(self) -> Migration:
        """Applies the numbered, checksummed migrations that are missing; safe to run twice or side by side."""
        ...

    # the reference: needs, situations, sectors, domains and territories as nodes and rows
    async def save_reference(self, reference: Reference) -> bool:
        """True when something changed."""
        ...

    # the directory, read
    async def stamp(self) -> int:
        """Grows with every write to the directory; 0 when nothing was ever written."""
        ...

    async def mark(self) -> str:
        """Another one after every write to the directory, and never that of another store, however it was filled."""
        ...

    async def directory(self) -> Directory:
        """All partners and services with the stamp and the mark they had together."""
        ...

    async def partners(self, ids: Iterable[PartnerId]) -> Mapping[PartnerId, Partner]:
        """The partners that exist among *ids*; absent ids are left out."""
        ...

    async def partner_page(self, wanted: PartnerFilter, first: int, after: PartnerId | None = None) -> Page[Partner]:
        """At most *first* partners whose id follows *after*, in order of id."""
        ...

    async def units_of(self, ids: Iterable[PartnerId]) -> Mapping[PartnerId, tuple[Partner, ...]]:
        """Units of each partner, by id; every asked id is a key."""
        ...

    async def services(self, ids: Iterable[ServiceId]) -> Mapping[ServiceId, Service]: ...

    async def services_of(self, ids: Iterable[PartnerId]) -> Mapping[PartnerId, tuple[Service, ...]]:
        """Own services of each partner, by id; every asked id is a key."""
        ...

    async def resolved_of(self, ids: Iterable[PartnerId]) -> Mapping[PartnerId, tuple[Resolved, ...]]:
        """Mentions of each partner with their evidence, by source, line, position, id; every asked id is a key."""
        ...

    async def resolved(self) -> list[Resolved]:
        """Every mention, by source, line, position, id."""
        ...

    async def waiting(self, first: int, after: str | None = None) -> Page[Resolved]:
        """Ambiguous mentions, by mention id."""
        ...

    async def decisions(self) -> list[Decision]:
        """Every decision, undone ones too, by time and id."""
        ...

    # the directory, written
    async def apply(self, change: Change, *, expected: int, key: IdempotencyKey) -> Applied:
        """Writes *change* whole. Raises Conflict when the stamp is no longer *expected*.

        An empty change, or one equal to what is stored, leaves the stamp as it is.
        """
        ...

    # moving a whole store
    def export(self) -> AsyncIterator[Record]:
        """Everything stored, one record at a time, in a fixed order: equal stores give equal bytes."""
        ...

    async def import_(self, records: Iterable[Record]) -> Mapping[str, int]:
        """Fills an empty store, whole or not at all; how many records of each kind, in alphabetical order.

        Raises InputRefused when it is not empty.
        """
        ...

    # a store against its own rules
    async def dangling(self) -> list[tuple[str, str]]:
        """(rule, object) for every row or edge that points to nothing."""
        ...


class Store(PartnerStore, FollowStore, PublicationStore, Protocol):
    """Everything that is asked of one."""
