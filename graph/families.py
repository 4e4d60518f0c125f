"""Organisations whose units are asked: what is said of all the units is said once, of the organisation. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from graph.counted import Counted
from graph.facts import FactKind
from graph.finding import Finding
from graph.model import Partner, PartnerId
from graph.tallies import Key, Tally
from graph.usage import fold

CLEARLY = 1.3
"""Times surer, in powers of ten: two units alike make it twice."""


def families(counted: Counted, partners: Mapping[PartnerId, Partner]) -> dict[str, tuple[str, ...]]:
    """Organisations that are not asked themselves, with their units that are."""
    asked = sorted({t.key[0] for t in (*counted.months_before, *counted.months)})
    units: dict[str, list[str]] = {}
    for id in asked:
        known = partners.get(PartnerId(id))
        if known is not None and known.unit_of is not None:
            units.setdefault(known.unit_of, []).append(id)
    return {parent: tuple(held) for parent, held in units.items() if parent not in asked}


def with_parents(counted: Counted, found: Mapping[str, Sequence[str]]) -> Counted:
    """*counted* with rows for each organisation too, which add those of its units up."""
    above = {unit: parent for parent, units in found.items() for unit in units}

    def raised(key: Key) -> Key:
        return (above[key[0]], *key[1:])

    def tallied(rows: Iterable[Tally]) -> tuple[Tally, ...]:
        held = tuple(rows)
        return (*held, *fold((t for t in held if t.key[0] in above), raised).values())

    return replace(
        counted,
        months=tallied(counted.months),
        months_before=tallied(counted.months_before),
        publics=tallied(counted.publics),
        situations=tallied(counted.situations),
        waited=(*counted.waited, *(replace(w, key=raised(w.key)) for w in counted.waited if w.key[0] in above)),
    )


def told_once(findings: Iterable[Finding], found: Mapping[str, Sequence[str]]) -> list[Finding]:
    """The organisation where its units together are clearly surer than the surest of them; else the units.

    One that has a single unit is told under both names: people know it by either.
    """
    held = list(findings)
    above = {unit: parent for parent, units in found.items() for unit in units}
    said = {_about(f, str(f.about.get("partner"))): f.strength for f in held}
    kept: list[Finding] = []
    for finding in held:
        partner = str(finding.about.get("partner"))
        if len(found.get(partner, found.get(above.get(partner, ""), ()))) == 1:
            kept.append(finding)
            continue
        units = [said.get(_about(finding, unit), -1.0) for unit in found.get(partner, ())]
        whole = said.get(_about(finding, above[partner]), -1.0) if partner in above else -1.0
        siblings = [said.get(_about(finding, unit), -1.0) for unit in found[above[partner]]] if whole >= 0 else []
        if units and max(units) * CLEARLY > finding.strength:
            continue
        if siblings and max(siblings) * CLEARLY <= whole:
            continue
        kept.append(finding)
    return kept


def _about(finding: Finding, partner: str) -> tuple[str, ...]:
    """What a finding is about, were it said of *partner*; one unit that sleeps before the others do is told apart."""
    keys = ("need", "public", "epci", *(("from",) if finding.kind == FactKind.DORMANT else ()))
    return (finding.kind, partner, *(str(finding.about.get(key, "")) for key in keys))
