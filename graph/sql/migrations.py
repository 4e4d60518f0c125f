"""The numbered migrations. One that was released never changes: its checksum is in the store."""

import hashlib
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Numbered:
    version: int
    statements: tuple[str, ...]

    @cached_property
    def checksum(self) -> str:
        return hashlib.sha256(";\n".join(self.statements).encode()).hexdigest()


MIGRATION_TABLE = "CREATE TABLE migration (version INTEGER PRIMARY KEY, checksum TEXT NOT NULL) STRICT"

_FIRST = Numbered(
    1,
    (
        # the reference
        "CREATE TABLE heading (code TEXT PRIMARY KEY, position INTEGER NOT NULL, label TEXT NOT NULL) STRICT",
        """CREATE TABLE need (
            code TEXT PRIMARY KEY,
            position INTEGER NOT NULL,
            heading TEXT NOT NULL REFERENCES heading DEFERRABLE INITIALLY DEFERRED,
            label TEXT NOT NULL,
            thematiques TEXT NOT NULL CHECK (json_valid(thematiques)),
            local_extension INTEGER NOT NULL CHECK (local_extension IN (0, 1)),
            sensitivity TEXT,
            asked_age_min INTEGER,
            asked_age_max INTEGER
        ) STRICT""",
        """CREATE TABLE situation (
            code TEXT PRIMARY KEY,
            position INTEGER NOT NULL,
            label TEXT NOT NULL,
            public TEXT NOT NULL,
            sensitivity TEXT
        ) STRICT""",
        "CREATE TABLE sector (code TEXT PRIMARY KEY, position INTEGER NOT NULL, label TEXT NOT NULL) STRICT",
        """CREATE TABLE domain (
            code TEXT PRIMARY KEY,
            position INTEGER NOT NULL,
            label TEXT NOT NULL,
            list_heading TEXT NOT NULL
        ) STRICT""",
        """CREATE TABLE territory (
            code TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            level TEXT NOT NULL CHECK (level IN ('pays', 'departement', 'epci', 'commune')),
            within TEXT REFERENCES territory DEFERRABLE INITIALLY DEFERRED
        ) STRICT""",
        "CREATE INDEX territory_within ON territory (within)",
        """CREATE TABLE departement (
            code TEXT PRIMARY KEY REFERENCES territory DEFERRABLE INITIALLY DEFERRED,
            position INTEGER NOT NULL,
            name TEXT NOT NULL
        ) STRICT""",
        """CREATE TABLE epci (
            code TEXT PRIMARY KEY,
            position INTEGER NOT NULL,
            name TEXT NOT NULL,
            seat TEXT NOT NULL
        ) STRICT""",
        """CREATE TABLE commune (
            code TEXT PRIMARY KEY REFERENCES territory DEFERRABLE INITIALLY DEFERRED,
            position INTEGER NOT NULL,
            name TEXT NOT NULL,
            epci TEXT NOT NULL,
            epci_name TEXT NOT NULL,
            departement TEXT NOT NULL,
            population INTEGER NOT NULL,
            postcodes TEXT NOT NULL CHECK (json_valid(postcodes)),
            latitude REAL NOT NULL,
            longitude REAL NOT NULL,
            served INTEGER NOT NULL CHECK (served IN (0, 1)),
            island TEXT,
            bank TEXT
        ) STRICT""",
        """CREATE TABLE site (
            code TEXT PRIMARY KEY,
            position INTEGER NOT NULL,
            name TEXT NOT NULL,
            commune TEXT NOT NULL,
            site_kind TEXT NOT NULL
        ) STRICT""",
        """CREATE TABLE programme (
            code TEXT PRIMARY KEY,
            position INTEGER NOT NULL,
            label TEXT NOT NULL,
            reinforced INTEGER NOT NULL CHECK (reinforced IN (0, 1))
        ) STRICT""",
        # the directory
        """CREATE TABLE partner (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            acronym TEXT,
            folded TEXT NOT NULL,
            partner_kind TEXT NOT NULL CHECK (partner_kind IN ('organisation', 'unit', 'group', 'site')),
            network TEXT,
            commune TEXT,
            unit_of TEXT REFERENCES partner DEFERRABLE INITIALLY DEFERRED CHECK (unit_of <> id),
            seats TEXT NOT NULL CHECK (json_valid(seats)),
            standing TEXT NOT NULL
                CHECK (standing IN ('referable', 'funder', 'board', 'professionals', 'unknown')),
            standing_reason TEXT,
            status TEXT NOT NULL CHECK (status IN ('active', 'closed')),
            verified_on TEXT,
            version INTEGER NOT NULL
        ) STRICT""",
        "CREATE INDEX partner_unit_of ON partner (unit_of) WHERE unit_of IS NOT NULL",
        """CREATE TABLE partner_domain (
            partner TEXT NOT NULL REFERENCES partner ON DELETE CASCADE,
            domain TEXT NOT NULL REFERENCES domain DEFERRABLE INITIALLY DEFERRED,
            PRIMARY KEY (partner, domain)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX partner_domain_domain ON partner_domain (domain)",
        """CREATE TABLE service (
            id TEXT PRIMARY KEY,
            partner TEXT NOT NULL REFERENCES partner ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
            name TEXT NOT NULL,
            age_min INTEGER,
            age_max INTEGER CHECK (age_max >= age_min),
            places TEXT NOT NULL CHECK (json_valid(places)),
            welcome TEXT NOT NULL CHECK (welcome IN ('unconditional', 'preferential', 'exclusive')),
            modes TEXT NOT NULL CHECK (json_valid(modes)),
            access TEXT NOT NULL CHECK (json_valid(access)),
            internal INTEGER NOT NULL CHECK (internal IN (0, 1)),
            origin TEXT NOT NULL CHECK (origin IN ('declared', 'imported', 'inferred')),
            source TEXT,
            note TEXT,
            full_until TEXT,
            closed_until TEXT,
            closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
            verified_on TEXT,
            verified_by TEXT,
            edited INTEGER NOT NULL CHECK (edited IN (0, 1)),
            version INTEGER NOT NULL
        ) STRICT""",
        "CREATE INDEX service_partner ON service (partner)",
        """CREATE TABLE service_need (
            service TEXT NOT NULL REFERENCES service ON DELETE CASCADE,
            need TEXT NOT NULL REFERENCES need DEFERRABLE INITIALLY DEFERRED,
            main INTEGER NOT NULL CHECK (main IN (0, 1)),
            PRIMARY KEY (service, need)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX service_need_need ON service_need (need)",
        # "group" counts the groups of required situations from 0; 0 for the others
        """CREATE TABLE service_condition (
            service TEXT NOT NULL REFERENCES service ON DELETE CASCADE,
            condition TEXT NOT NULL CHECK (condition IN ('required', 'preferred', 'excluded')),
            "group" INTEGER NOT NULL,
            situation TEXT NOT NULL REFERENCES situation DEFERRABLE INITIALLY DEFERRED,
            PRIMARY KEY (service, condition, "group", situation)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX service_condition_situation ON service_condition (situation)",
        """CREATE TABLE service_territory (
            service TEXT NOT NULL REFERENCES service ON DELETE CASCADE,
            territory TEXT NOT NULL REFERENCES territory DEFERRABLE INITIALLY DEFERRED,
            PRIMARY KEY (service, territory)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX service_territory_territory ON service_territory (territory)",
        """CREATE TABLE service_sector (
            service TEXT NOT NULL REFERENCES service ON DELETE CASCADE,
            sector TEXT NOT NULL REFERENCES sector DEFERRABLE INITIALLY DEFERRED,
            PRIMARY KEY (service, sector)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX service_sector_sector ON service_sector (sector)",
        # names
        """CREATE TABLE mention (
            id TEXT PRIMARY KEY,
            source TEXT NOT NULL,
            line INTEGER NOT NULL,
            position INTEGER NOT NULL,
            raw TEXT NOT NULL,
            folded TEXT NOT NULL,
            domain TEXT REFERENCES domain DEFERRABLE INITIALLY DEFERRED,
            subcategory TEXT,
            within TEXT,
            commune TEXT,
            acronym TEXT,
            college TEXT,
            seats INTEGER NOT NULL,
            deputies INTEGER NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome IN ('same', 'unit_of', 'new', 'ambiguous', 'not_a_partner')),
            partner TEXT REFERENCES partner DEFERRABLE INITIALLY DEFERRED
                CHECK ((partner IS NULL) = (outcome = 'not_a_partner')),
            unit_of TEXT REFERENCES partner DEFERRABLE INITIALLY DEFERRED,
            evidence TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX mention_partner ON mention (partner)",
        "CREATE INDEX mention_unit_of ON mention (unit_of) WHERE unit_of IS NOT NULL",
        "CREATE INDEX mention_waiting ON mention (id) WHERE outcome = 'ambiguous'",
        "CREATE INDEX mention_domain ON mention (domain) WHERE domain IS NOT NULL",
        """CREATE TABLE mention_candidate (
            mention TEXT NOT NULL REFERENCES mention ON DELETE CASCADE,
            position INTEGER NOT NULL,
            partner TEXT NOT NULL REFERENCES partner DEFERRABLE INITIALLY DEFERRED,
            PRIMARY KEY (mention, position)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX mention_candidate_partner ON mention_candidate (partner)",
        """CREATE TABLE decision (
            id TEXT PRIMARY KEY,
            decision_kind TEXT NOT NULL
                CHECK (decision_kind IN ('merge', 'split', 'unit_of', 'not_a_partner', 'name', 'cut', 'service')),
            names TEXT NOT NULL CHECK (json_valid(names)),
            reason TEXT NOT NULL,
            actor TEXT NOT NULL,
            decided_at TEXT NOT NULL,
            undone_at TEXT,
            undone_by TEXT
        ) STRICT""",
        # writes already done: what each key asked, and the stamp it was answered
        """CREATE TABLE written (
            key TEXT PRIMARY KEY,
            digest TEXT NOT NULL,
            stamp INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""",
        # its one row is made by the program that migrates
        """CREATE TABLE directory (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            stamp INTEGER NOT NULL,
            mark TEXT NOT NULL
        ) STRICT""",
    ),
)

MIGRATIONS = (_FIRST,)
KNOWN = MIGRATIONS[-1].version
