"""The territory without one partner, against the coverage counted again without it."""

from dataclasses import replace

import pytest

from graph.closing import ClosingView, closing_view
from graph.coverage import coverage
from graph.dependence import Closing
from graph.directory import Directory
from graph.errors import NotFound
from graph.model import NeedCode, Partner, PartnerId, PartnerKind, Standing, TerritoryCode
from loaders.boundaries import boundaries
from tests.graph.test_coverage import random_directory
from tests.graph.test_territory import DAY, FIRST, OLERON, ROCHEFORT, SECOND, few, offering

FRANCE = TerritoryCode("FR")


def without(
    directory: Directory, id: str, *needs: NeedCode, closings: tuple[Closing, ...] | None = None
) -> ClosingView:
    return closing_view(directory, few(*needs), boundaries(), PartnerId(id), DAY, closings=closings)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_lost_is_what_coverage_without_the_partner_says(seed: int) -> None:
    directory, known = random_directory(seed), few(FIRST, SECOND)
    for id in directory.partners:
        services = {s: service for s, service in directory.services.items() if service.partner != id}
        before = {(c.need, c.commune, c.person): c for c in coverage(directory, known, DAY, {}, {}).cells}
        gone = Directory(directory.partners, services)
        after = {(c.need, c.commune, c.person): c for c in coverage(gone, known, DAY, {}, {}).cells}

        view = closing_view(directory, known, boundaries(), id, DAY)

        lost = {
            (change.need.code, commune, person.code)
            for change in view.changes
            for person in change.people
            for commune in (*change.lost, *change.reserved)
        }
        touched = {
            (change.need.code, commune, person.code)
            for change in view.changes
            for person in change.people
            for commune in change.touched
        }
        assert lost == {key for key, cell in after.items() if not cell.partners and before[key].partners}
        assert touched == {key for key, cell in after.items() if cell.partners < before[key].partners}


def test_units_close_with_their_organisation() -> None:
    directory = offering(("unit", FIRST, FRANCE), ("other", SECOND, FRANCE))
    parent = Partner(PartnerId("parent"), "Maison", standing=Standing.REFERABLE)
    unit = replace(directory.partners[PartnerId("unit")], unit_of=parent.id, kind=PartnerKind.UNIT)
    family = Directory({**directory.partners, unit.id: unit, parent.id: parent}, directory.services)

    view = without(family, "parent", FIRST, SECOND)

    assert view.units == (unit,)
    assert view.title == "Sans Maison, un besoin n'a plus personne dans les 39 communes"


@pytest.mark.parametrize(
    ("offers", "title"),
    [
        ([("p", FIRST, FRANCE), ("p", SECOND, OLERON)], "2 besoins n'ont plus personne quelque part : les 39 communes"),
        ([("p", FIRST, OLERON)], "un besoin n'a plus personne dans 8 communes"),
        ([("p", FIRST, ROCHEFORT)], "un besoin n'a plus personne dans une commune"),
        ([("p", FIRST, OLERON), ("q", FIRST, FRANCE)], "personne ne reste sans réponse, mais un besoin n'a plus qu'un"),
        (
            [("p", FIRST, OLERON), ("q", FIRST, FRANCE), ("r", FIRST, FRANCE)],
            "les besoins concernés gardent au moins deux partenaires partout",
        ),
        ([("p", NeedCode("trajets"), OLERON)], "la couverture des besoins ne change pas"),
    ],
)
def test_the_title_says_the_worst_of_it(offers: list[tuple[str, NeedCode, TerritoryCode]], title: str) -> None:
    view = without(offering(*offers), "p", FIRST, SECOND)

    assert view.title.startswith(f"Sans Partenaire p, {title}")


def test_who_remains_is_named_where_the_partner_was() -> None:
    offers = offering(("p", FIRST, OLERON), ("q", FIRST, FRANCE), ("r", FIRST, TerritoryCode("17385")))

    (change,) = without(offers, "p", FIRST).changes

    assert change.left == ((PartnerId("q"), 8), (PartnerId("r"), 1))
    assert [person.code for person in change.people] == ["mineurs", "majeurs"]
    assert len(change.alone) == 7


def test_referrals_are_told_only_when_an_evaluation_is_given() -> None:
    offers = offering(("p", FIRST, OLERON), ("q", FIRST, FRANCE))
    told = Closing(PartnerId("p"), (), (), 12, (PartnerId("q"),))
    other = Closing(PartnerId("q"), (), (), 50, (PartnerId("p"),))

    inside, outside = without(offers, "p", FIRST, closings=(told, other)), without(offers, "p", FIRST)

    assert (inside.internal, inside.moved, inside.takers) == (True, 12, ("Partenaire q",))
    assert (outside.internal, outside.moved, outside.takers) == (False, None, ())


def test_a_partner_that_is_not_in_the_directory_is_refused() -> None:
    with pytest.raises(NotFound):
        without(offering(), "p", FIRST)
