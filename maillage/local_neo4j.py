"""A real Neo4j on this machine without a container: for the tests, and for `make demo STORE=neo4j`.

Neo4j's own server is on Maven Central; Maven copies it once into a cache folder, Java runs it on a home that is
thrown away. `python -m maillage.local_neo4j COMMAND…` runs a command beside such a server, told by its environment.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib.resources import as_file, files
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from neo4j import GraphDatabase, NotificationMinimumSeverity
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from graph.errors import StoreUnavailable

VERSION = "5.26.31"
JAVA = 17
START_SECONDS = 90.0
STOP_SECONDS = 30.0

CONF = """\
server.bolt.listen_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.usage_report.enabled=false
dbms.security.auth_enabled=true
server.memory.pagecache.size=64m
db.transaction.timeout=10s
db.lock.acquisition.timeout=5s
db.tx_log.rotation.retention_policy=1 files
db.tx_log.rotation.size=32m
db.tx_log.preallocate=false
"""

OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent", "java.lang")


class ServerCannotRun(StoreUnavailable):
    """What a local server needs is not installed, or cannot be fetched."""


class LocalNeo4j:
    """One server on a free port of 127.0.0.1, with a random password that is kept in memory only.

    Without *home*, the data live in a temporary folder and go with the server. `kill` and `start` may follow one
    another on the same home. Leaving the context stops it patiently, or at once when the home is thrown away.
    """

    user = "neo4j"

    def __init__(self, home: Path | None = None, *, heap: str = "512m", java_options: Sequence[str] = ()) -> None:
        self.password = secrets.token_urlsafe(24)
        self._java_options = (f"-Xmx{heap}", *java_options)
        self._temporary = home is None
        self._home = Path(tempfile.mkdtemp(prefix="maillage-neo4j-")) if home is None else home.resolve()
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._password_is_set = False

    @property
    def uri(self) -> str:
        return f"bolt://127.0.0.1:{self._port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a program of ours needs to find this server."""
        return {
            "MAILLAGE_STORE": self.uri,
            "MAILLAGE_NEO4J_USER": self.user,
            "MAILLAGE_NEO4J_PASSWORD": self.password,
        }

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        if self._temporary:
            self.kill()
            shutil.rmtree(self._home, ignore_errors=True)
        else:
            self.stop()

    def start(self) -> None:
        """Returns once the server answers a query. Raises ServerCannotRun or StoreUnavailable."""
        java = java_command()
        jars = server_jars()
        conf = self._home / "conf"
        conf.mkdir(parents=True, exist_ok=True)
        (conf / "neo4j.conf").write_text(CONF.format(port=self._port), encoding="utf-8")
        log = self._home / "server.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                [
                    java,
                    "-XX:+UseSerialGC",
                    *self._java_options,
                    *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED),
                    "-cp",
                    f"{jars}{os.sep}*",
                    "org.neo4j.server.CommunityEntryPoint",
                    f"--home-dir={self._home}",
                    f"--config-dir={conf}",
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in a terminal reaches us, not the server
            )
        self._wait(self._process, log)

    def _wait(self, process: subprocess.Popen[bytes], log: Path) -> None:
        patience = time.monotonic() + START_SECONDS
        while not self._answers():
            if process.poll() is not None:
                raise StoreUnavailable(f"Le serveur Neo4j local n'a pas démarré : {_last_line(log)}")
            if time.monotonic() > patience:
                self.kill()
                raise StoreUnavailable(f"Le serveur Neo4j local ne répond pas après {START_SECONDS:.0f} secondes.")
            time.sleep(0.1)

    def _answers(self) -> bool:
        with socket.socket() as probe:  # much cheaper than a driver while Java is starting
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", self._port)) != 0:
                return False
        try:
            if not self._password_is_set:
                self._set_password()
            self._ask("RETURN 1", self.password, "neo4j")
        except (AuthError, DriverError, Neo4jError, OSError):
            return False
        return True

    def _set_password(self) -> None:
        try:
            self._ask("ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new", "neo4j", "system", new=self.password)
        except AuthError:
            self._ask("RETURN 1", self.password, "system")  # it was set, and only the answer was lost
        self._password_is_set = True

    def _ask(self, statement: str, password: str, database: str, **parameters: str) -> None:
        with (
            GraphDatabase.driver(
                self.uri,
                auth=(self.user, password),
                connection_timeout=2,
                connection_acquisition_timeout=5,
                notifications_min_severity=NotificationMinimumSeverity.OFF,
            ) as driver,
            driver.session(database=database) as session,
        ):
            session.run(statement, parameters).consume()

    def stop(self) -> None:
        """Asks it to end and waits; kills it when it does not. Nothing when it does not run."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """`kill -9`: no last word, as when the power goes."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._process = None


def java_command() -> str:
    """The Java of JAVA_HOME, or of the path. Raises ServerCannotRun when there is none, or an old one."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=os.path.join(home, "bin")) if home else None
    java = java or shutil.which("java")
    if java is None:
        raise ServerCannotRun(
            f"Un Neo4j local demande Java {JAVA} ou plus et Maven : Java n'est pas installé "
            f"(sous Debian : apt install openjdk-17-jre-headless maven)."
        )
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r'version "(?:1\.)?(\d+)', said.stderr + said.stdout)
    if found is None or int(found.group(1)) < JAVA:
        version = found.group(1) if found else "inconnue"
        raise ServerCannotRun(
            f"Un Neo4j local demande Java {JAVA} ou plus : la version trouvée est {version} "
            f"(sous Debian : apt install openjdk-17-jre-headless)."
        )
    return java


def cache_folder() -> Path:
    """`$MAILLAGE_CACHE`, or `.cache` in the checkout, or the user's cache folder for an installed package."""
    chosen = os.environ.get("MAILLAGE_CACHE")
    if chosen:
        return Path(chosen).resolve()
    checkout = Path(__file__).resolve().parent.parent
    if (checkout / "pyproject.toml").is_file():
        return checkout / ".cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "maillage"


def server_jars() -> Path:
    """The folder of the server's jars, fetched with Maven the first time. Raises ServerCannotRun."""
    folder = cache_folder() / f"neo4j-{VERSION}"
    if folder.is_dir():
        return folder / "lib"
    maven = shutil.which("mvn")
    if maven is None:
        raise ServerCannotRun(
            f"Un Neo4j local demande Java {JAVA} ou plus et Maven : Maven n'est pas installé "
            f"(sous Debian : apt install maven)."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    fetched = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    try:
        _fetch(maven, fetched / "lib")
        with suppress(OSError):  # another run was faster: its folder is as good
            fetched.rename(folder)
    finally:
        shutil.rmtree(fetched, ignore_errors=True)
    return folder / "lib"


def _fetch(maven: str, into: Path) -> None:
    with as_file(files("maillage") / "local_neo4j_pom.xml") as pom:
        done = subprocess.run(  # noqa: S603 - our own command, no shell
            [
                maven,
                "-q",
                "-B",
                "-f",
                str(pom),
                f"-Dneo4j.version={VERSION}",
                "dependency:copy-dependencies",
                "-DincludeScope=runtime",
                f"-DoutputDirectory={into}",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line] or ["Maven a échoué"]
        raise ServerCannotRun(f"Maven n'a pas pu télécharger Neo4j {VERSION} : {lines[0][:300]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    told = [line.strip() for line in lines if line.strip()]
    errors = [line for line in told if "ERROR" in line or "Caused by" in line]
    return (errors or told or ["il s'est arrêté sans un mot"])[-1][:300]


def run_beside(command: list[str]) -> int:
    """Runs *command* beside a fresh server, and answers its exit code; 0 when Ctrl-C ended it."""
    interrupted: list[int] = []
    child: subprocess.Popen[bytes] | None = None

    def forward(number: int, frame: FrameType | None) -> None:
        interrupted.append(number)
        if child is None:
            raise KeyboardInterrupt
        with suppress(ProcessLookupError):
            os.killpg(child.pid, number)

    before = {number: signal.signal(number, forward) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        print(f"Démarrage de Neo4j {VERSION} sur cette machine…", file=sys.stderr, flush=True)
        with LocalNeo4j() as server:
            print(f"Neo4j répond à {server.uri} ; ses données partiront avec lui.", file=sys.stderr, flush=True)
            child = subprocess.Popen(  # noqa: S603 - the command is the caller's own
                command, env=os.environ | server.environment, start_new_session=True
            )
            code = child.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if interrupted and code in (-interrupted[0], 128 + interrupted[0]):
        return 0
    return 128 - code if code < 0 else code


def main(arguments: list[str]) -> int:
    if not arguments:
        print("Usage : python -m maillage.local_neo4j COMMANDE…", file=sys.stderr)
        return 2
    if shutil.which(arguments[0]) is None:
        print(f"Commande introuvable : {arguments[0]}", file=sys.stderr)
        return 2
    try:
        return run_beside(arguments)
    except StoreUnavailable as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
