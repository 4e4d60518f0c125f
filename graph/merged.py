"""Which partner stands now for one that a coordinator said to be the same, and that history still names."""

from collections.abc import Collection, Iterable, Mapping

from graph.model import Decision, DecisionKind, Partner, PartnerId, PartnerStatus, Resolved
from graph.sheet import Names


def merges(decisions: Iterable[Decision]) -> list[Decision]:
    """Those in force."""
    return [d for d in decisions if d.kind is DecisionKind.MERGE and d.undone_at is None]


def standing_for(
    partners: Mapping[PartnerId, Partner], resolved: Collection[Resolved], decisions: Iterable[Decision]
) -> Mapping[PartnerId, PartnerId]:
    """Of each closed partner that no list names any more, the one that its name means now, if a merge made it so.

    A name that several partners bear stands for none of them.
    """
    named = {r.partner for r in resolved}
    gone = [p for p in partners.values() if p.status is PartnerStatus.CLOSED and p.id not in named]
    if not gone:
        return {}
    closed = {p.id for p in gone}
    names = Names({id: p for id, p in partners.items() if id not in closed}, resolved)
    kept = {id for decision in merges(decisions) for name in decision.names for id in names.find(name)}
    found = {p.id: names.find(p.name) for p in gone}
    return {id: now[0] for id, now in found.items() if len(now) == 1 and now[0] in kept}
