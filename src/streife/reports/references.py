"""The readable number of a report and the secret of its status link."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

# No letter that is taken for another (0 O, 1 I L, 2 Z, 5 S, 8 B, U V), no vowel that makes words.
ALPHABET = "23456789CDFGHJKMNPQRTWXY"
_SECRET_LENGTH = 16  # 73 bits: guessing on line or off is hopeless, typing is not


def new_reference() -> str:
    """Return a random number like `7KD-29MX`; the database holds it unique."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(7))
    return f"{letters[:3]}-{letters[3:]}"


def new_references(count: int, taken: Callable[[set[str]], Iterable[str]]) -> list[str]:
    """Return so many different new numbers; `taken` says which of some are somebody's already.

    Of 24^7 numbers the next five hundred hit one of a million about every tenth time.
    """
    free: set[str] = set()
    while len(free) < count:
        drawn = {new_reference() for _ in range(count - len(free))} - free
        free |= drawn - set(taken(drawn))
    return list(free)


def tidy_reference(text: str) -> str:
    """Return what somebody typed in the form of a reference ("7kd 29mx" is `7KD-29MX`)."""
    letters = "".join(letter for letter in text.upper() if letter.isalnum())[:12]
    return f"{letters[:3]}-{letters[3:]}"


def tidy_secret(text: str) -> str:
    """Return what somebody typed in the form of a secret ("7kd2 29mx …" with hyphens)."""
    letters = "".join(letter for letter in text.lower() if letter.isalnum())[:32]
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def secret_of(client_id: UUID) -> str:
    """Return the secret of a report's link.

    It is derived from the sender's id with the key of the installation, so that a replay and a
    later e-mail can give the same link although the database knows only its checksum.
    """
    digest = salted_hmac("streife.reports.link", client_id.hex, algorithm="sha256").digest()
    number = int.from_bytes(digest)
    letters = []
    for _ in range(_SECRET_LENGTH):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index].lower())
    return tidy_secret("".join(letters))


def hash_of(secret: str) -> str:
    """Return the checksum that is stored instead of the secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def opens(secret: str, secret_hash: str) -> bool:
    """Say whether the secret belongs to the checksum, in constant time."""
    return constant_time_compare(hash_of(tidy_secret(secret)), secret_hash)
