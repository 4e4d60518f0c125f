"""Schemathesis asks what the exported schema allows; the server never breaks and never dawdles."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from graph.sqlite_store import SqliteStore
from loaders.directory import knowledge
from maillage.app import create_app
from tests.application import copied

ROOT = Path(__file__).parent.parent.parent
SECONDS = 60 if os.environ.get("MAILLAGE_NIGHTLY") else 10


@pytest.fixture
def served(packaged_file: Path, tmp_path: Path) -> Iterator[str]:
    """The real server on a port of its own, in a thread."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    app = create_app(SqliteStore(copied(packaged_file, tmp_path)), knowledge())
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", limit_concurrency=64))
    running = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    running.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        running.join(10)


def test_generated_requests_meet_no_server_error(served: str, tmp_path: Path) -> None:
    report = tmp_path / "report.ndjson"
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        *("run", str(ROOT / "schema" / "schema.graphql"), "--url", f"{served}/graphql"),
        *("--checks", "not_a_server_error", "--max-response-time", "1", "--mode", "all"),
        *("--max-time", str(SECONDS), "--max-examples", "100000", "--seed", "17", "--no-color"),
        *("--generation-database", ":memory:", "--report", "ndjson", "--report-ndjson-path", str(report)),
    ]

    started = time.monotonic()
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=SECONDS * 4 + 60)

    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert time.monotonic() - started >= SECONDS / 2, run.stdout[-2000:]
    assert any(json.loads(line) for line in report.read_text().splitlines())
