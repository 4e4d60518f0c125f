"""The adviser's page: the booklet's ticks, then the partners that fit, and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from graph.directory import Directory
from graph.errors import MaillageError, RequestRefused, StoreUnavailable
from graph.model import AGE_MAX, AGE_MIN, Access, PartnerId, Request
from graph.reference import MINOR, Reference, Situation
from graph.suggestion import Suggestion
from maillage.wording import needs_counted, partners_counted, plural
from resolvers import suggestion as suggestions
from resolvers.context import Context

EXCLUDED_SHOWN = 200
SHOWN = 20
_GROUPS = {
    None: "Parcours et vie quotidienne",
    "sante": "Santé et handicap",
    "protection": "Logement et protection",
    "justice": "Justice",
    "exil": "Nationalité et séjour",
}
_ACCESS = {
    Access.PROFESSIONAL: "sur orientation d'un professionnel",
    Access.SELF: "le jeune peut s'y présenter seul",
    Access.DECISION: "après une décision ou une notification",
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

    def to_domain(self, known: Reference) -> Request:
        """Raises RequestRefused or UnknownCode."""
        if not self.age:
            raise RequestRefused("Indiquez l'âge.")
        if not self.age.isascii() or not self.age.isdecimal() or len(self.age) > 3:
            raise RequestRefused("L'âge est un nombre entier d'années.")
        if not self.commune:
            raise RequestRefused("Choisissez la commune où vit le jeune.")
        return known.request(int(self.age), self.commune, self.needs, self.situations, self.sectors, SHOWN)


@dataclass(frozen=True)
class Found:
    """A suggestion with what its page needs to name things."""

    suggestion: Suggestion
    directory: Directory
    shown: int = field(default=EXCLUDED_SHOWN)

    def name(self, id: PartnerId) -> str:
        return self.directory.partners[id].name

    @property
    def excluded(self) -> list[tuple[str, str, list[str]]]:
        """(partner, service, reasons), by partner's name."""
        rows = [
            (self.name(e.partner), self.directory.services[e.service].name, [r.text for r in e.reasons])
            for e in self.suggestion.excluded
        ]
        return sorted(rows)[: self.shown]


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


async def _suggested(templates: Environment, context: Context, request: HttpRequest) -> Response:
    known = context.knowledge.reference
    ticks = Ticks.of(await request.form(max_files=0, max_fields=300))
    try:
        found, directory = await suggestions.suggestion(context, ticks.to_domain(known))
    except StoreUnavailable as problem:
        return _page(templates, known, ticks, error=str(problem), status=503)
    except MaillageError as problem:
        return _page(templates, known, ticks, error=str(problem), status=422)
    return _page(templates, known, ticks, found=Found(found, directory))


def _page(
    templates: Environment,
    known: Reference,
    ticks: Ticks,
    *,
    found: Found | None = None,
    error: str | None = None,
    status: int = 200,
) -> Response:
    text = templates.get_template("suggestion.html").render(
        known=known,
        ticks=ticks,
        found=found,
        error=error,
        groups=situation_groups(known),
        ages=(AGE_MIN, AGE_MAX),
    )
    return HTMLResponse(text, status, {"Cache-Control": "no-store"})


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
        "access": lambda kinds: [_ACCESS[kind] for kind in Access if kind in kinds],
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
    return value.strip()


def _texts(form: FormData, name: str) -> tuple[str, ...]:
    return tuple(value for value in form.getlist(name) if isinstance(value, str))
