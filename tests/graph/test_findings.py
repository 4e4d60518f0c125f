"""What an evaluation finds in a year whose truths are known: nearly all that was planted, hardly anything else."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from graph.cosupport_use import pairs
from graph.directory import Directory
from graph.edges import Edge, EdgeKind
from graph.evaluation import Evaluation
from graph.facts import KEYS, Fact, facts
from graph.finding import Finding
from graph.lifecycle import replayed
from graph.model import PartnerId
from graph.referral import Event, Referral
from graph.sqlite_store import SqliteStore
from loaders.reference import reference
from loaders.simulated.making import Making
from resolvers.evaluation import Wanted, evaluated
from tests.graph.counting import Lists

YEAR = 2026
PLANTED: list[dict[str, object]] = [
    {"kind": "slow_answers", "partner": "vivractiv", "median_days": 21, "from": "2026-05"},
    {"kind": "never_answers", "partner": "irfrep", "share": 0.5},
    {"kind": "refuses", "partner": "axys", "public": "mineurs", "share": 0.7},
    {"kind": "missed_appointments", "partner": "insup", "share": 0.5},
    {"kind": "good_outcomes", "partner": "info-droits", "share": 0.92},
    {"kind": "concentration", "need": "aide-alimentaire", "partner": "epicerie-solidaire-la-boussole", "share": 0.8},
    {"kind": "uncovered", "need": "budget-dettes", "epci": "241700624", "from": "2026-03"},
    {"kind": "together", "partners": ["adecco", "mdph-17"]},
    {"kind": "unused_agreement", "partner": "ecole-terrade"},
    {"kind": "use_without_agreement", "partner": "cfppa-saintonge", "referrals": 30},
    {"kind": "dormant", "partner": "cio", "from": "2026-07"},
    {"kind": "inequity", "epci": "241700699", "factor": 0.55},
]


@pytest_asyncio.fixture(scope="module")
async def directory(packaged_file: Path) -> Directory:
    store = SqliteStore(packaged_file)
    found = await store.directory()
    await store.close()
    return found


def about(finding: Finding) -> tuple[object, ...]:
    """As `Fact.about`."""
    told = finding.about
    partners = told.get("partners", ())
    named = (told.get("partner"), *(partners if isinstance(partners, tuple) else ()))
    return (finding.kind, *(n for n in (*named, told.get("need"), told.get("epci"), told.get("public")) if n))


async def year(directory: Directory, seed: int, planted: Sequence[Fact]) -> tuple[Evaluation, tuple[Fact, ...]]:
    making = Making(directory, reference(), year=YEAR, seed=seed, count=700, facts=planted)
    entries = list(making.entries())
    events: defaultdict[str, list[Event]] = defaultdict(list)
    for entry in entries:
        for event in entry.events:
            events[event.referral].append(event)
    referrals: list[Referral] = [replayed(r, events[r.id]) for entry in entries for r in entry.referrals]
    lists = Lists(
        reference(),
        tuple(i for entry in entries for i in entry.intakes),
        tuple(referrals),
        tuple(s for entry in entries for s in entry.cosupports),
        tuple(a for entry in entries for a in entry.agreements),
        tuple((u.intake, u.need, u.noticed_on) for entry in entries for u in entry.unmet),
        simulated=True,
    )
    today = date(YEAR + 1, 2, 1)  # a simulated year is seen from its last day whatever the date
    return await evaluated(lists, directory, reference(), Wanted(), today), making.truth()  # type: ignore[arg-type]


SEEDS = [
    1,
    pytest.param(2, marks=pytest.mark.nightly),
    *(pytest.param(s, marks=pytest.mark.nightly) for s in (3, 4, 5)),
]


@pytest.mark.parametrize("seed", SEEDS)
async def test_eleven_of_twelve_planted_facts_are_named(directory: Directory, seed: int) -> None:
    planted = facts(PLANTED, "faits")

    found, truth = await year(directory, seed, planted)

    named = {about(finding) for finding in found.findings}
    missed = [fact for fact in planted if fact.about not in named]
    assert len(missed) <= 1, missed
    assert len(named - {fact.about for fact in truth}) <= 1


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_year_with_nothing_planted_raises_one_false_alarm_at_most(directory: Directory, seed: int) -> None:
    found, truth = await year(directory, seed, ())

    assert len({about(finding) for finding in found.findings} - {fact.about for fact in truth}) <= 1


async def test_a_finding_has_the_keys_of_its_kind_and_enough_observations(directory: Directory) -> None:
    found, _ = await year(directory, 1, facts(PLANTED, "faits"))

    for finding in found.findings:
        told = finding.json()
        assert set(KEYS[finding.kind]) <= told.keys()
        assert finding.n >= 5
        assert finding.text.endswith(".")
    strengths = [finding.strength for finding in found.findings]
    assert strengths == sorted(strengths, reverse=True)


def test_partners_that_only_meet_everybody_are_not_together() -> None:
    names = [PartnerId(f"p{n}") for n in range(6)]
    edges = [Edge(EdgeKind.CO_SUPPORTS, a, b, "2026-03", sent=4) for i, a in enumerate(names) for b in names[i + 1 :]]

    assert all(pair.chance > 0.2 for pair in pairs(edges))
    first = replace(edges[0], sent=40)
    assert pairs([first, *edges[1:]])[0].chance < 0.01


async def test_poor_outcomes_late_months_and_a_unit_that_sleeps_first_are_named_as_they_are(
    directory: Directory,
) -> None:
    planted = facts(
        [
            {"kind": "good_outcomes", "partner": "mdaja17", "share": 0.2},
            {"kind": "slow_answers", "partner": "csapa-consultation-jeunes-consommateurs", "median_days": 20,
             "from": "2026-06"},
            {"kind": "uncovered", "need": "permis", "epci": "241700699", "from": "2026-06"},
            {"kind": "dormant", "partner": "escale-hua", "from": "2026-09"},
        ],
        "faits",
    )  # fmt: skip

    found, _ = await year(directory, 7, planted)

    named = {about(finding): finding for finding in found.findings}
    poor, slow, gap, asleep = (named[fact.about] for fact in planted)
    assert poor.value < 0.3
    assert "seulement" in poor.text
    assert slow.about["from"] in ("2026-05", "2026-06", "2026-07")
    assert gap.about["from"] == "2026-06"
    assert asleep.about["from"] == "2026-09"
