"""The command `maillage simulate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from graph.errors import FileRefused
from maillage.terminal import FrenchCommand, asked, common, progress, say, say_json, with_store
from maillage.wording import plural

if TYPE_CHECKING:
    from graph.facts import Fact
    from maillage.simulating import Simulated


@click.command(cls=FrenchCommand, short_help="Invente une année vraisemblable d'orientations.")
@click.option("--year", type=int, required=True, metavar="ANNÉE", help="L'année ; celle d'avant est inventée aussi.")
@click.option("--seed", type=int, required=True, metavar="NOMBRE", help="La même graine donne la même année.")
@click.option(
    "--youths", type=int, default=700, metavar="NOMBRE", show_default=True, help="Jeunes reçus dans chaque année."
)
@click.option(
    "--plant",
    metavar="FICHIER",
    type=click.Path(path_type=Path),
    help="Liste JSON de faits à rendre vrais cette année.",
)
@click.option(
    "--truth",
    metavar="FICHIER",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Écrit tout ce qui est vrai de l'année, dans la même forme.",
)
@common
def simulate(
    year: int, seed: int, youths: int, plant: Path | None, truth: Path | None, store: str | None, as_json: bool
) -> None:
    """Invente une année vraisemblable de jeunes, d'orientations et de co-accompagnements, chez les vrais partenaires.

    Tout est marqué comme simulé. Refusé sur un stockage qui contient de vrais livrets d'accueil.
    """
    from graph.facts import listed
    from maillage.simulating import simulate as simulated

    address, as_json = asked(store, as_json)
    facts = _planted(plant) if plant is not None else ()

    async def work(opened: Any) -> "Simulated":
        return await simulated(opened, year=year, seed=seed, youths=youths, facts=facts, progress=progress)

    done = with_store(address, work)
    if truth is not None:
        _write(truth, listed(done.truth))
    if as_json:
        say_json(
            {
                "year": done.year,
                "seed": done.seed,
                "youths": done.youths,
                "intakes": done.intakes,
                "referrals": done.referrals,
                "events": done.events,
                "cosupports": done.cosupports,
                "planted": done.planted,
            }
        )
        return
    say(
        f"Année {done.year} simulée, et {done.year - 1} avant elle : {plural(done.intakes, 'livret')}, "
        f"{plural(done.referrals, 'orientation')}, {plural(done.events, 'événement')}, "
        f"{plural(done.cosupports, 'co-accompagnement')}. Faits plantés : {done.planted}."
    )


def _planted(path: Path) -> "tuple[Fact, ...]":
    from graph.facts import facts

    try:
        value = orjson.loads(path.read_bytes())
    except OSError as problem:
        raise FileRefused(path.name, "ce fichier ne peut pas être lu.") from problem
    except orjson.JSONDecodeError as problem:
        raise FileRefused(path.name, "ce n'est pas du JSON en UTF-8.") from problem
    return facts(value, path.name)


def _write(path: Path, facts: list[dict[str, Any]]) -> None:
    try:
        path.write_bytes(orjson.dumps(facts, option=orjson.OPT_INDENT_2) + b"\n")
    except OSError as problem:
        raise FileRefused(path.name, "ce fichier ne peut pas être écrit.") from problem
