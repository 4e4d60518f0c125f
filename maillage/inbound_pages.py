"""The page that writes down a young person whom a partner sends us."""

from collections.abc import Callable, Mapping

from jinja2 import Environment
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from graph.errors import MaillageError
from graph.model import AGE_MAX, AGE_MIN
from maillage.inbound import Inbound, asked_inbound, receive_inbound, sent_inbound
from maillage.page import form_of, redirected, refusals, refuse_other_origins, rendered, status_of
from maillage.recording import Unfinished
from maillage.ticks import checked_intake, situation_groups
from maillage.work import ADDRESS
from resolvers.context import Context

PLACES = {
    "sender": "partenaire",
    "on": "jour",
    "about": "besoins",
    "age": "age",
    "commune": "commune",
    "needs": "besoins",
    "situations": "situations",
    "sectors": "situations",
    "site": "site",
}
"""Fields of the form, and where each is on the page."""


def inbound_routes(context: Callable[[], Context], templates: Environment) -> list[BaseRoute]:
    async def ask(request: HttpRequest) -> Response:
        """Of somebody new, or of the young person whose page led here."""
        asked, named = context(), request.query_params.get("jeune", "")
        intake = checked_intake(named) if named else None
        if named and intake is None:
            raise HTTPException(404)
        with refusals():
            inbound = await asked_inbound(asked, intake)
        if named and inbound.held is None:
            raise HTTPException(404)
        return await _page(templates, asked, inbound)

    async def write(request: HttpRequest) -> Response:
        refuse_other_origins(request)
        asked, form = context(), await form_of(request)
        with refusals():
            inbound = await sent_inbound(asked, form)
        errors = inbound.problems()
        if errors:
            return await _page(templates, asked, inbound, errors=errors)
        try:
            made = await receive_inbound(asked, inbound)
        except MaillageError as problem:
            with refusals():
                inbound = await sent_inbound(asked, form)
            return await _page(templates, asked, inbound, problem)
        return redirected(f"{ADDRESS}/{made}")

    return [
        Route(f"{ADDRESS}/entrante", ask, methods=["GET"]),
        Route(f"{ADDRESS}/entrante", write, methods=["POST"]),
    ]


async def _page(
    templates: Environment,
    context: Context,
    inbound: Inbound,
    problem: MaillageError | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response:
    known = context.knowledge.reference
    return await rendered(
        templates,
        context,
        "inbound.html",
        422 if errors else status_of(problem.cause if isinstance(problem, Unfinished) else problem),
        here="",
        inbound=inbound,
        known=known,
        groups=situation_groups(known),
        ages=(AGE_MIN, AGE_MAX),
        errors=errors or {},
        places=PLACES,
        trouble=None if problem is None else str(problem),
        half=isinstance(problem, Unfinished),
    )
