"""Mentions, what they become, and the decisions about names."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from graph.errors import InputRefused
from graph.model import DecisionKind, DomainCode, Outcome, PartnerId, Resolved
from graph.store import Applied, PartnerStore
from tests.conformance.values import NOON, applied, decision, partner, resolved

P1, P2, P3 = PartnerId("p1"), PartnerId("p2"), PartnerId("p3")

FULL_MENTION = resolved(
    "m1",
    "p1",
    source="ecosysteme.txt",
    line=12,
    position=7,
    raw="ADSEA (Pôle MNA)",
    domain=DomainCode("etrangers"),
    subcategory="Hébergement",
    within="ADSEA",
    commune="Rochefort",
    acronym="MNA",
    college="Collège des associations",
    seats=2,
    deputies=1,
    outcome=Outcome.AMBIGUOUS,
    unit_of=P2,
    evidence="même nom, à une lettre près",
    candidates=(P3, P1, P2),
)


async def test_a_mention_is_read_back_field_by_field(filled: PartnerStore) -> None:
    await applied(filled, partner("p1"), partner("p2"), partner("p3"), FULL_MENTION)

    assert await filled.resolved() == [FULL_MENTION]
    assert await filled.resolved_of([P1, P2]) == {P1: (FULL_MENTION,), P2: ()}


async def test_mentions_come_by_source_line_position_and_id(filled: PartnerStore) -> None:
    places = [("b", 1, 1), ("a", 10, 0), ("a", 9, 5), ("a", 9, 10), ("É", 1, 1), ("a", 9, 5)]
    await applied(
        filled,
        partner("p1"),
        *(resolved(f"m{9 - n}", "p1", source=s, line=li, position=po) for n, (s, li, po) in enumerate(places)),
    )

    everything = [(r.mention.source, r.mention.line, r.mention.position, r.mention.id) for r in await filled.resolved()]
    own = [r.mention.id for r in (await filled.resolved_of([P1]))[P1]]

    assert everything == sorted(everything)
    assert own == [id for *_, id in everything]


async def test_a_mention_resolved_again_is_replaced(filled: PartnerStore) -> None:
    await applied(filled, partner("p1"), partner("p2"), partner("p3"), FULL_MENTION)
    again = resolved("m1", "p2", outcome=Outcome.SAME)

    assert await applied(filled, again) == Applied(2)

    assert await filled.resolved() == [again]
    assert await filled.resolved_of([P1, P2]) == {P1: (), P2: (again,)}
    assert await applied(filled, again) == Applied(2)


async def test_a_mention_may_stop_being_a_partner_and_start_again(filled: PartnerStore) -> None:
    category = resolved("m1", None)
    await applied(filled, partner("p1"), resolved("m1", "p1"))

    await applied(filled, category)
    assert await filled.resolved() == [category]
    assert await filled.resolved_of([P1]) == {P1: ()}

    await applied(filled, resolved("m1", "p1"))
    assert await filled.resolved_of([P1]) == {P1: (resolved("m1", "p1"),)}


async def test_a_removed_mention_is_gone(filled: PartnerStore) -> None:
    await applied(filled, partner("p1"), partner("p2"), partner("p3"), FULL_MENTION, resolved("m2", "p1"))

    await applied(filled, removed_mentions=["m1", "absent"])

    assert await filled.resolved() == [resolved("m2", "p1")]
    assert await filled.dangling() == []


async def test_removing_a_partner_detaches_its_mentions_and_says_why(filled: PartnerStore) -> None:
    await applied(
        filled,
        partner("p1", name="L'Élan"),
        partner("p2"),
        resolved("m1", "p1"),
        resolved("m2", "p2", outcome=Outcome.UNIT_OF, unit_of=P1),
        resolved("m3", "p2", outcome=Outcome.AMBIGUOUS, candidates=(P1, P2)),
    )

    await applied(filled, removed_partners=["p1"])

    assert await filled.resolved() == [
        resolved("m1", None, evidence="Le partenaire « L'Élan » a été retiré."),
        resolved("m2", "p2", outcome=Outcome.UNIT_OF),
        resolved("m3", "p2", outcome=Outcome.AMBIGUOUS, candidates=(P2,)),
    ]
    assert await filled.dangling() == []


async def test_a_merge_moves_mentions_before_the_partner_goes(filled: PartnerStore) -> None:
    await applied(filled, partner("p1"), partner("p2"), resolved("m1", "p1"), resolved("m2", "p2"))
    moved = resolved("m2", "p1", outcome=Outcome.SAME)

    await applied(filled, moved, removed_partners=["p2"])

    assert (await filled.resolved_of([P1]))[P1] == (resolved("m1", "p1"), moved)


@pytest.mark.parametrize(
    "mention",
    [
        resolved("m1", "absent"),
        resolved("m1", "p1", unit_of=PartnerId("absent")),
        resolved("m1", "p1", candidates=(P1, PartnerId("absent"))),
        resolved("m1", "p1", domain=DomainCode("luxe")),
    ],
    ids=["partner", "unit_of", "candidates", "domain"],
)
async def test_a_mention_of_what_does_not_exist_is_refused(filled: PartnerStore, mention: Resolved) -> None:
    await applied(filled, partner("p1"))

    with pytest.raises(InputRefused, match="n'existe pas"):
        await applied(filled, partner("p2"), mention)

    assert await filled.resolved() == []
    assert await filled.partners([P2]) == {}


async def test_what_waits_for_a_decision_comes_page_by_page(filled: PartnerStore) -> None:
    waiting = [resolved(f"m{n}", "p1", outcome=Outcome.AMBIGUOUS, line=9 - n) for n in (3, 1, 5, 2, 4)]
    await applied(filled, partner("p1"), *waiting, resolved("m0", "p1"), resolved("m6", None))

    start = await filled.waiting(2)
    middle = await filled.waiting(2, "m2")
    end = await filled.waiting(2, "m4")

    assert [[r.mention.id for r in page.items] for page in (start, middle, end)] == [["m1", "m2"], ["m3", "m4"], ["m5"]]
    assert [page.more for page in (start, middle, end)] == [True, True, False]
    assert [page.total for page in (start, middle, end)] == [5, 5, 5]


async def test_decisions_come_by_time_and_id_undone_ones_too(filled: PartnerStore) -> None:
    later = NOON + timedelta(microseconds=1)
    undone = decision("d5", decided_at=NOON, undone_at=later, undone_by="Alex")
    made = [
        decision("d1", decided_at=later),
        decision("d9", decided_at=NOON, kind=DecisionKind.NOT_A_PARTNER, names=("CCAS",)),
        decision("d2", decided_at=NOON - timedelta(days=1), names=("b", "a", "b")),
        undone,
    ]

    await applied(filled, *made)

    assert await filled.decisions() == [made[2], undone, made[1], made[0]]


async def test_a_decision_stays_when_undone(filled: PartnerStore) -> None:
    await applied(filled, decision("d1"))
    undone = decision("d1", undone_at=NOON + timedelta(hours=1), undone_by="Alex")

    await applied(filled, undone)

    assert await filled.decisions() == [undone]


async def test_times_are_kept_in_utc_whatever_zone_they_come_in(filled: PartnerStore) -> None:
    paris = timezone(timedelta(hours=2))
    early = datetime(2026, 7, 1, 0, 30, tzinfo=paris)
    await applied(filled, decision("d1", decided_at=early), decision("d2", decided_at=early.astimezone(UTC)))

    found = await filled.decisions()

    assert [each.decided_at.isoformat() for each in found] == ["2026-06-30T22:30:00+00:00"] * 2
