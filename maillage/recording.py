"""A confirmed referral, as the page of its confirmation sends it: the intake if it is new, the referral, the team."""

from dataclasses import dataclass
from datetime import date

from graph.errors import MaillageError
from graph.intake import IntakeId
from graph.model import IdempotencyKey, NeedCode, PartnerId, Request, ServiceId
from graph.referral import Mode, ReferralId, State
from resolvers.context import Context
from resolvers.cosupports import open_cosupport
from resolvers.intakes import record_intake
from resolvers.referrals import declare, refer


@dataclass(frozen=True, slots=True)
class Recording:
    """`site` and `programme` are asked of a new intake only; `on` and `answer` of a declared referral."""

    key: IdempotencyKey
    intake: IntakeId
    request: Request
    site: PartnerId
    programme: str
    service: ServiceId
    about: frozenset[NeedCode]
    mode: Mode
    start: State = State.ENVOYEE
    on: date | None = None
    answer: State | None = None
    team: bool = False


class Unfinished(MaillageError):
    """A part stands, the next one does not, for *cause*. Sent again, the same form does what is missing.

    *referral* is None when the booklet alone stands.
    """

    def __init__(self, referral: ReferralId | None, cause: MaillageError) -> None:
        what = "Le livret du jeune" if referral is None else "L'orientation"
        missing = "l'orientation" if referral is None else "le co-accompagnement"
        stands = "enregistré" if referral is None else "enregistrée"
        super().__init__(f"{what} est {stands}, {missing} ne l'est pas encore. {cause}")
        self.referral = referral
        self.cause = cause


async def record(context: Context, wanted: Recording) -> ReferralId:
    """Each part has a key of its own, made from that of the form: sent twice, or again after a refusal, once each.

    Raises Unfinished when a part was recorded and the next one is refused.
    """
    new = wanted.intake not in await context.store.intakes([wanted.intake])
    if new:
        asked = wanted.request
        await record_intake(
            context,
            asked.age,
            asked.commune,
            wanted.programme,
            wanted.site,
            asked.needs,
            part(wanted.key, "livret"),
            situations=asked.situations,
            sectors=asked.sectors,
            id=wanted.intake,
        )
    try:
        made = await _referred(context, wanted)
    except MaillageError as problem:
        if new:
            raise Unfinished(None, problem) from problem
        raise
    if wanted.team:
        try:
            await open_cosupport(context, wanted.intake, part(wanted.key, "equipe"))
        except MaillageError as problem:
            raise Unfinished(made, problem) from problem
    return made


async def _referred(context: Context, wanted: Recording) -> ReferralId:
    if wanted.mode is Mode.DECLARED:
        made = await declare(
            context, wanted.intake, wanted.service, wanted.about, wanted.key, day=wanted.on, answer=wanted.answer
        )
    else:
        made = await refer(context, wanted.intake, wanted.service, wanted.about, wanted.key, start=wanted.start)
    return made.referral.id


def part(key: IdempotencyKey, name: str) -> IdempotencyKey:
    return IdempotencyKey(f"{key}-{name}")
