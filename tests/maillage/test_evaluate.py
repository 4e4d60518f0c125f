"""The command `evaluate`: a simulated year printed as a text, JSON, CSV and a page."""

import csv
import io
import re
import shutil
from pathlib import Path

import pytest

from graph.disclosure import SCREEN_ONLY, leaving, shown, shown_rate
from graph.spreadsheet import harmless
from graph.statistics import Rate
from graph.tables import People, Row, Table
from tests.maillage.commands import maillage


@pytest.fixture(scope="module")
def year(packaged_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged lists and a small simulated year."""
    store = tmp_path_factory.mktemp("evaluated") / "year.db"
    shutil.copy(packaged_file, store)
    made = maillage("simulate", "--year", "2026", "--seed", "5", "--youths", "150", store=store)
    assert made.code == 0, made.err
    return store


def test_the_report_begins_with_what_it_is_and_what_was_found(year: Path) -> None:
    ran = maillage("evaluate", store=year)

    lines = ran.out.splitlines()
    assert ran.code == 0
    assert lines[0].startswith("Données simulées")
    assert "du 1er janvier 2026 au 31 décembre 2026" in lines[1]
    assert ran.out.index("CONSTATS") < ran.out.index("PAR PARTENAIRE")


def test_json_has_the_findings_first_and_each_table_says_how_to_read_it(year: Path) -> None:
    told = maillage("evaluate", "--json", store=year).json

    assert told["simulated"] is True
    assert (told["from"], told["to"], told["now"]) == ("2026-01-01", "2026-12-31", "2026-12-31")
    assert list(told).index("findings") < list(told).index("tables")
    for finding in told["findings"]:
        assert {"kind", "n", "value", "interval", "text"} <= finding.keys()
    for table in told["tables"]:
        assert table["definition"]
        assert table["reading"]
        assert all(len(row) == len(table["columns"]) for row in table["rows"])


def test_no_number_of_one_to_four_young_people_leaves_the_screen(year: Path) -> None:
    told = maillage("evaluate", "--json", store=year).json

    partners = next(t for t in told["tables"] if t["code"] == "partenaires")
    sent = [row[1] for row in partners["rows"]]
    assert "moins de 5" in sent
    assert not {1, 2, 3, 4} & set(sent)
    for row in partners["rows"]:
        for cell in row:
            if isinstance(cell, dict) and isinstance(cell["n"], int):
                assert cell["n"] == 0 or cell["n"] >= 5


def test_no_other_cell_of_its_row_gives_back_a_hidden_count(year: Path) -> None:
    ran = maillage("evaluate", "--csv", store=year)

    rows = list(csv.reader(io.StringIO(ran.out.removeprefix("\ufeff")), delimiter=";"))
    hidden = [row for row in rows if len(row) > 10 and row[1] == "moins de 5"]
    assert hidden
    for row in hidden:
        assert not [cell for cell in row[2:] if re.search(r"[1-9]", cell.replace("moins de 5", ""))]


def test_no_difference_between_cells_of_the_document_is_a_hidden_count(year: Path) -> None:
    """The reader subtracts: rows from their total, what waited from what was sent, an answer from its rates."""
    told = maillage("evaluate", "--json", store=year).json
    tables = {table["code"]: table for table in told["tables"]}
    subtracted = 0
    for code in ("partenaires", "domaines", "territoires"):
        columns = tables[code]["columns"]
        for cells in tables[code]["rows"]:
            row = dict(zip(columns, cells, strict=True))
            if isinstance(row["Envoyées"], int) and row["Déclarées"] in ("moins de 5", "moins de 10"):
                subtracted += 1
                assert row["Délai médian"]["n"] is None
            if row["Réponse"]["text"].startswith("plus de") and row["Réponse"]["n"] is not None:
                subtracted += 1
                assert row["Refus"]["n"] is None
                assert row["Acceptation"]["n"] is None
    for code in ("partenaires", "services", "territoires", "lieux"):
        for column in ("Envoyées", "Un an avant", "Déclarées", "Reçues"):
            if column in tables[code]["columns"]:
                place = tables[code]["columns"].index(column)
                cells = [row[place] for row in tables[code]["rows"]]
                subtracted += 1
                assert sum(isinstance(cell, str) for cell in cells) != 1 or cells.count("moins de 5") == 0
    assert subtracted > 10


def test_a_cumulated_share_stops_where_a_reason_is_hidden(year: Path) -> None:
    told = maillage("evaluate", "--json", store=year).json

    rows = next(t for t in told["tables"] if t["code"] == "refus")["rows"]
    first = next(number for number, row in enumerate(rows) if isinstance(row[1], str))
    assert all(row[2].endswith("%") for row in rows[:first])
    assert {row[2] for row in rows[first:]} == {"masqué"}


def test_a_french_spreadsheet_opens_the_csv(year: Path, tmp_path: Path) -> None:
    out = tmp_path / "bilan.csv"

    ran = maillage("evaluate", "--csv", "--out", out, store=year)

    content = out.read_bytes()
    rows = list(csv.reader(io.StringIO(content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")), delimiter=";"))
    assert ran.code == 0
    assert content.startswith(b"\xef\xbb\xbf")
    assert rows[0][0].startswith("Données simulées")
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert any(re.fullmatch(r"\d+,\d+", cell) for row in rows for cell in row)


@pytest.mark.parametrize("cell", ["=1+1", "+33", "-2", "@x", "\tx", "\rx"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_the_page_needs_nothing_from_anywhere(year: Path, tmp_path: Path) -> None:
    out = tmp_path / "bilan.html"

    ran = maillage("evaluate", "--html", "--out", out, store=year)

    page = out.read_text(encoding="utf-8")
    assert ran.code == 0
    assert page.index("Données simulées") < page.index("Constats") < page.index("Par partenaire")
    assert "<svg" in page
    assert "<script" not in page
    assert not re.findall(r"(?:src|href)=\"(?!#)[^\"]*\"", page)


def test_a_period_that_is_given_is_the_one_that_is_counted(year: Path) -> None:
    told = maillage(
        "evaluate", "--from", "2025-01-01", "--to", "2025-12-31", "--now", "2025-12-31", "--json", store=year
    )
    again = maillage(
        "evaluate", "--from", "2025-01-01", "--to", "2025-12-31", "--now", "2025-12-31", "--json", store=year
    )

    assert told.json["young"] == 150
    assert told.out == again.out


@pytest.mark.parametrize(
    "narrow",
    [("--domain", "formation"), ("--need", "permis"), ("--epci", "200041762"), ("--age-band", "moins-de-18")],
)
def test_an_evaluation_is_narrowed(year: Path, narrow: tuple[str, str]) -> None:
    ran = maillage("evaluate", *narrow, "--json", store=year)

    assert ran.code == 0
    assert narrow[1] in ran.json["scope"].values()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--from", "2026-05-01", "--to", "2026-04-01"), "commence après sa fin"),
        (("--from", "2020-01-01", "--to", "2026-01-01"), "24 mois"),
        (("--from", "0001-01-01", "--to", "0001-02-01"), "entre 2000 et 2100"),
        (("--from", "9999-01-01", "--to", "9999-12-31"), "entre 2000 et 2100"),
        (("--now", "9999-12-31"), "entre 2000 et 2100"),
        (("--epci", "17"), "intercommunalité"),
        (("--need", "permi"), "permis"),
        (("--site", "nulle-part"), "nulle-part"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_with_a_sentence(year: Path, wrong: tuple[str, ...], said: str) -> None:
    ran = maillage("evaluate", *wrong, store=year)

    assert ran.code == 1
    assert said in ran.err


def test_nobody_is_counted_in_the_singular(year: Path) -> None:
    ran = maillage("evaluate", "--from", "2030-01-01", "--to", "2030-12-31", store=year)

    assert ran.code == 0
    assert "\n0 jeune reçu (un an avant : 0), 0 orientation (un an avant : 0), 0 reçue de partenaires." in ran.out


def test_two_formats_at_once_are_a_wrong_call(year: Path) -> None:
    assert maillage("evaluate", "--csv", "--html", store=year).code == 2


def test_figures_of_a_sensitive_need_leave_the_screen_by_territory_and_year_only() -> None:
    rows = (Row(("Addictions", People(40)), sensitive=True), Row(("Permis", People(40))))

    fine = Table("t", "", "", "", ("Besoin", "Jeunes"), rows)
    coarse = Table("u", "", "", "", ("Besoin", "Jeunes"), rows, coarse=True)

    (fine_by_year, coarse_by_year), _ = leaving((fine, coarse), by_year=True)
    (_, coarse_by_month), _ = leaving((fine, coarse), by_year=False)

    assert [row.cells[1] for row in fine_by_year.rows] == [SCREEN_ONLY, People(40)]
    assert [row.cells[1] for row in coarse_by_month.rows] == [SCREEN_ONLY, People(40)]
    assert coarse_by_year.rows == rows


def test_that_somebody_said_a_sensitive_need_is_not_told_by_a_row_without_figures() -> None:
    rows = (Row(("Addictions", People(1)), sensitive=True), Row(("Permis", People(40))))
    asked = Table("t", "", "", "", ("Besoin", "Jeunes"), rows, told_by_rows=True)
    nobody = Table("t", "", "", "", ("Besoin", "Jeunes"), rows[1:], told_by_rows=True)

    assert leaving((asked,), by_year=True)[0] == leaving((nobody,), by_year=True)[0]


def test_pairs_of_needs_and_results_leave_the_screen_without_sensitive_needs(year: Path) -> None:
    told = maillage("evaluate", "--json", store=year).json

    for code in ("besoins-ensemble", "issues", "dependance"):
        table = next(t for t in told["tables"] if t["code"] == code)
        assert table["rows"]
        assert not any(SCREEN_ONLY in row for row in table["rows"])
        assert SCREEN_ONLY in table["reading"]


@pytest.mark.parametrize("n", range(1, 5))
def test_one_to_four_are_less_than_five(n: int) -> None:
    assert shown(n) == "moins de 5"
    assert str(n) not in re.findall(r"\d+", shown_rate(Rate(n, 40)))
    assert shown_rate(Rate(n, 40)) == shown_rate(Rate(1, 40))
    assert shown_rate(Rate(40 - n, 40)) == shown_rate(Rate(39, 40))
