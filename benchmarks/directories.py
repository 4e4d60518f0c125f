"""Directories of any size over the real reference, drawn from a seed: the same on every machine.

The mix is that of the packaged sheet: one to three services a partner, one to five needs a service, most zones an
EPCI or the département, one service in four with a condition.
"""

import random
from datetime import date

from graph.directory import Directory
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

TODAY = date(2026, 11, 25)
_AGES = ((None, None), (None, None), (16, 25), (18, None), (18, 25), (16, 29), (18, 29), (None, 17), (26, None))


def directory(partners: int, seed: int = 3) -> Directory:
    """About 1.6 services a partner."""
    drawn = random.Random(seed)
    known = reference()
    homes = sorted(known.communes)
    found: dict[PartnerId, Partner] = {}
    services: dict[ServiceId, Service] = {}
    organisations: list[PartnerId] = []
    for number in range(partners):
        id = PartnerId(f"partenaire-{number:05}")
        unit = bool(organisations) and drawn.random() < 0.25
        found[id] = Partner(
            id=id,
            name=f"Partenaire {number}",
            kind=PartnerKind.UNIT if unit else PartnerKind.ORGANISATION,
            commune=drawn.choice(homes),
            unit_of=drawn.choice(organisations) if unit else None,
            domains=frozenset({drawn.choice(sorted(known.domains))}),
            standing=Standing.REFERABLE if drawn.random() < 0.9 else Standing.FUNDER,
        )
        if not unit:
            organisations.append(id)
        for serial in range(drawn.choice((1, 1, 1, 2, 2, 3))):
            one = _service(drawn, ServiceId(f"{id}-{serial}"), found[id])
            services[one.id] = one
    return Directory(found, services, 1)


def request(needs: int, seed: int, limit: int = 10) -> Request:
    drawn = random.Random(seed)
    known = reference()
    return known.request(
        drawn.randint(16, 25),
        drawn.choice([c.insee for c in known.served()]),
        drawn.sample(sorted(known.needs), needs),
        drawn.sample(sorted(set(known.situations) - {"mineur"}), 2),
        drawn.sample(sorted(known.sectors), 1),
        limit,
    )


def _service(drawn: random.Random, id: ServiceId, partner: Partner) -> Service:
    known = reference()
    needs: list[NeedCode] = drawn.sample(sorted(known.needs), drawn.choice((1, 1, 2, 2, 3, 5)))
    situations: list[SituationCode] = sorted(known.situations)
    low, high = drawn.choice(_AGES)
    conditional = drawn.random() < 0.25
    sectors: list[SectorCode] = drawn.sample(sorted(known.sectors), 2) if drawn.random() < 0.15 else []
    return Service(
        id=id,
        partner=partner.id,
        name=f"Service {id}",
        needs=frozenset(needs),
        main=frozenset(needs[:1]),
        age_min=low,
        age_max=high,
        conditions=Conditions(
            required=(frozenset(drawn.sample(situations, 2)),) if conditional and drawn.random() < 0.5 else (),
            preferred=frozenset(drawn.sample(situations, 1)) if conditional else frozenset(),
            excluded=frozenset(drawn.sample(situations, 1)) if conditional and drawn.random() < 0.2 else frozenset(),
        ),
        territories=frozenset({_zone(drawn, partner.commune or CommuneCode("17299"))}),
        places=frozenset({partner.commune}) if partner.commune else frozenset(),
        sectors=frozenset(sectors),
        welcome=Welcome.PREFERENTIAL if conditional else Welcome.UNCONDITIONAL,
        modes=frozenset({Mode.ON_SITE} if drawn.random() < 0.8 else {Mode.ON_SITE, Mode.REMOTE}),
        access=frozenset({Access.PROFESSIONAL}),
        origin=drawn.choice((Origin.INFERRED, Origin.INFERRED, Origin.DECLARED)),
        source="Description du dispositif",
    )


def _zone(drawn: random.Random, home: CommuneCode) -> TerritoryCode:
    commune = reference().communes[home]
    place = drawn.random()
    if place < 0.2:
        return TerritoryCode(home)
    if place < 0.65:
        return commune.epci
    return TerritoryCode("17") if place < 0.95 else FRANCE
