"""The French of the follow-up: states, the moves an adviser makes, reasons, outcomes, roles, kinds."""

from collections.abc import Mapping

from graph.agreement import AgreementKind
from graph.cosupport import LeaveReason, Role
from graph.intake import AgeBand
from graph.lifecycle import Turn
from graph.referral import Direction, ErrorReason, Event, EventKind, Mode, NeedResult, RefusalReason, SaidBy, State
from graph.state_words import STATES

S = State
_MOVES: Mapping[State, str] = {
    S.ACCORD_ATTENDU: "Attendre l'accord du jeune",
    S.ENVOYEE: "Envoyer",
    S.RECUE: "Le partenaire l'a reçue",
    S.A_L_ETUDE: "Mise à l'étude",
    S.INFO_DEMANDEE: "Une information est demandée",
    S.LISTE_ATTENTE: "Mise en liste d'attente",
    S.ACCEPTEE: "Acceptée",
    S.REFUSEE: "Refusée",
    S.RDV_FIXE: "Rendez-vous fixé",
    S.RDV_HONORE: "Le jeune est venu",
    S.RDV_MANQUE: "Le jeune n'est pas venu",
    S.EN_COURS: "L'accompagnement commence",
    S.EN_PAUSE: "Mettre en pause",
    S.TERMINEE: "Terminer",
    S.INTERROMPUE: "Interrompue",
    S.ANNULEE: "Annuler",
    S.EXPIREE: "Clore sans réponse",
    S.REORIENTEE: "Réorienter",
    S.ERREUR: "Erreur de saisie",
}
_MOVES_FROM: Mapping[tuple[State, State], str] = {
    (S.ACCORD_ATTENDU, S.ENVOYEE): "Le jeune est d'accord : envoyer",
    (S.ACCORD_ATTENDU, S.EXPIREE): "Clore sans accord",
    (S.INFO_DEMANDEE, S.RECUE): "L'information est donnée",
    (S.EXPIREE, S.ENVOYEE): "Envoyer de nouveau",
    (S.RDV_FIXE, S.RDV_FIXE): "Déplacer le rendez-vous",
    (S.RDV_FIXE, S.EXPIREE): "Clore sans nouvelle",
    (S.RDV_MANQUE, S.RDV_FIXE): "Nouveau rendez-vous",
    (S.RDV_MANQUE, S.EXPIREE): "Clore sans nouvelle",
    (S.RDV_HONORE, S.RDV_FIXE): "Nouveau rendez-vous",
    (S.EN_COURS, S.RDV_FIXE): "Nouveau rendez-vous",
    (S.EN_PAUSE, S.EN_COURS): "L'accompagnement reprend",
}
REFUSALS: Mapping[RefusalReason, str] = {
    RefusalReason.NON_JOIGNABLE: "Jeune injoignable",
    RefusalReason.ABSENT: "Jeune absent au rendez-vous",
    RefusalReason.EN_EMPLOI: "Jeune en emploi",
    RefusalReason.EN_FORMATION: "Jeune en formation",
    RefusalReason.NON_ELIGIBLE: "Jeune non éligible",
    RefusalReason.NON_MOBILE: "Jeune sans moyen de s'y rendre",
    RefusalReason.NON_INTERESSE: "Jeune qui n'est pas intéressé",
    RefusalReason.FREINS: "Freins périphériques à lever d'abord",
    RefusalReason.SESSION_COMPLETE: "Session complète",
    RefusalReason.DOUBLON: "Déjà connu du partenaire (doublon)",
    RefusalReason.CAPACITE: "Plus de place",
    RefusalReason.HORS_SECTEUR: "Hors du secteur du partenaire",
    RefusalReason.DOCUMENT_MANQUANT: "Document manquant",
    RefusalReason.DELAI_TROP_LONG: "Délai trop long",
    RefusalReason.DANGER: "Situation de danger",
    RefusalReason.AUTRE: "Autre motif",
}
ERRORS: Mapping[ErrorReason, str] = {
    ErrorReason.SAISIE_EN_DOUBLE: "Saisie deux fois",
    ErrorReason.MAUVAIS_JEUNE: "Ce n'était pas ce jeune",
    ErrorReason.MAUVAIS_SERVICE: "Ce n'était pas ce service",
    ErrorReason.ESSAI: "C'était un essai",
    ErrorReason.AUTRE: "Autre erreur",
}
RESULTS: Mapping[NeedResult, str] = {
    NeedResult.COUVERT: "Besoin couvert",
    NeedResult.PARTIEL: "Couvert en partie",
    NeedResult.NON_COUVERT: "Non couvert",
    NeedResult.INCONNU: "On ne sait pas",
}
SAID_BY: Mapping[SaidBy, str] = {
    SaidBy.ADVISER: "le conseiller",
    SaidBy.YOUTH: "le jeune",
    SaidBy.PARTNER: "le partenaire",
}
TURNS: Mapping[Turn, str] = {
    Turn.US: "À nous",
    Turn.PARTNER: "Au partenaire",
    Turn.YOUTH: "Au jeune",
    Turn.NOBODY: "Close",
}
MODES: Mapping[Mode, str] = {
    Mode.FOLLOWED: "suivie ici",
    Mode.DECLARED: "déclarée : faite par téléphone ou au guichet",
}
DIRECTIONS: Mapping[Direction, str] = {Direction.OUTBOUND: "sortante", Direction.INBOUND: "entrante"}
ROLES: Mapping[Role, str] = {Role.LEAD: "référent", Role.MEMBER: "membre"}
LEAVING: Mapping[LeaveReason, str] = {
    LeaveReason.COUVERT: "besoin couvert",
    LeaveReason.FIN: "fin de prise en charge",
    LeaveReason.JEUNE: "demande du jeune",
    LeaveReason.PARTENAIRE: "partenaire indisponible",
    LeaveReason.DEPART: "départ du territoire",
    LeaveReason.AUTRE: "autre raison",
}
AGREEMENTS: Mapping[AgreementKind, str] = {
    AgreementKind.CONVENTION: "convention",
    AgreementKind.CHARTE: "charte",
    AgreementKind.PROTOCOLE: "protocole",
    AgreementKind.MARCHE: "marché",
    AgreementKind.ADHESION: "adhésion",
    AgreementKind.AUTRE: "autre accord",
}
WORK: Mapping[str, str] = {
    "en-retard": "En retard",
    "a-nous": "À nous de jouer",
    "en-attente": "En attente des autres",
    "a-reorienter": "À réorienter",
}
"""Of the groups of the work list."""
AGE_BANDS: Mapping[AgeBand, str] = {
    AgeBand.MINOR: "moins de 18 ans",
    AgeBand.YOUNG: "18 à 21 ans",
    AgeBand.MIDDLE: "22 à 25 ans",
    AgeBand.OLDER: "26 ans et plus",
}


_MOVES_INBOUND: Mapping[tuple[State, State], str] = {
    (S.INFO_DEMANDEE, S.RECUE): "Le partenaire a donné l'information",
    (S.EXPIREE, S.ENVOYEE): "Reprendre la demande",
}


def move_label(before: State, to: State, direction: Direction = Direction.OUTBOUND) -> str:
    if direction is Direction.INBOUND:
        if (before, to) in _MOVES_INBOUND:
            return _MOVES_INBOUND[before, to]
        if to is State.RECUE:
            return "Nous l'avons reçue"
    return _MOVES_FROM.get((before, to), _MOVES.get(to, STATES[to]))


def reason_label(reason: RefusalReason | ErrorReason) -> str:
    return REFUSALS[reason] if isinstance(reason, RefusalReason) else ERRORS[reason]


def reminder_or_state(event: Event) -> str:
    """What an event says."""
    return "Relance à faire" if event.kind is EventKind.REMINDER else STATES[event.after]
