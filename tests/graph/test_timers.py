"""What time does: one reminder, then the end, each once; nothing where nobody waits for the partner."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.lifecycle import CLOSED, TIMED, after
from graph.referral import EventKind, Referral, State
from graph.timers import DEFAULT, Timers, due, late, next_due
from tests.follow_values import PARTNERS, intake, referral

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
START = referral("r", intake("i"), PARTNERS[0])


def at(state: State) -> Referral:
    return replace(START, state=state, version=3, since=NOON, last_at=NOON, sent_on=NOON.date())


def days(number: float) -> datetime:
    return NOON + timedelta(days=number)


def test_the_reminder_comes_after_10_days_the_end_after_30_and_after_60_under_study() -> None:
    assert (DEFAULT.reminder, DEFAULT.expiry, DEFAULT.study) == (10, 30, 60)


@pytest.mark.parametrize("state", sorted(TIMED))
def test_a_referral_is_reminded_once_then_expires(state: State) -> None:
    end = 60 if state is State.A_L_ETUDE else 30
    held = at(state)

    assert due(held, DEFAULT, days(9.99)) is None
    reminder = due(held, DEFAULT, days(10))
    assert reminder is not None
    assert (reminder.kind, reminder.before, reminder.after) == (EventKind.REMINDER, state, state)
    reminded = after(held, START, reminder)
    assert due(reminded, DEFAULT, days(end - 0.01)) is None
    last = due(reminded, DEFAULT, days(end))
    assert last is not None
    assert (last.kind, last.after) == (EventKind.MOVE, State.EXPIREE)
    assert due(after(reminded, START, last), DEFAULT, days(1000)) is None


@pytest.mark.parametrize("state", sorted(set(State) - TIMED))
def test_time_ends_nothing_else(state: State) -> None:
    assert due(at(state), DEFAULT, days(1000)) is None
    assert next_due(at(state), DEFAULT) is None
    assert not late(at(state), DEFAULT, days(1000))


def test_nothing_closed_nor_on_a_waiting_list_is_timed() -> None:
    assert not TIMED & (CLOSED | {State.LISTE_ATTENTE, State.BROUILLON})


def test_an_appointment_is_waited_for_from_its_day() -> None:
    held = replace(at(State.RDV_FIXE), planned_on=date(2026, 5, 4))

    assert due(held, DEFAULT, datetime(2026, 5, 14, 12, tzinfo=UTC)) is None
    assert due(held, DEFAULT, datetime(2026, 5, 15, 0, tzinfo=UTC)) is not None


def test_a_late_clock_goes_straight_to_the_end() -> None:
    event = due(at(State.ENVOYEE), DEFAULT, days(45))

    assert event is not None
    assert event.after is State.EXPIREE


TIMERS = st.builds(
    lambda reminder, more, study: Timers(reminder, reminder + more, reminder + study),
    *(st.integers(1, 100), st.integers(0, 200), st.integers(0, 200)),
)


@given(TIMERS, st.sampled_from(sorted(TIMED)), st.integers(0, 24 * 400))
def test_an_event_is_due_from_the_moment_announced(timers: Timers, state: State, hours: int) -> None:
    held, now = at(state), NOON + timedelta(hours=hours)
    for _ in range(3):
        announced = next_due(held, timers)
        event = due(held, timers, now)

        assert (event is not None) == (announced is not None and announced <= now)
        if event is None:
            break
        held = after(held, START, event)

    assert due(held, timers, now) is None


@pytest.mark.parametrize(("reminder", "expiry", "study"), [(0, 30, 60), (31, 30, 60), (10, 366, 60), (10, 5, 60)])
def test_timers_that_cannot_be_are_refused(reminder: int, expiry: int, study: int) -> None:
    with pytest.raises(ValueError, match="timers"):
        Timers(reminder, expiry, study)
