"""A whole store into a file of JSON lines, and back."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from graph.errors import FileRefused
from graph.store import PartnerStore, Record


async def export(store: PartnerStore, file: Path) -> Mapping[str, int]:
    """Counts by kind. The file appears whole, under its name, once everything is on disk."""
    counts: Counter[str] = Counter()
    partial = file.with_name(f".{file.name}.partial")
    try:
        with partial.open("wb") as out:
            async for record in store.export():
                out.write(orjson.dumps(record) + b"\n")
                counts[record["kind"]] += 1
            out.flush()
            os.fsync(out.fileno())
        partial.replace(file)
    except OSError as problem:
        raise FileRefused(file.name, "le fichier ne peut pas être écrit.") from problem
    finally:
        partial.unlink(missing_ok=True)
    return dict(sorted(counts.items()))


def records(file: Path) -> Iterator[Record]:
    """Raises FileRefused with the line that is not a record."""
    try:
        lines = file.open("rb")
    except OSError as problem:
        raise FileRefused(file.name, "le fichier est absent ou ne peut pas être lu.") from problem
    with lines:
        for number, line in enumerate(lines, start=1):
            try:
                value = orjson.loads(line)
            except orjson.JSONDecodeError as problem:
                raise FileRefused(file.name, "ce n'est pas du JSON lisible.", number) from problem
            if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
                raise FileRefused(file.name, "un enregistrement est un objet qui a un « kind ».", number)
            yield value


async def import_(store: PartnerStore, lines: Iterator[Record]) -> Mapping[str, int]:
    """Makes the schema first when the store is empty."""
    await store.migrate()
    return await store.import_(lines)
