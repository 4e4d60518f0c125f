"""A young person whom a partner sends us, as the form that writes it down asks for them: who, when, for what."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from starlette.datastructures import FormData

from graph.directory import Directory
from graph.errors import MaillageError, RequestRefused
from graph.intake import Intake, IntakeId
from graph.model import CommuneCode, IdempotencyKey, PartnerId, PartnerKind, PartnerStatus
from graph.names import folded
from graph.pseudonym import random_pseudonym
from graph.reference import Need, Reference
from graph.referral import ReferralId
from maillage.draft import NO_PROGRAMME, default_site, registered, site_choices
from maillage.recording import Unfinished, part
from maillage.referral_forms import UNREADABLE, key_of, read_day
from maillage.referral_shown import new_key
from maillage.ticks import Ticks, checked_intake, text_of, texts_of
from resolvers.context import Context
from resolvers.intakes import record_intake
from resolvers.referrals import EARLIEST, receive


@dataclass(frozen=True)
class Inbound:
    """The form as it stands. Of a young person who is recorded already (`held`), only who sends them, when, for what.

    `about`: the needs that the partner names, among those of the booklet; all the ticked ones of a new booklet.
    """

    intake: IntakeId
    held: Intake | None
    directory: Directory
    reference: Reference
    today: date
    sender: str = ""
    on: str = ""
    ticks: Ticks = field(default_factory=Ticks)
    about: Sequence[str] = ()
    site: str = ""
    programme: str = NO_PROGRAMME
    key: str = field(default_factory=new_key)

    @property
    def senders(self) -> list[tuple[str, str]]:
        found = [
            p
            for p in self.directory.partners.values()
            if p.kind is not PartnerKind.SITE and p.status is not PartnerStatus.CLOSED
        ]
        return [(str(p.id), p.name) for p in sorted(found, key=lambda p: folded(p.name))]

    @property
    def sites(self) -> list[tuple[str, str]]:
        return site_choices(self.directory, self.reference)

    @property
    def programmes(self) -> list[tuple[str, str]]:
        return [(code, programme.label) for code, programme in self.reference.programmes.items()]

    @property
    def needs(self) -> list[Need]:
        """Of the booklet, in its order."""
        held = frozenset[str]() if self.held is None else self.held.needs
        return [need for code, need in self.reference.needs.items() if code in held]

    @property
    def registered(self) -> str:
        return "" if self.held is None else registered(self.held, self.directory, self.reference)

    def problems(self) -> dict[str, str]:
        """What is wrong, by field, in the order of the form."""
        found: dict[str, str] = {}
        if PartnerId(self.sender) not in self.directory.partners:
            found["sender"] = "Choisissez le partenaire qui adresse le jeune."
        wrong = self._wrong_day()
        if wrong:
            found["on"] = wrong
        if self.held is not None:
            if not self.about:
                found["about"] = "Gardez au moins un besoin."
            return found
        found |= self.ticks.problems(self.reference)
        if "commune" not in found and not self.chosen_site:
            found["site"] = "Choisissez le site : aucun n'est dans l'intercommunalité de cette commune."
        return found

    def _wrong_day(self) -> str:
        try:
            on = read_day(self.on)
        except RequestRefused as problem:
            return str(problem)
        if on > self.today:
            return "Cette date est à venir."
        return "Cette date remonte à plus d'un an." if on < self.today - EARLIEST else ""

    @property
    def chosen_site(self) -> str:
        """That of the commune when none is chosen; "" when there is none there."""
        return self.site or default_site(self.directory, self.reference, CommuneCode(self.ticks.commune))


async def asked_inbound(context: Context, intake: IntakeId | None) -> Inbound:
    """The form before anything is sent, of somebody new when no *intake* is named."""
    id = intake or random_pseudonym()
    held = (await context.store.intakes([id])).get(id)
    today = context.today()
    return Inbound(
        intake=id,
        held=held,
        directory=await context.directories.current(),
        reference=context.knowledge.reference,
        today=today,
        on=today.isoformat(),
        about=() if held is None else tuple(sorted(held.needs)),
    )


async def sent_inbound(context: Context, form: FormData) -> Inbound:
    """The form as it was sent. Raises RequestRefused when it was not made here."""
    intake = checked_intake(text_of(form, "intake"))
    if intake is None:
        raise RequestRefused(UNREADABLE)
    ticks = Ticks.of(form)
    return Inbound(
        intake=intake,
        held=(await context.store.intakes([intake])).get(intake),
        directory=await context.directories.current(),
        reference=context.knowledge.reference,
        today=context.today(),
        sender=text_of(form, "sender"),
        on=text_of(form, "on"),
        ticks=ticks,
        about=texts_of(form, "about") or ticks.needs,
        site=text_of(form, "site"),
        programme=text_of(form, "programme") or NO_PROGRAMME,
        key=key_of(form),
    )


async def receive_inbound(context: Context, wanted: Inbound) -> ReferralId:
    """*wanted* has no problem. Sent twice, or again after a refusal, it is written once.

    Raises Unfinished when the booklet was recorded and the referral is refused.
    """
    key, on = IdempotencyKey(wanted.key), read_day(wanted.on)
    if wanted.held is None:
        asked = wanted.ticks.to_domain(wanted.reference)
        await record_intake(
            context,
            asked.age,
            asked.commune,
            wanted.programme,
            wanted.chosen_site,
            asked.needs,
            part(key, "livret"),
            situations=asked.situations,
            id=wanted.intake,
        )
    try:
        about = [wanted.reference.need(code) for code in wanted.about]
        made = await receive(context, wanted.intake, PartnerId(wanted.sender), about, key, day=on)
    except MaillageError as problem:
        if wanted.held is None:
            raise Unfinished(None, problem) from problem
        raise
    return made.referral.id
