"""The national lexicon: every term can be found again, and names no term that does not exist."""

from loaders import lexicon

LEXICON = lexicon.packaged()


def test_every_code_is_there_once_and_every_reference_exists() -> None:
    codes = [t.code for t in LEXICON.terms]

    assert len(set(codes)) == len(codes) > 250
    assert {t.part_of for t in LEXICON.terms if t.part_of} <= set(codes)
    assert {t.like for t in LEXICON.terms if t.like} <= set(codes)


def test_the_usual_form_of_every_term_is_read_as_that_term_or_one_of_the_same_name() -> None:
    for term in LEXICON.terms:
        tokens = LEXICON.significant(term.forms[0])
        found = LEXICON.term_at(tokens, 0)
        written_alike = {t.code for t in LEXICON.terms for form in t.forms if form == term.forms[0]}
        alone = term.nature.value == "commune"  # « Ville » alone names no town
        assert alone or (found is not None and found[1].code in written_alike), term


def test_places_that_are_common_words_are_not_places() -> None:
    for word in ("Contre", "Rouge", "Force", "Mer", "Union"):
        assert LEXICON.place_at(LEXICON.significant(word), 0) is None


def test_a_commune_is_known_by_its_code() -> None:
    assert LEXICON.commune_code("Tonnay-Charente", "17") == "17449"
    assert LEXICON.commune_code("nulle part", "17") is None
