"""The adviser's page: the booklet's ticks, then the partners that fit, and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from graph.errors import InputRefused, MaillageError, RequestRefused, StoreUnavailable
from graph.model import AGE_MAX, AGE_MIN, Request
from graph.reference import MINOR, Reference, Situation, checked_age
from maillage.answer import Answer
from maillage.wording import needs_counted, partners_counted, plural, typeset
from resolvers import suggestion as suggestions
from resolvers.context import Context

SHOWN = 20
MOST_FIELDS = 300
LONGEST = 100
NO_STORE = {"Cache-Control": "no-store"}
_GROUPS = {
    None: "Parcours et vie quotidienne",
    "sante": "Santé et handicap",
    "protection": "Logement et protection",
    "justice": "Justice",
    "exil": "Nationalité et séjour",
}
PLACES = {"age": "age", "commune": "commune", "needs": "besoins", "situations": "situations", "sectors": "secteurs"}
"""Fields of the form, in its order, and where each is on the page."""
_PROBLEMS = {
    400: ("Demande illisible", "Le navigateur a envoyé une demande que le service ne comprend pas."),
    404: ("Page introuvable", "Cette page n'existe pas."),
    405: ("Page introuvable", "Cette page ne se demande pas de cette façon."),
    413: ("Demande trop longue", "La demande dépasse ce qu'un formulaire peut contenir."),
    500: ("Erreur inattendue", "Le service a rencontré une erreur ; rien n'a été enregistré. Recommencez la demande."),
    503: ("Service indisponible", "Le service ne répond pas pour l'instant : réessayez dans un moment."),
}


@dataclass(frozen=True, slots=True)
class Ticks:
    """What the form says, as it was sent: shown again when something is refused."""

    age: str = ""
    commune: str = ""
    needs: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()

    @classmethod
    def of(cls, form: FormData) -> "Ticks":
        return cls(
            age=_text(form, "age"),
            commune=_text(form, "commune"),
            needs=_texts(form, "needs"),
            situations=_texts(form, "situations"),
            sectors=_texts(form, "sectors"),
        )

    def problems(self, known: Reference) -> dict[str, str]:
        """What is wrong, by field, in the order of the form; empty when the request can be asked."""
        checks: dict[str, Callable[[], object]] = {
            "age": self._age,
            "commune": lambda: self._commune(known),
            "needs": lambda: self._needs(known),
            "situations": lambda: [known.situation(s) for s in self.situations],
            "sectors": lambda: [known.sector(s) for s in self.sectors],
        }
        found: dict[str, str] = {}
        for field, check in checks.items():
            try:
                check()
            except InputRefused as problem:
                found[field] = str(problem)
        if not found:
            try:
                self.to_domain(known)
            except InputRefused as problem:  # ticks that are right one by one and wrong together
                found["situations"] = str(problem)
        return found

    def to_domain(self, known: Reference) -> Request:
        """Raises RequestRefused or UnknownCode."""
        return known.request(self._age(), self.commune, self.needs, self.situations, self.sectors, SHOWN)

    def _age(self) -> int:
        if not self.age:
            raise RequestRefused("Indiquez l'âge.")
        if not self.age.isascii() or not self.age.isdecimal() or len(self.age) > 3:
            raise RequestRefused("L'âge est un nombre entier d'années.")
        return checked_age(int(self.age))

    def _commune(self, known: Reference) -> None:
        if not self.commune:
            raise RequestRefused("Choisissez la commune où vit le jeune.")
        known.served_commune(self.commune)

    def _needs(self, known: Reference) -> None:
        if not self.needs:
            raise RequestRefused("Cochez au moins un besoin.")
        for need in self.needs:
            known.need(need)


def page_routes(context: Callable[[], Context]) -> list[BaseRoute]:
    templates = environment()

    async def intake(request: HttpRequest) -> Response:
        if request.method != "POST":
            return _page(templates, context().knowledge.reference, Ticks())
        return await _suggested(templates, context(), request)

    return [
        Route("/", intake, methods=["GET", "POST"]),
        Mount("/static", StaticFiles(directory=str(files("maillage") / "static")), name="static"),
    ]


def page_problems(api: str) -> Mapping[Any, Callable[[HttpRequest, Exception], Response]]:
    """Exception handlers: a French page for people, a French sentence under *api*."""
    templates = environment()

    def answer(request: HttpRequest, problem: Exception) -> Response:
        status = problem.status_code if isinstance(problem, HTTPException) else 500
        heading, sentence = _PROBLEMS.get(
            status, ("Demande refusée", "Le service ne peut pas répondre à cette demande.")
        )
        headers = {**(getattr(problem, "headers", None) or {}), **NO_STORE}
        if request.url.path == api:
            return PlainTextResponse(sentence, status, headers)
        text = templates.get_template("problem.html").render(heading=heading, sentence=sentence)
        return HTMLResponse(typeset(text), status, headers)

    return {HTTPException: answer, Exception: answer}


async def _suggested(templates: Environment, context: Context, request: HttpRequest) -> Response:
    known = context.knowledge.reference
    ticks = Ticks.of(await request.form(max_files=0, max_fields=MOST_FIELDS))
    errors = ticks.problems(known)
    if errors:
        return _page(templates, known, ticks, errors=errors, status=422)
    try:
        found, directory = await suggestions.suggestion(context, ticks.to_domain(known))
    except MaillageError as problem:
        status = 503 if isinstance(problem, StoreUnavailable) else 422
        return _page(templates, known, ticks, trouble=str(problem), status=status)
    return _page(templates, known, ticks, found=Answer(found, directory, known))


def _page(
    templates: Environment,
    known: Reference,
    ticks: Ticks,
    *,
    found: Answer | None = None,
    errors: Mapping[str, str] | None = None,
    trouble: str | None = None,
    status: int = 200,
) -> Response:
    """*trouble* is a sentence about the service, *errors* are about fields."""
    text = templates.get_template("suggestion.html").render(
        known=known,
        ticks=ticks,
        found=found,
        errors=errors or {},
        trouble=trouble,
        places=PLACES,
        groups=situation_groups(known),
        ages=(AGE_MIN, AGE_MAX),
    )
    return HTMLResponse(typeset(text), status, NO_STORE)


def environment() -> Environment:
    templates = Environment(
        loader=PackageLoader("maillage"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names: Mapping[str, Callable[..., Any]] = {
        "plural": plural,
        "needs_counted": needs_counted,
        "partners_counted": partners_counted,
    }
    templates.filters.update(names)
    return templates


def situation_groups(known: Reference) -> list[tuple[str, list[Situation]]]:
    """Situations under the headings of the page; `mineur` follows from the age and is not asked."""
    groups: dict[str, list[Situation]] = {heading: [] for heading in _GROUPS.values()}
    for situation in known.situations.values():
        if situation.code != MINOR:
            groups[_GROUPS[situation.sensitivity]].append(situation)
    return [(heading, situations) for heading, situations in groups.items() if situations]


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    if not isinstance(value, str):
        raise HTTPException(400)
    return _shown(value)


def _texts(form: FormData, name: str) -> tuple[str, ...]:
    return tuple(_shown(value) for value in form.getlist(name) if isinstance(value, str))


def _shown(value: str) -> str:
    """What can be shown again: no code is as long, and none holds a control character."""
    return "".join(c for c in value if c.isprintable()).strip()[:LONGEST]
