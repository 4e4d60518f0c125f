"""The simulated year as values: what it holds, what is planted in it, what is refused."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from graph.admission import obstacles
from graph.entry import Entry
from graph.errors import FileRefused, InputRefused
from graph.facts import Fact, FactKind, facts, listed
from graph.lifecycle import PARIS, replayed
from graph.model import TerritoryCode
from graph.referral import Direction, Mode, NeedResult, Referral
from graph.timers import CLOCK
from loaders.directory import packaged_directory
from loaders.reference import reference
from loaders.simulated.making import MOST, Making

YEAR = 2026
ROCHEFORT, MARENNES, OLERON = map(TerritoryCode, ("200041762", "241700699", "241700624"))

FACTS: list[dict[str, Any]] = [
    {"kind": "slow_answers", "partner": "cllaj17", "median_days": 24, "from": "2026-04"},
    {"kind": "never_answers", "partner": "mdaja17", "share": 0.4},
    {"kind": "refuses", "partner": "afpa", "public": "mineurs", "share": 0.6},
    {"kind": "missed_appointments", "partner": "csapa", "share": 0.45},
    {"kind": "good_outcomes", "partner": "greta", "share": 0.92},
    {"kind": "concentration", "need": "permis", "partner": "france-travail-rochefort", "share": 0.75},
    {"kind": "uncovered", "need": "sante-mentale", "epci": OLERON, "from": "2026-05"},
    {"kind": "together", "partners": ["cio", "cidff"]},
    {"kind": "unused_agreement", "partner": "cimade"},
    {"kind": "use_without_agreement", "partner": "erip-rochefort-ocean", "referrals": 40},
    {"kind": "dormant", "partner": "axys", "from": "2026-05"},
    {"kind": "inequity", "epci": MARENNES, "factor": 0.5},
]


@cache
def made(seed: int, planted: bool = False, count: int = 700) -> tuple[Making, tuple[Entry, ...]]:
    told = facts(FACTS, "faits.json") if planted else ()
    making = Making(packaged_directory(), reference(), year=YEAR, seed=seed, count=count, facts=told)
    return making, tuple(making.entries())


def lived(entries: tuple[Entry, ...]) -> list[Referral]:
    """What the events made of each referral."""
    events = defaultdict(list)
    for entry in entries:
        for event in entry.events:
            events[event.referral].append(event)
    return [replayed(r, events[r.id]) for entry in entries for r in entry.referrals]


def sent(entries: tuple[Entry, ...], partner: str | None = None) -> list[Referral]:
    """Outbound ones that were sent in the year and count."""
    return [
        r
        for r in lived(entries)
        if r.counts
        and r.sent_on is not None
        and r.sent_on.year == YEAR
        and r.direction is Direction.OUTBOUND
        and partner in (None, r.partner)
    ]


def share(part: int, whole: int) -> float:
    assert whole >= 15, "too few to be seen"
    return part / whole


def test_the_same_seed_gives_the_same_year_and_another_seed_another_one() -> None:
    one, other = made(1)
    again = Making(packaged_directory(), reference(), year=YEAR, seed=1, count=700)

    assert tuple(again.entries()) == other
    assert again.truth() == one.truth()
    assert made(2)[1] != other


def test_the_year_before_is_the_same_with_or_without_planted_facts_until_the_first_of_january() -> None:
    def received(entries: tuple[Entry, ...]) -> list[Any]:
        return [i.id for entry in entries for i in entry.intakes if i.received_on.year == YEAR - 1]

    assert received(made(1)[1]) == received(made(1, planted=True)[1])


def test_young_people_are_those_of_the_figures() -> None:
    intakes = [i for e in made(1)[1] for i in e.intakes if i.received_on.year == YEAR]
    places = Counter(reference().communes[i.commune].epci for i in intakes)
    needs = sum(len(i.needs) for i in intakes)

    assert len(intakes) == 700
    assert 0.28 < sum(i.age < 18 for i in intakes) / 700 < 0.39
    assert 0.06 < sum("qpv" in i.situations for i in intakes) / 700 < 0.14
    assert all(i.commune == "17299" for i in intakes if "qpv" in i.situations)
    reinforced = {code for code, programme in reference().programmes.items() if programme.reinforced}
    assert 0.6 < sum(i.programme in reinforced for i in intakes) / 700 < 0.74
    assert 2 <= needs / 700 <= 4
    assert places[ROCHEFORT] > places[OLERON] > places[MARENNES] > 0
    months = Counter(i.received_on.month for i in intakes)
    assert months[9] + months[10] + months[11] > 2 * (months[6] + months[7] + months[8])


@pytest.mark.parametrize("planted", [False, True])
def test_everything_is_marked_simulated_and_nothing_is_later_than_the_year(planted: bool) -> None:
    entries = made(1, planted)[1]

    assert all(i.simulated for e in entries for i in e.intakes)
    assert all(r.simulated for e in entries for r in e.referrals)
    assert all(c.simulated for e in entries for c in e.cosupports)
    assert all(a.simulated for e in entries for a in e.agreements)
    assert max(event.at.astimezone(PARIS).date() for e in entries for event in e.events) <= date(YEAR, 12, 31)
    assert all(u.noticed_on <= date(YEAR, 12, 31) for e in entries for u in e.unmet)
    days = [day for e in entries for c in e.cosupports for day in (c.opened_on, *(m.on for m in c.meetings))]
    assert max(days) <= date(YEAR, 12, 31)
    assert max(len(e.referrals) for e in entries) <= MOST


@pytest.mark.parametrize("planted", [False, True])
def test_every_referral_goes_to_a_service_that_takes_this_young_person(planted: bool) -> None:
    entries, directory = made(1, planted)[1], packaged_directory()
    youths = {i.id: i for e in entries for i in e.intakes}

    for r in lived(entries):
        youth = youths[r.intake]
        assert r.needs <= youth.needs
        if r.service is None:
            continue
        service = directory.services[r.service]
        request = reference().request(
            youth.age, youth.commune, sorted(youth.needs), sorted(youth.situations), sorted(youth.sectors)
        )
        day = r.sent_on or youth.received_on
        within = reference().within(youth.commune)
        assert not obstacles(service, directory.partners[service.partner], request, within, day), r
        assert r.needs <= service.needs
        assert not service.internal


def test_lives_hold_every_state_and_what_the_clock_writes() -> None:
    states = {event.after for seed in (1, 2, 3) for e in made(seed)[1] for event in e.events}
    clock = [event for e in made(1)[1] for event in e.events if event.actor == CLOCK]

    assert len(states) == 20
    assert {event.kind.value for event in clock} == {"relance", "passage"}
    assert {r.mode for e in made(1)[1] for r in e.referrals} == set(Mode)
    assert any(r.follows is not None for e in made(1)[1] for r in e.referrals)
    assert any(r.direction is Direction.INBOUND for e in made(1)[1] for r in e.referrals)


def test_a_year_with_nothing_planted_has_ordinary_partners() -> None:
    year = sent(made(1)[1])
    answered = [r for r in year if r.answered_on is not None]
    ended = [r for r in year if r.ended_on is not None]
    silent = sum(r.unanswered for r in year)
    met, missed = sum(r.met for r in year), sum(r.missed for r in year)
    served = sum(any(o.result is NeedResult.COUVERT for o in r.outcomes) for r in ended)

    assert 0.05 <= sum(r.refused for r in answered) / len(answered) <= 0.15
    assert 0.03 <= silent / (silent + len(answered)) <= 0.08
    assert 0.08 <= missed / (met + missed) <= 0.18
    assert 0.45 <= served / len(ended) <= 0.65


def test_a_need_that_nobody_covers_is_unmet_and_one_that_was_brought_to_a_partner_is_not() -> None:
    entries = made(1)[1]
    brought = {(r.intake, need) for e in entries for r in e.referrals if r.service is not None for need in r.needs}
    unmet = {(u.intake, u.need) for e in entries for u in e.unmet}

    assert unmet
    assert not unmet & brought


def test_planted_facts_are_what_the_year_shows() -> None:
    entries = made(4, planted=True)[1]
    found = {kind: figure(entries) for kind, figure in FIGURES.items()}

    for fact in FACTS:
        wanted = next((fact[k] for k in ("share", "factor", "referrals", "median_days") if k in fact), None)
        if wanted is not None:
            assert found[fact["kind"]] == pytest.approx(wanted, rel=0.12), fact


def _slow(entries: tuple[Entry, ...]) -> float:
    waits = sorted(
        ((r.answered_on or r.silent_on or date(YEAR, 12, 31)) - r.sent_on).days
        for r in sent(entries, "cllaj17")
        if r.mode is Mode.FOLLOWED and r.sent_on is not None and r.sent_on >= date(YEAR, 4, 1)
    )
    return waits[len(waits) // 2]


def _silent(entries: tuple[Entry, ...]) -> float:
    there = sent(entries, "mdaja17")
    silent = sum(r.unanswered for r in there)
    return share(silent, silent + sum(r.answered_on is not None for r in there))


def _refused(entries: tuple[Entry, ...]) -> float:
    minors = [r for r in sent(entries, "afpa") if r.age_band == "moins-de-18" and r.answered_on is not None]
    return share(sum(r.refused for r in minors), len(minors))


def _missed(entries: tuple[Entry, ...]) -> float:
    there = sent(entries, "csapa")
    missed = sum(r.missed for r in there)
    return share(missed, missed + sum(r.met for r in there))


def _served(entries: tuple[Entry, ...]) -> float:
    ended = [r for r in sent(entries, "greta") if r.ended_on is not None]
    return share(sum(any(o.result is NeedResult.COUVERT for o in r.outcomes) for r in ended), len(ended))


def _concentrated(entries: tuple[Entry, ...]) -> float:
    about = [r for r in sent(entries) if "permis" in r.needs]
    return share(sum(r.partner == "france-travail-rochefort" for r in about), len(about))


def _used(entries: tuple[Entry, ...]) -> float:
    return len(sent(entries, "erip-rochefort-ocean"))


def _unequal(entries: tuple[Entry, ...]) -> float:
    youths = Counter(
        reference().communes[i.commune].epci for e in entries for i in e.intakes if i.received_on.year == YEAR
    )
    referred = Counter(r.epci for r in sent(entries))
    here = referred[MARENNES] / youths[MARENNES]
    others = sum(n for e, n in referred.items() if e != MARENNES) / sum(n for e, n in youths.items() if e != MARENNES)
    return here / others


FIGURES = {
    "slow_answers": _slow,
    "never_answers": _silent,
    "refuses": _refused,
    "missed_appointments": _missed,
    "good_outcomes": _served,
    "concentration": _concentrated,
    "use_without_agreement": _used,
    "inequity": _unequal,
}


def test_nobody_is_sent_where_a_fact_says_so() -> None:
    entries = made(4, planted=True)[1]
    gone = [
        r
        for r in sent(entries)
        if r.epci == OLERON and "sante-mentale" in r.needs and r.sent_on >= date(YEAR, 5, 1)  # type: ignore[operator]
    ]
    youths = {i.id: i for e in entries for i in e.intakes}
    unmet = [
        u
        for e in entries
        for u in e.unmet
        if u.need == "sante-mentale" and reference().communes[youths[u.intake].commune].epci == OLERON
    ]
    bound = {partner for e in entries for a in e.agreements for partner in a.partners}

    assert not gone
    assert len(unmet) >= 10
    assert not sent(entries, "cimade")
    assert "cimade" in bound
    assert "erip-rochefort-ocean" not in bound
    asleep = [r.sent_on for r in lived(entries) if r.partner == "axys" and r.sent_on is not None]
    assert max(asleep) < date(YEAR, 5, 1)
    assert sum(day >= date(YEAR - 1, 5, 1) for day in asleep) >= 10


def test_a_pair_that_is_brought_together_is_the_most_frequent_one() -> None:
    pairs = Counter((a, b) for e in made(4, planted=True)[1] for c in e.cosupports for a, b, _ in c.together())

    assert pairs.most_common(1)[0][0] == ("cidff", "cio")


def test_the_truth_begins_with_what_was_planted_and_reads_back() -> None:
    making, _ = made(4, planted=True)
    truth = making.truth()

    assert truth[: len(FACTS)] == facts(FACTS, "faits.json")
    assert facts(listed(truth), "verite.json") == truth
    assert len({fact.about for fact in truth}) == len(truth)


def test_a_sole_provider_is_a_truth_of_any_year() -> None:
    truth = made(1)[0].truth()

    assert Fact(FactKind.CONCENTRATION, partner=_vivractif(), need=_need("vehicule"), share=1.0) in truth


def _vivractif() -> Any:
    return "vivractiv"


def _need(code: str) -> Any:
    return reference().need(code)


REFUSED: Mapping[str, tuple[dict[str, Any], str]] = {
    "a partner that nobody knows": ({**FACTS[0], "partner": "inconnu"}, "« inconnu »"),
    "one to whom nobody is sent": ({**FACTS[1], "partner": "conseil-regional"}, "on n'oriente"),
    "one that takes nobody from here": ({**FACTS[1], "partner": "escale"}, "aucun jeune du territoire"),
    "a need that it does not meet": ({**FACTS[5], "need": "addictions"}, "ne répond pas au besoin « addictions »"),
    "a need that does not exist": ({**FACTS[5], "need": "voler"}, "« voler »"),
    "an unknown territory": ({**FACTS[6], "epci": "17"}, "« 17 »"),
    "a month of another year": ({**FACTS[10], "from": "2025-05"}, "n'est pas de l'année 2026"),
    "an unknown public": ({**FACTS[2], "public": "tous"}, "« tous » n'est pas un public"),
    "a public that it never receives": ({**FACTS[2], "partner": "mission", "public": "mineurs"}, "« mission »"),
    "a sole provider that would share": (
        {"kind": "concentration", "need": "vehicule", "partner": "vivractiv", "share": 0.6},
        "seul à répondre",
    ),
    "a wait longer than the year": ({**FACTS[0], "median_days": 60, "from": "2026-12"}, "il ne reste que"),
    "more referrals than young people": ({**FACTS[9], "referrals": 701}, "701 orientations pour 700 jeunes"),
    "a factor out of reach": ({**FACTS[11], "factor": 9}, "facteur"),
}


@pytest.mark.parametrize(("fact", "said"), REFUSED.values(), ids=REFUSED)
def test_a_fact_that_cannot_be_true_is_refused_by_name(fact: dict[str, Any], said: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        Making(packaged_directory(), reference(), year=YEAR, seed=1, count=700, facts=facts([fact], "faits.json"))

    assert said in str(refusal.value)
    assert f"« {fact['kind']} »" in str(refusal.value)


CONTRADICTING: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (FACTS[1], {**FACTS[1], "share": 0.2}),
    (FACTS[10], {**FACTS[0], "partner": "axys", "from": "2026-05"}),
    (FACTS[8], {**FACTS[9], "partner": "cimade"}),
    (FACTS[5], {**FACTS[5], "partner": "france-travail", "share": 0.5}),
]


@pytest.mark.parametrize(("one", "other"), CONTRADICTING)
def test_two_facts_that_contradict_each_other_are_refused(one: dict[str, Any], other: dict[str, Any]) -> None:
    with pytest.raises(InputRefused, match="Fait 2"):
        Making(packaged_directory(), reference(), year=YEAR, seed=1, count=700, facts=facts([one, other], "f"))


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({"kind": "nothing"}, "« nothing »"),
        ({"kind": "dormant", "partner": "cio"}, "il manque « from »"),
        ({"kind": "dormant", "partner": "cio", "from": "3"}, "un mois comme 2026-03"),
        ({"kind": "never_answers", "partner": "cio", "share": 1.2}, "de 0 à 1"),
        ({"kind": "never_answers", "partner": "cio", "share": 0.2, "note": "x"}, "ne connaît pas « note »"),
        ({"kind": "together", "partners": ["cio"]}, "deux partenaires"),
        ("cio", "un objet JSON"),
    ],
)
def test_what_is_no_fact_is_refused_with_its_number(item: object, said: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        facts([FACTS[0], item], "faits.json")

    assert "fait 2" in str(refusal.value)
    assert said in str(refusal.value)


def test_a_directory_without_a_site_is_refused() -> None:
    directory = packaged_directory()
    without = replace(directory, partners={id: p for id, p in directory.partners.items() if p.kind != "site"})

    with pytest.raises(InputRefused, match="maillage load"):
        Making(without, reference(), year=YEAR, seed=1, count=10)
