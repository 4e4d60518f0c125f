"""The suite starts from stores that hold the reference, unless a test asks for less."""

import pytest_asyncio

from graph.store import PartnerStore
from tests.conformance.values import REFERENCE


@pytest_asyncio.fixture
async def filled(store: PartnerStore) -> PartnerStore:
    """With the reference, and an empty directory."""
    await store.save_reference(REFERENCE)
    return store
