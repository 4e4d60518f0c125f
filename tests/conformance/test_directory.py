"""Partners and services, as every kind of store keeps them."""

from dataclasses import replace
from datetime import date

import pytest

from graph.directory import Change, Directory
from graph.errors import Conflict, InputRefused
from graph.model import (
    Access,
    CommuneCode,
    Conditions,
    DomainCode,
    Mode,
    NeedCode,
    Origin,
    Partner,
    PartnerId,
    PartnerKind,
    PartnerStatus,
    Resolved,
    Seat,
    SectorCode,
    Service,
    ServiceId,
    SituationCode,
    Standing,
    TerritoryCode,
    Welcome,
)
from graph.store import Applied, PartnerFilter, PartnerStore
from tests.conformance.values import HOUSING, PERMIS, TRAJETS, applied, change, key, partner, resolved, service

P1 = PartnerId("p1")
S1 = ServiceId("s1")

FULL_PARTNER = partner(
    "p1",
    name="Foyer de l'Élan",
    acronym="FE",
    kind=PartnerKind.UNIT,
    network="fjt",
    commune=CommuneCode("17299"),
    unit_of=PartnerId("p0"),
    domains=frozenset({DomainCode("logement"), DomainCode("sante")}),
    seats=(Seat("Collège des associations", 2, 1), Seat("Collège des élus", 0, 1)),
    standing=Standing.REFERABLE,
    standing_reason="accueille des jeunes",
    status=PartnerStatus.CLOSED,
    verified_on=date(2026, 2, 28),
)
FULL_SERVICE = service(
    "s1",
    "p0",
    name="Hébergement",
    needs=frozenset({PERMIS, TRAJETS, HOUSING}),
    main=frozenset({HOUSING}),
    age_min=16,
    age_max=25,
    conditions=Conditions(
        required=(
            frozenset({SituationCode("sans-abri"), SituationCode("heberge-tiers")}),
            frozenset({SituationCode("mineur")}),
        ),
        preferred=frozenset({SituationCode("parent")}),
        excluded=frozenset({SituationCode("en-emploi"), SituationCode("qpv")}),
    ),
    territories=frozenset({TerritoryCode("17299"), TerritoryCode("17"), TerritoryCode("200041762")}),
    places=frozenset({CommuneCode("17299"), CommuneCode("79191")}),
    sectors=frozenset({SectorCode("F"), SectorCode("A")}),
    welcome=Welcome.EXCLUSIVE,
    modes=frozenset({Mode.MOBILE, Mode.REMOTE}),
    access=frozenset({Access.SELF, Access.DECISION}),
    internal=True,
    origin=Origin.DECLARED,
    source="CASF, art. L312-1",
    note="Appeler avant de venir.",
    full_until=date(2026, 9, 1),
    closed_until=date(2026, 8, 1),
    closed=True,
    verified_on=date(2026, 1, 31),
    verified_by="Camille",
    edited=True,
)


async def test_an_empty_store_has_an_empty_directory(store: PartnerStore) -> None:
    assert await store.directory() == Directory({}, {}, 0)
    assert await store.stamp() == 0


async def test_what_is_written_is_read_back_field_by_field(filled: PartnerStore) -> None:
    parent = partner("p0")

    answer = await filled.apply(change(FULL_PARTNER, parent, FULL_SERVICE), expected=0, key=key())

    assert answer == Applied(1)
    assert await filled.directory() == Directory({parent.id: parent, P1: FULL_PARTNER}, {S1: FULL_SERVICE}, 1)
    assert await filled.partners([P1]) == {"p1": FULL_PARTNER}
    assert await filled.services([S1]) == {"s1": FULL_SERVICE}
    assert await filled.services_of([PartnerId("p0")]) == {"p0": (FULL_SERVICE,)}


async def test_a_directory_comes_in_order_of_ids(filled: PartnerStore) -> None:
    ids = ["b", "a", "B", "é", "10", "9", "~", "\ud7ff", "a b"]

    await applied(filled, *(partner(id) for id in ids), *(service(id, "a") for id in ids))

    directory = await filled.directory()
    assert list(directory.partners) == sorted(ids)
    assert list(directory.services) == sorted(ids)


async def test_an_absent_id_is_left_out_or_empty(filled: PartnerStore) -> None:
    await applied(filled, partner("p1"))
    wanted = [PartnerId("p1"), PartnerId("absent"), PartnerId("p1\x00"), PartnerId("\ud800"), PartnerId("")]

    assert list(await filled.partners(wanted)) == ["p1"]
    assert await filled.services([ServiceId("absent"), ServiceId("\ud800")]) == {}
    assert await filled.units_of(wanted) == dict.fromkeys(wanted, ())
    assert await filled.services_of(wanted) == dict.fromkeys(wanted, ())
    assert await filled.resolved_of(wanted) == dict.fromkeys(wanted, ())
    assert await filled.partners([]) == {}


async def test_units_and_services_come_under_their_partner_in_order_of_ids(filled: PartnerStore) -> None:
    units = [partner(id, kind=PartnerKind.UNIT, unit_of=P1) for id in ("u3", "u1", "u2")]
    offered = [service(id, "p1", needs=frozenset({PERMIS, TRAJETS})) for id in ("s3", "s1", "s2")]
    await applied(filled, *units, partner("p1"), partner("p2"), *offered, service("s4", "u1"))

    under = await filled.units_of([PartnerId("p2"), PartnerId("p1")])
    own = await filled.services_of([PartnerId("p1"), PartnerId("u1")])

    assert {id: [unit.id for unit in found] for id, found in under.items()} == {"p2": [], "p1": ["u1", "u2", "u3"]}
    assert {id: [s.id for s in found] for id, found in own.items()} == {"p1": ["s1", "s2", "s3"], "u1": ["s4"]}


async def test_what_a_change_does_not_name_stays(filled: PartnerStore) -> None:
    await applied(filled, partner("p1"), partner("p2"), service("s1", "p1"))

    await applied(filled, partner("p2", name="Autre"))

    directory = await filled.directory()
    assert directory.partners == {"p1": partner("p1"), "p2": partner("p2", name="Autre", version=2)}
    assert directory.services == {"s1": service("s1", "p1")}


async def test_every_list_of_a_value_is_replaced_not_added_to(filled: PartnerStore) -> None:
    await applied(filled, partner("p0"), FULL_PARTNER, FULL_SERVICE)
    thinner = replace(
        FULL_SERVICE,
        needs=frozenset({PERMIS}),
        main=frozenset(),
        conditions=Conditions(),
        territories=frozenset({TerritoryCode("FR")}),
        places=frozenset(),
        sectors=frozenset(),
        modes=frozenset({Mode.REMOTE}),
        access=frozenset({Access.SELF}),
    )
    plain = replace(FULL_PARTNER, domains=frozenset(), seats=(), unit_of=None, kind=PartnerKind.ORGANISATION)

    await applied(filled, plain, thinner)

    directory = await filled.directory()
    assert directory.services[S1] == replace(thinner, version=2)
    assert directory.partners[P1] == replace(plain, version=2)
    assert (await filled.partner_page(PartnerFilter(need=HOUSING), 10)).items == ()
    assert await filled.dangling() == []


async def test_a_service_replaces_the_stored_one_whole(filled: PartnerStore) -> None:
    await applied(filled, partner("p0"), partner("p1"), service("s1", "p1"))

    await applied(filled, FULL_SERVICE)

    assert await filled.services([S1]) == {"s1": replace(FULL_SERVICE, version=2)}
    assert await filled.services_of([P1]) == {"p1": ()}
    assert await filled.dangling() == []


async def test_an_empty_or_equal_change_leaves_the_stamp(filled: PartnerStore) -> None:
    full = change(partner("p0"), FULL_PARTNER, FULL_SERVICE)
    await filled.apply(full, expected=0, key=key())

    assert await filled.apply(full, expected=1, key=key()) == Applied(1)
    assert await filled.apply(Change(), expected=1, key=key()) == Applied(1)
    assert await applied(filled, removed_partners=["absent"], removed_services=["absent"]) == Applied(1)
    assert await applied(filled, removed_mentions=["absent"]) == Applied(1)
    assert (await filled.directory()).partners[P1].version == 1


async def test_every_change_moves_the_stamp_by_one(filled: PartnerStore) -> None:
    assert await applied(filled, partner("p1"), service("s1", "p1")) == Applied(1)
    assert await applied(filled, partner("p1", name="Autre")) == Applied(2)
    assert await applied(filled, removed_services=["s1"]) == Applied(3)
    assert await applied(filled, removed_partners=["p1"]) == Applied(4)
    assert await filled.stamp() == 4


async def test_a_changed_value_gets_the_version_after_the_stored_one(filled: PartnerStore) -> None:
    await applied(filled, partner("p1"), service("s1", "p1", version=3))

    await applied(filled, partner("p1", name="Autre", version=1), service("s1", "p1", name="Autre", version=1))

    directory = await filled.directory()
    assert directory.partners[P1].version == 2
    assert directory.services[S1].version == 4


async def test_a_change_made_from_an_old_stamp_is_refused(filled: PartnerStore) -> None:
    await applied(filled, partner("p1"))

    for old in (0, 2):
        with pytest.raises(Conflict):
            await filled.apply(change(partner("p2"), partner("p1", name="perdu")), expected=old, key=key())

    assert (await filled.directory()).partners == {"p1": partner("p1")}


async def test_removing_a_partner_removes_its_services(filled: PartnerStore) -> None:
    await applied(filled, partner("p1"), partner("p2"), service("s1", "p1"), service("s2", "p2"))

    await applied(filled, removed_partners=["p1"])

    directory = await filled.directory()
    assert (list(directory.partners), list(directory.services)) == (["p2"], ["s2"])
    assert (await filled.partner_page(PartnerFilter(need=PERMIS), 10)).items == (partner("p2"),)
    assert await filled.dangling() == []


async def test_a_service_given_to_another_partner_survives_the_removal_of_the_first(filled: PartnerStore) -> None:
    await applied(filled, partner("p1"), service("s1", "p1"))

    await applied(filled, partner("p2"), service("s1", "p2"), removed_partners=["p1"])

    assert await filled.services_of([PartnerId("p2")]) == {"p2": (service("s1", "p2", version=2),)}


async def test_a_partner_with_units_is_removed_only_with_them_or_after_them(filled: PartnerStore) -> None:
    await applied(filled, partner("p1"), partner("u1", unit_of=P1))

    with pytest.raises(InputRefused, match="rattaché"):
        await applied(filled, removed_partners=["p1"])
    await applied(filled, partner("u1"), removed_partners=["p1"])
    await applied(filled, partner("p3"), partner("u3", unit_of=PartnerId("p3")))
    await applied(filled, removed_partners=["p3", "u3"])

    assert list((await filled.directory()).partners) == ["u1"]


REFUSED: dict[str, tuple[Partner | Service | Resolved, str]] = {
    "service of nobody": (service("s9", "absent"), "qui n'existe pas"),
    "unit of nobody": (partner("p9", unit_of=PartnerId("absent")), "qui n'existe pas"),
    "unknown need": (service("s9", "p1", needs=frozenset({NeedCode("patins")})), "Le besoin « patins »"),
    "unknown situation": (
        service("s9", "p1", conditions=Conditions(excluded=frozenset({SituationCode("riche")}))),
        "La situation « riche »",
    ),
    "unknown territory": (
        service("s9", "p1", territories=frozenset({TerritoryCode("99")})),
        "Le territoire « 99 »",
    ),
    "unknown sector": (service("s9", "p1", sectors=frozenset({SectorCode("espace")})), "Le secteur « espace »"),
    "unknown domain": (partner("p9", domains=frozenset({DomainCode("luxe")})), "Le domaine « luxe »"),
    "empty id": (partner(""), "identifiant"),
    "endless id": (partner("x" * 201), "identifiant"),
    "id with a NUL": (partner("a\x00b"), "identifiant"),
    "id with half a character": (partner("a\ud800"), "identifiant"),
    "id that programs order differently": (partner("😀"), "identifiant"),
    "number beyond 53 bits": (resolved("m9", "p1", line=2**60), "53 bits"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_change_that_cannot_be_true_leaves_nothing_behind(filled: PartnerStore, name: str) -> None:
    value, sentence = REFUSED[name]
    await applied(filled, partner("p1"), service("s1", "p1"))
    before = await filled.directory()

    with pytest.raises(InputRefused, match=sentence):
        await applied(filled, partner("p2"), partner("p1", name="Autre"), service("s2", "p2"), value)

    assert await filled.directory() == before
    assert await filled.dangling() == []


CIRCLES = {
    "all at once": (),
    "through one that is stored": ("p1",),
    "through several that are stored": ("p1", "p2", "p3"),
}


@pytest.mark.parametrize("stored", CIRCLES.values(), ids=CIRCLES)
async def test_partners_that_would_be_units_of_each_other_are_refused(
    filled: PartnerStore, stored: tuple[str, ...]
) -> None:
    """p1 under p2 under p3 under p4 is true; p4 under p1 closes the circle."""
    chain = {
        f"p{n}": partner(f"p{n}", kind=PartnerKind.UNIT, unit_of=PartnerId(f"p{n + 1}") if n < 4 else P1)
        for n in range(1, 5)
    }
    await applied(filled, *(partner(id) for id in chain))
    await applied(filled, *(chain[id] for id in stored))
    before, stamp = await filled.directory(), await filled.stamp()

    with pytest.raises(InputRefused, match="en rond") as refused:
        await applied(filled, partner("p0"), *(each for id, each in chain.items() if id not in stored))

    assert all(f"« Partenaire {id} »" in str(refused.value) for id in chain)
    assert (await filled.directory(), await filled.stamp()) == (before, stamp)


async def test_a_chain_of_units_may_be_turned_round_in_one_change(filled: PartnerStore) -> None:
    await applied(filled, partner("p2"), partner("p1", kind=PartnerKind.UNIT, unit_of=PartnerId("p2")))

    await applied(filled, partner("p1"), partner("p2", kind=PartnerKind.UNIT, unit_of=P1))

    assert [p.unit_of for p in (await filled.directory()).partners.values()] == [None, "p1"]


async def test_a_change_that_contradicts_itself_is_refused(filled: PartnerStore) -> None:
    await applied(filled, partner("p1"))

    with pytest.raises(InputRefused, match="deux fois"):
        await applied(filled, partner("p2"), partner("p2", name="Autre"))
    with pytest.raises(InputRefused, match="à la fois"):
        await applied(filled, partner("p1", name="Autre"), removed_partners=["p1"])
    with pytest.raises(InputRefused, match="qui n'existe pas"):
        await applied(filled, service("s1", "p1"), removed_partners=["p1"])

    assert (await filled.directory()).partners == {"p1": partner("p1")}


async def test_without_a_reference_no_code_is_known(store: PartnerStore) -> None:
    await applied(store, partner("p1"))

    with pytest.raises(InputRefused, match="référentiel"):
        await applied(store, service("s1", "p1"))
