"""What a caller sends, turned into checked domain values."""

import unicodedata
from typing import Annotated, TypeAlias

import strawberry

from graph import model
from graph.errors import RequestRefused
from graph.model import Access, DecisionKind, Mode, PartnerKind, PartnerStatus, Standing, Welcome
from graph.reference import Reference
from graph.store import PartnerFilter
from schema.guard import CAPS

TEXT_MAX = 500
NEEDS_MAX = CAPS["Team.members"]
"""So that no list of the answer is cut: a team of one partner per need is the largest there is."""


Key: TypeAlias = Annotated[
    strawberry.ID, strawberry.argument(description="Sent again with the same key, it happens once.")
]
Version: TypeAlias = Annotated[int, strawberry.argument(description="The version that was read.")]


@strawberry.input(description="A young person's ticks; nothing that names a person.")
class RequestInput:
    age: int = strawberry.field(description="Completed years, 14 to 30.")
    commune: str = strawberry.field(description="INSEE code of where the young person lives.")
    needs: list[str]
    situations: list[str] = strawberry.field(default_factory=list)
    sectors: list[str] = strawberry.field(default_factory=list)
    limit: int = strawberry.field(default=10, description="Partners shown, 1 to 20.")
    learned: bool = strawberry.field(
        default=True, description="Whether the record of answers and outcomes ranks beside the rules."
    )

    def to_domain(self, known: Reference) -> model.Request:
        most = CAPS["Suggestion.suggestions"]
        if not 1 <= self.limit <= most:
            raise RequestRefused(f"La limite va de 1 à {most}.")
        if len(set(self.needs)) > NEEDS_MAX:
            raise RequestRefused(f"Une demande porte sur {NEEDS_MAX} besoins au plus.")
        return known.request(self.age, self.commune, self.needs, self.situations, self.sectors, self.limit)


@strawberry.input(description="All that are given must hold.")
class PartnerFilterInput:
    text: str = ""
    domain: str | None = None
    need: str | None = None
    territory: str | None = strawberry.field(
        default=None, description="Partners with a service for people who live there."
    )
    kind: PartnerKind | None = None
    status: PartnerStatus | None = None
    standing: Standing | None = None

    def to_domain(self, known: Reference) -> PartnerFilter:
        territory = known.territory(self.territory) if self.territory else None
        return PartnerFilter(
            text=short(self.text, "La recherche"),
            domain=known.domain(self.domain) if self.domain else None,
            need=known.need(self.need) if self.need else None,
            territories=frozenset(known.holding(territory)) if territory else frozenset(),
            kind=self.kind,
            status=self.status,
            standing=self.standing,
        )


@strawberry.input(description="Admission by situation: any of each group, all groups; none of the excluded.")
class ConditionsInput:
    required: list[list[str]] = strawberry.field(default_factory=list)
    preferred: list[str] = strawberry.field(default_factory=list)
    excluded: list[str] = strawberry.field(default_factory=list)

    def to_domain(self, known: Reference) -> model.Conditions:
        excluded = frozenset(known.situation(code) for code in self.excluded)
        if any(set(group) <= excluded for group in self.required):
            raise RequestRefused("Des situations demandées sont toutes exclues : personne ne pourrait entrer.")
        return model.Conditions(
            required=tuple(frozenset(known.situation(code) for code in group) for group in self.required),
            preferred=frozenset(known.situation(code) for code in self.preferred),
            excluded=excluded,
        )


@strawberry.input(description="A service as a coordinator corrects it: everything is replaced.")
class ServiceInput:
    name: str
    needs: list[str]
    main_needs: list[str] = strawberry.field(default_factory=list)
    age_min: int | None = None
    age_max: int | None = None
    conditions: ConditionsInput = strawberry.field(default_factory=ConditionsInput)
    territories: list[str]
    places: list[str] = strawberry.field(default_factory=list)
    sectors: list[str] = strawberry.field(default_factory=list)
    welcome: Welcome = Welcome.UNCONDITIONAL
    modes: list[Mode] = strawberry.field(default_factory=lambda: [Mode.ON_SITE])
    access: list[Access] = strawberry.field(default_factory=lambda: [Access.PROFESSIONAL])
    note: str | None = None

    def to_domain(self, held: model.Service, known: Reference) -> model.Service:
        """*held* gives what a coordinator does not correct. Raises RequestRefused when it cannot be true."""
        try:
            return model.Service(
                id=held.id,
                partner=held.partner,
                name=short(self.name, "Le nom"),
                needs=frozenset(known.need(code) for code in self.needs),
                main=frozenset(known.need(code) for code in self.main_needs),
                age_min=self.age_min,
                age_max=self.age_max,
                conditions=self.conditions.to_domain(known),
                territories=frozenset(known.territory(code) for code in self.territories),
                places=frozenset(known.commune(code) for code in self.places),
                sectors=frozenset(known.sector(code) for code in self.sectors),
                welcome=self.welcome,
                modes=frozenset(self.modes),
                access=frozenset(self.access),
                internal=held.internal,
                origin=held.origin,
                source=held.source,
                note=None if self.note is None else short(self.note, "La note"),
                full_until=held.full_until,
                closed_until=held.closed_until,
                closed=held.closed,
                version=held.version,
            )
        except ValueError as problem:
            raise RequestRefused(
                "Cette fiche ne peut pas être vraie : vérifiez nom, besoins, âges, lieux, situations, accès."
            ) from problem


@strawberry.input(description="A coordinator's word about names, as the lists write them.")
class DecisionInput:
    kind: DecisionKind
    names: list[str] = strawberry.field(
        description="MERGE: the names that are one. SPLIT: the two that are not. UNIT_OF: the unit, then its parent. "
        "NAME: a known name, then the one to show. CUT: the text of the list, then the names it holds. "
        "A unit is written « Parent / Unit »."
    )
    reason: str


def short(text: str, what: str) -> str:
    """*text* without spaces around; raises RequestRefused when it is too long, or holds what nobody can see."""
    if len(text) > TEXT_MAX:
        raise RequestRefused(f"{what} dépasse {TEXT_MAX} caractères.")
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in text):
        raise RequestRefused(f"{what} contient un caractère invisible.")
    return text.strip()
