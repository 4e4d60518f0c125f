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
    Step(
        2,
        "the follow-up",
        (
            "CREATE CONSTRAINT follow_up_id IF NOT EXISTS FOR (n:FollowUp) REQUIRE n.id IS UNIQUE",
            "CREATE CONSTRAINT intake_id IF NOT EXISTS FOR (n:Intake) REQUIRE n.id IS UNIQUE",
            "CREATE CONSTRAINT unmet_need IF NOT EXISTS FOR (n:Unmet) REQUIRE (n.intake, n.need) IS UNIQUE",
            "CREATE CONSTRAINT referral_id IF NOT EXISTS FOR (n:Referral) REQUIRE n.id IS UNIQUE",
            "CREATE CONSTRAINT event_number IF NOT EXISTS FOR (n:Event) REQUIRE (n.referral, n.number) IS UNIQUE",
            "CREATE CONSTRAINT cosupport_id IF NOT EXISTS FOR (n:CoSupport) REQUIRE n.id IS UNIQUE",
            "CREATE CONSTRAINT agreement_id IF NOT EXISTS FOR (n:Agreement) REQUIRE n.id IS UNIQUE",
            "CREATE INDEX intake_received IF NOT EXISTS FOR (n:Intake) ON (n.received_on)",
            "CREATE INDEX intake_simulated IF NOT EXISTS FOR (n:Intake) ON (n.simulated)",
            "CREATE INDEX unmet_noticed IF NOT EXISTS FOR (n:Unmet) ON (n.noticed_on)",
            "CREATE INDEX referral_pair IF NOT EXISTS FOR (n:Referral) ON (n.sender, n.partner, n.month)",
            "CREATE INDEX referral_rerouted IF NOT EXISTS FOR (n:Referral) ON (n.rerouted_from, n.partner, n.month)",
            "CREATE INDEX referral_counted IF NOT EXISTS FOR (n:Referral) ON (n.counted_on)",
            "CREATE INDEX referral_since IF NOT EXISTS FOR (n:Referral) ON (n.since)",
            "CREATE INDEX referral_state IF NOT EXISTS FOR (n:Referral) ON (n.state, n.since)",
            "CREATE INDEX referral_intake IF NOT EXISTS FOR (n:Referral) ON (n.intake)",
            "CREATE INDEX referral_other IF NOT EXISTS FOR (n:Referral) ON (n.other)",
            "CREATE INDEX referral_simulated IF NOT EXISTS FOR (n:Referral) ON (n.simulated)",
            "CREATE INDEX cosupport_intake IF NOT EXISTS FOR (n:CoSupport) ON (n.intake)",
            "CREATE INDEX cosupport_opened IF NOT EXISTS FOR (n:CoSupport) ON (n.opened_on)",
            "CREATE INDEX cosupport_simulated IF NOT EXISTS FOR (n:CoSupport) ON (n.simulated)",
            "CREATE INDEX together_pair IF NOT EXISTS FOR (n:Together) ON (n.source, n.target, n.month)",
            "CREATE INDEX agreement_simulated IF NOT EXISTS FOR (n:Agreement) ON (n.simulated)",
            "CREATE INDEX service_timers IF NOT EXISTS FOR (n:Service) ON (n.reminder_days)",
            "CREATE INDEX member_service IF NOT EXISTS FOR ()-[e:SUPPORTS]-() ON (e.service)",
            "CREATE INDEX referred_month IF NOT EXISTS FOR ()-[e:REFERRED_TO]-() ON (e.month)",
            "CREATE INDEX rerouted_month IF NOT EXISTS FOR ()-[e:REROUTED_TO]-() ON (e.month)",
            "CREATE INDEX supports_month IF NOT EXISTS FOR ()-[e:CO_SUPPORTS]-() ON (e.month)",
        ),
    ),
    Step(
        3,
        "publications",
        (
            """CREATE CONSTRAINT publication_version IF NOT EXISTS
            FOR (n:Publication) REQUIRE (n.year, n.version) IS UNIQUE""",
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
