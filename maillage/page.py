"""What every page has: where its words come from, the band of a simulated store, no copy kept on the way.

And what every form that writes has: it comes from here, it is read within bounds, its answer is a redirection.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jinja2 import Environment
from starlette.datastructures import URL, FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from graph.errors import Conflict, MaillageError, NotFound, StoreUnavailable
from maillage.ticks import MOST_FIELDS
from maillage.wording import typeset
from resolvers.context import Context

NO_STORE = {"Cache-Control": "no-store"}


async def rendered(
    templates: Environment, context: Context, template: str, status: int = 200, **values: Any
) -> Response:
    text = templates.get_template(template).render(simulated=await simulated(context), **values)
    return HTMLResponse(typeset(text), status, NO_STORE)


async def simulated(context: Context) -> bool:
    """Whether the young people of this store are made up; a store that does not answer says so elsewhere."""
    try:
        return (await context.store.held()).simulated > 0
    except MaillageError:
        return False


def refuse_other_origins(request: Request) -> None:
    """Raises HTTPException 403 for a form that another site made the browser send.

    Browsers say where a form comes from in `Sec-Fetch-Site`; those that do not, in `Origin`. Under our referrer policy
    the latter is `null` for our own forms too, which only the former can clear. A program that says neither is none.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        same = site == "same-origin"
    elif origin is not None:
        same = URL(origin).netloc == request.url.netloc and URL(origin).scheme == request.url.scheme
    else:
        same = True
    if not same:
        raise HTTPException(403)


@contextmanager
def refusals() -> Iterator[None]:
    """What is not there, or cannot be asked, as the page of that problem."""
    try:
        yield
    except NotFound as problem:
        raise HTTPException(404) from problem
    except StoreUnavailable as problem:
        raise HTTPException(503) from problem
    except MaillageError as problem:
        raise HTTPException(400) from problem


def status_of(problem: MaillageError | None) -> int:
    """Of the page that says *problem* beside what was sent."""
    match problem:
        case None:
            return 200
        case Conflict():
            return 409
        case StoreUnavailable():
            return 503
        case _:
            return 422


async def form_of(request: Request) -> FormData:
    return await request.form(max_files=0, max_fields=MOST_FIELDS)


def redirected(address: str) -> Response:
    """After a write: reloading the page that follows writes nothing."""
    return RedirectResponse(address, 303, NO_STORE)
