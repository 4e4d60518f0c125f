"""Lists and pairs of other départements, labelled before the program was run on them, and the rules they taught."""

from pathlib import Path

import pytest

from graph.model import Outcome
from graph.resolution import compare, resolve
from graph.segments import segments
from graph.similarity import Tie
from loaders import lexicon, lists
from tests.graph.test_resolution_measured import measured, pairs_right

REFERENCE = Path(__file__).parent.parent / "reference"
LEXICON = lexicon.packaged()


@pytest.mark.parametrize("name", ["nord.txt", "drome.csv", "herault.txt", "sarthe.txt", "nancy.txt", "limoges.txt"])
def test_a_list_labelled_beforehand_is_read_and_resolved_without_any_decision(name: str) -> None:
    found, precision, _, f1 = measured([lists.read(REFERENCE / name)], f"{name.split('.')[0]}-mentions.csv")

    assert found >= 0.96
    assert precision >= 0.98
    assert f1 >= 0.96


@pytest.mark.parametrize(
    ("name", "share"), [("pairs-france.csv", 0.96), ("pairs-france-2.csv", 0.95), ("pairs-france-3.csv", 0.93)]
)
def test_pairs_labelled_beforehand(name: str, share: float) -> None:
    right, precision = pairs_right(name, [])

    assert right >= share
    assert precision >= 0.98


def names(line: str) -> list[str]:
    return [line[p.start : p.end] for p in segments(line, LEXICON)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Lycée Henri IV, lycée professionnel Jean Mermoz, LYCEE MARC BLOCH (Sérignan), CIO",
            ["Lycée Henri IV", "lycée professionnel Jean Mermoz", "LYCEE MARC BLOCH (Sérignan)", "CIO"],
        ),
        ("AFPA - Adecco, Manpower et Randstad - GRETA", ["AFPA", "Adecco", "Manpower", "Randstad", "GRETA"]),
        (
            "SPIP du Nord PJJ - SPIP de Charente-Maritime PJJ",
            ["SPIP du Nord", "PJJ", "SPIP de Charente-Maritime", "PJJ"],
        ),
        ("Le Cèdre (CSAPA et CAARUD)", ["Le Cèdre", "CSAPA", "CAARUD"]),
        ("Département (ASE et Mission MNA)", ["Département", "ASE", "Mission MNA"]),
        ("Préfecture (bureau de l'asile)", ["Préfecture", "bureau de l'asile"]),
    ],
)
def test_names_are_found_between_commas_and_after_a_place(line: str, expected: list[str]) -> None:
    assert names(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "Direction de l'enfance, la famille et l'action sociale",
        "AFPA - Maison des jeunes, de la culture et du lien - GRETA",
    ],
)
def test_a_comma_inside_a_name_cuts_nothing(line: str) -> None:
    assert line in names(line) or names(line) == [part.strip() for part in line.split(" - ")]


@pytest.mark.parametrize(
    ("a", "b", "tie"),
    [
        ("CAF du Nord", "CAF 59", Tie.SAME),
        ("CAF du Nord", "CAF de la Drôme", Tie.DIFFERENT),
        ("CPAM 29", "CPAM 59", Tie.DIFFERENT),
        ("Valence Romans Agglo", "Communauté d'agglomération Valence Romans", Tie.SAME),
        ("CA Hérault Méditerranée", "Communauté d'agglomération Béziers Méditerranée", Tie.DIFFERENT),
        ("CUD", "Communauté Urbaine de Dunkerque", Tie.SAME),
        ("CCAS Romans", "Centre communal d'action sociale de Romans-sur-Isère", Tie.SAME),
        ("CCAS Romans", "CCAS de Valence", Tie.DIFFERENT),
        ("Point d'accès au droit", "Maison de justice et du droit", Tie.DIFFERENT),
        ("CSAPA Épisode", "Association Épisode", Tie.UNIT_OF),
        ("CPTS Biterroise", "Association Biterroise d'Entraide", Tie.AMBIGUOUS),
        ("EPSM des Flandres", "Flandre Opale Habitat", Tie.AMBIGUOUS),
        ("FO", "FORCE OUVRIERE", Tie.SAME),
        ("Le Mans Métropole", "Le Mans Métropole Habitat", Tie.AMBIGUOUS),
        ("COALLIA", "Coalia", Tie.SAME),
        ("AIDES", "AIDE", Tie.DIFFERENT),
        ("ENVIE Lorraine", "Ecole de la 2e chance de Lorraine", Tie.DIFFERENT),
        ("Unis-Cité", "UNIS CITE Lorraine", Tie.SAME),
        ("CCAS Vandoeuvre", "CCAS de Vandœuvre-lès-Nancy", Tie.SAME),
        ("ARS Grand Est", "ARS (Accueil et Réinsertion Sociale)", Tie.DIFFERENT),
        ("Association Accueil et Réinsertion Sociale", "ARS (Accueil et Réinsertion Sociale)", Tie.SAME),
        ("Comité de bassin d'emploi", "CBE", Tie.SAME),
        ("APSAH", "Association pour la Promotion Sociale des Aveugles et autres Handicapés (APSAH)", Tie.SAME),
    ],
)
def test_rules_that_other_departements_taught(a: str, b: str, tie: Tie) -> None:
    assert compare(a, b, (), LEXICON).decision is tie


def resolved(table: str) -> dict[str, tuple[str | None, str | None]]:
    mentions = lists.read_list(table.encode(), "liste.csv").mentions
    return {r.mention.raw: (r.partner, r.unit_of) for r in resolve(mentions, (), LEXICON).resolved}


def test_the_commune_of_a_row_says_where_and_never_makes_an_agency() -> None:
    found = resolved(
        "nom;commune\nCPAM de la Drôme;Valence\nCPAM 26;\nOFII;Grenoble\n"
        "Office français de l'immigration et de l'intégration;\n"
    )

    assert found["CPAM de la Drôme"] == found["CPAM 26"]
    assert found["OFII"] == found["Office français de l'immigration et de l'intégration"]


def test_a_list_teaches_how_it_shortens_the_names_of_its_communes() -> None:
    found = resolved(
        "nom;commune\nFoyer de jeunes travailleurs de Romans;Romans\nFJT Romans;\n"
        "FJT de Valence;\nUEMO Romans;\nPJJ 26;Valence\n"
    )

    assert found["Foyer de jeunes travailleurs de Romans"] == found["FJT Romans"]
    assert found["FJT de Valence"] != found["FJT Romans"]
    assert found["UEMO Romans"][1] == found["PJJ 26"][0]


def test_two_halves_of_a_town_and_a_great_town_are_told_apart() -> None:
    found = resolved("nom\nMDS Nancy Sud\nMDS Nancy Nord\nGrand Nancy\nCLLAJ du Grand Nancy\nCLLAJ\n")

    assert found["MDS Nancy Sud"][0] != found["MDS Nancy Nord"][0]
    assert found["CLLAJ du Grand Nancy"] == found["CLLAJ"] != found["Grand Nancy"]


def test_the_only_one_of_a_type_in_a_list_is_meant_when_no_place_is_named() -> None:
    one = resolved("nom\nCIO Limoges\nC.I.O.\nCCAS de Limoges\nCCAS\n")
    two = resolved("nom\nCIO Limoges\nC.I.O.\nCIO de Guéret\n")

    assert one["CIO Limoges"] == one["C.I.O."]
    assert one["CCAS"] != one["CCAS de Limoges"]
    assert len(set(two.values())) == 3


def test_a_title_and_the_board_are_headings_not_partners() -> None:
    reading = lists.read_list(
        b"Les partenaires de la Mission Locale du Dunkerquois\n\nPartenariat Formation\n\nAFPA - GRETA\n\n"
        b"Conseil d'administration\n\nElus : Ville de Dunkerque (2) ; Ville de Gravelines\n",
        "liste.txt",
    )

    assert [m.raw for m in reading.mentions] == ["AFPA", "GRETA", "Ville de Dunkerque", "Ville de Gravelines"]
    assert all(r.outcome is Outcome.NOT_A_PARTNER for r in resolve(reading.labels, (), LEXICON).resolved)


@pytest.mark.parametrize("title", ["#", "**", ":", "(3)", "# (3)"])
def test_a_heading_without_a_word_refuses_nothing(title: str) -> None:
    reading = lists.read_list(f"{title}\n- AFPA - GRETA\n".encode(), "liste.txt")

    assert [m.raw for m in reading.mentions] == ["AFPA", "GRETA"]
