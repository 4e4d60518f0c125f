"""What has to change in the store when lists, decisions or the sheet have changed.

The directory is always rebuilt from all mentions and all decisions, then compared with what is stored: a reload,
a merge and an undo go the same way, and a second identical run changes nothing. What coordinators decided about
services is laid over it: `graph.service_decisions`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from graph.directory import Change, Directory
from graph.lexicon import Lexicon
from graph.model import (
    Decision,
    DecisionId,
    Mention,
    MentionId,
    Outcome,
    Partner,
    PartnerId,
    Resolved,
    Service,
    ServiceId,
)
from graph.reference import Reference
from graph.resolution import resolve
from graph.service_decisions import laid_over
from graph.sheet import Sheet, compose

Id = TypeVar("Id", bound=str)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store holds now."""

    directory: Directory
    resolved: tuple[Resolved, ...] = ()
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What does not change while the service runs: the national lexicon, the sheet, the reference."""

    lexicon: Lexicon
    sheet: Sheet
    reference: Reference


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """French sentences: `lost` lines of the sheet that name no partner, `homeless` decisions about services."""

    change: Change
    resolved: tuple[Resolved, ...]
    lost: tuple[str, ...]
    homeless: tuple[str, ...]


def rebuild(
    stored: Stored,
    knowledge: Knowledge,
    *,
    mentions: Iterable[Mention] = (),
    forgotten: Iterable[MentionId] = (),
    decisions: Iterable[Decision] = (),
) -> Rebuilt:
    """The change that takes the store to its state with *mentions* and *decisions* added or replaced by id.

    *forgotten* mentions are dropped, unless they are among *mentions*. Raises Conflict when decisions contradict.
    """
    before = {r.mention.id: r for r in stored.resolved}
    kept = {id: r.mention for id, r in before.items() if not _cut_from(id, before)}
    for id in forgotten:
        kept.pop(id, None)
    kept.update({m.id: m for m in mentions})
    told = {d.id: d for d in stored.decisions}
    told.update({d.id: d for d in decisions})
    resolution = resolve(
        sorted(kept.values(), key=lambda m: (m.source, m.line, m.position, m.id)),
        sorted(told.values(), key=lambda d: (d.decided_at, d.id)),
        knowledge.lexicon,
        known={id: r.partner for id, r in before.items() if r.partner is not None},
    )
    resolved = (*resolution.resolved, *_cut_away(kept, resolution.resolved))
    composed = compose(resolution.partners, resolution.resolved, knowledge.sheet, knowledge.reference)
    partners = _partners(composed.partners, stored.directory.partners)
    owned = {r.mention.id: r.partner for r in resolved if r.partner is not None}
    laid, homeless = laid_over({s.id: s for s in composed.services}, told.values(), owned, composed.names.find)
    services = _numbered(laid, stored.directory.services)
    change = Change(
        partners=_changed(partners, stored.directory.partners),
        services=_changed(services, stored.directory.services),
        resolved=tuple(r for r in resolved if before.get(r.mention.id) != r),
        decisions=_new_decisions(told, stored.decisions),
        removed_partners=frozenset(stored.directory.partners.keys() - partners.keys()),
        removed_services=frozenset(stored.directory.services.keys() - services.keys()),
        removed_mentions=frozenset(before.keys() - {r.mention.id for r in resolved}),
    )
    return Rebuilt(change, resolved, composed.lost, tuple(homeless))


def _cut_from(id: MentionId, held: Mapping[MentionId, Resolved]) -> bool:
    """Whether a decision cut this mention out of one that is held whole beside it."""
    whole, dot, number = id.rpartition(".")
    return bool(dot) and number.isdecimal() and MentionId(whole) in held


def _cut_away(kept: Mapping[MentionId, Mention], resolved: Iterable[Resolved]) -> list[Resolved]:
    """The texts that a decision reads otherwise; they stay, so that the decision can be taken back."""
    seen = {r.mention.id for r in resolved}
    evidence = "décision : ce texte se lit en plusieurs noms"
    return [
        Resolved(m, Outcome.NOT_A_PARTNER, None, None, evidence) for id, m in sorted(kept.items()) if id not in seen
    ]


def _partners(made: Iterable[Partner], stored: Mapping[PartnerId, Partner]) -> dict[PartnerId, Partner]:
    """*made* with the facts that no list tells: verification, status, version."""
    found = {}
    for partner in made:
        old = stored.get(partner.id)
        if old is not None:
            partner = replace(partner, status=old.status, verified_on=old.verified_on, version=old.version)
            if partner != old:
                partner = replace(partner, version=old.version + 1)
        found[partner.id] = partner
    return found


def _numbered(made: Mapping[ServiceId, Service], stored: Mapping[ServiceId, Service]) -> dict[ServiceId, Service]:
    """*made* with the versions that follow those of *stored*."""
    found = {}
    for id, service in made.items():
        old = stored.get(id)
        if old is None:
            found[id] = service
        else:
            same = replace(service, version=old.version)
            found[id] = same if same == old else replace(service, version=old.version + 1)
    return found


def _new_decisions(told: Mapping[DecisionId, Decision], stored: Iterable[Decision]) -> tuple[Decision, ...]:
    old = {d.id: d for d in stored}
    return tuple(told[id] for id in sorted(told) if old.get(id) != told[id])


def _changed(new: Mapping[Id, Value], old: Mapping[Id, Value]) -> tuple[Value, ...]:
    return tuple(new[id] for id in sorted(new) if old.get(id) != new[id])
