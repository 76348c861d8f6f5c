"""Bins of people: everybody is in one, never fewer than five, nothing for too few."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streife.roster.rules.distribution import Bin, bins_of


@pytest.mark.parametrize(
    ("values", "bins"),
    [
        ([], []),
        ([1, 2, 3, 4], []),
        ([3] * 5, [Bin(3, 3, 5)]),
        ([0] * 5 + [1] * 4, [Bin(0, 1, 9)]),
        ([0] * 5 + [1] * 5 + [9], [Bin(0, 0, 5), Bin(1, 9, 6)]),
        ([5, 4, 3, 2, 1, 0], [Bin(0, 5, 6)]),
    ],
)
def test_neighbours_are_put_together_until_there_are_five(
    values: list[int], bins: list[Bin]
) -> None:
    assert bins_of(values) == bins


@given(st.lists(st.integers(-20, 20), max_size=120))
def test_nobody_is_lost_and_no_bin_is_about_few(values: list[int]) -> None:
    bins = bins_of(values)
    assert sum(one.people for one in bins) == (len(values) if len(values) >= 5 else 0)
    assert all(one.people >= 5 for one in bins)
    assert all(a.high < b.low for a, b in itertools.pairwise(bins))
    for one in bins:
        assert one.people == sum(one.low <= value <= one.high for value in values)
