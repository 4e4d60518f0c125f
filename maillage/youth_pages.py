"""The page of a young person: their plan, and the group of partners around them with what happens in it."""

from collections.abc import Callable

from jinja2 import Environment
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from graph.cosupport import CoSupportId
from graph.errors import Conflict, MaillageError, NotFound
from graph.intake import IntakeId
from maillage.page import form_of, redirected, refusals, refuse_other_origins, rendered, status_of
from maillage.plan import shown_plan
from maillage.support_forms import act, opened
from maillage.ticks import checked_intake
from resolvers.context import Context

ADDRESS = "/jeunes"


def youth_routes(context: Callable[[], Context], templates: Environment) -> list[BaseRoute]:
    async def one(request: HttpRequest) -> Response:
        return await _plan(templates, context(), _intake(request))

    async def named(request: HttpRequest) -> Response:
        """To the page of the young person whose code is in the file."""
        asked, id = context(), checked_intake(request.query_params.get("code", "").strip())
        with refusals():
            known = id is not None and id in await asked.store.intakes([id])
        if known:
            return redirected(f"{ADDRESS}/{id}")
        return await rendered(
            templates,
            asked,
            "problem.html",
            404,
            heading="Aucun jeune ne porte ce code",
            sentence="Collez le code entier, tel qu'il est noté dans le dossier.",
        )

    async def open_group(request: HttpRequest) -> Response:
        refuse_other_origins(request)
        asked, id, form = context(), _intake(request), await form_of(request)
        try:
            await opened(asked, id, form)
        except MaillageError as problem:
            return await _plan(templates, asked, id, problem)
        return redirected(f"{ADDRESS}/{id}#groupe")

    async def in_group(request: HttpRequest) -> Response:
        refuse_other_origins(request)
        asked, id, form = context(), _intake(request), await form_of(request)
        try:
            await act(asked, id, CoSupportId(request.path_params["group"]), form)
        except NotFound as problem:
            raise HTTPException(404) from problem
        except MaillageError as problem:
            return await _plan(templates, asked, id, problem)
        return redirected(f"{ADDRESS}/{id}#groupe")

    return [
        Route(ADDRESS, named, methods=["GET"]),
        Route(ADDRESS + "/{id}", one, methods=["GET"]),
        Route(ADDRESS + "/{id}/groupe", open_group, methods=["POST"]),
        Route(ADDRESS + "/{id}/groupe/{group}", in_group, methods=["POST"]),
    ]


def _intake(request: HttpRequest) -> IntakeId:
    id = checked_intake(request.path_params["id"])
    if id is None:
        raise HTTPException(404)
    return id


async def _plan(
    templates: Environment, context: Context, id: IntakeId, problem: MaillageError | None = None
) -> Response:
    """As it stands, under what was refused and why."""
    with refusals():
        found = await shown_plan(context, id)
    return await rendered(
        templates,
        context,
        "youth.html",
        status_of(problem),
        plan=found,
        known=context.knowledge.reference,
        trouble=None if problem is None else str(problem),
        trouble_heading="Quelqu'un l'a changé entre-temps"
        if isinstance(problem, Conflict)
        else "Ce n'est pas enregistré",
    )
