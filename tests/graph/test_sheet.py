"""Joining the sheet to resolved partners: types by words, zones from the commune, units by their own words."""

import pytest

from graph.directory import Directory
from graph.model import Mention, MentionId, Outcome, Partner, PartnerId, PartnerKind, Resolved, Standing
from graph.sheet import compose
from loaders import sheet
from loaders.reference import reference


def directory(*partners: tuple[Partner, tuple[str, ...]]) -> Directory:
    """The packaged types on *partners*, each with the names that a list gives it."""
    resolved = [
        Resolved(
            Mention(MentionId(f"{p.id}-{n}"), "liste", n, 0, raw, within="x" if p.unit_of else None),
            Outcome.SAME,
            p.id,
            p.unit_of,
            "test",
        )
        for p, raws in partners
        for n, raw in enumerate(raws, start=1)
    ]
    made = compose([p for p, _ in partners], resolved, sheet.packaged(), reference())
    return Directory({p.id: p for p in made.partners}, {s.id: s for s in made.services}, 1)


def alone(name: str, commune: str | None = None) -> tuple[Partner, Directory]:
    held = directory((Partner(PartnerId("p"), name, commune=commune), (name,)))  # type: ignore[arg-type]
    return held.partners[PartnerId("p")], held


@pytest.mark.parametrize(
    ("name", "network"),
    [
        ("CCAS de Niort", "ccas-cias"),
        ("CCAS – Mairie de Niort", "ccas-cias"),
        ("ESAT de l'Adapei 44", "esat"),
        ("CSAPA Le Square", "csapa"),
        ("Direction territoriale de la PJJ", "pjj"),
        ("MDPH 79", "mdph"),
        ("Truc Machin", None),
    ],
)
def test_a_type_is_recognised_by_the_words_of_the_name(name: str, network: str | None) -> None:
    partner, _ = alone(name)

    assert partner.network == network


def test_a_service_of_one_commune_serves_that_commune_only() -> None:
    _, held = alone("CCAS de Fouras", commune="17168")

    assert {t for s in held.services.values() for t in s.territories} == {"17168"}
    assert all(s.to_confirm for s in held.services.values())


def test_a_service_of_one_commune_that_is_not_known_is_not_guessed() -> None:
    partner, held = alone("CCAS d'on ne sait où")

    assert not held.services
    assert partner.standing is Standing.UNKNOWN


def test_a_name_of_no_known_type_stays_unknown() -> None:
    partner, held = alone("Truc Machin")

    assert partner.standing is Standing.UNKNOWN
    assert not held.services


def test_a_unit_is_typed_by_its_own_words() -> None:
    parent = Partner(PartnerId("d"), "Délégation territoriale du Département")
    unit = Partner(PartnerId("d-pmi"), "Délégation territoriale – PMI", kind=PartnerKind.UNIT, unit_of=parent.id)

    held = directory((parent, (parent.name,)), (unit, ("PMI",)))

    assert held.partners[unit.id].network == "pmi"
