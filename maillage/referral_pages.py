"""The pages of referrals: confirm and record one, the list of what waits, the life of one.

Nothing is written by GET. A form that writes carries the key that makes it happen once; its answer is a redirection.
"""

from collections.abc import Callable

from jinja2 import Environment
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from graph.errors import Conflict, MaillageError, NotFound, RequestRefused
from graph.model import ServiceId
from graph.referral import ReferralId
from maillage.draft import Draft, drafted, recording_of
from maillage.life import lived
from maillage.page import form_of, redirected, refusals, refuse_other_origins, rendered, status_of
from maillage.recording import Unfinished, record
from maillage.referral_forms import back_of, key_of, move_of, version_of
from maillage.ticks import text_of
from maillage.work import ADDRESS, work
from resolvers.context import Context
from resolvers.referrals import move, referral
from resolvers.rerouting import reroute


def referral_routes(context: Callable[[], Context], templates: Environment) -> list[BaseRoute]:
    pages = _Pages(context, templates)
    return [
        Route(f"{ADDRESS}/nouvelle", pages.confirm, methods=["POST"]),
        Route(ADDRESS, pages.listed, methods=["GET"]),
        Route(ADDRESS, pages.record, methods=["POST"]),
        Route(ADDRESS + "/{id}", pages.one, methods=["GET"]),
        Route(ADDRESS + "/{id}", pages.move, methods=["POST"]),
        Route(ADDRESS + "/{id}/suite", pages.reroute, methods=["POST"]),
    ]


class _Pages:
    def __init__(self, context: Callable[[], Context], templates: Environment) -> None:
        self._context = context
        self._templates = templates

    async def confirm(self, request: HttpRequest) -> Response:
        """Writes nothing: a request by POST, since needs must not stand in an address."""
        context = self._context()
        with refusals():
            return await self._confirmation(context, await drafted(context, await form_of(request)))

    async def record(self, request: HttpRequest) -> Response:
        refuse_other_origins(request)
        context, form = self._context(), await form_of(request)
        try:
            recorded = await record(context, recording_of(form, context))
        except MaillageError as problem:
            made = problem.referral if isinstance(problem, Unfinished) else None
            with refusals():
                draft = await drafted(context, form, made)
            return await self._confirmation(context, draft, problem)
        return redirected(f"{ADDRESS}/{recorded}")

    async def listed(self, request: HttpRequest) -> Response:
        context, asked = self._context(), request.query_params
        group, site, after = (asked.get(name, "") for name in ("voir", "site", "apres"))
        with refusals():
            try:
                found = await work(context, group, site, after)
            except RequestRefused:  # the last one of the page before has moved meanwhile: from the start again
                found = await work(context, group, site, "")
        return await rendered(self._templates, context, "referrals.html", here=ADDRESS, work=found)

    async def one(self, request: HttpRequest) -> Response:
        context = self._context()
        return await self._life(context, ReferralId(request.path_params["id"]))

    async def move(self, request: HttpRequest) -> Response:
        refuse_other_origins(request)
        context, form, id = self._context(), await form_of(request), ReferralId(request.path_params["id"])
        try:
            asked = move_of(form, await referral(context, id))
            await move(
                context,
                id,
                asked.to,
                asked.version,
                asked.key,
                reason=asked.reason,
                planned_on=asked.planned_on,
                outcomes=asked.outcomes,
            )
        except NotFound as problem:
            raise HTTPException(404) from problem
        except MaillageError as problem:
            return await self._life(context, id, problem)
        return redirected(back_of(form) or f"{ADDRESS}/{id}")

    async def reroute(self, request: HttpRequest) -> Response:
        refuse_other_origins(request)
        context, form, id = self._context(), await form_of(request), ReferralId(request.path_params["id"])
        try:
            made = await reroute(context, id, version_of(form), key_of(form), ServiceId(text_of(form, "service")))
        except NotFound as problem:
            raise HTTPException(404) from problem
        except MaillageError as problem:
            return await self._life(context, id, problem)
        return redirected(f"{ADDRESS}/{made.made.referral.id}")

    async def _confirmation(self, context: Context, draft: Draft, problem: MaillageError | None = None) -> Response:
        return await rendered(
            self._templates,
            context,
            "refer.html",
            _status(problem),
            draft=draft,
            trouble=None if problem is None else str(problem),
            half=isinstance(problem, Unfinished),
        )

    async def _life(self, context: Context, id: ReferralId, problem: MaillageError | None = None) -> Response:
        """The fresh state, under what was refused and why."""
        with refusals():
            found = await lived(context, id)
        if isinstance(problem, Conflict):
            heading = "Quelqu'un l'a changée entre-temps"
        else:
            heading = "Ce passage n'est pas enregistré"
        return await rendered(
            self._templates,
            context,
            "referral.html",
            _status(problem),
            here="",
            trouble=None if problem is None else str(problem),
            trouble_heading=heading,
            found=found,
        )


def _status(problem: MaillageError | None) -> int:
    return status_of(problem.cause if isinstance(problem, Unfinished) else problem)
