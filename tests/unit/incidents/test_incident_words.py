"""German words fold and stem alike, however they are typed."""

import pytest

from streife.incidents.sentences import SENTENCES, sentence
from streife.journal.words import ACTS
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


# Acts of these packages that are about no matter and no report.
ELSEWHERE = {
    "dispatch.limits_imported",
    "dispatch.scheme_imported",
    "dispatch.speech_cleared",
    "dispatch.speech_requested",
    "dispatch.unit_formed",
    "dispatch.unit_status",
    "dispatch.unit_stood_down",
    "triage.catalogue_imported",
}


def test_no_act_about_a_matter_is_left_without_a_sentence() -> None:
    """The diary would show the bare name of the act to whoever reads it."""
    ours = ("incidents.", "reports.", "triage.", "dispatch.")
    acts = {act for act in ACTS if act.startswith(ours)} - ELSEWHERE
    assert acts <= set(SENTENCES)
    assert set(ACTS) >= ELSEWHERE
    assert not ELSEWHERE & set(SENTENCES)
