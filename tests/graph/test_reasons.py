"""The French an adviser reads aloud: why, and why not."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from graph.directory import Directory
from graph.model import (
    Access,
    Mode,
    NeedCode,
    Origin,
    PartnerStatus,
    Request,
    SectorCode,
    Service,
    Standing,
    TerritoryCode,
    Welcome,
)
from graph.reasons import MOST_REASONS, Ground
from graph.suggestion import suggest
from tests.graph.directories import REFERENCE, TODAY, directories, requests
from tests.graph.offers import (
    FOURAS,
    OLERON_EPCI,
    ROCHEFORT,
    ROCHEFORT_EPCI,
    SAINT_PIERRE,
    ask,
    conditions,
    directory,
    names,
    partner,
    service,
    texts,
)

ALPHA = partner("Alpha")
PLAIN = service(ALPHA, "permis")


def refused(offer: Service, **asked: object) -> list[str]:
    found = ask(directory(ALPHA, offer), "permis", **asked)  # type: ignore[arg-type]
    assert not found.suggestions
    return texts(found, "Alpha")


def accepted(offer: Service, **asked: object) -> list[str]:
    found = ask(directory(ALPHA, offer), "permis", **asked)  # type: ignore[arg-type]
    assert names(found) == ["Alpha"]
    return texts(found, "Alpha")


@pytest.mark.parametrize(
    ("low", "high", "age", "said"),
    [
        (18, 25, 17, "réservé aux 18-25 ans : ce jeune a 17 ans"),
        (18, 25, 26, "réservé aux 18-25 ans : ce jeune a 26 ans"),
        (18, None, 17, "réservé aux 18 ans et plus : ce jeune a 17 ans"),
        (None, 25, 26, "réservé aux moins de 26 ans : ce jeune a 26 ans"),
        (16, 16, 17, "réservé aux jeunes de 16 ans : ce jeune a 17 ans"),
        (0, 20, 21, "réservé aux moins de 21 ans : ce jeune a 21 ans"),
    ],
)
def test_an_age_outside_the_bounds_says_both_ages(low: int | None, high: int | None, age: int, said: str) -> None:
    assert refused(replace(PLAIN, age_min=low, age_max=high), age=age) == [said]


@pytest.mark.parametrize("age", [18, 25])
def test_bounds_of_age_are_included(age: int) -> None:
    offer = replace(PLAIN, age_min=18, age_max=25)

    assert f"accueille les 18-25 ans : ce jeune a {age} ans" in accepted(offer, age=age)


def test_a_zone_elsewhere_names_the_island_and_the_commune_of_the_young_person() -> None:
    offer = replace(PLAIN, territories=frozenset({OLERON_EPCI}))

    assert refused(offer) == ["intervient à Oléron, pas à Rochefort"]


def test_a_long_zone_is_counted() -> None:
    codes = ("17168", "17185", "17219", "17385", "17058", "17093")
    offer = replace(PLAIN, territories=frozenset(TerritoryCode(c) for c in codes))

    assert refused(offer) == [
        "intervient à Bourcefranc-le-Chapus, au Château-d'Oléron, à Fouras et dans 3 autres territoires,"
        " pas à Rochefort"
    ]


def test_a_missing_situation_tells_the_adviser_to_ask() -> None:
    offer = replace(PLAIN, conditions=conditions([["protection-internationale"]]))

    assert refused(offer) == ["réservé aux bénéficiaires d'une protection internationale : à cocher si c'est le cas"]


def test_many_communes_of_one_epci_are_counted() -> None:
    codes = [c.insee for c in REFERENCE.served() if c.epci == ROCHEFORT_EPCI and c.insee != ROCHEFORT]
    offer = replace(PLAIN, territories=frozenset({*map(TerritoryCode, codes), OLERON_EPCI}))

    assert refused(offer) == [
        f"intervient dans {len(codes)} communes de la CA Rochefort Océan et à Oléron, pas à Rochefort"
    ]


@pytest.mark.parametrize(
    ("required", "said"),
    [
        ([["parent", "enceinte"]], "accueille notamment les parents d'un enfant à charge"),
        ([["parent", "qpv"]], "réservé aux habitants d'un quartier prioritaire ou aux parents d'un enfant à charge"),
        ([["qpv"], ["parent"]], "réservé à qui habite un quartier prioritaire et a un enfant à charge"),
        (
            [["qpv"], ["parent", "enceinte"]],
            "réservé aux habitants d'un quartier prioritaire, notamment les parents d'un enfant à charge",
        ),
        (
            [["qpv", "en-emploi"], ["parent", "enceinte"]],
            "accueille notamment les habitants d'un quartier prioritaire et les parents d'un enfant à charge",
        ),
    ],
)
def test_reserved_is_said_only_to_groups_that_are_named_whole(required: list[list[str]], said: str) -> None:
    offer = replace(PLAIN, welcome=Welcome.EXCLUSIVE, conditions=conditions(required))

    assert f"{said} : c'est son cas" in accepted(offer, situations=["parent", "qpv"])


def test_each_missing_group_is_said_and_a_satisfied_one_is_not() -> None:
    offer = replace(PLAIN, conditions=conditions([["parent", "enceinte"], ["qpv"], ["demandeur-emploi"]]))

    assert refused(offer, situations=["qpv"]) == [
        "réservé aux personnes inscrites à France Travail : à cocher si c'est le cas",
        "réservé aux parents d'un enfant à charge ou aux femmes enceintes : à cocher si c'est le cas",
    ]


def test_what_follows_from_the_age_is_not_to_be_ticked() -> None:
    offer = replace(PLAIN, conditions=conditions([["mineur"]]))

    assert refused(offer) == ["réservé aux mineurs : ce jeune a 20 ans"]


def test_a_situation_that_is_not_admitted_is_named() -> None:
    asylum = replace(PLAIN, conditions=conditions(excluded=["demandeur-asile"]))
    minors = replace(PLAIN, conditions=conditions(excluded=["mineur"]))

    assert refused(asylum, situations=["demandeur-asile"]) == ["n'accueille pas les demandeurs d'asile"]
    assert refused(minors, age=17) == ["n'accueille pas les mineurs : ce jeune a 17 ans"]


def test_every_obstacle_is_said_not_only_the_first() -> None:
    offer = replace(
        PLAIN,
        age_min=26,
        territories=frozenset({OLERON_EPCI}),
        full_until=date(2027, 1, 1),
        conditions=conditions([["parent"]]),
    )

    assert refused(offer) == [
        "complet jusqu'au 1er janvier 2027",
        "réservé aux 26 ans et plus : ce jeune a 20 ans",
        "intervient à Oléron, pas à Rochefort",
        "réservé aux parents d'un enfant à charge : à cocher si c'est le cas",
    ]


def test_a_service_takes_people_again_on_the_day_itself() -> None:
    assert refused(replace(PLAIN, closed_until=date(2026, 11, 26))) == ["fermé jusqu'au 26 novembre 2026"]
    assert accepted(replace(PLAIN, closed_until=TODAY, full_until=TODAY))


def test_closed_for_good_is_said_of_the_service_or_of_the_structure() -> None:
    gone = partner("Alpha", status=PartnerStatus.CLOSED)

    assert refused(replace(PLAIN, closed=True)) == ["ce service n'existe plus"]
    assert texts(ask(directory(gone, PLAIN), "permis"), "Alpha") == ["cette structure a fermé"]


def test_a_partner_where_nobody_is_sent_says_why_in_its_own_words() -> None:
    funder = partner(
        "Alpha", standing=Standing.FUNDER, standing_reason="Finance le dispositif et n'accueille personne."
    )
    unknown = partner("Alpha", standing=Standing.UNKNOWN)

    assert texts(ask(directory(funder, PLAIN), "permis"), "Alpha") == ["finance le dispositif et n'accueille personne"]
    assert texts(ask(directory(unknown, PLAIN), "permis"), "Alpha") == [
        "personne n'a encore dit si un jeune peut y être orienté"
    ]


def test_a_suggestion_says_the_need_the_situation_and_the_place() -> None:
    offer = replace(
        PLAIN,
        conditions=conditions([["demandeur-emploi"]], preferred=["qpv"]),
        welcome=Welcome.EXCLUSIVE,
        places=frozenset({ROCHEFORT}),
    )

    assert accepted(offer, situations=["demandeur-emploi", "qpv"]) == [
        "c'est sa mission : « Passer le permis ou le code »",
        "réservé aux personnes inscrites à France Travail : c'est son cas",
        "accueille en priorité les habitants d'un quartier prioritaire : c'est son cas",
        "à Rochefort, dans sa commune",
    ]


def test_an_incidental_need_is_not_called_a_mission() -> None:
    offer = service(ALPHA, "permis", "trajets", main=frozenset({"trajets"}))

    assert "aide aussi pour : « Passer le permis ou le code »" in accepted(offer)


def test_needs_met_by_another_service_of_the_partner_name_it() -> None:
    other = service(ALPHA, "aide-alimentaire", name="épicerie")
    found = ask(directory(ALPHA, PLAIN, other), "permis", "aide-alimentaire")

    assert found.suggestions[0].needs == ("aide-alimentaire", "permis")
    said = {
        "« Passer le permis ou le code » : par son service « Accueil »",
        "« Aide alimentaire » : par son service « Épicerie »",
    }
    assert len(said & set(texts(found, "Alpha"))) == 1


def test_needs_met_by_several_other_services_are_one_reason() -> None:
    meal = service(ALPHA, "aide-alimentaire", name="repas")
    moving = service(ALPHA, "trajets", name="bus")
    best = service(ALPHA, "permis", "recherche-emploi", name="accueil")
    found = ask(directory(ALPHA, best, meal, moving), "permis", "recherche-emploi", "aide-alimentaire", "trajets")

    through = [t for t in texts(found, "Alpha") if "par son service" in t]
    assert len(through) == 1
    assert through[0].count("par son service") == 2


def _crowded(age: int | None, **others: object) -> Service:
    """A service about which everything there is to say is said."""
    return replace(
        service(ALPHA, "permis", "trajets", "qualification", name="accueil", main=frozenset({NeedCode("permis")})),
        age_min=age,
        conditions=conditions([["demandeur-emploi"]], preferred=["qpv"]),
        sectors=frozenset({SectorCode("F")}),
        access=frozenset({Access.DECISION}),
        places=frozenset({ROCHEFORT}),
        origin=Origin.INFERRED,
        **others,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("internal", [False, True])
def test_all_there_is_to_say_fits_in_eight_reasons_and_none_is_lost(internal: bool) -> None:
    unit, house = partner("Alpha", unit_of="maison"), partner("Maison")
    more = service(ALPHA, "aide-alimentaire", name="repas")

    found = ask(
        directory(house, unit, _crowded(16, internal=internal), more),
        *("permis", "trajets", "aide-alimentaire"),
        situations=["demandeur-emploi", "qpv"],
        sectors=["F"],
    )

    said = texts(found, "Alpha")
    assert len(said) == MOST_REASONS
    assert said[-1] == "à confirmer : fiche non vérifiée auprès du partenaire"
    for part in (
        *("c'est sa mission", "aide aussi pour", "par son service", "dans le secteur souhaité", "inscrites à France"),
        *("quartier prioritaire", "ce jeune a 20 ans", "dans sa commune", "entrée sur décision", "fait partie de"),
    ):
        assert sum(part in text for text in said) == 1
    assert any("offre de la Mission Locale" in text for text in said) == internal


@settings(max_examples=100, deadline=None)
@given(directories(), requests())
def test_no_suggestion_has_more_than_eight_reasons(found: Directory, request: Request) -> None:
    for one in suggest(request, found, REFERENCE, TODAY).suggestions:
        assert len(one.reasons) <= MOST_REASONS
        assert one.service.to_confirm == (one.reasons[-1].code == Ground.TO_CONFIRM)


def test_inferred_services_are_to_confirm_until_somebody_verifies_them() -> None:
    inferred = replace(PLAIN, origin=Origin.INFERRED)

    assert "à confirmer : fiche non vérifiée auprès du partenaire" in accepted(inferred)
    assert "fiche vérifiée le 1er octobre 2026" in accepted(replace(inferred, verified_on=date(2026, 10, 1)))
    assert not any("confirmer" in t for t in accepted(replace(inferred, verified_on=date(2026, 10, 1))))


def test_the_own_offer_of_the_mission_locale_is_named_as_such() -> None:
    assert accepted(replace(PLAIN, internal=True))[0] == "offre de la Mission Locale elle-même"


def test_a_need_that_only_the_own_offer_meets_is_said_to_be_so() -> None:
    found = ask(directory(ALPHA, replace(PLAIN, internal=True)), "permis")

    assert found.uncovered == ()
    assert found.team.members == ()
    assert "seule l'offre de la Mission Locale répond à : « Passer le permis ou le code »" in texts(found, "Alpha")


def test_a_unit_says_what_it_is_part_of() -> None:
    unit = partner("Alpha", unit_of="maison")
    house = partner("Maison")

    assert "fait partie de : Maison" in texts(ask(directory(house, unit, PLAIN), "permis"), "Alpha")


def test_the_ways_a_service_reaches_the_young_person_are_said() -> None:
    remote = replace(PLAIN, modes=frozenset({Mode.REMOTE}))
    mobile = replace(PLAIN, modes=frozenset({Mode.MOBILE}), territories=frozenset({OLERON_EPCI}))
    decision = replace(PLAIN, access=frozenset({Access.DECISION}))

    assert "intervient partout en France, joignable à distance, par téléphone ou en ligne" in accepted(remote)
    assert "intervient à Oléron, se déplace jusqu'au jeune ou près de chez lui" in accepted(
        mobile, commune=SAINT_PIERRE
    )
    assert "entrée sur décision : l'obtenir avant l'admission" in accepted(decision)


def test_without_a_vehicle_the_journey_is_said_to_need_organising() -> None:
    offer = replace(PLAIN, places=frozenset({FOURAS}))

    assert accepted(offer)[-1] == "à Fouras, à environ 8 km à vol d'oiseau"
    assert accepted(offer, situations=["non-mobile"])[-1] == (
        "à Fouras, à environ 8 km à vol d'oiseau : trajet à organiser, sans véhicule"
    )


def test_the_sectors_wished_are_quoted_as_their_names_hold_commas() -> None:
    offer = service(ALPHA, "qualification", sectors=frozenset({"F"}))
    found = ask(directory(ALPHA, offer), "qualification", sectors=["F"])

    both = ask(
        directory(ALPHA, replace(offer, sectors=frozenset({SectorCode("F"), SectorCode("I")}))),
        "qualification",
        sectors=["F", "I"],
    )

    assert "dans le secteur souhaité : « Bâtiment et travaux publics »" in texts(found, "Alpha")
    assert "dans les secteurs souhaités : « Bâtiment et travaux publics » et « Installation et maintenance »" in texts(
        both, "Alpha"
    )


def test_another_service_is_the_one_made_for_the_need() -> None:
    best = service(ALPHA, "recherche-emploi", "emploi-iae", name="emploi")
    vague = service(ALPHA, "aide-alimentaire", "permis", name="accueil", main=frozenset({"permis"}))
    made = service(ALPHA, "aide-alimentaire", name="repas")
    found = ask(directory(ALPHA, vague, made, best), "recherche-emploi", "emploi-iae", "aide-alimentaire")

    assert "« Aide alimentaire » : par son service « Repas »" in texts(found, "Alpha")


def test_a_zone_that_is_the_whole_territory_is_said_so() -> None:
    offer = replace(PLAIN, territories=frozenset({*REFERENCE.epcis, TerritoryCode("17306")}))

    assert accepted(offer)[-1] == (
        "intervient sur tout le territoire de la Mission Locale, lieu d'accueil à préciser avec le partenaire"
    )
