"""A store before it is one: version, migration, and the sentence that says what to do."""

from collections.abc import Awaitable, Callable

import pytest

from graph.errors import StoreNotMigrated
from graph.model import PartnerId
from graph.sqlite_store import SqliteStore
from graph.store import PartnerFilter, PartnerStore
from tests.conformance.values import REFERENCE, change, exported, key, partner


@pytest.fixture(params=["sqlite", "neo4j"])
def bare(request: pytest.FixtureRequest) -> PartnerStore:
    """Reachable and empty, never migrated, once of each kind."""
    found: PartnerStore = request.getfixturevalue(f"{request.param}_bare")
    return found


QUESTIONS: dict[str, Callable[[PartnerStore], Awaitable[object]]] = {
    "save_reference": lambda store: store.save_reference(REFERENCE),
    "stamp": lambda store: store.stamp(),
    "mark": lambda store: store.mark(),
    "directory": lambda store: store.directory(),
    "partners": lambda store: store.partners([PartnerId("p1")]),
    "partner_page": lambda store: store.partner_page(PartnerFilter(), 1),
    "units_of": lambda store: store.units_of([PartnerId("p1")]),
    "services": lambda store: store.services([]),
    "services_of": lambda store: store.services_of([]),
    "resolved_of": lambda store: store.resolved_of([]),
    "resolved": lambda store: store.resolved(),
    "waiting": lambda store: store.waiting(1),
    "decisions": lambda store: store.decisions(),
    "apply": lambda store: store.apply(change(partner("p1")), expected=0, key=key()),
    "export": exported,
    "import_": lambda store: store.import_(
        [
            {"kind": "maillage", "format": 1, "schema": 1, "stamp": 0},
            {"kind": "end", "records": 0},
        ]
    ),
    "dangling": lambda store: store.dangling(),
}


def test_every_question_of_the_contract_is_asked_here() -> None:
    asked = {name for name in vars(PartnerStore) if not name.startswith("_")}

    assert asked - {"close", "schema_version", "migrate"} == QUESTIONS.keys()
    assert asked <= set(dir(SqliteStore))


async def test_before_migration_every_question_says_what_to_do(bare: PartnerStore) -> None:
    assert await bare.schema_version() == 0

    for question in QUESTIONS.values():
        with pytest.raises(StoreNotMigrated, match="maillage migrate"):
            await question(bare)

    assert await bare.schema_version() == 0


async def test_migration_makes_a_store_and_says_so(bare: PartnerStore) -> None:
    done = await bare.migrate()

    assert done.before == 0
    assert done.after == await bare.schema_version() > 0
    assert await bare.stamp() == 0
    assert (await exported(bare)).count(b"\n") == 2


async def test_migrating_twice_changes_nothing(store: PartnerStore) -> None:
    await store.apply(change(partner("p1")), expected=0, key=key())
    version = await store.schema_version()

    done = await store.migrate()

    assert (done.before, done.after) == (version, version)
    assert list(await store.partners([PartnerId("p1")])) == ["p1"]
