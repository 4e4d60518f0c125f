"""A referral as its pages show it: in words, with the moves that are allowed and what each of them asks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import uuid4

from graph.directory import Directory
from graph.follow_wording import (
    ERRORS,
    MODES,
    REFUSALS,
    RESULTS,
    SAID_BY,
    TURNS,
    move_label,
    reason_label,
    reminder_or_state,
)
from graph.lifecycle import CLOSED, PARIS, allowed, turn
from graph.model import PartnerId, ServiceId
from graph.reference import Need, Reference
from graph.referral import Direction, Event, Referral, SaidBy, State
from graph.state_words import STATES
from graph.timers import CLOCK
from graph.wording import day

SHORT = 8
"""Characters of a pseudonym that tell it apart on one screen."""
_ASKS = {
    State.RDV_FIXE: "date",
    State.TERMINEE: "outcomes",
    State.REFUSEE: "reason",
    State.ERREUR: "reason",
    State.ANNULEE: "perhaps",
    State.INTERROMPUE: "perhaps",
}
_OFTEN = frozenset(
    {State.ENVOYEE, State.ACCEPTEE, State.REFUSEE, State.RDV_FIXE, State.RDV_HONORE, State.RDV_MANQUE}
    | {State.EN_COURS, State.TERMINEE}
)
"""What most referrals go through: offered at once; the other moves are unfolded."""
_OF_THE_DAY = frozenset({State.RDV_HONORE, State.RDV_MANQUE})
"""Nobody came, or failed to come, before the appointed day."""
IN_VAIN = frozenset({State.REFUSEE, State.EXPIREE})
"""Where another partner is looked for at once."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A move that is allowed. `asks` is what its form asks for, "" when pressing is enough."""

    to: str
    label: str
    asks: str
    often: bool


def new_key() -> str:
    """Of one form: sent twice, it writes once."""
    return str(uuid4())


def short(id: str) -> str:
    return id.removeprefix("h-")[:SHORT]


@dataclass(frozen=True)
class Told:
    """One referral; `key` is that of the forms that are shown with it."""

    referral: Referral
    directory: Directory
    known: Reference
    now: datetime
    late: bool = False  # a reminder is due, or was noted and nothing has moved since

    @cached_property
    def key(self) -> str:
        return new_key()

    @property
    def id(self) -> str:
        return self.referral.id

    @property
    def intake(self) -> str:
        return self.referral.intake

    @property
    def version(self) -> int:
        return self.referral.version

    @property
    def inbound(self) -> bool:
        return self.referral.direction is Direction.INBOUND

    @property
    def partner(self) -> str:
        return name(self.directory, self.referral.other)

    @property
    def site(self) -> str:
        return name(self.directory, self.referral.site)

    @property
    def service(self) -> str:
        if self.referral.service is None:
            return "Jeune adressé à la Mission Locale"
        return service_name(self.directory, self.referral.service)

    @property
    def needs(self) -> list[Need]:
        """In the order of the booklet."""
        return [need for code, need in self.known.needs.items() if code in self.referral.needs]

    @property
    def state(self) -> str:
        return STATES[self.referral.state]

    @property
    def closed(self) -> bool:
        return self.referral.state in CLOSED

    @property
    def since(self) -> str:
        if self.referral.since is None:
            return ""
        began = self.referral.since.astimezone(PARIS).date()
        return f"le {day(began)}" if self.closed else lasting(began, self.now.astimezone(PARIS).date())

    @property
    def turn(self) -> str:
        return TURNS[turn(self.referral)]

    @property
    def turn_code(self) -> str:
        return turn(self.referral).value

    @property
    def planned(self) -> str | None:
        planned = self.referral.planned_on
        return day(planned) if planned is not None and self.referral.state is State.RDV_FIXE else None

    @property
    def mode(self) -> str:
        said = MODES[self.referral.mode]
        return f"{said}, entrante" if self.inbound else said

    @cached_property
    def offers(self) -> list[Offer]:
        """Those of most referrals first."""
        found: list[Offer] = []
        for to in allowed(self.referral.state):
            if to is State.REORIENTEE or (to in _OF_THE_DAY and self.early):
                continue
            label = (
                self._ending if to is State.TERMINEE else move_label(self.referral.state, to, self.referral.direction)
            )
            found.append(Offer(to.value, label, _ASKS.get(to, ""), to in _OFTEN))
            if to is State.TERMINEE and not self.inbound:
                found.append(Offer(to.value, "Terminer : le partenaire dit l'issue du service", "outcome", True))
        return sorted(found, key=lambda offer: not offer.often)

    @property
    def early(self) -> bool:
        """Whether an appointment is fixed for a day to come."""
        planned = self.referral.planned_on
        if planned is None or self.referral.state is not State.RDV_FIXE:
            return False
        return self.now.astimezone(PARIS).date() < planned

    @property
    def reroutes(self) -> bool:
        return State.REORIENTEE in allowed(self.referral.state)

    @property
    def in_vain(self) -> bool:
        return self.referral.state in IN_VAIN

    @property
    def _ending(self) -> str:
        one = len(self.referral.needs) == 1
        return "Terminer : dire si le besoin est couvert" if one else "Terminer : dire l'issue de chaque besoin"

    @property
    def results(self) -> list[tuple[str, str]]:
        return [(code.value, text) for code, text in RESULTS.items()]

    @property
    def said_by(self) -> list[tuple[str, str]]:
        """Those who may say what became of a need."""
        return [(code.value, text) for code, text in SAID_BY.items() if code is not SaidBy.PARTNER]

    def reasons(self, to: str) -> list[tuple[str, str]]:
        closed: Iterable[tuple[str, str]] = ERRORS.items() if to == State.ERREUR else REFUSALS.items()
        return [(str(code), text) for code, text in closed]


@dataclass(frozen=True, slots=True)
class Moment:
    """One event of its life."""

    at: str
    when: str
    what: str
    details: Sequence[str]
    actor: str


def life(events: Iterable[Event], known: Reference) -> list[Moment]:
    """In their order."""
    found: list[Moment] = []
    for event in events:
        local = event.at.astimezone(PARIS)
        details = []
        if event.reason is not None:
            details.append(reason_label(event.reason))
        if event.planned_on is not None:
            details.append(f"pour le {day(event.planned_on)}")
        for outcome in event.outcomes:
            about = "service" if outcome.need is None else known.needs[outcome.need].label
            said = f"{RESULTS[outcome.result].lower()}, dit {SAID_BY[outcome.said_by]}"
            details.append(f"{about} : {said}")
        what = reminder_or_state(event)
        actor = "par le service, faute de nouvelle" if event.actor == CLOCK else ""
        found.append(
            Moment(local.isoformat(timespec="minutes"), f"{day(local.date())}, {local:%H:%M}", what, details, actor)
        )
    return found


def lasting(began: date, today: date) -> str:
    days = (today - began).days
    if days <= 0:
        return "depuis aujourd'hui"
    return "depuis hier" if days == 1 else f"depuis {days} jours"


def name(directory: Directory, id: PartnerId) -> str:
    known = directory.partners.get(id)
    return known.name if known is not None else "Partenaire retiré de l'annuaire"


def service_name(directory: Directory, id: ServiceId) -> str:
    known = directory.services.get(id)
    return known.name if known is not None else "Service retiré de l'annuaire"
