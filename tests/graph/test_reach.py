"""Real distances on a territory of islands and of a river with two bridges."""

from dataclasses import replace

import pytest

from graph.admission import Venue
from graph.model import CommuneCode
from graph.reach import Closeness, reach, said, transport, trip
from graph.reference import Bridge, Island, Side
from tests.graph.directories import REFERENCE
from tests.graph.offers import (
    AIX,
    BOURCEFRANC,
    FOURAS,
    LA_ROCHELLE,
    MARENNES,
    PORT_DES_BARQUES,
    ROCHEFORT,
    SAINT_PIERRE,
    TONNAY,
)

ROYAN, SAINTES, POITIERS = CommuneCode("17306"), CommuneCode("17415"), CommuneCode("86194")


def km(start: CommuneCode, end: CommuneCode) -> float:
    found = trip(REFERENCE, start, end)
    assert found is not None
    return found.km


def ways(start: CommuneCode, end: CommuneCode) -> tuple[str, ...]:
    found = trip(REFERENCE, start, end)
    assert found is not None
    return found.ways


def test_the_two_banks_of_the_mouth_face_each_other_and_are_far_apart() -> None:
    assert km(FOURAS, PORT_DES_BARQUES) > 15  # 4 km as the crow flies over the water
    assert ways(FOURAS, PORT_DES_BARQUES) == ("par le pont de Rochefort",)


def test_a_journey_that_starts_at_the_bridge_does_not_name_it() -> None:
    assert ways(ROCHEFORT, PORT_DES_BARQUES) == ()
    assert km(ROCHEFORT, PORT_DES_BARQUES) == pytest.approx(7.5, abs=0.5)


def test_oleron_is_reached_by_its_bridge_from_bourcefranc() -> None:
    assert ways(ROCHEFORT, SAINT_PIERRE) == ("par le pont d'Oléron",)
    assert km(ROCHEFORT, SAINT_PIERRE) == pytest.approx(
        km(ROCHEFORT, BOURCEFRANC) + km(BOURCEFRANC, CommuneCode("17093")) + km(CommuneCode("17093"), SAINT_PIERRE)
    )
    assert ways(BOURCEFRANC, SAINT_PIERRE) == ("par le pont d'Oléron",)


def test_aix_is_reached_by_boat_from_fouras_wherever_one_goes() -> None:
    assert ways(AIX, FOURAS) == ("par le bateau de Fouras",)
    assert ways(AIX, SAINT_PIERRE) == ("par le bateau de Fouras", "par le pont de Rochefort", "par le pont d'Oléron")


def test_crossings_are_named_in_the_order_of_the_journey() -> None:
    there, back = (
        reach(REFERENCE, AIX, Venue((SAINT_PIERRE,), False, False), True),
        reach(REFERENCE, SAINT_PIERRE, Venue((AIX,), False, False), True),
    )

    assert said(there, True).endswith(" par le bateau de Fouras, par le pont de Rochefort et par le pont d'Oléron")
    assert said(back, True).endswith(" par le pont d'Oléron, par le pont de Rochefort et par le bateau de Fouras")


def test_two_communes_of_one_island_need_no_crossing() -> None:
    assert ways(SAINT_PIERRE, CommuneCode("17323")) == ()


@pytest.mark.parametrize(("start", "end"), [(ROCHEFORT, SAINT_PIERRE), (FOURAS, PORT_DES_BARQUES), (AIX, MARENNES)])
def test_the_way_back_is_as_long(start: CommuneCode, end: CommuneCode) -> None:
    assert km(start, end) == pytest.approx(km(end, start))


def test_communes_whose_bank_nobody_wrote_take_that_of_their_neighbours() -> None:
    assert ways(LA_ROCHELLE, MARENNES) == ("par le pont de Rochefort",)
    assert ways(ROYAN, MARENNES) == ()
    assert ways(SAINTES, MARENNES) == () == ways(SAINTES, ROCHEFORT)  # has bridges of its own


def test_a_place_outside_what_we_know_is_not_measured() -> None:
    assert trip(REFERENCE, ROCHEFORT, POITIERS) is None
    assert reach(REFERENCE, ROCHEFORT, Venue((POITIERS,), False, False), True).closeness is Closeness.UNKNOWN


def test_the_nearest_place_counts_when_there_are_several() -> None:
    found = reach(REFERENCE, TONNAY, Venue((LA_ROCHELLE, ROCHEFORT, SAINT_PIERRE), False, False), True)

    assert found.place is not None
    assert found.place.insee == ROCHEFORT


@pytest.mark.parametrize(
    ("venue", "easy"),
    [
        (Venue((FOURAS,), False, False), True),  # the same commune
        (Venue((ROCHEFORT,), False, False), True),  # the seat of the EPCI
        (Venue((TONNAY,), False, False), False),
        (Venue((), True, False), True),
        (Venue((), False, True), True),
    ],
)
def test_without_a_vehicle_only_home_the_seat_and_what_comes_or_is_remote_are_easy(venue: Venue, easy: bool) -> None:
    assert reach(REFERENCE, FOURAS, venue, False).easy is easy


def test_lack_of_a_vehicle_makes_the_rest_worth_less() -> None:
    venue = Venue((TONNAY,), False, False)

    assert reach(REFERENCE, FOURAS, venue, False).worth < reach(REFERENCE, FOURAS, venue, True).worth


def test_nearer_is_worth_more_and_the_other_side_of_the_water_less() -> None:
    def worth(place: CommuneCode) -> float:
        return reach(REFERENCE, FOURAS, Venue((place,), False, False), True).worth

    assert 1.0 == worth(FOURAS) > worth(ROCHEFORT) > worth(PORT_DES_BARQUES) > worth(SAINT_PIERRE)


@pytest.mark.parametrize(
    ("start", "end", "way"),
    [
        (MARENNES, ROCHEFORT, "en car"),
        (SAINT_PIERRE, ROCHEFORT, "en car, par le pont d'Oléron"),
        (FOURAS, PORT_DES_BARQUES, "en car, par le pont de Rochefort"),
        (AIX, FOURAS, "en bateau"),
        (AIX, ROCHEFORT, "en bateau puis en car"),
        (ROCHEFORT, POITIERS, "en car ou en train"),
    ],
)
def test_the_real_way_without_a_car_is_said(start: CommuneCode, end: CommuneCode, way: str) -> None:
    assert transport(REFERENCE, start, end) == way


def test_where_is_said_with_its_article_and_its_crossing() -> None:
    le_gua, les_mathes = CommuneCode("17185"), CommuneCode("17225")

    def sentence(home: CommuneCode, place: CommuneCode) -> str:
        return said(reach(REFERENCE, home, Venue((place,), False, False), True), True)

    assert sentence(MARENNES, le_gua).startswith("au Gua, à ")
    assert sentence(MARENNES, les_mathes).startswith("aux Mathes, à ")
    assert sentence(FOURAS, AIX) == "à l'Île-d'Aix, à environ 9 km par le bateau de Fouras"
    assert sentence(ROCHEFORT, SAINT_PIERRE).endswith(" km par le pont d'Oléron")
    assert (
        said(reach(REFERENCE, ROCHEFORT, Venue((), False, False), True), True)
        == "lieu d'accueil à préciser avec le partenaire"
    )


def test_a_place_of_another_departement_is_named_when_its_name_is_known() -> None:
    known = replace(REFERENCE, elsewhere={POITIERS: "Poitiers"})

    assert said(reach(known, ROCHEFORT, Venue((POITIERS,), False, False), True), True) == (
        "à Poitiers, hors du département"
    )
    assert said(reach(replace(REFERENCE, elsewhere={}), ROCHEFORT, Venue((POITIERS,), False, False), True), True) == (
        "lieu d'accueil à préciser avec le partenaire"
    )


def test_another_territory_brings_its_own_ways() -> None:
    bare = replace(REFERENCE, islands={}, bridges=())
    ferry = replace(
        REFERENCE,
        islands={"oleron": Island("oleron", "Oléron", FOURAS, SAINT_PIERRE, "par le bac de Boyardville", True)},
    )

    straight = trip(bare, FOURAS, PORT_DES_BARQUES)
    assert straight is not None
    assert (straight.km < 6, straight.ways) == (True, ())
    assert transport(ferry, FOURAS, SAINT_PIERRE) == "en bateau puis en car"
    found = trip(ferry, FOURAS, SAINT_PIERRE)
    assert found is not None
    assert found.ways == ("par le bac de Boyardville",)


@pytest.mark.parametrize(
    ("beyond", "home", "crosses"),
    [
        (None, LA_ROCHELLE, True),
        (Side.NORTH, LA_ROCHELLE, False),
        (Side.WEST, LA_ROCHELLE, False),
        (Side.SOUTH, LA_ROCHELLE, True),
        (Side.EAST, LA_ROCHELLE, True),
        (Side.SOUTH, ROYAN, False),
        (Side.EAST, SAINTES, False),
    ],
)
def test_beyond_a_bridge_the_banks_are_not_told_apart(beyond: Side | None, home: CommuneCode, crosses: bool) -> None:
    known = replace(REFERENCE, bridges=(Bridge(TONNAY, beyond),))

    found = trip(known, home, MARENNES)

    assert found is not None
    assert bool(found.ways) == crosses
