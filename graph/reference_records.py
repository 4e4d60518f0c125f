"""The reference as neutral records; `position` keeps the order of the booklet.

`Reference.elsewhere` is not among them: these names are shown, nothing points to them, and they stay with the program.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from graph.errors import FileRefused
from graph.model import CommuneCode, DomainCode, NeedCode, SectorCode, SituationCode, TerritoryCode
from graph.record_fields import Fields
from graph.reference import (
    Commune,
    Domain,
    Epci,
    Heading,
    Need,
    Programme,
    Reference,
    Sector,
    Site,
    Situation,
)
from graph.store import Record

Code = TypeVar("Code", bound=str)
Value = TypeVar("Value")

KINDS_OF_REFERENCE = {
    "heading": "headings",
    "need": "needs",
    "situation": "situations",
    "sector": "sectors",
    "domain": "domains",
    "departement": "departements",
    "epci": "epcis",
    "commune": "communes",
    "site": "sites",
    "programme": "programmes",
}
"""Kind of a record → its name in the counts, in the order of the records."""

EMPTY_REFERENCE = Reference(
    headings={}, needs={}, situations={}, sectors={}, domains={}, epcis={}, communes={}, departements={}
)
"""Of a store that was never given one."""


def reference_records(reference: Reference) -> Iterator[Record]:
    """By kind, then by code."""
    yield from _placed("heading", reference.headings, lambda h: {"label": h.label})
    yield from _placed("need", reference.needs, _need_record)
    yield from _placed(
        "situation",
        reference.situations,
        lambda s: {"label": s.label, "public": s.public, "sensitivity": s.sensitivity},
    )
    yield from _placed("sector", reference.sectors, lambda s: {"label": s.label})
    yield from _placed("domain", reference.domains, lambda d: {"label": d.label, "list_heading": d.list_heading})
    yield from _placed("departement", reference.departements, lambda name: {"name": name})
    yield from _placed("epci", reference.epcis, lambda e: {"name": e.name, "seat": e.seat})
    yield from _placed("commune", reference.communes, _commune_record)
    yield from _placed("site", reference.sites, lambda s: {"name": s.name, "commune": s.commune, "site_kind": s.kind})
    yield from _placed("programme", reference.programmes, lambda p: {"label": p.label, "reinforced": p.reinforced})


def _placed(kind: str, values: Mapping[Code, Value], own: Callable[[Value], Record]) -> Iterator[Record]:
    place = {code: position for position, code in enumerate(values)}
    for code in sorted(values):
        yield {"kind": kind, "code": code, "position": place[code], **own(values[code])}


def _need_record(need: Need) -> Record:
    low, high = need.asked_ages or (None, None)
    return {
        "heading": need.heading,
        "label": need.label,
        "thematiques": list(need.thematiques),
        "local_extension": need.local_extension,
        "sensitivity": need.sensitivity,
        "asked_age_min": low,
        "asked_age_max": high,
    }


def _commune_record(commune: Commune) -> Record:
    return {
        "name": commune.name,
        "epci": commune.epci,
        "epci_name": commune.epci_name,
        "departement": commune.departement,
        "population": commune.population,
        "postcodes": list(commune.postcodes),
        "latitude": commune.latitude,
        "longitude": commune.longitude,
        "served": commune.served,
        "island": commune.island,
        "bank": commune.bank,
    }


def reference_from(found: Mapping[str, Sequence[Fields]]) -> Reference:
    """From the records of each kind; every kind is a key."""

    def of(kind: str, value_of: Callable[[Fields], Value]) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for fields in sorted(found[kind], key=lambda f: f.number("position")):
            code = fields.text("code")
            if code in values:
                raise FileRefused("export", f"« {code} » y est deux fois", fields.line)
            values[code] = fields.built(value_of)
        return values

    return Reference(
        headings=of("heading", lambda f: Heading(f.text("code"), f.text("label"))),
        needs={NeedCode(c): n for c, n in of("need", _need_from).items()},
        situations={SituationCode(c): s for c, s in of("situation", _situation_from).items()},
        sectors={
            SectorCode(c): s
            for c, s in of("sector", lambda f: Sector(SectorCode(f.text("code")), f.text("label"))).items()
        },
        domains={DomainCode(c): d for c, d in of("domain", _domain_from).items()},
        epcis={TerritoryCode(c): e for c, e in of("epci", _epci_from).items()},
        communes={CommuneCode(c): k for c, k in of("commune", _commune_from).items()},
        departements={TerritoryCode(c): name for c, name in of("departement", lambda f: f.text("name")).items()},
        sites=of("site", _site_from),
        programmes=of("programme", lambda f: Programme(f.text("code"), f.text("label"), f.flag("reinforced"))),
    )


def _need_from(fields: Fields) -> Need:
    low, high = fields.maybe_number("asked_age_min"), fields.maybe_number("asked_age_max")
    return Need(
        code=NeedCode(fields.text("code")),
        heading=fields.text("heading"),
        label=fields.text("label"),
        thematiques=tuple(fields.texts("thematiques")),
        local_extension=fields.flag("local_extension"),
        sensitivity=fields.maybe("sensitivity"),
        asked_ages=None if low is None or high is None else (low, high),
    )


def _situation_from(fields: Fields) -> Situation:
    return Situation(
        SituationCode(fields.text("code")), fields.text("label"), fields.text("public"), fields.maybe("sensitivity")
    )


def _domain_from(fields: Fields) -> Domain:
    return Domain(DomainCode(fields.text("code")), fields.text("label"), fields.text("list_heading"))


def _epci_from(fields: Fields) -> Epci:
    return Epci(TerritoryCode(fields.text("code")), fields.text("name"), CommuneCode(fields.text("seat")))


def _commune_from(fields: Fields) -> Commune:
    return Commune(
        insee=CommuneCode(fields.text("code")),
        name=fields.text("name"),
        epci=TerritoryCode(fields.text("epci")),
        epci_name=fields.text("epci_name"),
        departement=TerritoryCode(fields.text("departement")),
        population=fields.number("population"),
        postcodes=tuple(fields.texts("postcodes")),
        latitude=fields.decimal("latitude"),
        longitude=fields.decimal("longitude"),
        served=fields.flag("served"),
        island=fields.maybe("island"),
        bank=fields.maybe("bank"),
    )


def _site_from(fields: Fields) -> Site:
    return Site(fields.text("code"), fields.text("name"), CommuneCode(fields.text("commune")), fields.text("site_kind"))
