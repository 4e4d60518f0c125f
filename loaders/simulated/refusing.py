"""Facts that cannot be true of these partners and this year: refused by name, before anything is made."""

from collections.abc import Sequence
from datetime import date
from itertools import product

from graph.errors import InputRefused, MaillageError
from graph.facts import ADULTS, DISTRICT, ISLANDERS, MINORS, PUBLICS, Fact, FactKind
from graph.intake import IntakeId, ProgrammeCode
from graph.model import NeedCode, PartnerId, PartnerStatus, SituationCode, Standing
from graph.reference import QPV
from loaders.simulated import figures
from loaders.simulated.conduct import belongs
from loaders.simulated.offers import Offers
from loaders.simulated.youths import Youth, suits

K = FactKind
_SENDS = frozenset(
    {K.SLOW_ANSWERS, K.NEVER_ANSWERS, K.REFUSES, K.MISSED_APPOINTMENTS, K.GOOD_OUTCOMES, K.CONCENTRATION}
    | {K.USE_WITHOUT_AGREEMENT}
)
"""Kinds that need referrals to their partner during the year."""
_AGES = (15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25)


def check(facts: Sequence[Fact], offers: Offers, year: int, count: int) -> None:
    """Raises InputRefused, which says which fact cannot be true and why."""
    for number, fact in enumerate(facts, start=1):
        try:
            _check(fact, offers, year, count)
        except MaillageError as problem:
            raise _refused(number, fact, str(problem)) from problem
    for number, fact in enumerate(facts, start=1):
        for other in facts[: number - 1]:
            reason = _contradiction(fact, other, offers, year)
            if reason is not None:
                raise _refused(number, fact, reason)


def _refused(number: int, fact: Fact, reason: str) -> InputRefused:
    named = ", ".join(fact.about[1:])
    return InputRefused(f"Fait {number}, « {fact.kind} » ({named}), impossible : {reason}")


def _check(fact: Fact, offers: Offers, year: int, count: int) -> None:
    if fact.since is not None and not fact.since.startswith(f"{year:04d}-"):
        raise InputRefused(f"le mois {fact.since} n'est pas de l'année {year}.")
    need = offers.reference.need(fact.need) if fact.need is not None else None
    if fact.epci is not None and fact.epci not in offers.reference.epcis:
        known = ", ".join(f"{e.siren} ({e.name})" for e in offers.reference.epcis.values())
        raise InputRefused(f"« {fact.epci} » n'est pas une intercommunalité du territoire : {known}.")
    for partner in (*((fact.partner,) if fact.partner is not None else ()), *fact.partners):
        _check_partner(partner, offers, used=fact.kind is not K.UNUSED_AGREEMENT)
    if fact.public is not None:
        _check_public(fact, offers)
    match fact.kind:
        case K.CONCENTRATION if need is not None and fact.partner is not None:
            _check_concentration(fact, offers, need, fact.partner, year)
        case K.SLOW_ANSWERS if fact.since is not None and fact.median_days is not None:
            left = (date(year, 12, 31) - first_day(fact.since)).days
            if fact.median_days > left:
                raise InputRefused(f"de {fact.since} à la fin de l'année, il ne reste que {left} jours.")
        case K.USE_WITHOUT_AGREEMENT if fact.referrals is not None and fact.referrals > count:
            raise InputRefused(f"{fact.referrals} orientations pour {count} jeunes, c'est plus d'une par jeune.")
        case K.INEQUITY if fact.factor is not None and not 0 < fact.factor <= 5:
            raise InputRefused("le facteur va de 0 (exclu) à 5.")
        case K.INEQUITY if len(offers.reference.epcis) < 2:
            raise InputRefused("il n'y a qu'une intercommunalité.")
        case _:
            pass


def first_day(month: str) -> date:
    return date(int(month[:4]), int(month[5:7]), 1)


def _check_partner(partner: PartnerId, offers: Offers, *, used: bool) -> None:
    known = offers.directory.partners.get(partner)
    if known is None:
        raise InputRefused(f"aucun partenaire ne porte l'identifiant « {partner} ».")
    if known.status is PartnerStatus.CLOSED:
        raise InputRefused(f"{known.name} est fermé.")
    if not offers.members(partner):
        if known.standing is not Standing.REFERABLE:
            raise InputRefused(f"on n'oriente aucun jeune vers {known.name}.")
        raise InputRefused(f"{known.name} ne propose rien à quoi orienter un jeune.")
    if used and not _reachable(offers, partner):
        raise InputRefused(f"{known.name} ne reçoit aucun jeune du territoire.")


def _check_public(fact: Fact, offers: Offers) -> None:
    public = str(fact.public)
    if public not in PUBLICS and public not in offers.reference.situations:
        raise InputRefused(f"« {public} » n'est pas un public : {', '.join(PUBLICS)}, ou une situation du livret.")
    if fact.partner is not None and not _reachable(offers, fact.partner, public=public):
        raise InputRefused(
            f"{offers.directory.partners[fact.partner].name} ne reçoit pas ce public : il n'y a rien à refuser."
        )


def _check_concentration(fact: Fact, offers: Offers, need: NeedCode, partner: PartnerId, year: int) -> None:
    name = offers.directory.partners[partner].name
    if not any(need in s.needs for m in offers.members(partner) for s in offers.services(m)):
        raise InputRefused(f"{name} ne répond pas au besoin « {need} ».")
    if not _reachable(offers, partner, need=need):
        raise InputRefused(f"{name} ne reçoit aucun jeune du territoire pour « {need} ».")
    if fact.share == 0:
        raise InputRefused("une part de 0 ne concentre rien.")
    members = set(offers.members(partner))
    others = [
        p for p in offers.directory.partners
        if p not in members and any(need in s.needs for s in offers.services(p)) and _reachable(offers, p, need=need)
    ]  # fmt: skip
    if not others and fact.share is not None and fact.share < 0.95:
        raise InputRefused(f"{name} est seul à répondre à « {need} » : sa part est de 1.")


def _reachable(offers: Offers, partner: PartnerId, *, need: NeedCode | None = None, public: str | None = None) -> bool:
    """Whether some young person of the territory may enter."""
    return any(
        offers.takes(service, youth, youth.received_on)
        for member in offers.members(partner)
        for service in offers.services(member)
        if need is None or need in service.needs
        for youth in _people(offers, service_groups=service.conditions.required, public=public)
        if need is None or suits(offers.reference, need, youth.age)
    )


def _people(offers: Offers, *, service_groups: tuple[frozenset[SituationCode], ...], public: str | None) -> list[Youth]:
    """Somebody of each age in the seat of each EPCI, on the island and in town, with what the service requires."""
    communes = [c.insee for c in offers.reference.served()]
    ages = [a for a in _AGES if public not in (MINORS, ADULTS) or (a < 18) == (public == MINORS)]
    asked: set[SituationCode] = set()
    if public in (DISTRICT, QPV):
        communes = [c for c in communes if c == figures.DISTRICT_COMMUNE]
        asked.add(QPV)
    elif public == ISLANDERS:
        communes = [c for c in communes if offers.reference.communes[c].island is not None]
    elif public is not None and public not in PUBLICS:
        asked.add(SituationCode(public))
    ways = [frozenset(way) for way in product(*[sorted(group) for group in service_groups])][:64] or [frozenset()]
    day = date(2000, 1, 1)
    found = [
        Youth(IntakeId(""), day, age, commune, ProgrammeCode(""), set(), {*asked, *way} - {SituationCode("mineur")})
        for age in ages
        for commune in communes
        for way in ways
    ]
    return [y for y in found if public is None or belongs(y, public, offers.reference)]


def _contradiction(fact: Fact, other: Fact, offers: Offers, year: int) -> str | None:
    if fact.about == other.about:
        return "un autre fait dit déjà la même chose du même objet."
    shares = fact.kind is K.CONCENTRATION and other.kind is K.CONCENTRATION and fact.need == other.need
    if shares and (fact.share or 0) + (other.share or 0) > 1:
        return f"les parts de « {fact.need} » dépassent 1."
    if fact.kind is K.INEQUITY and other.kind is K.INEQUITY and len(offers.reference.epcis) < 3:
        return "deux intercommunalités se comparent l'une à l'autre."
    if not _same_partner(fact, other, offers):
        return None
    kinds = {fact.kind, other.kind}
    if K.UNUSED_AGREEMENT in kinds and kinds & (_SENDS | {K.DORMANT, K.TOGETHER}):
        return "une convention inutilisée et un partenaire que l'on sollicite se contredisent."
    dormant = next((f for f in (fact, other) if f.kind is K.DORMANT), None)
    active = next((f for f in (fact, other) if f.kind in _SENDS), None)
    if dormant is not None and active is not None and dormant.since is not None:
        if active.since is not None and active.since >= dormant.since:
            return f"rien n'est envoyé à ce partenaire à partir de {dormant.since}."
        if dormant.since <= f"{year:04d}-03":
            return f"rien n'est envoyé à ce partenaire à partir de {dormant.since} : trop tôt pour l'observer."
    if kinds == {K.NEVER_ANSWERS, K.SLOW_ANSWERS} and max(f.share or 0 for f in (fact, other)) > 0.5:
        return "un partenaire qui ne répond pas n'est pas lent à répondre."
    return None


def _same_partner(fact: Fact, other: Fact, offers: Offers) -> bool:
    def named(one: Fact) -> set[PartnerId]:
        partners = (*((one.partner,) if one.partner is not None else ()), *one.partners)
        return {member for partner in partners for member in offers.members(partner)}

    return bool(named(fact) & named(other))
