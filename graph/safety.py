"""The national numbers that come before everything when the ticks call for them; never ranked, never partners.

Read on the services' own or the State's pages: 3114 (suicide prevention, day and night, professionals too), 3919
(violence against women, day and night), 119 (children in danger, day and night), 3018 (harassment and digital violence,
9 a.m. to 11 p.m. every day), 115 (emergency shelter, day and night), 114 (the emergency services by text message).
"""

from dataclasses import dataclass

from graph.model import NeedCode, Request, SituationCode
from graph.reference import MINOR

_CRISIS = NeedCode("crise-suicidaire")
_VIOLENCE = NeedCode("violences")
_HARASSMENT = NeedCode("harcelement")
_SHELTER = NeedCode("hebergement-urgence")
_VICTIM = SituationCode("victime-violences")
_HOMELESS = SituationCode("sans-abri")


@dataclass(frozen=True, slots=True)
class SafetyNumber:
    number: str
    text: str


def safety(request: Request) -> tuple[SafetyNumber, ...]:
    """The number that listens to this trouble first, then 15, 17 and 112 for danger; empty when nothing calls."""
    crisis = _CRISIS in request.needs
    violence = _VIOLENCE in request.needs or _VICTIM in request.situations
    harassment = _HARASSMENT in request.needs
    homeless = _SHELTER in request.needs or _HOMELESS in request.situations
    minor = request.age < 18 or MINOR in request.situations
    found: list[SafetyNumber] = []
    if crisis:
        found.append(
            SafetyNumber(
                "3114",
                "Idées suicidaires : appelez maintenant avec ce jeune le 3114, gratuit, jour et nuit ;"
                " un soignant répond et conseille aussi les professionnels.",
            )
        )
    if minor and (violence or homeless):
        found.append(
            SafetyNumber(
                "119",
                "Mineur en danger : appelez le 119, gratuit, jour et nuit, pour être conseillé et alerter ;"
                " le professionnel peut appeler lui-même.",
            )
        )
    if violence:
        found.append(
            SafetyNumber(
                "3919",
                "Violences conjugales, sexuelles ou sexistes : appelez le 3919, gratuit et anonyme, jour et nuit,"
                " pour être écouté et orienté ; les professionnels peuvent aussi y demander conseil.",
            )
        )
    if homeless:
        found.append(
            SafetyNumber(
                "115",
                "Sans toit ce soir : appelez le 115, gratuit, jour et nuit, avec ce jeune ;"
                " rappelez si aucune place n'est proposée.",
            )
        )
    if harassment:
        found.append(
            SafetyNumber(
                "3018",
                "Harcèlement, en ligne ou non : appelez le 3018, gratuit et anonyme, tous les jours de 9 h à 23 h,"
                " et gardez des captures d'écran.",
            )
        )
    if crisis:
        found.append(
            SafetyNumber(
                "15",
                "Danger immédiat, geste en cours ou médicaments avalés : appelez le 15 tout de suite"
                " et ne laissez pas ce jeune seul.",
            )
        )
    if violence or harassment:
        found.append(
            SafetyNumber(
                "17",
                "Danger immédiat ou menace : appelez le 17, ou envoyez un SMS au 114 s'il est impossible de parler.",
            )
        )
    if crisis or violence or harassment:
        found.append(
            SafetyNumber("112", "Urgence et pas de réponse : le 112 joint tous les secours, depuis tout téléphone.")
        )
    return tuple(found)
