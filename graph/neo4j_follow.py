"""The follow-up in Neo4j: young people, referrals, co-supports, agreements, and what is counted of them.

A write does not wait for the directory, only for those that change the same referral, or count the same edge: see
`graph.cypher.follow`. What it folds in Python was read after it had its locks.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from functools import partial
from typing import TypeVar

import orjson
from neo4j import AsyncManagedTransaction
from neo4j.exceptions import Neo4jError

from graph.agreement import Agreement
from graph.cosupport import CoSupport, CoSupportId
from graph.cypher import agreements, cosupports, edges, follow, intakes, ledger, purge, referrals, tallies
from graph.edges import Edge, Month, month
from graph.edges import edges as edges_of
from graph.entry import Entry, Followed
from graph.errors import Conflict
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
from graph.neo4j_connection import Connection, long
from graph.record_fields import instant
from graph.referral import Event, Referral, ReferralId
from graph.rules import check_id, storable_id
from graph.tallies import By, Count, Held, Outcomes, Refused, Scope, Tally, Waited
from graph.timers import Timers
from graph.together import pairs

Id = TypeVar("Id", bound=str)
Row = TypeVar("Row")

AT_ONCE = 1_000
"""Referrals that are read with their events, and intakes that are forgotten, in one go."""
WHOLE = long(50_000)
"""Seconds that counting, or reading everything, may take once the server has answered."""
LAST_MONTH: Month = "9999-12"


@dataclass(frozen=True, slots=True)
class Neo4jFollow:
    connection: Connection

    # written

    async def followed(self, key: IdempotencyKey, call: str) -> Followed | None:
        check_id(key)
        held, asked = follow.bound(key, call)
        found = await self.connection.read(lambda tx: ledger.answered(tx, held))
        return None if found is None else follow.answered(*found, asked)

    async def follow(self, entry: Entry, *, key: IdempotencyKey, call: str) -> Followed:
        check_id(key)
        check_entry(entry)
        seconds = long(size(entry))
        try:
            return await self.connection.write(lambda tx: _follow(tx, entry, key, call), seconds=seconds)
        except Conflict as problem:
            if not isinstance(problem.__cause__, Neo4jError):
                raise
            # somebody wrote the same node, or removed one of its ends, in the same instant: now one can see what
            return await self.connection.write(lambda tx: _follow(tx, entry, key, call), seconds=seconds)

    async def purge(self, before: date, *, key: IdempotencyKey) -> Purged:
        """In transactions of some hundred intakes: cut short, it goes on when it is asked for again."""
        check_id(key)
        call = f"purge {before.isoformat()}"
        done = await self.connection.write(lambda tx: _close(tx, before, key, call), seconds=WHOLE)
        if done is not None:
            return done
        so_far, more = Purged(0, 0, 0), True
        while more:
            forget = partial(_forget, before=before, key=key, call=call, so_far=so_far)
            so_far, more = await self.connection.write(forget, seconds=long(20 * AT_ONCE))
        return so_far

    async def rebuild_edges(self) -> int:
        return await self.connection.write(_rebuild, seconds=10 * WHOLE)

    # read

    async def held(self) -> Held:
        return await self.connection.read(follow.held)

    async def keyed(self) -> bool:
        return await self.connection.read(intakes.keyed)

    async def closed_through(self) -> Month:
        return await self.connection.read(edges.closed_through)

    async def intakes(self, ids: Iterable[IntakeId]) -> Mapping[IntakeId, Intake]:
        wanted = _storable(ids)
        return await self.connection.read(lambda tx: intakes.by_id(tx, wanted))

    async def referrals(self, ids: Iterable[ReferralId]) -> Mapping[ReferralId, Referral]:
        wanted = _storable(ids)
        return await self.connection.read(lambda tx: referrals.by_id(tx, wanted))

    async def referral_page(
        self, wanted: ReferralFilter, first: int, after: ReferralId | None = None
    ) -> tuple[list[Referral], bool, int]:
        found, total = await self.connection.read(lambda tx: referrals.matching(tx, wanted, first + 1, after))
        return found[:first], len(found) > first, total

    async def events_of(self, ids: Iterable[ReferralId]) -> Mapping[ReferralId, tuple[Event, ...]]:
        wanted = list(ids)
        found = await self.connection.read(lambda tx: referrals.events_of(tx, _storable(wanted)))
        grouped = _by_referral(found)
        return {id: tuple(grouped.get(id, ())) for id in wanted}

    async def cosupports(self, ids: Iterable[CoSupportId]) -> Mapping[CoSupportId, CoSupport]:
        wanted = _storable(ids)
        return await self.connection.read(lambda tx: cosupports.by_id(tx, wanted))

    async def cosupports_of(self, intake: IntakeId) -> list[CoSupport]:
        return await self.connection.read(lambda tx: cosupports.of_intakes(tx, _storable([intake])))

    async def agreements(self) -> list[Agreement]:
        return await self.connection.read(agreements.every)

    async def timers(self) -> Mapping[ServiceId, Timers]:
        return await self.connection.read(agreements.timers)

    async def edges(self, first: Month, last: Month) -> list[Edge]:
        return await self.connection.read(lambda tx: edges.between(tx, first, last), seconds=WHOLE)

    async def recomputed_edges(self) -> list[Edge]:
        return await self.connection.read(_recomputed, seconds=10 * WHOLE)

    # counted

    async def tally(self, scope: Scope, by: tuple[By, ...]) -> list[Tally]:
        return await self._counted(lambda tx: tallies.tally(tx, scope, by))

    async def sent(self, scope: Scope, by: tuple[By, ...]) -> list[Count]:
        return await self._counted(lambda tx: tallies.sent(tx, scope, by))

    async def people(self, scope: Scope, by: tuple[By, ...]) -> list[Count]:
        return await self._counted(lambda tx: tallies.people(tx, scope, by))

    async def shared(self, scope: Scope, wholes: Mapping[PartnerId, PartnerId] | None = None) -> list[Count]:
        return pairs(await self._counted(lambda tx: tallies.known(tx, scope)), wholes)

    async def waited(self, scope: Scope, by: tuple[By, ...], today: date) -> list[Waited]:
        return await self._counted(lambda tx: tallies.waited(tx, scope, by, today))

    async def refusals(self, scope: Scope, by: tuple[By, ...]) -> list[Refused]:
        return await self._counted(lambda tx: tallies.refusals(tx, scope, by))

    async def outcomes(self, scope: Scope, by: tuple[By, ...]) -> list[Outcomes]:
        return await self._counted(lambda tx: tallies.outcomes(tx, scope, by))

    async def young(self, scope: Scope, by: tuple[By, ...]) -> list[Count]:
        return await self._counted(lambda tx: tallies.young(tx, scope, by))

    async def unmet(self, scope: Scope, by: tuple[By, ...]) -> list[Count]:
        return await self._counted(lambda tx: tallies.unmet(tx, scope, by))

    async def needs_together(self, scope: Scope) -> list[Count]:
        return await self._counted(lambda tx: tallies.needs_together(tx, scope))

    async def cosupport_sizes(self, scope: Scope, today: date) -> list[Count]:
        return await self._counted(lambda tx: tallies.cosupport_sizes(tx, scope, today))

    async def _counted(self, work: Callable[[AsyncManagedTransaction], Awaitable[list[Row]]]) -> list[Row]:
        return await self.connection.read(work, seconds=WHOLE)


# what transactions write


async def _follow(tx: AsyncManagedTransaction, entry: Entry, key: IdempotencyKey, call: str) -> Followed:
    again = await follow.claim(tx, entry, key, call)
    if again is not None:
        return again
    found = await follow.known(tx, entry)
    check_needed(needed(entry), found.existing)
    if is_marked(entry):
        real, simulated = await follow.sorts(tx)
        check_simulated(entry, real=real, simulated=simulated)
    held = {} if not entry.cosupports else await cosupports.by_id(tx, follow.cosupport_ids(entry))
    check_cosupports(entry, held)
    await write(tx, entry, found, held)
    return Followed(answer(entry))


async def write(
    tx: AsyncManagedTransaction, entry: Entry, found: follow.Known, held: Mapping[CoSupportId, CoSupport]
) -> None:
    """*found* and *held* are what is stored of what *entry* changes; the locks are held."""
    await intakes.create(tx, new_intakes(entry, found.intakes))
    await intakes.save_unmet(tx, entry.unmet)
    lived = moved(entry, found.referrals)
    first = {**found.referrals, **lived}
    events = _by_referral(entry.events)
    new = [lived[referral.id] for referral in entry.referrals]
    rerouted = {r.id: source for r in new if (source := rerouted_from(r, first)) is not None}
    await referrals.create(tx, new, events, rerouted)
    await referrals.move(tx, [r for id, r in lived.items() if id in found.referrals], events)
    await cosupports.save(tx, entry.cosupports, held)
    if entry.read:
        await agreements.lock(tx, entry.read)
        check_agreements(entry, await agreements.every(tx))
    await agreements.save(tx, entry.agreements)
    await agreements.save_timers(tx, entry.timers)
    # a stored referral that re-routes another one has `follows` outside `first`: its edge is named by what it keeps
    keys = touched(lived.values(), await _followed(tx, lived.values(), first), (*held.values(), *entry.cosupports))
    await edges.aggregate(tx, keys)


async def _followed(
    tx: AsyncManagedTransaction, lived: Iterable[Referral], known: Mapping[ReferralId, Referral]
) -> Mapping[ReferralId, Referral]:
    """*known*, and the others that these follow."""
    missing = {r.follows for r in lived if r.follows is not None and r.follows not in known}
    return known if not missing else {**known, **await referrals.by_id(tx, missing)}


async def _close(tx: AsyncManagedTransaction, before: date, key: IdempotencyKey, call: str) -> Purged | None:
    """The answer that *key* already has; else None, the months of the purge being closed."""
    held, asked = follow.bound(key, call)
    done = await ledger.answered(tx, held)
    if done is not None:
        return Purged(**follow.answered(*done, asked).versions)
    await edges.lock_all(tx)
    await edges.close(tx, month(before))
    return None


async def _forget(
    tx: AsyncManagedTransaction, before: date, key: IdempotencyKey, call: str, so_far: Purged
) -> tuple[Purged, bool]:
    """Forgets some intakes: how many with those *so_far*, and whether more are left. The last one keeps the answer."""
    day, moment = before.isoformat(), instant(datetime.combine(before, time.min, PARIS))
    old = await purge.old(tx, day, moment, AT_ONCE)
    gone = await purge.taken(tx, old, day, moment)
    lost, supports = await referrals.of_intakes(tx, gone), await cosupports.of_intakes(tx, gone)
    await purge.forget(tx, gone)
    closed = await edges.closed_through(tx)
    # nearly always closed, as the days before a purge are; but a day may have been entered long after, or before
    keys = {each for each in touched(lost.values(), lost, supports) if each[3] > closed}
    if keys:
        await purge.lock_partners(tx, {r.other for r in lost.values()} | {source for _, source, _, _ in keys})
        await edges.aggregate(tx, keys)
    purged = Purged(so_far.intakes + len(gone), so_far.referrals + len(lost), so_far.cosupports + len(supports))
    if len(old) == AT_ONCE:
        return purged, True
    await ledger.remember(tx, *follow.bound(key, call), orjson.dumps(asdict(purged)).decode())
    return purged, False


async def _rebuild(tx: AsyncManagedTransaction) -> int:
    await edges.lock_all(tx)
    closed = await edges.closed_through(tx)
    wanted = await _recomputed(tx)
    stored = [edge for edge in await edges.between(tx, closed, LAST_MONTH) if edge.month > closed]
    there, made = set(stored), set(wanted)
    gone, new = [edge for edge in stored if edge not in made], [edge for edge in wanted if edge not in there]
    await edges.replace(tx, gone, new)
    return len({_place(edge) for edge in (*gone, *new)})


def _place(edge: Edge) -> tuple[str, ...]:
    return (edge.kind, edge.source, edge.target, edge.month)


async def _recomputed(tx: AsyncManagedTransaction) -> list[Edge]:
    closed = await edges.closed_through(tx)
    lived: dict[ReferralId, Referral] = {}
    for referral, events in await every_life(tx):
        lived[referral.id] = replayed(unlived(referral), events)
    return edges_of(lived, await cosupports.every(tx), closed)


async def every_life(tx: AsyncManagedTransaction) -> list[tuple[Referral, tuple[Event, ...]]]:
    """All referrals with their events, by id."""
    found: list[tuple[Referral, tuple[Event, ...]]] = []
    while len(page := await referrals.lives(tx, found[-1][0].id if found else "", AT_ONCE)) == AT_ONCE:
        found += page
    return found + page


async def everything(tx: AsyncManagedTransaction) -> FollowUp:
    """All of the follow-up, as a backup keeps it; nobody writes a referral meanwhile."""
    await edges.lock_all(tx)
    lives = await every_life(tx)
    return FollowUp(
        intakes=tuple(await every_intake(tx)),
        unmet=tuple(await intakes.every_unmet(tx)),
        referrals=tuple(referral for referral, _ in lives),
        events=tuple(event for _, events in lives for event in events),
        cosupports=tuple(await cosupports.every(tx)),
        agreements=tuple(await agreements.every(tx)),
        timers=await agreements.timers(tx),
        edges=tuple(await edges.between(tx, "", LAST_MONTH)),
        closed_through=await edges.closed_through(tx),
    )


async def fill(tx: AsyncManagedTransaction, held: FollowUp) -> None:
    """Into an empty store. Raises InputRefused or NotFound on what contradicts itself, the edges included."""
    entry = held.entry
    check_entry(entry)
    found = await follow.known(tx, entry)
    check_needed(replace(needed(entry), cosupports=frozenset()), found.existing)
    if held.closed_through:
        await edges.close(tx, held.closed_through)
    await write(tx, entry, found, {})
    check_edges(held.edges, await edges.between(tx, "", LAST_MONTH), held.closed_through)
    closed = [edge for edge in held.edges if edge.month <= held.closed_through]
    await edges.replace(tx, (), sorted(closed, key=lambda edge: edge.kind))


async def every_intake(tx: AsyncManagedTransaction) -> list[Intake]:
    """By id."""
    found: list[Intake] = []
    while len(page := await intakes.page(tx, found[-1].id if found else "", AT_ONCE)) == AT_ONCE:
        found += page
    return found + page


def _by_referral(events: Iterable[Event]) -> dict[ReferralId, list[Event]]:
    grouped: defaultdict[ReferralId, list[Event]] = defaultdict(list)
    for event in events:
        grouped[event.referral].append(event)
    return grouped


def size(entry: Entry) -> int:
    """How many things it writes, more or less."""
    parts = (entry.intakes, entry.unmet, entry.referrals, entry.events, entry.cosupports, entry.agreements)
    return sum(map(len, parts))


def _storable(ids: Iterable[Id]) -> set[Id]:
    """Those of *ids* that can be sent at all; nothing stored has another one."""
    return {id for id in ids if storable_id(id)}
