"""Whatever somebody types or pastes comes back as it was, from the store and from the export; or is refused whole."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import pytest

from graph.errors import InputRefused
from graph.model import CommuneCode, Decision, Partner, PartnerId, Resolved, Seat, Service
from graph.records import from_lines, from_records
from graph.store import PartnerFilter, PartnerStore
from tests.conformance.values import applied, decision, exported, partner, resolved, service

Value = TypeVar("Value", Partner, Service, Resolved, Decision)

HOSTILE = {
    "quotes": "l'\"école\" `dite` « d'Aunis » \\' \\\" \\",
    "sql": "'); DROP TABLE partner; --",
    "cypher": "' }) DETACH DELETE (n) // $id {x} `p`",
    "html": "<script>alert(1)</script>&amp;",
    "nul": "avant\x00après",
    "controls": "\x01\t\n\r\x0b\x1f\x7f\x85\u2028\u2029",
    "right to left": "مرحبا \u202eשלום\u202c",
    "emoji": "👩🏽‍🦽 🇫🇷 😀",
    "lone combining mark": "\u0301\u20dd",
    "unnormalised": "e\u0301 é ﬀ Å Å",
    "beyond": "\U0010ffff\ufffe\ufeff",
    "spaces": "  \u00a0 bord à bord \u3000 ",
    "json": '{"kind": "partner", "id": null}',
    "number": "1e999",
    "long": "œ😀'" * 2500,
}
BAD = "avant\ud800après"


def with_text(text: str) -> tuple[Partner, Service, Resolved, Resolved, Decision]:
    """One record of each kind whose every text is *text*."""
    named = partner(
        "p1",
        name=text,
        acronym=text,
        network=text,
        commune=CommuneCode(text),
        standing_reason=text,
        seats=(Seat(text, 1, 2),),
    )
    offered = service(
        "s1",
        "p1",
        name=text,
        source=text,
        note=text,
        verified_by=text,
        places=frozenset({CommuneCode(text)}),
    )
    mention = resolved(
        "m1",
        "p1",
        source=text,
        raw=text,
        subcategory=text,
        within=text,
        commune=text,
        acronym=text,
        college=text,
        evidence=text,
    )
    word = decision("d1", names=(text, text), reason=text, actor=text, undone_by=text)
    return named, offered, mention, resolved("m2", None, evidence=text), word


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | frozenset):
        for inner in value:
            yield from texts(inner)
    elif is_dataclass(value):
        for each in fields(value):
            yield from texts(getattr(value, each.name))


@pytest.mark.parametrize("name", HOSTILE)
async def test_every_text_comes_back_as_it_was(filled: PartnerStore, name: str) -> None:
    text = HOSTILE[name]
    values = with_text(text)
    assert sum(found == text for value in values for found in texts(value)) == 25

    await applied(filled, *values)

    directory = await filled.directory()
    stored = (*directory.partners.values(), *directory.services.values(), *await filled.resolved())
    assert sorted(map(repr, (*stored, *await filled.decisions()))) == sorted(map(repr, values))
    contents = from_records(from_lines((await exported(filled)).splitlines(keepends=True), "export"))
    written = contents.change
    moved = (*written.partners, *written.services, *written.resolved, *written.decisions)
    assert sorted(map(repr, moved)) == sorted(map(repr, values))
    assert await filled.dangling() == []


@pytest.mark.parametrize("name", HOSTILE)
async def test_every_text_may_be_searched_for(filled: PartnerStore, name: str) -> None:
    await applied(filled, *with_text(HOSTILE[name]), partner("p2"))

    page = await filled.partner_page(PartnerFilter(text=HOSTILE[name]), 10)
    absent = await filled.partners([PartnerId(HOSTILE[name])])

    assert "p1" in [found.id for found in page.items]
    assert absent == {}


def spoiled() -> Iterator[Partner | Service | Resolved | Decision]:
    """Each text of each record, in turn, holds half a character."""
    for value in with_text("x"):
        for spot in range(sum(found == "x" for found in texts(value))):
            yield _spoil(value, [spot])


def _spoil(value: Any, left: list[int]) -> Any:
    """*value* with its `left[0]`-th « x » spoiled."""
    if value == "x":
        left[0] -= 1
        return BAD if left[0] == -1 else value
    if isinstance(value, tuple):
        return tuple(_spoil(inner, left) for inner in value)
    if isinstance(value, frozenset):
        return frozenset(_spoil(inner, left) for inner in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _spoil(getattr(value, each.name), left) for each in fields(value)})
    return value


async def test_half_a_character_in_any_text_is_refused_and_nothing_is_stored(store: PartnerStore) -> None:
    bad = list(spoiled())
    assert len(bad) == 25

    for value in bad:
        with pytest.raises(InputRefused, match="demi-caractère"):
            await applied(store, partner("p0"), value)

    assert await store.stamp() == 0
    assert await store.partners([PartnerId("p0")]) == {}
