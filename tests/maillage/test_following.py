"""Files and the clock against a real store of each kind."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio

import loaders.decisions
import loaders.lists
from graph.entry import Entry, Followed
from graph.errors import FileRefused, InputRefused
from graph.intake import AgeBand, Intake, IntakeId, ProgrammeCode
from graph.model import CommuneCode, IdempotencyKey, NeedCode, PartnerId, ServiceId, TerritoryCode
from graph.pseudonym import PseudonymKey
from graph.referral import ActorId, Direction, Event, Mode, Referral, ReferralId, State
from graph.sites import sites
from graph.store import Store
from graph.tallies import By, Count, Scope
from graph.timers import ServiceTimers, Timers
from loaders.agreements import AgreementReading, agreements
from loaders.intakes import IntakeReading, intakes
from loaders.reference import reference
from maillage import following
from maillage.following import Saved, Ticked, save_agreements, save_intakes, tick
from maillage.loading import load
from resolvers import referrals
from resolvers.intakes import expect_key
from tests.graph.packaged import packaged

SENT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = date(2026, 6, 30)
HEADER = "reference;date;age;commune;programme;site;besoins"
SITE = sites(packaged(), reference())["rochefort"]


@pytest_asyncio.fixture
async def follow(store: Store) -> Store:
    """With the packaged lists."""
    await load(store, loaders.lists.packaged(), loaders.decisions.packaged(), key=IdempotencyKey("lists"))
    return store


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


async def saved_intakes(store: Store, reading: IntakeReading, *, dry_run: bool = False) -> Saved:
    return await save_intakes(store, reading, packaged(), TODAY, dry_run=dry_run)


def booklets(*ages: int) -> IntakeReading:
    rows = [f"{uuid(n)};2026-03-02;{age};17299;cej;rochefort;permis" for n, age in enumerate(ages)]
    return intakes("\n".join([HEADER, *rows]), "livrets.csv", packaged(), reference(), None, TODAY)


async def test_loading_intakes_again_changes_nothing(follow: Store) -> None:
    first = await saved_intakes(follow, booklets(17, 20, 31))
    again = await saved_intakes(follow, booklets(17, 20, 31))

    assert (first.read, first.stored, first.unchanged, [r.line for r in first.refused]) == (3, 2, 0, [4])
    assert (again.read, again.stored, again.unchanged, again.refused) == (3, 0, 2, first.refused)
    assert (await follow.held()).real == 2
    held = await follow.intakes([IntakeId(uuid(1))])
    assert [held[IntakeId(uuid(1))]] == [i for _, i in booklets(17, 20).intakes if i.age == 20]


async def test_pseudonyms_of_file_numbers_are_not_gone_on_with_without_their_key(follow: Store) -> None:
    await saved_intakes(follow, booklets(20))
    await expect_key(follow, configured=False)
    random = await follow.keyed()
    rows = "\n".join([HEADER, "dossier 12345;2026-03-02;20;17299;cej;rochefort;permis"])
    drawn = PseudonymKey("".join(f"{byte:02x}" for byte in range(32)))
    await saved_intakes(follow, intakes(rows, "livrets.csv", packaged(), reference(), drawn, TODAY))

    with pytest.raises(InputRefused, match="MAILLAGE_PSEUDONYM_KEY"):
        await expect_key(follow, configured=False)

    await expect_key(follow, configured=True)
    assert (random, await follow.keyed()) == (False, True)


async def test_a_reference_that_is_stored_with_another_content_is_refused(follow: Store) -> None:
    await saved_intakes(follow, booklets(17, 20))

    saved = await saved_intakes(follow, booklets(17, 21, 22))

    assert (saved.stored, saved.unchanged) == (1, 1)
    assert [(r.line, "autre contenu" in r.reason) for r in saved.refused] == [(3, True)]
    assert (await follow.intakes([IntakeId(uuid(1))]))[IntakeId(uuid(1))].age == 20


async def test_a_dry_run_stores_nothing(follow: Store) -> None:
    saved = await saved_intakes(follow, booklets(17, 20), dry_run=True)

    assert (saved.stored, saved.unchanged) == (2, 0)
    assert (await follow.held()).real == 0


async def test_a_need_that_no_partner_covers_is_noticed_with_the_intake(follow: Store) -> None:
    nobody = replace(packaged(), services={})

    await save_intakes(follow, booklets(17), nobody, TODAY)
    await saved_intakes(follow, booklets(17, 20))

    noticed = await follow.unmet(Scope(date(2026, 1, 1), date(2026, 12, 31)), (By.NEED, By.MONTH))
    assert noticed == [Count(("permis", "2026-03"), 1)]


async def test_more_rows_than_one_transaction_takes_are_all_stored(
    follow: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "BATCH", 4)

    saved = await saved_intakes(follow, booklets(*[14 + n for n in range(10)]))

    assert (saved.stored, (await follow.held()).real) == (10, 10)


async def test_a_row_that_the_store_refuses_leaves_the_others_of_its_batch(follow: Store) -> None:
    found = booklets(17, 20, 22)
    line, intake = found.intakes[1]
    gone = (line, replace(intake, site=PartnerId("mission-locale-fermee")))

    saved = await saved_intakes(follow, replace(found, intakes=(found.intakes[0], gone, found.intakes[2])))

    assert (saved.stored, [r.line for r in saved.refused]) == (2, [3])


async def test_nothing_real_enters_a_simulated_store(follow: Store) -> None:
    invented = replace(booklets(17).intakes[0][1], simulated=True)
    await follow.follow(Entry(intakes=(invented,)), key=IdempotencyKey("simulated"), call="simulated")

    with pytest.raises(FileRefused, match="simulées"):
        await saved_intakes(follow, booklets(17))


def contracts(*rows: str) -> AgreementReading:
    text = "\n".join(["référence;nature;partenaires;début;fin;renouvelle", *rows])
    return agreements(text, "conventions.csv", packaged(), (), ())


PARTNERS = [p.id for p in packaged().partners.values() if packaged().services_of.get(p.id) and "mission" not in p.id]


async def test_an_agreement_that_is_loaded_with_other_values_is_replaced(follow: Store) -> None:
    row = f"c1;convention;{PARTNERS[0]};2026-01-01;"
    first = await save_agreements(follow, contracts(f"{row};", f"c2;charte;{PARTNERS[1]};2026-01-01;;c1"))
    again = await save_agreements(follow, contracts(f"{row};"))
    other = await save_agreements(follow, contracts(f"{row}2026-12-31;"))

    assert [(s.stored, s.unchanged) for s in (first, again, other)] == [(2, 0), (0, 1), (1, 0)]
    assert [(a.id, a.ends_on, a.renews) for a in await follow.agreements()] == [
        ("c1", date(2026, 12, 31), None),
        ("c2", None, "c1"),
    ]


async def test_an_agreement_that_changes_while_its_file_is_read_is_told_as_an_agreement(
    follow: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = f"c1;charte;{PARTNERS[0]};2026-01-01;"
    await save_agreements(follow, contracts(f"{row};"))
    compared = await follow.agreements()
    await save_agreements(follow, contracts(f"{row}2026-06-30;"))
    monkeypatch.setattr(type(follow), "agreements", lambda self: asyncio.sleep(0, compared))

    late = await save_agreements(follow, contracts(f"{row}2026-12-31;"))

    assert (late.stored, late.unchanged) == (0, 0)
    assert [("la convention" in r.reason, "livret" in r.reason) for r in late.refused] == [(True, False)]


async def test_an_agreement_never_renews_itself_through_one_that_is_stored(follow: Store) -> None:
    row = f"convention;{PARTNERS[0]};2026-01-01;"
    await save_agreements(follow, contracts(f"c1;{row};", f"c2;{row};c1"))
    text = f"référence;nature;partenaires;début;fin;renouvelle\nc1;{row};c2"
    stored = [agreement.id for agreement in await follow.agreements()]

    saved = await save_agreements(follow, agreements(text, "conventions.csv", packaged(), (), stored))

    assert (saved.stored, [r.line for r in saved.refused]) == (0, [2])
    assert [(a.id, a.renews) for a in await follow.agreements()] == [("c1", None), ("c2", "c1")]


def service(number: int) -> tuple[PartnerId, ServiceId]:
    partner = PARTNERS[number]
    return partner, packaged().services_of[partner][0].id


def sent(number: int, state: State = State.ENVOYEE, at: datetime = SENT) -> Entry:
    partner, asked = service(number % 5)
    intake = Intake(
        IntakeId(uuid(0)),
        date(2026, 3, 1),
        19,
        CommuneCode("17299"),
        ProgrammeCode("cej"),
        SITE,
        frozenset({NeedCode("permis")}),
    )
    referral = Referral(
        id=ReferralId(f"r{number:04}"),
        intake=intake.id,
        sender=SITE,
        partner=partner,
        service=asked,
        needs=intake.needs,
        mode=Mode.FOLLOWED,
        direction=Direction.OUTBOUND,
        epci=TerritoryCode("200041762"),
        age_band=AgeBand.of(19),
        qpv=False,
        island=False,
        programme=intake.programme,
    )
    event = Event(referral.id, 1, at, None, State.ENVOYEE, ActorId("test"))
    events = [event]
    if state is not State.ENVOYEE:
        events.append(Event(referral.id, 2, at, State.ENVOYEE, state, ActorId("test")))
    return Entry(intakes=(intake,), referrals=(referral,), events=tuple(events))


async def wrote(store: Store, entries: Iterable[Entry]) -> None:
    for number, entry in enumerate(entries):
        await store.follow(entry, key=IdempotencyKey(f"given-{number}"), call="given")


async def state(store: Store, number: int) -> State:
    return (await store.referrals([ReferralId(f"r{number:04}")]))[ReferralId(f"r{number:04}")].state


def days(number: int) -> datetime:
    return SENT + timedelta(days=number)


async def test_the_clock_reminds_then_ends_and_each_only_once(follow: Store) -> None:
    await wrote(follow, [sent(1), sent(2, State.A_L_ETUDE), sent(3, State.ACCEPTEE)])

    told = [await tick(follow, days(n)) for n in (9, 10, 10, 29, 30, 30, 60, 90)]

    assert told == [
        Ticked(0, 0),
        Ticked(2, 0),
        Ticked(0, 0),
        Ticked(0, 0),
        Ticked(0, 1),
        Ticked(0, 0),
        Ticked(0, 1),
        Ticked(0, 0),
    ]
    assert [await state(follow, n) for n in (1, 2, 3)] == [State.EXPIREE, State.EXPIREE, State.ACCEPTEE]


async def test_a_service_has_its_own_timers(follow: Store) -> None:
    own = ServiceTimers(service(1)[1], Timers(reminder=2, expiry=5))
    await wrote(follow, [sent(1), sent(2), Entry(timers=(own,))])

    assert await tick(follow, days(2)) == Ticked(1, 0)
    assert await tick(follow, days(5)) == Ticked(0, 1)
    assert [await state(follow, n) for n in (1, 2)] == [State.EXPIREE, State.ENVOYEE]


async def test_a_clock_that_goes_back_does_nothing(follow: Store) -> None:
    await wrote(follow, [sent(1)])
    await tick(follow, days(29))

    assert await tick(follow, days(-10)) == Ticked(0, 0)
    assert await tick(follow, days(28)) == Ticked(0, 0)
    assert (await follow.referrals([ReferralId("r0001")]))[ReferralId("r0001")].version == 2


async def test_every_page_and_batch_is_gone_through(follow: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "BATCH", 3)
    monkeypatch.setattr(referrals, "READ", 4)
    await wrote(follow, [sent(n, at=SENT + timedelta(hours=n % 3)) for n in range(11)])

    assert await tick(follow, days(12)) == Ticked(11, 0)
    assert await tick(follow, days(40)) == Ticked(0, 11)


class Overtaken:
    """A store in which somebody answers `r0001` between the reading and the writing of the clock."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.overtaken = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def follow(self, entry: Entry, *, key: IdempotencyKey, call: str) -> Followed:
        if not self.overtaken:
            self.overtaken = True
            answer = Event(ReferralId("r0001"), 2, days(31), State.ENVOYEE, State.ACCEPTEE, ActorId("partenaire"))
            await self._store.follow(Entry(events=(answer,)), key=IdempotencyKey("answer"), call="answer")
        return await self._store.follow(entry, key=key, call=call)


async def test_who_moves_a_referral_meanwhile_wins_and_the_others_are_still_ended(follow: Store) -> None:
    await wrote(follow, [sent(1), sent(2), sent(3)])

    done = await tick(Overtaken(follow), days(31))  # type: ignore[arg-type]  # all but one method are the store's

    assert done == Ticked(0, 2)
    assert [await state(follow, n) for n in (1, 2, 3)] == [State.ACCEPTEE, State.EXPIREE, State.EXPIREE]


async def test_what_another_program_stored_meanwhile_is_refused_as_if_it_had_been_there(follow: Store) -> None:
    found = booklets(17, 20)
    other = replace(found.intakes[0][1], age=25)

    class Raced(Overtaken):
        async def follow(self, entry: Entry, *, key: IdempotencyKey, call: str) -> Followed:
            if not self.overtaken:
                self.overtaken = True
                await follow.follow(Entry(intakes=(other,)), key=IdempotencyKey("other"), call="other")
            return await follow.follow(entry, key=key, call=call)

    saved = await saved_intakes(Raced(follow), found)  # type: ignore[arg-type]

    assert (saved.stored, [r.line for r in saved.refused]) == (1, [2])
