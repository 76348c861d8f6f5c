"""What may be erased: never what a kept plan was made of, nor what its rules look back on."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from streife.roster.reading import read_laws
from streife.roster.rules.keeping import Cut, cut_of, looks_back_to

NEW_YEAR = date(2024, 1, 1)
LAWS = read_laws(settings.ROOT / "data" / "roster")


@pytest.mark.parametrize(
    ("first_days", "expected"),
    [
        # Nothing is planned: both go by their years, and the rules of a new plan still look back.
        ([], Cut(NEW_YEAR, NEW_YEAR, date(2023, 7, 17))),
        ([date(2024, 3, 1)], Cut(NEW_YEAR, NEW_YEAR, date(2023, 7, 17))),
        # A plan over New Year is kept with its December, and with the year of that December.
        (
            [date(2023, 12, 18), date(2024, 2, 1)],
            Cut(NEW_YEAR, date(2023, 12, 18), date(2023, 1, 1)),
        ),
    ],
)
def test_what_is_kept(first_days: list[date], expected: Cut) -> None:
    assert cut_of(NEW_YEAR, NEW_YEAR, first_days) == expected


def test_duties_with_a_longer_period_of_their_own_are_kept_longer() -> None:
    assert cut_of(NEW_YEAR, date(2020, 1, 1), []).duties == date(2020, 1, 1)


@given(st.dates(date(2000, 1, 1), date(2060, 12, 31)))
def test_every_rule_of_the_law_finds_what_it_looks_back_on(first_day: date) -> None:
    since = looks_back_to(first_day)
    for row in LAWS:
        days = [7 * int(row.law.values.get("weeks", 0))]
        days += [int(row.law.values.get(key, 0)) for key in ("sunday_days", "holiday_days")]
        assert since <= first_day - timedelta(days=max(days)), row.law.code
    assert since <= date(first_day.year, 1, 1)  # § 11 Abs. 1 ArbZG
