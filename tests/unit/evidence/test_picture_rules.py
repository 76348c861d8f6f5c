"""How long the photo of a seized thing stays."""

from datetime import UTC, datetime, timedelta

import pytest

from streife.evidence import rules
from streife.evidence.rules import Case, End, Period
from streife.kernel.errors import Refused

STEP_AT = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # the clocks go forward that night
EARLIER = STEP_AT - timedelta(days=9)
LATER = STEP_AT + timedelta(days=40)
PERIODS = {
    End.RETURNED: Period(End.RETURNED, 31, "erfunden"),
    End.DESTROYED: Period(End.DESTROYED, 366, "erfunden"),
    End.HANDED: Period(End.HANDED, 100, "erfunden"),
}


@pytest.mark.parametrize(
    ("step", "case", "goes_at"),
    [
        ("taken", None, None),
        ("stored", None, None),
        ("back", None, None),
        ("returned", None, STEP_AT + timedelta(days=31)),
        ("destroyed", None, STEP_AT + timedelta(days=366)),
        ("handed", None, STEP_AT + timedelta(days=100)),
        ("returned", Case(live=True, closed_at=None), None),
        ("returned", Case(live=True, closed_at=LATER), None),  # opened again
        ("returned", Case(live=False, closed_at=LATER), LATER + timedelta(days=31)),
        ("handed", Case(live=False, closed_at=LATER), LATER + timedelta(days=100)),
        ("returned", Case(live=False, closed_at=EARLIER), STEP_AT + timedelta(days=31)),
    ],
)  # fmt: skip
def test_a_photo_stays_as_long_as_thing_and_case_need_it(
    step: str, case: Case | None, goes_at: datetime | None
) -> None:
    assert rules.picture_goes_at(step=step, step_at=STEP_AT, case=case, periods=PERIODS) == goes_at


@pytest.mark.parametrize(
    ("end", "days", "source", "code"),
    [
        ("never", 5, "Verfügung", "end-unknown"),
        ("returned", 0, "Verfügung", "days-out-of-range"),
        ("returned", 3661, "Verfügung", "days-out-of-range"),
        ("returned", 5, "  ", "source-needed"),
    ],
)
def test_a_period_needs_an_end_days_and_somebody_who_says_so(
    end: str, days: int, source: str, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        rules.check_period(end=end, days=days, source=source)
    assert caught.value.code == code


def test_a_period_that_was_set_says_on_what_it_rests() -> None:
    assert rules.check_period(end="handed", days=3660, source=" Az. 7 ") == Period(
        End.HANDED, 3660, "Az. 7"
    )


def test_until_they_are_set_there_is_a_period_for_every_end() -> None:
    assert set(rules.UNSET) == set(End)
    assert all(period.set_at is None for period in rules.UNSET.values())
