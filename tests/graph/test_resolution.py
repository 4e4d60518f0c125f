"""Mentions → partners, rule by rule, and the promises that hold for every list."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import Conflict
from graph.model import Decision, DecisionId, DecisionKind, Mention, MentionId, Outcome, PartnerId, PartnerKind
from graph.resolution import Resolution, compare, resolve
from graph.similarity import Tie
from loaders import decisions, lexicon, lists

LEXICON = lexicon.packaged()
PACKAGED = [m for reading in lists.packaged() for m in reading.everything]


def mention(raw: str, number: int = 0, within: str | None = None, college: str | None = None) -> Mention:
    return Mention(
        MentionId(f"m{number}-{raw}-{within}"), "liste.csv", number + 2, 0, raw, within=within, college=college
    )


def decision(kind: DecisionKind, *names: str, reason: str = "dit par la coordinatrice") -> Decision:
    return Decision(DecisionId("-".join(names)), kind, names, reason, "coordination", datetime(2025, 1, 1, tzinfo=UTC))


def resolved(*names: str, told: tuple[Decision, ...] = ()) -> Resolution:
    return resolve([mention(name, i) for i, name in enumerate(names)], told, LEXICON)


def groups(found: Resolution) -> list[set[str]]:
    clusters: dict[str | None, set[str]] = defaultdict(set)
    for r in found.resolved:
        clusters[r.partner].add(r.mention.raw)
    return sorted(clusters.values(), key=sorted)


@pytest.mark.parametrize(
    ("a", "b", "evidence"),
    [
        ("CLAJJ", "CLLAJ17", "même nom à une lettre près : CLAJJ / CLLAJ"),
        ("TREMLIN 17", "Association Tremplin 17", "même nom à une lettre près : TREMLIN / TREMPLIN"),
        ("Al17", "AI 17", "même nom, à l'écriture près : AI 17 / Al17"),
        (
            "ADELPHE",
            "Association d'Entraide Locale Pour Habiter Ensemble",
            "sigle de « Association d'Entraide Locale Pour Habiter Ensemble » : ADELPHE",
        ),
    ],
)
def test_the_evidence_says_why_two_names_are_one(a: str, b: str, evidence: str) -> None:
    found = compare(a, b, (), LEXICON)

    assert (found.decision, found.evidence) == (Tie.SAME, evidence)


def test_a_unit_written_in_brackets_and_one_written_out_are_the_same_unit() -> None:
    found = resolve(
        [
            mention("Association ADEI", 0),
            mention("Service Prévention", 1, within="Association ADEI"),
            mention("Service Prévention ADEI", 2),
        ],
        (),
        LEXICON,
    )

    first, unit, again = found.resolved
    assert unit.partner == again.partner
    assert unit.unit_of == again.unit_of == first.partner
    assert {r.outcome for r in (unit, again)} == {Outcome.UNIT_OF}


def test_units_of_two_organisations_are_different_partners() -> None:
    found = resolve(
        [
            mention(raw, i, within=within)
            for i, (raw, within) in enumerate(
                [("ESCALE", None), ("ADSEA", None), ("Pôle MNA", "ESCALE"), ("Pôle MNA", "ADSEA"), ("CADA", "ESCALE")]
            )
        ],
        (),
        LEXICON,
    )

    assert len({r.partner for r in found.resolved}) == 5


def test_a_generic_item_is_a_group_and_a_category_seat_is_not_a_partner() -> None:
    found = resolve(
        [
            mention("CCAS", 0),
            mention("Agences d'intérim", 1),
            mention("Centres sociaux", 2, college="Collège des associations"),
        ],
        (),
        LEXICON,
    )

    assert [p.kind for p in found.partners] == [PartnerKind.GROUP, PartnerKind.GROUP]
    assert found.resolved[2].outcome is Outcome.NOT_A_PARTNER
    assert "nomme une catégorie" in found.resolved[2].evidence


def test_the_only_mention_of_a_partner_is_new_and_one_of_several_is_same() -> None:
    found = resolved("ESCALE", "Association ESCALE", "Nightline")

    assert [r.outcome for r in found.resolved] == [Outcome.SAME, Outcome.SAME, Outcome.NEW]


def test_a_generic_name_does_not_chain_places_together() -> None:
    found = resolved("CCAS de Fouras", "CCAS", "CCAS de Tonnay-Charente", "Centre communal d'action sociale de Fouras")

    assert groups(found) == [
        {"CCAS"},
        {"CCAS de Fouras", "Centre communal d'action sociale de Fouras"},
        {"CCAS de Tonnay-Charente"},
    ]


def test_the_own_departement_of_a_list_is_the_one_its_numbers_name() -> None:
    found = resolved("CPAM 17", "SPIP 17", "CPAM", "CPAM 79")

    assert groups(found) == [{"CPAM 17", "CPAM"}, {"CPAM 79"}, {"SPIP 17"}]


def test_decisions_merge_split_name_and_say_what_is_no_partner() -> None:
    found = resolved(
        "Riq'ochets",
        "La Boussole",
        "Tremplin",
        "Tremlin",
        "Divers contacts",
        told=(
            decision(DecisionKind.MERGE, "Riq'ochets", "La Boussole", reason="même adresse"),
            decision(DecisionKind.SPLIT, "Tremplin", "Tremlin"),
            decision(DecisionKind.NAME, "Riq'ochets", "Régie Ricochet"),
            decision(DecisionKind.NOT_A_PARTNER, "Divers contacts", reason="pas une structure"),
        ),
    )

    one, other, tremplin, tremlin, nobody = found.resolved
    assert one.partner == other.partner == "la-boussole"
    assert one.evidence == "décision : même adresse"
    assert tremplin.partner != tremlin.partner
    assert (nobody.outcome, nobody.evidence) == (Outcome.NOT_A_PARTNER, "décision : pas une structure")
    assert {p.name for p in found.partners} >= {"Régie Ricochet"}


def test_an_undone_decision_changes_nothing() -> None:
    told = decision(DecisionKind.MERGE, "Alpha", "Oméga")
    undone = Decision(
        told.id,
        told.kind,
        told.names,
        told.reason,
        told.actor,
        told.decided_at,
        datetime(2025, 2, 1, tzinfo=UTC),
        "elle",
    )

    assert resolved("Alpha", "Oméga", told=(undone,)) == resolved("Alpha", "Oméga")


def test_a_cut_replaces_what_was_read_with_the_mentions_it_names() -> None:
    cut = decision(
        DecisionKind.CUT, "Orientation AXYS (Inclus'PRO)", "EPNAK / Orientation", "AXYS", "AXYS / Inclus'PRO"
    )
    read = [
        Mention(MentionId("a"), "l.txt", 3, 10, "Orientation AXYS", within="EPNAK"),
        Mention(MentionId("b"), "l.txt", 3, 28, "Inclus'PRO", within="Orientation AXYS"),
    ]

    found = resolve(read, (cut,), LEXICON)

    assert [(r.mention.raw, r.mention.position, r.mention.within) for r in found.resolved] == [
        ("Orientation", 10, "EPNAK"),
        ("AXYS", 22, None),
        ("Inclus'PRO", 28, "AXYS"),
    ]


def test_what_is_resolved_resolves_again_to_the_same() -> None:
    once = resolve(PACKAGED, decisions.packaged(), LEXICON)

    again = resolve([r.mention for r in once.resolved], decisions.packaged(), LEXICON)

    assert again == once


def test_every_resolved_mention_is_still_the_exact_text_of_its_line() -> None:
    for r in resolve(PACKAGED, decisions.packaged(), LEXICON).resolved:
        m = r.mention
        if not m.source.endswith(".csv"):
            line = (lists.PACKAGED / m.source).read_text(encoding="utf-8").splitlines()[m.line - 1]
            assert line[m.position : m.position + len(m.raw)] == m.raw


@pytest.mark.parametrize(
    "told",
    [
        (decision(DecisionKind.MERGE, "A", "B"), decision(DecisionKind.SPLIT, "B", "A")),
        (
            decision(DecisionKind.MERGE, "A", "B"),
            decision(DecisionKind.MERGE, "B", "C"),
            decision(DecisionKind.SPLIT, "A", "C"),
        ),
        (decision(DecisionKind.UNIT_OF, "A", "B"), decision(DecisionKind.UNIT_OF, "B", "A")),
        (decision(DecisionKind.UNIT_OF, "A", "B"), decision(DecisionKind.UNIT_OF, "A", "C")),
        (decision(DecisionKind.MERGE, "A", "B"), decision(DecisionKind.UNIT_OF, "A", "B")),
        (decision(DecisionKind.MERGE, "A", "B"), decision(DecisionKind.NOT_A_PARTNER, "A")),
    ],
)
def test_contradicting_decisions_are_refused_with_the_names(told: tuple[Decision, ...]) -> None:
    with pytest.raises(Conflict, match=r"« [aA]"):
        resolved("A", "B", "C", told=told)


@pytest.mark.parametrize(
    ("a", "b", "quoted"),
    [
        ("CCAS Fouras", "CCAS Fouras", "« CCAS Fouras »"),
        ("Pôle Jeunes", "POLE JEUNES", "« Pôle Jeunes », « POLE JEUNES »"),
        ("ADEI / Service Prévention", "Adei / service prévention", "« ADEI / Service Prévention », « Adei / service"),
    ],
)
def test_two_mentions_written_alike_cannot_be_split_and_the_sentence_says_so(a: str, b: str, quoted: str) -> None:
    told = decision(DecisionKind.SPLIT, a, b)

    with pytest.raises(Conflict) as refused:
        resolved(a, b, told=(told,))

    assert str(refused.value).startswith(f"Ces deux mentions s'écrivent de la même façon : {quoted}")
    assert "réunit" not in str(refused.value)


def test_a_partner_keeps_its_id_when_the_list_grows() -> None:
    before = resolved("Tremplin 17", "CIO")
    known = {r.mention.id: r.partner for r in before.resolved if r.partner is not None}
    grown = resolve(
        [
            mention("Association Tremplin Jeunesse 17", 9),
            mention("Tremplin 17", 0),
            mention("TREMLIN 17", 8),
            mention("CIO", 1),
        ],
        (),
        LEXICON,
        known=known,
    )

    ids = {r.mention.raw: r.partner for r in grown.resolved}
    assert ids["Tremplin 17"] == ids["TREMLIN 17"] == "tremplin-17"
    assert ids["CIO"] == "cio"


@pytest.mark.parametrize(
    ("written", "decided"),
    [("SPIP 54", "Service pénitentiaire d'insertion et de probation"), ("Tremlin", "Tremplin 17"), ("OFI", "OFII")],
)
def test_a_partner_that_is_none_for_a_while_comes_back_under_its_id(written: str, decided: str) -> None:
    named = decision(DecisionKind.NAME, written, decided)
    none = decision(DecisionKind.NOT_A_PARTNER, written)
    undone = replace(none, undone_at=datetime(2025, 2, 1, tzinfo=UTC), undone_by="elle")
    known: dict[MentionId, PartnerId] = {}
    ids = []

    for told in ((), (named,), (named, none), (named, undone)):
        found = resolve([mention(written)], told, LEXICON, known=known).resolved[0]
        known = {found.mention.id: found.partner} if found.partner is not None else {}
        ids.append(found.partner)

    assert ids[2] is None
    assert ids[0] == ids[1] == ids[3]


def outcome_by_mention(found: Resolution) -> dict[str, tuple[object, ...]]:
    return {r.mention.id: (r.outcome, r.partner, r.unit_of, r.evidence, r.candidates) for r in found.resolved}


@settings(deadline=None, max_examples=15)
@given(st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_the_mentions_changes_nothing(random: Random, with_decisions: bool) -> None:
    told = decisions.packaged() if with_decisions else []
    shuffled = list(PACKAGED)
    random.shuffle(shuffled)

    found, expected = resolve(shuffled, told, LEXICON), resolve(PACKAGED, told, LEXICON)

    assert found.partners == expected.partners
    if not with_decisions:
        assert [r.mention for r in found.resolved] == shuffled
    assert outcome_by_mention(found) == outcome_by_mention(expected)


SOME = [
    "CLAJJ",
    "CLLAJ 17",
    "CLLAJ 79",
    "ESCALE",
    "Association Escale",
    "CADA ESCALE",
    "CCAS",
    "CCAS de Fouras",
    "Tremplin",
    "TREMLIN",
    "Tremplin Sud",
    "Service Prévention Tremplin",
    "ESAT Tremplin",
    "ADEI",
    "ESAT ADEI",
    "SESSAD ADEI Saintes",
    "SESSAD ADEI",
    "Centre social Escale",
    "Lycée Escale",
    "France Travail",
    "France Travail Saintes",
    "Escale La Rochelle",
    "Croix-Rouge",
    "Croix-Rouge insertion",
    "UEMO",
    "PJJ",
]
NAMES = st.lists(st.sampled_from(SOME), min_size=1, max_size=25)


@settings(deadline=None)
@given(NAMES, st.randoms(use_true_random=False))
def test_shuffled_and_repeated_names_give_the_same_partners(names: list[str], random: Random) -> None:
    again = names + names
    random.shuffle(again)

    once, twice = resolved(*names), resolved(*again)

    assert [(p.id, p.name, p.unit_of) for p in once.partners] == [(p.id, p.name, p.unit_of) for p in twice.partners]
    assert groups(once) == groups(twice)


@settings(deadline=None)
@given(NAMES)
def test_every_unit_has_its_organisation_among_the_partners_and_no_one_turns_in_circles(names: list[str]) -> None:
    found = resolved(*names)

    parents = {p.id: p.unit_of for p in found.partners}
    for id in parents:
        seen: set[PartnerId] = set()
        at: PartnerId | None = id
        while at is not None:
            assert at not in seen
            seen.add(at)
            at = parents[at]


@settings(deadline=None)
@given(st.sampled_from(PACKAGED), st.sampled_from(PACKAGED))
def test_comparing_is_symmetric_and_says_same_of_a_name_and_itself(a: Mention, b: Mention) -> None:
    one, other = compare(a.raw, b.raw, (), LEXICON), compare(b.raw, a.raw, (), LEXICON)

    assert (one.decision, one.evidence) == (other.decision, other.evidence)
    assert {one.parent, other.parent} in ({None}, {"a", "b"})
    assert compare(a.raw, a.raw, (), LEXICON).decision is Tie.SAME


def test_comparing_two_names_agrees_with_resolving_a_list_of_the_two() -> None:
    for a, b in combinations(SOME, 2):
        first, second = resolved(a, b).resolved
        found = compare(a, b, (), LEXICON)

        assert (first.partner == second.partner) == (found.decision is Tie.SAME), (a, b)
        parent = "b" if first.unit_of == second.partner else "a" if second.unit_of == first.partner else None
        assert parent == found.parent, (a, b)
        assert (Outcome.AMBIGUOUS in {first.outcome, second.outcome}) == (found.decision is Tie.AMBIGUOUS), (a, b)


def test_the_first_territory_has_its_sites_and_seats() -> None:
    found = resolve(PACKAGED, decisions.packaged(), LEXICON)
    by_id = {str(p.id): p for p in found.partners}

    sites = [p for p in found.partners if p.kind is PartnerKind.SITE]
    assert len(sites) == 6
    assert {p.unit_of for p in sites} == {"mission-locale"}
    assert sum(seat.holders for seat in by_id["communaute-d-agglomeration-rochefort-ocean"].seats) == 8
    assert by_id["france-travail"].seats == ()
    assert by_id["france-travail-rochefort"].unit_of == "france-travail"
    assert by_id["escale-cada"].name == "ESCALE – CADA"
    assert by_id["ccas-de-fouras"].commune == "17168"
