# ruff: noqa: S608  (constants joined to constants; every value is a parameter)
"""Mentions in rows, with what each has become."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable

from graph.model import DomainCode, Mention, MentionId, Outcome, PartnerId, Resolved
from graph.names import folded
from graph.records import mention_record
from graph.sql.rows import Row, listed, rows, scalar, unpacked
from graph.store import Page

MENTION = """
SELECT m.id, m.source, m.line, m.position, m.raw, m.domain, m.subcategory, m.within, m.commune, m.acronym,
    m.college, m.seats, m.deputies, m.outcome, m.partner, m.unit_of, m.evidence,
    (SELECT json_group_array(json_array(c.position, c.partner)) FROM mention_candidate c WHERE c.mention = m.id)
FROM mention m
"""

_OUTCOMES = {outcome.value: outcome for outcome in Outcome}


def _resolved(row: Row) -> Resolved:
    (id, source, line, position, raw, domain, subcategory, within, commune, acronym) = row[:10]
    (college, seats, deputies, outcome, partner, unit_of, evidence, candidates) = row[10:]
    return Resolved(
        mention=Mention(
            id=MentionId(id),
            source=source,
            line=line,
            position=position,
            raw=raw,
            domain=None if domain is None else DomainCode(domain),
            subcategory=subcategory,
            within=within,
            commune=commune,
            acronym=acronym,
            college=college,
            seats=seats,
            deputies=deputies,
        ),
        outcome=_OUTCOMES[outcome],
        partner=None if partner is None else PartnerId(partner),
        unit_of=None if unit_of is None else PartnerId(unit_of),
        evidence=evidence,
        candidates=tuple(PartnerId(partner) for _, partner in sorted(unpacked(candidates))),
    )


ALL = MENTION + "ORDER BY m.source, m.line, m.position, m.id"


def every(connection: sqlite3.Connection) -> list[Resolved]:
    return [_resolved(row) for row in rows(connection, ALL)]


BY_ID = MENTION + "WHERE m.id IN (SELECT value FROM json_each(:ids)) ORDER BY m.id"


def by_id(connection: sqlite3.Connection, ids: Iterable[MentionId]) -> dict[MentionId, Resolved]:
    found = map(_resolved, rows(connection, BY_ID, {"ids": listed(ids)}))
    return {resolved.mention.id: resolved for resolved in found}


OF_PARTNERS = (
    MENTION
    + """
WHERE m.partner IN (SELECT value FROM json_each(:ids)) ORDER BY m.source, m.line, m.position, m.id
"""
)


def of_partners(connection: sqlite3.Connection, ids: Iterable[PartnerId]) -> dict[PartnerId, tuple[Resolved, ...]]:
    wanted = list(ids)
    found: defaultdict[PartnerId, list[Resolved]] = defaultdict(list)
    for resolved in map(_resolved, rows(connection, OF_PARTNERS, {"ids": listed(wanted)})):
        if resolved.partner is not None:
            found[resolved.partner].append(resolved)
    return {id: tuple(found.get(id, ())) for id in wanted}


NAMING = (
    MENTION
    + """
WHERE m.partner IN (SELECT value FROM json_each(:ids)) OR m.unit_of IN (SELECT value FROM json_each(:ids))
OR m.id IN (SELECT mention FROM mention_candidate WHERE partner IN (SELECT value FROM json_each(:ids)))
ORDER BY m.id
"""
)


def naming(connection: sqlite3.Connection, ids: Iterable[PartnerId]) -> list[Resolved]:
    """Mentions that name any of these partners, as their own, as a parent or as a candidate; by id."""
    return [_resolved(row) for row in rows(connection, NAMING, {"ids": listed(ids)})]


WAITING = MENTION + "WHERE m.outcome = 'ambiguous' AND m.id > :after ORDER BY m.id LIMIT :first"
TOTAL_WAITING = "SELECT count(*) FROM mention WHERE outcome = 'ambiguous'"


def waiting(connection: sqlite3.Connection, first: int, after: str | None) -> Page[Resolved]:
    found = [_resolved(row) for row in rows(connection, WAITING, {"after": after or "", "first": first + 1})]
    return Page(tuple(found[:first]), len(found) > first, scalar(connection, TOTAL_WAITING))


SAVE = """
INSERT INTO mention (id, source, line, position, raw, folded, domain, subcategory, within, commune, acronym, college,
    seats, deputies, outcome, partner, unit_of, evidence)
VALUES (:id, :source, :line, :position, :raw, :folded, :domain, :subcategory, :within, :commune, :acronym, :college,
    :seats, :deputies, :outcome, :partner, :unit_of, :evidence)
ON CONFLICT (id) DO UPDATE SET source = excluded.source, line = excluded.line, position = excluded.position,
    raw = excluded.raw, folded = excluded.folded, domain = excluded.domain, subcategory = excluded.subcategory,
    within = excluded.within, commune = excluded.commune, acronym = excluded.acronym, college = excluded.college,
    seats = excluded.seats, deputies = excluded.deputies, outcome = excluded.outcome, partner = excluded.partner,
    unit_of = excluded.unit_of, evidence = excluded.evidence
"""
FORGET_CANDIDATES = "DELETE FROM mention_candidate WHERE mention = ?"
SAVE_CANDIDATE = "INSERT INTO mention_candidate (mention, position, partner) VALUES (?, ?, ?)"


def save(connection: sqlite3.Connection, resolved: Iterable[Resolved], replaced: Iterable[MentionId]) -> None:
    """*replaced*: those of *resolved* that are stored already."""
    written = list(resolved)
    connection.executemany(FORGET_CANDIDATES, [(id,) for id in replaced])
    connection.executemany(SAVE, ({**mention_record(r), "folded": folded(r.mention.raw)} for r in written))
    candidates = [(r.mention.id, position, partner) for r in written for position, partner in enumerate(r.candidates)]
    connection.executemany(SAVE_CANDIDATE, candidates)


REMOVE = "DELETE FROM mention WHERE id = ?"


def remove(connection: sqlite3.Connection, ids: Iterable[MentionId]) -> int:
    """How many were there."""
    return connection.executemany(REMOVE, [(id,) for id in ids]).rowcount if ids else 0
