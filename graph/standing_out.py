"""Partners whose answers, refusals, appointments or outcomes are not those of the others. Pure.

Each is compared with all the others, whose chances differ by themselves (`statistics.strength_among`); it is named
when the difference is one that chance hardly makes over so many partners, and large enough to be worth a call.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, log10

from graph.counted import Counted
from graph.disclosure import decimal, percent
from graph.facts import ADULTS, DISTRICT, ISLANDERS, MINORS, FactKind
from graph.finding import Finding
from graph.intake import AgeBand
from graph.said import Names
from graph.statistics import (
    Interval,
    Rate,
    Survival,
    beta_binomial_at_least,
    discoveries,
    kaplan_meier,
    log_likelihood,
    log_rank,
    normal_tail,
    strength_among,
    wilson,
)
from graph.tallies import Waited
from graph.usage import fold

LEVEL = 0.05
"""Share of false ones that is accepted among the findings of one kind."""
PLAUSIBLE = 0.01
ENOUGH = 8
"""Observations of a partner before it is compared."""
_WHOLE_DAYS = 0.02


def strength(chance: float) -> float:
    return -log10(max(chance, 1e-300))


@dataclass(frozen=True, slots=True)
class Outlier:
    key: int
    partner: str
    rate: Rate
    rest: float
    chance: float


def outliers(rates: Mapping[str, Rate], *, gap: float, least: float, enough: int = ENOUGH) -> list[Outlier]:
    """Those above the rate of the rest by *gap* or more, at *least* that high, and hardly by chance."""
    told = {partner: rate for partner, rate in rates.items() if rate.n >= enough}
    whole = sum(told.values(), Rate(0, 0))
    if len(told) < 2:
        return []
    alike = strength_among(list(told.values()), whole.k / whole.n)
    found: dict[int, Outlier] = {}
    for key, (partner, rate) in enumerate(sorted(told.items())):
        others = Rate(whole.k - rate.k, whole.n - rate.n)
        mean = (others.k + 0.5) / (others.n + 1)
        chance = beta_binomial_at_least(rate.k, rate.n, mean, alike)
        found[key] = Outlier(key, partner, rate, mean, chance)
    kept = discoveries({key: one.chance for key, one in found.items()}, LEVEL)
    return [one for key, one in found.items() if key in kept and one.rate.k / one.rate.n >= max(least, one.rest + gap)]


def standing_out(counted: Counted, names: Names) -> list[Finding]:
    slow = _slow(counted, names)
    late = {finding.about["partner"] for finding in slow}
    silent = [f for f in _never(counted, names) if f.about["partner"] not in late]
    return [*slow, *silent, *_missed(counted, names), *_good(counted, names), *_refuses(counted, names)]


def _rates(counted: Counted, rate: Callable[[int, int, int, int, int, int], Rate]) -> dict[str, Rate]:
    folded = fold(counted.months, lambda key: (key[0],))
    return {key[0]: rate(t.answered, t.unanswered, t.met, t.missed, t.served, t.ended) for key, t in folded.items()}


def _told(kind: FactKind, o: Outlier, text: str, share: Rate | None = None) -> Finding:
    """*share*: the one that is told, where it is not the rate that stands out."""
    rate = o.rate if share is None else share
    told = rate.k / rate.n
    return Finding(
        kind,
        {"partner": o.partner, "share": round(told, 3)},
        rate.n,
        told,
        wilson(rate.k, rate.n),
        text,
        strength(o.chance),
    )


def _never(counted: Counted, names: Names) -> list[Finding]:
    rates = _rates(counted, lambda answered, silent, *_: Rate(silent, answered + silent))
    return [
        _told(
            FactKind.NEVER_ANSWERS,
            o,
            f"{names.partner(o.partner)} laisse {percent(o.rate.k / o.rate.n)} des orientations sans réponse "
            f"(ailleurs : {percent(o.rest)}).",
        )
        for o in outliers(rates, gap=0.15, least=0.25)
    ]


def _missed(counted: Counted, names: Names) -> list[Finding]:
    rates = _rates(counted, lambda _a, _s, met, missed, *_: Rate(missed, met + missed))
    return [
        _told(
            FactKind.MISSED_APPOINTMENTS,
            o,
            f"{percent(o.rate.k / o.rate.n)} des rendez-vous donnés par {names.partner(o.partner)} sont manqués "
            f"(ailleurs : {percent(o.rest)}).",
        )
        for o in outliers(rates, gap=0.15, least=0.25)
    ]


def _good(counted: Counted, names: Names) -> list[Finding]:
    """Outcomes that are better than elsewhere, and those that are much worse: its share says which."""
    rates = _rates(counted, lambda _a, _s, _m, _x, served, ended: Rate(min(served, ended), ended))
    better = [
        _told(
            FactKind.GOOD_OUTCOMES,
            o,
            f"Avec {names.partner(o.partner)}, {percent(o.rate.k / o.rate.n)} des accompagnements terminés couvrent un "
            f"besoin (ailleurs : {percent(o.rest)}).",
        )
        for o in outliers(rates, gap=0.12, least=0.5)
    ]
    in_vain = {partner: Rate(rate.n - rate.k, rate.n) for partner, rate in rates.items()}
    worse = [
        _told(
            FactKind.GOOD_OUTCOMES,
            o,
            f"Avec {names.partner(o.partner)}, {percent(1 - o.rate.k / o.rate.n)} seulement des accompagnements "
            f"terminés couvrent un besoin (ailleurs : {percent(1 - o.rest)}).",
            Rate(o.rate.n - o.rate.k, o.rate.n),
        )
        for o in outliers(in_vain, gap=0.2, least=0.5)
    ]
    return [*better, *worse]


# refusals

_SAID = {
    MINORS: "les mineurs",
    ADULTS: "les majeurs",
    DISTRICT: "les habitants d'un quartier prioritaire",
    ISLANDERS: "les jeunes des îles",
}


def _refuses(counted: Counted, names: Names) -> list[Finding]:
    """One public per partner: the one that tells its refusals apart best."""
    told: dict[str, dict[str, Rate]] = {}  # public → partner → refused of answered
    whole: dict[str, Rate] = {}

    def count(public: str, partner: str, refused: int, answered: int) -> None:
        held = told.setdefault(public, {})
        held[partner] = held.get(partner, Rate(0, 0)) + Rate(min(refused, answered), answered)

    for t in counted.publics:
        partner, _, band, qpv, island = t.key
        whole[partner] = whole.get(partner, Rate(0, 0)) + Rate(min(t.refused, t.answered), t.answered)
        count(MINORS if band == AgeBand.MINOR else ADULTS, partner, t.refused, t.answered)
        if qpv == "1":
            count(DISTRICT, partner, t.refused, t.answered)
        if island == "1":
            count(ISLANDERS, partner, t.refused, t.answered)
    for t in counted.situations:
        partner, situation = t.key
        if situation not in (DISTRICT, "mineur"):
            count(situation, partner, t.refused, t.answered)
    everything = sum(whole.values(), Rate(0, 0))
    if not everything.n:
        return []
    usual = (everything.k + 0.5) / (everything.n + 1)
    tests: dict[int, tuple[str, str, Rate, float, float]] = {}
    # one for all publics: most have too few partners to say how alike these are
    alike = strength_among([rate for partners in told.values() for rate in partners.values()], usual)
    for public, partners in sorted(told.items()):
        for partner, rate in sorted(partners.items()):
            if rate.n < 5:
                continue
            own = whole[partner]
            rest = Rate(max(0, own.k - rate.k), max(0, own.n - rate.n))
            # its own rate for the others, drawn to that of everybody; never below that of everybody
            other = max(usual, (rest.k + 10 * usual) / (rest.n + 10)) if rest.n >= rest.k else usual
            chance = beta_binomial_at_least(rate.k, rate.n, other, alike)
            tests[len(tests)] = (public, partner, rate, other, chance)
    kept = discoveries({key: test[4] for key, test in tests.items()}, LEVEL)
    refusing = {tests[key][1] for key in kept}
    best: dict[str, tuple[tuple[float, int, bool], Finding]] = {}
    for public, partner, rate, other, chance in tests.values():
        # that it refuses somebody is sure; whom is the public that tells best, even one too small to be sure alone
        if partner not in refusing or chance > PLAUSIBLE:
            continue
        share = rate.k / rate.n
        if share < max(0.3, other + 0.2):
            continue
        said = _SAID.get(public) or names.public(public)
        finding = Finding(
            FactKind.REFUSES,
            {"partner": partner, "public": public, "share": round(share, 3)},
            rate.n,
            share,
            wilson(rate.k, rate.n),
            f"{names.partner(partner)} refuse {percent(share)} des orientations qui concernent {said} "
            f"(pour les autres jeunes : {percent(other)}).",
            strength(chance),
        )
        # of many situations one tells a little better by chance: an age or a place comes before
        gain = _told_apart(rate, whole[partner])
        merit = gain - (0.0 if public in _SAID else log(20))
        # where none tells anything, all it receives being of one public, that one
        place = (merit if merit > 0 and gain > 1 else 0.0, rate.n, public in _SAID)
        if partner not in best or place > best[partner][0]:
            best[partner] = (place, finding)
    return [finding for _, (_, finding) in sorted(best.items())]


def _told_apart(public: Rate, whole: Rate) -> float:
    """Log-likelihood that is gained by giving the public a rate of its own; less a little for each it leaves out."""
    rest = Rate(max(0, whole.k - public.k), max(0, whole.n - public.n))
    return log_likelihood(public) + log_likelihood(rest) - log_likelihood(whole)


# slow answers


def _slow(counted: Counted, names: Names) -> list[Finding]:
    """Answers that come late, not answers that never come: only those that came are compared, censoring then counts."""
    waits: dict[str, list[Waited]] = {}
    for wait in counted.waited:
        waits.setdefault(wait.key[0], []).append(wait)
    everybody = _days(counted.waited)
    usual = kaplan_meier(everybody)
    usual_median = usual.median
    if usual_median is None:
        return []
    tests: dict[int, tuple[str, str, list[Waited], float]] = {}
    for partner, own in sorted(waits.items()):
        start, later = _since(own)
        came = [(w.days, True, w.n) for w in later if w.answered]
        if sum(n for _, _, n in came) < 5 or sum(w.n for w in later) < ENOUGH:
            continue
        chance = normal_tail(log_rank(came, _answered_but(everybody, came)))
        tests[len(tests)] = (partner, start, later, chance * _looks(own))
    kept = discoveries({key: test[3] for key, test in tests.items()}, LEVEL)
    found: list[Finding] = []
    for key in sorted(kept):
        partner, start, later, chance = tests[key]
        curve = kaplan_meier(_days(later))
        came_curve = kaplan_meier((w.days, True, w.n) for w in later if w.answered)
        median = curve.median if curve.median is not None else curve.longest
        floor = max(1.6 * usual_median, usual_median + 4)
        if median < floor or (came_curve.median or 0) < max(1.4 * usual_median, usual_median + 3):
            continue
        found.append(_slowness(partner, start, curve, float(median), usual_median, chance, names))
    return found


def _slowness(
    partner: str, start: str, curve: Survival, median: float, usual: int, chance: float, names: Names
) -> Finding:
    interval = None
    between = curve.median_interval
    if between is not None and between[1] is not None:
        interval = Interval(float(between[0]), float(between[1]))
    return Finding(
        FactKind.SLOW_ANSWERS,
        {"partner": partner, "median_days": median, "from": start},
        curve.n,
        median,
        interval,
        f"Depuis {names.month(start)}, {names.partner(partner)} répond en {decimal(median, 0)} jours en général "
        f"(ailleurs : {usual} jours).",
        strength(chance),
    )


def _days(waits: Iterable[Waited]) -> list[tuple[int, bool, int]]:
    counted: dict[tuple[int, bool], int] = {}
    for w in waits:
        counted[w.days, w.answered] = counted.get((w.days, w.answered), 0) + w.n
    return [(days, answered, n) for (days, answered), n in sorted(counted.items())]


def _answered_but(
    everybody: Sequence[tuple[int, bool, int]], own: Sequence[tuple[int, bool, int]]
) -> list[tuple[int, bool, int]]:
    left = {days: n for days, answered, n in everybody if answered}
    for days, _, n in own:
        left[days] -= n
    return [(days, True, n) for days, n in sorted(left.items()) if n]


def _since(waits: Sequence[Waited]) -> tuple[str, list[Waited]]:
    """The month since which a partner waits differently: the best of all cuts, its first month when none is better.

    Each part has its own usual time, as a multiple of which answers scatter (log-normal waiting); a cut must be worth
    a hundredfold, and leave enough of the later part to be compared.
    """
    of_month: defaultdict[str, _Scatter] = defaultdict(_Scatter)
    for w in waits:
        of_month[w.key[1]] += _scattered(w)
    months = sorted(of_month)
    whole = later = sum(of_month.values(), _Scatter())
    before = _Scatter()
    best, gain = months[0], log(100)
    for last, month in pairwise(months):
        before, later = before + of_month[last], later - of_month[last]
        if later.n < 5 or later.asked < ENOUGH:
            break
        if not before.n or later.mean <= before.mean:
            continue
        # days are whole: answers that all took the same number of them still scatter by a fraction of one
        left = max(before.spread + later.spread, _WHOLE_DAYS * whole.n)
        worth = whole.n / 2 * log(max(whole.spread, left) / left)
        if worth > gain:
            best, gain = month, worth
    return best, [w for w in waits if w.key[1] >= best]


def _looks(waits: Sequence[Waited]) -> int:
    """How many cuts were tried: the best of them is that much easier to find by chance."""
    return max(1, len({w.key[1] for w in waits}))


@dataclass(frozen=True, slots=True)
class _Scatter:
    """How many were asked and how many (`n`) answered; sums of the logarithms of their days, and of their squares."""

    asked: int = 0
    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    def __add__(self, other: "_Scatter") -> "_Scatter":
        return _Scatter(
            self.asked + other.asked, self.n + other.n, self.total + other.total, self.squares + other.squares
        )

    def __sub__(self, other: "_Scatter") -> "_Scatter":
        return _Scatter(
            self.asked - other.asked, self.n - other.n, self.total - other.total, self.squares - other.squares
        )

    @property
    def mean(self) -> float:
        return self.total / self.n if self.n else 0.0

    @property
    def spread(self) -> float:
        """Sum of the squares around the mean."""
        return max(0.0, self.squares - self.total * self.mean)


def _scattered(w: Waited) -> _Scatter:
    if not w.answered:
        return _Scatter(w.n)
    value = log(w.days + 1)
    return _Scatter(w.n, w.n, w.n * value, w.n * value * value)
