"""The packaged territory, and the same with hostile texts in one field after the other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import cycle, islice

from graph.closing import ClosingView, closing_view
from graph.dependence import Closing
from graph.model import PartnerId
from graph.territory import TerritoryView, territory_view
from loaders.boundaries import boundaries
from tests.graph.directories import REFERENCE
from tests.graph.packaged import packaged

DAY = date(2026, 3, 1)
MDPH = PartnerId(next(id for id, p in packaged().partners.items() if p.name.startswith("MDPH")))


@cache
def territory() -> TerritoryView:
    return territory_view(packaged(), REFERENCE, boundaries(), DAY)


@cache
def closing(partner: PartnerId = MDPH, *, internal: bool = True) -> ClosingView:
    """With three referrals a year, which are few enough never to leave the screen."""
    takers = tuple(sorted(packaged().partners))[:3]
    counted = [Closing(partner, (), (), 3, takers)] if internal else None
    return closing_view(packaged(), REFERENCE, boundaries(), partner, DAY, closings=counted)


Dressed = Callable[[TerritoryView, Sequence[str]], TerritoryView]


def _partners(view: TerritoryView, texts: Sequence[str]) -> TerritoryView:
    return replace(view, names=dict(zip(view.names, cycle(texts), strict=False)))


def _needs(view: TerritoryView, texts: Sequence[str]) -> TerritoryView:
    return replace(view, needs=tuple(replace(n, label=t) for n, t in zip(view.needs, cycle(texts), strict=False)))


def _headings(view: TerritoryView, texts: Sequence[str]) -> TerritoryView:
    named = zip(view.headings, cycle(texts), strict=False)
    return replace(view, headings=tuple(replace(heading, label=text) for heading, text in named))


def _communes(view: TerritoryView, texts: Sequence[str]) -> TerritoryView:
    return replace(view, communes=tuple(replace(c, name=t) for c, t in zip(view.communes, cycle(texts), strict=False)))


def _epcis(view: TerritoryView, texts: Sequence[str]) -> TerritoryView:
    return replace(view, epcis=dict(zip(view.epcis, cycle(texts), strict=False)))


def _source(view: TerritoryView, texts: Sequence[str]) -> TerritoryView:
    return replace(view, boundaries=replace(view.boundaries, source=" ".join(texts)))


FIELDS: Mapping[str, tuple[int, Dressed]] = {
    "partner": (60, _partners),
    "need": (55, _needs),
    "heading": (10, _headings),
    "commune": (39, _communes),
    "epci": (3, _epcis),
    "source": (1, _source),
}
"""How many places of a page each has, and how to fill them."""


def hostile(field: str, payloads: Sequence[str]) -> Iterator[TerritoryView]:
    """Enough views for every payload to stand somewhere; where a field has few places, several in each."""
    places, dressed = FIELDS[field]
    together = 1 if places > 30 else 6 if places > 1 else 60
    texts = [" ".join(payloads[n : n + together]) for n in range(0, len(payloads), together)]
    for start in range(0, len(texts), places):
        yield dressed(territory(), list(islice(texts, start, start + places)))


def closing_hostile(payloads: Sequence[str]) -> Iterator[ClosingView]:
    """Ten at once: the name of the partner, of its units, of those that remain and of those that would take over."""
    view = closing()
    for start in range(0, len(payloads), 10):
        some = list(payloads[start : start + 10])
        partner = replace(view.partner, name=" ".join(some))
        yield replace(
            view,
            partner=partner,
            units=tuple(replace(partner, id=PartnerId(f"u{n}"), name=text) for n, text in enumerate(some)),
            before=_needs(_partners(view.before, some), some),
            after=_needs(_partners(view.after, some), some),
            changes=tuple(
                replace(change, need=replace(change.need, label=text))
                for change, text in zip(view.changes, cycle(some), strict=False)
            ),
            takers=tuple(some),
        )
