"""Case 13 and 37: when a recording was made, and the very moment from which it must be gone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from streife.evidence.rules import HoldFact, delete_after, holds_until, is_held, made_at, must_go
from streife.kernel.clock import BERLIN

HOUR = timedelta(hours=1)
DOCKED = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
TRUE_END = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "wrong_by"),
    [
        ("a year slow", timedelta(days=-365)),
        ("a year fast", timedelta(days=365)),
        ("still summer time", HOUR),
        ("already winter time", -HOUR),
        ("1970", datetime(1970, 1, 1, tzinfo=UTC) - DOCKED),
        ("right", timedelta(0)),
        ("seconds off", timedelta(seconds=40)),
    ],
)
def test_case_13_camera_clock_wrong_by_a_constant_is_corrected_at_the_dock(
    name: str, wrong_by: timedelta
) -> None:
    made = made_at(
        camera_end=TRUE_END + wrong_by,
        duration=timedelta(minutes=12),
        docked_at=DOCKED,
        camera_now=DOCKED + wrong_by,
    )
    assert abs(made.ended_at - TRUE_END) <= timedelta(seconds=40), name
    assert not made.estimated
    assert made.ended_at - made.started_at == timedelta(minutes=12)


@pytest.mark.parametrize("camera_end", [datetime(1970, 1, 1, tzinfo=UTC), DOCKED + HOUR * 9000])
def test_case_13_camera_clock_impossible_without_an_offset_counts_as_early_as_possible(
    camera_end: datetime,
) -> None:
    last = DOCKED - 12 * HOUR
    made = made_at(
        camera_end=camera_end, duration=10 * HOUR / 60, docked_at=DOCKED, last_docked_at=last
    )
    assert made.estimated
    assert last <= made.started_at <= made.ended_at <= DOCKED
    assert delete_after(made.ended_at) <= delete_after(DOCKED)


@pytest.mark.parametrize(
    ("days", "counts_as"),
    [(9, 9), (10.5, 10.5), (13, 13), (14, 14), (14.01, 10), (400, 10)],
)
def test_case_13_a_camera_never_docked_before_is_not_kept_longer_than_its_clock_says(
    days: float, counts_as: float
) -> None:
    """Beyond two weeks a clock that nobody checked would delete the recording at once."""
    said = DOCKED - timedelta(days=days)
    made = made_at(camera_end=said, duration=timedelta(0), docked_at=DOCKED)
    assert made.ended_at == DOCKED - timedelta(days=counts_as)
    assert made.estimated == (days > 10)


def test_case_13_what_was_recorded_before_the_last_docking_is_not_believed() -> None:
    last = DOCKED - timedelta(days=11)
    said = DOCKED - timedelta(days=13)
    made = made_at(camera_end=said, duration=timedelta(0), docked_at=DOCKED, last_docked_at=last)
    assert made.ended_at == last


@pytest.mark.parametrize(
    ("review_on", "midnight"),
    [
        (date(2026, 11, 30), datetime(2026, 11, 30, 23, 0, tzinfo=UTC)),
        (date(2026, 7, 31), datetime(2026, 7, 31, 22, 0, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),  # 25 hours long
    ],
)
def test_case_37_a_review_day_ends_at_midnight_in_germany(
    review_on: date, midnight: datetime
) -> None:
    asked = midnight - timedelta(days=3)
    alone = HoldFact(asked, review_on)
    by_itself = HoldFact(asked, review_on, automatic=True)
    assert holds_until(alone) == holds_until(by_itself) == midnight
    confirmed = HoldFact(asked, review_on, confirmed_at=asked)
    three_days_on = datetime.combine(review_on + timedelta(days=4), datetime.min.time(), BERLIN)
    assert holds_until(confirmed) == three_days_on


def test_case_13_leap_day_and_change_of_the_clocks_move_nothing() -> None:
    for ended in (
        datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=0),
        datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1),
        datetime(2027, 3, 28, 1, 59, 59, tzinfo=BERLIN),
    ):
        assert delete_after(ended).timestamp() - ended.timestamp() == 14 * 24 * 3600


def test_case_37_the_boundary_is_exact_over_the_change_of_the_clocks() -> None:
    ended = datetime(2026, 10, 20, 23, 0, tzinfo=BERLIN)  # summer time; two weeks on it is winter
    due = datetime(2026, 11, 3, 22, 0, tzinfo=BERLIN)
    tick = timedelta(microseconds=1)
    assert delete_after(ended) == due
    assert not must_go(ended, [], due - tick)
    assert must_go(ended, [], due)


def test_case_37_a_hold_one_second_before_counts_and_one_that_ended_does_not() -> None:
    due = delete_after(TRUE_END)
    second = timedelta(seconds=1)
    before = HoldFact(due - second, review_on=(due + timedelta(days=30)).date())
    assert not must_go(TRUE_END, [before], due)
    over = HoldFact(
        due - timedelta(days=2),
        review_on=(due + timedelta(days=30)).date(),
        confirmed_at=due - timedelta(days=1),
        released_at=due,
    )
    assert must_go(TRUE_END, [over], due)
    assert not must_go(TRUE_END, [over], due - second)


def test_case_37_two_holds_the_longer_one_counts() -> None:
    due = delete_after(TRUE_END)
    short = HoldFact(TRUE_END, date(2026, 12, 10), confirmed_at=TRUE_END)
    long = HoldFact(TRUE_END, date(2027, 1, 10), confirmed_at=TRUE_END)
    after_short = holds_until(short) + timedelta(seconds=1)
    assert after_short > due
    assert must_go(TRUE_END, [short], after_short)
    assert not must_go(TRUE_END, [short, long], after_short)


def test_case_37_a_hold_ends_by_itself_at_its_review_and_an_unconfirmed_one_after_a_week() -> None:
    asked = HoldFact(TRUE_END, date(2027, 1, 10))
    assert is_held([asked], TRUE_END + timedelta(days=7) - timedelta(seconds=1))
    assert not is_held([asked], TRUE_END + timedelta(days=7))
    confirmed = HoldFact(TRUE_END, date(2027, 1, 10), confirmed_at=TRUE_END)
    assert is_held([confirmed], datetime(2027, 1, 13, 22, 59, tzinfo=UTC))
    assert not is_held([confirmed], datetime(2027, 1, 14, 0, 0, tzinfo=UTC))
    by_itself = HoldFact(TRUE_END, date(2027, 1, 10), automatic=True)
    assert not is_held([by_itself], datetime(2027, 1, 11, 0, 0, tzinfo=UTC))
