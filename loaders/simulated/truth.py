"""What is true of the year that came out, planted or not, counted the slow way from what was written.

Complete rather than sparse: a partner whose realised figure a person would call remarkable is named, at a lower bar
than a report would use, since a finding that is absent from here is a false alarm. Nothing is named that is not so.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from graph.agreement import Agreement
from graph.cosupport import CoSupport
from graph.facts import ADULTS, DISTRICT, ISLANDERS, MINORS, Fact, FactKind
from graph.model import FRANCE, NeedCode, PartnerId, TerritoryCode
from graph.referral import Direction, Mode, NeedResult, Referral
from loaders.simulated.conduct import belongs
from loaders.simulated.offers import Offers
from loaders.simulated.youths import Youth, suits

K = FactKind
_LEAST = 5
_SLOW_DAYS, _SLOW_TIMES = 10, 1.5
_SILENT, _REFUSED, _MISSED, _SERVED = 0.12, 0.2, 0.22, 0.68
_UNSERVED = 0.4
_TIMES = 1.5  # the share of everybody
_CONCENTRATED = 0.4
_UNMET = 0.3
_UNEQUAL = 1.15
_MISSED_BY = 3  # referrals that would have come, had nothing changed: fewer is chance
_PUBLICS = (MINORS, ADULTS, DISTRICT, ISLANDERS)


@dataclass(slots=True)
class Account:
    """Referrals sent to one partner in the year."""

    waits: list[tuple[int, bool, int]] = field(default_factory=list)  # days, answered, month sent
    answered: int = 0
    silent: int = 0
    refused: int = 0
    met: int = 0
    missed: int = 0
    ended: int = 0
    served: int = 0
    publics: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    months: Counter[str] = field(default_factory=Counter)  # both years


class Truth:
    """Filled referral by referral; `facts` answers once everything was written."""

    def __init__(self, offers: Offers, year: int) -> None:
        self.offers = offers
        self.year = year
        self.last = date(year, 12, 31)
        self.own: defaultdict[PartnerId, Account] = defaultdict(Account)
        self.families: defaultdict[PartnerId, Account] = defaultdict(Account)  # with the units below
        self.needs: defaultdict[NeedCode, Counter[PartnerId]] = defaultdict(Counter)
        self.needs_families: defaultdict[NeedCode, Counter[PartnerId]] = defaultdict(Counter)
        self.months: Counter[str] = Counter()
        self.about: Counter[NeedCode] = Counter()  # referrals about each need
        self.by_epci: Counter[TerritoryCode] = Counter()
        self.youths: Counter[TerritoryCode] = Counter()
        self.expressed: Counter[tuple[NeedCode, TerritoryCode]] = Counter()
        self.unmet: defaultdict[tuple[NeedCode, TerritoryCode], list[date]] = defaultdict(list)
        self.sent: dict[int, Counter[PartnerId]] = {year - 1: Counter(), year: Counter()}
        self._groups = {id: offers.above(id) for id in sorted(offers.directory.partners)}

    def youth(self, youth: Youth, unmet: Mapping[NeedCode, date]) -> None:
        epci = self.offers.epci(youth)
        if youth.received_on.year == self.year:
            self.youths[epci] += 1
            for need in youth.needs:
                self.expressed[need, epci] += 1
        for need, day in unmet.items():
            if day.year == self.year:
                self.unmet[need, epci].append(day)

    def referral(self, referral: Referral, youth: Youth) -> None:
        if not referral.counts or referral.sent_on is None or referral.direction is not Direction.OUTBOUND:
            return
        day, partner = referral.sent_on, referral.partner
        if day.year in self.sent:
            self.sent[day.year][partner] += 1
        groups = self._groups.get(partner, (partner,))
        accounts = [self.own[partner], *(self.families[group] for group in groups)]
        self.months[f"{day:%Y-%m}"] += 1
        for account in accounts:
            account.months[f"{day:%Y-%m}"] += 1
        if day.year != self.year:
            return
        self.by_epci[referral.epci] += 1
        for need in referral.needs:
            self.about[need] += 1
            self.needs[need][partner] += 1
            for group in groups:
                self.needs_families[need][group] += 1
        served = any(o.result is NeedResult.COUVERT for o in referral.outcomes)
        told = sorted({*(p for p in _PUBLICS if belongs(youth, p, self.offers.reference)), *youth.situations})
        for account in accounts:
            account.answered += referral.answered_on is not None
            account.silent += referral.unanswered
            account.refused += referral.refused
            account.met += referral.met
            account.missed += referral.missed
            account.ended += referral.ended_on is not None
            account.served += served and referral.ended_on is not None
            if referral.answered_on is not None:
                for public in told:
                    account.publics[public][0] += referral.refused
                    account.publics[public][1] += 1
            if referral.mode is Mode.FOLLOWED:
                until = referral.answered_on or referral.silent_on or self.last
                account.waits.append(((until - day).days, referral.answered_on is not None, day.month))

    def facts(
        self, planted: Sequence[Fact], cosupports: Iterable[CoSupport], agreements: Sequence[Agreement]
    ) -> tuple[Fact, ...]:
        """Planted ones first and as they were told, then what else is so, by kind and what it is about."""
        whole = self._whole()
        natural = [
            *self._answers(whole),
            *self._shares(whole),
            *self._concentrations(),
            *self._gaps(),
            *self._together(cosupports),
            *self._agreements(agreements),
            *self._dormant(),
            *self._unequal(),
        ]
        known = {fact.about for fact in planted}
        others: dict[tuple[str, ...], Fact] = {}
        for fact in natural:
            if fact.about not in known:
                others.setdefault(fact.about, fact)
        return (*planted, *(others[about] for about in sorted(others)))

    def _whole(self) -> Account:
        """Every partner together, units counted once."""
        total = Account()
        for account in self.own.values():
            total.waits.extend(account.waits)
            for name in ("answered", "silent", "refused", "met", "missed", "ended", "served"):
                setattr(total, name, getattr(total, name) + getattr(account, name))
        return total

    def _each(self) -> Iterable[tuple[PartnerId, Account]]:
        """Each partner by itself, then each with its units: both are ways to read « this partner »."""
        yield from self.own.items()
        yield from self.families.items()

    def _answers(self, whole: Account) -> Iterable[Fact]:
        ordinary = median(whole.waits) or 0
        bar = min(_SLOW_DAYS, max(7.5, _SLOW_TIMES * ordinary))
        for partner, account in self._each():
            for first in (1, 4, 7, 9):
                waits = [w for w in account.waits if w[2] >= first]
                days = median(waits)
                if sum(w[1] for w in waits) >= _LEAST and days is not None and days >= bar:
                    since = f"{self.year:04d}-{first:02d}"
                    yield Fact(K.SLOW_ANSWERS, partner=partner, median_days=float(days), since=since)
                    break

    def _shares(self, whole: Account) -> Iterable[Fact]:
        for partner, a in self._each():
            if _high(a.silent, a.answered + a.silent, _SILENT, whole.silent, whole.answered + whole.silent):
                yield Fact(K.NEVER_ANSWERS, partner=partner, share=_share(a.silent, a.answered + a.silent))
            for public, (refused, n) in sorted(a.publics.items()):
                if _high(refused, n, _REFUSED, whole.refused, whole.answered):
                    yield Fact(K.REFUSES, partner=partner, public=public, share=_share(refused, n))
            if _high(a.missed, a.met + a.missed, _MISSED, whole.missed, whole.met + whole.missed):
                yield Fact(K.MISSED_APPOINTMENTS, partner=partner, share=_share(a.missed, a.met + a.missed))
            if a.ended >= _LEAST and not _UNSERVED < a.served / a.ended < _SERVED:
                yield Fact(K.GOOD_OUTCOMES, partner=partner, share=_share(a.served, a.ended))

    def _concentrations(self) -> Iterable[Fact]:
        for need, counted in (*self.needs.items(), *self.needs_families.items()):
            total = self.about[need]
            for partner, n in counted.items():
                if total >= _LEAST and n / total >= _CONCENTRATED:
                    yield Fact(K.CONCENTRATION, need=need, partner=partner, share=_share(n, total))
        for need in self.offers.reference.needs:
            offering = [
                p for p in sorted(self.offers.directory.partners)
                if any(need in s.needs for s in self.offers.services(p))
            ]  # fmt: skip
            if len(offering) == 1:
                yield Fact(K.CONCENTRATION, need=need, partner=offering[0], share=1.0)

    def _gaps(self) -> Iterable[Fact]:
        for (need, epci), days in self.unmet.items():
            if len(days) >= 2 and (len(days) >= _LEAST or len(days) / self.expressed[need, epci] >= _UNMET):
                yield Fact(K.UNCOVERED, need=need, epci=epci, since=f"{min(days):%Y-%m}")
        for need in self.offers.reference.needs:
            for epci in self.offers.reference.epcis:
                if self._nobody(need, epci):
                    yield Fact(K.UNCOVERED, need=need, epci=epci, since=f"{self.year:04d}-01")

    def _nobody(self, need: NeedCode, epci: TerritoryCode) -> bool:
        """Whether no partner takes anybody for *need* where most of the people of *epci* live."""
        reference = self.offers.reference
        ages = [age for age in (16, 20) if suits(reference, need, age)]
        communes = [c for c in reference.served() if c.epci == epci]
        covered = 0
        for commune in communes:
            within = {*reference.within(commune.insee), FRANCE}
            covered += commune.population * any(
                not service.territories.isdisjoint(within)
                and any((service.age_min or 0) <= age <= (service.age_max or 200) for age in ages)
                for partner in self._offering(need)
                for service in self.offers.services(partner)
                if need in service.needs
            )
        return covered < sum(c.population for c in communes) / 2

    def _offering(self, need: NeedCode) -> list[PartnerId]:
        return [e.partner.id for e in self.offers.directory.admission.meeting(need)]

    def _together(self, cosupports: Iterable[CoSupport]) -> Iterable[Fact]:
        counted: Counter[tuple[PartnerId, PartnerId]] = Counter()
        members: Counter[PartnerId] = Counter()
        supports = 0
        for support in cosupports:
            if support.opened_on.year == self.year:
                supports += 1
            members.update({g for m in support.members for g in self._groups.get(m.partner, (m.partner,))})
            days = {frozenset((a, b)): day for a, b, day in support.together()}
            groups = {m.partner: self._groups.get(m.partner, (m.partner,)) for m in support.members}
            pairs = {
                (min(x, y), max(x, y))
                for a, b in combinations(sorted(groups), 2)
                if (day := days.get(frozenset((a, b)))) is not None and day.year == self.year
                for x in groups[a]
                for y in groups[b]
                if x != y
            }
            counted.update(pairs)
        mean = sum(counted.values()) / len(counted) if counted else 0.0
        for pair, n in counted.items():
            lift = n * supports / (members[pair[0]] * members[pair[1]])
            if n >= 3 and (n >= 1.5 * mean or lift >= 1.5):
                yield Fact(K.TOGETHER, partners=pair)

    def _agreements(self, agreements: Sequence[Agreement]) -> Iterable[Fact]:
        bound = {p for a in agreements if a.in_force(self.last) or a.starts_on <= self.last for p in a.partners}
        for partner in bound:
            account = self.families.get(partner)
            months = account.months if account is not None else Counter[str]()
            if not any(month.startswith(f"{self.year:04d}") for month in months):
                yield Fact(K.UNUSED_AGREEMENT, partner=partner)
        for partner, account in self._each():
            n = sum(n for month, n in account.months.items() if month.startswith(f"{self.year:04d}"))
            family = self._groups.get(partner, (partner,))
            if n >= _LEAST and not bound & set(family):
                yield Fact(K.USE_WITHOUT_AGREEMENT, partner=partner, referrals=n)

    def _dormant(self) -> Iterable[Fact]:
        months = [f"{y:04d}-{m:02d}" for y in (self.year - 1, self.year) for m in range(1, 13)]
        for partner, account in self._each():
            for first in range(12, 24):
                before = sum(account.months[m] for m in months[first - 12 : first])
                usual = sum(self.months[m] for m in months[first - 12 : first])
                expected = before * sum(self.months[m] for m in months[first:]) / usual if usual else 0.0
                if before >= 10 and expected >= _MISSED_BY and not any(account.months[m] for m in months[first:]):
                    yield Fact(K.DORMANT, partner=partner, since=months[first])
                    break

    def _unequal(self) -> Iterable[Fact]:
        sent, youths = sum(self.by_epci.values()), sum(self.youths.values())
        for epci, here in self.youths.items():
            others = sent - self.by_epci[epci]
            if not here or youths == here or not others:
                continue
            factor = (self.by_epci[epci] / here) / (others / (youths - here))
            if not 1 / _UNEQUAL < factor < _UNEQUAL:
                yield Fact(K.INEQUITY, epci=epci, factor=round(factor, 2))


def median(waits: Iterable[tuple[int, bool, int]]) -> int | None:
    """Days by which half of them were answered, those still waiting counted as such (Kaplan and Meier)."""
    held = sorted((days, not answered) for days, answered, _ in waits)
    left, staying = len(held), 1.0
    place = 0
    while place < len(held):
        days = held[place][0]
        at = [one for one in held[place:] if one[0] == days] if place + 1 < len(held) else [held[place]]
        answered = sum(not censored for _, censored in at)
        staying *= 1 - answered / left
        if staying <= 0.5 and answered:
            return days
        left -= len(at)
        place += len(at)
    return None


def _high(k: int, n: int, bar: float, others: int, whole: int) -> bool:
    """Two at least, a share over *bar*, and over that of everybody."""
    return n >= _LEAST and k >= 2 and k / n >= max(bar, _TIMES * others / whole if whole else 0.0)


def _share(k: int, n: int) -> float:
    return round(k / n, 3)
