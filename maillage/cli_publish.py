"""The command `publish`: the tables of a year, frozen for governance."""

import click

from graph.publication import Publication, PublishedTable, to_json
from graph.store import Store
from maillage.terminal import FrenchCommand, asked, common, progress, say, say_json, with_store
from maillage.wording import plural


@click.command(cls=FrenchCommand, short_help="Publie les tableaux d'une année pour la gouvernance.")
@click.option("--year", type=int, required=True, metavar="ANNÉE", help="Une année terminée.")
@common
def publish(year: int, store: str | None, as_json: bool) -> None:
    """Fige les tableaux d'une année, les seuls nombres de jeunes que voie la gouvernance.

    Moins de 11 jeunes ne se disent pas, le reste est arrondi à 5. Publier une année de nouveau en fait une autre
    version, qui ne redit que les nombres qui ont changé d'au moins 11 jeunes ; les versions précédentes restent.
    """
    from loaders.reference import reference
    from resolvers.context import today
    from resolvers.publications import check_year, published

    address, as_json = asked(store, as_json)
    check_year(year, today())

    async def work(opened: Store) -> Publication:
        return await published(opened, reference(), year, today())

    progress(f"Publication de {year}…")
    found = with_store(address, work)
    if as_json:
        say_json(to_json(found))
        return
    say(french_text(found))


def french_text(publication: Publication) -> str:
    """The figures, then each table with how much of it is told."""
    simulated = " (année simulée)" if publication.simulated else ""
    lines = [f"Année {publication.year}, version {publication.version}{simulated} :"]
    for table in publication.tables:
        lines.append(f"  {table.title} : {_told(table)}.")
    return "\n".join(lines)


def _told(table: PublishedTable) -> str:
    told = sum(cell.value is not None for cell in table.cells.values())
    if not told:
        return "rien ne peut en être dit"
    hidden = len(table.cells) - told
    return plural(told, "nombre") + (f", {plural(hidden, 'case')} où rien n'est dit" if hidden else "")
