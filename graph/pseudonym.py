"""Pseudonyms of intakes: a random UUID, or the HMAC of the file number under a key that is kept outside the store."""

import base64
import binascii
import hashlib
import hmac
import os
import re
import stat
import unicodedata
import uuid
from collections.abc import Mapping
from pathlib import Path

from graph.errors import InputRefused
from graph.intake import IntakeId

KEY_VARIABLE = "MAILLAGE_PSEUDONYM_KEY"
FILE_VARIABLE = "MAILLAGE_PSEUDONYM_KEY_FILE"
SHORTEST = 32
"""Bytes of a key: 256 bits."""
EXAMPLE = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
"""What the documentation shows; refused, since everybody knows it."""

_LONGEST_NUMBER = 24
_LARGEST_FILE = 4096
_FEWEST_VALUES = 16
"""Different bytes in a key: 32 that are drawn at random have fewer less than once in 10¹³."""
_MAKE_ONE = "Pour en faire une : « openssl rand -hex 32 »."


class PseudonymKey:
    """Never shown: neither by `repr`, nor by an error."""

    __slots__ = ("_secret",)

    def __init__(self, text: str) -> None:
        """*text* in hexadecimal or in base64. Raises InputRefused when it is short, weak or the example."""
        secret = _bytes(text.strip())
        if secret is None:
            raise InputRefused(f"La clé de pseudonymes n'est ni en hexadécimal ni en base64. {_MAKE_ONE}")
        if len(secret) < SHORTEST:
            raise InputRefused(f"La clé de pseudonymes fait moins de 256 bits. {_MAKE_ONE}")
        if hmac.compare_digest(secret, bytes.fromhex(EXAMPLE)):
            raise InputRefused(f"La clé de pseudonymes est celle de l'exemple, que tout le monde connaît. {_MAKE_ONE}")
        if len(set(secret)) < _FEWEST_VALUES:
            raise InputRefused(f"La clé de pseudonymes se répète : elle n'est pas tirée au hasard. {_MAKE_ONE}")
        self._secret = secret

    def __repr__(self) -> str:
        return "PseudonymKey(…)"

    def pseudonym(self, number: str) -> IntakeId:
        """Of a file number. Raises InputRefused, without echoing it, when it is none."""
        digest = hmac.new(self._secret, normalised(number).encode(), hashlib.sha256).hexdigest()
        return IntakeId(f"h-{digest}")


def configured(environment: Mapping[str, str]) -> PseudonymKey | None:
    """The key that *environment* holds or whose file it names; None when it does neither."""
    text, file = environment.get(KEY_VARIABLE, ""), environment.get(FILE_VARIABLE, "")
    if text and file:
        raise InputRefused(f"{KEY_VARIABLE} et {FILE_VARIABLE} disent chacune une clé : gardez l'une des deux.")
    if file:
        text = _read(Path(file))
    return PseudonymKey(text) if text else None


def random_pseudonym() -> IntakeId:
    return IntakeId(str(uuid.uuid4()))


_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def is_random(text: str) -> bool:
    """Whether *text* is a UUID of version 4 in lower case: other versions tell a clock, a machine or a name."""
    return _UUID.fullmatch(text) is not None


_OF_NUMBER = re.compile(r"h-[0-9a-f]{64}")


def is_pseudonym(text: str) -> bool:
    """Whether *text* is one as they are made here: random, or of a file number."""
    return is_random(text) or _OF_NUMBER.fullmatch(text) is not None


def normalised(number: str) -> str:
    """A file number as one spelling: « N° 00 123-456 » and « 123456 » are one.

    Spaces, punctuation, case and leading zeros, which spreadsheets drop, do not count. Raises InputRefused on what is
    no such number: one without a digit, a date, an address, one that a spreadsheet rounded.
    """
    text = unicodedata.normalize("NFKC", number).strip().upper()
    if re.fullmatch(r"\d+[.,]\d+E\+?\d+", text):
        raise InputRefused("Le numéro de dossier a perdu des chiffres dans un tableur : mettez la colonne en texte.")
    text = re.sub(r"^N\s*[O°.]\s*", "", text)  # NFKC makes « o » of the ordinal sign
    text = re.sub(r"[.,]0$", "", text)
    kept = "".join(c for c in text if c.isalnum())
    dated = re.fullmatch(r"\d{1,4}([/.-])\d{1,2}\1\d{1,4}", text)
    if not any(c.isdigit() for c in kept) or not kept.isascii() or len(kept) > _LONGEST_NUMBER or dated or "@" in text:
        raise InputRefused("Ce n'est pas un numéro de dossier.")
    return kept.lstrip("0") or "0"


def _bytes(text: str) -> bytes | None:
    """Hexadecimal when it may be: its letters and digits are base64 too."""
    if re.fullmatch(r"(?:[0-9a-fA-F]{2})+", text):
        return bytes.fromhex(text)
    try:
        plain = text.translate(str.maketrans("-_", "+/")).rstrip("=")
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _read(path: Path) -> str:
    """The text of the file, which only its owner may read. Its name alone is ever shown."""
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise InputRefused("Le fichier de la clé de pseudonymes n'est pas un fichier ordinaire.")
            if os.name == "posix" and stat.S_IMODE(found.st_mode) & 0o177:
                raise InputRefused(
                    "Le fichier de la clé de pseudonymes est ouvert à d'autres que vous : « chmod 600 » le ferme."
                )
            data = file.read(_LARGEST_FILE + 1)
    except OSError:
        raise InputRefused(
            f"Le fichier de la clé de pseudonymes ({FILE_VARIABLE}) ne peut pas être lu : vérifiez son chemin."
        ) from None
    text = data.decode("ascii", "replace").strip()
    if not text or len(data) > _LARGEST_FILE:
        raise InputRefused("Le fichier de la clé de pseudonymes ne contient pas une clé.")
    return text
