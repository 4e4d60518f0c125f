"""What an entry of the follow-up must satisfy before a store writes it, and what it makes of it. Pure; both stores ask.

- Codes are those of the stored reference; what an entry names is stored, or brought by the entry itself.
- A re-routing is about the same young person as the referral that it follows: a purge takes both or none.
- What history names stays: a partner that is removed is closed instead, and so is its service.
- Moves are laid over what is stored, in the order of the entry; `lifecycle.after` says what may not be.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace

from graph.agreement import Agreement
from graph.cosupport import CoSupport, CoSupportId
from graph.edges import Edge, EdgeKind, Month, month
from graph.entry import Entry
from graph.errors import Conflict, InputRefused, NotFound, UnknownCode
from graph.intake import Intake, IntakeId
from graph.lifecycle import after
from graph.model import IdempotencyKey, Partner, PartnerId, PartnerStatus, Service
from graph.referral import Referral, ReferralId
from graph.rules import check_id

OTHER_CALL = "Cet envoi porte la même clé qu'un autre, dont le contenu est différent."
"""Of the Conflict of an idempotency key that another call used."""

EdgeKey = tuple[EdgeKind, PartnerId, PartnerId, Month]
"""Kind, source, target, month: what is aggregated again as one."""


@dataclass(frozen=True, slots=True)
class Named:
    """Ids and codes by what they are of: those an entry needs, or those of them that exist."""

    intakes: Collection[str] = frozenset()
    referrals: Collection[str] = frozenset()
    cosupports: Collection[str] = frozenset()
    agreements: Collection[str] = frozenset()
    partners: Collection[str] = frozenset()
    services: Collection[str] = frozenset()
    needs: Collection[str] = frozenset()
    situations: Collection[str] = frozenset()
    sectors: Collection[str] = frozenset()
    territories: Collection[str] = frozenset()
    programmes: Collection[str] = frozenset()


_MISSING = {
    "intakes": "Livret",
    "referrals": "Orientation",
    "cosupports": "Co-accompagnement",
    "agreements": "Convention",
    "partners": "Partenaire",
    "services": "Service",
}
_UNKNOWN = {
    "needs": "Le besoin",
    "situations": "La situation",
    "sectors": "Le secteur",
    "territories": "Le territoire",
    "programmes": "Le programme",
}


def needed(entry: Entry) -> Named:
    """What *entry* names and does not bring itself: it must be stored."""
    referrals = {e.referral for e in entry.events} | {r.follows for r in entry.referrals if r.follows is not None}
    intakes = (
        {r.intake for r in entry.referrals} | {u.intake for u in entry.unmet} | {c.intake for c in entry.cosupports}
    )
    members = [m for c in entry.cosupports for m in c.members]
    return Named(
        intakes=frozenset(intakes - {i.id for i in entry.intakes}),
        referrals=frozenset(referrals - {r.id for r in entry.referrals}),
        cosupports=frozenset({c.id for c in entry.cosupports if c.version > 1}),
        agreements=frozenset(
            {a.renews for a in entry.agreements if a.renews is not None} - {a.id for a in entry.agreements}
        ),
        partners=frozenset(
            {i.site for i in entry.intakes}
            | {id for r in entry.referrals for id in (r.sender, r.partner)}
            | {m.partner for m in members}
            | {id for a in entry.agreements for id in a.partners}
        ),
        services=frozenset(
            {r.service for r in entry.referrals if r.service is not None}
            | {m.service for m in members if m.service is not None}
            | {t.service for t in entry.timers}
        ),
        needs=frozenset(
            {need for i in entry.intakes for need in i.needs}
            | {need for r in entry.referrals for need in r.needs}
            | {u.need for u in entry.unmet}
        ),
        situations=frozenset(code for i in entry.intakes for code in i.situations),
        sectors=frozenset(code for i in entry.intakes for code in i.sectors),
        territories=frozenset({i.commune for i in entry.intakes} | {r.epci for r in entry.referrals}),
        programmes=frozenset({i.programme for i in entry.intakes} | {r.programme for r in entry.referrals}),
    )


def check_entry(entry: Entry) -> None:
    """Raises InputRefused on what no store need be asked about."""
    for id in _ids(entry):
        check_id(id)
    for kind, ids in (
        ("le livret", [i.id for i in entry.intakes]),
        ("l'orientation", [r.id for r in entry.referrals]),
        ("le co-accompagnement", [c.id for c in entry.cosupports]),
        ("la convention", [a.id for a in entry.agreements]),
        ("les délais du service", [t.service for t in entry.timers]),
    ):
        twice = sorted(id for id, times in Counter(ids).items() if times > 1)
        if twice:
            raise InputRefused(f"Le même envoi contient deux fois {kind} « {twice[0]} ».")
    begun = {e.referral for e in entry.events if e.number == 1}
    for referral in entry.referrals:
        if referral.id not in begun:
            raise InputRefused(f"L'orientation « {referral.id} » n'a pas de premier événement.")
        if referral != unlived(referral):
            raise InputRefused(f"L'orientation « {referral.id} » porte déjà ce que seuls ses événements disent.")
    if len({value.simulated for value in _marked(entry)}) > 1:
        raise InputRefused("Le même envoi mêle du réel et du simulé : rien n'a été enregistré.")


def check_needed(wanted: Named, existing: Named) -> None:
    """Raises NotFound or UnknownCode, with the smallest one, when *existing* lacks something of *wanted*."""
    for name, kind in _UNKNOWN.items():
        unknown = _lacking(wanted, existing, name)
        if unknown:
            raise UnknownCode(kind, unknown)
    for name, kind in _MISSING.items():
        missing = _lacking(wanted, existing, name)
        if missing:
            raise NotFound(kind, missing)


def check_simulated(entry: Entry, *, real: bool, simulated: bool) -> None:
    """Raises InputRefused when the store holds anything of the other sort: whether it holds each is told."""
    brought = {value.simulated for value in _marked(entry)}
    if real and True in brought:
        raise InputRefused("Ce stockage contient des données réelles : rien de simulé ne peut y entrer.")
    if simulated and False in brought:
        raise InputRefused("Ce stockage contient des données simulées : rien de réel ne peut y entrer.")


def is_marked(entry: Entry) -> bool:
    """Whether it brings anything that is either simulated or real."""
    return any(True for _ in _marked(entry))


def new_intakes(entry: Entry, stored: Mapping[IntakeId, Intake]) -> list[Intake]:
    """Those to write. Raises Conflict when one is stored with another content."""
    for intake in entry.intakes:
        if stored.get(intake.id, intake) != intake:
            raise Conflict(f"Le livret « {intake.id} » est déjà enregistré avec un autre contenu.")
    return [intake for intake in entry.intakes if intake.id not in stored]


def moved(entry: Entry, stored: Mapping[ReferralId, Referral]) -> dict[ReferralId, Referral]:
    """New referrals, and stored ones with an event, once all events of *entry* have happened.

    *stored*: those among `entry.referrals`, `entry.events` and what they follow that are stored, read under a lock.
    """
    starts = {referral.id: referral for referral in entry.referrals}
    for new in entry.referrals:
        if new.id in stored:
            raise Conflict(f"L'orientation « {new.id} » est déjà enregistrée.")
        before = None if new.follows is None else stored.get(new.follows) or starts.get(new.follows)
        if before is not None and before.intake != new.intake:
            raise InputRefused("Une réorientation concerne le même jeune que l'orientation qu'elle suit.")
    held: dict[ReferralId, Referral] = {}
    for event in entry.events:
        now = held.get(event.referral) or stored.get(event.referral)
        start: Referral | None = now or starts.get(event.referral)
        if start is None:
            raise NotFound("Orientation", event.referral)
        if event.number != start.version + 1:
            raise Conflict(
                f"Quelqu'un d'autre a fait avancer l'orientation « {event.referral} » entre-temps : "
                "relisez-la, puis recommencez."
            )
        held[event.referral] = after(now, start, event)
    return held


def check_cosupports(entry: Entry, stored: Mapping[CoSupportId, CoSupport]) -> None:
    """Raises NotFound or Conflict when one is not the next version of what is stored."""
    for new in entry.cosupports:
        old = stored.get(new.id)
        if old is None and new.version > 1:
            raise NotFound("Co-accompagnement", new.id)
        if new.version != (old.version + 1 if old is not None else 1):
            raise Conflict(
                f"Quelqu'un d'autre a changé le co-accompagnement « {new.id} » entre-temps : "
                "relisez-le, puis recommencez."
            )
        if old is not None and old.intake != new.intake:
            raise InputRefused("Un co-accompagnement reste celui du même jeune.")


def check_agreements(entry: Entry, stored: Iterable[Agreement]) -> None:
    """Raises Conflict when one that was read is not any more what it was then."""
    marks = {agreement.id: agreement.mark for agreement in stored}
    for new in entry.agreements:
        if new.id in entry.read and marks.get(new.id) != entry.read[new.id]:
            raise Conflict(
                f"Quelqu'un d'autre a changé la convention « {new.id} » entre-temps : relisez-la, puis recommencez."
            )


def check_edges(told: Iterable[Edge], made: Iterable[Edge], closed: Month) -> None:
    """Raises InputRefused when the edges *told* of the months after *closed* are not those that the events *made*."""
    if {edge for edge in told if edge.month > closed} != {edge for edge in made if edge.month > closed}:
        raise InputRefused("Cet export se contredit : ses compteurs mensuels ne sont pas ceux de ses orientations.")


def touched(
    referrals: Iterable[Referral], first: Mapping[ReferralId, Referral], cosupports: Iterable[CoSupport]
) -> set[EdgeKey]:
    """The edges that may change with these referrals and with these co-supports, as they were and as they are.

    *first*: the referrals that re-routings follow.
    """
    keys: set[EdgeKey] = set()
    for referral in referrals:
        if referral.sent_on is None:
            continue
        when = month(referral.sent_on)
        keys.add((EdgeKind.REFERRED, referral.sender, referral.partner, when))
        before = rerouted_from(referral, first)
        if before is not None:
            keys.add((EdgeKind.REROUTED, before, referral.partner, when))
    for support in cosupports:
        keys |= {(EdgeKind.CO_SUPPORTS, a, b, month(day)) for a, b, day in support.together()}
    return keys


def rerouted_from(referral: Referral, first: Mapping[ReferralId, Referral]) -> PartnerId | None:
    """The partner first asked, when *referral* re-routes from it to another one."""
    before = None if referral.follows is None else first.get(referral.follows)
    return None if before is None or before.partner == referral.partner else before.partner


def answer(entry: Entry) -> dict[str, int]:
    """The versions that *entry* makes, once it is written: of each referral with an event and each co-support."""
    versions: dict[str, int] = {}
    for event in entry.events:
        versions[event.referral] = event.number
    return versions | {support.id: support.version for support in entry.cosupports}


def kept(key: IdempotencyKey, call: str) -> tuple[str, str]:
    """What a store keeps of *key* and of the call that it is bound to.

    Neither is there to be read again, whatever a caller took for a key. Since pseudonyms are made from keys, and a
    booklet has few values enough to be guessed, the second cannot be tried without the key, which is nowhere.
    """
    return _digest(key), _digest(f"{key}\x1f{call}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def unlived(referral: Referral) -> Referral:
    """It as it was before its first event."""
    return Referral(
        id=referral.id,
        intake=referral.intake,
        sender=referral.sender,
        partner=referral.partner,
        service=referral.service,
        needs=referral.needs,
        mode=referral.mode,
        direction=referral.direction,
        epci=referral.epci,
        age_band=referral.age_band,
        qpv=referral.qpv,
        island=referral.island,
        programme=referral.programme,
        follows=referral.follows,
        simulated=referral.simulated,
    )


def closed_partner(partner: Partner) -> Partner:
    """What stays of a partner that is removed, when history names it."""
    return replace(partner, status=PartnerStatus.CLOSED)


def closed_service(service: Service) -> Service:
    """What stays of a service that is removed, when history names it."""
    return replace(service, closed=True)


def _marked(entry: Entry) -> Iterator[Intake | Referral | CoSupport | Agreement]:
    yield from entry.intakes
    yield from entry.referrals
    yield from entry.cosupports
    yield from entry.agreements


def _lacking(wanted: Named, existing: Named, name: str) -> str | None:
    there: Collection[str] = getattr(existing, name)
    return min((code for code in getattr(wanted, name) if code not in there), default=None)


def _ids(entry: Entry) -> Iterator[str]:
    yield from (i.id for i in entry.intakes)
    for referral in entry.referrals:
        yield referral.id
    for event in entry.events:
        yield from (event.referral, event.actor)
    yield from (c.id for c in entry.cosupports)
    yield from (a.id for a in entry.agreements)
    wanted = needed(entry)
    for each in fields(Named):
        yield from getattr(wanted, each.name)
