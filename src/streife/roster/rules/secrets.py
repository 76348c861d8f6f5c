"""What is kept of a secret address."""

import hashlib


def hash_of(secret: str) -> str:
    """Return what is stored of a secret: long and random, so one round of SHA-256 is enough.

    >>> len(hash_of("a"))
    64
    """
    return hashlib.sha256(secret.encode()).hexdigest()
