"""What the past says of the partners, held for a minute: a suggestion must not count two years of referrals."""

import asyncio
import time
from datetime import date, timedelta

from graph.follow_store import FollowStore
from graph.history import History, history
from graph.referral import Direction
from graph.tallies import By, Scope

REACH = timedelta(days=730)
"""As far back as the retention of referrals."""
RECENT = timedelta(days=30)
"""What a partner was sent since then is its load."""
KEPT = 60.0
"""Seconds: one referral more changes nothing that an adviser could see."""


async def read(store: FollowStore, today: date) -> History:
    """Of the referrals sent to partners until *today*."""
    sent = Scope(today - REACH, today, direction=Direction.OUTBOUND)
    recent = Scope(today - RECENT, today, direction=Direction.OUTBOUND)
    tallies, waited, agreements, loads = await asyncio.gather(
        store.tally(sent, (By.PARTNER,)),
        store.waited(sent, (By.PARTNER,), today),
        store.agreements(),
        store.tally(recent, (By.PARTNER,)),
    )
    return history(tallies, waited, [a for a in agreements if a.in_force(today)], loads)


class Histories:
    def __init__(self, store: FollowStore) -> None:
        self._store = store
        self._held: tuple[date, float, History] | None = None
        self._reading = asyncio.Lock()

    async def current(self, today: date) -> History:
        """At most a minute old."""
        async with self._reading:
            held = self._held
            if held is None or held[0] != today or time.monotonic() - held[1] > KEPT:
                held = self._held = (today, time.monotonic(), await read(self._store, today))
            return held[2]
