"""Which partners fit, and why the others do not."""

from graph.directory import Directory
from graph.model import Request
from graph.suggestion import Suggestion, suggest
from resolvers.context import Context


async def suggestion(context: Context, request: Request) -> tuple[Suggestion, Directory]:
    """With the directory it was made from."""
    directory = await context.directories.current()
    return suggest(request, directory, context.knowledge.reference, context.today()), directory
