"""The service sheet: packaged lines hold, wrong lines are reported with their place and reason."""

from pathlib import Path

import pytest
from data_inclusion.schema.v1.reseaux_porteurs import ReseauPorteur

from graph.directory import Directory
from graph.model import Origin, Standing
from loaders.directory import packaged_directory
from loaders.reference import DATA, reference
from loaders.sheet import COLUMNS, read


@pytest.fixture(scope="module")
def directory() -> Directory:
    return packaged_directory()


def written(folder: Path, table: str, *rows: dict[str, str]) -> None:
    target = folder / table
    target.mkdir(parents=True, exist_ok=True)
    lines = [",".join(COLUMNS[table])]
    lines += [",".join(f'"{row.get(column, "")}"' for column in COLUMNS[table]) for row in rows]
    (target / "part.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small sheet that is right."""
    written(
        tmp_path,
        "structure_types",
        {
            "type": "ccas",
            "label_fr": "CCAS",
            "names": "CCAS",
            "standing": "referable",
            "v1": "1",
            "source": "CASF L123-4",
        },
    )
    written(
        tmp_path,
        "type_services",
        {"type": "ccas", "key": "aide", "name": "Aide", "needs": "aide-alimentaire", "age_min": "18", "source": "x"},
    )
    written(tmp_path, "partners", {"partner": "CCAS de Fouras", "types": "ccas", "standing": "referable"})
    written(tmp_path, "services")
    return tmp_path


def test_the_packaged_sheet_has_no_refused_line() -> None:
    assert read(DATA, DATA / "rochefort", reference()).refused == ()


def test_a_right_sheet_is_read_whole(folder: Path) -> None:
    reading = read(folder, folder, reference())

    assert reading.refused == ()
    assert reading.sheet.type_services["ccas"][0].age_min == 18


def test_a_service_inherits_what_its_type_says_and_a_dash_empties(folder: Path) -> None:
    line = {"partner": "CCAS de Fouras", "key": "a", "type_service": "ccas/aide", "origin": "inferred"}
    written(folder, "services", line, {**line, "key": "b", "age_min": "-", "name": "Autre"})

    first, second = read(folder, folder, reference()).sheet.services

    assert (first.terms.name, first.terms.age_min) == ("Aide", 18)
    assert (second.terms.name, second.terms.age_min) == ("Autre", None)


@pytest.mark.parametrize(
    ("table", "row", "words"),
    [
        ("structure_types", {"type": "x", "label_fr": "X", "standing": "referable", "v1": "2", "source": "s"}, "v1"),
        ("structure_types", {"type": "x", "label_fr": "X", "standing": "ami", "v1": "0", "source": "s"}, "ami"),
        ("structure_types", {"type": "x", "label_fr": "X", "standing": "funder", "v1": "0"}, "source"),
        ("type_services", {"type": "absent", "key": "a", "name": "A", "needs": "permis"}, "absent"),
        ("type_services", {"type": "ccas", "key": "a", "name": "A", "needs": "permi"}, "permis"),
        ("type_services", {"type": "ccas", "key": "a", "name": "A", "needs": "permis", "age_min": "16"}, "source"),
        ("type_services", {"type": "ccas", "key": "a", "name": "A", "needs": "permis", "main": "trajets"}, "main"),
        ("partners", {"partner": "X", "types": "absent", "standing": "referable"}, "absent"),
        ("partners", {"partner": "X", "standing": "funder"}, "standing_reason"),
        ("partners", {"partner": "X", "standing": "referable", "commune": "99999"}, "99999"),
        ("services", {"partner": "X", "key": "a", "type_service": "ccas/rien", "origin": "inferred"}, "ccas/rien"),
        ("services", {"partner": "X", "key": "a", "name": "A", "needs": "permis", "origin": "dit"}, "dit"),
        ("services", {"partner": "X", "key": "a", "name": "A", "origin": "inferred"}, "needs"),
    ],
)
def test_a_wrong_line_is_refused_with_its_place_and_reason(
    folder: Path, table: str, row: dict[str, str], words: str
) -> None:
    if table == "structure_types":
        written(
            folder, table, {"type": "ccas", "label_fr": "C", "standing": "referable", "v1": "1", "source": "s"}, row
        )
    else:
        written(folder, table, row)

    refused = [line for line in read(folder, folder, reference()).refused if words in line]

    assert refused, read(folder, folder, reference()).refused
    assert all(line.startswith(f"{table}/part.csv, ligne ") for line in refused)


def test_network_codes_that_claim_to_be_of_data_inclusion_are() -> None:
    known = {network.value for network in ReseauPorteur}
    types = read(DATA, DATA / "rochefort", reference()).sheet.types

    claimed = {code for code, type_ in types.items() if type_.v1}
    local = {code for code, type_ in types.items() if not type_.v1}

    assert claimed <= known
    assert not local & known


def test_every_rule_of_admission_names_its_source(directory: Directory) -> None:
    for service in directory.services.values():
        conditions = service.conditions
        if service.age_min is not None or service.age_max is not None or conditions.required or conditions.excluded:
            assert service.source, service.id


def test_every_partner_has_services_or_says_why_nobody_is_sent_there(directory: Directory) -> None:
    for partner in directory.partners.values():
        services = directory.services_of.get(partner.id, ())
        if partner.standing is Standing.REFERABLE:
            assert services, f"{partner.name} has no service"
        else:
            assert partner.standing is not Standing.UNKNOWN, partner.name
            assert partner.standing_reason, partner.name
            assert not services, partner.name


def test_only_the_mission_locale_declares_and_its_offer_is_internal(directory: Directory) -> None:
    declared = {s.partner for s in directory.services.values() if s.origin is Origin.DECLARED}
    internal = {s.partner for s in directory.services.values() if s.internal}

    assert declared == internal
    assert len({directory.partners[id].unit_of or id for id in internal}) == 1


def test_no_phone_number_or_mail_address_is_invented(directory: Directory) -> None:
    for service in directory.services.values():
        text = f"{service.name} {service.note or ''}"
        digits = sum(c.isdigit() for c in text.replace(" ", ""))

        assert "@" not in text, service.id
        assert not any(len(run) >= 10 for run in _runs(text)), (service.id, digits)


def _runs(text: str) -> list[str]:
    """Runs of digits, spaces and dots between them taken out."""
    compact = text.replace(" ", "").replace(".", "")
    found, run = [], ""
    for character in compact + "x":
        if character.isdigit():
            run += character
        elif run:
            found.append(run)
            run = ""
    return found
