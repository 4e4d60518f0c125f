"""Random requests over the packaged directory: what an adviser of the first territory may really read."""

from collections.abc import Iterator
from functools import cache
from random import Random

from graph.directory import Directory
from graph.model import AGE_MAX, AGE_MIN, Request
from graph.reference import MINOR
from graph.suggestion import Suggestion, suggest
from loaders.directory import packaged_directory
from tests.graph.directories import REFERENCE, TODAY


@cache
def packaged() -> Directory:
    return packaged_directory()


def random_requests(count: int, seed: int) -> Iterator[Request]:
    """The same ones each time, from one tick to many."""
    random = Random(seed)
    served = [commune.insee for commune in REFERENCE.served()]
    situations = [s for s in REFERENCE.situations if s != MINOR]
    for _ in range(count):
        yield REFERENCE.request(
            random.randint(AGE_MIN, AGE_MAX),
            random.choice(served),
            random.sample(list(REFERENCE.needs), random.choice([1, 2, 3, 5, 8, 12])),
            random.sample(situations, random.choice([0, 1, 2, 4, 10])),
            random.sample(list(REFERENCE.sectors), random.choice([0, 1, 3])),
            1000,
        )


def answers(count: int, seed: int = 17) -> Iterator[Suggestion]:
    for request in random_requests(count, seed):
        yield suggest(request, packaged(), REFERENCE, TODAY)
