"""Referral edges: monthly counters between organisations, and how they follow from referrals and co-supports. Pure.

`REFERRED_TO` goes from the unit that sends to the unit asked, in the month of `sent_on`; `REROUTED_TO` from the first
partner to the second, in the month in which the second was asked; `CO_SUPPORTS` joins two partners (smaller id first)
in the month in which both became members: `youths` counts distinct intakes.
A mistaken referral (`erreur`) counts nowhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from graph.cosupport import CoSupport
from graph.intake import IntakeId
from graph.model import PartnerId
from graph.referral import Mode, NeedResult, Referral, ReferralId

Month = str
"""`2026-03`; the order of the texts is that of the months."""


class EdgeKind(StrEnum):
    REFERRED = "referred_to"
    REROUTED = "rerouted_to"
    CO_SUPPORTS = "co_supports"


COUNTERS = (
    *("sent", "declared", "answered", "accepted", "refused", "unanswered"),
    *("met", "missed", "ended", "covered"),
)


@dataclass(frozen=True, slots=True)
class Edge:
    """`CO_SUPPORTS` and `REROUTED_TO` use `sent` alone: young people, and referrals."""

    kind: EdgeKind
    source: PartnerId
    target: PartnerId
    month: Month
    sent: int = 0
    declared: int = 0
    answered: int = 0
    accepted: int = 0
    refused: int = 0
    unanswered: int = 0
    met: int = 0
    missed: int = 0
    ended: int = 0
    covered: int = 0  # referrals with a need covered, or whose partner says so of its service


def month(day: date) -> Month:
    return f"{day:%Y-%m}"


def covered(referral: Referral) -> bool:
    return any(outcome.result is NeedResult.COUVERT for outcome in referral.outcomes)


def edges(referrals: Mapping[ReferralId, Referral], cosupports: Iterable[CoSupport], after: Month = "") -> list[Edge]:
    """Every edge of the months later than *after*, by kind, source, target and month; none without a count."""
    counted: defaultdict[tuple[EdgeKind, PartnerId, PartnerId, Month], list[int]] = defaultdict(
        lambda: [0] * len(COUNTERS)
    )
    for referral in referrals.values():
        if not referral.counts or referral.sent_on is None:
            continue
        when = month(referral.sent_on)
        row = counted[EdgeKind.REFERRED, referral.sender, referral.partner, when]
        for place, told in enumerate(flags(referral)):
            row[place] += told
        before = referrals.get(referral.follows) if referral.follows is not None else None
        if before is not None and before.partner != referral.partner:
            counted[EdgeKind.REROUTED, before.partner, referral.partner, when][0] += 1
    youths: defaultdict[tuple[PartnerId, PartnerId, Month], set[IntakeId]] = defaultdict(set)
    for support in cosupports:
        for a, b, day in support.together():
            youths[a, b, month(day)].add(support.intake)
    for (a, b, when), who in youths.items():
        counted[EdgeKind.CO_SUPPORTS, a, b, when][0] = len(who)
    return [Edge(*key, *row) for key, row in sorted(counted.items()) if key[3] > after]


def flags(referral: Referral) -> tuple[int, ...]:
    """What it adds to each counter, in the order of `COUNTERS`."""
    return tuple(
        map(
            int,
            (
                True,
                referral.mode is Mode.DECLARED,
                referral.answered_on is not None,
                referral.accepted,
                referral.refused,
                referral.unanswered,
                referral.met,
                referral.missed,
                referral.ended_on is not None,
                covered(referral),
            ),
        )
    )
