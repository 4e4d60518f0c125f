"""Commands of the follow-up that read files, and that the clock runs."""

import os
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graph.errors import FileRefused, RequestRefused
from graph.store import Store
from maillage.terminal import (
    FrenchCommand,
    asked,
    common,
    exit_if,
    progress,
    say,
    say_json,
    say_refused,
    with_store,
)
from maillage.wording import plural

if TYPE_CHECKING:  # imported when a command runs
    from maillage.following import Saved, Ticked

_FILE = click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Montre ce qui changerait, n'enregistre rien.")


@click.command(cls=FrenchCommand)
@_FILE
@_DRY_RUN
@common
def intakes(file: Path, dry_run: bool, store: str | None, as_json: bool) -> None:
    """Enregistre les livrets d'accueil d'un tableau CSV ; relire le même fichier ne change rien.

    Colonnes : référence, date, âge, commune, programme, site, besoins, et si besoin situations, secteurs. Toute autre
    colonne fait refuser le fichier. La référence est un UUID aléatoire ou, avec une clé (MAILLAGE_PSEUDONYM_KEY ou
    MAILLAGE_PSEUDONYM_KEY_FILE), un numéro de dossier dont seule une empreinte est gardée.
    """
    from graph.pseudonym import configured
    from loaders.intakes import read
    from loaders.reference import reference
    from maillage.following import save_intakes
    from resolvers.context import today
    from resolvers.intakes import expect_key

    key = configured(os.environ)

    async def work(opened: Store) -> "Saved":
        directory, day = await opened.directory(), today()
        await expect_key(opened, configured=key is not None)
        reading = read(file, directory, reference(), key, day)
        return await save_intakes(opened, reading, directory, day, dry_run=dry_run)

    _save(work, ("livret lu", "livrets lus"), ("enregistré", "enregistrés"), "m", dry_run, store, as_json)


@click.command(cls=FrenchCommand)
@_FILE
@_DRY_RUN
@common
def agreements(file: Path, dry_run: bool, store: str | None, as_json: bool) -> None:
    """Enregistre les conventions d'un tableau CSV ; relire le même fichier ne change rien.

    Colonnes : référence, nature (convention, charte, protocole, marche, adhesion, autre), partenaires (identifiants
    ou noms, séparés par « | »), début, et si besoin fin, renouvelle (la référence de celle qui est renouvelée).
    """
    from loaders.agreements import read
    from maillage.following import save_agreements

    async def work(opened: Store) -> "Saved":
        directory = await opened.directory()
        resolved = await opened.resolved()
        reading = read(file, directory, resolved, [held.id for held in await opened.agreements()])
        return await save_agreements(opened, reading, dry_run=dry_run)

    _save(work, ("convention lue", "conventions lues"), ("enregistrée", "enregistrées"), "f", dry_run, store, as_json)


def _save(
    work: Callable[[Store], Awaitable["Saved"]],
    read: tuple[str, str],
    stored: tuple[str, str],
    gender: str,
    dry_run: bool,
    store: str | None,
    as_json: bool,
) -> None:
    address, as_json = asked(store, as_json)
    progress("Lecture du fichier…")
    from maillage.following import Saved

    try:
        saved = with_store(address, work)
    except FileRefused as problem:
        saved = Saved(0, 0, 0, ())
        refused: list[dict[str, Any]] = [{"source": problem.source, "line": problem.line, "reason": problem.reason}]
    else:
        refused = [{"source": r.source, "line": r.line, "reason": r.reason} for r in saved.refused]
    if as_json:
        say_json({"read": saved.read, "stored": saved.stored, "unchanged": saved.unchanged, "refused": refused})
    else:
        say_refused(refused)
        would = ("serait", "seraient") if dry_run else ("", "")
        shown = plural(saved.stored, *(f"{w} {s}".strip() for w, s in zip(would, stored, strict=True)))
        unchanged, out = ("inchangé", "Refusés") if gender == "m" else ("inchangée", "Refusées")
        say(f"{plural(saved.read, *read)} : {shown}, {plural(saved.unchanged, unchanged)}. {out} : {len(refused)}.")
    exit_if(bool(refused))


@click.command(cls=FrenchCommand)
@click.option(
    "--now",
    metavar="DATE",
    help="Moment à considérer : AAAA-MM-JJ (la fin de ce jour, à Paris) ou AAAA-MM-JJTHH:MM ; sinon maintenant.",
)
@common
def tick(now: str | None, store: str | None, as_json: bool) -> None:
    """Relance ce qui attend depuis trop longtemps et clôt ce qui a expiré ; deux fois ne change rien."""
    address, as_json = asked(store, as_json)
    moment = _moment(now)
    done = with_store(address, lambda opened: _ticked(opened, moment))
    if as_json:
        say_json({"reminders": done.reminders, "expired": done.expired, "now": moment.isoformat()})
    else:
        expired = plural(done.expired, "orientation expirée", "orientations expirées")
        say(f"{plural(done.reminders, 'relance')}, {expired}.")


async def _ticked(store: Store, moment: datetime) -> "Ticked":
    """Raises RequestRefused for a moment to come, on a store that holds real people."""
    from maillage.following import tick as ticked
    from resolvers.context import now as current

    if moment > current() and (await store.held()).real:
        raise RequestRefused("Ce moment est à venir : des orientations réelles seraient closes avant leur terme.")
    return await ticked(store, moment)


def _moment(text: str | None) -> datetime:
    """A day is over; a time without a zone is that of Paris."""
    from graph.lifecycle import PARIS
    from resolvers.context import now as current

    if text is None:
        return current()
    try:
        if len(text) == len("2026-01-01"):
            moment = datetime.combine(date.fromisoformat(text), time(23, 59, 59), PARIS)
        else:
            moment = datetime.fromisoformat(text)
        if not 2000 <= moment.year <= 2100:
            raise ValueError
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=PARIS)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise click.BadParameter(
            "une date AAAA-MM-JJ, ou AAAA-MM-JJTHH:MM, est attendue.", param_hint="--now"
        ) from None


@click.command("rebuild-edges", cls=FrenchCommand)
@common
def rebuild_edges(store: str | None, as_json: bool) -> None:
    """Recalcule, depuis les événements, les compteurs des mois qui ne sont pas clos."""
    address, as_json = asked(store, as_json)
    repaired = with_store(address, lambda opened: opened.rebuild_edges())
    if as_json:
        say_json({"repaired": repaired})
    else:
        say(f"{plural(repaired, 'compteur corrigé', 'compteurs corrigés')}.")
