"""Equity against the same figures counted the slow way."""

from math import exp, isclose, sqrt

import pytest

from graph.intake import AgeBand
from graph.statistics import Z
from tests.graph.test_usage import FIRST, TODAY, evaluation, sent


@pytest.mark.parametrize("seed", range(50))
async def test_referrals_per_young_person_and_their_ratio_are_those_counted_one_by_one(seed: int) -> None:
    lists, found = await evaluation(seed)
    young = [i for i in lists.intakes if FIRST <= i.received_on <= TODAY]

    for group in found.equity:
        match group.axis:
            case "territoire":
                youths = [i for i in young if lists.reference.communes[i.commune].epci == group.code]
                own = [r for r in sent(lists) if r.epci == group.code]
            case "âge":
                minors = group.code == "mineurs"
                youths = [i for i in young if (i.age < 18) == minors]
                own = [r for r in sent(lists) if (r.age_band is AgeBand.MINOR) == minors]
            case _:
                continue
        assert (group.sent, group.youths) == (len(own), len(youths))
        if group.ratio is not None:
            others = len(sent(lists)) - len(own)
            ratio = (len(own) / len(youths)) / (others / (len(young) - len(youths)))
            assert isclose(group.ratio.value, ratio)
            assert isclose(group.ratio.interval.high, ratio * exp(Z * sqrt(1 / len(own) + 1 / others)))


async def test_every_referral_stands_in_one_group_of_each_axis() -> None:
    lists, found = await evaluation(0)

    for axis in ("territoire", "âge", "quartier", "île"):
        assert sum(g.sent for g in found.equity if g.axis == axis) == len(sent(lists))
