"""First passwords: random, and readable over the telephone."""

import secrets

CONSONANTS = "bdfghklmnprstvwz"
VOWELS = "aeiou"
SYLLABLES = 10  # 80 ** 10, 63 bits


def readable_password() -> str:
    """Return a new password such as `bado-kefi-nura-somi-leta`."""
    syllables = [secrets.choice(CONSONANTS) + secrets.choice(VOWELS) for _ in range(SYLLABLES)]
    return "-".join("".join(pair) for pair in zip(syllables[::2], syllables[1::2], strict=True))
