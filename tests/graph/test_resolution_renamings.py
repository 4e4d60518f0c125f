"""Structures that changed their name, or that one name has meant two of, in every département."""

import pytest

from graph.resolution import compare, resolve
from graph.similarity import Tie
from loaders import lexicon, lists

LEXICON = lexicon.packaged()


@pytest.mark.parametrize(
    ("a", "b", "tie"),
    [
        ("DIRECCTE Bretagne", "DREETS Bretagne", Tie.SAME),
        ("DIRECCTE Occitanie", "DREETS Occitanie", Tie.SAME),
        ("DIRECCTE Grand Est", "DREETS Normandie", Tie.DIFFERENT),
        ("DIRECCTE Bretagne", "DDETS 35", Tie.DIFFERENT),
        ("DREETS Bretagne", "DDETS 35", Tie.DIFFERENT),
        ("DRIEETS Île-de-France", "DREETS Île-de-France", Tie.SAME),
        ("UT DIRECCTE 35", "DDETS 35", Tie.SAME),
        ("UD DIRECCTE 26", "DDETS de la Drôme", Tie.SAME),
        ("DIRECCTE - Unité départementale du Tarn", "DDETS 81", Tie.SAME),
        ("DIRECCTE 23", "DDETSPP de la Creuse", Tie.SAME),
        ("DDCSPP 23", "DDETSPP de la Creuse", Tie.SAME),
        ("UD DRIEETS 93", "DDETS 93", Tie.SAME),
        ("UT DIRECCTE 35", "DDETS 56", Tie.DIFFERENT),
        ("UT 35 DIRECCTE", "DDETS 35", Tie.SAME),
        ("Unité départementale d'Ille-et-Vilaine de la DIRECCTE", "DDETS 35", Tie.SAME),
        ("UD DREETS 93", "DDETS 93", Tie.SAME),
        ("DDETS DIRECCTE 35", "DDETS 35", Tie.SAME),
        ("DIRECCTE", "DDETS", Tie.AMBIGUOUS),
        ("DIRECCTE", "DREETS Bretagne", Tie.AMBIGUOUS),
    ],
)
def test_the_direccte_became_the_dreets_and_its_unit_the_ddets(a: str, b: str, tie: Tie) -> None:
    assert compare(a, b, (), LEXICON).decision is tie


@pytest.mark.parametrize(
    ("a", "b", "tie"),
    [
        ("CRIJ Bretagne", "Info Jeunes Bretagne", Tie.SAME),
        ("Centre régional information jeunesse Occitanie", "Info Jeunes Occitanie", Tie.SAME),
        ("CRIJ Grand Est", "Info Jeunes Normandie", Tie.DIFFERENT),
        ("Info Jeunes Vitré", "Info Jeunes Bretagne", Tie.DIFFERENT),
        ("Info Jeunes Vitré", "BIJ de Vitré", Tie.SAME),
        ("Info Jeunes Redon", "Point information jeunesse de Redon", Tie.SAME),
        ("BIJ de Vitré", "CRIJ Bretagne", Tie.DIFFERENT),
    ],
)
def test_info_jeunes_is_a_crij_with_a_region_and_a_bureau_with_a_commune(a: str, b: str, tie: Tie) -> None:
    assert compare(a, b, (), LEXICON).decision is tie


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Fondation d'Auteuil", "Apprentis d'Auteuil"),
        ("Orphelins d'Auteuil", "Fondation Apprentis d'Auteuil"),
        ("Tribunal judiciaire", "Tribunal de grande instance de Rennes"),
        ("TGI de Pau", "Tribunal judiciaire de Pau"),
        ("Pôle emploi Vannes", "France Travail Vannes"),
        ("PAIO de Redon", "Mission Locale de Redon"),
        ("Maison de services au public de Redon", "France Services Redon"),
        ("CPEF de Vannes", "Centre de santé sexuelle de Vannes"),
        ("CAT Les Glycines", "ESAT Les Glycines"),
        ("FJT Les Cèdres", "Résidence habitat jeunes Les Cèdres"),
        ("Conseil général de la Drôme", "Département de la Drôme"),
        ("ANPAA 35", "Addictions France 35"),
        ("Fondation Abbé Pierre", "Fondation pour le logement des défavorisés"),
        ("Inspection d'académie du Gers", "DSDEN 32"),
        ("Direction territoriale PJJ 35", "DTPJJ 35"),
        ("PACT ARIM 35", "SOLIHA 35"),
        ("Adapei 35", "Association départementale des amis et parents de personnes handicapées mentales 35"),
    ],
)
def test_the_old_and_the_new_name_are_one(a: str, b: str) -> None:
    assert compare(a, b, (), LEXICON).decision is Tie.SAME


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("UEMO de Rennes", "STEMO de Rennes"),
        ("UEMO", "STEMO"),
        ("Tribunal judiciaire de Pau", "Tribunal de grande instance de Rennes"),
        ("Tribunal judiciaire de Pau", "Tribunal administratif de Pau"),
        ("UNAPEI 56", "APF 56"),
        ("IME Les Glycines", "IMPro Les Glycines"),
    ],
)
def test_neighbouring_structures_are_not_one(a: str, b: str) -> None:
    assert compare(a, b, (), LEXICON).decision is Tie.DIFFERENT


def test_a_stemo_and_an_uemo_are_two_units_of_the_pjj() -> None:
    read = lists.read_list(b"- PJJ (STEMO/UEMO)\n- UEMO\n", "liste.txt").mentions

    pjj, stemo, uemo, again = resolve(read, (), LEXICON).resolved

    assert stemo.partner != uemo.partner == again.partner
    assert stemo.unit_of == uemo.unit_of == pjj.partner
