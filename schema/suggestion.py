"""A suggestion as the API spells it."""

import strawberry

from graph import suggestion
from graph.directory import Directory
from graph.reasons import Exclusion
from graph.reasons import Reason as DomainReason
from graph.reference import Reference
from graph.relaxation import Relaxation as DomainRelaxation
from graph.safety import SafetyNumber as DomainSafetyNumber
from graph.team import Team as DomainTeam
from schema.guard import CAPS
from schema.types import Need, Partner, Service, capped


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
    def of(cls, value: suggestion.Suggested, known: Reference) -> "Suggested":
        return cls(
            rank=value.rank,
            partner=Partner.of(value.partner, known),
            service=Service.of(value.service, known),
            needs=capped("Suggested.needs", (Need.of(known.needs[code]) for code in value.needs)),
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
    def of(cls, value: DomainTeam, held: Directory, known: Reference) -> "Team":
        instead = {a.member: a.partners for a in value.alternatives}
        partners = {
            id: Partner.of(held.partners[id], known)
            for member in value.members
            for id in (member.partner, *instead.get(member.partner, ()))
        }
        return cls(
            lead=None if value.lead is None else partners[value.lead],
            members=[
                Member(
                    partner=partners[m.partner],
                    needs=capped("Member.needs", (Need.of(known.needs[code]) for code in m.needs)),
                    alternatives=capped("Member.alternatives", (partners[id] for id in instead.get(m.partner, ()))),
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
    def of(cls, value: Exclusion, held: Directory, known: Reference) -> "Excluded":
        return cls(
            partner=Partner.of(held.partners[value.partner], known),
            service=Service.of(held.services[value.service], known),
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
        shown = self.held.excluded[: max(0, min(first, CAPS["Suggestion.excluded"]))]
        return [Excluded.of(excluded, self.snapshot, self.reference) for excluded in shown]

    @strawberry.field(description="How many services are excluded in all.")
    def excluded_total(self) -> int:
        return len(self.held.excluded)

    @classmethod
    def of(cls, value: suggestion.Suggestion, held: Directory, known: Reference) -> "Suggestion":
        return cls(
            suggestions=capped("Suggestion.suggestions", (Suggested.of(s, known) for s in value.suggestions)),
            eligible=value.eligible,
            team=Team.of(value.team, held, known),
            uncovered=capped("Suggestion.uncovered", (Need.of(known.needs[code]) for code in value.uncovered)),
            relaxations=capped("Suggestion.relaxations", (Relaxation.of(r, known) for r in value.relaxations)),
            safety=capped("Suggestion.safety", (SafetyNumber.of(s) for s in value.safety)),
            held=value,
            snapshot=held,
            reference=known,
        )
