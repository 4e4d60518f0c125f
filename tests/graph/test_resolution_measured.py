"""Resolution measured against lists labelled by hand: the first territory, and four that no rule was written for."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from graph.model import Decision
from graph.names import folded
from graph.resolution import compare, resolve
from graph.similarity import Tie
from loaders import decisions, lexicon, lists
from loaders.lists import Reading

REFERENCE = Path(__file__).parent.parent / "reference"
LEXICON = lexicon.packaged()


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def measured(
    readings: Sequence[Reading], labels: str, told: Iterable[Decision] = ()
) -> tuple[float, float, float, float]:
    """Share of labelled mentions found, then B³ precision, recall and F1 of their clusters."""
    mentions = [m for reading in readings for m in reading.everything]
    found: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for r in resolve(mentions, told, LEXICON).resolved:
        if r.partner is not None:
            found[r.mention.source, r.mention.line, folded(r.mention.raw)].append(r.partner)
    gold: list[str] = []
    ours: list[str] = []
    wanted = rows(labels)
    seen: Counter[tuple[str, int, str]] = Counter()
    for row in wanted:
        key = (row.get("source") or readings[0].source, int(row["line"]), folded(row["raw"]))
        number = seen[key]
        seen[key] += 1
        if number < len(found[key]):
            gold.append(row["partner"])
            ours.append(found[key][number])
    pairs = Counter(zip(gold, ours, strict=True))
    by_gold, by_ours = Counter(gold), Counter(ours)
    precision = sum(n * n / by_ours[o] for (_, o), n in pairs.items()) / len(gold)
    recall = sum(n * n / by_gold[g] for (g, _), n in pairs.items()) / len(gold)
    return len(gold) / len(wanted), precision, recall, 2 * precision * recall / (precision + recall)


def test_the_first_territory_with_its_decisions() -> None:
    found, precision, _, f1 = measured(lists.packaged(), "mentions.csv", decisions.packaged())

    assert len(rows("mentions.csv")) >= 150
    assert found >= 0.97
    assert precision >= 0.98
    assert f1 >= 0.97


def test_the_first_territory_without_any_decision() -> None:
    found, precision, _, f1 = measured(lists.packaged(), "mentions.csv")

    assert found >= 0.95
    assert precision >= 0.98
    assert f1 >= 0.95


@pytest.mark.parametrize("name", ["deux-sevres.txt", "finistere.csv", "vienne.csv", "seine-saint-denis.csv"])
def test_the_list_of_another_departement_without_any_decision(name: str) -> None:
    found, _, _, f1 = measured([lists.read(REFERENCE / name)], f"{name.split('.')[0]}-mentions.csv")

    assert found >= 0.97
    assert f1 >= 0.95


def pairs_right(name: str, told: Sequence[Decision]) -> tuple[float, float]:
    """Share of the pairs that are right, and precision of `same`."""
    right = same = true_same = 0
    wanted = rows(name)
    for row in wanted:
        found = compare(row["a"], row["b"], told, LEXICON)
        right += found.decision == row["decision"] and (found.parent or "") == row["parent"]
        same += found.decision is Tie.SAME
        true_same += found.decision is Tie.SAME and row["decision"] == "same"
    return right / len(wanted), true_same / same


def test_pairs_of_the_first_territory() -> None:
    right, precision = pairs_right("pairs.csv", decisions.packaged())

    assert len(rows("pairs.csv")) >= 80
    assert right >= 0.95
    assert precision >= 0.98


@pytest.mark.parametrize(
    "name", ["pairs-elsewhere.csv", "pairs-vendee.csv", "pairs-gironde.csv", "pairs-landes.csv", "pairs-morbihan.csv"]
)
def test_pairs_of_other_departements_without_any_decision(name: str) -> None:
    right, precision = pairs_right(name, [])

    assert right >= 0.95
    assert precision >= 0.98
