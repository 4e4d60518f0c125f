"""The server as a process of its own: this machine only, a clean end, clear refusals."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from maillage.server import loopback


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "maillage.cli", *arguments]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def serving(file: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command("--store", f"sqlite:{file}", "serve", "--port", str(port)), stderr=subprocess.PIPE, text=True
    )
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).close()
                break
            except OSError:
                time.sleep(0.05)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def test_ctrl_c_even_twice_ends_it_cleanly(packaged_file: Path) -> None:
    with serving(packaged_file, free_port()) as process:
        for _ in range(3):
            os.kill(process.pid, signal.SIGINT)
            time.sleep(0.01)
        _, said = process.communicate(timeout=15)

    assert process.returncode == 0
    assert "Traceback" not in said
    assert "est prêt" in said
    assert "est arrêté" in said


def test_a_port_that_is_taken_gives_one_sentence(packaged_file: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = subprocess.run(
            command("--store", f"sqlite:{packaged_file}", "serve", "--port", str(port)),
            capture_output=True,
            text=True,
            timeout=15,
        )

    assert run.returncode == 1
    assert str(port) in run.stderr
    assert "déjà pris" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.10", "127.1.2.3", "example.org", ""])  # noqa: S104
def test_an_address_that_is_not_of_this_machine_is_refused(packaged_file: Path, host: str) -> None:
    run = subprocess.run(
        command("--store", f"sqlite:{packaged_file}", "serve", "--host", host, "--port", "0"),
        capture_output=True,
        text=True,
        timeout=15,
    )

    assert run.returncode == 1
    assert "que sur cette machine" in run.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_an_address_of_this_machine_is_accepted(host: str) -> None:
    assert loopback(host)


def test_a_store_that_is_absent_is_said_at_the_start(tmp_path: Path) -> None:
    run = subprocess.run(
        command("--store", f"sqlite:{tmp_path / 'absent.db'}", "serve", "--port", "0"),
        capture_output=True,
        text=True,
        timeout=15,
    )

    assert run.returncode == 1
    assert "absent.db" in run.stderr
    assert "est prêt" not in run.stderr
