"""Texts in plain Python: marked in German, said in the reader's language."""

from collections.abc import Iterator

import pytest
from django.utils.translation import gettext, override

from streife.kernel.errors import Refused
from streife.kernel.texts import german, said, speak

WORDS = {"Karte": "Map", "Frei": "Free", "„%(name)s“ braucht %(n)s": "“%(name)s” needs %(n)s"}


@pytest.fixture
def _in_english() -> Iterator[None]:
    speak(lambda text: WORDS.get(text, text))
    yield
    speak(gettext)


@pytest.mark.usefixtures("_in_english")
def test_a_text_is_said_in_the_language_that_was_handed_in() -> None:
    assert said(german("Karte")) == "Map"
    assert said("Was jemand schrieb: 100 %") == "Was jemand schrieb: 100 %"
    assert said("") == ""


@pytest.mark.usefixtures("_in_english")
def test_a_refusal_fills_in_values_and_translates_our_names_among_them() -> None:
    refused = Refused("„%(name)s“ braucht %(n)s", "x", values={"name": "Frei", "n": 2})
    assert refused.message == "“Free” needs 2"
    assert str(refused) == "„Frei“ braucht 2"


def test_at_start_up_django_does_the_translating() -> None:
    with override("en"):
        assert said("Warteschlange") == "Queue"
    with override("de"):
        assert said("Warteschlange") == "Warteschlange"
