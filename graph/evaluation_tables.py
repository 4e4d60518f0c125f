"""The tables of an evaluation, each with its definition and the sentence that says how to read it. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from graph.coverage import GAP_SAID, Gap
from graph.disclosure import decimal, percent
from graph.evaluation import Evaluation
from graph.model import NeedCode, PartnerId, ServiceId, SituationCode
from graph.referral import NeedResult, RefusalReason
from graph.statistics import LEAST, Interval, Rate, Survival
from graph.tables import Cell, Figure, Name, People, Row, Table, keyed, rows
from graph.usage import Use

REASONS = {
    RefusalReason.NON_JOIGNABLE: "jeune injoignable",
    RefusalReason.ABSENT: "jeune absent",
    RefusalReason.EN_EMPLOI: "jeune en emploi",
    RefusalReason.EN_FORMATION: "jeune en formation",
    RefusalReason.NON_ELIGIBLE: "jeune non éligible",
    RefusalReason.NON_MOBILE: "jeune non mobile",
    RefusalReason.NON_INTERESSE: "jeune non intéressé",
    RefusalReason.FREINS: "freins périphériques",
    RefusalReason.SESSION_COMPLETE: "session complète",
    RefusalReason.DOUBLON: "doublon",
    RefusalReason.CAPACITE: "plus de place",
    RefusalReason.HORS_SECTEUR: "hors secteur",
    RefusalReason.DOCUMENT_MANQUANT: "document manquant",
    RefusalReason.DELAI_TROP_LONG: "délai trop long",
    RefusalReason.DANGER: "situation de danger",
    RefusalReason.AUTRE: "autre motif",
}
GROUPS = {
    "mineurs": "Mineurs",
    "majeurs": "Majeurs",
    "qpv": "Quartiers prioritaires",
    "hors-qpv": "Hors quartiers prioritaires",
    "ile": "Îles",
    "continent": "Continent",
}
CLOSINGS_SHOWN = 20
PAIRS_SHOWN = 30


def tables(found: Evaluation) -> list[Table]:
    """In the order of a reading."""
    return [
        _partners(found),
        _used(
            "domaines",
            "Par domaine",
            "Un partenaire de deux domaines compte dans les deux.",
            found.domains,
            _domain(found),
        ),
        _used(
            "services",
            "Par service",
            "Sans délai de réponse : il se mesure par partenaire.",
            found.services,
            _service(found),
            waits=False,
            before=False,
        ),
        _used("territoires", "Par intercommunalité", "Celle où vit le jeune.", found.epcis, found.names.epci),
        _used(
            "lieux",
            "Par lieu d'accueil",
            "Le site de la Mission Locale qui oriente.",
            found.sites,
            found.names.partner,
            waits=False,
        ),
        _refusals(found),
        _results(found),
        _turnover(found),
        _agreements(found),
        _coverage(found),
        _situations(found),
        _unmet(found),
        _dependence(found),
        _closings(found),
        _equity(found),
        _groups(found),
        _pairs(found),
        _needs_together(found),
    ]


USED = ("Envoyées", "Un an avant", "Évolution", "Réponse", "Refus", "Rendez-vous manqués", "Besoin couvert")
WAITS = ("Délai médian", "9 sur 10 en", "Plus de 10 jours", "Plus de 30 jours")
MORE = ("Acceptation", "Déclarées", "Reçues")
READING = (
    "Entre crochets, ce que le taux vaut à 95 % de confiance ; il ne dit pas la qualité du travail, ni ce que le jeune "
    "en pense. Un délai compte ceux qui attendent encore."
)


def _cells(one: Use, *, before: bool = True) -> tuple[Cell, ...]:
    change: Cell = None
    if before and one.before >= LEAST and one.sent >= LEAST:
        by = decimal(abs(100 * (one.sent / one.before - 1)), 0)
        change = "stable" if by == "0" else f"{'hausse' if one.sent > one.before else 'baisse'} de {by} %"
    sent: tuple[Cell, ...] = (People(one.sent, one.youths),)
    if before:
        sent = (*sent, People(one.before, referrals=True), change)
    return (*sent, one.answer, one.refusal, one.absence, one.success)


def _more(one: Use) -> tuple[Cell, ...]:
    return one.acceptance, People(one.declared, referrals=True), People(one.inbound, referrals=True)


def _waits(curve: Survival) -> tuple[Cell, ...]:
    return (
        _days(curve, curve.median, curve.median_interval),
        _days(curve, curve.p90, None),
        _share(curve, 10),
        _share(curve, 30),
    )


def _days(curve: Survival, days: int | None, between: tuple[int, int | None] | None) -> Cell:
    if curve.n < LEAST:
        return Figure(None, "jours", curve.n)
    if days is None:
        return Figure(float(curve.longest), "jours", curve.n, at_least=True)
    interval = None
    if between is not None and between[1] is not None:
        interval = Interval(float(between[0]), float(between[1]))
    return Figure(float(days), "jours", curve.n, interval)


def _share(curve: Survival, days: int) -> Cell:
    share, between = curve.above(days), curve.above_interval(days)
    if share is None or between is None:
        return Figure(None, "%", curve.n) if curve.n < LEAST else "pas encore connu"
    return Figure(round(100 * share), "%", curve.n, Interval(round(100 * between.low), round(100 * between.high)))


def _partners(found: Evaluation) -> Table:
    return Table(
        "partenaires",
        "Par partenaire",
        "Orientations envoyées sur la période, et ce que le partenaire en a fait. Réponse : répondues, parmi celles "
        "dont l'attente est finie. Refus et acceptation : parmi les répondues. Rendez-vous manqués : parmi ceux dont "
        "le jour est passé. Besoin couvert : parmi les accompagnements terminés.",
        f"{READING} Pour comparer deux partenaires, prendre la colonne « Réponse comparée » : rapprochée de la moyenne "
        "du domaine quand il y a peu d'orientations.",
        ("Partenaire", USED[0], WAITS[0], *USED[1:], *WAITS[1:], *MORE, "Réponse comparée"),
        keyed((u.key, (found.names.partner(u.key), *_told(u), *_more(u), _compared(found, u))) for u in found.partners),
        chart=1,
    )


def _told(one: Use) -> tuple[Cell, ...]:
    sent, *others = _cells(one)
    median, *longer = _waits(one.waits)
    return sent, median, *others, *longer


def _compared(found: Evaluation, one: Use) -> Cell:
    return percent(found.compared[one.key]) if one.answer.n >= LEAST else None


def _used(
    code: str, title: str, more: str, uses: Iterable[Use], name: Name, *, waits: bool = True, before: bool = True
) -> Table:
    columns = USED if before else (USED[0], *USED[3:])
    return Table(
        code,
        title,
        f"Les mêmes mesures que par partenaire. {more}",
        READING,
        (title.removeprefix("Par ").capitalize(), *columns, *(WAITS if waits else ()), *MORE),
        keyed(
            (u.key, (name(u.key), *_cells(u, before=before), *(_waits(u.waits) if waits else ()), *_more(u)))
            for u in uses
        ),
        chart=1,
    )


def _refusals(found: Evaluation) -> Table:
    places = list(found.refusals_of)
    by_place = {place: {r.reason: r.n for r in found.refusals_of[place]} for place in places}
    return Table(
        "refus",
        "Motifs de refus",
        "Orientations refusées, par motif, du plus fréquent au plus rare ; le cumul additionne les motifs du dessus.",
        "Les premiers motifs font l'essentiel des refus. Un motif est ce que le partenaire a coché, pas une enquête.",
        ("Motif", "Refus", "Cumul", *(found.names.epci(p) for p in places)),
        keyed(
            (
                r.reason.value,
                (
                    REASONS[r.reason],
                    People(r.n, referrals=True),
                    percent(r.cumulated),
                    *(People(by_place[p].get(r.reason, 0), referrals=True) for p in places),
                ),
            )
            for r in found.refusals
        ),
        coarse=True,
        chart=1,
    )


def _results(found: Evaluation) -> Table:
    def cells() -> Iterator[Row]:
        for need, held in sorted(found.results.items(), key=lambda pair: (pair[0] == "", pair[0])):
            total = sum(held.values())
            label = found.names.need(need) if need else "Le service, selon le partenaire"
            yield Row(
                (label, People(total, referrals=True), *(Rate(held.get(result, 0), total) for result in NeedResult)),
                _sensitive(found, need),
                need,
            )

    return Table(
        "issues",
        "Issues, par besoin",
        "Des orientations terminées : ce qu'est devenu chaque besoin, dit par le conseiller ou le jeune ; ou le "
        "service, dit par le partenaire.",
        "Un besoin couvert l'est au jour où l'orientation se termine ; la suite ne se voit pas ici.",
        ("Besoin", "Issues", "Couvert", "En partie", "Non couvert", "Inconnu"),
        tuple(cells()),
        told_by_rows=True,
    )


def _turnover(found: Evaluation) -> Table:
    told = found.turnover
    return Table(
        "mouvements",
        "Partenaires nouveaux, perdus, en sommeil",
        "Nouveau : aucune orientation l'an d'avant. Perdu : orienté l'an d'avant, plus du tout. En sommeil : rien "
        "depuis six mois, après dix orientations au moins dans les douze mois d'avant.",
        "Le sommeil peut venir de nous comme du partenaire : il dit où appeler.",
        ("Partenaire", "Mouvement"),
        rows(
            (found.names.partner(partner), what)
            for what, partners in (("nouveau", told.new), ("perdu", told.lost), ("en sommeil", told.dormant))
            for partner in partners
        ),
    )


def _agreements(found: Evaluation) -> Table:
    told = found.agreements
    youths = {u.key: u.youths for u in found.partners}

    def cells() -> Iterator[tuple[str, tuple[Cell, ...]]]:
        for unused in told.unused:
            end = _end(unused.agreement.ends_on)
            yield "", (found.names.partner(unused.partner), "en vigueur, aucune orientation", People(0), end)
        for unsigned in told.unsigned:
            sent = People(unsigned.sent, youths.get(unsigned.partner), referrals=True)
            yield (
                unsigned.partner,
                (found.names.partner(unsigned.partner), "des orientations, sans convention", sent, None),
            )
        for ending in told.ending:
            names = ", ".join(found.names.partner(p) for p in sorted(ending.partners))
            yield "", (names, "finit bientôt", None, _end(ending.ends_on))

    return Table(
        "conventions",
        "Conventions et usage",
        f"Conventions en vigueur le {found.today:%d/%m/%Y} : {told.in_force}. Une convention avec un organisme vaut "
        "pour ses établissements. Finit bientôt : dans les trois mois, sans renouvellement.",
        "Une convention sans orientation peut servir à autre chose qu'à orienter (des locaux, un financement).",
        ("Partenaire", "Constat", "Orientations", "Fin"),
        keyed(cells()),
    )


def _end(day: object) -> str | None:
    return f"{day:%d/%m/%Y}" if day is not None else None


def _coverage(found: Evaluation) -> Table:
    counted: defaultdict[tuple[NeedCode, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    weights: defaultdict[tuple[NeedCode, str], list[int]] = defaultdict(lambda: [0, 0])
    gaps: defaultdict[tuple[NeedCode, str], Counter[Gap]] = defaultdict(Counter)
    for cell in found.coverage.cells:
        key = cell.need, cell.person
        counted[key][min(cell.partners, 3)] += 1
        weights[key][0] += cell.weight
        weights[key][1] += cell.weight if cell.partners == 0 else 0
        if cell.gap is not None:
            gaps[key][cell.gap] += 1

    def cells() -> Iterator[Row]:
        for (need, person), communes in counted.items():
            if communes[0] or communes[1]:
                said, alone = weights[need, person]
                causes = " ; ".join(GAP_SAID[gap] for gap, _ in gaps[need, person].most_common())
                yield Row(
                    (found.names.need(need), person, *communes, causes or None, People(said), People(alone)),
                    _sensitive(found, need),
                    f"{need} {person}",
                )

    return Table(
        "couverture",
        "Couverture : besoins et communes",
        "Pour chaque besoin, nombre de communes où zéro, un, deux, trois partenaires ou plus prennent un jeune qui y "
        "vit (un mineur de 16 ans, un majeur de 20 ans, sans autre situation). Seuls les besoins où il manque "
        "quelqu'un.",
        "Dit l'offre décrite dans les fiches, pas les places libres. « Exprimés » : jeunes qui ont dit ce besoin.",
        ("Besoin", "Public", "0", "1", "2", "3 et plus", "Pourquoi personne", "Exprimés", "Dont sans personne"),
        tuple(cells()),
    )


def _situations(found: Evaluation) -> Table:
    communes = len({cell.commune for cell in found.coverage.cells})
    known = found.names.reference.situations
    return Table(
        "situations",
        "Couverture : situations sensibles",
        "Pour un majeur dans chaque situation : les besoins que personne ne couvre nulle part, et ceux qui manquent "
        "dans certaines communes.",
        "C'est l'offre qui est décrite, personne n'est compté.",
        ("Situation", "Besoins sans personne", "Besoins manquant par endroits"),
        rows(
            (
                known[SituationCode(code)].label,
                sum(n == communes for n in missing.values()),
                sum(n < communes for n in missing.values()),
            )
            for code, missing in found.coverage.situations.items()
        ),
    )


def _unmet(found: Evaluation) -> Table:
    told = sorted(found.coverage.unmet.items(), key=lambda pair: (-pair[1].k, pair[0]))
    return Table(
        "non-couverts",
        "Besoins que personne n'a pu couvrir",
        "Besoins exprimés pour lesquels la suggestion n'a trouvé personne, par intercommunalité.",
        "Compte ce qui a été demandé : un besoin que personne n'ose dire n'y est pas.",
        ("Besoin", "Intercommunalité", "Sans personne", "Part"),
        tuple(
            Row(
                (found.names.need(need), found.names.epci(epci), People(rate.k), rate),
                _sensitive(found, need),
                f"{need} {epci}",
            )
            for (need, epci), rate in told
        ),
        coarse=True,
        told_by_rows=True,
    )


def _dependence(found: Evaluation) -> Table:
    told = [share for share in found.shares if share.rate.n >= LEAST]
    told.sort(key=lambda s: (s.epci is not None, -s.hhi, s.need, s.epci or ""))
    return Table(
        "dependance",
        "Dépendance : qui porte chaque besoin",
        "Part du partenaire le plus sollicité, et indice de Herfindahl-Hirschman (somme des carrés des parts : 1 quand "
        "un seul est sollicité), par besoin, en tout et par intercommunalité. À partir de cinq orientations.",
        "Une part élevée n'est pas un défaut du partenaire : c'est le besoin qui serait seul s'il fermait.",
        ("Besoin", "Intercommunalité", "Premier partenaire", "Sa part", "Indice", "Sollicités", "Possibles"),
        tuple(
            Row(
                (
                    found.names.need(s.need),
                    "toutes" if s.epci is None else found.names.epci(s.epci),
                    found.names.partner(s.first),
                    s.rate,
                    Figure(round(s.hhi, 2), "", s.rate.n),
                    s.partners,
                    s.able if s.epci is None else None,
                ),
                _sensitive(found, s.need),
                f"{s.need} {s.epci or ''}",
            )
            for s in told
        ),
        told_by_rows=True,
    )


def _closings(found: Evaluation) -> Table:
    youths = {u.key: u.youths for u in found.partners}
    return Table(
        "fermetures",
        "Et si ce partenaire fermait ?",
        "Besoins × communes × publics qui n'auraient plus personne, orientations à placer ailleurs en un an, et qui "
        f"pourrait les prendre (mêmes besoins). Les {CLOSINGS_SHOWN} premiers.",
        "« Pourrait » selon les fiches : rien ne dit que ces partenaires ont la place.",
        (
            "Partenaire",
            "Besoins perdus",
            "Besoins × communes perdus",
            "Orientations par an",
            "Qui pourrait les prendre",
        ),
        keyed(
            (
                c.partner,
                (
                    found.names.partner(c.partner),
                    len(c.needs),
                    len(c.uncovered),
                    People(c.moved, youths.get(c.partner), referrals=True),
                    ", ".join(found.names.partner(p) for p in c.takers) or None,
                ),
            )
            for c in found.closings[:CLOSINGS_SHOWN]
        ),
    )


def _equity(found: Evaluation) -> Table:
    youths = {u.key: u.youths for u in found.epcis}
    return Table(
        "equite",
        "Équité entre territoires et publics",
        "Orientations pour 100 jeunes reçus sur la période (pour les quartiers et les îles : pour 100 jeunes "
        "orientés), et rapport aux autres jeunes.",
        "Un rapport de 0,5 : deux fois moins d'orientations par jeune. L'intervalle qui contient 1 ne dit rien. Un "
        "écart peut venir des besoins, de l'offre ou de l'accueil.",
        ("Public", "Jeunes", "Orientations", "Pour 100 jeunes", "Rapport aux autres", "Acceptation", "Délai médian"),
        keyed(
            (
                g.code,
                (
                    GROUPS.get(g.code) or found.names.epci(g.code),
                    People(g.youths),
                    People(g.sent, youths.get(g.code), referrals=True),
                    Figure(None if g.per_hundred is None else round(g.per_hundred), "", g.youths),
                    Figure(
                        None if g.ratio is None else g.ratio.value,
                        "",
                        g.sent,
                        None if g.ratio is None else g.ratio.interval,
                    ),
                    Rate(min(g.accepted, g.answered), g.answered),
                    _days(g.waits, g.waits.median, g.waits.median_interval),
                ),
            )
            for g in found.equity
        ),
        coarse=True,
        chart=3,
    )


def _groups(found: Evaluation) -> Table:
    told = found.cosupport
    length = ""
    if told.median_days is not None and told.closed >= LEAST:
        length = f" Durée médiane de ceux qui sont clos : {told.median_days} jours."
    sizes: list[tuple[str, tuple[Cell, ...]]] = [
        (str(size), (f"{size} partenaire{'s' if size > 1 else ''}", People(n))) for size, n in told.sizes
    ]
    if told.opened:
        sizes += [("tous", ("Tous", People(told.opened))), ("clos", ("Dont clos", People(told.closed)))]
    return Table(
        "groupes",
        "Co-accompagnement : les groupes",
        f"Groupes ouverts sur la période, autour d'un jeune chacun.{length}",
        "Une taille est le nombre de partenaires passés dans le groupe, présents ou partis.",
        ("Taille", "Groupes"),
        keyed(sizes),
    )


def _pairs(found: Evaluation) -> Table:
    return Table(
        "ensemble",
        "Co-accompagnement : qui travaille ensemble",
        "Jeunes suivis en commun par deux partenaires, et le nombre attendu si chacun choisissait ses compagnons au "
        f"hasard, aussi souvent qu'il en a. Les {PAIRS_SHOWN} premières paires d'au moins cinq jeunes.",
        "Deux fois l'attendu : une habitude de travail, ou des besoins qui vont ensemble.",
        ("Partenaire", "Avec", "Jeunes", "Attendus", "Rapport"),
        rows(
            (
                *(found.names.partner(p) for p in pair.partners),
                People(pair.n),
                Figure(round(pair.expected, 1), "", pair.n),
                Figure(round(pair.lift, 1), "×", pair.n),
            )
            for pair in [p for p in found.cosupport.pairs if p.n >= LEAST][:PAIRS_SHOWN]
        ),
    )


def _needs_together(found: Evaluation) -> Table:
    return Table(
        "besoins-ensemble",
        "Besoins qui viennent ensemble",
        "Jeunes reçus sur la période qui ont dit les deux besoins.",
        "Deux besoins fréquents viennent souvent ensemble par leur seule fréquence.",
        ("Besoin", "Avec", "Jeunes"),
        tuple(
            Row(
                (found.names.need(a), found.names.need(b), People(n)),
                _sensitive(found, a) or _sensitive(found, b),
            )
            for a, b, n in found.cosupport.needs[:PAIRS_SHOWN]
        ),
        told_by_rows=True,
    )


def _sensitive(found: Evaluation, need: str) -> bool:
    known = found.names.reference.needs.get(NeedCode(need))
    return known is not None and known.sensitivity is not None


def _domain(found: Evaluation) -> Name:
    labels = {str(code): domain.label for code, domain in found.names.reference.domains.items()}
    return lambda code: labels.get(code, code)


def _service(found: Evaluation) -> Name:
    def name(id: str) -> str:
        service = found.directory.services.get(ServiceId(id))
        return id if service is None else f"{service.name} ({found.names.partner(PartnerId(service.partner))})"

    return name
