"""The pages of referrals."""

from collections.abc import Callable

from jinja2 import Environment
from starlette.routing import BaseRoute

from resolvers.context import Context


def referral_routes(context: Callable[[], Context], templates: Environment) -> list[BaseRoute]:
    return []
