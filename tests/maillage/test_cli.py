"""Names, options and JSON shapes of the command line, as they are promised to its readers."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from loaders.reference import reference
from tests.application import copied
from tests.maillage.commands import maillage
from tests.neo4j_server import Neo4jServer

ASKED = ("suggest", "--age", "19", "--commune", "17299", "--need", "acces-logement", "--need", "permis")
LIST = "nom;domaine\nCCAS de Fouras;logement\nMDPH 17;handicap\nMission imaginaire d'essai;sante\n"


@pytest.fixture
def own_list(tmp_path: Path) -> Path:
    file = tmp_path / "liste.csv"
    file.write_text(LIST, encoding="utf-8")
    return file


def shape(value: Mapping[str, Any], **types: type | tuple[type, ...]) -> None:
    """Exactly these keys, in this order, of these types."""
    assert list(value) == list(types)
    for key, kind in types.items():
        assert isinstance(value[key], kind), (key, value[key])


NOTHING = type(None)


def test_load_of_an_empty_store_says_that_it_made_the_schema(tmp_path: Path, own_list: Path) -> None:
    ran = maillage("load", own_list, "--json", store=tmp_path / "new.db")

    assert ran.code == 0
    shape(ran.json, read=int, stored=int, unchanged=int, ambiguous=int, refused=list)
    assert (ran.json["read"], ran.json["stored"], ran.json["unchanged"]) == (3, 3, 0)
    assert "schéma créé" in ran.err


def test_loading_twice_stores_nothing_the_second_time(tmp_path: Path) -> None:
    store = tmp_path / "new.db"
    first = maillage("load", "--json", store=store)

    second = maillage("load", "--json", store=store)

    assert first.code == second.code == 0
    assert first.json["read"] == first.json["stored"] + first.json["unchanged"] > 200
    assert second.json == {**first.json, "stored": 0, "unchanged": first.json["read"]}


def test_a_dry_run_says_what_would_be_stored_and_makes_no_store(tmp_path: Path, own_list: Path) -> None:
    store = tmp_path / "new.db"

    ran = maillage("load", own_list, "--dry-run", "--json", store=store)

    assert ran.code == 0
    assert ran.json["stored"] == 3
    assert not store.exists()


def test_a_dry_run_leaves_a_store_as_it_is(packaged_file: Path, tmp_path: Path, own_list: Path) -> None:
    store = copied(packaged_file, tmp_path)
    before = maillage("partners", "--json", store=store).out

    maillage("load", own_list, "--dry-run", store=store)

    assert maillage("partners", "--json", store=store).out == before


def test_load_tells_a_coordinator_in_one_sentence(tmp_path: Path, own_list: Path) -> None:
    ran = maillage("load", own_list, store=tmp_path / "new.db")

    assert ran.out == "3 mentions lues : 3 enregistrées, 0 inchangée. En attente d'une décision : 0. Refusées : 0.\n"


def test_load_says_where_the_names_that_wait_are_named(tmp_path: Path) -> None:
    file, store = tmp_path / "liste.csv", tmp_path / "new.db"
    file.write_text(
        "nom;domaine\nAl17;justice\nA117;justice\nService Prévention;sante\nADEI Service Prévention;sante\n"
    )

    ran = maillage("load", file, "--decisions", "none", store=store)
    waiting = maillage("load", file, "--decisions", "none", "--dry-run", "--json", store=store).json["ambiguous"]

    assert ("« maillage check » les nomme" in ran.out) == (waiting > 0)
    assert maillage("check", store=store).out.count("attend une décision") == waiting


def test_resolve_prints_one_line_per_name_and_ignores_the_store(tmp_path: Path, own_list: Path) -> None:
    ran = maillage("resolve", own_list, "--decisions", "none", "--json", store=tmp_path / "absent.db")

    assert ran.code == 0
    assert not (tmp_path / "absent.db").exists()
    text = own_list.read_text(encoding="utf-8").splitlines()
    for line in ran.lines:
        shape(
            line,
            source=str,
            line=int,
            position=int,
            raw=str,
            domain=(str, NOTHING),
            decision=str,
            partner=(str, NOTHING),
            unit_of=(str, NOTHING),
            evidence=str,
        )
        assert line["source"] == "liste.csv"
        assert line["decision"] in {"same", "unit_of", "new", "ambiguous", "not_a_partner"}
        assert line["raw"] in text[line["line"] - 1]
        assert line["evidence"]
    assert [line["line"] for line in ran.lines] == [2, 3, 4]


def test_resolve_gives_the_exact_substring_of_a_text_list(tmp_path: Path) -> None:
    file = tmp_path / "liste.txt"
    file.write_text("Partenaires du logement\n\nHabitat Jeunes - CCAS - Fondation Emmaüs (CADA/HUDA)\n", "utf-8")
    lines = file.read_text(encoding="utf-8").splitlines()

    ran = maillage("resolve", file, "--json", "--decisions", "none")

    assert len(ran.lines) >= 5
    for found in ran.lines:
        line, position, raw = lines[found["line"] - 1], found["position"], found["raw"]
        assert line[position : position + len(raw)] == raw


def test_compare_prints_each_pair_as_it_was_given(tmp_path: Path) -> None:
    file = tmp_path / "paires.csv"
    file.write_text("a,b\nMDPH,Maison départementale des personnes handicapées\nCCAS,CIAS\n", encoding="utf-8")

    ran = maillage("compare", file, "--decisions", "none", "--json")

    assert ran.code == 0
    for line in ran.lines:
        shape(line, a=str, b=str, decision=str, parent=(str, NOTHING), evidence=str)
        assert line["decision"] in {"same", "unit_of", "different", "ambiguous"}
        assert (line["parent"] in {"a", "b"}) == (line["decision"] == "unit_of")
    assert [(line["a"], line["decision"]) for line in ran.lines] == [("MDPH", "same"), ("CCAS", "different")]


def test_compare_says_which_of_the_two_is_the_parent(tmp_path: Path) -> None:
    file = tmp_path / "paires.csv"
    file.write_text("b;a\nADSEA (Pôle MNA);ADSEA 17\n", encoding="utf-8")

    (line,) = maillage("compare", file, "--json").lines
    told = maillage("compare", file).out

    assert (line["a"], line["b"], line["decision"], line["parent"]) == (
        "ADSEA 17",
        "ADSEA (Pôle MNA)",
        "unit_of",
        "a",
    )
    assert "« ADSEA (Pôle MNA) » est une unité de « ADSEA 17 »" in told


def test_partners_are_printed_by_id_with_their_mentions(packaged_file: Path) -> None:
    lines = maillage("partners", "--json", store=packaged_file).lines

    ids = [line["id"] for line in lines]
    assert ids == sorted(ids)
    for line in lines:
        shape(
            line,
            id=str,
            name=str,
            acronym=(str, NOTHING),
            unit_of=(str, NOTHING),
            kind=str,
            network=(str, NOTHING),
            commune=(str, NOTHING),
            domains=list,
            status=str,
            mentions=list,
            services=int,
        )
        assert line["unit_of"] is None or line["unit_of"] in ids
        for mention in line["mentions"]:
            shape(mention, source=str, line=int, raw=str)
    assert sum(len(line["mentions"]) for line in lines) > 200


def test_services_are_printed_by_id_with_codes_of_the_reference(packaged_file: Path) -> None:
    known = reference()
    lines = maillage("services", "--json", store=packaged_file).lines
    partners = {line["id"] for line in maillage("partners", "--json", store=packaged_file).lines}

    ids = [line["id"] for line in lines]
    assert ids == sorted(ids)
    for line in lines:
        shape(
            line,
            id=str,
            partner=str,
            name=str,
            needs=list,
            situations=list,
            age_min=(int, NOTHING),
            age_max=(int, NOTHING),
            territories=list,
            origin=str,
            verified_on=(str, NOTHING),
        )
        assert line["partner"] in partners
        assert set(line["needs"]) <= set(known.needs)
        assert set(line["situations"]) <= set(known.situations)
        assert line["origin"] in {"declared", "imported", "inferred"}


def check_answer(answer: Mapping[str, Any]) -> None:
    shape(
        answer,
        id=object,
        suggestions=list,
        team=dict,
        uncovered=list,
        relaxations=list,
        safety=list,
        excluded=list,
    )
    for rank, one in enumerate(answer["suggestions"], start=1):
        shape(one, rank=int, partner=dict, service=dict, needs=list, score=int, reasons=list)
        shape(one["partner"], id=str, name=str)
        shape(one["service"], id=str, name=str, origin=str)
        assert one["rank"] == rank
        assert one["reasons"]
        for reason in one["reasons"]:
            shape(reason, code=str, text=str)
    shape(answer["team"], lead=(str, NOTHING), members=list, alternatives=list, optimal=bool)
    for member in answer["team"]["members"]:
        shape(member, partner=str, needs=list)
    for relaxation in answer["relaxations"]:
        shape(relaxation, need=str, text=str)
        assert relaxation["need"] in answer["uncovered"]
    for number in answer["safety"]:
        shape(number, number=str, text=str)
    suggested = {one["partner"]["id"] for one in answer["suggestions"]}
    for one in answer["excluded"]:
        shape(one, partner=str, service=str, reasons=list)
        assert one["reasons"]
        assert one["partner"] not in suggested


def test_suggest_prints_one_json_value_of_the_promised_shape(packaged_file: Path) -> None:
    ran = maillage(*ASKED, "--json", store=packaged_file)

    assert ran.code == 0
    assert ran.err == ""
    check_answer(ran.json)
    assert ran.json["id"] is None
    partners = [one["partner"]["id"] for one in ran.json["suggestions"]]
    assert len(partners) == len(set(partners)) > 0


def test_a_request_line_is_answered_as_the_options_are(packaged_file: Path, tmp_path: Path) -> None:
    one = {"id": "d-1", "age": 19, "commune": "17299", "needs": ["acces-logement", "permis"]}
    file = tmp_path / "demandes.jsonl"
    file.write_text(json.dumps(one) + "\n", encoding="utf-8")

    by_options = maillage(*ASKED, "--json", store=packaged_file).json
    by_file = maillage("suggest", "--requests", file, "--json", store=packaged_file).json
    by_input = maillage("suggest", "--requests", "-", "--json", store=packaged_file, input=file.read_bytes()).json

    assert by_file == by_input == {**by_options, "id": "d-1"}


def test_the_limit_cuts_the_suggestions_and_nothing_else(packaged_file: Path) -> None:
    many = maillage(*ASKED, "--json", "--limit", "50", store=packaged_file).json
    few = maillage(*ASKED, "--json", "--limit", "2", store=packaged_file).json

    assert len(many["suggestions"]) > 2
    assert few == {**many, "suggestions": many["suggestions"][:2]}


def test_a_limit_of_a_line_goes_before_that_of_the_option(packaged_file: Path) -> None:
    one = {"id": 7, "age": 19, "commune": "17299", "needs": ["acces-logement", "permis"], "limit": 1}
    two = {**one, "id": 8, "limit": None}

    ran = maillage(
        "suggest", "--requests", "-", "--limit", "3", "--json", store=packaged_file, input=lines_of(one, two)
    )

    assert [len(answer["suggestions"]) for answer in ran.lines] == [1, 3]


def lines_of(*values: object) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def test_a_wrong_line_is_refused_by_its_id_and_the_others_are_answered(packaged_file: Path) -> None:
    right = {"id": "a", "age": 17, "commune": "17299", "needs": ["sante-mentale"]}
    wrong: list[dict[str, Any]] = [
        {**right, "id": "besoin", "needs": ["santé mental"]},
        {**right, "id": "age", "age": 99},
        {**right, "id": "texte", "age": "17"},
        {**right, "id": "rien", "needs": []},
        {**right, "id": "cle", "nom": "Dupont"},
        {"id": "manque", "age": 17, "needs": ["sante-mentale"]},
    ]
    given = lines_of(right) + b"pas du json\n\n" + lines_of(*wrong, {**right, "id": "z"}) + b"[1]\n"

    ran = maillage("suggest", "--requests", "-", "--json", store=packaged_file, input=given)

    assert ran.code == 1
    assert [line["id"] for line in ran.lines] == [
        "a",
        None,
        "besoin",
        "age",
        "texte",
        "rien",
        "cle",
        "manque",
        "z",
        None,
    ]
    for line in ran.lines:
        if line["id"] in {"a", "z"}:
            check_answer(line)
        else:
            shape(line, id=object, error=str)
            assert line["error"].startswith("Ligne ")
            assert line["error"] in ran.err
    assert ran.lines[1]["error"].startswith("Ligne 2 ")
    assert "sante-mentale" in ran.lines[2]["error"]


@pytest.mark.parametrize("mark", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_requests_are_read_as_office_programs_save_them(packaged_file: Path, tmp_path: Path, mark: str) -> None:
    one = {"id": "été", "age": 17, "commune": "17299", "needs": ["sante-mentale"]}
    file = tmp_path / "demandes.jsonl"
    file.write_bytes((json.dumps(one, ensure_ascii=False) + "\r\n").encode(mark))

    assert maillage("suggest", "--requests", file, "--json", store=packaged_file).json["id"] == "été"


def test_store_and_json_are_understood_before_and_after_the_command(packaged_file: Path) -> None:
    address = f"sqlite:{packaged_file}"
    before = maillage("--store", address, "--json", *ASKED, store="sqlite:/absent.db")
    after = maillage(*ASKED, "--json", "--store", address)
    named = maillage(*ASKED, "--json", store=packaged_file)

    assert before.code == after.code == named.code == 0
    assert before.out == after.out == named.out


def test_the_text_for_an_adviser_puts_safety_first_and_explains_to_confirm_once(packaged_file: Path) -> None:
    text = maillage(
        "suggest",
        "--age",
        "16",
        "--commune",
        "17299",
        "--need",
        "crise-suicidaire",
        "--need",
        "obligation-formation",
        store=packaged_file,
    ).out

    assert text.index("D'abord la sécurité") < text.index("La plus petite équipe") < text.index("conviennent")
    assert "3114" in text
    assert text.count("À confirmer : ") == 1


def test_migrate_twice_says_the_second_time_that_nothing_was_to_do(tmp_path: Path) -> None:
    store = tmp_path / "new.db"
    first = maillage("migrate", "--json", store=store)
    second = maillage("migrate", "--json", store=store)

    shape(first.json, **{"from": int, "to": int})
    assert first.json["from"] == 0 < first.json["to"]
    assert second.json == {"from": first.json["to"], "to": first.json["to"]}
    assert maillage("migrate", store=store).out == f"Le stockage est déjà en version {first.json['to']}.\n"


def test_check_prints_findings_that_name_their_rule_and_object(packaged_file: Path) -> None:
    ran = maillage("check", "--json", store=packaged_file)

    assert ran.code == 0
    shape(ran.json, findings=list)
    for finding in ran.json["findings"]:
        shape(finding, rule=str, object=str, text=str)
        assert not finding["rule"].startswith("dangling")


def test_check_of_a_sound_store_has_nothing_to_say(tmp_path: Path) -> None:
    maillage("migrate", store=tmp_path / "new.db")

    assert maillage("check", store=tmp_path / "new.db").out == "Rien à signaler.\n"


def test_what_was_exported_and_imported_is_exported_with_equal_bytes(packaged_file: Path, tmp_path: Path) -> None:
    first, second, copy = tmp_path / "un.jsonl", tmp_path / "deux.jsonl", tmp_path / "copy.db"

    exported = maillage("export", first, "--json", store=packaged_file)
    imported = maillage("import", first, "--json", store=copy)
    maillage("export", second, store=copy)

    assert exported.code == imported.code == 0
    assert exported.json == imported.json
    assert exported.json["partners"] > 100
    assert first.read_bytes() == second.read_bytes()
    assert maillage("partners", "--json", store=copy).out == maillage("partners", "--json", store=packaged_file).out


def test_an_export_replaces_an_earlier_one(packaged_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "sauvegarde.jsonl"

    assert maillage("export", file, store=packaged_file).code == 0
    assert maillage("export", file, store=packaged_file).code == 0
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_a_store_moves_from_sqlite_to_neo4j_and_answers_alike(
    packaged_file: Path,
    tmp_path: Path,
    neo4j_bare: object,
    neo4j_server: Neo4jServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MAILLAGE_NEO4J_USER", neo4j_server.user)
    monkeypatch.setenv("MAILLAGE_NEO4J_PASSWORD", neo4j_server.password)
    first, second = tmp_path / "un.jsonl", tmp_path / "deux.jsonl"
    maillage("export", first, store=packaged_file)

    imported = maillage("import", first, "--json", store=neo4j_server.uri)
    maillage("export", second, store=neo4j_server.uri)

    assert imported.code == 0
    assert first.read_bytes() == second.read_bytes()
    assert maillage(*ASKED, "--json", store=neo4j_server.uri).out == maillage(*ASKED, "--json", store=packaged_file).out
    again = maillage("load", "--json", store=neo4j_server.uri)
    assert (again.code, again.json["stored"]) == (0, 0)
    refused = maillage("import", first, store=neo4j_server.uri)
    assert (refused.code, refused.err) == (1, "Le stockage n'est pas vide : importez dans un stockage neuf.\n")


def test_a_neo4j_that_does_not_know_us_is_said_in_one_sentence(
    neo4j_server: Neo4jServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILLAGE_NEO4J_USER", "nobody")
    monkeypatch.setenv("MAILLAGE_NEO4J_PASSWORD", "nothing")

    ran = maillage("partners", store=neo4j_server.uri)

    assert (ran.code, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert "MAILLAGE_NEO4J_USER" in ran.err or "mot de passe" in ran.err


def test_the_record_of_a_year_is_a_reason_that_can_be_switched_off(packaged_file: Path, tmp_path: Path) -> None:
    store = copied(packaged_file, tmp_path)
    before = maillage(*ASKED, "--json", store=store)
    assert maillage("simulate", "--year", str(date.today().year - 1), "--seed", "3", store=store).code == 0

    learned = maillage(*ASKED, "--json", store=store)
    rules = maillage(*ASKED, "--rules-only", "--json", store=store)

    assert rules.json == before.json
    said = [r["text"] for s in learned.json["suggestions"] for r in s["reasons"] if r["code"] == "record"]
    assert said
    assert all("orientations" in text for text in said)
