"""What leaves the screen, cell by cell: the reader has the rest of the row, and the rules, and works nothing out."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.disclosure import MASKED, above, below, leaving, rate_outside
from graph.evaluation_sums import bounded
from graph.facts import FactKind
from graph.finding import Finding
from graph.statistics import Rate, wilson
from graph.tables import Cell, Figure, People, Row, Table, Withheld
from graph.usage import Use, summed


def told(cells: tuple[Cell, ...], columns: tuple[str, ...]) -> tuple[Cell, ...]:
    (table,), _ = leaving((Table("t", "", "", "", columns, (Row(cells, key="a"),)),), by_year=True)
    return table.rows[0].cells


@given(st.integers(5, 60), st.data())
def test_a_share_that_is_bounded_leaves_all_of_one_to_four_possible(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    said = rate_outside(Rate(k, n))

    alike = {other for other in range(n + 1) if rate_outside(Rate(other, n)) == said}

    assert said is None or len(alike) >= 4


@given(st.integers(9, 5000), st.integers(1, 4))
def test_a_bound_is_true(n: int, k: int) -> None:
    low, high = (int(re.findall(r"\d+", text)[0]) / 100 for text in (above(n), below(n)))

    assert k / n < high
    assert (n - k) / n > low


def test_referrals_of_nobody_knows_how_many_people_are_told_from_ten_on() -> None:
    columns = ("Partenaire", "Un an avant")

    texts = [told(("A", People(n, referrals=True)), columns)[1] for n in (0, 4, 5, 9, 10)]

    assert texts[0] == People(0, referrals=True)
    assert [t.text for t in texts[1:4] if isinstance(t, Withheld)] == ["moins de 5", "moins de 10", "moins de 10"]
    assert texts[4] == People(10, referrals=True)


def test_a_row_of_one_to_four_people_tells_nothing_else() -> None:
    columns = ("Partenaire", "Envoyées", "Un an avant", "Évolution", "Refus", "Délai médian")

    cells = told(
        ("A", People(12, 3), People(40, referrals=True), "baisse de 70 %", Rate(6, 12), Figure(4, "", 12)), columns
    )

    assert [c.text if isinstance(c, Withheld) else c for c in cells] == [
        "A",
        "moins de 5",
        MASKED,
        MASKED,
        MASKED,
        MASKED,
    ]


def test_a_domain_of_partners_that_are_each_asked_for_few_people_is_of_few_until_it_is_known_better() -> None:
    """Two partners may have had the same four young people: nothing says that the domain is of five."""
    domain = summed([Use("a", sent=6, youths=4), Use("b", sent=7, youths=4)], lambda _: ["domaine"], ())

    assert told(("D", People(domain[0].sent, domain[0].youths)), ("Domaine", "Envoyées"))[1] == Withheld(
        "moins de 5", "people", below=5
    )


@pytest.mark.parametrize(("k", "bound"), [(19, 0.75), (3, 0.25)])
def test_a_finding_keeps_its_name_and_its_n_where_its_share_is_bounded(k: int, bound: float) -> None:
    share = k / 20
    one = Finding(
        FactKind.NEVER_ANSWERS,
        {"partner": "a", "share": share},
        20,
        share,
        wilson(k, 20),
        f"A laisse {round(100 * share)} % des orientations sans réponse (ailleurs : 9 %).",
        3.0,
    )

    outside = bounded(one)

    assert (outside.kind, outside.about["partner"], outside.n) == (one.kind, "a", 20)
    assert outside.value == outside.about["share"] == bound
    assert outside.interval is not None
    assert outside.interval.low <= share <= outside.interval.high
    assert str(round(100 * share)) not in outside.text
    assert "ailleurs" not in outside.text


def test_a_finding_of_many_is_told_as_it_is() -> None:
    one = Finding(FactKind.NEVER_ANSWERS, {"partner": "a", "share": 0.5}, 20, 0.5, wilson(10, 20), "50 %", 3.0)

    assert bounded(one) is one
