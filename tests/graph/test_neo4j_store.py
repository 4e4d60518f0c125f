"""What is particular to Neo4j: servers that fail, locks, order, migrations, statements. The rest is `conformance/`."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from graph.cypher.migrations import STEPS
from graph.errors import StoreNotMigrated, StoreTooNew, StoreUnavailable
from graph.model import IdempotencyKey, PartnerId, ServiceId
from graph.neo4j_connection import check_server
from graph.neo4j_store import Neo4jStore, open_neo4j
from graph.store import Applied, Migration, PartnerFilter, PartnerStore
from tests.conformance.values import HOUSING, PERMIS, REFERENCE, change, key, partner, service
from tests.graph import neo4j_faults
from tests.graph.neo4j_faults import Conversation, listening, swallowing
from tests.neo4j_server import Neo4jServer

ROOT = Path(__file__).parents[2]
SECRET = "secret-of-the-test"


async def _exported(store: PartnerStore) -> int:
    return len([record async for record in store.export()])


CALLS: dict[str, Callable[[PartnerStore], Awaitable[object]]] = {
    "schema_version": lambda s: s.schema_version(),
    "migrate": lambda s: s.migrate(),
    "save_reference": lambda s: s.save_reference(REFERENCE),
    "stamp": lambda s: s.stamp(),
    "mark": lambda s: s.mark(),
    "directory": lambda s: s.directory(),
    "partners": lambda s: s.partners([PartnerId("p")]),
    "partner_page": lambda s: s.partner_page(PartnerFilter(), 10),
    "units_of": lambda s: s.units_of([PartnerId("p")]),
    "services": lambda s: s.services([ServiceId("s")]),
    "services_of": lambda s: s.services_of([PartnerId("p")]),
    "resolved_of": lambda s: s.resolved_of([PartnerId("p")]),
    "resolved": lambda s: s.resolved(),
    "waiting": lambda s: s.waiting(10),
    "decisions": lambda s: s.decisions(),
    "apply": lambda s: s.apply(change(partner("p")), expected=0, key=key()),
    "export": _exported,
    "import_": lambda s: s.import_(_smallest_export()),
    "dangling": lambda s: s.dangling(),
}


def _smallest_export() -> list[dict[str, object]]:
    return [{"kind": "maillage", "format": 1, "schema": 1, "stamp": 0}, {"kind": "end", "records": 0}]


def test_every_question_of_the_contract_is_asked_of_a_failing_server() -> None:
    asked = {name for name in vars(PartnerStore) if not name.startswith("_")}

    assert set(CALLS) == asked - {"close"}


async def refusals(store: Neo4jStore, leave_out: tuple[str, ...] = ()) -> dict[str, StoreUnavailable]:
    """What each call raises, all asked at once; each within 5 s and in one French sentence."""

    async def refusal(name: str) -> StoreUnavailable:
        start = time.monotonic()
        with pytest.raises(StoreUnavailable) as raised:
            await CALLS[name](store)
        assert time.monotonic() - start < 5, name
        sentence = str(raised.value)
        assert sentence.endswith(".")
        assert "\n" not in sentence
        return raised.value

    names = [name for name in CALLS if name not in leave_out]
    return dict(zip(names, await asyncio.gather(*map(refusal, names)), strict=True))


@asynccontextmanager
async def opened(uri: str, user: str = "neo4j", password: str = SECRET) -> AsyncIterator[Neo4jStore]:
    store = open_neo4j(uri, user=user, password=password)
    try:
        yield store
    finally:
        await store.close()


# servers that fail


FAULTS: tuple[Conversation, ...] = (
    neo4j_faults.silent,
    neo4j_faults.garbage,
    neo4j_faults.web,
    neo4j_faults.hanging_up,
    neo4j_faults.no_common_version,
    neo4j_faults.mute_after_handshake,
    neo4j_faults.garbage_after_handshake,
)


async def test_a_server_that_answers_wrongly_gives_one_sentence_within_5_seconds() -> None:
    async def sentence(fault: Conversation, scheme: str) -> None:
        async with listening(fault) as port, opened(f"{scheme}://127.0.0.1:{port}") as store:
            start = time.monotonic()
            with pytest.raises(StoreUnavailable) as raised:
                await store.stamp()

            assert time.monotonic() - start < 5, fault
            assert f"127.0.0.1:{port}" in str(raised.value), fault
            assert SECRET not in str(raised.value)

    await asyncio.gather(*(sentence(fault, scheme) for fault in FAULTS for scheme in ("bolt", "neo4j")))


async def test_every_question_to_a_silent_server_ends_within_5_seconds() -> None:
    async with listening(neo4j_faults.silent) as port, opened(f"bolt://127.0.0.1:{port}") as store:
        found = await refusals(store)

    assert all("injoignable" in str(problem) or "ne répond pas" in str(problem) for problem in found.values())


async def test_every_question_to_an_absent_server_ends_within_5_seconds() -> None:
    async with listening(neo4j_faults.silent) as port:
        pass
    async with opened(f"bolt://127.0.0.1:{port}") as store:
        found = await refusals(store)

    assert all("injoignable" in str(problem) for problem in found.values())


async def test_a_name_that_leads_nowhere_is_said() -> None:
    async with opened("neo4j://nulle-part.invalid:7687") as store:
        with pytest.raises(StoreUnavailable, match="injoignable"):
            await store.stamp()


@pytest.mark.parametrize("address", ["bolt://[", "http://localhost", "maillage.db", "neo4j://localhost:port"])
def test_an_address_that_is_none_is_said(address: str) -> None:
    with pytest.raises(StoreUnavailable, match="n'est pas celle d'un Neo4j"):
        open_neo4j(address, user="neo4j", password="x")


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(StoreUnavailable, match="MAILLAGE_NEO4J_PASSWORD") as raised:
        open_neo4j("neo4j://neo4j:hunter2@localhost", user="neo4j", password="x")

    assert "hunter2" not in str(raised.value)


async def test_a_wrong_password_is_said_to_every_question(neo4j_server: Neo4jServer) -> None:
    async with opened(neo4j_server.uri, "nobody", SECRET) as store:
        with pytest.raises(StoreUnavailable, match="refuse l'utilisateur ou le mot de passe"):
            await store.stamp()
        found = await refusals(store)

    assert all("mot de passe" in str(problem) for problem in found.values())
    assert not any(SECRET in str(problem) for problem in found.values())


async def test_a_database_that_does_not_exist_is_said(neo4j_server: Neo4jServer) -> None:
    store = open_neo4j(neo4j_server.uri, user=neo4j_server.user, password=neo4j_server.password, database="nowhere")

    with pytest.raises(StoreUnavailable, match="n'a pas de base « nowhere »"):
        await store.stamp()

    await store.close()


async def test_a_server_that_falls_silent_between_two_questions_is_said(
    neo4j_store: Neo4jStore, neo4j_server: Neo4jServer
) -> None:
    port = urlsplit(neo4j_server.uri).port
    assert port is not None
    async with (
        swallowing(port) as (own, muted),
        opened(f"bolt://127.0.0.1:{own}", neo4j_server.user, neo4j_server.password) as store,
    ):
        assert await store.stamp() == 0
        muted.set()
        found = await refusals(store)

    assert all("ne répond pas" in str(problem) for problem in found.values())
    assert await neo4j_store.stamp() == 0


async def test_an_answer_lost_at_commit_is_told_and_the_same_key_finds_what_was_done(
    neo4j_store: Neo4jStore, neo4j_server: Neo4jServer
) -> None:
    port = urlsplit(neo4j_server.uri).port
    assert port is not None
    once = IdempotencyKey("once")
    wanted = change(partner("p1"))
    async with (
        swallowing(port, after=neo4j_faults.COMMIT) as (own, muted),
        opened(f"bolt://127.0.0.1:{own}", neo4j_server.user, neo4j_server.password) as store,
    ):
        with pytest.raises(StoreUnavailable):
            await store.apply(wanted, expected=0, key=once)
        assert muted.is_set()

    again = await neo4j_store.apply(wanted, expected=0, key=once)

    assert again == Applied(1, again=True)
    assert list((await neo4j_store.directory()).partners) == ["p1"]


# versions


@pytest.mark.parametrize("agent", ["Neo4j/4.4.12", "Neo4j/5.12.0"])
def test_a_server_that_is_too_old_is_refused(agent: str) -> None:
    with pytest.raises(StoreUnavailable, match=r"il faut Neo4j 5\.26 ou plus"):
        check_server(agent, "bolt://localhost")


@pytest.mark.parametrize("agent", ["Neo4j/5.26.0", "Neo4j/5.26.31", "Neo4j/2025.10.1"])
def test_a_server_that_is_new_enough_is_taken(agent: str) -> None:
    check_server(agent, "bolt://localhost")


async def test_an_empty_database_asks_for_its_migration(neo4j_bare: Neo4jStore) -> None:
    assert await neo4j_bare.schema_version() == 0

    found = await refusals(neo4j_bare, leave_out=("schema_version", "migrate"))

    assert {type(problem) for problem in found.values()} == {StoreNotMigrated}


async def test_migrations_run_side_by_side_make_one_store(neo4j_bare: Neo4jStore, neo4j_server: Neo4jServer) -> None:
    other = neo4j_server.store()

    done = await asyncio.gather(neo4j_bare.migrate(), other.migrate())

    assert {migration.after for migration in done} == {len(STEPS)}
    assert await other.migrate() == Migration(len(STEPS), len(STEPS))
    await other.close()


async def test_a_migration_cut_short_is_taken_up_where_it_stopped(neo4j_bare: Neo4jStore) -> None:
    for statement in STEPS[0].statements[:3]:
        await neo4j_bare.connection.driver.execute_query(statement)

    assert await neo4j_bare.schema_version() == 0
    assert await neo4j_bare.migrate() == Migration(0, len(STEPS))
    assert await neo4j_bare.stamp() == 0


async def test_a_store_of_a_later_version_is_left_alone(neo4j_bare: Neo4jStore) -> None:
    await neo4j_bare.migrate()
    await neo4j_bare.connection.driver.execute_query("CREATE (:Migration {number: 99, checksum: 'later'})")

    found = await refusals(neo4j_bare)

    assert {type(problem) for problem in found.values()} == {StoreTooNew}


async def test_a_migration_that_was_edited_is_refused(neo4j_bare: Neo4jStore) -> None:
    await neo4j_bare.migrate()
    await neo4j_bare.connection.driver.execute_query("MATCH (m:Migration {number: 1}) SET m.checksum = 'other'")

    found = await refusals(neo4j_bare)

    assert all("migration 1" in str(problem) for problem in found.values())


# what is committed meanwhile


async def test_the_directory_holds_together_while_somebody_writes(
    neo4j_store: Neo4jStore, neo4j_server: Neo4jServer
) -> None:
    """Each write moves all services to another partner: a mixture of two moments would show."""
    await neo4j_store.save_reference(REFERENCE)
    partners = [partner(f"p{number}") for number in range(7)]
    services = [service(f"s{number}", "p0") for number in range(10)]
    await neo4j_store.apply(change(*partners, *services), expected=0, key=key())
    writer = neo4j_server.store()

    read = asyncio.Event()

    async def write() -> None:
        for number in range(1, 7):
            moved = [service(f"s{s}", f"p{number}") for s in range(10)]
            await writer.apply(change(*moved), expected=number, key=key())
            await read.wait()  # else the lock may go to the writer each time
            read.clear()

    writing = asyncio.create_task(write())
    seen: set[int] = set()
    while not writing.done():
        directory = await neo4j_store.directory()
        seen.add(directory.stamp)
        read.set()
        assert {s.partner for s in directory.services.values()} == {f"p{directory.stamp - 1}"}
    await writing

    assert len(seen) > 1
    await writer.close()


async def test_the_graph_has_the_labels_and_relationships_it_is_drawn_with(neo4j_store: Neo4jStore) -> None:
    await neo4j_store.save_reference(REFERENCE)
    await neo4j_store.apply(
        change(partner("p1"), service("s1", "p1", needs=frozenset({PERMIS, HOUSING}))),
        expected=0,
        key=key(),
    )

    found = await neo4j_store.connection.driver.execute_query(
        """
        MATCH (p:Partner {id: 'p1'})-[:OFFERS]->(s:Service)-[:MEETS]->(n:Need)-[:MAPS_TO]->(:Thematique),
              (s)-[:COVERS]->(:Territory {code: 'FR'})<-[:WITHIN]-(:Departement)<-[:WITHIN*2]-(c:Commune)
        RETURN count(DISTINCT n) AS needs, count(DISTINCT c) AS communes
        """
    )

    assert found.records[0]["needs"] == 2
    assert found.records[0]["communes"] > 0


# statements


def pyright(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, str(file)],
        capture_output=True,
        text=True,
        check=False,
        cwd=file.parent,
        env=os.environ | {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
    )


BUILT = """
from neo4j import AsyncManagedTransaction

from graph.cypher.run import rows


async def found(tx: AsyncManagedTransaction, label: str) -> list[str]:
    return await rows(tx, {statement}, {{}})
"""


@pytest.mark.parametrize(
    "statement",
    ['f"MATCH (n:{label}) RETURN collect(n.id)"', '"MATCH (n:" + label + ") RETURN collect(n.id)"', "label"],
)
def test_a_statement_that_is_put_together_is_refused_by_pyright(statement: str, tmp_path: Path) -> None:
    file = tmp_path / "built.py"
    file.write_text(BUILT.format(statement=statement), encoding="utf-8")
    (tmp_path / "pyrightconfig.json").write_text(
        f'{{"typeCheckingMode": "strict", "extraPaths": ["{ROOT}"]}}', encoding="utf-8"
    )

    done = pyright(file)

    assert done.returncode == 1
    assert "LiteralString" in done.stdout


def test_a_literal_statement_is_accepted_by_pyright(tmp_path: Path) -> None:
    file = tmp_path / "literal.py"
    file.write_text(BUILT.format(statement='"MATCH (n:Partner) " + "RETURN collect(n.id)"'), encoding="utf-8")
    (tmp_path / "pyrightconfig.json").write_text(
        f'{{"typeCheckingMode": "strict", "extraPaths": ["{ROOT}"]}}', encoding="utf-8"
    )

    assert pyright(file).returncode == 0
