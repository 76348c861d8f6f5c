"""Where there is no network: straight line × detour factor, said so, at once for many points."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from streife.kernel.errors import Refused
from streife.kernel.geo import Point, distance_metres
from streife.streets import queries
from streife.streets.rules import (
    UNREACHABLE,
    Mode,
    Period,
    TravelTimes,
    by_period,
    metres_between,
    spans,
    whole_seconds,
)
from streife.streets.speeds import parse, speeds

BERLIN = ZoneInfo("Europe/Berlin")
NORDMARKT, BORSIGPLATZ = Point(51.5240, 7.4650), Point(51.5243, 7.4826)
DAY = date(2026, 11, 20)

pytestmark = pytest.mark.django_db


def test_distances_are_those_of_the_kernel() -> None:
    found = metres_between([NORDMARKT], [BORSIGPLATZ, NORDMARKT])
    assert found.shape == (1, 2)
    assert found[0, 0] == pytest.approx(distance_metres(NORDMARKT, BORSIGPLATZ))
    assert found[0, 1] == 0


def test_without_a_network_times_are_marked_as_estimated() -> None:
    found = queries.matrix([NORDMARKT, BORSIGPLATZ], Mode.FOOT, on=DAY)
    assert found.estimated
    assert found.seconds.dtype == np.int32
    way = distance_metres(NORDMARKT, BORSIGPLATZ) * 1.3 / (4.5 / 3.6)
    assert found.seconds[0, 1] == found.seconds[1, 0] == np.ceil(way)
    assert found.minutes(0, 1) == round(way / 60)


def test_nobody_and_nothing_is_an_empty_matrix() -> None:
    assert queries.matrix([], Mode.CAR, on=DAY).seconds.shape == (0, 0)
    assert queries.one_to_many(NORDMARKT, [], Mode.CAR, on=DAY).seconds.shape == (1, 0)


def test_what_cannot_be_reached_stays_so_in_every_period() -> None:
    seconds = np.array([[0, 100], [UNREACHABLE, 0]], dtype=np.int32)
    times = TravelTimes(Mode.CAR, seconds, estimated=False, unreachable=(1,))
    found = by_period(times, [(0, 1.0), (600, 1.25)])
    assert found.seconds[:, 0, 1].tolist() == [100, 125]
    assert found.seconds[:, 1, 0].tolist() == [UNREACHABLE, UNREACHABLE]
    assert times.minutes(1, 0) is None


def test_infinite_is_unreachable_and_noise_is_no_second() -> None:
    assert whole_seconds(np.array([np.inf, 60.0000001, 60.2])).tolist() == [UNREACHABLE, 60, 61]


PERIODS = (Period(time(), 1.0), Period(time(7), 1.25), Period(time(21), 1.0))


def test_a_shift_over_midnight_meets_the_periods_of_both_days() -> None:
    begins = datetime(2026, 11, 20, 20, 0, tzinfo=BERLIN)
    ends = datetime(2026, 11, 21, 8, 0, tzinfo=BERLIN)
    assert spans(PERIODS, begins, ends) == ((0, 1.25), (3600, 1.0), (11 * 3600, 1.25))


def test_the_night_of_the_clock_change_counts_real_seconds() -> None:
    begins = datetime(2026, 10, 25, 0, 0, tzinfo=BERLIN)
    ends = datetime(2026, 10, 25, 8, 0, tzinfo=BERLIN)
    assert spans(PERIODS, begins, ends) == ((0, 1.0), (8 * 3600, 1.25))


def test_the_planner_gets_one_layer_for_each_period() -> None:
    begins = datetime(2026, 11, 20, 6, 0, tzinfo=BERLIN)
    foot, car = queries.travel_for(
        [NORDMARKT, BORSIGPLATZ],
        [Mode.FOOT, Mode.CAR],
        begins_at=begins,
        ends_at=datetime(2026, 11, 20, 8, 0, tzinfo=BERLIN),
    )
    assert foot.starts == (0,)
    assert car.starts == (0, 3600)
    assert car.seconds[1, 0, 1] == np.ceil(car.seconds[0, 0, 1] * 1.25)


def test_the_shipped_speeds_are_read() -> None:
    assert speeds().straight_line.kmh[Mode.FOOT] == 4.5


@pytest.mark.parametrize(
    "change",
    [
        {"snap_metres": 0},
        {"straight_line": {"detour_factor": -1, "kmh": {}}},
        {"periods": {"car": [{"begins": "07:00", "factor": 1}]}},
        {"periods": {"car": [{"begins": "00:00", "factor": "viel"}]}},
    ],
)
def test_impossible_speeds_are_named(change: dict[str, object]) -> None:
    good = {
        "snap_metres": 500,
        "straight_line": {"detour_factor": 1.3, "kmh": {"foot": 4, "bicycle": 14, "car": 20}},
    }
    parse(good)
    with pytest.raises((ValueError, KeyError)):
        parse(good | change)


def test_a_missing_file_of_speeds_is_refused_by_name(settings: object, tmp_path: object) -> None:
    settings.STREETS_DIR = tmp_path  # type: ignore[attr-defined]
    with pytest.raises(Refused) as refused:
        speeds()
    assert refused.value.code == "streets-bad-speeds"
