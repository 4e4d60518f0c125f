"""The record of the partners, read from both stores, in the order of the next suggestions."""

from dataclasses import replace
from datetime import date, timedelta

import pytest_asyncio

from graph.agreement import Agreement, AgreementId, AgreementKind
from graph.edges import EdgeKind
from graph.entry import Entry
from graph.intake import IntakeId
from graph.model import Decision, PartnerId, PartnerStatus, ServiceId
from graph.reasons import Ground
from graph.referral import ReferralId, State
from graph.store import Store
from graph.suggestion import Suggestion
from graph.tallies import By, Scope
from resolvers.context import Context
from resolvers.evaluation import Wanted, evaluated
from resolvers.history import Histories, read
from resolvers.network import snapshot
from resolvers.referrals import move, refer
from resolvers.suggestion import suggestion
from tests.conformance.values import PERMIS, REFERENCE, applied, decision, resolved
from tests.resolvers.follow_scene import NOON, SITE, A, B, C, Clock, asking, booklet, key, scene

REFERRED = 12
YEAR = Scope(date(2026, 1, 1), date(2026, 12, 31))


@pytest_asyncio.fixture
async def lived(store: Store) -> Context:
    """Partner a answers in two days, b leaves everything to expire, c was never asked and has an agreement."""
    await scene(store)
    clock = Clock()
    context = asking(store, clock)
    intake = await booklet(context)
    for number in range(REFERRED):
        await _sent(context, intake, A, f"a-{number}")
        await _sent(context, intake, B, f"b-{number}")
    clock.now += timedelta(days=2)
    for number in range(REFERRED):
        await _moved(context, f"a-{number}", State.ACCEPTEE)
    clock.now += timedelta(days=31)
    for number in range(REFERRED):
        await _moved(context, f"b-{number}", State.EXPIREE)
    bound = Agreement(AgreementId("c-2026"), AgreementKind.CHARTE, frozenset({PartnerId("c")}), context.today())
    await store.follow(Entry(agreements=(bound,)), key=key("agreement"), call="agreement")
    return replace(context, histories=Histories(store))


_made: dict[str, ReferralId] = {}


async def _sent(context: Context, intake: IntakeId, service: ServiceId, name: str) -> None:
    _made[name] = (await refer(context, intake, service, [PERMIS], key(name))).referral.id


async def _moved(context: Context, name: str, state: State) -> None:
    await move(context, _made[name], state, 1, key(f"move {name}"))


async def asked(context: Context, *, learned: bool) -> Suggestion:
    request = context.knowledge.reference.request(19, "17299", [PERMIS])
    return (await suggestion(context, request, learned=learned))[0]


async def merged_into_b(store: Store) -> Decision:
    merged = decision("d1", names=("Partenaire a", "Partenaire b"))
    named = [resolved(f"m-{id}", "b", raw=f"Partenaire {id}") for id in "ab"]
    held = (await store.directory()).partners
    closed = replace(held[PartnerId("a")], status=PartnerStatus.CLOSED)
    await applied(store, merged, *named, closed)
    return merged


async def test_the_record_counts_answers_waits_and_agreements(lived: Context) -> None:
    past = await read(lived.store, lived.today())

    assert (past.records[PartnerId("a")].answered, past.records[PartnerId("a")].days) == (REFERRED, 2)
    assert (past.records[PartnerId("b")].answered, past.records[PartnerId("b")].decided) == (0, REFERRED)
    assert past.bound == {"c"}
    assert PartnerId("c") not in past.records


async def test_a_merged_partner_brings_its_past_to_the_one_that_stands_for_it(lived: Context) -> None:
    store = lived.store
    merged = await merged_into_b(store)
    past = await read(store, lived.today())
    await applied(store, replace(merged, undone_at=NOON, undone_by="Camille"))
    undone = await read(store, lived.today())

    record = past.records[PartnerId("b")]
    assert PartnerId("a") not in past.records
    assert (record.answered, record.decided, record.followed) == (REFERRED, 2 * REFERRED, 2 * REFERRED)
    assert set(past.loads) <= {"b"}
    assert {t.key[0] for t in await store.tally(YEAR, (By.PARTNER,))} == {"a", "b"}
    assert PartnerId("a") in undone.records


async def test_in_the_report_and_on_the_map_a_merged_partner_is_the_one_that_stands_for_it(lived: Context) -> None:
    store, today = lived.store, lived.today()
    before = await evaluated(store, await store.directory(), REFERENCE, Wanted(), today)
    await merged_into_b(store)
    directory = await store.directory()

    found = await evaluated(store, directory, REFERENCE, Wanted(), today)
    seen = await snapshot(store, directory, REFERENCE, Wanted(), today)

    apart = {use.key: use for use in before.partners}
    b = next(use for use in found.partners if use.key == "b")
    assert apart.keys() >= {"a", "b"}
    assert "a" not in {use.key for use in found.partners}
    assert (b.sent, b.answered, b.youths) == (2 * REFERRED, REFERRED, 1)
    assert sum(use.sent for use in found.partners) == sum(use.sent for use in before.partners)
    assert {(e.source, e.target): e.sent for e in seen.edges if e.kind is EdgeKind.REFERRED} == {(SITE, "b"): 24}
    assert seen.shared == ()


async def test_a_partner_that_closed_without_a_merge_keeps_its_past(lived: Context) -> None:
    store = lived.store
    held = (await store.directory()).partners
    closed = replace(held[PartnerId("a")], status=PartnerStatus.CLOSED)
    await applied(store, closed, decision("d1", names=("Partenaire b", "Partenaire c")))

    assert (await read(store, lived.today())).records[PartnerId("a")].answered == REFERRED


async def test_a_partner_that_never_answers_goes_behind_and_the_reason_says_its_number(lived: Context) -> None:
    found = {s.partner.id: s for s in (await asked(lived, learned=True)).suggestions}

    assert found[PartnerId("b")].rank == len([s for s in found.values() if not s.service.internal])
    reasons = {s.partner.id: {r.code: r.text for r in s.reasons} for s in found.values()}
    assert reasons[PartnerId("a")][Ground.RECORD] == f"répond en 2 jours en général, sur {REFERRED} orientations"
    assert reasons[PartnerId("b")][Ground.RECORD] == f"{REFERRED} orientations sur {REFERRED} sont restées sans réponse"
    assert Ground.RECORD not in reasons[PartnerId("c")]
    assert Ground.AGREEMENT in reasons[PartnerId("c")]


async def test_switched_off_the_rules_alone_decide(lived: Context) -> None:
    off = await asked(lived, learned=False)
    never = await asked(replace(lived, histories=None), learned=True)

    assert [(s.partner.id, s.score, s.reasons) for s in off.suggestions] == [
        (s.partner.id, s.score, s.reasons) for s in never.suggestions
    ]
    assert all(r.code not in (Ground.RECORD, Ground.AGREEMENT) for s in off.suggestions for r in s.reasons)
    assert C in {s.service.id for s in off.suggestions}
