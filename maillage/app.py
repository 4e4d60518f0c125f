"""The application: GraphQL and pages over one store, behind the same doors."""

import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware, body_limit
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.rebuild import Knowledge
from graph.store import Store
from maillage.graphql_endpoint import Endpoint
from maillage.pages import page_problems, page_routes
from resolvers.batches import Batches
from resolvers.context import Context, Directories
from resolvers.history import Histories
from schema.execution import GraphQL, log_cause

log = logging.getLogger("maillage.pages")

API = "/graphql"
MAX_BODY = 65_536
HOSTS = ["127.0.0.1", "localhost", "[::1]"]
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}


def create_app(store: Store, knowledge: Knowledge, *, development: bool = False) -> Starlette:
    """The application closes *store* when it ends."""
    directories, histories = Directories(store), Histories(store)

    def context() -> Context:
        return Context(store, knowledge, directories, Batches(store), histories)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await store.close()

    problems = page_problems(API)
    endpoint = Endpoint(GraphQL(development=development), context)
    return Starlette(
        routes=[Route(API, endpoint.post, methods=["POST"]), *page_routes(context)],
        middleware=[
            Middleware(Masked, answer=problems[Exception]),
            Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False),
            Middleware(Headers),
        ],
        exception_handlers=problems,
        lifespan=lifespan,
        max_body_size=MAX_BODY,
    )


class Masked:
    """What nobody expected gets a plain answer; the log gets its type and place, never its text, which may quote."""

    def __init__(self, app: ASGIApp, answer: Callable[[Request, Exception], Response]) -> None:
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            return
        except Exception as problem:  # the last door before the server, which would print it whole
            if type(problem).__module__ == body_limit.__name__:  # its own way out after it answered 413
                raise
            log_cause(log, secrets.token_hex(8), problem)
            if scope["type"] == "http" and not started:
                await self._answer(Request(scope), problem)(scope, receive, send)


class Headers:
    """Every answer carries the strict headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
