"""Requests of the command line → suggestions, as JSON values or as a text to read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from graph.directory import Directory
from graph.errors import MaillageError, RequestRefused
from graph.model import Request
from graph.suggestion import Suggestion, suggest
from graph.suggestion_json import to_json
from loaders.reference import reference
from maillage.wording import partners_counted, plural

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

    def suggestion(self, one: Asked) -> Suggestion:
        if one.request is None:
            raise ValueError(f"request {one.id} was refused")
        return suggest(one.request, self.directory, reference(), self.today)

    def json(self, one: Asked) -> dict[str, Any]:
        return {"id": one.id, **to_json(self.suggestion(one))}

    def text(self, one: Asked) -> str:
        return french_text(self.suggestion(one), self.directory)


def answers(directory: Directory, today: date) -> Answers:
    return Answers(directory, today)


def french_text(found: Suggestion, directory: Directory) -> str:
    """The suggestion as a text: safety first, the team, partners with reasons, what nobody covers, the others."""
    known = reference()
    request = found.request
    needs = [known.needs[n].label for n in known.needs if n in request.needs]
    lines = [f"Jeune de {request.age} ans, {known.communes[request.commune].name}. Besoins : {' ; '.join(needs)}."]
    lines += [f"!! {number.number} : {number.text}" for number in found.safety]
    if found.team.members:
        lines += [
            "",
            "La plus petite équipe :" if found.team.optimal else "Une équipe (peut-être pas la plus petite) :",
        ]
        for member in found.team.members:
            covered = " ; ".join(known.needs[n].label for n in member.needs)
            lines.append(f"  - {directory.partners[member.partner].name} : {covered}")
    lines += ["", f"{partners_counted(found.eligible)} :" if found.suggestions else "Aucun partenaire ne convient."]
    for one in found.suggestions:
        mark = " (à confirmer)" if one.service.to_confirm else ""
        lines.append(f"  {one.rank}. {one.partner.name} : {one.service.name}{mark}")
        lines += [f"       {reason.text}" for reason in one.reasons if reason.code != "to_confirm"]
    for need in found.uncovered:
        lines.append(f"Personne ne couvre « {known.needs[need].label} ».")
        lines += [f"  possible {r.text}" for r in found.relaxations if r.need == need]
    if found.excluded:
        lines += ["", f"{plural(len(found.excluded), 'service écarté', 'services écartés')}, dont :"]
        for exclusion in found.excluded[:5]:
            reasons = " ; ".join(reason.text for reason in exclusion.reasons)
            lines.append(f"  - {directory.partners[exclusion.partner].name} : {reasons}")
    return "\n".join(lines)
