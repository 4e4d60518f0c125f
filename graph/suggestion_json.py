"""A suggestion as the JSON that the command line prints: names, order and shape are promised to its readers."""

from typing import TypedDict

from graph.reasons import Reason
from graph.suggestion import Suggested, Suggestion
from graph.team import Team


class ReasonJson(TypedDict):
    code: str
    text: str


class PartnerJson(TypedDict):
    id: str
    name: str


class ServiceJson(TypedDict):
    id: str
    name: str
    origin: str


class SuggestedJson(TypedDict):
    rank: int
    partner: PartnerJson
    service: ServiceJson
    needs: list[str]
    score: int
    reasons: list[ReasonJson]


class MemberJson(TypedDict):
    partner: str
    needs: list[str]


class AlternativesJson(TypedDict):
    member: str
    partners: list[str]


class TeamJson(TypedDict):
    lead: str | None
    members: list[MemberJson]
    alternatives: list[AlternativesJson]
    optimal: bool


class RelaxationJson(TypedDict):
    need: str
    text: str


class SafetyJson(TypedDict):
    number: str
    text: str


class ExclusionJson(TypedDict):
    partner: str
    service: str
    reasons: list[ReasonJson]


class SuggestionJson(TypedDict):
    id: str | None
    suggestions: list[SuggestedJson]
    team: TeamJson
    uncovered: list[str]
    relaxations: list[RelaxationJson]
    safety: list[SafetyJson]
    excluded: list[ExclusionJson]


def to_json(suggestion: Suggestion, id: str | None = None) -> SuggestionJson:
    """*id* is that of the request line, None when there was none."""
    return {
        "id": id,
        "suggestions": [_suggested(s) for s in suggestion.suggestions],
        "team": _team(suggestion.team),
        "uncovered": list(suggestion.uncovered),
        "relaxations": [{"need": r.need, "text": r.text} for r in suggestion.relaxations],
        "safety": [{"number": s.number, "text": s.text} for s in suggestion.safety],
        "excluded": [
            {"partner": e.partner, "service": e.service, "reasons": _reasons(e.reasons)} for e in suggestion.excluded
        ],
    }


def _suggested(found: Suggested) -> SuggestedJson:
    return {
        "rank": found.rank,
        "partner": {"id": found.partner.id, "name": found.partner.name},
        "service": {"id": found.service.id, "name": found.service.name, "origin": found.service.origin.value},
        "needs": list(found.needs),
        "score": found.score,
        "reasons": _reasons(found.reasons),
    }


def _team(found: Team) -> TeamJson:
    return {
        "lead": found.lead,
        "members": [{"partner": m.partner, "needs": list(m.needs)} for m in found.members],
        "alternatives": [{"member": a.member, "partners": list(a.partners)} for a in found.alternatives],
        "optimal": found.optimal,
    }


def _reasons(reasons: tuple[Reason, ...]) -> list[ReasonJson]:
    return [{"code": str(r.code), "text": r.text} for r in reasons]
