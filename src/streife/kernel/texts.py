"""Texts for people in plain Python: written in German, read in the reader's language.

Rules know no Django, so the translation is handed in once at start-up (`config.apps`). The tool
behind `make messages` collects every text that is named in `german`, `said` or a refusal.

What is stored stays German: only the moment of showing knows who reads.
"""

import unicodedata
from collections.abc import Callable, Mapping

Translate = Callable[[str], str]
DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_translate: list[Translate] = [str]


def speak(translate: Translate) -> None:
    """Use `translate` from now on; called once at start-up."""
    _translate[0] = translate


def german(text: str) -> str:
    """Return the text as it is, marked for the catalogue; whoever shows it calls `said`.

    >>> german("Der Hinweis ist da.")
    'Der Hinweis ist da.'
    """
    return text


def said(text: str, values: Mapping[str, object] | None = None) -> str:
    """Return the text in the reader's language, with values for its `%(name)s`.

    A text without a translation (the words of a person, a name a city gave) stays as it is.

    >>> said("Vorgang %(number)s", {"number": "2026-000001"})
    'Vorgang 2026-000001'
    """
    translated = _translate[0](text)
    return translated % values if values else translated


def writable(text: str) -> str:
    """Return a text of one line without the signs that no sheet and no PDF can show.

    Control signs, halves of signs, and those that turn the direction of what follows them.

    >>> writable("Mus\x07ter\u202e")
    'Muster'
    """
    return "".join(sign for sign in text if not _is_hidden(sign))


def is_writable(text: str) -> bool:
    """Say whether a text has nothing that `writable` takes out.

    >>> is_writable("Öz-Müller"), is_writable("Mus\x07ter")
    (True, False)
    """
    return not any(map(_is_hidden, text))


def _is_hidden(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cs", "Cn"} or sign in DIRECTIONS
