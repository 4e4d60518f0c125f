"""Lines of real lists, damaged at random: nothing crashes, nothing is lost, everything is where the list writes it."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from graph.resolution import resolve
from loaders import lexicon, lists
from loaders.text import lines_of
from tests.loaders.test_lists import letters_lost

REFERENCE = Path(__file__).parent.parent / "reference"
ELSEWHERE = ("deux-sevres.txt", "herault.txt", "limoges.txt", "nancy.txt", "nord.txt", "sarthe.txt", "drome.csv")
INSERTED = (
    *(" - ", "- ", " –", "(", ")", "/", ";", ":", "  ", "   ", "\t", "\x0c", "\x85", "\u2028", "\r", "\xa0", "\u200b"),
    *("1. ", "II - ", "A) ", "• ", "**", "#", "03 87 12 34 56", " x@y.fr ", "12 rue X", "Mme Dupont", "(8 sièges)"),
    *("dont", " et ", "[", "«", "'", '"', ".", "…", "ß", "İ", "ﬁ", "½", "①", "e\u0301", "٣", "中"),
)


def written() -> list[str]:
    """Lines of the packaged lists and of those of other départements."""
    paths = [REFERENCE / name for name in ELSEWHERE]
    texts = [(lists.PACKAGED / name).read_text(encoding="utf-8") for name in lists.FIRST_TERRITORY]
    texts += [path.read_text(encoding="utf-8") for path in paths]
    return [line for text in texts for line in lines_of(text) if line.strip()]


def damaged(random: Random, line: str, lines: list[str]) -> str:
    for _ in range(random.choice([1, 2, 3, 6])):
        at = random.randrange(len(line) + 1)
        end = min(len(line), at + random.randrange(1, 12))
        other = random.choice(lines)
        middle = random.choice(
            [
                random.choice(INSERTED),
                "",
                line[at:end] * 2,
                line[at:end].swapcase(),
                other[random.randrange(len(other)) :],
            ]
        )
        line = line[:at] + middle + line[random.choice([at, end]) :]
    return line


def damaged_lists(seed: int, count: int) -> Iterator[str]:
    """Some of *count* lines each."""
    random, lines = Random(seed), written()
    while count > 0:
        size = min(count, random.randrange(1, 25))
        count -= size
        yield "".join(damaged(random, random.choice(lines), lines) + random.choice(["\n", "\n\n"]) for _ in range(size))


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_list_loses_no_letter_and_resolves_whatever_its_order(seed: int) -> None:
    for text in damaged_lists(seed, 150):
        reading = lists.text_list(text, "liste.txt")
        found = resolve(reading.everything, (), lexicon.packaged()).resolved
        backwards = resolve(tuple(reversed(reading.everything)), (), lexicon.packaged()).resolved

        assert list(letters_lost(text, reading)) == []
        for mention in reading.everything:
            line = lines_of(text)[mention.line - 1]
            assert line[mention.position : mention.position + len(mention.raw)] == mention.raw
        assert {(r.mention.id, r.partner, r.outcome) for r in found} == {
            (r.mention.id, r.partner, r.outcome) for r in backwards
        }
        assert len(found) == len({r.mention.id for r in found}) == len(reading.everything)
