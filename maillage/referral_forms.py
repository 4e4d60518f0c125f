"""What the forms about referrals send, as values; what cannot be read is refused in a French sentence."""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from starlette.datastructures import FormData

from graph.errors import RequestRefused
from graph.model import IdempotencyKey
from graph.referral import ErrorReason, NeedOutcome, NeedResult, Referral, RefusalReason, SaidBy, State
from maillage.ticks import text_of

UNREADABLE = "Le formulaire n'est pas complet : rechargez la page et recommencez."


@dataclass(frozen=True, slots=True)
class Move:
    """`version` is the one that the page showed."""

    to: State
    version: int
    key: IdempotencyKey
    reason: RefusalReason | ErrorReason | None
    planned_on: date | None
    outcomes: tuple[NeedOutcome, ...]


def move_of(form: FormData, referral: Referral) -> Move:
    """Raises RequestRefused."""
    to = text_of(form, "to")
    if to not in set(State):
        raise RequestRefused(UNREADABLE)
    state = State(to)
    return Move(
        to=state,
        version=version_of(form),
        key=key_of(form),
        reason=_reason(text_of(form, "reason")),
        planned_on=day_of(form, "on") if state is State.RDV_FIXE else None,
        outcomes=_outcomes(form, referral) if state is State.TERMINEE else (),
    )


def key_of(form: FormData) -> IdempotencyKey:
    """Made with the page: a form without one was not made here."""
    text = text_of(form, "key")
    try:
        UUID(text)
    except ValueError as problem:
        raise RequestRefused(UNREADABLE) from problem
    return IdempotencyKey(text)


def version_of(form: FormData) -> int:
    text = text_of(form, "version")
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise RequestRefused(UNREADABLE)
    return int(text)


_LIST = re.compile(r"/orientations(\?[A-Za-z0-9=&%_-]*)?")


def back_of(form: FormData) -> str:
    """The list that the form stood in; "" when it was the page of the referral."""
    text = text_of(form, "back")
    return text if _LIST.fullmatch(text) else ""


def day_of(form: FormData, name: str) -> date:
    return read_day(text_of(form, name))


def read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise RequestRefused("Indiquez la date, comme 2026-03-31.") from problem


def _reason(text: str) -> RefusalReason | ErrorReason | None:
    if not text:
        return None
    if text in set(RefusalReason):
        return RefusalReason(text)
    if text in set(ErrorReason):
        return ErrorReason(text)
    raise RequestRefused("Choisissez un motif de la liste.")


def _outcomes(form: FormData, referral: Referral) -> tuple[NeedOutcome, ...]:
    of_service = text_of(form, "result")
    if of_service:
        return (NeedOutcome(None, _result(of_service), SaidBy.PARTNER),)
    said_by = text_of(form, "said_by")
    if said_by not in set(SaidBy):
        raise RequestRefused("Dites qui dit l'issue : le conseiller ou le jeune.")
    return tuple(
        NeedOutcome(need, _result(text_of(form, f"result-{need}")), SaidBy(said_by)) for need in sorted(referral.needs)
    )


def _result(text: str) -> NeedResult:
    if text not in set(NeedResult):
        raise RequestRefused("Choisissez l'issue de chaque besoin.")
    return NeedResult(text)
