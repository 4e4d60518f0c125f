"""A small directory on both stores, with one booklet: what the tests of the follow-up begin with."""

from datetime import UTC, datetime, timedelta

from graph.intake import IntakeId
from graph.model import IdempotencyKey, PartnerId, PartnerKind, ServiceId, Standing
from graph.store import Store
from loaders.directory import knowledge
from resolvers.batches import Batches
from resolvers.context import Context, Directories
from resolvers.intakes import record_intake
from tests.conformance.values import HOUSING, PERMIS, REFERENCE, applied, partner, service

NOON = datetime(2026, 11, 25, 11, tzinfo=UTC)
BOOKLET = "0b9f6d0e-5c0e-4b7a-9d2e-1f2a3b4c5d6e"
SITE = PartnerId("site")
A, B, C = (ServiceId(f"{id}-s") for id in "abc")


class Clock:
    """Time as the test says; each reading is one second later."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def key(text: str) -> IdempotencyKey:
    return IdempotencyKey(text)


def asking(store: Store, clock: Clock | None = None) -> Context:
    return Context(store, knowledge(), Directories(store), Batches(store), clock=clock or Clock())


async def scene(store: Store) -> Context:
    """Partners a, b and c teach to drive, b finds housing too; d is a funder, `own` is the Mission Locale's offer."""
    await store.save_reference(REFERENCE)
    await applied(
        store,
        partner(SITE, kind=PartnerKind.SITE),
        *(partner(id, standing=Standing.REFERABLE) for id in ("a", "b", "c")),
        partner("d", standing=Standing.FUNDER),
        service(A, "a"),
        service(B, "b", needs=frozenset({PERMIS, HOUSING})),
        service(C, "c"),
        service("d-s", "d"),
        service("own", SITE, internal=True),
    )
    return asking(store)


async def booklet(context: Context) -> IntakeId:
    recorded = await record_intake(context, 19, "17299", "cej", SITE, [PERMIS, HOUSING], key(BOOKLET))
    return recorded.intake.id
