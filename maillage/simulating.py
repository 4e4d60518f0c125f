"""A simulated year into a store, entry by entry, with what is true of it."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graph.errors import InputRefused
from graph.facts import Fact, listed
from graph.model import IdempotencyKey
from graph.reference import Reference
from graph.store import Store
from loaders.reference import reference as packaged
from loaders.simulated.making import Making


@dataclass(frozen=True, slots=True)
class Simulated:
    """`truth`: the facts of the year, planted ones first."""

    year: int
    seed: int
    youths: int
    intakes: int
    referrals: int
    events: int
    cosupports: int
    planted: int
    truth: tuple[Fact, ...]


async def simulate(
    store: Store,
    *,
    year: int,
    seed: int,
    youths: int = 700,
    facts: Sequence[Fact] = (),
    reference: Reference | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> Simulated:
    """Writes *year* and the year before it; the same simulation again changes nothing.

    Raises InputRefused on a store that holds intakes of another origin, and on a fact that cannot be true: nothing is
    then written.
    """
    call = json.dumps(["simulate", year, seed, youths, listed(facts)], separators=(",", ":"))
    name = hashlib.sha256(call.encode()).hexdigest()[:24]
    keys = (IdempotencyKey(f"simulate-{name}-{number}") for number in range(1_000_000))
    first = IdempotencyKey(f"simulate-{name}-0")
    held = await store.held()
    if held.real:
        raise InputRefused("Ce stockage contient de vrais livrets d'accueil : une simulation ne s'y mêle pas.")
    if held.simulated and await store.followed(first, call) is None:
        raise InputRefused("Ce stockage contient déjà une autre simulation : partez d'un stockage neuf.")
    progress("Préparation de l'année…")
    directory = await store.directory()
    making = Making(directory, reference or packaged(), year=year, seed=seed, count=youths, facts=facts)
    for number, (key, entry) in enumerate(zip(keys, making.entries(), strict=False), start=1):
        await store.follow(entry, key=key, call=call)
        if number % 10 == 0:
            progress(f"{making.counts.referrals} orientations enregistrées…")
    counts = making.counts
    return Simulated(
        year=year,
        seed=seed,
        youths=youths,
        intakes=counts.intakes,
        referrals=counts.referrals,
        events=counts.events,
        cosupports=counts.cosupports,
        planted=len(facts),
        truth=making.truth(),
    )
