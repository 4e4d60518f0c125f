"""Coverage against the rule of admission asked of every service, one by one."""

from datetime import date
from random import Random

import pytest

from graph.admission import Fault, obstacles
from graph.coverage import ADULT, YOUNG, Gap, coverage, rate_of_unmet, sensitive_people
from graph.directory import Directory
from graph.model import (
    CommuneCode,
    Conditions,
    NeedCode,
    Partner,
    PartnerId,
    PartnerStatus,
    Request,
    Service,
    ServiceId,
    SituationCode,
    Standing,
    TerritoryCode,
)
from graph.statistics import Rate
from loaders.reference import reference

DAY = date(2026, 12, 31)
NEEDS = [NeedCode("permis"), NeedCode("addictions")]
PLACES = [TerritoryCode(code) for code in ("FR", "17", "200041762", "241700624", "17299", "17385")]


def random_directory(seed: int) -> Directory:
    random = Random(seed)
    partners: dict[PartnerId, Partner] = {}
    services: dict[ServiceId, Service] = {}
    for n in range(random.randint(0, 6)):
        id = PartnerId(f"p{n}")
        partners[id] = Partner(
            id,
            f"Partenaire {n}",
            standing=random.choice([Standing.REFERABLE] * 4 + [Standing.FUNDER]),
            status=random.choice([PartnerStatus.ACTIVE] * 5 + [PartnerStatus.CLOSED]),
        )
        for k in range(random.randint(1, 2)):
            low = random.choice([None, None, 16, 18, 25])
            service = Service(
                ServiceId(f"s{n}-{k}"),
                id,
                f"Service {n} {k}",
                needs=frozenset(random.sample(NEEDS, random.randint(1, 2))),
                territories=frozenset(random.sample(PLACES, random.randint(1, 2))),
                age_min=low,
                age_max=random.choice([None, 17, 30]) if low is None else None,
                conditions=Conditions(
                    required=random.choice([(), (), (frozenset({SituationCode("sans-abri")}),)]),
                    excluded=random.choice([frozenset(), frozenset({SituationCode("mineur")})]),
                ),
                full_until=random.choice([None, None, date(2027, 3, 1), DAY]),
                closed=random.random() < 0.1,
            )
            services[service.id] = service
    return Directory(partners, services)


@pytest.mark.parametrize("seed", range(50))
def test_partners_able_to_help_are_those_without_any_obstacle(seed: int) -> None:
    directory, known = random_directory(seed), reference()

    found = coverage(directory, known, DAY, {}, {}, needs=NEEDS)

    assert len(found.cells) == len(NEEDS) * 2 * len(known.served())
    for cell in found.cells:
        person = YOUNG if cell.person == YOUNG.code else ADULT
        request = Request(person.age, cell.commune, frozenset({cell.need}), person.situations)
        told = {
            service.id: obstacles(
                service, directory.partners[service.partner], request, known.within(cell.commune), DAY
            )
            for service in directory.services.values()
            if cell.need in service.needs
        }
        able = {directory.services[id].partner for id, found in told.items() if not found}
        assert cell.partners == len(able)
        assert (cell.gap is None) == bool(able)
        if len(able) == 1:
            assert {cell.sole} == able
        faults = [{o.fault for o in obstacle} for obstacle in told.values()]
        if cell.gap is Gap.FULL:
            assert any(f <= {Fault.FULL_UNTIL, Fault.CLOSED_UNTIL} for f in faults)
        if cell.gap is Gap.NOBODY:
            never = {Fault.PARTNER_CLOSED, Fault.STANDING, Fault.CLOSED}
            assert all(f & never for f in faults)


@pytest.mark.parametrize("seed", range(10))
def test_a_sensitive_situation_lacks_a_need_where_nobody_takes_it(seed: int) -> None:
    directory, known = random_directory(seed), reference()

    found = coverage(directory, known, DAY, {}, {}, needs=NEEDS)

    for person in sensitive_people(known):
        for need in NEEDS:
            alone = 0
            for commune in known.served():
                within = known.within(commune.insee)
                request = Request(person.age, commune.insee, frozenset({need}), person.situations)
                alone += all(
                    need not in s.needs or obstacles(s, directory.partners[s.partner], request, within, DAY)
                    for s in directory.services.values()
                )
            assert found.situations[person.code].get(need, 0) == alone


def test_a_need_that_is_not_asked_at_an_age_is_missing_to_nobody_there() -> None:
    known = reference()
    young_only = [code for code, need in known.needs.items() if not need.asked_at(ADULT.age)]

    found = coverage(Directory(), known, DAY, {}, {})

    assert young_only
    people = {(cell.need, cell.person) for cell in found.cells}
    assert people == {(c, p.code) for c, n in known.needs.items() for p in (YOUNG, ADULT) if n.asked_at(p.age)}
    assert all(need not in young_only for missing in found.situations.values() for need in missing)


def test_cells_weigh_what_was_expressed_there() -> None:
    town = CommuneCode("17299")

    found = coverage(Directory(), reference(), DAY, {(NEEDS[0], town, True): 7}, {}, needs=NEEDS)

    assert found.weighted() == [7, 0, 0, 0]
    assert found.shares()[0] == len(found.cells)


def test_a_need_found_unmet_later_than_it_was_expressed_is_still_a_share() -> None:
    assert rate_of_unmet(3, 2) == Rate(3, 3)
