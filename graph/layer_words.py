"""What the layers of the network are called, in French."""

from collections.abc import Mapping
from dataclasses import dataclass

from graph.layers import Layer


@dataclass(frozen=True, slots=True)
class Words:
    """Of a layer. `of_all` follows a share: « 40 % des orientations »."""

    label: str
    definition: str
    one: str
    many: str
    of_all: str


WORDS: Mapping[Layer, Words] = {
    Layer.ALL: Words(
        "Tout ce qui relie deux organisations",
        "Un lien réunit deux organisations qui ont fait quelque chose ensemble : orientations, réorientations, jeunes "
        "ou accompagnements partagés, convention ; il pèse le nombre de ces façons.",
        *("façon de travailler ensemble", "façons de travailler ensemble", "des liens, toutes façons confondues"),
    ),
    Layer.SENT: Words(
        "Orientations envoyées",
        "Un lien va d'un site de la Mission Locale vers un partenaire ; il pèse le nombre d'orientations.",
        *("orientation", "orientations", "des orientations"),
    ),
    Layer.RECEIVED: Words(
        "Orientations reçues",
        "Un lien va d'un partenaire vers un site de la Mission Locale ; il pèse le nombre d'orientations.",
        *("orientation reçue", "orientations reçues", "des orientations reçues"),
    ),
    Layer.REROUTED: Words(
        "Réorientations",
        "Un lien va du partenaire sollicité d'abord vers celui qui l'a été ensuite ; il pèse le nombre de "
        "réorientations.",
        *("réorientation", "réorientations", "des réorientations"),
    ),
    Layer.SHARED: Words(
        "Jeunes partagés",
        "Un lien réunit deux partenaires vers lesquels les mêmes jeunes ont été orientés ; il pèse le nombre de ces "
        "jeunes.",
        *("jeune partagé", "jeunes partagés", "des jeunes partagés"),
    ),
    Layer.SUPPORT: Words(
        "Co-accompagnements",
        "Un lien réunit deux partenaires membres d'un même co-accompagnement ; il pèse le nombre de jeunes, une fois "
        "pour chaque groupe.",
        *("co-accompagnement", "co-accompagnements", "des co-accompagnements"),
    ),
    Layer.AGREEMENT: Words(
        "Conventions",
        "Un lien réunit la Mission Locale et chaque signataire d'une convention en vigueur, et les signataires entre "
        "eux.",
        *("convention", "conventions", "des signatures"),
    ),
    Layer.BOARD: Words(
        "Conseil d'administration",
        "Un lien va d'un partenaire qui siège au conseil vers la Mission Locale ; il pèse le nombre de sièges.",
        *("siège", "sièges", "des sièges"),
    ),
    Layer.OFFER: Words(
        "Offre commune",
        "Un lien réunit deux partenaires dont un service répond d'abord au même besoin ; il pèse le nombre de ces "
        "besoins.",
        *("besoin commun", "besoins communs", "des besoins communs"),
    ),
}
CAVEATS: Mapping[Layer, str] = {
    Layer.ALL: "Un lien d'une seule fois et un travail de tous les jours s'y ressemblent.",
    Layer.SENT: "Ici, les partenaires ne sont reliés entre eux que par les sites qui orientent vers eux.",
    Layer.RECEIVED: "Ici, les partenaires ne sont reliés entre eux que par les sites vers lesquels ils orientent.",
    Layer.REROUTED: "Une réorientation dit qu'une première demande n'a pas abouti, pas que les deux se connaissent.",
    Layer.SHARED: "Partager un jeune ne prouve pas que les deux partenaires se parlent.",
    Layer.SUPPORT: "Seuls les co-accompagnements enregistrés sont connus.",
    Layer.AGREEMENT: "Une convention signée ne dit pas que l'on travaille ensemble.",
    Layer.BOARD: "Siéger ensemble ne dit pas que l'on travaille ensemble.",
    Layer.OFFER: "Répondre au même besoin, c'est pouvoir se remplacer ou se concurrencer, pas travailler ensemble.",
}
