"""What is a unit of what: a scheme of its carrier, a name in brackets, a long name and its acronym."""

import pytest

from graph.model import Outcome
from graph.resolution import compare, resolve
from graph.similarity import Tie
from loaders import lexicon, lists

LEXICON = lexicon.packaged()


@pytest.mark.parametrize(
    ("long", "acronym"),
    [
        ("Régiment du service militaire adapté de La Réunion", "RSMA-R"),
        ("Régiment du service militaire adapté de Guadeloupe", "RSMA-G"),
        ("Régiment du service militaire adapté de Martinique", "RSMA-M"),
        ("Service d'accueil et d'insertion des jeunes de Mayotte", "SAIJ-M"),
    ],
)
def test_a_hyphenated_acronym_is_its_long_name(long: str, acronym: str) -> None:
    table = f"nom;sigle\n{long};{acronym}\n{acronym};{acronym}\n{acronym};\n"

    found = resolve(lists.read_list(table.encode(), "liste.csv").mentions, (), LEXICON).resolved

    assert compare(acronym, long, (), LEXICON).decision is Tie.SAME
    assert {r.outcome for r in found} == {Outcome.SAME}
    assert len({r.partner for r in found}) == 1


@pytest.mark.parametrize(
    ("scheme", "carrier"),
    [
        ("Logement d'abord", "DDETS"),
        ("Un chez-soi d'abord", "ARS"),
        ("FAJ", "Département"),
        ("Bourse au permis", "CAF"),
    ],
)
def test_an_institution_in_brackets_carries_the_scheme_before_it(scheme: str, carrier: str) -> None:
    read = lists.read_list(f"- {scheme} ({carrier})\n- {carrier}\n".encode(), "liste.txt").mentions

    found = {r.mention.raw: r for r in resolve(read, (), LEXICON).resolved}

    assert found[carrier].unit_of is None
    assert found[scheme].unit_of == found[carrier].partner


@pytest.mark.parametrize("institution", ["DDETS", "CAF 35", "Département", "CPAM de Rennes", "France Travail"])
@pytest.mark.parametrize("before", ["Zébulon", "Les Tisserands", "Horizon Bleu"])
def test_an_institution_in_brackets_is_no_unit_of_what_nobody_knows(before: str, institution: str) -> None:
    read = lists.read_list(f"- {before} ({institution})\n".encode(), "liste.txt").mentions

    assert [r.unit_of for r in resolve(read, (), LEXICON).resolved] == [None, None]


@pytest.mark.parametrize(("above", "unit"), [("PJJ", "SPIP"), ("Préfecture", "DDETS"), ("Les Tisserands", "SIAO")])
def test_other_names_in_brackets_stay_units(above: str, unit: str) -> None:
    read = lists.read_list(f"- {above} ({unit})\n".encode(), "liste.txt").mentions

    whole, part = resolve(read, (), LEXICON).resolved

    assert part.unit_of == whole.partner


@pytest.mark.parametrize("line", ["CSAPA Les Wads (CMSEA)", "CMSEA (CSAPA Les Wads)"])
def test_the_evidence_of_a_unit_does_not_say_which_was_in_brackets(line: str) -> None:
    read = lists.read_list(f"- {line}\n".encode(), "liste.txt").mentions

    found = {r.mention.raw: r for r in resolve(read, (), LEXICON).resolved}

    assert found["CSAPA Les Wads"].unit_of == found["CMSEA"].partner
    assert found["CSAPA Les Wads"].evidence == "« CSAPA Les Wads » est écrit avec son organisation : « CMSEA »"
