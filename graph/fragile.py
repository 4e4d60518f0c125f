"""What is fragile, missing or remarkable outside the answers of partners: concentration, gaps, sleep, equity. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import erfc, exp, log, sqrt

from graph.agreement_use import agreement_use
from graph.cosupport_use import pairs
from graph.counted import Counted
from graph.coverage import rate_of_unmet
from graph.disclosure import decimal, percent
from graph.facts import FactKind
from graph.finding import Finding
from graph.model import NeedCode, PartnerId, TerritoryCode
from graph.said import Names
from graph.standing_out import LEVEL, strength
from graph.statistics import (
    LEAST,
    Interval,
    Rate,
    at_least,
    discoveries,
    log_likelihood,
    rate_ratio,
    wilson,
)

MOST_OF, AT_LEAST = 0.45, 0.35
"""Share of a need's referrals that makes a concentration, and what it surely is."""
SILENT_MONTHS = 3
"""Without anybody, before a partner is said to sleep: a summer is shorter."""
OFTEN = 15
MOSTLY = 0.25
"""Of what one of two partners does in company, the part that it does with the other: less is no habit."""
SPREAD_OVER = 1.2
"""Times more than its first unit, for an organisation to be named in its place."""


def fragile(
    counted: Counted, names: Names, able: Mapping[NeedCode, int], families: Mapping[str, Sequence[str]]
) -> list[Finding]:
    """*able*: how many partners can help with each need somewhere; *families*: organisations with their units."""
    return [
        *_concentration(counted, names, able, families),
        *_uncovered(counted, names),
        *_together(counted, names),
        *_agreements(counted, names, families),
        *_dormant(counted, names),
        *_inequity(counted, names),
    ]


def _concentration(
    counted: Counted, names: Names, able: Mapping[NeedCode, int], families: Mapping[str, Sequence[str]]
) -> list[Finding]:
    by_need: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for c in counted.needs:
        by_need[c.key[0]][c.key[2]] += c.n
    found: list[Finding] = []
    for need, partners in sorted(by_need.items()):
        total = sum(partners.values())
        first = min(partners, key=lambda p: (-partners[p], p))
        for parent, units in families.items():
            together = sum(partners.get(unit, 0) for unit in units)
            if together > partners[first] * SPREAD_OVER:
                first, partners[parent] = parent, together
        rate = Rate(partners[first], total)
        if rate.n < 2 * LEAST or rate.k / rate.n < MOST_OF or wilson(rate.k, rate.n).low < AT_LEAST:
            continue
        others = able.get(NeedCode(need), 0) - 1
        instead = f"{others} autres le pourraient" if others > 1 else "un autre le pourrait" if others == 1 else ""
        found.append(
            Finding(
                FactKind.CONCENTRATION,
                {"need": need, "partner": first, "share": round(rate.k / rate.n, 3)},
                rate.n,
                rate.k / rate.n,
                wilson(rate.k, rate.n),
                f"{names.partner(first)} reçoit {percent(rate.k / rate.n)} des orientations pour "
                f"{names.in_sentence(need)} ({instead or 'aucun autre ne le propose'}).",
                strength(at_least(rate.k, rate.n, AT_LEAST)),
            )
        )
    return found


def _uncovered(counted: Counted, names: Names) -> list[Finding]:
    months = sorted({c.key[2] for c in counted.expressed_months} | {c.key[2] for c in counted.unmet})
    expressed = {c.key: c.n for c in counted.expressed_months}
    unmet = {c.key: c.n for c in counted.unmet}
    places = sorted({key[:2] for key in expressed} | {key[:2] for key in unmet})
    series = {
        place: [rate_of_unmet(unmet.get((*place, m), 0), expressed.get((*place, m), 0)) for m in months]
        for place in places
    }
    whole = sum((r for rates in series.values() for r in rates), Rate(0, 0))
    usual = (whole.k + 0.5) / (whole.n + 1)
    tests: dict[int, tuple[tuple[str, ...], str, Rate, float]] = {}
    for place, rates in series.items():
        start = _from(rates)
        later = sum(rates[start:], Rate(0, 0))
        if later.n < LEAST or later.k < LEAST:
            continue
        chance = min(1.0, at_least(later.k, later.n, max(usual, 0.1)) * len(months))
        tests[len(tests)] = (place, months[start], later, chance)
    kept = discoveries({key: test[3] for key, test in tests.items()}, LEVEL)
    found: list[Finding] = []
    for key in sorted(kept):
        (need, epci), start_month, rate, chance = tests[key]
        if rate.k / rate.n < 0.5:
            continue
        found.append(
            Finding(
                FactKind.UNCOVERED,
                {"need": need, "epci": epci, "from": start_month},
                rate.n,
                rate.k / rate.n,
                wilson(rate.k, rate.n),
                f"{names.epci(epci)} : depuis {names.month(start_month)}, {percent(rate.k / rate.n)} des jeunes qui "
                f"disent {names.in_sentence(need)} n'ont trouvé personne.",
                strength(chance),
            )
        )
    return found


def _from(rates: list[Rate]) -> int:
    """Since when the share is another one: the cut that tells the two parts apart best; 0 when none is worth it.

    Months in which everybody found somebody, or nobody asked, say nothing of a gap: it begins with the first one unmet.
    """
    best, gain = 0, log(20)
    whole = log_likelihood(sum(rates, Rate(0, 0)))
    for cut in range(1, len(rates)):
        before, later = sum(rates[:cut], Rate(0, 0)), sum(rates[cut:], Rate(0, 0))
        if before.n == 0 or later.n == 0 or later.k / later.n <= before.k / before.n:
            continue
        worth = log_likelihood(before) + log_likelihood(later) - whole
        if worth > gain:
            best, gain = cut, worth
    return next((month for month in range(best, len(rates)) if rates[month].k), best)


def _together(counted: Counted, names: Names) -> list[Finding]:
    told = pairs(counted.edges)
    kept = discoveries({key: pair.chance for key, pair in enumerate(told)}, LEVEL)
    return [
        Finding(
            FactKind.TOGETHER,
            {"partners": pair.partners},
            pair.n,
            float(pair.n),
            None,
            f"{names.partner(pair.partners[0])} et {names.partner(pair.partners[1])} accompagnent ensemble {pair.n} "
            f"jeunes (le hasard en donnerait {decimal(pair.expected)}).",
            strength(pair.chance),
        )
        for key, pair in enumerate(told)
        if key in kept and pair.n >= LEAST and pair.lift >= 2 and pair.share >= MOSTLY
    ]


def _sent(counted: Counted) -> dict[PartnerId, int]:
    found: defaultdict[PartnerId, int] = defaultdict(int)
    for t in counted.months:
        found[PartnerId(t.key[0])] += t.sent
    return dict(found)


def _agreements(counted: Counted, names: Names, families: Mapping[str, Sequence[str]]) -> list[Finding]:
    scope = counted.scope
    sent = _sent(counted)
    told = agreement_use(counted.agreements, sent, names.partners, scope.first, scope.last, counted.today, scope.wholly)
    found = [
        Finding(
            FactKind.UNUSED_AGREEMENT,
            {"partner": one.partner},
            one.days,
            0.0,
            None,
            f"La convention avec {names.partner(one.partner)} n'a servi à aucune orientation sur la période.",
            3.0 * one.days / ((scope.last - scope.first).days + 1),
        )
        for one in told.unused
    ]
    bound = {str(partner) for agreement in counted.agreements for partner in agreement.partners}
    for without in told.unsigned:
        if without.sent < OFTEN or not counted.agreements:
            continue
        if not bound.isdisjoint(families.get(without.partner, ())):
            continue  # its units have theirs
        found.append(
            Finding(
                FactKind.USE_WITHOUT_AGREEMENT,
                {"partner": without.partner, "referrals": without.sent},
                without.sent,
                float(without.sent),
                None,
                f"{without.sent} orientations vers {names.partner(without.partner)}, sans convention.",
                without.sent / OFTEN,
            )
        )
    return found


def _dormant(counted: Counted, names: Names) -> list[Finding]:
    """A partner asked at least ten times in twelve months, and not once since: too long a silence to be chance.

    The chance that all of them fell before the silence, each on any day as likely as every referral is: it needs no
    correction for the months looked at, a last referral being one for each partner.
    """
    sent: defaultdict[str, dict[str, int]] = defaultdict(dict)
    total: defaultdict[str, int] = defaultdict(int)
    for t in (*counted.months_before, *counted.months):
        sent[t.key[0]][t.key[1]] = sent[t.key[0]].get(t.key[1], 0) + t.sent
        total[t.key[1]] += t.sent
    months = _months(counted.scope.first, counted.scope.last)
    start = _minus(months[0], 12)
    tests: dict[int, tuple[str, str, int, float]] = {}
    for partner, by_month in sorted(sent.items()):
        last = max(by_month)
        silent = [m for m in months if m > last]
        if len(silent) < SILENT_MONTHS:
            continue
        window = _minus(silent[0], 12)
        past = sum(n for m, n in by_month.items() if max(start, window) <= m < silent[0])
        exposed = sum(n for m, n in total.items() if max(start, window) <= m < silent[0])
        missed = sum(total.get(m, 0) for m in silent)
        if past < 10 or exposed <= 0:
            continue
        chance = (exposed / (exposed + missed)) ** past
        tests[len(tests)] = (partner, silent[0], past, chance)
    kept = discoveries({key: test[3] for key, test in tests.items()}, LEVEL)
    return [
        Finding(
            FactKind.DORMANT,
            {"partner": partner, "from": since},
            past,
            0.0,
            None,
            f"Plus aucune orientation vers {names.partner(partner)} depuis {names.month(since)}, après {past} dans les "
            f"douze mois d'avant.",
            strength(chance),
        )
        for partner, since, past, chance in (tests[key] for key in sorted(kept))
    ]


def _months(first: date, last: date) -> list[str]:
    found = [f"{first:%Y-%m}"]
    while found[-1] < f"{last:%Y-%m}":
        found.append(_minus(found[-1], -1))
    return found


def _minus(month: str, months: int) -> str:
    number = int(month[:4]) * 12 + int(month[5:7]) - 1 - months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


UNEVEN = 1.25
"""Times more, or fewer, that are worth a sentence."""


def _inequity(counted: Counted, names: Names) -> list[Finding]:
    sent: defaultdict[str, int] = defaultdict(int)
    youths: defaultdict[str, int] = defaultdict(int)
    for t in counted.publics:
        sent[t.key[1]] += t.sent
    for c in counted.young:
        youths[c.key[0]] += c.n
    left = {epci: (sent[epci], youths[epci]) for epci in sorted(youths) if youths[epci] >= LEAST}
    whole = _summed(left.values())
    if not whole[1]:
        return []
    referred = sum(c.n for c in counted.people_of_publics)
    scatter = _scatter(whole[0] / whole[1], 1 - min(1.0, referred / whole[1]))
    found: list[Finding] = []
    while len(left) >= 2:
        # with one territory apart, the others stand apart from a whole that holds it: the one that explains most goes
        epci = max(left, key=lambda e: _apart(left[e], _summed(left.values())))
        worth = _apart(left[epci], _summed(left.values())) / scatter
        here = left.pop(epci)
        chance = erfc(sqrt(worth)) * (len(left) + 1)
        ratio = rate_ratio(*here, whole[0] - here[0], whole[1] - here[1])
        if ratio is None or chance > LEVEL / 5 or 1 / UNEVEN < ratio.value < UNEVEN:
            break
        spread = (ratio.interval.high / ratio.value) ** sqrt(scatter)
        how = "moins" if ratio.value < 1 else "plus"
        found.append(
            Finding(
                FactKind.INEQUITY,
                {"epci": TerritoryCode(epci), "factor": round(ratio.value, 3)},
                here[1],
                ratio.value,
                Interval(ratio.value / spread, ratio.value * spread),
                f"Un jeune {names.of_epci(epci)} est orienté {decimal(max(ratio.value, 1 / ratio.value))} fois {how} "
                f"que les autres ({decimal(100 * here[0] / here[1], 0)} orientations pour 100 jeunes).",
                strength(chance),
            )
        )
    return found


def _summed(groups: Iterable[tuple[int, int]]) -> tuple[int, int]:
    told = list(groups)
    return sum(sent for sent, _ in told), sum(youths for _, youths in told)


def _apart(here: tuple[int, int], whole: tuple[int, int]) -> float:
    """Log-likelihood that is gained by giving a territory a rate of its own."""
    rest = whole[0] - here[0], whole[1] - here[1]
    return _poisson(here) + _poisson(rest) - _poisson(whole)


def _poisson(counted: tuple[int, int]) -> float:
    events, people = counted
    return events * log(events / people) if events and people else 0.0


def _scatter(mean: float, none: float) -> float:
    """Variance of the number of referrals of a young person over its mean: one where chance alone decides.

    From the share that has *none* (negative binomial): the more of them, the more the others have.
    """
    low, high = 0.0, 10.0
    if mean <= 0 or none <= exp(-mean):
        return 1.0
    for _ in range(50):
        middle = (low + high) / 2
        if (1 + middle * mean) ** (-1 / middle) < none:
            low = middle
        else:
            high = middle
    return 1 + low * mean
