"""What only the follow-up in SQLite has: a file filled before it, an index that answers the counts alone."""

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from graph import sqlite_file
from graph.entry import Entry
from graph.model import IdempotencyKey
from graph.sql import tallies
from graph.sql.migrations import KNOWN, MIGRATIONS
from graph.sqlite_store import SqliteStore
from graph.store import Migration
from graph.tallies import By, Scope

YEAR = Scope(date(2026, 1, 1), date(2026, 12, 31))


async def test_what_was_written_before_the_follow_up_was_known_is_there_after_the_migration(tmp_path: Path) -> None:
    path = tmp_path / "maillage.db"
    with pytest.MonkeyPatch.context() as before:
        before.setattr(sqlite_file, "MIGRATIONS", MIGRATIONS[:1])
        before.setattr(sqlite_file, "KNOWN", 1)
        old = SqliteStore(path)
        assert await old.migrate() == Migration(0, 1)
        await old.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO heading (code, position, label) VALUES ('a', 1, 'Écrit avant')")
        connection.commit()

    store = SqliteStore(path)
    assert await store.migrate() == Migration(1, KNOWN)
    assert await store.agreements() == []
    await store.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT label FROM heading").fetchall() == [("Écrit avant",)]


@pytest.mark.parametrize("by", [(By.PARTNER,), (By.PARTNER, By.EPCI), (By.MONTH, By.AGE_BAND)])
async def test_referrals_are_counted_without_reading_their_rows(
    sqlite_store: SqliteStore, tmp_path: Path, by: tuple[By, ...]
) -> None:
    asked: list[str] = []
    with closing(sqlite3.connect(tmp_path / "maillage.db")) as connection:
        connection.set_trace_callback(asked.append)
        tallies.tally(connection, YEAR, by)
        tallies.waited(connection, YEAR, by, date(2026, 6, 1))
        tallies.refusals(connection, YEAR, by)
        connection.set_trace_callback(None)
        plans = [[row[3] for row in connection.execute("EXPLAIN QUERY PLAN " + statement)] for statement in asked]

    assert len(plans) == 3
    assert all("COVERING INDEX referral_counted_on" in plan[0] for plan in plans), plans


async def test_neither_a_key_nor_what_it_asked_stands_in_the_file(sqlite_store: SqliteStore, tmp_path: Path) -> None:
    key, call = IdempotencyKey("canari-cle"), "canari-appel"

    first = await sqlite_store.follow(Entry(), key=key, call=call)

    assert await sqlite_store.followed(key, call) == replace(first, again=True)
    await sqlite_store.close()
    raw = b"".join(path.read_bytes() for path in _files(tmp_path))
    unsalted = hashlib.sha256(call.encode()).hexdigest()
    assert [mark for mark in ("canari", unsalted) if mark.encode() in raw] == []


def _files(folder: Path) -> list[Path]:
    """The database, and what SQLite keeps beside it."""
    return sorted(folder.glob("maillage.db*"))
