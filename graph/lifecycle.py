"""The life of a referral: its states, the moves allowed between them, and whose turn it is. Pure.

A referral is what its events make of it: `after` lays one event over it and refuses what the table does not allow.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from graph.errors import IllegalMove, InputRefused
from graph.referral import (
    Direction,
    ErrorReason,
    Event,
    EventKind,
    NeedOutcome,
    Referral,
    RefusalReason,
    SaidBy,
    State,
)

PARIS = ZoneInfo("Europe/Paris")

S = State
TRANSITIONS: Mapping[State, tuple[State, ...]] = {
    S.BROUILLON: (S.ACCORD_ATTENDU, S.ENVOYEE, S.ANNULEE),
    S.ACCORD_ATTENDU: (S.ENVOYEE, S.ANNULEE, S.EXPIREE),
    S.ENVOYEE: (
        *(S.RECUE, S.A_L_ETUDE, S.INFO_DEMANDEE, S.ACCEPTEE, S.REFUSEE, S.RDV_FIXE),
        *(S.ANNULEE, S.EXPIREE),
    ),
    S.RECUE: (
        *(S.A_L_ETUDE, S.INFO_DEMANDEE, S.LISTE_ATTENTE, S.ACCEPTEE, S.REFUSEE, S.RDV_FIXE),
        *(S.ANNULEE, S.EXPIREE),
    ),
    S.A_L_ETUDE: (S.INFO_DEMANDEE, S.LISTE_ATTENTE, S.ACCEPTEE, S.REFUSEE, S.ANNULEE, S.EXPIREE),
    S.INFO_DEMANDEE: (S.RECUE, S.A_L_ETUDE, S.ACCEPTEE, S.REFUSEE, S.ANNULEE, S.EXPIREE),
    S.LISTE_ATTENTE: (S.ACCEPTEE, S.REFUSEE, S.ANNULEE, S.EXPIREE, S.REORIENTEE),
    S.ACCEPTEE: (S.RDV_FIXE, S.EN_COURS, S.ANNULEE, S.INTERROMPUE, S.TERMINEE, S.REORIENTEE),
    S.REFUSEE: (S.REORIENTEE,),
    S.RDV_FIXE: (S.RDV_HONORE, S.RDV_MANQUE, S.RDV_FIXE, S.ANNULEE, S.EXPIREE),
    S.RDV_HONORE: (S.EN_COURS, S.RDV_FIXE, S.TERMINEE, S.INTERROMPUE, S.REORIENTEE),
    S.RDV_MANQUE: (S.RDV_FIXE, S.ANNULEE, S.INTERROMPUE, S.EXPIREE),
    S.EN_COURS: (S.EN_PAUSE, S.RDV_FIXE, S.TERMINEE, S.INTERROMPUE, S.REORIENTEE),
    S.EN_PAUSE: (S.EN_COURS, S.TERMINEE, S.INTERROMPUE, S.ANNULEE),
    S.TERMINEE: (),
    S.INTERROMPUE: (),
    S.ANNULEE: (),
    S.EXPIREE: (S.REORIENTEE, S.ENVOYEE),
    S.REORIENTEE: (),
    S.ERREUR: (),
}
"""Besides, every state but `erreur` itself may become `erreur`, with a reason."""

BEGINS: Mapping[Direction, tuple[State, ...]] = {
    Direction.OUTBOUND: (S.BROUILLON, S.ENVOYEE),
    Direction.INBOUND: (S.RECUE,),
}
"""Outbound, a referral begins as a draft, or declared or sent at once (`envoyee`)."""
INITIAL = (*BEGINS[Direction.OUTBOUND], *BEGINS[Direction.INBOUND])
TIMED = frozenset({S.ACCORD_ATTENDU, S.ENVOYEE, S.RECUE, S.A_L_ETUDE, S.INFO_DEMANDEE, S.RDV_FIXE, S.RDV_MANQUE})
"""The states that time ends, after a reminder. A waiting list does not expire: its length is the partner's."""
ANSWERED = frozenset(
    {S.A_L_ETUDE, S.INFO_DEMANDEE, S.LISTE_ATTENTE, S.ACCEPTEE, S.REFUSEE}
    | {S.RDV_FIXE, S.RDV_HONORE, S.RDV_MANQUE, S.EN_COURS, S.EN_PAUSE, S.TERMINEE, S.INTERROMPUE}
)
ACCEPTED = ANSWERED - {S.A_L_ETUDE, S.INFO_DEMANDEE, S.LISTE_ATTENTE, S.REFUSEE}
WAITING = frozenset({S.ENVOYEE, S.RECUE, S.INFO_DEMANDEE, S.A_L_ETUDE, S.LISTE_ATTENTE})
"""Sent, and neither accepted nor refused."""
CLOSED = frozenset({S.TERMINEE, S.INTERROMPUE, S.ANNULEE, S.EXPIREE, S.REORIENTEE, S.REFUSEE, S.ERREUR})
"""Nobody is waiting for anything; refused and expired ones may still be re-routed."""
EXPLAINED = frozenset({S.REFUSEE, S.ANNULEE, S.EXPIREE, S.INTERROMPUE, S.RDV_MANQUE})
"""What a reason of the list of refusals may be given for."""


class Turn(StrEnum):
    """Whose move is awaited."""

    US = "mission-locale"
    PARTNER = "partenaire"
    YOUTH = "jeune"
    NOBODY = "personne"


_OURS = frozenset({S.BROUILLON, S.INFO_DEMANDEE, S.REFUSEE, S.EXPIREE, S.RDV_MANQUE})
_ENDED = frozenset({S.TERMINEE, S.INTERROMPUE, S.ANNULEE, S.REORIENTEE, S.ERREUR})


def turn(referral: Referral) -> Turn:
    """Inbound, the partner that asked and we that answer change places."""
    state = referral.state
    if state in _ENDED:
        return Turn.NOBODY
    if state in (S.ACCORD_ATTENDU, S.RDV_FIXE):
        return Turn.YOUTH
    inbound = referral.direction is Direction.INBOUND
    return Turn.US if (state in _OURS) != inbound else Turn.PARTNER


def allowed(state: State) -> tuple[State, ...]:
    """Where a referral may go from *state*, `erreur` last."""
    return TRANSITIONS[state] if state is S.ERREUR else (*TRANSITIONS[state], S.ERREUR)


def after(referral: Referral | None, start: Referral, event: Event) -> Referral:
    """*referral* once *event* has happened; None and the first event make it out of *start*.

    Raises IllegalMove on what the table forbids, InputRefused on an event that lacks what its state demands.
    """
    held = start if referral is None else referral
    inbound = start.direction is Direction.INBOUND
    if referral is None:
        may = BEGINS[start.direction]
        if event.before is not None or event.after not in may or event.kind is EventKind.REMINDER:
            raise IllegalMove(None, event.after, may, inbound=inbound)
    elif event.kind is EventKind.REMINDER:
        if event.before is not held.state or event.after is not held.state:
            raise IllegalMove(held.state, event.after, allowed(held.state), inbound=inbound)
        if held.state not in TIMED:
            raise InputRefused("Une relance ne va qu'avec une orientation qui attend une réponse.")
        return replace(held, reminded_at=event.at, last_at=event.at, version=event.number)
    elif event.before is not held.state or event.after not in allowed(held.state):
        raise IllegalMove(held.state, event.after, allowed(held.state), inbound=inbound)
    _check_demands(held, event)
    return _laid(held, event)


def _laid(held: Referral, event: Event) -> Referral:
    day = event.at.astimezone(PARIS).date()
    state = event.after
    sent_on = held.sent_on
    if sent_on is None and state in (S.ENVOYEE, S.RECUE):
        sent_on = day
    answered = state in ANSWERED
    silent = state in (S.EXPIREE, S.ANNULEE) and held.answered_on is None and sent_on is not None
    return replace(
        held,
        state=state,
        version=event.number,
        sent_on=sent_on,
        # an expired referral that is sent again waits again, and an answer after all is one
        answered_on=held.answered_on or (day if answered else None),
        silent_on=None if answered or state is S.ENVOYEE else held.silent_on or (day if silent else None),
        accepted=held.accepted or state in ACCEPTED,
        refused=held.refused or state is S.REFUSEE,
        refusal=event.reason if isinstance(event.reason, RefusalReason) and state is S.REFUSEE else held.refusal,
        unanswered=(held.unanswered or (silent and state is S.EXPIREE)) and not answered and state is not S.ENVOYEE,
        met=held.met or state is S.RDV_HONORE,
        missed=held.missed or state is S.RDV_MANQUE,
        planned_on=event.planned_on if state is S.RDV_FIXE else held.planned_on,
        outcomes=event.outcomes or held.outcomes,
        ended_on=day if state is S.TERMINEE else held.ended_on,
        since=event.at,
        last_at=event.at,
        reminded_at=None,
    )


def _check_demands(held: Referral, event: Event) -> None:
    state, reason = event.after, event.reason
    if state is S.REFUSEE and not isinstance(reason, RefusalReason):
        raise InputRefused("Un refus a un motif de la liste.")
    if state is S.ERREUR and not isinstance(reason, ErrorReason):
        raise InputRefused("Une erreur de saisie a un motif de la liste.")
    if state is not S.ERREUR and isinstance(reason, ErrorReason):
        raise InputRefused("Ce motif ne vaut que pour une erreur de saisie.")
    if state not in EXPLAINED and isinstance(reason, RefusalReason):
        raise InputRefused("Un motif ne dit que pourquoi cela n'a pas eu lieu, ou s'est arrêté.")
    if state is S.TERMINEE:
        _check_outcomes(held, event.outcomes)
    elif event.outcomes:
        raise InputRefused("Une issue ne se dit qu'à la fin de l'orientation.")
    if state is not S.RDV_FIXE and event.planned_on is not None:
        raise InputRefused("Une date de rendez-vous ne va qu'avec un rendez-vous fixé.")


def _check_outcomes(held: Referral, outcomes: Iterable[NeedOutcome]) -> None:
    """One per need by the adviser or the young person, or one for the service by the partner."""
    said = tuple(outcomes)
    of_needs = [o for o in said if o.need is not None]
    of_service = [o for o in said if o.need is None]
    if any(o.said_by is SaidBy.PARTNER for o in of_needs) or any(o.said_by is not SaidBy.PARTNER for o in of_service):
        raise InputRefused(
            "Le partenaire dit l'issue de son service ; celle d'un besoin, c'est le conseiller ou le jeune."
        )
    needs = [o.need for o in of_needs]
    whole = set(needs) == set(held.needs) and len(needs) == len(held.needs)
    if len(of_service) > 1 or not (whole or (of_service and not of_needs)):
        raise InputRefused("Une orientation se termine par une issue pour chaque besoin, ou par celle du service.")


def replayed(start: Referral, events: Iterable[Event]) -> Referral:
    """What *events*, in their order, make of *start*. Raises as `after`; ValueError when there is none."""
    held: Referral | None = None
    for event in events:
        held = after(held, start, event)
    if held is None:
        raise ValueError(f"referral {start.id} has no event")
    return held
