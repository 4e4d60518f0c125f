"""The command `evaluate`: the coordinator's report of a period."""

import sys
from datetime import date
from pathlib import Path

import click

from graph.errors import NotFound, RequestRefused
from graph.evaluation import Evaluation
from graph.intake import AgeBand
from graph.model import PartnerId
from graph.store import Store
from maillage.terminal import FrenchCommand, asked, common, progress, say, say_json, with_store
from resolvers.evaluation import Wanted

DAY = click.DateTime(["%Y-%m-%d"])


@click.command(cls=FrenchCommand, short_help="Évalue les partenariats d'une période.")
@click.option("--from", "first", type=DAY, metavar="JOUR", help="Premier jour (sinon le 1er janvier de l'année).")
@click.option("--to", "last", type=DAY, metavar="JOUR", help="Dernier jour (sinon aujourd'hui).")
@click.option("--now", type=DAY, metavar="JOUR", help="Jour d'où l'on regarde (sinon aujourd'hui).")
@click.option("--domain", metavar="CODE", help="Les partenaires d'un domaine.")
@click.option("--need", metavar="CODE", help="Un besoin.")
@click.option("--epci", metavar="CODE", help="Une intercommunalité, par son numéro SIREN.")
@click.option("--site", metavar="ID", help="Un lieu d'accueil de la Mission Locale.")
@click.option(
    "--age-band",
    metavar="TRANCHE",
    type=click.Choice([band.value for band in AgeBand]),
    help="moins-de-18, 18-21, 22-25 ou 26-et-plus.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Un tableau pour un tableur.")
@click.option("--html", "as_html", is_flag=True, help="Une page à imprimer.")
@click.option("--out", metavar="FICHIER", type=click.Path(path_type=Path, dir_okay=False), help="Fichier à écrire.")
@common
def evaluate(
    first: date | None,
    last: date | None,
    now: date | None,
    domain: str | None,
    need: str | None,
    epci: str | None,
    site: str | None,
    age_band: str | None,
    as_csv: bool,
    as_html: bool,
    out: Path | None,
    store: str | None,
    as_json: bool,
) -> None:
    """Évalue les partenariats d'une période, comparée à la même un an avant : les constats, puis les tableaux.

    Sur un stockage simulé, la période est sa dernière année. Un nombre de un à quatre jeunes s'écrit « moins de 5 ».
    """
    from loaders.reference import reference
    from maillage import evaluating
    from resolvers.context import today
    from resolvers.evaluation import evaluated

    address, as_json = asked(store, as_json)
    if as_json + as_csv + as_html > 1:
        raise click.UsageError("Un seul format à la fois : --json, --csv ou --html.")
    known = reference()
    wanted = Wanted(
        first=_day(first),
        last=_day(last),
        now=_day(now),
        domain=known.domain(domain) if domain is not None else None,
        need=known.need(need) if need is not None else None,
        epci=known.territory(epci) if epci is not None else None,
        site=PartnerId(site) if site is not None else None,
        age_band=AgeBand(age_band) if age_band is not None else None,
    )
    if wanted.epci is not None and wanted.epci not in known.epcis:
        raise RequestRefused(f"« {epci} » n'est pas une intercommunalité du territoire.")

    async def work(opened: Store) -> Evaluation:
        directory = await opened.directory()
        if wanted.site is not None and wanted.site not in directory.partners:
            raise NotFound("Partenaire", wanted.site)
        return await evaluated(opened, directory, known, wanted, today())

    progress("Évaluation…")
    found = with_store(address, work)
    if as_json:
        if out is None:
            say_json(evaluating.to_json(found))
        else:
            import orjson

            _write(out, orjson.dumps(evaluating.to_json(found)) + b"\n")
    elif as_csv:
        _write(out, evaluating.to_csv(found))
    elif as_html:
        _write(out, evaluating.to_html(found).encode())
    elif out is not None:
        _write(out, (evaluating.french_text(found) + "\n").encode())
    else:
        say(evaluating.french_text(found))


def _day(given: object) -> date | None:
    """click gives a moment."""
    return given.date() if hasattr(given, "date") else None


def _write(out: Path | None, content: bytes) -> None:
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        out.write_bytes(content)
    except OSError as problem:
        raise RequestRefused(f"« {out} » ne peut pas être écrit.") from problem
    click.echo(f"Écrit : {out}", err=True)
