"""Reading the partner lists: nothing is lost, everything is where the list writes it."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Mention
from loaders import lists
from loaders.lists import Reading, read_list
from loaders.text import lines_of

LISTS = {reading.source: reading for reading in lists.packaged()}
ECOSYSTEM = LISTS["ecosysteme-partenarial.txt"]
BOARD = LISTS["gouvernance-structures.txt"]


def text_of(source: str) -> list[str]:
    return lines_of((lists.PACKAGED / source).read_text(encoding="utf-8"))


def raws(reading: Reading, line: int) -> list[str]:
    return [m.raw for m in reading.mentions if m.line == line]


def read_line(text: str) -> list[tuple[str, str | None]]:
    reading = read_list(f"Partenariat Formation\n\n- **Autre**\n\n{text}\n".encode(), "liste.txt")
    return [(m.raw, m.within) for m in reading.mentions]


@pytest.mark.parametrize("source", ["ecosysteme-partenarial.txt", "gouvernance-structures.txt"])
def test_every_mention_and_label_is_the_exact_substring_at_its_position(source: str) -> None:
    lines = text_of(source)

    for mention in LISTS[source].everything:
        line = lines[mention.line - 1]
        assert line[mention.position : mention.position + len(mention.raw)] == mention.raw


@pytest.mark.parametrize("source", ["ecosysteme-partenarial.txt", "gouvernance-structures.txt"])
def test_every_letter_of_a_packaged_list_is_accounted_for(source: str) -> None:
    text = "\n".join(text_of(source))

    assert list(letters_lost(text, LISTS[source])) == []


WRITTEN = (
    "AFPA|ESCALE|CADA/HUDA|ESAT|ADEI|Pôle MNA|Rochefort|Lycée Jamain|17|CPAM17|dont|et|(|)| - |- | – |;| / |"
    "1. |II - |A) |   |\x0c|\x85|Emploi|03 87 12 34 56|x@y.fr|12 rue X|"
    ":|Centre social|Service prévention|l'Océan|« X »|**|,|Référent(e)s|U.D 17|(8 sièges)|(2)|."
)
PIECES = st.sampled_from(WRITTEN.split("|"))
TEXTS = st.lists(st.lists(PIECES, max_size=12).map(" ".join), max_size=8).map("\n".join)


@settings(deadline=None)
@given(TEXTS.filter(lambda text: any(c.isalpha() for c in text)))
def test_no_letter_of_any_text_list_is_lost(text: str) -> None:
    reading = lists.text_list(text, "liste.txt")

    assert list(letters_lost(text, reading)) == []
    for mention in reading.everything:
        line = lines_of(text)[mention.line - 1]
        assert line[mention.position : mention.position + len(mention.raw)] == mention.raw


def letters_lost(text: str, reading: Reading) -> Iterator[tuple[int, str]]:
    """Letters and digits that are in no mention, label, prose or linking text."""
    held: dict[int, set[int]] = {}
    for mention in reading.everything:
        held.setdefault(mention.line, set()).update(range(mention.position, mention.position + len(mention.raw)))
    for line in (*reading.prose, *reading.links):
        held.setdefault(line.line, set()).update(range(line.position, line.position + len(line.text)))
    for number, line_text in enumerate(lines_of(text), start=1):
        for at, character in enumerate(line_text):
            if character.isalnum() and at not in held.get(number, set()):
                yield number, line_text[max(0, at - 10) : at + 10]


def test_units_in_brackets_are_mentions_within_their_organisation() -> None:
    assert read_line("ESCALE - Fondation Les Diaconesses de Reuilly (CADA/HUDA/CPH)") == [
        ("ESCALE", None),
        ("Fondation Les Diaconesses de Reuilly", None),
        ("CADA", "Fondation Les Diaconesses de Reuilly"),
        ("HUDA", "Fondation Les Diaconesses de Reuilly"),
        ("CPH", "Fondation Les Diaconesses de Reuilly"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SPIP PJJ MAH - DISP Bordeaux", ["SPIP", "PJJ", "MAH", "DISP Bordeaux"]),
        ("ATELEC HOMMES ET SAVOIRS - IRSS", ["ATELEC", "HOMMES ET SAVOIRS", "IRSS"]),
        ("NCO FORMATION- IRSS - CESI", ["NCO FORMATION", "IRSS", "CESI"]),
        ("ARS CPTS Rochefort Océan-Marennes - GE APA", ["ARS", "CPTS Rochefort Océan-Marennes", "GE APA"]),
        ("SESSAD Océan- Rochefort – SESSAD La Rochelle", ["SESSAD Océan- Rochefort", "SESSAD La Rochelle"]),
        ("SESSAD ADEI -St Georges - SAMSAH TSA", ["SESSAD ADEI -St Georges", "SAMSAH TSA"]),
        ("GEIQ Profession Sport et Loisirs - SNSM", ["GEIQ Profession Sport et Loisirs", "SNSM"]),
        (
            "Centre de ressources Formation Handicap (CRFH) et PRITH",
            ["Centre de ressources Formation Handicap (CRFH)", "PRITH"],
        ),
        ("Référent(e)s justice des Missions Locales - CIO", ["Référent(e)s justice des Missions Locales", "CIO"]),
        ("CAF ; CPAM ; MSA", ["CAF", "CPAM", "MSA"]),
        ("Point-justice  CIDFF", ["Point-justice", "CIDFF"]),
        ("CMP de Metz  CAF 57  CPAM", ["CMP de Metz", "CAF 57", "CPAM"]),
        ("Le Cèdre      Chez Simone   Toit", ["Le Cèdre", "Chez Simone", "Toit"]),
        ("Mission  Locale - Foyer de  Metz - AFPA  Metz", ["Mission  Locale", "Foyer de  Metz", "AFPA  Metz"]),
        ("Association  Le Cèdre - ESAT  ADEI", ["Association  Le Cèdre", "ESAT  ADEI"]),
        ("AAPIQ - Centre social Service prévention - CIO", ["AAPIQ - Centre social", "Service prévention", "CIO"]),
        (
            "Association CAP - Centre social Association Primevère Lesson - CIO",
            ["Association CAP - Centre social", "Association Primevère Lesson", "CIO"],
        ),
        ("Vigilans (Centre hospitalier Henri Laborit) - CIO", ["Vigilans", "Centre hospitalier Henri Laborit", "CIO"]),
    ],
)
def test_items_are_cut_where_the_names_are(text: str, expected: list[str]) -> None:
    assert [raw for raw, _ in read_line(text)] == expected


def test_an_organisation_in_brackets_holds_the_service_before_it() -> None:
    assert read_line("Bus Santé en Mouvement (Groupe Hospitalier Littoral Atlantique) - CIO")[:2] == [
        ("Bus Santé en Mouvement", "Groupe Hospitalier Littoral Atlantique"),
        ("Groupe Hospitalier Littoral Atlantique", None),
    ]


def test_a_label_before_a_colon_is_not_a_mention() -> None:
    reading = read_list(
        b"Partenariat Handicap\n\nAdecco - Entreprises \xab handi-accueillantes \xbb : McDonald's et GIF\n", "x.txt"
    )

    assert [m.raw for m in reading.mentions] == ["Adecco", "McDonald's", "GIF"]
    assert [m.raw for m in reading.labels] == ["Partenariat Handicap", "Entreprises « handi-accueillantes »"]


def test_headings_give_the_domain_and_labels_the_subcategory() -> None:
    found = {(m.raw, m.line): m for m in ECOSYSTEM.mentions}

    assert found["CIMADE", 61].domain == "etrangers"
    assert found["CIMADE", 61].subcategory == "Partenaires associatifs"
    assert found["AFPA", 9].domain == "formation"
    assert found["Etat", 85].domain == "iae"
    assert {m.domain for m in ECOSYSTEM.mentions} == {
        "formation",
        "handicap",
        "justice",
        "sante",
        "etrangers",
        "logement",
        "iae",
    }


def test_prose_is_kept_apart() -> None:
    assert [line.line for line in ECOSYSTEM.prose] == [1, 3]


def test_the_board_has_its_colleges_seats_and_deputies() -> None:
    found = {(m.raw, m.line): m for m in BOARD.everything}
    agglomeration = found["Communauté d'Agglomération Rochefort Océan", 39]
    region = found["REGION NOUVELLE AQUITAINE", 39]
    state = found["DDETS 17", 40]

    assert (agglomeration.college, agglomeration.seats) == ("Collège des élus", 8)
    assert (region.seats, region.deputies) == (1, 1)
    assert state.college == "Collège des services de l'Etat et des organismes publics"
    assert state.seats == 2
    assert found["Syndicats de salariés", 24].college == "Collège des partenaires économiques et sociaux"
    assert raws(BOARD, 42) == [
        "CAP-Centre Social",
        "AXYS",
        "GRETA POITOU CHARENTES",
        "REGIE INTER QUARTIER",
        "CCAS de Fouras",
        "CCAS de Tonnay-Charente",
        "ADSEA",
        "Foyer Paule Maraux",
    ]


def test_moving_a_row_keeps_the_id_of_its_mention() -> None:
    before = read_list(b"nom;domaine\nESCALE;logement\nCPAM;sante\nCPAM;sante\n", "a.csv")
    after = read_list(b"nom;domaine\nCPAM;sante\nESCALE;logement\nCPAM;sante\n", "a.csv")

    assert {m.id for m in before.mentions} == {m.id for m in after.mentions}
    assert len({m.id for m in after.mentions}) == 3


def by_raw(mentions: tuple[Mention, ...]) -> dict[str, Mention]:
    return {m.raw: m for m in mentions}


def test_the_curated_list_holds_the_mission_locale_and_its_six_sites() -> None:
    others = by_raw(LISTS["autres-partenaires.csv"].mentions)

    assert others["Mission Locale"].within is None
    assert sum(1 for m in others.values() if m.within == "Mission Locale") == 6
    assert others["Bureau d'Information Jeunesse"].commune == "Saint-Pierre-d'Oléron"


@pytest.mark.parametrize(
    "text", ["x" * 50_000, "A (b) " * 10_000, "Association X " * 5_000, "SPIP " * 5_000, "A et CAF " * 5_000]
)
def test_an_endless_item_is_refused_with_its_line_and_the_others_are_read(text: str) -> None:
    reading = lists.text_list(f"Partenariat Formation\n\nAFPA - {text}- CIO\n", "liste.txt")

    assert [r.line for r in reading.refused] == [3]
    assert {"AFPA", "CIO"} <= {m.raw for m in reading.mentions}


def test_a_long_line_of_many_names_is_read_in_good_time() -> None:
    names = [f"Association Numero{n}" for n in range(5_000)]

    reading = lists.text_list("Partenariat Formation\n\n" + " - ".join(names) + "\n", "liste.txt")

    assert [m.raw for m in reading.mentions] == names


def partners_and_labels(text: str) -> tuple[list[str], list[str]]:
    reading = lists.text_list(text, "liste.txt")
    return [m.raw for m in reading.mentions], [m.raw for m in reading.labels]


@pytest.mark.parametrize("first", ["SPIP 57", "Le Cèdre"])
def test_a_bullet_alone_before_a_heading_with_a_dash_is_a_partner(first: str) -> None:
    text = (
        f"Justice\n- {first}\n\nFormation - Emploi\n- AFPA\n- CFA\n"
        "Santé\n- CMP de Metz\nLogement - Hébergement\n- ADIL 57\n"
    )

    assert partners_and_labels(text) == (
        [first, "AFPA", "CFA", "CMP de Metz", "ADIL 57"],
        ["Justice", "Formation - Emploi", "Santé", "Logement - Hébergement"],
    )


def test_a_bullet_that_ends_a_list_is_no_label_of_the_line_below() -> None:
    text = "Justice\n- Le Cèdre\n\nMobilier - Meubles solidaires\n- Chez Simone\n"

    assert "Le Cèdre" in partners_and_labels(text)[0]


def test_a_known_name_is_no_label_of_the_line_below() -> None:
    assert partners_and_labels("Justice\n\n- Mission Locale de Metz\n\nAFPA - Le Cèdre\n")[0] == [
        "Mission Locale de Metz",
        "AFPA",
        "Le Cèdre",
    ]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("1. Domaine de l'emploi\n- AFPA\n2. Logement\n- ADIL 57\n", ["Domaine de l'emploi", "Logement"]),
        ("1. Emploi\nAFPA\n2. Logement\nADIL 57\n", ["Emploi", "Logement"]),
        ("I - Formation\n- AFPA\nII - Logement\n- ADIL 57\n", ["Formation", "Logement"]),
        ("A) Santé\n1) AFPA\nB) Accès au logement\n1) ADIL 57\n", ["Santé", "Accès au logement"]),
        ("1) Vers le travail\n  - AFPA\n2) Se loger\n  - ADIL 57\n", ["Vers le travail", "Se loger"]),
        ("1.1 Emploi\n- AFPA\n1.2 Habitat\n- ADIL 57\n", ["Emploi", "Habitat"]),
        ("- Emploi\n  - AFPA\n- Logement\n  - ADIL 57\n", ["Emploi", "Logement"]),
        ("• Emploi :\n   o AFPA\n\uf0b7 Logement :\n   o ADIL 57\n", ["Emploi", "Logement"]),
    ],
)
def test_numbered_headings_are_no_partners(text: str, labels: list[str]) -> None:
    assert partners_and_labels(text) == (["AFPA", "ADIL 57"], labels)


@pytest.mark.parametrize("number", ["{}. ", "{}) ", "1.{} "])
def test_a_numbered_list_of_partners_stays_one(number: str) -> None:
    names = ["AFPA", "Le Cèdre", "Mission Locale de Metz", "Chez Simone"]
    text = "Logement\n\n" + "\n".join(number.format(n) + name for n, name in enumerate(names, start=1))

    assert partners_and_labels(text + "\n\n- Toit\n") == ([*names, "Toit"], ["Logement"])


def test_a_known_name_with_a_number_stays_a_partner_above_its_services() -> None:
    text = "1. Mission Locale de Metz\n- Le Cèdre\n2. AFPA\n- Chez Simone\n"

    assert partners_and_labels(text)[0] == ["Mission Locale de Metz", "Le Cèdre", "AFPA", "Chez Simone"]


def test_a_line_is_the_one_that_an_editor_shows() -> None:
    reading = lists.text_list("Formation\r\n- AFPA\n\x0cSanté\n- CPAM\x85- CMP\u2028- Toit\n- CAF\n", "liste.txt")

    assert [(m.line, m.position, m.raw, m.domain) for m in reading.mentions] == [
        (2, 2, "AFPA", "formation"),
        (4, 2, "CPAM", "sante"),
        (4, 9, "CMP", "sante"),
        (4, 15, "Toit", "sante"),
        (5, 2, "CAF", "sante"),
    ]


@pytest.mark.parametrize(
    "heading",
    [
        *("Emploi", "Accès aux droits", "Bien-être, prévention et santé", "Insertion professionnelle", "Santé mentale"),
        *("Culture / Sport", "Logement - Hébergement", "Formation – Organismes de formation", "DROITS ET JUSTICE"),
    ],
)
def test_a_line_of_subjects_alone_is_a_heading_even_above_plain_lines(heading: str) -> None:
    assert partners_and_labels(f"{heading}\nLe Cèdre\nChez Simone\n") == (["Le Cèdre", "Chez Simone"], [heading])


@pytest.mark.parametrize("name", ["Sport Insertion Emploi", "Habitat Jeunes", "Action Logement", "Culture du Cœur"])
def test_a_name_made_of_subjects_is_a_partner(name: str) -> None:
    assert partners_and_labels(f"Le Cèdre\n{name}\nChez Simone\n") == (["Le Cèdre", name, "Chez Simone"], [])


def test_a_known_name_in_bold_or_before_a_colon_is_a_partner() -> None:
    text = "Formation\n\n- **AFPA de Metz**\n- **GRETA**\n- **Autre**\n\nFrance Travail :\n- Le Cèdre\n"

    assert partners_and_labels(text) == (
        ["AFPA de Metz", "GRETA", "France Travail", "Le Cèdre"],
        ["Formation", "Autre"],
    )
