"""`make demo`: loads the packaged lists, shows one suggestion, simulates and publishes a year, serves until Ctrl-C."""

import asyncio
import os
import uuid

import click

import loaders.decisions
import loaders.lists
from graph.errors import MaillageError
from graph.model import IdempotencyKey
from graph.open_store import open_store
from graph.store import Store
from loaders.reference import reference
from maillage import french, loading, suggesting
from maillage.server import serve
from maillage.simulating import simulate
from maillage.terminal import DEFAULT_STORE, FrenchCommand, Refused, progress, tolerant
from resolvers.context import today
from resolvers.publications import published

YOUTHS, SEED = 700, 17
EXAMPLE = {
    "age": 17,
    "commune": "17299",
    "needs": ["obligation-formation", "sante-mentale", "hebergement-formation"],
    "situations": ["decrochage", "non-mobile"],
}


@click.command(cls=FrenchCommand)
@click.option("--port", default=8000, show_default=True, metavar="PORT", help="Port d'écoute.")
def demo(port: int) -> None:
    """Charge les listes du premier territoire, montre une suggestion, simule une année, sert les pages."""
    address = os.environ.get("MAILLAGE_STORE") or DEFAULT_STORE
    try:
        click.echo(asyncio.run(_worked(address, f"http://127.0.0.1:{port}")))
        serve(address, "127.0.0.1", port)
    except MaillageError as problem:
        raise Refused(str(problem)) from problem
    except KeyboardInterrupt:
        click.echo("Maillage est arrêté.", err=True)


async def _worked(address: str, page: str) -> str:
    store = open_store(address)
    day = today()
    try:
        loaded = await loading.load(
            store,
            loaders.lists.packaged(),
            loaders.decisions.packaged(),
            key=IdempotencyKey(f"demo-{uuid.uuid4()}"),
        )
        directory = await store.directory()
        year = await _simulated(store, day.year - 1)
        answers = await suggesting.answers(store, day)
    finally:
        await store.close()
    asked = suggesting.asked(None, *EXAMPLE.values())
    answer = answers.text(asked)
    return (
        f"{loaded.read} noms lus dans les listes, {len(directory.partners)} partenaires, "
        f"{len(directory.services)} services.\n\nExemple :\n{answer}\n{_where(page, year)}"
    )


async def _simulated(store: Store, year: int) -> int | None:
    """*year*, once it is simulated; None in a store that holds young people already."""
    held = await store.held()
    if held.real or held.simulated:
        return year if held.simulated else None
    progress(f"Simulation de l'année {year}…")
    await simulate(store, year=year, seed=SEED, youths=YOUTHS)
    for each in (year - 1, year):
        await published(store, reference(), each, today())
    return year


def _where(page: str, year: int | None) -> str:
    """The pages to look at."""
    invented = "" if year is None else f"Les jeunes et leurs orientations sont simulés ({year}) : rien n'en est vrai.\n"
    return (
        f"{invented}À regarder :\n"
        f"  {page}/  une suggestion pour un jeune\n"
        f"  {page}/orientations  ce qui attend une réponse\n"
        f"  {page}/rapport  l'évaluation des partenariats\n"
        f"  {page}/cartes  le réseau, le territoire, et si un partenaire fermait\n"
        f"  {page}/publications  les seuls nombres que voie la gouvernance\n"
    )


if __name__ == "__main__":
    french.speak()
    tolerant()
    demo()
