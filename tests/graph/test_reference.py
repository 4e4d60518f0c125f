"""The closed lists and their refusals."""

from time import perf_counter

import pytest

from graph.errors import NotFound, RequestRefused, UnknownCode
from graph.model import FRANCE, CommuneCode, TerritoryCode
from graph.reference import MINOR, Reference
from loaders.reference import reference


@pytest.fixture(scope="module")
def known() -> Reference:
    return reference()


def test_territories_are_nested_commune_epci_departement_france(known: Reference) -> None:
    for commune in known.served():
        within = known.within(commune.insee)

        assert within[0] == TerritoryCode(commune.insee)
        assert within[1] in known.epcis
        assert within[2:] == (TerritoryCode("17"), FRANCE)
        assert known.holding(TerritoryCode(commune.insee)) == within


def test_the_territory_has_39_communes_in_three_epci(known: Reference) -> None:
    assert len(known.served()) == 39
    assert {c.epci for c in known.served()} == known.epcis.keys()
    assert all(known.communes[epci.seat].epci == siren for siren, epci in known.epcis.items())


def test_islands_are_known(known: Reference) -> None:
    islands = {c.island for c in known.served()} - {None}

    assert islands == {"oleron", "aix"}
    assert {c.name for c in known.served() if c.island == "aix"} == {"Île-d'Aix"}
    assert sum(c.island == "oleron" for c in known.served()) == 8


def test_the_two_banks_of_the_charente_are_corrected(known: Reference) -> None:
    assert known.communes[CommuneCode("17353")].bank == "nord"
    assert known.communes[CommuneCode("17348")].bank == "sud"


def test_every_need_stands_under_a_heading_with_its_thematiques(known: Reference) -> None:
    for need in known.needs.values():
        assert need.heading in known.headings
        assert all("--" in thematique for thematique in need.thematiques)


def test_a_request_keeps_what_is_ticked_and_deduces_the_minor(known: Reference) -> None:
    young = known.request(17, "17299", ["permis", "permis"], ["non-mobile"], ["A"], 5)
    adult = known.request(18, "17299", ["permis"])

    assert young.needs == {"permis"}
    assert MINOR in young.situations
    assert young.limit == 5
    assert MINOR not in adult.situations


@pytest.mark.parametrize("age", [13, 31, 7, -1, 0, 1000])
def test_an_age_outside_the_bounds_is_refused(known: Reference, age: int) -> None:
    with pytest.raises(RequestRefused, match="14 à 30 ans"):
        known.request(age, "17299", ["permis"])


@pytest.mark.parametrize(
    ("needs", "situations", "sectors", "words"),
    [
        (["permi"], [], [], "permis"),
        (["permis"], ["non mobile"], [], "non-mobile"),
        (["permis"], [], ["AA"], "Le secteur"),
        (["zzzz"], [], [], "n'existe pas"),
    ],
)
def test_an_unknown_code_is_refused_with_the_nearest(
    known: Reference, needs: list[str], situations: list[str], sectors: list[str], words: str
) -> None:
    with pytest.raises(UnknownCode) as refused:
        known.request(20, "17299", needs, situations, sectors)

    assert words in str(refused.value)


def test_a_commune_elsewhere_is_named(known: Reference) -> None:
    with pytest.raises(RequestRefused, match="La Rochelle"):
        known.request(20, "17300", ["permis"])
    with pytest.raises(RequestRefused, match="Paris"):
        known.request(20, "75056", ["permis"])
    with pytest.raises(UnknownCode, match="99999"):
        known.request(20, "99999", ["permis"])


def test_minor_ticked_for_an_adult_is_refused(known: Reference) -> None:
    with pytest.raises(RequestRefused, match="Mineur"):
        known.request(18, "17299", ["permis"], ["mineur"])


def test_a_commune_of_another_departement_has_its_name(known: Reference) -> None:
    assert known.territory_name("86194") == "Poitiers"
    assert known.territory_name("99999") == "99999"


KINDS = ("need", "situation", "sector", "domain", "territory", "commune", "served_commune")


@pytest.mark.parametrize("kind", KINDS)
def test_a_code_longer_than_any_is_refused_at_once_and_echoed_cut(known: Reference, kind: str) -> None:
    given = "logement a " * 5400
    start = perf_counter()

    with pytest.raises(UnknownCode) as refused:
        getattr(known, kind)(given)

    assert perf_counter() - start < 0.2  # seconds when it is compared
    assert refused.value.nearest == ()
    assert f"« {given[:64]}… » n'existe pas." in str(refused.value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "code", ["logemnt-perdu", "17xxx", "x" * 64, "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 64]
)
def test_an_unknown_code_costs_little_in_the_longest_list(known: Reference, kind: str, code: str) -> None:
    def seconds() -> float:
        start = perf_counter()
        with pytest.raises(UnknownCode):
            getattr(known, kind)(code)
        return perf_counter() - start

    assert min(seconds() for _ in range(20)) < 0.002


def test_a_code_as_long_as_the_longest_is_echoed_whole(known: Reference) -> None:
    with pytest.raises(UnknownCode, match=f"« {'x' * 64} »"):
        known.need("x" * 64)


def test_a_long_identifier_is_echoed_cut() -> None:
    assert len(str(NotFound("Service", "x" * 10_000))) < 200


def test_what_is_not_found_agrees_with_its_name() -> None:
    assert str(NotFound("Décision", "d1")) == "Décision introuvable : aucune ne porte l'identifiant « d1 »."
    assert str(NotFound("Mention", "m1")) == "Mention introuvable : aucune ne porte l'identifiant « m1 »."
    assert str(NotFound("Partenaire", "p1")) == "Partenaire introuvable : aucun ne porte l'identifiant « p1 »."
