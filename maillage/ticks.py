"""The ticks of the booklet as a form sends them, and what is wrong with them."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from graph.errors import InputRefused, RequestRefused
from graph.intake import Intake, IntakeId
from graph.model import Request
from graph.pseudonym import is_pseudonym
from graph.reference import MINOR, Reference, Situation, checked_age

SHOWN = 20
"""Partners of an answer."""
LONGEST = 100
MOST_FIELDS = 300
_GROUPS = {
    None: "Parcours et vie quotidienne",
    "sante": "Santé et handicap",
    "protection": "Logement et protection",
    "justice": "Justice",
    "exil": "Nationalité et séjour",
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
            age=text_of(form, "age"),
            commune=text_of(form, "commune"),
            needs=texts_of(form, "needs"),
            situations=texts_of(form, "situations"),
            sectors=texts_of(form, "sectors"),
        )

    @classmethod
    def of_intake(cls, intake: Intake) -> "Ticks":
        return cls(
            age=str(intake.age),
            commune=intake.commune,
            needs=tuple(sorted(intake.needs)),
            situations=tuple(sorted(intake.situations - {MINOR})),
            sectors=tuple(sorted(intake.sectors)),
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


def text_of(form: FormData, name: str) -> str:
    value = form.get(name, "")
    if not isinstance(value, str):
        raise HTTPException(400)
    return _shown(value)


def texts_of(form: FormData, name: str) -> tuple[str, ...]:
    return tuple(_shown(value) for value in form.getlist(name) if isinstance(value, str))


def _shown(value: str) -> str:
    """What can be shown again: no code is as long, and none holds a control character."""
    return "".join(c for c in value if c.isprintable()).strip()[:LONGEST]


def checked_intake(text: str) -> IntakeId | None:
    """*text* when it is a pseudonym as they are made here."""
    return IntakeId(text) if is_pseudonym(text) else None


def situation_groups(known: Reference) -> list[tuple[str, list[Situation]]]:
    """Situations under the headings of the page; `mineur` follows from the age and is not asked."""
    groups: dict[str, list[Situation]] = {heading: [] for heading in _GROUPS.values()}
    for situation in known.situations.values():
        if situation.code != MINOR:
            groups[_GROUPS[situation.sensitivity]].append(situation)
    return [(heading, situations) for heading, situations in groups.items() if situations]
