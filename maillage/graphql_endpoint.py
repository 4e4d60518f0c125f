"""The one route of the API: strict transport before anything is parsed."""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from resolvers.context import Context
from schema.execution import Answer, GraphQL, refused

RECEIVE_SECONDS = 10
ANSWER_SECONDS = 5
WRITE_SECONDS = 60
"""A decision on names resolves every list again: seconds for some thousands of names."""
_KEYS = {"query", "variables", "operationName", "extensions"}


class Endpoint:
    """POST a strict JSON object; everything else is refused with a code and a request id."""

    def __init__(self, graphql: GraphQL, context: Callable[[], Context]) -> None:
        self._graphql = graphql
        self._context = context

    async def post(self, request: Request) -> Response:
        request_id = secrets.token_hex(8)
        answer = await self._answer(request, request_id)
        return Response(
            orjson.dumps(answer.body),
            answer.status,
            {"Cache-Control": "no-store", "X-Request-Id": request_id},
            media_type="application/json",
        )

    async def _answer(self, request: Request, request_id: str) -> Answer:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return refused(415, "CONTENT_TYPE", "Le corps est attendu en application/json.", request_id)
        try:
            async with asyncio.timeout(RECEIVE_SECONDS):
                body = await request.body()
        except TimeoutError:
            return refused(408, "TOO_SLOW", "La requête n'est pas arrivée à temps.", request_id)
        except ClientDisconnect:
            return refused(400, "GONE", "La requête n'est pas arrivée entière.", request_id)
        except HTTPException as problem:
            return refused(problem.status_code, "TOO_LARGE", "La requête dépasse 64 ko.", request_id)
        asked = _asked(body)
        if isinstance(asked, str):
            return refused(400, "BAD_JSON", asked, request_id)
        query, variables, operation = asked
        try:
            async with asyncio.timeout(WRITE_SECONDS if self._graphql.writes(query) else ANSWER_SECONDS):
                return await self._graphql.answer(query, variables, operation, self._context(), request_id)
        except TimeoutError:
            return refused(503, "TOO_LONG_TO_ANSWER", "La réponse n'est pas venue à temps.", request_id)


def _asked(body: bytes) -> tuple[str, dict[str, Any] | None, str | None] | str:
    """Query, variables and operation name, or the French sentence that refuses the body."""
    try:
        value = orjson.loads(body)  # strict: UTF-8, no NaN, no lone surrogate, bounded depth
    except ValueError:
        return "Le corps n'est pas du JSON lisible."
    if not isinstance(value, dict):
        return "Le corps est un objet JSON."
    if value.keys() - _KEYS:
        return "Le corps contient une clé inconnue."
    query, variables, operation = value.get("query"), value.get("variables"), value.get("operationName")
    if not isinstance(query, str) or not query.strip():
        return "« query » est un texte."
    if variables is not None and not isinstance(variables, dict):
        return "« variables » est un objet."
    if operation is not None and not isinstance(operation, str):
        return "« operationName » est un texte."
    return query, variables, operation
