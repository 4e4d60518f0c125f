"""The statistics against the same things computed the slow way, and against published values."""

from math import comb, isclose
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.statistics import (
    Rate,
    at_least,
    at_most,
    beta_binomial_at_least,
    discoveries,
    kaplan_meier,
    log_rank,
    poisson_at_least,
    rate_ratio,
    shrunk,
    strength_among,
    wilson,
)

waits = st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.integers(1, 4)), min_size=1, max_size=30)


def slow_survival(told: list[tuple[int, bool, int]], day: int) -> float:
    """Kaplan–Meier with one line for each person."""
    people = [(days, answered) for days, answered, n in told for _ in range(n)]
    share = 1.0
    for at in sorted({days for days, answered in people if answered and days <= day}):
        at_risk = sum(days >= at for days, _ in people)
        share *= 1 - sum(days == at and answered for days, answered in people) / at_risk
    return share


@given(waits, st.integers(0, 40))
def test_the_share_that_still_waits_is_that_of_one_line_for_each_person(
    told: list[tuple[int, bool, int]], day: int
) -> None:
    curve = kaplan_meier(told)

    share = curve.above(day)

    if share is not None:
        assert isclose(share, slow_survival(told, day), abs_tol=1e-9)
    else:
        assert curve.n < 5 or day > max(days for days, _, _ in told)


@given(waits)
def test_the_median_is_the_first_day_on_which_half_are_answered(told: list[tuple[int, bool, int]]) -> None:
    curve = kaplan_meier(told)

    reached = [day for day in range(41) if slow_survival(told, day) <= 0.5 + 1e-12]

    assert curve.median == (None if curve.n < 5 else min(reached, default=None))


def test_the_curve_of_the_leukaemia_trial_is_that_of_the_books() -> None:
    """Gehan 1965, the group of 6-MP: S(6) = 0.857, S(10) = 0.753, S(23) = 0.448, median 23."""
    answered = [(6, True, 3), (7, True, 1), (10, True, 1), (13, True, 1), (16, True, 1), (22, True, 1), (23, True, 1)]
    lost = [(day, False, 1) for day in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)]

    curve = kaplan_meier([*answered, *lost])

    assert [round(curve.above(day) or 0, 3) for day in (6, 10, 23)] == [0.857, 0.753, 0.448]
    assert curve.median == 23


def test_the_log_rank_test_of_the_leukaemia_trial_is_that_of_the_books() -> None:
    """Chi-squared 16.79."""
    treated = [(6, True, 3), (7, True, 1), (10, True, 1), (13, True, 1), (16, True, 1), (22, True, 1), (23, True, 1)]
    treated += [(day, False, 1) for day in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)]
    others = [(d, True, 1) for d in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)]

    z = log_rank(treated, others)

    assert z > 0
    assert round(z**2, 2) == 16.79


@given(st.integers(1, 60), st.data())
def test_a_wilson_interval_holds_its_share_and_stays_between_nought_and_one(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))

    interval = wilson(k, n)

    assert 0 <= interval.low <= k / n + 1e-12
    assert k / n - 1e-12 <= interval.high <= 1


def test_the_wilson_interval_is_that_of_the_article() -> None:
    assert [round(v, 4) for v in (wilson(81, 263).low, wilson(81, 263).high)] == [0.2553, 0.3662]  # Newcombe 1998


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4])
def test_a_rate_of_less_than_five_is_not_a_number(n: int) -> None:
    assert Rate(0, n).value is None
    assert Rate(0, n).interval is None


@given(st.integers(1, 80), st.floats(0.01, 0.99), st.data())
def test_the_binomial_tails_are_the_sums_of_their_terms(n: int, p: float, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))

    terms = [comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(n + 1)]

    assert isclose(at_least(k, n, p), min(1, sum(terms[k:])), rel_tol=1e-8, abs_tol=1e-14)
    assert isclose(at_most(k, n, p), min(1, sum(terms[: k + 1])), rel_tol=1e-8, abs_tol=1e-14)


@given(st.integers(1, 40), st.floats(0.05, 0.95))
def test_a_beta_binomial_that_hardly_varies_is_a_binomial(n: int, p: float) -> None:
    for k in range(n + 1):
        assert isclose(beta_binomial_at_least(k, n, p, 1e9), at_least(k, n, p), rel_tol=1e-3, abs_tol=1e-6)


def test_a_poisson_tail_loses_nothing_far_out() -> None:
    assert isclose(poisson_at_least(1, 2), 1 - 0.1353352832366127, rel_tol=1e-12)
    assert isclose(poisson_at_least(30, 10), 2.509951e-07, rel_tol=1e-4)


def test_two_successes_do_not_beat_two_hundred() -> None:
    assert shrunk(Rate(2, 2), 0.6) < shrunk(Rate(190, 200), 0.6)


def test_a_ratio_of_few_events_is_not_said() -> None:
    assert rate_ratio(4, 100, 60, 100) is None
    half = rate_ratio(30, 100, 60, 100)
    assert half is not None
    assert (round(half.value, 2), round(half.interval.low, 2), round(half.interval.high, 2)) == (0.5, 0.32, 0.78)


def test_among_tests_where_nothing_is_true_one_in_twenty_days_brings_a_discovery() -> None:
    random = Random(1)

    days = sum(bool(discoveries({i: random.random() for i in range(170)}, 0.05)) for _ in range(1000))

    assert 25 <= days <= 80


def test_partners_drawn_from_one_chance_look_alike_and_others_do_not() -> None:
    random = Random(3)
    same = [Rate(sum(random.random() < 0.3 for _ in range(50)), 50) for _ in range(150)]
    unlike = []
    for _ in range(150):
        p = random.betavariate(3, 7)
        unlike.append(Rate(sum(random.random() < p for _ in range(50)), 50))

    assert strength_among(same, 0.3) > 100
    assert 4 < strength_among(unlike, 0.3) < 30


def test_one_of_ten_that_stands_out_does_not_make_the_others_look_unlike() -> None:
    alike = [Rate(k, n) for k, n in ((1, 5), (1, 7), (1, 9), (0, 5), (0, 7), (0, 11), (0, 5), (0, 8), (0, 5))]

    assert strength_among([Rate(18, 25), *alike], 0.1) > 100
