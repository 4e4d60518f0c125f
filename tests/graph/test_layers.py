"""Layers of the network: what a link is, and what folding units does to it."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from graph.agreement import Agreement, AgreementId, AgreementKind
from graph.directory import Directory
from graph.edges import Edge, EdgeKind
from graph.layers import BY_MONTH, LONGEST_LABEL, Layer, Snapshot, everybody, graph_of, network, short
from graph.model import DomainCode, NeedCode, Partner, PartnerId, PartnerKind, Seat, Service, ServiceId, Standing
from graph.tallies import Count
from tests.graph.directories import REFERENCE, TODAY
from tests.graph.packaged import packaged

HOME, SITE, A, A1, A2, B = map(PartnerId, ["ml", "site", "a", "a1", "a2", "b"])
OPEN = Standing.REFERABLE


def partners(*held: Partner) -> dict[PartnerId, Partner]:
    return {partner.id: partner for partner in held}


def service(id: str, partner: PartnerId, needs: set[str], main: set[str]) -> Service:
    return Service(ServiceId(id), partner, id, frozenset(map(NeedCode, needs)), main=frozenset(map(NeedCode, main)))


DIRECTORY = Directory(
    partners(
        Partner(HOME, "Mission Locale"),
        Partner(SITE, "Siège", kind=PartnerKind.SITE, unit_of=HOME),
        Partner(
            A, "Association A", domains=frozenset({DomainCode("sante")}), standing=OPEN, seats=(Seat("Élus", 2, 1),)
        ),
        Partner(A1, "A – Accueil", kind=PartnerKind.UNIT, unit_of=A, standing=OPEN),
        Partner(A2, "A – Foyer", kind=PartnerKind.UNIT, unit_of=A, standing=OPEN),
        Partner(B, "Bureau B", standing=OPEN),
    ),
    {
        s.id: s
        for s in (
            service("s1", A1, {"permis", "violences"}, {"permis"}),
            service("s2", B, {"permis", "violences"}, {"permis"}),
            service("s3", A2, {"permis"}, set()),
        )
    },
)
EDGES = (
    Edge(EdgeKind.CO_SUPPORTS, A1, B, "2026-03", sent=2),
    Edge(EdgeKind.CO_SUPPORTS, A2, B, "2026-04", sent=1),
    Edge(EdgeKind.REFERRED, A1, SITE, "2026-01", sent=1),
    Edge(EdgeKind.REFERRED, SITE, A1, "2026-01", sent=3),
    Edge(EdgeKind.REFERRED, SITE, A1, "2026-02", sent=4),
    Edge(EdgeKind.REFERRED, SITE, A2, "2026-02", sent=5),
    Edge(EdgeKind.REROUTED, A1, A2, "2026-02", sent=7),
    Edge(EdgeKind.REROUTED, A1, B, "2026-02", sent=1),
)
AGREEMENTS = (
    Agreement(AgreementId("1"), AgreementKind.CHARTE, frozenset({A1, B}), date(2020, 1, 1)),
    Agreement(AgreementId("2"), AgreementKind.CHARTE, frozenset({B}), date(2020, 1, 1), date(2020, 12, 31)),
)
SNAPSHOT = Snapshot(
    DIRECTORY,
    REFERENCE,
    EDGES,
    shared=(Count((A1, A2), 2), Count((A1, B), 3), Count((A2, B), 4)),
    shared_folded=(Count((A, B), 5),),
    agreements=AGREEMENTS,
    today=TODAY,
    first=date(2026, 1, 1),
    last=date(2026, 12, 31),
)
PAIRS = dict[tuple[str, str], float]


def links(layer: Layer, *, folded: bool = True, snapshot: Snapshot = SNAPSHOT) -> PAIRS:
    return {(link.source, link.target): link.weight for link in network(snapshot, layer, folded=folded).links}


@pytest.mark.parametrize(
    ("layer", "units", "folded"),
    [
        (Layer.SENT, {(SITE, A1): 7, (SITE, A2): 5}, {(SITE, A): 12}),
        (Layer.RECEIVED, {(A1, SITE): 1}, {(A, SITE): 1}),
        (Layer.REROUTED, {(A1, A2): 7, (A1, B): 1}, {(A, B): 1}),
        (Layer.SHARED, {(A1, A2): 2, (A1, B): 3, (A2, B): 4}, {(A, B): 5}),
        (Layer.SUPPORT, {(A1, B): 2, (A2, B): 1}, {(A, B): 3}),
        (Layer.AGREEMENT, {(A1, B): 1, (A1, HOME): 1, (B, HOME): 1}, {(A, B): 1, (A, HOME): 1, (B, HOME): 1}),
        (Layer.BOARD, {(A, HOME): 3}, {(A, HOME): 3}),
        (Layer.OFFER, {(A1, A2): 1, (A1, B): 1, (A2, B): 1}, {(A, B): 1}),
        (
            Layer.ALL,
            {(A1, SITE): 2, (A2, SITE): 1, (A1, A2): 2, (A1, B): 4, (A2, B): 2, (A1, HOME): 1, (B, HOME): 1},
            {(A, SITE): 2, (A, B): 4, (A, HOME): 1, (B, HOME): 1},
        ),
    ],
)
def test_each_layer_holds_its_own_links_and_folding_adds_those_of_units_up(
    layer: Layer, units: PAIRS, folded: PAIRS
) -> None:
    expected = {tuple(sorted(pair)) if layer is Layer.ALL else pair: n for pair, n in units.items()}

    assert links(layer, folded=False) == expected
    assert links(layer) == {tuple(sorted(pair)) if layer is Layer.ALL else pair: n for pair, n in folded.items()}


def test_a_site_is_never_folded_under_the_mission_locale_and_nobody_unlinked_is_a_node() -> None:
    found = network(SNAPSHOT, Layer.SENT)

    assert [(node.id, node.level) for node in found.nodes] == [(A, 1), (SITE, 0)]
    assert found.by_id[A].domains == ("sante",)
    assert found.by_id[A].college == "Élus"


def test_months_add_up_to_the_weight_and_stand_in_order() -> None:
    for layer in BY_MONTH:
        for link in network(SNAPSHOT, layer).links:
            assert sum(link.months.values()) == link.weight
            assert list(link.months) == sorted(link.months)


def test_the_order_in_which_things_were_read_changes_no_layer() -> None:
    back = Directory(dict(list(DIRECTORY.partners.items())[::-1]), dict(list(DIRECTORY.services.items())[::-1]))
    other = replace(SNAPSHOT, directory=back, edges=EDGES[::-1], agreements=AGREEMENTS[::-1])

    for layer in Layer:
        assert network(other, layer) == network(SNAPSHOT, layer)


def test_a_graph_counts_what_the_network_counts_in_its_order() -> None:
    for layer in Layer:
        for folded in (True, False):
            found = network(SNAPSHOT, layer, folded=folded)
            graph = graph_of(found)

            assert list(graph) == [node.id for node in found.nodes]
            assert graph.size(weight="weight") == found.weight
            assert graph.is_directed() is found.directed


def test_a_partner_that_left_the_directory_keeps_its_links_under_its_id() -> None:
    gone = Edge(EdgeKind.REFERRED, SITE, PartnerId("parti"), "2026-01", sent=3)
    found = network(replace(SNAPSHOT, edges=(gone,)), Layer.SENT)

    assert [(node.id, node.name) for node in found.nodes] == [("parti", "parti"), (SITE, "Siège")]


def test_units_that_hold_each_other_stand_for_themselves() -> None:
    circle = Directory(partners(Partner(A, "A", unit_of=B), Partner(B, "B", unit_of=A)))
    found = replace(SNAPSHOT, directory=circle)

    assert found.wholes == {}


def test_the_packaged_directory_gives_layers_that_need_no_store() -> None:
    snapshot = Snapshot(packaged(), REFERENCE, (), (), (), (), TODAY, TODAY, TODAY)
    levels = Counter(node.level for node in everybody(snapshot))

    assert levels[0] == 7
    assert levels[1] > 100
    assert network(snapshot, Layer.OFFER).links
    assert {link.target for link in network(snapshot, Layer.BOARD).links} == {"mission-locale"}
    assert network(snapshot, Layer.SENT).nodes == ()


@pytest.mark.parametrize(
    ("name", "acronym", "shown"),
    [
        ("Atout Solidaire", None, "Atout Solidaire"),
        ("ADSEA 17, Association départementale de sauvegarde", "ADSEA", "ADSEA 17"),
        ("Mission Locale – Siège du Parc des Fourriers", None, "Siège du Parc des Fourriers"),
        ("Bureau d'information jeunesse de Saint-Pierre-d'Oléron", "BIJ", "BIJ"),
        ("Un nom très long que personne n'a voulu abréger", None, "Un nom très long que…"),
        ("x" * 60, None, "x" * 27 + "…"),
    ],
)
def test_a_label_is_short_and_says_who_it_is(name: str, acronym: str | None, shown: str) -> None:
    assert short(name, acronym) == shown
    assert len(shown) <= LONGEST_LABEL
