"""The curated decisions and any file of decisions."""

from pathlib import Path

import pytest

from graph.decided import Decided
from graph.errors import FileRefused
from graph.model import DecisionKind
from loaders import decisions


def test_the_packaged_decisions_all_have_a_reason_and_do_not_contradict_each_other() -> None:
    found = decisions.packaged()

    Decided.of(found)
    assert len({d.id for d in found}) == len(found) > 40
    assert all(len(d.reason) > 10 for d in found)
    assert {d.kind for d in found} >= {DecisionKind.MERGE, DecisionKind.SPLIT, DecisionKind.UNIT_OF, DecisionKind.CUT}


def test_a_decision_file_is_read_as_it_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_bytes("décision;noms;raison\nUnité;Foyer X | ADSEA;Géré par elle.\n".encode("cp1252"))

    (decision,) = decisions.read(path)

    assert (decision.kind, decision.names, decision.reason) == (
        DecisionKind.UNIT_OF,
        ("Foyer X", "ADSEA"),
        "Géré par elle.",
    )


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("mariage;A | B;parce que", "la décision « mariage » n'existe pas"),
        ("fusion;A;parce que", "il manque un nom ou une raison"),
        ("fusion;A | B;", "il manque un nom ou une raison"),
    ],
)
def test_a_wrong_decision_is_refused_with_its_line(row: str, words: str) -> None:
    with pytest.raises(FileRefused, match=rf"d\.csv, ligne 2 : {words}"):
        decisions.decisions(f"decision;noms;raison\n{row}\n".encode(), "d.csv")
