"""A write that is sent again with the same key happens once."""

import asyncio

import pytest

from graph.errors import Conflict, InputRefused
from graph.model import IdempotencyKey
from graph.store import Applied, PartnerStore
from tests.conformance.values import applied, change, key, partner, service


async def test_a_change_sent_again_answers_the_same_and_happens_once(filled: PartnerStore) -> None:
    first, repeated = change(partner("p1")), key()
    await filled.apply(first, expected=0, key=repeated)
    await applied(filled, partner("p1", name="Autre"))

    again = await filled.apply(first, expected=0, key=repeated)

    assert again == Applied(1, again=True)
    assert (await filled.directory()).stamp == 2
    assert [p.name for p in (await filled.directory()).partners.values()] == ["Autre"]


async def test_the_order_inside_a_change_does_not_make_it_another(filled: PartnerStore) -> None:
    repeated = key()
    await filled.apply(change(partner("p1"), partner("p2")), expected=0, key=repeated)

    again = await filled.apply(change(partner("p2"), partner("p1")), expected=0, key=repeated)

    assert again.again


async def test_a_key_never_serves_another_content(filled: PartnerStore) -> None:
    repeated = key()
    await filled.apply(change(partner("p1"), service("s1", "p1")), expected=0, key=repeated)

    with pytest.raises(Conflict, match="clé"):
        await filled.apply(change(partner("p2")), expected=1, key=repeated)
    with pytest.raises(Conflict, match="clé"):
        await filled.apply(change(service("s1", "p1")), expected=1, key=repeated)

    assert list((await filled.directory()).partners) == ["p1"]
    assert await filled.stamp() == 1


async def test_a_refused_change_leaves_its_key_free(filled: PartnerStore) -> None:
    repeated = key()
    with pytest.raises(InputRefused):
        await filled.apply(change(service("s1", "absent")), expected=0, key=repeated)
    with pytest.raises(Conflict):
        await filled.apply(change(partner("p1")), expected=7, key=repeated)

    assert await filled.apply(change(partner("p1")), expected=0, key=repeated) == Applied(1)


async def test_a_change_that_changed_nothing_is_remembered_too(filled: PartnerStore) -> None:
    repeated = key()
    await applied(filled, partner("p1"))

    assert await filled.apply(change(partner("p1")), expected=1, key=repeated) == Applied(1)
    await applied(filled, partner("p2"))

    assert await filled.apply(change(partner("p1")), expected=1, key=repeated) == Applied(1, again=True)


@pytest.mark.parametrize("wrong", ["", "x" * 201, "a\x00", "\udfff"])
async def test_a_key_that_cannot_be_kept_is_refused(filled: PartnerStore, wrong: str) -> None:
    with pytest.raises(InputRefused, match="identifiant"):
        await filled.apply(change(partner("p1")), expected=0, key=IdempotencyKey(wrong))


async def test_the_same_write_sent_twice_at_once_happens_once(twins: tuple[PartnerStore, PartnerStore]) -> None:
    one, other = twins
    wanted = change(partner("p1"))

    for round in range(10):
        wanted = change(partner("p1", name=f"Nom {round}"))
        same = key()
        answers = await asyncio.gather(
            one.apply(wanted, expected=round, key=same), other.apply(wanted, expected=round, key=same)
        )

        assert sorted(answer.again for answer in answers) == [False, True]
        assert {answer.stamp for answer in answers} == {round + 1}
