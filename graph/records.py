"""The neutral JSON Lines records of a whole store: the backup format, and the way from one kind of store to another.

A file is a header, the reference, partners, services, mentions and decisions, the follow-up with its edges (each kind
by its code or id), and a last record that counts them, so that a file cut short is refused. Sets are sorted, times are
UTC with microseconds: equal contents give equal bytes. Idempotency keys are not part of it; the stamp is, so that a
change prepared before a move is still refused when something came between.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson

from graph.directory import Change
from graph.errors import FileRefused, InputRefused
from graph.follow_records import KINDS_OF_FOLLOW_UP, FollowUp, follow_from, follow_records
from graph.model import (
    Access,
    CommuneCode,
    Conditions,
    Decision,
    DecisionId,
    DecisionKind,
    DomainCode,
    Mention,
    MentionId,
    Mode,
    NeedCode,
    Origin,
    Outcome,
    Partner,
    PartnerId,
    PartnerKind,
    PartnerStatus,
    Resolved,
    Seat,
    SectorCode,
    Service,
    ServiceId,
    SituationCode,
    Standing,
    TerritoryCode,
    Welcome,
)
from graph.publication import Publication, from_json, to_json
from graph.record_fields import Fields, day, instant
from graph.reference import Reference
from graph.reference_records import EMPTY_REFERENCE, KINDS_OF_REFERENCE, reference_from, reference_records
from graph.store import Record

FORMAT = 1
"""Of the file: header, one JSON object per line, last record."""
SCHEMA = 3
"""Of the records: which kinds there are and which keys each has, in every kind of store.

1 had no follow-up, 2 no publication.
"""

KINDS = {**KINDS_OF_REFERENCE, "partner": "partners", "service": "services", "mention": "mentions"} | {
    "decision": "decisions"
}
KINDS |= KINDS_OF_FOLLOW_UP | {"publication": "publications"}
"""Kind of a record → its name in the counts."""

Value = TypeVar("Value")
Key = TypeVar("Key")


@dataclass(frozen=True)
class Contents:
    """Everything a store holds, keys of idempotency aside."""

    reference: Reference = EMPTY_REFERENCE
    partners: Mapping[PartnerId, Partner] = field(default_factory=dict)
    services: Mapping[ServiceId, Service] = field(default_factory=dict)
    resolved: Mapping[MentionId, Resolved] = field(default_factory=dict)
    decisions: Mapping[DecisionId, Decision] = field(default_factory=dict)
    stamp: int = 0
    followed: FollowUp = field(default_factory=FollowUp)
    publications: tuple[Publication, ...] = ()

    @property
    def change(self) -> Change:
        """The change that makes the directory out of nothing."""
        return Change(
            partners=tuple(self.partners.values()),
            services=tuple(self.services.values()),
            resolved=tuple(self.resolved.values()),
            decisions=tuple(self.decisions.values()),
        )


def to_records(contents: Contents) -> Iterator[Record]:
    yield {"kind": "maillage", "format": FORMAT, "schema": SCHEMA, "stamp": contents.stamp}
    number = 0
    for record in _body(contents):
        number += 1
        yield record
    yield {"kind": "end", "records": number}


def _body(contents: Contents) -> Iterator[Record]:
    yield from reference_records(contents.reference)
    for partner in sorted(contents.partners):
        yield partner_record(contents.partners[partner])
    for service in sorted(contents.services):
        yield service_record(contents.services[service])
    for mention in sorted(contents.resolved):
        yield mention_record(contents.resolved[mention])
    for decision in sorted(contents.decisions):
        yield decision_record(contents.decisions[decision])
    yield from follow_records(contents.followed)
    for publication in sorted(contents.publications, key=lambda p: (p.year, p.version)):
        yield {"kind": "publication", **to_json(publication)}


def from_records(records: Iterable[Record]) -> Contents:
    """Raises FileRefused, with the number of the record, when one of them is not what it should be."""
    numbered = enumerate(records, start=1)
    stamp = _header(next(numbered, (1, {}))[1])
    found: dict[str, list[Fields]] = {kind: [] for kind in KINDS}
    last: Fields | None = None
    for number, record in numbered:
        if last is not None:
            raise FileRefused("export", "des lignes suivent la dernière", number)
        if record.get("kind") == "end":
            last = Fields(record, number)
        elif (kind := record.get("kind")) in found:
            found[kind].append(Fields(record, number))
        else:
            raise FileRefused("export", f"une ligne de genre inconnu : {kind!r}", number)
    total = sum(len(fields) for fields in found.values())
    if last is None or last.number("records") != total:
        raise FileRefused("export", "le fichier est incomplet : sa dernière ligne ne compte pas les autres")
    if stamp == 0 and any(found[kind] for kind in ("partner", "service", "mention", "decision")):
        raise FileRefused("export", "le tampon 0 est celui d'un répertoire vide", 1)
    return Contents(
        reference=reference_from(found),
        partners=_by_key(found["partner"], partner_from, lambda p: p.id),
        services=_by_key(found["service"], service_from, lambda s: s.id),
        resolved=_by_key(found["mention"], mention_from, lambda r: r.mention.id),
        decisions=_by_key(found["decision"], decision_from, lambda d: d.id),
        stamp=stamp,
        followed=follow_from(found),
        publications=_publications(found["publication"]),
    )


def _publications(found: Iterable[Fields]) -> tuple[Publication, ...]:
    """Every version of a year, from the first."""
    lines = [(from_json(fields.record, fields.line), fields.line) for fields in found]
    versions: Counter[int] = Counter()
    for publication, line in sorted(lines, key=lambda each: (each[0].year, each[0].version)):
        versions[publication.year] += 1
        if publication.version != versions[publication.year]:
            raise FileRefused("export", f"une version de l'année {publication.year} manque, ou y est deux fois", line)
    return tuple(publication for publication, _ in lines)


def _header(record: Record) -> int:
    if record.get("kind") != "maillage":
        raise FileRefused("export", "la première ligne n'est pas celle d'un export de Maillage", 1)
    header = Fields(record, 1)
    if header.number("format") != FORMAT or not 1 <= header.number("schema") <= SCHEMA:
        raise FileRefused(
            "export",
            f"format {header.number('format')}, schéma {header.number('schema')} : "
            f"ce programme lit le format {FORMAT}, schéma {SCHEMA}",
            1,
        )
    stamp = header.number("stamp")
    if stamp < 0:
        raise FileRefused("export", f"le tampon {stamp} est négatif", 1)
    return stamp


def _by_key(
    found: Iterable[Fields], value_of: Callable[[Fields], Value], key_of: Callable[[Value], Key]
) -> dict[Key, Value]:
    values: dict[Key, Value] = {}
    for fields in found:
        value = fields.built(value_of)
        key = key_of(value)
        if key in values:
            raise FileRefused("export", f"« {key} » y est deux fois", fields.line)
        values[key] = value
    return values


def counts(contents: Contents) -> dict[str, int]:
    """Rows by kind, every kind, in alphabetical order."""
    found = Counter(record["kind"] for record in _body(contents))
    return dict(sorted((name, found[kind]) for kind, name in KINDS.items()))


def to_lines(records: Iterable[Record]) -> Iterator[bytes]:
    """One line of UTF-8 JSON per record, ended by a line feed."""
    for record in records:
        yield orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_STRICT_INTEGER)


def from_lines(lines: Iterable[bytes], source: str) -> Iterator[Record]:
    """Raises FileRefused at the first line that is not a JSON object."""
    for number, line in enumerate(lines, start=1):
        try:
            record: Any = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise FileRefused(source, "cette ligne n'est pas du JSON en UTF-8", number) from None
        if not isinstance(record, dict):
            raise FileRefused(source, "cette ligne n'est pas un objet JSON", number)
        yield record


def digest(change: Change) -> str:
    """The same for equal contents: what an idempotency key is bound to. Versions are the store's, not the content.

    Raises InputRefused on what no store could keep: half a character, a number beyond 53 bits.
    """
    seen = hashlib.sha256()
    try:
        for line in to_lines(_content(change)):
            seen.update(line)
    except (TypeError, orjson.JSONEncodeError):
        raise InputRefused(
            "Un texte contient un demi-caractère Unicode (substitut isolé), ou un nombre dépasse 53 bits : "
            "rien n'a été enregistré."
        ) from None
    return seen.hexdigest()


def _content(change: Change) -> Iterator[Record]:
    yield {"kind": "apply"}
    yield from sorted(({**partner_record(p), "version": 0} for p in change.partners), key=lambda r: r["id"])
    yield from sorted(({**service_record(s), "version": 0} for s in change.services), key=lambda r: r["id"])
    yield from sorted((mention_record(r) for r in change.resolved), key=lambda r: r["id"])
    yield from sorted((decision_record(d) for d in change.decisions), key=lambda r: r["id"])
    yield {"kind": "removed_partners", "ids": sorted(change.removed_partners)}
    yield {"kind": "removed_services", "ids": sorted(change.removed_services)}
    yield {"kind": "removed_mentions", "ids": sorted(change.removed_mentions)}


# one value ↔ one record


def partner_record(partner: Partner) -> dict[str, Any]:
    return {
        "kind": "partner",
        "id": partner.id,
        "name": partner.name,
        "acronym": partner.acronym,
        "partner_kind": partner.kind.value,
        "network": partner.network,
        "commune": partner.commune,
        "unit_of": partner.unit_of,
        "domains": sorted(partner.domains),
        "seats": [[seat.college, seat.holders, seat.deputies] for seat in partner.seats],
        "standing": partner.standing.value,
        "standing_reason": partner.standing_reason,
        "status": partner.status.value,
        "verified_on": day(partner.verified_on),
        "version": partner.version,
    }


def partner_from(fields: Fields) -> Partner:
    commune, unit_of = fields.maybe("commune"), fields.maybe("unit_of")
    return Partner(
        id=PartnerId(fields.text("id")),
        name=fields.text("name"),
        acronym=fields.maybe("acronym"),
        kind=PartnerKind(fields.text("partner_kind")),
        network=fields.maybe("network"),
        commune=None if commune is None else CommuneCode(commune),
        unit_of=None if unit_of is None else PartnerId(unit_of),
        domains=frozenset(DomainCode(d) for d in fields.texts("domains")),
        seats=tuple(Seat(*seat) for seat in fields.seats("seats")),
        standing=Standing(fields.text("standing")),
        standing_reason=fields.maybe("standing_reason"),
        status=PartnerStatus(fields.text("status")),
        verified_on=fields.maybe_day("verified_on"),
        version=fields.number("version"),
    )


def service_record(service: Service) -> dict[str, Any]:
    return {
        "kind": "service",
        "id": service.id,
        "partner": service.partner,
        "name": service.name,
        "needs": sorted(service.needs),
        "main": sorted(service.main),
        "age_min": service.age_min,
        "age_max": service.age_max,
        "required": [sorted(group) for group in service.conditions.required],
        "preferred": sorted(service.conditions.preferred),
        "excluded": sorted(service.conditions.excluded),
        "territories": sorted(service.territories),
        "places": sorted(service.places),
        "sectors": sorted(service.sectors),
        "welcome": service.welcome.value,
        "modes": sorted(mode.value for mode in service.modes),
        "access": sorted(access.value for access in service.access),
        "internal": service.internal,
        "origin": service.origin.value,
        "source": service.source,
        "note": service.note,
        "full_until": day(service.full_until),
        "closed_until": day(service.closed_until),
        "closed": service.closed,
        "verified_on": day(service.verified_on),
        "verified_by": service.verified_by,
        "edited": service.edited,
        "version": service.version,
    }


def service_from(fields: Fields) -> Service:
    return Service(
        id=ServiceId(fields.text("id")),
        partner=PartnerId(fields.text("partner")),
        name=fields.text("name"),
        needs=frozenset(NeedCode(n) for n in fields.texts("needs")),
        main=frozenset(NeedCode(n) for n in fields.texts("main")),
        age_min=fields.maybe_number("age_min"),
        age_max=fields.maybe_number("age_max"),
        conditions=Conditions(
            required=tuple(frozenset(SituationCode(s) for s in group) for group in fields.groups("required")),
            preferred=frozenset(SituationCode(s) for s in fields.texts("preferred")),
            excluded=frozenset(SituationCode(s) for s in fields.texts("excluded")),
        ),
        territories=frozenset(TerritoryCode(t) for t in fields.texts("territories")),
        places=frozenset(CommuneCode(p) for p in fields.texts("places")),
        sectors=frozenset(SectorCode(s) for s in fields.texts("sectors")),
        welcome=Welcome(fields.text("welcome")),
        modes=frozenset(Mode(m) for m in fields.texts("modes")),
        access=frozenset(Access(a) for a in fields.texts("access")),
        internal=fields.flag("internal"),
        origin=Origin(fields.text("origin")),
        source=fields.maybe("source"),
        note=fields.maybe("note"),
        full_until=fields.maybe_day("full_until"),
        closed_until=fields.maybe_day("closed_until"),
        closed=fields.flag("closed"),
        verified_on=fields.maybe_day("verified_on"),
        verified_by=fields.maybe("verified_by"),
        edited=fields.flag("edited"),
        version=fields.number("version"),
    )


def mention_record(resolved: Resolved) -> dict[str, Any]:
    mention = resolved.mention
    return {
        "kind": "mention",
        "id": mention.id,
        "source": mention.source,
        "line": mention.line,
        "position": mention.position,
        "raw": mention.raw,
        "domain": mention.domain,
        "subcategory": mention.subcategory,
        "within": mention.within,
        "commune": mention.commune,
        "acronym": mention.acronym,
        "college": mention.college,
        "seats": mention.seats,
        "deputies": mention.deputies,
        "outcome": resolved.outcome.value,
        "partner": resolved.partner,
        "unit_of": resolved.unit_of,
        "evidence": resolved.evidence,
        "candidates": list(resolved.candidates),
    }


def mention_from(fields: Fields) -> Resolved:
    domain, partner, unit_of = fields.maybe("domain"), fields.maybe("partner"), fields.maybe("unit_of")
    return Resolved(
        mention=Mention(
            id=MentionId(fields.text("id")),
            source=fields.text("source"),
            line=fields.number("line"),
            position=fields.number("position"),
            raw=fields.text("raw"),
            domain=None if domain is None else DomainCode(domain),
            subcategory=fields.maybe("subcategory"),
            within=fields.maybe("within"),
            commune=fields.maybe("commune"),
            acronym=fields.maybe("acronym"),
            college=fields.maybe("college"),
            seats=fields.number("seats"),
            deputies=fields.number("deputies"),
        ),
        outcome=Outcome(fields.text("outcome")),
        partner=None if partner is None else PartnerId(partner),
        unit_of=None if unit_of is None else PartnerId(unit_of),
        evidence=fields.text("evidence"),
        candidates=tuple(PartnerId(c) for c in fields.texts("candidates")),
    )


def decision_record(decision: Decision) -> dict[str, Any]:
    return {
        "kind": "decision",
        "id": decision.id,
        "decision_kind": decision.kind.value,
        "names": list(decision.names),
        "reason": decision.reason,
        "actor": decision.actor,
        "decided_at": instant(decision.decided_at),
        "undone_at": None if decision.undone_at is None else instant(decision.undone_at),
        "undone_by": decision.undone_by,
    }


def decision_from(fields: Fields) -> Decision:
    return Decision(
        id=DecisionId(fields.text("id")),
        kind=DecisionKind(fields.text("decision_kind")),
        names=tuple(fields.texts("names")),
        reason=fields.text("reason"),
        actor=fields.text("actor"),
        decided_at=fields.instant("decided_at"),
        undone_at=fields.maybe_instant("undone_at"),
        undone_by=fields.maybe("undone_by"),
    )
