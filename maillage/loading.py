"""Lists into a store: read, resolve, join the sheet, write the difference in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.directory import Directory
from graph.model import Decision, IdempotencyKey, Outcome
from graph.rebuild import Stored
from graph.store import PartnerStore
from loaders.directory import plan
from loaders.reading import Reading, Rejected
from loaders.reference import reference
from resolvers.context import stored


@dataclass(frozen=True, slots=True)
class Loaded:
    """`read` mentions; of them `stored` are new or changed and `unchanged` are not. `notes` are French sentences."""

    read: int
    stored: int
    unchanged: int
    ambiguous: int
    refused: tuple[Rejected, ...]
    notes: tuple[str, ...]


MOST_LOST = 20


def _lost(lost: Sequence[str]) -> Sequence[str]:
    """Each line of the sheet that names nobody, or their number where the lists are not those it was made for."""
    if len(lost) <= MOST_LOST:
        return lost
    return [f"{len(lost)} lignes de la fiche de services ne nomment aucun partenaire de ces listes."]


async def load(
    store: PartnerStore,
    readings: Sequence[Reading],
    decisions: Iterable[Decision],
    *,
    key: IdempotencyKey,
    dry_run: bool = False,
) -> Loaded:
    """Reads replace what the store knew of the same source; decisions already stored, undone ones too, stay."""
    notes = [note for reading in readings for note in reading.notes]
    if not dry_run:
        migration = await store.migrate()
        if migration.before == 0:
            notes.append(f"Stockage vide : schéma créé, version {migration.after}.")
        elif migration.before != migration.after:
            notes.append(f"Stockage passé de la version {migration.before} à la version {migration.after}.")
        await store.save_reference(reference())
    held = Stored(Directory()) if dry_run and await store.schema_version() == 0 else await stored(store)
    rebuilt = plan(held, readings, decisions)
    read = [m for reading in readings for m in reading.everything]
    changed = {r.mention.id for r in rebuilt.change.resolved}
    if not dry_run:
        await store.apply(rebuilt.change, expected=held.directory.stamp, key=key)
    notes.extend(_lost(rebuilt.lost))
    notes.extend(rebuilt.homeless)
    return Loaded(
        read=len(read),
        stored=sum(m.id in changed for m in read),
        unchanged=sum(m.id not in changed for m in read),
        ambiguous=sum(r.outcome is Outcome.AMBIGUOUS for r in rebuilt.resolved),
        refused=tuple(r for reading in readings for r in reading.refused),
        notes=tuple(notes),
    )
