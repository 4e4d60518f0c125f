"""The local Neo4j: what it says when it cannot run, and how it ends."""

import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from graph.errors import StoreUnavailable
from maillage.local_neo4j import (
    VERSION,
    LocalNeo4j,
    ServerCannotRun,
    cache_folder,
    java_command,
    main,
    server_jars,
)
from tests.neo4j_server import skip


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of the path, empty; the cache is empty too."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("MAILLAGE_CACHE", str(tmp_path / "cache"))
    return folder


def tool(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


JAVA_17 = "echo 'openjdk version \"17.0.15\" 2025-04-15' >&2"


def test_no_java_is_said_with_what_to_install(tools: Path) -> None:
    with pytest.raises(ServerCannotRun, match=r"Java n'est pas installé .*apt install openjdk-17-jre-headless maven"):
        java_command()


@pytest.mark.parametrize(("told", "shown"), [('java version "1.8.0_402"', "8"), ('openjdk version "11.0.2"', "11")])
def test_an_old_java_is_said_with_its_version(told: str, shown: str, tools: Path) -> None:
    tool(tools, "java", f"echo '{told}' >&2")

    with pytest.raises(ServerCannotRun, match=f"Java 17 ou plus : la version trouvée est {shown} "):
        java_command()


def test_java_is_taken_from_java_home_first(tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool(tools, "java", "echo 'openjdk version \"11.0.2\"' >&2")
    (tmp_path / "jdk" / "bin").mkdir(parents=True)
    tool(tmp_path / "jdk" / "bin", "java", JAVA_17)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))

    assert java_command() == str(tmp_path / "jdk" / "bin" / "java")


def test_no_maven_is_said_with_what_to_install(tools: Path) -> None:
    with pytest.raises(ServerCannotRun, match=r"Maven n'est pas installé .*apt install maven"):
        server_jars()


def test_a_download_that_fails_is_said_and_leaves_nothing(tools: Path) -> None:
    tool(tools, "mvn", "echo '[ERROR] repo.maven.apache.org: unknown host'; exit 1")

    with pytest.raises(ServerCannotRun, match=f"télécharger Neo4j {VERSION} : .*unknown host"):
        server_jars()

    assert list(cache_folder().iterdir()) == []


def test_the_server_is_downloaded_once_into_a_folder_named_after_its_version(tools: Path, tmp_path: Path) -> None:
    count = tmp_path / "count"
    tool(
        tools,
        "mvn",
        f'echo "$@" >> {count}; for a; do d="${{a#-DoutputDirectory=}}"; done; mkdir -p "$d"; touch "$d/a.jar"',
    )

    first, second = server_jars(), server_jars()

    assert first == second == tmp_path / "cache" / f"neo4j-{VERSION}" / "lib"
    assert [jar.name for jar in first.iterdir()] == ["a.jar"]
    assert f"-Dneo4j.version={VERSION}" in count.read_text(encoding="utf-8")
    assert count.read_text(encoding="utf-8").count("\n") == 1


def test_a_server_that_does_not_start_says_why(tools: Path) -> None:
    tool(tools, "java", f"case $1 in -version) {JAVA_17} ;; *) echo 'ERROR the port is taken'; exit 1 ;; esac")
    tool(tools, "mvn", 'for a; do d="${a#-DoutputDirectory=}"; done; mkdir -p "$d"')

    with pytest.raises(StoreUnavailable, match="n'a pas démarré : ERROR the port is taken"), LocalNeo4j():
        pass


def test_a_wrong_call_is_told_before_anything_is_started(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main(["no-such-command-anywhere"]) == 2

    told = capsys.readouterr()
    assert "Usage" in told.err
    assert "Commande introuvable : no-such-command-anywhere" in told.err


def test_a_machine_without_java_gets_one_sentence(tools: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tool(tools, "anything", "exit 0")

    assert main(["anything"]) == 1

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines()[-1].startswith("Un Neo4j local demande Java 17 ou plus et Maven")


CHILD = """
import asyncio, os, signal, sys
from graph.open_store import open_store

async def main():
    store = open_store(os.environ["MAILLAGE_STORE"])
    await store.migrate()
    stamp = await store.stamp()
    await store.close()
    return stamp

stamp = asyncio.run(main())
signal.signal(signal.SIGINT, signal.SIG_DFL)
print(os.environ["MAILLAGE_STORE"], stamp, flush=True)
signal.pause()
"""


def test_ctrl_c_ends_the_command_then_the_server(request: pytest.FixtureRequest) -> None:
    try:
        java_command()
        server_jars()
    except ServerCannotRun as missing:
        skip(missing)
    running = subprocess.Popen(
        [sys.executable, "-m", "maillage.local_neo4j", sys.executable, "-c", CHILD],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    request.addfinalizer(running.kill)
    assert running.stdout is not None

    said = running.stdout.readline().split()
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=30)

    assert said[1:] == ["0"], told
    assert running.returncode == 0, told
    assert "Traceback" not in told
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", urlsplit(said[0]).port or 0)) != 0
