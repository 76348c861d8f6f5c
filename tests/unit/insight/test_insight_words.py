"""Lengths of time on the page of figures read as people say them."""

import pytest
from django.utils import translation

from streife.insight.sentences import duration


@pytest.mark.parametrize(
    ("minutes", "german", "english"),
    [
        (0, "0 Min.", "0 min"),
        (60, "60 Min.", "60 min"),
        (119, "119 Min.", "119 min"),
        (120, "2 Std.", "2 h"),
        (1439, "24 Std.", "24 h"),
        (4793, "3 Tage", "3 days"),
    ],
)
def test_a_length_is_told_in_the_largest_unit_that_says_enough(
    minutes: int, german: str, english: str
) -> None:
    assert duration(minutes) == german
    with translation.override("en"):
        assert duration(minutes) == english
