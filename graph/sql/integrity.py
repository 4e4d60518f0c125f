"""What points to nothing. Foreign keys forbid it: only another program, or a damaged file, can make it."""

import sqlite3

from graph.sql.rows import rows

DANGLING = """
SELECT 'partner.unit_of', id FROM partner
    WHERE unit_of IS NOT NULL AND unit_of NOT IN (SELECT id FROM partner)
UNION SELECT 'partner.domains', partner FROM partner_domain
    WHERE domain NOT IN (SELECT code FROM domain) OR partner NOT IN (SELECT id FROM partner)
UNION SELECT 'service.partner', id FROM service WHERE partner NOT IN (SELECT id FROM partner)
UNION SELECT 'service.needs', service FROM service_need
    WHERE need NOT IN (SELECT code FROM need) OR service NOT IN (SELECT id FROM service)
UNION SELECT 'service.needs', id FROM service WHERE id NOT IN (SELECT service FROM service_need)
UNION SELECT 'service.conditions', service FROM service_condition
    WHERE situation NOT IN (SELECT code FROM situation) OR service NOT IN (SELECT id FROM service)
UNION SELECT 'service.territories', service FROM service_territory
    WHERE territory NOT IN (SELECT code FROM territory) OR service NOT IN (SELECT id FROM service)
UNION SELECT 'service.territories', id FROM service WHERE id NOT IN (SELECT service FROM service_territory)
UNION SELECT 'service.sectors', service FROM service_sector
    WHERE sector NOT IN (SELECT code FROM sector) OR service NOT IN (SELECT id FROM service)
UNION SELECT 'mention.partner', id FROM mention
    WHERE partner IS NOT NULL AND partner NOT IN (SELECT id FROM partner)
UNION SELECT 'mention.unit_of', id FROM mention
    WHERE unit_of IS NOT NULL AND unit_of NOT IN (SELECT id FROM partner)
UNION SELECT 'mention.domain', id FROM mention
    WHERE domain IS NOT NULL AND domain NOT IN (SELECT code FROM domain)
UNION SELECT 'mention.candidates', mention FROM mention_candidate
    WHERE partner NOT IN (SELECT id FROM partner) OR mention NOT IN (SELECT id FROM mention)
UNION SELECT 'territory.within', code FROM territory
    WHERE within IS NOT NULL AND within NOT IN (SELECT code FROM territory)
UNION SELECT 'need.heading', code FROM need WHERE heading NOT IN (SELECT code FROM heading)
ORDER BY 1, 2
"""


def dangling(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    return [(rule, id) for rule, id in rows(connection, DANGLING)]


DAMAGE = "PRAGMA quick_check(1)"


def damaged(connection: sqlite3.Connection) -> bool:
    """Whether the file itself no longer holds together."""
    return rows(connection, DAMAGE) != [("ok",)]
