"""Agreements against what is really done: signed and unused, used and unsigned, about to end. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from graph.agreement import Agreement
from graph.model import Partner, PartnerId
from graph.statistics import LEAST

SOON = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Unused:
    """In force for `days` days of the period, and nobody was sent; `agreement` is the one that lasts longest."""

    partner: PartnerId
    agreement: Agreement
    days: int


@dataclass(frozen=True, slots=True)
class Unsigned:
    """`sent` in the period, without any agreement in force on any of its days."""

    partner: PartnerId
    sent: int


@dataclass(frozen=True, slots=True)
class AgreementUse:
    unused: tuple[Unused, ...]
    unsigned: tuple[Unsigned, ...]  # most used first
    ending: tuple[Agreement, ...]  # soonest first; those that another one renews are left out
    in_force: int


def agreement_use(
    agreements: Iterable[Agreement],
    sent: Mapping[PartnerId, int],
    partners: Mapping[PartnerId, Partner],
    first: date,
    last: date,
    today: date,
    wholly: frozenset[PartnerId] | None = None,
) -> AgreementUse:
    """An agreement with an organisation is one with its units; one of a unit is its own.

    *sent*: referrals to each partner and unit in the period; *wholly*: to whom they are all counted (None: to
    everybody): of the others nobody can say that an agreement served nothing. Nor of anybody, in a period in which
    next to nobody was sent anywhere.
    """
    known = sorted(agreements, key=lambda a: a.id)
    covering: dict[PartnerId, list[Agreement]] = {}
    for agreement in known:
        for partner in agreement.partners:
            covering.setdefault(partner, []).append(agreement)
    used = families(sent, partners)
    busy = sum(sent.values()) >= LEAST
    partly: set[PartnerId] = set()
    if wholly is not None:
        partly.update(one for p in {*partners, *covering} - wholly for one in _line(p, partners))
    unused: list[Unused] = []
    for partner, own in sorted(covering.items()):
        longest = max(own, key=lambda a: (_days(a, first, last), a.id))
        days = _days(longest, first, last)
        half = days * 2 >= (last - first).days + 1
        if half and busy and not used.get(partner, 0) and partner not in partly:
            unused.append(Unused(partner, longest, days))
    unsigned = [
        Unsigned(partner, n)
        for partner, n in sent.items()
        if n >= LEAST and not any(_days(a, first, last) for p in _line(partner, partners) for a in covering.get(p, ()))
    ]
    renewed = {a.renews for a in known if a.renews is not None}
    ending = [a for a in known if a.ends_on is not None and a.id not in renewed and today <= a.ends_on <= today + SOON]
    return AgreementUse(
        unused=tuple(sorted(unused, key=lambda u: (-u.days, u.partner))),
        unsigned=tuple(sorted(unsigned, key=lambda u: (-u.sent, u.partner))),
        ending=tuple(sorted(ending, key=lambda a: (a.ends_on or today, a.id))),
        in_force=sum(a.in_force(today) for a in known),
    )


def families(sent: Mapping[PartnerId, int], partners: Mapping[PartnerId, Partner]) -> dict[PartnerId, int]:
    """What was sent to each partner, parents with their units."""
    found: dict[PartnerId, int] = {}
    for partner, n in sent.items():
        for one in _line(partner, partners):
            found[one] = found.get(one, 0) + n
    return found


def _line(partner: PartnerId, partners: Mapping[PartnerId, Partner]) -> list[PartnerId]:
    """*partner* and the organisations it is a unit of."""
    found = [partner]
    while (held := partners.get(found[-1])) is not None and held.unit_of is not None and held.unit_of not in found:
        found.append(held.unit_of)
    return found


def _days(agreement: Agreement, first: date, last: date) -> int:
    """Days of the period on which it is in force."""
    end = last if agreement.ends_on is None else min(last, agreement.ends_on)
    return max(0, (end - max(first, agreement.starts_on)).days + 1)
