"""The adviser's page: the booklet's ticks, then the partners that fit, and why."""

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from graph.errors import MaillageError, StoreUnavailable
from graph.intake import IntakeId
from graph.model import AGE_MAX, AGE_MIN
from graph.pseudonym import random_pseudonym
from maillage.answer import Answer
from maillage.inbound_pages import inbound_routes
from maillage.map_pages import map_routes
from maillage.page import NO_STORE, rendered
from maillage.referral_pages import referral_routes
from maillage.report_pages import report_routes
from maillage.templating import environment
from maillage.ticks import MOST_FIELDS, Ticks, checked_intake, situation_groups, text_of
from maillage.wording import typeset
from maillage.youth_pages import youth_routes
from resolvers import suggestion as suggestions
from resolvers.context import Context

PLACES = {"age": "age", "commune": "commune", "needs": "besoins", "situations": "situations", "sectors": "secteurs"}
"""Fields of the form, in its order, and where each is on the page."""
_PROBLEMS = {
    400: ("Demande illisible", "Le navigateur a envoyé une demande que le service ne comprend pas."),
    403: ("Demande refusée", "Cette demande ne vient pas d'une page de ce service : rien n'a été enregistré."),
    404: ("Page introuvable", "Cette page n'existe pas."),
    405: ("Page introuvable", "Cette page ne se demande pas de cette façon."),
    413: ("Demande trop longue", "La demande dépasse ce qu'un formulaire peut contenir."),
    500: (
        "Erreur inattendue",
        "Le service a rencontré une erreur. Rechargez cette page : rien n'est enregistré deux fois.",
    ),
    503: (
        "Service indisponible",
        "Le service ne répond pas. Rechargez dans un moment : rien n'est enregistré deux fois.",
    ),
}


def page_routes(context: Callable[[], Context]) -> list[BaseRoute]:
    templates = environment()

    async def intake(request: HttpRequest) -> Response:
        if request.method != "POST":
            return await _page(templates, context(), Ticks())
        return await _suggested(templates, context(), request)

    return [
        Route("/", intake, methods=["GET", "POST"]),
        *inbound_routes(context, templates),
        *referral_routes(context, templates),
        *youth_routes(context, templates),
        *report_routes(context, templates),
        *map_routes(context, templates),
        Mount("/static", StaticFiles(directory=str(files("maillage") / "static")), name="static"),
    ]


def page_problems(api: str) -> Mapping[Any, Callable[[HttpRequest, Exception], Response]]:
    """Exception handlers: a French page for people, a French sentence under *api*."""
    templates = environment()

    def answer(request: HttpRequest, problem: Exception) -> Response:
        status = problem.status_code if isinstance(problem, HTTPException) else 500
        heading, sentence = _PROBLEMS.get(
            status, ("Demande refusée", "Le service ne peut pas répondre à cette demande.")
        )
        headers = {**(getattr(problem, "headers", None) or {}), **NO_STORE}
        if request.url.path == api:
            return PlainTextResponse(sentence, status, headers)
        text = templates.get_template("problem.html").render(heading=heading, sentence=sentence)
        return HTMLResponse(typeset(text), status, headers)

    return {HTTPException: answer, Exception: answer}


async def _suggested(templates: Environment, context: Context, request: HttpRequest) -> Response:
    known = context.knowledge.reference
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    ticks = Ticks.of(form)
    errors = ticks.problems(known)
    if errors:
        return await _page(templates, context, ticks, errors=errors, status=422)
    intake = checked_intake(text_of(form, "intake")) or random_pseudonym()
    try:
        found, directory = await suggestions.suggestion(context, ticks.to_domain(known))
    except MaillageError as problem:
        status = 503 if isinstance(problem, StoreUnavailable) else 422
        return await _page(templates, context, ticks, trouble=str(problem), status=status)
    return await _page(templates, context, ticks, found=Answer(found, directory, known), intake=intake)


async def _page(
    templates: Environment,
    context: Context,
    ticks: Ticks,
    *,
    found: Answer | None = None,
    intake: IntakeId | None = None,
    errors: Mapping[str, str] | None = None,
    trouble: str | None = None,
    status: int = 200,
) -> Response:
    """*trouble* is a sentence about the service, *errors* are about fields. *intake*: of whom a referral would be."""
    known = context.knowledge.reference
    return await rendered(
        templates,
        context,
        "suggestion.html",
        status,
        here="/",
        known=known,
        ticks=ticks,
        found=found,
        intake=intake,
        errors=errors or {},
        trouble=trouble,
        places=PLACES,
        groups=situation_groups(known),
        ages=(AGE_MIN, AGE_MAX),
    )
