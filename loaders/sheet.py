"""The service sheet's CSV files → `graph.sheet` values; every bad cell is reported with its file, line and reason.

`python -m loaders.sheet` checks the packaged files.
"""

import csv
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources.abc import Traversable
from typing import TypeVar

from graph.errors import UnknownCode
from graph.model import Access, CommuneCode, Conditions, Mode, Origin, PartnerKind, Standing, Welcome
from graph.reference import Reference
from graph.sheet import PartnerLine, ServiceLine, Sheet, StructureType, Terms
from loaders.reference import DATA, reference

Choice = TypeVar("Choice", bound=StrEnum)
Code = TypeVar("Code", bound=str)

TERMS = [
    *("name", "needs", "main", "age_min", "age_max", "required", "preferred", "excluded"),
    *("modes", "welcome", "access", "sectors", "note", "source", "zone"),
]
COLUMNS = {
    "structure_types": ["type", "label_fr", "acronym", "names", "kind", "standing", "v1", "source"],
    "type_services": ["type", "key", *TERMS],
    "partners": ["partner", "name", "acronym", "types", "kind", "commune", "standing", "standing_reason"],
    "services": [
        *["partner", "key", "type_service", "territories", "places", "internal", "origin"],
        *(t for t in TERMS if t != "zone"),
    ],
}


@dataclass(frozen=True, slots=True)
class Row:
    where: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SheetReading:
    sheet: Sheet
    refused: tuple[str, ...]


@cache
def packaged() -> Sheet:
    """The sheet of the first territory; raises ValueError when a packaged line is refused."""
    reading = read(DATA, DATA / "rochefort", reference())
    if reading.refused:
        raise ValueError("\n".join(reading.refused))
    return reading.sheet


def read(national: Traversable, territory: Traversable, known: Reference) -> SheetReading:
    """*national* holds `structure_types/` and `type_services/`, *territory* `partners/` and `services/`."""
    refused: list[str] = []
    types: dict[str, StructureType] = {}
    for row in _rows(national, "structure_types", refused):
        with _Report(row, refused):
            type_ = _type(row.cells)
            if type_.code in types:
                raise ValueError(f"le type « {type_.code} » est décrit deux fois")
            types[type_.code] = type_
    templates: dict[str, list[tuple[Mapping[str, str], Terms]]] = {}
    for row in _rows(national, "type_services", refused):
        with _Report(row, refused):
            if row.cells["type"] not in types:
                raise ValueError(f"le type « {row.cells['type']} » n'est pas décrit")
            terms = _terms(row.cells, known)
            siblings = templates.setdefault(row.cells["type"], [])
            if any(terms.key == other.key for _, other in siblings):
                raise ValueError(f"le service « {row.cells['type']}/{terms.key} » est décrit deux fois")
            siblings.append((row.cells, terms))
    cells_of = {f"{type_}/{terms.key}": cells for type_, of in templates.items() for cells, terms in of}
    partners: list[PartnerLine] = []
    seen: dict[str, str] = {}
    for row in _rows(territory, "partners", refused):
        with _Report(row, refused):
            line = _partner(row, types, known)
            if line.partner in seen:
                raise ValueError(f"« {line.partner} » est déjà décrit ({seen[line.partner]})")
            seen[line.partner] = row.where
            partners.append(line)
    services: list[ServiceLine] = []
    keys: set[tuple[str, str]] = set()
    for row in _rows(territory, "services", refused):
        with _Report(row, refused):
            service = _service(row, cells_of, known)
            if (service.partner, service.terms.key) in keys:
                raise ValueError(f"la clé « {service.terms.key} » sert deux fois pour « {service.partner} »")
            keys.add((service.partner, service.terms.key))
            services.append(service)
    return SheetReading(
        Sheet(
            types=types,
            type_services={type_: tuple(terms for _, terms in of) for type_, of in templates.items()},
            partners=tuple(partners),
            services=tuple(services),
            sources=frozenset(f.name for f in territory.iterdir() if f.is_file()),
        ),
        tuple(refused),
    )


class _Report:
    """Keeps the reason why a row is refused, and goes on with the next."""

    def __init__(self, row: Row, refused: list[str]) -> None:
        self.row = row
        self.refused = refused

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: object) -> bool:
        if isinstance(problem, ValueError | UnknownCode):
            self.refused.append(f"{self.row.where} : {problem}")
            return True
        return False


def _rows(folder: Traversable, name: str, refused: list[str]) -> Iterator[Row]:
    """Rows of every part of the table, by name of part."""
    parts = sorted((f for f in (folder / name).iterdir() if f.name.endswith(".csv")), key=lambda f: f.name)
    for part in parts:
        reader = csv.DictReader(part.read_text(encoding="utf-8").splitlines())
        if sorted(reader.fieldnames or ()) != sorted(COLUMNS[name]):
            refused.append(f"{name}/{part.name}, ligne 1 : colonnes attendues : {','.join(COLUMNS[name])}")
            continue
        for cells in reader:
            where = f"{name}/{part.name}, ligne {reader.line_num}"
            if None in cells or None in cells.values():
                refused.append(f"{where} : nombre de cellules différent de celui de l'en-tête")
                continue
            yield Row(where, {k: v.strip() for k, v in cells.items()})


def _type(cells: Mapping[str, str]) -> StructureType:
    _demand(cells, "type", "label_fr", "standing", "v1", "source")
    if cells["v1"] not in ("0", "1"):
        raise ValueError(f"v1 vaut 0 ou 1, pas « {cells['v1']} »")
    return StructureType(
        code=cells["type"],
        label=cells["label_fr"],
        acronym=cells["acronym"] or None,
        names=tuple(_list(cells["names"])),
        kind=_choice(PartnerKind, cells["kind"]) if cells["kind"] else None,
        standing=_choice(Standing, cells["standing"]),
        v1=cells["v1"] == "1",
        source=cells["source"],
    )


def _terms(cells: Mapping[str, str], known: Reference) -> Terms:
    _demand(cells, "key", "name", "needs")
    if any(cells[c] for c in ("age_min", "age_max", "required", "excluded")):
        _demand(cells, "source")
    zone = cells.get("zone") or "departement"
    if zone not in ("commune", "epci", "departement", "france"):
        raise ValueError(f"zone inconnue : « {zone} »")
    needs = _codes(cells["needs"], known.need)
    main = _codes(cells["main"], known.need)
    if not main <= needs:
        raise ValueError(f"main hors de needs : {', '.join(sorted(main - needs))}")
    low, high = _age(cells["age_min"]), _age(cells["age_max"])
    if low is not None and high is not None and low > high:
        raise ValueError(f"âges impossibles : de {low} à {high}")
    groups = [_codes(group, known.situation) for group in cells["required"].split("&")] if cells["required"] else []
    if any(not group for group in groups):
        raise ValueError("un groupe de required est vide")
    return Terms(
        key=cells["key"],
        name=cells["name"],
        needs=needs,
        main=main,
        age_min=low,
        age_max=high,
        conditions=Conditions(
            required=tuple(groups),
            preferred=_codes(cells["preferred"], known.situation),
            excluded=_codes(cells["excluded"], known.situation),
        ),
        zone=zone,
        modes=_choices(Mode, cells["modes"]) or frozenset({Mode.ON_SITE}),
        welcome=_choice(Welcome, cells["welcome"]) if cells["welcome"] else Welcome.UNCONDITIONAL,
        access=_choices(Access, cells["access"]) or frozenset({Access.PROFESSIONAL}),
        sectors=_codes(cells["sectors"], known.sector),
        note=cells["note"] or None,
        source=cells["source"] or None,
    )


def _partner(row: Row, types: Mapping[str, StructureType], known: Reference) -> PartnerLine:
    cells = row.cells
    _demand(cells, "partner", "standing")
    named = tuple(_list(cells["types"]))
    absent = [t for t in named if t not in types]
    if absent:
        raise ValueError(f"type non décrit : {', '.join(absent)}")
    standing = _choice(Standing, cells["standing"])
    if standing is not Standing.REFERABLE:
        _demand(cells, "standing_reason")
    return PartnerLine(
        where=row.where,
        partner=cells["partner"],
        name=cells["name"] or None,
        acronym=cells["acronym"] or None,
        types=named,
        kind=_choice(PartnerKind, cells["kind"]) if cells["kind"] else None,
        commune=_commune(cells["commune"], known) if cells["commune"] else None,
        standing=standing,
        standing_reason=cells["standing_reason"] or None,
    )


def _service(row: Row, templates: Mapping[str, Mapping[str, str]], known: Reference) -> ServiceLine:
    cells = dict(row.cells)
    _demand(cells, "partner", "key", "origin")
    template: Mapping[str, str] = {}
    if cells["type_service"]:
        if cells["type_service"] not in templates:
            raise ValueError(f"« {cells['type_service']} » n'est pas un service type")
        template = templates[cells["type_service"]]
    inherited = {c: template.get(c, "") if not cells.get(c) else cells[c] for c in TERMS}
    given = {c: "" if value == "-" else value for c, value in inherited.items()}
    territories = _codes(cells["territories"], known.territory)
    if cells["internal"] not in ("", "0", "1"):
        raise ValueError(f"internal vaut 0 ou 1, pas « {cells['internal']} »")
    return ServiceLine(
        where=row.where,
        partner=cells["partner"],
        terms=_terms({"key": cells["key"], **given}, known),
        territories=territories or None,
        places=frozenset(_commune(c, known) for c in _list(cells["places"])),
        internal=cells["internal"] == "1",
        origin=_choice(Origin, cells["origin"]),
    )


def _demand(cells: Mapping[str, str], *names: str) -> None:
    for name in names:
        if not cells.get(name):
            raise ValueError(f"la colonne {name} est vide")


def _list(cell: str) -> Iterable[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _codes(cell: str, check: Callable[[str], Code]) -> frozenset[Code]:
    return frozenset(check(code) for code in _list(cell))


def _choice(kind: type[Choice], value: str) -> Choice:
    if value not in set(kind):
        raise ValueError(f"« {value} » n'est pas l'un de : {', '.join(kind)}")
    return kind(value)


def _choices(kind: type[Choice], cell: str) -> frozenset[Choice]:
    return frozenset(_choice(kind, value) for value in _list(cell))


def _age(cell: str) -> int | None:
    if not cell:
        return None
    if not cell.isdecimal() or int(cell) > 99:
        raise ValueError(f"âge illisible : « {cell} »")
    return int(cell)


def _commune(code: str, known: Reference) -> CommuneCode:
    if code not in known.communes:
        raise ValueError(f"commune inconnue : « {code} »")
    return CommuneCode(code)


def main() -> int:
    """Prints every refused line of the packaged sheet; 0 when there is none."""
    reading = read(DATA, DATA / "rochefort", reference())
    for line in reading.refused:
        sys.stdout.write(line + "\n")
    sheet = reading.sheet
    sys.stdout.write(
        f"{len(sheet.types)} types, {sum(map(len, sheet.type_services.values()))} services types, "
        f"{len(sheet.partners)} partenaires, {len(sheet.services)} services, {len(reading.refused)} refus\n"
    )
    return 1 if reading.refused else 0


if __name__ == "__main__":
    raise SystemExit(main())
