"""What a coordinator is told to look at."""

from datetime import date

from hypothesis import given, settings

from graph.check import Finding, edge_findings, findings
from graph.directory import Directory
from graph.edges import Edge, EdgeKind
from graph.model import Outcome, Partner, PartnerId, PartnerStatus, Resolved, Service, Standing
from tests.conformance.values import partner, resolved, service
from tests.strategies import TODAY, directories

P1, P2 = PartnerId("p1"), PartnerId("p2")
REFERABLE = Standing.REFERABLE


def found(*values: Partner | Service | Resolved, today: date = TODAY) -> list[tuple[str, str]]:
    """(rule, object) of each finding."""
    return [(each.rule, each.object) for each in checked(*values, today=today)]


def checked(*values: Partner | Service | Resolved, today: date = TODAY) -> list[Finding]:
    directory = Directory(
        {each.id: each for each in values if isinstance(each, Partner)},
        {each.id: each for each in values if isinstance(each, Service)},
    )
    return findings(directory, [each for each in values if isinstance(each, Resolved)], today)


def test_a_directory_in_order_has_no_finding() -> None:
    assert (
        found(
            partner("p1", standing=REFERABLE, verified_on=TODAY),
            service("s1", "p1", verified_on=TODAY),
            partner("p2", standing=Standing.FUNDER),
            partner("p3", standing=Standing.UNKNOWN, status=PartnerStatus.CLOSED),
            resolved("m1", "p1"),
            resolved("m2", None),
        )
        == []
    )


def test_a_partner_where_somebody_could_be_sent_has_services() -> None:
    assert found(
        partner("p1", standing=REFERABLE),
        partner("p2"),
        partner("p3", standing=Standing.BOARD),
        partner("p4", standing=Standing.PROFESSIONALS),
    ) == [("partner-without-service", "p1"), ("partner-without-service", "p2")]


def test_the_services_of_a_unit_serve_its_parents() -> None:
    assert (
        found(
            partner("p1", standing=REFERABLE),
            partner("p2", standing=REFERABLE, unit_of=P1),
            partner("p3", standing=REFERABLE, unit_of=P2),
            service("s1", "p3"),
        )
        == []
    )


def test_a_sheet_is_stale_after_twelve_months_and_one_never_verified_is_not() -> None:
    def stale(verified_on: date | None, today: date) -> bool:
        return found(
            partner("p1", standing=REFERABLE, verified_on=verified_on),
            service("s1", "p1", verified_on=verified_on),
            today=today,
        ) == [("partner-stale", "p1"), ("service-stale", "s1")]

    assert stale(date(2025, 3, 15), date(2026, 3, 16))
    assert not stale(date(2025, 3, 16), date(2026, 3, 16))
    assert not stale(None, date(2026, 3, 16))
    assert not stale(date(2027, 2, 28), date(2028, 2, 29))
    assert stale(date(2027, 2, 27), date(2028, 2, 29))


def test_what_is_closed_is_not_stale() -> None:
    old = date(2020, 1, 1)

    assert (
        found(
            partner("p1", status=PartnerStatus.CLOSED, verified_on=old),
            service("s1", "p1", closed=True, verified_on=old),
        )
        == []
    )


def test_a_service_is_that_of_a_partner_where_somebody_can_be_sent() -> None:
    assert found(
        partner("p1", standing=REFERABLE, status=PartnerStatus.CLOSED),
        service("s1", "p1"),
        partner("p2", standing=Standing.FUNDER),
        service("s2", "p2"),
        partner("p3"),
        service("s3", "p3"),
        service("s4", "p2", closed=True),
    ) == [
        ("service-of-closed-partner", "s1"),
        ("service-of-partner-not-referable", "s2"),
        ("service-of-partner-not-referable", "s3"),
    ]


def test_a_unit_has_a_parent_that_is_open_and_not_itself() -> None:
    board = Standing.BOARD

    assert found(
        partner("p1", standing=board, unit_of=PartnerId("absent")),
        partner("p2", standing=board, status=PartnerStatus.CLOSED),
        partner("p3", standing=board, unit_of=P2),
        partner("p4", standing=board, unit_of=PartnerId("p5")),
        partner("p5", standing=board, unit_of=PartnerId("p4")),
        partner("p6", standing=board, unit_of=PartnerId("p4")),
    ) == [
        ("dangling:partner.unit_of", "p1"),
        ("unit-circle", "p4"),
        ("unit-circle", "p5"),
        ("unit-of-closed-partner", "p3"),
    ]


def test_a_mention_waits_for_its_decision_and_names_a_partner_that_is_there() -> None:
    assert found(
        partner("p1", standing=Standing.BOARD),
        resolved("m1", "p1", outcome=Outcome.AMBIGUOUS),
        resolved("m2", "absent"),
    ) == [("dangling:mention.partner", "m2"), ("mention-ambiguous", "m1")]


def test_what_the_store_says_of_itself_comes_first_and_once() -> None:
    directory = Directory({}, {service("s1", "absent").id: service("s1", "absent")})
    said = [("service.partner", "s1"), ("service.needs", "s2"), ("file", "sqlite")]

    assert [(each.rule, each.object) for each in findings(directory, [], TODAY, said)] == [
        ("dangling:file", "sqlite"),
        ("dangling:service.needs", "s2"),
        ("dangling:service.partner", "s1"),
    ]


def test_findings_are_french_sentences_that_name_what_they_are_about() -> None:
    old = date(2024, 2, 1)
    said = {
        each.rule: each.text
        for each in checked(
            partner("p1", name="L'Élan", standing=REFERABLE, verified_on=old),
            partner("p2", name="Mission", standing=Standing.FUNDER),
            service("s1", "p2", name="Aide au permis", verified_on=old),
            resolved("m1", "p1", raw="Elan 17", line=12, outcome=Outcome.AMBIGUOUS),
        )
    }

    assert said == {
        "mention-ambiguous": "« Elan 17 » (liste.txt, ligne 12) attend une décision.",
        "partner-stale": "La fiche de « L'Élan » n'a pas été vérifiée depuis le 01/02/2024.",
        "partner-without-service": "On peut orienter un jeune vers « L'Élan », "
        "mais aucun de ses services n'est décrit.",
        "service-of-partner-not-referable": "Le service « Aide au permis » est décrit, "
        "mais on n'oriente pas de jeune vers « Mission ».",
        "service-stale": "Le service « Aide au permis » n'a pas été vérifié depuis le 01/02/2024.",
    }


@settings(max_examples=100, deadline=None)
@given(directory=directories())
def test_findings_are_total_ordered_and_about_what_exists(directory: Directory) -> None:
    said = findings(directory, [], TODAY)

    assert [(each.rule, each.object) for each in said] == sorted({(each.rule, each.object) for each in said})
    assert {each.object for each in said} <= {*directory.partners, *directory.services}
    assert all(each.text.endswith(".") for each in said)


def edge(target: str, month: str = "2026-03", sent: int = 1) -> Edge:
    return Edge(EdgeKind.REFERRED, PartnerId("site"), PartnerId(target), month, sent=sent)


def test_edges_that_are_what_the_events_make_of_them_have_no_finding() -> None:
    assert edge_findings([edge("p1"), edge("p2")], [edge("p2"), edge("p1")]) == []


def test_an_edge_that_is_not_what_the_events_make_of_it_is_told_with_its_month() -> None:
    found = edge_findings([edge("p1"), edge("p2", sent=2)], [edge("p2", sent=3), edge("p3", "2026-04")])

    assert [(each.rule, each.object) for each in found] == [
        ("edges:referred_to-differ", "site→p2 2026-03"),
        ("edges:referred_to-missing", "site→p3 2026-04"),
        ("edges:referred_to-unfounded", "site→p1 2026-03"),
    ]
    assert all("rebuild-edges" in each.text for each in found)
