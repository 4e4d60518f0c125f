"""The production store: one Neo4j, a cluster or Aura; one method, one transaction.

Neo4j reads what is committed at that instant, row by row: every write therefore takes the lock of the directory first,
and what must hold together (`directory`, `export`) is read again under that lock when something came between.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from neo4j import AsyncManagedTransaction

from graph.cypher import (
    checks,
    decisions,
    history,
    ledger,
    mentions,
    migrations,
    partners,
    publications,
    reference,
    services,
    staging,
)
from graph.cypher.run import Dangling, batches
from graph.directory import Change, Directory
from graph.errors import Conflict, InputRefused
from graph.follow_rules import closed_partner, closed_service
from graph.model import (
    Decision,
    IdempotencyKey,
    Partner,
    PartnerId,
    Resolved,
    Service,
    ServiceId,
)
from graph.neo4j_connection import DEADLINE, Connection, long
from graph.neo4j_follow import Neo4jFollow, everything, fill, size
from graph.neo4j_publications import Neo4jPublications
from graph.records import Contents, counts, digest, from_records, to_records
from graph.reference import Reference
from graph.reference_records import EMPTY_REFERENCE, reference_records
from graph.rules import (
    Codes,
    changed_partner,
    changed_service,
    check_change,
    check_circles,
    check_id,
    check_ids,
    check_reference,
    detached,
    parents_needed,
    partners_needed,
    storable_id,
)
from graph.store import Applied, Migration, Page, PartnerFilter, Record

Answer = TypeVar("Answer")
Id = TypeVar("Id", bound=str)
Key = TypeVar("Key")
Value = TypeVar("Value")

LARGE = 4_000
"""New objects that one transaction may create: more are staged, because a transaction is held in memory."""
WHOLE = long(20_000)
"""Seconds that reading everything may take once the server has answered."""


def open_neo4j(address: str, *, user: str, password: str, database: str = "neo4j") -> "Neo4jStore":
    """Nothing is sent yet: the first question says what is wrong."""
    return Neo4jStore(Connection.open(address, user, password, database))


@dataclass(frozen=True, slots=True)
class Neo4jStore(Neo4jFollow, Neo4jPublications):
    async def close(self) -> None:
        await self.connection.close()

    async def schema_version(self) -> int:
        return await self.connection.version()

    async def migrate(self) -> Migration:
        before = await self.connection.version()
        for step in migrations.STEPS[before:]:
            await self.connection.take(step)
        return Migration(before, await self.connection.version())

    async def save_reference(self, reference: Reference) -> bool:
        return await self._locked(lambda tx, _: _save_reference(tx, reference), seconds=WHOLE)

    async def stamp(self) -> int:
        return await self.connection.read(ledger.stamp)

    async def mark(self) -> str:
        _, mark = await self.connection.read(ledger.marked)
        return mark

    async def directory(self) -> Directory:
        return await self.connection.write(lambda tx: _steady(tx, _directory), seconds=WHOLE)

    async def partners(self, ids: Iterable[PartnerId]) -> Mapping[PartnerId, Partner]:
        wanted = _storable(ids)
        found = await self.connection.read(lambda tx: partners.by_id(tx, wanted))
        return {partner.id: partner for partner in found}

    async def partner_page(self, wanted: PartnerFilter, first: int, after: PartnerId | None = None) -> Page[Partner]:
        items, total = await self.connection.read(lambda tx: partners.matching(tx, wanted, first + 1, after))
        return Page(tuple(items[:first]), len(items) > first, total)

    async def units_of(self, ids: Iterable[PartnerId]) -> Mapping[PartnerId, tuple[Partner, ...]]:
        wanted = list(ids)
        found = await self.connection.read(lambda tx: partners.units(tx, _storable(wanted)))
        return _grouped(wanted, found, lambda partner: partner.unit_of)

    async def services(self, ids: Iterable[ServiceId]) -> Mapping[ServiceId, Service]:
        wanted = _storable(ids)
        found = await self.connection.read(lambda tx: services.by_id(tx, wanted))
        return {service.id: service for service in found}

    async def services_of(self, ids: Iterable[PartnerId]) -> Mapping[PartnerId, tuple[Service, ...]]:
        wanted = list(ids)
        found = await self.connection.read(lambda tx: services.of_partners(tx, _storable(wanted)))
        return _grouped(wanted, found, lambda service: service.partner)

    async def resolved_of(self, ids: Iterable[PartnerId]) -> Mapping[PartnerId, tuple[Resolved, ...]]:
        wanted = list(ids)
        found = await self.connection.read(lambda tx: mentions.of_partners(tx, _storable(wanted)))
        return _grouped(wanted, found, lambda resolved: resolved.partner)

    async def resolved(self) -> list[Resolved]:
        return await self.connection.read(mentions.every, seconds=WHOLE)

    async def waiting(self, first: int, after: str | None = None) -> Page[Resolved]:
        items, total = await self.connection.read(lambda tx: mentions.waiting(tx, first + 1, after))
        return Page(tuple(items[:first]), len(items) > first, total)

    async def decisions(self) -> list[Decision]:
        return await self.connection.read(decisions.every, seconds=WHOLE)

    async def apply(self, change: Change, *, expected: int, key: IdempotencyKey) -> Applied:
        check_id(key)
        check_ids(change)
        content = digest(change)
        return await self._locked(
            lambda tx, stamp: self._apply(tx, stamp, change, expected, key, content), seconds=long(_size(change))
        )

    async def export(self) -> AsyncIterator[Record]:
        contents = await self.connection.write(_everything, seconds=WHOLE)
        for record in to_records(contents):
            yield record

    async def import_(self, records: Iterable[Record]) -> Mapping[str, int]:
        contents = from_records(records)
        check_reference(contents.reference)
        check_ids(contents.change)
        check_change(contents.change, Codes.of(contents.reference), ())
        check_circles(contents.change, {})
        await self._locked(
            lambda tx, stamp: self._import(tx, stamp, contents),
            seconds=WHOLE + long(_size(contents.change) + size(contents.followed.entry)),
        )
        return counts(contents)

    async def dangling(self) -> list[tuple[str, str]]:
        return await self.connection.read(checks.dangling, seconds=WHOLE)

    # what writes do

    async def _locked(
        self, work: Callable[[AsyncManagedTransaction, int], Awaitable[Answer]], *, seconds: float = DEADLINE
    ) -> Answer:
        """*work* with the stamp, while no other writer is at work."""

        async def alone(tx: AsyncManagedTransaction) -> Answer:
            stamp, _, left_over = await ledger.locked(tx)
            if left_over:
                await self._sweep()
            return await work(tx, stamp)

        return await self.connection.write(alone, seconds=seconds)

    async def _sweep(self) -> None:
        """Drops what was staged by a writer that died."""
        while await self.connection.beside(staging.drop_edges):
            pass
        while await self.connection.beside(staging.drop_nodes):
            pass

    async def _stage(self, created: Change) -> None:
        """Writes new objects, which nobody sees before `staging.show`."""
        for partners_of in batches(created.partners):
            await self.connection.beside(partial(partners.stage, partners=partners_of))
        for partners_of in batches(created.partners):
            await self.connection.beside(partial(partners.save_edges, partners=partners_of))
        for services_of in batches(created.services):
            await self.connection.beside(partial(services.stage, services=services_of))
        for found in batches(created.resolved):
            await self.connection.beside(partial(mentions.stage, found=found))

    async def _apply(
        self,
        tx: AsyncManagedTransaction,
        stamp: int,
        change: Change,
        expected: int,
        key: IdempotencyKey,
        content: str,
    ) -> Applied:
        done = await ledger.answered(tx, key)
        if done is not None:
            asked, answer = done
            if asked != content:
                raise Conflict("Cet envoi porte la même clé qu'un autre, dont le contenu est différent.")
            return Applied(int(answer), again=True)
        if stamp != expected:
            raise Conflict("Le répertoire a changé entre-temps : rechargez-le avant d'enregistrer.")
        needed = await partners.existing(tx, _storable(partners_needed(change)))
        check_change(change, await reference.codes(tx), needed)
        check_circles(change, _by(await partners.above(tx, _storable(parents_needed(change))), lambda p: p.id))
        if await self._write(tx, change):
            stamp += 1
            await ledger.set_stamp(tx, stamp)
        await ledger.remember(tx, key, content, str(stamp))
        return Applied(stamp)

    async def _write(self, tx: AsyncManagedTransaction, change: Change, *, empty: bool = False) -> bool:
        """Whether anything changed. *empty*: nothing is stored, nothing need be compared."""
        old_partners = {} if empty else _by(await partners.by_id(tx, [p.id for p in change.partners]), lambda p: p.id)
        old_services = {} if empty else _by(await services.by_id(tx, [s.id for s in change.services]), lambda s: s.id)
        ids = [r.mention.id for r in change.resolved]
        old_resolved = {} if empty else _by(await mentions.by_id(tx, ids), lambda r: r.mention.id)
        old_decisions = (
            {} if empty else _by(await decisions.by_id(tx, [d.id for d in change.decisions]), lambda d: d.id)
        )
        new_partners = [
            p for p in (changed_partner(p, old_partners.get(p.id)) for p in change.partners) if p is not None
        ]
        new_services = [
            s for s in (changed_service(s, old_services.get(s.id)) for s in change.services) if s is not None
        ]
        new_resolved = [r for r in change.resolved if old_resolved.get(r.mention.id) != r]
        new_decisions = [d for d in change.decisions if old_decisions.get(d.id) != d]
        created = Change(
            partners=tuple(p for p in new_partners if p.id not in old_partners),
            services=tuple(s for s in new_services if s.id not in old_services),
            resolved=tuple(r for r in new_resolved if r.mention.id not in old_resolved),
        )
        if _size(created) > LARGE:
            await self._stage(created)
            await staging.show(tx)
            new_partners = [p for p in new_partners if p.id in old_partners]
            new_services = [s for s in new_services if s.id in old_services]
            new_resolved = [r for r in new_resolved if r.mention.id in old_resolved]
        await partners.save(tx, new_partners, old_partners.keys() & {p.id for p in new_partners})
        await services.save(tx, new_services, old_services.keys() & {s.id for s in new_services})
        await mentions.save(tx, new_resolved, old_resolved.keys() & {r.mention.id for r in new_resolved})
        await decisions.save(tx, new_decisions)
        removed = False if empty else await _remove(tx, change)
        return bool(_size(created) or new_partners or new_services or new_resolved or new_decisions or removed)

    async def _import(self, tx: AsyncManagedTransaction, stamp: int, contents: Contents) -> None:
        if stamp or not await checks.empty(tx):
            raise InputRefused("Le stockage n'est pas vide : importez dans un stockage neuf.")
        if _size(contents.change) > LARGE:
            await self.connection.beside(partial(reference.stage, reference=contents.reference))
        else:
            await reference.save(tx, contents.reference)
        await self._write(tx, contents.change, empty=True)
        await ledger.set_stamp(tx, contents.stamp)
        await fill(tx, contents.followed)
        await publications.save(tx, contents.publications)


# what transactions read and write


async def _steady(
    tx: AsyncManagedTransaction, read: Callable[[AsyncManagedTransaction, int, str], Awaitable[Answer]]
) -> Answer:
    """What *read* finds while nobody writes: read again, under the lock, when stamp or mark moved meanwhile."""
    before = await ledger.marked(tx)
    found = await read(tx, *before)
    stamp, mark, _ = await ledger.locked(tx)
    return found if (stamp, mark) == before else await read(tx, stamp, mark)


async def _directory(tx: AsyncManagedTransaction, stamp: int, mark: str) -> Directory:
    found = {partner.id: partner for partner in await partners.every(tx)}
    offered = {service.id: service for service in await services.every(tx)}
    return Directory(found, offered, stamp, mark)


async def _everything(tx: AsyncManagedTransaction) -> Contents:
    contents = await _steady(tx, _contents)
    return replace(contents, followed=await everything(tx), publications=tuple(await publications.every(tx)))


async def _contents(tx: AsyncManagedTransaction, stamp: int, _mark: str) -> Contents:
    return Contents(
        reference=await reference.stored(tx),
        partners={partner.id: partner for partner in await partners.every(tx)},
        services={service.id: service for service in await services.every(tx)},
        resolved={resolved.mention.id: resolved for resolved in await mentions.every(tx)},
        decisions={decision.id: decision for decision in await decisions.every(tx)},
        stamp=stamp,
    )


async def _save_reference(tx: AsyncManagedTransaction, new: Reference) -> bool:
    check_reference(new)
    empty = await checks.empty(tx)
    old = EMPTY_REFERENCE if empty else await reference.stored(tx)
    if list(reference_records(old)) == list(reference_records(new)):
        return False
    try:
        if not empty:
            await reference.clear(tx, new)
        await reference.save(tx, new)
    except Dangling as problem:
        raise InputRefused(
            "Le référentiel ne va pas : un code dont il a besoin, ou qu'un service emploie, n'existe pas."
        ) from problem
    return True


async def _remove(tx: AsyncManagedTransaction, change: Change) -> bool:
    """Whether anything changed: what history names is closed, once, with its services; the rest is deleted."""
    if not change.removed_partners and not change.removed_services:
        return bool(await mentions.remove(tx, change.removed_mentions))
    await history.lock(tx, change.removed_partners, change.removed_services)
    asked = _by(await partners.by_id(tx, change.removed_partners), lambda p: p.id)
    if asked and (orphan := await partners.orphan(tx, asked)) is not None:
        raise InputRefused(f"« {orphan} » est encore rattaché à un partenaire que l'on retire.")
    names = {id: partner.name for id, partner in asked.items()}
    freed = [detached(resolved, names) for resolved in await mentions.naming(tx, asked)]
    await mentions.save(tx, freed, [resolved.mention.id for resolved in freed])
    kept = await history.partners(tx, asked)
    of_kept = _by(await services.of_partners(tx, kept), lambda s: s.id)
    removed = _by(await services.by_id(tx, change.removed_services), lambda s: s.id)
    kept_services = await history.services(tx, removed) | (of_kept.keys() - removed.keys())
    closed = [new for id in sorted(kept) if (new := changed_partner(closed_partner(asked[id]), asked[id])) is not None]
    offered = {**of_kept, **removed}
    shut = [
        closing
        for id in sorted(kept_services)
        if (closing := changed_service(closed_service(offered[id]), offered[id])) is not None
    ]
    await partners.save(tx, closed, [partner.id for partner in closed])
    await services.save(tx, shut, [service.id for service in shut])
    gone = asked.keys() - kept
    await partners.remove(tx, gone)
    services_gone = await services.remove(tx, removed.keys() - kept_services)
    mentions_gone = await mentions.remove(tx, change.removed_mentions)
    return bool(gone or closed or freed or shut or services_gone or mentions_gone)


def _size(change: Change) -> int:
    return sum(
        map(
            len,
            (
                *(change.partners, change.services, change.resolved, change.decisions),
                *(change.removed_partners, change.removed_services, change.removed_mentions),
            ),
        )
    )


def _storable(ids: Iterable[Id]) -> set[Id]:
    """Those of *ids* that can be sent at all; nothing stored has another one."""
    return {id for id in ids if storable_id(id)}


def _by(values: Iterable[Value], key_of: Callable[[Value], Key]) -> dict[Key, Value]:
    return {key_of(value): value for value in values}


def _grouped(
    wanted: Iterable[PartnerId], values: Iterable[Value], owner_of: Callable[[Value], PartnerId | None]
) -> dict[PartnerId, tuple[Value, ...]]:
    """Values of each asked partner, in the order they come; every asked id is a key."""
    found: defaultdict[PartnerId, list[Value]] = defaultdict(list)
    for value in values:
        owner = owner_of(value)
        if owner is not None:
            found[owner].append(value)
    return {id: tuple(found.get(id, ())) for id in wanted}
