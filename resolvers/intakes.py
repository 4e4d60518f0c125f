"""A booklet that enters: its codes are checked, its needs are suggested for, those that nobody can cover are kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from graph.directory import Directory
from graph.entry import Entry
from graph.errors import InputRefused, NotFound, RequestRefused, UnknownCode
from graph.follow_store import FollowStore
from graph.intake import Intake, IntakeId, ProgrammeCode, Unmet
from graph.model import IdempotencyKey, PartnerId, PartnerKind, Request
from graph.pseudonym import FILE_VARIABLE, KEY_VARIABLE, is_pseudonym, is_random
from graph.reference import MINOR, Reference
from graph.sites import sites
from graph.suggestion import Suggestion
from resolvers import suggestion as suggestions
from resolvers.context import Context
from resolvers.keys import derived, spelled

OLDEST = timedelta(days=3653)
"""An older date of reception is one of birth."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """`directory` is the one that the suggestion was made from."""

    intake: Intake
    suggestion: Suggestion
    directory: Directory


async def record_intake(
    context: Context,
    age: int,
    commune: str,
    programme: str,
    site: str,
    needs: Iterable[str],
    key: IdempotencyKey,
    *,
    situations: Iterable[str] = (),
    sectors: Iterable[str] = (),
    received_on: date | None = None,
    id: str | None = None,
) -> Recorded:
    """Stores the booklet with the needs that nobody can cover; without *id* the pseudonym comes from the key, a UUID.

    *site* is the id of a partner of kind `site`, or its code in the reference. Raises UnknownCode, RequestRefused,
    NotFound, and Conflict when that pseudonym is stored with another content.
    """
    known = context.knowledge.reference
    pseudonym = _from_key(key) if id is None else checked_pseudonym(id)
    asked = known.request(age, commune, needs, situations, sectors)
    call = spelled(
        "intake",
        id=id,
        age=age,
        commune=commune,
        programme=programme,
        site=site,
        needs=asked.needs,
        situations=asked.situations,
        sectors=asked.sectors,
        received_on=received_on,
    )
    found, directory = await suggestions.suggestion(context, asked)
    if await context.store.followed(key, call) is None:
        made = Intake(
            id=pseudonym,
            received_on=_checked_day(received_on, context.today()),
            age=age,
            commune=asked.commune,
            programme=checked_programme(known, programme),
            site=checked_site(directory, known, site),
            needs=asked.needs,
            situations=asked.situations,
            sectors=asked.sectors,
            simulated=await simulated(context),
        )
        unmet = tuple(Unmet(pseudonym, need, made.received_on) for need in found.uncovered)
        await context.store.follow(Entry(intakes=(made,), unmet=unmet), key=key, call=call)
    return Recorded(await intake(context, pseudonym), found, directory)


async def intake(context: Context, id: IntakeId) -> Intake:
    """Raises NotFound."""
    found = await context.store.intakes([id])
    if id not in found:
        raise NotFound("Livret", id)
    return found[id]


def request_of(known: Reference, held: Intake, needs: Iterable[str] | None = None, limit: int = 10) -> Request:
    """What to ask a suggestion with, for all the needs of the booklet or for *needs*."""
    asked = held.needs if needs is None else needs
    return known.request(held.age, held.commune, asked, held.situations - {MINOR}, held.sectors, limit)


async def simulated(context: Context) -> bool:
    """Whatever enters a simulated store is simulated too."""
    return (await context.store.held()).simulated > 0


async def expect_key(store: FollowStore, *, configured: bool) -> None:
    """Raises InputRefused when young people stand under pseudonyms of a key, and there is none."""
    if not configured and await store.keyed():
        raise InputRefused(
            "Ce stockage contient des livrets dont le pseudonyme vient d'un numéro de dossier, et aucune clé de "
            f"pseudonymes n'est donnée : le même jeune serait enregistré deux fois. Donnez la clé ({KEY_VARIABLE} ou "
            f"{FILE_VARIABLE}) qui a servi à les enregistrer."
        )


def checked_pseudonym(text: str) -> IntakeId:
    """Raises RequestRefused, without saying it again, when *text* could be anything else than a pseudonym."""
    if not is_pseudonym(text):
        raise RequestRefused("Un livret porte un UUID aléatoire (version 4) : rien qui désigne une personne.")
    return IntakeId(text)


def _from_key(key: IdempotencyKey) -> IntakeId:
    """The same for the same key, which must be one that nobody can guess. Raises RequestRefused."""
    if not is_random(key):
        raise RequestRefused(
            "Sans pseudonyme, la clé d'envoi est un UUID aléatoire (version 4) : le pseudonyme en est tiré."
        )
    return IntakeId(derived(key, "intake"))


def checked_programme(known: Reference, code: str) -> ProgrammeCode:
    if code not in known.programmes:
        raise UnknownCode("Le programme", code, [(p.code, p.label) for p in known.programmes.values()][:3])
    return ProgrammeCode(code)


def checked_site(directory: Directory, known: Reference, site: str) -> PartnerId:
    """The partner that *site* is, by its id or by its code. Raises NotFound."""
    id = sites(directory, known).get(site, PartnerId(site))
    found = directory.partners.get(id)
    if found is None or found.kind is not PartnerKind.SITE:
        raise NotFound("Site", site)
    return id


def _checked_day(received_on: date | None, today: date) -> date:
    if received_on is None:
        return today
    if received_on > today:
        raise RequestRefused("La date d'accueil est à venir.")
    if received_on < today - OLDEST:
        raise RequestRefused("La date d'accueil est trop ancienne : une date de naissance n'est jamais gardée.")
    return received_on
