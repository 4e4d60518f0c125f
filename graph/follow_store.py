"""The part of the contract of the stores that follows young people: intakes, referrals, co-supports, agreements.

Same rules as `graph.store`. Besides: referrals are folded by `lifecycle.after` inside the transaction that appends the
event; the edges of each touched pair and month are written again in that transaction, from the referrals, unless the
month is closed; two that move one referral at once: the first wins, the other gets Conflict.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from graph.agreement import Agreement
from graph.cosupport import CoSupport, CoSupportId
from graph.edges import Edge, Month
from graph.entry import Entry, Followed
from graph.intake import Intake, IntakeId
from graph.model import IdempotencyKey, PartnerId, ServiceId
from graph.referral import Event, Referral, ReferralId, State
from graph.tallies import By, Count, Held, Outcomes, Refused, Scope, Tally, Waited
from graph.timers import Timers


@dataclass(frozen=True, slots=True)
class ReferralFilter:
    """All that are given must hold. `partner` is the one that is not us.

    In its state since earlier than `before`, and no earlier than `since`.
    """

    states: frozenset[State] = frozenset()  # empty: any
    intake: IntakeId | None = None
    partner: PartnerId | None = None
    site: PartnerId | None = None
    before: datetime | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Purged:
    intakes: int
    referrals: int
    cosupports: int


class FollowStore(Protocol):
    # written
    async def followed(self, key: IdempotencyKey, call: str) -> Followed | None:
        """What that key was answered, `again` True; None for a new key. Raises Conflict when *call* was another."""
        ...

    async def follow(self, entry: Entry, *, key: IdempotencyKey, call: str) -> Followed:
        """Writes *entry* whole. *call* is what the caller asked for, in a fixed spelling: a key is bound to it.

        Raises NotFound for a referral, intake, partner or service that is not stored, Conflict, IllegalMove.
        """
        ...

    async def purge(self, before: date, *, key: IdempotencyKey) -> Purged:
        """Forgets intakes whose last contact (received, last event, co-support) is earlier, with all that is theirs.

        Closes every month up to that of *before*, included: edges of closed months stay and are never computed again.
        """
        ...

    async def rebuild_edges(self) -> int:
        """Computes the edges of every open month again from the events; how many rows differed."""
        ...

    # read
    async def held(self) -> Held: ...

    async def keyed(self) -> bool:
        """Whether a pseudonym was made of a file number, under a key that the store does not hold."""
        ...

    async def closed_through(self) -> Month:
        """The last closed month, "" when none is."""
        ...

    async def intakes(self, ids: Iterable[IntakeId]) -> Mapping[IntakeId, Intake]: ...

    async def referrals(self, ids: Iterable[ReferralId]) -> Mapping[ReferralId, Referral]: ...

    async def referral_page(
        self, wanted: ReferralFilter, first: int, after: ReferralId | None = None
    ) -> tuple[list[Referral], bool, int]:
        """By (`since`, id), oldest first, those that follow *after* in that order; whether more follow; all matches."""
        ...

    async def events_of(self, ids: Iterable[ReferralId]) -> Mapping[ReferralId, tuple[Event, ...]]:
        """By number; every asked id is a key."""
        ...

    async def cosupports(self, ids: Iterable[CoSupportId]) -> Mapping[CoSupportId, CoSupport]: ...

    async def cosupports_of(self, intake: IntakeId) -> list[CoSupport]:
        """By id."""
        ...

    async def agreements(self) -> list[Agreement]:
        """By id."""
        ...

    async def timers(self) -> Mapping[ServiceId, Timers]:
        """Of the services that have their own."""
        ...

    async def edges(self, first: Month, last: Month) -> list[Edge]:
        """Of these months, both included, by kind, source, target and month."""
        ...

    async def recomputed_edges(self) -> list[Edge]:
        """Those of the open months as the stored events make them, in the same order."""
        ...

    # counted; rows in order of their key and what else tells them apart; a row of zero is never given
    async def tally(self, scope: Scope, by: tuple[By, ...]) -> list[Tally]: ...

    async def sent(self, scope: Scope, by: tuple[By, ...]) -> list[Count]:
        """`Tally.sent` alone, which is counted sooner."""
        ...

    async def people(self, scope: Scope, by: tuple[By, ...]) -> list[Count]:
        """Young people (distinct intakes) who have a referral of the scope. They do not add up over keys."""
        ...

    async def shared(self, scope: Scope, wholes: Mapping[PartnerId, PartnerId] | None = None) -> list[Count]:
        """Young people who have a referral of the scope with each of the two partners of the key, smaller id first.

        *wholes*: the partner that stands for another one, which is then not counted apart from it.
        """
        ...

    async def waited(self, scope: Scope, by: tuple[By, ...], today: date) -> list[Waited]: ...

    async def refusals(self, scope: Scope, by: tuple[By, ...]) -> list[Refused]: ...

    async def outcomes(self, scope: Scope, by: tuple[By, ...]) -> list[Outcomes]: ...

    async def young(self, scope: Scope, by: tuple[By, ...]) -> list[Count]:
        """Intakes received. `By.NEED` gives one row for each need they express."""
        ...

    async def unmet(self, scope: Scope, by: tuple[By, ...]) -> list[Count]:
        """Unmet needs."""
        ...

    async def needs_together(self, scope: Scope) -> list[Count]:
        """Intakes that express both needs of the key, smaller code first."""
        ...

    async def cosupport_sizes(self, scope: Scope, today: date) -> list[Count]:
        """Co-supports opened in the scope's days, by (number of members ever, days it lasted so far, "1" if closed)."""
        ...
