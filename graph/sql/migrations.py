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

_SECOND = Numbered(
    2,
    (
        # young people, under pseudonyms; what territory and age make of them stands beside, for the counts
        """CREATE TABLE intake (
            id TEXT PRIMARY KEY,
            received_on TEXT NOT NULL,
            age INTEGER NOT NULL,
            commune TEXT NOT NULL REFERENCES commune DEFERRABLE INITIALLY DEFERRED,
            programme TEXT NOT NULL REFERENCES programme DEFERRABLE INITIALLY DEFERRED,
            site TEXT NOT NULL REFERENCES partner DEFERRABLE INITIALLY DEFERRED,
            questionnaire INTEGER NOT NULL,
            simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
            epci TEXT NOT NULL,
            age_band TEXT NOT NULL,
            qpv INTEGER NOT NULL CHECK (qpv IN (0, 1)),
            island INTEGER NOT NULL CHECK (island IN (0, 1))
        ) STRICT""",
        "CREATE INDEX intake_received_on ON intake (received_on)",
        "CREATE INDEX intake_site ON intake (site)",
        """CREATE TABLE intake_need (
            intake TEXT NOT NULL REFERENCES intake ON DELETE CASCADE,
            need TEXT NOT NULL REFERENCES need DEFERRABLE INITIALLY DEFERRED,
            PRIMARY KEY (intake, need)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE intake_situation (
            intake TEXT NOT NULL REFERENCES intake ON DELETE CASCADE,
            situation TEXT NOT NULL REFERENCES situation DEFERRABLE INITIALLY DEFERRED,
            PRIMARY KEY (intake, situation)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE intake_sector (
            intake TEXT NOT NULL REFERENCES intake ON DELETE CASCADE,
            sector TEXT NOT NULL REFERENCES sector DEFERRABLE INITIALLY DEFERRED,
            PRIMARY KEY (intake, sector)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE unmet (
            intake TEXT NOT NULL REFERENCES intake ON DELETE CASCADE,
            need TEXT NOT NULL REFERENCES need DEFERRABLE INITIALLY DEFERRED,
            noticed_on TEXT NOT NULL,
            PRIMARY KEY (intake, need)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX unmet_noticed_on ON unmet (noticed_on)",
        # referrals, with what their events made of them
        """CREATE TABLE referral (
            id TEXT PRIMARY KEY,
            intake TEXT NOT NULL REFERENCES intake DEFERRABLE INITIALLY DEFERRED,
            sender TEXT NOT NULL REFERENCES partner DEFERRABLE INITIALLY DEFERRED,
            partner TEXT NOT NULL REFERENCES partner DEFERRABLE INITIALLY DEFERRED,
            service TEXT REFERENCES service DEFERRABLE INITIALLY DEFERRED,
            site TEXT NOT NULL,
            other TEXT NOT NULL,
            mode TEXT NOT NULL,
            direction TEXT NOT NULL,
            epci TEXT NOT NULL,
            age_band TEXT NOT NULL,
            qpv INTEGER NOT NULL CHECK (qpv IN (0, 1)),
            island INTEGER NOT NULL CHECK (island IN (0, 1)),
            programme TEXT NOT NULL,
            follows TEXT REFERENCES referral DEFERRABLE INITIALLY DEFERRED,
            rerouted_from TEXT,
            simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
            state TEXT NOT NULL,
            version INTEGER NOT NULL,
            sent_on TEXT,
            answered_on TEXT,
            silent_on TEXT,
            accepted INTEGER NOT NULL,
            refused INTEGER NOT NULL,
            refusal TEXT,
            unanswered INTEGER NOT NULL,
            met INTEGER NOT NULL,
            missed INTEGER NOT NULL,
            covered INTEGER NOT NULL,
            planned_on TEXT,
            ended_on TEXT,
            outcomes TEXT NOT NULL CHECK (json_valid(outcomes)),
            since TEXT NOT NULL,
            last_at TEXT NOT NULL,
            reminded_at TEXT,
            counted_on TEXT,
            month TEXT
        ) STRICT""",
        "CREATE INDEX referral_intake ON referral (intake)",
        # every count reads it alone, in 10 to 60 % less time than the rows themselves
        """CREATE INDEX referral_counted_on ON referral (
            counted_on, direction, other, month, epci, age_band, qpv, island, site, mode, answered_on, accepted,
            refused, unanswered, met, missed, ended_on, covered, intake, service, programme, refusal, sent_on,
            silent_on, id
        ) WHERE counted_on IS NOT NULL""",
        "CREATE INDEX referral_edge ON referral (sender, partner, month) WHERE month IS NOT NULL",
        "CREATE INDEX referral_rerouted ON referral (rerouted_from, partner, month) WHERE rerouted_from IS NOT NULL",
        "CREATE INDEX referral_follows ON referral (follows) WHERE follows IS NOT NULL",
        "CREATE INDEX referral_state ON referral (state, since, id)",
        "CREATE INDEX referral_partner ON referral (partner)",
        "CREATE INDEX referral_sender ON referral (sender)",
        "CREATE INDEX referral_service ON referral (service) WHERE service IS NOT NULL",
        """CREATE TABLE referral_need (
            referral TEXT NOT NULL REFERENCES referral ON DELETE CASCADE,
            need TEXT NOT NULL REFERENCES need DEFERRABLE INITIALLY DEFERRED,
            covered INTEGER NOT NULL CHECK (covered IN (0, 1)),
            PRIMARY KEY (referral, need)
        ) STRICT, WITHOUT ROWID""",
        # the need "" is the service as a whole
        """CREATE TABLE referral_outcome (
            referral TEXT NOT NULL REFERENCES referral ON DELETE CASCADE,
            need TEXT NOT NULL,
            result TEXT NOT NULL,
            said_by TEXT NOT NULL,
            PRIMARY KEY (referral, need)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE event (
            referral TEXT NOT NULL REFERENCES referral ON DELETE CASCADE,
            number INTEGER NOT NULL,
            at TEXT NOT NULL,
            before TEXT,
            after TEXT NOT NULL,
            actor TEXT NOT NULL,
            event_kind TEXT NOT NULL,
            reason TEXT,
            planned_on TEXT,
            outcomes TEXT NOT NULL CHECK (json_valid(outcomes)),
            PRIMARY KEY (referral, number)
        ) STRICT, WITHOUT ROWID""",
        # co-support; its pairs follow from its members (`CoSupport.together`)
        """CREATE TABLE cosupport (
            id TEXT PRIMARY KEY,
            intake TEXT NOT NULL REFERENCES intake DEFERRABLE INITIALLY DEFERRED,
            opened_on TEXT NOT NULL,
            closed_on TEXT,
            members TEXT NOT NULL CHECK (json_valid(members)),
            meetings TEXT NOT NULL CHECK (json_valid(meetings)),
            partners INTEGER NOT NULL,
            last_on TEXT NOT NULL,
            version INTEGER NOT NULL,
            simulated INTEGER NOT NULL CHECK (simulated IN (0, 1))
        ) STRICT""",
        "CREATE INDEX cosupport_intake ON cosupport (intake)",
        "CREATE INDEX cosupport_opened_on ON cosupport (opened_on)",
        """CREATE TABLE cosupport_member (
            cosupport TEXT NOT NULL REFERENCES cosupport ON DELETE CASCADE,
            position INTEGER NOT NULL,
            partner TEXT NOT NULL REFERENCES partner DEFERRABLE INITIALLY DEFERRED,
            service TEXT REFERENCES service DEFERRABLE INITIALLY DEFERRED,
            PRIMARY KEY (cosupport, position)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX cosupport_member_partner ON cosupport_member (partner)",
        "CREATE INDEX cosupport_member_service ON cosupport_member (service) WHERE service IS NOT NULL",
        """CREATE TABLE cosupport_pair (
            cosupport TEXT NOT NULL REFERENCES cosupport ON DELETE CASCADE,
            a TEXT NOT NULL,
            b TEXT NOT NULL,
            month TEXT NOT NULL,
            intake TEXT NOT NULL,
            PRIMARY KEY (a, b, month, cosupport)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX cosupport_pair_cosupport ON cosupport_pair (cosupport)",
        """CREATE TABLE agreement (
            id TEXT PRIMARY KEY,
            agreement_kind TEXT NOT NULL,
            starts_on TEXT NOT NULL,
            ends_on TEXT CHECK (ends_on >= starts_on),
            renews TEXT REFERENCES agreement DEFERRABLE INITIALLY DEFERRED,
            simulated INTEGER NOT NULL CHECK (simulated IN (0, 1))
        ) STRICT""",
        """CREATE TABLE agreement_partner (
            agreement TEXT NOT NULL REFERENCES agreement ON DELETE CASCADE,
            partner TEXT NOT NULL REFERENCES partner DEFERRABLE INITIALLY DEFERRED,
            PRIMARY KEY (agreement, partner)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX agreement_partner_partner ON agreement_partner (partner)",
        """CREATE TABLE timers (
            service TEXT PRIMARY KEY REFERENCES service DEFERRABLE INITIALLY DEFERRED,
            reminder INTEGER NOT NULL,
            expiry INTEGER NOT NULL,
            study INTEGER NOT NULL
        ) STRICT""",
        # monthly counters; they outlive what they count
        """CREATE TABLE edge (
            edge_kind TEXT NOT NULL CHECK (edge_kind IN ('referred_to', 'rerouted_to', 'co_supports')),
            source TEXT NOT NULL REFERENCES partner DEFERRABLE INITIALLY DEFERRED,
            target TEXT NOT NULL REFERENCES partner DEFERRABLE INITIALLY DEFERRED,
            month TEXT NOT NULL,
            sent INTEGER NOT NULL,
            declared INTEGER NOT NULL,
            answered INTEGER NOT NULL,
            accepted INTEGER NOT NULL,
            refused INTEGER NOT NULL,
            unanswered INTEGER NOT NULL,
            met INTEGER NOT NULL,
            missed INTEGER NOT NULL,
            ended INTEGER NOT NULL,
            covered INTEGER NOT NULL,
            PRIMARY KEY (edge_kind, source, target, month)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX edge_target ON edge (target)",
        "CREATE INDEX edge_source ON edge (source)",
        "CREATE TABLE closed_month (one INTEGER PRIMARY KEY CHECK (one = 1), month TEXT NOT NULL) STRICT",
        # what each key asked of the follow-up, and what it was answered
        """CREATE TABLE followed (
            key TEXT PRIMARY KEY,
            call TEXT NOT NULL,
            answer TEXT NOT NULL CHECK (json_valid(answer))
        ) STRICT, WITHOUT ROWID""",
    ),
)

_THIRD = Numbered(
    3,
    (
        # frozen: a year that is published again is another version
        """CREATE TABLE publication (
            year INTEGER NOT NULL,
            version INTEGER NOT NULL CHECK (version > 0),
            content TEXT NOT NULL CHECK (json_valid(content)),
            PRIMARY KEY (year, version)
        ) STRICT, WITHOUT ROWID""",
    ),
)

MIGRATIONS = (_FIRST, _SECOND, _THIRD)
KNOWN = MIGRATIONS[-1].version
