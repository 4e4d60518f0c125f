"""Errors that a caller is meant to handle, as members of the unions; everything else is masked."""

import strawberry
from strawberry.types.field import StrawberryField

from graph import errors
from graph.follow_wording import move_label
from graph.referral import Direction
from graph.state_words import STATES
from schema.following import Move
from schema.types import Info, capped


@strawberry.type(description="Something given cannot be true; the message is French and safe to show.")
class Refused:
    message: str
    nearest: list[str] = strawberry.field(default_factory=list, description="Codes that exist, nearest first.")


@strawberry.type(description="No object has this id.")
class NotFound:
    message: str


@strawberry.type(description="Somebody else changed it first, or decisions contradict each other.")
class Conflict:
    message: str


@strawberry.type(description="A referral cannot go from its state to that one.")
class IllegalMove:
    message: str
    allowed: list[Move] = strawberry.field(description="Where it may go instead.")


class IllegalMoveHandler(strawberry.ExceptionHandler[errors.IllegalMove, IllegalMove]):
    def handle(self, exception: errors.IllegalMove, *, field: StrawberryField, info: Info) -> IllegalMove:
        before = exception.before
        way = Direction.INBOUND if exception.inbound else Direction.OUTBOUND
        labels = {to: STATES[to] if before is None else move_label(before, to, way) for to in exception.allowed}
        moves = (Move(state=to, label=label) for to, label in labels.items())
        return IllegalMove(message=str(exception), allowed=capped("IllegalMove.allowed", moves))


class RefusedHandler(strawberry.ExceptionHandler[errors.InputRefused, Refused]):
    def handle(self, exception: errors.InputRefused, *, field: StrawberryField, info: Info) -> Refused:
        nearest = exception.nearest if isinstance(exception, errors.UnknownCode) else ()
        return Refused(message=str(exception), nearest=capped("Refused.nearest", (code for code, _ in nearest)))


class NotFoundHandler(strawberry.ExceptionHandler[errors.NotFound, NotFound]):
    def handle(self, exception: errors.NotFound, *, field: StrawberryField, info: Info) -> NotFound:
        return NotFound(message=str(exception))


class ConflictHandler(strawberry.ExceptionHandler[errors.Conflict, Conflict]):
    def handle(self, exception: errors.Conflict, *, field: StrawberryField, info: Info) -> Conflict:
        return Conflict(message=str(exception))


HANDLERS = (IllegalMoveHandler(), RefusedHandler(), NotFoundHandler(), ConflictHandler())
