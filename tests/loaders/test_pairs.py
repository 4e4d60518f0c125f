"""Pairs of names to compare, as office programs save them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import FileRefused
from loaders.pairs import read


def pairs_of(folder: Path, text: str, encoding: str = "utf-8") -> list[tuple[str, str]]:
    file = folder / "paires.csv"
    file.write_bytes(text.encode(encoding))
    return list(read(file).pairs)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_pairs_are_read_however_they_were_saved(tmp_path: Path, encoding: str, separator: str, end: str) -> None:
    text = end.join([f"A{separator}b", f"Élan{separator}L'Élan d'Oléron", ""])

    assert pairs_of(tmp_path, text, encoding) == [("Élan", "L'Élan d'Oléron")]


def test_columns_are_found_by_name_wherever_they_stand(tmp_path: Path) -> None:
    assert pairs_of(tmp_path, "\nn;b;a\n1;droite;gauche\n") == [("gauche", "droite")]


def test_a_name_may_hold_the_separator_between_quotes(tmp_path: Path) -> None:
    assert pairs_of(tmp_path, 'a,b\n"Diaconesses, CADA","L\'Escale ""HUDA"""\n') == [
        ("Diaconesses, CADA", 'L\'Escale "HUDA"')
    ]


def test_a_row_with_a_name_cut_by_its_separator_is_refused_rather_than_misread(tmp_path: Path) -> None:
    file = tmp_path / "paires.csv"
    file.write_text("a,b\nDiaconesses, CADA,HUDA\nCCAS,CIAS,\n", encoding="utf-8")

    found = read(file)

    assert found.pairs == (("CCAS", "CIAS"),)
    assert [(r.line, "guillemets" in r.reason) for r in found.refused] == [(2, True)]


def test_a_row_without_two_names_is_refused_with_its_line_and_the_others_are_read(tmp_path: Path) -> None:
    file = tmp_path / "paires.csv"
    file.write_text("a;b\nCCAS;\n\n;CIAS\nMDPH;-\nADEI;ADSEA\n", encoding="utf-8")

    found = read(file)

    assert found.pairs == (("ADEI", "ADSEA"),)
    assert [r.line for r in found.refused] == [2, 4, 5]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("nom;domaine\nx;y\n", 1, "colonnes a et b"),
        ("a;b\n", None, "aucune paire"),
        ("a;b\n\n;\n", None, "aucune paire"),
    ],
)
def test_a_file_without_pairs_is_refused(tmp_path: Path, text: str, line: int | None, word: str) -> None:
    with pytest.raises(FileRefused) as refused:
        pairs_of(tmp_path, text)

    assert refused.value.line == line
    assert word in refused.value.reason


def test_a_cell_beyond_what_a_table_can_hold_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    file = tmp_path / "paires.csv"
    file.write_text(f"a;b\n{'x' * 200_000};y\nCCAS;CIAS\n", encoding="utf-8")

    found = read(file)

    assert found.pairs == (("CCAS", "CIAS"),)
    assert [(r.line, r.reason) for r in found.refused] == [(2, "une cellule dépasse 131 072 caractères.")]


def test_a_quote_that_is_never_closed_costs_its_own_row_only(tmp_path: Path) -> None:
    file = tmp_path / "paires.csv"
    file.write_text('a;b\n"CCAS;CIAS\nADEI;ADSEA\nAFPA;GRETA\n', encoding="utf-8")

    found = read(file)

    assert found.pairs == (("ADEI", "ADSEA"), ("AFPA", "GRETA"))
    assert [r.line for r in found.refused] == [2]


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1).filter(
    lambda name: any(c.isalnum() for c in name) and '"' not in name and ";" not in name
)


@given(st.lists(st.tuples(NAMES, NAMES), min_size=1))
def test_no_pair_is_lost(tmp_path_factory: pytest.TempPathFactory, given_pairs: list[tuple[str, str]]) -> None:
    text = "a;b\n" + "".join(f"{a};{b}\n" for a, b in given_pairs)

    assert pairs_of(tmp_path_factory.mktemp("pairs"), text) == given_pairs
