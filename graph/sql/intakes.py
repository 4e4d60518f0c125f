# ruff: noqa: S608  (constants joined to constants; every value is a parameter)
"""Young people under their pseudonyms, and the needs that nobody could cover."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date

from graph.intake import AgeBand, Intake, IntakeId, ProgrammeCode, Unmet
from graph.model import CommuneCode, PartnerId
from graph.reference import QPV
from graph.sql.rows import Row, code_set, listed, rows, scalar

INTAKE = """
SELECT i.id, i.received_on, i.age, i.commune, i.programme, i.site,
    (SELECT json_group_array(n.need) FROM intake_need n WHERE n.intake = i.id),
    (SELECT json_group_array(s.situation) FROM intake_situation s WHERE s.intake = i.id),
    (SELECT json_group_array(e.sector) FROM intake_sector e WHERE e.intake = i.id),
    i.questionnaire, i.simulated
FROM intake i
"""


def _intake(row: Row) -> Intake:
    id, received_on, age, commune, programme, site, needs, situations, sectors, questionnaire, simulated = row
    return Intake(
        id=IntakeId(id),
        received_on=date.fromisoformat(received_on),
        age=age,
        commune=CommuneCode(commune),
        programme=ProgrammeCode(programme),
        site=PartnerId(site),
        needs=code_set(needs),
        situations=code_set(situations),
        sectors=code_set(sectors),
        questionnaire=questionnaire,
        simulated=bool(simulated),
    )


EVERY = INTAKE + "ORDER BY i.id"


def every(connection: sqlite3.Connection) -> dict[IntakeId, Intake]:
    return {intake.id: intake for intake in map(_intake, rows(connection, EVERY))}


BY_ID = INTAKE + "WHERE i.id IN (SELECT value FROM json_each(:ids)) ORDER BY i.id"


def by_id(connection: sqlite3.Connection, ids: Iterable[IntakeId]) -> dict[IntakeId, Intake]:
    return {intake.id: intake for intake in map(_intake, rows(connection, BY_ID, {"ids": listed(ids)}))}


SAVE = """
INSERT INTO intake (id, received_on, age, commune, programme, site, questionnaire, simulated, age_band, qpv, epci,
    island)
SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, epci, island IS NOT NULL FROM commune WHERE code = ?
"""
SAVE_NEED = "INSERT INTO intake_need (intake, need) VALUES (?, ?)"
SAVE_SITUATION = "INSERT INTO intake_situation (intake, situation) VALUES (?, ?)"
SAVE_SECTOR = "INSERT INTO intake_sector (intake, sector) VALUES (?, ?)"


def save(connection: sqlite3.Connection, intakes: Sequence[Intake]) -> None:
    """New ones; their communes are those of the reference."""
    connection.executemany(SAVE, map(_bound, intakes))
    connection.executemany(SAVE_NEED, [(i.id, code) for i in intakes for code in sorted(i.needs)])
    connection.executemany(SAVE_SITUATION, [(i.id, code) for i in intakes for code in sorted(i.situations)])
    connection.executemany(SAVE_SECTOR, [(i.id, code) for i in intakes for code in sorted(i.sectors)])


def _bound(intake: Intake) -> tuple[object, ...]:
    return (
        intake.id,
        intake.received_on.isoformat(),
        intake.age,
        intake.commune,
        intake.programme,
        intake.site,
        intake.questionnaire,
        intake.simulated,
        AgeBand.of(intake.age).value,
        QPV in intake.situations,
        intake.commune,
    )


EVERY_UNMET = "SELECT intake, need, noticed_on FROM unmet ORDER BY intake, need"


def every_unmet(connection: sqlite3.Connection) -> list[Unmet]:
    return [Unmet(intake, need, date.fromisoformat(day)) for intake, need, day in rows(connection, EVERY_UNMET)]


SAVE_UNMET = "INSERT OR IGNORE INTO unmet (intake, need, noticed_on) VALUES (?, ?, ?)"


def save_unmet(connection: sqlite3.Connection, unmet: Iterable[Unmet]) -> None:
    """Noticed twice, the day that was written first stays."""
    connection.executemany(SAVE_UNMET, [(u.intake, u.need, u.noticed_on.isoformat()) for u in unmet])


OLD = """
SELECT i.id FROM intake i
WHERE i.received_on < :day
    AND NOT EXISTS (SELECT 1 FROM referral r WHERE r.intake = i.id AND r.last_at >= :moment)
    AND NOT EXISTS (SELECT 1 FROM cosupport c WHERE c.intake = i.id AND c.last_on >= :day)
ORDER BY i.id
"""


def old(connection: sqlite3.Connection, day: str, moment: str) -> list[IntakeId]:
    """Those whose last contact is earlier than *day*, which begins at *moment*."""
    return [IntakeId(id) for (id,) in rows(connection, OLD, {"day": day, "moment": moment})]


FORGET = "DELETE FROM intake WHERE id IN (SELECT value FROM json_each(:ids))"


def forget(connection: sqlite3.Connection, ids: Iterable[IntakeId]) -> None:
    """With their needs, situations, sectors and unmet needs."""
    connection.execute(FORGET, {"ids": listed(ids)})


HELD = "SELECT count(*) - coalesce(sum(simulated), 0), coalesce(sum(simulated), 0) FROM intake"


def held(connection: sqlite3.Connection) -> tuple[int, int]:
    """Real, and simulated."""
    real, simulated = connection.execute(HELD).fetchone()
    return int(real), int(simulated)


KEYED = "SELECT EXISTS (SELECT 1 FROM intake WHERE id >= 'h-' AND id < 'h.')"


def keyed(connection: sqlite3.Connection) -> bool:
    return bool(scalar(connection, KEYED))


SORTS = """
SELECT max(NOT simulated), max(simulated) FROM (
    SELECT simulated FROM (SELECT simulated FROM intake LIMIT 1)
    UNION ALL SELECT simulated FROM (SELECT simulated FROM agreement LIMIT 1)
)
"""


def sorts(connection: sqlite3.Connection) -> tuple[bool, bool]:
    """Whether anything real is stored, and anything simulated: they never mix, one of each says it."""
    real, simulated = connection.execute(SORTS).fetchone()
    return bool(real), bool(simulated)
