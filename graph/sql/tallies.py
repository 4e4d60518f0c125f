# ruff: noqa: S608  (literals joined to literals; every value is a parameter)
"""The follow-up counted by SQLite. A statement is put together from the literals below; every value is a parameter."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import LiteralString

from graph.referral import NeedResult, RefusalReason, SaidBy
from graph.sql.rows import listed, rows, unpacked
from graph.tallies import By, Count, Outcomes, Refused, Scope, Tally, Waited

_OF_REFERRAL: Mapping[By, LiteralString] = {
    By.PARTNER: "r.other",
    By.SERVICE: "coalesce(r.service, '')",
    By.SITE: "r.site",
    By.EPCI: "r.epci",
    By.AGE_BAND: "r.age_band",
    By.QPV: "r.qpv",
    By.ISLAND: "r.island",
    By.PROGRAMME: "r.programme",
    By.DIRECTION: "r.direction",
    By.MODE: "r.mode",
    By.MONTH: "r.month",
    By.NEED: "n.need",
    By.SITUATION: "s.situation",
}
_OF_YOUNG: Mapping[By, LiteralString] = {
    By.SITE: "i.site",
    By.EPCI: "i.epci",
    By.AGE_BAND: "i.age_band",
    By.QPV: "i.qpv",
    By.ISLAND: "i.island",
    By.PROGRAMME: "i.programme",
    By.COMMUNE: "i.commune",
    By.NEED: "n.need",
    By.SITUATION: "s.situation",
}
"""Intakes and unmet needs; their months are those of other days."""
_INTAKE: Mapping[By, LiteralString] = {**_OF_YOUNG, By.MONTH: "substr(i.received_on, 1, 7)"}
_UNMET: Mapping[By, LiteralString] = {**_OF_YOUNG, By.MONTH: "substr(n.noticed_on, 1, 7)"}

_NEED: LiteralString = " JOIN referral_need n ON n.referral = r.id"
_SITUATION: LiteralString = " JOIN intake_situation s ON s.intake = r.intake"
_EXPRESSED: LiteralString = " JOIN intake_need n ON n.intake = i.id"
_SITUATION_OF_YOUNG: LiteralString = " JOIN intake_situation s ON s.intake = i.id"


def _referrals(scope: Scope) -> LiteralString:
    """What restricts referrals to *scope*, the need aside."""
    found: LiteralString = " WHERE r.counted_on BETWEEN :first AND :last"
    if scope.partners is not None:
        found += " AND r.other IN (SELECT value FROM json_each(:partners))"
    if scope.epci is not None:
        found += " AND r.epci = :epci"
    if scope.site is not None:
        found += " AND r.site = :site"
    if scope.age_band is not None:
        found += " AND r.age_band = :age_band"
    if scope.direction is not None:
        found += " AND r.direction = :direction"
    if scope.mode is not None:
        found += " AND r.mode = :mode"
    return found


_ABOUT: LiteralString = " AND EXISTS (SELECT 1 FROM referral_need a WHERE a.referral = r.id AND a.need = :need)"
_EXPRESSING: LiteralString = " AND EXISTS (SELECT 1 FROM intake_need a WHERE a.intake = i.id AND a.need = :need)"


def _young(scope: Scope) -> LiteralString:
    """What restricts intakes besides the need and the days."""
    found: LiteralString = ""
    if scope.epci is not None:
        found += " AND i.epci = :epci"
    if scope.site is not None:
        found += " AND i.site = :site"
    if scope.age_band is not None:
        found += " AND i.age_band = :age_band"
    return found


def _parameters(scope: Scope, **others: object) -> dict[str, object]:
    return {**scope.spelled(), "partners": None if scope.partners is None else listed(scope.partners), **others}


def _columns(by: Sequence[By], spelled: Mapping[By, LiteralString]) -> tuple[LiteralString, LiteralString]:
    """What is selected before the counts, and what is grouped by."""
    parts: list[LiteralString] = [spelled[each] for each in by]
    selected: LiteralString = ""
    for part in parts:
        selected += part + ", "
    return selected, ", ".join(parts)


def _grouped(*groups: LiteralString) -> LiteralString:
    given: list[LiteralString] = [group for group in groups if group]
    return " GROUP BY " + ", ".join(given) if given else " HAVING count(*) > 0"


def _joined(by: Sequence[By], scope: Scope) -> tuple[LiteralString, LiteralString]:
    """Joins for the needs and situations of a referral, and what restricts it to the need of *scope*."""
    joins: LiteralString = ""
    where: LiteralString = ""
    if By.NEED in by:
        joins += _NEED
        where += " AND n.need = :need" if scope.need is not None else ""
    elif scope.need is not None:
        where += _ABOUT
    if By.SITUATION in by:
        joins += _SITUATION
    return joins, where


def _key(row: Sequence[object], size: int) -> tuple[str, ...]:
    return tuple(str(part) for part in row[:size])


_COUNTS: LiteralString = """count(*), sum(r.mode = 'declaree'), count(r.answered_on), sum(r.accepted), sum(r.refused),
    sum(r.unanswered), sum(r.met), sum(r.missed), count(r.ended_on), """
_SERVED: LiteralString = "sum(r.covered)"
_SERVED_EACH: LiteralString = "sum(n.covered)"
_SERVED_ONE: LiteralString = """sum((SELECT a.covered FROM referral_need a
    WHERE a.referral = r.id AND a.need = :need))"""


def tally(connection: sqlite3.Connection, scope: Scope, by: Sequence[By]) -> list[Tally]:
    selected, group = _columns(by, _OF_REFERRAL)
    joins, where = _joined(by, scope)
    served = _SERVED_EACH if By.NEED in by else _SERVED_ONE if scope.need is not None else _SERVED
    statement: LiteralString = "SELECT " + selected + _COUNTS + served + " FROM referral r" + joins
    statement += _referrals(scope) + where + _grouped(group)
    found = rows(connection, statement, _parameters(scope))
    size = len(by)
    return sorted((Tally(_key(row, size), *row[size:]) for row in found), key=lambda t: t.key)


def sent(connection: sqlite3.Connection, scope: Scope, by: Sequence[By]) -> list[Count]:
    return _number("count(*)", connection, scope, by)


def people(connection: sqlite3.Connection, scope: Scope, by: Sequence[By]) -> list[Count]:
    return _number("count(DISTINCT r.intake)", connection, scope, by)


def _number(counted: LiteralString, connection: sqlite3.Connection, scope: Scope, by: Sequence[By]) -> list[Count]:
    selected, group = _columns(by, _OF_REFERRAL)
    joins, where = _joined(by, scope)
    statement: LiteralString = "SELECT " + selected + counted + " FROM referral r" + joins + _referrals(scope) + where
    return _counted(connection, statement + _grouped(group), len(by), _parameters(scope))


_KNOWN: LiteralString = """
SELECT known, count(*) FROM (SELECT json_group_array(other) AS known
    FROM (SELECT DISTINCT r.intake, r.other FROM referral r"""
_BY_INTAKE: LiteralString = """ ORDER BY r.intake, r.other) GROUP BY intake) GROUP BY known"""


def known(connection: sqlite3.Connection, scope: Scope) -> list[tuple[list[str], int]]:
    """The partners that young people of *scope* were referred to, and how many were to exactly these."""
    _, where = _joined((), scope)
    statement: LiteralString = _KNOWN + _referrals(scope) + where + _BY_INTAKE
    return [(unpacked(partners), n) for partners, n in rows(connection, statement, _parameters(scope))]


_DAYS: LiteralString = """max(0, CAST(julianday(CASE WHEN r.answered_on <= :today THEN r.answered_on
    WHEN r.silent_on <= :today THEN r.silent_on ELSE :today END) - julianday(r.sent_on) AS INTEGER))"""
_ANSWERED: LiteralString = "coalesce(r.answered_on <= :today, 0)"


def waited(connection: sqlite3.Connection, scope: Scope, by: Sequence[By], today: date) -> list[Waited]:
    selected, group = _columns(by, _OF_REFERRAL)
    joins, where = _joined(by, scope)
    statement: LiteralString = (
        "SELECT " + selected + _DAYS + " AS days, " + _ANSWERED + " AS answered, count(*) FROM referral r" + joins
    )
    statement += _referrals(scope) + where + " AND r.mode = 'suivie'" + _grouped(group, "days", "answered")
    found = rows(connection, statement, _parameters(scope, today=today.isoformat()))
    size = len(by)
    made = [Waited(_key(row, size), row[size], bool(row[size + 1]), row[size + 2]) for row in found]
    return sorted(made, key=lambda w: (w.key, w.days, w.answered))


def refusals(connection: sqlite3.Connection, scope: Scope, by: Sequence[By]) -> list[Refused]:
    selected, group = _columns(by, _OF_REFERRAL)
    joins, where = _joined(by, scope)
    statement: LiteralString = "SELECT " + selected + "r.refusal, count(*) FROM referral r" + joins
    statement += _referrals(scope) + where + " AND r.refused AND r.refusal IS NOT NULL" + _grouped(group, "r.refusal")
    found = rows(connection, statement, _parameters(scope))
    size = len(by)
    made = [Refused(_key(row, size), RefusalReason(row[size]), row[size + 1]) for row in found]
    return sorted(made, key=lambda r: (r.key, r.reason))


def outcomes(connection: sqlite3.Connection, scope: Scope, by: Sequence[By]) -> list[Outcomes]:
    """Each outcome once; its need, or "" for the service, stands where the need of a referral would."""
    selected, group = _columns(by, _OF_REFERRAL)
    joins: LiteralString = " JOIN referral_outcome n ON n.referral = r.id"
    if By.SITUATION in by:
        joins += _SITUATION
    statement: LiteralString = "SELECT " + selected + "n.result, n.said_by, count(*) FROM referral r" + joins
    statement += _referrals(scope)
    if scope.need is not None:
        statement += _ABOUT + " AND n.need IN (:need, '')"
    found = rows(connection, statement + _grouped(group, "n.result", "n.said_by"), _parameters(scope))
    size = len(by)
    made = [Outcomes(_key(row, size), NeedResult(row[size]), SaidBy(row[size + 1]), row[size + 2]) for row in found]
    return sorted(made, key=lambda o: (o.key, o.result, o.said_by))


def _counted(
    connection: sqlite3.Connection, statement: LiteralString, size: int, parameters: dict[str, object]
) -> list[Count]:
    found = rows(connection, statement, parameters)
    return sorted((Count(_key(row, size), row[size]) for row in found), key=lambda c: c.key)


def young(connection: sqlite3.Connection, scope: Scope, by: Sequence[By]) -> list[Count]:
    selected, group = _columns(by, _INTAKE)
    statement: LiteralString = "SELECT " + selected + "count(*) FROM intake i"
    where: LiteralString = " WHERE i.received_on BETWEEN :first AND :last" + _young(scope)
    if By.NEED in by:
        statement += _EXPRESSED
        where += " AND n.need = :need" if scope.need is not None else ""
    elif scope.need is not None:
        where += _EXPRESSING
    if By.SITUATION in by:
        statement += _SITUATION_OF_YOUNG
    return _counted(connection, statement + where + _grouped(group), len(by), _parameters(scope))


def unmet(connection: sqlite3.Connection, scope: Scope, by: Sequence[By]) -> list[Count]:
    selected, group = _columns(by, _UNMET)
    statement: LiteralString = "SELECT " + selected + "count(*) FROM unmet n JOIN intake i ON i.id = n.intake"
    if By.SITUATION in by:
        statement += _SITUATION_OF_YOUNG
    statement += " WHERE n.noticed_on BETWEEN :first AND :last" + _young(scope)
    if scope.need is not None:
        statement += " AND n.need = :need"
    return _counted(connection, statement + _grouped(group), len(by), _parameters(scope))


_TICKED: LiteralString = """
SELECT needs, count(*) FROM (SELECT group_concat(n.need, ' ') AS needs FROM intake i
    JOIN intake_need n ON n.intake = i.id WHERE i.received_on BETWEEN :first AND :last"""


def needs_together(connection: sqlite3.Connection, scope: Scope) -> list[Count]:
    about: LiteralString = _EXPRESSING if scope.need is not None else ""
    statement: LiteralString = _TICKED + _young(scope) + about + " GROUP BY i.id) GROUP BY needs"
    together: Counter[tuple[str, str]] = Counter()  # of the same needs ticked together there are few
    for needs, n in rows(connection, statement, _parameters(scope)):
        for pair in combinations(sorted(needs.split()), 2):
            together[pair] += n
    return [Count(pair, n) for pair, n in sorted(together.items())]


_SIZES: LiteralString = """
SELECT c.partners, max(0, CAST(julianday(CASE WHEN c.closed_on <= :today THEN c.closed_on ELSE :today END)
    - julianday(c.opened_on) AS INTEGER)) AS days, coalesce(c.closed_on <= :today, 0) AS closed, count(*)
FROM cosupport c JOIN intake i ON i.id = c.intake
WHERE c.opened_on BETWEEN :first AND :last"""


def cosupport_sizes(connection: sqlite3.Connection, scope: Scope, today: date) -> list[Count]:
    about: LiteralString = _EXPRESSING if scope.need is not None else ""
    statement: LiteralString = _SIZES + _young(scope) + about + " GROUP BY c.partners, days, closed"
    return _counted(connection, statement, 3, _parameters(scope, today=today.isoformat()))
