"""Requests of the command line → suggestions, as JSON values or as a text to read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from graph.directory import Directory
from graph.errors import MaillageError, RequestRefused
from graph.history import NO_HISTORY, History
from graph.model import NeedCode, Request
from graph.reasons import Ground
from graph.store import Store
from graph.suggestion import Suggestion, suggest
from graph.suggestion_json import to_json
from loaders.reference import reference
from maillage.wording import TO_CONFIRM, partners_counted, plural
from resolvers.history import read

EXCLUDED_SHOWN = 10
KEYS = {"id", "age", "commune", "needs", "situations", "sectors", "limit"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A checked request, or the French sentence that refuses it."""

    id: Any
    request: Request | None
    error: str | None = None


def asked(
    id: Any,
    age: Any,
    commune: Any,
    needs: Any,
    situations: Any = (),
    sectors: Any = (),
    limit: Any = 10,
) -> Asked:
    try:
        for name, value in (("needs", needs), ("situations", situations), ("sectors", sectors)):
            if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
                raise RequestRefused(f"« {name} » est une liste de codes.")
        if not isinstance(commune, str):
            raise RequestRefused("« commune » est un code INSEE, entre guillemets.")
        return Asked(id, reference().request(age, commune, needs, situations, sectors, limit))
    except MaillageError as problem:
        return Asked(id, None, str(problem))


def requests(lines: Iterable[bytes], limit: int) -> Iterator[Asked]:
    """One answer per line that is not blank, in order; a wrong line never stops the others."""
    for number, line in enumerate(lines, start=1):
        text = line.removeprefix(b"\xef\xbb\xbf").strip()
        if text:
            yield _parsed(text, number, limit)


def _parsed(text: bytes, number: int, limit: int) -> Asked:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return Asked(None, None, f"Ligne {number} : ce n'est pas du JSON lisible.")
    if not isinstance(value, dict):
        return Asked(None, None, f"Ligne {number} : une demande est un objet JSON.")
    id = value.get("id")
    unknown = sorted(value.keys() - KEYS)
    if unknown:
        return Asked(id, None, f"Ligne {number} : clé inconnue « {unknown[0]} ».")
    missing = [key for key in ("age", "commune", "needs") if key not in value]
    if missing:
        return Asked(id, None, f"Ligne {number} : il manque « {missing[0]} ».")
    one = asked(
        id,
        value["age"],
        value["commune"],
        value["needs"],
        _or(value, "situations", []),
        _or(value, "sectors", []),
        _or(value, "limit", limit),
    )
    return Asked(one.id, one.request, one.error and f"Ligne {number} : {one.error}")


def _or(value: Mapping[str, Any], key: str, default: Any) -> Any:
    return default if value.get(key) is None else value[key]


@dataclass(frozen=True, slots=True)
class Answers:
    """Suggestions over one directory on one day."""

    directory: Directory
    today: date
    history: History = NO_HISTORY

    def suggestion(self, one: Asked) -> Suggestion:
        if one.request is None:
            raise ValueError(f"request {one.id} was refused")
        return suggest(one.request, self.directory, reference(), self.today, self.history)

    def json(self, one: Asked) -> dict[str, Any]:
        return {**to_json(self.suggestion(one)), "id": one.id}

    def text(self, one: Asked) -> str:
        return french_text(self.suggestion(one), self.directory)


async def answers(store: Store, today: date, *, learned: bool = True) -> Answers:
    """*learned*: whether the record of the partners ranks beside the rules."""
    past = await read(store, today) if learned else NO_HISTORY
    return Answers(await store.directory(), today, past)


def french_text(found: Suggestion, directory: Directory) -> str:
    """The suggestion as a text: safety first, the team, partners with reasons, what nobody covers, the others."""
    known = reference()
    request = found.request
    lines = [f"Jeune de {request.age} ans, {known.communes[request.commune].name}."]
    lines.append(f"Besoins : {_labels([n for n in known.needs if n in request.needs])}.")
    if found.safety:
        lines += ["", "D'abord la sécurité :"]
        lines += [f"  {number.number:<5} {number.text}" for number in found.safety]
    if found.team.members:
        lines += ["", *_team(found, directory)]
    lines += ["", *_partners(found)]
    for need in found.uncovered:
        lines += ["", f"Personne ne couvre « {known.needs[need].label} »."]
        lines += [f"  - possible {r.text}" for r in found.relaxations if r.need == need]
    if found.excluded:
        lines += ["", *_excluded(found, directory)]
    return "\n".join(lines)


def _labels(needs: Iterable[NeedCode]) -> str:
    known = reference()
    return " ; ".join(known.needs[n].label for n in needs)


def _team(found: Suggestion, directory: Directory) -> Iterator[str]:
    team = found.team
    yield "La plus petite équipe :" if team.optimal else "Une équipe (rien ne prouve qu'elle soit la plus petite) :"
    instead = {a.member: a.partners for a in team.alternatives}
    for member in team.members:
        lead = " (référent proposé)" if member.partner == team.lead and len(team.members) > 1 else ""
        yield f"  - {directory.partners[member.partner].name}{lead} : {_labels(member.needs)}"
        others = [directory.partners[p].name for p in instead.get(member.partner, ())]
        if others:
            yield f"      à défaut : {', '.join(others)}"


def _partners(found: Suggestion) -> Iterator[str]:
    if not found.suggestions:
        yield "Aucun partenaire ne convient."
        return
    verb = "convient" if found.eligible == 1 else "conviennent"
    shown = len(found.suggestions)
    cut = "" if shown == found.eligible else ", le premier" if shown == 1 else f", les {shown} premiers"
    yield f"{partners_counted(found.eligible)} {verb}{cut} :"
    for one in found.suggestions:
        mark = " (à confirmer)" if one.service.to_confirm else ""
        yield f"  {one.rank}. {one.partner.name} : {one.service.name}{mark}"
        yield from (f"       {reason.text}" for reason in one.reasons if reason.code != Ground.TO_CONFIRM)
        if one.service.note:
            yield f"       À savoir : {one.service.note}"
    if any(one.service.to_confirm for one in found.suggestions):
        yield f"À confirmer : {TO_CONFIRM}"


def _excluded(found: Suggestion, directory: Directory) -> Iterator[str]:
    shown = found.excluded[:EXCLUDED_SHOWN]
    cut = f", dont {len(shown)} ici (tous avec --json)" if len(shown) < len(found.excluded) else ""
    yield f"{plural(len(found.excluded), 'service écarté', 'services écartés')}{cut} :"
    for exclusion in shown:
        reasons = " ; ".join(reason.text for reason in exclusion.reasons)
        partner, service = directory.partners[exclusion.partner], directory.services[exclusion.service]
        yield f"  - {partner.name}, {service.name} : {reasons}"
