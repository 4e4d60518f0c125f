"""The packaged reference lists, read once into `graph.reference` values."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from graph.model import CommuneCode, DomainCode, NeedCode, SectorCode, SituationCode, TerritoryCode
from graph.reference import (
    Bridge,
    Commune,
    Domain,
    Epci,
    Heading,
    Island,
    Need,
    Programme,
    Reference,
    Sector,
    Side,
    Site,
    Situation,
)

DATA = files("loaders") / "data"


@cache
def reference() -> Reference:
    """Every list of the first territory; raises ValueError when a packaged file contradicts itself."""
    headings = {r["code"]: Heading(r["code"], r["label_fr"]) for r in _rows("headings.csv")}
    needs = {NeedCode(r["code"]): _need(r) for r in _rows("needs.csv")}
    unknown = {n.heading for n in needs.values()} - headings.keys()
    if unknown:
        raise ValueError(f"needs.csv names unknown headings: {sorted(unknown)}")
    epcis = {
        TerritoryCode(r["siren"]): Epci(TerritoryCode(r["siren"]), r["name"], CommuneCode(r["seat"]))
        for r in _rows("epci.csv")
    }
    communes = _communes()
    departements = _rows("departements.csv")
    islands = {r["code"]: _island(r) for r in _rows("islands.csv")}
    strange = {c.island for c in communes.values() if c.island} - islands.keys()
    if strange:
        raise ValueError(f"communes.csv names unknown islands: {sorted(strange)}")
    lost = {c.departement for c in communes.values()} - {r["code"] for r in departements}
    if lost:
        raise ValueError(f"the communes name unknown départements: {sorted(lost)}")
    return Reference(
        headings=headings,
        needs=needs,
        situations={
            SituationCode(r["code"]): Situation(
                SituationCode(r["code"]), r["label_fr"], r["public_v1"], r["sensitivity"] or None
            )
            for r in _rows("situations.csv")
        },
        sectors={SectorCode(r["code"]): Sector(SectorCode(r["code"]), r["label_fr"]) for r in _rows("sectors.csv")},
        domains={
            DomainCode(r["code"]): Domain(DomainCode(r["code"]), r["label_fr"], r["list_heading"])
            for r in _rows("domains.csv")
        },
        epcis=epcis,
        communes=communes,
        departements={TerritoryCode(r["code"]): r["name"] for r in departements},
        sites={r["code"]: Site(r["code"], r["name"], CommuneCode(r["commune"]), r["kind"]) for r in _rows("sites.csv")},
        programmes={
            r["code"]: Programme(r["code"], r["label_fr"], r["reinforced"] == "1") for r in _rows("programmes.csv")
        },
        elsewhere=_elsewhere(),
        islands=islands,
        bridges=tuple(
            Bridge(CommuneCode(r["insee"]), Side(r["beyond"]) if r["beyond"] else None) for r in _rows("bridges.csv")
        ),
        inside_departement={TerritoryCode(r["code"]): r["inside"] for r in departements},
    )


def _rows(name: str) -> list[dict[str, str]]:
    text = (DATA / "reference" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _names(start: str, end: str) -> list[str]:
    """Of the packaged files so named, in order: a territory may lie in several départements."""
    names = [file.name for file in (DATA / "reference").iterdir()]
    return sorted(name for name in names if name.startswith(start) and name.endswith(end))


def _need(row: Mapping[str, str]) -> Need:
    ages = row["asked_ages"]
    low, _, high = ages.partition("-")
    return Need(
        code=NeedCode(row["code"]),
        heading=row["heading"],
        label=row["label_fr"],
        thematiques=tuple(row["thematiques_v1"].split("|")),
        local_extension=row["local_extension"] == "1",
        sensitivity=row["sensitivity"] or None,
        asked_ages=(int(low), int(high)) if ages else None,
    )


def _island(row: Mapping[str, str]) -> Island:
    return Island(
        code=row["code"],
        name=row["name"],
        mainland=CommuneCode(row["mainland"]),
        landing=CommuneCode(row["landing"]),
        way=row["way"],
        boat=row["boat"] == "1",
    )


def _communes() -> dict[CommuneCode, Commune]:
    corrected = {(r["insee"], r["column"]): r["value"] for r in _rows("communes-corrections.csv")}
    served = {r["insee"]: r for r in _rows("communes.csv")}
    whole = [row for name in _names("communes-departement-", ".csv") for row in _rows(name)]
    around = [r for r in whole if r["insee"] not in served]
    found: dict[CommuneCode, Commune] = {}
    for row in [*served.values(), *around]:
        code = CommuneCode(row["insee"])
        bank = corrected.get((code, "bank"), row.get("bank", ""))
        found[code] = Commune(
            insee=code,
            name=row["name"],
            epci=TerritoryCode(row["epci_siren"]),
            epci_name=row["epci_name"],
            departement=TerritoryCode(row["departement"]),
            population=int(row["population"]),
            postcodes=tuple(row["postcodes"].split("|")),
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            served=code in served,
            island=row.get("island") or None,
            bank=bank or None,
        )
    return found


def _elsewhere() -> dict[CommuneCode, str]:
    text = (DATA / "national" / "places.csv").read_text(encoding="utf-8")
    return {CommuneCode(r["code"]): r["name"] for r in csv.DictReader(text.splitlines()) if r["nature"] == "commune"}
