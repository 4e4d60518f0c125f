"""The domain that a heading or a cell announces, by its words."""

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
