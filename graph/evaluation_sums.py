"""An evaluation as it leaves the screen: which of its numbers add up to which, so that none gives a hidden one. Pure.

The whole of the referrals is told by partner, service, domain, territory, site, public: what one table hides, the
difference of two others would tell.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.disclosure import MASKED, Address, above, below, hides, leaving, people_outside, percent
from graph.evaluation import Evaluation
from graph.evaluation_tables import WAITS, tables
from graph.facts import FactKind
from graph.finding import Finding
from graph.model import NeedCode, PartnerId, ServiceId, SituationCode
from graph.statistics import LEAST, Interval, Rate
from graph.tables import Figure, People, Table
from graph.withholding import DEAR, Number, Sum

WHOLE = "ensemble"
_COUNTS = ("Envoyées", "Un an avant", "Déclarées", "Reçues")
_RATES = ("Réponse", "Refus", "Rendez-vous manqués", "Besoin couvert", "Acceptation")
_MEASURED: tuple[tuple[str, str], ...] = (
    *((column, "") for column in _COUNTS),
    *((column, part) for column in _RATES for part in ("k", "n", "-")),
    (WAITS[0], "n"),
)
_HEADING = ("Envoyées", "Un an avant", "Reçues")
_MANY = 100
"""Referrals from which an index of two decimals fits many ways to share them out."""


@dataclass(frozen=True)
class Leaving:
    """`young`, `young_before`, `sent`, `before`, `inbound`: what the first lines say, in words."""

    tables: tuple[Table, ...]
    young: str
    young_before: str
    sent: str
    before: str
    inbound: str


def outside(found: Evaluation) -> Leaving:
    """What may be printed, sent, downloaded."""
    made = tables(found)
    whole = found.whole
    said = {
        "Jeunes": People(found.young),
        "Envoyées": People(whole.sent, whole.youths or None, referrals=True),
        "Un an avant": People(whole.before, referrals=True),
        "Reçues": People(whole.inbound, referrals=True),
    }
    numbers: dict[Hashable, Number] = {_whole(column): _said(cell) for column, cell in said.items()}
    links = _Links({table.code: table for table in made}, found)
    sums = list(links.sums())
    numbers.update(links.implied)
    told, withheld = leaving(made, sums, by_year=found.by_year, numbers=numbers, rests=links.rests())

    def words(column: str) -> str:
        cell = said[column]
        return people_outside(cell) or (MASKED if _whole(column) in withheld else str(cell.n))

    return Leaving(
        told,
        words("Jeunes"),
        people_outside(People(found.young_before)) or str(found.young_before),
        words("Envoyées"),
        words("Un an avant"),
        words("Reçues"),
    )


def _whole(column: str, part: str = "") -> Address:
    return WHOLE, "", column, part


def _said(cell: People) -> Number:
    text = people_outside(cell)
    few = None if text is None else (1, LEAST - 1) if hides(cell.persons) else (LEAST, 2 * LEAST - 1)
    return Number(cell.n, few, dear=DEAR)


class _Links:
    """`implied`: numbers that no cell tells, but that are the sum of some that do."""

    def __init__(self, made: Mapping[str, Table], found: Evaluation) -> None:
        self._tables, self._found = made, found
        self.implied: dict[Hashable, Number] = {}
        self._values: dict[Address, int] = {}
        for table in made.values():
            for row in table.rows:
                for column, cell in zip(table.columns, row.cells, strict=True):
                    place = table.code, row.key, column
                    match cell:
                        case People(n):
                            self._values[(*place, "")] = n
                        case Rate(k, n):
                            self._values.update({(*place, "k"): k, (*place, "n"): n, (*place, "-"): n - k})
                        case Figure(n=int(n)):
                            self._values[(*place, "n")] = n
                        case _:
                            pass

    def sums(self) -> Iterator[Sum]:
        for column, part in _MEASURED:
            yield from self._use(column, part)
        for code in ("partenaires", "domaines", "services", "territoires", "lieux"):
            for key in self._keys(code):
                yield from self._within(code, key)
        yield from self._refusals()
        yield from self._equity()
        yield from self._needs()
        yield from self._groups()
        for key in self._keys("conventions"):
            yield Sum(("conventions", key, "Orientations", ""), (("partenaires", key, "Envoyées", ""),))
        for key in self._keys("fermetures"):
            yield Sum(("fermetures", key, "Orientations par an", ""), (("partenaires", key, "Envoyées", ""),))

    def _keys(self, code: str) -> list[str]:
        return [row.key for row in self._tables[code].rows if row.key]

    def _sum(self, address: Address, parts: Sequence[Address], *, told: bool = False, small: bool = False) -> Sum:
        """Of a number that no cell tells. *small*: one of one to four may not be worked out."""
        value = sum(self._values[p] if p in self._values else self.implied[p].value for p in parts)
        few = (1, LEAST - 1) if small and hides(value) else None
        self.implied.setdefault(address, Number(value, few, told, dear=DEAR))
        return Sum(address, tuple(parts))

    def _of(self, code: str, column: str, part: str, keys: Iterable[str] | None = None) -> list[Address]:
        wanted = self._keys(code) if keys is None else keys
        return [a for key in wanted if (a := (code, key, column, part)) in self._values]

    def _use(self, column: str, part: str) -> Iterator[Sum]:
        whole = _whole(column, part)
        partners = self._of("partenaires", column, part)
        if column not in _HEADING:
            yield self._sum(whole, partners)
        for code in ("partenaires", "services", "territoires", "lieux"):
            held = self._of(code, column, part)
            if held:
                yield Sum(whole, tuple(held))
        members: defaultdict[str, list[str]] = defaultdict(list)
        for key in self._keys("partenaires"):
            partner = self._found.directory.partners.get(PartnerId(key))
            for domain in partner.domains if partner is not None else ():
                members[domain].append(key)
        for domain_, keys in members.items():
            yield Sum(("domaines", domain_, column, part), tuple(self._of("partenaires", column, part, keys)))
        offered: defaultdict[str, list[str]] = defaultdict(list)
        for key in self._keys("services"):
            service = self._found.directory.services.get(ServiceId(key))
            if service is not None:
                offered[service.partner].append(key)
        for partner_, keys in offered.items():
            held = self._of("services", column, part, keys)
            if held:
                yield Sum(("partenaires", partner_, column, part), tuple(held))

    def _within(self, code: str, key: str) -> Iterator[Sum]:
        """In one row: declared ones wait for no answer; what was answered may be accepted or refused."""
        followed = (code, key, WAITS[0], "n")
        yield Sum((code, key, "Envoyées", ""), ((code, key, "Déclarées", ""), followed))
        for column in WAITS[1:]:
            yield Sum((code, key, column, "n"), (followed,))
        for column in ("Refus", "Acceptation"):
            yield Sum((code, key, column, "n"), ((code, key, "Réponse", "k"),))

    def _refusals(self) -> Iterator[Sum]:
        table, names = self._tables["refus"], self._found.names
        reasons, places = self._keys("refus"), [(names.epci(p), p) for p in self._found.refusals_of]
        if not reasons:
            return
        total = ("refus", "*", "Refus", "")
        yield self._sum(total, self._of("refus", "Refus", ""), told=True)
        yield Sum(_whole("Refus", "k"), (total,))
        for name, place in places:
            margin = ("refus", "*", name, "")
            yield self._sum(margin, self._of("refus", name, ""))
            yield Sum(("territoires", place, "Refus", "k"), (margin,))
        if places and len(set(table.columns)) == len(table.columns):
            for reason in reasons:
                yield Sum(("refus", reason, "Refus", ""), tuple(("refus", reason, name, "") for name, _ in places))
            yield Sum(total, tuple(("refus", "*", name, "") for name, _ in places))

    def _equity(self) -> Iterator[Sum]:
        axes: defaultdict[str, list[str]] = defaultdict(list)
        for group in self._found.equity:
            axes[group.axis].append(group.code)
        referred = _whole("Jeunes orientés")
        for axis, keys in axes.items():
            youths = self._of("equite", "Jeunes", "", keys)
            yield Sum(_whole("Jeunes"), tuple(youths))
            if axis not in ("territoire", "âge"):
                yield self._sum(referred, youths)
            for column, part, same in (
                ("Orientations", "", "Envoyées"),
                *(("Acceptation", part, "Acceptation") for part in ("k", "n", "-")),
                ("Délai médian", "n", "Délai médian"),
            ):
                yield Sum(_whole(same, part), tuple(self._of("equite", column, part, keys)))
                if axis == "territoire":
                    for key in keys:
                        yield Sum(("equite", key, column, part), (("territoires", key, same, part),))
        for key in self._keys("equite"):
            yield Sum(("equite", key, "Pour 100 jeunes", "n"), (("equite", key, "Jeunes", ""),))
            yield Sum(("equite", key, "Rapport aux autres", "n"), (("equite", key, "Orientations", ""),))

    def _needs(self) -> Iterator[Sum]:
        columns = self._tables["issues"].columns
        for key in (row.key for row in self._tables["issues"].rows):
            for column in columns[2:]:
                yield Sum(("issues", key, column, "n"), (("issues", key, "Issues", ""),))
            yield Sum(("issues", key, "Issues", ""), tuple(("issues", key, column, "k") for column in columns[2:]))
        for key in self._keys("couverture"):
            said, alone = ("couverture", key, "Exprimés", ""), ("couverture", key, "Dont sans personne", "")
            helped = ("couverture", key, "Exprimés", "-")
            value = self._values[said] - self._values[alone]
            self.implied[helped] = Number(value, (1, LEAST - 1) if hides(value) else None, told=False)
            yield Sum(said, (alone, helped))
        for key in self._keys("non-couverts"):
            yield Sum(("non-couverts", key, "Part", "k"), (("non-couverts", key, "Sans personne", ""),))
        for key in self._keys("dependance"):
            yield Sum(("dependance", key, "Indice", "n"), (("dependance", key, "Sa part", "n"),))
        places: defaultdict[str, list[Address]] = defaultdict(list)
        for share in self._found.shares:
            if share.epci is not None:
                address = ("dependance", f"{share.need} {share.epci}", "Sa part", "n")
                if address not in self._values:  # too few for a row
                    few = (1, LEAST - 1) if hides(share.rate.n) else None
                    self.implied[address] = Number(share.rate.n, few, told=False)
                places[share.need].append(address)
        for need, parts in places.items():
            yield Sum(("dependance", f"{need} ", "Sa part", "n"), tuple(parts))

    def _groups(self) -> Iterator[Sum]:
        keys = self._keys("groupes")
        if not keys:
            return
        every, closed = ("groupes", "tous", "Groupes", ""), ("groupes", "clos", "Groupes", "")
        yield Sum(every, tuple(self._of("groupes", "Groupes", "", [k for k in keys if k not in ("tous", "clos")])))
        still = ("groupes", "*", "Groupes", "")
        value = self._values[every] - self._values[closed]
        self.implied[still] = Number(value, (1, LEAST - 1) if hides(value) else None, told=False)
        yield Sum(every, (closed, still))

    def rests(self) -> dict[tuple[str, str, str], tuple[Address, ...]]:
        """Cells that are worked out of numbers."""
        found: dict[tuple[str, str, str], tuple[Address, ...]] = {}
        for code in ("partenaires", "domaines", "territoires", "lieux"):
            for key in self._keys(code):
                found[code, key, "Évolution"] = ((code, key, "Envoyées", ""), (code, key, "Un an avant", ""))
        for key in self._keys("partenaires"):
            found["partenaires", key, "Réponse comparée"] = tuple(
                ("partenaires", key, "Réponse", part) for part in ("k", "n")
            )
            if ("fermetures", key, "Orientations par an", "") in self._values:
                found["fermetures", key, "Orientations par an"] = (("partenaires", key, "Envoyées", ""),)
        reasons = self._keys("refus")
        for number, reason in enumerate(reasons, start=1):
            found["refus", reason, "Cumul"] = tuple(("refus", one, "Refus", "") for one in reasons[:number])
        axes = {group.code: group.axis for group in self._found.equity}
        for key, axis in axes.items():
            own = (("equite", key, "Jeunes", ""), ("equite", key, "Orientations", ""))
            found["equite", key, "Pour 100 jeunes"] = own
            found["equite", key, "Rapport aux autres"] = tuple(
                ("equite", other, column, "")
                for other, its in axes.items()
                if its == axis
                for column in ("Jeunes", "Orientations")
            )
        for share in self._found.shares:
            key = f"{share.need} {share.epci or ''}"
            if ("dependance", key, "Sa part", "k") in self._values:
                own = (("dependance", key, "Sa part", "k"), ("dependance", key, "Sa part", "n"))
                hard = share.partners > 2 and share.rate.n < _MANY  # it tells how the others share the rest
                found["dependance", key, "Indice"] = (*own, _NOWHERE) if hard else own
        return found


_NOWHERE: Address = ("", "", "", "")
"""Never known."""


# findings


def sensitive(found: Evaluation, one: Finding) -> bool:
    """About a sensitive need or situation, more finely than by EPCI and year."""
    reference = found.names.reference
    need = reference.needs.get(NeedCode(str(one.about.get("need", ""))))
    situation = reference.situations.get(SituationCode(str(one.about.get("public", ""))))
    if need is not None and need.sensitivity is not None:
        return not (one.kind is FactKind.UNCOVERED and found.by_year)
    return situation is not None and situation.sensitivity is not None


_SHARES = {
    FactKind.NEVER_ANSWERS,
    FactKind.REFUSES,
    FactKind.MISSED_APPOINTMENTS,
    FactKind.GOOD_OUTCOMES,
    FactKind.CONCENTRATION,
    FactKind.UNCOVERED,
}


def bounded(one: Finding) -> Finding:
    """*one* as it may leave the screen: a share that tells one to four people apart becomes its bound.

    Its number of observations is told, so that the share alone would give them. The bound is as true, and the finding
    keeps its name and all its keys.
    """
    if one.kind not in _SHARES:
        return one
    k = round(one.value * one.n)
    if not (hides(k) or hides(one.n - k)):
        return one
    some = hides(k)
    bound = min(1.0, LEAST / one.n) if some else max(0.0, 1 - LEAST / one.n)
    words = below(one.n) if some else above(one.n)
    text = one.text.replace(percent(one.value), words, 1)
    if text.startswith(words):
        text = text[0].upper() + text[1:]
    about = {key: round(bound, 3) if key == "share" else said for key, said in one.about.items()}
    interval = Interval(0.0, bound) if some else Interval(bound, 1.0)
    return replace(one, about=about, value=bound, interval=interval, text=_alone(text))


def _alone(text: str) -> str:
    """Without what the others do, which gives back what this one does by difference from all."""
    for begins in (" (ailleurs : ", " (pour les autres jeunes : "):
        start = text.find(begins)
        if start >= 0:
            return text[:start] + text[text.index(")", start) + 1 :]
    return text
