"""The command `maillage`: French help and messages, JSON on demand.

Exit 0 when done, 1 when something in the input was refused (and it says what), 2 for a wrong call.
"""

import asyncio
import os
import sys
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson

from graph.errors import FileRefused, InputRefused, MaillageError, StoreUnavailable
from graph.model import IdempotencyKey
from graph.store import PartnerStore
from maillage import french

Answer = TypeVar("Answer")

DEFAULT_STORE = "sqlite:maillage.db"


class Refused(click.ClickException):
    """Something in the input was refused: one French sentence on standard error, exit 1."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True, file=file)


class French(click.Group):
    """Known errors become one sentence; anything else is a bug and rises."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MaillageError as problem:
            raise Refused(str(problem)) from problem


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--store` and `--json`, before or after the name of the command."""
    command = click.option("--json", "as_json", is_flag=True, help="Une valeur JSON sur la sortie standard.")(command)
    return click.option(
        "--store",
        metavar="ADRESSE",
        help="sqlite:FICHIER, neo4j://… ou bolt://… (sinon MAILLAGE_STORE, sinon sqlite:maillage.db).",
    )(command)


@click.group(
    cls=French,
    subcommand_metavar="COMMANDE [ARGUMENT]…",
    options_metavar="[OPTION]…",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="maillage", prog_name="maillage", message="%(prog)s %(version)s")
@common
@click.pass_context
def command(ctx: click.Context, store: str | None, as_json: bool) -> None:
    """Le réseau de partenaires d'une Mission Locale : suggérer, orienter, évaluer."""
    ctx.obj = {"store": store, "json": as_json}


def _asked(store: str | None, as_json: bool) -> tuple[str, bool]:
    above = click.get_current_context().obj
    address = store or above["store"] or os.environ.get("MAILLAGE_STORE") or DEFAULT_STORE
    return address, as_json or above["json"]


def _with_store(address: str, work: Callable[[PartnerStore], Awaitable[Answer]]) -> Answer:
    from graph.open_store import open_store

    async def run() -> Answer:
        store = open_store(address)
        try:
            return await work(store)
        finally:
            await store.close()

    return _run(run())


def _run(work: Coroutine[Any, Any, Answer]) -> Answer:
    return asyncio.run(work)


def _print(value: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(value) + b"\n")
    sys.stdout.buffer.flush()


def _say(text: str = "") -> None:
    click.echo(text)


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(text, err=True)


def _decisions(choice: str | None) -> list[Any]:
    import loaders.decisions

    if choice == "none":
        return []
    return loaders.decisions.packaged() if choice is None else loaders.decisions.read(Path(choice))


DECISIONS = click.option(
    "--decisions",
    metavar="FICHIER|none",
    help="Décisions de rapprochement : un fichier, ou none pour aucune (sinon celles du premier territoire).",
)


@command.command()
@click.argument("files", nargs=-1, metavar="[FICHIER]…", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Montre ce qui changerait, n'enregistre rien.")
@DECISIONS
@common
def load(files: tuple[Path, ...], dry_run: bool, decisions: str | None, store: str | None, as_json: bool) -> None:
    """Lit des listes de partenaires et les enregistre ; deux fois ne change rien."""
    from maillage import loading

    address, as_json = _asked(store, as_json)
    readings, refused = _readings(files)
    told = _decisions(decisions)
    key = IdempotencyKey(f"load-{uuid.uuid4()}")
    _progress("Lecture des listes…")

    async def work(opened: PartnerStore) -> loading.Loaded:
        return await loading.load(opened, readings, told, key=key, dry_run=dry_run)

    loaded = _with_store(address, work)
    problems = [*refused, *({"source": r.source, "line": r.line, "reason": r.reason} for r in loaded.refused)]
    for note in loaded.notes:
        click.echo(note, err=True)
    if as_json:
        _print(
            {
                "read": loaded.read,
                "stored": loaded.stored,
                "unchanged": loaded.unchanged,
                "ambiguous": loaded.ambiguous,
                "refused": problems,
            }
        )
    else:
        verb = "seraient enregistrées" if dry_run else "enregistrées"
        _say(
            f"{loaded.read} mentions lues, {loaded.stored} {verb}, {loaded.unchanged} inchangées, "
            f"{loaded.ambiguous} en attente d'une décision, {len(problems)} refusées."
        )
        _say_refused(problems)
    _exit_if(bool(problems))


def _readings(files: Iterable[Path]) -> tuple[list[Any], list[dict[str, Any]]]:
    """Readings of *files*, or of the packaged lists, and the files that could not be read at all."""
    import loaders.lists

    paths = list(files)
    if not paths:
        return list(loaders.lists.packaged()), []
    readings: list[Any] = []
    refused: list[dict[str, Any]] = []
    for path in paths:
        try:
            readings.append(loaders.lists.read(path))
        except FileRefused as problem:
            refused.append({"source": problem.source, "line": problem.line, "reason": problem.reason})
    return readings, refused


def _say_refused(problems: Iterable[dict[str, Any]]) -> None:
    for problem in problems:
        where = problem["source"] + (f", ligne {problem['line']}" if problem["line"] is not None else "")
        click.echo(f"Refusé : {where} : {problem['reason']}", err=True)


def _exit_if(refused: bool) -> None:
    if refused:
        click.get_current_context().exit(1)


@command.command()
@click.argument("files", nargs=-1, metavar="FICHIER…", required=True, type=click.Path(path_type=Path))
@DECISIONS
@common
def resolve(files: tuple[Path, ...], decisions: str | None, store: str | None, as_json: bool) -> None:
    """Montre ce que devient chaque nom d'une liste ; n'enregistre rien."""
    import loaders.lexicon
    from graph.resolution import resolve as resolved

    _, as_json = _asked(store, as_json)
    readings, refused = _readings(files)
    mentions = [m for reading in readings for m in reading.everything]
    resolution = resolved(mentions, _decisions(decisions), loaders.lexicon.packaged())
    names = {p.id: p.name for p in resolution.partners}
    for r in resolution.resolved:
        m = r.mention
        if as_json:
            _print(
                {
                    "source": m.source,
                    "line": m.line,
                    "position": m.position,
                    "raw": m.raw,
                    "domain": m.domain,
                    "decision": r.outcome,
                    "partner": r.partner,
                    "unit_of": r.unit_of,
                    "evidence": r.evidence,
                }
            )
        else:
            to = "n'est pas un partenaire" if r.partner is None else f"→ {names[r.partner]}"
            _say(f"{m.source}, ligne {m.line} : « {m.raw} » {to} ({r.evidence})")
    refused += [{"source": r.source, "line": r.line, "reason": r.reason} for g in readings for r in g.refused]
    _say_refused(refused)
    _exit_if(bool(refused))


@command.command()
@click.argument("file", metavar="FICHIER.csv", type=click.Path(path_type=Path))
@DECISIONS
@common
def compare(file: Path, decisions: str | None, store: str | None, as_json: bool) -> None:
    """Deux noms désignent-ils une seule organisation ? Colonnes a et b du fichier."""
    import loaders.lexicon
    from graph.resolution import compare as compared
    from loaders.pairs import read as pairs

    _, as_json = _asked(store, as_json)
    told, lexicon = _decisions(decisions), loaders.lexicon.packaged()
    words = {"same": "un seul partenaire", "different": "deux partenaires", "ambiguous": "à décider"}
    read = pairs(file)
    for a, b in read.pairs:
        found = compared(a, b, told, lexicon)
        if as_json:
            _print({"a": a, "b": b, "decision": found.decision, "parent": found.parent, "evidence": found.evidence})
        else:
            child, parent = (b, a) if found.parent == "a" else (a, b)
            said = words.get(found.decision, f"« {child} » est une unité de « {parent} »")
            _say(f"« {a} » / « {b} » : {said} ({found.evidence})")
    refused = [{"source": r.source, "line": r.line, "reason": r.reason} for r in read.refused]
    _say_refused(refused)
    _exit_if(bool(refused))


@command.command()
@common
def partners(store: str | None, as_json: bool) -> None:
    """Les partenaires, avec les noms que les listes leur donnent."""
    address, as_json = _asked(store, as_json)

    async def work(opened: PartnerStore) -> list[dict[str, Any]]:
        directory = await opened.directory()
        mentions = await opened.resolved_of(directory.partners)
        return [
            {
                "id": p.id,
                "name": p.name,
                "acronym": p.acronym,
                "unit_of": p.unit_of,
                "kind": p.kind,
                "network": p.network,
                "commune": p.commune,
                "domains": sorted(p.domains),
                "status": p.status,
                "mentions": [
                    {"source": r.mention.source, "line": r.mention.line, "raw": r.mention.raw} for r in mentions[p.id]
                ],
                "services": len(directory.services_of.get(p.id, ())),
            }
            for p in (directory.partners[id] for id in sorted(directory.partners))
        ]

    for row in _with_store(address, work):
        if as_json:
            _print(row)
        else:
            number = row["services"]
            _say(f"{row['name']} ({row['id']}) : {number} service{'s' if number > 1 else ''}")


@command.command()
@common
def services(store: str | None, as_json: bool) -> None:
    """Ce que les partenaires proposent."""
    address, as_json = _asked(store, as_json)
    directory = _with_store(address, lambda opened: opened.directory())
    for id in sorted(directory.services):
        s = directory.services[id]
        if as_json:
            conditions = s.conditions
            _print(
                {
                    "id": s.id,
                    "partner": s.partner,
                    "name": s.name,
                    "needs": sorted(s.needs),
                    "situations": sorted(conditions.preferred.union(*conditions.required)),
                    "age_min": s.age_min,
                    "age_max": s.age_max,
                    "territories": sorted(s.territories),
                    "origin": s.origin,
                    "verified_on": s.verified_on,
                }
            )
        else:
            mark = " (à confirmer)" if s.to_confirm else ""
            _say(f"{directory.partners[s.partner].name} : {s.name}{mark}")


@command.command()
@click.option("--age", type=int, help="En années révolues.")
@click.option("--commune", help="Code INSEE de la commune où vit le jeune.")
@click.option("--need", "needs", multiple=True, help="Code d'un besoin ; peut être répété.")
@click.option("--situation", "situations", multiple=True, help="Code d'une situation ; peut être répété.")
@click.option("--sector", "sectors", multiple=True, help="Secteur souhaité (A à N) ; peut être répété.")
@click.option("--limit", type=int, default=10, show_default=True, help="Nombre de partenaires montrés.")
@click.option("--requests", metavar="FICHIER|-", help="Demandes en lignes JSON ; - pour l'entrée standard.")
@common
def suggest(
    age: int | None,
    commune: str | None,
    needs: tuple[str, ...],
    situations: tuple[str, ...],
    sectors: tuple[str, ...],
    limit: int,
    requests: str | None,
    store: str | None,
    as_json: bool,
) -> None:
    """Quels partenaires conviennent à ce jeune, pourquoi, et pourquoi pas les autres."""
    from maillage import suggesting

    address, as_json = _asked(store, as_json)
    if requests is None:
        missing = [n for n, v in (("--age", age), ("--commune", commune), ("--need", needs)) if v in (None, ())]
        if missing:
            raise click.UsageError(f"Il manque {', '.join(missing)} (ou --requests).")
        asked: Iterable[suggesting.Asked] = [suggesting.asked(None, age, commune, needs, situations, sectors, limit)]
    else:
        if age is not None or commune is not None or needs or situations or sectors:
            raise click.UsageError("--requests ne va pas avec --age, --commune, --need, --situation ni --sector.")
        asked = suggesting.requests(_lines(requests), limit)

    async def work(opened: PartnerStore) -> bool:
        refused = False
        answer = suggesting.answers(await opened.directory(), datetime.now(UTC).date())
        for one in asked:
            if one.error is not None:
                refused = True
                if as_json:
                    _print({"id": one.id, "error": one.error})
                click.echo(one.error, err=True)
            elif as_json:
                _print(answer.json(one))
            else:
                _say(answer.text(one))
        return refused

    _exit_if(_with_store(address, work))


def _lines(path: str) -> Iterator[bytes]:
    if path == "-":
        yield from sys.stdin.buffer
        return
    with _readable(path):
        content = Path(path).read_bytes()
    yield from content.splitlines()


@contextmanager
def _readable(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise FileRefused(Path(path).name, "le fichier est absent ou ne peut pas être lu.") from problem


@command.command()
@common
def migrate(store: str | None, as_json: bool) -> None:
    """Crée ou met à jour index et contraintes du stockage."""
    address, as_json = _asked(store, as_json)
    done = _with_store(address, lambda opened: opened.migrate())
    if as_json:
        _print({"from": done.before, "to": done.after})
    elif done.before == done.after:
        _say(f"Le stockage est déjà en version {done.after}.")
    else:
        _say(f"Stockage migré de la version {done.before} à la version {done.after}.")


@command.command()
@common
def check(store: str | None, as_json: bool) -> None:
    """Confronte le stockage à ses propres règles."""
    from graph.check import findings

    address, as_json = _asked(store, as_json)

    async def work(opened: PartnerStore) -> list[dict[str, str]]:
        directory = await opened.directory()
        found = findings(directory, await opened.resolved(), datetime.now(UTC).date(), await opened.dangling())
        return [{"rule": f.rule, "object": f.object, "text": f.text} for f in found]

    found = _with_store(address, work)
    if as_json:
        _print({"findings": found})
    else:
        for finding in found:
            _say(f"{finding['object']} : {finding['text']}")
        _say(f"{len(found)} constat{'s' if len(found) > 1 else ''}.")


@command.command()
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
@common
def export(file: Path, store: str | None, as_json: bool) -> None:
    """Écrit tout le stockage en lignes JSON neutres."""
    from maillage import moving

    address, as_json = _asked(store, as_json)
    _say_counts(_with_store(address, lambda opened: moving.export(opened, file)), as_json)


@command.command("import")
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
@common
def import_(file: Path, store: str | None, as_json: bool) -> None:
    """Remplit un stockage vide depuis un export."""
    from maillage import moving

    address, as_json = _asked(store, as_json)
    records = moving.records(file)
    _say_counts(_with_store(address, lambda opened: moving.import_(opened, records)), as_json)


def _say_counts(counts: Any, as_json: bool) -> None:
    if as_json:
        _print(dict(counts))
        return
    for kind, number in counts.items():
        _say(f"{kind} : {number}")


@command.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse locale seulement.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port d'écoute.")
@click.option("--development", is_flag=True, help="Montre l'explorateur GraphQL et le schéma.")
@common
def serve(host: str, port: int, development: bool, store: str | None, as_json: bool) -> None:
    """Sert les pages et GraphQL sur cette machine."""
    from maillage.server import serve as serving

    address, _ = _asked(store, as_json)
    serving(address, host, port, development=development)


def main() -> None:
    """Entry point of the command."""
    french.speak()
    command(prog_name="maillage")


if __name__ == "__main__":
    main()
