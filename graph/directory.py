"""The whole directory as one frozen snapshot, and what a change of it may hold."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from graph.admission import AdmissionIndex
from graph.model import (
    Decision,
    MentionId,
    Partner,
    PartnerId,
    Resolved,
    Service,
    ServiceId,
)


@dataclass(frozen=True)
class Directory:
    """Every partner and service at one moment; `stamp` grows with each write to the directory.

    `mark` says which store, and which moment of it: see `PartnerStore.mark`.
    """

    partners: Mapping[PartnerId, Partner] = field(default_factory=dict)
    services: Mapping[ServiceId, Service] = field(default_factory=dict)
    stamp: int = 0
    mark: str = field(default="", compare=False)

    @cached_property
    def admission(self) -> AdmissionIndex:
        """Made ready for suggestions; the first one of a snapshot pays for it."""
        return AdmissionIndex(self.partners, self.services)

    @cached_property
    def services_of(self) -> Mapping[PartnerId, tuple[Service, ...]]:
        """Own services of each partner (not those of its units), by service id."""
        found: defaultdict[PartnerId, list[Service]] = defaultdict(list)
        for id in sorted(self.services):
            found[self.services[id].partner].append(self.services[id])
        return {partner: tuple(services) for partner, services in found.items()}


@dataclass(frozen=True, slots=True)
class Change:
    """What one transaction does to the directory; what is not named stays as it is.

    Everything is an upsert by id. Removing a partner removes its services; removing something absent is nothing.
    """

    partners: tuple[Partner, ...] = ()
    services: tuple[Service, ...] = ()
    resolved: tuple[Resolved, ...] = ()
    decisions: tuple[Decision, ...] = ()
    removed_partners: frozenset[PartnerId] = frozenset()
    removed_services: frozenset[ServiceId] = frozenset()
    removed_mentions: frozenset[MentionId] = frozenset()

    @property
    def empty(self) -> bool:
        return not (
            self.partners
            or self.services
            or self.resolved
            or self.decisions
            or self.removed_partners
            or self.removed_services
            or self.removed_mentions
        )
