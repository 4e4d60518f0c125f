"""Sites of the reference among the partners."""

from dataclasses import replace

from graph.directory import Directory
from graph.model import CommuneCode, Partner, PartnerId, PartnerKind
from graph.sites import sites
from tests.graph.directories import REFERENCE
from tests.graph.packaged import packaged


def test_each_of_the_six_sites_is_a_partner_of_its_own() -> None:
    found = sites(packaged(), REFERENCE)

    assert list(found) == ["rochefort", "marennes", "saint-pierre-oleron", "cabestan", "maison-arret", "cef"]
    assert len(set(found.values())) == 6
    names = {code: packaged().partners[id].name for code, id in found.items()}
    assert "Fourriers" in names["rochefort"]
    assert "Marennes" in names["marennes"]
    assert "Oléron" in names["saint-pierre-oleron"]
    assert "Cabestan" in names["cabestan"]
    assert "maison d'arrêt" in names["maison-arret"]
    assert "éducatif fermé" in names["cef"]


def test_the_sites_are_found_as_well_when_no_commune_is_known() -> None:
    partners = {id: replace(p, commune=None) for id, p in packaged().partners.items()}

    assert sites(Directory(partners), REFERENCE) == sites(packaged(), REFERENCE)


def place(id: str, name: str, commune: str | None, kind: PartnerKind = PartnerKind.SITE) -> Directory:
    partner = Partner(PartnerId(id), name, kind=kind, commune=CommuneCode(commune) if commune else None)
    return Directory({partner.id: partner})


def test_a_site_without_partner_is_absent() -> None:
    assert sites(place("m", "Espace d'accueil de Marennes", "17219"), REFERENCE) == {"marennes": "m"}
    assert sites(Directory(), REFERENCE) == {}


def test_a_partner_of_another_commune_or_kind_is_no_site() -> None:
    assert sites(place("m", "Permanence au Cabestan", "17219"), REFERENCE) == {}
    assert sites(place("m", "Permanence au Cabestan", "17299", PartnerKind.UNIT), REFERENCE) == {}


def test_a_site_that_two_partners_say_as_well_is_absent() -> None:
    one, other = place("a", "Permanence au Cabestan", "17299"), place("b", "Cabestan, permanence", "17299")

    assert sites(Directory({**one.partners, **other.partners}), REFERENCE) == {}
