"""Lists, decisions and sheet together: what loading changes, and the packaged directory of the first territory."""

from collections.abc import Iterable, Sequence
from functools import cache

from graph.directory import Directory
from graph.model import Decision
from graph.rebuild import Knowledge, Rebuilt, Stored, rebuild
from loaders import decisions, lexicon, lists, sheet
from loaders.reading import Reading
from loaders.reference import reference


@cache
def knowledge() -> Knowledge:
    return Knowledge(lexicon.packaged(), sheet.packaged(), reference())


def plan(held: Stored, readings: Sequence[Reading], told: Iterable[Decision]) -> Rebuilt:
    """What loading *readings* changes; a list replaces what was known of the same source.

    Decisions that are already stored, undone ones too, stay as they are.
    """
    mentions = [m for reading in readings for m in reading.everything]
    sources = {reading.source for reading in readings}
    known = {d.id for d in held.decisions}
    return rebuild(
        held,
        knowledge(),
        mentions=mentions,
        forgotten=[r.mention.id for r in held.resolved if r.mention.source in sources],
        decisions=[d for d in told if d.id not in known],
    )


def packaged_directory() -> Directory:
    """The partners and services of the first territory, as a store holds them after `maillage load`."""
    change = plan(Stored(Directory()), lists.packaged(), decisions.packaged()).change
    return Directory({p.id: p for p in change.partners}, {s.id: s for s in change.services}, 1)
