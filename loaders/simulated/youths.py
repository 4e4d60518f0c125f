"""The young people of a year: age, commune, programme, needs that come together, situations, season."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

from graph.intake import Intake, IntakeId, ProgrammeCode
from graph.model import AGE_MAX, CommuneCode, NeedCode, PartnerId, SectorCode, SituationCode
from graph.reference import MINOR, QPV, Reference
from loaders.simulated import figures

_POLES = ("rochefort", "marennes", "saint-pierre-oleron")

Item = TypeVar("Item")
_NOWHERE = PartnerId("")


@dataclass(slots=True, eq=False)
class Youth:
    """An intake in the making: facts may still add a need or a situation before it is written."""

    id: IntakeId
    received_on: date
    age: int
    commune: CommuneCode
    programme: ProgrammeCode
    needs: set[NeedCode]
    situations: set[SituationCode]
    sectors: frozenset[SectorCode] = frozenset()
    site: PartnerId = _NOWHERE
    unmet: dict[NeedCode, date] = field(default_factory=dict)

    @property
    def facts(self) -> frozenset[SituationCode]:
        """What admission is decided on: `mineur` follows from the age."""
        return frozenset(self.situations | {MINOR}) if self.age < 18 else frozenset(self.situations)

    def intake(self) -> Intake:
        return Intake(
            self.id,
            self.received_on,
            self.age,
            self.commune,
            self.programme,
            self.site,
            frozenset(self.needs),
            self.facts,
            self.sectors,
            simulated=True,
        )


def uuid(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))


def drawn(random: Random, weights: Mapping[Item, float]) -> Item:
    return random.choices(list(weights), list(weights.values()))[0]


def youths(year: int, count: int, random: Random, reference: Reference, sites: Mapping[str, PartnerId]) -> list[Youth]:
    """By day of reception."""
    territory = Territory(reference, sites)
    profiles = figures.profiles()
    days = _days(year)
    found = [_youth(random, territory, profiles, days, reference) for _ in range(count)]
    return sorted(found, key=lambda youth: (youth.received_on, youth.id))


class Territory:
    """Where people live, and which site receives them."""

    def __init__(self, reference: Reference, sites: Mapping[str, PartnerId]) -> None:
        communes = reference.served()
        self.sites = sites
        self.communes = {
            c.insee: c.population * (figures.CITY_WEIGHT if c.epci == figures.CITY_EPCI else 1.0) for c in communes
        }
        whole = sum(self.communes.values())
        town = self.communes.get(CommuneCode(figures.DISTRICT_COMMUNE), 0.0)
        self.district = min(1.0, figures.DISTRICTS * whole / town) if town else 0.0
        seats = {reference.sites[code].commune: sites[code] for code in _POLES if code in sites}
        by_epci = {reference.communes[commune].epci: site for commune, site in seats.items()}
        first = next(iter(seats.values()))
        self.pole = {c.insee: by_epci.get(c.epci, first) for c in communes}

    def site(self, youth: Youth) -> PartnerId:
        """The office of the EPCI; a contact place for those who are met there."""
        pole = self.pole[youth.commune]
        if "justice-detention" in youth.situations:
            return self.sites.get("maison-arret", pole)
        if "justice-placement" in youth.situations and youth.age < 18:
            return self.sites.get("cef", pole)
        if "sans-abri" in youth.situations and pole == self.sites.get("rochefort"):
            return self.sites.get("cabestan", pole)
        return pole


def _days(year: int) -> dict[date, float]:
    """Every working day of the year with the weight of its month."""
    weights: dict[date, float] = {}
    for month, weight in enumerate(figures.MONTHS, start=1):
        all_days = [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]
        working = [day for day in all_days if day.weekday() < 5]
        weights.update({day: weight / len(working) for day in working})
    return weights


def _youth(
    random: Random,
    territory: Territory,
    profiles: tuple[figures.Profile, ...],
    days: Mapping[date, float],
    reference: Reference,
) -> Youth:
    minor = random.random() < figures.MINORS
    age = drawn(random, figures.MINOR_AGES if minor else figures.ADULT_AGES)
    commune = drawn(random, territory.communes)
    profile = random.choices(profiles, [p.minor if minor else p.adult for p in profiles])[0]
    situations = {code for code, chance in profile.situations if 100 * random.random() < chance}
    if commune == figures.DISTRICT_COMMUNE and random.random() < territory.district:
        situations.add(QPV)
    needs = _needs(random, age, profile, reference)
    sectors = reference.sectors
    wished = frozenset({random.choice(list(sectors))} if sectors and needs & figures.WORK_NEEDS else ())
    programme = ProgrammeCode(drawn(random, figures.MINOR_PROGRAMMES if minor else figures.ADULT_PROGRAMMES))
    youth = Youth(
        IntakeId(uuid(random)),
        drawn(random, days),
        age,
        commune,
        programme,
        needs,
        _consistent(situations, age),
        wished,
    )
    youth.site = territory.site(youth)
    return youth


def _needs(random: Random, age: int, profile: figures.Profile, reference: Reference) -> set[NeedCode]:
    """One at least, five at most; none that is not asked at that age."""
    asked = [(code, chance) for code, chance in profile.needs if suits(reference, code, age)]
    found = [code for code, chance in asked if 100 * random.random() < chance][:5]
    return set(found) or {asked[0][0]}


def suits(reference: Reference, need: NeedCode, age: int) -> bool:
    return reference.needs[need].asked_at(age)


_NOT_TOGETHER = (
    ("cap-bep", "decrochage"),
    ("bac-ou-plus", "decrochage"),
    ("bac-ou-plus", "cap-bep"),
    ("en-emploi", "sans-solution"),
    ("en-emploi", "demandeur-emploi"),
    ("sans-abri", "heberge-tiers"),
    ("handicap-reconnu", "handicap-en-cours"),
    ("demandeur-asile", "protection-internationale"),
    ("demandeur-asile", "primo-arrivant"),
    ("scolarise", "sans-solution"),
    ("scolarise", "decrochage"),
)
_ADULT_ONLY = frozenset({"minima-sociaux", "notification-esat", "bac-ou-plus", "demandeur-asile", "primo-arrivant"})


def _consistent(situations: set[SituationCode], age: int) -> set[SituationCode]:
    for kept, dropped in _NOT_TOGETHER:
        if kept in situations and dropped in situations:
            situations.discard(SituationCode(dropped))
    if age < 18:
        situations -= {s for s in situations if s in _ADULT_ONLY}
        if situations & {"etranger-hors-ue"} and not situations & {"protection-internationale"}:
            situations.add(SituationCode("mineur-non-accompagne"))
    return situations


def older(youth: Youth, day: date) -> int:
    """Age on *day*: nobody is known to the day, a year later they are a year older."""
    return min(AGE_MAX, youth.age + (day - youth.received_on).days // 365)


def later(day: date, days: int) -> date:
    """*day* plus *days*, moved on to a working day."""
    found = day + timedelta(days=days)
    return found + timedelta(days=7 - found.weekday()) if found.weekday() >= 5 else found
