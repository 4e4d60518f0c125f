from datetime import date

from graph.agreement import Agreement, AgreementId, AgreementKind
from graph.agreement_use import agreement_use
from graph.model import PartnerId

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
USED, OTHER = PartnerId("used"), PartnerId("other")
SIGNED = [Agreement(AgreementId(p), AgreementKind.CONVENTION, frozenset({p}), date(2024, 1, 1)) for p in (USED, OTHER)]


def unused(sent: dict[PartnerId, int]) -> list[PartnerId]:
    return [one.partner for one in agreement_use(SIGNED, sent, {}, FIRST, LAST, LAST).unused]


def test_an_agreement_that_served_nothing_is_unused() -> None:
    assert unused({USED: 12}) == [OTHER]


def test_no_agreement_is_called_unused_in_a_period_in_which_next_to_nobody_was_sent_anywhere() -> None:
    assert unused({}) == []
    assert unused({USED: 4}) == []
