"""The list of evidence for the auditor of the label: which figure answers which of the seven axes. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from graph.publication import Publication
from graph.publishing import ANSWERS, BY_EPCI, DOMAINS, FIGURES, NEEDS, PARTNERS


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers an objective of an axis: the words of the link, its file, its day. Without `file`: nothing does."""

    objective: str
    said: str
    file: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    title: str
    answers: tuple[Answer, ...]


DIGITAL = ("usages-numeriques", "equipement-numerique")
"""The needs that tell of the fight against digital exclusion."""


def axes(publication: Publication, made_on: date) -> tuple[Axis, ...]:
    """Every objective of the seven axes, and what in the pack answers it; the offer is of the day of the pack."""

    def table(objective: str, code: str, said: str, rows: Iterable[str] | None = None) -> Answer:
        wanted = None if rows is None else set(rows)
        cells = publication.table(code).cells.items()
        if any(cell.value is not None for (row, _), cell in cells if wanted is None or row in wanted):
            return Answer(objective, said, f"methode.html#{code}", publication.made_on)
        return Answer(objective, f"{said} : rien ne peut en être dit cette année")

    def page(objective: str, said: str, file: str) -> Answer:
        offer = file == "territoire.html"
        return Answer(objective, said, file, made_on if offer else publication.made_on)

    def nothing(objective: str) -> Answer:
        return Answer(objective, "aucune mesure de ce dossier n'y répond")

    return (
        Axis(
            "Enjeux territoriaux",
            (
                table("Une plus grande équité dans l'accès", ANSWERS, "les résultats par intercommunalité"),
                page("La proximité avec les territoires ruraux", "la carte besoins × communes", "territoire.html"),
                page("Mutualiser les moyens avec les partenaires locaux", "la carte du réseau publié", "reseau.html"),
                table("Lutter contre l'illectronisme", NEEDS, "les besoins numériques par intercommunalité", DIGITAL),
            ),
        ),
        Axis(
            "Enjeux partenariaux",
            (
                page("Cartographier les partenariats", "la carte du réseau publié", "reseau.html"),
                table("Suivre les partenariats", PARTNERS, "les jeunes orientés par partenaire"),
                table("Évaluer les partenariats", FIGURES, "acceptés, venus, besoin couvert"),
                page("Pistes de mutualisation", "les besoins qui tiennent à un seul partenaire", "territoire.html"),
                nothing("Capitaliser sur les pratiques innovantes"),
            ),
        ),
        Axis(
            "Relation Entreprise",
            (
                nothing("Parcours de découverte des métiers"),
                nothing("Faire découvrir les opportunités de recrutement"),
                nothing("Cartographier et conventionner les entreprises accueillantes"),
                nothing("Espaces de réseautage entre jeunes et entreprises"),
                nothing("Partager les outils d'accompagnement vers l'emploi"),
            ),
        ),
        Axis(
            "Orientation / Formation",
            (
                nothing("Parcours de découverte des formations"),
                nothing("Relier les emplois du territoire à des parcours de formation"),
                table(
                    "Renforcer les liens avec les organismes de formation",
                    DOMAINS,
                    "les jeunes orientés par domaine, dont la formation",
                    _training(publication),
                ),
            ),
        ),
        Axis(
            "Observatoire local",
            (
                table("Le portrait du territoire, chaque année", BY_EPCI, "les accueils par intercommunalité"),
                table("Les chiffres clés des jeunes, chaque année", FIGURES, "les chiffres de l'année"),
                nothing("L'avis des jeunes sur les actions"),
                nothing("Faire évoluer l'offre selon les retours des jeunes"),
            ),
        ),
        Axis(
            "Enjeux organisationnels internes",
            (
                nothing("Un diagnostic organisationnel avec l'équipe"),
                nothing("Rénover les réunions, l'accueil des jeunes, les parcours CEJ"),
            ),
        ),
        Axis(
            "Enjeux de gouvernance",
            (
                nothing("Un diagnostic organisationnel"),
                nothing("Des préconisations avec l'équipe et les administrateurs"),
                page("La compréhension de l'offre par les administrateurs", "ce dossier entier", "index.html"),
                nothing("Clarifier le rôle et les responsabilités des administrateurs"),
            ),
        ),
    )


def _training(publication: Publication) -> list[str]:
    """The rows of the domains that name training."""
    table = publication.table(DOMAINS)
    return [row for row in table.rows if "formation" in table.name(row).lower()]
