"""French articles, elisions, lists and days; every situation can be said."""

from dataclasses import replace
from datetime import date

import pytest

from graph.model import CommuneCode, SituationCode, TerritoryCode
from graph.publics import one, ordered, people
from graph.wording import ages, at, day, inside, listed, lowered, of, part_of, shortened
from tests.graph.directories import REFERENCE


@pytest.mark.parametrize(
    ("name", "at_it", "of_it"),
    [
        ("Rochefort", "à Rochefort", "de Rochefort"),
        ("Échillais", "à Échillais", "d'Échillais"),
        ("Le Gua", "au Gua", "du Gua"),
        ("Les Mathes", "aux Mathes", "des Mathes"),
        ("La Rochelle", "à La Rochelle", "de La Rochelle"),
        ("L'Éguille", "à L'Éguille", "de L'Éguille"),
        ("Île-d'Aix", "à l'Île-d'Aix", "de l'Île-d'Aix"),
    ],
)
def test_names_of_places_take_their_article(name: str, at_it: str, of_it: str) -> None:
    assert (at(name), of(name)) == (at_it, of_it)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("FR", "partout en France"),
        ("17", "en Charente-Maritime"),
        ("17185", "au Gua"),
        ("200041762", "dans la CA Rochefort Océan"),
        ("241700699", "dans la CC du Bassin de Marennes"),
        ("241700624", "à Oléron"),
        ("999999999", "dans le territoire 999999999"),
    ],
)
def test_a_territory_is_said_where_it_is(code: str, said: str) -> None:
    assert inside(REFERENCE, TerritoryCode(code)) == said


def test_another_territory_brings_its_own_words() -> None:
    known = replace(REFERENCE, islands={}, inside_departement={})

    assert inside(known, TerritoryCode("241700624")) == "dans la CC de l'Île d'Oléron"
    assert inside(known, TerritoryCode("17")) == "dans le département Charente-Maritime"


def test_lists_end_with_a_word_and_long_ones_are_counted() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"], "ou") == "a, b ou c"
    assert shortened(["à A", "à B", "à C"], 2, "dans", "autres") == "à A, à B et à C"
    assert shortened(["à A", "à B", "à C", "à D"], 2, "dans", "autres") == "à A, à B et dans 2 autres"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0, 20, "moins de 21 ans"),
        (None, 20, "moins de 21 ans"),
        (6, 20, "6-20 ans"),
        (16, 16, "jeunes de 16 ans"),
        (18, None, "18 ans et plus"),
        (0, None, "tout âge"),
        (None, None, "tout âge"),
    ],
)
def test_ages_are_said_as_people_say_them(low: int | None, high: int | None, said: str) -> None:
    assert ages(low, high) == said


def test_an_epci_takes_the_article_of_its_kind() -> None:
    named = {TerritoryCode(n): n for n in ("CC Aunis Sud", "Métropole du Grand Paris", "Bordeaux Métropole")}
    communes = {
        CommuneCode(str(number)): replace(
            next(iter(REFERENCE.communes.values())), epci=code, epci_name=name, island=None
        )
        for number, (code, name) in enumerate(named.items())
    }
    known = replace(REFERENCE, communes=communes)

    assert [inside(known, code) for code in named] == [
        "dans la CC Aunis Sud",
        "dans la Métropole du Grand Paris",
        "dans Bordeaux Métropole",
    ]
    assert part_of(REFERENCE, TerritoryCode("200041762")) == "de la CA Rochefort Océan"
    assert part_of(REFERENCE, TerritoryCode("241700624")) == "d'Oléron"


def test_the_first_of_a_month_is_said_so() -> None:
    assert day(date(2026, 8, 1)) == "1er août 2026"
    assert day(date(2026, 12, 31)) == "31 décembre 2026"


def test_acronyms_keep_their_capitals_inside_a_sentence() -> None:
    assert lowered("Finance le dispositif") == "finance le dispositif"
    assert lowered("CAF et Département") == "CAF et Département"


@pytest.mark.parametrize("code", list(REFERENCE.situations))
def test_every_situation_of_the_reference_has_words_of_its_own(code: SituationCode) -> None:
    for text in (people(REFERENCE, {code}, "aux"), one(REFERENCE, {code})):
        assert "«" not in text
        assert text.strip() == text


def test_the_words_stand_in_the_order_of_the_booklet() -> None:
    assert ordered(REFERENCE.situations.keys()) == list(REFERENCE.situations)


def test_a_situation_unknown_here_is_quoted() -> None:
    assert people(REFERENCE, {SituationCode("autre")}, "aux") == "aux personnes « autre »"


def test_alternatives_stand_in_the_order_of_the_booklet() -> None:
    found = {SituationCode("demandeur-asile"), SituationCode("mineur"), SituationCode("parent")}

    assert people(REFERENCE, found, "aux") == "aux mineurs, aux parents d'un enfant à charge ou aux demandeurs d'asile"
