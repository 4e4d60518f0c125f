"""One evaluation of the partnerships: what was counted, what was found in it, and the tables that show it. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from graph.admission import Entry
from graph.agreement_use import AgreementUse, agreement_use
from graph.cosupport_use import CoSupportUse, cosupport_use
from graph.counted import Counted
from graph.coverage import Coverage, coverage, enterable, rate_of_unmet
from graph.dependence import Closing, Share, closings, shares
from graph.directory import Directory
from graph.equity import Group, groups
from graph.facts import ADULTS, MINORS
from graph.finding import Finding
from graph.findings import findings
from graph.intake import AgeBand
from graph.model import CommuneCode, DomainCode, NeedCode, PartnerId, TerritoryCode
from graph.reference import Reference
from graph.referral import Direction, NeedResult
from graph.said import Names
from graph.tallies import Scope, Tally
from graph.usage import Reason, Turnover, Use, compared, fold, pareto, results, summed, turnover, use, uses


@dataclass(frozen=True)
class Evaluation:
    """Everything about one period; `before` is the same one a year earlier. `domain` narrowed the partners."""

    scope: Scope
    before: Scope
    today: date
    domain: DomainCode | None
    simulated: bool
    names: Names
    directory: Directory
    findings: tuple[Finding, ...]
    young: int
    young_before: int
    whole: Use
    partners: tuple[Use, ...]  # most referrals first
    domains: tuple[Use, ...]
    services: tuple[Use, ...]
    epcis: tuple[Use, ...]
    sites: tuple[Use, ...]
    compared: Mapping[str, float]  # shrunk share of answers, by partner
    refusals: tuple[Reason, ...]
    refusals_of: Mapping[TerritoryCode, tuple[Reason, ...]]
    results: Mapping[str, Mapping[NeedResult, int]]
    turnover: Turnover
    agreements: AgreementUse
    coverage: Coverage
    shares: tuple[Share, ...]
    closings: tuple[Closing, ...]
    equity: tuple[Group, ...]
    cosupport: CoSupportUse

    @property
    def by_year(self) -> bool:
        """Of whole years, or of the current one so far, and narrowed by nothing finer than an EPCI."""
        scope = self.scope
        whole = (scope.first.month, scope.first.day) == (1, 1) and (
            (scope.last.month, scope.last.day) == (12, 31) or scope.last == self.today
        )
        return whole and scope.partners is None and scope.site is None and scope.age_band is None


def a_year_before(day: date) -> date:
    """The same day a year earlier; the 28th for a 29th of February."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day - timedelta(days=366)


def evaluation(
    counted: Counted, directory: Directory, reference: Reference, domain: DomainCode | None = None
) -> Evaluation:
    scope = counted.scope
    names = Names(directory.partners, reference)
    found = _uses(counted)
    sent = {PartnerId(u.key): u.sent for u in found}
    domains = {id: sorted(p.domains) for id, p in directory.partners.items()}
    reach = _coverage(counted, directory, reference)
    able = _able(directory, reference)
    of_need: defaultdict[NeedCode, dict[PartnerId, int]] = defaultdict(dict)
    for c in counted.needs:
        held = of_need[NeedCode(c.key[0])]
        held[PartnerId(c.key[2])] = held.get(PartnerId(c.key[2]), 0) + c.n
    return Evaluation(
        scope=scope,
        before=counted.before,
        today=counted.today,
        domain=domain,
        simulated=counted.simulated,
        names=names,
        directory=directory,
        findings=tuple(findings(counted, names, {need: len(partners) for need, partners in able.items()})),
        young=sum(c.n for c in counted.young),
        young_before=sum(c.n for c in counted.young_before),
        whole=_whole(counted),
        partners=tuple(sorted(found, key=lambda u: (-u.sent - u.inbound, u.key))),
        domains=tuple(summed(found, lambda key: domains.get(PartnerId(key), ()), counted.waited)),
        services=tuple(_services(counted)),
        epcis=tuple(uses(counted.epcis, counted.people_of_publics, counted.epcis_before, counted.waited_publics)),
        sites=tuple(uses(counted.sites, counted.people_of_sites, counted.sites_before, ())),
        compared=compared(found, {str(id): held for id, held in domains.items()}, lambda u: u.answer),
        refusals=tuple(pareto(counted.refused)),
        refusals_of={
            TerritoryCode(epci): tuple(pareto(r for r in counted.refused if r.key[0] == epci))
            for epci in sorted({r.key[0] for r in counted.refused})
        },
        results=results(counted.outcomes),
        turnover=turnover(_by_month((*counted.months_before, *counted.months)), scope.first, scope.last),
        agreements=agreement_use(
            counted.agreements, sent, directory.partners, scope.first, scope.last, counted.today, scope.wholly
        ),
        coverage=reach,
        shares=tuple(shares(counted.needs, {(need, None): len(held) for need, held in able.items()})),
        closings=tuple(closings(reach.cells, able, sent, of_need, (scope.last - scope.first).days + 1)),
        equity=tuple(_equity(counted, reference)),
        cosupport=cosupport_use(counted.sizes, counted.edges, counted.needs_together),
    )


def _uses(counted: Counted) -> list[Use]:
    before = fold(counted.months_before, lambda key: (key[0], Direction.OUTBOUND.value))
    return uses(counted.partners, counted.people_of_partners, before.values(), counted.waited)


def _whole(counted: Counted) -> Use:
    told = fold(counted.partners, lambda key: (key[1],))
    before = sum(t.sent for t in counted.months_before)
    inbound = told.get((Direction.INBOUND.value,))
    return use(
        "",
        told.get((Direction.OUTBOUND.value,)),
        sum(c.n for c in counted.people_of_publics),
        inbound.sent if inbound is not None else 0,
        before,
        counted.waited,
    )


def _services(counted: Counted) -> list[Use]:
    people = {count.key: count.n for count in counted.people_of_services}
    found = [use(row.key[0], row, people.get(row.key, 0), 0, 0, ()) for row in counted.services]
    return sorted(found, key=lambda u: (-u.sent, u.key))


def _by_month(rows: Iterable[Tally]) -> dict[str, dict[str, int]]:
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for t in rows:
        found[t.key[0]][t.key[1]] = found[t.key[0]].get(t.key[1], 0) + t.sent
    return dict(found)


def _coverage(counted: Counted, directory: Directory, reference: Reference) -> Coverage:
    expressed: defaultdict[tuple[NeedCode, CommuneCode, bool], int] = defaultdict(int)
    told: defaultdict[tuple[NeedCode, TerritoryCode], int] = defaultdict(int)
    missing: defaultdict[tuple[NeedCode, TerritoryCode], int] = defaultdict(int)
    for c in counted.expressed:
        expressed[NeedCode(c.key[0]), CommuneCode(c.key[1]), c.key[2] == AgeBand.MINOR] += c.n
    for c in counted.expressed_months:
        told[NeedCode(c.key[0]), TerritoryCode(c.key[1])] += c.n
    for c in counted.unmet:
        missing[NeedCode(c.key[0]), TerritoryCode(c.key[1])] += c.n
    return coverage(
        directory,
        reference,
        counted.today,
        expressed,
        {place: rate_of_unmet(n, told.get(place, 0)) for place, n in sorted(missing.items())},
        needs=None if counted.scope.need is None else (counted.scope.need,),
        epci=counted.scope.epci,
    )


def _able(directory: Directory, reference: Reference) -> dict[NeedCode, dict[PartnerId, int]]:
    """Partners that can help with each need somewhere in the territory, and in how many of its communes."""
    within = [frozenset(reference.within(c.insee)) for c in reference.served()]
    covers: dict[frozenset[TerritoryCode], int] = {}
    found: dict[NeedCode, dict[PartnerId, int]] = {}
    for need in reference.needs:
        held: dict[PartnerId, frozenset[TerritoryCode]] = {}
        for entry in _enterable(directory, need):
            held[entry.partner.id] = held.get(entry.partner.id, frozenset()) | entry.service.territories
        partners: dict[PartnerId, int] = {}
        for partner, territories in held.items():
            if territories not in covers:
                covers[territories] = sum(not place.isdisjoint(territories) for place in within)
            if covers[territories]:
                partners[partner] = covers[territories]
        found[need] = partners
    return found


def _enterable(directory: Directory, need: NeedCode) -> list[Entry]:
    return [entry for entry in directory.admission.meeting(need) if enterable(entry)]


def _equity(counted: Counted, reference: Reference) -> list[Group]:
    found: list[Group] = []
    axes = (
        ("territoire", lambda key: key[-4], lambda key: key[0]),
        ("âge", lambda key: MINORS if key[-3] == AgeBand.MINOR else ADULTS, _age),
        ("quartier", lambda key: "qpv" if key[-2] == "1" else "hors-qpv", None),
        ("île", lambda key: "ile" if key[-1] == "1" else "continent", None),
    )
    for axis, of_referral, of_youth in axes:
        sent: dict[str, tuple[int, int, int]] = {}
        for t in counted.publics:
            code = of_referral(t.key)
            a, b, c = sent.get(code, (0, 0, 0))
            sent[code] = (a + t.sent, b + t.answered, c + t.accepted)
        youths: defaultdict[str, int] = defaultdict(int)
        if of_youth is not None:
            for count in counted.young:
                youths[of_youth(count.key)] += count.n
        else:
            for count in counted.people_of_publics:
                youths[of_referral(("", "", *count.key[1:]))] += count.n
        waits: defaultdict[str, list[tuple[int, bool, int]]] = defaultdict(list)
        for w in counted.waited_publics:
            waits[of_referral(w.key)].append((w.days, w.answered, w.n))
        found += groups(axis, sent, youths, waits)
    return found


def _age(key: tuple[str, ...]) -> str:
    return MINORS if key[1] == AgeBand.MINOR else ADULTS
