"""National numbers come first when the ticks call for them, and only then."""

import pytest

from graph.safety import safety
from tests.graph.directories import REFERENCE
from tests.graph.offers import ROCHEFORT


def numbers(*needs: str, age: int = 20, situations: tuple[str, ...] = ()) -> list[str]:
    return [s.number for s in safety(REFERENCE.request(age, ROCHEFORT, needs, situations))]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (numbers("permis"), []),
        (numbers("permis", age=16), []),
        (numbers("sante-mentale"), []),
        (numbers("crise-suicidaire"), ["3114", "15", "112"]),
        (numbers("violences"), ["3919", "17", "112"]),
        (numbers("violences", age=16), ["119", "3919", "17", "112"]),
        (numbers("permis", age=16, situations=("victime-violences",)), ["119", "3919", "17", "112"]),
        (numbers("harcelement"), ["3018", "17", "112"]),
        (numbers("hebergement-urgence"), ["115"]),
        (numbers("permis", situations=("sans-abri",)), ["115"]),
        (numbers("hebergement-urgence", age=17), ["119", "115"]),
        (
            numbers("crise-suicidaire", "violences", "harcelement", "hebergement-urgence", age=15),
            ["3114", "119", "3919", "115", "3018", "15", "17", "112"],
        ),
    ],
)
def test_the_ticks_call_for_these_numbers_danger_last(found: list[str], expected: list[str]) -> None:
    assert found == expected


def test_each_sentence_says_what_to_do_now_and_names_its_number() -> None:
    asked = REFERENCE.request(
        15, ROCHEFORT, ["crise-suicidaire", "violences", "harcelement", "hebergement-urgence"], []
    )

    for found in safety(asked):
        assert found.number in found.text
        assert found.text.endswith(".")
