"""Files as French offices save them, read whole or refused with one sentence."""

import os
import re
import select
import stat
from pathlib import Path

from graph.errors import FileRefused

LARGEST = 20 * 1024 * 1024
SILENCE = 10.0
"""Seconds without a byte after which a pipe is given up."""

TOO_BIG = "le fichier dépasse 20 Mo."

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LINE_END = re.compile(r"\r\n|\n|\r")


def lines_of(text: str) -> list[str]:
    """Lines as an editor and grep count them; `str.splitlines` also cuts at page breaks, U+0085 and U+2028."""
    lines = _LINE_END.split(text)
    return lines if lines[-1] else lines[:-1]


def content(path: Path) -> bytes:
    """The bytes of *path*; raises FileRefused when it is absent, unreadable, empty, too big or no file."""
    name = path.name or str(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise FileRefused(name, "c'est un dossier, pas un fichier.")
        if not stat.S_ISREG(mode) and not stat.S_ISFIFO(mode):
            raise FileRefused(name, "ce n'est pas un fichier ordinaire.")
        data = _piped(path, name) if stat.S_ISFIFO(mode) else _at_most(path)
    except FileNotFoundError:
        raise FileRefused(name, "le fichier n'existe pas.") from None
    except PermissionError:
        raise FileRefused(name, "vous n'avez pas le droit de lire ce fichier.") from None
    except OSError as problem:
        raise FileRefused(name, f"le fichier ne peut pas être lu ({problem.strerror}).") from None
    checked_size(data, name)
    return data


def _at_most(path: Path) -> bytes:
    """Its size is not asked for: a file of the system says zero, and a file may grow while it is read."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _piped(path: Path, name: str) -> bytes:
    """Opened without waiting for somebody who writes, since there may be nobody."""
    held = bytearray()
    pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        while len(held) <= LARGEST:
            if not select.select([pipe], [], [], SILENCE)[0]:
                raise FileRefused(name, "le tube ne transmet rien.")
            part = os.read(pipe, 1 << 20)
            if not part:
                break
            held += part
    finally:
        os.close(pipe)
    return bytes(held)


def checked_size(data: bytes, name: str) -> None:
    if len(data) > LARGEST:
        raise FileRefused(name, TOO_BIG)
    if not data.strip():
        raise FileRefused(name, "le fichier est vide.")


def decoded(data: bytes, name: str) -> str:
    """UTF-8 with or without BOM, UTF-16, or cp1252; raises FileRefused on anything that is not text."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _text(data, encoding, name)
    if b"\x00" in data:
        return _text(data, _wide(data, name), name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = _text(data, "cp1252", name)
    return _checked(text, name)


def _wide(data: bytes, name: str) -> str:
    """UTF-16 without its mark: every other byte of French text is zero."""
    sample = data[:2000]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    raise FileRefused(name, "ce n'est pas un fichier texte.")


def _text(data: bytes, encoding: str, name: str) -> str:
    try:
        return _checked(data.decode(encoding), name)
    except UnicodeDecodeError:
        raise FileRefused(name, "ce n'est pas un fichier texte, ou son encodage n'est pas reconnu.") from None


def _checked(text: str, name: str) -> str:
    control = sum(1 for c in text if ord(c) < 32 and c not in "\n\r\t\f\v")
    if control:
        raise FileRefused(name, "ce n'est pas un fichier texte.")
    if not any(c.isalnum() for c in text):
        raise FileRefused(name, "le fichier est vide.")
    return text
