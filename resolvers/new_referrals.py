"""What a new referral is, before its first event: whom one may send where, about which needs."""

from dataclasses import replace

from graph.directory import Directory
from graph.errors import NotFound, RequestRefused
from graph.intake import AgeBand, Intake, IntakeId
from graph.model import NeedCode, PartnerId, PartnerKind, PartnerStatus, Service, ServiceId, Standing
from graph.reference import QPV, Reference
from graph.referral import Direction, Mode, Referral, ReferralId
from graph.wording import day as written_day
from resolvers.context import Context
from resolvers.intakes import checked_site, intake


def new_referral(
    context: Context,
    directory: Directory,
    id: ReferralId,
    held: Intake,
    service: ServiceId,
    needs: frozenset[NeedCode],
    site: PartnerId,
    mode: Mode = Mode.FOLLOWED,
    follows: ReferralId | None = None,
) -> Referral:
    """Before its first event. Raises NotFound, RequestRefused when that young person cannot be sent there."""
    known = context.knowledge.reference
    asked = directory.services.get(service)
    if asked is None:
        raise NotFound("Service", service)
    _check_service(context, directory, asked, mode)
    check_needs(known, needs, held)
    unmet = needs - asked.needs
    if unmet:
        labels = ", ".join(f"« {known.needs[need].label} »" for need in sorted(unmet))
        raise RequestRefused(f"Ce service ne répond pas à {labels}.")
    return replace(frozen(known, id, held, needs, site, asked.partner, service, mode), follows=follows)


async def outbound(
    context: Context,
    id: ReferralId,
    intake_id: IntakeId,
    service: ServiceId,
    needs: frozenset[NeedCode],
    site: PartnerId | None,
    mode: Mode,
) -> Referral:
    directory = await context.directories.current()
    held = await intake(context, intake_id)
    ours = held.site if site is None else checked_site(directory, context.knowledge.reference, site)
    return new_referral(context, directory, id, held, service, needs, ours, mode)


def frozen(
    known: Reference,
    id: ReferralId,
    held: Intake,
    needs: frozenset[NeedCode],
    sender: PartnerId,
    partner: PartnerId,
    service: ServiceId | None,
    mode: Mode,
) -> Referral:
    commune = known.communes[held.commune]
    return Referral(
        id=id,
        intake=held.id,
        sender=sender,
        partner=partner,
        service=service,
        needs=needs,
        mode=mode,
        direction=Direction.INBOUND if service is None else Direction.OUTBOUND,
        epci=commune.epci,
        age_band=AgeBand.of(held.age),
        qpv=QPV in held.situations,
        island=commune.island is not None,
        programme=held.programme,
        simulated=held.simulated,
    )


def check_needs(known: Reference, needs: frozenset[NeedCode], held: Intake) -> None:
    if not needs:
        raise RequestRefused("Une orientation porte sur un besoin au moins.")
    for code in sorted(needs):
        known.need(code)
    other = needs - held.needs
    if other:
        labels = ", ".join(f"« {known.needs[need].label} »" for need in sorted(other))
        raise RequestRefused(f"Ce jeune n'a pas exprimé {labels}.")


def _check_service(context: Context, directory: Directory, asked: Service, mode: Mode) -> None:
    """What was done by phone was done, even if the service has stopped for a while since."""
    partner = directory.partners[asked.partner]
    if asked.internal or partner.kind is PartnerKind.SITE:
        raise RequestRefused("Ce service est celui de la Mission Locale : ce n'est pas une orientation.")
    if partner.status is PartnerStatus.CLOSED or asked.closed:
        raise RequestRefused(f"« {asked.name} » ({partner.name}) a fermé.")
    if partner.standing is not Standing.REFERABLE:
        raise RequestRefused(f"« {partner.name} » ne reçoit pas de jeunes : on ne peut pas y orienter.")
    if mode is Mode.FOLLOWED and asked.closed_until is not None and asked.closed_until > context.today():
        raise RequestRefused(f"« {asked.name} » ({partner.name}) reprend le {written_day(asked.closed_until)}.")
