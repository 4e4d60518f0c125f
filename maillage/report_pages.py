"""The coordinator's report as a page: what was found, then each measure as a table with its picture."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from jinja2 import Environment
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from graph.directory import Directory
from graph.disclosure import percent, written
from graph.errors import MaillageError, RequestRefused, StoreUnavailable
from graph.evaluation import Evaluation
from graph.evaluation_tables import tables
from graph.follow_wording import AGE_BANDS
from graph.intake import AgeBand
from graph.model import PartnerId
from graph.reference import Reference
from graph.statistics import Rate
from graph.tables import Cell, Figure, People, Table
from graph.wording import day
from maillage.draft import site_choices
from maillage.evaluating import HEADINGS, in_brackets, narrowed, to_csv, to_html
from maillage.page import NO_STORE, rendered
from maillage.pictures import of_table
from resolvers.context import Context
from resolvers.evaluation import Wanted, evaluated
from visualisations.charts import Series, curve

ADDRESS = "/rapport"
ROWS_SHOWN = 10
"""Of a table; the others are unfolded."""
WIDE = 6
"""Columns from which a table has the whole width."""
AGES: Mapping[str, str] = {code.value: text.capitalize() for code, text in AGE_BANDS.items()}


_NAMES = {
    "first": "du",
    "last": "au",
    "domain": "domaine",
    "need": "besoin",
    "epci": "epci",
    "site": "site",
    "age": "age",
}
"""How the form names each field."""
_DETAIL = re.compile(r"(.*?) ((?:\[.*\] ?)?(?:\(n = \d+\))?)")
CURVE_DAYS = (2, 5, 10, 20, 30, 45, 60)
LEAST_ANSWERS = 10
"""Followed referrals below which a curve is a staircase that says nothing."""


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
        return cls(**{field: query.get(name, "").strip()[:100] for field, name in _NAMES.items()})

    @property
    def query(self) -> str:
        """What the addresses of the files end with."""
        asked = {name: getattr(self, field) for field, name in _NAMES.items()}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"?{query}" if query else ""

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
    """`detail`: the interval and the number of observations, under the figure."""

    text: str
    figure: bool = False
    detail: str = ""


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
            of_table(table),
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
    def narrowed(self) -> list[str]:
        return narrowed(self.found)

    @property
    def before(self) -> str:
        return f"du {day(self.found.before.first)} au {day(self.found.before.last)}"

    @property
    def findings(self) -> list[tuple[str, str, str]]:
        """Strongest first: (kind in words, sentence, number of observations)."""
        return [(HEADINGS[one.kind], one.text, in_brackets(one, outside=False)) for one in self.found.findings]

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

    async def file(request: HttpRequest) -> Response:
        return await _file(context(), Asked.of(request.query_params), request.path_params["kind"])

    return [
        Route(ADDRESS, page, methods=["GET"]),
        Route(ADDRESS + "/fichier.{kind}", file, methods=["GET"]),
    ]


async def _report(templates: Environment, context: Context, asked: Asked) -> Response:
    known = context.knowledge.reference
    report, trouble, status = None, None, 200
    directory = Directory()
    try:
        directory = await context.directories.current()
        wanted = asked.to_domain(known, directory)
        found = await evaluated(context.store, directory, known, wanted, context.today())
        report = Report(found, await asyncio.to_thread(_measures, found))
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


async def _file(context: Context, asked: Asked, kind: str) -> Response:
    """What leaves the screen: small counts are hidden in it."""
    if kind not in _FILES:
        raise HTTPException(404)
    known = context.knowledge.reference
    try:
        directory = await context.directories.current()
        found = await evaluated(context.store, directory, known, asked.to_domain(known, directory), context.today())
    except StoreUnavailable as problem:
        raise HTTPException(503) from problem
    except MaillageError as problem:
        raise HTTPException(400) from problem
    media, made = _FILES[kind]
    name = f"rapport-{found.scope.first}-{found.scope.last}.{kind}"
    headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(await asyncio.to_thread(made, found), media_type=media, headers=headers)


_FILES: Mapping[str, tuple[str, Callable[[Evaluation], str | bytes]]] = {
    "html": ("text/html", to_html),
    "csv": ("text/csv", to_csv),
}


def _measures(found: Evaluation) -> list[Measure]:
    answers = _answers(found)
    return [*([answers] if answers is not None else []), *(Measure.of(table) for table in tables(found))]


def _answers(found: Evaluation) -> Measure | None:
    """How the answers come in, day after day; those that still wait count until today."""
    waits = found.whole.waits
    if waits.answered < LEAST_ANSWERS:
        return None
    steps = tuple((float(day), 1 - share) for day, share, _ in waits.steps)
    rows: list[list[ShownCell]] = []
    for days in CURVE_DAYS:
        above = waits.above(days)
        if above is not None:
            rows.append([ShownCell(f"{days} jours"), ShownCell(percent(1 - above), figure=True)])
    title = "Les réponses, jour après jour"
    last = min(CURVE_DAYS[-1], max(10, waits.longest // 10 * 10))  # no further than anybody was seen waiting
    return Measure(
        "reponses",
        title,
        f"Part des orientations suivies qui ont reçu une réponse, selon le nombre de jours (n = {waits.n}).",
        "Celles qui attendent encore comptent tant qu'elles attendent. Une réponse n'est pas une acceptation.",
        ("Dans les", "Répondues"),
        rows,
        [],
        curve(f"{title} : part répondue", [Series("Toutes", steps)], last),
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
    text, figure = written(cell, outside=False), isinstance(cell, int | People | Rate | Figure)
    parts = _DETAIL.fullmatch(text) if figure else None
    return ShownCell(text, figure) if parts is None else ShownCell(parts[1], figure, parts[2])


def _text(rate: Rate) -> str:
    return written(rate, outside=False)


def _days(days: int | None, n: int) -> str:
    return "–" if days is None else f"{days} jours (n = {n})" if days > 1 else f"{days} jour (n = {n})"
