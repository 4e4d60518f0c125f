"""The follow-up in Neo4j: what two at once do to each other, and how little one write sends."""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from neo4j import AsyncManagedTransaction

from graph.agreement import Agreement, AgreementId, AgreementKind
from graph.cosupport import CoSupport, CoSupportId, Meeting, Member, Role
from graph.directory import Change
from graph.edges import Edge, EdgeKind
from graph.entry import Entry
from graph.errors import Conflict, InputRefused, NotFound
from graph.follow_store import ReferralFilter
from graph.intake import AgeBand, Intake, IntakeId, ProgrammeCode, Unmet
from graph.model import CommuneCode, IdempotencyKey, NeedCode, PartnerId, PartnerKind, PartnerStatus, ServiceId
from graph.neo4j_store import Neo4jStore
from graph.records import from_lines
from graph.referral import (
    ActorId,
    Direction,
    ErrorReason,
    Event,
    Mode,
    NeedOutcome,
    NeedResult,
    Referral,
    ReferralId,
    RefusalReason,
    SaidBy,
    State,
)
from graph.sqlite_store import SqliteStore
from graph.tallies import By, Count, Outcomes, Refused, Scope, Tally, Waited
from graph.timers import ServiceTimers, Timers
from tests.conformance.values import HOUSING, PERMIS, REFERENCE, applied, exported, key, partner, service
from tests.conftest import Fresh

MORNING = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
ROCHEFORT = CommuneCode("17299")
SITE = PartnerId("site")
YEAR = Scope(date(2026, 1, 1), date(2026, 12, 31))


def intake(id: str, **fields: Any) -> Intake:
    start = Intake(
        IntakeId(id), date(2026, 3, 2), 19, ROCHEFORT, ProgrammeCode("cej"), SITE, frozenset({PERMIS, HOUSING})
    )
    return replace(start, **fields)


def referral(id: str, of: str, to: str = "a", **fields: Any) -> Referral:
    start = Referral(
        id=ReferralId(id),
        intake=IntakeId(of),
        sender=SITE,
        partner=PartnerId(to),
        service=ServiceId(f"{to}-s"),
        needs=frozenset({PERMIS}),
        mode=Mode.FOLLOWED,
        direction=Direction.OUTBOUND,
        epci=REFERENCE.communes[ROCHEFORT].epci,
        age_band=AgeBand.YOUNG,
        qpv=False,
        island=False,
        programme=ProgrammeCode("cej"),
    )
    return replace(start, **fields)


def events(id: str, *states: State, start: int = 0, before: State | None = None, **last: Any) -> tuple[Event, ...]:
    """One a day, from the *start*-th; *last* goes with the last one."""
    found: list[Event] = []
    for number, state in enumerate(states, start=start + 1):
        found.append(Event(ReferralId(id), number, MORNING + timedelta(days=number), before, state, ActorId("camille")))
        before = state
    found[-1] = replace(found[-1], **last)
    return tuple(found)


async def followed(store: Neo4jStore, **parts: Iterable[Any]) -> None:
    held: dict[str, Any] = {name: tuple(values) for name, values in parts.items()}
    entry = Entry(**held)
    await store.follow(entry, key=key(), call="test")


@pytest.fixture
async def filled(neo4j_store: Neo4jStore) -> Neo4jStore:
    await neo4j_store.save_reference(REFERENCE)
    await applied(
        neo4j_store,
        partner(SITE, kind=PartnerKind.SITE),
        *(partner(id) for id in ("a", "b", "c")),
        *(service(f"{id}-s", id) for id in ("a", "b", "c")),
    )
    await followed(neo4j_store, intakes=[intake(f"i{number}") for number in range(4)])
    return neo4j_store


async def test_everything_is_read_back_as_it_was_written(filled: Neo4jStore) -> None:
    outcomes = (NeedOutcome(PERMIS, NeedResult.COUVERT, SaidBy.YOUTH),)
    support = CoSupport(
        CoSupportId("co"),
        IntakeId("i0"),
        date(2026, 3, 3),
        (
            Member(PartnerId("b"), ServiceId("b-s"), Role.LEAD, date(2026, 3, 3)),
            Member(PartnerId("a"), None, Role.MEMBER, date(2026, 4, 1)),
        ),
        meetings=(Meeting(date(2026, 4, 2), frozenset({PartnerId("a"), PartnerId("b")})),),
    )
    agreement = Agreement(AgreementId("ag"), AgreementKind.CHARTE, frozenset({PartnerId("a")}), date(2026, 1, 1))
    renewal = replace(agreement, id=AgreementId("ag2"), renews=AgreementId("ag"), ends_on=date(2027, 1, 1))
    lived = (
        *events("r0", State.ENVOYEE, State.ACCEPTEE, State.TERMINEE, outcomes=outcomes),
        *events("r1", State.ENVOYEE, State.REFUSEE, reason=RefusalReason.CAPACITE),
        *events("r2", State.ENVOYEE),
    )

    await followed(
        filled,
        referrals=[referral("r0", "i0"), referral("r1", "i1"), referral("r2", "i1", "b", follows=ReferralId("r1"))],
        events=lived,
        cosupports=[support],
        agreements=[agreement, renewal],
        unmet=[Unmet(IntakeId("i0"), HOUSING, date(2026, 3, 5)), Unmet(IntakeId("i0"), HOUSING, date(2026, 3, 4))],
        timers=[ServiceTimers(ServiceId("a-s"), Timers(5, 20, 30))],
    )

    found = await filled.referrals(map(ReferralId, ("r0", "r1", "r2", "r3")))
    assert {id: (r.state, r.version, r.outcomes) for id, r in found.items()} == {
        "r0": (State.TERMINEE, 3, outcomes),
        "r1": (State.REFUSEE, 2, ()),
        "r2": (State.ENVOYEE, 1, ()),
    }
    assert found[ReferralId("r1")].refusal is RefusalReason.CAPACITE
    read = await filled.events_of([ReferralId("r0"), ReferralId("r1"), ReferralId("r2")])
    assert [event for of_one in read.values() for event in of_one] == list(lived)
    assert await filled.intakes([IntakeId("i0")]) == {"i0": intake("i0")}
    assert await filled.cosupports_of(IntakeId("i0")) == [support]
    assert await filled.agreements() == [agreement, renewal]
    assert await filled.timers() == {"a-s": Timers(5, 20, 30)}
    assert await filled.edges("2026-01", "2026-12") == await filled.recomputed_edges()
    assert [(e.kind, e.source, e.target, e.month, e.sent) for e in await filled.recomputed_edges()] == [
        (EdgeKind.CO_SUPPORTS, "a", "b", "2026-04", 1),
        (EdgeKind.REFERRED, SITE, "a", "2026-03", 2),
        (EdgeKind.REFERRED, SITE, "b", "2026-03", 1),
        (EdgeKind.REROUTED, "a", "b", "2026-03", 1),
    ]
    assert await filled.dangling() == []
    page, more, total = await filled.referral_page(ReferralFilter(), 2)
    assert ([r.id for r in page], more, total) == (["r2", "r1"], True, 3)
    page, more, total = await filled.referral_page(ReferralFilter(), 2, page[-1].id)
    assert ([r.id for r in page], more, total) == (["r0"], False, 3)

    assert await filled.tally(YEAR, (By.PARTNER, By.QPV)) == [
        Tally(("a", "0"), 2, 0, 2, 1, 1, 0, 0, 0, 1, 1),
        Tally(("b", "0"), 1),
    ]
    assert await filled.people(YEAR, (By.PARTNER,)) == [Count(("a",), 2), Count(("b",), 1)]
    assert await filled.tally(replace(YEAR, need=PERMIS), (By.NEED,)) == [
        Tally(("permis",), 3, 0, 2, 1, 1, 0, 0, 0, 1, 1)
    ]
    assert await filled.waited(YEAR, (By.PARTNER,), date(2026, 3, 20)) == [
        Waited(("a",), 1, True, 2),
        Waited(("b",), 3, False, 1),
    ]
    assert await filled.refusals(YEAR, (By.MONTH,)) == [Refused(("2026-03",), RefusalReason.CAPACITE, 1)]
    assert await filled.outcomes(YEAR, (By.NEED,)) == [Outcomes(("permis",), NeedResult.COUVERT, SaidBy.YOUTH, 1)]
    assert await filled.young(YEAR, (By.COMMUNE, By.NEED)) == [
        Count((ROCHEFORT, HOUSING), 4),
        Count((ROCHEFORT, PERMIS), 4),
    ]
    assert await filled.unmet(YEAR, (By.NEED, By.MONTH)) == [Count((HOUSING, "2026-03"), 1)]
    assert await filled.needs_together(YEAR) == [Count((HOUSING, PERMIS), 4)]
    assert await filled.cosupport_sizes(YEAR, date(2026, 3, 13)) == [Count(("2", "10", "0"), 1)]


async def test_one_event_is_at_most_five_statements(filled: Neo4jStore, monkeypatch: pytest.MonkeyPatch) -> None:
    await followed(filled, referrals=[referral("r0", "i0")], events=events("r0", State.ENVOYEE))
    sent: list[str] = []
    run = AsyncManagedTransaction.run

    async def counting(self: AsyncManagedTransaction, query: Any, *args: Any, **named: Any) -> Any:
        sent.append(query)
        return await run(self, query, *args, **named)

    monkeypatch.setattr(AsyncManagedTransaction, "run", counting)
    await followed(filled, events=events("r0", State.ACCEPTEE, start=1, before=State.ENVOYEE))
    moved = len(sent)
    await followed(filled, referrals=[referral("r1", "i0")], events=events("r1", State.ENVOYEE))
    created = len(sent) - moved

    assert moved <= 5  # the first one asks for the migrations
    assert created <= 6  # and one more for whether the store is simulated


async def test_twenty_writers_on_one_pair_lose_no_count(filled: Neo4jStore) -> None:
    async def write(number: int) -> None:
        id = f"r{number:02}"
        await followed(filled, referrals=[referral(id, f"i{number % 4}")], events=events(id, State.ENVOYEE))
        await followed(filled, events=events(id, State.ACCEPTEE, start=1, before=State.ENVOYEE))

    await asyncio.gather(*(write(number) for number in range(20)))

    (edge,) = await filled.edges("2026-01", "2026-12")
    assert (edge.sent, edge.answered, edge.accepted) == (20, 20, 20)
    assert await filled.recomputed_edges() == [edge]


async def test_two_that_move_one_referral_at_once_one_wins(filled: Neo4jStore) -> None:
    await followed(filled, referrals=[referral("r0", "i0")], events=events("r0", State.ENVOYEE))

    async def move(state: State) -> bool:
        try:
            await followed(filled, events=events("r0", state, start=1, before=State.ENVOYEE))
        except Conflict:
            return False
        return True

    won = await asyncio.gather(
        *(move(state) for state in (State.ACCEPTEE, State.RECUE, State.A_L_ETUDE, State.RDV_FIXE))
    )

    assert sorted(won) == [False, False, False, True]
    assert (await filled.referrals([ReferralId("r0")]))[ReferralId("r0")].version == 2


async def test_one_key_sent_at_once_by_many_is_written_once(filled: Neo4jStore) -> None:
    entry = Entry(referrals=(referral("r0", "i0"),), events=events("r0", State.ENVOYEE))
    same = IdempotencyKey("same")

    answers = await asyncio.gather(*(filled.follow(entry, key=same, call="c") for _ in range(6)))

    assert sorted(answer.again for answer in answers) == [False, *[True] * 5]
    assert {answer.version(ReferralId("r0")) for answer in answers} == {1}
    known = await filled.followed(same, "c")
    assert known is not None
    assert known.again
    with pytest.raises(Conflict, match="même clé"):
        await filled.followed(same, "another")


async def test_removing_a_partner_beside_a_referral_to_it_never_loses_either(filled: Neo4jStore) -> None:
    """Either the referral came first, and the partner is closed, or the partner is gone, and the referral refused."""
    for number in range(8):
        id = f"x{number}"
        await applied(filled, partner(id), service(f"{id}-s", id))
        stamp = await filled.stamp()

        async def remove(id: str = id, stamp: int = stamp) -> bool:
            gone = Change(removed_partners=frozenset({PartnerId(id)}))
            for _ in range(3):
                try:
                    await filled.apply(gone, expected=stamp, key=key())
                except Conflict:
                    continue
                return True
            return False

        async def refer(id: str = id) -> bool:
            try:
                await followed(filled, referrals=[referral(id, "i0", id)], events=events(id, State.ENVOYEE))
            except (NotFound, InputRefused):
                return False
            return True

        removed, referred = await asyncio.gather(remove(), refer())

        left = (await filled.partners([PartnerId(id)])).get(PartnerId(id))
        assert removed
        assert (left is not None and left.status is PartnerStatus.CLOSED) == referred
        assert (await filled.referrals([ReferralId(id)]) != {}) == referred
        if referred:
            assert (await filled.services([ServiceId(f"{id}-s")]))[ServiceId(f"{id}-s")].closed
    assert await filled.dangling() == []
    assert await filled.recomputed_edges() == await filled.edges("2026-01", "2026-12")


async def test_closing_what_history_names_is_a_change_the_first_time_only(filled: Neo4jStore) -> None:
    await followed(filled, referrals=[referral("r0", "i0")], events=events("r0", State.ENVOYEE))
    before = await filled.stamp()

    first = await applied(filled, removed_partners={"a"})
    second = await applied(filled, removed_partners={"a"}, removed_services={"a-s"})

    assert (first.stamp, second.stamp) == (before + 1, before + 1)


async def test_a_purge_forgets_the_old_and_leaves_their_edges(
    filled: Neo4jStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.neo4j_follow.AT_ONCE", 2)
    for number in range(4):
        id = f"r{number}"
        await followed(filled, referrals=[referral(id, f"i{number}")], events=events(id, State.ENVOYEE))
    late = Event(ReferralId("r3"), 2, MORNING + timedelta(days=60), State.ENVOYEE, State.ACCEPTEE, ActorId("camille"))
    await followed(filled, events=[late])
    kept = await filled.edges("2026-01", "2026-12")

    purged = await filled.purge(date(2026, 4, 10), key=IdempotencyKey("purge"))
    again = await filled.purge(date(2026, 4, 10), key=IdempotencyKey("purge"))

    assert (purged.intakes, purged.referrals, purged.cosupports) == (3, 3, 0)
    assert again == purged
    assert await filled.closed_through() == "2026-04"
    assert await filled.edges("2026-01", "2026-12") == kept
    assert await filled.recomputed_edges() == []
    assert await filled.rebuild_edges() == 0
    assert (await filled.held()).real == 1
    await followed(
        filled,
        events=events(
            "r3",
            State.TERMINEE,
            start=2,
            before=State.ACCEPTEE,
            outcomes=(NeedOutcome(PERMIS, NeedResult.COUVERT, SaidBy.ADVISER),),
        ),
    )
    assert await filled.edges("2026-01", "2026-12") == kept
    assert await filled.dangling() == []


async def test_edges_that_somebody_changed_are_rebuilt(filled: Neo4jStore) -> None:
    await followed(filled, referrals=[referral("r0", "i0")], events=events("r0", State.ENVOYEE))
    right = await filled.edges("2026-01", "2026-12")
    await filled.connection.driver.execute_query(
        "MATCH (a:Partner {id: 'b'}), (b:Partner {id: 'c'}) "
        "CREATE (a)-[:REROUTED_TO {month: '2026-03', sent: 1}]->(b) "
        "CREATE (a)-[:CO_SUPPORTS {month: '2026-03', youths: 1}]->(b) "
        "WITH 1 AS one MATCH ()-[e:REFERRED_TO]->() SET e.met = 7"
    )

    differed = await filled.rebuild_edges()

    assert differed == 3
    assert await filled.edges("2026-01", "2026-12") == right
    assert right == [Edge(EdgeKind.REFERRED, SITE, PartnerId("a"), "2026-03", sent=1)]


async def test_a_referral_that_was_a_mistake_takes_its_edge_away(filled: Neo4jStore) -> None:
    await followed(filled, referrals=[referral("r0", "i0")], events=events("r0", State.ENVOYEE))
    await followed(filled, events=events("r0", State.ERREUR, start=1, before=State.ENVOYEE, reason=ErrorReason.ESSAI))

    assert await filled.edges("2026-01", "2026-12") == []
    assert await filled.tally(YEAR, ()) == []


async def test_a_follow_up_moves_to_sqlite_and_back(
    filled: Neo4jStore, sqlite_store: SqliteStore, fresh_neo4j: Fresh
) -> None:
    """With the edges of months that are closed, whose referrals are gone."""
    await followed(
        filled,
        referrals=[referral("r0", "i0"), referral("r1", "i1"), referral("r2", "i1", "b", follows=ReferralId("r1"))],
        events=(
            *events("r0", State.ENVOYEE, State.ACCEPTEE),
            *events("r1", State.ENVOYEE, State.REFUSEE, reason=RefusalReason.CAPACITE),
            *events("r2", State.ENVOYEE, start=0),
        ),
        cosupports=[
            CoSupport(
                CoSupportId("co"),
                IntakeId("i0"),
                date(2026, 3, 3),
                (Member(PartnerId("b"), ServiceId("b-s"), Role.LEAD, date(2026, 3, 3)),),
            )
        ],
        agreements=[Agreement(AgreementId("ag"), AgreementKind.CHARTE, frozenset({PartnerId("a")}), MORNING.date())],
        unmet=[Unmet(IntakeId("i0"), HOUSING, date(2026, 3, 5))],
        timers=[ServiceTimers(ServiceId("a-s"), Timers(5, 20, 30))],
    )
    await followed(
        filled,
        events=[Event(ReferralId("r0"), 3, MORNING + timedelta(days=60), State.ACCEPTEE, State.RDV_FIXE, ActorId("c"))],
    )
    await filled.purge(date(2026, 4, 10), key=key())
    before = await exported(filled)

    await sqlite_store.import_(from_lines(before.splitlines(), "test"))
    between = await exported(sqlite_store)
    second = await fresh_neo4j()
    await second.import_(from_lines(between.splitlines(), "test"))

    assert between == before
    assert await exported(second) == before
    assert await second.dangling() == []


async def test_real_and_simulated_never_meet(filled: Neo4jStore) -> None:
    with pytest.raises(InputRefused, match="données réelles"):
        await followed(filled, intakes=[intake("s0", simulated=True)])


async def test_a_code_of_the_reference_that_an_intake_uses_stays(filled: Neo4jStore) -> None:
    smaller = replace(
        REFERENCE, needs={code: need for code, need in REFERENCE.needs.items() if code != NeedCode("acces-logement")}
    )

    with pytest.raises(InputRefused):
        await filled.save_reference(smaller)


async def test_neither_a_key_nor_what_it_asked_stands_in_the_ledger(neo4j_store: Neo4jStore) -> None:
    asked, call = IdempotencyKey("canari-cle"), "canari-appel"

    first = await neo4j_store.follow(Entry(), key=asked, call=call)

    assert await neo4j_store.followed(asked, call) == replace(first, again=True)
    found = await neo4j_store.connection.driver.execute_query("MATCH (k:IdempotencyKey) RETURN k.key, k.digest")
    kept = " ".join(str(text) for record in found.records for text in record.values())
    assert "suivi " in kept
    assert [mark for mark in ("canari", hashlib.sha256(call.encode()).hexdigest()) if mark in kept] == []
