"""The French of click's own sentences: what is read is what was written, and nothing that can be shown is left out."""

import ast
import string
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import click
import polib  # type: ignore[import-untyped]  # it has no types
import pytest

FOLDER = files("maillage") / "locale" / "fr" / "LC_MESSAGES"
SHOWN = ("core.py", "exceptions.py", "formatting.py", "parser.py", "decorators.py")
"""Modules of click whose sentences a command without prompts or choices can show."""
NEVER = {
    "Confirm the action without prompting.",
    "Value must be an iterable.",
    "Name '{name}' defined twice",
    "DeprecationWarning: The command {name!r} is deprecated.{extra_message}",
    "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}",
    "Boolean option {decl!r} cannot use the same flag for true/false.",
    "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    "Could not determine name for option with declarations {decls!r}",
    "No options defined but a name was passed ({name}). Did you mean to declare an argument instead? Did you mean to"
    " pass '--{name}'?",
}
"""Prompts, and sentences for whoever writes a command."""


def source() -> polib.POFile:
    return polib.pofile((FOLDER / "messages.po").read_text(encoding="utf-8"))


def test_the_compiled_french_is_that_of_its_source() -> None:
    compiled = polib.mofile(str(FOLDER / "messages.mo"))

    assert {(e.msgid, e.msgid_plural, e.msgstr, *sorted(e.msgstr_plural.items())) for e in compiled} == {
        (e.msgid, e.msgid_plural, e.msgstr, *sorted(e.msgstr_plural.items())) for e in source()
    }


def sentences(module: str) -> Iterator[str]:
    """First arguments of `_(…)` and `ngettext(…)`."""
    tree = ast.parse((Path(click.__file__).parent / module).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "ngettext"}:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


@pytest.mark.parametrize("module", SHOWN)
def test_every_sentence_of_click_that_can_be_shown_is_translated(module: str) -> None:
    known = {entry.msgid for entry in source()}

    assert set(sentences(module)) - known - NEVER == set()


def test_a_translation_keeps_the_blanks_to_fill() -> None:
    def blanks(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text.replace("%(", "{").replace(")s", "}")) if name}

    for entry in source():
        for text in (entry.msgstr, *entry.msgstr_plural.values()):
            assert blanks(text) <= blanks(entry.msgid) | blanks(entry.msgid_plural), entry.msgid
