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
    r"emploi|insertion|formations?|orientation|scolarite|education|enseignement|apprentissage|alternance|sante|bien"
    r"|prevention|addictions?|handicap|inclusion|logement|hebergement|habitat|precarite|urgence|justice|droits?|acces"
    r"|citoyennete|mobilite|transports?|numerique|culture|sports?|loisirs|social|alimentation|ressources|budget|vie"
    r"|engagement|benevolat|europe|international|etrangers|migrants|refugies|exiles|ressortissants|parentalite|famille"
    r"|psychologie|soins|iae"
)
_QUALITY = re.compile(
    r"etre|professionnell?e?|mentale|sexuelle|sociale?|sociaux|quotidienne|etrangers?|etrangere|sante"
)
_PART = re.compile(r"[-–—,;:/&+()]")


def is_subject(text: str) -> bool:
    """« Formation - Emploi », « Accès aux droits »: every word is one that lists are sorted by, none names anybody.

    Subjects with nothing between them, « Sport Insertion Emploi », are how an association calls itself.
    """
    parts = [folded(part).split() for part in _PART.split(text)]
    return any(parts) and all(_subjects(words) for words in parts)


def _subjects(words: list[str]) -> bool:
    before = False
    for word in words:
        subject = _SUBJECT.fullmatch(word) is not None
        if before and subject and not _QUALITY.fullmatch(word):
            return False
        if not (subject or _QUALITY.fullmatch(word) or _SMALL.fullmatch(word)):
            return False
        before = not _SMALL.fullmatch(word)
    return not words or any(_SUBJECT.fullmatch(word) or _QUALITY.fullmatch(word) for word in words)
