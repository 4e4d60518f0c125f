"""The evaluation of the partnerships, as the API spells it: findings first, then tables of measures.

What it answers may leave the screen: one to four young people are « moins de 5 », a sensitive need is shown by EPCI
and year only.
"""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Annotated, TypeAlias

import strawberry

from graph import evaluation, finding, tables
from graph.disclosure import SCREEN_ONLY, shown, written
from graph.errors import RequestRefused, UnknownCode
from graph.evaluation_sums import bounded, outside, sensitive
from graph.facts import FactKind
from graph.intake import AgeBand
from graph.model import TerritoryCode
from graph.reference import Reference
from graph.statistics import Interval, Rate
from graph.tables import Cell, Figure, People, Withheld
from resolvers.evaluation import Wanted, evaluated
from resolvers.intakes import checked_site
from schema.errors import NotFound, Refused
from schema.pages import FIRST, PageInfo, cursor, key, page_info
from schema.types import Info, capped
from schema.types import known as reference_of

strawberry.enum(FactKind)

ROWS = 15
"""Of a page: with all its cells it is about what one request may ask for."""


@strawberry.type(description="What a finding is about: a partner's id, a need's code, a month…")
class About:
    key: str
    values: list[str]


@strawberry.type(description="A fact that the numbers carry.")
class Finding:
    kind: FactKind
    about: list[About]
    n: int | None = strawberry.field(description="Observations; none, as all figures, of a sensitive need.")
    value: float | None = strawberry.field(description="A bound where the share would tell one to four people apart.")
    low: float | None
    high: float | None
    text: str = strawberry.field(description="One French sentence.")

    @classmethod
    def of(cls, one: finding.Finding, *, silent: bool) -> "Finding":
        """*silent*: about a sensitive need, of which no figure leaves the screen this finely."""
        value = bounded(one)
        about = (
            About(key=name, values=capped("About.values", [said] if isinstance(said, str) else _texts(said)))
            for name, said in value.about.items()
            if not (silent and name == "share")
        )
        low, high = _bounds(None if silent else value.interval)
        return cls(
            kind=value.kind,
            about=capped("Finding.about", about),
            n=None if silent else value.n,
            value=None if silent else value.value,
            low=low,
            high=high,
            text=f"Les chiffres se lisent {SCREEN_ONLY}." if silent else value.text,
        )


@strawberry.type(description="A cell: its French text and, where it is a number that may be shown, the number.")
class Measure:
    text: str
    n: int | None = strawberry.field(description="Of a count, or of what a rate is out of.")
    value: float | None
    low: float | None = strawberry.field(description="Of the interval at 95 %.")
    high: float | None

    @classmethod
    def of(cls, cell: Cell) -> "Measure":
        """Of a table as it leaves the screen."""
        n: int | None = None
        value: float | None = None
        between: Interval | None = None
        match cell:
            case People() | Withheld():
                n = cell.n
            case Rate():
                n, value, between = cell.n, cell.value, cell.interval
            case Figure():
                n, value, between = cell.n, None if cell.at_least else cell.value, cell.interval
            case int():
                n = cell
        low, high = _bounds(between)
        return cls(text=written(cell, outside=True), n=n, value=value, low=low, high=high)


@strawberry.type
class MeasureRow:
    cells: list[Measure]


@strawberry.type
class MeasureEdge:
    cursor: str
    node: MeasureRow


@strawberry.type(description="Rows of a table, in its order.")
class MeasureConnection:
    edges: list[MeasureEdge]
    page_info: PageInfo
    total_count: int


@strawberry.type(description="A table of measures, with what it counts and how to read it.")
class MeasureTable:
    code: strawberry.ID
    title: str
    definition: str
    reading: str
    columns: list[str]
    held: strawberry.Private[Sequence[tables.Row]]

    @strawberry.field(description="A page of at most 100 rows; from the beginning when the cursor is none.")
    def rows(self, first: int = ROWS, after: str | None = None) -> MeasureConnection:
        size, start = max(0, min(first, 100)), _place(after)
        page = self.held[start : start + size]
        places = [str(number) for number in range(start + 1, start + 1 + len(page))]
        return MeasureConnection(
            edges=[
                MeasureEdge(
                    cursor=cursor(place),
                    node=MeasureRow(cells=capped("MeasureRow.cells", (Measure.of(cell) for cell in row.cells))),
                )
                for place, row in zip(places, page, strict=True)
            ],
            page_info=page_info(places, start + len(page) < len(self.held), after),
            total_count=len(self.held),
        )

    @classmethod
    def of(cls, value: tables.Table) -> "MeasureTable":
        """As it leaves the screen."""
        return cls(
            code=strawberry.ID(value.code),
            title=value.title,
            definition=value.definition,
            reading=value.reading,
            columns=capped("MeasureTable.columns", value.columns),
            held=value.rows,
        )


@strawberry.type(description="How partnerships were used over a period, and what stands out.")
class Evaluation:
    first: date
    last: date
    simulated: bool
    young: str = strawberry.field(description="Young people received.")
    young_before: str = strawberry.field(description="A year earlier.")
    findings_total: int
    held: strawberry.Private[evaluation.Evaluation]

    @strawberry.field(description="What the numbers carry, strongest first.")
    def findings(self, first: int = FIRST) -> list[Finding]:
        told = self.held.findings[: max(0, min(first, 100))]
        return [Finding.of(one, silent=sensitive(self.held, one)) for one in told]

    @strawberry.field(description="All tables, in the order of a reading; ask for the rows of one at a time.")
    def tables(self) -> list[MeasureTable]:
        return capped("Evaluation.tables", self._tables.values())

    @strawberry.field(description="One table by its code.")
    def table(self, code: strawberry.ID) -> MeasureTable | None:
        return self._tables.get(code)

    @cached_property
    def _tables(self) -> dict[str, MeasureTable]:
        return {table.code: MeasureTable.of(table) for table in outside(self.held).tables}

    @classmethod
    def of(cls, value: evaluation.Evaluation) -> "Evaluation":
        return cls(
            first=value.scope.first,
            last=value.scope.last,
            simulated=value.simulated,
            young=shown(value.young),
            young_before=shown(value.young_before),
            findings_total=len(value.findings),
            held=value,
        )


EvaluationResult: TypeAlias = Annotated[Evaluation | Refused | NotFound, strawberry.union("EvaluationResult")]


@strawberry.type
class EvaluationQuery:
    @strawberry.field(description="Of a period (this year so far), narrowed by whatever is given.")
    async def evaluation(
        self,
        info: Info,
        from_: Annotated[date | None, strawberry.argument(name="from")] = None,
        to: date | None = None,
        need: str | None = None,
        domain: str | None = None,
        epci: str | None = None,
        site: strawberry.ID | None = None,
        age_band: AgeBand | None = None,
    ) -> EvaluationResult:
        known, directory = reference_of(info), await info.context.directories.current()
        wanted = Wanted(
            first=from_,
            last=to,
            domain=None if domain is None else known.domain(domain),
            need=None if need is None else known.need(need),
            epci=None if epci is None else _epci(known, epci),
            site=None if site is None else checked_site(directory, known, site),
            age_band=age_band,
        )
        found = await evaluated(info.context.store, directory, known, wanted, info.context.today())
        return Evaluation.of(found)


def _epci(known: Reference, code: str) -> TerritoryCode:
    if code not in known.epcis:
        raise UnknownCode("L'intercommunalité", code, [(e.siren, e.name) for e in known.epcis.values()][:3])
    return TerritoryCode(code)


def _place(after: str | None) -> int:
    """How many rows stand before the page."""
    place = key(after)
    if place is None:
        return 0
    if not (place.isascii() and place.isdecimal() and len(place) <= 6):
        raise RequestRefused("Ce curseur de page n'est pas valable.")
    return int(place)


def _bounds(interval: Interval | None) -> tuple[float | None, float | None]:
    return (None, None) if interval is None else (interval.low, interval.high)


def _texts(said: finding.Said) -> list[str]:
    if isinstance(said, float | int):
        return [f"{said:g}"]
    return [str(one) for one in said]
