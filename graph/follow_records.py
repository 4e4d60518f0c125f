"""One value of the follow-up ↔ one neutral record. A referral is told as it was before its first event."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from graph.agreement import Agreement, AgreementId, AgreementKind
from graph.cosupport import CoSupport, CoSupportId, LeaveReason, Meeting, Member, Role
from graph.edges import COUNTERS, Edge, EdgeKind, Month
from graph.entry import Entry
from graph.errors import FileRefused, MaillageError
from graph.follow_rules import unlived
from graph.intake import AgeBand, Intake, IntakeId, ProgrammeCode, Unmet
from graph.lifecycle import replayed
from graph.model import CommuneCode, NeedCode, PartnerId, SectorCode, ServiceId, SituationCode, TerritoryCode
from graph.record_fields import Fields, day, instant
from graph.referral import (
    ActorId,
    Direction,
    Event,
    EventKind,
    Mode,
    NeedOutcome,
    Referral,
    ReferralId,
    State,
    reason_of,
)
from graph.store import Record
from graph.timers import ServiceTimers, Timers

KINDS_OF_FOLLOW_UP = {
    "intake": "intakes",
    "unmet": "unmet",
    "referral": "referrals",
    "event": "events",
    "cosupport": "cosupports",
    "agreement": "agreements",
    "timers": "timers",
    "edge": "edges",
    "closed_month": "closed_months",
}
"""Kind of a record → its name in the counts."""


@dataclass(frozen=True)
class FollowUp:
    """All of a follow-up. `referrals` are those their events make; `closed_through` is "" when no month is closed."""

    intakes: tuple[Intake, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    referrals: tuple[Referral, ...] = ()
    events: tuple[Event, ...] = ()
    cosupports: tuple[CoSupport, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    timers: Mapping[ServiceId, Timers] = field(default_factory=dict)
    edges: tuple[Edge, ...] = ()
    closed_through: Month = ""

    @property
    def entry(self) -> Entry:
        """What writes it all into an empty store: co-supports as if each were new, edges aside."""
        return Entry(
            intakes=self.intakes,
            unmet=self.unmet,
            referrals=tuple(unlived(referral) for referral in self.referrals),
            events=self.events,
            cosupports=self.cosupports,
            agreements=self.agreements,
            timers=tuple(ServiceTimers(service, timers) for service, timers in sorted(self.timers.items())),
        )


def follow_records(held: FollowUp) -> Iterator[Record]:
    """Each kind by its key."""
    yield from map(_intake_record, sorted(held.intakes, key=lambda i: i.id))
    for unmet in sorted(held.unmet, key=lambda u: (u.intake, u.need)):
        yield {"kind": "unmet", "intake": unmet.intake, "need": unmet.need, "noticed_on": day(unmet.noticed_on)}
    yield from map(_referral_record, sorted(held.referrals, key=lambda r: r.id))
    yield from map(_event_record, sorted(held.events, key=lambda e: (e.referral, e.number)))
    yield from map(_cosupport_record, sorted(held.cosupports, key=lambda c: c.id))
    yield from map(_agreement_record, sorted(held.agreements, key=lambda a: a.id))
    for service, timers in sorted(held.timers.items()):
        yield {"kind": "timers", "service": service, **asdict(timers)}
    for edge in sorted(held.edges, key=lambda e: (e.kind, e.source, e.target, e.month)):
        record = {"kind": "edge", "edge_kind": edge.kind.value, "source": edge.source, "target": edge.target}
        yield {**record, "month": edge.month, **{name: getattr(edge, name) for name in COUNTERS}}
    if held.closed_through:
        yield {"kind": "closed_month", "month": held.closed_through}


def follow_from(found: Mapping[str, Iterable[Fields]]) -> FollowUp:
    """Raises FileRefused on what cannot be true; whether ids and codes exist is for the store to say."""
    events: dict[ReferralId, list[Event]] = {}
    for fields in found["event"]:
        event = fields.built(_event_from)
        events.setdefault(event.referral, []).append(event)
    referrals = [_lived(fields, events) for fields in found["referral"]]
    closed = [fields.text("month") for fields in found["closed_month"]]
    return FollowUp(
        intakes=tuple(fields.built(_intake_from) for fields in found["intake"]),
        unmet=tuple(fields.built(_unmet_from) for fields in found["unmet"]),
        referrals=tuple(referrals),
        events=tuple(event for own in events.values() for event in own),
        cosupports=tuple(fields.built(_cosupport_from) for fields in found["cosupport"]),
        agreements=tuple(fields.built(_agreement_from) for fields in found["agreement"]),
        timers=dict(fields.built(_timers_from) for fields in found["timers"]),
        edges=tuple(fields.built(_edge_from) for fields in found["edge"]),
        closed_through=max(closed, default=""),
    )


def _lived(fields: Fields, events: Mapping[ReferralId, list[Event]]) -> Referral:
    start = fields.built(_referral_from)
    try:
        return replayed(start, events.get(start.id, ()))
    except (MaillageError, ValueError) as problem:
        raise FileRefused("export", "les événements de cette orientation se contredisent", fields.line) from problem


def _intake_record(intake: Intake) -> Record:
    return {
        "kind": "intake",
        "id": intake.id,
        "received_on": day(intake.received_on),
        "age": intake.age,
        "commune": intake.commune,
        "programme": intake.programme,
        "site": intake.site,
        "needs": sorted(intake.needs),
        "situations": sorted(intake.situations),
        "sectors": sorted(intake.sectors),
        "questionnaire": intake.questionnaire,
        "simulated": intake.simulated,
    }


def _intake_from(fields: Fields) -> Intake:
    return Intake(
        id=IntakeId(fields.text("id")),
        received_on=_day(fields, "received_on"),
        age=fields.number("age"),
        commune=CommuneCode(fields.text("commune")),
        programme=ProgrammeCode(fields.text("programme")),
        site=PartnerId(fields.text("site")),
        needs=frozenset(NeedCode(n) for n in fields.texts("needs")),
        situations=frozenset(SituationCode(s) for s in fields.texts("situations")),
        sectors=frozenset(SectorCode(s) for s in fields.texts("sectors")),
        questionnaire=fields.number("questionnaire"),
        simulated=fields.flag("simulated"),
    )


def _unmet_from(fields: Fields) -> Unmet:
    return Unmet(IntakeId(fields.text("intake")), NeedCode(fields.text("need")), _day(fields, "noticed_on"))


def _referral_record(referral: Referral) -> Record:
    return {
        "kind": "referral",
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
    }


def _referral_from(fields: Fields) -> Referral:
    service, follows = fields.maybe("service"), fields.maybe("follows")
    return Referral(
        id=ReferralId(fields.text("id")),
        intake=IntakeId(fields.text("intake")),
        sender=PartnerId(fields.text("sender")),
        partner=PartnerId(fields.text("partner")),
        service=None if service is None else ServiceId(service),
        needs=frozenset(NeedCode(n) for n in fields.texts("needs")),
        mode=Mode(fields.text("mode")),
        direction=Direction(fields.text("direction")),
        epci=TerritoryCode(fields.text("epci")),
        age_band=AgeBand(fields.text("age_band")),
        qpv=fields.flag("qpv"),
        island=fields.flag("island"),
        programme=ProgrammeCode(fields.text("programme")),
        follows=None if follows is None else ReferralId(follows),
        simulated=fields.flag("simulated"),
    )


def _event_record(event: Event) -> Record:
    return {
        "kind": "event",
        "referral": event.referral,
        "number": event.number,
        "at": instant(event.at),
        "before": None if event.before is None else event.before.value,
        "after": event.after.value,
        "actor": event.actor,
        "event_kind": event.kind.value,
        "reason": None if event.reason is None else event.reason.value,
        "planned_on": day(event.planned_on),
        "outcomes": [list(outcome.spelled) for outcome in event.outcomes],
    }


def _event_from(fields: Fields) -> Event:
    before, reason = fields.maybe("before"), fields.maybe("reason")
    return Event(
        referral=ReferralId(fields.text("referral")),
        number=fields.number("number"),
        at=fields.instant("at"),
        before=None if before is None else State(before),
        after=State(fields.text("after")),
        actor=ActorId(fields.text("actor")),
        kind=EventKind(fields.text("event_kind")),
        reason=reason_of(reason),
        planned_on=fields.maybe_day("planned_on"),
        outcomes=tuple(NeedOutcome.of(*row) for row in _rows(fields, "outcomes", 3)),
    )


def _cosupport_record(support: CoSupport) -> Record:
    return {
        "kind": "cosupport",
        "id": support.id,
        "intake": support.intake,
        "opened_on": day(support.opened_on),
        "closed_on": day(support.closed_on),
        "members": [_member_row(member) for member in support.members],
        "meetings": [[day(meeting.on), *sorted(meeting.present)] for meeting in support.meetings],
        "version": support.version,
        "simulated": support.simulated,
    }


def _member_row(member: Member) -> list[str | None]:
    reason = None if member.reason is None else member.reason.value
    return [member.partner, member.service, member.role.value, day(member.since), day(member.until), reason]


def _cosupport_from(fields: Fields) -> CoSupport:
    return CoSupport(
        id=CoSupportId(fields.text("id")),
        intake=IntakeId(fields.text("intake")),
        opened_on=_day(fields, "opened_on"),
        closed_on=fields.maybe_day("closed_on"),
        members=tuple(
            Member(
                partner=PartnerId(partner),
                service=None if service is None else ServiceId(service),
                role=Role(role),
                since=date.fromisoformat(since),
                until=None if until is None else date.fromisoformat(until),
                reason=None if reason is None else LeaveReason(reason),
            )
            for partner, service, role, since, until, reason in _rows(fields, "members", 6)
        ),
        meetings=tuple(
            Meeting(date.fromisoformat(row[0]), frozenset(PartnerId(id) for id in row[1:]))
            for row in _rows(fields, "meetings", None)
        ),
        version=fields.number("version"),
        simulated=fields.flag("simulated"),
    )


def _agreement_record(agreement: Agreement) -> Record:
    return {
        "kind": "agreement",
        "id": agreement.id,
        "agreement_kind": agreement.kind.value,
        "partners": sorted(agreement.partners),
        "starts_on": day(agreement.starts_on),
        "ends_on": day(agreement.ends_on),
        "renews": agreement.renews,
        "simulated": agreement.simulated,
    }


def _agreement_from(fields: Fields) -> Agreement:
    renews = fields.maybe("renews")
    return Agreement(
        id=AgreementId(fields.text("id")),
        kind=AgreementKind(fields.text("agreement_kind")),
        partners=frozenset(PartnerId(p) for p in fields.texts("partners")),
        starts_on=_day(fields, "starts_on"),
        ends_on=fields.maybe_day("ends_on"),
        renews=None if renews is None else AgreementId(renews),
        simulated=fields.flag("simulated"),
    )


def _timers_from(fields: Fields) -> tuple[ServiceId, Timers]:
    days = (fields.number("reminder"), fields.number("expiry"), fields.number("study"))
    return ServiceId(fields.text("service")), Timers(*days)


def _edge_from(fields: Fields) -> Edge:
    return Edge(
        EdgeKind(fields.text("edge_kind")),
        PartnerId(fields.text("source")),
        PartnerId(fields.text("target")),
        fields.text("month"),
        *(fields.number(name) for name in COUNTERS),
    )


def _day(fields: Fields, key: str) -> date:
    found = fields.maybe_day(key)
    if found is None:
        raise ValueError(f"{key} is missing")
    return found


def _rows(fields: Fields, key: str, size: int | None) -> list[list[Any]]:
    """Lists of texts and nulls, each of *size* or of one at least. Raises ValueError."""
    found = fields.record.get(key)
    if not isinstance(found, list):
        raise ValueError(f"{key} is no list")
    for row in found:
        if not isinstance(row, list) or not row or (size is not None and len(row) != size):
            raise ValueError(f"{key} holds what is no row")
        if not all(part is None or isinstance(part, str) for part in row):
            raise ValueError(f"{key} holds what is no text")
    return found
