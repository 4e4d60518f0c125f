"""Whether anything is stored, and what points to nothing."""

from typing import LiteralString

from neo4j import AsyncManagedTransaction

from graph.cypher.run import rows, value

EMPTY: LiteralString = """
RETURN NOT EXISTS {
  MATCH (n:Heading|Need|Situation|Sector|Domain|Departement|Epci|Commune|Site|Programme
          |Partner|Service|Mention|Decision|Intake|Referral|CoSupport|Agreement|Publication)
  WHERE NOT n:Staged
}
"""


async def empty(tx: AsyncManagedTransaction) -> bool:
    """Whether neither reference nor directory nor follow-up holds anything; what is staged is not there yet."""
    return bool(await value(tx, EMPTY, {}))


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
  UNION
  MATCH (i:Intake)
  WHERE COUNT { (i)-[:AT]->(:Partner {id: i.site}) } <> 1
    OR size(i.needs) <> COUNT { MATCH (i)-[:EXPRESSES]->(n:Need) WHERE n.code IN i.needs }
    OR size(i.situations) <> COUNT { MATCH (i)-[:IN]->(s:Situation) WHERE s.code IN i.situations }
  RETURN 'intake' AS rule, i.id AS object
  UNION
  MATCH (r:Referral)
  WHERE COUNT { (r)-[:FOR]->(:Intake {id: r.intake}) } <> 1
    OR COUNT { (r)-[:FROM]->(:Partner {id: r.sender}) } <> 1
    OR COUNT { MATCH (r)-[:TO]->(x) WHERE x.id = coalesce(r.service, r.partner) } <> 1
    OR size(r.needs) <> COUNT { MATCH (r)-[:ABOUT]->(n:Need) WHERE n.code IN r.needs }
  RETURN 'referral' AS rule, r.id AS object
  UNION
  MATCH (r:Referral)
  WHERE COUNT { (r)-[:HAD]->(:Event) } <> r.version
  RETURN 'referral.events' AS rule, r.id AS object
  UNION
  MATCH (e:Event)
  WHERE COUNT { (:Referral {id: e.referral})-[:HAD]->(e) } <> 1
  RETURN 'event.referral' AS rule, e.referral AS object
  UNION
  MATCH (c:CoSupport)
  WHERE COUNT { (c)-[:FOR]->(:Intake {id: c.intake}) } <> 1 OR NOT EXISTS { (:Partner)-[:SUPPORTS]->(c) }
  RETURN 'cosupport' AS rule, c.id AS object
  UNION
  MATCH (a:Agreement) WHERE NOT EXISTS { (a)-[:BINDS]->(:Partner) }
  RETURN 'agreement.partners' AS rule, a.id AS object
}
RETURN collect(DISTINCT [rule, object])
"""


async def dangling(tx: AsyncManagedTransaction) -> list[tuple[str, str]]:
    """(rule, object), in order of both."""
    return sorted((str(rule), str(object)) for rule, object in await rows(tx, DANGLING, {}))
