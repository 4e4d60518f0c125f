"""The terminal: click in French, where the store is, one sentence per refusal, JSON alone on standard output.

Exit 0 when done, 1 when something in the input was refused (and it says what), 2 for a wrong call.
"""

import asyncio
import importlib
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeVar

import click
import orjson

from graph.errors import InputRefused, MaillageError
from graph.store import Store
from maillage import french

Answer = TypeVar("Answer")

DEFAULT_STORE = "sqlite:maillage.db"


class Refused(click.ClickException):
    """Something in the input was refused: one French sentence on standard error, exit 1."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True, file=file)


class _Formatter(click.HelpFormatter):
    def write_heading(self, heading: str) -> None:
        """French puts a space before the colon."""
        self.write(f"{'':>{self.current_indent}}{heading} :\n")


class _Context(click.Context):
    formatter_class = _Formatter


class FrenchCommand(click.Command):
    context_class = _Context

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"options_metavar": "[OPTION]…", **kwargs})


class Later(FrenchCommand):
    """A command of another module, which is imported when it is asked for: the list of commands waits for none."""

    def __init__(self, name: str, where: str, short_help: str) -> None:
        """*where*: `module:function`."""
        super().__init__(name, short_help=short_help)
        self.where = where

    def load(self) -> click.Command:
        module, _, function = self.where.partition(":")
        loaded: click.Command = getattr(importlib.import_module(module), function)
        return loaded


class FrenchGroup(click.Group):
    """Known errors become one sentence; anything else is a bug and rises."""

    context_class = _Context
    command_class = FrenchCommand

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Also through click's own runner: the sentences are French from the first one."""
        french.speak()
        return super().main(*args, **kwargs)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, found, rest = super().resolve_command(ctx, args)
        return name, found.load() if isinstance(found, Later) else found, rest

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MaillageError as problem:
            raise Refused(str(problem)) from problem


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--store` and `--json`, before or after the name of the command."""
    command = click.option("--json", "as_json", is_flag=True, help="Du JSON, et rien d'autre, en sortie.")(command)
    return click.option(
        "--store",
        metavar="ADRESSE",
        help="sqlite:FICHIER, neo4j://… ou bolt://… (sinon MAILLAGE_STORE, sinon sqlite:maillage.db).",
    )(command)


def asked(store: str | None, as_json: bool) -> tuple[str, bool]:
    """Address of the store, and whether JSON is wanted: said after the command, before it, or by the environment."""
    above = click.get_current_context().obj
    address = store or above["store"] or os.environ.get("MAILLAGE_STORE") or DEFAULT_STORE
    return address, as_json or above["json"]


def with_store(address: str, work: Callable[[Store], Awaitable[Answer]]) -> Answer:
    """Raises UsageError for an address that is not one."""
    from graph.open_store import open_store

    async def run() -> Answer:
        try:
            store = open_store(address)
        except InputRefused as problem:
            raise click.UsageError(str(problem)) from problem
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


def say_json(value: object) -> None:
    """One line, in UTF-8 whatever the terminal speaks."""
    sys.stdout.flush()
    sys.stdout.buffer.write(orjson.dumps(value) + b"\n")
    sys.stdout.buffer.flush()


def say(text: str = "") -> None:
    click.echo(text)


def progress(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(text, err=True)


def say_refused(problems: Iterable[Mapping[str, Any]]) -> None:
    for problem in problems:
        where = problem["source"] + (f", ligne {problem['line']}" if problem["line"] is not None else "")
        click.echo(f"Refusé : {where} : {problem['reason']}", err=True)


def exit_if(refused: bool) -> None:
    if refused:
        click.get_current_context().exit(1)


def tolerant() -> None:
    """A character that an old terminal cannot show becomes « ? » instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
