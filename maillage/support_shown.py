"""A group of partners around a young person as its page shows it: who, since when, who may come, what was held."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from graph.cosupport import CoSupport, Member, Role
from graph.directory import Directory
from graph.follow_wording import LEAVING
from graph.model import PartnerId, PartnerKind, PartnerStatus, Standing
from graph.names import folded
from graph.reference import Reference
from graph.referral import Referral
from graph.wording import day, listed
from maillage.draft import site_choices
from maillage.referral_shown import name, new_key, service_name
from resolvers.cosupports import Place

LEAST = 2
"""Partners that make a group."""
REASONS: Sequence[tuple[str, str]] = [(code.value, text.capitalize()) for code, text in LEAVING.items()]

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ShownMember:
    partner: str
    name: str
    service: str
    lead: bool
    since: str
    left: str


@dataclass(frozen=True, slots=True)
class ShownMeeting:
    on: str
    present: str


@dataclass(frozen=True, slots=True)
class Group:
    """`key` is that of the forms that are shown with it; `joiners` are headings with who may come."""

    id: str
    version: int
    opened: str
    closed: str
    least: str
    most: str
    members: Sequence[ShownMember]
    gone: Sequence[ShownMember]
    meetings: Sequence[ShownMeeting]
    joiners: Mapping[str, Choices]
    key: str = field(default_factory=new_key)

    @property
    def reasons(self) -> Choices:
        return REASONS

    @property
    def attendants(self) -> Choices:
        """Who may have been there, those who are still members first."""
        here = {m.partner: m.name for m in self.members}
        left = {m.partner: f"{m.name} (parti depuis)" for m in self.gone if m.partner not in here}
        return [*here.items(), *left.items()]


@dataclass(frozen=True, slots=True)
class Opening:
    """Who could make a group."""

    candidates: Choices
    lead: str
    key: str = field(default_factory=new_key)


def shown_group(
    found: CoSupport, directory: Directory, known: Reference, open_ones: Iterable[Referral], today: date
) -> Group:
    members = [_member(one, directory) for one in found.members]
    here = {m.partner for m in found.members if m.until is None}
    return Group(
        id=found.id,
        version=found.version,
        opened=day(found.opened_on),
        closed="" if found.closed_on is None else day(found.closed_on),
        least=found.opened_on.isoformat(),
        most=today.isoformat(),
        members=[m for m in members if not m.left],
        gone=[m for m in members if m.left],
        meetings=[
            ShownMeeting(day(one.on), listed(sorted((name(directory, p) for p in one.present), key=folded)))
            for one in sorted(found.meetings, key=lambda one: one.on, reverse=True)
        ],
        joiners={} if found.closed_on is not None else _joiners(directory, known, open_ones, here),
    )


def opening(directory: Directory, proposed: Iterable[Place], open_ones: Iterable[Referral]) -> Opening | None:
    """The partners that follow the young person already, then those of the proposed team; None when too few are."""
    team = list(proposed)
    found = _following(directory, open_ones, frozenset())
    for place in team:
        if place.partner not in found:
            found[place.partner] = (str(place.service or place.partner), name(directory, place.partner))
    lead = next((p.partner for p in team if p.role is Role.LEAD), next(iter(found), None))
    return None if lead is None or len(found) < LEAST else Opening(list(found.values()), found[lead][0])


def _joiners(
    directory: Directory, known: Reference, open_ones: Iterable[Referral], here: Iterable[PartnerId]
) -> dict[str, Choices]:
    members = frozenset(here)
    following = _following(directory, open_ones, members)
    others = [
        (str(p.id), p.name)
        for p in sorted(directory.partners.values(), key=lambda p: folded(p.name))
        if p.id not in members and p.id not in following and p.kind is not PartnerKind.SITE
        if p.status is not PartnerStatus.CLOSED and p.standing is Standing.REFERABLE
    ]
    ours = [(id, text) for id, text in site_choices(directory, known) if PartnerId(id) not in members]
    groups: dict[str, Choices] = {
        "Suivent déjà ce jeune": list(following.values()),
        "Mission Locale": ours,
        "Autres partenaires": others,
    }
    return {heading: choices for heading, choices in groups.items() if choices}


def _following(
    directory: Directory, open_ones: Iterable[Referral], but: frozenset[PartnerId]
) -> dict[PartnerId, tuple[str, str]]:
    """Of each partner of an open referral: (the service that was asked, or the partner; its name)."""
    found: dict[PartnerId, tuple[str, str]] = {}
    for one in open_ones:
        held = directory.partners.get(one.other)
        if held is not None and held.status is not PartnerStatus.CLOSED and held.id not in but:
            found.setdefault(held.id, (str(one.service or held.id), held.name))
    return found


def _member(one: Member, directory: Directory) -> ShownMember:
    left = "" if one.until is None or one.reason is None else f"parti le {day(one.until)} : {LEAVING[one.reason]}"
    return ShownMember(
        partner=one.partner,
        name=name(directory, one.partner),
        service="" if one.service is None else service_name(directory, one.service),
        lead=one.role is Role.LEAD and one.until is None,
        since=day(one.since),
        left=left,
    )
