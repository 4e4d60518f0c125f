"""Every kind of store gives back a directory on which the suggestion equals the brute-force oracle."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.directory import Change, Directory
from graph.history import History
from graph.model import PartnerId, Request
from graph.suggestion import suggest
from graph.suggestion_json import to_json
from tests.conformance.values import REFERENCE, key
from tests.conftest import Fresh
from tests.graph.oracle import EVERYBODY, check_against_oracle
from tests.strategies import TODAY, directories, requests

LOADS = st.dictionaries(st.sampled_from([PartnerId(f"p{n:02}") for n in range(7)]), st.integers(0, 4), max_size=4)
ASKED = st.lists(requests(), min_size=1, max_size=4)


async def answers_as_the_oracle(
    fresh: Fresh, directory: Directory, asked: list[Request], loads: dict[PartnerId, int]
) -> None:
    store = await fresh()
    await store.save_reference(REFERENCE)
    change = Change(tuple(directory.partners.values()), tuple(directory.services.values()))
    await store.apply(change, expected=await store.stamp(), key=key())
    kept = await store.directory()

    for request in asked:
        whole = replace(request, limit=EVERYBODY)
        check_against_oracle(kept, whole, REFERENCE, TODAY, loads)
        assert to_json(suggest(whole, kept, REFERENCE, TODAY, History(loads=loads))) == to_json(
            suggest(whole, directory, REFERENCE, TODAY, History(loads=loads))
        )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(directory=directories(), asked=ASKED, loads=LOADS)
async def test_a_suggestion_over_a_stored_directory_equals_the_oracle(
    fresh: Fresh, directory: Directory, asked: list[Request], loads: dict[PartnerId, int]
) -> None:
    await answers_as_the_oracle(fresh, directory, asked, loads)


@pytest.mark.nightly
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(directory=directories(), asked=ASKED, loads=LOADS)
async def test_many_suggestions_over_stored_directories_equal_the_oracle(
    fresh: Fresh, directory: Directory, asked: list[Request], loads: dict[PartnerId, int]
) -> None:
    await answers_as_the_oracle(fresh, directory, asked, loads)
