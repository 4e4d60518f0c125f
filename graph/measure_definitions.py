"""How each measure of a network is defined, in French, as the page on method gives it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """French, for the page that says how a number is made."""

    title: str
    definition: str
    example: str
    reference: str
    limits: str


_FREEMAN = "Freeman, Social Networks 1, 1978"
_BARRAT = "Barrat, Barthélemy, Pastor-Satorras et Vespignani, PNAS 101, 2004"
_WASSERMAN = "Wasserman et Faust, Social Network Analysis, Cambridge University Press, 1994"

DEFINITIONS: Mapping[str, Definition] = {
    "degre-entrant": Definition(
        "Partenaires dont on reçoit",
        "Pour chaque organisation, le nombre d'organisations qui lui adressent des jeunes (liens entrants). Sans "
        "direction, le nombre d'organisations auxquelles elle est reliée. Le chiffre d'ensemble est la moyenne de "
        "celles qui en ont.",
        "Si A et C envoient vers B, B a un degré entrant de 2 ; A et C ont 0.",
        _FREEMAN,
        "Compte des organisations, pas des jeunes : un lien d'une seule orientation pèse autant qu'un lien de cent.",
    ),
    "degre-sortant": Definition(
        "Partenaires vers qui l'on envoie",
        "Pour chaque organisation, le nombre d'organisations vers lesquelles elle envoie (liens sortants). Sans "
        "direction, le même nombre que le degré entrant. Le chiffre d'ensemble est la moyenne de celles qui en ont.",
        "Si A envoie vers B et vers C, A a un degré sortant de 2 ; B et C ont 0.",
        _FREEMAN,
        "Une organisation très reliée n'est pas forcément la bonne réponse : elle peut seulement être la plus connue.",
    ),
    "force-entrante": Definition(
        "Volume reçu",
        "Pour chaque organisation, la somme des poids de ses liens entrants ; sans direction, de tous ses liens. Le "
        "chiffre d'ensemble est la part que reçoivent les trois premières, ou à laquelle elles prennent part.",
        "Si A envoie 3 jeunes et C en envoie 4 vers B, B a une force entrante de 7.",
        _BARRAT,
        "Un grand volume dit l'usage, ni la qualité de l'accueil ni les places disponibles.",
    ),
    "force-sortante": Definition(
        "Volume envoyé",
        "Pour chaque organisation, la somme des poids de ses liens sortants. Le chiffre d'ensemble est la part "
        "qu'envoient les trois premières.",
        "Si A envoie 3 jeunes vers B et 4 vers C, A a une force sortante de 7.",
        _BARRAT,
        "Dépend du nombre de jeunes que chacun accueille : ce n'est pas une mesure d'engagement.",
    ),
    "reciprocite": Definition(
        "Réciprocité",
        "Parmi les liens qui vont d'une organisation à une autre, la part de ceux qui ont un lien de retour.",
        "A envoie vers B et vers C, B envoie vers A : 2 liens sur 3 ont leur retour, soit 67 %.",
        f"{_WASSERMAN}, chapitre 13",
        "Ne compare pas les volumes : un retour d'un seul jeune suffit.",
    ),
    "densite": Definition(
        "Densité",
        "La part des liens possibles qui existent vraiment.",
        "Trois organisations A–B–C reliées en ligne : 2 liens sur 3 possibles, soit 67 %.",
        f"{_WASSERMAN}, chapitre 4",
        "Baisse mécaniquement quand le réseau grandit : elle ne se compare qu'entre réseaux de même taille. Un réseau "
        "moins dense n'est pas moins bon.",
    ),
    "centralisation": Definition(
        "Centralisation",
        "Compare le réseau à une étoile : 100 % quand tout passe par une seule organisation, 0 % quand toutes ont "
        "autant de liens.",
        "A relié à B, C et D, qui ne se connaissent pas : 100 %. Quatre organisations en rond : 0 %.",
        _FREEMAN,
        "Une forte centralisation facilite la coordination et fragilise à la fois ; le chiffre ne tranche pas.",
    ),
    "intermediarite": Definition(
        "Intermédiarité",
        "Pour chaque organisation, la part des plus courts chemins entre deux autres qui passent par elle. Les chemins "
        "comptent les liens, sans leur volume ni leur direction. Le chiffre d'ensemble est le plus élevé.",
        "A–B–C en ligne : le seul chemin de A à C passe par B, qui a 100 %.",
        "Freeman, Sociometry 40, 1977 ; calcul de Brandes, 2001",
        "Suppose que l'information suit le plus court chemin, ce que personne n'a observé.",
    ),
    "proximite": Definition(
        "Proximité",
        "Pour chaque organisation, l'inverse du nombre moyen de liens qui la séparent des autres, réduit à la part du "
        "réseau qu'elle peut atteindre. Le chiffre d'ensemble est la moyenne.",
        "A–B–C en ligne : B est à un lien de chacun et a 100 % ; A est à 1,5 lien en moyenne et a 67 %.",
        f"{_WASSERMAN}, chapitre 5",
        "Ce sont des liens, pas des kilomètres : deux voisins peuvent être loin l'un de l'autre dans le réseau.",
    ),
    "vecteur-propre": Definition(
        "Influence (vecteur propre)",
        "Une organisation compte d'autant plus que celles auxquelles elle est reliée comptent, au prorata du volume. "
        "Le chiffre d'ensemble est le plus élevé, entre 0 et 1.",
        "A–B–C en ligne : B a 0,71 ; A et C ont 0,50.",
        "Bonacich, American Journal of Sociology 92, 1987",
        "Ne voit que le plus grand morceau du réseau : ailleurs, la valeur est 0.",
    ),
    "articulation": Definition(
        "Points de passage obligés",
        "Les organisations sans lesquelles une partie du réseau ne serait plus reliée au reste. Pour chacune, le "
        "nombre d'organisations qui seraient détachées.",
        "A–B–C–D en ligne : sans B, A est détaché ; sans C, D l'est. Il y a deux points de passage.",
        "Hopcroft et Tarjan, Communications of the ACM 16, 1973",
        "Ne connaît que les liens enregistrés : des organisations détachées ici peuvent se connaître autrement.",
    ),
    "noyau": Definition(
        "Noyau (k-cœur)",
        "Le plus grand k tel que l'organisation appartient à un groupe dont chaque membre est relié à k autres du "
        "groupe. Le chiffre d'ensemble est le plus élevé.",
        "Un triangle A, B, C auquel D est accroché : A, B et C ont 2, D a 1.",
        "Seidman, Social Networks 5, 1983",
        "Appartenir au noyau dit que l'on est bien entouré, pas que l'on est utile.",
    ),
    "communautes": Definition(
        "Groupes qui travaillent ensemble",
        "Groupes à l'intérieur desquels il y a plus de liens que le hasard n'en mettrait (méthode de Louvain, toujours "
        "avec la même graine). Le chiffre d'ensemble est le nombre de groupes ; pour chaque organisation, le numéro du "
        "sien, le plus grand d'abord.",
        "Deux triangles reliés par un seul lien : deux groupes, les deux triangles.",
        "Blondel, Guillaume, Lambiotte et Lefebvre, Journal of Statistical Mechanics, 2008",
        "La méthode trouve toujours des groupes, même quand il n'y en a pas de nets ; une organisation à la limite de "
        "deux groupes n'est placée que dans un.",
    ),
    "domaines": Definition(
        "Groupes et domaines déclarés",
        "Compare les groupes observés aux domaines déclarés (information mutuelle normalisée) : 100 % quand l'un fait "
        "deviner l'autre, 0 % quand ils n'ont aucun rapport. Une organisation de deux domaines compte pour moitié dans "
        "chacun ; sans domaine, elle ne compte pas.",
        "Groupes A, B et C, D ; A et B en santé, C et D en logement : 100 %.",
        "Danon, Díaz-Guilera, Duch et Arenas, Journal of Statistical Mechanics, 2005 ; hasard : Vinh, Epps et Bailey, "
        "Journal of Machine Learning Research 11, 2010",
        "Même au hasard la valeur n'est pas nulle : elle ne se lit qu'à côté de celle du hasard.",
    ),
    "passerelles": Definition(
        "Passerelles entre domaines",
        "La part des liens entre deux partenaires de domaines différents, parmi ceux dont les deux bouts ont un "
        "domaine ; pour chaque partenaire, le nombre d'autres domaines que ses liens atteignent.",
        "A–B–C en ligne, A et B en santé, C en logement : 1 lien sur 2 ; B atteint un autre domaine.",
        "Gould et Fernandez, Sociological Methodology 19, 1989 ; Newman, Physical Review E 67, 2003",
        "Dépend des domaines déclarés : une organisation mal rangée paraît une passerelle.",
    ),
}
