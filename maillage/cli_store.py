"""Commands that look after a store: its structure, its rules, its copies."""

from collections.abc import Mapping
from pathlib import Path

import click

from graph.store import Store
from maillage.terminal import FrenchCommand, asked, common, say, say_json, with_store

_LAST_MONTH = "9999-12"


@click.command(cls=FrenchCommand)
@common
def migrate(store: str | None, as_json: bool) -> None:
    """Crée ou met à jour les index et les contraintes du stockage ; deux fois ne change rien."""
    address, as_json = asked(store, as_json)
    done = with_store(address, lambda opened: opened.migrate())
    if as_json:
        say_json({"from": done.before, "to": done.after})
    elif done.before == done.after:
        say(f"Le stockage est déjà en version {done.after}.")
    elif done.before == 0:
        say(f"Stockage créé, en version {done.after}.")
    else:
        say(f"Stockage passé de la version {done.before} à la version {done.after}.")


@click.command(cls=FrenchCommand)
@common
def check(store: str | None, as_json: bool) -> None:
    """Confronte le stockage à ses règles : liens rompus, offres non décrites, fiches anciennes, noms en attente.

    Et les compteurs d'orientation aux événements dont ils viennent.
    """
    from graph.check import Finding, edge_findings, findings
    from maillage import telling
    from resolvers.context import today

    address, as_json = asked(store, as_json)

    async def work(opened: Store) -> list[Finding]:
        directory = await opened.directory()
        found = findings(directory, await opened.resolved(), today(), await opened.dangling())
        closed = await opened.closed_through()
        stored = [edge for edge in await opened.edges(closed, _LAST_MONTH) if edge.month > closed]
        found += edge_findings(stored, await opened.recomputed_edges())
        return sorted(found, key=lambda finding: (finding.rule, finding.object))

    found = with_store(address, work)
    if as_json:
        say_json({"findings": [{"rule": f.rule, "object": f.object, "text": f.text} for f in found]})
    else:
        for line in telling.findings(found):
            say(line)


@click.command(cls=FrenchCommand)
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
@common
def export(file: Path, store: str | None, as_json: bool) -> None:
    """Écrit tout le stockage dans un fichier de lignes JSON, le même pour SQLite et pour Neo4j."""
    from maillage import moving

    address, as_json = asked(store, as_json)
    _say_counts("Exporté", with_store(address, lambda opened: moving.export(opened, file)), as_json)


@click.command("import", cls=FrenchCommand)
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
@common
def import_(file: Path, store: str | None, as_json: bool) -> None:
    """Remplit un stockage vide depuis un export, en entier ou pas du tout."""
    from maillage import moving

    address, as_json = asked(store, as_json)
    records = moving.records(file)
    _say_counts("Importé", with_store(address, lambda opened: moving.import_(opened, records)), as_json)


def _say_counts(done: str, counts: Mapping[str, int], as_json: bool) -> None:
    from maillage import telling

    if as_json:
        say_json(dict(counts))
    else:
        say(f"{done} : {', '.join(telling.counts(counts))}.")
