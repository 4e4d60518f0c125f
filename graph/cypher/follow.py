"""How a write of the follow-up begins: what it takes for itself, then what it must know.

It does not take the lock of the directory. In this order: the idempotency key, the intakes, the referrals and the
co-supports that it changes, then, by id, the partners for which edges will be counted again, and the services asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, LiteralString

import orjson
from neo4j import AsyncManagedTransaction

from graph.cosupport import CoSupportId
from graph.cypher.intakes import intake_of
from graph.cypher.referrals import referral_of
from graph.cypher.run import done, rows
from graph.entry import Entry, Followed
from graph.errors import Conflict
from graph.follow_rules import OTHER_CALL, Named, answer, kept, needed
from graph.intake import Intake, IntakeId
from graph.model import IdempotencyKey, PartnerId
from graph.referral import Referral, ReferralId
from graph.tallies import Held

_OURS = "suivi "
"""Before the digests of a key and of its call: no other write uses it."""


def bound(key: IdempotencyKey, call: str) -> tuple[str, str]:
    """The key and the digest as they stand in the ledger."""
    held, asked = kept(key, call)
    return _OURS + held, _OURS + asked


def answered(digest: str, text: str, asked: str) -> Followed:
    """Raises Conflict when the key was used by another call than the one whose digest is *asked*."""
    if digest != asked:
        raise Conflict(OTHER_CALL)
    return Followed(orjson.loads(text), again=True)


CLAIM: LiteralString = """
MERGE (k:IdempotencyKey {key: $key})
ON CREATE SET k.digest = $digest, k.answer = $answer
WITH k
CALL () { UNWIND $intakes AS id MATCH (i:Intake {id: id}) SET i.locked = true }
CALL () {
  UNWIND $referrals AS id
  MATCH (r:Referral {id: id})
  SET r.locked = true
  RETURN collect(r.other) + collect(r.rerouted_from) AS moved
}
CALL () { UNWIND $followed AS id MATCH (r:Referral {id: id}) RETURN collect(r.partner) AS followed }
CALL () {
  UNWIND $cosupports AS id
  MATCH (c:CoSupport {id: id})
  SET c.locked = true
  WITH c
  MATCH (p:Partner)-[:SUPPORTS]->(c)
  RETURN collect(p.id) AS members
}
WITH k, moved + followed + members + $partners AS partners
CALL (partners) {
  UNWIND partners AS id
  WITH DISTINCT id ORDER BY id
  MATCH (p:Partner {id: id})
  SET p.locked = true
}
CALL () { UNWIND $services AS id MATCH (s:Service {id: id}) SET s.locked = true }
RETURN [k.digest, k.answer]
"""


async def claim(tx: AsyncManagedTransaction, entry: Entry, key: IdempotencyKey, call: str) -> Followed | None:
    """The answer that *key* already has; None when this call is the first, and has what it will change for itself."""
    wanted = needed(entry)
    members = {m.partner for c in entry.cosupports for m in c.members}
    agreed = {partner for a in entry.agreements for partner in a.partners}
    held, asked = bound(key, call)
    parameters: dict[str, Any] = {
        "key": held,
        "digest": asked,
        "answer": orjson.dumps(answer(entry)).decode(),
        "intakes": sorted(wanted.intakes),
        "referrals": sorted({event.referral for event in entry.events} - {r.id for r in entry.referrals}),
        "followed": sorted({r.follows for r in entry.referrals if r.follows is not None}),
        "cosupports": sorted(wanted.cosupports),
        "partners": sorted({r.other for r in entry.referrals} | _followed_here(entry) | members | agreed),
        "services": sorted(wanted.services),
    }
    result = await tx.run(CLAIM, parameters)
    record = await result.single(strict=True)
    summary = await result.consume()
    if summary.counters.nodes_created:
        return None
    digest, text = record[0]
    return answered(digest, text, asked)


def _followed_here(entry: Entry) -> set[PartnerId]:
    """Partners first asked by referrals that others of the same entry follow."""
    brought = {referral.id: referral for referral in entry.referrals}
    followed = (brought.get(r.follows) for r in entry.referrals if r.follows is not None)
    return {before.partner for before in followed if before is not None}


KNOWN: LiteralString = """
RETURN [
  COLLECT { UNWIND $intakes AS id MATCH (n:Intake {id: id}) RETURN properties(n) },
  COLLECT { UNWIND $referrals AS id MATCH (n:Referral {id: id}) RETURN properties(n) },
  COLLECT { UNWIND $cosupports AS id MATCH (n:CoSupport {id: id}) RETURN n.id },
  COLLECT { UNWIND $agreements AS id MATCH (n:Agreement {id: id}) RETURN n.id },
  COLLECT { UNWIND $partners AS id MATCH (n:Partner {id: id}) WHERE NOT n:Staged RETURN n.id },
  COLLECT { UNWIND $services AS id MATCH (n:Service {id: id}) WHERE NOT n:Staged RETURN n.id },
  COLLECT { UNWIND $needs AS code MATCH (n:Need {code: code}) WHERE NOT n:Staged RETURN n.code },
  COLLECT { UNWIND $situations AS code MATCH (n:Situation {code: code}) WHERE NOT n:Staged RETURN n.code },
  COLLECT { UNWIND $sectors AS code MATCH (n:Sector {code: code}) WHERE NOT n:Staged RETURN n.code },
  COLLECT { UNWIND $territories AS code MATCH (n:Territory {code: code}) WHERE NOT n:Staged RETURN n.code },
  COLLECT { UNWIND $programmes AS code MATCH (n:Programme {code: code}) WHERE NOT n:Staged RETURN n.code }
]
"""


@dataclass(frozen=True, slots=True)
class Known:
    intakes: Mapping[IntakeId, Intake]
    referrals: Mapping[ReferralId, Referral]
    existing: Named


async def known(tx: AsyncManagedTransaction, entry: Entry) -> Known:
    """What is stored of all that *entry* brings and names."""
    wanted: dict[str, list[str]] = {each.name: sorted(getattr(needed(entry), each.name)) for each in fields(Named)}
    wanted["intakes"] += [intake.id for intake in entry.intakes]
    wanted["referrals"] += [referral.id for referral in entry.referrals]
    intakes, referrals, *others = await rows(tx, KNOWN, wanted)
    held = {node["id"]: intake_of(node) for node in intakes}
    moving = {node["id"]: referral_of(node) for node in referrals}
    return Known(held, moving, Named(held.keys(), moving.keys(), *map(frozenset, others)))


SORTS: LiteralString = """
RETURN [
  EXISTS { (:Intake {simulated: false}) } OR EXISTS { (:Referral {simulated: false}) }
    OR EXISTS { (:CoSupport {simulated: false}) } OR EXISTS { (:Agreement {simulated: false}) },
  EXISTS { (:Intake {simulated: true}) } OR EXISTS { (:Referral {simulated: true}) }
    OR EXISTS { (:CoSupport {simulated: true}) } OR EXISTS { (:Agreement {simulated: true}) }
]
"""

FIRST: LiteralString = """
MERGE (f:FollowUp {id: 'follow-up'})
SET f.locked = true
"""


async def sorts(tx: AsyncManagedTransaction) -> tuple[bool, bool]:
    """Whether anything real and anything simulated is stored. Who finds neither is alone until its end."""
    real, simulated = await rows(tx, SORTS, {})
    if not real and not simulated:
        await done(tx, FIRST, {})
        real, simulated = await rows(tx, SORTS, {})
    return bool(real), bool(simulated)


HELD: LiteralString = """
RETURN [COUNT { (:Intake {simulated: false}) }, COUNT { (:Intake {simulated: true}) }]
"""


async def held(tx: AsyncManagedTransaction) -> Held:
    return Held(*await rows(tx, HELD, {}))


def cosupport_ids(entry: Entry) -> Iterable[CoSupportId]:
    return [support.id for support in entry.cosupports]
