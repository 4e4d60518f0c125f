"""What a change must satisfy before a store writes it, and what the store makes of it. Pure; both stores ask it.

- Codes of domains, needs, situations, sectors and territories are those of the stored reference: a store that was
  never given one refuses them. The commune of a partner and the places of a service are addresses: anywhere.
- What a change names exists after it: the partner of a service or of a mention, the parent of a unit, candidates.
- No partner is a unit of itself, however many others stand between.
- The version is the store's: a changed partner or service gets one more than the stored version, whatever the change
  carries, so that an editor who read the old one always meets a Conflict. A new one keeps the version it carries.
- Removing a partner removes its services and detaches its mentions: they become « not a partner », and the evidence
  says why. Removing a partner that still has units is refused.
- A partner or a service that intakes, referrals, co-supports, agreements or edges name is not deleted but closed, with
  the services of that partner; a change only the first time.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.directory import Change
from graph.errors import InputRefused, UnknownCode
from graph.model import Outcome, Partner, PartnerId, Resolved, Service
from graph.reference import Reference
from graph.reference_records import EMPTY_REFERENCE

LONGEST_ID = 200
"""Characters; an index holds no key of 8 kB."""
MOST_SHOWN = 6
"""Steps of a circle that a sentence can name."""


@dataclass(frozen=True, slots=True)
class Codes:
    """Those of the stored reference."""

    domains: Collection[str]
    needs: Collection[str]
    situations: Collection[str]
    sectors: Collection[str]
    territories: Collection[str]

    @classmethod
    def of(cls, reference: Reference) -> "Codes":
        return cls(
            domains=frozenset(reference.domains),
            needs=frozenset(reference.needs),
            situations=frozenset(reference.situations),
            sectors=frozenset(reference.sectors),
            territories=frozenset() if reference == EMPTY_REFERENCE else frozenset(reference.territories()),
        )


def check_ids(change: Change) -> None:
    """Raises InputRefused on an id no store could keep, one given twice, or one both written and removed."""
    for id in _ids(change):
        check_id(id)
    for kind, ids in (
        ("le partenaire", [p.id for p in change.partners]),
        ("le service", [s.id for s in change.services]),
        ("la mention", [r.mention.id for r in change.resolved]),
        ("la décision", [d.id for d in change.decisions]),
    ):
        _check_once(kind, ids)
    both = (
        {p.id for p in change.partners} & change.removed_partners
        or {s.id for s in change.services} & change.removed_services
        or {r.mention.id for r in change.resolved} & change.removed_mentions
    )
    if both:
        raise InputRefused(f"« {min(both)} » est à la fois écrit et retiré.")


def check_id(id: str) -> None:
    """Of an object, or an idempotency key."""
    if not id or len(id) > LONGEST_ID or not storable_id(id):
        shown = id[:40].encode("utf-8", "replace").decode().replace("\x00", "?")
        raise InputRefused(f"L'identifiant « {shown} » est vide, trop long ou contient un caractère interdit.")


def storable_id(id: str) -> bool:
    """Whether any stored object can have this id; asking for another one finds nothing.

    No NUL, and nothing from U+D800 on: some programs compare UTF-16 and some code points, and order these differently.
    """
    return "\x00" not in id and max(id, default="") < "\ud800"


def partners_needed(change: Change) -> set[PartnerId]:
    """Those that must already be stored, because the change names them and does not bring them."""
    named: set[PartnerId] = set()
    for partner in change.partners:
        named |= {partner.unit_of} if partner.unit_of is not None else set()
    named |= {service.partner for service in change.services}
    for resolved in change.resolved:
        named |= {id for id in (resolved.partner, resolved.unit_of, *resolved.candidates) if id is not None}
    return named - {partner.id for partner in change.partners}


def check_change(change: Change, codes: Codes, existing: Collection[PartnerId]) -> None:
    """Raises InputRefused when *change* names a code, or a partner, that will not exist after it.

    *existing*: those of `partners_needed(change)` that are stored.
    """
    for partner in change.partners:
        _check_codes("Le domaine", partner.domains, codes.domains, codes)
    for service in change.services:
        situations = (*service.conditions.required, service.conditions.preferred, service.conditions.excluded)
        _check_codes("Le besoin", service.needs, codes.needs, codes)
        _check_codes("La situation", (s for group in situations for s in group), codes.situations, codes)
        _check_codes("Le secteur", service.sectors, codes.sectors, codes)
        _check_codes("Le territoire", service.territories, codes.territories, codes)
    for resolved in change.resolved:
        if resolved.mention.domain is not None:
            _check_codes("Le domaine", [resolved.mention.domain], codes.domains, codes)
    missing = partners_needed(change) - (set(existing) - change.removed_partners)
    if missing:
        raise InputRefused(_missing_sentence(change, min(missing)))


def parents_needed(change: Change) -> set[PartnerId]:
    """Those of the partners of *change* that it does not bring."""
    parents = {partner.unit_of for partner in change.partners if partner.unit_of is not None}
    return parents - {partner.id for partner in change.partners}


def check_circles(change: Change, above: Mapping[PartnerId, Partner]) -> None:
    """Raises InputRefused, with the names, when a partner would be a unit of itself through others.

    *above*: the stored ones of `parents_needed(change)`, and all that those are units of.
    """
    after = {**above, **{partner.id: partner for partner in change.partners}}
    clear: set[PartnerId] = set()
    for partner in change.partners:
        way: list[PartnerId] = []
        passed: set[PartnerId] = set()
        at: PartnerId | None = partner.id
        while at is not None and at in after and at not in clear:
            if at in passed:
                raise InputRefused(_circle_sentence([after[id].name for id in way[way.index(at) :]]))
            way.append(at)
            passed.add(at)
            at = after[at].unit_of
        clear |= passed


def check_reference(reference: Reference) -> None:
    """Raises InputRefused on a code no store could keep as a key."""
    for codes in (
        reference.headings,
        reference.needs,
        reference.situations,
        reference.sectors,
        reference.domains,
        reference.territories(),
        reference.sites,
        reference.programmes,
    ):
        for code in codes:
            check_id(code)


def detached(resolved: Resolved, removed: Mapping[PartnerId, str]) -> Resolved:
    """*resolved* once the partners *removed*, id → name, are gone."""
    kept = replace(
        resolved,
        unit_of=None if resolved.unit_of in removed else resolved.unit_of,
        candidates=tuple(c for c in resolved.candidates if c not in removed),
    )
    if resolved.partner is None or resolved.partner not in removed:
        return kept
    return replace(
        kept,
        outcome=Outcome.NOT_A_PARTNER,
        partner=None,
        unit_of=None,
        candidates=(),
        evidence=f"Le partenaire « {removed[resolved.partner]} » a été retiré.",
    )


def changed_partner(new: Partner, stored: Partner | None) -> Partner | None:
    """What to write, None when nothing changes."""
    if stored is None:
        return new
    return None if replace(new, version=stored.version) == stored else replace(new, version=stored.version + 1)


def changed_service(new: Service, stored: Service | None) -> Service | None:
    """What to write, None when nothing changes."""
    if stored is None:
        return new
    return None if replace(new, version=stored.version) == stored else replace(new, version=stored.version + 1)


def _check_codes(kind: str, used: Iterable[str], known: Collection[str], codes: Codes) -> None:
    unknown = sorted(code for code in used if code not in known)
    if unknown and not codes.territories:
        raise InputRefused("Ce stockage n'a pas encore de référentiel : lancez « maillage load ».")
    if unknown:
        raise UnknownCode(kind, unknown[0])


def _missing_sentence(change: Change, missing: PartnerId) -> str:
    for partner in change.partners:
        if partner.unit_of == missing:
            return f"« {partner.name} » est rattaché au partenaire « {missing} », qui n'existe pas."
    for service in change.services:
        if service.partner == missing:
            return f"Le service « {service.name} » est celui du partenaire « {missing} », qui n'existe pas."
    for resolved in change.resolved:
        if missing in (resolved.partner, resolved.unit_of, *resolved.candidates):
            return f"La mention « {resolved.mention.raw} » désigne le partenaire « {missing} », qui n'existe pas."
    raise AssertionError(f"nothing names {missing}")


def _circle_sentence(names: Sequence[str]) -> str:
    steps = [f"« {unit} » à « {parent} »" for unit, parent in zip(names, (*names[1:], names[0]), strict=True)]
    shown = ", ".join(steps[:MOST_SHOWN]) + (", …" if len(steps) > MOST_SHOWN else "")
    return f"Des partenaires sont rattachés en rond : {shown}. Rien n'a été enregistré."


def _check_once(kind: str, ids: Sequence[str]) -> None:
    if len(set(ids)) < len(ids):
        twice = min(id for id, times in Counter(ids).items() if times > 1)
        raise InputRefused(f"Le même envoi contient deux fois {kind} « {twice} ».")


def _ids(change: Change) -> Iterator[str]:
    yield from (p.id for p in change.partners)
    yield from (s.id for s in change.services)
    yield from (r.mention.id for r in change.resolved)
    yield from (d.id for d in change.decisions)
    yield from change.removed_partners | change.removed_services | change.removed_mentions
