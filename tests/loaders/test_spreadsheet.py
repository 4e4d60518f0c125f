"""Spreadsheets as French offices save them."""

import io
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import openpyxl
import pytest

from graph.errors import FileRefused
from loaders import lists
from loaders.lists import read_list

ROWS = "nom;domaine;rubrique;commune;sigle\nAssociation L'Écluse;Inclusion et handicap;Associations;Saintes;\n"


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        ROWS.encode("utf-8"),
        ROWS.encode("utf-8-sig"),
        ROWS.encode("cp1252"),
        ROWS.encode("utf-16"),
        ROWS.encode("utf-16-le"),
        ROWS.replace(";", ",").encode("utf-8"),
        ROWS.replace(";", "\t").encode("cp1252"),
        ROWS.replace("\n", "\r\n").encode("cp1252"),
    ],
)
def test_every_usual_encoding_and_separator_reads_the_same(data: bytes) -> None:
    (mention,) = read_list(data, "liste.csv").mentions

    assert (mention.raw, mention.domain, mention.subcategory) == ("Association L'Écluse", "handicap", "Associations")
    assert (mention.commune, mention.line, mention.position) == ("Saintes", 2, 0)


def test_an_excel_workbook_reads_as_its_csv() -> None:
    data = workbook(
        [["Nom", "Domaine", "Sigle"], ["Association L'Écluse", "logement", "ALE"], [None, None], ["CIO", None]]
    )

    first, second = read_list(data, "liste.xlsx").mentions

    assert (first.raw, first.domain, first.acronym, first.line) == ("Association L'Écluse", "logement", "ALE", 2)
    assert (second.raw, second.line) == ("CIO", 4)


def test_one_row_is_one_mention_unless_it_names_several_units() -> None:
    reading = read_list(
        b"nom;domaine\nADSEA - Foyer X;logement\nADSEA (P\xc3\xb4le MNA);etrangers\nESCALE (CADA/HUDA);\n", "a.csv"
    )

    assert [(m.line, m.position, m.raw, m.within) for m in reading.mentions] == [
        (2, 0, "ADSEA - Foyer X", None),
        (3, 0, "ADSEA (Pôle MNA)", "ADSEA"),
        (4, 0, "ESCALE", None),
        (4, 8, "CADA", "ESCALE"),
        (4, 13, "HUDA", "ESCALE"),
    ]


def test_a_wrong_row_is_refused_with_its_line_and_the_others_are_read() -> None:
    reading = read_list(b"nom;domaine\nESCALE;logement\n;sante\nCPAM;sante\n", "a.csv")

    assert [m.raw for m in reading.mentions] == ["ESCALE", "CPAM"]
    assert [(r.source, r.line, r.reason) for r in reading.refused] == [("a.csv", 3, "la colonne « nom » est vide.")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "a.csv : le fichier est vide."),
        (b" \n\n", "a.csv : le fichier est vide."),
        (b"structure inconnue;x\nESCALE;1\n", "a.csv, ligne 1 : il manque la colonne « nom » dans la première ligne."),
        (b"nom;domaine\n", "a.csv : le tableau n'a aucune ligne sous son en-tête."),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a.csv : ce n'est pas un fichier texte."),
        (b"PK\x03\x04 not a workbook", "a.csv : ce n'est pas un classeur XLSX lisible."),
        (b"nom;domaine\n" + b"x" * (20 * 1024 * 1024 + 1), "a.csv : le fichier dépasse 20 Mo."),
    ],
)
def test_a_file_that_cannot_be_a_list_is_refused_with_one_sentence(data: bytes, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)

    with pytest.raises(FileRefused) as refused:
        lists.read(path)

    assert str(refused.value) == sentence


def test_an_absent_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"absent\.csv : le fichier n'existe pas\."):
        lists.read(tmp_path / "absent.csv")
    with pytest.raises(FileRefused, match="c'est un dossier"):
        lists.read(tmp_path)


def test_a_text_without_any_name_is_refused() -> None:
    with pytest.raises(FileRefused, match="aucun nom de partenaire"):
        read_list(b"Une phrase qui ne nomme personne et qui se termine simplement par un point.", "a.txt")


def listed(text: str) -> list[tuple[int, str]]:
    return [(m.line, m.raw) for m in read_list(text.encode(), "a.csv").mentions]


def refusals(text: str) -> list[tuple[int, str]]:
    return [(r.line, r.reason) for r in read_list(text.encode(), "a.csv").refused]


@pytest.mark.parametrize(
    ("text", "line", "kept"),
    [
        ('nom;domaine\n"CCAS;logement\nAFPA;formation\nGRETA;formation\n', 2, ["AFPA", "GRETA"]),
        ('nom;domaine\nCAF;logement\n"CCAS;logement\nAFPA;formation\n"GRETA";formation\n', 3, ["CAF", "AFPA", "GRETA"]),
        ('nom;domaine\nAFPA;formation\nCCAS;"logement', 3, ["AFPA"]),
        ('nom;rubrique;sigle\nAFPA;"a\nb";"x\nGRETA;;\n', 3, ["GRETA"]),
    ],
)
def test_a_quote_that_is_never_closed_costs_its_own_row_only(text: str, line: int, kept: list[str]) -> None:
    assert [(number, "guillemet" in reason) for number, reason in refusals(text)] == [(line, True)]
    assert [raw for _, raw in listed(text)] == kept


def test_a_header_with_a_quote_that_is_never_closed_refuses_the_file() -> None:
    with pytest.raises(FileRefused, match=r"a\.csv, ligne 1 : un guillemet"):
        read_list(b'nom;"domaine\nAFPA;formation\n', "a.csv")


def test_a_row_is_at_the_line_of_the_file_where_it_begins() -> None:
    text = 'nom;rubrique\n\nAFPA;"sur\ntrois\nlignes"\nCCAS;page\x0cet\u2028suite\rGRETA;\r\nCIO;"dit ""vite"""\n'

    assert listed(text) == [(3, "AFPA"), (6, "CCAS"), (7, "GRETA"), (8, "CIO")]


def test_a_name_cut_by_an_unquoted_separator_is_refused_rather_than_misread() -> None:
    text = "nom,domaine\nAFPA, centre de Nancy,formation\nGRETA,formation,\n"

    assert listed(text) == [(3, "GRETA")]
    assert [(line, "guillemets" in reason) for line, reason in refusals(text)] == [(2, True)]


def test_an_unknown_domain_is_said_and_its_row_kept() -> None:
    reading = read_list(b"nom;domaine\nAFPA;Formation\nClub;Sport\nStade;Sport\n", "a.csv")

    assert [(m.raw, m.domain) for m in reading.mentions] == [("AFPA", "formation"), ("Club", None), ("Stade", None)]
    assert reading.notes == (
        "a.csv, ligne 3 (et 1 autre) : le domaine « Sport » n'est pas connu ; le partenaire est gardé sans domaine.",
    )


def test_how_to_reach_somebody_is_kept_in_no_mention_of_a_table() -> None:
    reading = read_list(
        "nom;rubrique;commune\nCCAS, tél. 03 87 12 34 56;a@b.fr;Metz\n06 12 34 56 78 : Le Cèdre;;\n"
        "Tél. 03 87 12 34 56;;\n".encode(),
        "a.csv",
    )

    assert [(m.position, m.raw, m.subcategory, m.commune) for m in reading.mentions] == [
        (0, "CCAS", None, "Metz"),
        (17, "Le Cèdre", None, None),
    ]
    assert [(r.line, "téléphone" in r.reason) for r in reading.refused] == [(4, True)]


def test_hundreds_of_unknown_domains_are_counted() -> None:
    rows = "".join(f"Club {n};Sport {n}\n" for n in range(300))

    notes = read_list(f"nom;domaine\n{rows}".encode(), "a.csv").notes

    assert len(notes) == 21
    assert notes[-1] == "a.csv : 280 autres domaines ne sont pas connus."


def book_of(**sheets: list[list[object]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_every_sheet_with_a_column_of_names_is_read_and_the_others_are_named() -> None:
    data = saved(
        book_of(
            Aide=[["Mode d'emploi"]],
            Formation=[["nom"], ["AFPA"]],
            Vide=[],
            Santé=[["Nom", "Domaine"], ["CPAM", "sante"], ["-", "sante"]],
        )
    )

    reading = read_list(data, "a.xlsx")

    assert [(m.line, m.raw) for m in reading.mentions] == [(2, "AFPA"), (2, "CPAM")]
    assert reading.notes == ("a.xlsx : feuille laissée de côté, sans colonne « nom » : « Aide ».",)
    assert [(r.line, r.reason) for r in reading.refused] == [(3, "feuille « Santé » : la colonne « nom » est vide.")]


def test_a_workbook_without_any_column_of_names_is_refused() -> None:
    with pytest.raises(FileRefused, match=r"a\.xlsx, ligne 1 : il manque la colonne « nom »"):
        read_list(saved(book_of(Aide=[["Mode d'emploi"], ["x"]])), "a.xlsx")


def changed(data: bytes, entry: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same archive with one of its files changed."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, change(content) if info.filename == entry else content)
    return held.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def vast(xml: bytes, row: bytes) -> bytes:
    xml = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', xml)
    assert b"XFD1048576" in xml
    return xml.replace(b"</sheetData>", b'<row r="%b"><c r="XFD%b"><v>1</v></c></row></sheetData>' % (row, row))


def test_a_sheet_that_says_it_is_vast_is_read_for_what_it_holds() -> None:
    data = changed(workbook([["nom"], ["AFPA"]]), SHEET, lambda xml: vast(xml, b"1048576"))

    tracemalloc.start()
    try:
        reading = read_list(data, "a.xlsx")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert [m.raw for m in reading.mentions] == ["AFPA"]
    assert peak < 20_000_000


@pytest.mark.parametrize("row", [b"1048576", b"99999999999999"])
def test_a_sheet_with_a_name_in_its_last_row_is_refused(row: bytes) -> None:
    def change(xml: bytes) -> bytes:
        return vast(xml, row).replace(b'"XFD' + row, b'"A' + row)

    with pytest.raises(FileRefused, match=r"a\.xlsx : le tableau dépasse 200000 lignes\."):
        read_list(changed(workbook([["nom"], ["AFPA"]]), SHEET, change), "a.xlsx")


BREAKS: list[Callable[[bytes], bytes]] = [
    lambda xml: xml[:-40],
    lambda _: b"",
    lambda _: b"<a/>",
    lambda xml: xml.replace(b't="inlineStr"', b't="s"').replace(b't="s"><v>0', b't="s"><v>99'),
    lambda xml: xml.replace(b'r="2"', b'r="deux"'),
]


@pytest.mark.parametrize("entry", [SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"])
@pytest.mark.parametrize("change", BREAKS)
def test_a_broken_workbook_is_read_or_refused_with_one_sentence(entry: str, change: Callable[[bytes], bytes]) -> None:
    data = changed(workbook([["nom"], ["AFPA"]]), entry, change)

    assert outcome(data).endswith(".")


def outcome(data: bytes) -> str:
    try:
        read_list(data, "a.xlsx")
    except FileRefused as refused:
        return refused.reason
    return "lu."


def test_an_archive_damaged_anywhere_is_read_or_refused_with_one_sentence() -> None:
    whole = workbook([["nom"], ["AFPA"]])
    random = Random(7)

    for _ in range(150):
        data = bytearray(whole)
        for _ in range(random.choice([1, 3, 30])):
            data[random.randrange(4, len(data))] = random.randrange(256)
        assert outcome(bytes(data)).endswith(".")
