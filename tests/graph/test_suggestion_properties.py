"""What is always true of a suggestion, on random directories over the real codes."""

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.directory import Directory
from graph.history import History
from graph.model import Partner, PartnerId, Request, Service, ServiceId, Standing
from graph.suggestion import Suggestion, suggest
from graph.suggestion_json import to_json
from tests.graph.directories import REFERENCE, TODAY, directories, loads, requests, services
from tests.graph.oracle import check_against_oracle


def asked(directory: Directory, request: Request, load: dict[PartnerId, int] | None = None) -> Suggestion:
    return suggest(request, directory, REFERENCE, TODAY, History(loads=load or {}))


@given(directories(), requests(), loads())
def test_a_suggestion_equals_the_brute_force_oracle(
    directory: Directory, request: Request, load: dict[PartnerId, int]
) -> None:
    check_against_oracle(directory, request, REFERENCE, TODAY, load)


@settings(max_examples=40)
@given(directories(), requests(), loads())
def test_the_same_input_gives_the_same_answer(
    directory: Directory, request: Request, load: dict[PartnerId, int]
) -> None:
    again = Directory(
        dict(reversed(list(directory.partners.items()))),
        dict(reversed(list(directory.services.items()))),
        directory.stamp,
    )

    assert to_json(asked(again, request, load)) == to_json(asked(directory, request, load))


@settings(max_examples=40)
@given(directories(), requests())
def test_the_order_in_which_needs_are_ticked_changes_nothing(directory: Directory, request: Request) -> None:
    backwards = REFERENCE.request(
        request.age,
        request.commune,
        sorted(request.needs, reverse=True),
        [s for s in sorted(request.situations, reverse=True) if s != "mineur"],
        sorted(request.sectors, reverse=True),
        request.limit,
    )

    assert to_json(asked(directory, backwards)) == to_json(asked(directory, request))


@settings(max_examples=40)
@given(directories(), requests(), st.integers(1, 6), loads())
def test_the_limit_only_cuts_the_list(
    directory: Directory, request: Request, limit: int, load: dict[PartnerId, int]
) -> None:
    whole = to_json(asked(directory, request, load))
    cut = to_json(asked(directory, dataclasses.replace(request, limit=limit), load))

    assert cut["suggestions"] == whole["suggestions"][:limit]
    assert {**cut, "suggestions": []} == {**whole, "suggestions": []}


@settings(max_examples=40)
@given(directories(), requests(), services(ServiceId("new"), PartnerId("new")))
def test_another_partner_takes_nobody_off_the_list(directory: Directory, request: Request, service: Service) -> None:
    newcomer = Partner(PartnerId("new"), "Nouveau partenaire", standing=Standing.REFERABLE)
    larger = Directory({**directory.partners, newcomer.id: newcomer}, {**directory.services, service.id: service})

    before = {s.partner.id for s in asked(directory, request).suggestions}
    after = {s.partner.id for s in asked(larger, request).suggestions}

    assert after - {newcomer.id} == before


@settings(max_examples=40)
@given(directories(), requests())
def test_nothing_is_suggested_or_excluded_without_a_reason_and_none_is_said_twice(
    directory: Directory, request: Request
) -> None:
    found = asked(directory, request)

    for reasons in [s.reasons for s in found.suggestions] + [e.reasons for e in found.excluded]:
        texts = [r.text for r in reasons]
        assert texts
        assert len(texts) == len(set(texts))
        assert all(text.strip() == text and text for text in texts)


@settings(max_examples=40)
@given(directories(), requests())
def test_scores_never_increase_down_the_list(directory: Directory, request: Request) -> None:
    scores = [s.score for s in asked(directory, request).suggestions]

    assert scores == sorted(scores, reverse=True)


@settings(max_examples=40)
@given(directories(), requests())
def test_every_uncovered_need_has_at_most_three_relaxations_without_repetition(
    directory: Directory, request: Request
) -> None:
    found = asked(directory, request)

    for need in found.uncovered:
        texts = [r.text for r in found.relaxations if r.need == need]
        assert len(texts) == len(set(texts)) <= 3


@settings(max_examples=40)
@given(directories(), requests())
def test_national_numbers_are_never_partners(directory: Directory, request: Request) -> None:
    found = asked(directory, request)

    numbers = {s.number for s in found.safety}
    assert len(numbers) == len(found.safety)
    assert numbers.isdisjoint({s.partner.name for s in found.suggestions})
