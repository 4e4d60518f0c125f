"""The reference as nodes: needs under their headings, situations, sectors, domains, and territories inside another.

A node of the reference is kept while its code lives, so that the edges of services stay; what the reference drops is
removed, and what still points to it refuses the whole.
"""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

from neo4j import AsyncManagedTransaction

from graph.cypher.run import Dangling, columns, done, join, rows, value
from graph.model import CommuneCode, DomainCode, NeedCode, SectorCode, SituationCode, TerritoryCode
from graph.reference import (
    Commune,
    Domain,
    Epci,
    Heading,
    Need,
    Programme,
    Reference,
    Sector,
    Site,
    Situation,
)
from graph.rules import Codes

Place = tuple[str, str, TerritoryCode | None]
"""Name and level of a territory, and the one that holds it."""

# read: one statement per list, in the order of the booklet

HEADINGS: LiteralString = "MATCH (n:Heading) WHERE NOT n:Staged RETURN collect([n.position, n.code, n.label])"
NEEDS: LiteralString = """
MATCH (n:Need) WHERE NOT n:Staged
WITH [
  n.position, n.code, COLLECT { MATCH (n)-[:STANDS_UNDER]->(h:Heading) RETURN h.code }, n.label,
  COLLECT { MATCH (n)-[maps:MAPS_TO]->(t:Thematique) RETURN [maps.rank, t.code] },
  n.local_extension, n.sensitivity, n.asked_age_min, n.asked_age_max
] AS row
RETURN collect(row)
"""
SITUATIONS: LiteralString = (
    "MATCH (n:Situation) WHERE NOT n:Staged RETURN collect([n.position, n.code, n.label, n.public, n.sensitivity])"
)
SECTORS: LiteralString = "MATCH (n:Sector) WHERE NOT n:Staged RETURN collect([n.position, n.code, n.label])"
DOMAINS: LiteralString = (
    "MATCH (n:Domain) WHERE NOT n:Staged RETURN collect([n.position, n.code, n.label, n.list_heading])"
)
EPCIS: LiteralString = "MATCH (n:Epci) WHERE NOT n:Staged RETURN collect([n.position, n.code, n.name, n.seat])"
COMMUNES: LiteralString = """
MATCH (n:Territory:Commune) WHERE NOT n:Staged
RETURN collect([
  n.position, n.code, n.name, n.epci, n.epci_name, n.departement, n.population, n.postcodes, n.latitude, n.longitude,
  n.served, n.island, n.bank
])
"""
DEPARTEMENTS: LiteralString = (
    "MATCH (n:Territory:Departement) WHERE NOT n:Staged RETURN collect([n.position, n.code, n.name])"
)
SITES: LiteralString = (
    "MATCH (n:Site) WHERE NOT n:Staged RETURN collect([n.position, n.code, n.name, n.commune, n.kind])"
)
PROGRAMMES: LiteralString = (
    "MATCH (n:Programme) WHERE NOT n:Staged RETURN collect([n.position, n.code, n.label, n.reinforced])"
)


async def stored(tx: AsyncManagedTransaction) -> Reference:
    """Empty when none was ever saved."""

    async def of(statement: LiteralString) -> list[Sequence[Any]]:
        return [row[1:] for row in sorted(await rows(tx, statement, {}), key=lambda row: int(row[0]))]

    return Reference(
        headings={code: Heading(code, label) for code, label in await of(HEADINGS)},
        needs={need.code: need for need in map(_need, await of(NEEDS))},
        situations={
            SituationCode(code): Situation(SituationCode(code), label, public, sensitivity)
            for code, label, public, sensitivity in await of(SITUATIONS)
        },
        sectors={SectorCode(code): Sector(SectorCode(code), label) for code, label in await of(SECTORS)},
        domains={
            DomainCode(code): Domain(DomainCode(code), label, heading) for code, label, heading in await of(DOMAINS)
        },
        epcis={
            TerritoryCode(code): Epci(TerritoryCode(code), name, CommuneCode(seat))
            for code, name, seat in await of(EPCIS)
        },
        communes={commune.insee: commune for commune in map(_commune, await of(COMMUNES))},
        departements={TerritoryCode(code): name for code, name in await of(DEPARTEMENTS)},
        sites={code: Site(code, name, CommuneCode(commune), kind) for code, name, commune, kind in await of(SITES)},
        programmes={code: Programme(code, label, reinforced) for code, label, reinforced in await of(PROGRAMMES)},
    )


def _need(row: Sequence[Any]) -> Need:
    code, heading, label, thematiques, local_extension, sensitivity, low, high = row
    return Need(
        code=NeedCode(code),
        heading=heading[0],
        label=label,
        thematiques=tuple(thematique for _, thematique in sorted(thematiques)),
        local_extension=local_extension,
        sensitivity=sensitivity,
        asked_ages=None if low is None else (low, high),
    )


def _commune(row: Sequence[Any]) -> Commune:
    *(code, name, epci, epci_name, departement, population, postcodes, latitude, longitude), served, island, bank = row
    return Commune(
        insee=CommuneCode(code),
        name=name,
        epci=TerritoryCode(epci),
        epci_name=epci_name,
        departement=TerritoryCode(departement),
        population=population,
        postcodes=tuple(postcodes),
        latitude=latitude,
        longitude=longitude,
        served=served,
        island=island,
        bank=bank,
    )


# written: everything of the reference is laid down again, on the nodes that are there

DROP_EDGES: LiteralString = """
MATCH ()-[edge:WITHIN|MAPS_TO|STANDS_UNDER]->()
DELETE edge
"""
DROP_LISTS: LiteralString = "MATCH (n:Heading|Thematique|Epci|Site|Programme) DELETE n"
DROP_TERRITORY_LABELS: LiteralString = "MATCH (n:Territory) SET n = {code: n.code} REMOVE n:Commune:Departement"
DROP_CODES: LiteralString = """
MATCH (n:Need|Situation|Sector|Domain|Territory)
WHERE n:Need AND NOT n.code IN $needs
   OR n:Situation AND NOT n.code IN $situations
   OR n:Sector AND NOT n.code IN $sectors
   OR n:Domain AND NOT n.code IN $domains
   OR n:Territory AND NOT n.code IN $territories
WITH n, EXISTS { (n)--() } OR (n:Domain AND EXISTS { MATCH (m:Mention) WHERE m.domain = n.code }) AS used
FOREACH (unused IN CASE WHEN used THEN [] ELSE [n] END | DELETE unused)
RETURN count(CASE WHEN used THEN 1 END)
"""

SAVE_HEADINGS: LiteralString = """
UNWIND range(0, size($code) - 1) AS i
CREATE (:Heading {code: $code[i], position: $position[i], label: $label[i]})
"""
SAVE_NEEDS: LiteralString = """
UNWIND range(0, size($code) - 1) AS i
MERGE (n:Need {code: $code[i]})
SET n.position = $position[i], n.label = $label[i], n.local_extension = $local_extension[i],
    n.sensitivity = $sensitivity[i], n.asked_age_min = $asked_age_min[i], n.asked_age_max = $asked_age_max[i]
"""
SAVE_THEMATIQUES: LiteralString = "UNWIND $codes AS code CREATE (:Thematique {code: code})"
JOIN_HEADINGS: LiteralString = """
UNWIND range(0, size($code) - 1) AS i
MATCH (n:Need {code: $code[i]})
MATCH (h:Heading {code: $heading[i]})
CREATE (n)-[:STANDS_UNDER]->(h)
RETURN count(*)
"""
JOIN_THEMATIQUES: LiteralString = """
UNWIND range(0, size($code) - 1) AS i
MATCH (n:Need {code: $code[i]})
MATCH (t:Thematique {code: $thematique[i]})
CREATE (n)-[:MAPS_TO {rank: $rank[i]}]->(t)
RETURN count(*)
"""
SAVE_SITUATIONS: LiteralString = """
UNWIND range(0, size($code) - 1) AS i
MERGE (n:Situation {code: $code[i]})
SET n.position = $position[i], n.label = $label[i], n.public = $public[i], n.sensitivity = $sensitivity[i]
"""
SAVE_SECTORS: LiteralString = """
UNWIND range(0, size($code) - 1) AS i
MERGE (n:Sector {code: $code[i]})
SET n.position = $position[i], n.label = $label[i]
"""
SAVE_DOMAINS: LiteralString = """
UNWIND range(0, size($code) - 1) AS i
MERGE (n:Domain {code: $code[i]})
SET n.position = $position[i], n.label = $label[i], n.list_heading = $list_heading[i]
"""
SAVE_TERRITORIES: LiteralString = """
UNWIND range(0, size($code) - 1) AS i
MERGE (n:Territory {code: $code[i]})
SET n.name = $name[i], n.level = $level[i]
"""
SAVE_DEPARTEMENTS: LiteralString = """
UNWIND range(0, size($code) - 1) AS i
MATCH (n:Territory {code: $code[i]})
SET n:Departement, n.position = $position[i]
"""
SAVE_EPCIS: LiteralString = """
UNWIND range(0, size($code) - 1) AS i
CREATE (:Epci {code: $code[i], position: $position[i], name: $name[i], seat: $seat[i]})
"""
SAVE_COMMUNES: LiteralString = """
UNWIND range(0, size($code) - 1) AS i
MATCH (n:Territory {code: $code[i]})
SET n:Commune, n.position = $position[i], n.epci = $epci[i], n.epci_name = $epci_name[i],
    n.departement = $departement[i], n.population = $population[i], n.postcodes = $postcodes[i],
    n.latitude = $latitude[i], n.longitude = $longitude[i], n.served = $served[i], n.island = $island[i],
    n.bank = $bank[i]
"""
JOIN_TERRITORIES: LiteralString = """
UNWIND range(0, size($code) - 1) AS i
MATCH (n:Territory {code: $code[i]})
MATCH (around:Territory {code: $within[i]})
CREATE (n)-[:WITHIN]->(around)
RETURN count(*)
"""
SAVE_SITES: LiteralString = """
UNWIND range(0, size($code) - 1) AS i
CREATE (:Site {code: $code[i], position: $position[i], name: $name[i], commune: $commune[i], kind: $kind[i]})
"""
SAVE_PROGRAMMES: LiteralString = """
UNWIND range(0, size($code) - 1) AS i
CREATE (:Programme {code: $code[i], position: $position[i], label: $label[i], reinforced: $reinforced[i]})
"""


async def clear(tx: AsyncManagedTransaction, reference: Reference) -> None:
    """Makes room for *reference*. Raises Dangling when something still uses a code that it drops."""
    await done(tx, DROP_EDGES, {})
    await done(tx, DROP_LISTS, {})
    await done(tx, DROP_TERRITORY_LABELS, {})
    kept: Mapping[str, list[str]] = {
        "needs": list(reference.needs),
        "situations": list(reference.situations),
        "sectors": list(reference.sectors),
        "domains": list(reference.domains),
        "territories": list(_territories(reference)),
    }
    still_used: int = await value(tx, DROP_CODES, kept)
    if still_used:
        raise Dangling


async def save(tx: AsyncManagedTransaction, reference: Reference) -> None:
    """Where there is none, or where `clear` made room. Raises Dangling when it contradicts itself."""
    await _save_lists(tx, reference)
    await _save_territories(tx, reference, _territories(reference))


HIDE: LiteralString = """
MATCH (n:Heading|Need|Thematique|Situation|Sector|Domain|Territory|Epci|Site|Programme)
SET n:Staged
"""


async def stage(tx: AsyncManagedTransaction, reference: Reference) -> None:
    """Where there is none: as `save`, but hidden."""
    await save(tx, reference)
    await done(tx, HIDE, {})


async def _save_lists(tx: AsyncManagedTransaction, reference: Reference) -> None:
    headings = [(place, h.code, h.label) for place, h in enumerate(reference.headings.values())]
    await done(tx, SAVE_HEADINGS, columns(("position", "code", "label"), headings))
    needs = [
        (place, n.code, n.label, n.local_extension, n.sensitivity, *(n.asked_ages or (None, None)))
        for place, n in enumerate(reference.needs.values())
    ]
    names = ("position", "code", "label", "local_extension", "sensitivity", "asked_age_min", "asked_age_max")
    await done(tx, SAVE_NEEDS, columns(names, needs))
    codes = sorted({thematique for n in reference.needs.values() for thematique in n.thematiques})
    await done(tx, SAVE_THEMATIQUES, {"codes": codes})
    await join(tx, JOIN_HEADINGS, ("code", "heading"), [(n.code, n.heading) for n in reference.needs.values()])
    maps = [(n.code, rank, t) for n in reference.needs.values() for rank, t in enumerate(n.thematiques)]
    await join(tx, JOIN_THEMATIQUES, ("code", "rank", "thematique"), maps)
    situations = [
        (place, s.code, s.label, s.public, s.sensitivity) for place, s in enumerate(reference.situations.values())
    ]
    await done(tx, SAVE_SITUATIONS, columns(("position", "code", "label", "public", "sensitivity"), situations))
    sectors = [(place, s.code, s.label) for place, s in enumerate(reference.sectors.values())]
    await done(tx, SAVE_SECTORS, columns(("position", "code", "label"), sectors))
    domains = [(place, d.code, d.label, d.list_heading) for place, d in enumerate(reference.domains.values())]
    await done(tx, SAVE_DOMAINS, columns(("position", "code", "label", "list_heading"), domains))
    programmes = [(place, p.code, p.label, p.reinforced) for place, p in enumerate(reference.programmes.values())]
    await done(tx, SAVE_PROGRAMMES, columns(("position", "code", "label", "reinforced"), programmes))


def _territories(reference: Reference) -> Mapping[TerritoryCode, Place]:
    """None in a store that was never given a reference, so that no service can cover France there."""
    return reference.territories() if reference.needs else {}


async def _save_territories(
    tx: AsyncManagedTransaction, reference: Reference, territories: Mapping[TerritoryCode, Place]
) -> None:
    tree = [(code, name, level) for code, (name, level, _) in territories.items()]
    await done(tx, SAVE_TERRITORIES, columns(("code", "name", "level"), tree))
    departements = [(place, code) for place, code in enumerate(reference.departements)]
    await done(tx, SAVE_DEPARTEMENTS, columns(("position", "code"), departements))
    epcis = [(place, e.siren, e.name, e.seat) for place, e in enumerate(reference.epcis.values())]
    await done(tx, SAVE_EPCIS, columns(("position", "code", "name", "seat"), epcis))
    communes = [
        (
            *(place, c.insee, c.epci, c.epci_name, c.departement, c.population, list(c.postcodes)),
            *(c.latitude, c.longitude, c.served, c.island, c.bank),
        )
        for place, c in enumerate(reference.communes.values())
    ]
    names = ("position", "code", "epci", "epci_name", "departement", "population", "postcodes")
    await done(tx, SAVE_COMMUNES, columns((*names, "latitude", "longitude", "served", "island", "bank"), communes))
    within = [(code, around) for code, (_, _, around) in territories.items() if around is not None]
    await join(tx, JOIN_TERRITORIES, ("code", "within"), within)
    sites = [(place, s.code, s.name, s.commune, s.kind) for place, s in enumerate(reference.sites.values())]
    await done(tx, SAVE_SITES, columns(("position", "code", "name", "commune", "kind"), sites))


CODES: LiteralString = """
RETURN [
  COLLECT { MATCH (n:Domain) WHERE NOT n:Staged RETURN n.code },
  COLLECT { MATCH (n:Need) WHERE NOT n:Staged RETURN n.code },
  COLLECT { MATCH (n:Situation) WHERE NOT n:Staged RETURN n.code },
  COLLECT { MATCH (n:Sector) WHERE NOT n:Staged RETURN n.code },
  COLLECT { MATCH (n:Territory) WHERE NOT n:Staged RETURN n.code }
]
"""


async def codes(tx: AsyncManagedTransaction) -> Codes:
    """Those that a change may use."""
    domains, needs, situations, sectors, territories = await rows(tx, CODES, {})
    return Codes(
        domains=frozenset(domains),
        needs=frozenset(needs),
        situations=frozenset(situations),
        sectors=frozenset(sectors),
        territories=frozenset(territories),
    )
