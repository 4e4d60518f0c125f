"""What coordinators decide about services: verified, corrected, full, closed.

Kept among the decisions, with what the service was right after; a rebuild lays them over what lists and sheet say.
So a reload, a merge and its undoing lose none of them: while two partners are one, the latest decision on the same
service shows, and each comes back with its own partner.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import orjson

from graph.model import Decision, DecisionKind, PartnerId, Service, ServiceId
from graph.record_fields import Fields
from graph.records import service_from, service_record


class Act(StrEnum):
    VERIFY = "verify"
    CORRECT = "correct"
    SUSPEND = "suspend"
    CLOSE = "close"


CONTENT = frozenset({Act.VERIFY, Act.CORRECT})
"""Acts after which the service says what the coordinator saw; the others only say when it is open."""

REASONS = {
    Act.VERIFY: "fiche vérifiée",
    Act.CORRECT: "fiche corrigée",
    Act.SUSPEND: "disponibilité changée",
    Act.CLOSE: "fermeture ou réouverture",
}


@dataclass(frozen=True, slots=True)
class ServiceDecision:
    """`owner` is a name of the partner as a list writes it, « Parent / Unit » for a unit; `service` as it was after."""

    owner: str
    act: Act
    service: Service

    @property
    def names(self) -> tuple[str, ...]:
        """As a `Decision` keeps it: the owner, the act, the service as a record."""
        return (self.owner, self.act.value, orjson.dumps(service_record(self.service)).decode())

    @classmethod
    def of(cls, decision: Decision) -> "ServiceDecision":
        owner, act, record = decision.names
        return cls(owner, Act(act), service_from(Fields(orjson.loads(record), 1)))


def service_key(id: ServiceId) -> str:
    """What names a service within its partner."""
    return id.partition("/")[2]


def laid_over(
    services: Mapping[ServiceId, Service],
    decisions: Iterable[Decision],
    find: Callable[[str], list[PartnerId]],
) -> tuple[dict[ServiceId, Service], list[str]]:
    """*services* as coordinators left them, and French sentences on decisions that no longer have their place."""
    told: defaultdict[ServiceId, list[ServiceDecision]] = defaultdict(list)
    lost: list[str] = []
    active = (d for d in decisions if d.kind is DecisionKind.SERVICE and d.undone_at is None)
    for decision in sorted(active, key=lambda d: (d.decided_at, d.id)):
        said = ServiceDecision.of(decision)
        owners = find(said.owner)
        if len(owners) == 1:
            told[ServiceId(f"{owners[0]}/{service_key(said.service.id)}")].append(said)
        else:
            lost.append(
                f"« {said.service.name} » ({REASONS[said.act]}) : "
                f"aucun partenaire ne s'appelle plus « {said.owner} », la décision est gardée."
            )
    found = dict(services)
    for id in sorted(told):
        service, note = _decided(id, found.get(id), told[id])
        if service is not None:
            found[id] = service
        if note is not None:
            lost.append(note)
    return found, lost


def _decided(id: ServiceId, fresh: Service | None, told: list[ServiceDecision]) -> tuple[Service | None, str | None]:
    """The service *id* after *told*, oldest first; None when only its opening was decided and it is gone."""
    last = told[-1].service
    content = [said for said in told if said.act in CONTENT]
    base = content[-1].service if content else fresh
    if base is None:
        return None, f"« {last.name} » n'est plus dans la fiche de son partenaire : la décision est gardée."
    note = None
    if len({said.service.partner for said in content}) > 1:
        note = f"« {base.name} » a été décidé pour deux partenaires réunis depuis : la dernière décision se voit."
    elif fresh is None:
        note = f"« {base.name} », vérifié ou corrigé, n'est plus dans la fiche de son partenaire : à revoir."
    partner = PartnerId(id.partition("/")[0])
    service = replace(
        base,
        id=id,
        partner=partner,
        full_until=last.full_until,
        closed_until=last.closed_until,
        closed=last.closed,
    )
    return service, note
