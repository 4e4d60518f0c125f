"""The smallest team, its lead, its stand-ins; proved smallest, or said not to be."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.directory import Directory
from graph.model import NeedCode, PartnerId
from graph.suggestion import Suggestion
from tests.graph.directories import REFERENCE
from tests.graph.offers import ask, directory, partner, service
from tests.graph.oracle import smallest_team

ALL_NEEDS = [str(need) for need in REFERENCE.needs]


def offering(**needs: str) -> Directory:
    """Partners by name, each with one service for the needs it is given, separated by spaces."""
    found = [partner(name) for name in needs]
    return directory(*found, *(service(p, *needs[p.name].split()) for p in found))


def team(found: Suggestion) -> set[str]:
    return {m.partner for m in found.team.members}


def test_one_partner_that_meets_everything_is_the_whole_team() -> None:
    found = ask(offering(A="permis", B="aide-alimentaire", C="permis aide-alimentaire"), "permis", "aide-alimentaire")

    assert team(found) == {"c"}
    assert found.team.lead == "c"
    assert found.team.optimal


def test_the_team_is_smaller_than_what_taking_the_widest_first_gives() -> None:
    found = ask(
        offering(
            Large="permis trajets vehicule qualification",
            Left="permis trajets aide-alimentaire",
            Right="vehicule qualification budget-dettes",
        ),
        *["permis", "trajets", "vehicule", "qualification", "aide-alimentaire", "budget-dettes"],
    )

    assert team(found) == {"left", "right"}
    assert found.team.optimal


def test_the_lead_is_the_one_whose_mission_covers_most() -> None:
    wide, deep = partner("Wide"), partner("Deep")
    found = ask(
        directory(
            wide,
            deep,
            service(wide, "permis", "trajets", "vehicule", main=frozenset({NeedCode("permis")})),
            service(deep, "aide-alimentaire", "budget-dettes"),
        ),
        *["permis", "trajets", "vehicule", "aide-alimentaire", "budget-dettes"],
    )

    assert found.team.lead == "deep"
    assert [m.partner for m in found.team.members] == ["deep", "wide"]


def test_a_stand_in_covers_what_only_that_member_brings() -> None:
    found = ask(
        offering(A="permis trajets", B="permis trajets", C="aide-alimentaire", D="aide-alimentaire permis"),
        "permis",
        "trajets",
        "aide-alimentaire",
    )
    stand_ins = {a.member: set(a.partners) for a in found.team.alternatives}

    assert len(found.team.members) == 2
    for member in found.team.members:
        assert stand_ins[member.partner]


def test_the_own_offer_of_the_mission_locale_is_never_a_member() -> None:
    own, other = partner("Own"), partner("Other")
    found = ask(
        directory(own, other, replace(service(own, "permis", "trajets"), internal=True), service(other, "permis")),
        "permis",
        "trajets",
    )

    assert team(found) == {"other"}
    assert found.uncovered == ()


def test_nobody_gives_an_empty_team_without_a_lead() -> None:
    found = ask(directory(), "permis")

    assert (found.team.lead, found.team.members, found.team.optimal) == (None, (), True)


def test_members_say_all_the_ticked_needs_they_meet_in_the_order_of_the_booklet() -> None:
    found = ask(offering(A="permis aide-alimentaire droits-sociaux"), "permis", "droits-sociaux", "aide-alimentaire")

    assert found.team.members[0].needs == ("droits-sociaux", "aide-alimentaire", "permis")


def test_between_teams_of_one_size_the_strongest_is_taken() -> None:
    strong, weak = partner("Strong"), partner("Weak")
    found = ask(
        directory(
            strong,
            weak,
            service(strong, "permis"),
            service(weak, "permis", "trajets", main=frozenset({NeedCode("trajets")})),
        ),
        "permis",
    )

    assert team(found) == {"strong"}


def test_between_equals_the_lighter_load_is_taken() -> None:
    found = offering(A="permis", B="permis", C="permis")

    assert team(ask(found, "permis", loads={"a": 3, "b": 1, "c": 2})) == {"b"}


def test_beyond_twelve_needs_a_team_is_said_optimal_only_when_a_bound_proves_it() -> None:
    needs = ALL_NEEDS[:14]
    apart = directory(*(thing for n in needs for p in [partner(n)] for thing in (p, service(p, n))))

    proved = ask(apart, *needs)

    assert len(proved.team.members) == 14
    assert proved.team.optimal


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.integers(0, 8).map(lambda n: PartnerId(f"p{n}")),
        st.sets(st.sampled_from(ALL_NEEDS[:16]), min_size=1, max_size=7),
        min_size=1,
        max_size=9,
    )
)
def test_beyond_twelve_needs_the_team_covers_everything_and_never_lies(offers: dict[PartnerId, set[str]]) -> None:
    found = ask(offering(**{id: " ".join(sorted(needs)) for id, needs in offers.items()}), *ALL_NEEDS[:16])
    covered = {need for m in found.team.members for need in m.needs}
    least = smallest_team({id: {NeedCode(n) for n in needs} for id, needs in offers.items()})

    assert covered == {need for needs in offers.values() for need in needs}
    assert len(found.team.members) >= least
    if found.team.optimal:
        assert len(found.team.members) == least


def test_twelve_needs_and_many_partners_are_solved_exactly_and_quickly() -> None:
    needs = ALL_NEEDS[:12]
    offers = {f"P{n}": [needs[(n * k) % 12] for k in (1, 5, 7, 11)] for n in range(200)}
    found = ask(offering(**{name: " ".join(sorted(set(met))) for name, met in offers.items()}), *needs, limit=1)

    assert found.team.optimal
    assert len(found.team.members) == smallest_team(
        {PartnerId(name): {NeedCode(n) for n in met} for name, met in offers.items()}
    )
