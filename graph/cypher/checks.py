"""Counting what is stored, and finding what points to nothing."""

from typing import LiteralString

from neo4j import AsyncManagedTransaction

from graph.cypher.run import rows

COUNTS: LiteralString = """
RETURN [
  ['headings', COUNT { MATCH (n:Heading) WHERE NOT n:Staged }],
  ['needs', COUNT { MATCH (n:Need) WHERE NOT n:Staged }],
  ['situations', COUNT { MATCH (n:Situation) WHERE NOT n:Staged }],
  ['sectors', COUNT { MATCH (n:Sector) WHERE NOT n:Staged }],
  ['domains', COUNT { MATCH (n:Domain) WHERE NOT n:Staged }],
  ['departements', COUNT { MATCH (n:Departement) WHERE NOT n:Staged }],
  ['epcis', COUNT { MATCH (n:Epci) WHERE NOT n:Staged }],
  ['communes', COUNT { MATCH (n:Commune) WHERE NOT n:Staged }],
  ['sites', COUNT { MATCH (n:Site) WHERE NOT n:Staged }],
  ['programmes', COUNT { MATCH (n:Programme) WHERE NOT n:Staged }],
  ['partners', COUNT { MATCH (n:Partner) WHERE NOT n:Staged }],
  ['services', COUNT { MATCH (n:Service) WHERE NOT n:Staged }],
  ['mentions', COUNT { MATCH (n:Mention) WHERE NOT n:Staged }],
  ['decisions', COUNT { MATCH (n:Decision) WHERE NOT n:Staged }]
]
"""


async def counts(tx: AsyncManagedTransaction) -> dict[str, int]:
    """By name in the counts of `graph.records`, in alphabetical order."""
    return dict(sorted((str(name), int(number)) for name, number in await rows(tx, COUNTS, {})))


# An edge of Neo4j always has two ends: what can be wrong is an end of another kind, or an edge that is not there.
DANGLING: LiteralString = """
CALL () {
  MATCH (p:Partner)-[:UNIT_OF]->(x) WHERE NOT x:Partner AND NOT p:Staged
  RETURN 'partner.unit_of' AS rule, p.id AS object
  UNION
  MATCH (p:Partner)-[:WORKS_IN]->(x) WHERE NOT x:Domain RETURN 'partner.domains' AS rule, p.id AS object
  UNION
  MATCH (s:Service) WHERE NOT s:Staged AND COUNT { (:Partner)-[:OFFERS]->(s) } <> 1
  RETURN 'service.partner' AS rule, s.id AS object
  UNION
  MATCH (s:Service)
  WHERE NOT s:Staged
    AND (NOT EXISTS { (s)-[:MEETS]->(:Need) } OR EXISTS { MATCH (s)-[:MEETS]->(x) WHERE NOT x:Need })
  RETURN 'service.needs' AS rule, s.id AS object
  UNION
  MATCH (s:Service)-[:CONDITION]->(x) WHERE NOT x:Situation RETURN 'service.conditions' AS rule, s.id AS object
  UNION
  MATCH (s:Service)
  WHERE NOT s:Staged
    AND (NOT EXISTS { (s)-[:COVERS]->(:Territory) } OR EXISTS { MATCH (s)-[:COVERS]->(x) WHERE NOT x:Territory })
  RETURN 'service.territories' AS rule, s.id AS object
  UNION
  MATCH (s:Service)-[:IN_SECTOR]->(x) WHERE NOT x:Sector RETURN 'service.sectors' AS rule, s.id AS object
  UNION
  MATCH (m:Mention)
  WHERE NOT m:Staged
    AND COUNT { (:Partner)-[:ALSO_NAMED]->(m) } <> CASE m.outcome WHEN 'not_a_partner' THEN 0 ELSE 1 END
  RETURN 'mention.partner' AS rule, m.id AS object
  UNION
  MATCH (m:Mention)-[:UNDER]->(x) WHERE NOT x:Partner RETURN 'mention.unit_of' AS rule, m.id AS object
  UNION
  MATCH (m:Mention) WHERE NOT m:Staged AND m.domain IS NOT NULL AND NOT EXISTS { (:Domain {code: m.domain}) }
  RETURN 'mention.domain' AS rule, m.id AS object
  UNION
  MATCH (m:Mention)-[:MAY_BE]->(x) WHERE NOT x:Partner RETURN 'mention.candidates' AS rule, m.id AS object
  UNION
  MATCH (t:Territory) WHERE NOT t:Staged AND t.code <> 'FR' AND COUNT { (t)-[:WITHIN]->(:Territory) } <> 1
  RETURN 'territory.within' AS rule, t.code AS object
  UNION
  MATCH (n:Need) WHERE NOT n:Staged AND COUNT { (n)-[:STANDS_UNDER]->(:Heading) } <> 1
  RETURN 'need.heading' AS rule, n.code AS object
}
RETURN collect(DISTINCT [rule, object])
"""


async def dangling(tx: AsyncManagedTransaction) -> list[tuple[str, str]]:
    """(rule, object), in order of both."""
    return sorted((str(rule), str(object)) for rule, object in await rows(tx, DANGLING, {}))
