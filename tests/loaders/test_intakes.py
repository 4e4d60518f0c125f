"""Intakes from tables: closed codes only, good rows stay, refusals never repeat a cell."""

import uuid
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.directory import Directory
from graph.errors import FileRefused
from graph.intake import Intake
from graph.model import AGE_MAX, AGE_MIN
from graph.pseudonym import KEY_VARIABLE, PseudonymKey
from graph.reference import MINOR
from graph.sites import sites
from loaders.intakes import COLUMNS, IntakeReading, intakes, read
from loaders.reference import reference
from tests.graph.packaged import packaged

TODAY = date(2026, 6, 30)
KEY = PseudonymKey(bytes(range(32)).hex())
ID = "3f0c1f6e-4d2b-4a6e-9c53-0f5b7a1d2e34"
HEADER = "reference;date;age;commune;programme;site;besoins;situations;secteurs"
ROW = {
    "reference": ID,
    "date": "2026-03-09",
    "age": "19",
    "commune": "17299",
    "programme": "cej",
    "site": "rochefort",
    "besoins": "permis|acces-logement",
    "situations": "qpv",
    "secteurs": "H",
}


def reading(text: str, key: PseudonymKey | None = None, directory: Directory | None = None) -> IntakeReading:
    return intakes(text, "livrets.csv", directory or packaged(), reference(), key, TODAY)


def row(**cells: str) -> str:
    return f"{HEADER}\n{';'.join({**ROW, **cells}.values())}\n"


def the_intake(key: PseudonymKey | None = None, **cells: str) -> Intake:
    found = reading(row(**cells), key)
    assert found.refused == ()
    ((line, intake),) = found.intakes
    assert line == 2
    return intake


def reason(key: PseudonymKey | None = None, **cells: str) -> str:
    found = reading(row(**cells), key)
    assert found.intakes == ()
    assert found.read == 1
    (refused,) = found.refused
    assert (refused.source, refused.line) == ("livrets.csv", 2)
    return refused.reason


def test_a_row_by_code_is_an_intake() -> None:
    site = sites(packaged(), reference())["rochefort"]

    assert the_intake() == Intake(
        id=ID,  # type: ignore[arg-type]
        received_on=date(2026, 3, 9),
        age=19,
        commune="17299",  # type: ignore[arg-type]
        programme="cej",  # type: ignore[arg-type]
        site=site,
        needs=frozenset({"permis", "acces-logement"}),  # type: ignore[arg-type]
        situations=frozenset({"qpv"}),  # type: ignore[arg-type]
        sectors=frozenset({"H"}),  # type: ignore[arg-type]
    )


def test_a_row_in_the_words_of_an_adviser_is_the_same_intake() -> None:
    said = the_intake(
        reference=ID.upper(),
        date="09/03/2026",
        age="19 ans",
        commune="ROCHEFORT",
        programme="Contrat d'engagement jeune",
        site="Siège, Parc des Fourriers, Rochefort",
        besoins="Passer le permis ou le code | Chercher et obtenir un logement autonome",
        situations="réside en quartier prioritaire",
        secteurs="industrie",
    )

    assert said == the_intake()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_files_are_read_however_they_were_saved(tmp_path: Path, encoding: str, separator: str) -> None:
    file = tmp_path / "livrets.csv"
    cells = {**ROW, "commune": "Île-d'Aix", "besoins": "Garder son logement | Aide alimentaire"}
    header = "Référence;DATE d'accueil;Âge;Commune;Programme;Site;Besoins;Situations;Secteurs".replace(";", separator)
    file.write_bytes(f"{header}\r\n{separator.join(cells.values())}\r\n".encode(encoding))

    found = read(file, packaged(), reference(), None, TODAY)

    assert found.refused == ()
    assert [i.commune for _, i in found.intakes] == ["17004"]


def test_situations_and_sectors_may_be_left_out() -> None:
    text = "reference,date,age,commune,programme,site,needs\n" + ",".join(list(ROW.values())[:7]) + "\n"

    ((_, intake),) = reading(text).intakes

    assert (intake.situations, intake.sectors) == (frozenset(), frozenset())


@pytest.mark.parametrize("spelled", ["permis,acces-logement", "permis | acces-logement", "permis;acces-logement"])
def test_several_codes_stand_in_one_cell(spelled: str) -> None:
    assert the_intake(besoins=f'"{spelled}"').needs == {"permis", "acces-logement"}


def test_a_label_may_hold_commas() -> None:
    spelled = "Lire, écrire, compter, remise à niveau, Aide alimentaire"

    needs = the_intake(besoins=f'"{spelled}"').needs

    assert {reference().needs[n].label for n in needs} == {
        "Lire, écrire, compter, remise à niveau",
        "Aide alimentaire",
    }


def test_every_code_and_label_of_the_lists_is_read() -> None:
    known = reference()
    facts = [s for s in known.situations if s != MINOR]
    for labels in (False, True):
        found = the_intake(
            besoins='"' + "|".join(n.label if labels else c for c, n in known.needs.items()) + '"',
            situations='"' + ",".join(known.situations[s].label if labels else s for s in facts) + '"',
            secteurs='"' + ",".join(s.label if labels else c for c, s in known.sectors.items()) + '"',
        )

        assert found.needs == set(known.needs)
        assert found.situations == set(facts)
        assert found.sectors == set(known.sectors)
    for code, programme in known.programmes.items():
        assert the_intake(programme=f'"{programme.label}"').programme == the_intake(programme=code).programme == code


def test_a_site_is_said_by_code_name_or_partner() -> None:
    for code, partner in sites(packaged(), reference()).items():
        for said in (code, reference().sites[code].name, partner, packaged().partners[partner].name):
            assert the_intake(site=f'"{said}"').site == partner


def test_a_site_that_no_stored_partner_is_refuses_the_row() -> None:
    partners = {id: p for id, p in packaged().partners.items() if "cabestan" not in id}

    found = reading(row(site="cabestan"), directory=Directory(partners))

    assert "chargez d'abord les listes" in found.refused[0].reason


def test_minor_follows_from_the_age() -> None:
    assert MINOR in the_intake(age="17").situations
    assert MINOR not in the_intake(age="18").situations
    assert "Mineur" in reason(age="18", situations="mineur")


# communes


@pytest.mark.parametrize(
    ("said", "insee"),
    [
        ("17299", "17299"),
        ("Rochefort", "17299"),
        ("17300 Rochefort", "17299"),
        ("Rochefort (17299)", "17299"),
        ("St Pierre d'Oléron", "17385"),
        ("Marennes", "17219"),
        ("château-d'oléron", "17093"),
        ("17123", "17004"),  # the only commune of that postcode
    ],
)
def test_a_commune_is_said_by_insee_name_or_a_postcode_of_its_own(said: str, insee: str) -> None:
    assert the_intake(commune=said).commune == insee


@pytest.mark.parametrize(
    ("said", "candidates"),
    [
        ("17300", ["17299 (Rochefort)", "Vergeroux"]),  # also the INSEE code of La Rochelle
        ("17780", []),
        ("17320", ["Saint-Coutant-le-Grand", "Marennes-Hiers-Brouage"]),
        ("saint", ["Saint-Agnant", "Saint-Froult"]),
        ("Saint-Pierre", ["17385 (Saint-Pierre-d'Oléron)"]),  # others have that very name
    ],
)
def test_a_commune_that_may_be_two_is_refused_with_the_candidates(said: str, candidates: list[str]) -> None:
    told = reason(commune=said)

    assert all(candidate in told for candidate in candidates)


@pytest.mark.parametrize("said", ["Paris", "75056", "17306", "Royan", "99999", "Rochefort 17219", "٠١٢٣٤"])
def test_a_commune_of_elsewhere_or_of_nowhere_is_refused(said: str) -> None:
    assert "commune" in reason(commune=said)


def column(header: str, *communes: str) -> IntakeReading:
    cells = [{**ROW, "reference": str(uuid.uuid4()), "commune": c} for c in communes]
    lines = [HEADER.replace("commune", header), *(";".join(c.values()) for c in cells)]
    return reading("\n".join(lines))


def test_a_number_that_is_insee_code_and_postcode_is_what_the_rest_of_the_column_is() -> None:
    insee = column("commune", "17320", "17299")
    post = column("commune", "17320", "17123")

    assert [i.commune for _, i in insee.intakes] == ["17320", "17299"]
    assert [i.commune for _, i in post.intakes] == ["17004"]
    assert "Marennes" in post.refused[0].reason


def test_the_header_says_what_numbers_are() -> None:
    assert [i.commune for _, i in column("code INSEE", "17320").intakes] == ["17320"]
    assert "Luzac" in column("code postal", "17320").refused[0].reason


def test_every_served_commune_is_read_by_insee_and_by_name() -> None:
    served = reference().served()

    assert [i.commune for _, i in column("commune", *(c.insee for c in served)).intakes] == [c.insee for c in served]
    assert [i.commune for _, i in column("commune", *(c.name for c in served)).intakes] == [c.insee for c in served]


# dates and ages


@pytest.mark.parametrize("said", ["09/03/2026", "9/3/2026", "09-03-2026", "09.03.2026", "2026-03-09 00:00:00"])
def test_a_day_is_iso_or_french(said: str) -> None:
    assert the_intake(date=said).received_on == date(2026, 3, 9)


@pytest.mark.parametrize("said", ["2026-07-01", "31/02/2026", "09/03/26", "mars 2026", "46090", "2007-03-09"])
def test_a_day_that_is_none_to_come_or_of_birth_is_refused(said: str) -> None:
    assert "date" in reason(date=said)


@pytest.mark.parametrize("said", ["13", "31", "17,5", "-17", "dix-sept", "2007", "١٧"])
def test_an_age_that_is_no_age_of_the_service_is_refused(said: str) -> None:
    assert "âge" in reason(age=said)


# pseudonyms


def test_a_file_number_becomes_its_pseudonym_when_there_is_a_key() -> None:
    found = the_intake(KEY, reference="17-004211")

    assert found.id == KEY.pseudonym("17004211")
    assert the_intake(KEY).id == ID


def test_a_file_number_without_a_key_is_refused_and_says_how() -> None:
    told = reason(reference="17-004211")

    assert KEY_VARIABLE in told
    assert "004211" not in told


@pytest.mark.parametrize(
    "said", ["c232ab00-9414-11ec-b3c8-9f68deced846", "{" + ID + "}", "h-" + "0a" * 32, "Jean Dupont", "j@exemple.fr"]
)
def test_a_reference_that_is_neither_is_refused_and_not_repeated(said: str) -> None:
    assert said not in reason(reference=said)
    assert said not in reason(KEY, reference=said)


def test_the_second_row_of_a_reference_is_refused() -> None:
    again = row() + row(age="20").splitlines()[1] + "\n"
    numbers = row(reference="00123456") + row(reference="123-456").splitlines()[1] + "\n"

    for found in (reading(again), reading(numbers, KEY)):
        assert len(found.intakes) == 1
        assert [(r.line, "ligne 2" in r.reason) for r in found.refused] == [(3, True)]


# what is refused, and what a refusal says


@pytest.mark.parametrize(
    "named", ["nom", "Prénom", "date de naissance", "adresse", "téléphone", "courriel", "remarques", "n° sécu", "x"]
)
def test_a_column_outside_the_list_refuses_the_whole_file_and_is_named(named: str) -> None:
    text = row().replace(HEADER, f"{HEADER};{named}").replace(";H", ";H;secret")

    with pytest.raises(FileRefused) as refused:
        reading(text)

    assert f"« {named} »" in refused.value.reason
    assert "secret" not in str(refused.value)
    assert refused.value.line == 1


def test_a_column_without_a_name_that_holds_something_refuses_the_whole_file() -> None:
    with pytest.raises(FileRefused, match="colonne n° 10"):
        reading(row().replace(HEADER, f"{HEADER};").replace(";H", ";H;secret"))

    assert len(reading(row().replace(HEADER, f"{HEADER};").replace(";H", ";H;")).intakes) == 1


def test_a_column_that_is_given_twice_refuses_the_whole_file() -> None:
    with pytest.raises(FileRefused, match="deux fois"):
        reading(row().replace(HEADER, f"{HEADER};needs").replace(";H", ";H;permis"))


def test_a_file_without_its_header_is_refused_and_no_cell_is_repeated() -> None:
    with pytest.raises(FileRefused) as refused:
        reading("Dupont;Jean;06 12 34 56 78\n" + row())

    assert "Dupont" not in str(refused.value)


def test_a_column_that_looks_like_a_cell_is_named_by_its_place() -> None:
    with pytest.raises(FileRefused) as refused:
        reading(row().replace(HEADER, f"{HEADER};06 12 34 56 78").replace(";H", ";H;x"))

    assert "colonne n° 10" in refused.value.reason
    assert "56" not in refused.value.reason


def test_a_missing_column_is_named() -> None:
    with pytest.raises(FileRefused, match="« besoins »"):
        reading("reference;date;age;commune;programme;site\n1;2;3;4;5;6\n")


@pytest.mark.parametrize("text", [f"{HEADER}\n", f"\n{HEADER}\n;;;\n"])
def test_a_table_without_rows_is_refused(text: str) -> None:
    with pytest.raises(FileRefused, match="aucune ligne"):
        reading(text)


@pytest.mark.parametrize("missing", ["reference", "date", "age", "commune", "programme", "site", "besoins"])
def test_an_empty_cell_is_named(missing: str) -> None:
    assert COLUMNS["needs" if missing == "besoins" else missing].name in reason(None, **{missing: " "})


def test_an_unknown_code_is_told_with_the_nearest_ones() -> None:
    told = reason(besoins="permi")

    assert "besoins" in told
    assert "permis" in told
    assert "« logement social »" not in told


def test_a_bad_row_leaves_the_others() -> None:
    other = row(reference=str(uuid.uuid4())).splitlines()[1]
    text = row(age="99") + '"un guillemet ouvert;x\n' + other + "\n" + other + ";de trop\n"

    found = reading(text)

    assert (found.read, len(found.intakes)) == (4, 1)
    assert [r.line for r in found.refused] == [2, 3, 5]


CANARY = "Zoé Kervadec"
CELLS = st.one_of(
    st.just(CANARY),
    st.just("zoe.kervadec@exemple.fr"),
    st.just("06 12 34 56 78"),
    st.just("kervadec-zoe"),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=30).filter(lambda t: '"' not in t),
)


@given(st.sampled_from(sorted(ROW)), CELLS)
def test_a_refusal_never_repeats_what_may_be_personal(name: str, cell: str) -> None:
    found = reading(row(**{name: f'"{cell}"'}))

    for refused in found.refused:
        said = refused.reason.casefold()
        assert "kervadec" not in said
        assert "56 78" not in said
    assert len(found.intakes) + len(found.refused) == found.read


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "age": st.integers(AGE_MIN - 2, AGE_MAX + 2).map(str),
                "besoins": st.sampled_from(["permis", "inconnu", "", "aide-alimentaire,permis"]).map('"{}"'.format),
                "commune": st.sampled_from(["17299", "17300", "Marennes", "Paris"]),
            }
        ),
        min_size=1,
        max_size=8,
    )
)
def test_every_row_is_an_intake_or_a_refusal(rows: list[dict[str, str]]) -> None:
    lines = [";".join({**ROW, "reference": str(uuid.uuid4()), **cells}.values()) for cells in rows]

    found = reading("\n".join([HEADER, *lines]))

    lines_of = [line for line, _ in found.intakes] + [r.line for r in found.refused]
    assert sorted(lines_of) == list(range(2, len(rows) + 2))
    assert found.read == len(rows)
