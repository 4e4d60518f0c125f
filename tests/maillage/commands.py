"""Runs the command `maillage` in this process, as a terminal would."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from maillage.cli import command


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one value on standard output."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON lines on standard output."""
        return [json.loads(line) for line in self.out.splitlines()]


def maillage(*arguments: str | Path, store: Path | str | None = None, input: bytes | None = None) -> Ran:
    """Raises what the command lets through: a bug."""
    address = f"sqlite:{store}" if isinstance(store, Path) else store
    runner = CliRunner(env={"MAILLAGE_STORE": address})
    result = runner.invoke(command, [str(a) for a in arguments], input=input, prog_name="maillage")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)
