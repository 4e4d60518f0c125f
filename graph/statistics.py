"""The few statistics that measures of partnerships need: intervals, waiting times with censoring, tests. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import erfc, exp, inf, lgamma, log, log1p, sqrt

Z = 1.959963984540054
"""Of an interval at 95 %."""
LEAST = 5
"""Observations below which a rate is not a number."""
STRENGTH = 10.0
"""Of the prior, in observations: two successes do not beat two hundred."""


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rate:
    """*k* of *n*."""

    k: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.k <= self.n:
            raise ValueError(f"{self.k} of {self.n} is not a rate")

    @property
    def value(self) -> float | None:
        """None below five observations."""
        return self.k / self.n if self.n >= LEAST else None

    @property
    def interval(self) -> Interval | None:
        return wilson(self.k, self.n) if self.n >= LEAST else None

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.k + other.k, self.n + other.n)


def wilson(k: float, n: float) -> Interval:
    """Wilson's score interval at 95 %: wilson(8, 10) is about (0.49, 0.94)."""
    if n <= 0:
        return Interval(0.0, 1.0)
    p = k / n
    middle = p + Z * Z / (2 * n)
    half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    return Interval(max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale))


def shrunk(rate: Rate, mean: float, strength: float = STRENGTH) -> float:
    """*rate* drawn towards *mean*, as if *strength* observations at the mean stood beside it."""
    return (rate.k + strength * mean) / (rate.n + strength)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Of two rates of events per person; None where one of them has too few events to say anything."""

    value: float
    interval: Interval


def rate_ratio(events: int, exposure: float, others: int, exposure_others: float) -> Ratio | None:
    """How many times the rate of the others, with the log-normal interval of two Poisson counts.

    rate_ratio(30, 100, 60, 100) is 0.5, from about 0.32 to 0.78.
    """
    if events < LEAST or others < LEAST or exposure <= 0 or exposure_others <= 0:
        return None
    value = (events / exposure) / (others / exposure_others)
    spread = exp(Z * sqrt(1 / events + 1 / others))
    return Ratio(value, Interval(value / spread, value * spread))


# waiting times


@dataclass(frozen=True)
class Survival:
    """Kaplan–Meier: what share still waits after each day on which somebody was answered, from the first on.

    `answered` and `censored` count; `steps` are (day, share that waits longer, cumulated term of Greenwood).
    """

    steps: tuple[tuple[int, float, float], ...]
    answered: int
    censored: int
    longest: int  # the last day anybody was observed

    @property
    def n(self) -> int:
        return self.answered + self.censored

    def quantile(self, share: float) -> int | None:
        """First day by which at least *share* are answered; None when the curve never comes so low."""
        if self.n < LEAST:
            return None
        return next((day for day, waits, _ in self.steps if waits <= 1 - share + 1e-12), None)

    @property
    def median(self) -> int | None:
        return self.quantile(0.5)

    @property
    def p90(self) -> int | None:
        return self.quantile(0.9)

    @property
    def median_interval(self) -> tuple[int, int | None] | None:
        """At 95 % (Brookmeyer and Crowley, log-log): the days whose share may be one half."""
        if self.n < LEAST or not self.steps:
            return None
        low = next((day for day, _, _ in self.steps if self._band(day).low <= 0.5), None)
        high = next((day for day, _, _ in self.steps if self._band(day).high < 0.5), None)
        return None if low is None else (low, high)

    def above(self, days: int) -> float | None:
        """Share that waits more than *days*; None when nobody was observed that long, or too few at all."""
        if self.n < LEAST or (self.longest < days and self.censored and self._share(self.longest) > 0):
            return None
        return self._share(days)

    def above_interval(self, days: int) -> Interval | None:
        return None if self.above(days) is None else self._band(days)

    def _share(self, days: int) -> float:
        return next((waits for day, waits, _ in reversed(self.steps) if day <= days), 1.0)

    def _band(self, days: int) -> Interval:
        held = next(((waits, term) for day, waits, term in reversed(self.steps) if day <= days), None)
        if held is None:
            return wilson(self.n, self.n)
        waits, term = held
        if waits <= 0:
            return wilson(0, self.n)
        spread = exp(Z * sqrt(term) / abs(log(waits)))
        return Interval(waits**spread, waits ** (1 / spread))


def kaplan_meier(waits: Iterable[tuple[int, bool, int]]) -> Survival:
    """From (days, answered, how many); one still without an answer after d days counts among those at risk until d."""
    answered, censored = _by_day(waits)
    total, lost = sum(answered.values()), sum(censored.values())
    at_risk = total + lost
    waits_longer, term = 1.0, 0.0
    steps: list[tuple[int, float, float]] = []
    for day in sorted(answered.keys() | censored.keys()):
        died = answered.get(day, 0)
        if died:
            waits_longer *= 1 - died / at_risk
            term += died / (at_risk * (at_risk - died)) if at_risk > died else 0.0
            steps.append((day, waits_longer if at_risk > died else 0.0, term))
        at_risk -= died + censored.get(day, 0)
    return Survival(tuple(steps), total, lost, max(answered.keys() | censored.keys(), default=0))


def _by_day(waits: Iterable[tuple[int, bool, int]]) -> tuple[dict[int, int], dict[int, int]]:
    answered: dict[int, int] = {}
    censored: dict[int, int] = {}
    for days, told, n in waits:
        held = answered if told else censored
        held[days] = held.get(days, 0) + n
    return answered, censored


def log_rank(one: Iterable[tuple[int, bool, int]], other: Iterable[tuple[int, bool, int]]) -> float:
    """z of the log-rank test; above 0 when *one* waits longer than *other*."""
    here, here_lost = _by_day(one)
    there, there_lost = _by_day(other)
    n_here = sum(here.values()) + sum(here_lost.values())
    n_there = sum(there.values()) + sum(there_lost.values())
    expected = variance = 0.0
    for day in sorted(here.keys() | here_lost.keys() | there.keys() | there_lost.keys()):
        died, n = here.get(day, 0) + there.get(day, 0), n_here + n_there
        if died and n > 1:
            share = n_here / n
            expected += died * share
            variance += died * share * (1 - share) * (n - died) / (n - 1)
        n_here -= here.get(day, 0) + here_lost.get(day, 0)
        n_there -= there.get(day, 0) + there_lost.get(day, 0)
    return (expected - sum(here.values())) / sqrt(variance) if variance > 0 else 0.0


# tests


def normal_tail(z: float) -> float:
    return 0.5 * erfc(z / sqrt(2))


def at_least(k: int, n: int, p: float) -> float:
    """Chance of *k* or more successes in *n* trials of chance *p*, exact."""
    if k <= 0:
        return 1.0
    if k > n or p <= 0:
        return 0.0
    return 1.0 if p >= 1 else _beta(p, k, n - k + 1)


def log_likelihood(rate: Rate) -> float:
    """Of what was counted, under the very rate that it shows (binomial, its constant left out)."""
    if rate.n == 0 or rate.k in (0, rate.n):
        return 0.0
    p = rate.k / rate.n
    return rate.k * log(p) + (rate.n - rate.k) * log(1 - p)


def at_most(k: int, n: int, p: float) -> float:
    return at_least(n - k, n, 1 - p)


def poisson_at_most(k: int, mean: float) -> float:
    """Chance of *k* or fewer when *mean* are expected."""
    return min(1.0, sum(exp(i * log(mean) - mean - lgamma(i + 1)) for i in range(k + 1))) if mean > 0 else 1.0


def poisson_at_least(k: int, mean: float) -> float:
    if k <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if k > mean + 1:  # the tail itself: one minus nearly one would lose it
        term, total, i = exp(k * log(mean) - mean - lgamma(k + 1)), 0.0, k
        while term > total * 1e-17:
            total += term
            i += 1
            term *= mean / i
        return min(1.0, total)
    return max(0.0, 1 - poisson_at_most(k - 1, mean))


def beta_binomial_at_least(k: int, n: int, mean: float, strength: float) -> float:
    """As `at_least`, when the chance itself varies around *mean* like a Beta of that *strength*."""
    if strength == inf:
        return at_least(k, n, mean)
    if k <= 0:
        return 1.0
    if k > n or mean <= 0:
        return 0.0
    if mean >= 1:
        return 1.0
    a, b = mean * strength, (1 - mean) * strength
    if n > 2000:  # as many terms say no more than the Beta itself
        return 1 - _beta(k / n, a, b)
    log_first = lgamma(n + 1) + lgamma(a + b) - lgamma(a) - lgamma(b) - lgamma(a + b + n)
    log_first += lgamma(a + k) + lgamma(b + n - k) - lgamma(k + 1) - lgamma(n - k + 1)
    term, times = 1.0, 1.0  # each term of the tail against its first one
    for i in range(k, n):
        term *= (n - i) / (i + 1) * (a + i) / (b + n - i - 1)
        times += term
    return min(1.0, exp(log_first + log(times)))


def strength_among(rates: Sequence[Rate], mean: float) -> float:
    """How alike the chances of *rates* are: strength of the Beta they seem drawn from, by moments, inf when one.

    The tenth that lies farthest out does not count: a few that stand out do not make the others look unlike.
    """
    told = [r for r in rates if r.n >= LEAST]
    if len(told) < 10 or not 0 < mean < 1:
        return inf
    spread = mean * (1 - mean)
    far = sorted((((r.k - r.n * mean) ** 2 / (r.n * spread), r) for r in told), key=lambda pair: (pair[0], pair[1].n))
    kept = far[: len(far) - max(1, round(len(far) / 10))]
    excess = sum(chi for chi, _ in kept) / len(kept) - _TRIMMED
    pairs = sum(r.n - 1 for _, r in kept) / len(kept)
    if excess <= 0 or pairs <= 0:
        return inf
    correlation = min(0.9, excess / (pairs * _TRIMMED))
    return 1 / correlation - 1


_TRIMMED = 0.621
"""Mean of a chi-squared of one degree without its highest tenth."""


def discoveries(chances: Mapping[int, float], level: float = 0.05) -> set[int]:
    """Benjamini and Hochberg: keys of the tests that stand when a share *level* of those that stand may be false."""
    ordered = sorted(chances.items(), key=lambda pair: pair[1])
    last = 0
    for rank, (_, chance) in enumerate(ordered, start=1):
        if chance <= level * rank / len(ordered):
            last = rank
    return {key for key, _ in ordered[:last]}


def _beta(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function, by its continued fraction (Lentz)."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return min(1.0, front * _fraction(x, a, b) / a)
    return max(0.0, 1 - front * _fraction(1 - x, b, a) / b)


def _fraction(x: float, a: float, b: float) -> float:
    tiny = 1e-300
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1), tiny)
    result = d
    for m in range(1, 1000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away(1 + term * d, tiny)
            c = _away(1 + term / c, tiny)
            result *= d * c
        if abs(d * c - 1) < 1e-14:
            break
    return result


def _away(value: float, tiny: float) -> float:
    return value if abs(value) > tiny else tiny
