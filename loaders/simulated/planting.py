"""Facts woven into a plan: referrals are moved, added and taken away until each fact can be seen in it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from random import Random

from graph.errors import InputRefused
from graph.facts import Fact, FactKind
from graph.model import NeedCode, PartnerId, Service, TerritoryCode
from graph.reference import MINOR, QPV
from loaders.simulated import figures
from loaders.simulated.conduct import Planted, belongs
from loaders.simulated.offers import Bans, Offer, Offers, chosen
from loaders.simulated.plan import Sending, in_order, sending
from loaders.simulated.refusing import first_day
from loaders.simulated.youths import Youth, later, suits

K = FactKind
_SEEN = 36
"""Referrals without which a share cannot be told from the ordinary."""
_SEEN_LATE, _SEEN_PUBLIC, _SEEN_NEED, _SEEN_GAP, _SLEEPER = 26, 26, 34, 16, 18
_TRIES = 4000


def bans(facts: Iterable[Fact], offers: Offers, year: int) -> Bans:
    """Where nobody is sent at all."""
    found, end = offers.bans, date(year, 12, 31)
    for fact in facts:
        if fact.kind is K.DORMANT and fact.partner is not None and fact.since is not None:
            for member in offers.members(fact.partner):
                found.partners[member].append((first_day(fact.since), end))
        elif fact.kind is K.UNUSED_AGREEMENT and fact.partner is not None:
            for member in _whole(offers, fact.partner):
                found.partners[member].append((date(year, 1, 1), end))
        elif fact.kind is K.UNCOVERED and fact.need is not None and fact.epci is not None and fact.since is not None:
            found.needs[fact.need, fact.epci] = first_day(fact.since)
    return found


def _whole(offers: Offers, partner: PartnerId) -> list[PartnerId]:
    """The partner and every unit of it."""
    units = sorted(p.id for p in offers.directory.partners.values() if p.unit_of == partner)
    return [partner, *(member for unit in units for member in _whole(offers, unit))]


def planted(facts: Iterable[Fact], offers: Offers, year: int) -> Planted:
    """What the facts say of how partners behave."""
    found = Planted(year)
    for fact in facts:
        if fact.kind is K.CONCENTRATION and fact.need is not None:
            found.concentrated.add(fact.need)
        if fact.partner is None:
            continue
        for member in offers.members(fact.partner):
            found.kept.add(member)
            match fact.kind:
                case K.SLOW_ANSWERS if fact.since is not None and fact.median_days is not None:
                    found.slow[member] = (first_day(fact.since), fact.median_days)
                case K.NEVER_ANSWERS if fact.share is not None:
                    found.silent[member] = fact.share
                case K.REFUSES if fact.share is not None and fact.public is not None:
                    found.refused[member].append((fact.public, fact.share))
                case K.MISSED_APPOINTMENTS if fact.share is not None:
                    found.missed[member] = fact.share
                case K.GOOD_OUTCOMES if fact.share is not None:
                    found.served[member] = fact.share
                case K.USE_WITHOUT_AGREEMENT:
                    found.exact.add(member)
                case _:
                    pass
    return found


def weave(
    facts: Sequence[Fact],
    plan: list[Sending],
    youths: Sequence[Youth],
    before: Sequence[Youth],
    offers: Offers,
    told: Planted,
    random: Random,
) -> list[Sending]:
    """*plan* with the facts in it; *before* are the young people of the year before."""
    loom = _Loom(plan, [*before, *youths], offers, told, random)
    for fact in sorted(facts, key=lambda f: _ORDER.index(f.kind)):
        loom.weave(fact)
    return loom.plan()


_ORDER = (
    K.UNCOVERED, K.SLOW_ANSWERS, K.NEVER_ANSWERS, K.REFUSES, K.MISSED_APPOINTMENTS, K.GOOD_OUTCOMES,
    K.DORMANT, K.TOGETHER, K.UNUSED_AGREEMENT, K.USE_WITHOUT_AGREEMENT, K.CONCENTRATION, K.INEQUITY,
)  # fmt: skip


class _Loom:
    def __init__(self, plan: list[Sending], youths: list[Youth], offers: Offers, told: Planted, random: Random) -> None:
        self.youths = youths
        self.offers = offers
        self.told = told
        self.random = random
        self.first, self.last = date(told.year, 1, 1), date(told.year, 12, 31)
        self._tilted: set[TerritoryCode] = set()
        self.of: dict[str, list[Sending]] = {youth.id: [] for youth in youths}
        for sent in plan:
            self.of[sent.youth.id].append(sent)

    def plan(self) -> list[Sending]:
        return [sent for youth in self.youths for sent in self.of[youth.id] if sent.needs]

    def weave(self, fact: Fact) -> None:
        members = self.offers.members(fact.partner) if fact.partner is not None else ()
        match fact.kind:
            case K.UNCOVERED if fact.need is not None and fact.epci is not None and fact.since is not None:
                self._uncover(fact.need, fact.epci, first_day(fact.since))
            case K.CONCENTRATION if fact.need is not None and fact.share is not None:
                self._concentrate(members, fact.need, fact.share)
            case K.SLOW_ANSWERS if fact.since is not None and fact.median_days is not None:
                seen = self.last - timedelta(days=min(60, int(fact.median_days)))
                first = first_day(fact.since)
                self._reach(members, _SEEN_LATE, first, max(seen, first + timedelta(days=20)))
            case K.NEVER_ANSWERS:
                self._reach(members, _SEEN, self.first, self.last - timedelta(days=45))
            case K.REFUSES if fact.public is not None:
                public, reference = fact.public, self.offers.reference
                seen = self.last - timedelta(days=30)
                self._reach(members, _SEEN_PUBLIC, self.first, seen, lambda y: belongs(y, public, reference))
                self._reach(members, 14, self.first, seen, lambda y: not belongs(y, public, reference))
            case K.MISSED_APPOINTMENTS:
                self._reach(members, _SEEN + 10, self.first, self.last - timedelta(days=45))
            case K.GOOD_OUTCOMES:
                self._reach(members, _SEEN + 14, self.first, self.last - timedelta(days=100))
            case K.DORMANT if fact.since is not None:
                self._sleep(members, first_day(fact.since))
            case K.USE_WITHOUT_AGREEMENT if fact.referrals is not None:
                self._count(members, fact.referrals)
            case K.INEQUITY if fact.epci is not None and fact.factor is not None:
                self._tilt(fact.epci, fact.factor)
            case _:
                pass

    # what there is

    def _sent(self, first: date, last: date) -> list[Sending]:
        return [
            sent
            for youth in self.youths
            for sent in self.of[youth.id]
            if sent.needs and not sent.inbound and first <= sent.day <= last
        ]

    def _free(self, sent: Sending) -> bool:
        """Whether it may be moved or taken away without spoiling a fact."""
        return sent.partner not in self.told.kept and not sent.needs & self.told.concentrated

    def _add(self, youth: Youth, offer: Offer, needs: set[NeedCode], day: date) -> None:
        sent = sending(youth, offer[0], offer[1], needs, day, self.random)
        youth.needs |= needs
        self.of[youth.id].append(sent)

    # referrals to a partner

    def _reach(
        self,
        members: Sequence[PartnerId],
        wanted: int,
        first: date,
        last: date,
        public: Callable[[Youth], bool] = lambda youth: True,
        need: NeedCode | None = None,
    ) -> None:
        """Makes sure of *wanted* referrals to one of *members* between two days."""
        here = set(members)
        held = sum(
            sent.partner in here and public(sent.youth) and (need is None or need in sent.needs)
            for sent in self._sent(first, last)
        )
        services = [s for m in members for s in self.offers.services(m) if need is None or need in s.needs]
        if held < wanted:
            held += self._redirect(services, wanted - held, first, last, public, need)
        if held < wanted:
            self._recruit(services, wanted - held, first, last, public, need)

    def _redirect(
        self,
        services: Sequence[Service],
        wanted: int,
        first: date,
        last: date,
        public: Callable[[Youth], bool],
        need: NeedCode | None,
    ) -> int:
        """Referrals that would have gone elsewhere: half of those that could, at most."""
        here = {s.partner for s in services}
        could = [
            sent for sent in self._sent(first, last)
            if sent.partner not in here and self._free(sent) and public(sent.youth)
            and (need is None or need in sent.needs)
        ]  # fmt: skip
        self.random.shuffle(could)
        moved = 0
        for sent in could[: len(could) // 2]:
            if moved == wanted:
                break
            service = self._service(services, sent.youth, sent.needs, sent.day)
            if service is not None:
                sent.partner, sent.service = service.partner, service.id
                moved += 1
        return moved

    def _service(self, services: Sequence[Service], youth: Youth, needs: set[NeedCode], day: date) -> Service | None:
        for service in services:
            banned = self.offers.bans.partner(service.partner, day)
            if needs <= service.needs and not banned and self.offers.takes(service, youth, day):
                return service
        return None

    def _recruit(
        self,
        services: Sequence[Service],
        wanted: int,
        first: date,
        last: date,
        public: Callable[[Youth], bool],
        need: NeedCode | None,
    ) -> int:
        """Young people who turn out to need what this partner offers."""
        could = [y for y in self.youths if first - timedelta(days=45) <= y.received_on <= last - timedelta(days=1)]
        here = {s.partner for s in services}
        added = 0
        for _ in range(_TRIES if could and services else 0):
            if added == wanted:
                break
            youth, service = self.random.choice(could), self.random.choice(services)
            slack = 12 if youth.received_on >= first else 40
            day = later(max(first, youth.received_on), self.random.randint(0, slack))
            if day > last or any(sent.partner in here for sent in self.of[youth.id]):
                continue
            asked = need or self._need(service, youth, day)
            barred = asked is None or self.offers.bans.need(asked, self.offers.epci(youth), day)
            if asked is None or barred or self.offers.bans.partner(service.partner, day):
                continue
            if self._suited(youth, service, day, public):
                for sent in self.of[youth.id]:
                    if asked in sent.needs and self._free(sent):
                        sent.needs = sent.needs - {asked}
                self._add(youth, (service.partner, service.id), {asked}, day)
                added += 1
        return added

    def _need(self, service: Service, youth: Youth, day: date) -> NeedCode | None:
        """One that the young person has, else one that the service exists for."""
        reference = self.offers.reference
        own = in_order(youth.needs & service.needs, reference)
        could = own or [n for n in in_order(service.main or service.needs, reference) if suits(reference, n, youth.age)]
        could = [n for n in could if n not in self.told.concentrated] or could
        return self.random.choice(could) if could else None

    def _suited(self, youth: Youth, service: Service, day: date, public: Callable[[Youth], bool]) -> bool:
        """Whether the service takes this young person, if need be with one more situation that harms no referral."""
        before = set(youth.situations)
        if not public(youth) or not self.offers.takes(service, youth, day):
            for group in service.conditions.required:
                if group.isdisjoint(youth.facts):
                    could = sorted(group - {MINOR, QPV})
                    if not could:
                        break
                    youth.situations.add(self.random.choice(could))
            if not public(youth):
                self._join(youth, public)
        fine = public(youth) and self.offers.takes(service, youth, day)
        changed = youth.situations != before
        if fine and changed:
            fine = all(
                self.offers.takes(self.offers.directory.services[sent.service], youth, sent.day)
                for sent in self.of[youth.id]
                if sent.service is not None
            )
        if not fine:
            youth.situations = before
        return fine

    def _join(self, youth: Youth, public: Callable[[Youth], bool]) -> None:
        """Adds the one situation that makes somebody of a public, when there is one."""
        in_town = youth.commune == figures.DISTRICT_COMMUNE
        for situation in self.offers.reference.situations:
            if situation == MINOR or (situation == QPV and not in_town):
                continue
            if situation in youth.situations:
                continue
            youth.situations.add(situation)
            if public(youth):
                return
            youth.situations.discard(situation)

    # each kind

    def _count(self, members: Sequence[PartnerId], wanted: int) -> None:
        """Exactly *wanted* in the year."""
        here = set(members)
        held = [sent for sent in self._sent(self.first, self.last) if sent.partner in here]
        self.random.shuffle(held)
        for sent in held[wanted:]:
            self._elsewhere(sent, here)
        self._reach(members, wanted, self.first, self.last)
        for sent in self._sent(self.first, self.last):
            if sent.partner in here:
                sent.drafted = False
        if sum(sent.partner in here for sent in self._sent(self.first, self.last)) < wanted:
            raise InputRefused(f"Impossible d'orienter {wanted} jeunes vers « {members[0]} » : trop peu y ont droit.")

    def _elsewhere(self, sent: Sending, but: set[PartnerId]) -> None:
        """To another partner when one fits, else to nobody."""
        needs = in_order(sent.needs, self.offers.reference)
        weights, _ = self.offers.fitting(sent.youth, needs[0], sent.day)
        weights = {o: w for o, w in weights.items() if o[0] not in but and o[0] not in self.told.kept}
        if not weights:
            sent.needs = set()
            return
        partner, service = chosen(self.random, weights)
        sent.partner, sent.service = partner, service
        sent.needs = {n for n in needs if n in self.offers.directory.services[service].needs}

    def _sleep(self, members: Sequence[PartnerId], since: date) -> None:
        """Enough referrals, spread over the twelve months before, for the silence to be one."""
        months_left = 13 - since.month
        wanted = min(60, max(_SLEEPER, round(100 / months_left)))
        for month in range(12):
            number = since.year * 12 + since.month - 1 - 12 + month
            first = date(number // 12, number % 12 + 1, 1)
            last = date((number + 1) // 12, (number + 1) % 12 + 1, 1) - timedelta(days=1)
            self._reach(members, wanted // 12 + (month * wanted // 12 != (month + 1) * wanted // 12), first, last)

    def _uncover(self, need: NeedCode, epci: TerritoryCode, since: date) -> None:
        """Enough young people who express the need there from that day on."""
        reference = self.offers.reference
        could = [
            y for y in self.youths
            if since <= y.received_on <= self.last and self.offers.epci(y) == epci and suits(reference, need, y.age)
        ]  # fmt: skip
        held = [y for y in could if need in y.needs]
        others = [y for y in could if need not in y.needs]
        self.random.shuffle(others)
        if not any(y.received_on.month == since.month for y in held):  # one at once: it is since then that it is so
            first = next((y for y in others if y.received_on.month == since.month), None)
            others.sort(key=lambda y: y is not first)
        for youth in others[: max(0, _SEEN_GAP - len(held))]:
            youth.needs.add(need)
            youth.unmet[need] = youth.received_on
        if not held and not others:
            raise InputRefused(f"Aucun jeune n'est reçu à partir de {since:%Y-%m} qui pourrait exprimer « {need} ».")

    def _concentrate(self, members: Sequence[PartnerId], need: NeedCode, share: float) -> None:
        here = set(members)
        self._fill(need, here, round(_SEEN_NEED * (1 - share)))
        self._gather(members, need, share)
        pairs = [sent for sent in self._sent(self.first, self.last) if need in sent.needs]
        mine = [sent for sent in pairs if sent.partner in here]
        others = [sent for sent in pairs if sent.partner not in here]
        self.random.shuffle(mine)
        self.random.shuffle(others)
        others.sort(key=lambda sent: sent.partner not in self.told.kept)  # those of another fact stay
        if len(mine) > share * len(pairs):  # too many: elsewhere when somebody else fits, else asked of nobody
            for sent in mine[round(share * len(pairs)) :]:
                self._elsewhere_for(sent, need, here)
            return
        keep = round(len(mine) * (1 - share) / share)
        for sent in others[keep:]:
            if sent.partner not in self.told.kept:
                sent.needs = sent.needs - {need}
        stay = sum(sent.partner in self.told.kept for sent in others)
        if stay > keep and share < 1:
            services = [s for m in members for s in self.offers.services(m) if need in s.needs]
            wanted = round(stay * share / (1 - share)) - len(mine)
            self._recruit(services, wanted, self.first, self.last, lambda youth: True, need)

    def _gather(self, members: Sequence[PartnerId], need: NeedCode, share: float) -> None:
        """Moves and adds referrals about *need* to these partners until they have their share."""
        here = set(members)
        services = [s for m in members for s in self.offers.services(m) if need in s.needs]
        pairs = [sent for sent in self._sent(self.first, self.last) if need in sent.needs]
        self.random.shuffle(pairs)
        wanted = round(share * max(len(pairs), _SEEN_NEED))
        held = sum(sent.partner in here for sent in pairs)
        for sent in pairs:
            if held >= wanted:
                return
            if sent.partner in here or sent.partner in self.told.kept:
                continue
            service = self._service(services, sent.youth, {need}, sent.day)
            if service is not None:
                sent.needs = sent.needs - {need}
                self._add(sent.youth, (service.partner, service.id), {need}, sent.day)
                held += 1
        if held < wanted:
            self._recruit(services, wanted - held, self.first, self.last, lambda youth: True, need)

    def _fill(self, need: NeedCode, but: set[PartnerId], wanted: int) -> None:
        """Some referrals about *need* to the other partners, so that a share is one of something."""
        reference = self.offers.reference
        held = sum(need in s.needs and s.partner not in but for s in self._sent(self.first, self.last))
        could = [y for y in self.youths if y.received_on.year == self.told.year and suits(reference, need, y.age)]
        for _ in range(_TRIES if could else 0):
            if held >= wanted:
                return
            youth = self.random.choice(could)
            day = later(youth.received_on, self.random.randint(0, 12))
            if day > self.last or any(need in sent.needs for sent in self.of[youth.id]):
                continue
            weights, _ = self.offers.fitting(youth, need, day)
            weights = {o: w for o, w in weights.items() if o[0] not in but and o[0] not in self.told.kept}
            if weights:
                self._add(youth, chosen(self.random, weights), {need}, day)
                held += 1

    def _elsewhere_for(self, sent: Sending, need: NeedCode, but: set[PartnerId]) -> None:
        sent.needs = sent.needs - {need}
        weights, _ = self.offers.fitting(sent.youth, need, sent.day)
        weights = {o: w for o, w in weights.items() if o[0] not in but and o[0] not in self.told.kept}
        if weights:
            self._add(sent.youth, chosen(self.random, weights), {need}, sent.day)

    def _tilt(self, epci: TerritoryCode, factor: float) -> None:
        """Takes away or adds referrals until a young person of *epci* has *factor* times those of the others.

        The others are first made alike: it is this territory that stands apart, and no other one.
        """
        young: dict[TerritoryCode, list[Youth]] = {code: [] for code in sorted(self.offers.reference.epcis)}
        for youth in self.youths:
            if youth.received_on.year == self.told.year:
                young[self.offers.epci(youth)].append(youth)
        elsewhere = sum(len(here) for code, here in young.items() if code != epci)
        others = sum(self.offers.epci(sent.youth) != epci for sent in self._sent(self.first, self.last))
        if not young[epci] or not others:
            raise InputRefused(f"Trop peu de jeunes pour comparer « {epci} » aux autres.")
        for code, here in young.items():
            if code != epci and code not in self._tilted:
                self._level(code, here, others / elsewhere)
        others = sum(self.offers.epci(sent.youth) != epci for sent in self._sent(self.first, self.last))
        missing = self._level(epci, young[epci], factor * others / elsewhere)
        self._tilted.add(epci)
        if missing > 0.1 * factor * others / elsewhere * len(young[epci]):
            raise InputRefused(f"Impossible d'orienter {factor:g} fois plus de jeunes de « {epci} ».")

    def _level(self, epci: TerritoryCode, here: Sequence[Youth], rate: float) -> int:
        """Makes *rate* referrals for each young person of *epci*; how many are missing when that cannot be."""
        own = [s for s in self._sent(self.first, self.last) if self.offers.epci(s.youth) == epci]
        self.random.shuffle(own)
        surplus = len(own) - round(rate * len(here))
        for one in [s for s in own if self._free(s)][: max(0, surplus)]:
            one.needs = set()
        missing = max(0, -surplus)
        for _ in range(20 * missing if here else 0):
            if missing <= 0:
                break
            missing -= self._one_more(self.random.choice(here))
        return missing

    def _one_more(self, youth: Youth) -> bool:
        """One more referral of this young person: another need, or another partner for one of its needs."""
        reference = self.offers.reference
        day = later(youth.received_on, self.random.randint(0, 20))
        needs = [n for n in in_order(youth.needs, reference) if n not in self.told.concentrated]
        if day > self.last or not needs:
            return False
        need = self.random.choice(needs)
        weights, _ = self.offers.fitting(youth, need, day)
        asked = {sent.partner for sent in self.of[youth.id]}
        weights = {o: w for o, w in weights.items() if o[0] not in asked and o[0] not in self.told.kept}
        if not weights:
            return False
        self._add(youth, chosen(self.random, weights), {need}, day)
        return True
