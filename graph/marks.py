"""Names that nobody gives twice."""

from uuid import uuid4


def new_mark() -> str:
    """For the directory of a store, whenever it is made or written: see `PartnerStore.mark`."""
    return uuid4().hex
