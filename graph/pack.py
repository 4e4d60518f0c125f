"""What a governance meeting is told of a year: six figures, five fragilities, five good news, what changed. Pure.

Every number of people is one that the publication of the year tells, or a percentage of two of them; the rest is the
offer, which is not personal. Each statement names the rule that found it, under which its definition stands.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from graph.directory import Directory
from graph.evidence import Axis, axes
from graph.model import NeedCode, PartnerId, PartnerKind
from graph.pack_rules import ACCEPTED, APART, AS_LONG, LEANING, MOVED, RIPE, RIPENS, RULES, UNANSWERED
from graph.privacy import LEAST, percentage
from graph.publication import Moved, Publication, PublishedTable, moved
from graph.publishing import (
    ANSWERS,
    BY_AGE,
    BY_EPCI,
    BY_PROGRAMME,
    DOMAINS,
    FIGURES,
    NEEDS,
    PARTNERS,
    RECEIVED,
    REFERRED,
    SERVED,
    SUPPORTED,
    UNMET,
    YOUNG,
)
from graph.territory import PEOPLE, Level, TerritoryView
from graph.wording import lowered, shortened

MOST = 5
"""Fragilities, and good news: a meeting has two minutes."""
ROUNDING = 5
"""Between two published numbers, what rounding may make."""


@dataclass(frozen=True, slots=True)
class Statement:
    """`number` is what is written large, "" where the sentence stands alone; `rule` is where its definition is."""

    rule: str
    number: str
    text: str


@dataclass(frozen=True)
class Pack:
    """Of one publication; `before` is the year that it is compared with, None when that one is not published."""

    publication: Publication
    before: Publication | None
    made_on: date
    headline: str
    figures: tuple[Statement, ...]
    fragilities: tuple[Statement, ...]
    good: tuple[Statement, ...]
    changes: tuple[Statement, ...]
    axes: tuple[Axis, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """Those that a statement of this pack rests on, in the order of `RULES`."""
        used = {one.rule for one in (*self.figures, *self.fragilities, *self.good, *self.changes)}
        return tuple(rule for rule in RULES if rule in used)


def pack(
    publication: Publication,
    before: Publication | None,
    directory: Directory,
    offer: TerritoryView,
    made_on: date,
) -> Pack:
    figures = tuple(_figures(publication, before))[:6]
    return Pack(
        publication=publication,
        before=before,
        made_on=made_on,
        headline=_headline(publication, offer),
        figures=figures,
        fragilities=tuple(_fragilities(publication, before, directory, offer))[:MOST],
        good=tuple(_good(publication, before, directory, offer))[:MOST],
        changes=tuple(_changes(publication, before)),
        axes=axes(publication, made_on),
    )


def _told(publication: Publication, row: str) -> int | None:
    return publication.table(FIGURES).value(row, YOUNG)


def _share(publication: Publication, row: str) -> int | None:
    """In percent of the young people who were referred."""
    return percentage(_told(publication, row), _told(publication, REFERRED))


def _headline(publication: Publication, offer: TerritoryView) -> str:
    referred, served = _told(publication, REFERRED), _share(publication, SERVED)
    rests = _weakest(offer)
    if referred is None:
        return rests or offer.title
    result = f", un besoin couvert pour {served} % d'entre eux" if served is not None else ""
    return f"{number(referred)} jeunes orientés{result}" + (f" ; {rests}" if rests else "")


def _weakest(offer: TerritoryView) -> str:
    """Needs without anybody somewhere; where there are none, those that rest on one partner."""
    missing, alone, total = len(offer.needs_at(Level.NOBODY)), len(offer.needs_at(Level.ONE)), len(offer.needs)
    if missing:
        said = "besoins sur {} n'ont" if missing > 1 else "besoin sur {} n'a"
        return f"{missing} {said.format(total)} personne quelque part"
    return f"{alone} besoins sur {total} tiennent à un seul partenaire" if alone > 1 else ""


# figures


def _figures(publication: Publication, before: Publication | None) -> Iterator[Statement]:
    said = {
        RECEIVED: "jeunes ont rempli leur livret d'accueil dans l'année",
        REFERRED: "jeunes ont été orientés vers un partenaire au moins",
    }
    for row, text in said.items():
        value = _told(publication, row)
        if value is not None:
            yield Statement(row, number(value), f"{text}{_compared(value, before, row)}.")
    shares = {
        "acceptee": "des jeunes orientés ont été acceptés par un partenaire au moins",
        "rdv-honore": "des jeunes orientés sont venus à un premier rendez-vous",
        SERVED: "des jeunes orientés ont vu un de leurs besoins couvert",
    }
    for row, text in shares.items():
        share = _share(publication, row)
        if share is not None:
            yield Statement(row, f"{share} %", f"{text}{_points(publication, share, before, row)}.")
    supported = _told(publication, SUPPORTED)
    if supported is not None:
        text = "jeunes ont commencé un suivi par plusieurs partenaires ensemble"
        yield Statement(SUPPORTED, number(supported), f"{text}{_compared(supported, before, SUPPORTED)}.")
    silent = _share(publication, "sans-reponse")
    if silent is not None:
        text = "des jeunes orientés ont une demande restée sans réponse"
        yield Statement("sans-reponse", f"{silent} %", f"{text}{_points(publication, silent, before, 'sans-reponse')}.")
    sent = _told(publication, "orientations")
    if sent is not None:
        yield Statement("orientations", number(sent), f"orientations{_compared(sent, before, 'orientations')}.")


def _compared(value: int, before: Publication | None, row: str) -> str:
    """« , 45 de plus qu'en 2024 »; nothing where the year before does not tell it."""
    old = None if before is None else _told(before, row)
    if before is None or old is None:
        return ""
    apart = value - old
    if abs(apart) <= ROUNDING:
        return f", autant qu'en {before.year}"
    return f", {number(abs(apart))} de {'plus' if apart > 0 else 'moins'} qu'en {before.year}"


def _points(publication: Publication, share: int, before: Publication | None, row: str) -> str:
    old = None if before is None else _share(before, row)
    if before is None or old is None:
        return ""
    if not _comparable(publication, before, row):
        return f" ; trop tôt pour le comparer à {before.year}" if _lag(publication) < _lag(before) else ""
    apart = share - old
    if abs(apart) < 2:
        return f", comme en {before.year}"
    return f", {abs(apart)} points de {'plus' if apart > 0 else 'moins'} qu'en {before.year}"


def _comparable(publication: Publication, before: Publication, code: str) -> bool:
    """Whether what ripens after the year is over had as long to ripen in both publications."""
    lags = _lag(publication), _lag(before)
    return code not in RIPENS or min(lags) >= RIPE or max(lags) - min(lags) <= AS_LONG


def _lag(publication: Publication) -> timedelta:
    return publication.made_on - date(publication.year, 12, 31)


# fragilities


def _fragilities(
    publication: Publication, before: Publication | None, directory: Directory, offer: TerritoryView
) -> Iterator[Statement]:
    missing = offer.needs_at(Level.NOBODY)
    for need in missing[:2]:
        places = {c.insee for c in offer.communes_at(Level.NOBODY, need.code)}
        yield Statement("sans-personne", "", f"Personne pour « {lowered(need.label)} » dans {_communes(len(places))}.")
    alone = offer.needs_at(Level.ONE)
    if alone:
        names = shortened([f"« {lowered(need.label)} »" for need in alone], 2, "", "autres")
        many = "besoins tiennent" if len(alone) > 1 else "besoin tient"
        yield Statement("un-seul", str(len(alone)), f"{many} à un seul partenaire quelque part : {names}.")
    yield from _if_closed(directory, offer)
    yield from _risen(publication, before, -1)
    yield from _territories(publication, apart=True)
    for table in (publication.table(UNMET),):
        told = [(cell.value, row, column) for (row, column), cell in table.cells.items() if cell.value is not None]
        for value, row, column in sorted(told, key=lambda one: (-one[0], one[1:]))[:1]:
            where = f"« {lowered(table.name(row))} » ({table.name(column)})"
            yield Statement("sans-solution", number(value), f"jeunes sans solution pour {where}.")
    silent = _share(publication, "sans-reponse")
    if silent is not None and silent >= UNANSWERED:
        text = "des jeunes orientés ont une demande restée sans réponse."
        yield Statement("sans-reponse", f"{silent} %", text)
    yield from _leaning(publication)
    yield from _fallen(publication, before)
    if 2 * offer.to_confirm >= offer.services > 0:
        many = "services sur {} restent" if offer.to_confirm > 1 else "service sur {} reste"
        text = f"{many.format(offer.services)} à confirmer auprès des partenaires."
        yield Statement("non-verifie", str(offer.to_confirm), text)


def _if_closed(directory: Directory, offer: TerritoryView) -> Iterator[Statement]:
    """The partner on whom alone most needs × communes rest, the Mission Locale aside."""
    ours = {id for id, one in directory.partners.items() if one.kind is PartnerKind.SITE}
    ours |= {parent for id in ours if (parent := directory.partners[id].unit_of) is not None}
    resting: defaultdict[PartnerId, set[tuple[NeedCode, str]]] = defaultdict(set)
    for (need, commune, _), one in offer.cells.items():
        if len(one.partners) == 1 and one.partners[0] not in ours:
            resting[one.partners[0]].add((need, commune))
    if not resting:
        return
    worst = max(sorted(resting), key=lambda partner: len(resting[partner]))
    needs = {need for need, _ in resting[worst]}
    places = {commune for _, commune in resting[worst]}
    many = "besoins n'auraient" if len(needs) > 1 else "besoin n'aurait"
    name = directory.partners[worst].name
    where = f"dans {_communes(len(places))}"
    yield Statement("s-il-fermait", str(len(needs)), f"{many} plus personne {where} si {name} fermait.")


def _leaning(publication: Publication) -> Iterator[Statement]:
    """The partner to whom most young people were sent, where that is a large part of all."""
    table = publication.table(PARTNERS)
    told = {row: value for row in table.rows if (value := table.value(row, REFERRED)) is not None}
    first = max(sorted(told), key=lambda row: told[row], default=None)
    share = None if first is None else percentage(told[first], _told(publication, REFERRED))
    if first is not None and share is not None and share >= LEANING:
        text = f"des jeunes orientés l'ont été vers un seul partenaire, {table.name(first)}."
        yield Statement("appui", f"{share} %", text)


def _fallen(publication: Publication, before: Publication | None) -> Iterator[Statement]:
    """The domain to which fewer were sent than the year before, by most."""
    if before is None:
        return
    fewer = [one for one in moved(publication, before) if one.table == DOMAINS and one.after < one.before]
    for one in sorted(fewer, key=lambda one: (one.after - one.before, one.row))[:1]:
        name = lowered(publication.table(DOMAINS).name(one.row))
        text = f"jeunes orientés de moins qu'en {before.year} dans le domaine « {name} »."
        yield Statement("recul", number(one.before - one.after), text)


def _territories(publication: Publication, *, apart: bool) -> Iterator[Statement]:
    table = publication.table(ANSWERS)
    shares = {row: share for row in table.rows if (share := table.percentage(row, SERVED)) is not None}
    if len(shares) < 2:
        return
    low, high = (pick(sorted(shares), key=lambda row: shares[row]) for pick in (min, max))
    between = shares[high] - shares[low]
    if apart and between >= APART:
        text = (
            f"points d'écart : un besoin est couvert pour {shares[low]} % des jeunes orientés ({table.name(low)}), "
            f"{shares[high]} % ({table.name(high)})."
        )
        yield Statement("ecart", str(between), text)
    if not apart and between < APART / 2:
        names = (
            f"les {len(shares)} intercommunalités" if len(shares) == len(table.rows) else f"{len(shares)} d'entre elles"
        )
        many = "points" if between > 1 else "point"
        text = f"{many} d'écart au plus entre {names} pour la part de besoins couverts."
        yield Statement("ecart", str(between), text)


# good news


def _good(
    publication: Publication, before: Publication | None, directory: Directory, offer: TerritoryView
) -> Iterator[Statement]:
    yield from _risen(publication, before, +1)
    accepted = _share(publication, "acceptee")
    if accepted is not None and accepted >= ACCEPTED:
        text = "des jeunes orientés ont été acceptés par un partenaire au moins."
        yield Statement("acceptee", f"{accepted} %", text)
    solid = [need for need in offer.needs if _solid(offer, need.code)]
    if solid:
        many = "besoins sur {} ont" if len(solid) > 1 else "besoin sur {} a"
        text = f"{many.format(len(offer.needs))} au moins deux partenaires dans chaque commune."
        yield Statement("solide", str(len(solid)), text)
    table = publication.table(PARTNERS)
    used = [row for row in table.rows if table.value(row, REFERRED) is not None]
    if used:
        many = "partenaires ont" if len(used) > 1 else "partenaire a"
        each = " chacun" if len(used) > 1 else ""
        yield Statement("mobilises", str(len(used)), f"{many} reçu au moins {LEAST} jeunes{each}.")
    domains = publication.table(DOMAINS)
    told = [row for row in domains.rows if domains.value(row, YOUNG) is not None]
    if told:
        several = f"domaines de partenariat sont mobilisés, chacun pour {LEAST} jeunes au moins."
        text = several if len(told) > 1 else f"domaine de partenariat est mobilisé, pour {LEAST} jeunes au moins."
        yield Statement("domaines", str(len(told)), text)
    yield from _territories(publication, apart=False)
    seated = sorted(
        partner.name
        for partner in directory.partners.values()
        if partner.seats and partner.kind is not PartnerKind.SITE
    )
    if seated:
        many = "organisations partenaires siègent" if len(seated) > 1 else "organisation partenaire siège"
        yield Statement("conseil", str(len(seated)), f"{many} au conseil d'administration.")


def _risen(publication: Publication, before: Publication | None, way: int) -> Iterator[Statement]:
    """The result that moved most that *way* since the year before, in points; +1 is up."""
    if before is None:
        return
    said = {
        SERVED: "des jeunes orientés dont un besoin est couvert",
        "rdv-honore": "des jeunes orientés venus à un premier rendez-vous",
        "acceptee": "des jeunes orientés acceptés par un partenaire",
    }
    risen: list[tuple[int, str]] = []
    for row in said:
        now, old = _share(publication, row), _share(before, row)
        if now is None or old is None or not _comparable(publication, before, row):
            continue
        if way * (now - old) >= MOVED:
            risen.append((way * (now - old), row))
    for points, row in sorted(risen, reverse=True)[:1]:
        text = f"points de {'plus' if way > 0 else 'moins'} qu'en {before.year} pour la part {said[row]}."
        yield Statement("points", str(points), text)
    now, old = _told(publication, SUPPORTED), _told(before, SUPPORTED)
    if now is not None and old is not None and way * (now - old) > 2 * ROUNDING:
        text = f"jeunes co-accompagnés de {'plus' if way > 0 else 'moins'} qu'en {before.year}."
        yield Statement("evolution", number(abs(now - old)), text)


def _solid(offer: TerritoryView, need: NeedCode) -> bool:
    levels = [offer.level(need, c.insee, person) for c in offer.communes for person in PEOPLE]
    asked = [level for level in levels if level is not Level.NOT_ASKED]
    return bool(asked) and all(level in (Level.TWO, Level.MORE) for level in asked)


# what changed

_READ = (FIGURES, BY_EPCI, BY_AGE, BY_PROGRAMME, DOMAINS, NEEDS, PARTNERS)
CHANGES = 8


def _changes(publication: Publication, before: Publication | None) -> Iterator[Statement]:
    """Largest first, one of each row; nothing when the year before is not published."""
    if before is None:
        return
    seen: set[str] = set()
    for one in moved(publication, before):
        table = publication.table(one.table)
        if one.table not in _READ or one.row in seen or len(seen) == CHANGES or one.row == table.base:
            continue
        if not (_comparable(publication, before, one.row) and _comparable(publication, before, one.column)):
            continue
        seen.add(one.row)
        text = (
            f"{_counted(table, one)} : {number(one.before)} en {before.year}, {number(one.after)} en "
            f"{publication.year}."
        )
        yield Statement("evolution", _signed(one.after - one.before), text)


def _counted(table: PublishedTable, one: Moved) -> str:
    """What a cell counts, in words that stand alone."""
    name, column = table.name(one.row), table.name(one.column)
    match one.table:
        case t if t in (BY_EPCI, BY_AGE, BY_PROGRAMME):
            return f"Jeunes accueillis, {lowered(name)}"
        case t if t == DOMAINS:
            return f"Jeunes orientés, domaine « {lowered(name)} »"
        case t if t == NEEDS:
            return f"Besoin « {lowered(name)} », {column}"
        case t if t == PARTNERS:
            return f"Jeunes orientés vers {name}" + ("" if one.column == REFERRED else f", {lowered(column)}")
    return name[:1].upper() + name[1:]


def _signed(n: int) -> str:
    return f"{'+' if n > 0 else '−'} {number(abs(n))}"


def table_codes(publication: Publication) -> Iterable[str]:
    """Of the tables with a told number, in their order."""
    for table in publication.tables:
        if any(cell.value is not None for cell in table.cells.values()):
            yield table.code


def number(value: int) -> str:
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _communes(n: int) -> str:
    return "une commune" if n == 1 else f"{n} communes"
