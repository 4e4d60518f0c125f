"""Every figure of use equals, on fifty random datasets, the same one counted the slow way."""

from datetime import date

import pytest

from graph.evaluation import Evaluation
from graph.model import DomainCode, NeedCode, PartnerId
from graph.referral import Direction, Mode, NeedResult, Referral, RefusalReason
from graph.statistics import Rate, wilson
from graph.tallies import Refused
from graph.usage import pareto, turnover
from loaders.reference import reference
from resolvers.evaluation import Wanted, evaluated
from tests.graph.counting import Lists, random_lists, waiting

TODAY = date(2026, 12, 31)
FIRST = date(2026, 1, 1)
SEEDS = range(50)


async def evaluation(seed: int, wanted: Wanted | None = None) -> tuple[Lists, Evaluation]:
    lists, directory = random_lists(seed, reference())
    return lists, await evaluated(lists, directory, reference(), wanted or Wanted(), TODAY)  # type: ignore[arg-type]


def sent(lists: Lists, first: date = FIRST, last: date = TODAY) -> list[Referral]:
    return [
        r
        for r in lists.referrals_
        if r.counts and r.sent_on is not None and first <= r.sent_on <= last and r.direction is Direction.OUTBOUND
    ]


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_figures_of_a_partner_are_those_counted_one_by_one(seed: int) -> None:
    lists, found = await evaluation(seed)

    for use in found.partners:
        own = [r for r in sent(lists) if r.partner == use.key]
        answered = sum(r.answered_on is not None for r in own)
        ended = sum(r.ended_on is not None for r in own)
        served = sum(any(o.result is NeedResult.COUVERT for o in r.outcomes) for r in own)
        missed, met = sum(r.missed for r in own), sum(r.met for r in own)
        assert use.sent == len(own)
        assert use.youths == len({r.intake for r in own})
        assert use.answer == Rate(answered, answered + sum(r.unanswered for r in own))
        assert use.acceptance == Rate(sum(r.accepted for r in own), answered)
        assert use.refusal == Rate(sum(r.refused for r in own), answered)
        assert use.absence == Rate(missed, met + missed)
        assert use.success == Rate(served, ended)
        assert use.before == len([r for r in sent(lists, date(2025, 1, 1), date(2025, 12, 31)) if r.partner == use.key])


@pytest.mark.parametrize("seed", SEEDS)
async def test_half_of_a_partner_s_referrals_are_answered_by_its_median(seed: int) -> None:
    lists, found = await evaluation(seed)

    for use in found.partners:
        own = [r for r in sent(lists) if r.partner == use.key and r.mode is Mode.FOLLOWED]
        told = [waiting(r, TODAY) for r in own]
        assert use.waits.n == len(told)
        if len(told) >= 5:
            by_day = {}
            share = 1.0
            for day in sorted({d for d, answer in told if answer}):
                share *= 1 - sum(t == (day, True) for t in told) / sum(d >= day for d, _ in told)
                by_day[day] = share
            assert use.waits.median == min((d for d, s in by_day.items() if s <= 0.5 + 1e-12), default=None)


@pytest.mark.parametrize("seed", SEEDS)
async def test_what_places_and_domains_have_adds_up_to_the_whole(seed: int) -> None:
    lists, found = await evaluation(seed)

    assert sum(u.sent for u in found.partners) == found.whole.sent == len(sent(lists))
    assert sum(u.sent for u in found.epcis) == found.whole.sent
    assert sum(u.sent for u in found.sites) == found.whole.sent
    assert sum(u.sent for u in found.services) == found.whole.sent
    for domain in found.domains:
        members = {id for id, p in found.names.partners.items() if domain.key in p.domains}
        assert domain.sent == sum(r.partner in members for r in sent(lists))


@pytest.mark.parametrize("seed", range(10))
async def test_a_narrowed_evaluation_counts_what_it_is_narrowed_to(seed: int) -> None:
    lists, directory = random_lists(seed, reference())
    need, domain = NeedCode("permis"), DomainCode("formation")
    members = {id for id, p in directory.partners.items() if domain in p.domains}

    wanted = Wanted(first=date(2026, 3, 1), last=date(2026, 9, 30), need=need, domain=domain)
    found = await evaluated(lists, directory, reference(), wanted, TODAY)  # type: ignore[arg-type]

    inside = [r for r in sent(lists, date(2026, 3, 1), date(2026, 9, 30)) if need in r.needs and r.partner in members]
    assert found.whole.sent == len(inside)


def test_reasons_come_most_frequent_first_and_add_up() -> None:
    rows = [Refused(("a",), RefusalReason.ABSENT, 1), Refused(("b",), RefusalReason.CAPACITE, 3)]

    reasons = pareto(rows)

    assert [(r.reason, r.n, r.cumulated) for r in reasons] == [
        (RefusalReason.CAPACITE, 3, 0.75),
        (RefusalReason.ABSENT, 1, 1.0),
    ]


def test_a_partner_sleeps_after_six_months_without_anybody() -> None:
    months = {
        "asleep": {"2025-09": 6, "2026-06": 5},
        "awake": {"2025-09": 6, "2026-06": 5, "2026-07": 1},
        "rare": {"2025-09": 5, "2026-06": 4},
        "gone": {"2025-02": 3},
        "new": {"2026-11": 1},
    }

    told = turnover(months, FIRST, TODAY)

    assert told.dormant == (PartnerId("asleep"),)
    assert told.lost == (PartnerId("gone"),)
    assert told.new == (PartnerId("new"),)


async def test_a_share_of_many_says_how_sure_it_is() -> None:
    _, found = await evaluation(0)

    rate = found.whole.answer

    assert rate.interval == wilson(rate.k, rate.n)
