"""The command `pack`: one folder that a coordinator hands over to a governance meeting."""

from pathlib import Path

import click

from graph.errors import RequestRefused
from graph.store import Store
from maillage.terminal import FrenchCommand, asked, common, progress, say_json, with_store
from maillage.wording import plural


@click.command(cls=FrenchCommand, short_help="Écrit le dossier d'une réunion de gouvernance.")
@click.argument("out", metavar="DOSSIER", type=click.Path(path_type=Path, file_okay=False))
@click.option("--year", type=click.IntRange(2000, 2100), required=True, metavar="ANNÉE", help="Une année publiée.")
@common
def pack(out: Path, year: int, store: str | None, as_json: bool) -> None:
    """Écrit dans DOSSIER ce qu'une réunion de gouvernance regarde : index.html pour l'écran, rapport.pdf à imprimer.

    Avec la carte du réseau et celle du territoire, la méthode, les preuves pour le label et les exports. Tout nombre
    de jeunes vient de la publication de l'année (« maillage publish ») ; rien n'est publié ici. Les fichiers de même
    nom sont remplacés.
    """
    from loaders.boundaries import boundaries
    from loaders.reference import reference
    from maillage.packing import files
    from resolvers.context import today
    from resolvers.pack import Packed, packed

    address, as_json = asked(store, as_json)
    known, day = reference(), today()

    async def work(opened: Store) -> Packed:
        return await packed(opened, known, boundaries(), year, day)

    progress("Dossier…")
    found = with_store(address, work)
    written: list[dict[str, object]] = []
    for name, content in files(found, known, day):
        progress(name)
        _write(out / name, content)
        written.append({"file": name, "bytes": len(content)})
    if as_json:
        publication = found.pack.publication
        say_json({"year": year, "version": publication.version, "folder": str(out), "files": written})
    else:
        click.echo(f"{plural(len(written), 'fichier')} dans {out} : ouvrez {out / 'index.html'}", err=True)


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as problem:
        raise RequestRefused(f"« {path} » ne peut pas être écrit.") from problem
