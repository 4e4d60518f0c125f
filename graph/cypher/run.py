"""How a statement is sent: a literal and its parameters, never a text that was put together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, LiteralString, TypeVar

from neo4j import AsyncManagedTransaction

Id = TypeVar("Id", bound=str)
Item = TypeVar("Item")

BATCH = 2_000


class Dangling(Exception):
    """An edge was asked for, and one of its ends does not exist: the transaction must not be committed."""


async def value(tx: AsyncManagedTransaction, statement: LiteralString, parameters: Mapping[str, Any]) -> Any:
    """The one value of the one record that *statement* returns."""
    result = await tx.run(statement, dict(parameters))
    record = await result.single(strict=True)
    return record[0]


async def rows(tx: AsyncManagedTransaction, statement: LiteralString, parameters: Mapping[str, Any]) -> list[Any]:
    """The list that *statement* collects into its one record."""
    found: list[Any] = await value(tx, statement, parameters)
    return found


async def done(tx: AsyncManagedTransaction, statement: LiteralString, parameters: Mapping[str, Any]) -> None:
    result = await tx.run(statement, dict(parameters))
    await result.consume()


def only(ends: Sequence[str], id_of: Callable[[str], Id]) -> Id | None:
    """The other end of an edge that is there at most once.

    `head(COLLECT { … })` would do it in Cypher, at the price of a plan of its own for each row: on a store that was
    empty when it was planned, a scan of all partners for each service.
    """
    return id_of(ends[0]) if ends else None


def batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def columns(names: Sequence[str], found: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    """Rows turned into one list per name: what `UNWIND range(…)` reads fastest."""
    return {name: [row[place] for row in found] for place, name in enumerate(names)}


async def join(
    tx: AsyncManagedTransaction, statement: LiteralString, names: Sequence[str], edges: Sequence[Sequence[Any]]
) -> None:
    """Makes one edge per row, with a statement that counts them. Raises Dangling when an end is missing."""
    for batch in batches(edges):
        made: int = await value(tx, statement, columns(names, batch))
        if made != len(batch):
            raise Dangling
