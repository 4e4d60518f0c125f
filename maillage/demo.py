"""`make demo`: loads the packaged lists, shows one worked suggestion, serves until Ctrl-C."""

import asyncio
import os
import uuid

import click

import loaders.decisions
import loaders.lists
from graph.errors import MaillageError
from graph.model import IdempotencyKey
from graph.open_store import open_store
from maillage import french, loading, suggesting
from maillage.server import serve
from maillage.terminal import DEFAULT_STORE, FrenchCommand, Refused, tolerant
from resolvers.context import PARIS, now

EXAMPLE = {
    "age": 17,
    "commune": "17299",
    "needs": ["obligation-formation", "sante-mentale", "hebergement-formation"],
    "situations": ["decrochage", "non-mobile"],
}


@click.command(cls=FrenchCommand)
@click.option("--port", default=8000, show_default=True, metavar="PORT", help="Port d'écoute.")
def demo(port: int) -> None:
    """Charge les listes du premier territoire, montre une suggestion, sert la page."""
    address = os.environ.get("MAILLAGE_STORE") or DEFAULT_STORE
    try:
        click.echo(asyncio.run(_worked(address)))
        serve(address, "127.0.0.1", port)
    except MaillageError as problem:
        raise Refused(str(problem)) from problem
    except KeyboardInterrupt:
        click.echo("Maillage est arrêté.", err=True)


async def _worked(address: str) -> str:
    store = open_store(address)
    try:
        loaded = await loading.load(
            store,
            loaders.lists.packaged(),
            loaders.decisions.packaged(),
            key=IdempotencyKey(f"demo-{uuid.uuid4()}"),
        )
        directory = await store.directory()
    finally:
        await store.close()
    asked = suggesting.asked(None, *EXAMPLE.values())
    answer = suggesting.answers(directory, now().astimezone(PARIS).date()).text(asked)
    return (
        f"{loaded.read} noms lus dans les listes, {len(directory.partners)} partenaires, "
        f"{len(directory.services)} services.\n\nExemple :\n{answer}\n"
    )


if __name__ == "__main__":
    french.speak()
    tolerant()
    demo()
