"""Facts about a year of partnerships: what a person would call a finding, in one form for planting, truth and report.

A fact names its kind and what it is about; the keys of each kind are those of `KEYS`, in JSON as here (`from` a month).
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graph.errors import FileRefused, InputRefused
from graph.model import NeedCode, PartnerId, TerritoryCode

Month = str
"""`2026-03`."""


class FactKind(StrEnum):
    SLOW_ANSWERS = "slow_answers"
    NEVER_ANSWERS = "never_answers"
    REFUSES = "refuses"
    MISSED_APPOINTMENTS = "missed_appointments"
    GOOD_OUTCOMES = "good_outcomes"
    CONCENTRATION = "concentration"
    UNCOVERED = "uncovered"
    TOGETHER = "together"
    UNUSED_AGREEMENT = "unused_agreement"
    USE_WITHOUT_AGREEMENT = "use_without_agreement"
    DORMANT = "dormant"
    INEQUITY = "inequity"


KEYS: Mapping[FactKind, tuple[str, ...]] = {
    FactKind.SLOW_ANSWERS: ("partner", "median_days", "from"),
    FactKind.NEVER_ANSWERS: ("partner", "share"),
    FactKind.REFUSES: ("partner", "public", "share"),
    FactKind.MISSED_APPOINTMENTS: ("partner", "share"),
    FactKind.GOOD_OUTCOMES: ("partner", "share"),
    FactKind.CONCENTRATION: ("need", "partner", "share"),
    FactKind.UNCOVERED: ("need", "epci", "from"),
    FactKind.TOGETHER: ("partners",),
    FactKind.UNUSED_AGREEMENT: ("partner",),
    FactKind.USE_WITHOUT_AGREEMENT: ("partner", "referrals"),
    FactKind.DORMANT: ("partner", "from"),
    FactKind.INEQUITY: ("epci", "factor"),
}
"""Of each kind, every key besides `kind`; all are needed."""

MINORS, ADULTS, DISTRICT, ISLANDERS = "mineurs", "majeurs", "qpv", "ilien"
PUBLICS = (MINORS, ADULTS, DISTRICT, ISLANDERS)
"""Publics of a refusal besides the situations of the reference."""

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_LONGEST_WAIT, _STEEPEST, _MOST = 365, 20.0, 10_000


@dataclass(frozen=True, slots=True)
class Fact:
    """Only the fields that its kind names are set; `since` is the key `from`. `partners` are two, smaller id first."""

    kind: FactKind
    partner: PartnerId | None = None
    partners: tuple[PartnerId, ...] = ()
    need: NeedCode | None = None
    epci: TerritoryCode | None = None
    public: str | None = None
    share: float | None = None
    median_days: float | None = None
    since: Month | None = None
    referrals: int | None = None
    factor: float | None = None  # referrals per young person against those of the other territories

    @property
    def about(self) -> tuple[str, ...]:
        """What it is said of, without how much: two facts about the same are the same finding."""
        named = (self.partner, *self.partners, self.need, self.epci, self.public)
        return (self.kind, *(name for name in named if name is not None))

    def as_json(self) -> dict[str, Any]:
        """In the form of the list that is planted."""
        return {"kind": str(self.kind), **{key: _out(getattr(self, _FIELDS.get(key, key))) for key in KEYS[self.kind]}}


_FIELDS = {"from": "since"}


def _out(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def facts(value: object, source: str) -> tuple[Fact, ...]:
    """The facts of a JSON list. Raises FileRefused, which says which one cannot be read and why."""
    if not isinstance(value, list):
        raise FileRefused(source, "une liste JSON de faits est attendue.")
    found: list[Fact] = []
    for number, item in enumerate(value, start=1):
        try:
            found.append(fact(item))
        except InputRefused as problem:
            raise FileRefused(source, f"fait {number} : {problem}") from problem
    return tuple(found)


def fact(item: object) -> Fact:
    """One fact of a JSON list; its codes are not yet held against a directory or a reference. Raises InputRefused."""
    if not isinstance(item, Mapping):
        raise InputRefused("un objet JSON est attendu.")
    kind = _kind(item.get("kind"))
    keys = KEYS[kind]
    missing = [key for key in keys if key not in item]
    if missing:
        raise InputRefused(f"« {kind} » : il manque {_list(missing)}.")
    unknown = sorted(str(key) for key in item if key != "kind" and key not in keys)
    if unknown:
        raise InputRefused(f"« {kind} » ne connaît pas {_list(unknown)} ; ses clés : {_list(keys)}.")
    return Fact(kind, **{_FIELDS.get(key, key): _READ[key](kind, key, item[key]) for key in keys})


def _kind(value: object) -> FactKind:
    try:
        return FactKind(str(value))
    except ValueError:
        known = ", ".join(FactKind)
        raise InputRefused(f"« {_echo(value)} » n'est pas un genre de fait ; ils sont : {known}.") from None


def _text(kind: FactKind, key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputRefused(f"« {kind} » : {key} est un texte, pas « {_echo(value)} ».")
    return value.strip()


def _pair(kind: FactKind, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) != 2:
        raise InputRefused(f"« {kind} » : {key} nomme deux partenaires.")
    named = tuple(sorted(_text(kind, key, one) for one in value))
    if named[0] == named[1]:
        raise InputRefused(f"« {kind} » : {key} nomme deux fois « {_echo(named[0])} ».")
    return named


def _month(kind: FactKind, key: str, value: object) -> Month:
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        raise InputRefused(f"« {kind} » : {key} est un mois comme 2026-03, pas « {_echo(value)} ».")
    return value


def _number(kind: FactKind, key: str, value: object, low: float, high: float) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not good or not low <= float(value) <= high:  # type: ignore[arg-type]  # `good` says that it is a number
        raise InputRefused(f"« {kind} » : {key} va de {low:g} à {high:g}, pas « {_echo(value)} ».")
    return float(value)  # type: ignore[arg-type]  # as above


def _share(kind: FactKind, key: str, value: object) -> float:
    return _number(kind, key, value, 0, 1)


def _days(kind: FactKind, key: str, value: object) -> float:
    return _number(kind, key, value, 0, _LONGEST_WAIT)


def _factor(kind: FactKind, key: str, value: object) -> float:
    return _number(kind, key, value, 0, _STEEPEST)


def _count(kind: FactKind, key: str, value: object) -> int:
    number = _number(kind, key, value, 1, _MOST)
    if number != int(number):
        raise InputRefused(f"« {kind} » : {key} est un nombre entier, pas « {_echo(value)} ».")
    return int(number)


_READ: Mapping[str, Any] = {
    "partner": _text,
    "partners": _pair,
    "need": _text,
    "epci": _text,
    "public": _text,
    "share": _share,
    "median_days": _days,
    "from": _month,
    "referrals": _count,
    "factor": _factor,
}


def _list(keys: Collection[str]) -> str:
    return ", ".join(f"« {_echo(key)} »" for key in keys)


def _echo(value: object) -> str:
    text = str(value)
    return text if len(text) <= 64 else f"{text[:64]}…"


def listed(found: Iterable[Fact]) -> list[dict[str, Any]]:
    """The JSON list that `facts` reads."""
    return [one.as_json() for one in found]
