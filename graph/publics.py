"""How a situation is said inside a French sentence: the people who are in it, and what is true of one of them."""

from collections.abc import Collection
from typing import NamedTuple

from graph.model import SituationCode
from graph.reference import Reference
from graph.wording import listed


class Public(NamedTuple):
    """`people` follows « les » or « aux »; `one` follows « si ce jeune »."""

    people: str
    one: str


_PUBLICS: dict[str, Public] = {
    "mineur": Public("mineurs", "est mineur"),
    "qpv": Public("habitants d'un quartier prioritaire", "habite un quartier prioritaire"),
    "demandeur-emploi": Public("personnes inscrites à France Travail", "est inscrit à France Travail"),
    "sans-solution": Public("jeunes sans emploi, études ni formation", "est sans emploi, études ni formation"),
    "en-emploi": Public("personnes en emploi", "est en emploi"),
    "en-apprentissage": Public("apprentis et alternants", "est en alternance"),
    "scolarise": Public("jeunes encore scolarisés", "est encore scolarisé"),
    "decrochage": Public("jeunes sortis de l'école sans diplôme", "est sorti de l'école sans diplôme"),
    "cap-bep": Public("titulaires d'un CAP, d'un BEP ou équivalent", "a un CAP, un BEP ou équivalent"),
    "bac-ou-plus": Public("titulaires du baccalauréat ou plus", "a le baccalauréat ou plus"),
    "parent": Public("parents d'un enfant à charge", "a un enfant à charge"),
    "enceinte": Public("femmes enceintes", "est enceinte"),
    "minima-sociaux": Public("bénéficiaires d'un minimum social", "perçoit un minimum social"),
    "sans-abri": Public("personnes sans abri ou en hébergement d'urgence", "est sans abri"),
    "heberge-tiers": Public("personnes hébergées provisoirement chez un tiers", "est hébergé chez un tiers"),
    "victime-violences": Public("victimes de violences", "est victime de violences"),
    "handicap-reconnu": Public("personnes dont le handicap est reconnu", "est reconnu handicapé (RQTH, AAH…)"),
    "handicap-en-cours": Public(
        "personnes dont le dossier MDPH est en cours ou à faire", "a un dossier MDPH en cours (ou à faire)"
    ),
    "notification-esms": Public(
        "personnes qu'une décision de la MDPH oriente vers un établissement ou service médico-social",
        "a une notification de la MDPH vers un établissement ou service médico-social",
    ),
    "notification-esat": Public(
        "personnes qu'une décision de la MDPH oriente vers un ESAT", "a une notification de la MDPH vers un ESAT"
    ),
    "handicap-psychique": Public("personnes en situation de handicap psychique", "vit avec un handicap psychique"),
    "handicap-tsa": Public("personnes autistes", "présente un trouble du spectre de l'autisme"),
    "handicap-intellectuel": Public("personnes déficientes intellectuelles", "a une déficience intellectuelle"),
    "handicap-dys": Public(
        "personnes qui ont des troubles dys ou de l'attention", "a des troubles dys ou de l'attention"
    ),
    "handicap-visuel": Public("personnes déficientes visuelles", "a une déficience visuelle"),
    "handicap-auditif": Public("personnes déficientes auditives", "a une déficience auditive"),
    "handicap-moteur": Public("personnes en situation de handicap moteur", "a un handicap moteur"),
    "justice-milieu-ouvert": Public("personnes suivies par la justice en milieu ouvert", "est suivi en milieu ouvert"),
    "justice-detention": Public("personnes détenues ou sortant de détention", "est détenu (ou près de sortir)"),
    "justice-placement": Public(
        "jeunes placés par décision de justice (CEF, foyer de la PJJ)", "est placé par décision de justice"
    ),
    "protection-enfance": Public("jeunes confiés à l'ASE ou l'ayant été", "est ou a été confié à l'ASE"),
    "tutelle-curatelle": Public("personnes sous tutelle ou curatelle", "est sous tutelle ou curatelle"),
    "mineur-non-accompagne": Public("mineurs non accompagnés", "est reconnu mineur non accompagné"),
    "demandeur-asile": Public("demandeurs d'asile", "demande l'asile"),
    "protection-internationale": Public(
        "bénéficiaires d'une protection internationale", "bénéficie d'une protection internationale"
    ),
    "primo-arrivant": Public("étrangers primo-arrivants (CIR)", "est étranger primo-arrivant"),
    "etranger-hors-ue": Public(
        "personnes de nationalité étrangère hors Union européenne", "est de nationalité étrangère hors Union européenne"
    ),
    "citoyen-ue": Public(
        "ressortissants d'un autre État de l'Union européenne", "est citoyen d'un autre État de l'Union européenne"
    ),
    "droit-travail-absent": Public("personnes sans autorisation de travail", "n'a pas d'autorisation de travail"),
    "eligible-iae": Public(
        "personnes éligibles à l'insertion par l'activité économique", "est éligible à l'IAE (PASS IAE)"
    ),
    "regime-marin": Public("affiliés au régime des marins", "est affilié au régime des marins"),
    "regime-agricole": Public("affiliés au régime agricole (MSA)", "est affilié au régime agricole (MSA)"),
    "non-mobile": Public("personnes sans permis ni véhicule", "n'a ni permis ni véhicule"),
}


_RANKS = {code: rank for rank, code in enumerate(_PUBLICS)}


def people(reference: Reference, situations: Collection[SituationCode], article: str) -> str:
    """« aux mineurs ou aux demandeurs d'asile »: *article* is « aux » or « les », in the order of the booklet."""
    return listed([f"{article} {_public(reference, s).people}" for s in ordered(situations)], "ou")


def one(reference: Reference, situations: Collection[SituationCode]) -> str:
    """What would have to be true: « est mineur ou demande l'asile »."""
    return listed([_public(reference, s).one for s in ordered(situations)], "ou")


def ordered(situations: Collection[SituationCode]) -> list[SituationCode]:
    """In the order of the booklet; those of another territory's reference last, by code."""
    return sorted(situations, key=_place)


def standing(situations: Collection[SituationCode]) -> list[tuple[int, str]]:
    """What puts groups of situations in the order of the booklet."""
    return sorted(_place(s) for s in situations)


def _place(situation: SituationCode) -> tuple[int, str]:
    return _RANKS.get(situation, len(_RANKS)), situation


def _public(reference: Reference, situation: SituationCode) -> Public:
    """A situation of another territory's reference is quoted by its label."""
    known = _PUBLICS.get(situation)
    if known is not None:
        return known
    found = reference.situations.get(situation)
    label = found.label if found is not None else situation
    return Public(f"personnes « {label} »", f"est « {label} »")
