"""Small hand-made directories for tests of the suggestion."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from graph.directory import Directory
from graph.history import History
from graph.model import (
    CommuneCode,
    Conditions,
    NeedCode,
    Origin,
    Partner,
    PartnerId,
    Request,
    Service,
    ServiceId,
    SituationCode,
    Standing,
    TerritoryCode,
)
from graph.suggestion import Suggestion, suggest
from tests.graph.directories import REFERENCE, TODAY

ROCHEFORT, FOURAS, TONNAY = CommuneCode("17299"), CommuneCode("17168"), CommuneCode("17449")
PORT_DES_BARQUES, AIX, MARENNES = CommuneCode("17484"), CommuneCode("17004"), CommuneCode("17219")
BOURCEFRANC, SAINT_PIERRE, LA_ROCHELLE = CommuneCode("17058"), CommuneCode("17385"), CommuneCode("17300")
OLERON_EPCI, ROCHEFORT_EPCI = TerritoryCode("241700624"), TerritoryCode("200041762")


def partner(name: str, **others: Any) -> Partner:
    """Its id is its name in lower case; it can be referred to."""
    return replace(Partner(PartnerId(name.lower()), name, standing=Standing.REFERABLE), **others)


def service(offered_by: Partner, *needs: str, name: str = "accueil", **others: Any) -> Service:
    """Declared, for everybody in France, made for all its *needs* unless `main` says which."""
    met = frozenset(NeedCode(need) for need in needs)
    plain = Service(
        ServiceId(f"{offered_by.id}/{name}"),
        offered_by.id,
        name.capitalize(),
        needs=met,
        main=met,
        origin=Origin.DECLARED,
    )
    return replace(plain, **others)


def conditions(
    required: Iterable[Iterable[str]] = (), preferred: Iterable[str] = (), excluded: Iterable[str] = ()
) -> Conditions:
    return Conditions(
        tuple(frozenset(SituationCode(s) for s in group) for group in required),
        frozenset(SituationCode(s) for s in preferred),
        frozenset(SituationCode(s) for s in excluded),
    )


def directory(*found: Partner | Service) -> Directory:
    return Directory(
        {p.id: p for p in found if isinstance(p, Partner)}, {s.id: s for s in found if isinstance(s, Service)}, 1
    )


def ask(
    found: Directory,
    *needs: str,
    age: int = 20,
    commune: str = ROCHEFORT,
    situations: Iterable[str] = (),
    sectors: Iterable[str] = (),
    limit: int = 10,
    loads: dict[str, int] | None = None,
) -> Suggestion:
    request: Request = REFERENCE.request(age, commune, needs, situations, sectors, limit)
    recent = {PartnerId(id): load for id, load in (loads or {}).items()}
    return suggest(request, found, REFERENCE, TODAY, History(loads=recent))


def names(suggestion: Suggestion) -> list[str]:
    return [s.partner.name for s in suggestion.suggestions]


def texts(suggestion: Suggestion, name: str) -> list[str]:
    """The reasons, for or against, of the partner called *name*."""
    inside = [r.text for s in suggestion.suggestions if s.partner.name == name for r in s.reasons]
    outside = [r.text for e in suggestion.excluded if e.partner == name.lower() for r in e.reasons]
    return inside + outside
