"""The territory as it stands, and as it would without one partner: for maps, their files and the service alike."""

from datetime import date

from graph.boundaries import Boundaries
from graph.closing import ClosingView, closing_view
from graph.directory import Directory
from graph.model import PartnerId
from graph.reference import Reference
from graph.store import Store
from graph.territory import TerritoryView, territory_view
from resolvers.evaluation import Wanted, evaluated


def territory(directory: Directory, reference: Reference, boundaries: Boundaries, today: date) -> TerritoryView:
    """Of the offer alone, which nobody simulates."""
    return territory_view(directory, reference, boundaries, today)


async def closing(
    store: Store,
    directory: Directory,
    reference: Reference,
    boundaries: Boundaries,
    partner: PartnerId,
    today: date,
    *,
    internal: bool = False,
    wanted: Wanted | None = None,
) -> ClosingView:
    """*internal*: with the referrals of the period *wanted*, the current year when none. Raises NotFound."""
    if not internal:
        return closing_view(directory, reference, boundaries, partner, today)
    found = await evaluated(store, directory, reference, wanted or Wanted(), today)
    return closing_view(
        directory, reference, boundaries, partner, today, closings=found.closings, simulated=found.simulated
    )
