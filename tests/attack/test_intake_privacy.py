"""Promise P1: an intake holds closed codes only, and nothing of a refused row is said or kept."""

import types
from dataclasses import fields
from datetime import date
from enum import Enum
from typing import NewType, get_args, get_origin, get_type_hints

import pytest

from graph.cosupport import CoSupport, Meeting, Member
from graph.intake import Intake, Unmet
from graph.referral import Event, NeedOutcome, Referral

PERSONAL = [Intake, Unmet, Referral, Event, NeedOutcome, CoSupport, Member, Meeting]


def free(kind: object) -> bool:
    """Whether a value of that type may be a text that somebody typed."""
    if isinstance(kind, NewType):
        return False  # a code or an identifier, checked where it enters
    if get_origin(kind) is not None:
        return any(free(part) for part in get_args(kind) if part is not Ellipsis)
    if kind in (type(None), int, bool) or kind in PERSONAL:
        return False
    return not (isinstance(kind, type) and (issubclass(kind, Enum) or issubclass(kind, date)))


def test_a_free_text_is_recognised() -> None:
    assert free(str)
    assert free(tuple[str, ...])
    assert free(str | None)
    assert free(object)
    assert not free(frozenset[date])
    assert isinstance(str | None, types.UnionType)


@pytest.mark.parametrize("kind", PERSONAL)
def test_nothing_personal_has_a_field_of_free_text(kind: type) -> None:
    told = get_type_hints(kind)

    assert told
    assert [name for name, hint in told.items() if free(hint)] == []


def test_an_intake_has_these_fields_and_no_other() -> None:
    codes = {"commune", "programme", "site", "needs", "situations", "sectors"}

    assert {f.name for f in fields(Intake)} == codes | {"id", "received_on", "age", "questionnaire", "simulated"}
