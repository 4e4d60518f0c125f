"""What comes into the follow-up by file and by the clock: read, compared with the store, written in batches."""

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

import orjson

from graph.agreement import Agreement, AgreementId, in_a_circle
from graph.directory import Directory
from graph.entry import Entry
from graph.errors import Conflict, FileRefused, InputRefused, NotFound
from graph.follow_store import FollowStore, ReferralFilter
from graph.intake import Intake, Unmet
from graph.lifecycle import TIMED
from graph.model import IdempotencyKey
from graph.referral import Event, EventKind
from graph.store import Store
from graph.suggestion import suggest
from graph.timers import DEFAULT, due
from loaders.agreements import AgreementReading
from loaders.intakes import IntakeReading
from loaders.reading import Rejected
from loaders.reference import reference
from resolvers.intakes import request_of
from resolvers.referrals import every

BATCH = 200
"""Rows of one transaction."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Saved:
    """Of the rows `read`, each is stored, unchanged or refused."""

    read: int
    stored: int
    unchanged: int
    refused: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class Ticked:
    reminders: int
    expired: int


async def save_intakes(
    store: Store, reading: IntakeReading, directory: Directory, today: date, *, dry_run: bool = False
) -> Saved:
    """An intake that is stored with another content is refused: an intake never changes.

    With a new one, the needs that no partner of *directory* covers, noticed on the day it was received: loaded long
    after, they are those that nobody covers today, since the directory of that day is not kept.
    """
    await _expect_real(store, reading.source)
    held = await store.intakes(intake.id for _, intake in reading.intakes)
    fresh: list[tuple[int, Intake]] = []
    refused = list(reading.refused)
    for line, intake in reading.intakes:
        stored = held.get(intake.id)
        if stored is None:
            fresh.append((line, intake))
        elif stored != intake:
            refused.append(Rejected(reading.source, line, _OTHER))
    written = len(fresh)
    if not dry_run:
        await store.save_reference(reference())
        lost = await _lost(store, reading.source, fresh, lambda values: _with_unmet(values, directory, today))
        refused += lost
        written -= len(lost)
    unchanged = reading.read - written - len(refused)
    return Saved(reading.read, written, unchanged, _by_line(refused))


def _with_unmet(intakes: tuple[Intake, ...], directory: Directory, today: date) -> Entry:
    known = reference()
    unmet = [
        Unmet(intake.id, need, intake.received_on)
        for intake in intakes
        for need in suggest(request_of(known, intake), directory, known, today).uncovered
    ]
    return Entry(intakes=intakes, unmet=tuple(unmet))


async def save_agreements(store: Store, reading: AgreementReading, *, dry_run: bool = False) -> Saved:
    """An agreement that is stored with another content is replaced."""
    await _expect_real(store, reading.source)
    held = {agreement.id: agreement for agreement in await store.agreements()}
    renewed = {a.id: a.renews for a in (*held.values(), *(agreement for _, agreement in reading.agreements))}
    refused = list(reading.refused)
    fresh = []
    for line, agreement in reading.agreements:
        if in_a_circle(agreement.id, renewed):  # through one that is stored already
            refused.append(
                Rejected(reading.source, line, "avec celles qu'elle renouvelle, elle se renouvelle elle-même.")
            )
        elif held.get(agreement.id) != agreement:
            fresh.append((line, agreement))
    written = len(fresh)
    if not dry_run:
        marks = {id: agreement.mark for id, agreement in held.items()}
        lost = await _lost(store, reading.source, fresh, lambda values: _replacing(values, marks))
        refused += lost
        written -= len(lost)
    unchanged = reading.read - written - len(refused)
    return Saved(reading.read, written, unchanged, _by_line(refused))


def _replacing(agreements: tuple[Agreement, ...], marks: Mapping[AgreementId, str]) -> Entry:
    """Refused when somebody changed one since it was compared with the file."""
    return Entry(agreements=agreements, read={a.id: marks[a.id] for a in agreements if a.id in marks})


_OTHER = "la référence est déjà enregistrée avec un autre contenu ; un livret enregistré ne change pas."


async def _expect_real(store: FollowStore, source: str) -> None:
    if (await store.held()).simulated:
        raise FileRefused(source, "ce stockage contient des données simulées : rien de réel ne peut y entrer.")


async def _lost(
    store: FollowStore, source: str, rows: Sequence[tuple[int, Value]], entry: Callable[[tuple[Value, ...]], Entry]
) -> list[Rejected]:
    """Writes *rows*; those that could not be are given. A batch that is refused is written again one by one."""
    lost: list[Rejected] = []
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        if await _refusal(store, entry(tuple(value for _, value in batch))) is None:
            continue
        for line, value in batch:
            problem = await _refusal(store, entry((value,)))
            if problem is not None:
                lost.append(Rejected(source, line, problem))
    return lost


async def _refusal(store: FollowStore, entry: Entry) -> str | None:
    """None once *entry* is written, else why it is not."""
    try:
        await store.follow(entry, key=IdempotencyKey(f"file-{uuid.uuid4()}"), call=_spelled("file", entry))
    except Conflict as problem:
        return _OTHER if entry.intakes else str(problem)
    except (InputRefused, NotFound) as problem:
        return str(problem)
    return None


def _spelled(caller: str, entry: Entry) -> str:
    """A digest of the content, so that nothing of it is kept with the key."""
    return f"{caller} {hashlib.sha256(orjson.dumps(entry, default=sorted)).hexdigest()}"


def _by_line(refused: Sequence[Rejected]) -> tuple[Rejected, ...]:
    return tuple(sorted(refused, key=lambda r: r.line))


async def tick(store: FollowStore, now: datetime) -> Ticked:
    """Writes what *now* makes due, once: reminders, and ends without an answer.

    A referral that moved after *now*, or that somebody moves meanwhile, is left as it is.
    """
    made = await _due(store, now)
    done: list[Event] = []
    for start in range(0, len(made), BATCH):
        batch = made[start : start + BATCH]
        if await _moved(store, batch):
            done += batch
        else:
            done += [event for event in batch if await _moved(store, [event])]
    reminders = sum(event.kind is EventKind.REMINDER for event in done)
    return Ticked(reminders, len(done) - reminders)


async def _due(store: FollowStore, now: datetime) -> list[Event]:
    """All of them before any is written: a page follows the last referral of the one before, where it stood."""
    timers = await store.timers()
    shortest = min([DEFAULT.reminder, *(own.reminder for own in timers.values())])
    wanted = ReferralFilter(states=TIMED, before=now - timedelta(days=shortest) + timedelta(seconds=1))
    found: list[Event] = []
    for referral in await every(store, wanted):
        own = DEFAULT if referral.service is None else timers.get(referral.service, DEFAULT)
        event = due(referral, own, now)
        if event is not None and (referral.last_at is None or referral.last_at <= now):
            found.append(event)
    return found


async def _moved(store: FollowStore, events: Sequence[Event]) -> bool:
    entry = Entry(events=tuple(events))
    try:
        await store.follow(entry, key=IdempotencyKey(f"tick-{uuid.uuid4()}"), call=_spelled("tick", entry))
    except (Conflict, InputRefused, NotFound):
        return False
    return True
