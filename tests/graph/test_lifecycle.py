"""The life of a referral is exactly the agreed table, and demands what it must."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import IllegalMove, InputRefused
from graph.lifecycle import INITIAL, TRANSITIONS, Turn, after, allowed, replayed, turn
from graph.model import NeedCode
from graph.referral import (
    Direction,
    ErrorReason,
    Event,
    EventKind,
    NeedOutcome,
    NeedResult,
    Referral,
    RefusalReason,
    SaidBy,
    State,
)
from graph.state_words import STATES
from tests.follow_values import ME, NEEDS, PARTNERS, begun, intake, moved, referral

AGREED = """
brouillon→accord_attendu|envoyee|annulee
accord_attendu→envoyee|annulee|expiree
envoyee→recue|a_l_etude|info_demandee|acceptee|refusee|annulee|expiree|rdv_fixe
recue→a_l_etude|info_demandee|liste_attente|acceptee|refusee|annulee|expiree|rdv_fixe
a_l_etude→info_demandee|liste_attente|acceptee|refusee|annulee|expiree
info_demandee→recue|a_l_etude|acceptee|refusee|annulee|expiree
liste_attente→acceptee|refusee|annulee|expiree|reorientee
acceptee→rdv_fixe|en_cours|annulee|interrompue|terminee|reorientee
rdv_fixe→rdv_honore|rdv_manque|annulee|rdv_fixe|expiree
rdv_honore→en_cours|rdv_fixe|terminee|interrompue|reorientee
rdv_manque→rdv_fixe|annulee|interrompue|expiree
en_cours→en_pause|rdv_fixe|terminee|interrompue|reorientee
en_pause→en_cours|terminee|interrompue|annulee
refusee→reorientee
expiree→reorientee|envoyee
"""
"""As it was agreed, written down apart from the code; besides, anything may become `erreur`, once."""

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
START = referral("r", intake("i"), PARTNERS[0])
EVERY = list(State)


def agreed() -> dict[State, set[State]]:
    table = {state: {State.ERREUR} for state in State if state is not State.ERREUR} | {State.ERREUR: set[State]()}
    for line in AGREED.split():
        before, targets = line.split("→")
        table[State(before)] |= {State(target) for target in targets.split("|")}
    return table


def at(state: State) -> Referral:
    """A referral that stands in *state*, whatever came before."""
    return replace(START, state=state, version=3, since=NOON, last_at=NOON)


def test_there_are_twenty_states() -> None:
    assert len(State) == len(TRANSITIONS) == 20


@pytest.mark.parametrize("before", EVERY)
@pytest.mark.parametrize("target", EVERY)
def test_a_move_is_allowed_or_refused_as_agreed(before: State, target: State) -> None:
    held = at(before)
    event = moved(held, target, NOON + timedelta(days=1), Random(0))

    if target in agreed()[before]:
        made = after(held, START, event)
        assert (made.state, made.version, made.since) == (target, 4, event.at)
    else:
        with pytest.raises(IllegalMove) as refused:
            after(held, START, event)
        assert set(refused.value.allowed) == agreed()[before]
        assert f"« {STATES[before]} »" in str(refused.value)
        assert all(f"« {STATES[state]} »" in str(refused.value) for state in agreed()[before])
        assert ("Possible :" in str(refused.value)) == bool(agreed()[before])


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("first", EVERY)
def test_ours_begin_as_a_draft_or_sent_and_theirs_received(first: State, direction: Direction) -> None:
    event = replace(moved(at(State.BROUILLON), first, NOON, Random(0)), number=1, before=None)
    start = START if direction is Direction.OUTBOUND else replace(START, direction=direction, service=None)

    if first in ({State.RECUE} if direction is Direction.INBOUND else {State.BROUILLON, State.ENVOYEE}):
        assert after(None, start, event).state is first
    else:
        with pytest.raises(IllegalMove, match="commencer par"):
            after(None, start, event)


@pytest.mark.parametrize("state", EVERY)
def test_nobody_is_reminded_of_what_time_does_not_end(state: State) -> None:
    event = Event(START.id, 4, NOON, state, state, ME, EventKind.REMINDER)
    timed = {"accord_attendu", "envoyee", "recue", "a_l_etude", "info_demandee", "rdv_fixe", "rdv_manque"}

    if state in timed:
        assert after(at(state), START, event).reminded_at == NOON
    else:
        with pytest.raises(InputRefused, match="relance"):
            after(at(state), START, event)


def test_every_state_is_reached_from_a_first_one() -> None:
    reached, todo = set(INITIAL), list(INITIAL)
    while todo:
        for following in allowed(todo.pop()):
            if following not in reached:
                reached.add(following)
                todo.append(following)

    assert reached == set(State)


@pytest.mark.parametrize("state", EVERY)
def test_an_event_that_comes_from_another_state_is_refused(state: State) -> None:
    other = next(s for s in State if s is not state)
    event = Event(START.id, 4, NOON, other, State.ERREUR, ME, reason=ErrorReason.ESSAI)

    with pytest.raises(IllegalMove):
        after(at(state), START, event)


def a_move(before: State, target: State, **fields: object) -> Event:
    return Event(START.id, 4, NOON, before, target, ME, **fields)  # type: ignore[arg-type]  # whatever the test gives


@pytest.mark.parametrize("reason", [None, *ErrorReason])
def test_a_refusal_has_a_reason_of_its_list(reason: ErrorReason | None) -> None:
    with pytest.raises(InputRefused, match="motif"):
        after(at(State.RECUE), START, a_move(State.RECUE, State.REFUSEE, reason=reason))


@pytest.mark.parametrize("reason", RefusalReason)
def test_every_refusal_reason_is_kept(reason: RefusalReason) -> None:
    made = after(at(State.RECUE), START, a_move(State.RECUE, State.REFUSEE, reason=reason))

    assert (made.refused, made.refusal) == (True, reason)


@pytest.mark.parametrize("before", [State.RECUE, State.RDV_FIXE, State.EN_COURS])
def test_a_reason_says_only_why_nothing_came_of_it(before: State) -> None:
    taken: set[State] = set()
    for state in TRANSITIONS[before]:
        try:
            after(at(before), START, a_move(before, state, reason=RefusalReason.CAPACITE))
        except InputRefused:
            continue
        taken.add(state)

    unhappy = {State.REFUSEE, State.ANNULEE, State.EXPIREE, State.INTERROMPUE, State.RDV_MANQUE}
    assert taken == unhappy & set(TRANSITIONS[before])


def test_no_life_begins_with_a_reminder() -> None:
    with pytest.raises(IllegalMove):
        after(None, START, replace(begun("r", NOON), kind=EventKind.REMINDER))


@pytest.mark.parametrize("reason", [None, *RefusalReason])
def test_a_mistake_has_a_reason_of_its_list(reason: RefusalReason | None) -> None:
    with pytest.raises(InputRefused, match="motif"):
        after(at(State.TERMINEE), START, a_move(State.TERMINEE, State.ERREUR, reason=reason))


ADVISER = tuple(NeedOutcome(need, NeedResult.COUVERT, SaidBy.ADVISER) for need in sorted(NEEDS))
SERVICE = NeedOutcome(None, NeedResult.PARTIEL, SaidBy.PARTNER)


@pytest.mark.parametrize(
    "outcomes",
    [
        (),
        ADVISER[:1],
        (*ADVISER, ADVISER[0]),
        (SERVICE, SERVICE),
        (SERVICE, ADVISER[0]),
        (replace(SERVICE, said_by=SaidBy.ADVISER),),
        (replace(SERVICE, said_by=SaidBy.YOUTH),),
        tuple(replace(outcome, said_by=SaidBy.PARTNER) for outcome in ADVISER),
        (*ADVISER[:-1], replace(ADVISER[-1], need=NeedCode("autre"))),
    ],
    ids=[
        *("none", "one need of three", "a need twice", "service twice", "service and one need", "service by adviser"),
        *("service by the young person", "needs by partner", "a need not asked"),
    ],
)
def test_an_end_without_its_outcomes_is_refused(outcomes: tuple[NeedOutcome, ...]) -> None:
    with pytest.raises(InputRefused, match="issue"):
        after(at(State.EN_COURS), START, a_move(State.EN_COURS, State.TERMINEE, outcomes=outcomes))


@pytest.mark.parametrize("outcomes", [ADVISER, (SERVICE,), (SERVICE, *ADVISER)])
def test_an_end_keeps_one_outcome_per_need_or_that_of_the_service(outcomes: tuple[NeedOutcome, ...]) -> None:
    made = after(at(State.EN_COURS), START, a_move(State.EN_COURS, State.TERMINEE, outcomes=outcomes))

    assert (made.outcomes, made.ended_on) == (outcomes, NOON.date())


def test_outcomes_and_appointments_go_with_their_state_alone() -> None:
    with pytest.raises(InputRefused, match="issue"):
        after(at(State.RECUE), START, a_move(State.RECUE, State.ACCEPTEE, outcomes=(SERVICE,)))
    with pytest.raises(InputRefused, match="rendez-vous"):
        after(at(State.RECUE), START, a_move(State.RECUE, State.ACCEPTEE, planned_on=date(2026, 3, 9)))


def test_an_appointment_is_moved_by_fixing_another() -> None:
    first = after(at(State.RECUE), START, a_move(State.RECUE, State.RDV_FIXE, planned_on=date(2026, 3, 9)))
    again = Event(START.id, 5, NOON, State.RDV_FIXE, State.RDV_FIXE, ME, planned_on=date(2026, 3, 16))

    made = after(first, START, again)

    assert (first.planned_on, made.planned_on, made.version) == (date(2026, 3, 9), date(2026, 3, 16), 5)


def test_a_reminder_leaves_the_state_and_since_when() -> None:
    held = at(State.ENVOYEE)
    later = NOON + timedelta(days=10)

    made = after(held, START, Event(START.id, 4, later, held.state, held.state, ME, EventKind.REMINDER))

    assert made == replace(held, reminded_at=later, last_at=later, version=4)


def test_a_referral_that_expired_and_is_sent_again_waits_again() -> None:
    begin = begun("r", NOON)
    expired = after(after(None, START, begin), START, replace(begin, number=2, before=begin.after, after=State.EXPIREE))
    back = Event(START.id, 3, NOON + timedelta(days=40), State.EXPIREE, State.ENVOYEE, ME)

    again = after(expired, START, back)

    assert (expired.unanswered, expired.silent_on) == (True, NOON.date())
    assert (again.unanswered, again.silent_on, again.answered_on) == (False, None, None)
    assert again.sent_on == NOON.date()


@pytest.mark.parametrize(
    ("utc", "paris"),
    [
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 6, 30, 22, 30, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 6, 30, 21, 30, tzinfo=UTC), date(2026, 6, 30)),
    ],
)
def test_days_are_those_of_paris(utc: datetime, paris: date) -> None:
    assert after(None, START, begun("r", utc)).sent_on == paris


@pytest.mark.parametrize("state", EVERY)
def test_it_is_somebody_s_turn_until_the_end(state: State) -> None:
    out = at(state)
    inbound = replace(out, sender=out.partner, partner=out.sender, service=None, direction=Direction.INBOUND)
    swapped = {Turn.US: Turn.PARTNER, Turn.PARTNER: Turn.US}

    assert turn(inbound) is swapped.get(turn(out), turn(out))
    ended = {State.TERMINEE, State.INTERROMPUE, State.ANNULEE, State.REORIENTEE, State.ERREUR}
    assert (turn(out) is Turn.NOBODY) == (state in ended)


@given(st.integers(0, 2**32), st.integers(1, 30))
def test_a_random_life_is_what_its_events_say(seed: int, steps: int) -> None:
    random, events, now = Random(seed), [begun("r", NOON)], NOON
    held = after(None, START, events[0])
    for _ in range(steps):
        if not (choices := TRANSITIONS[held.state]):
            break
        now += timedelta(hours=random.randint(1, 500))
        events.append(moved(held, random.choice(choices), now, random))
        held = after(held, START, events[-1])

    states = {event.after for event in events}
    assert replayed(START, events) == held
    assert held.version == len(events)
    assert held.refused == (State.REFUSEE in states)
    assert held.met == (State.RDV_HONORE in states)
    assert held.missed == (State.RDV_MANQUE in states)
    assert (held.ended_on is not None) == (State.TERMINEE in states)
    assert not (held.unanswered and held.answered_on is not None)
    assert held.accepted <= (held.answered_on is not None)
