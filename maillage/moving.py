"""A whole store into a file of JSON lines, and back."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from graph.errors import FileRefused
from graph.records import KINDS, from_lines, from_records, to_lines
from graph.store import PartnerStore, Record

_FIRST_BYTES = b'{"kind":"maillage"'


async def export(store: PartnerStore, file: Path) -> Mapping[str, int]:
    """Counts by kind. The file appears whole, under its name, once everything is on disk.

    Raises FileRefused rather than replace what is not an export.
    """
    target = _target(file)
    counts: Counter[str] = Counter(dict.fromkeys(KINDS.values(), 0))
    partial = target.with_name(f".{target.name}.partial")
    try:
        with partial.open("wb") as out:
            async for record in store.export():
                out.writelines(to_lines([record]))
                if record["kind"] in KINDS:
                    counts[KINDS[record["kind"]]] += 1
            out.flush()
            os.fsync(out.fileno())
        partial.replace(target)
    except OSError as problem:
        raise FileRefused(_name(file), f"le fichier ne peut pas être écrit{_why(problem)}.") from problem
    finally:
        with suppress(OSError):
            partial.unlink()
    return dict(sorted(counts.items()))


def records(file: Path) -> Sequence[Record]:
    """Of a whole export: raises FileRefused when a line is not what it should be, or when some are missing."""
    try:
        with file.open("rb") as lines:
            found = list(from_lines(lines, _name(file)))
    except FileNotFoundError:
        raise FileRefused(_name(file), "le fichier n'existe pas.") from None
    except IsADirectoryError:
        raise FileRefused(_name(file), "c'est un dossier, pas un fichier.") from None
    except OSError as problem:
        raise FileRefused(_name(file), f"le fichier ne peut pas être lu{_why(problem)}.") from problem
    except FileRefused as problem:
        raise _named(problem, file) from problem
    if not found:
        raise FileRefused(_name(file), "le fichier est vide.")
    try:
        from_records(found)
    except FileRefused as problem:
        raise _named(problem, file) from problem
    return found


async def import_(store: PartnerStore, whole: Sequence[Record]) -> Mapping[str, int]:
    """Makes the schema first when the store is empty. *whole* is what `records` checked."""
    await store.migrate()
    return await store.import_(whole)


def _target(file: Path) -> Path:
    """Where *file* leads; raises FileRefused when something else is there: a database, a list, a device."""
    target = Path(os.path.realpath(file))
    if target.is_dir():
        raise FileRefused(_name(target), "c'est un dossier, pas un fichier.")
    if not target.parent.is_dir():
        raise FileRefused(_name(target), f"le dossier « {target.parent} » n'existe pas.")
    if not target.exists():
        return target
    if not target.is_file():
        raise FileRefused(_name(target), "ce n'est pas un fichier ordinaire.")
    try:
        with target.open("rb") as present:
            first = present.read(len(_FIRST_BYTES))
    except OSError as problem:
        raise FileRefused(_name(target), f"le fichier ne peut pas être lu{_why(problem)}.") from problem
    if first not in (b"", _FIRST_BYTES):
        raise FileRefused(_name(target), "ce fichier existe déjà et n'est pas un export : choisissez un autre nom.")
    return target


def _named(problem: FileRefused, file: Path) -> FileRefused:
    reason = problem.reason if problem.reason.endswith(".") else f"{problem.reason}."
    return FileRefused(_name(file), reason, problem.line)


def _name(file: Path) -> str:
    return file.name or str(file)


def _why(problem: OSError) -> str:
    reasons = {"PermissionError": "droits insuffisants", "NotADirectoryError": "son dossier n'en est pas un"}
    reason = reasons.get(type(problem).__name__) or ("disque plein" if problem.errno == 28 else None)
    return f" ({reason})" if reason else ""
