"""The directory against its own rules: what a coordinator should look at. Pure; dates are passed in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from graph.directory import Directory
from graph.edges import Edge, EdgeKind
from graph.model import Outcome, Partner, PartnerId, PartnerStatus, Resolved, Service, Standing


@dataclass(frozen=True, slots=True)
class Finding:
    """`object` is an id; `text` one French sentence."""

    rule: str
    object: str
    text: str


def findings(
    directory: Directory,
    resolved: Iterable[Resolved],
    today: date,
    dangling: Iterable[tuple[str, str]] = (),
) -> list[Finding]:
    """By rule, then object. *dangling* is what the store says of itself (`PartnerStore.dangling`)."""
    found = [
        *(_dangling(rule, id) for rule, id in dangling),
        *_partners_without_service(directory),
        *_stale(directory, today),
        *_unreachable_services(directory),
        *_units(directory),
        *_mentions(directory, resolved),
    ]
    return sorted(set(found), key=lambda finding: (finding.rule, finding.object, finding.text))


_DANGLING = {
    "partner.unit_of": "Le partenaire « {} » est rattaché à un partenaire qui n'existe pas.",
    "partner.domains": "Le partenaire « {} » est classé dans un domaine qui n'existe pas.",
    "service.partner": "Le service « {} » est celui d'un partenaire qui n'existe pas.",
    "service.needs": "Le service « {} » répond à un besoin qui n'existe pas, ou à aucun.",
    "service.conditions": "Le service « {} » demande une situation qui n'existe pas.",
    "service.territories": "Le service « {} » couvre un territoire qui n'existe pas, ou aucun.",
    "service.sectors": "Le service « {} » est lié à un secteur qui n'existe pas.",
    "mention.partner": "La mention « {} » désigne un partenaire qui n'existe pas.",
    "mention.unit_of": "La mention « {} » est rattachée à un partenaire qui n'existe pas.",
    "mention.domain": "La mention « {} » est classée dans un domaine qui n'existe pas.",
    "mention.candidates": "La mention « {} » hésite avec un partenaire qui n'existe pas.",
    "territory.within": "Le territoire « {} » est compris dans un territoire qui n'existe pas.",
    "need.heading": "Le besoin « {} » est rangé sous un titre qui n'existe pas.",
    "file": "Le fichier du stockage est endommagé ({}) : restaurez une sauvegarde.",
}


def dangling_text(rule: str, id: str) -> str:
    """What a rule of `PartnerStore.dangling` says of *id*, as one sentence."""
    return _DANGLING.get(rule, "« {} » désigne ce qui n'existe pas.").format(id)


def _dangling(rule: str, id: str) -> Finding:
    return Finding(f"dangling:{rule}", id, dangling_text(rule, id))


def _partners_without_service(directory: Directory) -> Iterator[Finding]:
    """A parent is served by the services of its units."""
    serving: set[PartnerId] = set()
    for service in directory.services.values():
        id: PartnerId | None = service.partner
        while id is not None and id not in serving:
            serving.add(id)
            id = directory.partners[id].unit_of if id in directory.partners else None
    for partner in directory.partners.values():
        if partner.status is not PartnerStatus.ACTIVE or partner.id in serving:
            continue
        if partner.standing is Standing.REFERABLE:
            yield Finding(
                "partner-without-service",
                partner.id,
                f"On peut orienter un jeune vers {_name(partner)}, mais aucun de ses services n'est décrit.",
            )
        elif partner.standing is Standing.UNKNOWN:
            yield Finding(
                "partner-without-service",
                partner.id,
                f"On ne sait pas encore ce que propose {_name(partner)}, ni si l'on peut y orienter un jeune.",
            )


def _stale(directory: Directory, today: date) -> Iterator[Finding]:
    """Sheets that somebody verified more than twelve months ago; what was never verified shows « à confirmer »."""
    limit = _a_year_before(today)
    for id, partner in directory.partners.items():
        if partner.status is PartnerStatus.ACTIVE and partner.verified_on is not None and partner.verified_on < limit:
            yield Finding(
                "partner-stale", id, f"La fiche de {_name(partner)} n'a pas été vérifiée {_since(partner.verified_on)}."
            )
    for service in directory.services.values():
        if not service.closed and service.verified_on is not None and service.verified_on < limit:
            yield Finding(
                "service-stale",
                service.id,
                f"Le service {_name(service)} n'a pas été vérifié {_since(service.verified_on)}.",
            )


def _a_year_before(today: date) -> date:
    """29 February goes back to the 28th."""
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return date(today.year - 1, today.month, day)


def _since(day: date) -> str:
    return f"depuis le {day:%d/%m/%Y}"


def _unreachable_services(directory: Directory) -> Iterator[Finding]:
    for service in directory.services.values():
        partner = directory.partners.get(service.partner)
        if partner is None:
            yield _dangling("service.partner", service.id)
        elif service.closed:
            continue
        elif partner.status is PartnerStatus.CLOSED:
            yield Finding(
                "service-of-closed-partner",
                service.id,
                f"Le service {_name(service)} est ouvert, mais {_name(partner)} est fermé.",
            )
        elif partner.standing is not Standing.REFERABLE:
            unknown = partner.standing is Standing.UNKNOWN
            doubt = "on ne sait pas si l'on peut orienter un jeune" if unknown else "on n'oriente pas de jeune"
            yield Finding(
                "service-of-partner-not-referable",
                service.id,
                f"Le service {_name(service)} est décrit, mais {doubt} vers {_name(partner)}.",
            )


def _units(directory: Directory) -> Iterator[Finding]:
    for id, partner in directory.partners.items():
        if partner.unit_of is None:
            continue
        parent = directory.partners.get(partner.unit_of)
        if parent is None:
            yield _dangling("partner.unit_of", id)
        elif _circular(directory, id):
            yield Finding("unit-circle", id, f"{_name(partner)} est rattaché à lui-même, par {_name(parent)}.")
        elif parent.status is PartnerStatus.CLOSED and partner.status is PartnerStatus.ACTIVE:
            yield Finding("unit-of-closed-partner", id, f"{_name(partner)} est ouvert, mais {_name(parent)} est fermé.")


def _circular(directory: Directory, start: PartnerId) -> bool:
    """Whether following the parents of *start* comes back to it."""
    seen: set[PartnerId] = set()
    partner = directory.partners[start].unit_of
    while partner is not None and partner not in seen:
        if partner == start:
            return True
        seen.add(partner)
        parent = directory.partners.get(partner)
        partner = parent.unit_of if parent is not None else None
    return False


def _mentions(directory: Directory, resolved: Iterable[Resolved]) -> Iterator[Finding]:
    for each in resolved:
        mention = each.mention
        if each.partner is not None and each.partner not in directory.partners:
            yield _dangling("mention.partner", mention.id)
        if each.outcome is Outcome.AMBIGUOUS:
            yield Finding(
                "mention-ambiguous",
                mention.id,
                f"« {mention.raw} » ({mention.source}, ligne {mention.line}) attend une décision.",
            )


_EDGES = {
    EdgeKind.REFERRED: "Le compteur des orientations",
    EdgeKind.REROUTED: "Le compteur des réorientations",
    EdgeKind.CO_SUPPORTS: "Le compteur des co-accompagnements",
}


def edge_findings(stored: Iterable[Edge], recomputed: Iterable[Edge]) -> list[Finding]:
    """Edges of the open months that are not what the events make of them, by rule, then object."""
    held = {(e.kind, e.source, e.target, e.month): e for e in stored}
    made = {(e.kind, e.source, e.target, e.month): e for e in recomputed}
    found = []
    for key in held.keys() | made.keys():
        kind, source, target, month = key
        if held.get(key) == made.get(key):
            continue
        fault, said = "differ", "ne dit pas ce que disent les événements"
        if key not in held:
            fault, said = "missing", "manque"
        elif key not in made:
            fault, said = "unfounded", "ne vient d'aucun événement"
        text = f"{_EDGES[kind]} {said} : « maillage rebuild-edges » le recalcule."
        found.append(Finding(f"edges:{kind.value}-{fault}", f"{source}→{target} {month}", text))
    return sorted(found, key=lambda finding: (finding.rule, finding.object))


def _name(named: Partner | Service) -> str:
    return f"« {named.name} »"
