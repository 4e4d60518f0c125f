"""Who comes first, one rule at a time: everything else equal, the rule alone decides."""

from dataclasses import replace
from datetime import date

import pytest

from graph.model import (
    CommuneCode,
    Mode,
    NeedCode,
    Origin,
    Partner,
    PartnerKind,
    SectorCode,
    Service,
    TerritoryCode,
    Welcome,
)
from tests.graph.offers import (
    FOURAS,
    LA_ROCHELLE,
    OLERON_EPCI,
    PORT_DES_BARQUES,
    ROCHEFORT,
    ROCHEFORT_EPCI,
    SAINT_PIERRE,
    TONNAY,
    ask,
    conditions,
    directory,
    names,
    partner,
    service,
)

ONE, TWO = partner("One"), partner("Two")


def first(better: Service, worse: Service, *needs: str, **asked: object) -> bool:
    """Whether *better* comes first under either name: the tie rule has no part in it."""
    wanted = needs or ("permis",)
    orders = []
    for a, b in ((ONE, TWO), (TWO, ONE)):
        found = ask(
            directory(ONE, TWO, replace(better, partner=a.id, id="x"), replace(worse, partner=b.id, id="y")),  # type: ignore[arg-type]
            *wanted,
            **asked,  # type: ignore[arg-type]
        )
        orders.append(names(found) == [a.name, b.name])
    return all(orders)


PLAIN = service(ONE, "permis")


def at(*places: CommuneCode) -> Service:
    return replace(PLAIN, places=frozenset(places))


@pytest.mark.parametrize(
    ("better", "worse", "asked"),
    [
        (at(FOURAS), at(ROCHEFORT), {"commune": FOURAS}),
        (at(ROCHEFORT), at(PORT_DES_BARQUES), {"commune": FOURAS}),
        (at(TONNAY), at(LA_ROCHELLE), {}),
        (at(LA_ROCHELLE), at(SAINT_PIERRE), {}),
        (at(ROCHEFORT), at(TONNAY), {"commune": FOURAS, "situations": ["non-mobile"]}),
        (replace(PLAIN, modes=frozenset({Mode.REMOTE})), at(LA_ROCHELLE), {"situations": ["non-mobile"]}),
        (replace(PLAIN, modes=frozenset({Mode.MOBILE})), at(TONNAY), {}),
    ],
)
def test_what_is_nearer_or_easier_to_reach_comes_first(
    better: Service, worse: Service, asked: dict[str, object]
) -> None:
    assert first(better, worse, **asked)


def test_a_service_made_for_the_need_comes_before_one_that_also_helps() -> None:
    assert first(
        PLAIN, replace(PLAIN, needs=PLAIN.needs | {NeedCode("trajets")}, main=frozenset({NeedCode("trajets")}))
    )


def test_a_specific_service_comes_before_a_general_one() -> None:
    general = service(ONE, "permis", "trajets", "vehicule", "droits-sociaux", "aide-financiere", "budget-dettes")

    assert first(PLAIN, general)


def test_exclusive_welcome_comes_before_preferential_before_unconditional() -> None:
    exclusive = replace(PLAIN, conditions=conditions([["parent"]]), welcome=Welcome.EXCLUSIVE)
    preferential = replace(PLAIN, conditions=conditions(preferred=["parent"]), welcome=Welcome.PREFERENTIAL)

    assert first(exclusive, preferential, situations=["parent"])
    assert first(preferential, PLAIN, situations=["parent"])
    assert first(PLAIN, preferential)


def test_a_verified_sheet_comes_before_a_declared_one_before_an_inferred_one() -> None:
    assert first(replace(PLAIN, verified_on=date(2026, 9, 1)), PLAIN)
    assert first(PLAIN, replace(PLAIN, origin=Origin.INFERRED))


def test_a_local_service_comes_before_one_for_all_the_country() -> None:
    assert first(replace(PLAIN, territories=frozenset({ROCHEFORT_EPCI})), PLAIN)


def test_somebody_in_particular_comes_before_a_generic_group() -> None:
    group = partner("Group", kind=PartnerKind.GROUP)
    found = ask(directory(group, ONE, service(group, "permis"), PLAIN), "permis")

    assert names(found) == ["One", "Group"]


def test_a_wished_sector_comes_first_another_sector_last_and_none_is_dropped() -> None:
    three = partner("Three")
    training = service(ONE, "qualification")
    building = replace(service(TWO, "qualification"), sectors=frozenset({SectorCode("F")}))
    hotels = replace(service(three, "qualification"), sectors=frozenset({SectorCode("G")}))
    found = ask(directory(ONE, TWO, three, training, building, hotels), "qualification", sectors=["F"])

    assert names(found) == ["Two", "One", "Three"]


def test_a_sector_says_nothing_of_needs_that_are_not_training_or_work() -> None:
    tied = replace(PLAIN, sectors=frozenset({SectorCode("G")}))

    assert not first(PLAIN, tied, sectors=["F"])
    assert not first(tied, PLAIN, sectors=["G"])


def test_the_partner_appears_once_at_the_service_in_the_wished_sector() -> None:
    found = ask(
        directory(
            ONE,
            service(ONE, "qualification", name="autre", sectors=frozenset({"G"})),
            service(ONE, "qualification", name="bâtiment", sectors=frozenset({"F"})),
        ),
        "qualification",
        sectors=["F"],
    )

    assert [s.service.name for s in found.suggestions] == ["Bâtiment"]


def crowd(need: str, number: int) -> list[Partner | Service]:
    found: list[Partner | Service] = []
    for n in range(number):
        one = partner(f"{need}-{n}")
        found += [one, service(one, need, places=frozenset({ROCHEFORT}))]
    return found


def test_every_need_is_alive_in_the_first_ten_however_many_partners_one_of_them_has() -> None:
    lone = partner("Lone")
    weak = service(
        lone,
        "garde-enfants",
        "isolement-famille",
        main=frozenset({NeedCode("isolement-famille")}),
        origin=Origin.INFERRED,
        places=frozenset({LA_ROCHELLE}),
    )
    found = ask(
        directory(*crowd("permis", 30), *crowd("recherche-emploi", 30), *crowd("aide-alimentaire", 2), lone, weak),
        "permis",
        "recherche-emploi",
        "aide-alimentaire",
        "garde-enfants",
    )
    met = [need for s in found.suggestions for need in s.needs]

    assert len(found.suggestions) == 10
    assert met.count(NeedCode("aide-alimentaire")) == 2
    assert "garde-enfants" in met
    assert min(met.count(NeedCode("permis")), met.count(NeedCode("recherche-emploi"))) >= 3


def test_the_units_of_one_organisation_do_not_fill_the_list() -> None:
    house = partner("House")
    units = [partner(f"Unit{n}", unit_of=house.id) for n in range(5)]
    others = crowd("permis", 3)
    far = frozenset({TONNAY})
    found = ask(
        directory(
            house,
            *units,
            *(service(u, "permis", places=frozenset({ROCHEFORT})) for u in units),
            *(replace(thing, places=far) if isinstance(thing, Service) else thing for thing in others),
        ),
        "permis",
    )
    order = names(found)

    assert order[0].startswith("Unit")
    assert {name for name in order[1:4] if name.startswith("permis")}
    assert len([name for name in order if name.startswith("Unit")]) == 5


def test_an_organisation_and_its_agency_are_two_doors() -> None:
    """The lists name both; the agency of the town receives first, its organisation is not pushed behind the others."""
    house = partner("House")
    agency = partner("Agency", unit_of=house.id)
    others = [partner(f"Other {number}") for number in range(6)]
    found = ask(
        directory(
            house,
            agency,
            *others,
            service(house, "recherche-emploi"),
            service(agency, "recherche-emploi", places=frozenset({ROCHEFORT})),
            *(service(other, "recherche-emploi", main=frozenset()) for other in others),
        ),
        "recherche-emploi",
    )

    assert names(found)[:2] == ["Agency", "House"]


def test_an_organisation_that_does_better_than_its_unit_keeps_its_place() -> None:
    house = partner("House")
    unit = partner("Unit", unit_of=house.id)
    found = ask(
        directory(house, unit, service(house, "permis"), service(unit, "permis", main=frozenset()), PLAIN, ONE),
        "permis",
    )

    assert names(found).index("House") < names(found).index("Unit")


def test_a_unit_reserved_for_a_situation_does_not_repeat_its_organisation() -> None:
    house = partner("House")
    general, reserved = partner("General", unit_of=house.id), partner("Reserved", unit_of=house.id)
    found = ask(
        directory(
            house,
            general,
            reserved,
            service(house, "permis", "trajets"),
            service(general, "permis", "trajets"),
            service(reserved, "permis", conditions=conditions([["parent"]])),
            *crowd("permis", 3),
        ),
        "permis",
        "trajets",
        situations=["parent"],
    )

    assert names(found).index("Reserved") == 1


def test_equal_partners_share_the_load() -> None:
    found = directory(*crowd("permis", 3))

    order = names(ask(found, "permis", loads={"permis-0": 5, "permis-2": 1}))

    assert order == ["permis-1", "permis-2", "permis-0"]


def test_equal_partners_take_turns_from_one_request_to_another() -> None:
    found = directory(*crowd("permis", 3))

    leads = {
        names(ask(found, "permis", age=age, commune=commune))[0]
        for age in range(16, 26)
        for commune in (ROCHEFORT, FOURAS)
    }

    assert leads == {"permis-0", "permis-1", "permis-2"}


def test_load_never_outweighs_a_better_partner() -> None:
    near, far = partner("Near"), partner("Far")
    found = directory(
        near,
        far,
        service(near, "permis", places=frozenset({ROCHEFORT})),
        service(far, "permis", places=frozenset({LA_ROCHELLE})),
    )

    assert names(ask(found, "permis", loads={"near": 500})) == ["Near", "Far"]


def test_the_own_offer_takes_no_place_away_from_the_others() -> None:
    own = partner("Own")
    found = ask(
        directory(own, ONE, replace(service(own, "permis", name="soi"), internal=True), PLAIN, *crowd("trajets", 3)),
        "permis",
        "trajets",
    )

    assert "Own" in names(found)
    assert "One" in names(found)[:3]


def test_a_zone_that_does_not_hold_the_commune_is_never_ranked() -> None:
    found = ask(directory(ONE, replace(PLAIN, territories=frozenset({OLERON_EPCI, TerritoryCode("17168")}))), "permis")

    assert found.suggestions == ()
