"""Agreements (conventions) between the Mission Locale and its partners."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

from graph.model import PartnerId

AgreementId = NewType("AgreementId", str)


class AgreementKind(StrEnum):
    CONVENTION = "convention"
    CHARTE = "charte"
    PROTOCOLE = "protocole"
    MARCHE = "marche"
    ADHESION = "adhesion"
    AUTRE = "autre"


@dataclass(frozen=True, slots=True)
class Agreement:
    """In force from `starts_on` to `ends_on`, both included; without an end until another one renews it."""

    id: AgreementId
    kind: AgreementKind
    partners: frozenset[PartnerId]  # besides the Mission Locale
    starts_on: date
    ends_on: date | None = None
    renews: AgreementId | None = None
    simulated: bool = False

    def __post_init__(self) -> None:
        if not self.partners:
            raise ValueError(f"agreement {self.id} binds nobody")
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError(f"agreement {self.id} ends before it starts")

    @property
    def mark(self) -> str:
        """Of its content: who read one mark and finds another knows that somebody changed it meanwhile."""
        told = (self.kind.value, *sorted(self.partners), self.starts_on, self.ends_on or "", self.renews or "")
        return hashlib.sha256("\x1f".join(map(str, told)).encode()).hexdigest()[:16]

    def in_force(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def in_a_circle(id: AgreementId, renewed: Mapping[AgreementId, AgreementId | None]) -> bool:
    """Whether what *id* renews, directly or through others, renews *id* in its turn. *renewed*: by each agreement."""
    seen: set[AgreementId] = set()
    earlier = renewed.get(id)
    while earlier is not None and earlier not in seen:
        if earlier == id:
            return True
        seen.add(earlier)
        earlier = renewed.get(earlier)
    return False
