"""Places in names: every département by its number and its name, an agglomeration behind the name of a service."""

import pytest

from graph.model import Outcome
from graph.resolution import compare, resolve
from graph.similarity import Tie
from loaders import lexicon, lists

LEXICON = lexicon.packaged()
DEPARTEMENTS = [(p.departement, p.name) for p in LEXICON.places if p.kind == "departement" and p.departement]
NETWORKS = ["CAF", "SPIP", "Secours catholique", "UDAF", "CPAM"]


@pytest.mark.parametrize("network", NETWORKS)
def test_the_number_and_the_name_of_every_departement_are_one(network: str) -> None:
    wrong = [
        (number, name)
        for number, name in DEPARTEMENTS
        if compare(f"{network} {number}", f"{network} {name}", (), LEXICON).decision is not Tie.SAME
    ]

    assert wrong in ([], [("59", "Nord")])  # « Nord » alone is a direction


@pytest.mark.parametrize("network", NETWORKS)
def test_two_departements_are_never_one(network: str) -> None:
    names = [name for _, name in DEPARTEMENTS if name != "Nord"]

    wrong = [
        (a, b)
        for a, b in zip(names, names[1:] + names[:1], strict=True)
        if compare(f"{network} {a}", f"{network} {b}", (), LEXICON).decision is not Tie.DIFFERENT
    ]

    assert not wrong


@pytest.mark.parametrize(
    ("a", "b", "tie"),
    [
        ("CAF 974", "CAF de La Réunion", Tie.SAME),
        ("Département 974", "Conseil départemental de la Réunion", Tie.SAME),
        ("UDAF DE LA REUNION", "UDAF 974", Tie.SAME),
        ("CAF de la Réunion", "CAF de Martinique", Tie.DIFFERENT),
        ("ARS La Réunion", "ARS Mayotte", Tie.DIFFERENT),
        ("CAF de la Manche", "CAF 50", Tie.SAME),
        ("SPIP de l'Ain", "SPIP 01", Tie.SAME),
        ("UDAF des Landes", "UDAF 40", Tie.SAME),
        ("CAF du Nord", "CAF 59", Tie.SAME),
        ("CAF du Loiret", "CAF de la Loire", Tie.DIFFERENT),
        ("Réunion de familles 13", "Réunion des familles 13", Tie.SAME),
        ("Réunion des parents 13", "Réunion des parents 974", Tie.DIFFERENT),
        ("CAF2A", "CAF de Corse-du-Sud", Tie.SAME),
        ("SPIP 2B", "SPIP de Haute-Corse", Tie.SAME),
        ("UDAF2B", "UDAF 2B", Tie.SAME),
        ("CPAM 2a", "CPAM Corse du Sud", Tie.SAME),
        ("CAF2A", "CAF2B", Tie.DIFFERENT),
        ("SPIP 2A", "SPIP de Haute-Corse", Tie.DIFFERENT),
        ("CCAS d'Ajaccio", "CCAS Ajaccio 2A", Tie.SAME),
    ],
)
def test_overseas_and_corsican_departements_are_places(a: str, b: str, tie: Tie) -> None:
    assert compare(a, b, (), LEXICON).decision is tie


def test_2a_and_2b_are_numbers_where_several_names_follow_each_other() -> None:
    read = lists.read_list(b"- SPIP 2A PJJ - CAF2B\n- CAF de Haute-Corse\n", "liste.txt").mentions

    found = {r.mention.raw: r.partner for r in resolve(read, (), LEXICON).resolved}

    assert set(found) == {"SPIP 2A", "PJJ", "CAF2B", "CAF de Haute-Corse"}
    assert found["CAF2B"] == found["CAF de Haute-Corse"]


AGGLOMERATIONS = ["Saint-Malo Agglomération", "Metz Métropole", "Toul Agglomération", "Vannes Agglo"]


@pytest.mark.parametrize("service", ["PLIE", "Mission Locale", "CAF", "Emmaüs"])
@pytest.mark.parametrize("where", AGGLOMERATIONS)
def test_a_service_is_not_the_agglomeration_named_behind_it(service: str, where: str) -> None:
    read = lists.read_list(f"- {service} {where}\n- {where}\n- Agglo de Dax\n".encode(), "liste.txt").mentions

    found = resolve(read, (), LEXICON).resolved

    assert [r.mention.raw for r in found] == [f"{service} {where}", where, "Agglo de Dax"]
    assert len({r.partner for r in found}) == 3
    assert found[0].unit_of is None


def test_what_follows_an_agglomeration_behind_a_service_is_another_name() -> None:
    read = lists.read_list(
        "- SPIP Metz Métropole PJJ\n- CAF Communauté de communes du Vexin\n".encode(), "liste.txt"
    ).mentions

    assert [m.raw for m in read] == ["SPIP Metz Métropole", "PJJ", "CAF", "Communauté de communes du Vexin"]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("PLIE de la Métropole de Lyon", "Métropole de Lyon"),
        ("Mission Locale de la Communauté de communes de Lodève", "Communauté de communes de Lodève"),
        ("Emmaüs Lille Métropole", "Métropole européenne de Lille"),
        ("PLIE de Toul Agglomération", "PLIE de Saint-Malo Agglomération"),
    ],
)
def test_a_service_of_a_community_is_neither_it_nor_that_of_another(a: str, b: str) -> None:
    assert compare(a, b, (), LEXICON).decision is Tie.DIFFERENT


@pytest.mark.parametrize(
    ("a", "b", "tie"),
    [
        ("Grand Lyon", "Métropole de Lyon", Tie.SAME),
        ("Grand Reims", "Communauté urbaine du Grand Reims", Tie.SAME),
        ("Le Grand Nancy", "Métropole du Grand Nancy", Tie.SAME),
        ("Grand Langres", "Communauté de communes du Grand Langres", Tie.SAME),
        ("Grand Poitiers", "Grand Poitiers Communauté urbaine", Tie.SAME),
        ("Grand Lyon", "Ville de Lyon", Tie.DIFFERENT),
        ("Grand Lyon", "Métropole du Grand Nancy", Tie.DIFFERENT),
        ("Grand Lyon", "Grand Reims", Tie.DIFFERENT),
        ("CLLAJ du Grand Lyon", "Grand Lyon", Tie.DIFFERENT),
    ],
)
def test_a_great_town_is_its_community(a: str, b: str, tie: Tie) -> None:
    assert compare(a, b, (), LEXICON).decision is tie


def test_a_great_town_is_found_in_a_list_too() -> None:
    read = lists.read_list("nom\nGrand Lyon\nMétropole de Lyon\nVille de Lyon\n".encode(), "liste.csv").mentions

    great, community, town = resolve(read, (), LEXICON).resolved

    assert great.partner == community.partner != town.partner


@pytest.mark.parametrize(
    ("a", "b", "tie"),
    [
        ("CPAM de Lyon", "CPAM 69", Tie.SAME),
        ("CPAM de Nancy", "Caisse primaire d'assurance maladie de Meurthe-et-Moselle", Tie.SAME),
        ("CAF La Rochelle", "CAF 17", Tie.SAME),
        ("CAF de Mont-de-Marsan", "CAF des Landes", Tie.SAME),
        ("CPAM de Lille", "CPAM 59", Tie.UNIT_OF),  # the Nord has four
        ("CPAM Villeurbanne", "CPAM 69", Tie.UNIT_OF),
        ("CAF Saintes", "CAF de la Charente-Maritime", Tie.UNIT_OF),
        ("France Travail Lyon", "France Travail 69", Tie.UNIT_OF),
        ("CPAM de Lyon", "CPAM de Nancy", Tie.DIFFERENT),
        ("CPAM de Lyon", "CPAM 38", Tie.DIFFERENT),
        ("CAF de Bayonne", "CAF 40", Tie.DIFFERENT),
        ("CAF de Saint-Denis", "CAF 974", Tie.UNIT_OF),  # two communes have this name: not known to be another
    ],
)
def test_a_caisse_is_that_of_the_departement_whose_chief_town_it_names(a: str, b: str, tie: Tie) -> None:
    assert compare(a, b, (), LEXICON).decision is tie


@pytest.mark.parametrize("name", ["Emmaüs", "Maison des jeunes", "Le Cap Solidaire", "Association Horizon"])
def test_a_name_without_a_place_is_not_guessed_among_several_that_have_one(name: str) -> None:
    rows = [name, f"{name} de Rochefort", f"{name} de Saintes"]
    reading = lists.read_list(("nom;domaine\n" + "\n".join(f"{row};logement" for row in rows)).encode(), "liste.csv")

    bare, rochefort, saintes = resolve(reading.everything, (), LEXICON).resolved

    assert len({bare.partner, rochefort.partner, saintes.partner}) == 3
    assert bare.outcome is Outcome.AMBIGUOUS
    assert set(bare.candidates) == {rochefort.partner, saintes.partner}


def test_a_name_without_a_place_is_the_only_one_that_has_one() -> None:
    reading = lists.read_list(b"nom;domaine\nHorizon;logement\nHorizon de Rochefort;logement", "liste.csv")

    bare, rochefort = resolve(reading.everything, (), LEXICON).resolved

    assert bare.partner == rochefort.partner
