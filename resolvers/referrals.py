"""The writes of a referral's life: sent, declared, received, moved. What was written is answered as it was right after.

Each write has an idempotency key; sent again with the same key it writes nothing and answers the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from graph.entry import Entry
from graph.errors import Conflict, IllegalMove, NotFound, RequestRefused
from graph.follow_rules import unlived
from graph.follow_store import FollowStore, ReferralFilter
from graph.intake import IntakeId
from graph.lifecycle import CLOSED, PARIS, after, replayed
from graph.model import (
    IdempotencyKey,
    NeedCode,
    PartnerId,
    PartnerKind,
    ServiceId,
)
from graph.referral import (
    ActorId,
    ErrorReason,
    Event,
    EventKind,
    Mode,
    NeedOutcome,
    Referral,
    ReferralId,
    RefusalReason,
    State,
)
from graph.state_words import STATES
from graph.timers import CLOCK
from graph.wording import day as written_day
from resolvers.context import Context
from resolvers.intakes import checked_site, intake
from resolvers.keys import derived, spelled
from resolvers.new_referrals import check_needs, frozen, outbound

STARTS = (State.ENVOYEE, State.BROUILLON, State.ACCORD_ATTENDU)
EARLIEST = timedelta(days=365)
"""What was done by phone longer ago is not entered any more."""
FARTHEST = timedelta(days=2 * 365)
"""No appointment is fixed later."""
READ = 200


@dataclass(frozen=True, slots=True)
class Referred:
    """`duplicates`: referrals of the same young person to the same service that were open when it was made."""

    referral: Referral
    duplicates: tuple[Referral, ...] = ()


async def refer(
    context: Context,
    intake_id: IntakeId,
    service: ServiceId,
    needs: Iterable[NeedCode],
    key: IdempotencyKey,
    *,
    site: PartnerId | None = None,
    start: State = State.ENVOYEE,
) -> Referred:
    """Sends a young person to a service, or prepares it (*start*: a draft, or one that waits for their consent).

    *site* is ours, that of the booklet when none is given. A second open referral to the same service is warned about,
    not refused. Raises NotFound, RequestRefused, Conflict.
    """
    asked = frozenset(needs)
    call = spelled("refer", intake=intake_id, service=service, needs=asked, site=site, start=start)
    id = ReferralId(derived(key, "referral"))
    if await context.store.followed(key, call) is None:
        if start not in STARTS:
            raise IllegalMove(None, start, STARTS)
        made = await outbound(context, id, intake_id, service, asked, site, Mode.FOLLOWED)
        moment = context.clock()
        events = [first_event(context, id, State.BROUILLON if start is State.ACCORD_ATTENDU else start, moment)]
        if start is State.ACCORD_ATTENDU:
            events.append(Event(id, 2, moment, State.BROUILLON, start, _actor(context)))
        await context.store.follow(Entry(referrals=(made,), events=tuple(events)), key=key, call=call)
    return await referred(context, id, await _version(context, key, call, id))


async def declare(
    context: Context,
    intake_id: IntakeId,
    service: ServiceId,
    needs: Iterable[NeedCode],
    key: IdempotencyKey,
    *,
    site: PartnerId | None = None,
    day: date | None = None,
    answer: State | None = None,
    reason: RefusalReason | None = None,
    planned_on: date | None = None,
) -> Referred:
    """Writes down what was done by phone or at the desk, *day* (today when none is given), with its answer if known."""
    asked = frozenset(needs)
    call = spelled(
        "declare",
        intake=intake_id,
        service=service,
        needs=asked,
        site=site,
        day=day,
        answer=answer,
        reason=reason,
        planned_on=planned_on,
    )
    id = ReferralId(derived(key, "referral"))
    if await context.store.followed(key, call) is None:
        _check_planned(context, planned_on)
        made = await outbound(context, id, intake_id, service, asked, site, Mode.DECLARED)
        moment = _moment_of(context, day)
        events = [first_event(context, id, State.ENVOYEE, moment)]
        if answer is not None:
            answered = Event(
                id, 2, moment, State.ENVOYEE, answer, _actor(context), reason=reason, planned_on=planned_on
            )
            after(replayed(made, events), made, answered)
            events.append(answered)
        await context.store.follow(Entry(referrals=(made,), events=tuple(events)), key=key, call=call)
    return await referred(context, id, await _version(context, key, call, id))


async def receive(
    context: Context,
    intake_id: IntakeId,
    sender: PartnerId,
    needs: Iterable[NeedCode],
    key: IdempotencyKey,
    *,
    site: PartnerId | None = None,
    day: date | None = None,
) -> Referred:
    """A partner sends us a young person."""
    asked = frozenset(needs)
    call = spelled("receive", intake=intake_id, sender=sender, needs=asked, site=site, day=day)
    id = ReferralId(derived(key, "referral"))
    if await context.store.followed(key, call) is None:
        known, directory = context.knowledge.reference, await context.directories.current()
        held = await intake(context, intake_id)
        partner = directory.partners.get(sender)
        if partner is None:
            raise NotFound("Partenaire", sender)
        if partner.kind is PartnerKind.SITE:
            raise RequestRefused("D'un site à l'autre de la Mission Locale, ce n'est pas une orientation.")
        check_needs(known, asked, held)
        ours = held.site if site is None else checked_site(directory, known, site)
        made = frozen(known, id, held, asked, sender, ours, None, Mode.FOLLOWED)
        event = first_event(context, id, State.RECUE, _moment_of(context, day))
        await context.store.follow(Entry(referrals=(made,), events=(event,)), key=key, call=call)
    return await referred(context, id, await _version(context, key, call, id))


async def move(
    context: Context,
    id: ReferralId,
    to: State,
    expected: int,
    key: IdempotencyKey,
    *,
    reason: RefusalReason | ErrorReason | None = None,
    planned_on: date | None = None,
    outcomes: Iterable[NeedOutcome] = (),
) -> Referral:
    """The referral right after; *expected* is the version that was read.

    Raises IllegalMove with what is allowed, InputRefused when the state demands a reason or outcomes, Conflict when
    somebody moved it first, saying what it became.
    """
    said = tuple(outcomes)
    call = spelled("move", id=id, to=to, expected=expected, reason=reason, planned_on=planned_on, outcomes=said)
    earlier = await context.store.followed(key, call)
    if earlier is None:
        _check_planned(context, planned_on)
        held = await referral(context, id)
        if held.version != expected:
            earlier = await context.store.followed(key, call)  # the same write, sent twice at once
            if earlier is None:
                raise await moved_first(context, held)
        else:
            if to is State.REORIENTEE:
                after(held, held, next_event(context, held, to))  # refused as illegal first
                raise RequestRefused("Une réorientation désigne le partenaire suivant : choisissez un service.")
            event = next_event(context, held, to, reason, planned_on, said)
            moved = after(held, held, event)
            _check_came(context, held, to)
            if await written(context, Entry(events=(event,)), held, key, call):
                return moved
            earlier = await context.store.followed(key, call)
    return await as_of(context, id, earlier.version(id)) if earlier is not None else await referral(context, id)


async def written(context: Context, entry: Entry, held: Referral, key: IdempotencyKey, call: str) -> bool:
    """Whether this call wrote it; False when the same one already had. Conflict tells what *held* became meanwhile."""
    try:
        return not (await context.store.follow(entry, key=key, call=call)).again
    except Conflict:
        now = await referral(context, held.id)
        if now.version == held.version:
            raise
        raise await moved_first(context, now) from None


async def referral(context: Context, id: ReferralId) -> Referral:
    """Raises NotFound."""
    found = await context.store.referrals([id])
    if id not in found:
        raise NotFound("Orientation", id)
    return found[id]


async def events(context: Context, id: ReferralId) -> tuple[Event, ...]:
    """By number. Raises NotFound."""
    found = (await context.store.events_of([id]))[id]
    if not found:
        raise NotFound("Orientation", id)
    return found


async def of_intake(context: Context, id: IntakeId) -> list[Referral]:
    """Every referral of a young person, those that have not moved for longest first."""
    return await every(context.store, ReferralFilter(intake=id))


async def open_to(
    context: Context, intake_id: IntakeId, service: ServiceId | None, but: ReferralId | None = None
) -> list[Referral]:
    """Open referrals of a young person to that service, *but* one; none for an inbound one, which asks no service."""
    if service is None:
        return []
    return [
        r for r in await of_intake(context, intake_id) if r.service == service and r.id != but and r.state not in CLOSED
    ]


async def every(store: FollowStore, wanted: ReferralFilter) -> list[Referral]:
    """By (`since`, id), oldest first."""
    found: list[Referral] = []
    more, last = True, None
    while more:
        page, more, _ = await store.referral_page(wanted, READ, last)
        found += page
        last = page[-1].id if page else None
        more = more and bool(page)
    return found


async def as_of(context: Context, id: ReferralId, version: int) -> Referral:
    """The referral as its event of that number left it."""
    held = await referral(context, id)
    if held.version == version:
        return held
    return replayed(unlived(held), (await events(context, id))[:version])


async def referred(context: Context, id: ReferralId, version: int) -> Referred:
    """As it was made, with its duplicates of that moment: asked again later, the same."""
    made = await as_of(context, id, version)
    return Referred(made, await _duplicates(context, made))


async def moved_first(context: Context, now: Referral) -> Conflict:
    """Says what it became, and by whom when that is known."""
    last = (await events(context, now.id))[-1]
    if last.kind is EventKind.REMINDER:
        what = "une relance y a été notée"
    else:
        what = f"elle est passée à « {STATES[now.state]} »"
    when = written_day(last.at.astimezone(PARIS).date())
    by = {CLOCK: " par l'horloge", _actor(context): f" par {context.caller.name}"}.get(last.actor, "")
    return Conflict(f"Cette orientation a changé entre-temps : {what}{by} le {when}. Relisez-la, puis recommencez.")


async def _duplicates(context: Context, made: Referral) -> tuple[Referral, ...]:
    if made.service is None:
        return ()
    others = [r for r in await of_intake(context, made.intake) if r.service == made.service and r.id != made.id]
    if not others:
        return ()
    lives = await context.store.events_of([made.id, *(r.id for r in others)])
    moment = lives[made.id][0].at
    # entered after its day: what was opened since is warned about too, as it stands now
    entered_late = made.mode is Mode.DECLARED and moment.astimezone(PARIS).time() == time(12)
    found = []
    for other in others:
        before = [event for event in lives[other.id] if event.at <= moment and lives[other.id][0].at < moment]
        if entered_late:
            then: Referral | None = other
        else:
            then = replayed(unlived(other), before) if before else None
        if then is not None and then.state not in CLOSED:
            found.append(then)
    return tuple(sorted(found, key=lambda r: r.id))


async def _version(context: Context, key: IdempotencyKey, call: str, id: ReferralId) -> int:
    """That this write made, whichever of its sendings did it."""
    done = await context.store.followed(key, call)
    if done is None:
        raise NotFound("Orientation", id)
    return done.version(id)


def _moment_of(context: Context, day: date | None) -> datetime:
    """Now, or noon in Paris of an earlier day."""
    now, today = context.clock(), context.today()
    if day is None or day == today:
        return now
    if day > today:
        raise RequestRefused("Cette date est à venir.")
    if day < today - EARLIEST:
        raise RequestRefused("Cette date remonte à plus d'un an.")
    return datetime.combine(day, time(12), PARIS).astimezone(now.tzinfo)


def _check_planned(context: Context, day: date | None) -> None:
    if day is not None and not context.today() - EARLIEST <= day <= context.today() + FARTHEST:
        raise RequestRefused("Un rendez-vous se tient entre il y a un an et dans deux ans.")


def _check_came(context: Context, held: Referral, to: State) -> None:
    """What is stored may say so already: it is refused where it is entered, not where events are laid."""
    if to in (State.RDV_HONORE, State.RDV_MANQUE) and held.planned_on is not None and held.planned_on > context.today():
        when = written_day(held.planned_on)
        raise RequestRefused(
            f"Le rendez-vous est fixé au {when} : il ne peut pas avoir eu lieu. S'il a été avancé, déplacez-le d'abord."
        )


def first_event(context: Context, id: ReferralId, to: State, moment: datetime) -> Event:
    return Event(id, 1, moment, None, to, _actor(context))


def next_event(
    context: Context,
    held: Referral,
    to: State,
    reason: RefusalReason | ErrorReason | None = None,
    planned_on: date | None = None,
    outcomes: tuple[NeedOutcome, ...] = (),
) -> Event:
    """Never before the last one, even if the clock went back."""
    now = context.clock()
    moment = now if held.last_at is None else max(now, held.last_at)
    event = Event(held.id, held.version + 1, moment, held.state, to, _actor(context))
    return replace(event, reason=reason, planned_on=planned_on, outcomes=outcomes)


def _actor(context: Context) -> ActorId:
    return ActorId(context.caller.id)
