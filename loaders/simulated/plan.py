"""Who is sent where, when, about what: the referrals of a year before anybody answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from random import Random

from graph.model import NeedCode, PartnerId, ServiceId
from graph.reference import Reference
from loaders.simulated import figures
from loaders.simulated.offers import Offers, chosen
from loaders.simulated.youths import Youth, later

INBOUND_NETWORKS = frozenset(
    {"cio", "pjj", "france-travail", "ccas-cias", "lycee", "micro-lycee", "prevention-specialisee", "mda"}
    | {"maisons-des-solidarites", "sauvegarde-enfance", "spip", "ase"}
)
"""Structure types that send young people to the Mission Locale."""


@dataclass(slots=True, eq=False)
class Sending:
    """A referral in the making; inbound, `partner` is the one that sends and there is no service."""

    youth: Youth
    partner: PartnerId
    service: ServiceId | None
    needs: set[NeedCode]
    day: date
    declared: bool = False
    drafted: bool = False

    @property
    def inbound(self) -> bool:
        return self.service is None


def planned(youths: Iterable[Youth], offers: Offers, random: Random) -> list[Sending]:
    """Each need is brought to a partner, or met by the Mission Locale, or kept as one that nobody covers."""
    senders = _senders(offers)
    found: list[Sending] = []
    for youth in youths:
        if senders and random.random() < figures.INBOUND:
            partner = random.choice(senders)
            if not offers.bans.partner(partner, youth.received_on):
                needs = {random.choice(sorted(youth.needs))}
                found.append(Sending(youth, partner, None, needs, youth.received_on))
        found.extend(_sendings(youth, offers, random))
    return found


def _senders(offers: Offers) -> list[PartnerId]:
    return sorted(
        p.id for p in offers.directory.partners.values() if p.network in INBOUND_NETWORKS and offers.services(p.id)
    )


def _sendings(youth: Youth, offers: Offers, random: Random) -> list[Sending]:
    found: list[Sending] = []
    asked: set[NeedCode] = set()
    for need in in_order(youth.needs, offers.reference):
        day = later(youth.received_on, min(60, int(random.expovariate(1 / 9))))
        if need in asked:
            continue
        weights, covered = offers.fitting(youth, need, day)
        if not covered:
            youth.unmet[need] = max(youth.received_on, offers.bans.needs.get((need, offers.epci(youth)), date.min))
        if not weights or random.random() > figures.ASKED:
            continue
        partner, service = chosen(random, weights)
        meets = offers.directory.services[service].needs
        banned = {n for n in youth.needs if offers.bans.need(n, offers.epci(youth), day)}
        also = {
            n for n in in_order(youth.needs & meets - asked - banned, offers.reference)
            if n == need or random.random() < figures.TOGETHER
        }  # fmt: skip
        asked |= also
        found.append(sending(youth, partner, service, also, day, random))
    return found


def sending(
    youth: Youth, partner: PartnerId, service: ServiceId, needs: set[NeedCode], day: date, random: Random
) -> Sending:
    declared = random.random() < figures.DECLARED
    drafted = not declared and random.random() < figures.DRAFTED
    return Sending(youth, partner, service, needs, day, declared, drafted)


def in_order(needs: Iterable[NeedCode], reference: Reference) -> list[NeedCode]:
    """The order of the booklet, which no run changes."""
    wanted = set(needs)
    return [need for need in reference.needs if need in wanted]
