"""What the forms about a group of partners send, and the write that each of them asks for."""

from enum import StrEnum

from starlette.datastructures import FormData

from graph.cosupport import CoSupportId, LeaveReason, Role
from graph.directory import Directory
from graph.errors import NotFound, RequestRefused
from graph.intake import IntakeId
from graph.model import PartnerId, ServiceId
from maillage.referral_forms import UNREADABLE, day_of, key_of, version_of
from maillage.ticks import text_of, texts_of
from resolvers.context import Context
from resolvers.cosupports import Place, close, cosupport, join, leave, meet, open_cosupport


class Act(StrEnum):
    """What may happen in a group, as its buttons say."""

    JOIN = "entree"
    LEAD = "referent"
    LEAVE = "depart"
    MEET = "reunion"
    CLOSE = "cloture"


async def opened(context: Context, intake: IntakeId, form: FormData) -> None:
    """With the ticked partners. Raises RequestRefused, NotFound."""
    directory, lead = await context.directories.current(), text_of(form, "lead")
    ticked = texts_of(form, "members")
    if not ticked:
        raise RequestRefused("Cochez au moins un membre.")
    if lead not in ticked:
        raise RequestRefused("Le référent est l'un des membres cochés.")
    places = [_place(directory, one, Role.LEAD if one == lead else Role.MEMBER) for one in ticked]
    await open_cosupport(context, intake, key_of(form), places)


async def act(context: Context, intake: IntakeId, id: CoSupportId, form: FormData) -> None:
    """Raises NotFound for a group that is not around that young person, RequestRefused, Conflict."""
    if (await cosupport(context, id)).intake != intake:
        raise NotFound("Co-accompagnement", id)
    asked = text_of(form, "act")
    if asked not in set(Act):
        raise RequestRefused(UNREADABLE)
    version, key, partner = version_of(form), key_of(form), PartnerId(text_of(form, "partner"))
    match Act(asked):
        case Act.JOIN:
            directory = await context.directories.current()
            role = Role.LEAD if text_of(form, "lead") else Role.MEMBER
            await join(context, id, _place(directory, text_of(form, "who"), role), version, key)
        case Act.LEAD:
            await join(context, id, Place(partner, role=Role.LEAD), version, key)
        case Act.LEAVE:
            await leave(context, id, partner, _reason(form), version, key)
        case Act.MEET:
            present = [PartnerId(one) for one in texts_of(form, "present")]
            await meet(context, id, day_of(form, "on"), present, version, key)
        case Act.CLOSE:
            await close(context, id, version, key, _reason(form))


def _place(directory: Directory, chosen: str, role: Role) -> Place:
    """*chosen* is a service, or a partner of which no service is named."""
    service = directory.services.get(ServiceId(chosen))
    if service is not None:
        return Place(service.partner, service.id, role)
    if chosen not in directory.partners:
        raise RequestRefused("Choisissez un partenaire de la liste.")
    return Place(PartnerId(chosen), role=role)


def _reason(form: FormData) -> LeaveReason:
    text = text_of(form, "reason")
    if text not in set(LeaveReason):
        raise RequestRefused("Choisissez un motif de la liste.")
    return LeaveReason(text)
