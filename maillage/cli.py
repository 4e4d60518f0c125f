"""The command `maillage`: each of its commands, in French, with JSON on demand."""

import os
import sys
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graph.errors import FileRefused
from graph.model import Decision, IdempotencyKey
from graph.store import Store
from maillage.terminal import (
    FrenchCommand,
    FrenchGroup,
    Later,
    asked,
    common,
    exit_if,
    progress,
    say,
    say_json,
    say_refused,
    tolerant,
    with_store,
)
from maillage.wording import plural

if TYPE_CHECKING:  # what a command needs is imported when it runs: `maillage --help` waits for none of it
    from loaders.reading import Reading


@click.group(
    cls=FrenchGroup,
    subcommand_metavar="COMMANDE [ARGUMENT]…",
    options_metavar="[OPTION]…",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(
    package_name="maillage", prog_name="maillage", message="%(prog)s %(version)s", help="Affiche la version."
)
@common
@click.pass_context
def command(ctx: click.Context, store: str | None, as_json: bool) -> None:
    """Le réseau de partenaires d'une Mission Locale : qui peut aider ce jeune, et pourquoi."""
    ctx.obj = {"store": store, "json": as_json}


LATER = {
    "migrate": ("maillage.cli_store:migrate", "Crée ou met à jour la structure du stockage."),
    "check": ("maillage.cli_store:check", "Dit ce qui est à revoir dans le stockage."),
    "export": ("maillage.cli_store:export", "Écrit tout le stockage dans un fichier."),
    "import": ("maillage.cli_store:import_", "Remplit un stockage vide depuis un export."),
    "intakes": ("maillage.cli_following:intakes", "Enregistre les livrets d'accueil d'un fichier."),
    "agreements": ("maillage.cli_following:agreements", "Enregistre les conventions d'un fichier."),
    "tick": ("maillage.cli_following:tick", "Relance et clôt ce que le temps demande."),
    "rebuild-edges": ("maillage.cli_following:rebuild_edges", "Recalcule les liens d'orientation."),
    "simulate": ("maillage.cli_simulate:simulate", "Invente une année vraisemblable d'orientations."),
    "evaluate": ("maillage.cli_evaluate:evaluate", "Évalue les partenariats d'une période."),
    "map": ("maillage.cli_map:map_", "Écrit une carte : réseau, territoire ou fermeture."),
    "publish": ("maillage.cli_publish:publish", "Publie les tableaux d'une année pour la gouvernance."),
    "pack": ("maillage.cli_pack:pack", "Écrit le dossier d'une réunion de gouvernance."),
}
"""Commands of other modules: where each one is, and its short help."""
for _name, (_where, _help) in LATER.items():
    command.add_command(Later(_name, _where, _help))


DECISIONS = click.option(
    "--decisions",
    metavar="FICHIER|none",
    help="Décisions de rapprochement : un fichier, ou none pour aucune (sinon celles du premier territoire).",
)


@command.command(short_help="Lit des listes et les enregistre.")
@click.argument("files", nargs=-1, metavar="[FICHIER]…", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Montre ce qui changerait, n'enregistre rien.")
@DECISIONS
@common
def load(files: tuple[Path, ...], dry_run: bool, decisions: str | None, store: str | None, as_json: bool) -> None:
    """Lit des listes de partenaires (texte, CSV ou XLSX), rapproche les noms et enregistre le résultat.

    Sans fichier : les listes du premier territoire. Relire la même liste ne change rien.
    """
    from maillage import loading

    address, as_json = asked(store, as_json)
    told = _decisions(decisions)
    progress("Lecture des listes…")
    readings, refused = _readings(files)
    if readings:
        key = IdempotencyKey(f"load-{uuid.uuid4()}")

        async def work(opened: Store) -> loading.Loaded:
            return await loading.load(opened, readings, told, key=key, dry_run=dry_run)

        loaded = with_store(address, work)
    else:
        loaded = loading.Loaded(0, 0, 0, 0, (), ())
    problems = [*refused, *_problems(readings)]
    for note in loaded.notes:
        click.echo(note, err=True)
    if as_json:
        say_json(
            {
                "read": loaded.read,
                "stored": loaded.stored,
                "unchanged": loaded.unchanged,
                "ambiguous": loaded.ambiguous,
                "refused": problems,
            }
        )
    else:
        say_refused(problems)
        named = " (« maillage check » les nomme)" if loaded.ambiguous and not dry_run else ""
        stored = ("serait enregistrée", "seraient enregistrées") if dry_run else ("enregistrée", "enregistrées")
        say(
            f"{plural(loaded.read, 'mention lue', 'mentions lues')} : {plural(loaded.stored, *stored)}, "
            f"{plural(loaded.unchanged, 'inchangée')}. En attente d'une décision : {loaded.ambiguous}{named}. "
            f"Refusées : {len(problems)}."
        )
    exit_if(bool(problems))


def _decisions(choice: str | None) -> list[Decision]:
    import loaders.decisions

    if choice == "none":
        return []
    return loaders.decisions.packaged() if choice is None else loaders.decisions.read(Path(choice))


def _readings(files: Iterable[Path]) -> tuple[list["Reading"], list[dict[str, Any]]]:
    """Readings of *files*, or of the packaged lists, and the files that could not be read at all."""
    import loaders.lists

    paths = list(files)
    if not paths:
        return list(loaders.lists.packaged()), []
    readings: dict[str, Reading] = {}
    refused: list[dict[str, Any]] = []
    for path in paths:
        name = _shown(path)
        if path.name in readings:
            reason = "un autre fichier du même nom vient d'être lu : renommez l'un des deux."
            refused.append({"source": name, "line": None, "reason": reason})
            continue
        try:
            if name != path.name:
                raise FileRefused(name, "le nom du fichier contient des caractères illisibles : renommez-le.")
            readings[path.name] = loaders.lists.read(path)
        except FileRefused as problem:
            refused.append({"source": problem.source, "line": problem.line, "reason": problem.reason})
    return list(readings.values()), refused


def _shown(path: Path) -> str:
    """Its name, with « � » for bytes that are no text."""
    return os.fsencode(path.name or str(path)).decode("utf-8", "replace")


def _problems(readings: Iterable["Reading"]) -> list[dict[str, Any]]:
    return [{"source": r.source, "line": r.line, "reason": r.reason} for g in readings for r in g.refused]


@command.command(short_help="Montre ce que devient chaque nom d'une liste.")
@click.argument("files", nargs=-1, metavar="FICHIER…", required=True, type=click.Path(path_type=Path))
@DECISIONS
@common
def resolve(files: tuple[Path, ...], decisions: str | None, store: str | None, as_json: bool) -> None:
    """Montre ce que devient chaque nom d'une liste ; n'enregistre rien et ne lit pas le stockage."""
    import loaders.lexicon
    from graph.resolution import resolve as resolved
    from maillage import rows, telling

    _, as_json = asked(store, as_json)
    told = _decisions(decisions)
    readings, refused = _readings(files)
    mentions = [m for reading in readings for m in reading.everything]
    resolution = resolved(mentions, told, loaders.lexicon.packaged())
    names = {p.id: p.name for p in resolution.partners}
    for r in resolution.resolved:
        if as_json:
            say_json(rows.resolved(r))
        else:
            say(telling.mention(r, None if r.partner is None else names[r.partner]))
    for note in (note for reading in readings for note in reading.notes):
        click.echo(note, err=True)
    refused += _problems(readings)
    say_refused(refused)
    exit_if(bool(refused))


@command.command(short_help="Dit si deux noms sont ceux d'une seule organisation.")
@click.argument("file", metavar="FICHIER.csv", type=click.Path(path_type=Path))
@DECISIONS
@common
def compare(file: Path, decisions: str | None, store: str | None, as_json: bool) -> None:
    """Dit, pour chaque paire de noms (colonnes a et b), si c'est une seule organisation."""
    import loaders.lexicon
    from graph.resolution import compare as compared
    from loaders.pairs import read as pairs
    from maillage import rows, telling

    _, as_json = asked(store, as_json)
    told, lexicon = _decisions(decisions), loaders.lexicon.packaged()
    read = pairs(file)
    for a, b in read.pairs:
        found = compared(a, b, told, lexicon)
        if as_json:
            say_json(rows.compared(a, b, found))
        else:
            say(telling.comparison(a, b, found.decision, found.parent, found.evidence))
    refused = [{"source": r.source, "line": r.line, "reason": r.reason} for r in read.refused]
    say_refused(refused)
    exit_if(bool(refused))


@command.command(short_help="Les partenaires, avec leurs noms dans les listes.")
@common
def partners(store: str | None, as_json: bool) -> None:
    """Les partenaires, avec les noms que les listes leur donnent."""
    from loaders.reference import reference
    from maillage import rows, telling

    address, as_json = asked(store, as_json)

    async def work(opened: Store) -> tuple[Any, Any]:
        directory = await opened.directory()
        return directory, await opened.resolved_of(directory.partners)

    directory, mentions = with_store(address, work)
    if not as_json:
        for line in telling.partners(directory, mentions, reference()):
            say(line)
        return
    for p in (directory.partners[id] for id in sorted(directory.partners)):
        say_json(rows.partner(p, mentions[p.id], len(directory.services_of.get(p.id, ()))))


@command.command(short_help="Ce que les partenaires proposent.")
@common
def services(store: str | None, as_json: bool) -> None:
    """Ce que les partenaires proposent : besoins, âges, et ce qui reste à confirmer."""
    from loaders.reference import reference
    from maillage import rows, telling

    address, as_json = asked(store, as_json)
    directory = with_store(address, lambda opened: opened.directory())
    if not as_json:
        for line in telling.services(directory, reference()):
            say(line)
        return
    for s in (directory.services[id] for id in sorted(directory.services)):
        say_json(rows.service(s))


class _WithCodes(FrenchCommand):
    """Its help ends with the codes that its options take."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from loaders.reference import reference

        known = reference()
        for heading in known.headings.values():
            needs = [(n.code, n.label) for n in known.needs.values() if n.heading == heading.code]
            _definitions(formatter, f"Besoins, {heading.label.lower()}", needs)
        _definitions(formatter, "Situations", [(s.code, s.label) for s in known.situations.values()])
        _definitions(formatter, "Secteurs", [(s.code, s.label) for s in known.sectors.values()])
        _definitions(formatter, "Communes", [(c.insee, c.name) for c in known.served()])


def _definitions(formatter: click.HelpFormatter, heading: str, rows: Iterable[tuple[str, str]]) -> None:
    with formatter.section(heading):
        formatter.write_dl([(code, label) for code, label in rows])


@command.command(cls=_WithCodes, short_help="Qui peut aider ce jeune, pourquoi, pourquoi pas les autres.")
@click.option("--age", type=int, metavar="ANS", help="En années révolues, de 14 à 30.")
@click.option("--commune", metavar="INSEE", help="Code INSEE de la commune où vit le jeune.")
@click.option("--need", "needs", multiple=True, metavar="CODE", help="Un besoin ; peut être répété.")
@click.option("--situation", "situations", multiple=True, metavar="CODE", help="Une situation ; peut être répété.")
@click.option("--sector", "sectors", multiple=True, metavar="CODE", help="Un secteur souhaité ; peut être répété.")
@click.option(
    "--limit", type=int, default=10, metavar="NOMBRE", show_default=True, help="Nombre de partenaires montrés."
)
@click.option("--requests", metavar="FICHIER|-", help="Demandes en lignes JSON ; - pour l'entrée standard.")
@click.option("--rules-only", is_flag=True, help="Classe par les règles seules, sans l'historique des orientations.")
@common
def suggest(
    age: int | None,
    commune: str | None,
    needs: tuple[str, ...],
    situations: tuple[str, ...],
    sectors: tuple[str, ...],
    limit: int,
    requests: str | None,
    rules_only: bool,
    store: str | None,
    as_json: bool,
) -> None:
    """Quels partenaires conviennent à ce jeune, pourquoi, et pourquoi pas les autres.

    Une demande par les options, ou plusieurs par --requests : une ligne JSON chacune, avec id, age, commune, needs,
    et si besoin situations, sectors, limit.
    """
    from maillage import suggesting
    from resolvers.context import today

    address, as_json = asked(store, as_json)
    if requests is None:
        missing = [n for n, v in (("--age", age), ("--commune", commune), ("--need", needs)) if v in (None, ())]
        if missing:
            raise click.UsageError(f"Il manque {', '.join(missing)} (ou --requests).")
        wanted: Iterable[suggesting.Asked] = [suggesting.asked(None, age, commune, needs, situations, sectors, limit)]
    else:
        if age is not None or commune is not None or needs or situations or sectors:
            raise click.UsageError("--requests ne va pas avec --age, --commune, --need, --situation ni --sector.")
        wanted = suggesting.requests(_lines(requests), limit)

    async def work(opened: Store) -> tuple[int, bool]:
        number, refused = 0, False
        answer = await suggesting.answers(opened, today(), learned=not rules_only)
        for number, one in enumerate(wanted, start=1):
            if one.error is not None:
                refused = True
                if as_json:
                    say_json({"id": one.id, "error": one.error})
                click.echo(one.error, err=True)
            elif as_json:
                say_json(answer.json(one))
            else:
                if requests is not None:
                    say(f"{'' if number == 1 else chr(10)}=== Demande {one.id if one.id is not None else number}")
                say(answer.text(one))
        return number, refused

    number, refused = with_store(address, work)
    if number == 0:
        raise FileRefused("entrée standard" if requests == "-" else _shown(Path(requests or "")), "aucune demande.")
    exit_if(refused)


def _lines(path: str) -> Iterator[bytes]:
    if path == "-":
        return iter(sys.stdin.buffer)
    from loaders.text import content, decoded

    file = Path(path)
    text = decoded(content(file), _shown(file))
    return iter(text.encode().splitlines())


@command.command(short_help="Sert la page et GraphQL sur cette machine.")
@click.option("--host", default="127.0.0.1", metavar="ADRESSE", show_default=True, help="Adresse de cette machine.")
@click.option(
    "--port", default=8000, metavar="PORT", show_default=True, type=click.IntRange(0, 65535), help="Port d'écoute."
)
@click.option("--development", is_flag=True, help="Ouvre l'introspection du schéma GraphQL (développement).")
@common
def serve(host: str, port: int, development: bool, store: str | None, as_json: bool) -> None:
    """Sert la page et GraphQL sur cette machine, jusqu'à Ctrl-C."""
    from graph.pseudonym import configured
    from maillage.server import serve as serving

    key = configured(os.environ)  # a key that protects nothing is refused before anybody is served
    address, _ = asked(store, as_json)
    try:
        serving(address, host, port, development=development, keyed=key is not None)
    except KeyboardInterrupt:
        click.echo("Maillage est arrêté.", err=True)


def main() -> None:
    """Entry point of the command."""
    tolerant()
    command(prog_name="maillage")


if __name__ == "__main__":
    main()
