"""Nobody gets a hidden number, nor a few that were corrected, from comparing versions of a published year."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from graph.errors import RequestRefused
from graph.privacy import LEAST
from graph.publishing import YearCounted, publication
from tests.attack.published_years import KNOWN, MADE_ON, Year, freed_of_both, without, years


def corrected(counted: YearCounted, chance: random.Random, people: int) -> YearCounted:
    """*people* fewer or more, all of one EPCI, one need, one partner."""
    epci = chance.choice(sorted(counted.young_by_epci))
    need = chance.choice(sorted(counted.needs))[0]
    partner = chance.choice(sorted(counted.reached_by_partner))
    before = counted.reached_by_partner[partner]
    return replace(
        counted,
        young=counted.young + people,
        young_by_epci={**counted.young_by_epci, epci: counted.young_by_epci[epci] + people},
        needs={**counted.needs, (need, epci): max(0, counted.needs.get((need, epci), 0) + people)},
        reached_by_partner={
            **counted.reached_by_partner,
            partner: replace(before, people=max(0, before.people + people)),
        },
    )


def test_a_correction_of_ten_people_or_fewer_publishes_nothing_new(few: list[Year]) -> None:
    chance = random.Random(5)
    for year in few:
        for _ in range(20):
            fixed = corrected(year.counted, chance, chance.choice([n for n in range(-10, 11) if n]))
            with pytest.raises(RequestRefused):
                publication(fixed, year.directory, KNOWN, MADE_ON, year.said)


def test_between_two_versions_a_number_that_changes_hides_eleven_people_at_least(few: list[Year]) -> None:
    chance = random.Random(6)
    made = changed = 0
    for year in few:
        for _ in range(8):
            fixed = corrected(year.counted, chance, chance.choice([-40, -15, 12, 15, 25, 60, 200]))
            try:
                later = year.corrected(fixed)
            except RequestRefused:
                continue
            made += 1
            assert later.said.version == 2
            for cell in later.truth.keys() | year.truth.keys():
                if later.told.get(cell) != year.told.get(cell):
                    changed += 1
                    assert abs(later.truth.get(cell, 0) - year.truth.get(cell, 0)) >= LEAST
    assert made > 10
    assert changed > made


def test_a_new_version_of_an_unchanged_year_is_refused(few: list[Year]) -> None:
    for year in few:
        with pytest.raises(RequestRefused, match="Rien à publier de nouveau"):
            publication(year.counted, year.directory, KNOWN, MADE_ON, year.said)


# both at once


async def both_ways(
    file: Path, folder: Path, whole: Year, young: int, chance: random.Random
) -> list[tuple[Year, Year]]:
    """*young* were found to be missing, or to be too many: what is published before and after, where it may be."""
    fewer = await without(file, folder, young, chance)
    found: list[tuple[Year, Year]] = []
    for first, then in ((fewer, whole.counted), (whole.counted, fewer)):
        before = Year(first, whole.directory, publication(first, whole.directory, KNOWN, MADE_ON))
        try:
            found.append((before, before.corrected(then)))
        except RequestRefused:
            continue
    return found


async def test_two_versions_of_a_year_read_together_give_no_hidden_number_back(
    packaged_file: Path, tmp_path: Path
) -> None:
    _, whole = await years(packaged_file, tmp_path, 22, 300)

    pairs = await both_ways(tmp_path / "22.db", tmp_path, whole, 30, random.Random(8))

    assert pairs
    for before, after in pairs:
        assert freed_of_both(before, after) == ([], [])


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(12))
async def test_no_two_versions_of_many_years_give_a_hidden_number_back(
    packaged_file: Path, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    _, whole = await years(packaged_file, tmp_path, 200 + seed, (700, 700, 250, 1_500)[seed % 4])
    young = chance.choice([15, 25, 60, 150])
    for before, after in await both_ways(tmp_path / f"{200 + seed}.db", tmp_path, whole, young, chance):
        assert freed_of_both(before, after) == ([], [])
