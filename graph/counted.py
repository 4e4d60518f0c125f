"""Everything an evaluation asks of the store, as counts: made by one gatherer, read by pure functions."""

from dataclasses import dataclass
from datetime import date

from graph.agreement import Agreement
from graph.edges import Edge
from graph.tallies import Count, Outcomes, Refused, Scope, Tally, Waited


@dataclass(frozen=True, slots=True)
class Counted:
    """Referrals are outbound where no direction stands in the key. `before`: the same period a year earlier."""

    scope: Scope
    before: Scope
    today: date
    simulated: bool
    partners: tuple[Tally, ...]  # by partner, direction
    months: tuple[Tally, ...]  # by partner, month
    months_before: tuple[Tally, ...]
    publics: tuple[Tally, ...]  # by partner, EPCI, age band, QPV, island
    situations: tuple[Tally, ...]  # by partner, situation
    needs: tuple[Tally, ...]  # by need, EPCI, partner
    services: tuple[Tally, ...]  # by service
    sites: tuple[Tally, ...]  # by site, direction
    epcis: tuple[Tally, ...]  # by EPCI, direction
    sites_before: tuple[Tally, ...]
    epcis_before: tuple[Tally, ...]
    youths_of: tuple[Tally, ...]  # by QPV, island
    waited: tuple[Waited, ...]  # by partner, month
    waited_publics: tuple[Waited, ...]  # by EPCI, age band, QPV, island
    refused: tuple[Refused, ...]  # by EPCI
    outcomes: tuple[Outcomes, ...]  # by need
    young: tuple[Count, ...]  # by EPCI, age band
    young_before: tuple[Count, ...]
    expressed: tuple[Count, ...]  # by need, commune, age band
    expressed_months: tuple[Count, ...]  # by need, EPCI, month
    unmet: tuple[Count, ...]  # by need, EPCI, month
    needs_together: tuple[Count, ...]
    sizes: tuple[Count, ...]
    edges: tuple[Edge, ...]  # of the period
    agreements: tuple[Agreement, ...]
