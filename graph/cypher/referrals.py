"""Referrals with what their events made of them, and the events themselves.

Everything a referral says stands on its node, besides the edges that lead on from it; `counted_on` and `month` are
there while figures know it (`Referral.counts`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, LiteralString

from neo4j import AsyncManagedTransaction

from graph.cypher.run import Dangling, batches, rows, value
from graph.edges import covered, month
from graph.follow_store import ReferralFilter
from graph.intake import AgeBand, IntakeId, ProgrammeCode
from graph.model import NeedCode, PartnerId, ServiceId, TerritoryCode
from graph.record_fields import day, from_instant, instant
from graph.referral import (
    ActorId,
    Direction,
    Event,
    EventKind,
    Mode,
    NeedOutcome,
    Referral,
    ReferralId,
    RefusalReason,
    State,
    reason_of,
)


def referral_of(node: Mapping[str, Any]) -> Referral:
    service, follows, refusal = node.get("service"), node.get("follows"), node.get("refusal")
    return Referral(
        id=ReferralId(node["id"]),
        intake=IntakeId(node["intake"]),
        sender=PartnerId(node["sender"]),
        partner=PartnerId(node["partner"]),
        service=None if service is None else ServiceId(service),
        needs=frozenset(NeedCode(code) for code in node["needs"]),
        mode=Mode(node["mode"]),
        direction=Direction(node["direction"]),
        epci=TerritoryCode(node["epci"]),
        age_band=AgeBand(node["age_band"]),
        qpv=node["qpv"],
        island=node["island"],
        programme=ProgrammeCode(node["programme"]),
        follows=None if follows is None else ReferralId(follows),
        simulated=node["simulated"],
        state=State(node["state"]),
        version=node["version"],
        sent_on=_day(node.get("sent_on")),
        answered_on=_day(node.get("answered_on")),
        silent_on=_day(node.get("silent_on")),
        accepted=node["accepted"],
        refused=node["refused"],
        refusal=None if refusal is None else RefusalReason(refusal),
        unanswered=node["unanswered"],
        met=node["met"],
        missed=node["missed"],
        planned_on=_day(node.get("planned_on")),
        ended_on=_day(node.get("ended_on")),
        outcomes=_outcomes(node),
        since=_instant(node.get("since")),
        last_at=_instant(node.get("last_at")),
        reminded_at=_instant(node.get("reminded_at")),
    )


def event_of(node: Mapping[str, Any]) -> Event:
    before = node.get("before")
    return Event(
        referral=ReferralId(node["referral"]),
        number=node["number"],
        at=from_instant(node["at"]),
        before=None if before is None else State(before),
        after=State(node["after"]),
        actor=ActorId(node["actor"]),
        kind=EventKind(node["kind"]),
        reason=reason_of(node.get("reason")),
        planned_on=_day(node.get("planned_on")),
        outcomes=_outcomes(node),
    )


def _outcomes(node: Mapping[str, Any]) -> tuple[NeedOutcome, ...]:
    """Three lists side by side; the need "" is the service as a whole."""
    lists = (node.get(name, ()) for name in ("outcome_needs", "outcome_results", "outcome_said_by"))
    return tuple(NeedOutcome.of(*spelled) for spelled in zip(*lists, strict=True))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else from_instant(text)


def _moment(value: datetime | None) -> str | None:
    return None if value is None else instant(value)


BY_ID: LiteralString = "UNWIND $ids AS id MATCH (r:Referral {id: id}) RETURN collect(properties(r))"


async def by_id(tx: AsyncManagedTransaction, ids: Iterable[ReferralId]) -> dict[ReferralId, Referral]:
    """Those that exist."""
    found: list[Referral] = []
    for batch in batches(sorted(set(ids))):
        found += map(referral_of, await rows(tx, BY_ID, {"ids": batch}))
    return {referral.id: referral for referral in found}


OF_INTAKES: LiteralString = "UNWIND $ids AS id MATCH (r:Referral {intake: id}) RETURN collect(properties(r))"


async def of_intakes(tx: AsyncManagedTransaction, ids: Iterable[IntakeId]) -> dict[ReferralId, Referral]:
    found = map(referral_of, await rows(tx, OF_INTAKES, {"ids": sorted(set(ids))}))
    return {referral.id: referral for referral in found}


EVENTS_OF: LiteralString = """
UNWIND $ids AS id
MATCH (:Referral {id: id})-[:HAD]->(e:Event)
RETURN collect(properties(e))
"""


async def events_of(tx: AsyncManagedTransaction, ids: Iterable[ReferralId]) -> list[Event]:
    """By referral and number."""
    found: list[Event] = []
    for batch in batches(sorted(set(ids))):
        found += map(event_of, await rows(tx, EVENTS_OF, {"ids": batch}))
    return sorted(found, key=lambda event: (event.referral, event.number))


LIVES: LiteralString = """
MATCH (r:Referral) WHERE r.id > $after
WITH r ORDER BY r.id LIMIT $first
RETURN collect([properties(r), COLLECT { MATCH (r)-[:HAD]->(e:Event) RETURN properties(e) }])
"""


async def lives(tx: AsyncManagedTransaction, after: str, first: int) -> list[tuple[Referral, tuple[Event, ...]]]:
    """At most *first* whose ids follow *after*, by id, each with its events by number."""
    found = [
        (referral_of(node), tuple(sorted(map(event_of, events), key=lambda event: event.number)))
        for node, events in await rows(tx, LIVES, {"after": after, "first": first})
    ]
    return sorted(found, key=lambda life: life[0].id)


_STATES: LiteralString = "WHERE r.state IN $states"
_ANY_STATE: LiteralString = "WHERE r.since IS NOT NULL"
_HOLDS: LiteralString = """
  AND ($intake IS NULL OR r.intake = $intake)
  AND ($partner IS NULL OR r.other = $partner)
  AND ($site IS NULL OR r.site = $site)
"""
_BEFORE: LiteralString = "  AND r.since < $before\n"
_NOT_BEFORE: LiteralString = "  AND r.since >= $not_before\n"
_OF_INTAKE: LiteralString = "MATCH (r:Referral {intake: $intake}) "
_OF_PARTNER: LiteralString = "MATCH (r:Referral {other: $partner}) "
_OF_ALL: LiteralString = "MATCH (r:Referral) "
_FOLLOW: LiteralString = """
  AND ($since IS NULL OR r.since > $since OR (r.since = $since AND r.id > $after))
WITH r ORDER BY r.since, r.id LIMIT $first
RETURN collect(properties(r))
"""
_COUNT: LiteralString = "RETURN count(r)"
SINCE: LiteralString = "OPTIONAL MATCH (r:Referral {id: $id}) RETURN r.since"


async def matching(
    tx: AsyncManagedTransaction, wanted: ReferralFilter, first: int, after: ReferralId | None
) -> tuple[list[Referral], int]:
    """At most *first* that follow *after*, by (since, id), and how many match in all."""
    since: str | None = None if after is None else await value(tx, SINCE, {"id": after})
    if after is not None and since is None:
        since, after = "", ReferralId("")
    parameters: dict[str, Any] = {
        "states": sorted(state.value for state in wanted.states),
        "intake": wanted.intake,
        "partner": wanted.partner,
        "site": wanted.site,
        "before": _moment(wanted.before),
        "not_before": _moment(wanted.since),
    }
    found = _OF_INTAKE if wanted.intake else _OF_PARTNER if wanted.partner else _OF_ALL
    holding = found + (_STATES if wanted.states else _ANY_STATE) + _HOLDS
    holding += (_BEFORE if wanted.before else "") + (_NOT_BEFORE if wanted.since else "")
    page = await rows(tx, holding + _FOLLOW, parameters | {"since": since, "after": after, "first": first})
    total: int = await value(tx, holding + _COUNT, parameters)
    return sorted(map(referral_of, page), key=lambda r: (instant_of(r), r.id)), total


def instant_of(referral: Referral) -> str:
    return "" if referral.since is None else instant(referral.since)


_EVENTS: LiteralString = """
CALL (r, row) { UNWIND row.events AS event CREATE (r)-[:HAD]->(e:Event) SET e = event }
"""

CREATE: LiteralString = (
    """
UNWIND $rows AS row
MATCH (i:Intake {id: row.node.intake})
MATCH (sender:Partner {id: row.node.sender})
MATCH (asked:Partner {id: row.node.partner})
OPTIONAL MATCH (s:Service {id: row.node.service})
CREATE (r:Referral)
SET r = row.node, r += row.made, r.situations = i.situations
CREATE (r)-[:FOR]->(i), (r)-[:FROM]->(sender)
FOREACH (end IN CASE WHEN s IS NULL THEN [asked] ELSE [s] END | CREATE (r)-[:TO]->(end))
WITH r, row
CALL (r, row) {
  UNWIND row.node.needs AS code
  MATCH (n:Need {code: code})
  CREATE (r)-[about:ABOUT]->(n)
  SET about += coalesce(row.outcomes[code], {})
}
"""
    + _EVENTS
    + """
RETURN count(*)
"""
)


async def create(
    tx: AsyncManagedTransaction,
    referrals: Sequence[Referral],
    events: Mapping[ReferralId, Sequence[Event]],
    rerouted_from: Mapping[ReferralId, PartnerId],
) -> None:
    """Raises Dangling when an intake or a partner is gone."""
    for batch in batches(referrals):
        given = [
            {
                "node": _identity(referral, rerouted_from.get(referral.id)),
                "made": _made(referral),
                "events": [_event(event) for event in events[referral.id]],
                "outcomes": _of_needs(referral),
            }
            for referral in batch
        ]
        if await value(tx, CREATE, {"rows": given}) != len(batch):
            raise Dangling


MOVE: LiteralString = (
    """
UNWIND $rows AS row
MATCH (r:Referral {id: row.id})
SET r += row.made
WITH r, row
CALL (r, row) {
  UNWIND keys(row.outcomes) AS code
  MATCH (r)-[about:ABOUT]->(n)
  WHERE n.code = code
  SET about += coalesce(row.outcomes[code], {})
}
"""
    + _EVENTS
    + """
RETURN count(*)
"""
)


async def move(
    tx: AsyncManagedTransaction, referrals: Sequence[Referral], events: Mapping[ReferralId, Sequence[Event]]
) -> None:
    """Writes again what the events make of stored ones, and *events*. Raises Dangling when one is gone."""
    for batch in batches(referrals):
        given = [
            {
                "id": referral.id,
                "made": _made(referral),
                "events": [_event(event) for event in events[referral.id]],
                "outcomes": _of_needs(referral),
            }
            for referral in batch
        ]
        if await value(tx, MOVE, {"rows": given}) != len(batch):
            raise Dangling


def _identity(referral: Referral, rerouted_from: PartnerId | None) -> dict[str, Any]:
    return {
        "id": referral.id,
        "intake": referral.intake,
        "sender": referral.sender,
        "partner": referral.partner,
        "service": referral.service,
        "needs": sorted(referral.needs),
        "mode": referral.mode.value,
        "direction": referral.direction.value,
        "epci": referral.epci,
        "age_band": referral.age_band.value,
        "qpv": referral.qpv,
        "island": referral.island,
        "programme": referral.programme,
        "follows": referral.follows,
        "simulated": referral.simulated,
        "site": referral.site,
        "other": referral.other,
        "rerouted_from": rerouted_from,
    }


def _made(referral: Referral) -> dict[str, Any]:
    """What its events made of it; what is None is taken away."""
    counted_on = referral.sent_on if referral.counts else None
    return {
        "state": referral.state.value,
        "version": referral.version,
        "sent_on": day(referral.sent_on),
        "answered_on": day(referral.answered_on),
        "silent_on": day(referral.silent_on),
        "accepted": referral.accepted,
        "refused": referral.refused,
        "refusal": None if referral.refusal is None else referral.refusal.value,
        "unanswered": referral.unanswered,
        "met": referral.met,
        "missed": referral.missed,
        "planned_on": day(referral.planned_on),
        "ended_on": day(referral.ended_on),
        **_lists(referral.outcomes),
        "since": _moment(referral.since),
        "last_at": _moment(referral.last_at),
        "reminded_at": _moment(referral.reminded_at),
        "covered": covered(referral),
        "counted_on": day(counted_on),
        "month": None if counted_on is None else month(counted_on),
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "referral": event.referral,
        "number": event.number,
        "at": instant(event.at),
        "before": None if event.before is None else event.before.value,
        "after": event.after.value,
        "actor": event.actor,
        "kind": event.kind.value,
        "reason": None if event.reason is None else event.reason.value,
        "planned_on": day(event.planned_on),
        **_lists(event.outcomes),
    }


def _lists(outcomes: Sequence[NeedOutcome]) -> dict[str, list[str] | None]:
    return {
        "outcome_needs": [outcome.need or "" for outcome in outcomes] or None,
        "outcome_results": [outcome.result.value for outcome in outcomes] or None,
        "outcome_said_by": [outcome.said_by.value for outcome in outcomes] or None,
    }


def _of_needs(referral: Referral) -> dict[str, dict[str, str]]:
    return {
        outcome.need: {"outcome": outcome.result.value, "said_by": outcome.said_by.value}
        for outcome in referral.outcomes
        if outcome.need is not None
    }
