"""The commands of the follow-up, as they are promised to their readers."""

import asyncio
import secrets
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

import pytest

from graph import sqlite_file
from graph.pseudonym import EXAMPLE, FILE_VARIABLE, KEY_VARIABLE, PseudonymKey
from graph.sql.migrations import KNOWN, MIGRATIONS
from maillage.cli import LATER, command
from tests.application import copied, filled
from tests.maillage.commands import maillage
from tests.maillage.test_cli import shape

HEADER = "référence;date;âge;commune;programme;site;besoins;situations;secteurs"
REST = "02/03/2026;19;17299;cej;rochefort;permis|acces-logement;qpv;H"


@pytest.fixture
def store(packaged_file: Path, tmp_path: Path) -> Path:
    return copied(packaged_file, tmp_path)


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    made = secrets.token_hex(32)
    monkeypatch.setenv(KEY_VARIABLE, made)
    return made


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv(FILE_VARIABLE, raising=False)


def table(folder: Path, *references: str, rest: str = REST, header: str = HEADER) -> Path:
    file = folder / "livrets.csv"
    file.write_text("\n".join([header, *(f"{reference};{rest}" for reference in references)]), encoding="cp1252")
    return file


def ids(number: int) -> list[str]:
    return [str(uuid.uuid4()) for _ in range(number)]


def stored(path: Path) -> bytes:
    """Every byte of the store, its journal included."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))


def test_intakes_are_loaded_once(store: Path, tmp_path: Path) -> None:
    file = table(tmp_path, *ids(3))

    first = maillage("intakes", file, "--json", store=store)
    again = maillage("intakes", file, "--json", store=store)

    shape(first.json, read=int, stored=int, unchanged=int, refused=list)
    assert (first.code, first.json) == (0, {"read": 3, "stored": 3, "unchanged": 0, "refused": []})
    assert (again.code, again.json) == (0, {"read": 3, "stored": 0, "unchanged": 3, "refused": []})


def test_a_dry_run_of_intakes_stores_nothing(store: Path, tmp_path: Path) -> None:
    file = table(tmp_path, *ids(2))

    told = maillage("intakes", file, "--dry-run", store=store)

    assert told.out == "2 livrets lus : 2 seraient enregistrés, 0 inchangé. Refusés : 0.\n"
    assert maillage("intakes", file, "--json", store=store).json["stored"] == 2


def test_a_bad_row_is_reported_and_the_good_ones_stay(store: Path, tmp_path: Path) -> None:
    one, other = ids(2)

    ran = maillage("intakes", table(tmp_path, one, "Jean Dupont", other, one), "--json", store=store)

    assert ran.code == 1
    assert (ran.json["read"], ran.json["stored"]) == (4, 2)
    assert [(r["source"], r["line"]) for r in ran.json["refused"]] == [("livrets.csv", 3), ("livrets.csv", 5)]
    assert "Dupont" not in ran.out + ran.err


@pytest.mark.parametrize("column", ["nom", "date de naissance", "téléphone", "commentaire", "prenom"])
def test_an_identity_column_stores_nothing_at_all(store: Path, tmp_path: Path, column: str) -> None:
    file = table(tmp_path, *ids(2), rest=f"{REST};Kervadec", header=f"{HEADER};{column}")

    ran = maillage("intakes", file, "--json", store=store)

    assert ran.code == 1
    (refused,) = ran.json["refused"]
    assert (ran.json["read"], ran.json["stored"], refused["line"]) == (0, 0, 1)
    assert f"« {column} »" in refused["reason"]
    assert b"Kervadec" not in stored(store)


def test_an_absent_file_is_refused_in_a_sentence(store: Path, tmp_path: Path) -> None:
    ran = maillage("intakes", tmp_path / "absent.csv", store=store)

    assert ran.code == 1
    assert ran.err == "Refusé : absent.csv : le fichier n'existe pas.\n"


def test_only_the_pseudonym_of_a_file_number_is_stored(store: Path, tmp_path: Path, key: str) -> None:
    ran = maillage("intakes", table(tmp_path, "17-00420042"), "--json", store=store)
    again = maillage("intakes", table(tmp_path, "1700420042"), "--json", store=store)

    held = stored(store)
    assert (ran.json["stored"], again.json["unchanged"]) == (1, 1)
    assert PseudonymKey(key).pseudonym("1700420042").encode() in held
    assert b"00420042" not in held
    assert key.encode() not in held


def test_a_file_number_without_a_key_is_refused_and_says_how(store: Path, tmp_path: Path) -> None:
    ran = maillage("intakes", table(tmp_path, "17-00420042", *ids(1)), "--json", store=store)

    assert ran.code == 1
    assert ran.json["stored"] == 1
    assert KEY_VARIABLE in ran.json["refused"][0]["reason"]
    assert "420042" not in ran.out + ran.err


@pytest.mark.parametrize("weak", ["abcdef", EXAMPLE, "aa" * 32])
def test_a_weak_key_stops_the_command_and_is_never_shown(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weak: str
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, weak)

    ran = maillage("intakes", table(tmp_path, *ids(1)), "--json", store=store)

    assert (ran.code, ran.out) == (1, "")
    assert "clé de pseudonymes" in ran.err
    assert weak not in ran.err


def test_a_weak_key_is_refused_before_anybody_is_served(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, EXAMPLE)

    ran = maillage("serve", "--port", "0", store=store)

    assert ran.code == 1
    assert "clé de pseudonymes" in ran.err


def test_agreements_are_loaded_once_and_replaced(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "conventions.csv"
    partner = next(p for p in maillage("partners", "--json", store=store).lines if p["services"])["name"]
    text = f'id,kind,partners,starts_on,ends_on,renews\nc1,convention,"{partner}",2026-01-01,,\n'
    file.write_text(text, encoding="utf-8-sig")

    first = maillage("agreements", file, "--json", store=store)
    again = maillage("agreements", file, store=store)
    file.write_text(text.replace(",,", ",31/12/2026,") + "c2,contrat,x,2026-01-01,,\n", encoding="utf-8")
    changed = maillage("agreements", file, "--json", store=store)

    assert (first.code, first.json) == (0, {"read": 1, "stored": 1, "unchanged": 0, "refused": []})
    assert again.out == "1 convention lue : 0 enregistrée, 1 inchangée. Refusées : 0.\n"
    assert (changed.code, changed.json["stored"]) == (1, 1)
    assert [(r["source"], r["line"]) for r in changed.json["refused"]] == [("conventions.csv", 3)]


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-03-01", "2026-03-01T22:59:59+00:00"),
        ("2026-07-01", "2026-07-01T21:59:59+00:00"),
        ("2026-03-01T08:00", "2026-03-01T07:00:00+00:00"),
        ("2026-03-01T08:00:00+00:00", "2026-03-01T08:00:00+00:00"),
    ],
)
def test_tick_says_which_moment_it_took(store: Path, said: str, moment: str) -> None:
    ran = maillage("tick", "--now", said, "--json", store=store)

    assert (ran.code, ran.json) == (0, {"reminders": 0, "expired": 0, "now": moment})


@pytest.mark.parametrize("said", ["demain", "2026-02-30", "01/03/2026", "", "0001-01-05", "9999-12-31"])
def test_a_moment_that_is_none_is_a_wrong_call(store: Path, said: str) -> None:
    ran = maillage("tick", "--now", said, store=store)

    assert ran.code == 2
    assert "AAAA-MM-JJ" in ran.err


def test_the_clock_is_not_put_forward_on_real_people_but_on_simulated_ones(store: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    pretended = copied(store, tmp_path / "other")
    maillage("intakes", table(tmp_path, *ids(1)), store=store)
    maillage("simulate", "--year", "2025", "--seed", "3", "--youths", "5", store=pretended)

    refused = maillage("tick", "--now", "2090-01-01", store=store)
    allowed = maillage("tick", "--now", "2090-01-01", store=pretended)

    assert (refused.code, refused.out) == (1, "")
    assert "à venir" in refused.err
    assert (maillage("tick", store=store).code, allowed.code) == (0, 0)


def test_tick_and_rebuild_edges_tell_a_coordinator_in_one_sentence(store: Path) -> None:
    assert maillage("tick", store=store).out == "0 relance, 0 orientation expirée.\n"
    assert maillage("rebuild-edges", store=store).out == "0 compteur corrigé.\n"
    assert maillage("rebuild-edges", "--json", store=store).json == {"repaired": 0}


RAISE = "UPDATE edge SET sent = sent + 1 WHERE edge_kind = ? AND source = ? AND target = ? AND month = ?"
FORGET = "DELETE FROM edge WHERE edge_kind = ? AND source = ? AND target = ? AND month = ?"


def edges(store: Path) -> list[str]:
    """Rules of the findings of `check` about edges."""
    found = maillage("check", "--json", store=store).json["findings"]
    return [f["rule"] for f in found if f["rule"].startswith("edges:")]


def test_check_finds_a_counter_that_events_do_not_make_and_rebuild_edges_repairs_it(store: Path) -> None:
    assert maillage("simulate", "--year", "2025", "--seed", "3", "--youths", "20", store=store).code == 0
    before = edges(store)
    with closing(sqlite3.connect(store)) as connection, connection:
        rows = connection.execute("SELECT edge_kind, source, target, month FROM edge").fetchall()
        connection.execute(RAISE, rows[0])
        connection.execute(FORGET, rows[1])

    wrong = edges(store)
    told = maillage("check", store=store).out
    repaired = maillage("rebuild-edges", "--json", store=store).json

    assert (before, len(wrong), repaired) == ([], 2, {"repaired": 2})
    assert "Compteurs d'orientation à recalculer" in told
    assert edges(store) == []


async def first_version(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store as the version before made it, with the packaged lists in it."""
    with monkeypatch.context() as before:
        before.setattr(sqlite_file, "MIGRATIONS", MIGRATIONS[:1])
        before.setattr(sqlite_file, "KNOWN", 1)
        await filled(path)


async def test_load_migrates_a_store_of_the_version_before_and_keeps_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "before.db"
    await first_version(path, monkeypatch)

    refused = await asyncio.to_thread(maillage, "tick", store=path)
    ran = await asyncio.to_thread(maillage, "load", "--json", store=path)
    ticked = await asyncio.to_thread(maillage, "tick", store=path)

    assert "maillage migrate" in refused.err
    assert ran.code == 0
    assert f"version 1 à la version {KNOWN}" in ran.err
    assert (ran.json["stored"], ran.json["unchanged"]) == (0, ran.json["read"])
    assert ticked.code == 0


def test_the_list_of_commands_names_those_of_other_modules_and_imports_none() -> None:
    told = maillage("--help").out

    assert all(name in told and short in " ".join(told.split()) for name, (_, short) in LATER.items())
    assert all(command.commands[name].short_help == short for name, (_, short) in LATER.items())


@pytest.mark.parametrize("name", ["intakes", "agreements", "tick", "rebuild-edges"])
def test_a_command_of_another_module_has_its_own_help(name: str) -> None:
    told = maillage(name, "--help")

    assert told.code == 0
    assert "--json" in told.out
    assert f"maillage {name}" in told.out
