"""The follow-up counted by Neo4j. A statement is put together from the literals below; every value is a parameter."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, LiteralString

from neo4j import AsyncManagedTransaction

from graph.cypher.run import rows
from graph.referral import NeedResult, RefusalReason, SaidBy
from graph.tallies import By, Count, Outcomes, Refused, Scope, Tally, Waited

_OF_REFERRAL: Mapping[By, LiteralString] = {
    By.PARTNER: "r.other",
    By.SERVICE: "coalesce(r.service, '')",
    By.SITE: "r.site",
    By.EPCI: "r.epci",
    By.AGE_BAND: "r.age_band",
    By.QPV: "CASE WHEN r.qpv THEN '1' ELSE '0' END",
    By.ISLAND: "CASE WHEN r.island THEN '1' ELSE '0' END",
    By.PROGRAMME: "r.programme",
    By.DIRECTION: "r.direction",
    By.MODE: "r.mode",
    By.MONTH: "r.month",
    By.NEED: "need",
    By.SITUATION: "situation",
}
_OF_YOUNG: Mapping[By, LiteralString] = {
    By.SITE: "i.site",
    By.EPCI: "i.epci",
    By.AGE_BAND: "i.age_band",
    By.QPV: "CASE WHEN 'qpv' IN i.situations THEN '1' ELSE '0' END",
    By.ISLAND: "CASE WHEN i.island THEN '1' ELSE '0' END",
    By.PROGRAMME: "i.programme",
    By.COMMUNE: "i.commune",
    By.NEED: "need",
    By.SITUATION: "situation",
}
"""Intakes and unmet needs; their months are those of other days."""
_INTAKE: Mapping[By, LiteralString] = {**_OF_YOUNG, By.MONTH: "substring(i.received_on, 0, 7)"}
_UNMET: Mapping[By, LiteralString] = {**_OF_YOUNG, By.MONTH: "substring(i.noticed_on, 0, 7)", By.NEED: "i.need"}

_REFERRALS: LiteralString = """
MATCH (r:Referral)
WHERE r.counted_on >= $first AND r.counted_on <= $last
"""
_INTAKES: LiteralString = """
MATCH (i:Intake)
WHERE i.received_on >= $first AND i.received_on <= $last
"""
_UNMETS: LiteralString = """
MATCH (i:Unmet)
WHERE i.noticed_on >= $first AND i.noticed_on <= $last
"""
_EACH_NEED: LiteralString = "UNWIND [each IN r.needs WHERE $need IS NULL OR each = $need] AS need\n"
_EACH_NEED_EXPRESSED: LiteralString = "UNWIND [each IN i.needs WHERE $need IS NULL OR each = $need] AS need\n"
_EACH_SITUATION: LiteralString = "UNWIND r.situations AS situation\n"
_EACH_SITUATION_OF_YOUNG: LiteralString = "UNWIND i.situations AS situation\n"


def _referrals(scope: Scope) -> LiteralString:
    """Those of *scope*."""
    found = _REFERRALS
    if scope.partners is not None:
        found += "AND r.other IN $partners\n"
    if scope.need is not None:
        found += "AND $need IN r.needs\n"
    if scope.epci is not None:
        found += "AND r.epci = $epci\n"
    if scope.site is not None:
        found += "AND r.site = $site\n"
    if scope.age_band is not None:
        found += "AND r.age_band = $age_band\n"
    if scope.direction is not None:
        found += "AND r.direction = $direction\n"
    if scope.mode is not None:
        found += "AND r.mode = $mode\n"
    return found


def _young(scope: Scope) -> LiteralString:
    """What restricts intakes, and unmet needs, besides the need and the days."""
    found: LiteralString = ""
    if scope.epci is not None:
        found += "AND i.epci = $epci\n"
    if scope.site is not None:
        found += "AND i.site = $site\n"
    if scope.age_band is not None:
        found += "AND i.age_band = $age_band\n"
    return found


def _unwound(by: Sequence[By]) -> LiteralString:
    found: LiteralString = ""
    if By.NEED in by:
        found += _EACH_NEED
    if By.SITUATION in by:
        found += _EACH_SITUATION
    return found


def _key(by: Sequence[By], spelled: Mapping[By, LiteralString]) -> LiteralString:
    parts: list[LiteralString] = [spelled[each] for each in by]
    return "[" + ", ".join(parts) + "]"


_SERVED: LiteralString = "r.covered"
_SERVED_OF: LiteralString = """any(k IN range(0, size(coalesce(r.outcome_needs, [])) - 1)
  WHERE r.outcome_results[k] = 'besoin_couvert' AND r.outcome_needs[k] IN ['', asked])"""
_TALLY: LiteralString = """
RETURN key, count(*) AS sent, sum(CASE r.mode WHEN 'declaree' THEN 1 ELSE 0 END) AS declared,
  count(r.answered_on) AS answered, sum(CASE WHEN r.accepted THEN 1 ELSE 0 END) AS accepted,
  sum(CASE WHEN r.refused THEN 1 ELSE 0 END) AS refused, sum(CASE WHEN r.unanswered THEN 1 ELSE 0 END) AS unanswered,
  sum(CASE WHEN r.met THEN 1 ELSE 0 END) AS met, sum(CASE WHEN r.missed THEN 1 ELSE 0 END) AS missed,
  count(r.ended_on) AS ended, sum(CASE WHEN served THEN 1 ELSE 0 END) AS served
}
RETURN collect([key, sent, declared, answered, accepted, refused, unanswered, met, missed, ended, served])
"""


async def tally(tx: AsyncManagedTransaction, scope: Scope, by: Sequence[By]) -> list[Tally]:
    statement: LiteralString = "CALL () {" + _referrals(scope) + _unwound(by)
    if By.NEED in by:
        statement += "WITH *, need AS asked\n"
    elif scope.need is not None:
        statement += "WITH *, $need AS asked\n"
    served: LiteralString = _SERVED_OF if By.NEED in by or scope.need is not None else _SERVED
    statement += "WITH r, " + _key(by, _OF_REFERRAL) + " AS key, " + served + " AS served\n" + _TALLY
    found = sorted(await rows(tx, statement, scope.spelled()))
    return [Tally(tuple(key), *counts) for key, *counts in found]


_PEOPLE: LiteralString = """ AS key, count(DISTINCT r.intake) AS n
}
RETURN collect([key, n])
"""


async def sent(tx: AsyncManagedTransaction, scope: Scope, by: Sequence[By]) -> list[Count]:
    statement: LiteralString = "CALL () {" + _referrals(scope) + _unwound(by) + "RETURN " + _key(by, _OF_REFERRAL)
    return await _counted(tx, statement + _COUNT, scope.spelled())


async def people(tx: AsyncManagedTransaction, scope: Scope, by: Sequence[By]) -> list[Count]:
    statement: LiteralString = "CALL () {" + _referrals(scope) + _unwound(by) + "RETURN " + _key(by, _OF_REFERRAL)
    return await _counted(tx, statement + _PEOPLE, scope.spelled())


_KNOWN: LiteralString = """
WITH DISTINCT r.intake AS intake, r.other AS other ORDER BY intake, other
WITH intake, collect(other) AS known
RETURN known, count(*) AS n
}
RETURN collect([known, n])
"""


async def known(tx: AsyncManagedTransaction, scope: Scope) -> list[tuple[list[str], int]]:
    """The partners that young people of *scope* were referred to, and how many were to exactly these."""
    statement: LiteralString = "CALL () {" + _referrals(scope) + _KNOWN
    return [(partners, n) for partners, n in await rows(tx, statement, scope.spelled())]


_WAITED: LiteralString = """
WITH key, answered,
  CASE WHEN end < sent_on THEN 0 ELSE duration.inDays(date(sent_on), date(end)).days END AS days
RETURN key, days, answered, count(*) AS n
}
RETURN collect([key, days, answered, n])
"""
_ENDS: LiteralString = """ AS key, r.sent_on AS sent_on, coalesce(r.answered_on <= $today, false) AS answered, CASE
  WHEN r.answered_on <= $today THEN r.answered_on WHEN r.silent_on <= $today THEN r.silent_on ELSE $today END AS end
"""


async def waited(tx: AsyncManagedTransaction, scope: Scope, by: Sequence[By], today: date) -> list[Waited]:
    statement: LiteralString = "CALL () {" + _referrals(scope) + "AND r.mode = 'suivie'\n" + _unwound(by)
    statement += "WITH " + _key(by, _OF_REFERRAL) + _ENDS + _WAITED
    found = sorted(await rows(tx, statement, {**scope.spelled(), "today": today.isoformat()}))
    return [Waited(tuple(key), days, answered, n) for key, days, answered, n in found]


_REFUSED: LiteralString = """ AS key, r.refusal AS reason, count(*) AS n
}
RETURN collect([key, reason, n])
"""


async def refusals(tx: AsyncManagedTransaction, scope: Scope, by: Sequence[By]) -> list[Refused]:
    statement: LiteralString = "CALL () {" + _referrals(scope) + "AND r.refused AND r.refusal IS NOT NULL\n"
    statement += _unwound(by) + "RETURN " + _key(by, _OF_REFERRAL) + _REFUSED
    found = sorted(await rows(tx, statement, scope.spelled()))
    return [Refused(tuple(key), RefusalReason(reason), n) for key, reason, n in found]


_EACH_OUTCOME: LiteralString = """
UNWIND range(0, size(r.outcome_needs) - 1) AS k
WITH r, r.outcome_needs[k] AS need, r.outcome_results[k] AS result, r.outcome_said_by[k] AS said_by
WHERE $need IS NULL OR need IN [$need, '']
"""
_OUTCOMES: LiteralString = """ AS key, result, said_by, count(*) AS n
}
RETURN collect([key, result, said_by, n])
"""


async def outcomes(tx: AsyncManagedTransaction, scope: Scope, by: Sequence[By]) -> list[Outcomes]:
    statement: LiteralString = "CALL () {" + _referrals(scope) + "AND r.outcome_needs IS NOT NULL\n" + _EACH_OUTCOME
    if By.SITUATION in by:
        statement += _EACH_SITUATION
    statement += "RETURN " + _key(by, _OF_REFERRAL) + _OUTCOMES
    found = sorted(await rows(tx, statement, scope.spelled()))
    return [Outcomes(tuple(key), NeedResult(result), SaidBy(said_by), n) for key, result, said_by, n in found]


_COUNT: LiteralString = """ AS key, count(*) AS n
}
RETURN collect([key, n])
"""


async def _counted(tx: AsyncManagedTransaction, statement: LiteralString, parameters: dict[str, Any]) -> list[Count]:
    return [Count(tuple(key), n) for key, n in sorted(await rows(tx, statement, parameters))]


async def young(tx: AsyncManagedTransaction, scope: Scope, by: Sequence[By]) -> list[Count]:
    statement: LiteralString = "CALL () {" + _INTAKES + _young(scope)
    if scope.need is not None:
        statement += "AND $need IN i.needs\n"
    if By.NEED in by:
        statement += _EACH_NEED_EXPRESSED
    if By.SITUATION in by:
        statement += _EACH_SITUATION_OF_YOUNG
    return await _counted(tx, statement + "RETURN " + _key(by, _INTAKE) + _COUNT, scope.spelled())


async def unmet(tx: AsyncManagedTransaction, scope: Scope, by: Sequence[By]) -> list[Count]:
    statement: LiteralString = "CALL () {" + _UNMETS + _young(scope)
    if scope.need is not None:
        statement += "AND i.need = $need\n"
    if By.SITUATION in by:
        statement += _EACH_SITUATION_OF_YOUNG
    return await _counted(tx, statement + "RETURN " + _key(by, _UNMET) + _COUNT, scope.spelled())


_PAIRS: LiteralString = """
UNWIND range(0, size(i.needs) - 2) AS k
UNWIND i.needs[k + 1..] AS other
RETURN [i.needs[k], other]"""


async def needs_together(tx: AsyncManagedTransaction, scope: Scope) -> list[Count]:
    """The needs of a node are sorted."""
    statement: LiteralString = "CALL () {" + _INTAKES + _young(scope)
    if scope.need is not None:
        statement += "AND $need IN i.needs\n"
    return await _counted(tx, statement + _PAIRS + _COUNT, scope.spelled())


_COSUPPORTS: LiteralString = """
MATCH (c:CoSupport)
WHERE c.opened_on >= $first AND c.opened_on <= $last
MATCH (c)-[:FOR]->(i:Intake)
WHERE true
"""
_SIZES: LiteralString = """
WITH c, CASE WHEN c.closed_on <= $today THEN c.closed_on ELSE $today END AS end
WITH c, CASE WHEN end < c.opened_on THEN 0 ELSE duration.inDays(date(c.opened_on), date(end)).days END AS days
RETURN [toString(c.partners), toString(days), CASE WHEN c.closed_on <= $today THEN '1' ELSE '0' END]"""


async def cosupport_sizes(tx: AsyncManagedTransaction, scope: Scope, today: date) -> list[Count]:
    statement: LiteralString = "CALL () {" + _COSUPPORTS + _young(scope)
    if scope.need is not None:
        statement += "AND $need IN i.needs\n"
    return await _counted(tx, statement + _SIZES + _COUNT, {**scope.spelled(), "today": today.isoformat()})
