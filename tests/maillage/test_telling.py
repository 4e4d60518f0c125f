"""What the command line says to a coordinator who reads it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from graph.check import findings
from graph.model import Mention, MentionId, Origin, Outcome, PartnerStatus, Resolved, Standing
from graph.records import KINDS
from maillage import telling
from tests.application import copied
from tests.graph.directories import REFERENCE
from tests.graph.offers import ROCHEFORT, directory, partner, service
from tests.maillage.commands import maillage

ALPHA = partner("Éclaircie", commune=ROCHEFORT)
FUNDER = partner("Fonds", standing=Standing.FUNDER)
CLOSED = partner("Dernier", status=PartnerStatus.CLOSED)


def mention(raw: str, outcome: Outcome = Outcome.NEW) -> Resolved:
    found = Mention(MentionId(raw), "liste.csv", 3, 0, raw)
    return Resolved(found, outcome, None if outcome is Outcome.NOT_A_PARTNER else ALPHA.id, None, "seule de ce nom")


def test_partners_are_told_by_name_with_what_a_coordinator_should_know() -> None:
    found = directory(ALPHA, FUNDER, CLOSED, service(ALPHA, "permis"))
    mentions = {
        ALPHA.id: [mention("éclaircie"), mention("L'Éclaircie")],
        FUNDER.id: [],
        CLOSED.id: [mention("Dernier")],
    }

    assert list(telling.partners(found, mentions, REFERENCE)) == [
        "Dernier (dernier) : fermé, offre non décrite, 1 mention",
        "Éclaircie (éclaircie) : Rochefort, 1 service, 2 mentions",
        "Fonds (fonds) : financeur, on n'y oriente pas de jeune, dans aucune liste",
        "\n3 partenaires.",
    ]


def test_services_are_told_under_their_partner_with_ages_and_what_is_to_confirm() -> None:
    offer = replace(service(ALPHA, "permis", "trajets", age_min=18, age_max=25), origin=Origin.INFERRED)

    assert list(telling.services(directory(ALPHA, FUNDER, offer), REFERENCE)) == [
        "Éclaircie",
        "  - Accueil, 18-25 ans (à confirmer)",
        "    Passer le permis ou le code ; Organiser ses trajets, transports en commun",
        "\n1 service.",
    ]


def test_a_name_is_told_with_what_it_becomes() -> None:
    assert telling.mention(mention("L'Éclaircie"), "Éclaircie") == (
        "liste.csv, ligne 3 : « L'Éclaircie » → Éclaircie (seule de ce nom)"
    )
    assert telling.mention(mention("Rubrique", Outcome.NOT_A_PARTNER), None).endswith(
        "« Rubrique » n'est pas un partenaire (seule de ce nom)"
    )


def test_findings_are_told_under_what_they_have_in_common() -> None:
    unknown = partner("Inconnu", standing=Standing.UNKNOWN)
    lines = list(telling.findings(findings(directory(unknown), [mention("Flou", Outcome.AMBIGUOUS)], date(2026, 1, 1))))

    assert lines[0] == "Liens rompus"
    assert "Noms qui attendent une décision" in lines
    assert "  - « Flou » (liste.csv, ligne 3) attend une décision. [Flou]" in lines
    assert "Partenaires dont l'offre n'est pas décrite" in lines
    assert lines[-1] == "3 constats."


def test_every_rule_that_a_loaded_store_can_break_has_a_french_title(packaged_file: Path, tmp_path: Path) -> None:
    text = maillage("check", store=copied(packaged_file, tmp_path)).out

    titles = [line for line in text.splitlines() if line and not line.startswith("  ")]
    assert not any("-" in title.split()[0] or ":" in title for title in titles)


def test_counts_say_what_matters_first_and_leave_out_what_is_not_there() -> None:
    found = {"communes": 39, "departements": 1, "partners": 2, "services": 0}

    assert list(telling.counts(found)) == ["2 partenaires", "1 département", "39 communes"]


def test_every_kind_of_record_is_counted_in_french() -> None:
    same = {kind for kind in KINDS.values() if list(telling.counts({kind: 2})) == [f"2 {kind}"]}

    assert same == {"services", "situations", "sites", "programmes", "communes", "publications"}
    assert list(telling.counts({"publications": 1})) == ["1 publication"]


def test_an_export_and_an_import_are_told_in_one_sentence(packaged_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "sauvegarde.jsonl"

    exported = maillage("export", file, store=packaged_file).out
    imported = maillage("import", file, store=tmp_path / "new.db").out

    assert exported.startswith("Exporté : ")
    assert imported == exported.replace("Exporté", "Importé")
    assert exported.endswith(" programmes.\n")
