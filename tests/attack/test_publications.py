"""Nobody gets a hidden number back from a publication: not by sums, not by rounding."""

from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from graph.privacy import LEAST, Kind, Relation, told
from graph.privacy import Cell as Counted
from graph.publication import to_json
from graph.reference import Reference
from tests.attack.publications_attacker import Attacker, Cell, Solved, hidden
from tests.attack.published_years import (
    DOMAINS,
    EPCI,
    FROM,
    KNOWN,
    LINKS,
    NEEDS,
    PARTNERS,
    Year,
    alike,
    family,
    freed,
    received,
    referred,
    strongest,
    years,
)

# it does not succeed


def test_no_hidden_number_is_recovered_and_each_may_be_anything_from_zero_to_ten(few: list[Year]) -> None:
    hidden_cells = 0
    for year in few:
        assert freed(year) == ([], [])
        hidden_cells += sum(n < LEAST for n in year.truth.values())
        assert all(n >= LEAST for cell, n in year.truth.items() if cell in year.told)
    assert hidden_cells > 1_000


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(25))
async def test_no_hidden_number_of_fifty_years_is_recovered(packaged_file: Path, tmp_path: Path, seed: int) -> None:
    youths = (700, 700, 100, 300, 1_500)[seed % 5]
    for year in await years(packaged_file, tmp_path, 100 + seed, youths):
        assert freed(year) == ([], [])


# and it would against less


def naive(year: Year) -> Solved:
    """Needs by EPCI with their exact totals, one to four hidden."""
    table = {(need, epci): year.truth[NEEDS, need, epci] for need in KNOWN.needs for epci in KNOWN.epcis}
    known: dict[Cell, tuple[float, float]] = {
        ("t", n, e): (1.0, 4.0) if 1 <= persons < 5 else (float(persons), float(persons))
        for (n, e), persons in table.items()
    }
    found = Attacker(known)
    for axis, codes in ((0, [str(n) for n in KNOWN.needs]), (1, [str(e) for e in KNOWN.epcis])):
        for code in codes:
            parts = [place for place in table if place[axis] == code]
            total: Cell = ("total", code, str(axis))
            found.known[total] = (float(sum(table[p] for p in parts)),) * 2
            found.sums(total, [("t", *p) for p in parts])
    return found.solved()


def test_the_attacker_breaks_numbers_under_five_that_are_hidden_beside_exact_totals(few: list[Year]) -> None:
    for year in few[:2]:
        solved = naive(year)
        recovered = [(t, n, e) for t, n, e in solved.open if solved.exactly((t, n, e), year.truth[NEEDS, n, e])]

        assert len(recovered) > len(solved.open) / 10


def test_the_attacker_breaks_publications_that_hide_small_numbers_and_nothing_for_their_sake(few: list[Year]) -> None:
    broken = 0
    for year in few[:2]:
        bare = {cell for cell, n in year.truth.items() if n >= LEAST}
        known = hidden(year.truth, bare, family) | {c: (float(year.truth[c]),) * 2 for c in bare}
        found = Attacker(known)
        received(found, year.truth)
        referred(found, year.truth, year.directory)
        solved = found.solved()
        links = [c for c in year.truth if c[0] == LINKS and c not in bare and (PARTNERS, c[1], "orientes") in bare]
        broken += sum(not solved.free(cell) for cell in alike(year, links))
    assert broken > 10


# any numbers, not only those of simulated years


@settings(max_examples=150)
@given(some.lists(some.lists(some.integers(0, 40), min_size=2, max_size=5), min_size=1, max_size=3), some.data())
def test_in_any_divisions_of_one_total_hidden_parts_stay_free(
    divisions: list[list[int]], data: some.DataObject
) -> None:
    total = max(sum(parts) for parts in divisions)
    whole: Cell = ("whole", "", "")
    cells = {whole: Counted(total, margin=True)}
    relations: list[Relation] = []
    for number, parts in enumerate(divisions):
        full = [*parts, total - sum(parts)] if sum(parts) < total else parts
        own = {(str(number), str(place), ""): Counted(n) for place, n in enumerate(full)}
        cells |= own
        relations.append(Relation(Kind.SUM, whole, tuple(own)))

    shown = told(cells, relations)

    truth = {cell: one.persons for cell, one in cells.items()}
    known = hidden(truth, shown, lambda cell: cell[0]) | {c: (float(truth[c]),) * 2 for c in shown}
    found = Attacker(known)
    for relation in relations:
        found.sums(relation.whole, relation.parts)
    solved = found.solved()
    assert all(truth[cell] >= LEAST for cell in shown)
    assert [cell for cell in cells if cell not in shown and cell != whole and not solved.free(cell)] == []


@settings(max_examples=300)
@given(some.lists(some.integers(0, 40), min_size=2, max_size=6), some.integers(0, 20))
def test_hidden_parts_stay_free_whose_whole_counts_each_once_and_may_happen_to_be_their_sum(
    parts: list[int], twice: int
) -> None:
    whole: Cell = ("whole", "", "")
    own = {("part", str(place), ""): Counted(n) for place, n in enumerate(parts)}
    cells = {whole: Counted(max(*parts, sum(parts) - twice), margin=True), **own}

    shown = told(cells, [Relation(Kind.COVER, whole, tuple(own))])

    truth = {cell: one.persons for cell, one in cells.items()}
    known = hidden(truth, shown, lambda cell: cell[0]) | {c: (float(truth[c]),) * 2 for c in shown}
    found = Attacker(known)
    strongest(found, truth, list(own), whole)
    solved = found.solved()
    assert [cell for cell in own if cell not in shown and not solved.free(cell)] == []


# nothing hidden is kept


def test_a_stored_publication_holds_multiples_of_five_from_ten_and_nothing_else(few: list[Year]) -> None:
    for year in few:
        spelled = orjson.loads(orjson.dumps(to_json(year.said)))
        numbers = [n for table in spelled["tables"] for row in table["cells"] for n in row if n is not None]
        assert numbers
        assert all(isinstance(n, int) and n >= 10 and n % 5 == 0 for n in numbers)
        assert set(spelled) == {"year", "version", "made_on", "simulated", "tables"}
        texts = {"code", "title", "definition", "base", "rows", "columns", "cells"}
        assert all(set(table) == texts for table in spelled["tables"])


def test_what_is_named_because_it_is_told_alone_does_not_name_the_hidden(few: list[Year]) -> None:
    for year in few:
        for code in (DOMAINS, PARTNERS, FROM):
            table = year.said.table(code)
            assert all(table.value(row, table.columns[0]) is not None for row in table.rows)


def test_the_reference_is_whole(few: list[Year]) -> None:
    assert isinstance(KNOWN, Reference)
    assert all(set(year.said.table(EPCI).rows) == set(KNOWN.epcis) for year in few)
