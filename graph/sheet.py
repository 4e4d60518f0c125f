"""The service sheet: what types of structure do in general, and what each partner of a territory offers.

`compose` joins it to resolved partners. A partner with lines of its own has these services and no others;
a partner without lines has those of its types, inferred, with the zone counted from its commune.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from graph.model import (
    FRANCE,
    Access,
    CommuneCode,
    Conditions,
    Mode,
    NeedCode,
    Origin,
    Partner,
    PartnerId,
    PartnerKind,
    Resolved,
    SectorCode,
    Service,
    ServiceId,
    Standing,
    TerritoryCode,
    Welcome,
)
from graph.names import folded
from graph.reference import Reference


@dataclass(frozen=True, slots=True)
class StructureType:
    """A kind of structure that exists all over France; `v1` when its code is one of data·inclusion's networks."""

    code: str
    label: str
    acronym: str | None
    names: tuple[str, ...]
    kind: PartnerKind | None
    standing: Standing
    v1: bool
    source: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a service is, without the partner that offers it. `zone` counts from the partner's commune."""

    key: str
    name: str
    needs: frozenset[NeedCode]
    main: frozenset[NeedCode] = frozenset()
    age_min: int | None = None
    age_max: int | None = None
    conditions: Conditions = field(default_factory=Conditions)
    zone: str = "departement"  # commune, epci, departement or france
    modes: frozenset[Mode] = frozenset({Mode.ON_SITE})
    welcome: Welcome = Welcome.UNCONDITIONAL
    access: frozenset[Access] = frozenset({Access.PROFESSIONAL})
    sectors: frozenset[SectorCode] = frozenset()
    note: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """What the sheet says of one partner; `partner` is a name of a list, or « Parent / Unit »."""

    where: str
    partner: str
    name: str | None
    acronym: str | None
    types: tuple[str, ...]
    kind: PartnerKind | None
    commune: CommuneCode | None
    standing: Standing
    standing_reason: str | None


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """`territories` None: the zone of the terms."""

    where: str
    partner: str
    terms: Terms
    territories: frozenset[TerritoryCode] | None
    places: frozenset[CommuneCode]
    internal: bool
    origin: Origin


@dataclass(frozen=True)
class Sheet:
    """`sources` are the lists it was made for: their names come before those of other lists."""

    types: Mapping[str, StructureType] = field(default_factory=dict)
    type_services: Mapping[str, tuple[Terms, ...]] = field(default_factory=dict)
    partners: tuple[PartnerLine, ...] = ()
    services: tuple[ServiceLine, ...] = ()
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Composed:
    """Partners and services ready to be stored; `lost` are lines of the sheet that name no partner, in French."""

    partners: tuple[Partner, ...]
    services: tuple[Service, ...]
    lost: tuple[str, ...]
    names: "Names"


def compose(partners: Iterable[Partner], resolved: Iterable[Resolved], sheet: Sheet, reference: Reference) -> Composed:
    """Partners by id, services by id."""
    known = {p.id: p for p in partners}
    resolved = list(resolved)
    names = Names(known, resolved)
    own_names = Names(known, (r for r in resolved if r.mention.source in sheet.sources), shown=False)
    lost: list[str] = []
    lines: dict[PartnerId, PartnerLine] = {}
    for line in sheet.partners:
        found = own_names.find(line.partner) or names.find(line.partner)
        if len(found) == 1 and found[0] in lines:
            lost.append(f"{line.where} : « {line.partner} » est le partenaire déjà décrit ({lines[found[0]].where}).")
        elif len(found) == 1:
            lines[found[0]] = line
        else:
            lost.append(f"{line.where} : {_unfound(line.partner, found)}")
    offered: defaultdict[PartnerId, list[ServiceLine]] = defaultdict(list)
    for service_line in sheet.services:
        found = own_names.find(service_line.partner) or names.find(service_line.partner)
        if len(found) == 1:
            offered[found[0]].append(service_line)
        else:
            lost.append(f"{service_line.where} : {_unfound(service_line.partner, found)}")

    recognise = _Recogniser(sheet.types.values())
    told = {id: _described(p, lines.get(id), recognise, sheet, names) for id, p in known.items()}
    services: dict[ServiceId, Service] = {}
    for id in sorted(told):
        described = told[id]
        commune = described.commune or _parent_commune(described, told)
        own = offered.get(id, [])
        made = (
            [_declared(described, commune, line, reference) for line in own]
            if own
            else _inferred(described, commune, _types(described, lines.get(id), recognise, names), sheet, reference)
        )
        for service in made:
            services[_free_id(service.id, services)] = replace(service, id=_free_id(service.id, services))
        if made and described.standing is Standing.UNKNOWN:
            told[id] = replace(described, standing=Standing.REFERABLE)
        elif not made and described.standing is Standing.REFERABLE and id not in lines:
            told[id] = replace(described, standing=Standing.UNKNOWN)
    return Composed(
        tuple(told[id] for id in sorted(told)), tuple(services[id] for id in sorted(services)), tuple(lost), names
    )


class Names:
    """Finds the partner that a line of the sheet, or a decision, means by a name of the lists."""

    def __init__(
        self, partners: Mapping[PartnerId, Partner], resolved: Iterable[Resolved], *, shown: bool = True
    ) -> None:
        """*shown*: by their shown names and acronyms as well."""
        self.raw: defaultdict[PartnerId, set[str]] = defaultdict(set)
        self.plain: defaultdict[str, set[PartnerId]] = defaultdict(set)
        self.inside: defaultdict[str, set[PartnerId]] = defaultdict(set)
        self.acronyms: defaultdict[str, set[PartnerId]] = defaultdict(set)
        self.parents: defaultdict[PartnerId, set[PartnerId]] = defaultdict(set)
        self.written: defaultdict[PartnerId, list[str]] = defaultdict(list)
        for r in resolved:
            if r.partner is None or r.partner not in partners:
                continue
            self.written[r.partner].append(r.mention.raw)
            table = self.inside if r.mention.within else self.plain
            table[folded(r.mention.raw)].add(r.partner)
            self.raw[r.partner].add(folded(r.mention.raw))
        for p in partners.values():
            if p.unit_of is not None:
                self.parents[p.unit_of].add(p.id)
            if shown:
                self.plain[folded(p.name)].add(p.id)
                self.raw[p.id].add(folded(p.name))
            if shown and p.acronym is not None:
                self.acronyms[folded(p.acronym)].add(p.id)

    def find(self, written: str) -> list[PartnerId]:
        parent, slash, unit = written.partition(" / ")
        key = folded(written)
        direct = self.plain.get(key) or self.inside.get(key) or self.acronyms.get(key) or set()
        if direct or not slash:
            return sorted(direct)
        wanted = folded(unit)
        found = {
            child
            for above in self.plain.get(folded(parent), set()) | self.inside.get(folded(parent), set())
            for child in self._below(above)
            if wanted in self.raw[child]
        }
        return sorted(found)

    def _below(self, above: PartnerId) -> set[PartnerId]:
        found: set[PartnerId] = set()
        waiting = [above]
        while waiting:
            for child in self.parents.get(waiting.pop(), set()) - found:
                found.add(child)
                waiting.append(child)
        return found


def _unfound(written: str, found: list[PartnerId]) -> str:
    if found:
        return f"« {written} » désigne plusieurs partenaires ({', '.join(found)})."
    return f"aucun partenaire ne s'appelle « {written} »."


class _Recogniser:
    """Structure types by the words of a name.

    A form inside a longer one does not count (PJJ in « DDPJJ »); then a type that receives young people comes before
    one that funds or sits on a board (« CCAS – Mairie de X »), and the first of the name before those that follow
    (« ESAT de l'Adapei »).
    """

    def __init__(self, types: Iterable[StructureType]) -> None:
        self.referable = set()
        self.by_first: defaultdict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for type_ in types:
            if type_.standing is Standing.REFERABLE:
                self.referable.add(type_.code)
            for form in {folded(n) for n in type_.names} - {""}:
                words = tuple(form.split())
                self.by_first[words[0]].append((words, type_.code))

    def types(self, names: Iterable[str]) -> tuple[str, ...]:
        """The types of the best form found in any of *names*, by code."""
        best: dict[str, tuple[bool, int, int]] = {}
        for name in names:
            for start, end, code in self._found(tuple(folded(name).split())):
                rank = (code not in self.referable, start, start - end)
                best[code] = min(best.get(code, rank), rank)
        first = min(best.values(), default=None)
        return tuple(sorted(code for code, rank in best.items() if rank == first))

    def _found(self, words: tuple[str, ...]) -> list[tuple[int, int, str]]:
        """(first word, word after the last, type), without forms that lie inside a longer one."""
        spans = [
            (start, start + len(form), code)
            for start, word in enumerate(words)
            for form, code in self.by_first.get(word, ())
            if words[start : start + len(form)] == form
        ]
        return [
            (start, end, code)
            for start, end, code in spans
            if not any(s <= start and end <= e and e - s > end - start for s, e, _ in spans)
        ]


def _types(partner: Partner, line: PartnerLine | None, recognise: _Recogniser, names: Names) -> tuple[str, ...]:
    """Of a unit, its own words come before those of its organisation, which its shown name repeats."""
    if line is not None:
        return line.types
    own = names.written.get(partner.id, [])
    if partner.unit_of is None:
        return recognise.types([partner.name, *own])
    return recognise.types(own) or recognise.types([partner.name])


def _described(
    partner: Partner, line: PartnerLine | None, recognise: _Recogniser, sheet: Sheet, names: Names
) -> Partner:
    types = _types(partner, line, recognise, names)
    first = sheet.types[types[0]] if types else None
    if line is None:
        return replace(
            partner,
            network=partner.network or (first.code if first else None),
            standing=first.standing if first else Standing.UNKNOWN,
        )
    kind = line.kind or partner.kind
    if partner.unit_of is not None and kind is PartnerKind.ORGANISATION:
        kind = PartnerKind.UNIT
    return replace(
        partner,
        name=line.name or partner.name,
        acronym=line.acronym or partner.acronym,
        network=first.code if first else partner.network,
        kind=kind,
        commune=line.commune or partner.commune,
        standing=line.standing,
        standing_reason=line.standing_reason,
    )


def _parent_commune(partner: Partner, told: Mapping[PartnerId, Partner]) -> CommuneCode | None:
    seen = {partner.id}
    above = partner.unit_of
    while above is not None and above in told and above not in seen:
        if told[above].commune:
            return told[above].commune
        seen.add(above)
        above = told[above].unit_of
    return None


def _inferred(
    partner: Partner, commune: CommuneCode | None, types: Iterable[str], sheet: Sheet, reference: Reference
) -> list[Service]:
    if partner.standing not in (Standing.REFERABLE, Standing.UNKNOWN):
        return []
    made = []
    for type_ in types:
        for terms in sheet.type_services.get(type_, ()):
            zone = _zone(terms.zone, commune, partner.kind, reference)
            if zone is not None:
                named = replace(terms, key=f"{type_}-{terms.key}")
                made.append(_service(partner, named, zone, _places(frozenset(), commune, terms), Origin.INFERRED))
    return made


def _declared(partner: Partner, commune: CommuneCode | None, line: ServiceLine, reference: Reference) -> Service:
    zone = line.territories or _zone(line.terms.zone, commune, partner.kind, reference)
    if zone is None:
        zone = frozenset(reference.departements) or frozenset({FRANCE})
    places = _places(line.places, commune, line.terms)
    return replace(_service(partner, line.terms, zone, places, line.origin), internal=line.internal)


def _service(
    partner: Partner,
    terms: Terms,
    zone: frozenset[TerritoryCode],
    places: frozenset[CommuneCode],
    origin: Origin,
) -> Service:
    return Service(
        id=ServiceId(f"{partner.id}/{terms.key}"),
        partner=partner.id,
        name=terms.name,
        needs=terms.needs,
        main=terms.main,
        age_min=terms.age_min,
        age_max=terms.age_max,
        conditions=terms.conditions,
        territories=zone,
        places=places,
        sectors=terms.sectors,
        welcome=terms.welcome,
        modes=terms.modes,
        access=terms.access,
        origin=origin,
        source=terms.source,
        note=terms.note,
    )


def _places(said: frozenset[CommuneCode], commune: CommuneCode | None, terms: Terms) -> frozenset[CommuneCode]:
    if said or commune is None or terms.modes == {Mode.REMOTE}:
        return said
    return frozenset({commune})


def _zone(
    zone: str, commune: CommuneCode | None, kind: PartnerKind, reference: Reference
) -> frozenset[TerritoryCode] | None:
    """None when the zone cannot be told: a service of one commune, and the commune is not known."""
    if zone == "france":
        return frozenset({FRANCE})
    known = reference.communes.get(commune) if commune else None
    if known is None:
        everywhere = frozenset(reference.departements)
        return everywhere if everywhere and (zone != "commune" or kind is PartnerKind.GROUP) else None
    if zone == "commune":
        return frozenset({TerritoryCode(known.insee)})
    if zone == "epci" and known.epci:
        return frozenset({known.epci})
    return frozenset({known.departement})


def _free_id(wanted: ServiceId, taken: Mapping[ServiceId, Service]) -> ServiceId:
    """*wanted*, or the first of `wanted-2`, `wanted-3`… that is free."""
    id, number = wanted, 1
    while id in taken:
        number += 1
        id = ServiceId(f"{wanted}-{number}")
    return id
