"""A referral about to be recorded, as its confirmation asks for it: what is sensible is filled in already."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from starlette.datastructures import FormData

from graph.directory import Directory
from graph.errors import NotFound, RequestRefused
from graph.intake import Intake
from graph.model import CommuneCode, NeedCode, Partner, PartnerId, Service, ServiceId
from graph.names import folded
from graph.reference import Commune, Need, Reference
from graph.referral import Mode, ReferralId, State
from graph.sites import sites
from graph.suggestion import Suggestion
from graph.wording import day, listed
from maillage.life import Warned, open_already
from maillage.recording import Recording
from maillage.referral_forms import UNREADABLE, day_of, key_of
from maillage.referral_shown import name, new_key
from maillage.ticks import Ticks, checked_intake, text_of, texts_of
from resolvers import suggestion as suggestions
from resolvers.context import Context

SCHOOLING = NeedCode("obligation-formation")
NO_PROGRAMME = "aucun"
ANSWERS = {
    State.ACCEPTEE: "Accepte",
    State.A_L_ETUDE: "Étudie la demande",
    State.INFO_DEMANDEE: "Demande une information",
}


@dataclass(frozen=True)
class Draft:
    """`known`: the young person is recorded already, site and programme are not asked again."""

    key: str
    mode: Mode
    ticks: Ticks
    intake: str
    held: Intake | None
    partner: Partner
    service: Service
    directory: Directory
    reference: Reference
    today: date
    about: Sequence[str]
    site: str
    programme: str
    on: str
    answer: str
    start: str
    team: str
    with_team: bool
    warnings: Sequence[Warned] = ()
    made: ReferralId | None = None

    @property
    def known(self) -> bool:
        return self.held is not None

    @property
    def commune(self) -> Commune:
        return self.reference.communes[CommuneCode(self.ticks.commune)]

    @property
    def registered(self) -> str:
        """Of a young person who is recorded already."""
        if self.held is None:
            return ""
        return registered(self.held, self.directory, self.reference)

    @property
    def needs(self) -> list[Need]:
        """Ticked needs that this service meets; all the ticked ones when it meets none."""
        ticked = [need for code, need in self.reference.needs.items() if code in self.ticks.needs]
        met = [need for need in ticked if need.code in self.service.needs]
        return met or ticked

    @property
    def sites(self) -> list[tuple[str, str]]:
        return site_choices(self.directory, self.reference)

    @property
    def programmes(self) -> list[tuple[str, str]]:
        return [(code, programme.label) for code, programme in self.reference.programmes.items()]

    @property
    def starts(self) -> list[tuple[str, str]]:
        return [("envoyee", "Envoyer maintenant : le jeune est d'accord"), ("accord_attendu", "Attendre son accord")]

    @property
    def answers(self) -> list[tuple[str, str]]:
        return [("", "Pas encore de réponse"), *((code.value, text) for code, text in ANSWERS.items())]


async def drafted(context: Context, form: FormData, made: ReferralId | None = None) -> Draft:
    """From the button of a suggestion, or from a confirmation that was sent and refused.

    *made*: the referral that this confirmation recorded already, when something else is still missing.

    Raises InputRefused, NotFound.
    """
    known, directory = context.knowledge.reference, await context.directories.current()
    ticks = Ticks.of(form)
    problems = ticks.problems(known)
    if problems:
        raise RequestRefused(next(iter(problems.values())))
    mode, chosen = _chosen(form)
    service = directory.services.get(chosen)
    if service is None:
        raise NotFound("Service", chosen)
    intake = checked_intake(text_of(form, "intake"))
    if intake is None:
        raise RequestRefused(UNREADABLE)
    held = (await context.store.intakes([intake])).get(intake)
    sent = bool(text_of(form, "key"))
    found, _ = await suggestions.suggestion(context, ticks.to_domain(known))
    today = context.today()
    draft = Draft(
        key=text_of(form, "key") or new_key(),
        mode=mode,
        ticks=ticks,
        intake=intake,
        held=held,
        partner=directory.partners[service.partner],
        service=service,
        directory=directory,
        reference=known,
        today=today,
        about=texts_of(form, "about"),
        site=text_of(form, "site") or default_site(directory, known, CommuneCode(ticks.commune)),
        programme=text_of(form, "programme") or default_programme(ticks),
        on=text_of(form, "on") or today.isoformat(),
        answer=text_of(form, "answer"),
        start=text_of(form, "start") or State.ENVOYEE,
        team=team_said(found, directory),
        with_team=text_of(form, "team") == "oui",
        warnings=await open_already(context, intake, service.id, but=made),
        made=made,
    )
    return draft if sent else replace(draft, about=tuple(need.code for need in draft.needs))


def recording_of(form: FormData, context: Context) -> Recording:
    """What a confirmation sends. Raises InputRefused."""
    known = context.knowledge.reference
    request = Ticks.of(form).to_domain(known)
    about = frozenset(known.need(need) for need in texts_of(form, "about"))
    if not about or not about <= request.needs:
        raise RequestRefused("Gardez au moins un besoin.")
    intake = checked_intake(text_of(form, "intake"))
    if intake is None:
        raise RequestRefused(UNREADABLE)
    mode, service = _chosen(form)
    answer = text_of(form, "answer")
    if answer and answer not in ANSWERS:
        raise RequestRefused(UNREADABLE)
    waits = text_of(form, "start") == State.ACCORD_ATTENDU
    return Recording(
        key=key_of(form),
        intake=intake,
        request=request,
        site=PartnerId(text_of(form, "site")),
        programme=text_of(form, "programme"),
        service=service,
        about=about,
        mode=mode,
        start=State.ACCORD_ATTENDU if waits else State.ENVOYEE,
        on=day_of(form, "on") if mode is Mode.DECLARED else None,
        answer=State(answer) if answer else None,
        team=text_of(form, "team") == "oui",
    )


def _chosen(form: FormData) -> tuple[Mode, ServiceId]:
    """A suggestion has a button for each mode, whose value is the service; a confirmation says both."""
    for mode in Mode:
        if text_of(form, mode):
            return mode, ServiceId(text_of(form, mode))
    mode_said = text_of(form, "mode")
    if mode_said not in set(Mode):
        raise RequestRefused(UNREADABLE)
    return Mode(mode_said), ServiceId(text_of(form, "service"))


def registered(held: Intake, directory: Directory, reference: Reference) -> str:
    """Of a young person who is recorded already: where, in which programme, since when."""
    programme = reference.programmes[held.programme].label
    return f"{name(directory, held.site)}, {programme}, accueilli le {day(held.received_on)}."


def site_choices(directory: Directory, reference: Reference) -> list[tuple[str, str]]:
    """The Mission Locale's contact places, in the order of the reference."""
    return [(str(id), name(directory, id)) for id in sites(directory, reference).values()]


def default_site(directory: Directory, reference: Reference, commune: CommuneCode) -> str:
    """The first place, in the order of the reference, of the EPCI where the young person lives; "" when none is."""
    epci = reference.communes[commune].epci
    for code, id in sites(directory, reference).items():
        if reference.communes[reference.sites[code].commune].epci == epci:
            return str(id)
    return ""


def default_programme(ticks: Ticks) -> str:
    """What the ticks themselves say; the adviser knows the rest."""
    return (
        str(SCHOOLING) if ticks.age.isdecimal() and int(ticks.age) < 18 and SCHOOLING in ticks.needs else NO_PROGRAMME
    )


def team_said(found: Suggestion, directory: Directory) -> str:
    """« A (référent), B et C »; "" when one partner is enough."""
    members = [member.partner for member in found.team.members]
    if len(members) < 2:
        return ""
    ordered = sorted(members, key=lambda id: (id != found.team.lead, folded(name(directory, id))))
    return listed([name(directory, id) + (" (référent)" if id == found.team.lead else "") for id in ordered])
