"""What the past may do to a ranking: little, shrunk, said with its number, and nothing where there is none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.agreement import Agreement, AgreementId, AgreementKind
from graph.directory import Directory
from graph.history import NO_HISTORY, History, Record, history
from graph.model import PartnerId, Request
from graph.reasons import MOST_REASONS, Ground
from graph.suggestion import suggest
from graph.tallies import Tally, Waited
from tests.graph.directories import REFERENCE, TODAY, directories, requests
from tests.graph.packaged import packaged

GOOD, POOR, NEW = PartnerId("good"), PartnerId("poor"), PartnerId("new")


def record(answered: int, decided: int, served: int = 0, ended: int = 0, days: int | None = 5) -> Record:
    return Record(answered, decided, served, ended, decided, days)


counts = st.integers(0, 60)


@st.composite
def records(draw: st.DrawFn) -> Record:
    answered, silent, served, unserved = (draw(counts) for _ in range(4))
    return record(answered, answered + silent, served, served + unserved, draw(st.none() | st.integers(0, 60)))


def test_a_partner_without_a_past_is_worth_what_the_rules_say() -> None:
    past = History({GOOD: record(50, 50, 40, 45), POOR: record(10, 50, 3, 10)})

    assert past.worth(NEW) == 1.0
    assert NO_HISTORY.worth(GOOD) == 1.0


def test_a_long_good_record_ranks_above_a_long_poor_one() -> None:
    past = History({GOOD: record(98, 100, 70, 80), POOR: record(30, 100, 10, 80)})

    assert past.worth(POOR) < 1.0 < past.worth(GOOD)


def test_two_successes_do_not_beat_two_hundred() -> None:
    past = History(
        {
            NEW: record(2, 2, 2, 2),
            GOOD: record(195, 200, 170, 190),
            POOR: record(100, 200, 60, 180),
        }
    )

    assert past.worth(NEW) <= past.worth(GOOD)


def test_a_partner_that_takes_a_month_to_answer_loses_to_one_that_takes_a_few_days() -> None:
    alike = {PartnerId(f"p{n}"): record(40, 42, 20, 30, days=5) for n in range(5)}
    past = History({**alike, POOR: record(40, 42, 20, 30, days=35)})

    assert past.worth(POOR) < past.worth(PartnerId("p0"))


@given(st.dictionaries(st.sampled_from([GOOD, POOR, NEW]), records()))
def test_no_record_weighs_more_than_a_rule_of_admission(found: dict[PartnerId, Record]) -> None:
    past = History(found)

    assert all(0.85 <= round(past.worth(partner), 9) <= 1.1 for partner in (GOOD, POOR, NEW))


@given(directories(), requests(), st.lists(records(), min_size=7, max_size=7))
def test_the_past_changes_the_order_and_never_who_fits(
    directory: Directory, request: Request, past: list[Record]
) -> None:
    known = History(dict(zip(sorted(directory.partners), past, strict=False)), frozenset(directory.partners))

    alone = suggest(request, directory, REFERENCE, TODAY)
    learned = suggest(request, directory, REFERENCE, TODAY, known)

    assert learned.eligible == alone.eligible
    assert learned.uncovered == alone.uncovered
    assert learned.excluded == alone.excluded
    assert len(learned.team.members) == len(alone.team.members)
    assert all(len(one.reasons) <= MOST_REASONS for one in learned.suggestions)


def test_the_record_is_told_with_its_number() -> None:
    request = REFERENCE.request(19, "17299", ["sante-mentale"])
    first = suggest(request, packaged(), REFERENCE, TODAY).suggestions[0].partner.id
    past = History({first: Record(answered=30, decided=38, followed=38, days=4)}, frozenset({first}))

    found = {s.partner.id: s for s in suggest(request, packaged(), REFERENCE, TODAY, past).suggestions}[first]

    said = {reason.code: reason.text for reason in found.reasons}
    assert said[Ground.RECORD] == "répond en 4 jours en général, sur 38 orientations"
    assert said[Ground.AGREEMENT] == "convention en vigueur avec la Mission Locale"


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (Record(answered=4, decided=4, followed=4, days=3), None),
        (Record(answered=9, decided=9, followed=9, days=0), "répond le jour même en général, sur 9 orientations"),
        (Record(answered=9, decided=9, followed=9, days=1), "répond en 1 jour en général, sur 9 orientations"),
        (Record(answered=6, decided=20, followed=20), "14 orientations sur 20 sont restées sans réponse"),
    ],
)
def test_a_handful_of_referrals_says_nothing(past: Record, said: str | None) -> None:
    request = REFERENCE.request(19, "17299", ["permis"])
    first = suggest(request, packaged(), REFERENCE, TODAY).suggestions[0].partner.id

    answer = suggest(request, packaged(), REFERENCE, TODAY, History({first: past}))

    found = next(s for s in answer.suggestions if s.partner.id == first)
    assert next((r.text for r in found.reasons if r.code == Ground.RECORD), None) == said


def test_half_of_the_followed_referrals_must_be_answered_to_name_a_usual_time() -> None:
    tallies = [Tally((GOOD,), sent=10, answered=6, unanswered=4), Tally((POOR,), sent=10, answered=4, unanswered=6)]
    waited = [
        *(Waited((GOOD,), 2, True, 3), Waited((GOOD,), 9, True, 3), Waited((GOOD,), 30, False, 4)),
        *(Waited((POOR,), 2, True, 4), Waited((POOR,), 30, False, 6)),
    ]
    bound = Agreement(AgreementId("a"), AgreementKind.CHARTE, frozenset({NEW}), date(2026, 1, 1))

    past = history(tallies, waited, [bound], [Tally((POOR,), sent=7)])

    assert past.records[GOOD].days == 9
    assert past.records[POOR].days is None
    assert past.bound == {NEW}
    assert past.loads == {POOR: 7}
