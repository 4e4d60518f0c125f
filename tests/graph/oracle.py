"""The suggestion computed the slow, obvious way, from the statement of the rules and nothing of `graph.suggestion`.

It says who fits, who does not and why (by code), what nobody covers, and how small the smallest team is; it does
not rank. `check_against_oracle` holds a suggestion against it.
"""

from collections.abc import Mapping
from datetime import date
from itertools import combinations

from graph.directory import Directory
from graph.history import History
from graph.model import NeedCode, Partner, PartnerId, Request, Service, ServiceId
from graph.reference import Reference
from graph.suggestion import suggest

EVERYBODY = 1000


def why_not(service: Service, partner: Partner, request: Request, reference: Reference, today: date) -> list[str]:
    """The codes of every obstacle, in no order; a code per missing group and per ticked situation not admitted."""
    home = reference.communes[request.commune]
    codes = []
    if partner.status == "closed":
        codes.append("partner_closed")
    if partner.standing != "referable":
        codes.append("standing")
    if service.closed:
        codes.append("closed")
    if service.closed_until and service.closed_until > today:
        codes.append("closed_until")
    if service.full_until and service.full_until > today:
        codes.append("full_until")
    lowest = 0 if service.age_min is None else service.age_min
    highest = 200 if service.age_max is None else service.age_max
    if request.age not in range(lowest, highest + 1):
        codes.append("age")
    if not any(code in service.territories for code in (home.insee, home.epci, home.departement, "FR")):
        codes.append("territory")
    for group in set(service.conditions.required):
        if not any(situation in request.situations for situation in group):
            codes.append("required_situation")
    for situation in service.conditions.excluded:
        if situation in request.situations:
            codes.append("excluded_situation")
    return codes


def fitting(
    directory: Directory, request: Request, reference: Reference, today: date
) -> dict[PartnerId, set[NeedCode]]:
    """Partners that take this person, with the ticked needs they meet."""
    found: dict[PartnerId, set[NeedCode]] = {}
    for service in directory.services.values():
        partner = directory.partners[service.partner]
        for need in request.needs:
            if need in service.needs and not why_not(service, partner, request, reference, today):
                found.setdefault(partner.id, set()).add(need)
    return found


def smallest_team(offers: Mapping[PartnerId, set[NeedCode]]) -> int:
    """By trying every set of partners, smaller ones first."""
    wanted = {need for needs in offers.values() for need in needs}
    distinct = sorted({tuple(sorted(needs)) for needs in offers.values()})
    for size in range(len(wanted) + 1):
        for chosen in combinations(distinct, size):
            if {need for needs in chosen for need in needs} == wanted:
                return size
    raise AssertionError("one partner per need always covers them all")


def check_against_oracle(
    directory: Directory,
    request: Request,
    reference: Reference,
    today: date,
    loads: Mapping[PartnerId, int] | None = None,
) -> None:
    """Raises AssertionError when the suggestion and the oracle disagree; *request* must not be cut by its limit."""
    found = suggest(request, directory, reference, today, History(loads=loads or {}))
    fit = fitting(directory, request, reference, today)

    assert len(fit) <= request.limit, "the limit cuts what is to be compared"
    assert {s.partner.id: set(s.needs) for s in found.suggestions} == fit
    assert [s.rank for s in found.suggestions] == list(range(1, len(fit) + 1))
    assert found.eligible == len(fit)
    for suggested in found.suggestions:
        service = directory.services[suggested.service.id]
        assert service.partner == suggested.partner.id
        assert service.needs & request.needs
        assert not why_not(service, suggested.partner, request, reference, today)

    covered = {need for needs in fit.values() for need in needs}
    assert set(found.uncovered) == request.needs - covered
    assert {r.need for r in found.relaxations} <= set(found.uncovered)

    excluded: dict[ServiceId, list[str]] = {}
    for service in directory.services.values():
        if service.needs & request.needs and service.partner not in fit:
            partner = directory.partners[service.partner]
            excluded[service.id] = sorted(why_not(service, partner, request, reference, today))
    assert {e.service: sorted(r.code for r in e.reasons) for e in found.excluded} == excluded
    assert all(directory.services[e.service].partner == e.partner for e in found.excluded)

    outside = _outside(directory, request, reference, today)
    team = {m.partner: set(m.needs) for m in found.team.members}
    assert all(outside[partner] == needs for partner, needs in team.items())
    coverable = {need for needs in outside.values() for need in needs}
    assert {need for needs in team.values() for need in needs} == coverable
    if len(coverable) <= 12:
        assert found.team.optimal
        assert len(team) == smallest_team(outside)
    elif found.team.optimal:
        assert len(team) == smallest_team(outside)
    assert (found.team.lead in team) if team else found.team.lead is None
    for alternatives in found.team.alternatives:
        others = {need for partner, needs in team.items() if partner != alternatives.member for need in needs}
        for other in alternatives.partners:
            assert other not in team
            assert others | outside[other] >= coverable


def _outside(
    directory: Directory, request: Request, reference: Reference, today: date
) -> dict[PartnerId, set[NeedCode]]:
    """As `fitting`, the Mission Locale's own offer left out."""
    external = {id: s for id, s in directory.services.items() if not s.internal}
    return fitting(Directory(directory.partners, external), request, reference, today)
