"""A coordinator's word on services, on both stores: it survives everything that happens to names."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

import loaders.lists
from graph.directory import Change
from graph.errors import Conflict, InputRefused, NotFound, RequestRefused, UnknownCode
from graph.model import (
    Decision,
    DecisionId,
    DecisionKind,
    IdempotencyKey,
    NeedCode,
    PartnerId,
    Service,
    ServiceId,
    TerritoryCode,
)
from graph.store import Store
from loaders.directory import knowledge
from maillage.loading import load
from resolvers.batches import Batches
from resolvers.context import Context, Directories
from resolvers.decisions import decide, merge, split, undo
from resolvers.services import close, correct, suspend, verify

NOON = datetime(2026, 11, 25, 11, tzinfo=UTC)
ROWS = [
    "nom;domaine;commune",
    "CCAS de Fouras;logement;Fouras",
    "CCAS de Soubise;logement;Soubise",
    "Aftral;formation;",
]


class Clock:
    """Time as the test says; each reading is one second later."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def key(text: str) -> IdempotencyKey:
    return IdempotencyKey(text)


async def read(store: Store, folder: Path, rows: list[str], name: str) -> tuple[str, ...]:
    path = folder / "liste.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return (await load(store, [loaders.lists.read(path)], [], key=key(name))).notes


@pytest_asyncio.fixture
async def context(store: Store, tmp_path: Path) -> AsyncIterator[Context]:
    await read(store, tmp_path, ROWS, "first")
    yield Context(store, knowledge(), Directories(store), Batches(store), clock=Clock())


async def services(context: Context) -> Mapping[ServiceId, Service]:
    """Without versions: they count writes."""
    held = (await context.store.directory()).services
    return {id: replace(service, version=0) for id, service in held.items()}


async def of(context: Context, word: str) -> Service:
    held = (await context.store.directory()).services
    return next(held[id] for id in sorted(held) if word in id)


def renamed(service: Service) -> Service:
    return replace(service, name="Corrigé à la main")


async def test_a_merge_and_its_undoing_leave_every_service_as_it_was(context: Context) -> None:
    fouras, soubise = await of(context, "fouras"), await of(context, "soubise")
    await correct(context, fouras.id, fouras.version, key("c1"), "a", renamed)
    await suspend(context, soubise.id, date(2027, 1, 1), full=True, expected=soubise.version, key=key("s1"))
    await verify(context, soubise.id, soubise.version + 1, key("v1"))
    before = await services(context)

    together = await merge(context, fouras.partner, soubise.partner, "essai", key("m"))
    merged = await services(context)
    await undo(context, together.id, key("u"))

    assert {s.partner for s in merged.values()} < {s.partner for s in before.values()}
    assert "Corrigé à la main" in {s.name for s in merged.values()}
    assert await services(context) == before


async def test_a_partner_declared_none_and_back_keeps_its_verified_sheet(context: Context) -> None:
    fouras = await of(context, "fouras")
    await verify(context, fouras.id, fouras.version, key("v"))
    before = await services(context)

    gone = await decide(context, DecisionKind.NOT_A_PARTNER, ("CCAS de Fouras",), "essai", key("n"))
    without = await services(context)
    await undo(context, gone.id, key("u"))

    assert fouras.id not in without
    assert await services(context) == before


async def test_a_row_that_goes_and_comes_back_keeps_its_correction(context: Context, tmp_path: Path) -> None:
    fouras = await of(context, "fouras")
    await correct(context, fouras.id, fouras.version, key("c"), "a", renamed)
    before = await services(context)

    notes = await read(context.store, tmp_path, [ROWS[0], *ROWS[2:]], "without")
    await read(context.store, tmp_path, ROWS, "again")

    assert any("Corrigé à la main" in note and "gardée" in note for note in notes)
    assert await services(context) == before


async def test_a_call_sent_again_answers_the_same_whatever_happened_since(context: Context) -> None:
    fouras = await of(context, "fouras")
    first = await verify(context, fouras.id, fouras.version, key("v"))
    await suspend(context, fouras.id, date(2027, 1, 1), full=False, expected=first.version, key=key("s"))
    assert isinstance(context.clock, Clock)
    context.clock.now = datetime(2026, 12, 24, tzinfo=UTC)
    before = await context.store.directory()

    again = await verify(context, fouras.id, fouras.version, key("v"))

    assert again == first
    assert await context.store.directory() == before


async def test_a_key_that_made_another_call_is_refused(context: Context) -> None:
    fouras, soubise = await of(context, "fouras"), await of(context, "soubise")
    await verify(context, fouras.id, fouras.version, key("k"))

    with pytest.raises(Conflict):
        await verify(context, soubise.id, soubise.version, key("k"))
    with pytest.raises(Conflict):
        await close(context, fouras.id, closed=True, expected=fouras.version, key=key("k"))


async def test_of_two_at_once_from_one_version_one_is_told(context: Context) -> None:
    fouras = await of(context, "fouras")

    answers = await asyncio.gather(
        verify(context, fouras.id, fouras.version, key("a")),
        close(context, fouras.id, closed=True, expected=fouras.version, key=key("b")),
        return_exceptions=True,
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Service"]


@pytest.mark.parametrize("rounds", [20, pytest.param(200, marks=pytest.mark.nightly)])
async def test_of_two_programs_that_decide_from_one_version_exactly_one_wins(
    twins: tuple[Store, Store], tmp_path: Path, rounds: int
) -> None:
    await read(twins[0], tmp_path, ROWS, "first")
    contexts = [Context(store, knowledge(), Directories(store), Batches(store), clock=Clock()) for store in twins]
    fouras = await of(contexts[0], "fouras")

    for round in range(rounds):
        version, day = fouras.version + round, date(2027, 1, 1) + timedelta(days=2 * round)
        results = await asyncio.gather(
            *(
                suspend(each, fouras.id, until, full=True, expected=version, key=key(f"{until}"))
                for each, until in zip(contexts, (day, day + timedelta(days=1)), strict=True)
            ),
            return_exceptions=True,
        )

        assert sorted(type(result).__name__ for result in results) == ["Conflict", "Service"]
        (saved,) = [result for result in results if isinstance(result, Service)]
        assert saved.version == version + 1
        assert await twins[1].services([fouras.id]) == {fouras.id: saved}
        assert len(await twins[0].decisions()) == round + 1


async def test_what_is_said_from_an_old_version_leaves_nothing_behind(context: Context) -> None:
    fouras = await of(context, "fouras")
    await verify(context, fouras.id, fouras.version, key("v"))
    before, decisions = await context.store.directory(), await context.store.decisions()

    for old in (fouras.version - 1, fouras.version, fouras.version + 2):
        with pytest.raises(Conflict):
            await close(context, fouras.id, closed=True, expected=old, key=key(f"c{old}"))

    assert (await context.store.directory(), await context.store.decisions()) == (before, decisions)


async def test_saying_what_is_so_already_is_decided_and_keeps_the_version(context: Context) -> None:
    fouras = await of(context, "fouras")
    first = await verify(context, fouras.id, fouras.version, key("v"))

    again = await verify(context, fouras.id, first.version, key("w"))

    assert again == first == await of(context, "fouras")
    assert len(await context.store.decisions()) == 2


async def test_a_correction_that_cannot_be_true_leaves_nothing_behind(context: Context) -> None:
    fouras = await of(context, "fouras")
    before = await context.store.directory()

    with pytest.raises(UnknownCode, match="patins"):
        await correct(
            context,
            fouras.id,
            fouras.version,
            key("n"),
            "a",
            lambda held: replace(held, needs=held.needs | {NeedCode("patins")}),
        )
    with pytest.raises(InputRefused, match="qui n'existe pas"):
        await correct(
            context, fouras.id, fouras.version, key("p"), "b", lambda held: replace(held, partner=PartnerId("absent"))
        )

    assert await context.store.directory() == before
    assert await context.store.decisions() == []


async def test_two_services_at_once_are_both_saved(context: Context) -> None:
    fouras, soubise = await of(context, "fouras"), await of(context, "soubise")

    await asyncio.gather(
        verify(context, fouras.id, fouras.version, key("a")),
        verify(context, soubise.id, soubise.version, key("b")),
    )

    held = await services(context)
    assert held[fouras.id].verified_on == held[soubise.id].verified_on == date(2026, 11, 25)


async def test_a_full_service_that_opens_again_is_the_sheet_s_again(context: Context) -> None:
    fouras = await of(context, "fouras")
    before = await services(context)

    full = await suspend(context, fouras.id, date(2027, 1, 1), full=True, expected=fouras.version, key=key("s"))
    await suspend(context, fouras.id, None, full=True, expected=full.version, key=key("o"))

    assert full.full_until == date(2027, 1, 1)
    assert not full.edited
    assert await services(context) == before


FIELDS = ("name", "edited", "verified_on", "verified_by", "full_until", "closed_until", "closed")

ACTS: dict[str, Callable[[Context, Service, str], Awaitable[Service]]] = {
    "verify": lambda c, s, k: verify(c, s.id, s.version, key(k)),
    "correct": lambda c, s, k: correct(c, s.id, s.version, key(k), "a", renamed),
    "full": lambda c, s, k: suspend(c, s.id, date(2027, 1, 1), full=True, expected=s.version, key=key(k)),
    "shut": lambda c, s, k: suspend(c, s.id, date(2027, 2, 2), full=False, expected=s.version, key=key(k)),
    "close": lambda c, s, k: close(c, s.id, closed=True, expected=s.version, key=key(k)),
}


@pytest.mark.parametrize("second", ACTS)
@pytest.mark.parametrize("first", ACTS)
async def test_of_two_decisions_each_can_be_taken_back_alone(
    sqlite_store: Store, tmp_path: Path, first: str, second: str
) -> None:
    await read(sqlite_store, tmp_path, ROWS, "first")
    context = Context(sqlite_store, knowledge(), Directories(sqlite_store), Batches(sqlite_store), clock=Clock())
    fouras, soubise = await of(context, "fouras"), await of(context, "soubise")
    await ACTS[second](context, soubise, "alone")
    alone = (await services(context))[soubise.id]
    after = await ACTS[first](context, fouras, "one")
    only = (await services(context))[fouras.id]
    await ACTS[second](context, after, "two")
    _, one, two = await context.store.decisions()

    await undo(context, one.id, key("undo one"))
    without_first = (await services(context))[fouras.id]
    await undo(context, two.id, key("undo two"))
    without_both = (await services(context))[fouras.id]

    changed = {f: getattr(alone, f) for f in FIELDS if getattr(alone, f) != getattr(soubise, f)}
    assert changed
    assert without_first == replace(fouras, version=0, **changed)
    assert without_both == replace(fouras, version=0)
    assert only != without_both


async def test_undoing_a_verification_brings_the_doubt_back(context: Context) -> None:
    fouras = await of(context, "fouras")
    before = await services(context)
    await verify(context, fouras.id, fouras.version, key("v"))
    (decision,) = [d for d in await context.store.decisions() if d.kind is DecisionKind.SERVICE]

    await undo(context, decision.id, key("u"))

    assert await services(context) == before


async def test_what_is_not_there_and_what_is_past_is_said(context: Context) -> None:
    fouras = await of(context, "fouras")

    with pytest.raises(NotFound):
        await verify(context, ServiceId("nulle/part"), 1, key("a"))
    with pytest.raises(RequestRefused):
        await suspend(context, fouras.id, date(2026, 11, 25), full=True, expected=fouras.version, key=key("b"))


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (DecisionKind.MERGE, ("Aftral",)),
        (DecisionKind.MERGE, ("Aftral", "zzz qqq")),
        (DecisionKind.MERGE, ("Aftral", ".")),
        (DecisionKind.MERGE, ("Aftral", "AFTRAL")),
        (DecisionKind.MERGE, tuple(f"nom {n}" for n in range(4000))),
        (DecisionKind.SPLIT, ("Aftral", "CCAS de Fouras", "CCAS de Soubise")),
        (DecisionKind.UNIT_OF, ("Aftral", "")),
        (DecisionKind.NAME, ("zzz", "Aftral")),
        (DecisionKind.NAME, ("Aftral", "A", "B")),
        (DecisionKind.NOT_A_PARTNER, ()),
        (DecisionKind.CUT, ("Aftral", "Aftral")),
        (DecisionKind.SERVICE, ("Aftral", "verify", "{}")),
    ],
)
async def test_a_decision_that_cannot_be_meant_is_refused(
    context: Context, kind: DecisionKind, names: tuple[str, ...]
) -> None:
    before = await context.store.decisions()

    with pytest.raises(RequestRefused):
        await decide(context, kind, names, "essai", key("d"))

    assert await context.store.decisions() == before


async def test_a_merge_and_a_split_sent_again_answer_the_same(context: Context) -> None:
    fouras, soubise = await of(context, "fouras"), await of(context, "soubise")
    mentions = await context.store.resolved()

    first = await merge(context, fouras.partner, soubise.partner, "essai", key("m"))
    again = await merge(context, fouras.partner, soubise.partner, "essai", key("m"))
    await undo(context, first.id, key("u"))
    apart = await split(context, mentions[0].mention.id, mentions[1].mention.id, "deux", key("s"))
    apart_again = await split(context, mentions[0].mention.id, mentions[1].mention.id, "deux", key("s"))

    assert again == first
    assert apart_again == apart
    with pytest.raises(Conflict):
        await merge(context, soubise.partner, fouras.partner, "essai", key("m"))


async def test_the_same_decision_twice_at_once_is_made_once(context: Context) -> None:
    names = ("CCAS de Fouras", "CCAS de Soubise")

    first, second = await asyncio.gather(
        decide(context, DecisionKind.MERGE, names, "essai", key("d")),
        decide(context, DecisionKind.MERGE, names, "essai", key("d")),
    )

    assert first == second
    assert len(await context.store.decisions()) == 1


async def test_namesakes_keep_each_its_own_decision(context: Context, tmp_path: Path) -> None:
    rows = ["nom;domaine;commune", "CCAS;logement;Fouras", "CCAS;logement;Soubise"]
    await read(context.store, tmp_path, rows, "namesakes")
    held = (await context.store.directory()).services
    fouras, soubise = (
        next(s for s in held.values() if s.territories == {TerritoryCode(code)}) for code in ("17168", "17429")
    )
    await verify(context, fouras.id, fouras.version, key("v"))
    before = await services(context)

    notes = await read(context.store, tmp_path, [rows[0], rows[2], rows[1]], "again")

    assert await services(context) == before
    assert before[fouras.id].verified_on is not None
    assert before[soubise.id].verified_on is None
    assert not any("gardée" in note for note in notes)


async def test_a_clock_that_goes_back_changes_no_order(context: Context, tmp_path: Path) -> None:
    fouras = await of(context, "fouras")
    shut = await close(context, fouras.id, closed=True, expected=fouras.version, key=key("c"))
    assert isinstance(context.clock, Clock)
    context.clock.now = NOON - timedelta(hours=3)
    await close(context, fouras.id, closed=False, expected=shut.version, key=key("o"))

    await read(context.store, tmp_path, ROWS, "again")

    assert not (await of(context, "fouras")).closed


async def test_a_service_of_an_organisation_that_only_its_units_name_can_be_verified(
    context: Context, tmp_path: Path
) -> None:
    await read(context.store, tmp_path, ["nom;domaine", "CSAPA (Ville de Niort);sante"], "units")
    held = await context.store.directory()
    nameless = [id for id, found in (await context.store.resolved_of(held.partners)).items() if not found]

    for id in nameless:
        for service in held.services_of.get(id, ()):
            await verify(context, service.id, service.version, key(f"v {service.id}"))
    await read(context.store, tmp_path, ["nom;domaine", "CSAPA (Ville de Niort);sante"], "again")

    after = await context.store.directory()
    assert all(s.verified_on for id in nameless for s in after.services_of.get(id, ()))


async def test_an_unreadable_decision_stops_nothing(context: Context, tmp_path: Path) -> None:
    directory = await context.store.directory()
    wrong = [
        Decision(DecisionId(f"w{n}"), DecisionKind.SERVICE, ("CCAS de Fouras", *rest), "?", "x", NOON)
        for n, rest in enumerate(
            [("verify", "nope"), ("zzz", "{}"), ("verify", "{}"), ("verify", '{"changed": ["x"]}')]
        )
    ]
    await context.store.apply(Change(decisions=tuple(wrong)), expected=directory.stamp, key=key("w"))
    before = await services(context)

    notes = await read(context.store, tmp_path, ROWS, "again")

    assert await services(context) == before
    assert len([note for note in notes if "illisible" in note]) == len(wrong)
