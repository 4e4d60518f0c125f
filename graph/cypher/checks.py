"""Counting what is stored, and finding what points to nothing."""

from typing import LiteralString

from neo4j import AsyncManagedTransaction

from graph.cypher.run import rows

COUNTS: LiteralString = """
RETURN [
  ['headings', COUNT { (:Heading) }],
  ['needs', COUNT { (:Need) }],
  ['situations', COUNT { (:Situation) }],
  ['sectors', COUNT { (:Sector) }],
  ['domains', COUNT { (:Domain) }],
  ['departements', COUNT { (:Departement) }],
  ['epcis', COUNT { (:Epci) }],
  ['communes', COUNT { (:Commune) }],
  ['sites', COUNT { (:Site) }],
  ['programmes', COUNT { (:Programme) }],
  ['partners', COUNT { (:Partner) }],
  ['services', COUNT { (:Service) }],
  ['mentions', COUNT { (:Mention) }],
  ['decisions', COUNT { (:Decision) }]
]
"""


async def counts(tx: AsyncManagedTransaction) -> dict[str, int]:
    """By name in the counts of `graph.records`, in alphabetical order."""
    return dict(sorted((str(name), int(number)) for name, number in await rows(tx, COUNTS, {})))


# An edge of Neo4j always has two ends: what can be wrong is an end of another kind, or an edge that is not there.
DANGLING: LiteralString = """
CALL () {
  MATCH (p:Partner)-[:UNIT_OF]->(x) WHERE NOT x:Partner RETURN 'partner.unit_of' AS rule, p.id AS object
  UNION
  MATCH (p:Partner)-[:WORKS_IN]->(x) WHERE NOT x:Domain RETURN 'partner.domains' AS rule, p.id AS object
  UNION
  MATCH (s:Service) WHERE COUNT { (:Partner)-[:OFFERS]->(s) } <> 1
  RETURN 'service.partner' AS rule, s.id AS object
  UNION
  MATCH (s:Service) WHERE NOT EXISTS { (s)-[:MEETS]->(:Need) } OR EXISTS { MATCH (s)-[:MEETS]->(x) WHERE NOT x:Need }
  RETURN 'service.needs' AS rule, s.id AS object
  UNION
  MATCH (s:Service)-[:CONDITION]->(x) WHERE NOT x:Situation RETURN 'service.conditions' AS rule, s.id AS object
  UNION
  MATCH (s:Service)
  WHERE NOT EXISTS { (s)-[:COVERS]->(:Territory) } OR EXISTS { MATCH (s)-[:COVERS]->(x) WHERE NOT x:Territory }
  RETURN 'service.territories' AS rule, s.id AS object
  UNION
  MATCH (s:Service)-[:IN_SECTOR]->(x) WHERE NOT x:Sector RETURN 'service.sectors' AS rule, s.id AS object
  UNION
  MATCH (m:Mention)
  WHERE COUNT { (:Partner)-[:ALSO_NAMED]->(m) } <> CASE m.outcome WHEN 'not_a_partner' THEN 0 ELSE 1 END
  RETURN 'mention.partner' AS rule, m.id AS object
  UNION
  MATCH (m:Mention)-[:UNDER]->(x) WHERE NOT x:Partner RETURN 'mention.unit_of' AS rule, m.id AS object
  UNION
  MATCH (m:Mention) WHERE m.domain IS NOT NULL AND NOT EXISTS { (:Domain {code: m.domain}) }
  RETURN 'mention.domain' AS rule, m.id AS object
  UNION
  MATCH (m:Mention)-[:MAY_BE]->(x) WHERE NOT x:Partner RETURN 'mention.candidates' AS rule, m.id AS object
  UNION
  MATCH (t:Territory) WHERE t.code <> 'FR' AND COUNT { (t)-[:WITHIN]->(:Territory) } <> 1
  RETURN 'territory.within' AS rule, t.code AS object
  UNION
  MATCH (n:Need) WHERE COUNT { (n)-[:STANDS_UNDER]->(:Heading) } <> 1
  RETURN 'need.heading' AS rule, n.code AS object
}
RETURN collect(DISTINCT [rule, object])
"""


async def dangling(tx: AsyncManagedTransaction) -> list[tuple[str, str]]:
    """(rule, object), in order of both."""
    return sorted((str(rule), str(object)) for rule, object in await rows(tx, DANGLING, {}))
