"""Concentration and closing against the same figures counted the slow way."""

from collections import Counter
from math import isclose

import pytest

from graph.coverage import Covered
from graph.dependence import closings, herfindahl
from graph.model import CommuneCode, NeedCode, PartnerId
from tests.graph.test_usage import evaluation, sent


@pytest.mark.parametrize("seed", range(50))
async def test_the_share_of_the_first_partner_of_a_need_is_that_counted_one_by_one(seed: int) -> None:
    lists, found = await evaluation(seed)

    for share in found.shares:
        own = [r for r in sent(lists) if share.need in r.needs and share.epci in (None, r.epci)]
        counted = Counter(r.partner for r in own)
        assert share.rate.n == len(own)
        assert share.rate.k == max(counted.values()) == counted[share.first]
        assert isclose(share.hhi, sum((n / len(own)) ** 2 for n in counted.values()))


def test_evenly_shared_among_four_is_a_quarter() -> None:
    assert herfindahl([5, 5, 5, 5]) == 0.25
    assert herfindahl([7]) == 1.0


def test_a_partner_that_closes_uncovers_what_it_covers_alone() -> None:
    need, other = NeedCode("permis"), NeedCode("trajets")
    town, village = CommuneCode("17299"), CommuneCode("17219")
    a, b = PartnerId("a"), PartnerId("b")
    cells = [
        Covered(need, town, "majeurs", 1, a, None),
        Covered(need, village, "majeurs", 2, None, None),
        Covered(other, town, "mineurs", 1, a, None),
        Covered(other, town, "majeurs", 1, a, None),
    ]

    first, second = closings(cells, {need: {a: 2, b: 1}, other: {a: 1}}, {a: 10, b: 4}, {need: {a: 10, b: 4}}, 182)

    assert first.partner == a
    assert first.uncovered == ((need, town), (other, town))
    assert first.moved == 20
    assert first.takers == (b,)
    assert second.uncovered == ()
