"""The command `map`: one map as one file."""

from pathlib import Path

import click

from graph.errors import NotFound, RequestRefused
from graph.model import PartnerId
from graph.store import Store
from maillage.terminal import FrenchCommand, asked, common, progress, say_json, with_store

NAMES = ("reseau", "territoire", "fermeture")


@click.command(cls=FrenchCommand, short_help="Écrit une carte : réseau, territoire ou fermeture.")
@click.argument("name", metavar="CARTE", type=click.Choice(NAMES))
@click.argument("out", metavar="FICHIER", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--year", type=click.IntRange(2000, 2100), metavar="ANNÉE", help="Réseau, fermeture : l'année.")
@click.option("--partner", metavar="ID", help="Fermeture : le partenaire qui fermerait.")
@click.option("--layer", metavar="LIENS", help="Réseau, hors .html : la sorte de liens (orientations, conseil…).")
@click.option("--need", metavar="CODE", help="Territoire, en image : le besoin.")
@click.option("--age", type=click.Choice(["mineurs", "majeurs"]), help="Territoire, en image : pour qui.")
@common
def map_(
    name: str,
    out: Path,
    year: int | None,
    partner: str | None,
    layer: str | None,
    need: str | None,
    age: str | None,
    store: str | None,
    as_json: bool,
) -> None:
    """Écrit la carte reseau, territoire ou fermeture dans FICHIER, dont la fin du nom dit la sorte.

    .html : une page seule, qui s'ouvre sans réseau. reseau : aussi .png, .svg, .graphml, .gexf, .noeuds.csv et
    .liens.csv ; territoire : aussi .png, .svg et .csv. Le réseau et la fermeture portent des nombres exacts : usage
    interne.
    """
    from loaders.reference import reference
    from maillage import maps
    from resolvers.context import today

    address, as_json = asked(store, as_json)
    known, wanted, kind = reference(), maps.year_of(year), _kind(out)

    async def work(opened: Store) -> bytes:
        directory = await opened.directory()
        if name == "territoire":
            view = await maps.territory_view(directory, known, today())
            if kind == "html":
                from visualisations.territory import page

                return page(view).encode()
            return maps.territory_file(view, *maps.chosen(view, known, need or "", age or ""), kind)
        if name == "fermeture":
            return await closing(opened)
        found = await maps.network_view(opened, directory, known, wanted, today())
        if kind == "html":
            from visualisations.network_map import page as network_page

            return network_page(found).encode()
        return maps.network_file(found, maps.layer_of(found, layer), kind)

    async def closing(opened: Store) -> bytes:
        from visualisations.closing import page

        if kind != "html":
            raise RequestRefused("La carte d'une fermeture s'écrit en .html.")
        if partner is None:
            raise click.UsageError("Dites quel partenaire fermerait : --partner ID.")
        directory = await opened.directory()
        if PartnerId(partner) not in directory.partners:
            raise NotFound("Partenaire", partner)
        return page(await maps.closing_view(opened, directory, known, PartnerId(partner), wanted, today())).encode()

    progress("Carte…")
    content = with_store(address, work)
    try:
        out.write_bytes(content)
    except OSError as problem:
        raise RequestRefused(f"« {out} » ne peut pas être écrit.") from problem
    if as_json:
        say_json({"map": name, "file": str(out), "bytes": len(content)})
    else:
        click.echo(f"Écrit : {out}", err=True)


def _kind(out: Path) -> str:
    """How the name ends: `liens.csv` for `reseau.liens.csv`."""
    suffixes = [suffix.lstrip(".").lower() for suffix in out.suffixes[-2:]]
    if not suffixes:
        raise RequestRefused(f"« {out} » ne dit pas sa sorte : terminez-le par .html, .png, .svg…")
    return ".".join(suffixes) if suffixes[-2:-1] in (["noeuds"], ["liens"]) else suffixes[-1]
