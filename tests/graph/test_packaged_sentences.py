"""What is said about the partners of the first territory, over many requests."""

from graph.reasons import MOST_REASONS, Ground
from tests.graph.packaged import answers


def test_no_real_suggestion_has_more_than_eight_reasons() -> None:
    for found in answers(1500):
        for one in found.suggestions:
            assert len(one.reasons) <= MOST_REASONS, one.reasons
            assert one.service.to_confirm == (one.reasons[-1].code == Ground.TO_CONFIRM)
