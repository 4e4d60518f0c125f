"""A suggestion as the API spells it."""

import weakref
from collections.abc import Iterable

import strawberry

from graph import model, suggestion
from graph.directory import Directory
from graph.model import NeedCode
from graph.reasons import Exclusion
from graph.reasons import Reason as DomainReason
from graph.reference import Reference
from graph.relaxation import Relaxation as DomainRelaxation
from graph.safety import SafetyNumber as DomainSafetyNumber
from graph.team import Team as DomainTeam
from schema.guard import CAPS
from schema.types import Need, Partner, Service, capped


class Shown:
    """The objects of the API for the values of one snapshot, each made once: frozen values, unchanging objects."""

    def __init__(self, known: Reference) -> None:
        self.known = known
        self._partners: dict[model.PartnerId, Partner] = {}
        self._services: dict[model.ServiceId, Service] = {}
        self._needs = {code: Need.of(need) for code, need in known.needs.items()}

    def partner(self, value: model.Partner) -> Partner:
        found = self._partners.get(value.id)
        if found is None:
            found = self._partners[value.id] = Partner.of(value, self.known)
        return found

    def service(self, value: model.Service) -> Service:
        found = self._services.get(value.id)
        if found is None:
            found = self._services[value.id] = Service.of(value, self.known)
        return found

    def needs(self, field: str, codes: Iterable[NeedCode]) -> list[Need]:
        return capped(field, (self._needs[code] for code in codes))


_last: tuple[weakref.ref[Directory], Shown] | None = None


def shown(held: Directory, known: Reference) -> Shown:
    """Kept for as long as *held* is the snapshot that is asked for."""
    global _last
    if _last is None or _last[0]() is not held or _last[1].known is not known:
        _last = (weakref.ref(held), Shown(known))
    return _last[1]


@strawberry.type(description="Why, in one French sentence; the code is stable.")
class Reason:
    code: str
    text: str

    @classmethod
    def of(cls, value: DomainReason) -> "Reason":
        return cls(code=str(value.code), text=value.text)


@strawberry.type(description="A partner that fits, at its best service, with all the needs it meets.")
class Suggested:
    rank: int
    partner: Partner
    service: Service
    needs: list[Need]
    score: int
    reasons: list[Reason]

    @classmethod
    def of(cls, value: suggestion.Suggested, api: Shown) -> "Suggested":
        return cls(
            rank=value.rank,
            partner=api.partner(value.partner),
            service=api.service(value.service),
            needs=api.needs("Suggested.needs", value.needs),
            score=value.score,
            reasons=capped("Suggested.reasons", (Reason.of(reason) for reason in value.reasons)),
        )


@strawberry.type(description="A member of the team, with all the ticked needs it meets.")
class Member:
    partner: Partner
    needs: list[Need]
    alternatives: list[Partner] = strawberry.field(description="Could stand in without leaving a need aside.")


@strawberry.type(description="The smallest set of partners that covers every need that can be covered.")
class Team:
    lead: Partner | None
    members: list[Member]
    optimal: bool = strawberry.field(description="Proved to be the smallest.")

    @classmethod
    def of(cls, value: DomainTeam, held: Directory, api: Shown) -> "Team":
        instead = {a.member: a.partners for a in value.alternatives}

        def partner(id: model.PartnerId) -> Partner:
            return api.partner(held.partners[id])

        return cls(
            lead=None if value.lead is None else partner(value.lead),
            members=[
                Member(
                    partner=partner(m.partner),
                    needs=api.needs("Member.needs", m.needs),
                    alternatives=capped("Member.alternatives", (partner(id) for id in instead.get(m.partner, ()))),
                )
                for m in capped("Team.members", value.members)
            ],
            optimal=value.optimal,
        )


@strawberry.type(description="What would fit if one thing changed, when nothing fits a need.")
class Relaxation:
    need: Need
    text: str

    @classmethod
    def of(cls, value: DomainRelaxation, known: Reference) -> "Relaxation":
        return cls(need=Need.of(known.needs[value.need]), text=value.text)


@strawberry.type(description="A national number that comes before everything.")
class SafetyNumber:
    number: str
    text: str

    @classmethod
    def of(cls, value: DomainSafetyNumber) -> "SafetyNumber":
        return cls(number=value.number, text=value.text)


@strawberry.type(description="A service that meets a ticked need, and why it does not take this person.")
class Excluded:
    partner: Partner
    service: Service
    reasons: list[Reason]

    @classmethod
    def of(cls, value: Exclusion, held: Directory, api: Shown) -> "Excluded":
        return cls(
            partner=api.partner(held.partners[value.partner]),
            service=api.service(held.services[value.service]),
            reasons=capped("Excluded.reasons", (Reason.of(reason) for reason in value.reasons)),
        )


@strawberry.type(description="Partners that fit these needs, best first, the team, and why the others do not.")
class Suggestion:
    suggestions: list[Suggested]
    eligible: int = strawberry.field(description="How many partners fit, before the list was cut.")
    team: Team
    uncovered: list[Need] = strawberry.field(description="Nobody fits, not even the Mission Locale's own offer.")
    relaxations: list[Relaxation]
    safety: list[SafetyNumber]
    held: strawberry.Private[suggestion.Suggestion]
    snapshot: strawberry.Private[Directory]
    reference: strawberry.Private[Reference]

    @strawberry.field(description="Services that meet a ticked need and whose partner does not fit.")
    def excluded(self, first: int = CAPS["Suggestion.excluded"]) -> list[Excluded]:
        listed = self.held.excluded[: max(0, min(first, CAPS["Suggestion.excluded"]))]
        api = shown(self.snapshot, self.reference)
        return [Excluded.of(excluded, self.snapshot, api) for excluded in listed]

    @strawberry.field(description="How many services are excluded in all.")
    def excluded_total(self) -> int:
        return len(self.held.excluded)

    @classmethod
    def of(cls, value: suggestion.Suggestion, held: Directory, known: Reference) -> "Suggestion":
        api = shown(held, known)
        return cls(
            suggestions=capped("Suggestion.suggestions", (Suggested.of(s, api) for s in value.suggestions)),
            eligible=value.eligible,
            team=Team.of(value.team, held, api),
            uncovered=api.needs("Suggestion.uncovered", value.uncovered),
            relaxations=capped("Suggestion.relaxations", (Relaxation.of(r, known) for r in value.relaxations)),
            safety=capped("Suggestion.safety", (SafetyNumber.of(s) for s in value.safety)),
            held=value,
            snapshot=held,
            reference=known,
        )
