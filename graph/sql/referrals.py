# ruff: noqa: S608  (constants joined to constants; every value is a parameter)
"""Referrals with what their events made of them, and the events themselves.

`counted_on` and `month` are there while figures know a referral (`Referral.counts`).
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import orjson

from graph.edges import covered, month
from graph.follow_store import ReferralFilter
from graph.intake import AgeBand, IntakeId, ProgrammeCode
from graph.model import PartnerId, ServiceId, TerritoryCode
from graph.record_fields import day, from_instant, instant
from graph.referral import (
    ActorId,
    Direction,
    Event,
    EventKind,
    Mode,
    NeedOutcome,
    NeedResult,
    Referral,
    ReferralId,
    RefusalReason,
    State,
    reason_of,
)
from graph.sql.rows import Row, code_set, listed, rows, scalar, unpacked

REFERRAL = """
SELECT r.id, r.intake, r.sender, r.partner, r.service,
    (SELECT json_group_array(n.need) FROM referral_need n WHERE n.referral = r.id),
    r.mode, r.direction, r.epci, r.age_band, r.qpv, r.island, r.programme, r.follows, r.simulated, r.state, r.version,
    r.sent_on, r.answered_on, r.silent_on, r.accepted, r.refused, r.refusal, r.unanswered, r.met, r.missed,
    r.planned_on, r.ended_on, r.outcomes, r.since, r.last_at, r.reminded_at
FROM referral r
"""

_STATES = {state.value: state for state in State}


def _referral(row: Row) -> Referral:
    (id, intake, sender, partner, service, needs, mode, direction, epci, age_band, qpv, island) = row[:12]
    (programme, follows, simulated, state, version, sent_on, answered_on, silent_on) = row[12:20]
    (accepted, refused, refusal, unanswered, met, missed, planned_on, ended_on) = row[20:28]
    (outcomes, since, last_at, reminded_at) = row[28:]
    return Referral(
        id=ReferralId(id),
        intake=IntakeId(intake),
        sender=PartnerId(sender),
        partner=PartnerId(partner),
        service=None if service is None else ServiceId(service),
        needs=code_set(needs),
        mode=Mode(mode),
        direction=Direction(direction),
        epci=TerritoryCode(epci),
        age_band=AgeBand(age_band),
        qpv=bool(qpv),
        island=bool(island),
        programme=ProgrammeCode(programme),
        follows=None if follows is None else ReferralId(follows),
        simulated=bool(simulated),
        state=_STATES[state],
        version=version,
        sent_on=_day(sent_on),
        answered_on=_day(answered_on),
        silent_on=_day(silent_on),
        accepted=bool(accepted),
        refused=bool(refused),
        refusal=None if refusal is None else RefusalReason(refusal),
        unanswered=bool(unanswered),
        met=bool(met),
        missed=bool(missed),
        planned_on=_day(planned_on),
        ended_on=_day(ended_on),
        outcomes=_outcomes(outcomes),
        since=_moment(since),
        last_at=_moment(last_at),
        reminded_at=_moment(reminded_at),
    )


def _outcomes(text: str) -> tuple[NeedOutcome, ...]:
    return tuple(NeedOutcome.of(*row) for row in unpacked(text))


def _packed(outcomes: Iterable[NeedOutcome]) -> str:
    return orjson.dumps([outcome.spelled for outcome in outcomes]).decode()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else from_instant(text)


EVERY = REFERRAL + "ORDER BY r.id"


def every(connection: sqlite3.Connection) -> dict[ReferralId, Referral]:
    return {referral.id: referral for referral in map(_referral, rows(connection, EVERY))}


BY_ID = REFERRAL + "WHERE r.id IN (SELECT value FROM json_each(:ids)) ORDER BY r.id"


def by_id(connection: sqlite3.Connection, ids: Iterable[ReferralId]) -> dict[ReferralId, Referral]:
    return {referral.id: referral for referral in map(_referral, rows(connection, BY_ID, {"ids": listed(ids)}))}


OF_INTAKES = REFERRAL + "WHERE r.intake IN (SELECT value FROM json_each(:ids)) ORDER BY r.id"


def of_intakes(connection: sqlite3.Connection, ids: Iterable[IntakeId]) -> dict[ReferralId, Referral]:
    return {referral.id: referral for referral in map(_referral, rows(connection, OF_INTAKES, {"ids": listed(ids)}))}


_HOLDS = {
    "states": " AND r.state IN (SELECT value FROM json_each(:states))",
    "intake": " AND r.intake = :intake",
    "partner": " AND r.other = :partner",
    "site": " AND r.site = :site",
    "before": " AND r.since < :before",
    "since": " AND r.since >= :since",
}
"""Only what is asked for stands in the statement, so that an index serves it."""
_MATCH = " WHERE true"
_PAGE = """
    AND (:after IS NULL OR (r.since, r.id) > ((SELECT since FROM referral WHERE id = :after), :after))
ORDER BY r.since, r.id LIMIT :first
"""
COUNT = "SELECT count(*) FROM referral r"


def matching(
    connection: sqlite3.Connection, wanted: ReferralFilter, first: int, after: ReferralId | None
) -> tuple[list[Referral], int]:
    """At most *first*, by (since, id), and how many match in all."""
    parameters = {
        "states": listed(state.value for state in wanted.states) if wanted.states else None,
        "intake": wanted.intake,
        "partner": wanted.partner,
        "site": wanted.site,
        "before": None if wanted.before is None else instant(wanted.before),
        "since": None if wanted.since is None else instant(wanted.since),
    }
    match = _MATCH + "".join(holds for name, holds in _HOLDS.items() if parameters[name] is not None)
    found = rows(connection, REFERRAL + match + _PAGE, {**parameters, "after": after, "first": first})
    return [_referral(row) for row in found], scalar(connection, COUNT + match, parameters)


SAVE = """
INSERT INTO referral (id, intake, sender, partner, service, site, other, mode, direction, epci, age_band, qpv, island,
    programme, follows, rerouted_from, simulated, state, version, sent_on, answered_on, silent_on, accepted, refused,
    refusal, unanswered, met, missed, covered, planned_on, ended_on, outcomes, since, last_at, reminded_at, counted_on,
    month)
VALUES (:id, :intake, :sender, :partner, :service, :site, :other, :mode, :direction, :epci, :age_band, :qpv, :island,
    :programme, :follows, :rerouted_from, :simulated, :state, :version, :sent_on, :answered_on, :silent_on, :accepted,
    :refused, :refusal, :unanswered, :met, :missed, :covered, :planned_on, :ended_on, :outcomes, :since, :last_at,
    :reminded_at, :counted_on, :month)
"""
SAVE_NEED = "INSERT INTO referral_need (referral, need, covered) VALUES (?, ?, 0)"


def create(
    connection: sqlite3.Connection, referrals: Sequence[Referral], rerouted: Mapping[ReferralId, PartnerId]
) -> None:
    """*rerouted*: the partner first asked, of those that re-route from it to another one."""
    connection.executemany(SAVE, [_whole(r, rerouted.get(r.id)) for r in referrals])
    connection.executemany(SAVE_NEED, [(r.id, need) for r in referrals for need in sorted(r.needs)])
    _save_outcomes(connection, referrals)


MOVE = """
UPDATE referral SET state = :state, version = :version, sent_on = :sent_on, answered_on = :answered_on,
    silent_on = :silent_on, accepted = :accepted, refused = :refused, refusal = :refusal, unanswered = :unanswered,
    met = :met, missed = :missed, covered = :covered, planned_on = :planned_on, ended_on = :ended_on,
    outcomes = :outcomes, since = :since, last_at = :last_at, reminded_at = :reminded_at, counted_on = :counted_on,
    month = :month
WHERE id = :id
"""


def move(connection: sqlite3.Connection, referrals: Sequence[Referral]) -> None:
    """What events have changed of stored ones."""
    connection.executemany(MOVE, [{"id": r.id, **_folded(r)} for r in referrals])
    _save_outcomes(connection, referrals)


SAVE_OUTCOME = "INSERT OR REPLACE INTO referral_outcome (referral, need, result, said_by) VALUES (?, ?, ?, ?)"


COVER = "UPDATE referral_need SET covered = 1 WHERE referral = ? AND (need = ? OR ? = '')"
COVERED = NeedResult.COUVERT.value


def _save_outcomes(connection: sqlite3.Connection, referrals: Iterable[Referral]) -> None:
    found = [(r.id, *outcome.spelled) for r in referrals for outcome in r.outcomes]
    if found:
        connection.executemany(SAVE_OUTCOME, found)
        connection.executemany(COVER, [(id, need, need) for id, need, result, _ in found if result == COVERED])


def _whole(referral: Referral, rerouted_from: PartnerId | None) -> dict[str, object]:
    return {
        "id": referral.id,
        "intake": referral.intake,
        "sender": referral.sender,
        "partner": referral.partner,
        "service": referral.service,
        "site": referral.site,
        "other": referral.other,
        "mode": referral.mode.value,
        "direction": referral.direction.value,
        "epci": referral.epci,
        "age_band": referral.age_band.value,
        "qpv": referral.qpv,
        "island": referral.island,
        "programme": referral.programme,
        "follows": referral.follows,
        "rerouted_from": rerouted_from,
        "simulated": referral.simulated,
        **_folded(referral),
    }


def _folded(referral: Referral) -> dict[str, object]:
    """What events change."""
    counted_on = referral.sent_on if referral.counts else None
    return {
        "state": referral.state.value,
        "version": referral.version,
        "sent_on": day(referral.sent_on),
        "answered_on": day(referral.answered_on),
        "silent_on": day(referral.silent_on),
        "accepted": referral.accepted,
        "refused": referral.refused,
        "refusal": referral.refusal,
        "unanswered": referral.unanswered,
        "met": referral.met,
        "missed": referral.missed,
        "covered": covered(referral),
        "planned_on": day(referral.planned_on),
        "ended_on": day(referral.ended_on),
        "outcomes": _packed(referral.outcomes),
        "since": None if referral.since is None else instant(referral.since),
        "last_at": None if referral.last_at is None else instant(referral.last_at),
        "reminded_at": None if referral.reminded_at is None else instant(referral.reminded_at),
        "counted_on": day(counted_on),
        "month": None if counted_on is None else month(counted_on),
    }


_EVENT = """
SELECT referral, number, at, before, after, actor, event_kind, reason, planned_on, outcomes FROM event
"""


def _event(row: Row) -> Event:
    referral, number, at, before, after, actor, kind, reason, planned_on, outcomes = row
    return Event(
        referral=ReferralId(referral),
        number=number,
        at=from_instant(at),
        before=None if before is None else _STATES[before],
        after=_STATES[after],
        actor=ActorId(actor),
        kind=EventKind(kind),
        reason=reason_of(reason),
        planned_on=_day(planned_on),
        outcomes=_outcomes(outcomes),
    )


EVERY_EVENT = _EVENT + "ORDER BY referral, number"
EVENTS_OF = _EVENT + "WHERE referral IN (SELECT value FROM json_each(:ids)) ORDER BY referral, number"


def every_event(connection: sqlite3.Connection) -> list[Event]:
    """By referral, then number."""
    return [_event(row) for row in rows(connection, EVERY_EVENT)]


def events_of(connection: sqlite3.Connection, ids: Iterable[ReferralId]) -> dict[ReferralId, tuple[Event, ...]]:
    """Every asked id is a key."""
    wanted = list(ids)
    found: defaultdict[ReferralId, list[Event]] = defaultdict(list)
    for event in map(_event, rows(connection, EVENTS_OF, {"ids": listed(wanted)})):
        found[event.referral].append(event)
    return {id: tuple(found.get(id, ())) for id in wanted}


SAVE_EVENT = """
INSERT INTO event (referral, number, at, before, after, actor, event_kind, reason, planned_on, outcomes)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def append(connection: sqlite3.Connection, events: Iterable[Event]) -> None:
    connection.executemany(
        SAVE_EVENT,
        [
            (
                *(e.referral, e.number, instant(e.at), e.before, e.after.value, e.actor, e.kind.value, e.reason),
                *(day(e.planned_on), _packed(e.outcomes)),
            )
            for e in events
        ],
    )


FORGET = "DELETE FROM referral WHERE intake IN (SELECT value FROM json_each(:ids))"


def forget(connection: sqlite3.Connection, intakes: Iterable[IntakeId]) -> None:
    """With their events, needs and outcomes."""
    connection.execute(FORGET, {"ids": listed(intakes)})
