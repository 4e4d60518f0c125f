"""What stands around the referrals: co-supports of several partners, and the agreements of the much-used ones."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from random import Random

from graph.agreement import Agreement, AgreementId, AgreementKind
from graph.cosupport import CoSupport, CoSupportId, LeaveReason, Meeting, Member, Role
from graph.facts import Fact, FactKind
from graph.model import PartnerId, ServiceId
from loaders.simulated import figures
from loaders.simulated.offers import Offers, chosen
from loaders.simulated.plan import in_order
from loaders.simulated.youths import Youth, drawn, later, suits, uuid

USED = 6
"""Referrals in a year that make an agreement worth its signature."""
_LEAVING = {
    LeaveReason.COUVERT: 40.0,
    LeaveReason.FIN: 25.0,
    LeaveReason.JEUNE: 15.0,
    LeaveReason.PARTENAIRE: 12.0,
    LeaveReason.DEPART: 8.0,
}
_TRIES = 3000


def cosupports(
    youths: Sequence[Youth], facts: Iterable[Fact], offers: Offers, random: Random, last: date
) -> list[CoSupport]:
    """Around some of the young people with several needs; nothing after *last*. *facts*: pairs to bring together."""
    pairs = [f.partners for f in facts if f.kind is FactKind.TOGETHER]
    found: list[CoSupport] = []
    taken: set[str] = set()
    for pair in pairs:
        for youth in _around_both(youths, pair, offers, random, last):
            members = [(p, _service_of(p, youth, offers)) for p in pair]
            if random.random() < 0.3:
                here = {m for p in pair for m in (p, *offers.members(p))}
                members.extend([m for m in _team(youth, offers, random) if m[0] not in here][:1])
            found.append(_cosupport(youth, members, random, last, steady=True))
            taken.add(youth.id)
    several = [y for y in youths if len(y.needs) >= 3 and y.id not in taken]
    share = figures.COSUPPORTED * len(youths) / max(1, len(several))
    for youth in several:
        if random.random() < share and youth.received_on < last - timedelta(days=30):
            team = _team(youth, offers, random)
            if len(team) >= 2:
                found.append(_cosupport(youth, team[: random.choice((2, 2, 3, 3, 4))], random, last, steady=False))
    return found


def _team(youth: Youth, offers: Offers, random: Random) -> list[tuple[PartnerId, ServiceId | None]]:
    """A partner for each need, each one once."""
    found: dict[PartnerId, ServiceId | None] = {}
    for need in in_order(youth.needs, offers.reference):
        weights, _ = offers.fitting(youth, need, youth.received_on)
        weights = {o: w for o, w in weights.items() if o[0] not in found}
        if weights:
            partner, service = chosen(random, weights)
            found[partner] = service
    return list(found.items())


def _around_both(
    youths: Sequence[Youth], pair: tuple[PartnerId, ...], offers: Offers, random: Random, last: date
) -> list[Youth]:
    """Young people whom both could take; when too few could, others whom at least one takes."""
    wanted = max(14, len(youths) // 50)
    could = [y for y in youths if y.received_on <= last - timedelta(days=75)]
    random.shuffle(could)
    both = [y for y in could if all(_takes(p, y, offers) for p in pair)]
    one = [y for y in could if sum(_takes(p, y, offers) for p in pair) == 1] if len(both) < wanted else []
    found = [*both, *one, *([] if both or one else could)][:wanted]
    for youth in found:
        for partner in pair:
            needs = {n for m in offers.members(partner) for s in offers.services(m) for n in s.main or s.needs}
            if not needs & youth.needs:
                fitting = [n for n in in_order(needs, offers.reference) if suits(offers.reference, n, youth.age)]
                barred = {n for n in fitting if offers.bans.need(n, offers.epci(youth), youth.received_on)}
                could_be = [n for n in fitting if n not in barred]
                if could_be:
                    youth.needs.add(random.choice(could_be))
    return found


def _takes(partner: PartnerId, youth: Youth, offers: Offers) -> bool:
    return any(
        offers.takes(service, youth, youth.received_on)
        for member in offers.members(partner)
        for service in offers.services(member)
    )


def _service_of(partner: PartnerId, youth: Youth, offers: Offers) -> ServiceId | None:
    """Its own one for a need of this young person; None for an organisation whose services are its units'."""
    own = offers.services(partner)
    best = [s for s in own if s.needs & youth.needs and offers.takes(s, youth, youth.received_on)]
    return (best or own)[0].id if own else None


def _cosupport(
    youth: Youth,
    team: Sequence[tuple[PartnerId, ServiceId | None]],
    random: Random,
    last: date,
    *,
    steady: bool,
) -> CoSupport:
    opened = later(youth.received_on, random.randint(8, 50 if steady else 25))
    closed = later(opened, random.randint(50, 240)) if random.random() < 0.5 else None
    if closed is not None and closed > last:
        closed = None
    members: list[Member] = []
    for place, (partner, service) in enumerate(team):
        since = opened if place < 2 else later(opened, random.randint(0, 20))
        since = min(since, closed or last)
        until, reason = closed, LeaveReason.FIN if closed is not None else None
        if place >= 1 and random.random() < 0.15:
            left = later(since, random.randint(20, 90))
            if left <= (closed or last):
                until, reason = left, drawn(random, _LEAVING)
        role = Role.LEAD if place == 0 else Role.MEMBER
        members.append(Member(partner, service, role, since, until, reason))
    meetings: list[Meeting] = []
    day = later(opened, random.randint(0, 10))
    while day <= (closed or last) and len(meetings) < 8:
        here = [m.partner for m in members if m.since <= day and (m.until is None or day <= m.until)]
        present = frozenset(p for p in here if random.random() < 0.85)
        if len(present) >= 2:
            meetings.append(Meeting(day, present))
        day = later(day, random.randint(25, 60))
    return CoSupport(
        CoSupportId(uuid(random)), youth.id, opened, tuple(members), closed, tuple(meetings), simulated=True
    )


def agreements(
    sent: Mapping[int, Counter[PartnerId]], facts: Iterable[Fact], offers: Offers, year: int, random: Random
) -> list[Agreement]:
    """With each partner that was sent enough people in *year*; *sent* counts them by year and partner."""
    told = list(facts)
    without = {
        member
        for f in told
        if f.kind is FactKind.USE_WITHOUT_AGREEMENT and f.partner is not None
        for member in (*offers.above(f.partner), *offers.members(f.partner))
    }
    unused = {f.partner for f in told if f.kind is FactKind.UNUSED_AGREEMENT and f.partner is not None}
    used = {p for p, n in sent[year].items() if n >= USED} | {
        p for p, n in sent[year - 1].items() if n >= USED and sent[year][p]
    }
    whole: Counter[PartnerId] = Counter()
    for partner, n in sorted(sent[year].items()):
        for above in offers.above(partner)[1:]:
            whole[above] += 0 if partner in used else n
    used |= {p for p, n in whole.items() if n >= USED}
    found: list[Agreement] = []
    for partner in sorted((used - without) | unused):
        start = date(year - random.randint(1, 3), random.randint(1, 6), 1)
        end = date(year + random.randint(2, 4), 12, 31) if random.random() < 0.6 else None
        kind = drawn(random, {AgreementKind.CONVENTION: 80.0, AgreementKind.CHARTE: 12.0, AgreementKind.PROTOCOLE: 8.0})
        found.append(Agreement(AgreementId(uuid(random)), kind, frozenset({partner}), start, end, simulated=True))
    return found
