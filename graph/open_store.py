"""From an address to a store. Nothing is opened yet: the first question says what is wrong."""

import os

from graph.errors import InputRefused
from graph.store import Store


def open_store(address: str, read_limit: float | None = None) -> Store:
    """`sqlite:PATH`, or `neo4j://…`, `bolt://…` and their `+s`, `+ssc` forms.

    *read_limit*: seconds after which a read of less than a whole SQLite store is stopped, None for never.
    For Neo4j, which has limits of its own, user, password and database come from `MAILLAGE_NEO4J_USER`, `…_PASSWORD`
    and `…_DATABASE` only.
    """
    scheme, _, rest = address.partition(":")
    if scheme == "sqlite" and rest:
        from graph.sqlite_store import SqliteStore

        return SqliteStore(rest, read_limit)
    if scheme.partition("+")[0] in ("neo4j", "bolt") and rest.startswith("//"):
        from graph.neo4j_store import open_neo4j  # the driver is slow to import: only who asks for it waits

        return open_neo4j(
            address,
            user=os.environ.get("MAILLAGE_NEO4J_USER", "neo4j"),
            password=os.environ.get("MAILLAGE_NEO4J_PASSWORD", ""),
            database=os.environ.get("MAILLAGE_NEO4J_DATABASE", "neo4j"),
        )
    raise InputRefused(
        f"L'adresse de stockage « {address} » n'est pas de la forme « sqlite:FICHIER », « neo4j://… » ou « bolt://… »."
    )
