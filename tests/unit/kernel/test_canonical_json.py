"""Canonical JSON: one spelling for one value, and nothing that another reader could misread."""

import json
import math
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streife.kernel.canonical import LARGEST_INTEGER, canonical_json

keys = st.text(st.characters(max_codepoint=0xD7FF), max_size=8)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.floats(1e-4, 1e15)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
)


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, "ä"]}, '{"a":[true,null,"ä"],"b":1}'),
        ('€$\u000f\nA\'B"\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\"/"'),  # RFC 8785 section 3.2.2
        ("\b\t\n\f\r\x7f\u2028", '"\\b\\t\\n\\f\\r\x7f\u2028"'),
        (4.5, "4.5"),
        (0.002, "0.002"),
        (1.0, "1"),
        (-0.0, "0"),
        (333333333.3333333, "333333333.3333333"),
        ({"c": Colour.RED}, '{"c":"red"}'),
        ((1, 2), "[1,2]"),
        ({"": {}}, '{"":{}}'),
    ],
)
def test_a_value_has_the_spelling_of_rfc_8785(value: Any, text: str) -> None:
    assert canonical_json(value) == text


@pytest.mark.parametrize("value", [{1: "a"}, {"a": {1}}, b"bytes", object()])
def test_what_json_does_not_know_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


@pytest.mark.parametrize(
    "value",
    [2**53, -(2**53), math.nan, math.inf, 1e16, 1e-5, "\ud800", {"\ud83d\ude00": 1}, {"😀": 1}],
)
def test_what_readers_would_spell_differently_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"beyond|finite|unit|surrogate"):
        canonical_json(value)


@given(values)
def test_reading_and_writing_again_changes_nothing(value: Any) -> None:
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text


@given(st.dictionaries(keys, st.integers(0, 9), min_size=2, max_size=6))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert canonical_json(dict(reversed(value.items()))) == canonical_json(value)
