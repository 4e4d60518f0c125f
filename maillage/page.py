"""What every page has: where its words come from, the band of a simulated store, no copy kept on the way."""

from typing import Any

from jinja2 import Environment
from starlette.datastructures import URL
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from graph.errors import MaillageError
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
