"""A reader who adds and subtracts what is printed never works out a number that is hidden."""

from collections.abc import Hashable, Mapping, Sequence
from itertools import product
from math import inf

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.withholding import DEAR, Number, Sum, Withholding

FEW = (1, 4)
counts = st.lists(st.one_of(st.integers(0, 6), st.integers(0, 60)), min_size=1, max_size=12)


def number(value: int, **more: bool | int) -> Number:
    return Number(value, FEW if 0 < value < 5 else None, **more)  # type: ignore[arg-type]  # of the fields' own types


def possible(
    total: int | None, rows: Sequence[int], gone: frozenset[Hashable], hidden: int, few: tuple[int, int] = FEW
) -> set[int]:
    """Values of a hidden row that a reader who knows the total and the printed rows cannot exclude."""
    if total is None:
        return set(range(few[0], few[1] + 1))
    small = [i for i, n in enumerate(rows) if 0 < n < 5]
    rest = total - sum(n for i, n in enumerate(rows) if i not in gone and i not in small)
    others, withheld = len(small) - 1, sum(i in gone for i in range(len(rows)))
    least, most = others * few[0] + 5 * withheld, inf if withheld else others * few[1]
    assert hidden in small
    return {v for v in range(few[0], few[1] + 1) if least <= rest - v <= most}


@given(counts)
def test_no_row_that_is_hidden_is_the_total_less_the_others(rows: list[int]) -> None:
    total = sum(rows)
    numbers: dict[Hashable, Number] = {i: number(n) for i, n in enumerate(rows)}
    numbers["total"] = number(total)
    small = [i for i, n in enumerate(rows) if 0 < n < 5]

    gone = Withholding(numbers, [Sum("total", tuple(range(len(rows))))]).withheld

    told = None if total < 5 or "total" in gone else total
    assert all(possible(told, rows, gone, i) == {1, 2, 3, 4} for i in small)
    assert small or not gone


@given(counts)
def test_a_total_that_must_be_told_stays_and_the_next_smallest_row_goes(rows: list[int]) -> None:
    rows = [*rows, 3, 20, 40]
    numbers: dict[Hashable, Number] = {i: number(n) for i, n in enumerate(rows)}
    numbers["total"] = Number(sum(rows), dear=DEAR)

    gone = Withholding(numbers, [Sum("total", tuple(range(len(rows))))]).withheld

    assert "total" not in gone
    assert all(possible(sum(rows), rows, gone, i) == {1, 2, 3, 4} for i, n in enumerate(rows) if 0 < n < 5)


def readings(numbers: Mapping[Hashable, Number], gone: frozenset[Hashable], most: int) -> dict[Hashable, range]:
    return {
        key: range(1, 5) if n.few else range(5, most + 1) if key in gone else range(n.value, n.value + 1)
        for key, n in numbers.items()
    }


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_rows_and_columns_together_give_no_hidden_cell_back(cells: list[int]) -> None:
    """Every table of two rows and two columns that says the same is tried."""
    a, b, c, d = cells
    values = {"a": a, "b": b, "c": c, "d": d, "ab": a + b, "cd": c + d, "ac": a + c, "bd": b + d, "all": sum(cells)}
    numbers: dict[Hashable, Number] = {key: number(value) for key, value in values.items()}
    sums = [
        Sum("ab", ("a", "b")), Sum("cd", ("c", "d")), Sum("ac", ("a", "c")), Sum("bd", ("b", "d")),
        Sum("all", ("ab", "cd")), Sum("all", ("ac", "bd")),
    ]  # fmt: skip

    gone = Withholding(numbers, sums).withheld
    blank = frozenset(key for key, n in numbers.items() if n.few is None and n.value)
    told, untold = (_seen(readings(numbers, held, 16)) for held in (gone, blank))

    for key, one in numbers.items():
        if one.few is not None:
            # what the wordings themselves exclude (two parts that are few make two at least) nothing can hide
            assert told[key] & {1, 2, 3, 4} == untold[key] & {1, 2, 3, 4}


def _seen(read: Mapping[Hashable, range]) -> dict[Hashable, set[int]]:
    found: dict[Hashable, set[int]] = {key: set() for key in read}
    for a, b, c, d in product(*(read[key] for key in "abcd")):
        made = {
            "a": a,
            "b": b,
            "c": c,
            "d": d,
            "ab": a + b,
            "cd": c + d,
            "ac": a + c,
            "bd": b + d,
            "all": a + b + c + d,
        }
        if all(made[key] in read[key] or (read[key].stop > 16 and made[key] >= 5) for key in made):
            for key, value in made.items():
                found[key].add(value)
    return found


def test_two_numbers_that_are_the_same_go_together() -> None:
    numbers: dict[Hashable, Number] = {"partner": Number(7), "service": Number(7, FEW)}

    assert Withholding(numbers, [Sum("partner", ("service",))]).withheld == {"partner"}


def test_a_row_told_again_by_the_sum_of_its_own_parts_takes_one_of_them_along() -> None:
    numbers: dict[Hashable, Number] = {
        "total": Number(43, dear=DEAR), "few": Number(3, FEW), "two": Number(20), "other": Number(20),
        "first": Number(8), "second": Number(12), "third": Number(9), "fourth": Number(11),
    }  # fmt: skip
    sums = [
        Sum("total", ("few", "two", "other")), Sum("two", ("first", "second")), Sum("other", ("third", "fourth")),
    ]  # fmt: skip

    found = Withholding(numbers, sums)

    assert found.bounds("few") == (1, 4)
    assert len(found.withheld) == 2


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=9, max_size=9))
def test_nothing_is_withheld_that_the_reader_works_out_all_the_same(cells: list[int]) -> None:
    places = [(row, column) for row in "abc" for column in "xyz"]
    values: dict[Hashable, int] = dict(zip(places, cells, strict=True))
    sums = [Sum(row, tuple((row, column) for column in "xyz")) for row in "abc"]
    sums += [Sum(column, tuple((row, column) for row in "abc")) for column in "xyz"]
    sums += [Sum("all", ("a", "b", "c")), Sum("every", ("x", "y", "z"))]
    for one in sums:
        values[one.total] = sum(values[part] for part in one.parts)
    numbers = {key: number(value) for key, value in values.items()}

    found = Withholding(numbers, sums)

    assert not [key for key in found.withheld if numbers[key].few is None and found.known(key)]


def test_what_adds_up_to_nothing_gives_nothing_back() -> None:
    numbers: dict[Hashable, Number] = {"total": Number(30), "few": Number(3, FEW), "other": Number(20)}

    assert not Withholding(numbers, [Sum("total", ("few", "other"))]).withheld
