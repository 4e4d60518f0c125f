"""Values of the tests: small, valid over the real reference, each field replaceable."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from graph.directory import Change
from graph.model import (
    Decision,
    DecisionId,
    DecisionKind,
    IdempotencyKey,
    Mention,
    MentionId,
    NeedCode,
    Outcome,
    Partner,
    PartnerId,
    Resolved,
    Service,
    ServiceId,
)
from graph.records import to_lines
from graph.store import Applied, PartnerStore
from loaders.reference import reference

REFERENCE = reference()
PERMIS, TRAJETS, HOUSING = NeedCode("permis"), NeedCode("trajets"), NeedCode("acces-logement")
NOON = datetime(2026, 3, 16, 12, 0, tzinfo=UTC)

_keys = count()


def key() -> IdempotencyKey:
    """A new one."""
    return IdempotencyKey(f"key-{next(_keys)}")


def partner(id: str, **fields: Any) -> Partner:
    return replace(Partner(PartnerId(id), f"Partenaire {id}"), **fields)


def service(id: str, partner: str, **fields: Any) -> Service:
    return replace(Service(ServiceId(id), PartnerId(partner), f"Service {id}", frozenset({PERMIS})), **fields)


def resolved(id: str, partner: str | None, **fields: Any) -> Resolved:
    """*fields* of the mention and of what it becomes, together."""
    own = {name: fields.pop(name) for name in ("outcome", "unit_of", "evidence", "candidates") if name in fields}
    mention = replace(Mention(MentionId(id), "liste.txt", 1, 0, f"Mention {id}"), **fields)
    outcome = Outcome.NOT_A_PARTNER if partner is None else Outcome.NEW
    start = Resolved(mention, outcome, None if partner is None else PartnerId(partner), None, "seule de son nom")
    return replace(start, **own)


def decision(id: str, **fields: Any) -> Decision:
    start = Decision(DecisionId(id), DecisionKind.MERGE, ("CCAS", "C.C.A.S."), "même service", "Camille", NOON)
    return replace(start, **fields)


def change(*values: Partner | Service | Resolved | Decision, **removed: Any) -> Change:
    return Change(
        partners=tuple(v for v in values if isinstance(v, Partner)),
        services=tuple(v for v in values if isinstance(v, Service)),
        resolved=tuple(v for v in values if isinstance(v, Resolved)),
        decisions=tuple(v for v in values if isinstance(v, Decision)),
        **{name: frozenset(ids) for name, ids in removed.items()},
    )


async def applied(store: PartnerStore, *values: Partner | Service | Resolved | Decision, **removed: Any) -> Applied:
    """Writes these values over whatever is there."""
    return await store.apply(change(*values, **removed), expected=await store.stamp(), key=key())


async def exported(store: PartnerStore) -> bytes:
    return b"".join(to_lines([record async for record in store.export()]))
