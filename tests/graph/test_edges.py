"""Monthly counters follow from referrals and co-supports; the slow count of the test is written another way."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from graph.cosupport import CoSupport, CoSupportId, LeaveReason, Member, Role
from graph.edges import Edge, EdgeKind, edges
from graph.intake import IntakeId
from graph.lifecycle import TRANSITIONS, allowed, replayed
from graph.model import PartnerId
from graph.referral import ErrorReason, Event, Mode, Referral, ReferralId, State
from tests.follow_values import ME, PARTNERS, SITES, begun, intake, moved, referral

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
OF = intake("i")


def lived(id: str, partner: PartnerId, *states: State, at: datetime = NOON, **fields: object) -> Referral:
    start = replace(referral(id, OF, partner), **fields)  # type: ignore[arg-type]  # whatever the test gives
    events = [begun(id, at, states[0])]
    for state in states[1:]:
        events.append(moved(replayed(start, events), state, at + timedelta(days=len(events)), Random(1)))
    return replayed(start, events)


def by_id(*referrals: Referral) -> dict[ReferralId, Referral]:
    return {each.id: each for each in referrals}


def test_an_answer_of_the_next_month_counts_in_the_month_of_sending() -> None:
    (edge,) = edges(by_id(lived("r", PARTNERS[0], State.ENVOYEE, State.REFUSEE)), ())

    assert edge == Edge(EdgeKind.REFERRED, SITES[0], PARTNERS[0], "2026-03", sent=1, answered=1, refused=1)


def test_the_month_is_that_of_paris() -> None:
    (edge,) = edges(by_id(lived("r", PARTNERS[0], State.ENVOYEE, at=datetime(2026, 3, 31, 22, tzinfo=UTC))), ())

    assert edge.month == "2026-04"


def test_a_draft_counts_nowhere_nor_does_a_mistake() -> None:
    draft = lived("draft", PARTNERS[0], State.BROUILLON, State.ANNULEE)
    sent = lived("sent", PARTNERS[0], State.ENVOYEE, State.ACCEPTEE)
    mistake = Event(sent.id, 3, NOON + timedelta(days=9), State.ACCEPTEE, State.ERREUR, ME, reason=ErrorReason.ESSAI)
    start = referral("sent", OF, PARTNERS[0])
    accepted = Event(sent.id, 2, NOON + timedelta(days=1), State.ENVOYEE, State.ACCEPTEE, ME)

    wrong = replayed(start, [begun("sent", NOON), accepted, mistake])

    assert edges(by_id(draft, wrong), ()) == []


def test_a_re_routing_joins_the_two_partners_in_the_month_of_the_second() -> None:
    first = lived("a", PARTNERS[0], State.ENVOYEE, State.REFUSEE, State.REORIENTEE)
    second = lived("b", PARTNERS[1], State.ENVOYEE, at=NOON + timedelta(days=40), follows=first.id)

    found = edges(by_id(first, second), ())

    assert Edge(EdgeKind.REROUTED, PARTNERS[0], PARTNERS[1], "2026-05", sent=1) in found
    assert len(found) == 3


def test_a_referral_asked_again_of_the_same_partner_joins_nobody() -> None:
    first = lived("a", PARTNERS[0], State.ENVOYEE, State.EXPIREE, State.REORIENTEE)
    second = lived("b", PARTNERS[0], State.ENVOYEE, follows=first.id)

    assert {edge.kind for edge in edges(by_id(first, second), ())} == {EdgeKind.REFERRED}


def support(id: str, of: str, *members: Member) -> CoSupport:
    return CoSupport(CoSupportId(id), IntakeId(of), date(2026, 1, 5), members)


def member(partner: PartnerId, since: date, until: date | None = None) -> Member:
    return Member(partner, None, Role.MEMBER, since, until, None if until is None else LeaveReason.FIN)


def test_a_co_support_joins_two_partners_from_the_day_on_which_both_are_there() -> None:
    one, two, three = PARTNERS[:3]
    left = member(one, date(2026, 1, 5), date(2026, 2, 10))
    found = edges({}, [support("c", "i", left, member(two, date(2026, 2, 1)), member(three, date(2026, 3, 1)))])

    assert [(e.source, e.target, e.month, e.sent) for e in found] == [
        (one, two, "2026-02", 1),
        (two, three, "2026-03", 1),
    ]


def test_a_young_person_counts_once_in_two_co_supports_of_one_month() -> None:
    pair = [member(partner, date(2026, 1, 6)) for partner in PARTNERS[:2]]

    (edge,) = edges({}, [support("c", "i", *pair), support("d", "i", *pair), support("e", "j", *reversed(pair))])

    assert (edge.source, edge.target, edge.sent) == (PARTNERS[0], PARTNERS[1], 2)


def test_closed_months_are_left_out() -> None:
    march, may = (
        lived("a", PARTNERS[0], State.ENVOYEE),
        lived("b", PARTNERS[0], State.ENVOYEE, at=NOON + timedelta(days=45)),
    )

    assert [edge.month for edge in edges(by_id(march, may), (), "2026-03")] == ["2026-05"]


@given(st.integers(0, 2**32))
def test_random_lives_sum_to_their_edges_whatever_their_order(seed: int) -> None:
    random = Random(seed)
    found: list[Referral] = []
    for number in range(random.randint(0, 12)):
        states = [random.choice([State.BROUILLON, State.ENVOYEE])]
        while random.random() < 0.7 and TRANSITIONS[states[-1]]:
            states.append(random.choice(allowed(states[-1])))
        at = NOON + timedelta(days=random.randint(0, 60))
        mode = random.choice(list(Mode))
        found.append(lived(f"r{number}", random.choice(PARTNERS[:2]), *states, at=at, mode=mode))
    counted = [each for each in found if each.counts]

    told = edges(by_id(*found), ())

    assert sum(edge.sent for edge in told) == len(counted)
    assert sum(edge.declared for edge in told) == sum(each.mode is Mode.DECLARED for each in counted)
    assert sum(edge.accepted for edge in told) == sum(each.accepted for each in counted)
    assert sum(edge.unanswered for edge in told) == sum(each.unanswered for each in counted)
    assert all(edge.answered <= edge.sent and edge.accepted <= edge.answered for edge in told)
    random.shuffle(found)
    assert edges(by_id(*found), ()) == told
