"""Relay connections, paged by key: the cursor is the id of the last item seen."""

import base64
import binascii
from collections.abc import Sequence

import strawberry

from graph.errors import RequestRefused
from schema.types import Decision, Mention, Partner, Service

FIRST = 20


@strawberry.type
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class PartnerEdge:
    cursor: str
    node: Partner


@strawberry.type(description="Partners by id.")
class PartnerConnection:
    edges: list[PartnerEdge]
    page_info: PageInfo
    total_count: int


@strawberry.type
class ServiceEdge:
    cursor: str
    node: Service


@strawberry.type(description="Services by id.")
class ServiceConnection:
    edges: list[ServiceEdge]
    page_info: PageInfo
    total_count: int


@strawberry.type
class MentionEdge:
    cursor: str
    node: Mention


@strawberry.type(description="Mentions by id.")
class MentionConnection:
    edges: list[MentionEdge]
    page_info: PageInfo
    total_count: int


@strawberry.type
class DecisionEdge:
    cursor: str
    node: Decision


@strawberry.type(description="Decisions by id.")
class DecisionConnection:
    edges: list[DecisionEdge]
    page_info: PageInfo
    total_count: int


def cursor(id: str) -> str:
    return base64.urlsafe_b64encode(id.encode()).decode()


def key(after: str | None) -> str | None:
    """The id that a cursor stands for; raises RequestRefused on something else."""
    if after is None:
        return None
    try:
        return base64.b64decode(after.encode("ascii"), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError) as problem:
        raise RequestRefused("Ce curseur de page n'est pas valable.") from problem


def page_info(ids: Sequence[str], more: bool, after: str | None) -> PageInfo:
    return PageInfo(
        has_next_page=more,
        has_previous_page=after is not None,
        start_cursor=cursor(ids[0]) if ids else None,
        end_cursor=cursor(ids[-1]) if ids else None,
    )
