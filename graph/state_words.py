"""What the states of a referral are called, in French."""

from collections.abc import Mapping

from graph.referral import State

STATES: Mapping[State, str] = {
    State.BROUILLON: "Brouillon",
    State.ACCORD_ATTENDU: "Accord du jeune attendu",
    State.ENVOYEE: "Envoyée",
    State.RECUE: "Reçue",
    State.A_L_ETUDE: "À l'étude",
    State.INFO_DEMANDEE: "Information demandée",
    State.LISTE_ATTENTE: "Sur liste d'attente",
    State.ACCEPTEE: "Acceptée",
    State.REFUSEE: "Refusée",
    State.RDV_FIXE: "Rendez-vous fixé",
    State.RDV_HONORE: "Rendez-vous honoré",
    State.RDV_MANQUE: "Rendez-vous manqué",
    State.EN_COURS: "En cours",
    State.EN_PAUSE: "En pause",
    State.TERMINEE: "Terminée",
    State.INTERROMPUE: "Interrompue",
    State.ANNULEE: "Annulée",
    State.EXPIREE: "Restée sans réponse",
    State.REORIENTEE: "Réorientée",
    State.ERREUR: "Erreur de saisie",
}
