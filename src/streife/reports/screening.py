"""Personal data in texts that others published: found by form and masked. Plain Python.

Residents' own reports are never published and never masked; imported ones were public and showed
names, numbers and plates all the same. Names have no form and cannot be found here.
"""

import re
from collections.abc import Callable

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![\w.,/-])(?:\+\d{2}|00\d{2}|0)[ ./()-]{0,2}[1-9]\d{0,4}"
    r"(?:[ ./()-]{0,3}\d{1,8}){1,6}(?![\w-])"
)
# District letters, letters, digits: "DO-AB 123", "K XX 0000", "B-MW 1234E".
_PLATE = re.compile(
    r"(?<![\w-])[A-ZÄÖÜ]{1,3}(?:[ ]?[-–:·][ ]?|[ ])[A-Z]{1,2}[ -]{0,2}[0-9]{1,4}[EH]?(?![\w-])"
)
_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d{2}|\d{4})")
# Roads and bus lines look like plates to a machine.
_NO_PLATE = re.compile(
    r"(?:BAB|[ABLK]|U|S|RE|RB|IC|ICE|DIN|EN|ISO|CE|NR)[ -](?:EN|DIN|IC|NR)?[ -]?\d+"
)
_FEWEST_DIGITS = 7


def screen(text: str) -> tuple[str, int]:
    """Return the text with e-mail addresses, telephone numbers and plates masked, and how many."""
    hidden = 0

    def hide(mask: str, unless: Callable[[str], bool]) -> Callable[[re.Match[str]], str]:
        def replace(match: re.Match[str]) -> str:
            nonlocal hidden
            if unless(match[0]):
                return match[0]
            hidden += 1
            return mask

        return replace

    text = _EMAIL.sub(hide("[E-MAIL]", lambda _: False), text)
    text = _PLATE.sub(hide("[KENNZEICHEN]", lambda found: bool(_NO_PLATE.fullmatch(found))), text)
    return _PHONE.sub(hide("[TELEFON]", _no_phone), text), hidden


def _no_phone(found: str) -> bool:
    digits = sum(letter.isdigit() for letter in found)
    return digits < _FEWEST_DIGITS or _DATE.search(found) is not None
