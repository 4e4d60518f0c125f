"""What makes an empty database a store: numbered steps, each of which may be run again.

A schema statement cannot share a transaction with data, so that a step cut short has to be taken up where it stopped.
A step that was released is never edited: its checksum is in the store.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any, LiteralString

from neo4j import AsyncManagedTransaction

from graph.cypher.run import done
from graph.marks import new_mark


@dataclass(frozen=True)
class Step:
    number: int
    name: str
    statements: tuple[LiteralString, ...]

    @cached_property
    def checksum(self) -> str:
        return hashlib.sha256("\n;\n".join(self.statements).encode()).hexdigest()


STEPS: tuple[Step, ...] = (
    Step(
        1,
        "one node per id",
        (
            "CREATE CONSTRAINT migration_number IF NOT EXISTS FOR (n:Migration) REQUIRE n.number IS UNIQUE",
            "CREATE CONSTRAINT directory_id IF NOT EXISTS FOR (n:Directory) REQUIRE n.id IS UNIQUE",
            "CREATE CONSTRAINT idempotency_key IF NOT EXISTS FOR (n:IdempotencyKey) REQUIRE n.key IS UNIQUE",
            "CREATE CONSTRAINT partner_id IF NOT EXISTS FOR (n:Partner) REQUIRE n.id IS UNIQUE",
            "CREATE CONSTRAINT service_id IF NOT EXISTS FOR (n:Service) REQUIRE n.id IS UNIQUE",
            "CREATE CONSTRAINT mention_id IF NOT EXISTS FOR (n:Mention) REQUIRE n.id IS UNIQUE",
            "CREATE CONSTRAINT decision_id IF NOT EXISTS FOR (n:Decision) REQUIRE n.id IS UNIQUE",
            "CREATE CONSTRAINT board_id IF NOT EXISTS FOR (n:Board) REQUIRE n.id IS UNIQUE",
            "CREATE CONSTRAINT heading_code IF NOT EXISTS FOR (n:Heading) REQUIRE n.code IS UNIQUE",
            "CREATE CONSTRAINT need_code IF NOT EXISTS FOR (n:Need) REQUIRE n.code IS UNIQUE",
            "CREATE CONSTRAINT thematique_code IF NOT EXISTS FOR (n:Thematique) REQUIRE n.code IS UNIQUE",
            "CREATE CONSTRAINT situation_code IF NOT EXISTS FOR (n:Situation) REQUIRE n.code IS UNIQUE",
            "CREATE CONSTRAINT sector_code IF NOT EXISTS FOR (n:Sector) REQUIRE n.code IS UNIQUE",
            "CREATE CONSTRAINT domain_code IF NOT EXISTS FOR (n:Domain) REQUIRE n.code IS UNIQUE",
            "CREATE CONSTRAINT territory_code IF NOT EXISTS FOR (n:Territory) REQUIRE n.code IS UNIQUE",
            "CREATE CONSTRAINT epci_code IF NOT EXISTS FOR (n:Epci) REQUIRE n.code IS UNIQUE",
            "CREATE CONSTRAINT site_code IF NOT EXISTS FOR (n:Site) REQUIRE n.code IS UNIQUE",
            "CREATE CONSTRAINT programme_code IF NOT EXISTS FOR (n:Programme) REQUIRE n.code IS UNIQUE",
        ),
    ),
)

APPLIED: LiteralString = """
MATCH (m:Migration)
RETURN collect([m.number, m.checksum])
"""


async def applied(tx: AsyncManagedTransaction) -> tuple[str, dict[int, str]]:
    """How the server names itself, and number → checksum of every step that the store says it has taken."""
    result = await tx.run(APPLIED)
    record = await result.single(strict=True)
    summary = await result.consume()
    return summary.server.agent, dict(sorted((int(number), str(checksum)) for number, checksum in record[0]))


async def take(tx: AsyncManagedTransaction, statement: LiteralString) -> None:
    await done(tx, statement, {})


RECORD: LiteralString = """
MERGE (m:Migration {number: $number})
ON CREATE SET m.name = $name, m.checksum = $checksum
MERGE (d:Directory {id: 'directory'})
ON CREATE SET d.stamp = 0, d.mark = $mark
"""


async def record(tx: AsyncManagedTransaction, step: Step) -> None:
    parameters: dict[str, Any] = {"number": step.number, "name": step.name, "checksum": step.checksum}
    await done(tx, RECORD, parameters | {"mark": new_mark()})
