"""What codes are called in the sentences of an evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass

from graph.model import NeedCode, Partner, PartnerId, SituationCode, TerritoryCode
from graph.publics import people
from graph.reference import Reference
from graph.wording import lowered, month_named, part_of


@dataclass(frozen=True)
class Names:
    partners: Mapping[PartnerId, Partner]
    reference: Reference

    def partner(self, id: str) -> str:
        known = self.partners.get(PartnerId(id))
        return known.name if known is not None else id

    def need(self, code: str) -> str:
        known = self.reference.needs.get(NeedCode(code))
        return known.label if known is not None else code

    def in_sentence(self, code: str) -> str:
        return f"« {lowered(self.need(code))} »"

    def epci(self, code: str) -> str:
        return self.reference.territory_name(TerritoryCode(code))

    def of_epci(self, code: str) -> str:
        """« de la CA Rochefort Océan »."""
        return part_of(self.reference, TerritoryCode(code))

    def public(self, code: str) -> str:
        """« les mineurs »."""
        return people(self.reference, [SituationCode(code)], "les")

    def month(self, month: str) -> str:
        """« mars 2026 »."""
        return month_named(month)
