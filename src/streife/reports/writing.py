"""Text as people send it: what is removed, and what counts as one character. Plain Python."""

import re
import unicodedata

_JOINER = "\u200d"
_DIRECTION = {*"\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
_SKIN = range(0x1F3FB, 0x1F400)
# What mail servers take: a dot-atom (RFC 5321 section 4.1.2), and a name of the network.
_MAILBOX = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_LABEL = re.compile(r"[^\W_](?:[\w-]*[^\W_])?")


def clean(text: str) -> str:
    """Return the text in composed form without control, direction and half characters.

    Line breaks and tabs stay; `\\r\\n` becomes `\\n`. Markup is not touched: it is only text.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (
        letter
        for letter in composed
        if letter in "\n\t"
        or (unicodedata.category(letter) not in ("Cc", "Cs", "Cn") and letter not in _DIRECTION)
    )
    return "".join(kept).strip()


def clean_line(text: str) -> str:
    """Return the text cleaned and on one line."""
    return " ".join(clean(text).split())


def count_characters(text: str) -> int:
    """Return how many characters a person sees, near enough: an emoji family counts as one."""
    count = 0
    joined = False
    for letter in text:
        if letter == _JOINER:
            joined = True
            continue
        part = (
            joined
            or unicodedata.combining(letter) != 0
            or unicodedata.category(letter) in ("Mn", "Me")
            or ord(letter) in _SKIN
        )
        joined = False
        count += not part
    return count


def is_email(text: str) -> bool:
    """Say whether a mail server would take the address; umlauts stand after the @ only.

    >>> is_email("name@müller.de"), is_email("name, zwei@beispiel.de"), is_email("name@beispiel")
    (True, False, False)
    """
    mailbox, at, domain = text.rpartition("@")
    labels = domain.split(".")
    if not at or len(mailbox) > 64 or len(labels) < 2 or len(labels[-1]) < 2:
        return False
    if not (_MAILBOX.fullmatch(mailbox) and all(map(_LABEL.fullmatch, labels))):
        return False
    try:
        return len(domain.encode("idna")) <= 253
    except UnicodeError:  # longer than the network's names can be
        return False
