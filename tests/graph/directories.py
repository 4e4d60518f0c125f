"""Random small directories and requests over the real codes, dense enough that rules meet each other."""

from datetime import date, timedelta

from hypothesis import strategies as st

from graph.directory import Directory
from graph.model import (
    AGE_MAX,
    AGE_MIN,
    Access,
    CommuneCode,
    Conditions,
    Mode,
    NeedCode,
    Origin,
    Partner,
    PartnerId,
    PartnerStatus,
    Request,
    SectorCode,
    Service,
    ServiceId,
    SituationCode,
    Standing,
    TerritoryCode,
    Welcome,
)
from loaders.reference import reference

REFERENCE = reference()
TODAY = date(2026, 11, 25)

NEEDS = [
    NeedCode(code)
    for code in [
        "droits-sociaux",
        "crise-suicidaire",
        "violences",
        "harcelement",
        "hebergement-urgence",
        "acces-logement",
        "aide-alimentaire",
        "permis",
        "garde-enfants",
        "qualification",
        "recherche-emploi",
        "emploi-iae",
        "usages-numeriques",
        "sante-mentale",
    ]
]
SITUATIONS = [
    SituationCode(code)
    for code in [
        "mineur",
        "parent",
        "sans-abri",
        "victime-violences",
        "handicap-reconnu",
        "demandeur-asile",
        "non-mobile",
    ]
]
COMMUNES = [CommuneCode(code) for code in ["17299", "17168", "17484", "17004", "17219", "17058", "17385", "17093"]]
ADDRESSES = [*COMMUNES, CommuneCode("17300"), CommuneCode("86194")]  # La Rochelle; Poitiers, outside what we know
TERRITORIES = [TerritoryCode(code) for code in ("FR", "17", *REFERENCE.epcis, *COMMUNES)]
SECTORS = [SectorCode("G"), SectorCode("F"), SectorCode("A")]


@st.composite
def services(draw: st.DrawFn, id: ServiceId, partner: PartnerId) -> Service:
    needs = draw(st.frozensets(st.sampled_from(NEEDS), min_size=1, max_size=5))
    low, high = draw(st.sampled_from([(None, None), (18, None), (16, 18), (None, 25), (18, 25), (26, 29), (17, 17)]))
    days = st.none() | st.integers(-1, 2).map(lambda n: TODAY + timedelta(days=n))
    rarely = st.integers(0, 9).map(lambda n: n == 0)
    return Service(
        id=id,
        partner=partner,
        name=f"Service {id}",
        needs=needs,
        main=frozenset(draw(st.sets(st.sampled_from(sorted(needs))))),
        age_min=low,
        age_max=high,
        conditions=Conditions(
            required=tuple(
                draw(st.lists(st.frozensets(st.sampled_from(SITUATIONS), min_size=1, max_size=2), max_size=2))
            ),
            preferred=draw(st.frozensets(st.sampled_from(SITUATIONS), max_size=2)),
            excluded=draw(st.frozensets(st.sampled_from(SITUATIONS), max_size=1)),
        ),
        territories=draw(st.frozensets(st.sampled_from(TERRITORIES), min_size=1, max_size=3)),
        places=draw(st.frozensets(st.sampled_from(ADDRESSES), max_size=2)),
        sectors=draw(st.frozensets(st.sampled_from(SECTORS), max_size=2)),
        welcome=draw(st.sampled_from(Welcome)),
        modes=draw(st.frozensets(st.sampled_from(Mode), min_size=1)),
        access=draw(st.frozensets(st.sampled_from(Access), min_size=1)),
        internal=draw(rarely),
        origin=draw(st.sampled_from(Origin)),
        full_until=draw(days) if draw(rarely) else None,
        closed_until=draw(days) if draw(rarely) else None,
        closed=draw(rarely),
        verified_on=draw(days),
    )


@st.composite
def directories(draw: st.DrawFn, most: int = 6) -> Directory:
    partners: dict[PartnerId, Partner] = {}
    offered: dict[ServiceId, Service] = {}
    for number in range(draw(st.integers(0, most))):
        id = PartnerId(f"p{number}")
        odd = draw(st.integers(0, 11))
        partners[id] = Partner(
            id=id,
            name=f"Partenaire {number}",
            commune=draw(st.none() | st.sampled_from(ADDRESSES)),
            unit_of=draw(st.none() | st.sampled_from(sorted(partners))) if partners else None,
            standing=draw(st.sampled_from(Standing)) if odd == 0 else Standing.REFERABLE,
            standing_reason=draw(st.none() | st.just("Finance le dispositif.")),
            status=PartnerStatus.CLOSED if odd == 1 else PartnerStatus.ACTIVE,
        )
        for serial in range(draw(st.integers(0, 2))):
            service = draw(services(ServiceId(f"s{number}-{serial}"), id))
            offered[service.id] = service
    return Directory(partners, offered)


@st.composite
def requests(draw: st.DrawFn, limit: int = 1000) -> Request:
    age = draw(st.integers(AGE_MIN, AGE_MAX))
    return REFERENCE.request(
        age,
        draw(st.sampled_from(COMMUNES)),
        draw(st.frozensets(st.sampled_from(NEEDS), min_size=1, max_size=8)),
        draw(st.frozensets(st.sampled_from([s for s in SITUATIONS if s != "mineur"]), max_size=4)),
        draw(st.frozensets(st.sampled_from(SECTORS), max_size=2)),
        limit,
    )


def loads() -> st.SearchStrategy[dict[PartnerId, int]]:
    return st.dictionaries(st.sampled_from([PartnerId(f"p{n}") for n in range(8)]), st.integers(0, 5))
