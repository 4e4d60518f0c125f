"""Start-up and idling: importing the application, `maillage --help`, the memory of `maillage serve`.

The bounds are 0.6 s for the import and 150 MB. Processor time of the whole process, a bare Python aside in its row.
"""

import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median

from benchmarks.graphql_suggest import ASKED, body
from benchmarks.rounds import table

ROUNDS = 7
PYTHON = sys.executable
COMMAND = str(Path(PYTHON).with_name("maillage"))


def taken(command: list[str]) -> tuple[float, float]:
    """Seconds of processor and of the clock."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    clock = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, clock


def starts() -> str:
    commands = {
        "python, nothing imported": [PYTHON, "-c", "pass"],
        "import maillage.app": [PYTHON, "-c", "import maillage.app"],
        "maillage --help": [COMMAND, "--help"],
    }
    rounds = [{name: taken(command) for name, command in commands.items()} for _ in range(ROUNDS + 1)][1:]
    rows = [
        [f"`{name}`", *(f"{median(found[name][which] for found in rounds):.2f} s" for which in (0, 1))]
        for name in commands
    ]
    return table("Start-up", ["", "processor", "clock"], rows)


def memory() -> str:
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"MAILLAGE_STORE": f"sqlite:{folder}/packaged.db"}
        quiet = subprocess.DEVNULL
        subprocess.run([COMMAND, "load"], check=True, env=environment, stdout=quiet, stderr=quiet)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        serving = subprocess.Popen([COMMAND, "serve", "--port", str(port)], env=environment, stderr=quiet)
        try:
            page = f"http://127.0.0.1:{port}/"
            _until_answered(page)
            rows = [["after its first page", f"{_resident(serving.pid):.0f} MB"]]
            headers = {"Content-Type": "application/json"}
            for asked in [body(request) for request in ASKED.values()] * 50:
                one = urllib.request.Request(f"{page}graphql", asked, headers)  # noqa: S310 - our own server
                urllib.request.urlopen(one, timeout=10).read()  # noqa: S310
            rows.append(["after 100 suggestions", f"{_resident(serving.pid):.0f} MB"])
        finally:
            serving.terminate()
            serving.wait()
    return table("Memory of `maillage serve`, packaged directory", ["", "resident"], rows)


def _until_answered(page: str) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(page, timeout=10).read()  # noqa: S310 - our own server
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def _resident(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    if found is None:
        raise OSError(f"process {pid} does not say its memory")
    return int(found[1]) / 1000


def main() -> str:
    return f"{starts()}\n{memory()}"


if __name__ == "__main__":
    print(main())
