"""Nobody gets a hidden number back from publications: not by sums, not by rounding, not by comparing versions."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import orjson
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as some

from graph.directory import Directory
from graph.errors import RequestRefused
from graph.model import PartnerKind
from graph.privacy import LEAST, Kind, Relation, told
from graph.privacy import Cell as Counted
from graph.publication import Publication, to_json
from graph.publishing import YearCounted, cells_of, publication
from graph.reference import Reference
from graph.sqlite_store import SqliteStore
from loaders.reference import reference
from maillage.simulating import simulate
from resolvers.publications import counts
from tests.attack.publications_attacker import Attacker, Cell, Solved, Truth, hidden, rounded

KNOWN = reference()
MADE_ON = date(2026, 2, 1)
FIGURES, EPCI, AGE, PROGRAMME = "chiffres", "accueillis-par-epci", "accueillis-par-age", "accueillis-par-programme"
NEEDS, UNMET, ANSWERS = "besoins-par-epci", "besoins-sans-reponse-par-epci", "orientes-par-epci"
DOMAINS, PARTNERS, LINKS, FROM = "orientes-par-domaine", "orientes-par-partenaire", "liens", "recus-par-partenaire"


@dataclass(frozen=True)
class Year:
    counted: YearCounted
    directory: Directory
    truth: Truth
    said: Publication

    @property
    def told(self) -> dict[Cell, int]:
        return {
            (table.code, row, column): cell.value
            for table in self.said.tables
            for (row, column), cell in table.cells.items()
            if cell.value is not None and (table.code, row) != (NEEDS, "accueillis")
        }


async def years(packaged_file: Path, folder: Path, seed: int, youths: int) -> list[Year]:
    """A simulated year and the one before it."""
    store = SqliteStore(Path(shutil.copy(packaged_file, folder / f"{seed}.db")))
    await simulate(store, year=2025, seed=seed, youths=youths)
    directory = await store.directory()
    found: list[Year] = []
    for year in (2024, 2025):
        counted = await counts(store, directory, KNOWN, year, simulated=True)
        truth = {cell: one.persons for cell, one in cells_of(counted, directory, KNOWN)[0].items()}
        found.append(Year(counted, directory, truth, publication(counted, directory, KNOWN, MADE_ON)))
    await store.close()
    return found


@pytest_asyncio.fixture(scope="module")
async def few(packaged_file: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Year]:
    """Six years: of a Mission Locale like the first one, of a small and of a large one."""
    folder = tmp_path_factory.mktemp("years")
    return [
        year
        for seed, youths in ((11, 700), (12, 150), (13, 1_500))
        for year in await years(packaged_file, folder, seed, youths)
    ]


# what the attacker knows


def family(cell: Cell) -> object:
    table, row, column = cell
    return {NEEDS: (table, column), UNMET: (table, column), LINKS: (table, row)}.get(table, (table, column))


def attacker(year: Year, *, exactly: bool) -> Attacker:
    """*exactly*: as if what is told were not rounded; whatever holds against it holds against every rounding."""
    told = year.told
    truth = year.truth
    known = hidden(truth, told, family)
    for cell, value in told.items():
        persons = float(truth[cell])
        assert rounded(value)[0] <= persons <= rounded(value)[1], f"{cell} is told as {value}, and is {persons}"
        known[cell] = (persons, persons) if exactly else rounded(value)
    found = Attacker(known)
    _received(found, truth)
    _referred(found, truth, year.directory)
    return found


def _worth_links(found: Attacker, truth: Truth, directory: Directory) -> set[str]:
    """Partners whose links are told apart: all that are told, and of the others one of each mix of domains.

    A hidden partner's links say nothing of anything else: its number, ten at most, can be shared out in any way.
    """
    everybody = [row for table, row, column in truth if (table, column) == (PARTNERS, "orientes")]
    low = {row: found.known[PARTNERS, row, "orientes"] for row in everybody}
    first = {directory.partners[row].domains: row for row in reversed(everybody) if low[row] == (0, 10)}  # type: ignore[index]
    return {row for row in everybody if low[row] != (0, 10)} | set(first.values())


def _true(found: Attacker, truth: Truth, parts: list[Cell], whole: Cell) -> None:
    """The strongest of: the parts add up to the whole, to it at least, to it at most, none is larger."""
    total = sum(truth[part] for part in parts)
    if total == truth[whole]:
        found.sums(whole, parts)
    elif total > truth[whole]:
        found.covers(whole, parts)
    else:
        found.add({whole: 1, **dict.fromkeys(parts, -1)}, 0, float("inf"))
    for part in parts:
        if truth[part] <= truth[whole]:
            found.within(part, whole)


def _received(found: Attacker, truth: Truth) -> None:
    whole = (FIGURES, "accueillis", "jeunes")
    for table in (EPCI, AGE, PROGRAMME):
        _true(found, truth, [cell for cell in truth if cell[0] == table], whole)
    for epci in KNOWN.epcis:
        _true(found, truth, [(NEEDS, need, epci) for need in KNOWN.needs], (EPCI, epci, "jeunes"))
        for need in KNOWN.needs:
            if truth[UNMET, need, epci] <= truth[NEEDS, need, epci]:
                found.within((UNMET, need, epci), (NEEDS, need, epci))
    young = [(AGE, "moins-de-18", "jeunes"), (AGE, "18-21", "jeunes")]
    for need, asked in KNOWN.needs.items():
        if asked.asked_ages is not None:
            _true_at_most(found, truth, [(NEEDS, need, epci) for epci in KNOWN.epcis], young)
    _true_at_most(found, truth, [(PROGRAMME, "obligation-formation", "jeunes")], young[:1])
    _true_at_most(found, truth, [(PROGRAMME, "obligation-formation", "jeunes")], young)


def _true_at_most(found: Attacker, truth: Truth, parts: list[Cell], wholes: list[Cell]) -> None:
    if sum(truth[cell] for cell in parts) <= sum(truth[cell] for cell in wholes):
        found.add({**dict.fromkeys(wholes, 1), **dict.fromkeys(parts, -1)}, 0, float("inf"))


def _referred(found: Attacker, truth: Truth, directory: Directory) -> None:
    whole = (FIGURES, "orientes", "jeunes")
    steps = {column for table, _, column in truth if table == ANSWERS} - {"orientes"}
    partners = [row for table, row, column in truth if (table, column) == (PARTNERS, "orientes")]
    sites = sorted(id for id, partner in directory.partners.items() if partner.kind is PartnerKind.SITE)
    for step in ("orientes", *sorted(steps)):
        _true(found, truth, [(ANSWERS, epci, step) for epci in KNOWN.epcis], (FIGURES, step, "jeunes"))
    chains = [("orientes", step) for step in steps] + [("acceptee", "rdv-honore"), ("acceptee", "besoin-couvert")]
    for larger, smaller in chains:
        _true_at_most(found, truth, [(FIGURES, smaller, "jeunes")], [(FIGURES, larger, "jeunes")])
        for epci in KNOWN.epcis:
            _true_at_most(found, truth, [(ANSWERS, epci, smaller)], [(ANSWERS, epci, larger)])
    everybody = [(PARTNERS, partner, "orientes") for partner in partners]
    kept = _worth_links(found, truth, directory)
    for cell in [cell for cell in found.known if cell[0] == LINKS and cell[1] not in kept]:
        del found.known[cell]
    for partner in sorted(kept):
        _true(found, truth, [(LINKS, partner, site) for site in sites], (PARTNERS, partner, "orientes"))
    for partner in partners:
        found.within((PARTNERS, partner, "besoin-couvert"), (PARTNERS, partner, "orientes"))
    _true(found, truth, [(PARTNERS, p, "besoin-couvert") for p in partners], (FIGURES, "besoin-couvert", "jeunes"))
    _true(found, truth, everybody, whole)
    _true_at_most(found, truth, everybody, [(FIGURES, "orientations", "jeunes")])
    domains = [cell for cell in truth if cell[0] == DOMAINS]
    _true(found, truth, domains, whole)
    for domain in domains:
        own = [(PARTNERS, p, "orientes") for p in partners if domain[1] in directory.partners[p].domains]  # type: ignore[index]
        _true(found, truth, own, domain)


def alike(year: Year, cells: list[Cell]) -> Iterator[Cell]:
    """One of each that the attacker cannot tell apart: hidden links of one partner, partners of the same domains."""
    seen: set[object] = set()
    for cell in cells:
        table, row, column = cell
        if table in (PARTNERS, LINKS) and (PARTNERS, row, "orientes") not in year.told:
            same: object = (table, year.directory.partners[row].domains, table == PARTNERS and column)  # type: ignore[index]
        else:
            same = (table, row) if table == LINKS else cell
        if same not in seen:
            seen.add(same)
            yield cell


def freed(year: Year) -> tuple[list[Cell], list[Cell]]:
    """Hidden cells that are not free between zero and ten, and told ones that are recovered exactly."""
    exact = attacker(year, exactly=True).solved()
    small = [
        cell for cell, n in year.truth.items() if cell not in year.told and (n < LEAST or shown_as_hidden(year, cell))
    ]
    tight = [cell for cell in alike(year, small) if cell in exact.known and not exact.free(cell)]
    rough = attacker(year, exactly=False).solved()
    return tight, [cell for cell in year.told if rough.exactly(cell, year.truth[cell])]


def shown_as_hidden(year: Year, cell: Cell) -> bool:
    code, row, column = cell
    return any(table.code == code and (row, column) in table.cells for table in year.said.tables)


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
        _received(found, year.truth)
        _referred(found, year.truth, year.directory)
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


# comparing versions


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
                said = publication(fixed, year.directory, KNOWN, MADE_ON, year.said)
            except RequestRefused:
                continue
            made += 1
            truth = {cell: one.persons for cell, one in cells_of(fixed, year.directory, KNOWN)[0].items()}
            later = replace(year, counted=fixed, truth=truth, said=said)
            assert said.version == 2
            for cell in truth.keys() | year.truth.keys():
                if later.told.get(cell) != year.told.get(cell):
                    changed += 1
                    assert abs(truth.get(cell, 0) - year.truth.get(cell, 0)) >= LEAST
    assert made > 10
    assert changed > made


def test_a_new_version_of_an_unchanged_year_is_refused(few: list[Year]) -> None:
    for year in few:
        with pytest.raises(RequestRefused, match="Rien à publier de nouveau"):
            publication(year.counted, year.directory, KNOWN, MADE_ON, year.said)


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
