"""How many, how old, where and when: the figures of the territory, and the ordinary rates of a partnership."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.model import NeedCode, SituationCode

MINORS = 1 / 3
DISTRICTS = 0.10
"""Of the young people, those who live in a priority district: all of them in the commune that has some."""
DISTRICT_COMMUNE = "17299"
CITY_EPCI, CITY_WEIGHT = "200041762", 1.15
"""The office in the town draws more than its share of the population."""

MINOR_AGES: Mapping[int, float] = {15: 10, 16: 38, 17: 52}
ADULT_AGES: Mapping[int, float] = {18: 22, 19: 20, 20: 16, 21: 13, 22: 10, 23: 8, 24: 6, 25: 4, 26: 1}
MONTHS = (1.1, 1.0, 1.0, 0.9, 0.8, 0.75, 0.5, 0.4, 1.6, 1.5, 1.3, 0.7)
"""Weight of each month: the school year begins, the summer is empty."""
MINOR_PROGRAMMES: Mapping[str, float] = {"obligation-formation": 50, "cej": 22, "pacea": 14, "aucun": 14}
ADULT_PROGRAMMES: Mapping[str, float] = {"pacea": 36, "cej": 34, "ppae": 12, "aucun": 18}

ASKED = 0.72
"""Of the needs that a partner could meet, those that are brought to one; the others are met by the Mission Locale."""
TOGETHER = 0.5
"""That a second need is asked of the same service, when it meets both."""
DECLARED, DRAFTED, INBOUND = 0.15, 0.10, 0.07
REROUTED_REFUSAL, REROUTED_SILENCE = 0.5, 0.4
COSUPPORTED = 0.07
"""Of the young people, those around whom several partners meet."""

ANSWER_DAYS = (3.5, 8.0)
"""Bounds of the median of a partner; so for each rate below."""
REFUSED = (0.06, 0.12)
SILENT = (0.03, 0.07)
MISSED = (0.09, 0.16)
SERVED = (0.47, 0.62)

WORK_NEEDS = frozenset({"recherche-emploi", "qualification", "decouverte-metiers", "emploi-iae", "orientation-projet"})


@dataclass(frozen=True, slots=True)
class Profile:
    """Needs and situations that come together, with the chance of each, in per cent."""

    minor: float
    adult: float
    needs: tuple[tuple[NeedCode, int], ...]
    situations: tuple[tuple[SituationCode, int], ...]


def profiles() -> tuple[Profile, ...]:
    text = (Path(__file__).parent / "profiles.csv").read_text(encoding="utf-8")
    return tuple(
        Profile(
            float(row["minor"]),
            float(row["adult"]),
            tuple((NeedCode(code), chance) for code, chance in _chances(row["needs"])),
            tuple((SituationCode(code), chance) for code, chance in _chances(row["situations"])),
        )
        for row in csv.DictReader(text.splitlines())
    )


def _chances(cell: str) -> list[tuple[str, int]]:
    return [(code, int(chance)) for code, _, chance in (part.partition(":") for part in cell.split("|"))]
