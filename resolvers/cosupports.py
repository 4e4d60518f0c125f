"""Partners around one young person: proposed from the team of a suggestion, opened, joined, left, met, closed.

Each write makes the next version of the whole co-support; *expected* is the version that was read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from graph.cosupport import CoSupport, CoSupportId, LeaveReason, Meeting, Member, Role
from graph.directory import Directory
from graph.entry import Entry
from graph.errors import Conflict, NotFound, RequestRefused
from graph.intake import IntakeId
from graph.model import IdempotencyKey, NeedCode, PartnerId, PartnerStatus, ServiceId
from graph.suggestion import Suggestion
from resolvers import suggestion as suggestions
from resolvers.context import Context
from resolvers.intakes import intake, request_of
from resolvers.keys import derived, spelled


@dataclass(frozen=True, slots=True)
class Place:
    """Of a partner in a group that is to be opened."""

    partner: PartnerId
    service: ServiceId | None = None
    role: Role = Role.MEMBER


@dataclass(frozen=True, slots=True)
class SeenMember:
    partner: PartnerId
    service: ServiceId | None
    role: Role
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a member partner sees: members and services; no need, no pseudonym, no reason for leaving."""

    id: CoSupportId
    opened_on: date
    closed_on: date | None
    members: tuple[SeenMember, ...]
    meetings: tuple[Meeting, ...]


async def propose(context: Context, id: IntakeId) -> tuple[Place, ...]:
    """The team of the suggestion for the needs of that booklet, its lead first; nothing is written."""
    held = await intake(context, id)
    found, directory = await suggestions.suggestion(context, request_of(context.knowledge.reference, held))
    return _team(found, directory)


async def open_cosupport(
    context: Context, intake_id: IntakeId, key: IdempotencyKey, places: Iterable[Place] | None = None
) -> CoSupport:
    """With these partners, or with the team that is proposed. Raises RequestRefused when nobody fits."""
    asked = None if places is None else tuple(places)
    call = spelled("open", intake=intake_id, places=asked)
    id = CoSupportId(derived(key, "cosupport"))
    if await context.store.followed(key, call) is None:
        held = await intake(context, intake_id)
        chosen = await propose(context, intake_id) if asked is None else asked
        if not chosen:
            raise RequestRefused("Aucun partenaire ne convient : il n'y a pas d'équipe à réunir.")
        today = context.today()
        directory = await context.directories.current()
        members = tuple(_member(directory, place, today) for place in chosen)
        if len({m.partner for m in members}) < len(members):
            raise RequestRefused("Un partenaire n'est membre qu'une fois.")
        if sum(m.role is Role.LEAD for m in members) > 1:
            raise RequestRefused("Un co-accompagnement a un seul référent.")
        made = CoSupport(id, held.id, today, members, simulated=held.simulated)
        await context.store.follow(Entry(cosupports=(made,)), key=key, call=call)
    return await cosupport(context, id)


async def join(context: Context, id: CoSupportId, place: Place, expected: int, key: IdempotencyKey) -> CoSupport:
    """A new lead takes over from the one there is, who stays a member; a member may become the lead."""
    directory = await context.directories.current()

    def joined(held: CoSupport, today: date) -> CoSupport:
        here = [m for m in held.members if m.until is None and m.partner == place.partner]
        if here and (place.role is Role.MEMBER or here[0].role is place.role):
            raise RequestRefused("Ce partenaire est déjà membre.")
        members = held.members
        if place.role is Role.LEAD:
            members = tuple(
                replace(m, role=Role.MEMBER) if m.until is None and m.role is Role.LEAD else m for m in members
            )
        if here:
            members = tuple(replace(m, role=Role.LEAD) if m == here[0] else m for m in members)
        else:
            members = (*members, _member(directory, place, today))
        return replace(held, members=members)

    return await _changed(context, id, expected, key, spelled("join", id=id, place=place, expected=expected), joined)


async def leave(
    context: Context, id: CoSupportId, partner: PartnerId, reason: LeaveReason, expected: int, key: IdempotencyKey
) -> CoSupport:
    def left(held: CoSupport, today: date) -> CoSupport:
        if not any(m.partner == partner and m.until is None for m in held.members):
            raise RequestRefused("Ce partenaire n'est pas membre, ou ne l'est plus.")
        return replace(
            held,
            members=tuple(
                replace(m, until=today, reason=reason) if m.partner == partner and m.until is None else m
                for m in held.members
            ),
        )

    call = spelled("leave", id=id, partner=partner, reason=reason, expected=expected)
    return await _changed(context, id, expected, key, call, left)


async def meet(
    context: Context, id: CoSupportId, on: date, present: Iterable[PartnerId], expected: int, key: IdempotencyKey
) -> CoSupport:
    """A meeting that was held, and who was there."""
    who = frozenset(present)

    def met(held: CoSupport, today: date) -> CoSupport:
        if not held.opened_on <= on <= today:
            raise RequestRefused("Une réunion se tient entre l'ouverture et aujourd'hui.")
        members = {m.partner for m in held.members if m.since <= on and (m.until is None or on <= m.until)}
        if not who or not who <= members:
            raise RequestRefused("Les présents sont des membres, et il y en a au moins un.")
        return replace(held, meetings=(*held.meetings, Meeting(on, who)))

    call = spelled("meet", id=id, on=on, present=who, expected=expected)
    return await _changed(context, id, expected, key, call, met)


async def close(
    context: Context,
    id: CoSupportId,
    expected: int,
    key: IdempotencyKey,
    reason: LeaveReason = LeaveReason.FIN,
) -> CoSupport:
    """Those who are still members leave that day, for *reason*."""

    def closed(held: CoSupport, today: date) -> CoSupport:
        members = tuple(m if m.until is not None else replace(m, until=today, reason=reason) for m in held.members)
        return replace(held, members=members, closed_on=today)

    call = spelled("close", id=id, reason=reason, expected=expected)
    return await _changed(context, id, expected, key, call, closed)


async def cosupport(context: Context, id: CoSupportId) -> CoSupport:
    """Raises NotFound."""
    found = await context.store.cosupports([id])
    if id not in found:
        raise NotFound("Co-accompagnement", id)
    return found[id]


async def seen_by(context: Context, id: CoSupportId, partner: PartnerId) -> Seen:
    """Raises NotFound too when *partner* is no member: it is not told that the group exists."""
    held = await cosupport(context, id)
    if not any(m.partner == partner and m.until is None for m in held.members):
        raise NotFound("Co-accompagnement", id)
    members = tuple(SeenMember(m.partner, m.service, m.role, m.since, m.until) for m in held.members)
    return Seen(held.id, held.opened_on, held.closed_on, members, held.meetings)


async def _changed(
    context: Context,
    id: CoSupportId,
    expected: int,
    key: IdempotencyKey,
    call: str,
    change: Callable[[CoSupport, date], CoSupport],
) -> CoSupport:
    """As it stands after the write; sent again, as it stands then."""
    if await context.store.followed(key, call) is None:
        held = await cosupport(context, id)
        if held.version != expected and await context.store.followed(key, call) is None:
            raise Conflict("Ce co-accompagnement a changé entre-temps : relisez-le, puis recommencez.")
        if held.version == expected:
            if held.closed_on is not None:
                raise RequestRefused("Ce co-accompagnement est clos.")
            new = replace(change(held, max(context.today(), held.opened_on)), version=expected + 1)
            await context.store.follow(Entry(cosupports=(new,)), key=key, call=call)
    return await cosupport(context, id)


def _member(directory: Directory, place: Place, today: date) -> Member:
    partner = directory.partners.get(place.partner)
    if partner is None:
        raise NotFound("Partenaire", place.partner)
    if partner.status is PartnerStatus.CLOSED:
        raise RequestRefused(f"« {partner.name} » a fermé.")
    if place.service is not None:
        service = directory.services.get(place.service)
        if service is None:
            raise NotFound("Service", place.service)
        if service.partner != place.partner:
            raise RequestRefused(f"« {service.name} » n'est pas un service de « {partner.name} ».")
    return Member(place.partner, place.service, place.role, today)


def _team(found: Suggestion, directory: Directory) -> tuple[Place, ...]:
    best = {s.partner.id: s.service.id for s in found.suggestions}
    places = [
        Place(
            m.partner,
            best.get(m.partner) or _service(directory, m.partner, m.needs),
            Role.LEAD if m.partner == found.team.lead else Role.MEMBER,
        )
        for m in found.team.members
    ]
    return tuple(sorted(places, key=lambda p: (p.role is not Role.LEAD, p.partner)))


def _service(directory: Directory, partner: PartnerId, needs: Iterable[NeedCode]) -> ServiceId | None:
    """The one that meets most of *needs*, the smallest id among equals."""
    wanted = frozenset(needs)
    services = directory.services_of.get(partner, ())
    return min(services, key=lambda s: (-len(s.needs & wanted), s.id)).id if services else None
