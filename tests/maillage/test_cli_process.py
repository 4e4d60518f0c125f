"""The installed command in a process of its own: pipes, signals, languages, terminals."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from maillage.cli import command
from tests.maillage.commands import maillage

PROGRAM = str(Path(sys.executable).with_name("maillage"))


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "SYSTEMROOT", "TMPDIR"}}
    return {**kept, **more}


def run(*arguments: str | Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, env=env or environment(), timeout=60)


def test_help_is_french_whatever_the_language_of_the_terminal() -> None:
    for language in ("C", "en_US.UTF-8", "fr_FR.UTF-8"):
        ran = run("--help", env=environment(LANG=language, LC_ALL=language, LANGUAGE="en"))
        text = ran.stdout.decode()

        assert ran.returncode == 0
        assert ran.stderr == b""
        for english in ("Usage", "Options:", "Commands", "Show", "message"):
            assert english not in text


@pytest.mark.parametrize(
    "command", ["load", "resolve", "compare", "partners", "services", "suggest", "migrate", "check"]
)
def test_the_help_of_a_command_has_no_english(command: str) -> None:
    text = maillage(command, "--help").out

    assert text.startswith(f"Utilisation : maillage {command} [OPTION]…")
    assert not re.search(r"\b(TEXT|INTEGER|PATH|OPTIONS|ARGS|default|Usage|Show)\b", text)


def test_no_line_of_the_help_is_cut() -> None:
    listed = maillage("--help").out.split("Commandes :")[1].strip().splitlines()

    assert len(listed) == len(command.commands)
    for line in listed:
        assert line.endswith(".")
        assert "..." not in line


def test_a_reader_that_leaves_early_gets_no_traceback(packaged_file: Path) -> None:
    for more in (["--json"], []):
        ran = subprocess.run(
            [
                "bash",
                "-c",
                f'"$0" --store "$1" partners {" ".join(more)} | head -1',
                PROGRAM,
                f"sqlite:{packaged_file}",
            ],
            capture_output=True,
            env=environment(),
            timeout=60,
        )

        assert ran.stderr == b""
        assert len(ran.stdout.splitlines()) == 1


def test_json_is_utf8_on_a_terminal_that_speaks_something_else(packaged_file: Path) -> None:
    ran = run("partners", "--json", "--store", f"sqlite:{packaged_file}", env=environment(PYTHONIOENCODING="ascii"))

    assert ran.returncode == 0
    assert any("é" in json.loads(line)["name"] for line in ran.stdout.decode("utf-8").splitlines())


def test_text_on_an_old_terminal_loses_characters_and_nothing_else(packaged_file: Path) -> None:
    ran = run("partners", "--store", f"sqlite:{packaged_file}", env=environment(PYTHONIOENCODING="ascii"))

    assert (ran.returncode, ran.stderr) == (0, b"")
    assert len(ran.stdout.splitlines()) > 100


def test_the_order_of_hashes_changes_no_byte_of_an_answer(packaged_file: Path) -> None:
    asked = ["suggest", "--age", "19", "--commune", "17485", "--need", "permis", "--need", "acces-logement", "--json"]
    answers = {
        run(*asked, "--store", f"sqlite:{packaged_file}", env=environment(PYTHONHASHSEED=seed)).stdout
        for seed in ("0", "1", "2")
    }

    assert len(answers) == 1


def test_ctrl_c_while_loading_stores_everything_or_nothing(tmp_path: Path) -> None:
    file = tmp_path / "liste.csv"
    file.write_text("nom;domaine\n" + "".join(f"Association du quartier {n};sante\n" for n in range(3000)), "utf-8")
    for wait in (0.3, 0.9, 1.6):
        store = tmp_path / f"{wait}.db"
        process = subprocess.Popen(
            [PROGRAM, "load", str(file), "--decisions", "none", "--store", f"sqlite:{store}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        )
        time.sleep(wait)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)

        assert process.returncode in {0, 1, -signal.SIGINT}
        assert b"Traceback" not in err or process.returncode == -signal.SIGINT, err.decode()
        assert mentions(store) in {0, 3000}


def mentions(store: Path) -> int:
    """Names in *store*, which is sound, or absent."""
    if not store.exists():
        return 0
    connection = sqlite3.connect(store)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'mention'").fetchone()[0]:
            return 0
        found = connection.execute("SELECT count(*) FROM mention").fetchone()[0]
        assert isinstance(found, int)
        return found
    finally:
        connection.close()


def a_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        assert isinstance(port, int)
        return port


def test_serve_takes_connections_once_it_says_so_and_ends_cleanly_on_ctrl_c(packaged_file: Path) -> None:
    process = subprocess.Popen(
        [PROGRAM, "serve", "--port", "0", "--store", f"sqlite:{packaged_file}"],
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stderr is not None
    ready = re.search(r"ouvrez http://127\.0\.0\.1:(\d+)/", process.stderr.readline().decode())
    assert ready is not None
    socket.create_connection(("127.0.0.1", int(ready[1])), timeout=5).close()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)

    assert process.returncode == 0
    assert err.decode() == "Maillage est arrêté.\n"


def test_serve_refuses_a_port_that_is_taken_and_an_address_that_is_not_of_this_machine(packaged_file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = maillage("serve", "--port", port, store=packaged_file)
    elsewhere = maillage("serve", "--host", "0.0.0.0", store=packaged_file)  # noqa: S104  (it is to be refused)

    assert (ran.code, ran.err) == (1, f"Le port {port} est déjà pris : choisissez-en un autre avec --port.\n")
    assert elsewhere.code == 1
    assert "que sur cette machine" in elsewhere.err


def test_the_demo_loads_shows_a_worked_suggestion_serves_and_ends_cleanly(tmp_path: Path) -> None:
    port = a_free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "maillage.demo", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(MAILLAGE_STORE=f"sqlite:{tmp_path}/demo.db", PYTHONUNBUFFERED="1"),
    )
    assert process.stderr is not None
    ready = process.stderr.readline().decode()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert "ouvrez http://127.0.0.1:" in ready
    assert re.match(r"\d+ noms lus dans les listes, \d+ partenaires, \d+ services\.", out.decode())
    assert "Jeune de 17 ans, Rochefort." in out.decode()
    assert "simulés" in out.decode()
    assert f"http://127.0.0.1:{port}/orientations" in out.decode()
    assert f"http://127.0.0.1:{port}/rapport" in out.decode()
    assert (process.returncode, err.decode()) == (0, "Maillage est arrêté.\n")
