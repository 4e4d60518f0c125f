"""What the page makes of a suggestion: nothing said twice, nothing true left out."""

import pytest

from graph.directory import Directory
from graph.model import NeedCode, Origin
from maillage.answer import Answer
from maillage.suggesting import french_text
from tests.graph.directories import REFERENCE
from tests.graph.offers import ask, conditions, directory, partner, service

ALPHA, BETA, HOME = partner("Alpha"), partner("Beta"), partner("Maison")


def answer(found: Directory, *needs: str, **asked: object) -> Answer:
    return Answer(ask(found, *needs, **asked), found, REFERENCE)  # type: ignore[arg-type]  # handed on as it came


def test_a_need_is_told_apart_by_what_the_service_exists_for() -> None:
    both = service(ALPHA, "permis", "trajets", main=frozenset({NeedCode("permis")}))

    (shown,) = answer(directory(ALPHA, both), "permis", "trajets").outside

    assert (list(shown.main), list(shown.aside)) == (["permis"], ["trajets"])
    assert not any("mission" in reason or "aide" in reason for reason in shown.reasons)


def test_a_need_met_by_another_service_of_the_partner_keeps_its_reason() -> None:
    first = service(ALPHA, "permis", "trajets", main=frozenset({NeedCode("permis")}), name="Conduite")
    second = service(ALPHA, "budget-dettes", name="Budget")

    (shown,) = answer(directory(ALPHA, first, second), "permis", "trajets", "budget-dettes").outside

    needs = {*shown.main, *shown.aside}
    left = {"permis", "trajets", "budget-dettes"} - needs
    assert left
    for need in left:
        label = REFERENCE.needs[NeedCode(need)].label
        assert any(label in reason and "par son service" in reason for reason in shown.reasons)


@pytest.mark.parametrize(("name", "said"), [("Alpha – CADA", False), ("Centre de Rochefort", True)])
def test_what_a_unit_is_part_of_is_said_unless_its_name_says_it(name: str, said: bool) -> None:
    unit = partner(name, unit_of=ALPHA.id)

    (shown,) = answer(directory(ALPHA, unit, service(unit, "permis")), "permis").outside

    assert ("fait partie de : Alpha" in shown.reasons) == said


def test_the_offer_of_the_mission_locale_stands_apart_and_no_team_is_said_to_cover_it() -> None:
    found = directory(ALPHA, HOME, service(ALPHA, "permis"), service(HOME, "trajets", internal=True))

    page = answer(found, "permis", "trajets")

    assert [one.suggested.partner.name for one in page.outside] == ["Alpha"]
    assert [one.suggested.partner.name for one in page.own] == ["Maison"]
    assert page.only_own == ["trajets"]
    assert page.covered == "1 besoin sur 2"


@pytest.mark.parametrize(
    ("needs", "covered"),
    [
        (["permis"], "ce besoin"),
        (["permis", "trajets"], "tous les besoins cochés"),
        (["permis", "violences"], "1 besoin sur 2"),
    ],
)
def test_how_much_the_team_covers_is_counted(needs: list[str], covered: str) -> None:
    found = directory(ALPHA, BETA, service(ALPHA, "permis"), service(BETA, "trajets"))

    assert answer(found, *needs).covered == covered


def test_what_a_tick_may_open_is_told_apart_from_what_nothing_opens() -> None:
    open_to_few = service(ALPHA, "permis", conditions=conditions(required=[["demandeur-asile"]]))
    too_young = service(BETA, "permis", age_min=25)

    page = answer(directory(ALPHA, BETA, HOME, open_to_few, too_young, service(HOME, "permis")), "permis")

    assert [row.partner for row in page.maybe.shown] == ["Alpha"]
    assert [row.partner for row in page.others.shown] == ["Beta"]


def test_an_adult_is_not_asked_to_become_a_minor() -> None:
    for_minors = service(ALPHA, "permis", conditions=conditions(required=[["mineur"]]))

    page = answer(directory(ALPHA, for_minors), "permis", age=20)

    assert (page.maybe.total, page.others.total) == (0, 1)


def test_a_name_leads_to_its_row_when_the_page_shows_it() -> None:
    odd = partner("<b>Gamma</b>")
    found = directory(ALPHA, odd, service(ALPHA, "permis"), service(odd, "trajets"))

    page = answer(found, "permis", "trajets", limit=1)
    (shown,) = page.suggestion.suggestions
    (hidden,) = {ALPHA.id, odd.id} - {shown.partner.id}

    assert page.linked(shown.partner.id).startswith('<a href="#partenaire-1">')
    assert "<a" not in page.linked(hidden)
    assert "<b>" not in page.linked(odd.id)


def test_what_to_confirm_means_is_said_when_something_is_to_confirm() -> None:
    sure, unsure = service(ALPHA, "permis"), service(ALPHA, "permis", origin=Origin.INFERRED)

    assert answer(directory(ALPHA, sure), "permis").to_confirm is None
    assert answer(directory(ALPHA, unsure), "permis").to_confirm is not None
    assert "À confirmer" not in french_text(ask(directory(ALPHA, sure), "permis"), directory(ALPHA, sure))


def test_the_text_says_who_could_stand_in_and_how_many_are_left_out() -> None:
    found = directory(
        ALPHA, BETA, HOME, service(ALPHA, "permis"), service(BETA, "permis"), service(HOME, "trajets", age_min=25)
    )

    text = french_text(ask(found, "permis", "trajets", limit=1), found)

    assert "2 partenaires conviennent, le premier :" in text
    assert "à défaut : " in text
    assert "Personne ne couvre « Organiser ses trajets" in text
    assert "  - possible à partir de 25 ans : Accueil (Maison)" in text
    assert "1 service écarté :" in text


def test_the_text_of_an_answer_without_partners_says_so() -> None:
    found = directory(ALPHA, service(ALPHA, "trajets"))

    text = french_text(ask(found, "permis"), found)

    assert "Aucun partenaire ne convient." in text
    assert "équipe" not in text
