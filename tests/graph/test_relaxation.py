"""What would fit if one thing changed, when nothing fits."""

from dataclasses import replace
from datetime import date

import pytest

from graph.model import Service, ServiceId, TerritoryCode
from tests.graph.offers import (
    AIX,
    FOURAS,
    OLERON_EPCI,
    PORT_DES_BARQUES,
    ROCHEFORT,
    ROCHEFORT_EPCI,
    SAINT_PIERRE,
    ask,
    conditions,
    directory,
    partner,
    service,
)

ALPHA = partner("Alpha")
PLAIN = service(ALPHA, "permis")


def proposed(*offers: Service, **asked: object) -> list[str]:
    found = ask(directory(ALPHA, *offers), "permis", **asked)  # type: ignore[arg-type]
    assert found.uncovered == ("permis",)
    return [r.text for r in found.relaxations]


def test_a_young_person_grows_up() -> None:
    assert proposed(replace(PLAIN, age_min=18), age=17) == ["à partir de 18 ans : Accueil (Alpha)"]
    assert proposed(replace(PLAIN, conditions=conditions(excluded=["mineur"])), age=17) == [
        "à partir de 18 ans : Accueil (Alpha)"
    ]


def test_nobody_grows_younger() -> None:
    assert proposed(replace(PLAIN, age_max=17), age=20) == []
    assert proposed(replace(PLAIN, conditions=conditions([["mineur"]])), age=20) == []
    assert proposed(replace(PLAIN, conditions=conditions([["mineur-non-accompagne"]])), age=20) == []


def test_another_place_is_proposed_with_the_real_way_to_it() -> None:
    rochefort = replace(PLAIN, territories=frozenset({ROCHEFORT_EPCI}), places=frozenset({ROCHEFORT}))
    fouras = replace(PLAIN, territories=frozenset({TerritoryCode("17168")}), places=frozenset({FOURAS}))

    assert proposed(rochefort, commune=SAINT_PIERRE) == [
        "à Rochefort, en car, par le pont d'Oléron, si le partenaire accueille hors de sa zone : Accueil (Alpha)"
    ]
    assert proposed(fouras, commune=AIX) == [
        "à Fouras, en bateau, si le partenaire accueille hors de sa zone : Accueil (Alpha)"
    ]
    assert proposed(fouras, commune=PORT_DES_BARQUES) == [
        "à Fouras, en car, par le pont de Rochefort, si le partenaire accueille hors de sa zone : Accueil (Alpha)"
    ]


def test_without_a_known_place_the_seat_of_the_zone_stands_for_it() -> None:
    assert proposed(replace(PLAIN, territories=frozenset({OLERON_EPCI}))) == [
        "à Saint-Pierre-d'Oléron, en car, par le pont d'Oléron, si le partenaire accueille hors de sa zone"
        " : Accueil (Alpha)"
    ]


def test_a_date_is_proposed_when_the_service_is_full_or_closed_until_then() -> None:
    assert proposed(replace(PLAIN, full_until=date(2027, 2, 1))) == ["à partir du 1er février 2027 : Accueil (Alpha)"]
    assert proposed(replace(PLAIN, closed_until=date(2027, 2, 2))) == ["à partir du 2 février 2027 : Accueil (Alpha)"]


def test_a_situation_to_ask_about_is_proposed() -> None:
    assert proposed(replace(PLAIN, conditions=conditions([["handicap-reconnu", "demandeur-emploi"]]))) == [
        "si ce jeune est inscrit à France Travail ou est reconnu handicapé (RQTH, AAH…) : Accueil (Alpha)"
    ]


def test_a_status_of_stay_that_was_not_ticked_is_to_be_checked() -> None:
    assert proposed(replace(PLAIN, conditions=conditions([["protection-internationale"]]))) == [
        "si ce jeune bénéficie d'une protection internationale (à vérifier) : Accueil (Alpha)"
    ]
    assert proposed(replace(PLAIN, conditions=conditions([["mineur-non-accompagne"]])), age=16) == [
        "si ce jeune est reconnu mineur non accompagné (à vérifier) : Accueil (Alpha)"
    ]


def test_a_status_of_stay_is_not_proposed_beside_another() -> None:
    offer = replace(PLAIN, conditions=conditions([["demandeur-asile"]]))

    assert proposed(offer, situations=["protection-internationale"]) == []
    assert proposed(offer, situations=["citoyen-ue"]) == []


def test_what_comes_with_age_is_not_proposed_before_it() -> None:
    registered = replace(PLAIN, conditions=conditions([["demandeur-emploi"]]))

    assert proposed(registered, age=15) == []
    assert proposed(registered, age=16) == ["si ce jeune est inscrit à France Travail : Accueil (Alpha)"]


@pytest.mark.parametrize(
    "code",
    [
        *("justice-milieu-ouvert", "justice-detention", "justice-placement", "victime-violences", "sans-abri"),
        *("enceinte", "parent", "heberge-tiers", "handicap-psychique", "handicap-moteur", "tutelle-curatelle"),
        *("protection-enfance", "decrochage", "droit-travail-absent", "etranger-hors-ue", "sans-solution"),
    ],
)
def test_what_nobody_would_wish_or_seek_is_never_proposed(code: str) -> None:
    assert proposed(replace(PLAIN, conditions=conditions([[code]]))) == []
    assert proposed(replace(PLAIN, conditions=conditions([[code, "eligible-iae"]]))) == [
        "si ce jeune est éligible à l'IAE (PASS IAE) : Accueil (Alpha)"
    ]


def test_what_is_closed_for_good_or_refused_for_what_is_ticked_is_not_proposed() -> None:
    assert proposed(replace(PLAIN, closed=True)) == []
    assert proposed(replace(PLAIN, conditions=conditions(excluded=["qpv"])), situations=["qpv"]) == []


def test_one_change_comes_before_two_and_the_nearest_first() -> None:
    soon = replace(PLAIN, id=ServiceId("soon"), name="Bientôt", age_min=17)
    later = replace(PLAIN, id=ServiceId("later"), name="Plus tard", age_min=18)
    both = replace(PLAIN, id=ServiceId("both"), name="Double", age_min=17, full_until=date(2027, 2, 1))

    assert proposed(both, later, soon, age=16) == [
        "à partir de 17 ans : Bientôt (Alpha)",
        "à partir de 18 ans : Plus tard (Alpha)",
    ]


def test_two_changes_are_proposed_when_nothing_less_would_do() -> None:
    both = replace(PLAIN, age_min=18, conditions=conditions([["cap-bep"]]))

    assert proposed(both, age=17) == [
        "à partir de 18 ans et si ce jeune a un CAP, un BEP ou équivalent : Accueil (Alpha)"
    ]


def test_a_need_that_somebody_meets_has_no_relaxation() -> None:
    other = replace(PLAIN, id=ServiceId("other"), age_min=25)

    assert ask(directory(ALPHA, PLAIN, other), "permis").relaxations == ()


def test_what_nobody_meets_anywhere_is_uncovered_without_a_relaxation() -> None:
    found = ask(directory(), "permis")

    assert found.uncovered == ("permis",)
    assert found.relaxations == ()


def test_what_one_asks_about_lightly_comes_before_what_is_sensitive() -> None:
    recognised = replace(PLAIN, id=ServiceId("a"), name="Atelier", conditions=conditions([["handicap-reconnu"]]))
    registered = replace(PLAIN, id=ServiceId("b"), name="Bureau", conditions=conditions([["demandeur-emploi"]]))

    assert proposed(recognised, registered) == [
        "si ce jeune est inscrit à France Travail : Bureau (Alpha)",
        "si ce jeune est reconnu handicapé (RQTH, AAH…) : Atelier (Alpha)",
    ]


def test_the_same_offer_of_an_organisation_and_of_its_unit_is_said_once() -> None:
    unit = partner("Unit", unit_of=ALPHA.id)
    found = ask(
        directory(ALPHA, unit, replace(PLAIN, age_min=21), replace(service(unit, "permis"), age_min=21)), "permis"
    )

    assert [r.text for r in found.relaxations] == ["à partir de 21 ans : Accueil (Alpha)"]
