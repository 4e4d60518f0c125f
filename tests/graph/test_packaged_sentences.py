"""What is said about the partners of the first territory, over many requests."""

import re

from graph.reasons import MOST_REASONS, Ground
from tests.graph.directories import REFERENCE
from tests.graph.packaged import answers

_CODES = [code for code in (*REFERENCE.needs, *REFERENCE.situations) if "-" in code]
_WRONG = re.compile(
    r"  | ,|,,|’|\.$|^[^a-zàâçéèêîôû«]"
    r"|\b(?:à les?|de les?) [a-zé]|\b(?:de|le|la|que|se|ne) [aeiouâàéèêîô]|[cCdDlLnNsSqQ]' "
    r"|\b(?:les|aux) [01]-|\b(\d+)-\1 ans|\bNone\b|\b(\w+) \2\b"
)


def test_no_real_suggestion_has_more_than_eight_reasons() -> None:
    for found in answers(1500):
        for one in found.suggestions:
            assert len(one.reasons) <= MOST_REASONS, one.reasons
            assert one.service.to_confirm == (one.reasons[-1].code == Ground.TO_CONFIRM)


def test_every_sentence_is_written_as_one_writes_french() -> None:
    said: set[str] = set()
    for found in answers(300):
        said |= {reason.text for one in found.suggestions for reason in one.reasons}
        said |= {reason.text for exclusion in found.excluded for reason in exclusion.reasons}
        said |= {relaxation.text for relaxation in found.relaxations}

    assert len(said) > 500
    assert [text for text in said if _WRONG.search(text)] == []
    shown = re.compile("|".join(rf"(?<![\w'’]){re.escape(code)}(?!\w)" for code in _CODES))
    told = {code for text in said for code in shown.findall(text)}
    assert told <= {"primo-arrivant"}  # a word of French too
