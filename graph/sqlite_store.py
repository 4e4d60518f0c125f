"""The embedded store: one SQLite file, rows in, frozen values out; one method, one transaction."""

import sqlite3
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path

from graph.check import dangling_text
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
from graph.records import Contents, counts, digest, from_records, to_records
from graph.reference import Reference
from graph.reference_records import reference_records
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
)
from graph.sql import decisions, follow, integrity, mentions, partners, publications, reference, services, state
from graph.sqlite_file import SqliteFile
from graph.sqlite_follow import SqliteFollow, everything, fill
from graph.sqlite_publications import SqlitePublications
from graph.store import Applied, Migration, Page, PartnerFilter, Record


class SqliteStore(SqliteFollow, SqlitePublications):
    """*read_limit*: seconds after which a read of less than the whole store is stopped, None for never."""

    def __init__(self, path: Path | str, read_limit: float | None = None) -> None:
        self._file = SqliteFile(Path(path), read_limit)

    async def close(self) -> None:
        await self._file.close()

    async def schema_version(self) -> int:
        return await self._file.version()

    async def migrate(self) -> Migration:
        return await self._file.migrate()

    async def save_reference(self, reference: Reference) -> bool:
        return await self._file.write(lambda connection: _save_reference(connection, reference))

    async def stamp(self) -> int:
        return await self._file.read(state.stamp)

    async def mark(self) -> str:
        return await self._file.glance(state.mark)

    async def directory(self) -> Directory:
        return await self._file.read(_directory, limited=False)

    async def partners(self, ids: Iterable[PartnerId]) -> Mapping[PartnerId, Partner]:
        return await self._file.read(lambda connection: partners.by_id(connection, ids))

    async def partner_page(self, wanted: PartnerFilter, first: int, after: PartnerId | None = None) -> Page[Partner]:
        return await self._file.read(lambda connection: partners.page(connection, wanted, first, after))

    async def units_of(self, ids: Iterable[PartnerId]) -> Mapping[PartnerId, tuple[Partner, ...]]:
        return await self._file.read(lambda connection: partners.units(connection, ids))

    async def services(self, ids: Iterable[ServiceId]) -> Mapping[ServiceId, Service]:
        return await self._file.read(lambda connection: services.by_id(connection, ids))

    async def services_of(self, ids: Iterable[PartnerId]) -> Mapping[PartnerId, tuple[Service, ...]]:
        return await self._file.read(lambda connection: services.of_partners(connection, ids))

    async def resolved_of(self, ids: Iterable[PartnerId]) -> Mapping[PartnerId, tuple[Resolved, ...]]:
        return await self._file.read(lambda connection: mentions.of_partners(connection, ids))

    async def resolved(self) -> list[Resolved]:
        return await self._file.read(mentions.every, limited=False)

    async def waiting(self, first: int, after: str | None = None) -> Page[Resolved]:
        return await self._file.read(lambda connection: mentions.waiting(connection, first, after))

    async def decisions(self) -> list[Decision]:
        return await self._file.read(decisions.every, limited=False)

    async def apply(self, change: Change, *, expected: int, key: IdempotencyKey) -> Applied:
        return await self._file.write(lambda connection: _apply(connection, change, expected, key))

    async def export(self) -> AsyncIterator[Record]:
        for record in to_records(await self._file.read(_contents, limited=False)):
            yield record

    async def import_(self, records: Iterable[Record]) -> Mapping[str, int]:
        return await self._file.write(lambda connection: _import(connection, records))

    async def dangling(self) -> list[tuple[str, str]]:
        return await self._file.read(_dangling, limited=False)


# what each transaction does, in the thread of its connection


def _save_reference(connection: sqlite3.Connection, new: Reference) -> bool:
    check_reference(new)
    if list(reference_records(reference.read(connection))) == list(reference_records(new)):
        return False
    reference.save(connection, new)
    _refuse_dangling(connection, "Ce référentiel ne convient pas au répertoire.")
    return True


def _refuse_dangling(connection: sqlite3.Connection, why: str) -> None:
    left = integrity.dangling(connection)
    if left:
        raise InputRefused(f"{why} {dangling_text(*left[0])}")


def _directory(connection: sqlite3.Connection) -> Directory:
    stamp, mark = state.stamp(connection), state.mark(connection)
    return Directory(partners.every(connection), services.every(connection), stamp, mark)


def _contents(connection: sqlite3.Connection) -> Contents:
    return Contents(
        reference=reference.read(connection),
        partners=partners.every(connection),
        services=services.every(connection),
        resolved={resolved.mention.id: resolved for resolved in mentions.every(connection)},
        decisions={decision.id: decision for decision in decisions.every(connection)},
        stamp=state.stamp(connection),
        followed=everything(connection),
        publications=tuple(publications.every(connection)),
    )


def _dangling(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    damage = [("file", "sqlite")] if integrity.damaged(connection) else []
    return damage + integrity.dangling(connection)


def _apply(connection: sqlite3.Connection, change: Change, expected: int, key: IdempotencyKey) -> Applied:
    check_id(key)
    check_ids(change)
    content = digest(change)
    done = state.written(connection, key)
    if done is not None:
        if done.digest != content:
            raise Conflict("Cet envoi porte la même clé qu'un autre, dont le contenu est différent.")
        return Applied(done.stamp, again=True)
    stamp = state.stamp(connection)
    if stamp != expected:
        raise Conflict("Le répertoire a changé entre-temps : rechargez-le avant d'enregistrer.")
    check_change(change, reference.codes(connection), partners.existing(connection, partners_needed(change)))
    check_circles(change, partners.above(connection, parents_needed(change)))
    if _write(connection, change, empty=stamp == 0):
        stamp += 1
        state.set_stamp(connection, stamp)
    state.remember(connection, key, state.Written(content, stamp))
    return Applied(stamp)


def _write(connection: sqlite3.Connection, change: Change, *, empty: bool) -> bool:
    """Whether anything changed. *empty*: nothing is stored, nothing need be compared."""
    old_partners = {} if empty else partners.by_id(connection, [p.id for p in change.partners])
    old_services = {} if empty else services.by_id(connection, [s.id for s in change.services])
    old_resolved = {} if empty else mentions.by_id(connection, [r.mention.id for r in change.resolved])
    old_decisions = {} if empty else decisions.by_id(connection, [d.id for d in change.decisions])
    new_partners = list(filter(None, (changed_partner(p, old_partners.get(p.id)) for p in change.partners)))
    new_services = list(filter(None, (changed_service(s, old_services.get(s.id)) for s in change.services)))
    new_resolved = [r for r in change.resolved if old_resolved.get(r.mention.id) != r]
    new_decisions = [d for d in change.decisions if old_decisions.get(d.id) != d]
    partners.save(connection, new_partners, old_partners.keys() & {p.id for p in new_partners})
    services.save(connection, new_services, old_services.keys() & {s.id for s in new_services})
    mentions.save(connection, new_resolved, old_resolved.keys() & {r.mention.id for r in new_resolved})
    decisions.save(connection, new_decisions)
    removed = False if empty else _remove(connection, change)
    return bool(new_partners or new_services or new_resolved or new_decisions or removed)


def _remove(connection: sqlite3.Connection, change: Change) -> bool:
    """Whether anything was there to remove."""
    gone = partners.by_id(connection, change.removed_partners)
    if gone:
        orphan = partners.orphan(connection, gone)
        if orphan is not None:
            raise InputRefused(f"« {orphan} » est encore rattaché à un partenaire que l'on retire.")
        touched = mentions.naming(connection, gone)
        names = {id: partner.name for id, partner in gone.items()}
        freed = [detached(resolved, names) for resolved in touched]
        mentions.save(connection, freed, [resolved.mention.id for resolved in freed])
    removed = _remove_or_close(connection, gone, services.by_id(connection, change.removed_services))
    return bool(mentions.remove(connection, change.removed_mentions)) or removed


def _remove_or_close(
    connection: sqlite3.Connection, gone: Mapping[PartnerId, Partner], services_gone: Mapping[ServiceId, Service]
) -> bool:
    """Whether anything changed: what history names is closed, once, with its services; the rest is deleted."""
    of_gone = [s for own in services.of_partners(connection, gone).values() for s in own]
    offered = {**services_gone, **{service.id: service for service in of_gone}}
    kept_services = follow.named_services(connection, frozenset(offered))
    kept = follow.named_partners(connection, frozenset(gone)) | {offered[ServiceId(id)].partner for id in kept_services}
    kept_partners = {id for id in gone if id in kept}
    closing = [
        closed
        for id in sorted(kept_partners)
        if (closed := changed_partner(closed_partner(gone[id]), gone[id])) is not None
    ]
    shutting = [
        shut
        for service in offered.values()
        if service.id in kept_services or (service.partner in kept_partners and service.id not in services_gone)
        if (shut := changed_service(closed_service(service), service)) is not None
    ]
    partners.save(connection, closing, [partner.id for partner in closing])
    services.save(connection, shutting, [service.id for service in shutting])
    deleted = gone.keys() - kept_partners
    partners.remove(connection, {id: gone[id] for id in deleted})
    services_deleted = services.remove(connection, [id for id in services_gone if id not in kept_services])
    return bool(closing or shutting or deleted or services_deleted)


def _import(connection: sqlite3.Connection, records: Iterable[Record]) -> dict[str, int]:
    contents = from_records(records)
    change = contents.change
    check_reference(contents.reference)
    check_ids(change)
    check_change(change, Codes.of(contents.reference), ())
    check_circles(change, {})
    if state.stamp(connection) or not state.empty(connection):
        raise InputRefused("Le stockage n'est pas vide : importez dans un stockage neuf.")
    reference.save(connection, contents.reference)
    _write(connection, change, empty=True)
    state.set_stamp(connection, contents.stamp)
    fill(connection, contents.followed)
    publications.save(connection, contents.publications)
    _refuse_dangling(connection, "Cet export se contredit.")
    return counts(contents)
