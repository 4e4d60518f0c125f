"""The JSON lines of the command line: names, order and types are promised to its readers."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from graph.model import Mention, Partner, Resolved, Service
from graph.resolution import Comparison


class MentionRow(TypedDict):
    source: str
    line: int
    raw: str


class PartnerRow(TypedDict):
    id: str
    name: str
    acronym: str | None
    unit_of: str | None
    kind: str
    network: str | None
    commune: str | None
    domains: list[str]
    status: str
    mentions: list[MentionRow]
    services: int


class ServiceRow(TypedDict):
    id: str
    partner: str
    name: str
    needs: list[str]
    situations: list[str]
    age_min: int | None
    age_max: int | None
    territories: list[str]
    origin: str
    verified_on: date | None


class ResolvedRow(TypedDict):
    source: str
    line: int
    position: int
    raw: str
    domain: str | None
    decision: str
    partner: str | None
    unit_of: str | None
    evidence: str


class ComparedRow(TypedDict):
    a: str
    b: str
    decision: str
    parent: str | None
    evidence: str


def partner(one: Partner, mentions: Sequence[Resolved], services: int) -> PartnerRow:
    return {
        "id": one.id,
        "name": one.name,
        "acronym": one.acronym,
        "unit_of": one.unit_of,
        "kind": one.kind,
        "network": one.network,
        "commune": one.commune,
        "domains": sorted(one.domains),
        "status": one.status,
        "mentions": [_mention(found.mention) for found in mentions],
        "services": services,
    }


def _mention(one: Mention) -> MentionRow:
    return {"source": one.source, "line": one.line, "raw": one.raw}


def service(one: Service) -> ServiceRow:
    """`situations`: those it is reserved for and those it prefers."""
    return {
        "id": one.id,
        "partner": one.partner,
        "name": one.name,
        "needs": sorted(one.needs),
        "situations": sorted(one.conditions.preferred.union(*one.conditions.required)),
        "age_min": one.age_min,
        "age_max": one.age_max,
        "territories": sorted(one.territories),
        "origin": one.origin,
        "verified_on": one.verified_on,
    }


def resolved(found: Resolved) -> ResolvedRow:
    one = found.mention
    return {
        "source": one.source,
        "line": one.line,
        "position": one.position,
        "raw": one.raw,
        "domain": one.domain,
        "decision": found.outcome,
        "partner": found.partner,
        "unit_of": found.unit_of,
        "evidence": found.evidence,
    }


def compared(a: str, b: str, found: Comparison) -> ComparedRow:
    """Both names as they were given."""
    return {"a": a, "b": b, "decision": found.decision, "parent": found.parent, "evidence": found.evidence}
