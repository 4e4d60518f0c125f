"""What coordinators decide about services: verified, corrected, full, closed.

Kept among the decisions; each says only what it changes, and a rebuild lays them, in their order, over what lists and
sheet say. So a reload, a merge and its undoing lose none of them, and any of them can be taken back alone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import orjson

from graph.errors import FileRefused
from graph.model import Decision, DecisionKind, MentionId, PartnerId, Service, ServiceId
from graph.record_fields import Fields
from graph.records import service_from, service_record


class Act(StrEnum):
    VERIFY = "verify"
    CORRECT = "correct"
    SUSPEND = "suspend"
    CLOSE = "close"


REASONS = {
    Act.VERIFY: "fiche vérifiée",
    Act.CORRECT: "fiche corrigée",
    Act.SUSPEND: "disponibilité changée",
    Act.CLOSE: "fermeture ou réouverture",
}

VERIFIED = ("verified_on", "verified_by")
_OPENING = ("full_until", "closed_until", "closed")
_PLACE = ("id", "partner", "internal", "version")
CORRECTED = tuple(f for f in Service.__dataclass_fields__ if f not in (*_PLACE, *_OPENING))
"""What a correction sets: everything but whose service it is, and when it is open."""


@dataclass(frozen=True, slots=True)
class ServiceDecision:
    """*mention* of the partner, and *owner* as that mention is written: « Parent / Unit » for a unit.

    `changed` are the fields it sets, of `after`: the service as it was right after.
    """

    owner: str
    mention: MentionId | None
    act: Act
    changed: tuple[str, ...]
    after: Service

    @property
    def names(self) -> tuple[str, ...]:
        """As a `Decision` keeps it: the owner, the act, the rest as JSON."""
        rest = {"mention": self.mention, "changed": self.changed, "after": service_record(self.after)}
        return (self.owner, self.act.value, orjson.dumps(rest).decode())

    @classmethod
    def of(cls, decision: Decision) -> "ServiceDecision":
        """Raises ValueError when it was not made by this class."""
        try:
            owner, act, text = decision.names
            rest: dict[str, Any] = orjson.loads(text)
            changed = tuple(str(field) for field in rest["changed"])
            if not set(changed) <= Service.__dataclass_fields__.keys():
                raise ValueError("unknown field")
            return cls(owner, rest["mention"], Act(act), changed, service_from(Fields(rest["after"], 1)))
        except (KeyError, TypeError, FileRefused) as problem:
            raise ValueError(f"decision {decision.id} is not about a service") from problem

    def on(self, service: Service) -> Service:
        changes: dict[str, Any] = {field: getattr(self.after, field) for field in self.changed}
        return replace(service, **changes)


def service_key(id: ServiceId) -> str:
    """What names a service within its partner."""
    return id.partition("/")[2]


def laid_over(
    services: Mapping[ServiceId, Service],
    decisions: Iterable[Decision],
    partner_of: Mapping[MentionId, PartnerId],
    find: Callable[[str], list[PartnerId]],
) -> tuple[dict[ServiceId, Service], list[str]]:
    """*services* as coordinators left them, and French sentences on decisions that no longer have their place.

    *partner_of* tells whose each mention is now; *find* serves where the mention is gone.
    """
    told: defaultdict[ServiceId, list[ServiceDecision]] = defaultdict(list)
    homeless: list[str] = []
    active = (d for d in decisions if d.kind is DecisionKind.SERVICE and d.undone_at is None)
    for decision in sorted(active, key=lambda d: (d.decided_at, d.id)):
        try:
            said = ServiceDecision.of(decision)
        except ValueError:
            homeless.append(f"La décision {decision.id} sur un service est illisible : elle est gardée, sans effet.")
            continue
        held = partner_of.get(said.mention) if said.mention is not None else None
        owners = find(said.owner) if held is None else [held]
        if len(owners) == 1:
            told[ServiceId(f"{owners[0]}/{service_key(said.after.id)}")].append(said)
        else:
            now = "plusieurs partenaires s'appellent" if owners else "aucun partenaire ne s'appelle plus"
            homeless.append(
                f"« {said.after.name} » ({REASONS[said.act]}) : {now} « {said.owner} », la décision est gardée."
            )
    found = dict(services)
    for id in sorted(told):
        service, note = _decided(id, found.get(id), told[id])
        if service is not None:
            found[id] = service
        if note is not None:
            homeless.append(note)
    return found, homeless


def _decided(id: ServiceId, fresh: Service | None, told: list[ServiceDecision]) -> tuple[Service | None, str | None]:
    """The service *id* after *told*, oldest first; None when only its opening was decided and it is gone."""
    partner = PartnerId(id.partition("/")[0])
    content = [said for said in told if said.act in (Act.VERIFY, Act.CORRECT)]
    name = told[-1].after.name
    note = None
    service = fresh
    if service is None:
        if not content:
            return None, f"« {name} » n'est plus dans la fiche de son partenaire : la décision est gardée."
        note = f"« {name} », vérifié ou corrigé, n'est plus dans la fiche de son partenaire : à revoir."
        service = replace(content[-1].after, id=id, partner=partner, full_until=None, closed_until=None, closed=False)
    if len({said.after.partner for said in content}) > 1:
        note = f"« {name} » a été décidé pour deux partenaires réunis depuis : la dernière décision se voit."
    for said in told:
        service = said.on(service)
    return service, note
