"""From ticked needs to partners: who fits, in what order, why, why not the others, and the smallest team.

Pure and deterministic: the same request, directory, history and day give the same answer. A unit is a partner of its
own: it is suggested under its own name for its own services, and says which organisation it is part of; its parent
is suggested for the services that are the parent's own.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from graph.admission import Entry
from graph.directory import Directory
from graph.history import NO_HISTORY, History
from graph.model import NeedCode, Partner, PartnerId, Request, Service, ServiceId
from graph.ranking import Ties, ranked
from graph.reasons import Exclusion, Reason, Reasons
from graph.reference import Reference
from graph.relaxation import Relaxation, relaxations
from graph.safety import SafetyNumber, safety
from graph.team import Team, needs_of, team
from graph.weighing import Candidate, Weighing, best_entry, candidates, weighing


@dataclass(frozen=True, slots=True)
class Suggested:
    """A partner at its best service. `needs`: all the ticked needs its services meet for this person.

    `score` is what the partner adds to those ranked before it; it never increases down the list.
    """

    rank: int
    partner: Partner
    service: Service
    parent: Partner | None
    needs: tuple[NeedCode, ...]
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Suggestion:
    """Needs stand in the order of the booklet. `uncovered`: nobody fits, not even the Mission Locale's own offer."""

    request: Request
    suggestions: tuple[Suggested, ...]
    eligible: int  # how many partners fit, before the limit cut the list
    team: Team
    uncovered: tuple[NeedCode, ...]
    relaxations: tuple[Relaxation, ...]
    safety: tuple[SafetyNumber, ...]
    _asked: "_Asked" = field(repr=False, compare=False)

    @cached_property
    def excluded(self) -> tuple[Exclusion, ...]:
        """Services that meet a ticked need and whose partner does not fit; fewest reasons first, then by id.

        Worked out when first read: a large directory has thousands of them.
        """
        found = [self._asked.reasons.exclusion(entry) for entry in self._asked.unfit()]
        return tuple(sorted(found, key=lambda e: (len(e.reasons), e.partner, e.service)))


@dataclass(frozen=True, slots=True)
class _Asked:
    directory: Directory
    needs: tuple[NeedCode, ...]
    reasons: Reasons
    fitting: frozenset[PartnerId]

    def unfit(self) -> list[Entry]:
        index = self.directory.admission
        found = {e.service.id: e for need in self.needs for e in index.meeting(need)}
        return [e for e in found.values() if e.partner.id not in self.fitting]


def suggest(
    request: Request,
    directory: Directory,
    reference: Reference,
    today: date,
    history: History = NO_HISTORY,
) -> Suggestion:
    """*request* is one that `Reference.request` checked. Without *history* the rules alone decide."""
    index = directory.admission
    needs = tuple(need for need in reference.needs if need in request.needs)
    weighed = weighing(request, index, reference, today, history)
    pool = candidates(needs, weighed)
    ties = Ties(request)
    reasons = Reasons(request, reference, today, history)
    covered = 0
    for candidate in pool:
        covered |= candidate.needs
    uncovered = tuple(need for number, need in enumerate(needs) if not covered >> number & 1)
    outside = 0
    for candidate in pool:
        outside |= candidate.outside
    alone = needs_of(needs, covered & ~outside)
    return Suggestion(
        request=request,
        suggestions=tuple(
            _suggested(rank, candidate, needs, alone, weighed, reasons)
            for rank, candidate in enumerate(ranked(needs, pool, ties, request.limit), start=1)
        ),
        eligible=len(pool),
        team=team(needs, pool, ties),
        uncovered=uncovered,
        relaxations=tuple(
            found for need in uncovered for found in relaxations(need, index.meeting(need), request, reference, today)
        ),
        safety=safety(request),
        _asked=_Asked(directory, needs, reasons, frozenset(c.id for c in pool)),
    )


def _suggested(
    rank: int,
    candidate: Candidate,
    needs: tuple[NeedCode, ...],
    alone: tuple[NeedCode, ...],
    weighed: Weighing,
    reasons: Reasons,
) -> Suggested:
    best = best_entry(candidate, needs, weighed)
    met = needs_of(needs, candidate.needs)
    return Suggested(
        rank=rank,
        partner=best.partner,
        service=best.service,
        parent=best.parent,
        needs=met,
        score=candidate.score,
        reasons=reasons.inclusion(
            best,
            [need for need in met if need in best.service.needs],
            _others(candidate, [need for need in met if need not in best.service.needs]),
            weighed.reach(best),
            [need for need in met if need in alone],
        ),
    )


def _others(candidate: Candidate, needs: list[NeedCode]) -> list[tuple[Entry, list[NeedCode]]]:
    """The service of the partner for each of *needs*: one made for it, the most specific, the smallest id."""
    found: dict[ServiceId, tuple[Entry, list[NeedCode]]] = {}
    for need in needs:
        entry = min(
            (e for e in candidate.entries if need in e.service.needs),
            key=lambda e: (need not in e.service.main, len(e.service.needs), e.service.id),
        )
        found.setdefault(entry.service.id, (entry, []))[1].append(need)
    return list(found.values())
