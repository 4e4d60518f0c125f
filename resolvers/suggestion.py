"""Which partners fit, and why the others do not."""

from graph.directory import Directory
from graph.history import NO_HISTORY
from graph.model import Request
from graph.suggestion import Suggestion, suggest
from resolvers.context import Context


async def suggestion(context: Context, request: Request, *, learned: bool = True) -> tuple[Suggestion, Directory]:
    """With the directory it was made from. *learned*: whether the record of the partners ranks beside the rules."""
    directory = await context.directories.current()
    past = NO_HISTORY
    if learned and context.histories is not None:
        past = await context.histories.current(context.today())
    return suggest(request, directory, context.knowledge.reference, context.today(), past), directory
