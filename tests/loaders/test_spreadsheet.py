"""Spreadsheets as French offices save them."""

import io
from pathlib import Path

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
