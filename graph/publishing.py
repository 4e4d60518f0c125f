"""The fixed tables of a year, made of what a store counts: which cells there are, and what is true of them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from graph.directory import Directory
from graph.errors import Conflict, RequestRefused
from graph.intake import AgeBand
from graph.model import DomainCode, NeedCode, PartnerId, PartnerKind, TerritoryCode
from graph.privacy import LEAST, STEP, Cell, Key, Kind, Relation, broken, rounded, told
from graph.publication import HIDDEN, Publication, Published, PublishedTable
from graph.reference import Reference

FIGURES = "chiffres"
BY_EPCI, BY_AGE, BY_PROGRAMME = "accueillis-par-epci", "accueillis-par-age", "accueillis-par-programme"
NEEDS, UNMET = "besoins-par-epci", "besoins-sans-reponse-par-epci"
ANSWERS, DOMAINS, PARTNERS, LINKS = "orientes-par-epci", "orientes-par-domaine", "orientes-par-partenaire", "liens"
RECEIVED_FROM, TOGETHER = "recus-par-partenaire", "co-accompagnes-par-deux"
YOUNG, RECEIVED, REFERRED, SENT, SUPPORTED = "jeunes", "accueillis", "orientes", "orientations", "co-accompagnes"
STEPS = {
    "sans-reponse": "orientés dont une demande au moins est restée sans réponse",
    "acceptee": "orientés dont une demande au moins a été acceptée",
    "rdv-honore": "orientés venus à un premier rendez-vous au moins",
    "besoin-couvert": "orientés dont un besoin au moins a été couvert",
}
"""What became of young people who were referred: code → what is said of them."""
SERVED = "besoin-couvert"

_BANDS = {
    AgeBand.MINOR: "moins-de-18",
    AgeBand.YOUNG: "18-21",
    AgeBand.MIDDLE: "22-et-plus",
    AgeBand.OLDER: "22-et-plus",
}
"""Bands that are published: so few are accompanied after 25 that a band of theirs would always have to hide another."""
_BAND_NAMES = {"moins-de-18": "Moins de 18 ans", "18-21": "18 à 21 ans", "22-et-plus": "22 ans et plus"}

_MOVED = LEAST + STEP // 2
"""A number that was told is told anew when it is so far from it: at least eleven people came or went."""
_APPEARED = 2 * LEAST
"""A number that was hidden is told when it has become so many, for the same reason."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Young people who were referred, by what became of one referral of theirs at least."""

    people: int = 0
    unanswered: int = 0
    accepted: int = 0
    met: int = 0
    served: int = 0

    @property
    def steps(self) -> Mapping[str, int]:
        return dict(zip(STEPS, (self.unanswered, self.accepted, self.met, self.served), strict=True))


@dataclass(frozen=True)
class YearCounted:
    """What a store counts of one year: young people everywhere, and `sent` referrals; those that come to us apart."""

    year: int
    simulated: bool
    young: int
    young_by_epci: Mapping[TerritoryCode, int]
    young_by_age: Mapping[AgeBand, int]
    young_by_programme: Mapping[str, int]
    needs: Mapping[tuple[NeedCode, TerritoryCode], int]
    unmet: Mapping[tuple[NeedCode, TerritoryCode], int]
    sent: int
    reached: Reached
    reached_by_epci: Mapping[TerritoryCode, Reached]
    reached_by_partner: Mapping[PartnerId, Reached]
    people_by_domain: Mapping[DomainCode, int]
    people_by_site: Mapping[tuple[PartnerId, PartnerId], int]
    inbound_by_partner: Mapping[PartnerId, int]
    supported: int = 0
    supported_together: Mapping[tuple[PartnerId, PartnerId], int] = field(default_factory=dict)


def cells_of(
    counted: YearCounted, directory: Directory, reference: Reference
) -> tuple[dict[Key, Cell], list[Relation]]:
    """Every cell that could be told, those of nobody too, and everything that is true of them whatever they hold."""
    made: dict[Key, Cell] = {}
    known: list[Relation] = []
    _received(counted, reference, made, known)
    _referred(counted, directory, reference, made, known)
    for partner, n in counted.inbound_by_partner.items():
        made[RECEIVED_FROM, partner, YOUNG] = Cell(n, margin=True)
    made[FIGURES, SUPPORTED, YOUNG] = Cell(counted.supported, margin=True)
    for (a, b), n in counted.supported_together.items():
        made[TOGETHER, f"{a} {b}", YOUNG] = Cell(n, margin=True)
    return made, known


def _received(counted: YearCounted, reference: Reference, made: dict[Key, Cell], known: list[Relation]) -> None:
    whole = (FIGURES, RECEIVED, YOUNG)
    made[whole] = Cell(counted.young, margin=True)
    ages: dict[str, int] = dict.fromkeys(_BAND_NAMES, 0)
    for band, n in counted.young_by_age.items():
        ages[_BANDS[band]] += n
    epcis: dict[str, int] = {epci: counted.young_by_epci.get(epci, 0) for epci in reference.epcis}
    programmes = {code: counted.young_by_programme.get(code, 0) for code in reference.programmes}
    for table, parts in ((BY_EPCI, epcis), (BY_AGE, ages), (BY_PROGRAMME, programmes)):
        made |= {(table, part, YOUNG): Cell(n) for part, n in parts.items()}
        known.append(Relation(Kind.SUM, whole, tuple((table, part, YOUNG) for part in parts)))
    for epci in reference.epcis:
        here = (BY_EPCI, epci, YOUNG)
        for need in reference.needs:
            made[NEEDS, need, epci] = Cell(counted.needs.get((need, epci), 0), of=here, shared=True)
            unmet = counted.unmet.get((need, epci), 0)
            made[UNMET, need, epci] = Cell(unmet, of=(NEEDS, need, epci), shared=True)
        # everybody who is received says one need at least
        known.append(Relation(Kind.COVER, here, tuple((NEEDS, need, epci) for need in reference.needs)))


def _referred(
    counted: YearCounted,
    directory: Directory,
    reference: Reference,
    made: dict[Key, Cell],
    known: list[Relation],
) -> None:
    whole = (FIGURES, REFERRED, YOUNG)
    made[whole] = Cell(counted.reached.people, margin=True)
    for step, n in counted.reached.steps.items():
        made[FIGURES, step, YOUNG] = Cell(n, of=whole, split=True, margin=True)
    for epci in reference.epcis:
        here = counted.reached_by_epci.get(epci, Reached())
        made[ANSWERS, epci, REFERRED] = Cell(here.people)
        for step, n in here.steps.items():
            made[ANSWERS, epci, step] = Cell(n, of=(ANSWERS, epci, REFERRED), split=True, together=step)
    for column in (REFERRED, *STEPS):
        places = tuple((ANSWERS, epci, column) for epci in reference.epcis)
        known.append(Relation(Kind.SUM, (FIGURES, column, YOUNG), places))
    sites = sorted(id for id, partner in directory.partners.items() if partner.kind is PartnerKind.SITE)
    partners = sorted(id for id, partner in directory.partners.items() if partner.kind is not PartnerKind.SITE)
    for partner in partners:
        found = counted.reached_by_partner.get(partner, Reached())
        here_ = (PARTNERS, partner, REFERRED)
        made[here_] = Cell(found.people)
        made[PARTNERS, partner, SERVED] = Cell(found.served, of=here_, split=True)
        for site in sites:
            made[LINKS, partner, site] = Cell(counted.people_by_site.get((site, partner), 0), of=here_)
        known.append(Relation(Kind.SUM, here_, tuple((LINKS, partner, site) for site in sites)))
    domains = tuple((DOMAINS, domain, YOUNG) for domain in reference.domains)
    for domain in reference.domains:
        own = tuple((PARTNERS, p, REFERRED) for p in partners if domain in directory.partners[p].domains)
        made[DOMAINS, domain, YOUNG] = Cell(counted.people_by_domain.get(domain, 0), margin=True)
        known.append(Relation(Kind.COVER, (DOMAINS, domain, YOUNG), own))
    if all(
        directory.partners[partner].domains for partner, found in counted.reached_by_partner.items() if found.people
    ):
        known.append(Relation(Kind.COVER, whole, domains))
    known.append(Relation(Kind.COVER, whole, tuple((PARTNERS, p, REFERRED) for p in partners)))
    known.append(Relation(Kind.COVER, (FIGURES, SERVED, YOUNG), tuple((PARTNERS, p, SERVED) for p in partners)))
    # one referral makes a young person count once, with one partner
    made[FIGURES, SENT, YOUNG] = Cell(counted.sent, of=whole, margin=True)
    known.append(Relation(Kind.WITHIN, (FIGURES, SENT, YOUNG), tuple((PARTNERS, p, REFERRED) for p in partners)))


def publication(
    counted: YearCounted,
    directory: Directory,
    reference: Reference,
    made_on: date,
    earlier: Publication | None = None,
) -> Publication:
    """The first version of a year, or the one after *earlier*.

    In a new version only a number from which at least eleven people came or went is told anew; the others say what
    they said, so that between two versions nobody finds the few that were corrected. Raises RequestRefused when no
    number moved so far, when hidden ones would no longer be safe, or when the year holds too few young people.
    """
    cells, relations = cells_of(counted, directory, reference)
    shown = told(cells, relations)
    if not shown:
        raise RequestRefused(f"L'année {counted.year} compte trop peu de jeunes : aucun nombre ne peut en être publié.")
    values = {place: rounded(cells[place].persons) for place in shown}
    if earlier is not None:
        values = _anew(cells, relations, values, earlier)
    return Publication(
        year=counted.year,
        version=1 if earlier is None else earlier.version + 1,
        made_on=made_on,
        simulated=counted.simulated,
        tables=tuple(_tables(values, directory, reference)),
    )


def _anew(
    cells: Mapping[Key, Cell], relations: Iterable[Relation], fresh: Mapping[Key, int], earlier: Publication
) -> dict[Key, int]:
    said = {
        (table.code, row, column): cell.value
        for table in earlier.tables
        for (row, column), cell in table.cells.items()
        if cell.value is not None and (table.code, row) != (NEEDS, RECEIVED)  # told as that of another table
    }
    values: dict[Key, int] = {}
    for place in dict.fromkeys((*cells, *said)):
        persons = cells[place].persons if place in cells else 0
        old = said.get(place)
        stays = persons < _APPEARED if old is None else abs(persons - old) < _MOVED
        new = old if stays else fresh.get(place)
        if new is not None:
            values[place] = new
    if values == said:
        raise RequestRefused(
            f"Rien à publier de nouveau pour {earlier.year} : aucun nombre n'a changé d'au moins {LEAST} jeunes depuis "
            f"la version {earlier.version}."
        )
    if broken(cells, relations, [place for place in values if place in cells]):
        raise RequestRefused(
            f"Une nouvelle version de {earlier.year} laisserait deviner de petits nombres en la comparant à la version "
            f"{earlier.version} : celle-ci reste la dernière."
        )
    return values


def next_of(publication: Publication, stored: Iterable[Publication]) -> bool:
    """Whether it is the next version of its year; False when it is stored already. Raises Conflict otherwise."""
    own = {each.version: each for each in stored if each.year == publication.year}
    if own.get(publication.version) == publication:
        return False
    if publication.version != len(own) + 1:
        raise Conflict(f"L'année {publication.year} a été publiée entre-temps : recommencez.")
    return True


# how it is laid out


def _tables(values: Mapping[Key, int], directory: Directory, reference: Reference) -> Iterable[PublishedTable]:
    needs = {str(code): need.label for code, need in reference.needs.items()}
    epcis = {str(code): epci.name for code, epci in reference.epcis.items()}
    partners = {str(id): partner.name for id, partner in directory.partners.items()}
    sites = {str(id): partners[id] for id, p in sorted(directory.partners.items()) if p.kind is PartnerKind.SITE}
    young = {YOUNG: "jeunes"}
    figures = {RECEIVED: "jeunes accueillis dans l'année", REFERRED: "jeunes orientés vers un partenaire"}
    figures |= {step: f"jeunes {said}" for step, said in STEPS.items()}
    figures |= {SENT: "orientations", SUPPORTED: "jeunes co-accompagnés à partir de cette année"}
    received = {
        (NEEDS, RECEIVED, epci): values[BY_EPCI, epci, YOUNG] for epci in epcis if (BY_EPCI, epci, YOUNG) in values
    }
    steps = {
        step: f"{said[0].upper()}{said[1:]}"
        for step, said in STEPS.items()
        if all((ANSWERS, epci, step) in values for epci in epcis)
    }
    helped = _only(partners, values, PARTNERS)
    pairs = {row: " et ".join(partners.get(p, p) for p in row.split()) for t, row, _ in values if t == TOGETHER}
    yield _table(values, FIGURES, _only(figures, values, FIGURES), young)
    yield _table(values, BY_EPCI, epcis, young)
    yield _table(values, BY_AGE, _BAND_NAMES, young)
    yield _table(values, BY_PROGRAMME, {code: p.label for code, p in reference.programmes.items()}, young)
    yield _table({**values, **received}, NEEDS, {RECEIVED: "Jeunes accueillis", **needs}, epcis, base=RECEIVED)
    yield _table(values, UNMET, needs, epcis)
    yield _table(values, ANSWERS, epcis, {REFERRED: "Orientés", **steps}, base=REFERRED)
    yield _table(
        values, DOMAINS, _only({str(c): d.label for c, d in reference.domains.items()}, values, DOMAINS), young
    )
    yield _table(values, PARTNERS, helped, {REFERRED: "Orientés", SERVED: STEPS[SERVED].capitalize()}, base=REFERRED)
    yield _table(values, LINKS, helped, sites)
    yield _table(values, RECEIVED_FROM, _only(partners, values, RECEIVED_FROM), young)
    yield _table(values, TOGETHER, dict(sorted(pairs.items())), young)


def _only(names: Mapping[str, str], values: Mapping[Key, int], table: str) -> dict[str, str]:
    """Those that have a told number: of the others nothing is said, not even that they are hidden."""
    rows = {row for code, row, _ in values if code == table}
    return {code: name for code, name in names.items() if code in rows}


def _table(
    values: Mapping[Key, int],
    code: str,
    rows: Mapping[str, str],
    columns: Mapping[str, str],
    base: str | None = None,
) -> PublishedTable:
    def cell(row: str, column: str) -> Published:
        value = values.get((code, row, column))
        return HIDDEN if value is None else Published(value)

    title, definition = _SAID[code]
    return PublishedTable(
        code=code,
        title=title,
        definition=definition,
        rows=tuple(rows),
        columns=tuple(columns),
        cells={(row, column): cell(row, column) for row in rows for column in columns},
        names={**rows, **columns},
        base=base,
    )


_FEW = "moins de 11 jeunes, peut-être aucun, ou un nombre qui en ferait deviner un si petit."
_HOW = f" Nombres arrondis à 5 ; une case vide dit {_FEW}"
_ABSENT = f" Nombres arrondis à 5 ; ce qui n'est pas cité compte {_FEW}"
_SAID = {
    FIGURES: (
        "Les chiffres de l'année",
        "Chacun est compté une fois. Les totaux sont arrondis à part : ils ne sont pas la somme des tableaux."
        + _ABSENT,
    ),
    BY_EPCI: ("Jeunes accueillis par intercommunalité", "Livrets d'accueil de l'année, selon la commune." + _HOW),
    BY_AGE: ("Jeunes accueillis par âge", "Livrets d'accueil de l'année, selon l'âge ce jour-là." + _HOW),
    BY_PROGRAMME: ("Jeunes accueillis par accompagnement", "Livrets d'accueil de l'année." + _HOW),
    NEEDS: (
        "Besoins exprimés par intercommunalité",
        "Jeunes accueillis dans l'année qui expriment ce besoin ; chacun peut en exprimer plusieurs. Un besoin que "
        "plus de 90 % partagent n'est pas dit." + _HOW,
    ),
    UNMET: (
        "Besoins que personne n'a pu couvrir",
        "Jeunes pour qui aucun partenaire n'a été trouvé, le jour où on l'a cherché." + _HOW,
    ),
    ANSWERS: (
        "Jeunes orientés par intercommunalité",
        "Jeunes orientés dans l'année, et ce qu'il en est advenu d'une demande au moins. Une colonne n'est dite que si "
        "elle peut l'être partout." + _HOW,
    ),
    DOMAINS: (
        "Jeunes orientés par domaine",
        "Jeunes orientés vers un partenaire du domaine ; un jeune et un partenaire peuvent être de plusieurs."
        + _ABSENT,
    ),
    PARTNERS: (
        "Jeunes orientés par partenaire",
        "Jeunes orientés dans l'année vers ce partenaire. Nombres arrondis à 5 ; un partenaire qui n'est pas cité et "
        f"une case vide disent {_FEW}",
    ),
    LINKS: (
        "Liens des lieux d'accueil aux partenaires",
        "Jeunes orientés dans l'année par ce lieu vers ce partenaire." + _HOW,
    ),
    RECEIVED_FROM: ("Jeunes que les partenaires nous adressent", "Jeunes adressés dans l'année." + _ABSENT),
    TOGETHER: (
        "Partenaires qui co-accompagnent ensemble",
        "Jeunes que ces deux partenaires se sont mis à accompagner ensemble dans l'année." + _ABSENT,
    ),
}
"""Code of a table → title and definition."""
