"""Co-support: several partners around one young person, with a lead."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import NewType

from graph.intake import IntakeId
from graph.model import PartnerId, ServiceId

CoSupportId = NewType("CoSupportId", str)


class Role(StrEnum):
    LEAD = "referent"
    MEMBER = "membre"


class LeaveReason(StrEnum):
    COUVERT = "besoin-couvert"
    FIN = "fin-de-prise-en-charge"
    JEUNE = "demande-du-jeune"
    PARTENAIRE = "partenaire-indisponible"
    DEPART = "depart-du-territoire"
    AUTRE = "autre"


@dataclass(frozen=True, slots=True)
class Member:
    """`until` and `reason` stand together, once it has left. The Mission Locale's site may be a member too."""

    partner: PartnerId
    service: ServiceId | None
    role: Role
    since: date
    until: date | None = None
    reason: LeaveReason | None = None

    def __post_init__(self) -> None:
        if (self.until is None) != (self.reason is None):
            raise ValueError(f"member {self.partner} leaves on a day and for a reason, or stays")
        if self.until is not None and self.until < self.since:
            raise ValueError(f"member {self.partner} left before it came")


@dataclass(frozen=True, slots=True)
class Meeting:
    on: date
    present: frozenset[PartnerId]


@dataclass(frozen=True, slots=True)
class CoSupport:
    """A partner that comes back is a member twice; one lead at a time. `version` counts its writes from 1."""

    id: CoSupportId
    intake: IntakeId
    opened_on: date
    members: tuple[Member, ...]
    closed_on: date | None = None
    meetings: tuple[Meeting, ...] = ()
    version: int = 1
    simulated: bool = False

    def __post_init__(self) -> None:
        if not self.members:
            raise ValueError(f"co-support {self.id} has no member")
        if sum(m.role is Role.LEAD and m.until is None for m in self.members) > 1:
            raise ValueError(f"co-support {self.id} has two leads")
        if any(m.since < self.opened_on for m in self.members):
            raise ValueError(f"co-support {self.id} has a member before it was opened")
        if self.closed_on is not None and self.closed_on < self.opened_on:
            raise ValueError(f"co-support {self.id} was closed before it was opened")
        here = {m.partner for m in self.members}
        if any(not meeting.present <= here for meeting in self.meetings):
            raise ValueError(f"co-support {self.id}: somebody present was never a member")

    @property
    def last_on(self) -> date:
        """The last day on which anything happened in it."""
        days = [self.opened_on, *(m.since for m in self.members), *(meeting.on for meeting in self.meetings)]
        days += [day for day in (self.closed_on, *(m.until for m in self.members)) if day is not None]
        return max(days)

    def together(self) -> Iterator[tuple[PartnerId, PartnerId, date]]:
        """Each pair of partners, smaller id first, with the first day on which both were members."""
        first: dict[tuple[PartnerId, PartnerId], date] = {}
        for one, other in combinations(self.members, 2):
            start = max(one.since, other.since)
            ends = [m.until for m in (one, other) if m.until is not None]
            if one.partner == other.partner or any(end < start for end in ends):
                continue
            a, b = sorted((one.partner, other.partner))
            first[a, b] = min(start, first.get((a, b), start))
        for (a, b), day in sorted(first.items()):
            yield a, b, day
