"""What a unit may be called on the radio."""

import pytest

from streife.dispatch.rules import clean_call_sign
from streife.kernel.errors import Refused


@pytest.mark.parametrize(
    ("typed", "kept"), [("KOD 11", "KOD 11"), ("  Rad   3 ", "Rad 3"), ("Wache", "Wache")]
)
def test_a_call_sign_keeps_its_words(typed: str, kept: str) -> None:
    assert clean_call_sign(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "-1", "11", "…", "K" * 25, "KOD\u202e11", "\x00"])
def test_what_nobody_can_call_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        clean_call_sign(typed)
    assert refused.value.code == "call-sign"
    assert "KOD 11" in refused.value.message
