"""Agreements from tables."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from graph.agreement import Agreement, AgreementId, AgreementKind
from graph.directory import Directory
from graph.errors import FileRefused
from graph.model import Mention, MentionId, Outcome, Partner, PartnerId, PartnerKind, Resolved
from loaders.agreements import AgreementReading, agreements, read

HEADER = "référence;nature;partenaires;début;fin;renouvelle"
ROW = "2026-04;convention;caf-17;01/01/2026;31/12/2027;"


@cache
def directory() -> Directory:
    partners = [
        Partner(PartnerId("mission-locale"), "Mission Locale"),
        Partner(
            PartnerId("ml-marennes"), "Espace de Marennes", kind=PartnerKind.SITE, unit_of=PartnerId("mission-locale")
        ),
        Partner(PartnerId("caf-17"), "Caisse d'allocations familiales de la Charente-Maritime", acronym="CAF"),
        Partner(PartnerId("escale"), "L'Escale, La Rochelle"),
        Partner(PartnerId("adei"), "ADEI"),
        Partner(PartnerId("adei-esat"), "ESAT", unit_of=PartnerId("adei")),
        Partner(PartnerId("esat-oleron"), "ESAT"),
    ]
    return Directory({p.id: p for p in partners})


def resolved() -> list[Resolved]:
    mention = Mention(id=MentionId("m"), source="liste.csv", line=1, position=0, raw="CAF de La Rochelle")
    return [Resolved(mention, Outcome.SAME, PartnerId("caf-17"), None, "nom")]


def reading(*rows: str, header: str = HEADER, held: Iterable[str] = ()) -> AgreementReading:
    text = "\n".join([header, *rows])
    return agreements(text, "conventions.csv", directory(), resolved(), map(AgreementId, held))


def the_partners(cell: str) -> frozenset[str]:
    found = reading(f'1;convention;"{cell}";01/01/2026;;')
    assert found.refused == ()
    return frozenset(found.agreements[0][1].partners)


def reason(row: str, held: Iterable[str] = ()) -> str:
    found = reading(row, held=held)
    assert found.agreements == ()
    (refused,) = found.refused
    assert (refused.source, refused.line, found.read) == ("conventions.csv", 2, 1)
    return refused.reason


def test_a_row_is_an_agreement() -> None:
    assert reading(ROW).agreements == (
        (
            2,
            Agreement(
                AgreementId("2026-04"),
                AgreementKind.CONVENTION,
                frozenset({PartnerId("caf-17")}),
                date(2026, 1, 1),
                date(2027, 12, 31),
            ),
        ),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ","])
def test_files_are_read_however_they_were_saved(tmp_path: Path, encoding: str, separator: str) -> None:
    file = tmp_path / "conventions.csv"
    file.write_bytes(f"{HEADER}\r\n{ROW}\r\n".replace(";", separator).encode(encoding))

    assert read(file, directory(), resolved(), ()).agreements == reading(ROW).agreements


def test_columns_are_in_french_or_by_code() -> None:
    english = reading(ROW, header="id;kind;partners;starts_on;ends_on;renews")

    assert english.agreements == reading(ROW).agreements


@pytest.mark.parametrize(
    ("cell", "ids"),
    [
        ("caf-17", {"caf-17"}),
        ("CAF", {"caf-17"}),
        ("CAF de La Rochelle", {"caf-17"}),  # as a list writes it
        ("l'escale, la rochelle", {"escale"}),
        ("CAF, ADEI", {"caf-17", "adei"}),
        ("CAF | L'Escale, La Rochelle", {"caf-17", "escale"}),
        ("Mission Locale | CAF | ml-marennes", {"caf-17"}),
    ],
)
def test_partners_are_named_by_id_or_as_lists_write_them(cell: str, ids: set[str]) -> None:
    assert the_partners(cell) == ids


def test_a_name_that_is_two_partners_is_refused_with_both() -> None:
    told = reason("1;convention;ESAT;01/01/2026;;")

    assert "adei-esat" in told
    assert "esat-oleron" in told


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("1;convention;Inconnu;01/01/2026;;", "« Inconnu »"),
        ("1;convention;CAF, Inconnu;01/01/2026;;", "« Inconnu »"),
        ("1;convention;Mission Locale;01/01/2026;;", "hormis"),
        ("1;contrat;CAF;01/01/2026;;", "charte"),
        ("1;convention;CAF;2026;;", "début"),
        ("1;convention;CAF;01/01/2026;bientôt;", "fin"),
        ("1;convention;CAF;01/01/2026;31/12/2025;", "avant"),
        ("1;convention;CAF;01/01/2026;;1", "elle-même"),
        ("1;convention;CAF;01/01/2026;;absente", "renouvelle"),
        (";convention;CAF;01/01/2026;;", "référence"),
        ("1;;;;;", "nature"),
        ("-;convention;CAF;01/01/2026;;", "référence"),
    ],
)
def test_a_row_that_cannot_be_true_says_why(row: str, word: str) -> None:
    assert word in reason(row)


@pytest.mark.parametrize("kind", list(AgreementKind))
def test_the_first_word_says_what_an_agreement_is(kind: AgreementKind) -> None:
    found = reading(f"1;{kind.value.upper()} de partenariat;CAF;01/01/2026;;")

    assert [a.kind for _, a in found.agreements] == [kind]


def test_a_renewal_comes_after_what_it_renews_whatever_the_order_of_rows() -> None:
    found = reading("b;convention;CAF;01/01/2026;;a", "a;convention;CAF;01/01/2024;;")

    assert [(line, a.id) for line, a in found.agreements] == [(3, "a"), (2, "b")]
    assert reading("b;convention;CAF;01/01/2026;;a", held=["a"]).refused == ()


def test_what_renews_a_refused_row_or_turns_in_a_circle_is_refused() -> None:
    found = reading(
        "a;convention;Inconnu;01/01/2024;;",
        "b;convention;CAF;01/01/2026;;a",
        "c;convention;CAF;01/01/2026;;d",
        "d;convention;CAF;01/01/2026;;c",
        "e;convention;CAF;01/01/2026;;",
    )

    assert [a.id for _, a in found.agreements] == ["e"]
    assert [r.line for r in found.refused] == [2, 3, 4, 5]


def test_the_second_row_of_a_reference_is_refused() -> None:
    found = reading(ROW, ROW.replace("convention", "charte"))

    assert [(r.line, "ligne 2" in r.reason) for r in found.refused] == [(3, True)]


def test_a_column_outside_the_list_refuses_the_whole_file_and_is_named() -> None:
    with pytest.raises(FileRefused, match="« signataire »"):
        reading(f"{ROW};Jean Dupont", header=f"{HEADER};signataire")
