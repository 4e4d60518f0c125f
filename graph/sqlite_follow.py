"""The follow-up in SQLite: young people, referrals, co-supports, agreements, and what is counted of them."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime, time

from graph.agreement import Agreement
from graph.cosupport import CoSupport, CoSupportId
from graph.edges import Edge, Month, month
from graph.edges import edges as edges_of
from graph.entry import Entry, Followed
from graph.follow_records import FollowUp
from graph.follow_rules import (
    answer,
    check_agreements,
    check_cosupports,
    check_edges,
    check_entry,
    check_needed,
    check_simulated,
    is_marked,
    moved,
    needed,
    new_intakes,
    rerouted_from,
    touched,
    unlived,
)
from graph.follow_store import Purged, ReferralFilter
from graph.intake import Intake, IntakeId
from graph.lifecycle import PARIS, replayed
from graph.model import IdempotencyKey, PartnerId, ServiceId
from graph.record_fields import instant
from graph.referral import Event, Referral, ReferralId
from graph.rules import check_id
from graph.sql import agreements, cosupports, edges, follow, intakes, referrals, tallies
from graph.sqlite_file import SqliteFile
from graph.tallies import By, Count, Held, Outcomes, Refused, Scope, Tally, Waited
from graph.timers import Timers
from graph.together import pairs

LAST_MONTH: Month = "9999-12"


class SqliteFollow:
    _file: SqliteFile

    # written

    async def followed(self, key: IdempotencyKey, call: str) -> Followed | None:
        check_id(key)
        return await self._file.read(lambda connection: follow.answered(connection, key, call))

    async def follow(self, entry: Entry, *, key: IdempotencyKey, call: str) -> Followed:
        check_id(key)
        check_entry(entry)
        return await self._file.write(lambda connection: _follow(connection, entry, key, call))

    async def purge(self, before: date, *, key: IdempotencyKey) -> Purged:
        check_id(key)
        return await self._file.write(lambda connection: _purge(connection, before, key))

    async def rebuild_edges(self) -> int:
        return await self._file.write(_rebuild)

    # read

    async def held(self) -> Held:
        return await self._file.read(lambda connection: Held(*intakes.held(connection)))

    async def keyed(self) -> bool:
        return await self._file.read(intakes.keyed)

    async def closed_through(self) -> Month:
        return await self._file.read(edges.closed_through)

    async def intakes(self, ids: Iterable[IntakeId]) -> Mapping[IntakeId, Intake]:
        return await self._file.read(lambda connection: intakes.by_id(connection, ids))

    async def referrals(self, ids: Iterable[ReferralId]) -> Mapping[ReferralId, Referral]:
        return await self._file.read(lambda connection: referrals.by_id(connection, ids))

    async def referral_page(
        self, wanted: ReferralFilter, first: int, after: ReferralId | None = None
    ) -> tuple[list[Referral], bool, int]:
        found, total = await self._file.read(
            lambda connection: referrals.matching(connection, wanted, first + 1, after)
        )
        return found[:first], len(found) > first, total

    async def events_of(self, ids: Iterable[ReferralId]) -> Mapping[ReferralId, tuple[Event, ...]]:
        return await self._file.read(lambda connection: referrals.events_of(connection, ids))

    async def cosupports(self, ids: Iterable[CoSupportId]) -> Mapping[CoSupportId, CoSupport]:
        return await self._file.read(lambda connection: cosupports.by_id(connection, ids))

    async def cosupports_of(self, intake: IntakeId) -> list[CoSupport]:
        return await self._file.read(lambda connection: cosupports.of_intakes(connection, [intake]))

    async def agreements(self) -> list[Agreement]:
        return await self._file.read(agreements.every)

    async def timers(self) -> Mapping[ServiceId, Timers]:
        return await self._file.read(agreements.timers)

    async def edges(self, first: Month, last: Month) -> list[Edge]:
        return await self._file.read(lambda connection: edges.between(connection, first, last))

    async def recomputed_edges(self) -> list[Edge]:
        return await self._file.read(_recomputed, limited=False)

    # counted

    async def tally(self, scope: Scope, by: tuple[By, ...]) -> list[Tally]:
        return await self._file.read(lambda connection: tallies.tally(connection, scope, by))

    async def sent(self, scope: Scope, by: tuple[By, ...]) -> list[Count]:
        return await self._file.read(lambda connection: tallies.sent(connection, scope, by))

    async def people(self, scope: Scope, by: tuple[By, ...]) -> list[Count]:
        return await self._file.read(lambda connection: tallies.people(connection, scope, by))

    async def shared(self, scope: Scope, wholes: Mapping[PartnerId, PartnerId] | None = None) -> list[Count]:
        return pairs(await self._file.read(lambda connection: tallies.known(connection, scope)), wholes)

    async def waited(self, scope: Scope, by: tuple[By, ...], today: date) -> list[Waited]:
        return await self._file.read(lambda connection: tallies.waited(connection, scope, by, today))

    async def refusals(self, scope: Scope, by: tuple[By, ...]) -> list[Refused]:
        return await self._file.read(lambda connection: tallies.refusals(connection, scope, by))

    async def outcomes(self, scope: Scope, by: tuple[By, ...]) -> list[Outcomes]:
        return await self._file.read(lambda connection: tallies.outcomes(connection, scope, by))

    async def young(self, scope: Scope, by: tuple[By, ...]) -> list[Count]:
        return await self._file.read(lambda connection: tallies.young(connection, scope, by))

    async def unmet(self, scope: Scope, by: tuple[By, ...]) -> list[Count]:
        return await self._file.read(lambda connection: tallies.unmet(connection, scope, by))

    async def needs_together(self, scope: Scope) -> list[Count]:
        return await self._file.read(lambda connection: tallies.needs_together(connection, scope))

    async def cosupport_sizes(self, scope: Scope, today: date) -> list[Count]:
        return await self._file.read(lambda connection: tallies.cosupport_sizes(connection, scope, today))


# what each transaction does, in the thread of its connection


def _follow(connection: sqlite3.Connection, entry: Entry, key: IdempotencyKey, call: str) -> Followed:
    again = follow.answered(connection, key, call)
    if again is not None:
        return again
    wanted = needed(entry)
    check_needed(wanted, follow.existing(connection, wanted))
    if is_marked(entry):
        real, simulated = intakes.sorts(connection)
        check_simulated(entry, real=real, simulated=simulated)
    write(connection, entry)
    versions = answer(entry)
    follow.remember(connection, key, call, versions)
    return Followed(versions)


def write(connection: sqlite3.Connection, entry: Entry, *, moved_in: bool = False) -> None:
    """*entry*, checked against what is stored as it goes. *moved_in*: co-supports come with all their versions."""
    stored_intakes = intakes.by_id(connection, [i.id for i in entry.intakes])
    intakes.save(connection, new_intakes(entry, stored_intakes))
    intakes.save_unmet(connection, entry.unmet)
    ids = {r.id for r in entry.referrals} | {e.referral for e in entry.events}
    ids |= {r.follows for r in entry.referrals if r.follows is not None}
    stored = referrals.by_id(connection, ids)
    lived = moved(entry, stored)
    first = {**stored, **lived}
    new = [lived[referral.id] for referral in entry.referrals]
    rerouted = {r.id: source for r in new if (source := rerouted_from(r, first)) is not None}
    referrals.create(connection, new, rerouted)
    referrals.move(connection, [r for id, r in lived.items() if id in stored])
    referrals.append(connection, entry.events)
    supports = cosupports.by_id(connection, [c.id for c in entry.cosupports])
    if not moved_in:
        check_cosupports(entry, supports)
    cosupports.save(connection, entry.cosupports)
    if entry.read:
        check_agreements(entry, agreements.every(connection))
    agreements.save(connection, entry.agreements)
    agreements.save_timers(connection, entry.timers)
    missing = {r.follows for r in lived.values() if r.follows is not None and r.follows not in first}
    first |= referrals.by_id(connection, missing) if missing else {}
    edges.aggregate(connection, touched(lived.values(), first, (*supports.values(), *entry.cosupports)))


def everything(connection: sqlite3.Connection) -> FollowUp:
    """All of the follow-up, as a backup keeps it."""
    return FollowUp(
        intakes=tuple(intakes.every(connection).values()),
        unmet=tuple(intakes.every_unmet(connection)),
        referrals=tuple(referrals.every(connection).values()),
        events=tuple(referrals.every_event(connection)),
        cosupports=tuple(cosupports.every(connection)),
        agreements=tuple(agreements.every(connection)),
        timers=agreements.timers(connection),
        edges=tuple(edges.between(connection, "", LAST_MONTH)),
        closed_through=edges.closed_through(connection),
    )


def fill(connection: sqlite3.Connection, held: FollowUp) -> None:
    """Into an empty store. Raises InputRefused or NotFound on what contradicts itself, the edges included."""
    entry = held.entry
    check_entry(entry)
    wanted = needed(entry)
    check_needed(replace(wanted, cosupports=frozenset()), follow.existing(connection, wanted))
    if held.closed_through:
        edges.close(connection, held.closed_through)
    write(connection, entry, moved_in=True)
    check_edges(held.edges, edges.between(connection, "", LAST_MONTH), held.closed_through)
    edges.replace(connection, (), [edge for edge in held.edges if edge.month <= held.closed_through])


def _purge(connection: sqlite3.Connection, before: date, key: IdempotencyKey) -> Purged:
    call = f"purge {before.isoformat()}"
    done = follow.answered(connection, key, call)
    if done is not None:
        return Purged(**done.versions)
    edges.close(connection, month(before))
    moment = instant(datetime.combine(before, time.min, PARIS))
    gone = intakes.old(connection, before.isoformat(), moment)
    lost, supports = referrals.of_intakes(connection, gone), cosupports.of_intakes(connection, gone)
    cosupports.forget(connection, gone)
    referrals.forget(connection, gone)
    intakes.forget(connection, gone)
    edges.aggregate(connection, touched(lost.values(), lost, supports))  # days may be entered long after, or before
    purged = Purged(len(gone), len(lost), len(supports))
    follow.remember(connection, key, call, asdict(purged))
    return purged


def _rebuild(connection: sqlite3.Connection) -> int:
    closed = edges.closed_through(connection)
    wanted = set(_recomputed(connection))
    stored = {edge for edge in edges.between(connection, closed, LAST_MONTH) if edge.month > closed}
    edges.replace(connection, stored - wanted, wanted - stored)
    return len({(e.kind, e.source, e.target, e.month) for e in stored ^ wanted})


def _recomputed(connection: sqlite3.Connection) -> list[Edge]:
    events: defaultdict[ReferralId, list[Event]] = defaultdict(list)
    for event in referrals.every_event(connection):
        events[event.referral].append(event)
    lived = {id: replayed(unlived(referral), events[id]) for id, referral in referrals.every(connection).items()}
    return edges_of(lived, cosupports.every(connection), edges.closed_through(connection))
