"""Published years, and what an attacker knows of one or of two versions of it."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from graph.directory import Directory
from graph.model import PartnerKind
from graph.privacy import LEAST
from graph.publication import Publication
from graph.publishing import YearCounted, cells_of, publication
from graph.sqlite_store import SqliteStore
from loaders.reference import reference
from maillage.simulating import simulate
from resolvers.publications import counts
from tests.attack.publications_attacker import Attacker, Cell, Truth, hidden, kept, rounded

KNOWN = reference()
MADE_ON = date(2026, 2, 1)
FIGURES, EPCI, AGE, PROGRAMME = "chiffres", "accueillis-par-epci", "accueillis-par-age", "accueillis-par-programme"
NEEDS, UNMET, ANSWERS = "besoins-par-epci", "besoins-sans-reponse-par-epci", "orientes-par-epci"
DOMAINS, PARTNERS, LINKS, FROM = "orientes-par-domaine", "orientes-par-partenaire", "liens", "recus-par-partenaire"


@dataclass(frozen=True)
class Year:
    """A version of a published year, after the `earlier` one where there is one."""

    counted: YearCounted
    directory: Directory
    said: Publication
    earlier: Publication | None = None

    @cached_property
    def truth(self) -> Truth:
        return {cell: one.persons for cell, one in cells_of(self.counted, self.directory, KNOWN)[0].items()}

    @cached_property
    def told(self) -> dict[Cell, int]:
        return told_of(self.said)

    def leaves(self, cell: Cell, value: int) -> tuple[float, float]:
        """What the told *value* of *cell* leaves."""
        if self.earlier is not None and told_of(self.earlier).get(cell) == value:
            return kept(value)
        return rounded(value)

    def corrected(self, counted: YearCounted) -> "Year":
        """The next version. Raises RequestRefused where a publication of it is refused."""
        said = publication(counted, self.directory, KNOWN, MADE_ON, self.said)
        return Year(counted, self.directory, said, self.said)


def told_of(said: Publication) -> dict[Cell, int]:
    return {
        (table.code, row, column): cell.value
        for table in said.tables
        for (row, column), cell in table.cells.items()
        if cell.value is not None and (table.code, row) != (NEEDS, "accueillis")
    }


async def years(packaged_file: Path, folder: Path, seed: int, youths: int) -> list[Year]:
    """A simulated year and the one before it."""
    store = SqliteStore(Path(shutil.copy(packaged_file, folder / f"{seed}.db")))
    await simulate(store, year=2025, seed=seed, youths=youths)
    found = [await _published(store, year) for year in (2024, 2025)]
    await store.close()
    return found


async def without(file: Path, folder: Path, young: int, chance: random.Random) -> YearCounted:
    """What the store in *file* counts of 2025 without *young* of those received that year, nor anything of theirs."""
    smaller = Path(shutil.copy(file, folder / f"without-{young}.db"))
    with closing(sqlite3.connect(smaller)) as raw, raw:
        raw.execute("PRAGMA foreign_keys = ON")
        all_of_them = [id for (id,) in raw.execute("SELECT id FROM intake WHERE received_on >= '2025' ORDER BY id")]
        for id in chance.sample(all_of_them, young):
            raw.execute("DELETE FROM cosupport WHERE intake = ?", (id,))
            raw.execute("DELETE FROM referral WHERE intake = ?", (id,))
            raw.execute("DELETE FROM intake WHERE id = ?", (id,))
    store = SqliteStore(smaller)
    counted = await counts(store, await store.directory(), KNOWN, 2025, simulated=True)
    await store.close()
    return counted


async def _published(store: SqliteStore, year: int) -> Year:
    directory = await store.directory()
    counted = await counts(store, directory, KNOWN, year, simulated=True)
    return Year(counted, directory, publication(counted, directory, KNOWN, MADE_ON))


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
        low, high = year.leaves(cell, value)
        assert low <= persons <= high, f"{cell} is told as {value}, and is {persons}"
        known[cell] = (persons, persons) if exactly and (low, high) == rounded(value) else (low, high)
    found = Attacker(known)
    received(found, truth)
    referred(found, truth, year.directory)
    return found


def _worth_links(found: Attacker, truth: Truth, directory: Directory) -> set[str]:
    """Partners whose links are told apart: all that are told, and of the others one of each mix of domains.

    A hidden partner's links say nothing of anything else: its number, ten at most, can be shared out in any way.
    """
    everybody = [row for table, row, column in truth if (table, column) == (PARTNERS, "orientes")]
    low = {row: found.known[PARTNERS, row, "orientes"] for row in everybody}
    first = {directory.partners[row].domains: row for row in reversed(everybody) if low[row] == (0, 10)}  # type: ignore[index]
    return {row for row in everybody if low[row] != (0, 10)} | set(first.values())


def strongest(found: Attacker, truth: Truth, parts: list[Cell], whole: Cell) -> None:
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


def received(found: Attacker, truth: Truth) -> None:
    whole = (FIGURES, "accueillis", "jeunes")
    for table in (EPCI, AGE, PROGRAMME):
        strongest(found, truth, [cell for cell in truth if cell[0] == table], whole)
    for epci in KNOWN.epcis:
        strongest(found, truth, [(NEEDS, need, epci) for need in KNOWN.needs], (EPCI, epci, "jeunes"))
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


def referred(found: Attacker, truth: Truth, directory: Directory) -> None:
    whole = (FIGURES, "orientes", "jeunes")
    steps = {column for table, _, column in truth if table == ANSWERS} - {"orientes"}
    partners = [row for table, row, column in truth if (table, column) == (PARTNERS, "orientes")]
    sites = sorted(id for id, partner in directory.partners.items() if partner.kind is PartnerKind.SITE)
    for step in ("orientes", *sorted(steps)):
        strongest(found, truth, [(ANSWERS, epci, step) for epci in KNOWN.epcis], (FIGURES, step, "jeunes"))
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
        strongest(found, truth, [(LINKS, partner, site) for site in sites], (PARTNERS, partner, "orientes"))
    for partner in partners:
        found.within((PARTNERS, partner, "besoin-couvert"), (PARTNERS, partner, "orientes"))
    strongest(found, truth, [(PARTNERS, p, "besoin-couvert") for p in partners], (FIGURES, "besoin-couvert", "jeunes"))
    strongest(found, truth, everybody, whole)
    _true_at_most(found, truth, everybody, [(FIGURES, "orientations", "jeunes")])
    domains = [cell for cell in truth if cell[0] == DOMAINS]
    strongest(found, truth, domains, whole)
    for domain in domains:
        own = [(PARTNERS, p, "orientes") for p in partners if domain[1] in directory.partners[p].domains]  # type: ignore[index]
        strongest(found, truth, own, domain)


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
    tight = [cell for cell in alike(year, hidden_of(year)) if cell in exact.known and not exact.free(cell)]
    rough = attacker(year, exactly=False).solved()
    return tight, [cell for cell in year.told if rough.exactly(cell, year.truth[cell])]


def hidden_of(year: Year) -> list[Cell]:
    """Cells of fewer than eleven, and those that a table shows as hidden whatever they hold."""
    return [
        cell for cell, n in year.truth.items() if cell not in year.told and (n < LEAST or shown_as_hidden(year, cell))
    ]


def shown_as_hidden(year: Year, cell: Cell) -> bool:
    code, row, column = cell
    return any(table.code == code and (row, column) in table.cells for table in year.said.tables)


def freed_of_both(before: Year, after: Year) -> tuple[list[Cell], list[Cell]]:
    """As `freed`, for a reader of both versions who knows that young people were only added, or only taken out."""
    more = after.counted.young > before.counted.young
    joined = {exactly: Attacker({}) for exactly in (True, False)}
    for exactly, found in joined.items():
        alone = [attacker(year, exactly=exactly) for year in (before, after)]
        for version, one in enumerate(alone):
            found.known |= {of(version, cell): known for cell, known in one.known.items()}
            for factors, low, high in one.rows:
                found.add({of(version, cell): factor for cell, factor in factors.items()}, low, high)
        for cell in alone[0].known.keys() & alone[1].known.keys():
            found.within(of(1 - more, cell), of(0 + more, cell))
    exact, rough = joined[True].solved(), joined[False].solved()
    tight: list[Cell] = []
    recovered: list[Cell] = []
    for version, year in enumerate((before, after)):
        tight += [
            of(version, cell)
            for cell in alike(year, hidden_of(year))
            if of(version, cell) in exact.known and not exact.free(of(version, cell))
        ]
        recovered += [
            of(version, cell)
            for cell in year.told
            if of(version, cell) in rough.known and rough.exactly(of(version, cell), year.truth[cell])
        ]
    return tight, recovered


def of(version: int, cell: Cell) -> Cell:
    table, row, column = cell
    return f"{version} {table}", row, column
