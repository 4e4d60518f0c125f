"""What the governance pack says of a year, from its publication and the offer alone."""

from dataclasses import replace
from datetime import date

import pytest

from graph.coverage import Gap
from graph.model import NeedCode, PartnerId, PartnerKind
from graph.pack import MOST, Pack, pack
from graph.pack_rules import RULES
from graph.privacy import percentage
from graph.publication import HIDDEN, Publication, Published, PublishedTable
from graph.publishing import (
    ANSWERS,
    BY_AGE,
    BY_EPCI,
    BY_PROGRAMME,
    DOMAINS,
    FIGURES,
    LINKS,
    NEEDS,
    PARTNERS,
    RECEIVED,
    REFERRED,
    SERVED,
    SUPPORTED,
    UNMET,
    YOUNG,
)
from graph.territory import Level, Offer
from tests.graph.packaged import packaged
from tests.visualisations.territories import DAY, territory

YEAR = {RECEIVED: 700, REFERRED: 600, "acceptee": 480, "rdv-honore": 400, SERVED: 300, SUPPORTED: 50}


def table(code: str, cells: dict[tuple[str, str], int | None], base: str | None = None) -> PublishedTable:
    rows, columns = dict.fromkeys(row for row, _ in cells), dict.fromkeys(column for _, column in cells)
    whole = {(row, column): Published(cells.get((row, column))) for row in rows for column in columns}
    return PublishedTable(code, code, code, tuple(rows), tuple(columns), whole, base=base)


def year(of: int = 2025, figures: dict[str, int] = YEAR, **tables: PublishedTable) -> Publication:
    made = {code: table(code, {}) for code in (BY_EPCI, BY_AGE, BY_PROGRAMME, DOMAINS, NEEDS, UNMET, PARTNERS, LINKS)}
    made[ANSWERS] = table(ANSWERS, {}, base=REFERRED)
    made[FIGURES] = table(FIGURES, {(row, YOUNG): value for row, value in figures.items()})
    made |= {one.code: one for one in tables.values()}
    return Publication(of, 1, date(of + 1, 2, 1), simulated=False, tables=tuple(made.values()))


def told(now: Publication, before: Publication | None = None) -> Pack:
    return pack(now, before, packaged(), territory(), DAY)


def texts(statements: tuple[object, ...]) -> str:
    return "\n".join(str(one) for one in statements)


def test_six_figures_each_with_a_sentence_and_a_definition() -> None:
    found = told(year())

    assert [one.number for one in found.figures] == ["700", "600", "80 %", "67 %", "50 %", "50"]
    assert all(one.text.endswith(".") and one.rule in RULES for one in found.figures)


def test_the_headline_counts_a_need_once_and_nobody_is_not_one_partner() -> None:
    offer = replace(territory(), cells=dict.fromkeys(territory().cells, Offer((PartnerId("vivractiv"),))))
    first, second = offer.needs[0].code, offer.needs[1].code
    place = (offer.communes[0].insee, "majeurs")

    def said(*alone: NeedCode) -> str:
        cells = {**offer.cells, **{(need, *place): Offer(gap=Gap.NOBODY) for need in alone}}
        return pack(year(), None, packaged(), replace(offer, cells=cells), DAY).headline

    total = len(offer.needs)
    assert said().endswith(f"; {total} besoins sur {total} tiennent à un seul partenaire")
    assert said(first).endswith(f"; 1 besoin sur {total} n'a personne quelque part")
    assert said(first, second).endswith(f"; 2 besoins sur {total} n'ont personne quelque part")


def test_everything_that_is_said_has_its_definition() -> None:
    found = told(year(), year(2024, YEAR | {SERVED: 200}))

    said = (*found.figures, *found.fragilities, *found.good, *found.changes)
    assert {one.rule for one in said} == set(found.rules) <= RULES.keys()
    assert 0 < len(found.fragilities) <= MOST
    assert 0 < len(found.good) <= MOST


def test_of_a_year_of_which_nothing_is_told_only_the_offer_speaks() -> None:
    hidden = year(figures={})

    found = told(hidden, hidden)

    people = {RECEIVED, REFERRED, SERVED, SUPPORTED, "acceptee", "points", "evolution", "ecart", "mobilises"}
    assert found.figures == ()
    assert found.changes == ()
    assert not people & set(found.rules)
    assert "jeunes" not in found.headline


def test_a_part_of_few_young_people_is_no_percentage() -> None:
    found = told(year(figures={REFERRED: 25, SERVED: 20, "acceptee": 20}))

    assert percentage(20, 25) is None
    assert "%" not in texts(found.figures) + found.headline


def test_a_result_that_fell_is_a_fragility_and_one_that_rose_good_news() -> None:
    low, high = year(2025, YEAR | {SERVED: 240}), year(2024, YEAR | {SERVED: 330})
    up = replace(high, year=2025, made_on=low.made_on), replace(low, year=2024, made_on=high.made_on)

    fell, rose = told(low, high), told(*up)

    assert ("15", True) in [(one.number, "points de moins qu'en 2024" in one.text) for one in fell.fragilities]
    assert ("15", True) in [(one.number, "points de plus qu'en 2024" in one.text) for one in rose.good]
    assert "points" not in {one.rule for one in (*fell.good, *rose.fragilities)}


def test_a_partner_on_whom_much_rests_and_a_domain_in_decline_are_fragilities() -> None:
    lists = table(PARTNERS, {("a", REFERRED): 95, ("b", REFERRED): 40})
    health, less = (table(DOMAINS, {("sante", YOUNG): n, ("iae", YOUNG): n - 100}) for n in (300, 260))

    found = told(year(2025, partners=lists, domains=less), year(2024, partners=lists, domains=health))
    neither = told(year(2025, partners=table(PARTNERS, {("b", REFERRED): 85})))

    said = {one.rule: (one.number, one.text) for one in found.fragilities}
    assert said["appui"] == ("16 %", "des jeunes orientés l'ont été vers un seul partenaire, a.")
    assert said["recul"] == ("40", "jeunes orientés de moins qu'en 2024 dans le domaine « iae ».")
    assert {"appui", "recul"}.isdisjoint(one.rule for one in neither.fragilities)


def test_what_ripens_after_the_year_is_compared_only_after_as_long_in_both() -> None:
    low, high = year(2025, YEAR | {SERVED: 240, RECEIVED: 600}), year(2024, YEAR | {SERVED: 330})

    def compared(now: date, before: date) -> bool:
        found = told(replace(low, made_on=now), replace(high, made_on=before))
        served = next(one for one in found.figures if one.rule == SERVED)
        said = "15 points de moins qu'en 2024" in served.text
        assert ("points" in {one.rule for one in found.fragilities}) == said
        assert ("Besoin-couvert :" in texts(found.changes)) == said
        assert "100 de moins qu'en 2024" in found.figures[0].text
        if not said and now - date(2025, 12, 31) < before - date(2024, 12, 31):
            assert "trop tôt pour le comparer à 2024" in served.text
        return said

    assert compared(date(2026, 2, 1), date(2025, 3, 15))
    assert not compared(date(2026, 2, 1), date(2026, 2, 1))
    assert not compared(date(2026, 12, 1), date(2025, 2, 1))
    assert compared(date(2027, 2, 1), date(2027, 2, 1))


def test_without_the_year_before_nothing_is_compared() -> None:
    found = told(year())

    assert found.changes == ()
    assert "qu'en" not in texts((*found.figures, *found.fragilities, *found.good))


def test_a_change_that_rounding_may_make_is_no_change() -> None:
    found = told(year(2025, YEAR | {RECEIVED: 705}), year(2024))

    assert found.changes == ()
    assert "autant qu'en 2024" in found.figures[0].text


@pytest.mark.parametrize(("low", "where"), [(40, "fragilities"), (70, "good")])
def test_territories_are_compared_by_the_part_that_is_served(low: int, where: str) -> None:
    cells: dict[tuple[str, str], int | None] = {("a", REFERRED): 100, ("a", SERVED): 70}
    cells |= {("b", REFERRED): 100, ("b", SERVED): low}

    found = told(year(answers=table(ANSWERS, cells, base=REFERRED)))

    gaps = {name: [one for one in getattr(found, name) if one.rule == "ecart"] for name in ("fragilities", "good")}
    assert [len(gaps[where]), gaps[where][0].number] == [1, str(70 - low)]
    assert sum(map(len, gaps.values())) == 1


def test_territories_that_are_not_told_are_not_compared() -> None:
    cells: dict[tuple[str, str], int | None] = {("a", REFERRED): 100, ("a", SERVED): 70}
    cells |= {("b", REFERRED): 100, ("b", SERVED): None}

    assert "ecart" not in told(year(answers=table(ANSWERS, cells, base=REFERRED))).rules


def test_the_partner_that_may_close_is_not_the_mission_locale() -> None:
    found = [one.text for one in told(year()).fragilities if one.rule == "s-il-fermait"]

    directory = packaged()
    ours = {p.name for p in directory.partners.values() if p.kind is PartnerKind.SITE}
    ours |= {directory.partners[p.unit_of].name for p in directory.partners.values() if p.name in ours and p.unit_of}
    assert len(found) == 1
    assert ours
    assert not any(f"si {name} fermait" in found[0] for name in ours)


def test_needs_of_one_partner_are_those_of_the_map() -> None:
    found = next(one for one in told(year()).fragilities if one.rule == "un-seul")

    assert found.number == str(len(territory().needs_at(Level.ONE)))


def test_a_change_says_what_it_counts() -> None:
    now = year(2025, ages=table(BY_AGE, {("Moins de 18 ans", YOUNG): 250}))
    before = year(2024, ages=table(BY_AGE, {("Moins de 18 ans", YOUNG): 225}))

    found = told(now, before).changes

    assert [(one.number, one.text) for one in found] == [
        ("+ 25", "Jeunes accueillis, moins de 18 ans : 225 en 2024, 250 en 2025.")
    ]


def test_the_seven_axes_are_there_and_what_nothing_answers_is_said() -> None:
    found = told(year()).axes

    assert len(found) == 7
    for axis in found:
        assert axis.answers
        for one in axis.answers:
            assert bool(one.file) == (one.on is not None)
            assert one.file or "rien" in one.said or "aucune" in one.said
    unanswered = [axis.title for axis in found if not any(one.file for one in axis.answers)]
    assert unanswered == ["Relation Entreprise", "Orientation / Formation", "Enjeux organisationnels internes"]


def test_a_table_of_which_nothing_is_told_proves_nothing() -> None:
    cells: dict[tuple[str, str], int | None] = {("usages-numeriques", "a"): 40, ("mobilite", "a"): 40}
    digital, other = table(NEEDS, cells), table(NEEDS, {**cells, ("usages-numeriques", "a"): None})

    def answer(of: PublishedTable) -> str:
        axis = told(year(needs=of)).axes[0]
        return next(one.file for one in axis.answers if "illectronisme" in one.objective)

    assert answer(digital) == f"methode.html#{NEEDS}"
    assert answer(other) == ""
    assert HIDDEN.value is None
