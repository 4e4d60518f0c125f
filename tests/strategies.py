"""Random directories and requests over the real reference, dense enough that they meet."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TypeVar

from hypothesis import strategies as st

from graph.directory import Change, Directory
from graph.model import (
    AGE_MAX,
    AGE_MIN,
    FRANCE,
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
    Request,
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
from loaders.reference import reference

Value = TypeVar("Value")

REFERENCE = reference()
TODAY = date(2026, 3, 16)
"""Dates are drawn within two years of it."""


def _often(few: Sequence[Value], every: Sequence[Value]) -> st.SearchStrategy[Value]:
    """One of the *few* nine times in ten, so that independent draws meet."""
    return st.integers(0, 9).flatmap(lambda n: st.sampled_from(every if n == 9 else few))


def _spread(values: Sequence[Value], number: int) -> list[Value]:
    """*number* of them, at equal distances."""
    return [values[i * len(values) // number] for i in range(number)]


_NEEDS = list(REFERENCE.needs)
_SITUATIONS = list(REFERENCE.situations)
_SECTORS = list(REFERENCE.sectors)
_SERVED = [c.insee for c in REFERENCE.served()]
_ISLANDS = [c.insee for c in REFERENCE.served() if c.island]
_BANKS = [c.insee for c in REFERENCE.served() if c.bank]
_SEATS = [epci.seat for epci in REFERENCE.epcis.values()]
_FEW_COMMUNES = sorted({*_SEATS, *_spread(_SERVED, 3), *_spread(_ISLANDS, 2), *_spread(_BANKS, 2)})
_TERRITORIES = list(REFERENCE.territories())
_FEW_TERRITORIES = [
    FRANCE,
    *REFERENCE.departements,
    *REFERENCE.epcis,
    *(TerritoryCode(c) for c in _FEW_COMMUNES),
]

needs: st.SearchStrategy[NeedCode] = _often(_spread(_NEEDS, 7), _NEEDS)
situations: st.SearchStrategy[SituationCode] = _often(
    [SituationCode("mineur"), *_spread([s for s in _SITUATIONS if s != "mineur"], 5)], _SITUATIONS
)
sectors: st.SearchStrategy[SectorCode] = _often(_spread(_SECTORS, 3), _SECTORS)
domains: st.SearchStrategy[DomainCode] = st.sampled_from(list(REFERENCE.domains))
served_communes: st.SearchStrategy[CommuneCode] = _often(_FEW_COMMUNES, _SERVED)
communes: st.SearchStrategy[CommuneCode] = _often(_FEW_COMMUNES, list(REFERENCE.communes))
"""Of the département, served or not."""
territories: st.SearchStrategy[TerritoryCode] = _often(_FEW_TERRITORIES, _TERRITORIES)
days: st.SearchStrategy[date] = st.dates(date(TODAY.year - 2, 1, 1), date(TODAY.year + 2, 12, 31))
times: st.SearchStrategy[datetime] = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
texts: st.SearchStrategy[str] = st.text(min_size=1, max_size=30).filter(lambda text: bool(text.strip()))
"""Any characters that a store keeps; never a lone surrogate."""
names: st.SearchStrategy[str] = st.one_of(
    st.sampled_from(["CCAS", "Mission Locale", "L'Écluse", "Foyer Œuvre d'Élan", "AL 17", "Cœur d'Aunis"]), texts
)


@st.composite
def conditions(draw: st.DrawFn) -> Conditions:
    """Often none; otherwise groups of required situations, preferred and excluded ones, which may contradict."""
    if draw(st.booleans()):
        return Conditions()
    group = st.frozensets(situations, min_size=1, max_size=2)
    return Conditions(
        required=tuple(draw(st.lists(group, max_size=2))),
        preferred=draw(st.frozensets(situations, max_size=2)),
        excluded=draw(st.frozensets(situations, max_size=2)),
    )


@st.composite
def partners(draw: st.DrawFn, id: PartnerId, parents: Sequence[PartnerId] = ()) -> Partner:
    unit_of = draw(st.none() | st.sampled_from(parents)) if parents else None
    kind = PartnerKind.ORGANISATION if unit_of is None else draw(st.sampled_from([PartnerKind.UNIT, PartnerKind.SITE]))
    if unit_of is None and draw(st.integers(0, 5)) == 0:
        kind = PartnerKind.GROUP
    standing = draw(st.sampled_from([Standing.REFERABLE, Standing.REFERABLE, Standing.REFERABLE, *Standing]))
    return Partner(
        id=id,
        name=draw(names),
        acronym=draw(st.none() | texts),
        kind=kind,
        network=draw(st.none() | st.sampled_from(["ccas", "csapa", "mission-locale"])),
        commune=draw(st.none() | communes),
        unit_of=unit_of,
        domains=draw(st.frozensets(domains, max_size=3)),
        seats=tuple(draw(st.lists(st.builds(Seat, texts, st.integers(0, 3), st.integers(0, 3)), max_size=2))),
        standing=standing,
        standing_reason=None if standing is Standing.REFERABLE else draw(texts),
        status=draw(st.sampled_from([PartnerStatus.ACTIVE] * 5 + [PartnerStatus.CLOSED])),
        verified_on=draw(st.none() | days),
    )


@st.composite
def services(draw: st.DrawFn, id: ServiceId, partner: PartnerId) -> Service:
    met = draw(st.frozensets(needs, min_size=1, max_size=4))
    low, high = sorted(draw(st.tuples(st.integers(12, 28), st.integers(16, 64))))
    verified_on = draw(st.none() | days)
    return Service(
        id=id,
        partner=partner,
        name=draw(names),
        needs=met,
        main=draw(st.frozensets(st.sampled_from(sorted(met)), max_size=2)),
        age_min=draw(st.sampled_from([None, low])),
        age_max=draw(st.sampled_from([None, high])),
        conditions=draw(conditions()),
        territories=draw(st.frozensets(territories, min_size=1, max_size=3)),
        places=draw(st.frozensets(communes, max_size=2)),
        sectors=draw(st.frozensets(sectors, max_size=2)),
        welcome=draw(st.sampled_from(Welcome)),
        modes=draw(st.frozensets(st.sampled_from(Mode), min_size=1, max_size=2)),
        access=draw(st.frozensets(st.sampled_from(Access), min_size=1, max_size=2)),
        internal=draw(st.integers(0, 7)) == 0,
        origin=draw(st.sampled_from(Origin)),
        source=draw(st.none() | texts),
        note=draw(st.none() | texts),
        full_until=draw(st.none() | days),
        closed_until=draw(st.none() | days),
        closed=draw(st.integers(0, 9)) == 0,
        verified_on=verified_on,
        verified_by=None if verified_on is None else draw(st.none() | texts),
        edited=draw(st.booleans()),
    )


@st.composite
def directories(draw: st.DrawFn, most_partners: int = 7, most_services: int = 12) -> Directory:
    """Partners, some units of earlier ones, some closed or not referable, and their services; stamp 1."""
    found: dict[PartnerId, Partner] = {}
    for number in range(draw(st.integers(1, most_partners))):
        id = PartnerId(f"p{number:02}")
        found[id] = draw(partners(id, sorted(found)))
    offered: dict[ServiceId, Service] = {}
    for number in range(draw(st.integers(0, most_services))):
        service = ServiceId(f"s{number:02}")
        offered[service] = draw(services(service, draw(st.sampled_from(sorted(found)))))
    return Directory(found, offered, stamp=1)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """As `Reference.request` makes them: `mineur` if and only if under 18."""
    age = draw(st.integers(AGE_MIN, AGE_MAX))
    facts = draw(st.frozensets(situations, max_size=3)) - {SituationCode("mineur")}
    return REFERENCE.request(
        age,
        draw(served_communes),
        draw(st.frozensets(needs, min_size=1, max_size=5)),
        facts,
        draw(st.frozensets(sectors, max_size=2)),
        draw(st.sampled_from([1, 3, 10, 50])),
    )


@st.composite
def mentions(draw: st.DrawFn, id: MentionId) -> Mention:
    return Mention(
        id=id,
        source=draw(st.sampled_from(["liste.txt", "conseil.csv"])),
        line=draw(st.integers(1, 9)),
        position=draw(st.integers(0, 9)),
        raw=draw(names),
        domain=draw(st.none() | domains),
        subcategory=draw(st.none() | texts),
        within=draw(st.none() | texts),
        commune=draw(st.none() | texts),
        acronym=draw(st.none() | texts),
        college=draw(st.none() | texts),
        seats=draw(st.integers(0, 3)),
        deputies=draw(st.integers(0, 3)),
    )


@st.composite
def resolved_mentions(draw: st.DrawFn, known: Sequence[PartnerId], most: int = 8) -> tuple[Resolved, ...]:
    """Mentions resolved to *known* partners."""
    found: list[Resolved] = []
    for number in range(draw(st.integers(0, most))):
        mention = draw(mentions(MentionId(f"m{number:02}")))
        outcome = draw(st.sampled_from(Outcome))
        partner = None if outcome is Outcome.NOT_A_PARTNER else draw(st.sampled_from(known))
        parent = draw(st.sampled_from(known)) if outcome is Outcome.UNIT_OF else None
        several = st.lists(st.sampled_from(known), max_size=3, unique=True)
        candidates = tuple(draw(several)) if outcome is Outcome.AMBIGUOUS else ()
        found.append(Resolved(mention, outcome, partner, parent, draw(texts), candidates))
    return tuple(found)


@st.composite
def decisions(draw: st.DrawFn, id: DecisionId) -> Decision:
    undone_at = draw(st.none() | times)
    return Decision(
        id=id,
        kind=draw(st.sampled_from(DecisionKind)),
        names=tuple(draw(st.lists(names, min_size=2, max_size=3))),
        reason=draw(names),
        actor=draw(texts),
        decided_at=draw(times),
        undone_at=undone_at,
        undone_by=None if undone_at is None else draw(texts),
    )


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """What fills an empty store: a directory, its mentions and decisions."""
    directory = draw(directories(5, 6))
    return Change(
        partners=tuple(directory.partners.values()),
        services=tuple(directory.services.values()),
        resolved=draw(resolved_mentions(sorted(directory.partners))),
        decisions=tuple(draw(decisions(DecisionId(f"d{number}"))) for number in range(draw(st.integers(0, 3)))),
    )
