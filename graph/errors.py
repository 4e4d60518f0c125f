"""The errors a caller is meant to handle; anything else is a bug and rises.

MaillageError
├── InputRefused              something given from outside cannot be true or is not readable
│   ├── UnknownCode           a need, situation, sector, commune… that the reference does not hold
│   ├── RequestRefused        age, contradiction between ticks, nothing ticked
│   ├── FileRefused           a file that cannot be read as the list it should be
│   └── IllegalMove           a referral cannot go from its state to that one
├── NotFound                  a partner, service, decision that does not exist
├── Conflict                  the object changed since it was read, or a decision contradicts another
└── StoreUnavailable          absent, refused, silent, not migrated, of another version
    ├── StoreNotMigrated
    └── StoreTooNew

Every text is one French sentence that is safe to show.
"""

from collections.abc import Sequence

from graph.referral import State
from graph.state_words import STATES

LONGEST_CODE = 64
"""Characters; no code is longer, and a longer one is neither compared nor echoed whole."""


class MaillageError(Exception):
    """Base of the errors a caller is meant to handle; their text is safe to show."""


class InputRefused(MaillageError):
    """Something given from outside is refused; nothing was stored."""


class UnknownCode(InputRefused):
    """*nearest* holds existing codes with their labels, best first, at most three."""

    def __init__(self, kind: str, code: str, nearest: Sequence[tuple[str, str]] = ()) -> None:
        sentence = f"{kind} « {_echo(code)} » n'existe pas."
        if nearest:
            sentence += " Les plus proches : " + ", ".join(f"{c} ({label})" for c, label in nearest) + "."
        super().__init__(sentence)
        self.kind = kind
        self.code = code
        self.nearest = tuple(nearest)


class RequestRefused(InputRefused):
    """The ticks or the age cannot be true together."""


class FileRefused(InputRefused):
    def __init__(self, source: str, reason: str, line: int | None = None) -> None:
        where = f"{source}, ligne {line}" if line is not None else source
        super().__init__(f"{where} : {reason}")
        self.source = source
        self.line = line
        self.reason = reason


_FEMININE = {"Décision", "Mention", "Orientation", "Convention"}
_UNECHOED = {"Livret": "ce pseudonyme"}
"""Where a name or a file number may be typed instead: it is not said again."""


class IllegalMove(InputRefused):
    """*allowed* are the states it may go to; *inbound*: of a referral that a partner made."""

    def __init__(self, before: State | None, after: State, allowed: Sequence[State], *, inbound: bool = False) -> None:
        where = "commencer par" if before is None else f"passer de « {STATES[before]} » à"
        names = ", ".join(f"« {STATES[state]} »" for state in allowed)
        may = f"Possible : {names}." if allowed else "Plus rien n'est possible : elle est close."
        super().__init__(f"Une orientation ne peut pas {where} « {STATES[after]} ». {may}")
        self.before = before
        self.after = after
        self.allowed = tuple(allowed)
        self.inbound = inbound


class NotFound(MaillageError):
    def __init__(self, kind: str, id: str) -> None:
        none = "aucune" if kind in _FEMININE else "aucun"
        what = _UNECHOED.get(kind) or f"l'identifiant « {_echo(id)} »"
        super().__init__(f"{kind} introuvable : {none} ne porte {what}.")
        self.kind = kind
        self.id = id


class Conflict(MaillageError):
    """Somebody else changed it first, or two decisions contradict each other; nothing was stored."""


class StoreUnavailable(MaillageError):
    """The store does not answer as a store of this version should."""


class StoreNotMigrated(StoreUnavailable):
    def __init__(self) -> None:
        super().__init__("Le stockage est vide ou ancien : lancez « maillage migrate ».")


class StoreTooNew(StoreUnavailable):
    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"Le stockage est en version {found}, ce programme connaît la version {known} : mettez-le à jour."
        )
        self.found = found
        self.known = known


def _echo(given: str) -> str:
    """What was given, cut where no code goes on: « logement a logement a l… »."""
    return given if len(given) <= LONGEST_CODE else f"{given[:LONGEST_CODE]}…"
