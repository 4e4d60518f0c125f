"""What makes one service worth more than another for this young person: one factor per question of an adviser.

Does it exist for this need? Does it welcome this situation? Does it serve the sector wished? Is it specific, made for
this age, local, and is its sheet sure? The distance is in `graph.reach`. Factors multiply; 1 says nothing either way.
"""

from graph.model import FRANCE, NeedCode, Partner, PartnerKind, Request, Service, Welcome

MAIN = 1.0
_INCIDENTAL = 0.6  # a need the service may help with, beside those it exists for
_UNSAID = 0.7  # nobody said which needs it exists for
_FRESH_DAYS = 365
_WIDEST_YOUTH = 12  # years between the bounds of a service made for an age of youth

_REQUIRED = {Welcome.EXCLUSIVE: 1.8, Welcome.PREFERENTIAL: 1.5, Welcome.UNCONDITIONAL: 1.5}
_PREFERRED = {Welcome.EXCLUSIVE: 1.8, Welcome.PREFERENTIAL: 1.3, Welcome.UNCONDITIONAL: 1.15}
_MEANT_FOR_OTHERS = {Welcome.EXCLUSIVE: 0.75, Welcome.PREFERENTIAL: 0.85, Welcome.UNCONDITIONAL: 1.0}


def directness(service: Service, need: NeedCode) -> float:
    if need in service.main:
        return MAIN
    return _INCIDENTAL if service.main else _UNSAID


def welcome(service: Service, ticked: bool) -> float:
    """For a service that takes this person; *ticked*: one of the situations it prefers is.

    Exclusive before preferential before unconditional, for the situations that are ticked.
    """
    if service.conditions.required:
        return _REQUIRED[service.welcome]
    if ticked:
        return _PREFERRED[service.welcome]
    return _MEANT_FOR_OTHERS[service.welcome] if service.conditions.preferred else 1.0


def sector(service: Service, request: Request) -> float:
    """Of a service tied to sectors, for a need of training or work: those wished first, the others last."""
    if not request.sectors:
        return 0.85
    return 0.4 if service.sectors.isdisjoint(request.sectors) else 1.6


def certainty(service: Service) -> float:
    """Of a service that nobody verified: declared or imported before inferred and to confirm."""
    return 0.95 if service.to_confirm else 1.0


def freshness(days: int) -> float:
    """Of a service verified so many days ago."""
    return 1.03 if days <= _FRESH_DAYS else 1.0 if days <= 2 * _FRESH_DAYS else 0.98


def lasting(service: Service, partner: Partner, wide: int) -> float:
    """What does not depend on the person; *wide*: how many needs the partner meets with all its services."""
    worth = 1.0
    breadth = len(service.main or service.needs)
    if breadth > 3:
        worth *= max(0.8, 1 - 0.04 * (breadth - 3))  # specific before general
    if wide > 2:
        worth *= max(0.9, 1 - 0.01 * (wide - 2))
    if partner.kind is PartnerKind.GROUP:
        worth *= 0.9  # somebody in particular before « the agencies »
    if service.age_max is not None and service.age_max - (service.age_min or 0) <= _WIDEST_YOUTH:
        worth *= 1.05
    if local(service):
        worth *= 1.03
    return worth * certainty(service)


def local(service: Service) -> bool:
    """Covers less than a département."""
    return all(t != FRANCE and len(t) >= 5 for t in service.territories)
