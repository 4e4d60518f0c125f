"""What a map of the network shows, internal or published: one shape, so that both are drawn and exported alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from graph.disclosure import hides
from graph.privacy import LEAST as TOLD
from graph.privacy import STEP
from graph.statistics import LEAST


@dataclass(frozen=True, slots=True)
class NodeView:
    """Texts are shown as they are; `domains` and `epci` are codes of the view."""

    id: str
    name: str
    short: str = ""  # what the picture writes; empty: the name
    kind: str = ""  # in French: « organisation », « unité »…
    domains: tuple[str, ...] = ()
    unit_of: str | None = None  # id of the node under which it is folded
    commune: str | None = None  # its name
    epci: str | None = None
    college: str | None = None  # of the board, when it holds a seat
    site: bool = False  # of the Mission Locale


@dataclass(frozen=True, slots=True)
class LinkView:
    """`months`: the weight of each month of the view in which there is any; empty where the layer has none."""

    source: str
    target: str
    weight: int
    months: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LayerView:
    """One kind of link. `finding` is the sentence that the title of the map says; `one`, `many` name what is counted.

    `people`: the weights count young people or their referrals, so that one to four never leave the screen.
    `folded`: links between whole organisations that weigh something else than those of their units added up, as where
    one young person knows two units.
    """

    code: str
    label: str
    definition: str
    finding: str
    one: str
    many: str
    directed: bool
    people: bool
    links: tuple[LinkView, ...]
    folded: tuple[LinkView, ...] = ()

    def hides(self, link: LinkView) -> bool:
        """Whether its number never leaves the screen."""
        return self.people and hides(link.weight)


@dataclass(frozen=True)
class NetworkView:
    """`months` are those of the slider: internal maps alone have any. `period` is said in the subtitle and exports."""

    made_on: date
    period: str
    internal: bool
    simulated: bool
    nodes: tuple[NodeView, ...]
    layers: tuple[LayerView, ...]
    positions: Mapping[str, tuple[float, float]]  # of every node that is not folded; its units stand around it
    domains: Mapping[str, str]  # label by code, in the order of the legend
    epcis: Mapping[str, str]
    months: Mapping[str, str] = field(default_factory=dict)  # name by month, in order
    method: str = ""  # one sentence at the foot: rounding, thresholds, source

    @property
    def least(self) -> int:
        """Fewer people are drawn alike and never printed; on a published map, the lowest number that is told."""
        if self.internal:
            return LEAST
        told = [link.weight for layer in self.layers if layer.people for link in (*layer.links, *layer.folded)]
        return min(told, default=LEAST)

    @property
    def lowest_mark(self) -> int:
        """Of a scale of people: on a published map no mark looks like a number that would have been hidden."""
        return self.least if self.internal else max(self.least, -(-TOLD // STEP) * STEP)

    def __post_init__(self) -> None:
        if not self.layers:
            raise ValueError("a map without any layer")
        known = {node.id for node in self.nodes}
        if len(known) != len(self.nodes):
            raise ValueError("two nodes have the same id")
        for layer in self.layers:
            for link in (*layer.links, *layer.folded):
                if link.source not in known or link.target not in known:
                    raise ValueError(f"a link of {layer.code} leads nowhere: {link.source}, {link.target}")
                if link.months and not self.internal:
                    raise ValueError("months are for internal maps alone")
        if self.months and not self.internal:
            raise ValueError("months are for internal maps alone")
