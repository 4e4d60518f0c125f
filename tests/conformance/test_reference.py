"""The reference in the store: saved once, compared, never pulled away from under a service."""

from dataclasses import replace

import pytest

from graph.errors import InputRefused
from graph.model import NeedCode, TerritoryCode
from graph.records import from_lines, from_records
from graph.reference import Reference
from graph.store import PartnerStore
from tests.conformance.values import HOUSING, PERMIS, REFERENCE, applied, exported, partner, service

KEPT = replace(REFERENCE, elsewhere={})
"""Names of communes elsewhere stay with the program."""


async def stored(store: PartnerStore) -> Reference:
    return from_records(from_lines((await exported(store)).splitlines(), "export")).reference


async def test_a_reference_comes_back_in_the_order_of_the_booklet(store: PartnerStore) -> None:
    assert await store.save_reference(REFERENCE) is True

    back = await stored(store)

    assert back == KEPT
    assert list(back.needs) == list(REFERENCE.needs)
    assert list(back.headings) == list(REFERENCE.headings)
    assert list(back.communes) == list(REFERENCE.communes)
    assert await store.dangling() == []


async def test_saving_the_same_reference_again_changes_nothing(store: PartnerStore) -> None:
    await store.save_reference(REFERENCE)

    assert await store.save_reference(REFERENCE) is False
    assert await store.stamp() == 0


async def test_another_order_is_a_change(store: PartnerStore) -> None:
    await store.save_reference(REFERENCE)
    turned = replace(REFERENCE, needs=dict(reversed(list(REFERENCE.needs.items()))))

    assert await store.save_reference(turned) is True
    assert list((await stored(store)).needs) == list(turned.needs)


async def test_a_new_label_and_a_dropped_code_replace_the_old_ones(filled: PartnerStore) -> None:
    needs = {code: need for code, need in REFERENCE.needs.items() if code != HOUSING}
    needs[PERMIS] = replace(needs[PERMIS], label="Passer le permis", thematiques=("mobilite",), asked_ages=None)
    smaller = replace(KEPT, needs=needs)

    assert await filled.save_reference(smaller) is True

    assert await stored(filled) == smaller
    with pytest.raises(InputRefused, match="acces-logement"):
        await applied(filled, partner("p1"), service("s1", "p1", needs=frozenset({HOUSING})))


async def test_a_code_that_a_service_uses_is_not_dropped(filled: PartnerStore) -> None:
    await applied(filled, partner("p1"), service("s1", "p1", territories=frozenset({TerritoryCode("17168")})))
    without_need = replace(REFERENCE, needs={c: n for c, n in REFERENCE.needs.items() if c != PERMIS})
    communes = {c: commune for c, commune in REFERENCE.communes.items() if c != "17168"}

    for smaller in (without_need, replace(REFERENCE, communes=communes)):
        with pytest.raises(InputRefused, match="n'existe pas"):
            await filled.save_reference(smaller)

    assert await stored(filled) == KEPT
    assert await filled.dangling() == []


async def test_a_reference_whose_needs_stand_under_no_heading_is_refused(store: PartnerStore) -> None:
    broken = replace(REFERENCE, headings={})

    with pytest.raises(InputRefused):
        await store.save_reference(broken)

    assert (await exported(store)).count(b"\n") == 2


async def test_a_code_that_is_no_key_is_refused(store: PartnerStore) -> None:
    odd = NeedCode("a\x00b")
    broken = replace(REFERENCE, needs={**REFERENCE.needs, odd: replace(REFERENCE.needs[PERMIS], code=odd)})

    with pytest.raises(InputRefused, match="identifiant"):
        await store.save_reference(broken)
