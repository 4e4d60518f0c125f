"""The coordinator's report as a page: what was found, then each measure as a table with its picture."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from jinja2 import Environment
from starlette.datastructures import QueryParams
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from graph.directory import Directory
from graph.disclosure import written
from graph.errors import MaillageError, RequestRefused, StoreUnavailable
from graph.evaluation import Evaluation
from graph.evaluation_tables import tables
from graph.facts import FactKind
from graph.follow_wording import AGE_BANDS
from graph.intake import AgeBand
from graph.model import PartnerId
from graph.reference import Reference
from graph.statistics import Rate
from graph.tables import Cell, Figure, People, Table
from graph.wording import day
from maillage.draft import site_choices
from maillage.page import rendered
from maillage.pictures import of_table
from resolvers.context import Context
from resolvers.evaluation import Wanted, evaluated

ADDRESS = "/rapport"
ROWS_SHOWN = 10
"""Of a table; the others are unfolded."""
WIDE = 6
"""Columns from which a table has the whole width."""
AGES: Mapping[str, str] = {code.value: text.capitalize() for code, text in AGE_BANDS.items()}
KINDS: Mapping[FactKind, str] = {
    FactKind.SLOW_ANSWERS: "Lent à répondre",
    FactKind.NEVER_ANSWERS: "Sans réponse",
    FactKind.REFUSES: "Refus",
    FactKind.MISSED_APPOINTMENTS: "Rendez-vous manqués",
    FactKind.GOOD_OUTCOMES: "Bonnes issues",
    FactKind.CONCENTRATION: "Dépendance",
    FactKind.UNCOVERED: "Besoin non couvert",
    FactKind.TOGETHER: "Travaillent ensemble",
    FactKind.UNUSED_AGREEMENT: "Convention sans usage",
    FactKind.USE_WITHOUT_AGREEMENT: "Usage sans convention",
    FactKind.DORMANT: "Partenaire en sommeil",
    FactKind.INEQUITY: "Inégalité",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The form as it was sent; shown again when something is refused."""

    first: str = ""
    last: str = ""
    domain: str = ""
    need: str = ""
    epci: str = ""
    site: str = ""
    age: str = ""

    @classmethod
    def of(cls, query: QueryParams) -> "Asked":
        names = {"first": "du", "last": "au", "domain": "domaine", "need": "besoin", "epci": "epci"}
        names |= {"site": "site", "age": "age"}
        return cls(**{field: query.get(name, "").strip()[:100] for field, name in names.items()})

    def to_domain(self, known: Reference, directory: Directory) -> Wanted:
        """Raises UnknownCode or RequestRefused."""
        epci = known.territory(self.epci) if self.epci else None
        if epci is not None and epci not in known.epcis:
            raise RequestRefused("Choisissez une intercommunalité du territoire.")
        site = PartnerId(self.site) if self.site else None
        if site is not None and site not in directory.partners:
            raise RequestRefused("Ce site n'existe pas.")
        if self.age and self.age not in AGES:
            raise RequestRefused("Cette tranche d'âge n'existe pas.")
        return Wanted(
            first=_day(self.first),
            last=_day(self.last),
            domain=known.domain(self.domain) if self.domain else None,
            need=known.need(self.need) if self.need else None,
            epci=epci,
            site=site,
            age_band=AgeBand(self.age) if self.age else None,
        )


@dataclass(frozen=True, slots=True)
class ShownCell:
    text: str
    figure: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """A table ready for the page, with the picture that says the same."""

    code: str
    title: str
    definition: str
    reading: str
    columns: tuple[str, ...]
    first: list[list[ShownCell]]
    more: list[list[ShownCell]]
    picture: str | None

    @classmethod
    def of(cls, table: Table) -> "Measure":
        rows = [[_cell(cell) for cell in row.cells] for row in table.rows]
        return cls(
            table.code,
            table.title,
            table.definition,
            table.reading,
            table.columns,
            rows[:ROWS_SHOWN],
            rows[ROWS_SHOWN:],
            of_table(table, outside=False),
        )

    @property
    def wide(self) -> bool:
        return len(self.columns) >= WIDE


@dataclass(frozen=True)
class Report:
    found: Evaluation
    measures: list[Measure]

    @property
    def period(self) -> str:
        return f"du {day(self.found.scope.first)} au {day(self.found.scope.last)}"

    @property
    def before(self) -> str:
        return f"du {day(self.found.before.first)} au {day(self.found.before.last)}"

    @property
    def findings(self) -> list[tuple[str, str]]:
        """Strongest first: (kind in words, sentence)."""
        return [(KINDS[finding.kind], finding.text) for finding in self.found.findings]

    @property
    def summary(self) -> list[tuple[str, str, str]]:
        """The whole in a few figures: (what, now, a year before)."""
        whole = self.found.whole
        return [
            ("Jeunes accueillis", str(self.found.young), str(self.found.young_before)),
            ("Orientations envoyées", str(whole.sent), str(whole.before)),
            ("Répondues", _text(whole.answer), ""),
            ("Acceptées", _text(whole.acceptance), ""),
            ("Délai médian de réponse", _days(whole.waits.median, whole.waits.n), ""),
        ]


def report_routes(context: Callable[[], Context], templates: Environment) -> list[BaseRoute]:
    async def page(request: HttpRequest) -> Response:
        return await _report(templates, context(), Asked.of(request.query_params))

    return [Route(ADDRESS, page, methods=["GET"])]


async def _report(templates: Environment, context: Context, asked: Asked) -> Response:
    known = context.knowledge.reference
    report, trouble, status = None, None, 200
    directory = Directory()
    try:
        directory = await context.directories.current()
        wanted = asked.to_domain(known, directory)
        found = await evaluated(context.store, directory, known, wanted, context.today())
        report = Report(found, await asyncio.to_thread(lambda: [Measure.of(table) for table in tables(found)]))
    except MaillageError as problem:
        trouble, status = str(problem), 503 if isinstance(problem, StoreUnavailable) else 422
    return await rendered(
        templates,
        context,
        "report_page.html",
        status,
        here=ADDRESS,
        asked=asked,
        report=report,
        trouble=trouble,
        choices=_choices(known, directory),
    )


def _choices(known: Reference, directory: Directory) -> dict[str, list[tuple[str, str]]]:
    """(code, words) of each field of the form."""
    return {
        "domain": [(str(d.code), d.label) for d in known.domains.values()],
        "need": [(str(n.code), n.label) for n in known.needs.values()],
        "epci": [(str(e.siren), e.name) for e in known.epcis.values()],
        "site": site_choices(directory, known),
        "age": [(str(code), text) for code, text in AGES.items()],
    }


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise RequestRefused("Une date s'écrit comme 2026-03-31.") from problem


def _cell(cell: Cell) -> ShownCell:
    return ShownCell(written(cell, outside=False), isinstance(cell, int | People | Rate | Figure))


def _text(rate: Rate) -> str:
    return written(rate, outside=False)


def _days(days: int | None, n: int) -> str:
    return "–" if days is None else f"{days} jours (n = {n})" if days > 1 else f"{days} jour (n = {n})"
