"""What the maps show, for the service and the command alike, and each map as a file of any kind."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from graph.closing import ClosingView
from graph.coverage import Person
from graph.directory import Directory
from graph.errors import RequestRefused
from graph.model import NeedCode, PartnerId
from graph.reference import Need, Reference
from graph.store import Store
from graph.territory import PEOPLE, TerritoryView
from resolvers.evaluation import Wanted
from resolvers.network import snapshot
from resolvers.territory import closing, territory
from visualisations.network_view import LayerView, NetworkView

FRESH = 60.0
"""Seconds for which a map is shown again as it was computed."""
KEPT = 8
Value = TypeVar("Value")


class Recent(Generic[Value]):
    """The last values by key, computed again when they are older than `FRESH`; the same one is computed once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: dict[object, tuple[float, Value]] = {}
        self._making = asyncio.Lock()

    def get(self, key: object) -> Value | None:
        held = self._held.get(key)
        return held[1] if held is not None and self._clock() - held[0] < FRESH else None

    def keep(self, key: object, value: Value) -> Value:
        self._held.pop(key, None)
        self._held[key] = self._clock(), value
        while len(self._held) > KEPT:
            del self._held[next(iter(self._held))]
        return value

    @property
    def making(self) -> asyncio.Lock:
        return self._making


def year_of(year: int | None) -> Wanted:
    """A calendar year; None: as an evaluation chooses it."""
    return Wanted() if year is None else Wanted(first=date(year, 1, 1), last=date(year, 12, 31))


async def network_view(
    store: Store, directory: Directory, reference: Reference, wanted: Wanted, today: date
) -> NetworkView:
    """Computed in a thread. Raises RequestRefused for a period that cannot be."""
    from visualisations.network_layers import view_of

    return await asyncio.to_thread(view_of, await snapshot(store, directory, reference, wanted, today))


async def territory_view(directory: Directory, reference: Reference, today: date) -> TerritoryView:
    from loaders.boundaries import boundaries

    return await asyncio.to_thread(lambda: territory(directory, reference, boundaries(), today))


async def closing_view(
    store: Store, directory: Directory, reference: Reference, partner: PartnerId, wanted: Wanted, today: date
) -> ClosingView:
    """With exact numbers, for the team. Raises NotFound."""
    from loaders.boundaries import boundaries

    return await closing(store, directory, reference, boundaries(), partner, today, internal=True, wanted=wanted)


# files


@dataclass(frozen=True, slots=True)
class Kind:
    """`suffix` ends the name of the file; `label` is what its link says."""

    suffix: str
    media: str
    label: str


NETWORK_KINDS: Mapping[str, Kind] = {
    kind.suffix: kind
    for kind in (
        Kind("png", "image/png", "image PNG"),
        Kind("svg", "image/svg+xml", "image SVG"),
        Kind("graphml", "application/xml", "graphe GraphML"),
        Kind("gexf", "application/xml", "graphe GEXF"),
        Kind("noeuds.csv", "text/csv", "tableau des partenaires"),
        Kind("liens.csv", "text/csv", "tableau des liens"),
    )
}
TERRITORY_KINDS: Mapping[str, Kind] = {
    kind.suffix: kind
    for kind in (
        Kind("csv", "text/csv", "tableau besoins × communes"),
        Kind("png", "image/png", "image PNG"),
        Kind("svg", "image/svg+xml", "image SVG"),
    )
}


def layer_of(view: NetworkView, code: str | None) -> LayerView:
    """The first one when none is asked for. Raises RequestRefused."""
    if not code:
        return view.layers[0]
    for layer in view.layers:
        if layer.code == code:
            return layer
    known = ", ".join(layer.code for layer in view.layers)
    raise RequestRefused(f"« {code} » n'est pas une sorte de liens de cette carte : {known}.")


def network_file(view: NetworkView, layer: LayerView, suffix: str) -> bytes:
    """Of one layer; small numbers are not told. Raises RequestRefused for a kind that there is not."""
    from visualisations import exports, network_picture

    match suffix:
        case "png":
            return network_picture.png(view, layer)
        case "svg":
            return network_picture.svg(view, layer).encode()
        case "graphml":
            return exports.graphml(view, layer)
        case "gexf":
            return exports.gexf(view, layer)
        case "noeuds.csv":
            return exports.nodes_csv(view, layer)
        case "liens.csv":
            return exports.edges_csv(view, layer)
    raise _no_kind(suffix, NETWORK_KINDS)


def territory_file(view: TerritoryView, need: Need, person: Person, suffix: str) -> bytes:
    """Raises RequestRefused for a kind that there is not."""
    from visualisations.territory_files import picture, to_csv

    match suffix:
        case "csv":
            return to_csv(view)
        case "png":
            return picture(view, need, person, "png")
        case "svg":
            return picture(view, need, person, "svg")
    raise _no_kind(suffix, TERRITORY_KINDS)


def chosen(view: TerritoryView, reference: Reference, need: str, age: str) -> tuple[Need, Person]:
    """What a picture of the territory shows; the most fragile need where none is asked for. Raises UnknownCode."""
    worst = view.worst
    person = next((one for one in PEOPLE if one.code == age), None)
    if age and person is None:
        raise RequestRefused(f"L'âge se dit {' ou '.join(one.code for one in PEOPLE)}.")
    if not need:
        return worst[0], person or worst[1]
    return reference.needs[NeedCode(reference.need(need))], person or PEOPLE[-1]


def _no_kind(suffix: str, kinds: Mapping[str, Kind]) -> RequestRefused:
    return RequestRefused(f"Pas de fichier « {suffix} » : {', '.join(kinds)}.")
