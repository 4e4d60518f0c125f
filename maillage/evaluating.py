"""An evaluation as it leaves the screen: a text to read, JSON, CSV for a spreadsheet, a page to print."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

from graph.disclosure import SCREEN_ONLY, decimal, shown, written
from graph.evaluation import Evaluation
from graph.evaluation_sums import Leaving, bounded, outside, sensitive
from graph.facts import FactKind
from graph.finding import Finding
from graph.follow_wording import AGE_BANDS
from graph.spreadsheet import spreadsheet
from graph.statistics import Interval, Rate
from graph.tables import Cell, Figure, People, Row, Table, Withheld
from graph.wording import day

SIMULATED = "Données simulées : ces jeunes et ces orientations n'existent pas."
NOTE = (
    "Un nombre de un à quatre jeunes s'écrit « moins de 5 » ; un petit nombre d'orientations dont on ne sait pas "
    "combien de jeunes elles concernent, « moins de 10 » ; un chiffre qui ferait retrouver l'un d'eux, « masqué »."
)
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


def heading(found: Evaluation, leaving: Leaving | None = None) -> list[str]:
    """The first lines of every output."""
    narrow = narrowed(found)
    lines = [SIMULATED] if found.simulated else []
    lines.append(f"Évaluation des partenariats {period(found)}{' : ' + ', '.join(narrow) if narrow else ''}.")
    told = leaving or outside(found)
    lines.append(
        f"{_of(told.young, 'jeune reçu', 'jeunes reçus')} (un an avant : {told.young_before}), "
        f"{_of(told.sent, 'orientation', 'orientations')} (un an avant : {told.before}), "
        f"{_of(told.inbound, 'reçue', 'reçues')} de partenaires."
    )
    return lines


def _of(said: str, one: str, more: str) -> str:
    """*said* is a number, or what stands for it."""
    return f"{said} {one if said in ('0', '1') else more}"


def told_findings(found: Evaluation) -> tuple[list[Finding], int]:
    """Those that may be printed, and how many are for the screen only."""
    kept = [bounded(one) for one in found.findings if not sensitive(found, one)]
    return kept, len(found.findings) - len(kept)


def hidden_note(hidden: int) -> str:
    if hidden == 1:
        return "Un constat sur un besoin ou une situation sensible se lit à l'écran seulement."
    return f"{hidden} constats sur des besoins ou des situations sensibles se lisent à l'écran seulement."


# JSON


def to_json(found: Evaluation) -> dict[str, Any]:
    """Findings keep their names and keys; of a sensitive need or situation, no figure leaves with them."""
    scope, leaving = found.scope, outside(found)
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
        "young": int(leaving.young) if leaving.young.isdecimal() else leaving.young,
        "findings": [_finding(found, one) for one in found.findings],
        "tables": [
            {
                "code": table.code,
                "title": table.title,
                "definition": table.definition,
                "reading": table.reading,
                "columns": list(table.columns),
                "rows": [[_json(cell) for cell in row.cells] for row in table.rows],
            }
            for table in leaving.tables
        ],
    }


def _finding(found: Evaluation, one: Finding) -> dict[str, object]:
    told = bounded(one).json()
    if not sensitive(found, one):
        return told
    silent: dict[str, object] = {key: None for key in ("n", "value", "interval", "share") if key in told}
    return {**told, **silent, "text": f"{HEADINGS[one.kind]} : les chiffres se lisent {SCREEN_ONLY}."}


def _json(cell: Cell) -> Any:
    match cell:
        case People():
            return cell.n
        case Withheld(text, "people"):
            return text
        case Withheld(text, _, n):
            return {"n": n, "value": None, "interval": None, "text": text}
        case Rate():
            value = None if cell.value is None else round(cell.value, 4)
        case Figure():
            value = None if cell.value is None or cell.at_least else round(cell.value, 4)
        case _:
            return cell
    text = written(cell, outside=True)
    return {"n": cell.n, "value": value, "interval": _between(cell.interval), "text": text}


def _between(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [round(interval.low, 4), round(interval.high, 4)]


# CSV


def to_csv(found: Evaluation) -> bytes:
    """Tables under each other, as a French spreadsheet opens it; rates and intervals have columns of their own."""
    lines: list[tuple[str, ...]] = []

    def line(*cells: str) -> None:
        lines.append(cells)

    leaving = outside(found)
    for text in (*heading(found, leaving), NOTE):
        line(text)
    line()
    kept, hidden = told_findings(found)
    line("Constats")
    line("Constat", "Observations", "Phrase")
    for one in kept:
        line(HEADINGS[one.kind], "" if one.kind in OF_DAYS else shown(one.n), one.text)
    if hidden:
        line(hidden_note(hidden))
    for table in leaving.tables:
        rows = table.rows
        widths = [_spread(rows, column) for column in range(len(table.columns))]
        line()
        line(table.title)
        line(table.definition)
        line(table.reading)
        line(*(title for name, kind in zip(table.columns, widths, strict=True) for title in _titles(name, kind)))
        for row in rows:
            line(*(text for cell, kind in zip(row.cells, widths, strict=True) for text in _spread_out(cell, kind)))
    return spreadsheet(lines)


def _spread(rows: Sequence[Row], column: int) -> str:
    """« rate » and « figure » columns become several."""
    cells = [row.cells[column] for row in rows]
    if any(isinstance(cell, Rate) or (isinstance(cell, Withheld) and cell.of == "rate") for cell in cells):
        return "rate"
    return "figure" if any(isinstance(cell, Figure) and cell.interval is not None for cell in cells) else ""


def _titles(name: str, kind: str) -> tuple[str, ...]:
    if kind == "rate":
        return f"{name} (%)", f"{name} : bas (%)", f"{name} : haut (%)", f"{name} : n"
    return (name, f"{name} : bas", f"{name} : haut") if kind == "figure" else (name,)


def _spread_out(cell: Cell, kind: str) -> tuple[str, ...]:
    match cell, kind:
        case Rate(), "rate":
            if cell.value is None:
                return written(cell, outside=True), "", "", str(cell.n)
            interval = cell.interval or Interval(0, 1)
            return (*(decimal(100 * v) for v in (cell.value, interval.low, interval.high)), str(cell.n))
        case Withheld(), "rate":
            return cell.text, "", "", "" if cell.n is None else str(cell.n)
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
    leaving = outside(found)
    yield from heading(found, leaving)
    yield NOTE
    yield ""
    kept, hidden = told_findings(found)
    yield "CONSTATS" if kept else "CONSTATS : rien que les chiffres permettent d'affirmer."
    for number, one in enumerate(kept, start=1):
        yield f"{number:>3}. {HEADINGS[one.kind]} : {one.text}{in_brackets(one)}"
    if hidden:
        yield f"     {hidden_note(hidden)}"
    for table in leaving.tables:
        if table.rows:
            yield ""
            yield from _table(table)


def _table(table: Table) -> Iterator[str]:
    rows = table.rows
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
    leaving = outside(found)
    lines = heading(found, leaving)
    told = [
        {
            "table": table,
            "rows": [[written(cell, outside=True) for cell in row.cells] for row in table.rows],
            "picture": of_table(table),
        }
        for table in leaving.tables
        if table.rows
    ]
    page = (
        environment()
        .get_template("report.html")
        .render(
            lines=lines[1:] if found.simulated else lines,
            simulated=SIMULATED if found.simulated else None,
            style=(files("maillage") / "static" / "style.css").read_text(encoding="utf-8"),
            findings=[(HEADINGS[one.kind], one.text, in_brackets(one)) for one in kept],
            hidden=hidden_note(hidden) if hidden else None,
            note=NOTE,
            told=told,
        )
    )
    return typeset(page)
