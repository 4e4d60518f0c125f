"""What time does to a referral that nobody moves: a reminder, then its end. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from graph.lifecycle import PARIS, TIMED
from graph.model import ServiceId
from graph.referral import ActorId, Event, EventKind, Referral, State

CLOCK = ActorId("horloge")


@dataclass(frozen=True, slots=True)
class Timers:
    """Days without a move before a reminder, before the end, and before the end of one under study."""

    reminder: int = 10
    expiry: int = 30
    study: int = 60

    def __post_init__(self) -> None:
        if not 1 <= self.reminder <= min(self.expiry, self.study) or max(self.expiry, self.study) > 365:
            raise ValueError("timers are days, the reminder first, a year at most")


DEFAULT = Timers()


@dataclass(frozen=True, slots=True)
class ServiceTimers:
    service: ServiceId
    timers: Timers


def due(referral: Referral, timers: Timers, now: datetime) -> Event | None:
    """The one event that *now* makes due; None when it is not yet time, or said already.

    A meeting is waited for from its day.
    """
    since = _waits_from(referral)
    if since is None:
        return None
    waited = now - since
    if waited >= timedelta(days=_end(referral, timers)):
        return _event(referral, now, State.EXPIREE, EventKind.MOVE)
    if waited >= timedelta(days=timers.reminder) and referral.reminded_at is None:
        return _event(referral, now, referral.state, EventKind.REMINDER)
    return None


def next_due(referral: Referral, timers: Timers) -> datetime | None:
    """When the next of them is due: the reminder, or the end once it was said; None when time ends nothing."""
    since = _waits_from(referral)
    if since is None:
        return None
    days = timers.reminder if referral.reminded_at is None else _end(referral, timers)
    return since + timedelta(days=days)


def late(referral: Referral, timers: Timers, now: datetime) -> bool:
    """Whether its reminder is due, or was said and nothing has moved since."""
    since = _waits_from(referral)
    if since is None:
        return False
    return referral.reminded_at is not None or now - since >= timedelta(days=timers.reminder)


def _waits_from(referral: Referral) -> datetime | None:
    """None when time ends nothing in its state."""
    state, since = referral.state, referral.since
    if state not in TIMED or since is None:
        return None
    if state is State.RDV_FIXE and referral.planned_on is not None:
        return max(since, datetime.combine(referral.planned_on, time(23, 59), PARIS))
    return since


def _end(referral: Referral, timers: Timers) -> int:
    return timers.study if referral.state is State.A_L_ETUDE else timers.expiry


def _event(referral: Referral, now: datetime, state: State, kind: EventKind) -> Event:
    return Event(referral.id, referral.version + 1, now, referral.state, state, CLOCK, kind)
