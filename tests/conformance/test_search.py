"""Finding and paging partners: membership, order and totals."""

import pytest

from graph.model import (
    DomainCode,
    NeedCode,
    Partner,
    PartnerId,
    PartnerKind,
    PartnerStatus,
    Standing,
    TerritoryCode,
)
from graph.store import PartnerFilter, PartnerStore
from tests.conformance.values import HOUSING, PERMIS, TRAJETS, applied, partner, resolved, service

OLERON, ROCHEFORT, FR = TerritoryCode("241700624"), TerritoryCode("17299"), TerritoryCode("FR")


async def ids(store: PartnerStore, wanted: PartnerFilter) -> list[str]:
    page = await store.partner_page(wanted, 100)
    assert page.total == len(page.items)
    assert not page.more
    return [found.id for found in page.items]


EVERY = ["p1", "p2", "p3"]
FOUND = {
    "": EVERY,
    "   ": EVERY,
    "élan": ["p1"],
    "ELAN": ["p1"],
    "e\u0301lan": ["p1"],
    "lan foy": ["p1"],
    "fé": ["p1"],
    "coeur": ["p2"],
    "CŒUR": ["p2"],
    "oeur d'auni": ["p2"],
    "aunis cœur": ["p2"],
    "œuvre": ["p3"],
    "bail": ["p3"],
    "mission oeuvre": ["p3"],
    "mission élan": [],
    "foyer": ["p1", "p3"],
    "absent": [],
    "f%r": ["p1", "p3"],  # punctuation separates words, it never stands for letters
    "f_yers": [],
    "%": EVERY,
    ".*": EVERY,
    "' OR 1=1 --": [],
}


async def test_text_finds_each_word_in_the_name_the_acronym_or_a_mention(filled: PartnerStore) -> None:
    await applied(
        filled,
        partner("p1", name="Foyer de l'Élan", acronym="FÉ"),
        partner("p2", name="Cœur d’Aunis"),
        partner("p3", name="Mission"),
        resolved("m1", "p3", raw="L'ŒUVRE du foyer"),
        resolved("m2", "p3", raw="Bail & mobilité"),
        resolved("m3", None, raw="Cœur d'Aunis et foyer de l'absent"),
    )

    assert {text: await ids(filled, PartnerFilter(text=text)) for text in FOUND} == FOUND


async def test_a_renamed_partner_is_found_by_its_new_name_only(filled: PartnerStore) -> None:
    await applied(filled, partner("p1", name="Ancien nom"), resolved("m1", "p1", raw="vieille mention"))

    await applied(filled, partner("p1", name="Nouveau nom"), resolved("m1", "p1", raw="jeune mention"))

    assert await ids(filled, PartnerFilter(text="ancien")) == []
    assert await ids(filled, PartnerFilter(text="vieille")) == []
    assert await ids(filled, PartnerFilter(text="nouveau jeune")) == ["p1"]


async def test_every_filter_holds_alone_and_all_hold_together(filled: PartnerStore) -> None:
    housing = DomainCode("logement")
    await applied(
        filled,
        partner("p1", domains=frozenset({housing, DomainCode("sante")}), standing=Standing.REFERABLE),
        partner("p2", domains=frozenset({housing}), kind=PartnerKind.GROUP, status=PartnerStatus.CLOSED),
        partner("p3", kind=PartnerKind.UNIT, unit_of=PartnerId("p1"), standing=Standing.REFERABLE),
        service("s1", "p1", needs=frozenset({PERMIS, HOUSING}), territories=frozenset({ROCHEFORT})),
        service("s2", "p1", needs=frozenset({PERMIS}), territories=frozenset({OLERON, ROCHEFORT})),
        service("s3", "p2", needs=frozenset({TRAJETS}), territories=frozenset({OLERON})),
        service("s4", "p3", needs=frozenset({TRAJETS}), territories=frozenset({FR})),
    )

    assert await ids(filled, PartnerFilter(domain=housing)) == ["p1", "p2"]
    assert await ids(filled, PartnerFilter(domain=DomainCode("absent"))) == []
    assert await ids(filled, PartnerFilter(need=PERMIS)) == ["p1"]
    assert await ids(filled, PartnerFilter(need=TRAJETS)) == ["p2", "p3"]
    assert await ids(filled, PartnerFilter(need=NeedCode("absent"))) == []
    assert await ids(filled, PartnerFilter(territories=frozenset({OLERON}))) == ["p1", "p2"]
    assert await ids(filled, PartnerFilter(territories=frozenset({OLERON, FR}))) == ["p1", "p2", "p3"]
    assert await ids(filled, PartnerFilter(territories=frozenset({TerritoryCode("absent")}))) == []
    assert await ids(filled, PartnerFilter(kind=PartnerKind.GROUP)) == ["p2"]
    assert await ids(filled, PartnerFilter(status=PartnerStatus.ACTIVE)) == ["p1", "p3"]
    assert await ids(filled, PartnerFilter(standing=Standing.REFERABLE)) == ["p1", "p3"]
    assert await ids(filled, PartnerFilter("partenaire", need=TRAJETS, standing=Standing.REFERABLE)) == ["p3"]
    assert await ids(filled, PartnerFilter("partenaire", housing, TRAJETS, frozenset({OLERON}))) == ["p2"]
    assert await ids(filled, PartnerFilter("partenaire", housing, TRAJETS, frozenset({FR}))) == []


@pytest.mark.parametrize("first", [1, 2, 3, 7, 50])
async def test_pages_follow_each_other_without_gap_or_repeat(filled: PartnerStore, first: int) -> None:
    named = ["b", "a", "B", "é", "10", "9", "~", "\ud7ff", "a b", "z"]
    await applied(filled, *(partner(id) for id in named), partner("closed", status=PartnerStatus.CLOSED))
    seen: list[Partner] = []
    after: PartnerId | None = None
    more = True

    while more:
        page = await filled.partner_page(PartnerFilter(status=PartnerStatus.ACTIVE), first, after)
        assert len(page.items) <= first
        assert page.total == len(named)
        seen += page.items
        after, more = page.items[-1].id, page.more

    assert [found.id for found in seen] == sorted(named)


async def test_a_page_after_an_id_that_went_away_goes_on_from_there(filled: PartnerStore) -> None:
    await applied(filled, *(partner(f"p{n}") for n in range(6)))
    await applied(filled, removed_partners=["p2"])

    page = await filled.partner_page(PartnerFilter(), 2, PartnerId("p2"))

    assert [found.id for found in page.items] == ["p3", "p4"]
    assert page.more
    assert page.total == 5


async def test_an_empty_page_has_nothing_more(filled: PartnerStore) -> None:
    page = await filled.partner_page(PartnerFilter(), 10)

    assert (page.items, page.more, page.total) == ((), False, 0)
