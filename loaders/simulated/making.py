"""A whole simulated year, and the one before it, from one seed."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from graph.agreement import Agreement
from graph.cosupport import CoSupport
from graph.directory import Directory
from graph.entry import Entry
from graph.errors import InputRefused
from graph.facts import Fact
from graph.intake import Intake, Unmet
from graph.reference import Reference
from graph.referral import Event, Referral
from graph.sites import sites
from loaders.simulated import around, planting, refusing
from loaders.simulated.conduct import Conduct, Planted
from loaders.simulated.lives import Lives, ends
from loaders.simulated.offers import Bans, Offers
from loaders.simulated.plan import Sending, planned
from loaders.simulated.truth import Truth
from loaders.simulated.youths import youths

MOST = 2000
"""Referrals in one entry."""
_MOST_YOUTHS = 1_000_000
_YEARS = range(1990, 2200)


@dataclass(slots=True)
class Counts:
    intakes: int = 0
    referrals: int = 0
    events: int = 0
    cosupports: int = 0


class Making:
    """Made ready when it is built, which refuses what cannot be true; `entries` then gives it out, once."""

    def __init__(
        self,
        directory: Directory,
        reference: Reference,
        *,
        year: int,
        seed: int,
        count: int,
        facts: Sequence[Fact] = (),
    ) -> None:
        if year not in _YEARS:
            raise InputRefused(f"L'année {year} ne peut pas être simulée.")
        if not 1 <= count <= _MOST_YOUTHS:
            raise InputRefused(f"Le nombre de jeunes va de 1 à {_MOST_YOUTHS} : {count} est refusé.")
        places = sites(directory, reference)
        if not set(places) & {"rochefort", "marennes", "saint-pierre-oleron"}:
            raise InputRefused(
                "Aucun lieu d'accueil de la Mission Locale n'est enregistré : chargez d'abord les listes "
                "(« maillage load »)."
            )
        self.year, self.seed, self.facts = year, seed, tuple(facts)
        self.counts = Counts()
        self.last = date(year, 12, 31)
        self._offers = Offers(directory, reference, self._random("partners"), Bans())
        refusing.check(self.facts, self._offers, year, count)
        self._before = youths(year - 1, count, self._random("youths", year - 1), reference, places)
        self._youths = youths(year, count, self._random("youths", year), reference, places)
        planting.bans(self.facts, self._offers, year)
        told = planting.planted(self.facts, self._offers, year)
        self._plan = self._planned(told)
        self._supports = [
            *around.cosupports(self._before, (), self._offers, self._random("around", year - 1), self.last),
            *around.cosupports(self._youths, self.facts, self._offers, self._random("around", year), self.last),
        ]
        conduct = Conduct(self._offers.rates, told, reference, self._random("conduct"))
        self._lives = Lives(self._offers, conduct, self._random("lives"), ends(year))
        self._truth = Truth(self._offers, year)
        self._agreements: list[Agreement] = []

    def _random(self, *what: object) -> Random:
        """One source for each part: a change of one part leaves the others as they were."""
        text = "|".join(map(str, (self.year, self.seed, *what)))
        return Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big"))  # noqa: S311  (no secret)

    def _planned(self, told: Planted) -> list[Sending]:
        plan = [
            *planned(self._before, self._offers, self._random("plan", self.year - 1)),
            *planned(self._youths, self._offers, self._random("plan", self.year)),
        ]
        weaving = self._random("weaving")
        return planting.weave(self.facts, plan, self._youths, self._before, self._offers, told, weaving)

    def entries(self) -> Iterator[Entry]:
        """Everything, in entries that a store writes one after the other."""
        sent: dict[str, list[Sending]] = {}
        for one in self._plan:
            sent.setdefault(one.youth.id, []).append(one)
        supports: dict[str, list[CoSupport]] = {}
        for support in self._supports:
            supports.setdefault(support.intake, []).append(support)
        parts = _Parts()
        for youth in (*self._before, *self._youths):
            referred: set[str] = set()
            for sending in sent.get(youth.id, ()):
                for life in self._lives.of(sending):
                    parts.referrals.append(life.start)
                    parts.events.extend(life.events)
                    if not sending.inbound:
                        referred |= life.start.needs
                    self._truth.referral(life.final, youth)
            unmet = {n: day for n, day in youth.unmet.items() if n not in referred and day <= self.last}
            parts.intakes.append(youth.intake())
            parts.unmet.extend(Unmet(youth.id, need, unmet[need]) for need in sorted(unmet))
            parts.cosupports.extend(supports.get(youth.id, ()))
            self._truth.youth(youth, unmet)
            if len(parts.referrals) >= MOST - 40:
                yield self._given(parts)
                parts = _Parts()
        self._agreements = around.agreements(
            self._truth.sent, self.facts, self._offers, self.year, self._random("agreements")
        )
        yield self._given(parts, tuple(self._agreements))

    def _given(self, parts: "_Parts", agreements: tuple[Agreement, ...] = ()) -> Entry:
        self.counts.intakes += len(parts.intakes)
        self.counts.referrals += len(parts.referrals)
        self.counts.events += len(parts.events)
        self.counts.cosupports += len(parts.cosupports)
        return Entry(
            intakes=tuple(parts.intakes),
            unmet=tuple(parts.unmet),
            referrals=tuple(parts.referrals),
            events=tuple(parts.events),
            cosupports=tuple(parts.cosupports),
            agreements=agreements,
        )

    def truth(self) -> tuple[Fact, ...]:
        """What is true of the year; after the last of `entries`."""
        return self._truth.facts(self.facts, self._supports, self._agreements)


class _Parts:
    def __init__(self) -> None:
        self.intakes: list[Intake] = []
        self.unmet: list[Unmet] = []
        self.referrals: list[Referral] = []
        self.events: list[Event] = []
        self.cosupports: list[CoSupport] = []
