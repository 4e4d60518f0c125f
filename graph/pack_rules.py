"""The rules of the governance pack: under which name, and by which definition, each of its statements is found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from graph.privacy import LEAST
from graph.publishing import RECEIVED, REFERRED, SERVED, SUPPORTED

APART = 10
"""Points of percentage between two territories that are worth a sentence: rounding alone makes some four."""
MOVED = 5
"""Points of percentage between two years that are worth a sentence."""
LEANING = 15
"""Percent of the young people who were referred from which one partner is said to receive them."""
UNANSWERED = 5
ACCEPTED = 75
"""Percent of the young people who were referred from which each is said."""
RIPENS = frozenset({"rdv-honore", SERVED})
"""What goes on to be reached after the year is over: of a year published sooner, there is less."""
AS_LONG, RIPE = timedelta(days=62), timedelta(days=366)
"""From the end of a year to its publication: two are alike that near to each other, or once both are that long."""


@dataclass(frozen=True, slots=True)
class Rule:
    title: str
    definition: str


RULES: Mapping[str, Rule] = {
    RECEIVED: Rule("Jeunes accueillis", "Jeunes dont le livret d'accueil est de l'année ; chacun compte une fois."),
    REFERRED: Rule(
        "Jeunes orientés",
        "Jeunes dont une orientation au moins est partie dans l'année, qu'ils soient nouveaux ou non.",
    ),
    "acceptee": Rule("Acceptés", "Parmi les jeunes orientés, ceux dont un partenaire au moins a accepté une demande."),
    "rdv-honore": Rule(
        "Premier rendez-vous tenu", "Parmi les jeunes orientés, ceux qui sont venus à un premier rendez-vous au moins."
    ),
    SERVED: Rule(
        "Besoin couvert",
        "Parmi les jeunes orientés, ceux dont un besoin au moins est dit couvert, par le conseiller, le jeune ou le "
        "partenaire. Un accompagnement qui dure encore n'y est pas.",
    ),
    SUPPORTED: Rule(
        "Co-accompagnement", "Jeunes que deux partenaires au moins se sont mis à suivre ensemble dans l'année."
    ),
    "sans-reponse": Rule(
        "Sans réponse",
        "Parmi les jeunes orientés, ceux dont une demande au moins a expiré sans que le partenaire réponde. Dit dès "
        f"{UNANSWERED} %.",
    ),
    "orientations": Rule(
        "Orientations", "Une orientation est une demande à un partenaire ; un jeune peut en avoir plusieurs."
    ),
    "sans-personne": Rule(
        "Besoin sans personne",
        "D'après les fiches des partenaires : aucun n'aide pour ce besoin dans ces communes, à 16 ou à 20 ans, sans "
        "autre situation particulière.",
    ),
    "un-seul": Rule(
        "Un seul partenaire",
        "D'après les fiches : dans une commune au moins, à 16 ou à 20 ans, un seul partenaire aide pour ce besoin.",
    ),
    "s-il-fermait": Rule(
        "Et s'il fermait",
        "Le partenaire dont la fermeture laisserait sans personne le plus de besoins × communes, d'après les fiches.",
    ),
    "appui": Rule(
        "Appui sur un partenaire",
        f"Le partenaire vers qui le plus de jeunes ont été orientés, parmi les jeunes orientés. Dit dès {LEANING} %.",
    ),
    "recul": Rule(
        "Domaine en recul",
        "Le domaine qui a perdu le plus de jeunes orientés depuis la publication d'avant, au-delà de ce que l'arrondi "
        "à 5 peut faire.",
    ),
    "ecart": Rule(
        "Écart entre territoires",
        "Part des jeunes orientés dont un besoin est couvert, entre l'intercommunalité où elle est la plus haute et "
        f"celle où elle est la plus basse. Un écart se dit à partir de {APART} points.",
    ),
    "non-verifie": Rule(
        "À confirmer",
        "Services dont la fiche est écrite d'après le type de structure ou des sources générales, sans que le "
        "partenaire l'ait confirmée. Dit dès la moitié.",
    ),
    "sans-solution": Rule(
        "Besoins restés sans solution",
        f"Jeunes, {LEAST} au moins, pour qui aucun partenaire n'a été trouvé ce jour-là.",
    ),
    "solide": Rule(
        "Au moins deux partenaires",
        "D'après les fiches : deux partenaires ou plus dans chaque commune où le besoin se demande, à 16 et à 20 ans.",
    ),
    "mobilises": Rule("Partenaires mobilisés", f"Partenaires vers qui {LEAST} jeunes au moins ont été orientés."),
    "domaines": Rule("Domaines mobilisés", f"Domaines vers lesquels {LEAST} jeunes au moins ont été orientés."),
    "conseil": Rule(
        "Au conseil d'administration", "Organisations qui siègent et sont aussi des partenaires référencés."
    ),
    "points": Rule(
        "D'une année à l'autre",
        "Le résultat dont la part a le plus bougé depuis la publication d'avant, parmi les jeunes orientés de chaque "
        f"année. Dit dès {MOVED} points. Ce qui se tient ou se couvre après la fin de l'année ne se compare que si les "
        "deux années ont été publiées après un délai voisin, ou plus d'un an après leur fin.",
    ),
    "evolution": Rule(
        "Évolution",
        "Différence entre deux publications, quand elle dépasse ce que l'arrondi à 5 peut faire.",
    ),
}
