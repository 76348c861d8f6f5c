"""Clock against course: what is a jump, and what only looks like one."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from streife.evidence.rules.time_jumps import (
    SILENCE,
    STEP,
    Doubt,
    Jump,
    Reading,
    jump_since,
    same_start,
    silence_since,
)
from streife.kernel.clock import course, now

START = datetime(2026, 10, 24, 12, tzinfo=UTC)  # the night after it the clocks go back
HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)


def reading(after: timedelta, ran: timedelta | None = None, boot: str = "a") -> Reading:
    return Reading(START + after, boot, timedelta(days=3) + (after if ran is None else ran))


@pytest.mark.parametrize(
    ("step", "jump"),
    [
        (timedelta(0), None),
        (STEP, None),
        (STEP + TICK, Jump(Doubt.FORWARD, STEP + TICK)),
        (timedelta(days=15), Jump(Doubt.FORWARD, timedelta(days=15))),
        (-STEP, None),
        (-STEP - TICK, Jump(Doubt.BACK, STEP + TICK)),
    ],
)
def test_a_step_of_the_clock_counts_from_five_minutes_on(
    step: timedelta, jump: Jump | None
) -> None:
    assert jump_since(reading(timedelta(0)), reading(HOUR + step, HOUR)) == jump


@pytest.mark.parametrize("days", [1, 14, 40, 365])
def test_neither_summer_time_nor_a_long_run_is_a_jump(days: int) -> None:
    for hours in range(0, 24 * days, 24):
        assert jump_since(reading(timedelta(0)), reading(hours * HOUR)) is None


def test_many_small_steps_are_one_large_one() -> None:
    """Each hour four minutes ahead: nobody sees a step, everybody the sum of two."""
    hours = [reading(n * (HOUR + timedelta(minutes=4)), n * HOUR) for n in range(48)]
    assert all(jump_since(before, after) is None for before, after in pairwise(hours))
    found = [jump_since(hours[0], one) for one in hours]
    assert [jump is not None for jump in found] == [False, False, *[True] * 46]


def test_two_starts_are_not_compared_by_course() -> None:
    mark = reading(HOUR)
    assert same_start(mark, reading(2 * HOUR))
    assert not same_start(mark, reading(2 * HOUR, boot="b"))
    assert not same_start(reading(HOUR, boot=""), reading(2 * HOUR, boot=""))
    assert not same_start(mark, reading(2 * HOUR, -HOUR)), "a machine put back to a snapshot"


@pytest.mark.parametrize(
    ("silence", "jump"),
    [(SILENCE, None), (SILENCE + TICK, Jump(Doubt.SILENT, SILENCE + TICK))],
)
def test_after_a_start_half_a_day_of_silence_is_believed(
    silence: timedelta, jump: Jump | None
) -> None:
    assert silence_since(START, silence, reading(silence)) == jump


def test_a_clock_behind_the_record_was_put_back() -> None:
    seen = START + HOUR
    assert silence_since(seen, timedelta(0), reading(timedelta(0))) == Jump(Doubt.BACK, HOUR)
    assert silence_since(START + STEP, timedelta(0), reading(timedelta(0))) is None


def test_this_machine_has_a_course_that_goes_on() -> None:
    first = (now(), course())
    second = (now(), course())
    assert second[1].boot == first[1].boot
    assert second[1].since_boot >= first[1].since_boot > timedelta(0)
