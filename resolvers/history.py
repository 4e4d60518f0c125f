"""What the past says of the partners, held for a minute: a suggestion must not count two years of referrals."""

import asyncio
import time
from collections.abc import Mapping
from datetime import date, timedelta

from graph.directory import Directory
from graph.history import History, history
from graph.merged import merges, standing_for
from graph.model import PartnerId, PartnerStatus
from graph.referral import Direction
from graph.store import PartnerStore, Store
from graph.tallies import By, Scope

REACH = timedelta(days=730)
"""As far back as the retention of referrals."""
RECENT = timedelta(days=30)
"""What a partner was sent since then is its load."""
KEPT = 60.0
"""Seconds: one referral more changes nothing that an adviser could see."""


async def read(store: Store, today: date) -> History:
    """Of the referrals sent to partners until *today*; what a merged partner lived is the past of the one it became."""
    sent = Scope(today - REACH, today, direction=Direction.OUTBOUND)
    recent = Scope(today - RECENT, today, direction=Direction.OUTBOUND)
    directory = await store.directory()
    tallies, waited, agreements, loads, now = await asyncio.gather(
        store.tally(sent, (By.PARTNER,)),
        store.waited(sent, (By.PARTNER,), today),
        store.agreements(),
        store.tally(recent, (By.PARTNER,)),
        merged(store, directory),
    )
    return history(tallies, waited, [a for a in agreements if a.in_force(today)], loads, now)


async def merged(store: PartnerStore, directory: Directory) -> Mapping[PartnerId, PartnerId]:
    """Of each partner that a merge closed and that history still names, the one that stands for it."""
    if all(partner.status is not PartnerStatus.CLOSED for partner in directory.partners.values()):
        return {}
    decisions = merges(await store.decisions())
    return standing_for(directory.partners, await store.resolved(), decisions) if decisions else {}


class Histories:
    def __init__(self, store: Store) -> None:
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
