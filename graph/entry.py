"""What one transaction writes in the follow-up: intakes, referrals and their events, co-supports, agreements."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.agreement import Agreement, AgreementId
from graph.cosupport import CoSupport
from graph.intake import Intake, Unmet
from graph.referral import Event, Referral, ReferralId
from graph.timers import ServiceTimers


@dataclass(frozen=True, slots=True)
class Entry:
    """Written whole or not at all, in this order. What each part demands:

    `intakes`: one that is stored with the same content changes nothing; with another content, Conflict.
    `referrals`: new ones, as they are before their first event, which stands in `events`; a stored id is a Conflict.
    `events`: in order; event n of a referral follows n-1, else Conflict; `lifecycle.after` refuses an illegal move.
    `unmet`: a need of a stored intake; noticed twice, the first day stays.
    `cosupports`: version 1 is new; version n replaces n-1, else Conflict.
    `agreements`, `timers`: upserts by id; an agreement with a mark in `read` replaces that content, else Conflict.
    Intakes, referrals, co-supports and agreements are all simulated or all real, as those stored: else InputRefused.
    """

    intakes: tuple[Intake, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    referrals: tuple[Referral, ...] = ()
    events: tuple[Event, ...] = ()
    cosupports: tuple[CoSupport, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    timers: tuple[ServiceTimers, ...] = ()
    read: Mapping[AgreementId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Followed:
    """`versions`: of each referral and co-support that was written, right after. `again`: the key was known."""

    versions: Mapping[str, int] = field(default_factory=dict)
    again: bool = False

    def version(self, id: ReferralId) -> int:
        return self.versions[id]
