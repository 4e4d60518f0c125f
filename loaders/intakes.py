"""Intakes from a table: one row, one booklet, in closed codes (promise P1).

A column outside the list refuses the whole file. A row that is wrong is refused with its line and a reason that never
repeats a cell: see `loaders.codes`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.directory import Directory
from graph.errors import InputRefused
from graph.intake import Intake, IntakeId, ProgrammeCode
from graph.model import AGE_MAX, AGE_MIN, CommuneCode, NeedCode, PartnerId, PartnerKind, SectorCode, SituationCode
from graph.names import folded
from graph.pseudonym import FILE_VARIABLE, KEY_VARIABLE, PseudonymKey, is_random
from graph.reference import MINOR, Reference
from graph.sites import sites
from loaders.codes import Codes
from loaders.columns import Column, TableRow, table
from loaders.communes import Communes, Written
from loaders.dates import day
from loaders.reading import Rejected
from loaders.text import content, decoded

COLUMNS = {
    "reference": Column(
        "référence",
        (
            *("reference", "ref", "identifiant", "id", "pseudonyme", "dossier"),
            *("numero de dossier", "numero dossier", "n dossier", "n de dossier", "no dossier"),
        ),
    ),
    "date": Column(
        "date",
        (
            *("date", "date d accueil", "date accueil", "date de reception", "date reception", "date d entree"),
            *("recu le", "recue le", "received on"),
        ),
    ),
    "age": Column("âge", ("age", "age en annees", "age revolu")),
    "commune": Column(
        "commune",
        (
            *("commune", "commune de residence", "ville", "insee", "code insee", "code commune", "commune insee"),
            *("code insee commune", "code insee de la commune", "code postal", "cp"),
        ),
    ),
    "programme": Column("programme", ("programme", "programmes", "program", "dispositif", "accompagnement")),
    "site": Column("site", ("site", "sites", "lieu d accueil", "antenne", "point d accueil")),
    "needs": Column("besoins", ("besoins", "besoin", "needs", "need")),
    "situations": Column("situations", ("situations", "situation"), required=False),
    "sectors": Column("secteurs", ("secteurs", "secteur", "sectors", "sector"), required=False),
}
_OLDEST = 10
"""Years: an older date is one of birth."""


@dataclass(frozen=True, slots=True)
class IntakeReading:
    """`intakes` with their lines; `read` rows."""

    source: str
    read: int
    intakes: tuple[tuple[int, Intake], ...]
    refused: tuple[Rejected, ...]


def read(path: Path, directory: Directory, known: Reference, key: PseudonymKey | None, today: date) -> IntakeReading:
    """Raises FileRefused when *path* is not such a table."""
    return intakes(decoded(content(path), path.name), path.name, directory, known, key, today)


def intakes(
    text: str, source: str, directory: Directory, known: Reference, key: PseudonymKey | None, today: date
) -> IntakeReading:
    """Every row gives an intake or a refusal; the second row of a reference is refused."""
    rows = list(table(text, source, COLUMNS))
    reader = _Reader(directory, known, key, today, rows)
    found: list[tuple[int, Intake]] = []
    refused: list[Rejected] = []
    first: dict[IntakeId, int] = {}
    for row in rows:
        try:
            intake = reader.intake(row)
            if intake.id in first:
                raise InputRefused(f"la référence est déjà celle de la ligne {first[intake.id]}.")
        except InputRefused as problem:
            refused.append(Rejected(source, row.line, str(problem)))
        else:
            first[intake.id] = row.line
            found.append((row.line, intake))
    return IntakeReading(source, len(rows), tuple(found), tuple(refused))


class _Reader:
    def __init__(
        self,
        directory: Directory,
        known: Reference,
        key: PseudonymKey | None,
        today: date,
        rows: Iterable[TableRow],
    ) -> None:
        self._key, self._today = key, today
        self._sites = _site_forms(directory, known)
        self._known_sites = known.sites
        self._needs = Codes("besoins", {c: n.label for c, n in known.needs.items()})
        self._situations = Codes("situations", {c: s.label for c, s in known.situations.items()})
        self._sectors = Codes("secteurs", {c: s.label for c, s in known.sectors.items()}, parts=True)
        self._programmes = Codes("programme", {c: p.label for c, p in known.programmes.items()}, parts=True)
        held = list(rows)
        self._communes = Communes(known, Written.of(held[0].headers["commune"]), (r.cells["commune"] for r in held))

    def intake(self, row: TableRow) -> Intake:
        """Raises InputRefused."""
        if row.problem is not None:
            raise InputRefused(row.problem)
        cells = row.cells
        empty = [c.name for key, c in COLUMNS.items() if c.required and not cells[key]]
        if empty:
            raise InputRefused(f"il manque {', '.join(f'« {name} »' for name in empty)}.")
        age = _age(cells["age"])
        needs = self._needs.several(cells["needs"])
        if not needs:
            raise InputRefused("aucun besoin n'est coché : un livret en a au moins un.")
        return Intake(
            id=self._reference(cells["reference"]),
            received_on=self._received(cells["date"]),
            age=age,
            commune=CommuneCode(self._communes.code(cells["commune"])),
            programme=ProgrammeCode(self._programmes.one(cells["programme"])),
            site=self._site(cells["site"]),
            needs=frozenset(map(NeedCode, needs)),
            situations=_situations(self._situations.several(cells["situations"]), age),
            sectors=frozenset(map(SectorCode, self._sectors.several(cells["sectors"]))),
        )

    def _reference(self, cell: str) -> IntakeId:
        written = cell.casefold()
        if is_random(written):
            return IntakeId(written)
        if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", written):
            raise InputRefused("la référence est un UUID qui n'est pas aléatoire : il en faut un de version 4.")
        if self._key is None:
            raise InputRefused(
                "la référence n'est pas un UUID aléatoire (version 4). Pour donner des numéros de dossier, dont seule "
                f"une empreinte est gardée, indiquez une clé par {KEY_VARIABLE} ou {FILE_VARIABLE}."
            )
        try:
            return self._key.pseudonym(cell)
        except InputRefused as problem:
            raise InputRefused(f"colonne « référence » : {problem}") from None

    def _received(self, cell: str) -> date:
        received = day(cell)
        if received is None:
            raise InputRefused("la date ne se lit pas : écrivez JJ/MM/AAAA ou AAAA-MM-JJ.")
        if received > self._today:
            raise InputRefused("la date est dans le futur.")
        if received.year < self._today.year - _OLDEST:
            raise InputRefused("la date est trop ancienne pour un accueil : une date de naissance n'est jamais gardée.")
        return received

    def _site(self, cell: str) -> PartnerId:
        found = self._sites.get(folded(cell))
        if found is None:
            named = ", ".join(f"{site.code} ({site.name})" for site in self._known_sites.values())
            raise InputRefused(f"le site n'existe pas. Il y a : {named}.")
        ids = sorted(id for id in found if id is not None)
        if not ids:
            raise InputRefused("ce site n'est aucun partenaire du stockage : chargez d'abord les listes.")
        if len(ids) > 1:
            raise InputRefused(f"plusieurs sites se disent ainsi : {', '.join(ids)}.")
        return ids[0]


def _site_forms(directory: Directory, known: Reference) -> Mapping[str, set[PartnerId | None]]:
    """Of a site, its code and name, and the id and name of its partner; None: it has no partner."""
    found: dict[str, set[PartnerId | None]] = {}
    partner_of = sites(directory, known)
    for code, site in known.sites.items():
        for form in (code, site.name):
            found.setdefault(folded(form), set()).add(partner_of.get(code))
    for partner in directory.partners.values():
        if partner.kind is PartnerKind.SITE:
            for form in (partner.id, partner.name):
                found.setdefault(folded(form), set()).add(partner.id)
    return found


def _age(cell: str) -> int:
    written = re.fullmatch(r"(\d{1,3})(?:[.,]0+)?(?: ?ans?)?", cell.casefold())
    if written is None or not written[1].isascii():
        raise InputRefused("l'âge est un nombre entier d'années.")
    age = int(written[1])
    if not AGE_MIN <= age <= AGE_MAX:
        raise InputRefused(f"l'âge va de {AGE_MIN} à {AGE_MAX} ans.")
    return age


def _situations(ticked: Iterable[str], age: int) -> frozenset[SituationCode]:
    """`mineur` follows from the age."""
    facts = frozenset(map(SituationCode, ticked))
    if age >= 18 and MINOR in facts:
        raise InputRefused("« Mineur » est coché alors que l'âge est de 18 ans ou plus.")
    return facts | {MINOR} if age < 18 else facts
