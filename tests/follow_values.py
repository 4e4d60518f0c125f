"""A small follow-up: two sites, five partners, and whatever a random history does with them."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from graph.cosupport import CoSupport, CoSupportId, LeaveReason, Meeting, Member, Role
from graph.directory import Change
from graph.edges import Edge, Month, edges, month
from graph.entry import Entry, Followed
from graph.errors import Conflict, IllegalMove, NotFound
from graph.intake import AgeBand, Intake, IntakeId, ProgrammeCode, Unmet
from graph.lifecycle import PARIS, TRANSITIONS, allowed, replayed
from graph.model import IdempotencyKey, NeedCode, Partner, PartnerId, PartnerKind, Service, ServiceId, SituationCode
from graph.referral import (
    ActorId,
    Direction,
    ErrorReason,
    Event,
    Mode,
    NeedOutcome,
    NeedResult,
    Referral,
    ReferralId,
    RefusalReason,
    SaidBy,
    State,
)
from graph.store import Store
from graph.timers import DEFAULT, due
from loaders.reference import reference

REFERENCE = reference()
NEEDS = [NeedCode("permis"), NeedCode("trajets"), NeedCode("acces-logement")]
SITES = [PartnerId("site-1"), PartnerId("site-2")]
PARTNERS = [PartnerId(f"partner-{number}") for number in range(1, 6)]
COMMUNES = [c.insee for c in REFERENCE.served()]
SITUATIONS = [SituationCode("qpv"), *sorted(REFERENCE.situations.keys() - {"qpv"})[:2]]
ME = ActorId("local")

PEOPLE = Change(
    partners=(
        Partner(PartnerId("mission-locale"), "Mission Locale"),
        *(Partner(id, f"Site {id}", kind=PartnerKind.SITE, unit_of=PartnerId("mission-locale")) for id in SITES),
        *(Partner(id, f"Partenaire {id}") for id in PARTNERS),
    ),
    services=tuple(Service(ServiceId(f"{id}-aide"), id, f"Aide de {id}", frozenset(NEEDS)) for id in PARTNERS),
)


async def prepared(store: Store) -> None:
    """The reference and the directory of these tests, in an empty store."""
    await store.save_reference(REFERENCE)
    await store.apply(PEOPLE, expected=await store.stamp(), key=IdempotencyKey("people"))


def intake(id: str, **fields: Any) -> Intake:
    start = Intake(
        id=IntakeId(id),
        received_on=date(2026, 3, 2),
        age=19,
        commune=COMMUNES[0],
        programme=ProgrammeCode("cej"),
        site=SITES[0],
        needs=frozenset(NEEDS),
    )
    return replace(start, **fields)


def referral(id: str, of: Intake, partner: PartnerId, **fields: Any) -> Referral:
    """Outbound, about all the needs, as it is before its first event."""
    commune = REFERENCE.communes[of.commune]
    start = Referral(
        id=ReferralId(id),
        intake=of.id,
        sender=of.site,
        partner=partner,
        service=ServiceId(f"{partner}-aide"),
        needs=of.needs,
        mode=Mode.FOLLOWED,
        direction=Direction.OUTBOUND,
        epci=commune.epci,
        age_band=AgeBand.of(of.age),
        qpv=SituationCode("qpv") in of.situations,
        island=commune.island is not None,
        programme=of.programme,
        simulated=of.simulated,
    )
    return replace(start, **fields)


def begun(id: str, at: datetime, state: State = State.ENVOYEE) -> Event:
    return Event(ReferralId(id), 1, at, None, state, ME)


def moved(held: Referral, state: State, at: datetime, random: Random, **fields: Any) -> Event:
    """The next event, with all that its state demands."""
    reason: RefusalReason | ErrorReason | None = None
    if state is State.REFUSEE:
        reason = random.choice(list(RefusalReason))
    elif state is State.ERREUR:
        reason = random.choice(list(ErrorReason))
    outcomes: tuple[NeedOutcome, ...] = ()
    if state is State.TERMINEE:
        outcomes = (
            (NeedOutcome(None, random.choice(list(NeedResult)), SaidBy.PARTNER),)
            if random.random() < 0.3
            else tuple(
                NeedOutcome(need, random.choice(list(NeedResult)), SaidBy.ADVISER) for need in sorted(held.needs)
            )
        )
    planned = at.date() + timedelta(days=random.randint(0, 20)) if state is State.RDV_FIXE else None
    made = Event(held.id, held.version + 1, at, held.state, state, ME, reason=reason, planned_on=planned)
    return replace(made, outcomes=outcomes, **fields)


@dataclass
class Model:
    """What a store should hold, kept in Python."""

    intakes: dict[IntakeId, Intake] = field(default_factory=dict)
    starts: dict[ReferralId, Referral] = field(default_factory=dict)
    events: dict[ReferralId, list[Event]] = field(default_factory=dict)
    supports: dict[CoSupportId, CoSupport] = field(default_factory=dict)
    unmet: list[Unmet] = field(default_factory=list)
    closed: Month = ""
    frozen: list[Edge] = field(default_factory=list)

    def lived(self) -> Mapping[ReferralId, Referral]:
        return {id: replayed(start, self.events[id]) for id, start in self.starts.items()}

    def edges(self) -> list[Edge]:
        found = self.frozen + edges(dict(self.lived()), self.supports.values(), self.closed)
        return sorted(found, key=lambda e: (e.kind, e.source, e.target, e.month))

    def write(self, entry: Entry) -> None:
        self.intakes |= {i.id: i for i in entry.intakes}
        self.starts |= {r.id: r for r in entry.referrals}
        for event in entry.events:
            self.events.setdefault(event.referral, []).append(event)
        self.supports |= {c.id: c for c in entry.cosupports}
        self.unmet += entry.unmet

    def purge(self, before: date) -> set[IntakeId]:
        """The intakes that go."""
        whole, through = self.edges(), max(self.closed, month(before))
        self.frozen, self.closed = [edge for edge in whole if edge.month <= through], through
        start = datetime.combine(before, time.min, PARIS)
        lived = self.lived()
        kept = {r.intake for r in lived.values() if r.last_at is not None and r.last_at >= start}
        kept |= {c.intake for c in self.supports.values() if c.last_on >= before}
        gone = {id for id, one in self.intakes.items() if one.received_on < before} - kept
        self.intakes = {id: one for id, one in self.intakes.items() if id not in gone}
        self.starts = {id: one for id, one in self.starts.items() if one.intake not in gone}
        self.events = {id: own for id, own in self.events.items() if id in self.starts}
        self.supports = {id: one for id, one in self.supports.items() if one.intake not in gone}
        self.unmet = [one for one in self.unmet if one.intake not in gone]
        return gone


class History:
    """Random operations on one store, the same for one seed, and the model that tells what must be there."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.random, self.model = store, Random(seed), Model()
        self.now = datetime(2025, 1, 6, 9, tzinfo=UTC)
        self._number = itertools.count(1)
        self._sent: list[tuple[Entry, str, Followed]] = []
        self._operations: list[tuple[int, Callable[[], Any]]] = [
            (12, self._new_intake),
            (22, self._refer),
            (40, self._move),
            (6, self._illegal),
            (5, self._stale),
            (5, self._remind),
            (6, self._reroute),
            (8, self._support),
            (5, self._again),
            (3, self._other_call),
            (4, self._half_wrong),
            (1, self._purge),
        ]

    async def run(self, operations: int) -> None:
        weights = [weight for weight, _ in self._operations]
        for _ in range(operations):
            self.now += timedelta(hours=self.random.randint(1, 60))
            (_, operation), *_ = self.random.choices(self._operations, weights)
            await operation()

    def elsewhere(self, store: Store) -> "History":
        """The same, going on in a store that holds the same; what was sent before is not known there."""
        self.store, self._sent = store, []
        return self

    async def check(self) -> None:
        model, store = self.model, self.store
        lived = model.lived()
        assert await store.intakes(model.intakes) == model.intakes
        assert await store.referrals(lived) == lived
        assert await store.events_of(lived) == {id: tuple(own) for id, own in model.events.items()}
        assert await store.cosupports(model.supports) == model.supports
        assert await store.closed_through() == model.closed
        assert await store.edges("", "9999-12") == model.edges()
        assert await store.recomputed_edges() == [edge for edge in model.edges() if edge.month > model.closed]
        assert (await store.held()).real == len(model.intakes)
        assert all(r.state in TRANSITIONS for r in lived.values())

    async def _write(self, entry: Entry) -> None:
        call = f"call-{next(self._number)}"
        made = await self.store.follow(entry, key=IdempotencyKey(call), call=call)
        assert not made.again
        self.model.write(entry)
        self._sent.append((entry, call, made))

    async def _refused(self, entry: Entry, *errors: type[Exception]) -> None:
        call = f"call-{next(self._number)}"
        try:
            await self.store.follow(entry, key=IdempotencyKey(call), call=call)
        except errors:
            assert await self.store.followed(IdempotencyKey(call), call) is None
        else:
            raise AssertionError(f"{entry} was not refused")

    def _any_referral(self) -> Referral | None:
        if not self.model.starts:
            return None
        id = self.random.choice(list(self.model.starts))
        return replayed(self.model.starts[id], self.model.events[id])

    async def _new_intake(self) -> None:
        random = self.random
        id = f"intake-{next(self._number)}"
        needs = frozenset(random.sample(NEEDS, random.randint(1, 3)))
        made = intake(
            id,
            received_on=self.now.date() - timedelta(days=random.randint(0, 200)),
            programme=random.choice([ProgrammeCode("cej"), ProgrammeCode("pacea")]),
            age=random.randint(16, 25),
            commune=random.choice(COMMUNES),
            site=random.choice(SITES),
            needs=needs,
            situations=frozenset(random.sample(SITUATIONS, random.randint(0, 2))),
        )
        unmet = (Unmet(made.id, min(needs), made.received_on),) if random.random() < 0.2 else ()
        await self._write(Entry(intakes=(made,), unmet=unmet))

    def _made(self, follows: Referral | None = None) -> tuple[Referral, Event]:
        random, id = self.random, f"referral-{next(self._number)}"
        of = self.model.intakes[follows.intake if follows else random.choice(list(self.model.intakes))]
        partner = random.choice(PARTNERS)
        made = referral(id, of, partner, needs=frozenset(random.sample(sorted(of.needs), 1)))
        state = random.choice([State.BROUILLON, State.ENVOYEE])
        if follows is not None:
            return replace(made, follows=follows.id), begun(id, self.now)
        kind = random.random()
        if kind < 0.2:
            return replace(made, mode=Mode.DECLARED), begun(id, self.now)
        if kind < 0.4:
            inbound = replace(made, sender=partner, partner=of.site, service=None, direction=Direction.INBOUND)
            return inbound, begun(id, self.now, State.RECUE)
        return made, begun(id, self.now, state)

    async def _refer(self) -> None:
        if self.model.intakes:
            made, event = self._made()
            await self._write(Entry(referrals=(made,), events=(event,)))

    async def _move(self) -> None:
        held = self._any_referral()
        if held is not None and TRANSITIONS[held.state]:
            choices = TRANSITIONS[held.state] if self.random.random() < 0.97 else allowed(held.state)
            state = self.random.choice(choices)
            await self._write(Entry(events=(moved(held, state, self.now, self.random),)))

    async def _illegal(self) -> None:
        held = self._any_referral()
        if held is not None:
            state = self.random.choice([s for s in State if s not in allowed(held.state)])
            await self._refused(Entry(events=(moved(held, state, self.now, self.random),)), IllegalMove)

    async def _stale(self) -> None:
        held = self._any_referral()
        if held is not None and TRANSITIONS[held.state]:
            event = moved(held, self.random.choice(TRANSITIONS[held.state]), self.now, self.random)
            number = self.random.choice([n for n in (held.version, held.version + 2) if n > 1])
            await self._refused(Entry(events=(replace(event, number=number),)), Conflict)

    async def _remind(self) -> None:
        held = self._any_referral()
        event = None if held is None else due(held, DEFAULT, self.now)
        if event is not None:
            await self._write(Entry(events=(event,)))

    async def _reroute(self) -> None:
        held = self._any_referral()
        if held is not None and State.REORIENTEE in TRANSITIONS[held.state]:
            made, event = self._made(held)
            old = moved(held, State.REORIENTEE, self.now, self.random)
            await self._write(Entry(referrals=(made,), events=(old, event)))

    async def _support(self) -> None:
        random, today = self.random, self.now.date()
        if not self.model.intakes:
            return
        held = random.choice([None, *self.model.supports.values()])
        if held is None:
            partners = random.sample([*PARTNERS, SITES[0]], random.randint(1, 4))
            members = tuple(
                Member(p, None, Role.LEAD if number == 0 else Role.MEMBER, today) for number, p in enumerate(partners)
            )
            of = random.choice(list(self.model.intakes))
            new = CoSupport(CoSupportId(f"cosupport-{next(self._number)}"), of, today, members)
            await self._write(Entry(cosupports=(new,)))
            return
        version = held.version + 1
        kind = random.randrange(4)
        if kind == 0:
            members = (*held.members, Member(random.choice(PARTNERS), None, Role.MEMBER, max(today, held.opened_on)))
            changed = replace(held, members=members, version=version)
        elif kind == 1:
            place = random.randrange(len(held.members))
            leaver = held.members[place]
            left = leaver if leaver.until else replace(leaver, until=max(today, leaver.since), reason=LeaveReason.AUTRE)
            members = (*held.members[:place], left, *held.members[place + 1 :])
            changed = replace(held, members=members, version=version)
        elif kind == 2:
            present = frozenset(m.partner for m in held.members)
            changed = replace(held, meetings=(*held.meetings, Meeting(today, present)), version=version)
        else:
            changed = replace(held, closed_on=max(today, held.opened_on), version=version)
        if random.random() < 0.2:
            await self._refused(Entry(cosupports=(replace(changed, version=version + 1),)), Conflict)
        else:
            await self._write(Entry(cosupports=(changed,)))

    async def _again(self) -> None:
        if self._sent:
            entry, call, made = self.random.choice(self._sent)
            answer = await self.store.follow(entry, key=IdempotencyKey(call), call=call)
            assert answer.again
            assert answer.versions == made.versions

    async def _other_call(self) -> None:
        if self._sent:
            entry, call, _ = self.random.choice(self._sent)
            try:
                await self.store.follow(entry, key=IdempotencyKey(call), call=f"other than {call}")
            except Conflict:
                return
            raise AssertionError("a key answered two calls")

    async def _half_wrong(self) -> None:
        """A legal move and a referral to nobody: neither is written."""
        held = self._any_referral()
        if held is not None and TRANSITIONS[held.state]:
            move = moved(held, self.random.choice(TRANSITIONS[held.state]), self.now, self.random)
            of = self.model.intakes[held.intake]
            id = f"referral-{next(self._number)}"
            lost = referral(id, of, PartnerId("nobody"))
            await self._refused(Entry(referrals=(lost,), events=(move, begun(id, self.now))), NotFound)

    async def _purge(self) -> None:
        before = self.now.date() - timedelta(days=self.random.randint(60, 120))
        gone = self.model.purge(before)
        purged = await self.store.purge(before, key=IdempotencyKey(f"purge-{next(self._number)}"))
        assert purged.intakes == len(gone)
