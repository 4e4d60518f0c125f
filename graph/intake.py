"""The booklet as codes: what a young person ticked, under a pseudonym. Nothing here can name anybody."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

from graph.model import AGE_MAX, AGE_MIN, CommuneCode, NeedCode, PartnerId, SectorCode, SituationCode

IntakeId = NewType("IntakeId", str)
"""A random UUID, or `h-` and the HMAC-SHA-256 of the file number: see `graph.pseudonym`."""
ProgrammeCode = NewType("ProgrammeCode", str)

QUESTIONNAIRE = 1
"""Version of the booklet whose ticks are the needs and situations of the reference."""


class AgeBand(StrEnum):
    MINOR = "moins-de-18"
    YOUNG = "18-21"
    MIDDLE = "22-25"
    OLDER = "26-et-plus"

    @classmethod
    def of(cls, age: int) -> "AgeBand":
        return cls.MINOR if age < 18 else cls.YOUNG if age < 22 else cls.MIDDLE if age < 26 else cls.OLDER


@dataclass(frozen=True, slots=True)
class Intake:
    """Closed codes only (promise P1); codes are checked against the reference where an intake enters."""

    id: IntakeId
    received_on: date
    age: int  # completed years on that day
    commune: CommuneCode
    programme: ProgrammeCode
    site: PartnerId  # a partner of kind `site`
    needs: frozenset[NeedCode]
    situations: frozenset[SituationCode] = frozenset()
    sectors: frozenset[SectorCode] = frozenset()
    questionnaire: int = QUESTIONNAIRE
    simulated: bool = False

    def __post_init__(self) -> None:
        if not AGE_MIN <= self.age <= AGE_MAX:
            raise ValueError(f"intake {self.id}: nobody of {self.age} is accompanied")
        if not self.needs:
            raise ValueError(f"intake {self.id} expresses no need")


@dataclass(frozen=True, slots=True)
class Unmet:
    """A need that no partner of the directory could cover when the intake was stored, on the day it was received."""

    intake: IntakeId
    need: NeedCode
    noticed_on: date
