"""Periods, comparisons and what may not be shown."""

from datetime import UTC, date, datetime

import pytest

from streife.insight.rules import (
    Period,
    Span,
    change_percent,
    local_hour,
    month_start,
    period_of,
    quantile,
    share_percent,
    suppressed,
)

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("span", "start", "last"),
    [
        (Span.LAST_MONTH, date(2026, 10, 1), date(2026, 10, 31)),
        (Span.THIS_MONTH, date(2026, 11, 1), TODAY),
        (Span.THIRTY_DAYS, date(2026, 10, 25), TODAY),
        (Span.YEAR, date(2025, 11, 24), TODAY),
    ],
)
def test_a_choice_means_whole_days(span: Span, start: date, last: date) -> None:
    period = period_of(span, today=TODAY, start=None, last=None)
    assert (period.start, period.last_day) == (start, last)


def test_the_last_month_in_january_is_december() -> None:
    period = period_of(Span.LAST_MONTH, today=date(2027, 1, 5), start=None, last=None)
    assert (period.start, period.last_day) == (date(2026, 12, 1), date(2026, 12, 31))


def test_days_begin_at_midnight_in_germany_also_when_the_clocks_change() -> None:
    start, end = Period(date(2026, 3, 29), date(2026, 3, 30)).bounds()
    assert (start, end) == (
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 22, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("start", "last"),
    [(None, None), (TODAY, None), (None, TODAY), (TODAY, date(2026, 11, 1))],
)
def test_a_free_period_needs_two_days_in_order(start: date | None, last: date | None) -> None:
    with pytest.raises(ValueError, match="free period"):
        period_of(Span.FREE, today=TODAY, start=start, last=last)


def test_one_day_is_a_period() -> None:
    period = period_of(Span.FREE, today=TODAY, start=TODAY, last=TODAY)
    assert period.last_day == period.start


def test_the_year_before_a_leap_day_exists() -> None:
    before = Period(date(2028, 2, 29), date(2028, 3, 1)).year_before()
    assert (before.start, before.end) == (date(2027, 2, 28), date(2027, 3, 1))


def test_months_are_counted_over_years() -> None:
    assert month_start(date(2026, 1, 31), months_back=1) == date(2025, 12, 1)
    assert month_start(date(2026, 12, 31), months_back=-1) == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("count", "before", "percent"), [(112, 100, 12), (50, 100, -50), (10, 4, None), (3, 0, None)]
)
def test_no_percentage_of_next_to_nothing(count: int, before: int, percent: int | None) -> None:
    assert change_percent(count, before) == percent


def test_a_share_of_nothing_is_unknown() -> None:
    assert share_percent(0, 0) is None
    assert share_percent(91, 100) == 91


def test_the_middle_value_comes_from_the_histogram() -> None:
    assert quantile({}, 0.5) is None
    assert quantile({5: 1, 10: 1, 90: 1}, 0.5) == 10
    assert quantile({1: 9, 100: 1}, 0.9) == 1
    assert quantile({7: 4}, 0.9) == 7


def test_fewer_than_five_people_are_not_shown() -> None:
    assert [suppressed(count) for count in range(7)] == [0, None, None, None, None, 5, 6]


def test_hours_are_those_of_the_wall_clock() -> None:
    assert local_hour("2026-07-01 22").isoformat() == "2026-07-02T00:00:00+02:00"
    assert local_hour("2026-12-31 23").isoformat() == "2027-01-01T00:00:00+01:00"
