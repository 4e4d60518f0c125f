"""The territory as a picture shows it, against the coverage of an evaluation, and what its title says."""

from dataclasses import replace
from datetime import date

import pytest

from graph.coverage import ADULT, YOUNG, coverage
from graph.directory import Directory
from graph.model import (
    Conditions,
    NeedCode,
    Partner,
    PartnerId,
    Service,
    ServiceId,
    SituationCode,
    Standing,
    TerritoryCode,
)
from graph.reference import Reference
from graph.territory import LEVEL_SAID, PEOPLE, Level, TerritoryView, said, territory_view
from loaders.boundaries import boundaries
from loaders.reference import reference
from tests.graph.packaged import packaged
from tests.graph.test_coverage import random_directory

DAY = date(2026, 12, 31)
FIRST, SECOND = NeedCode("permis"), NeedCode("addictions")
ROCHEFORT, OLERON = TerritoryCode("17299"), TerritoryCode("241700624")


def few(*needs: NeedCode) -> Reference:
    """The packaged reference with those needs only."""
    whole = reference()
    return replace(whole, needs={need: whole.needs[need] for need in needs})


def offering(*offers: tuple[str, NeedCode, TerritoryCode]) -> Directory:
    """One service for each (partner, need, territory)."""
    partners = {
        PartnerId(id): Partner(PartnerId(id), f"Partenaire {id}", standing=Standing.REFERABLE) for id, _, _ in offers
    }
    services = {
        ServiceId(f"s{n}"): Service(
            ServiceId(f"s{n}"), PartnerId(id), "Service", needs=frozenset({need}), territories=frozenset({place})
        )
        for n, (id, need, place) in enumerate(offers)
    }
    return Directory(partners, services)


def view(directory: Directory, known: Reference) -> TerritoryView:
    return territory_view(directory, known, boundaries(), DAY)


@pytest.mark.parametrize("seed", range(12))
def test_the_picture_shows_what_the_evaluation_counts(seed: int) -> None:
    directory, known = random_directory(seed), few(FIRST, SECOND)

    shown = view(directory, known)

    told = coverage(directory, known, DAY, {}, {})
    assert len(shown.cells) == len(told.cells) == 2 * 39 * 2
    for cell in told.cells:
        offer = shown.cells[cell.need, cell.commune, cell.person]
        assert (len(offer.partners), offer.gap) == (cell.partners, cell.gap)


def test_the_packaged_territory_is_whole_and_names_everybody_it_counts() -> None:
    shown = view(packaged(), reference())

    assert len(shown.cells) == 55 * 39 * 2
    assert {p for offer in shown.cells.values() for p in offer.partners} == shown.names.keys()
    assert [c.epci for c in shown.communes] == sorted(
        (c.epci for c in shown.communes), key=list(reference().epcis).index
    )


def test_a_need_that_is_not_asked_at_an_age_is_not_a_gap() -> None:
    need = NeedCode("obligation-formation")

    shown = view(offering(), few(need))

    assert {shown.level(need, c.insee, YOUNG) for c in shown.communes} == {Level.NOBODY}
    assert {shown.level(need, c.insee, ADULT) for c in shown.communes} == {Level.NOT_ASKED}


def test_what_is_reserved_to_a_situation_is_told_apart_from_nobody() -> None:
    directory = offering(("p", FIRST, ROCHEFORT))
    service = directory.services[ServiceId("s0")]
    reserved = replace(service, conditions=Conditions(required=(frozenset({SituationCode("sans-abri")}),)))

    shown = view(Directory(directory.partners, {service.id: reserved}), few(FIRST))

    levels = {c.insee: shown.level(FIRST, c.insee, ADULT) for c in shown.communes}
    assert {code for code, level in levels.items() if level is Level.RESERVED} == {"17299"}
    assert set(levels.values()) == {Level.RESERVED, Level.NOBODY}


@pytest.mark.parametrize(
    ("offers", "needs", "title"),
    [
        ([("a", FIRST, OLERON)], [FIRST], "Personne pour « passer le permis ou le code » dans 31 communes sur 39"),
        ([], [FIRST, SECOND], "2 besoins sur 2 n'ont personne quelque part : les 39 communes sont touchées"),
        (
            [("a", FIRST, TerritoryCode("FR")), ("a", SECOND, TerritoryCode("17")), ("b", SECOND, OLERON)],
            [FIRST, SECOND],
            "Aucun besoin n'est sans personne, mais 2 sur 2 dépendent d'un seul partenaire, dont 1 dans toutes "
            "les communes",
        ),
        (
            [("a", FIRST, TerritoryCode("FR")), ("b", FIRST, TerritoryCode("FR"))],
            [FIRST],
            "Chaque besoin a au moins deux partenaires dans chaque commune",
        ),
    ],
)
def test_the_title_says_what_is_missing_then_what_rests_on_one(
    offers: list[tuple[str, NeedCode, TerritoryCode]], needs: list[NeedCode], title: str
) -> None:
    assert view(offering(*offers), few(*needs)).title == title


def test_what_is_missing_most_is_shown_first() -> None:
    whole = TerritoryCode("FR")
    directory = offering(("a", FIRST, whole), ("b", FIRST, whole), ("a", SECOND, whole))

    need, _ = view(directory, few(FIRST, SECOND)).worst

    assert need.code == SECOND


def test_every_level_has_its_word() -> None:
    assert LEVEL_SAID.keys() == set(Level)
    assert {person.code for person in PEOPLE} == {"mineurs", "majeurs"}


def test_one_sentence_says_how_a_need_is_covered_everywhere_or_in_one_epci() -> None:
    shown = view(offering(("a", FIRST, OLERON), ("a", SECOND, ROCHEFORT), ("b", SECOND, ROCHEFORT)), few(FIRST, SECOND))
    first, second = shown.needs

    assert said(shown, first, YOUNG) == (
        "Passer le permis ou le code (mineurs) : personne dans 31 communes et un seul partenaire dans 8 communes"
    )
    assert said(shown, first, YOUNG, ADULT, epci=OLERON) == (
        "CC de l'Île d'Oléron : Passer le permis ou le code (mineurs et majeurs) : "
        "un seul partenaire dans les 8 communes"
    )
    assert said(shown, second, ADULT).endswith("personne dans 38 communes et deux partenaires dans une commune")
