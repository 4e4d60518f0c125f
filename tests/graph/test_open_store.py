"""From an address to a store."""

import subprocess
import sys
from pathlib import Path

import pytest

from graph.errors import InputRefused, StoreUnavailable
from graph.neo4j_store import Neo4jStore
from graph.open_store import open_store
from graph.sqlite_store import SqliteStore


async def test_a_sqlite_address_opens_that_file(tmp_path: Path) -> None:
    store = open_store(f"sqlite:{tmp_path / 'a:b.db'}")
    await store.migrate()

    assert isinstance(store, SqliteStore)
    assert (tmp_path / "a:b.db").is_file()

    await store.close()


@pytest.mark.parametrize("scheme", ["neo4j", "bolt", "neo4j+s", "neo4j+ssc", "bolt+s", "bolt+ssc"])
async def test_a_neo4j_address_takes_its_password_from_the_environment(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILLAGE_NEO4J_USER", "camille")
    monkeypatch.setenv("MAILLAGE_NEO4J_PASSWORD", "secret")
    monkeypatch.setenv("MAILLAGE_NEO4J_DATABASE", "reseau")

    store = open_store(f"{scheme}://localhost:7687")

    assert isinstance(store, Neo4jStore)
    assert store.connection.database == "reseau"
    await store.close()


@pytest.mark.parametrize(
    "address", ["", "sqlite:", "maillage.db", "postgres://x", "neo4j:x", "bolt:/x", "http://localhost", "SQLITE:x"]
)
def test_an_address_of_no_store_is_refused_with_the_forms_there_are(address: str) -> None:
    with pytest.raises(InputRefused, match="sqlite:FICHIER"):
        open_store(address)


async def test_nothing_is_opened_before_the_first_question(tmp_path: Path) -> None:
    store = open_store(f"sqlite:{tmp_path / 'absent.db'}")

    with pytest.raises(StoreUnavailable, match="n'existe pas"):
        await store.stamp()

    await store.close()


def test_a_sqlite_store_opens_without_importing_the_neo4j_driver(tmp_path: Path) -> None:
    program = f"""
import sys
from graph.open_store import open_store
open_store({f"sqlite:{tmp_path / 'maillage.db'}"!r})
print(sorted(name for name in sys.modules if name.partition('.')[0] in ('neo4j', 'networkx')))
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout == "[]\n"
