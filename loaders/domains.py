"""What a heading or a cell announces by its words: a domain, or any subject that lists are sorted by."""

import re

from graph.model import DomainCode
from graph.names import folded

_DOMAIN_WORDS: tuple[tuple[str, str], ...] = (
    (r"\biae\b|activite economique", "iae"),
    (r"handicap", "handicap"),
    (r"justice|penitenti|detenu", "justice"),
    (r"etranger|migrant|refugie|exil", "etrangers"),
    (r"logement|hebergement|precarite", "logement"),
    (r"sante|bien etre|prevention", "sante"),
    (r"formation|scolar|orientation", "formation"),
)


def domain_of(heading: str) -> DomainCode | None:
    """The domain that a heading announces."""
    text = folded(heading)
    return next((DomainCode(code) for pattern, code in _DOMAIN_WORDS if re.search(pattern, text)), None)


_SMALL = re.compile(r"d|de|du|des|la|le|les|l|et|ou|en|au|aux|a|un|une|pour|sur|par|dans|avec|domaine")
_SUBJECT = re.compile(
    r"emploi|insertion|professionnel|professionnelle|formations?|orientation|scolarite|education|enseignement"
    r"|apprentissage|alternance|sante|bien|etre|mentale|sexuelle|prevention|addictions?|handicap|inclusion"
    r"|logement|hebergement|habitat|precarite|urgence|justice|droits?|acces|citoyennete|mobilite|transports?"
    r"|numerique|culture|sports?|loisirs|social|sociale|sociaux|alimentation|ressources|budget|vie|quotidienne"
    r"|engagement|benevolat|europe|international|etrangers?|etrangere|migrants|refugies|exiles|ressortissants"
    r"|parentalite|famille|psychologie|soins|iae"
)


def is_subject(text: str) -> bool:
    """« Formation - Emploi », « Accès aux droits »: every word is one that lists are sorted by, none names anybody."""
    words = [word for word in folded(text).split() if not _SMALL.fullmatch(word)]
    return bool(words) and all(_SUBJECT.fullmatch(word) for word in words)
