"""What the rules of planning decide: states, breaks, wishes, presence, habits."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streife.kernel.errors import Refused
from streife.patrols.rules import (
    MOVES,
    PlanState,
    break_of,
    check_draft,
    check_move,
    check_wish,
    moment_on_shift,
)
from streife.patrols.rules.presence import LONGEST_STAY, left_at, minutes_by_hour, uncovered
from streife.patrols.rules.unpredictable import Visit, habits, mean_spread, spread

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # 12.00 in Dortmund
HOUR = 3600


@pytest.mark.parametrize("state", PlanState)
@pytest.mark.parametrize("target", PlanState)
def test_a_plan_goes_only_where_the_table_says(state: PlanState, target: PlanState) -> None:
    if target in MOVES[state]:
        check_move(state, target)
        return
    with pytest.raises(Refused) as refusal:
        check_move(state, target)
    assert refusal.value.code == "illegal-move"


def test_only_a_draft_can_be_changed() -> None:
    check_draft("draft")
    for state in set(PlanState) - {PlanState.DRAFT}:
        with pytest.raises(Refused) as refusal:
            check_draft(state)
        assert refusal.value.code == "not-a-draft"


@given(st.integers(0, 12 * HOUR))
def test_nobody_works_longer_than_six_hours_without_a_break(seconds: int) -> None:
    """§ 4 ArbZG: 30 minutes above six hours of work, 45 above nine."""
    found = break_of(seconds)
    if seconds <= 6 * HOUR:
        assert found is None
        return
    assert found is not None
    length, earliest, latest = found
    work = seconds - length
    assert length == (45 * 60 if seconds - 30 * 60 > 9 * HOUR else 30 * 60)
    assert latest <= 6 * HOUR
    assert work - earliest <= 6 * HOUR
    assert earliest <= latest


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"valid_to": date(2026, 11, 1)}, "wish-backwards"),
        ({"valid_to": date(2027, 11, 1)}, "wish-too-long"),
        ({"hour_from": 22, "hour_to": 6}, "wish-hours"),
        ({"hour_to": 25}, "wish-hours"),
    ],
)
def test_a_wish_without_end_or_order_is_refused(change: dict[str, object], code: str) -> None:
    wish = {
        "valid_from": date(2026, 11, 1),
        "valid_to": date(2026, 12, 1),
        "hour_from": 16,
        "hour_to": 22,
    }
    check_wish(**wish)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refusal:
        check_wish(**(wish | change))  # type: ignore[arg-type]
    assert refusal.value.code == code


def test_a_clock_time_of_a_night_shift_may_be_tomorrow() -> None:
    start = datetime(2026, 11, 23, 22, 0, tzinfo=BERLIN)
    end = start + timedelta(hours=8)
    assert moment_on_shift(start, end, time(23, 30)) == start + timedelta(minutes=90)
    assert moment_on_shift(start, end, time(2, 0)) == start + timedelta(hours=4)
    assert moment_on_shift(start, end, time(12, 0)) is None


@given(st.integers(0, 59), st.integers(0, 180))
def test_minutes_by_hour_sum_to_the_stay(minute: int, stay: int) -> None:
    arrived_at = NOON + timedelta(minutes=minute)
    found = minutes_by_hour(arrived_at, arrived_at + timedelta(minutes=stay))
    assert sum(found.values()) == stay
    assert all(0 <= minutes <= 60 and not hour.minute for hour, minutes in found.items())


def test_who_forgets_to_go_on_was_not_there_all_night() -> None:
    assert left_at(NOON, NOON + timedelta(hours=9)) == NOON + LONGEST_STAY
    assert left_at(NOON, NOON + timedelta(minutes=12)) == NOON + timedelta(minutes=12)
    assert left_at(NOON, NOON - timedelta(minutes=1)) == NOON


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ([], [(0, 16)]),
        ([(2, 14)], [(0, 2), (14, 16)]),
        ([(0, 16)], []),
        ([(-5, 20)], []),
        ([(-5, 3), (10, 30)], [(3, 10)]),
        ([(20, 30)], [(0, 16)]),
        ([(4, 6), (5, 9)], [(0, 4), (9, 16)]),
    ],
)
def test_two_teams_at_a_place_are_presence_once(
    told: list[tuple[int, int]], left: list[tuple[int, int]]
) -> None:
    def at(minutes: int) -> datetime:
        return NOON + timedelta(minutes=minutes)

    found = uncovered(at(0), at(16), [(at(a), at(b)) for a, b in told])
    assert found == [(at(a), at(b)) for a, b in left]


def _visit(place: str, days_ago: int, *, minutes: int = 0) -> Visit:
    return Visit(place, place.title(), NOON - timedelta(days=days_ago, minutes=minutes))


def test_the_third_time_in_a_row_is_a_habit_the_second_is_not() -> None:
    past = [[_visit("markt", 1, minutes=20)], [_visit("markt", 2)], []]
    found = habits([_visit("markt", 0), _visit("park", 0)], past)
    assert [(habit.place, habit.times) for habit in found] == [("markt", 3)]
    assert not habits([_visit("markt", 0)], past[:1])
    assert not habits([_visit("markt", 0)], [past[0], [_visit("markt", 2, minutes=120)]])


def test_spread_counts_hours_as_if_they_were_equally_frequent() -> None:
    always = [NOON - timedelta(days=n) for n in range(4)]
    four = [NOON + timedelta(hours=n) for n in range(4)]
    assert spread(always).hours == pytest.approx(1)
    assert spread(four).hours == pytest.approx(4)
    assert spread([]).visits == 0


def test_mean_spread_is_silent_about_places_rarely_visited() -> None:
    assert mean_spread([_visit("markt", 0), _visit("markt", 1)]) is None
    assert mean_spread([_visit("markt", n, minutes=60 * n) for n in range(3)]) == pytest.approx(3)
