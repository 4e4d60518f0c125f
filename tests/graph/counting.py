"""A follow-up held in lists and counted the slow way, one referral at a time: what a store answers, by definition."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations
from random import Random

from graph.agreement import Agreement
from graph.cosupport import CoSupport
from graph.directory import Directory
from graph.edges import Edge, covered, edges, month
from graph.intake import AgeBand, Intake, IntakeId, ProgrammeCode
from graph.model import CommuneCode, Decision, NeedCode, Partner, PartnerId, PartnerKind, ServiceId, TerritoryCode
from graph.reference import Reference
from graph.referral import (
    Direction,
    Mode,
    NeedOutcome,
    NeedResult,
    Referral,
    ReferralId,
    RefusalReason,
    SaidBy,
    State,
)
from graph.tallies import By, Count, Held, Key, Outcomes, Refused, Scope, Tally, Waited


@dataclass(frozen=True)
class Lists:
    """Answers the counting questions of `FollowStore`, which is all that an evaluation asks."""

    reference: Reference
    intakes: tuple[Intake, ...] = ()
    referrals_: tuple[Referral, ...] = ()
    supports: tuple[CoSupport, ...] = ()
    agreements_: tuple[Agreement, ...] = ()
    missing: tuple[tuple[IntakeId, NeedCode, date], ...] = ()
    simulated: bool = False

    @cached_property
    def known(self) -> dict[IntakeId, Intake]:
        return {intake.id: intake for intake in self.intakes}

    async def held(self) -> Held:
        n = len(self.intakes)
        return Held(0, n) if self.simulated else Held(n, 0)

    async def decisions(self) -> list[Decision]:
        return []

    async def agreements(self) -> list[Agreement]:
        return sorted(self.agreements_, key=lambda a: a.id)

    async def edges(self, first: str, last: str) -> list[Edge]:
        found = edges({r.id: r for r in self.referrals_}, self.supports)
        return [e for e in found if first <= e.month <= last]

    def within(self, scope: Scope) -> list[Referral]:
        return [r for r in self.referrals_ if _within(r, scope)]

    async def tally(self, scope: Scope, by: tuple[By, ...]) -> list[Tally]:
        counted: defaultdict[Key, list[Referral]] = defaultdict(list)
        needs: dict[Key, NeedCode | None] = {}
        for r in self.within(scope):
            for key, need in self._keys(r, by):
                counted[key].append(r)
                needs[key] = need if need is not None else scope.need
        return [
            Tally(
                key,
                sent=len(held),
                declared=sum(r.mode is Mode.DECLARED for r in held),
                answered=sum(r.answered_on is not None for r in held),
                accepted=sum(r.accepted for r in held),
                refused=sum(r.refused for r in held),
                unanswered=sum(r.unanswered for r in held),
                met=sum(r.met for r in held),
                missed=sum(r.missed for r in held),
                ended=sum(r.ended_on is not None for r in held),
                served=sum(_served(r, needs[key]) for r in held),
            )
            for key, held in sorted(counted.items())
        ]

    async def sent(self, scope: Scope, by: tuple[By, ...]) -> list[Count]:
        return [Count(t.key, t.sent) for t in await self.tally(scope, by)]

    async def people(self, scope: Scope, by: tuple[By, ...]) -> list[Count]:
        counted: defaultdict[Key, set[IntakeId]] = defaultdict(set)
        for r in self.within(scope):
            for key, _ in self._keys(r, by):
                counted[key].add(r.intake)
        return [Count(key, len(held)) for key, held in sorted(counted.items())]

    async def waited(self, scope: Scope, by: tuple[By, ...], today: date) -> list[Waited]:
        counted: defaultdict[tuple[Key, int, bool], int] = defaultdict(int)
        for r in self.within(scope):
            if r.mode is Mode.DECLARED:
                continue
            for key, _ in self._keys(r, by):
                counted[key, *waiting(r, today)] += 1
        return [Waited(*row, n) for row, n in sorted(counted.items())]

    async def refusals(self, scope: Scope, by: tuple[By, ...]) -> list[Refused]:
        counted: defaultdict[tuple[Key, RefusalReason], int] = defaultdict(int)
        for r in self.within(scope):
            if r.refused and r.refusal is not None:
                for key, _ in self._keys(r, by):
                    counted[key, r.refusal] += 1
        return [Refused(*row, n) for row, n in sorted(counted.items())]

    async def outcomes(self, scope: Scope, by: tuple[By, ...]) -> list[Outcomes]:
        counted: defaultdict[tuple[Key, NeedResult, SaidBy], int] = defaultdict(int)
        for r in self.within(scope):
            for outcome in r.outcomes:
                if scope.need is not None and outcome.need not in (None, scope.need):
                    continue
                key = tuple((outcome.need or "") if b is By.NEED else self._value(r, b) for b in by)
                counted[key, outcome.result, outcome.said_by] += 1
        return [Outcomes(*row, n) for row, n in sorted(counted.items())]

    async def young(self, scope: Scope, by: tuple[By, ...]) -> list[Count]:
        counted: defaultdict[Key, int] = defaultdict(int)
        for intake in self.intakes:
            if self._received(intake, scope):
                for need in sorted(intake.needs) if By.NEED in by else [NeedCode("")]:
                    counted[self._of_intake(intake, by, need, intake.received_on)] += 1
        return [Count(key, n) for key, n in sorted(counted.items())]

    async def unmet(self, scope: Scope, by: tuple[By, ...]) -> list[Count]:
        counted: defaultdict[Key, int] = defaultdict(int)
        for id, need, day in self.missing:
            if scope.first <= day <= scope.last:
                counted[self._of_intake(self.known[id], by, need, day)] += 1
        return [Count(key, n) for key, n in sorted(counted.items())]

    async def needs_together(self, scope: Scope) -> list[Count]:
        counted: defaultdict[Key, int] = defaultdict(int)
        for intake in self.intakes:
            if self._received(intake, scope):
                for pair in combinations(sorted(intake.needs), 2):
                    counted[pair] += 1
        return [Count(key, n) for key, n in sorted(counted.items())]

    async def cosupport_sizes(self, scope: Scope, today: date) -> list[Count]:
        counted: defaultdict[Key, int] = defaultdict(int)
        for s in self.supports:
            if scope.first <= s.opened_on <= scope.last:
                days = ((s.closed_on or today) - s.opened_on).days
                members = len({m.partner for m in s.members})
                counted[str(members), str(days), "0" if s.closed_on is None else "1"] += 1
        return [Count(key, n) for key, n in sorted(counted.items())]

    def _received(self, intake: Intake, scope: Scope) -> bool:
        return (
            scope.first <= intake.received_on <= scope.last
            and scope.need in (None, *intake.needs)
            and scope.epci in (None, self._epci(intake))
            and scope.site in (None, intake.site)
            and scope.age_band in (None, AgeBand.of(intake.age))
        )

    def _epci(self, intake: Intake) -> TerritoryCode:
        return self.reference.communes[intake.commune].epci

    def _of_intake(self, intake: Intake, by: tuple[By, ...], need: NeedCode, day: date) -> Key:
        said = {
            By.NEED: need,
            By.EPCI: self._epci(intake),
            By.AGE_BAND: AgeBand.of(intake.age).value,
            By.COMMUNE: intake.commune,
            By.MONTH: month(day),
            By.SITE: intake.site,
        }
        return tuple(said[b] for b in by)

    def _keys(self, r: Referral, by: tuple[By, ...]) -> Iterator[tuple[Key, NeedCode | None]]:
        if By.NEED in by:
            for need in sorted(r.needs):
                yield tuple(need if b is By.NEED else self._value(r, b) for b in by), need
        elif By.SITUATION in by:
            for situation in sorted(self.known[r.intake].situations):
                yield tuple(situation if b is By.SITUATION else self._value(r, b) for b in by), None
        else:
            yield tuple(self._value(r, b) for b in by), None

    def _value(self, r: Referral, by: By) -> str:
        said: dict[By, Callable[[], str]] = {
            By.PARTNER: lambda: r.other,
            By.SERVICE: lambda: r.service or "",
            By.SITE: lambda: r.site,
            By.EPCI: lambda: r.epci,
            By.AGE_BAND: lambda: r.age_band.value,
            By.QPV: lambda: str(int(r.qpv)),
            By.ISLAND: lambda: str(int(r.island)),
            By.PROGRAMME: lambda: r.programme,
            By.DIRECTION: lambda: r.direction.value,
            By.MODE: lambda: r.mode.value,
            By.MONTH: lambda: month(r.sent_on) if r.sent_on is not None else "",
        }
        return said[by]()


def _within(r: Referral, scope: Scope) -> bool:
    return (
        r.counts
        and r.sent_on is not None
        and scope.first <= r.sent_on <= scope.last
        and (scope.partners is None or r.other in scope.partners)
        and (scope.need is None or scope.need in r.needs)
        and scope.epci in (None, r.epci)
        and scope.site in (None, r.site)
        and scope.age_band in (None, r.age_band)
        and scope.direction in (None, r.direction)
        and scope.mode in (None, r.mode)
    )


def _served(r: Referral, need: NeedCode | None) -> bool:
    if need is None:
        return covered(r)
    return any(o.result is NeedResult.COUVERT and o.need in (need, None) for o in r.outcomes)


def waiting(r: Referral, today: date) -> tuple[int, bool]:
    """Days waited, and whether an answer came."""
    assert r.sent_on is not None
    if r.answered_on is not None and r.answered_on <= today:
        return max(0, (r.answered_on - r.sent_on).days), True
    return max(0, (min(r.silent_on or today, today) - r.sent_on).days), False


# random ones

SITE = PartnerId("site")
PLACES = [CommuneCode("17299"), CommuneCode("17219"), CommuneCode("17385")]
NEEDS = [NeedCode(n) for n in ("permis", "aide-alimentaire", "acces-logement", "qualification")]


def random_lists(seed: int, reference: Reference, partners: int = 6, youths: int = 60) -> tuple[Lists, Directory]:
    """Young people of 2025 and 2026 with referrals in every state that counts, and some that does not."""
    random = Random(seed)
    names = [PartnerId(f"p{n}") for n in range(partners)]
    domains = list(reference.domains)
    known = {
        id: Partner(id, f"Partenaire {id}", domains=frozenset(random.sample(domains, random.randint(0, 2))))
        for id in names
    }
    known[SITE] = Partner(SITE, "Site", kind=PartnerKind.SITE)
    intakes: list[Intake] = []
    referrals: list[Referral] = []
    for n in range(youths):
        intake = Intake(
            IntakeId(f"y{n:03d}"),
            date(random.choice((2025, 2026)), random.randint(1, 12), random.randint(1, 28)),
            random.randint(15, 26),
            random.choice(PLACES),
            ProgrammeCode("cej"),
            SITE,
            frozenset(random.sample(NEEDS, random.randint(1, 3))),
        )
        intakes.append(intake)
        for k in range(random.randint(0, 5)):
            referrals.append(_referral(random, f"r{n:03d}-{k}", intake, random.choice(names), reference))
    missing = tuple((i.id, need, i.received_on) for i in intakes for need in sorted(i.needs) if random.random() < 0.2)
    return Lists(reference, tuple(intakes), tuple(referrals), missing=missing), Directory(known)


def _referral(random: Random, id: str, intake: Intake, partner: PartnerId, reference: Reference) -> Referral:
    inbound = random.random() < 0.1
    sent = intake.received_on + timedelta(days=random.randint(0, 20))
    answered = random.random() < 0.7
    refused = answered and random.random() < 0.3
    accepted = answered and not refused and random.random() < 0.8
    ended = accepted and random.random() < 0.5
    silent = not answered and random.random() < 0.5
    meeting = random.random() if accepted else 1.0
    needs = frozenset(random.sample(sorted(intake.needs), random.randint(1, len(intake.needs))))
    outcomes: tuple[NeedOutcome, ...] = ()
    if ended and random.random() < 0.3:
        outcomes = (NeedOutcome(None, random.choice(list(NeedResult)), SaidBy.PARTNER),)
    elif ended:
        outcomes = tuple(NeedOutcome(n, random.choice(list(NeedResult)), SaidBy.YOUTH) for n in sorted(needs))
    return Referral(
        id=ReferralId(id),
        intake=intake.id,
        sender=partner if inbound else SITE,
        partner=SITE if inbound else partner,
        service=None if inbound else ServiceId(f"s-{partner}"),
        needs=needs,
        mode=Mode.DECLARED if random.random() < 0.2 else Mode.FOLLOWED,
        direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
        epci=reference.communes[intake.commune].epci,
        age_band=AgeBand.of(intake.age),
        qpv=intake.id.endswith(("3", "7")),
        island=reference.communes[intake.commune].island is not None,
        programme=intake.programme,
        state=State.ERREUR if random.random() < 0.05 else State.ENVOYEE,
        sent_on=None if random.random() < 0.05 else sent,
        answered_on=sent + timedelta(days=random.randint(0, 40)) if answered else None,
        silent_on=sent + timedelta(days=30) if silent else None,
        accepted=accepted,
        refused=refused,
        refusal=random.choice(list(RefusalReason)) if refused else None,
        unanswered=silent,
        met=meeting < 0.5,
        missed=0.4 < meeting < 0.8,
        ended_on=sent + timedelta(days=60) if ended else None,
        outcomes=outcomes,
    )
