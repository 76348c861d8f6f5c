"""Texts for people in plain Python: written in German, read in the reader's language.

Rules know no Django, so the translation is handed in once at start-up (`config.apps`). The tool
behind `make messages` collects every text that is named in `german`, `said` or a refusal.

What is stored stays German: only the moment of showing knows who reads.
"""

from collections.abc import Callable, Mapping

Translate = Callable[[str], str]

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
