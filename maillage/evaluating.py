"""An evaluation as it leaves the screen: a text to read, JSON, CSV for a spreadsheet, a page to print."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

from graph.disclosure import decimal, hides, leaving, shown, written
from graph.evaluation import Evaluation
from graph.evaluation_tables import tables
from graph.facts import FactKind
from graph.finding import Finding
from graph.follow_wording import AGE_BANDS
from graph.model import NeedCode, SituationCode
from graph.statistics import LEAST, Interval, Rate
from graph.tables import Cell, Figure, People, Row, Table
from graph.wording import day

SIMULATED = "Données simulées : ces jeunes et ces orientations n'existent pas."
ROWS_SHOWN, WIDEST, LONGEST = 25, 160, 44
HEADINGS: Mapping[FactKind, str] = {
    FactKind.SLOW_ANSWERS: "Réponses lentes",
    FactKind.NEVER_ANSWERS: "Sans réponse",
    FactKind.REFUSES: "Refus d'un public",
    FactKind.MISSED_APPOINTMENTS: "Rendez-vous manqués",
    FactKind.GOOD_OUTCOMES: "Résultats remarquables",
    FactKind.CONCENTRATION: "Dépendance",
    FactKind.UNCOVERED: "Besoin non couvert",
    FactKind.TOGETHER: "Travail en commun",
    FactKind.UNUSED_AGREEMENT: "Convention inutilisée",
    FactKind.USE_WITHOUT_AGREEMENT: "Usage sans convention",
    FactKind.DORMANT: "Partenaire en sommeil",
    FactKind.INEQUITY: "Inégalité",
}

OF_DAYS = {FactKind.UNUSED_AGREEMENT}
"""Whose n counts days in force, not referrals: no reader takes it for anything else when it stands alone."""


def in_brackets(one: Finding, *, outside: bool = True) -> str:
    """The number of observations, after its sentence. *outside*: it leaves the screen."""
    return "" if one.kind in OF_DAYS else f" (n = {shown(one.n) if outside else one.n})"


def period(found: Evaluation) -> str:
    return f"du {day(found.scope.first)} au {day(found.scope.last)}"


def narrowed(found: Evaluation) -> list[str]:
    """What the evaluation is narrowed to, in words."""
    scope, names = found.scope, found.names
    told: list[str] = []
    if found.domain is not None:
        told.append(f"domaine « {names.reference.domains[found.domain].label} »")
    if scope.need is not None:
        told.append(f"besoin « {names.need(scope.need)} »")
    if scope.epci is not None:
        told.append(names.epci(scope.epci))
    if scope.site is not None:
        told.append(names.partner(scope.site))
    if scope.age_band is not None:
        told.append(AGE_BANDS[scope.age_band])
    return told


def heading(found: Evaluation) -> list[str]:
    """The first lines of every output."""
    narrow = narrowed(found)
    lines = [SIMULATED] if found.simulated else []
    lines.append(f"Évaluation des partenariats {period(found)}{' : ' + ', '.join(narrow) if narrow else ''}.")
    whole = found.whole
    lines.append(
        f"{shown(found.young)} jeunes reçus (un an avant : {shown(found.young_before)}), {shown(whole.sent)} "
        f"orientations (un an avant : {shown(whole.before)}), {shown(whole.inbound)} reçues de partenaires."
    )
    return lines


def sensitive(found: Evaluation, one: Finding) -> bool:
    """About a sensitive need or situation, more finely than by EPCI and year."""
    reference = found.names.reference
    need = reference.needs.get(NeedCode(str(one.about.get("need", ""))))
    situation = reference.situations.get(SituationCode(str(one.about.get("public", ""))))
    if need is not None and need.sensitivity is not None:
        return not (one.kind is FactKind.UNCOVERED and found.by_year)
    return situation is not None and situation.sensitivity is not None


def told_findings(found: Evaluation) -> tuple[list[Finding], int]:
    """Those that may be printed, and how many are for the screen only."""
    kept = [one for one in found.findings if not sensitive(found, one)]
    return kept, len(found.findings) - len(kept)


def hidden_note(hidden: int) -> str:
    if hidden == 1:
        return "Un constat sur un besoin ou une situation sensible se lit à l'écran seulement."
    return f"{hidden} constats sur des besoins ou des situations sensibles se lisent à l'écran seulement."


# JSON


def to_json(found: Evaluation) -> dict[str, Any]:
    scope = found.scope
    return {
        "simulated": found.simulated,
        "from": scope.first.isoformat(),
        "to": scope.last.isoformat(),
        "now": found.today.isoformat(),
        "before": {"from": found.before.first.isoformat(), "to": found.before.last.isoformat()},
        "scope": {
            "domain": found.domain,
            "need": scope.need,
            "epci": scope.epci,
            "site": scope.site,
            "age_band": scope.age_band,
        },
        "young": _people(found.young),
        "findings": [one.json() for one in found.findings],
        "tables": [
            {
                "code": table.code,
                "title": table.title,
                "definition": table.definition,
                "reading": table.reading,
                "columns": list(table.columns),
                "rows": [[_json(cell) for cell in row.cells] for row in leaving(table, by_year=found.by_year)],
            }
            for table in tables(found)
        ],
    }


def _people(n: int) -> int | str:
    return shown(n) if hides(n) else n


def _json(cell: Cell) -> Any:
    text = written(cell, outside=True)
    match cell:
        case People():
            return text if hides(cell.persons) else cell.n
        case Rate():
            if cell.value is None or hides(cell.k) or hides(cell.n - cell.k):
                return {"n": _people(cell.n), "value": None, "interval": None, "text": text}
            return {"n": cell.n, "value": round(cell.value, 4), "interval": _between(cell.interval), "text": text}
        case Figure():
            value = None if cell.value is None or cell.at_least else round(cell.value, 4)
            return {"n": _people(cell.n), "value": value, "interval": _between(cell.interval), "text": text}
        case _:
            return cell


def _between(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [round(interval.low, 4), round(interval.high, 4)]


# CSV

_ACTIVE = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """*cell* as a spreadsheet takes for text, never for a formula."""
    return f"'{cell}" if cell.startswith(_ACTIVE) else cell


def to_csv(found: Evaluation) -> bytes:
    """Tables under each other, as a French spreadsheet opens it; rates and intervals have columns of their own."""
    out = io.StringIO()
    sheet = csv.writer(out, delimiter=";", lineterminator="\r\n")

    def line(*cells: str) -> None:
        sheet.writerow([harmless(cell) for cell in cells])

    for text in heading(found):
        line(text)
    line()
    kept, hidden = told_findings(found)
    line("Constats")
    line("Constat", "Observations", "Phrase")
    for one in kept:
        line(HEADINGS[one.kind], "" if one.kind in OF_DAYS else shown(one.n), one.text)
    if hidden:
        line(hidden_note(hidden))
    for table in tables(found):
        rows = leaving(table, by_year=found.by_year)
        widths = [_spread(rows, column) for column in range(len(table.columns))]
        line()
        line(table.title)
        line(table.definition)
        line(table.reading)
        line(*(title for name, kind in zip(table.columns, widths, strict=True) for title in _titles(name, kind)))
        for row in rows:
            line(*(text for cell, kind in zip(row.cells, widths, strict=True) for text in _spread_out(cell, kind)))
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _spread(rows: Sequence[Row], column: int) -> str:
    """« rate » and « figure » columns become several."""
    cells = [row.cells[column] for row in rows]
    if any(isinstance(cell, Rate) for cell in cells):
        return "rate"
    return "figure" if any(isinstance(cell, Figure) and cell.interval is not None for cell in cells) else ""


def _titles(name: str, kind: str) -> tuple[str, ...]:
    if kind == "rate":
        return f"{name} (%)", f"{name} : bas (%)", f"{name} : haut (%)", f"{name} : n"
    return (name, f"{name} : bas", f"{name} : haut") if kind == "figure" else (name,)


def _spread_out(cell: Cell, kind: str) -> tuple[str, ...]:
    match cell, kind:
        case Rate(), "rate":
            if cell.value is None or hides(cell.k) or hides(cell.n - cell.k):
                n = "" if cell.n < LEAST else str(cell.n)
                return written(cell, outside=True), "", "", n
            interval = cell.interval or Interval(0, 1)
            return (*(decimal(100 * v) for v in (cell.value, interval.low, interval.high)), str(cell.n))
        case Figure(), _:
            if cell.value is None or cell.at_least:
                texts = [written(cell, outside=True), "", ""]
            else:
                ends = ("", "") if cell.interval is None else _ends(cell.interval)
                texts = [decimal(cell.value, 2), *ends]
            return tuple(texts if kind == "figure" else texts[:1])
        case _:
            empty = {"rate": 3, "figure": 2}.get(kind, 0)
            return written(cell, outside=True), *([""] * empty)


def _ends(interval: Interval) -> tuple[str, str]:
    return decimal(interval.low, 2), decimal(interval.high, 2)


# a text


def french_text(found: Evaluation) -> str:
    """The coordinator's report: what was found first, then the tables."""
    return "\n".join(_lines(found))


def _lines(found: Evaluation) -> Iterator[str]:
    yield from heading(found)
    yield ""
    kept, hidden = told_findings(found)
    yield "CONSTATS" if kept else "CONSTATS : rien que les chiffres permettent d'affirmer."
    for number, one in enumerate(kept, start=1):
        yield f"{number:>3}. {HEADINGS[one.kind]} : {one.text}{in_brackets(one)}"
    if hidden:
        yield f"     {hidden_note(hidden)}"
    for table in tables(found):
        if table.rows:
            yield ""
            yield from _table(table, leaving(table, by_year=found.by_year))


def _table(table: Table, rows: Sequence[Row]) -> Iterator[str]:
    yield table.title.upper()
    yield table.definition
    yield f"Lire : {table.reading}"
    texts = [[_cut(written(cell, outside=True)) for cell in row.cells] for row in rows[:ROWS_SHOWN]]
    grid = [[_cut(column) for column in table.columns], *texts]
    widths = [max(len(line[column]) for line in grid) for column in range(len(table.columns))]
    kept = len(widths)
    while kept > 2 and sum(widths[:kept]) + 2 * kept > WIDEST:
        kept -= 1
    for line in grid:
        yield "  ".join(
            text.ljust(width) if column == 0 else text.rjust(width) if text[:1].isdigit() else text.ljust(width)
            for column, (text, width) in enumerate(zip(line[:kept], widths[:kept], strict=True))
        ).rstrip()
    more = []
    if len(rows) > ROWS_SHOWN:
        more.append(f"{len(rows) - ROWS_SHOWN} autres lignes")
    if kept < len(widths):
        more.append("colonnes suivantes : " + ", ".join(table.columns[kept:]))
    if more:
        yield f"({' ; '.join(more)} : avec --html ou --csv)"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


# a page


def to_html(found: Evaluation) -> str:
    """One page that needs nothing else: to print, or to send inside the house."""
    from maillage.pictures import of_table
    from maillage.templating import environment
    from maillage.wording import typeset

    kept, hidden = told_findings(found)
    told = []
    for table in tables(found):
        rows = leaving(table, by_year=found.by_year)
        if not rows:
            continue
        leaves = Table(table.code, table.title, table.definition, table.reading, table.columns, rows, chart=table.chart)
        texts = [[written(cell, outside=True) for cell in row.cells] for row in rows]
        told.append({"table": leaves, "rows": texts, "picture": of_table(leaves, outside=True)})
    page = (
        environment()
        .get_template("report.html")
        .render(
            lines=heading(found)[1:] if found.simulated else heading(found),
            simulated=SIMULATED if found.simulated else None,
            style=(files("maillage") / "static" / "style.css").read_text(encoding="utf-8"),
            findings=[(HEADINGS[one.kind], one.text, in_brackets(one)) for one in kept],
            hidden=hidden_note(hidden) if hidden else None,
            told=told,
        )
    )
    return typeset(page)
