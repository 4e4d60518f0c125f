"""What becomes of each referral, event by event, as the people and the clock would have written it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from graph.intake import AgeBand
from graph.lifecycle import PARIS, TIMED, after
from graph.model import PartnerId
from graph.reference import QPV
from graph.referral import (
    ActorId,
    Direction,
    ErrorReason,
    Event,
    Mode,
    NeedOutcome,
    NeedResult,
    Referral,
    ReferralId,
    RefusalReason,
    SaidBy,
    State,
)
from graph.timers import DEFAULT, due
from loaders.simulated import figures
from loaders.simulated.conduct import Conduct
from loaders.simulated.offers import Offers, chosen
from loaders.simulated.plan import Sending, in_order, sending
from loaders.simulated.youths import drawn, later, uuid

S = State
US, THEM = ActorId("conseiller"), ActorId("partenaire")
_TICK = time(5, tzinfo=UTC)
_CHAIN = 2  # re-routings of one need
_DRAFTED_AT_MOST = timedelta(days=7)

_REFUSALS = {
    RefusalReason.CAPACITE: 26.0,
    RefusalReason.NON_JOIGNABLE: 16.0,
    RefusalReason.SESSION_COMPLETE: 14.0,
    RefusalReason.NON_ELIGIBLE: 12.0,
    RefusalReason.DOCUMENT_MANQUANT: 10.0,
    RefusalReason.DELAI_TROP_LONG: 7.0,
    RefusalReason.NON_INTERESSE: 6.0,
    RefusalReason.FREINS: 5.0,
    RefusalReason.AUTRE: 4.0,
}
_INTERRUPTIONS = {
    RefusalReason.NON_INTERESSE: 34.0,
    RefusalReason.NON_JOIGNABLE: 26.0,
    RefusalReason.EN_EMPLOI: 18.0,
    RefusalReason.EN_FORMATION: 12.0,
    RefusalReason.NON_MOBILE: 10.0,
}
_SAID_BY = {SaidBy.ADVISER: 55.0, SaidBy.PARTNER: 30.0, SaidBy.YOUTH: 15.0}
_SHORT = {NeedResult.PARTIEL: 45.0, NeedResult.NON_COUVERT: 40.0, NeedResult.INCONNU: 15.0}
_MISTAKES = {ErrorReason.SAISIE_EN_DOUBLE: 50.0, ErrorReason.MAUVAIS_SERVICE: 30.0, ErrorReason.MAUVAIS_JEUNE: 20.0}


@dataclass(slots=True)
class Life:
    """`start` is the referral before its first event, `held` what the events made of it."""

    sending: Sending
    start: Referral
    events: list[Event] = field(default_factory=list)
    held: Referral | None = None

    @property
    def final(self) -> Referral:
        if self.held is None:
            raise ValueError(f"referral {self.start.id} has no event")
        return self.held


class Lives:
    """Nothing is written from `end` on."""

    def __init__(self, offers: Offers, conduct: Conduct, random: Random, end: datetime) -> None:
        self.offers = offers
        self.conduct = conduct
        self.random = random
        self.end = end
        self.last = end.astimezone(PARIS).date() - timedelta(days=1)

    def of(self, sent: Sending) -> Iterator[Life]:
        """The life of *sent* and of those that follow it."""
        if sent.day > self.last:
            return
        asked = {sent.partner}
        life: Life | None = self._lived(sent, None)
        for _ in range(_CHAIN):
            if life is None:
                return
            following = self._following(life, asked)
            yield life
            if following is None:
                return
            asked.add(following.partner)
            life = self._lived(following, life.start.id)
        if life is not None:
            yield life

    def _following(self, life: Life, asked: set[PartnerId]) -> Sending | None:
        """The re-routing of a referral that was refused or not answered, once the first one says so."""
        final, sent = life.final, life.sending
        chance = {S.REFUSEE: figures.REROUTED_REFUSAL, S.EXPIREE: figures.REROUTED_SILENCE}.get(final.state)
        silence = final.state is S.EXPIREE and not final.unanswered
        if chance is None or silence or sent.inbound or self.random.random() > chance or final.last_at is None:
            return None
        day = later(final.last_at.astimezone(PARIS).date(), self.random.randint(1, 6))
        if day > self.last or self.conduct.planted.concentrated & sent.needs:
            return None
        needs = in_order(sent.needs, self.offers.reference)
        weights, _ = self.offers.fitting(sent.youth, needs[0], day)
        kept = self.conduct.planted.exact if day.year == self.conduct.planted.year else set()
        weights = {o: w for o, w in weights.items() if o[0] not in asked and o[0] not in kept}
        if not weights:
            return None
        partner, service = chosen(self.random, weights)
        meets = self.offers.directory.services[service].needs
        if not self._move(life, day, S.REORIENTEE, US):
            return None
        epci = self.offers.epci(sent.youth)
        again = {n for n in needs if n in meets and not self.offers.bans.need(n, epci, day)}
        return sending(sent.youth, partner, service, again, day, self.random)

    def _lived(self, sent: Sending, follows: ReferralId | None) -> Life | None:
        life = Life(sent, self._start(sent, follows))
        if sent.inbound:
            self._inbound(life)
        else:
            self._outbound(life)
        if life.held is None:
            return None
        self._tick(life, self.end)
        return life

    def _start(self, sent: Sending, follows: ReferralId | None) -> Referral:
        youth = sent.youth
        commune = self.offers.reference.communes[youth.commune]
        inbound = sent.inbound
        return Referral(
            id=ReferralId(uuid(self.random)),
            intake=youth.id,
            sender=sent.partner if inbound else youth.site,
            partner=youth.site if inbound else sent.partner,
            service=sent.service,
            needs=frozenset(sent.needs),
            mode=Mode.DECLARED if sent.declared and not inbound else Mode.FOLLOWED,
            direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
            epci=commune.epci,
            age_band=AgeBand.of(youth.age),
            qpv=QPV in youth.situations,
            island=commune.island is not None,
            programme=youth.programme,
            follows=follows,
            simulated=True,
        )

    # one event after the other

    def _move(
        self,
        life: Life,
        day: date,
        state: State,
        actor: ActorId,
        reason: RefusalReason | ErrorReason | None = None,
        planned_on: date | None = None,
        outcomes: tuple[NeedOutcome, ...] = (),
    ) -> bool:
        """False when the clock ended it before, or the year."""
        at = datetime.combine(day, time(8 + self.random.randrange(10), self.random.randrange(60)), PARIS).astimezone(
            UTC
        )
        held = life.held
        if held is not None and held.last_at is not None:
            at = max(at, held.last_at + timedelta(minutes=10))
            self._tick(life, at)
            if life.held is not None and life.held.state is not held.state:
                return False
            held = life.held
            if held is not None and held.last_at is not None:
                at = max(at, held.last_at + timedelta(minutes=10))
        if at >= self.end:
            return False
        number = held.version + 1 if held is not None else 1
        before = held.state if held is not None else None
        self._lay(
            life,
            Event(
                life.start.id, number, at, before, state, actor, reason=reason, planned_on=planned_on, outcomes=outcomes
            ),
        )
        return True

    def _lay(self, life: Life, event: Event) -> None:
        life.held = after(life.held, life.start, event)
        life.events.append(event)

    def _tick(self, life: Life, until: datetime) -> None:
        """What the command that is run each morning writes before *until*."""
        until = min(until, self.end)
        while (held := life.held) is not None and held.state in TIMED and held.since is not None:
            since = held.since
            if held.state is S.RDV_FIXE and held.planned_on is not None:
                since = max(since, datetime.combine(held.planned_on, time(23, 59), PARIS))
            end = DEFAULT.study if held.state is S.A_L_ETUDE else DEFAULT.expiry
            ripe = (since + timedelta(days=DEFAULT.reminder if held.reminded_at is None else end)).astimezone(UTC)
            morning = datetime.combine(ripe.date(), _TICK)
            if morning < ripe:
                morning += timedelta(days=1)
            if morning >= until:
                return
            event = due(held, DEFAULT, morning)
            if event is None:
                raise ValueError(f"referral {held.id} was not due on {morning}")
            self._lay(life, event)

    def _day(self, life: Life, days: int) -> date:
        """*days* after its last event."""
        at = life.final.last_at
        if at is None:
            raise ValueError(f"referral {life.start.id} has no event")
        return later(at.astimezone(PARIS).date(), days)

    # the paths

    def _inbound(self, life: Life) -> None:
        random = self.random
        self._move(life, life.sending.day, S.RECUE, THEM)
        if random.random() < 0.04:
            self._move(life, self._day(life, 2), S.REFUSEE, US, RefusalReason.HORS_SECTEUR)
        elif self._move(life, self._day(life, random.randint(0, 4)), S.ACCEPTEE, US):
            self._appointment(life, US, False)

    def _outbound(self, life: Life) -> None:
        random, sent = self.random, life.sending
        steady = self.conduct.steady(sent)
        if sent.drafted and not steady and not self._forbidden_soon(sent):
            self._move(life, sent.day, S.BROUILLON, US)
            if random.random() < 0.5:
                self._move(life, sent.day, S.ACCORD_ATTENDU, US)
            chance = random.random()
            if chance < 0.08:
                self._move(life, self._day(life, 4), S.ANNULEE, US, RefusalReason.NON_INTERESSE)
                return
            if not self._move(life, self._day(life, random.randint(0, 3)), S.ENVOYEE, US):
                return
        elif not self._move(life, sent.day, S.ENVOYEE, US):
            return
        if not steady and random.random() < 0.006:
            self._move(life, self._day(life, 1), S.ERREUR, US, drawn(random, _MISTAKES))
            return
        if sent.declared and not self.conduct.slow(sent):
            self._declared(life)
        else:
            self._followed(life, steady)

    def _forbidden_soon(self, sent: Sending) -> bool:
        """Whether a fact begins before a draft of this day would be sent: it would be sent in spite of it."""
        day = sent.day + _DRAFTED_AT_MOST
        planted = self.conduct.planted
        if sent.partner in planted.exact and day.year == planted.year:
            return True
        epci = self.offers.epci(sent.youth)
        return self.offers.bans.partner(sent.partner, day) or any(
            self.offers.bans.need(need, epci, day) for need in sent.needs
        )

    def _declared(self, life: Life) -> None:
        """The partner answered on the phone; it was written down afterwards."""
        if self.conduct.silent(life.sending):
            return
        day = self._day(life, 0)
        if self.conduct.refuses(life.sending):
            self._move(life, day, S.REFUSEE, US, drawn(self.random, _REFUSALS))
        elif self._move(life, day, S.ACCEPTEE, US):
            self._accepted(life)

    def _followed(self, life: Life, steady: bool) -> None:
        random, sent = self.random, life.sending
        if self.conduct.silent(sent):
            if random.random() < 0.25:
                self._move(life, self._day(life, random.randint(1, 6)), S.RECUE, THEM)
            return
        if not steady and random.random() < 0.03:
            self._move(life, self._day(life, random.randint(1, 9)), S.ANNULEE, US, drawn(random, _INTERRUPTIONS))
            return
        wait = self.conduct.wait(sent)
        refused = self.conduct.refuses(sent)
        if not self._waited(life, wait):
            return
        answered = self._final_day(life, wait)
        way = 1.0 if self.conduct.decides(sent) else random.random()
        if way < 0.16:
            if not self._move(life, answered, S.A_L_ETUDE, THEM):
                return
        elif way < 0.24:
            if not self._move(life, answered, S.INFO_DEMANDEE, THEM):
                return
            if not self._move(life, self._day(life, random.randint(1, 6)), S.RECUE, US):
                return
        elif way < 0.31 and life.final.state is S.RECUE:
            if not self._move(life, answered, S.LISTE_ATTENTE, THEM):
                return
            if not refused and random.random() < 0.2:
                self._move(life, self._day(life, random.randint(20, 70)), S.ANNULEE, US, drawn(random, _INTERRUPTIONS))
                return
            answered = self._day(life, random.randint(10, 70))
        if life.final.answered_on is not None and life.final.state is not S.LISTE_ATTENTE:
            answered = self._day(life, random.randint(2, 14))
        if refused:
            self._move(life, answered, S.REFUSEE, THEM, drawn(random, _REFUSALS))
        elif self._move(life, answered, S.ACCEPTEE, THEM):
            self._accepted(life)

    def _waited(self, life: Life, days: int) -> bool:
        """Lets *days* pass before an answer without the clock ending it: it is acknowledged, or sent again."""
        left = days
        if left >= 3 and (left > 26 or self.random.random() < 0.4):
            step = min(25, max(1, left // 2)) if left > 26 else self.random.randint(1, left - 1)
            day = self._day(life, 0) + timedelta(days=step)
            if not self._move(life, day, S.RECUE, THEM):
                return False
            left -= step
        while left > 27:
            self._tick(life, datetime.combine(self._day(life, 0) + timedelta(days=33), time(12), PARIS).astimezone(UTC))
            if life.final.state is not S.EXPIREE or not self._move(life, self._day(life, 0), S.ENVOYEE, US):
                return False
            left = max(0, days - (self._day(life, 0) - life.sending.day).days)
        return True

    def _final_day(self, life: Life, days: int) -> date:
        """The day of the answer; a Saturday or a Sunday is one in ten thousand, and moves the median otherwise."""
        sent_on = life.final.sent_on or life.sending.day
        found = sent_on + timedelta(days=days)
        return found - timedelta(days=1) if found.weekday() == 5 and days else later(found, 0)

    def _accepted(self, life: Life) -> None:
        sent = life.sending
        steady = self.conduct.steady(sent)
        if self.random.random() < (0.95 if sent.partner in self.conduct.planted.missed else 0.75):
            self._appointment(life, THEM, steady)
        elif self._move(life, self._day(life, self.random.randint(1, 10)), S.EN_COURS, THEM):
            self._ended(life, steady)

    def _appointment(self, life: Life, actor: ActorId, steady: bool) -> None:
        random = self.random
        if not life.sending.inbound and not steady and random.random() < 0.03:
            self._move(life, self._day(life, 3), S.INTERROMPUE, US, drawn(random, _INTERRUPTIONS))
            return
        today = self._day(life, random.randint(0, 3))
        meeting = later(today, random.randint(3, 16))
        if not self._move(life, today, S.RDV_FIXE, actor, planned_on=meeting):
            return
        missed = random.random() < 0.1 if life.sending.inbound else self.conduct.misses(life.sending)
        if missed:
            if not self._move(life, meeting, S.RDV_MANQUE, THEM if not life.sending.inbound else US):
                return
            way = random.random() * (0.85 if steady else 1.0)
            if way < 0.5:
                reason = RefusalReason.ABSENT
                self._move(life, self._day(life, random.randint(1, 12)), S.INTERROMPUE, US, reason)
                return
            if way < 0.85:
                return  # nobody moves it: the clock ends it
            meeting = later(self._day(life, 0), random.randint(4, 14))
            if not self._move(life, self._day(life, random.randint(0, 3)), S.RDV_FIXE, actor, planned_on=meeting):
                return
        if not self._move(life, meeting, S.RDV_HONORE, THEM):
            return
        way = random.random()
        if way < 0.06 and not steady:
            self._move(life, self._day(life, random.randint(1, 20)), S.INTERROMPUE, US, drawn(random, _INTERRUPTIONS))
        elif way < 0.35:
            self._terminated(life, self._day(life, random.randint(1, 12)))
        elif self._move(life, self._day(life, random.randint(0, 7)), S.EN_COURS, THEM):
            self._ended(life, steady)

    def _ended(self, life: Life, steady: bool) -> None:
        """Short ones and long ones; those of a fact end soon enough to be seen in the year."""
        random = self.random
        if not steady and random.random() < 0.06:
            if not self._move(life, self._day(life, random.randint(5, 30)), S.EN_PAUSE, THEM):
                return
            if not self._move(life, self._day(life, random.randint(7, 40)), S.EN_COURS, THEM):
                return
        if not steady and random.random() < 0.1:
            reason = drawn(random, _INTERRUPTIONS)
            self._move(life, self._day(life, random.randint(5, 80)), S.INTERROMPUE, US, reason)
            return
        self._terminated(life, self._day(life, random.randint(10, 60 if steady else 130)))

    def _terminated(self, life: Life, day: date) -> None:
        random, sent = self.random, life.sending
        served = random.random() < 0.5 if sent.inbound else self.conduct.serves(sent)
        said_by = drawn(random, _SAID_BY)
        outcomes: tuple[NeedOutcome, ...]
        if said_by is SaidBy.PARTNER:
            outcomes = (NeedOutcome(None, NeedResult.COUVERT if served else drawn(random, _SHORT), said_by),)
        else:
            needs = in_order(sent.needs, self.offers.reference)
            good = random.randrange(len(needs)) if served else -1
            outcomes = tuple(
                NeedOutcome(
                    need,
                    NeedResult.COUVERT
                    if number == good or (served and random.random() < 0.6)
                    else drawn(random, _SHORT),
                    said_by,
                )
                for number, need in enumerate(needs)
            )
        self._move(life, day, S.TERMINEE, US if said_by is not SaidBy.PARTNER else THEM, outcomes=outcomes)


def ends(year: int) -> datetime:
    """The first moment after *year*, in Paris."""
    return datetime(year + 1, 1, 1, tzinfo=PARIS).astimezone(UTC)
