"""How to reach somebody names no partner, and is kept in no mention."""

import pytest

from loaders import lists
from loaders.contacts import only_contacts, without_contacts


@pytest.mark.parametrize(
    "line",
    [
        "Tél. 03 87 12 34 56",
        "Tél. 03 87…",
        "Tél :",
        "03.87.12.34.56",
        "Tél03 87 12 34 56",
        "Téléphone : +33 (0)3 87 12 34 56 / 06 12 34 56 78",
        "www.exemple.fr",
        "Site : https://exemple.fr/page?x=1",
        "accueil.metz@exemple.asso.fr",
        "Contact : Mme Durand, 03 87 12 34 56",
        "12 bis rue des Lilas",
        "12, avenue Foch, 57000 METZ CEDEX",
        "BP 12 - 57000 Metz",
        "57000 Metz",
    ],
)
def test_a_line_that_says_how_to_reach_somebody_is_prose(line: str) -> None:
    reading = lists.text_list(f"Formation\n- AFPA\n{line}\n- {line}\n- GRETA\n", "liste.txt")

    assert only_contacts(line)
    assert [m.raw for m in reading.everything] == ["Formation", "AFPA", "GRETA"]
    assert [p.line for p in reading.prose] == [3, 4]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("AFPA - 03 87 12 34 56 - GRETA (0387123456) - CIO", ["AFPA", "GRETA", "CIO"]),
        ("AFPA de Metz, 12 avenue Foch 57000 Metz, tél 03 87 12 34 56", ["AFPA de Metz"]),
        ("ADIL 57 : 03 87 12 34 56", ["ADIL 57"]),
        ("Le Cèdre (Mme Durand, durand@exemple.fr) - CIO", ["Le Cèdre", "CIO"]),
        ("GRETA, AFPA, CIO, www.exemple.fr", ["GRETA", "AFPA", "CIO"]),
    ],
)
def test_a_contact_beside_a_name_is_left_out_of_the_mention(text: str, names: list[str]) -> None:
    reading = lists.text_list(f"Formation\n\n{text}\n", "liste.txt")

    assert [m.raw for m in reading.mentions] == names
    for mention in reading.mentions:
        assert text[mention.position : mention.position + len(mention.raw)] == mention.raw


@pytest.mark.parametrize(
    "name",
    [
        "Le 115",
        "Promo 16-18 ans",
        "LP Place de Metz",
        "Asso Port Libre",
        "Contact Jeunes",
        "12 000 Emplois",
        "CS Le Cap",
        "SIAO 115",
        "Maison du 9 rue Haute",
        "Le 15-24",
        "Adresse Insertion",
        "Mobile Emploi",
        "Foyer Madame de Sévigné",
    ],
)
def test_a_name_that_looks_like_a_contact_is_kept(name: str) -> None:
    assert [name[a:b] for a, b in without_contacts(name)] == [name]
