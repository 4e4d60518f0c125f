"""How the follow-up is counted: what is asked of a store, and the rows it answers. The store counts, never Python."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from graph.intake import AgeBand
from graph.model import NeedCode, PartnerId, TerritoryCode
from graph.referral import Direction, Mode, NeedResult, RefusalReason, SaidBy


class By(StrEnum):
    """What rows are told apart by. Values of a key are codes; booleans are "0" and "1"; never None."""

    PARTNER = "partner"  # the one that is not us, whichever way the referral goes (`Referral.other`)
    SERVICE = "service"  # "" for an inbound referral
    SITE = "site"
    EPCI = "epci"
    AGE_BAND = "age_band"
    QPV = "qpv"
    ISLAND = "island"
    PROGRAMME = "programme"
    DIRECTION = "direction"
    MODE = "mode"
    MONTH = "month"  # of `sent_on`, of `received_on`, of `noticed_on`
    NEED = "need"  # one row for each need of the referral, of the intake
    COMMUNE = "commune"  # of intakes and unmet needs only
    SITUATION = "situation"  # `tally` only: one row for each situation of the intake of the referral


@dataclass(frozen=True, slots=True)
class Scope:
    """Days included; everything that is given must hold. Referrals by `sent_on`, intakes by `received_on`,

    unmet needs by `noticed_on`. `partners` are those of `By.PARTNER`, and restrict referrals only, as `direction` does.
    """

    first: date
    last: date
    partners: frozenset[PartnerId] | None = None
    need: NeedCode | None = None
    epci: TerritoryCode | None = None
    site: PartnerId | None = None
    age_band: AgeBand | None = None
    direction: Direction | None = None
    mode: Mode | None = None

    def spelled(self) -> dict[str, object]:
        """By name, as the parameters of a statement; partners in order."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "partners": None if self.partners is None else sorted(self.partners),
            "need": self.need,
            "epci": self.epci,
            "site": self.site,
            "age_band": self.age_band,
            "direction": self.direction,
            "mode": self.mode,
        }

    @property
    def wholly(self) -> frozenset[PartnerId] | None:
        """Partners all of whose referrals of these days are counted; None: everybody."""
        parts = (self.need, self.epci, self.site, self.age_band, self.mode)
        return self.partners if parts == (None,) * len(parts) else frozenset()


Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of referrals.

    With `By.NEED` or `Scope.need`, outcomes are those of that need. `served`: those with at least one need outcome
    `besoin_couvert`, or whose partner says it of its service.
    """

    key: Key
    sent: int = 0
    declared: int = 0
    answered: int = 0
    accepted: int = 0
    refused: int = 0
    unanswered: int = 0
    met: int = 0
    missed: int = 0
    ended: int = 0
    served: int = 0


@dataclass(frozen=True, slots=True)
class Waited:
    """`n` followed referrals that waited `days` for an answer: `answered`, or still without one then (censored).

    Declared referrals are left out: they were written down afterwards. Open ones are censored on the day asked for,
    as are answers of a later day; days are never negative.
    """

    key: Key
    days: int
    answered: bool
    n: int


@dataclass(frozen=True, slots=True)
class Refused:
    key: Key
    reason: RefusalReason
    n: int


@dataclass(frozen=True, slots=True)
class Outcomes:
    """`n` outcomes of needs; those of a service as a whole have the need "", and go with any need of the referral."""

    key: Key
    result: NeedResult
    said_by: SaidBy
    n: int


@dataclass(frozen=True, slots=True)
class Count:
    key: Key
    n: int


@dataclass(frozen=True, slots=True)
class Held:
    """How many intakes the store holds, real and simulated."""

    real: int
    simulated: int
