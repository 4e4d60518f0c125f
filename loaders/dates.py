"""Days as French offices write them."""

import re
from datetime import date

_FRENCH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MIDNIGHT = re.compile(r"[T ]0{1,2}:00(?::00(?:\.0+)?)?$")


def day(text: str) -> date | None:
    """AAAA-MM-JJ, or JJ/MM/AAAA with `/`, `.` or `-`; the midnight of a spreadsheet is left out. None otherwise."""
    written = _MIDNIGHT.sub("", text.strip())
    if not written.isascii():
        return None
    iso, french = _ISO.fullmatch(written), _FRENCH.fullmatch(written)
    if iso:
        parts = (iso[1], iso[2], iso[3])
    elif french:
        parts = (french[3], french[2], french[1])
    else:
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None
