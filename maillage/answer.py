"""A suggestion as its page shows it: nothing said twice, what belongs together side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from graph.admission import Fault
from graph.directory import Directory
from graph.model import NeedCode, PartnerId
from graph.names import folded
from graph.reasons import Exclusion, Ground
from graph.reference import MINOR, Reference
from graph.suggestion import Suggested, Suggestion
from maillage.wording import TO_CONFIRM, needs_counted

EXCLUDED_SHOWN = 200
_SHOWN_OTHERWISE = {Ground.MAIN_NEED, Ground.TO_CONFIRM, Ground.INTERNAL, Ground.ONLY_INTERNAL}
"""Reasons that the page tells by a badge, a column or a section."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A partner with its needs told apart: what its service exists for, what it also helps with."""

    suggested: Suggested
    main: Sequence[NeedCode]
    aside: Sequence[NeedCode]
    reasons: Sequence[str]

    @classmethod
    def of(cls, found: Suggested) -> "Shown":
        service = found.service
        main = [need for need in found.needs if need in service.main]
        aside = [need for need in found.needs if need in service.needs and need not in service.main]
        told = {*_SHOWN_OTHERWISE}
        if found.parent is not None and folded(found.parent.name) in folded(found.partner.name):
            told.add(Ground.UNIT)
        reasons = [reason for reason in found.reasons if reason.code not in told]
        if aside:  # the first reason of this kind is what the column says; the next ones name other services
            first = next((reason for reason in reasons if reason.code == Ground.NEED), None)
            reasons = [reason for reason in reasons if reason is not first]
        return cls(found, main, aside, [reason.text for reason in reasons])


@dataclass(frozen=True, slots=True)
class Row:
    partner: str
    service: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Rows:
    """The first rows, by partner's name, and how many there are."""

    shown: Sequence[Row]
    total: int


@dataclass(frozen=True)
class Answer:
    suggestion: Suggestion
    directory: Directory
    known: Reference

    def name(self, id: PartnerId) -> str:
        return self.directory.partners[id].name

    def linked(self, id: PartnerId) -> Markup:
        """The name, which leads to the partner's reasons when they are on the page."""
        for one in self.suggestion.suggestions:
            if one.partner.id == id:
                return Markup('<a href="#partenaire-{}">{}</a>').format(one.rank, self.name(id))
        return Markup.escape(self.name(id))

    @property
    def needs(self) -> list[NeedCode]:
        """In the order of the booklet."""
        return [need for need in self.known.needs if need in self.suggestion.request.needs]

    @property
    def facts(self) -> list[str]:
        """Situations that were ticked, sectors wished."""
        request = self.suggestion.request
        situations = [s.label for s in self.known.situations.values() if s.code in request.situations - {MINOR}]
        return situations + [s.label for s in self.known.sectors.values() if s.code in request.sectors]

    @property
    def outside(self) -> list[Shown]:
        return [Shown.of(one) for one in self.suggestion.suggestions if not one.service.internal]

    @property
    def own(self) -> list[Shown]:
        """The Mission Locale's own offer."""
        return [Shown.of(one) for one in self.suggestion.suggestions if one.service.internal]

    @property
    def only_own(self) -> list[NeedCode]:
        """Needs that somebody covers and that no team can: the Mission Locale's own offer alone answers them."""
        suggestion = self.suggestion
        covered = {need for member in suggestion.team.members for need in member.needs}
        return [need for need in self.needs if need not in covered and need not in suggestion.uncovered]

    @property
    def covered(self) -> str:
        """How many needs the team answers: « tous les besoins cochés », « 3 besoins sur 5 »."""
        total = len(self.needs)
        number = total - len(self.suggestion.uncovered) - len(self.only_own)
        if number < total:
            return f"{needs_counted(number)} sur {total}"
        return "tous les besoins cochés" if total > 1 else "ce besoin"

    @property
    def to_confirm(self) -> str | None:
        """What the mark means, when the page shows it."""
        shown = any(one.service.to_confirm for one in self.suggestion.suggestions)
        return TO_CONFIRM if shown else None

    @property
    def maybe(self) -> Rows:
        """Services that a situation may open, if it is the young person's and gets ticked."""
        return self._rows([e for e in self.suggestion.excluded if self._may_open(e)])

    @property
    def others(self) -> Rows:
        return self._rows([e for e in self.suggestion.excluded if not self._may_open(e)])

    def _may_open(self, exclusion: Exclusion) -> bool:
        return all(
            reason.code == Fault.REQUIRED and reason.text.endswith("à cocher si c'est le cas")
            for reason in exclusion.reasons
        )

    def _rows(self, exclusions: Sequence[Exclusion]) -> Rows:
        rows = [
            Row(self.name(e.partner), self.directory.services[e.service].name, [r.text for r in e.reasons])
            for e in exclusions
        ]
        ordered = sorted(rows, key=lambda row: (folded(row.partner), folded(row.service), row.service))
        return Rows(ordered[:EXCLUDED_SHOWN], len(rows))
