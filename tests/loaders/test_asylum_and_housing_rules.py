"""National rules of admission, through a partner of which only the name is known: CADA, CHRS, CLLAJ, FAJ…"""

from datetime import date

import pytest

from graph.directory import Directory
from graph.model import CommuneCode, NeedCode, Partner, PartnerId, Request, SituationCode
from graph.sheet import compose
from graph.suggestion import suggest
from loaders.reference import reference
from loaders.sheet import packaged

ROCHEFORT = CommuneCode("17299")


def admitted(name: str, age: int, need: str, *situations: str) -> bool:
    """Whether a partner called *name* is suggested to this young person for this need."""
    known = reference()
    partner = Partner(PartnerId("known-by-its-name"), name, commune=ROCHEFORT)
    composed = compose([partner], [], packaged(), known)
    directory = Directory(
        partners={p.id: p for p in composed.partners},
        services={s.id: s for s in composed.services},
    )
    ticked = {SituationCode(s) for s in situations} | ({SituationCode("mineur")} if age < 18 else set())
    request = Request(age, ROCHEFORT, frozenset({NeedCode(need)}), frozenset(ticked))
    return bool(suggest(request, directory, known, date(2026, 11, 25)).suggestions)


@pytest.mark.parametrize("name", ["CADA de Rochefort", "HUDA Les Glycines"])
def test_asylum_housing_takes_adult_asylum_seekers_only(name: str) -> None:
    assert admitted(name, 20, "hebergement-accompagne", "demandeur-asile")
    assert not admitted(name, 20, "hebergement-accompagne", "protection-internationale")
    assert not admitted(name, 20, "hebergement-accompagne", "etranger-hors-ue")
    assert not admitted(name, 17, "hebergement-accompagne", "demandeur-asile")


@pytest.mark.parametrize(
    ("name", "need"),
    [
        ("Centre provisoire d'hébergement", "hebergement-accompagne"),
        ("Programme AGIR", "acces-logement"),
        ("Dispositif IML-BPI", "acces-logement"),
    ],
)
def test_schemes_for_refugees_refuse_asylum_seekers_and_minors(name: str, need: str) -> None:
    assert admitted(name, 22, need, "protection-internationale")
    assert not admitted(name, 22, need, "demandeur-asile")
    assert not admitted(name, 22, need)
    assert not admitted(name, 17, need, "protection-internationale")


def test_the_integration_contract_is_for_newcomers_of_sixteen_and_over_outside_the_european_union() -> None:
    assert admitted("OFII", 16, "francais-langue", "primo-arrivant")
    assert admitted("OFII", 24, "francais-langue", "protection-internationale")
    assert not admitted("OFII", 15, "francais-langue", "primo-arrivant")
    assert not admitted("OFII", 24, "francais-langue", "demandeur-asile")
    assert not admitted("OFII", 24, "francais-langue", "primo-arrivant", "citoyen-ue")


def test_services_for_unaccompanied_minors_end_at_eighteen() -> None:
    assert admitted("Pôle MNA", 17, "protection-jeune-majeur", "mineur-non-accompagne")
    assert not admitted("Pôle MNA", 17, "protection-jeune-majeur")
    assert not admitted("Pôle MNA", 18, "protection-jeune-majeur", "mineur-non-accompagne")


@pytest.mark.parametrize("name", ["CHRS Le Phare", "Abri de nuit", "Accueil de jour", "SIAO 17"])
def test_a_minor_without_a_roof_is_not_sent_to_shelters_for_adults(name: str) -> None:
    assert admitted(name, 18, "hebergement-urgence", "sans-abri")
    assert not admitted(name, 17, "hebergement-urgence", "sans-abri")


def test_young_workers_homes_take_people_from_sixteen_to_thirty() -> None:
    assert admitted("Foyer de jeunes travailleurs", 16, "hebergement-formation", "en-apprentissage")
    assert admitted("Foyer de jeunes travailleurs", 30, "hebergement-formation", "en-emploi")
    assert not admitted("Foyer de jeunes travailleurs", 15, "hebergement-formation", "en-apprentissage")


def test_a_housing_committee_informs_minors_and_houses_adults() -> None:
    assert admitted("CLLAJ du Pays", 16, "acces-logement")
    assert not admitted("CLLAJ du Pays", 17, "hebergement-accompagne")
    assert admitted("CLLAJ du Pays", 18, "hebergement-accompagne")
    assert not admitted("CLLAJ du Pays", 22, "hebergement-accompagne", "demandeur-asile")


def test_the_youth_fund_helps_from_eighteen_to_twenty_five() -> None:
    assert [admitted("Fonds d'aide aux jeunes", age, "aide-financiere") for age in (17, 18, 25, 26)] == [
        False,
        True,
        True,
        False,
    ]


def test_the_youth_fund_of_charente_maritime_leaves_out_those_still_at_school() -> None:
    fund = next(line for line in packaged().services if line.partner.endswith("/ Gestion du FAJ"))

    assert SituationCode("scolarise") in fund.terms.conditions.excluded
    assert (fund.terms.age_min, fund.terms.age_max) == (18, 25)


def test_legal_advice_is_open_to_everybody() -> None:
    assert admitted("Point-justice", 15, "aide-juridique")
    assert admitted("Point-justice", 30, "aide-juridique", "etranger-hors-ue")
