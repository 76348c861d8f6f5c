"""German words fold and stem alike, however they are typed."""

import pytest

from streife.incidents.sentences import SENTENCES, sentence
from streife.kernel import wording


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müll", "Muell"),
        ("Matratzen", "matratze"),
        ("Fahrräder", "Fahrrad"),
        ("STRASSEN", "Straße"),
        ("Hunde", "Hund"),
        ("004711", "4711"),
    ],
)
def test_spellings_and_forms_of_a_word_are_one(one: str, other: str) -> None:
    assert wording.tokens(one) == wording.tokens(other)


def test_different_words_stay_different() -> None:
    assert wording.tokens("Quelle") != wording.tokens("Qualle")
    assert wording.likeness(frozenset({"a"}), frozenset({"b"})) == 0
    assert wording.likeness(frozenset(), frozenset()) == 0


def test_a_word_is_shown_as_it_was_written() -> None:
    assert wording.shown("Zwei Matratzen!", "matratz") == "Matratzen"


def test_every_sentence_is_said_even_if_the_body_was_erased() -> None:
    for act in SENTENCES:
        assert sentence(act, {}, lines={}, bodies={})
    assert sentence("unknown.act", {}, lines={}, bodies={}) == "unknown.act"
