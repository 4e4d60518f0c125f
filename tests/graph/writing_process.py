"""Writes partners one transaction after the other until it is killed; prints each id once it is acknowledged."""

import asyncio
import itertools
import sys

from graph.directory import Change
from graph.model import (
    IdempotencyKey,
    Mention,
    MentionId,
    NeedCode,
    Outcome,
    Partner,
    PartnerId,
    Resolved,
    Service,
    ServiceId,
)
from graph.sqlite_store import SqliteStore


def one(id: str) -> Change:
    """A partner with a service and a mention: three tables that must change together."""
    partner = PartnerId(id)
    return Change(
        partners=(Partner(partner, f"Partenaire {id}"),),
        services=(Service(ServiceId(id), partner, "Service", frozenset({NeedCode("permis"), NeedCode("trajets")})),),
        resolved=(Resolved(Mention(MentionId(id), "liste", 1, 0, id), Outcome.NEW, partner, None, "seule"),),
    )


async def write(path: str, run: str) -> None:
    store = SqliteStore(path)
    stamp = await store.stamp()
    for number in itertools.count():
        id = f"{run}-{number}"
        stamp = (await store.apply(one(id), expected=stamp, key=IdempotencyKey(id))).stamp
        print(id, flush=True)


if __name__ == "__main__":
    asyncio.run(write(*sys.argv[1:]))
