"""Bad input through the command line: one clear French sentence, no traceback, nothing half-stored."""

import json
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.application import copied
from tests.maillage.commands import Ran, maillage

GOOD = "nom;domaine\nCCAS de Fouras;logement\n"


def refused(ran: Ran, *words: str) -> None:
    """Exit 1, nothing on standard output, one sentence that says *words*."""
    assert (ran.code, ran.out) == (1, ""), ran
    (sentence,) = ran.err.splitlines()
    assert sentence.endswith(".")
    for word in words:
        assert word in sentence


def wrong_call(ran: Ran, *words: str) -> None:
    assert (ran.code, ran.out) == (2, ""), ran
    assert "Utilisation : maillage" in ran.err
    french(ran)
    for word in words:
        assert word in ran.err


def french(ran: Ran) -> None:
    assert not re.search(r"\b(Error|Usage|Missing|invalid|No such|Try)\b", ran.err)


# a request


def asking(*more: str, age: str = "19", commune: str = "17299", need: str = "permis") -> tuple[str, ...]:
    return ("suggest", "--age", age, "--commune", commune, "--need", need, *more)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (asking(need="logmt"), ["Le besoin « logmt » n'existe pas", "acces-logement"]),
        (asking(need="Passer le permis"), ["n'existe pas", "permis (Passer le permis ou le code)"]),
        (asking(need=""), ["Le besoin «  » n'existe pas"]),
        (asking("--situation", "refugie"), ["La situation « refugie »", "protection-internationale"]),
        (asking("--sector", "Z"), ["Le secteur « Z » n'existe pas"]),
        (asking("--sector", "batiment"), ["Les plus proches : F (Bâtiment"]),
        (asking(commune="99999"), ["Le code INSEE de commune « 99999 » n'existe pas"]),
        (asking(commune="Rochefort"), ["17299 (Rochefort)"]),
        (asking(commune="17300"), ["La Rochelle", "code postal", "17299 (Rochefort)"]),
        (asking(commune="17560"), ["Le code INSEE de commune « 17560 » n'existe pas", "17058 (Bourcefranc-le-Chapus)"]),
        (asking(commune="17028"), ["Aytré", "n'est pas dans le territoire"]),
        (asking(age="7"), ["7 ans", "de 14 à 30"]),
        (asking(age="99"), ["99 ans", "de 14 à 30"]),
        (asking("--situation", "mineur"), ["« Mineur »", "19 ans"]),
        (asking("--limit", "0"), ["limite", "1 à 1000"]),
    ],
)
def test_a_request_that_cannot_be_true_is_refused(
    packaged_file: Path, arguments: tuple[str, ...], words: list[str]
) -> None:
    refused(maillage(*arguments, store=packaged_file), *words)


def test_a_refused_request_is_said_in_json_too(packaged_file: Path) -> None:
    ran = maillage(*asking("--json", age="7"), store=packaged_file)

    assert ran.code == 1
    assert list(ran.json) == ["id", "error"]
    assert "7 ans" in ran.json["error"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), ["COMMANDE"]),
        (("sugest",), ["La commande 'sugest' n'existe pas"]),
        (("suggest",), ["Il manque --age, --commune, --need"]),
        (("suggest", "--age", "dix-neuf"), ["'dix-neuf' n'est pas un nombre"]),
        (asking("--requests", "-"), ["--requests ne va pas avec"]),
        (asking("--besoin", "permis"), ["L'option '--besoin' n'existe pas"]),
        (("compare",), ["Il manque l'argument 'FICHIER.csv'"]),
        (("resolve",), ["Il manque l'argument"]),
        (("export", "a", "b"), ["Argument en trop : b"]),
        (("serve", "--port", "70000"), ["70000 n'est pas dans l'intervalle"]),
        (("partners", "--store", "mysql://ici"), ["« mysql://ici » n'est pas de la forme"]),
        (("partners", "--store", "sqlite:"), ["« sqlite: » n'est pas de la forme"]),
    ],
)
def test_a_wrong_call_says_in_french_how_to_call(arguments: tuple[str, ...], words: list[str]) -> None:
    ran = maillage(*arguments)

    if arguments:
        wrong_call(ran, *words)
    else:
        assert ran.code == 2
        assert "Commandes :" in ran.out + ran.err


def test_an_option_without_its_value_is_a_wrong_call() -> None:
    ran = maillage("partners", "--store")

    assert (ran.code, ran.err) == (2, "Erreur : L'option '--store' demande une valeur.\n")


def test_no_requests_at_all_is_refused(packaged_file: Path) -> None:
    refused(maillage("suggest", "--requests", "-", store=packaged_file, input=b"\n \n"), "aucune demande")


# a file

Given = Callable[[Path], Path]


def written(name: str, data: bytes | str) -> Given:
    def write(folder: Path) -> Path:
        file = folder / name
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
        return file

    return write


def absent(folder: Path) -> Path:
    return folder / "absent.csv"


def a_folder(folder: Path) -> Path:
    (folder / "dossier").mkdir()
    return folder / "dossier"


def huge(folder: Path) -> Path:
    """50 MB on paper, nothing on the disk."""
    file = folder / "gros.csv"
    with file.open("wb") as sparse:
        sparse.truncate(50 * 1024 * 1024)
    return file


def bomb(folder: Path) -> Path:
    """A small archive that unpacks to 300 MB."""
    file = folder / "bombe.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\x00" * (300 * 1024 * 1024))
    return file


UNREADABLE = [
    (absent, "n'existe pas"),
    (a_folder, "dossier"),
    (huge, "dépasse 20 Mo"),
    (written("vide.csv", b""), "vide"),
    (written("blanc.txt", b" \r\n\t\n"), "vide"),
    (written("image.csv", bytes(range(256)) * 40), "pas un fichier texte"),
]
LISTS = [
    *UNREADABLE,
    (bomb, "trop volumineux"),
    (written("faux.xlsx", b"PK\x03\x04 rien de plus"), "pas un classeur"),
    (written("faux.xlsx", b"PK\x03\x04" + bytes(5000)), "pas un classeur"),
    (written("sans-nom.csv", "organisation;ville\nCCAS;Fouras\n"), "« nom »"),
    (written("en-tete.csv", "nom;domaine\n"), "aucune ligne"),
]


@pytest.mark.parametrize(("make", "word"), LISTS)
def test_a_file_that_is_no_list_is_refused_and_makes_no_store(tmp_path: Path, make: Given, word: str) -> None:
    file, store = make(tmp_path), tmp_path / "new.db"

    loaded = maillage("load", file, "--json", store=store)
    resolved = maillage("resolve", file, "--json", store=store)

    assert loaded.code == resolved.code == 1
    (problem,) = loaded.json["refused"]
    assert problem["source"] == file.name
    assert word in problem["reason"]
    assert {**loaded.json, "refused": []} == {"read": 0, "stored": 0, "unchanged": 0, "ambiguous": 0, "refused": []}
    assert not store.exists()
    refused(resolved, file.name, word)


@pytest.mark.parametrize(("make", "word"), UNREADABLE)
@pytest.mark.parametrize(
    "arguments",
    [("compare",), ("load", "--decisions"), ("resolve", "liste.csv", "--decisions"), ("suggest", "--requests")],
)
def test_a_file_that_cannot_be_read_is_refused_wherever_it_is_given(
    tmp_path: Path, packaged_file: Path, make: Given, word: str, arguments: tuple[str, ...]
) -> None:
    file = make(tmp_path)

    refused(maillage(*arguments, file, store=copied(packaged_file, tmp_path)), file.name, word)


@pytest.mark.parametrize("mark", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_is_read_however_an_office_program_saved_it(
    tmp_path: Path, mark: str, separator: str, end: str
) -> None:
    rows = [("nom", "domaine"), ("Épicerie solidaire d'Échillais", "logement"), ("Accueil « Été »", "santé")]
    file = tmp_path / "liste.csv"
    file.write_bytes(end.join([separator.join(row) for row in rows] + [""]).encode(mark))

    ran = maillage("resolve", file, "--json", "--decisions", "none")

    assert ran.code == 0, ran.err
    assert [line["raw"] for line in ran.lines] == ["Épicerie solidaire d'Échillais", "Accueil « Été »"]
    assert [line["domain"] for line in ran.lines] == ["logement", "sante"]


def test_a_bad_row_is_reported_with_its_line_and_the_good_ones_are_stored(tmp_path: Path) -> None:
    file, store = tmp_path / "liste.csv", tmp_path / "new.db"
    file.write_text("nom;domaine\nCCAS de Fouras;logement\n;logement\nMDPH 17;handicap\n" + "x" * 600 + ";sante\n")

    ran = maillage("load", file, "--json", store=store)

    assert ran.code == 1
    assert [problem["line"] for problem in ran.json["refused"]] == [3, 5]
    assert ran.json["stored"] == 2
    raws = {m["raw"] for line in maillage("partners", "--json", store=store).lines for m in line["mentions"]}
    assert raws == {"CCAS de Fouras", "MDPH 17"}
    told = maillage("load", file, store=store)
    assert "Refusé : liste.csv, ligne 3 : la colonne « nom » est vide." in told.err
    assert told.out.endswith("Refusées : 2.\n")


def test_a_bad_file_does_not_stop_the_good_ones(tmp_path: Path) -> None:
    good = written("bonne.csv", GOOD)(tmp_path)

    ran = maillage("load", tmp_path / "absent.csv", good, "--json", store=tmp_path / "new.db")

    assert ran.code == 1
    assert ran.json["stored"] == 1
    assert [problem["source"] for problem in ran.json["refused"]] == ["absent.csv"]


def test_two_files_of_one_name_are_not_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "ailleurs").mkdir()
    here, there = written("liste.csv", GOOD)(tmp_path), written("liste.csv", GOOD)(tmp_path / "ailleurs")

    ran = maillage("load", here, there, "--json", store=tmp_path / "new.db")

    assert ran.code == 1
    assert ran.json["read"] == ran.json["stored"] == 1
    assert "même nom" in ran.json["refused"][0]["reason"]


def test_a_file_whose_name_is_no_text_is_asked_to_be_renamed(tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/pr\xe9nom.csv"))
    file.write_text(GOOD)

    ran = maillage("load", file, "--json", store=tmp_path / "new.db")

    assert ran.code == 1
    assert "renommez-le" in ran.json["refused"][0]["reason"]


KEPT_WITHOUT_DOMAIN = re.compile(
    r"[^\n]* : le domaine « .*? » n'est pas connu ; le partenaire est gardé sans domaine\.\n", re.DOTALL
)
"""What is said of a row that is kept; everything else on standard error is a refusal."""


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=300) | st.text(max_size=200).map(str.encode),
    head=st.sampled_from([b"", b"nom;domaine\n", b"a;b\n"]),
)
def test_no_bytes_break_a_command(tmp_path: Path, data: bytes, head: bytes) -> None:
    file = tmp_path / "donnees.csv"
    file.write_bytes(head + data)

    for arguments in (("resolve", file), ("compare", file), ("suggest", "--requests", file), ("import", file)):
        ran = maillage(*arguments, store=tmp_path / "absent.db")

        assert ran.code in {0, 1}
        assert (ran.code == 1) == bool(KEPT_WITHOUT_DOMAIN.sub("", ran.err))


# a store

STORED = ("partners", "services", "check", "migrate", "export")


def on_store(command: str, tmp_path: Path, address: str) -> Ran:
    more = [str(tmp_path / "export.jsonl")] if command == "export" else []
    return maillage(command, *more, "--store", address)


@pytest.mark.parametrize("command", [*STORED, "load"])
def test_a_store_that_is_a_folder_is_refused(tmp_path: Path, command: str) -> None:
    refused(on_store(command, tmp_path, f"sqlite:{tmp_path}"), "dossier")


@pytest.mark.parametrize("command", [*STORED, "load"])
def test_a_store_of_garbage_is_refused_and_left_as_it_is(tmp_path: Path, command: str) -> None:
    store = tmp_path / "store.db"
    garbage = os.urandom(8192)
    store.write_bytes(garbage)

    refused(on_store(command, tmp_path, f"sqlite:{store}"), "pas un stockage de Maillage")
    assert store.read_bytes() == garbage
    assert not (tmp_path / "export.jsonl").exists()


@pytest.mark.parametrize("command", ["partners", "services", "check", "export"])
def test_a_store_that_does_not_exist_says_what_to_do_and_is_not_made(tmp_path: Path, command: str) -> None:
    store = tmp_path / "absent.db"

    refused(on_store(command, tmp_path, f"sqlite:{store}"), "maillage load")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [*STORED, "load"])
def test_a_store_in_an_absent_folder_is_refused(tmp_path: Path, command: str) -> None:
    refused(on_store(command, tmp_path, f"sqlite:{tmp_path}/absent/maillage.db"), "n'existe pas")
    assert list(tmp_path.iterdir()) == []


def test_a_neo4j_that_nobody_serves_is_refused_in_one_sentence() -> None:
    refused(maillage("partners", store="bolt://127.0.0.1:1"), "Neo4j")


# an export, an import


@pytest.fixture
def exported(packaged_file: Path, tmp_path: Path) -> Path:
    file = tmp_path / "export.jsonl"
    assert maillage("export", file, store=packaged_file).code == 0
    return file


def test_an_export_into_an_absent_folder_is_refused(packaged_file: Path, tmp_path: Path) -> None:
    refused(maillage("export", tmp_path / "absent" / "x.jsonl", store=packaged_file), "n'existe pas")


def test_an_export_under_a_file_is_refused(packaged_file: Path, exported: Path) -> None:
    refused(maillage("export", exported / "x.jsonl", store=packaged_file), "n'existe pas")


def test_an_export_never_replaces_what_is_no_export(packaged_file: Path, tmp_path: Path) -> None:
    store = copied(packaged_file, tmp_path)
    before = maillage("partners", "--json", store=store).out

    refused(maillage("export", store, store=store), "n'est pas un export")
    refused(maillage("export", tmp_path, store=store), "dossier")
    refused(maillage("export", "/dev/null", store=store), "fichier ordinaire")

    assert maillage("partners", "--json", store=store).out == before


def broken(exported: Path, what: str) -> None:
    lines = exported.read_bytes().splitlines(keepends=True)
    middle = len(lines) // 2
    match what:
        case "half":
            exported.write_bytes(b"".join(lines[:middle]))
        case "cut":
            exported.write_bytes(b"".join(lines)[:-40])
        case "one line gone":
            exported.write_bytes(b"".join([*lines[:middle], *lines[middle + 1 :]]))
        case "one line twice":
            exported.write_bytes(b"".join([*lines[:middle], lines[middle], *lines[middle:]]))
        case "not json":
            exported.write_bytes(b"".join([*lines[:middle], b"{...}\n", *lines[middle:]]))
        case "not an object":
            exported.write_bytes(b"".join([*lines[:middle], b"[]\n", *lines[middle:]]))
        case "foreign":
            exported.write_bytes(b'{"type": "FeatureCollection", "features": []}\n')
        case "a list":
            exported.write_text(GOOD)
        case "binary":
            exported.write_bytes(os.urandom(5000))
        case "later version":
            header = json.loads(lines[0])
            exported.write_bytes(b"".join([json.dumps({**header, "format": 99}).encode() + b"\n", *lines[1:]]))
        case "empty":
            exported.write_bytes(b"")


WAYS = ["half", "cut", "one line gone", "one line twice", "not json", "not an object", "foreign", "a list", "binary"]


@pytest.mark.parametrize("what", [*WAYS, "later version", "empty"])
def test_a_broken_export_is_refused_whole_and_makes_no_store(exported: Path, tmp_path: Path, what: str) -> None:
    broken(exported, what)

    refused(maillage("import", exported, store=tmp_path / "new.db"), "export.jsonl")
    assert not (tmp_path / "new.db").exists()


def test_an_import_into_a_filled_store_is_refused_and_changes_nothing(
    exported: Path, packaged_file: Path, tmp_path: Path
) -> None:
    store = copied(packaged_file, tmp_path)

    refused(maillage("import", exported, store=store), "vide")
    assert maillage("partners", "--json", store=store).out == maillage("partners", "--json", store=packaged_file).out


@pytest.mark.parametrize("make", [absent, a_folder])
def test_an_import_of_no_file_is_refused(tmp_path: Path, make: Given) -> None:
    file = make(tmp_path)

    refused(maillage("import", file, store=tmp_path / "new.db"), file.name)
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("arguments", [("load", "--dry-run"), ("resolve",)])
def test_what_a_list_says_in_vain_is_told_and_refuses_nothing(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    file = tmp_path / "liste.csv"
    file.write_text("nom;domaine\nClub de Fouras;Sport\n", encoding="utf-8")

    ran = maillage(*arguments, "--json", "--decisions", "none", file, store=tmp_path / "a.db")

    assert ran.code == 0
    assert len(ran.lines) == 1
    assert "liste.csv, ligne 2 : le domaine « Sport » n'est pas connu" in ran.err
