"""A referral and its events: who sends whom to which service, about which needs, and what became of it.

A referral carries what its events made of it (`graph.lifecycle.after`), so that a store can count without replaying.
It freezes, when it is made, what equity is measured by: EPCI, age band, QPV, island, programme.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from graph.intake import AgeBand, IntakeId, ProgrammeCode
from graph.model import NeedCode, PartnerId, ServiceId, TerritoryCode

ReferralId = NewType("ReferralId", str)
ActorId = NewType("ActorId", str)


class State(StrEnum):
    """French codes: they are data exchanged with public services."""

    BROUILLON = "brouillon"
    ACCORD_ATTENDU = "accord_attendu"
    ENVOYEE = "envoyee"
    RECUE = "recue"
    A_L_ETUDE = "a_l_etude"
    INFO_DEMANDEE = "info_demandee"
    LISTE_ATTENTE = "liste_attente"
    ACCEPTEE = "acceptee"
    REFUSEE = "refusee"
    RDV_FIXE = "rdv_fixe"
    RDV_HONORE = "rdv_honore"
    RDV_MANQUE = "rdv_manque"
    EN_COURS = "en_cours"
    EN_PAUSE = "en_pause"
    TERMINEE = "terminee"
    INTERROMPUE = "interrompue"
    ANNULEE = "annulee"
    EXPIREE = "expiree"
    REORIENTEE = "reorientee"
    ERREUR = "erreur"


class RefusalReason(StrEnum):
    """Of a refusal; also says why a referral was cancelled, interrupted or a meeting missed."""

    NON_JOIGNABLE = "beneficiaire-non-joignable"
    ABSENT = "beneficiaire-absent"
    EN_EMPLOI = "beneficiaire-en-emploi"
    EN_FORMATION = "beneficiaire-en-formation"
    NON_ELIGIBLE = "beneficiaire-non-eligible"
    NON_MOBILE = "beneficiaire-non-mobile"
    NON_INTERESSE = "beneficiaire-non-interesse"
    FREINS = "freins-peripheriques"
    SESSION_COMPLETE = "session-complete"
    DOUBLON = "doublon"
    CAPACITE = "capacite"
    HORS_SECTEUR = "hors-secteur"
    DOCUMENT_MANQUANT = "document-manquant"
    DELAI_TROP_LONG = "delai-trop-long"
    DANGER = "situation-de-danger"
    AUTRE = "autre"


class ErrorReason(StrEnum):
    """Why a referral should never have been entered; it then counts nowhere."""

    SAISIE_EN_DOUBLE = "saisie-en-double"
    MAUVAIS_JEUNE = "mauvais-jeune"
    MAUVAIS_SERVICE = "mauvais-service"
    ESSAI = "essai"
    AUTRE = "autre-erreur"


_ERRORS = frozenset(reason.value for reason in ErrorReason)


def reason_of(code: str | None) -> RefusalReason | ErrorReason | None:
    """No code stands in both lists. Raises ValueError on one that stands in none."""
    if code is None:
        return None
    return ErrorReason(code) if code in _ERRORS else RefusalReason(code)


class NeedResult(StrEnum):
    COUVERT = "besoin_couvert"
    PARTIEL = "partiellement_couvert"
    NON_COUVERT = "non_couvert"
    INCONNU = "inconnu"


class SaidBy(StrEnum):
    PARTNER = "partenaire"
    ADVISER = "conseiller"
    YOUTH = "jeune"


class Mode(StrEnum):
    FOLLOWED = "suivie"
    DECLARED = "declaree"  # made by phone or at the desk, entered afterwards


class Direction(StrEnum):
    OUTBOUND = "sortante"
    INBOUND = "entrante"


class EventKind(StrEnum):
    MOVE = "passage"
    REMINDER = "relance"  # says that the reminder is due; the state stays


@dataclass(frozen=True, slots=True)
class NeedOutcome:
    """Of one need, or of the service as a whole (`need` None), which is all that a partner can say."""

    need: NeedCode | None
    result: NeedResult
    said_by: SaidBy

    @classmethod
    def of(cls, need: str, result: str, said_by: str) -> "NeedOutcome":
        """From its spelling. Raises ValueError."""
        return cls(NeedCode(need) if need else None, NeedResult(result), SaidBy(said_by))

    @property
    def spelled(self) -> tuple[str, str, str]:
        """As stores and exports keep it: "" is the service as a whole."""
        return (self.need or "", self.result.value, self.said_by.value)


@dataclass(frozen=True, slots=True)
class Event:
    """Append-only. `number` counts the events of its referral from 1: it is the version that the event makes."""

    referral: ReferralId
    number: int
    at: datetime  # UTC
    before: State | None  # None for the first one
    after: State
    actor: ActorId
    kind: EventKind = EventKind.MOVE
    reason: RefusalReason | ErrorReason | None = None
    planned_on: date | None = None  # of the appointment, with `rdv_fixe`
    outcomes: tuple[NeedOutcome, ...] = ()  # with `terminee`

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"event {self.number} of {self.referral} has no time zone")
        if self.number < 1 or (self.number == 1) != (self.before is None):
            raise ValueError(f"event {self.number} of {self.referral} is out of its place")


@dataclass(frozen=True, slots=True)
class Referral:
    """`sender` asks `partner`, the unit whose service is asked; inbound, `partner` is our site and `service` None."""

    id: ReferralId
    intake: IntakeId
    sender: PartnerId
    partner: PartnerId
    service: ServiceId | None
    needs: frozenset[NeedCode]
    mode: Mode
    direction: Direction
    # frozen when it is made
    epci: TerritoryCode
    age_band: AgeBand
    qpv: bool
    island: bool
    programme: ProgrammeCode
    follows: ReferralId | None = None  # the one it re-routes
    simulated: bool = False
    # what its events made of it
    state: State = State.BROUILLON
    version: int = 0  # number of its events
    sent_on: date | None = None  # days are those of Paris
    answered_on: date | None = None
    silent_on: date | None = None  # when waiting ended without an answer: expired or cancelled
    accepted: bool = False
    refused: bool = False
    refusal: RefusalReason | None = None
    unanswered: bool = False
    met: bool = False
    missed: bool = False
    planned_on: date | None = None
    ended_on: date | None = None
    outcomes: tuple[NeedOutcome, ...] = ()
    since: datetime | None = None  # in this state
    last_at: datetime | None = None
    reminded_at: datetime | None = None  # since it is in this state

    def __post_init__(self) -> None:
        if not self.needs:
            raise ValueError(f"referral {self.id} is about no need")
        if (self.service is None) != (self.direction is Direction.INBOUND):
            raise ValueError(f"referral {self.id}: only an inbound one asks no service of a partner")
        if self.sender == self.partner:
            raise ValueError(f"referral {self.id} goes nowhere")

    @property
    def site(self) -> PartnerId:
        """Ours: the one that sends, or that receives."""
        return self.sender if self.direction is Direction.OUTBOUND else self.partner

    @property
    def other(self) -> PartnerId:
        """The partner, whichever way it goes."""
        return self.partner if self.direction is Direction.OUTBOUND else self.sender

    @property
    def counts(self) -> bool:
        """Whether figures know it: sent, and not a mistake."""
        return self.sent_on is not None and self.state is not State.ERREUR
