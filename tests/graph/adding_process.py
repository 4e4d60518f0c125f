"""Adds one to the number noted on a service many times: starts again when somebody was faster."""

import asyncio
import os
import sys
from dataclasses import replace

from graph.directory import Change
from graph.errors import Conflict
from graph.model import IdempotencyKey, ServiceId
from graph.sqlite_store import SqliteStore


async def add(path: str, service: str, times: str) -> None:
    store = SqliteStore(path)
    done = tries = 0
    while done < int(times):
        directory = await store.directory()
        read = directory.services[ServiceId(service)]
        more = replace(read, note=str(int(read.note or 0) + 1))
        tries += 1
        try:
            await store.apply(
                Change(services=(more,)), expected=directory.stamp, key=IdempotencyKey(f"{os.getpid()}-{tries}")
            )
        except Conflict:
            continue
        done += 1
    await store.close()


if __name__ == "__main__":
    asyncio.run(add(*sys.argv[1:]))
