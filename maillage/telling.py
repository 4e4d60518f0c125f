"""What the command line says to somebody who reads it: partners, services, findings, counts, names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from graph.check import Finding
from graph.directory import Directory
from graph.model import Mention, Partner, PartnerId, PartnerStatus, Resolved, Service, Standing
from graph.names import folded
from graph.reference import Reference
from graph.wording import ages
from maillage.wording import plural

_STANDINGS = {
    Standing.FUNDER: "financeur, on n'y oriente pas de jeune",
    Standing.BOARD: "siège au conseil d'administration, on n'y oriente pas de jeune",
    Standing.PROFESSIONALS: "ressource pour les professionnels",
}
_RULES = {
    "mention-ambiguous": "Noms qui attendent une décision",
    "partner-without-service": "Partenaires dont l'offre n'est pas décrite",
    "partner-stale": "Fiches de partenaires à revoir",
    "service-stale": "Fiches de services à revoir",
    "service-of-closed-partner": "Services ouverts de partenaires fermés",
    "service-of-partner-not-referable": "Services de partenaires où l'on n'oriente pas",
    "unit-circle": "Rattachements qui tournent en rond",
    "unit-of-closed-partner": "Unités ouvertes de partenaires fermés",
}
_FAMILIES = {"dangling": "Liens rompus", "edges": "Compteurs d'orientation à recalculer"}
_KINDS = {
    "partners": ("partenaire", "partenaires"),
    "services": ("service", "services"),
    "mentions": ("nom lu dans les listes", "noms lus dans les listes"),
    "decisions": ("décision de rapprochement", "décisions de rapprochement"),
    "headings": ("rubrique du livret", "rubriques du livret"),
    "needs": ("besoin", "besoins"),
    "situations": ("situation", "situations"),
    "sectors": ("secteur", "secteurs"),
    "domains": ("domaine", "domaines"),
    "departements": ("département", "départements"),
    "epcis": ("intercommunalité", "intercommunalités"),
    "communes": ("commune", "communes"),
    "sites": ("site", "sites"),
    "programmes": ("programme", "programmes"),
    "intakes": ("livret", "livrets"),
    "unmet": ("besoin sans réponse", "besoins sans réponse"),
    "referrals": ("orientation", "orientations"),
    "events": ("événement", "événements"),
    "cosupports": ("co-accompagnement", "co-accompagnements"),
    "agreements": ("convention", "conventions"),
    "timers": ("délai de service", "délais de services"),
    "edges": ("compteur mensuel", "compteurs mensuels"),
    "closed_months": ("mois clos", "mois clos"),
    "publications": ("publication", "publications"),
}


def partners(directory: Directory, mentions: Mapping[PartnerId, Sequence[Resolved]], known: Reference) -> Iterator[str]:
    """One line each, by name, and a last one that counts them."""
    for partner in sorted(directory.partners.values(), key=lambda p: (folded(p.name), p.id)):
        yield _partner(partner, len(directory.services_of.get(partner.id, ())), mentions[partner.id], known)
    yield f"\n{plural(len(directory.partners), 'partenaire')}."


def _partner(partner: Partner, services: int, mentions: Sequence[Resolved], known: Reference) -> str:
    facts = [] if partner.commune is None else [known.territory_name(partner.commune)]
    if partner.status is PartnerStatus.CLOSED:
        facts.append("fermé")
    if partner.standing in _STANDINGS:
        facts.append(_STANDINGS[partner.standing])
    elif not services:
        facts.append("offre non décrite")
    if services:
        facts.append(plural(services, "service"))
    facts.append("dans aucune liste" if not mentions else plural(len(mentions), "mention"))
    return f"{partner.name} ({partner.id}) : {', '.join(facts)}"


def services(directory: Directory, known: Reference) -> Iterator[str]:
    """Under each partner, by name."""
    for partner in sorted(directory.partners.values(), key=lambda p: (folded(p.name), p.id)):
        own = directory.services_of.get(partner.id, ())
        if own:
            yield partner.name
        for service in sorted(own, key=lambda s: s.id):
            yield f"  - {_service(service)}"
            yield f"    {' ; '.join(known.needs[n].label for n in known.needs if n in service.needs)}"
    yield f"\n{plural(len(directory.services), 'service')}."


def _service(service: Service) -> str:
    aged = service.age_min is not None or service.age_max is not None
    public = f", {ages(service.age_min, service.age_max)}" if aged else ""
    return f"{service.name}{public}{' (à confirmer)' if service.to_confirm else ''}"


def mention(found: Resolved, name: str | None) -> str:
    m: Mention = found.mention
    to = "n'est pas un partenaire" if name is None else f"→ {name}"
    return f"{m.source}, ligne {m.line} : « {m.raw} » {to} ({found.evidence})"


def comparison(a: str, b: str, decision: str, parent: str | None, evidence: str) -> str:
    words = {"same": "un seul partenaire", "different": "deux partenaires", "ambiguous": "à décider"}
    child, whole = (b, a) if parent == "a" else (a, b)
    said = words.get(decision, f"« {child} » est une unité de « {whole} »")
    return f"« {a} » / « {b} » : {said} ({evidence})"


def findings(found: Sequence[Finding]) -> Iterator[str]:
    for rule, group in groupby(found, key=lambda finding: finding.rule):
        yield _RULES.get(rule) or _FAMILIES.get(rule.partition(":")[0], rule)
        yield from (f"  - {finding.text} [{finding.object}]" for finding in group)
        yield ""
    yield f"{plural(len(found), 'constat')}." if found else "Rien à signaler."


def counts(found: Mapping[str, int]) -> Iterable[str]:
    """What matters first; what there is none of is left out."""
    order = [*_KINDS, *(kind for kind in found if kind not in _KINDS)]
    return [plural(found[kind], *_KINDS.get(kind, (kind, kind))) for kind in order if found.get(kind)]
