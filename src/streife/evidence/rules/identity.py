"""Names of recordings: ULID, 26 characters that sort by time and cannot be guessed."""

import re
import secrets
from datetime import datetime

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_PATTERN = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
LONGEST_NAME = 200


def new_id(now: datetime, *, random: bytes | None = None) -> str:
    """Return a new ULID (48 bits of milliseconds, 80 random bits; github.com/ulid/spec)."""
    value = int(now.timestamp() * 1000) << 80 | int.from_bytes(random or secrets.token_bytes(10))
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))


def is_id(text: str) -> bool:
    """Say whether a text is a ULID."""
    return _PATTERN.fullmatch(text) is not None


def shown_name(given: str) -> str:
    """Return what may be kept of a file's name: its last part, printable, never a path.

    A name is shown and never opened: where a recording lies follows from its own id alone.
    """
    last = re.split(r"[/\\]", given)[-1]
    printable = "".join(sign for sign in last if sign.isprintable())
    return printable[-LONGEST_NAME:] if printable.strip(". ") else "ohne Namen"
