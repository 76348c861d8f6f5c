"""Rules of the equipment: dates, skills, and what a shift lacks."""

from datetime import date

import pytest

from streife.equipment import queries
from streife.equipment.rules import (
    AssetState,
    Holding,
    Issue,
    Kind,
    Supply,
    add_months,
    check_handover,
    kinds_of,
    shortage_text,
    supplies,
    usable,
)
from streife.kernel.errors import Refused

DAY = date(2026, 11, 23)
LATER = date(2027, 6, 1)
VEST = Kind("vest", "Schutzweste", "Schutzwesten", "shield", Issue.PERSONAL, 1)
RADIO = Kind("radio", "Funkgerät", "Funkgeräte", "radio", Issue.POOL, 1)
CAMERA = Kind("body_cam", "Körperkamera", "Körperkameras", "camera", Issue.POOL, 2, "body_cam")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 11, 30), 13, date(2027, 12, 30)),
    ],
)
def test_months_end_on_a_day_that_exists(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("state", "due", "expires", "code"),
    [
        (AssetState.READY, DAY, DAY, ""),  # the last day is a good one
        (AssetState.READY, None, None, ""),
        (AssetState.REPAIR, None, None, "asset-not-ready"),
        (AssetState.LOST, None, None, "asset-not-ready"),
        (AssetState.RETIRED, LATER, LATER, "asset-not-ready"),
        (AssetState.READY, date(2026, 11, 22), None, "inspection-overdue"),
        (AssetState.READY, None, date(2026, 11, 22), "asset-expired"),
    ],
)
def test_only_what_is_good_today_is_handed_out(
    state: AssetState, due: date | None, expires: date | None, code: str
) -> None:
    assert usable(state, due, expires, on=DAY) is not bool(code)
    if code:
        with pytest.raises(Refused) as refused:
            check_handover(state, due, expires, on=DAY)
        assert refused.value.code == code
    else:
        check_handover(state, due, expires, on=DAY)


def of_kind(rows: list[Supply], code: str) -> Supply:
    return next(row for row in rows if row.kind.code == code)


def test_a_personal_thing_counts_for_its_holder_only() -> None:
    rows = supplies(
        [VEST],
        {1: (), 2: (), 3: ()},
        [
            Holding("vest", 1, LATER),
            Holding("vest", 1, LATER),  # a second one helps nobody else
            Holding("vest", None, LATER),  # in the store: nobody wears it
            Holding("vest", 2, LATER, usable=False),
            Holding("vest", 3, DAY),
        ],
        on=DAY,
    )
    assert (rows[0].needed, rows[0].there, rows[0].missing) == (3, 2, 1)
    assert rows[0].ends == (DAY,)


def test_of_the_pool_counts_what_lies_there() -> None:
    rows = supplies(
        [RADIO, CAMERA],
        {1: ("body_cam",), 2: (), 3: ("body_cam",), 4: ("body_cam",)},
        [
            Holding("radio", 1, None),
            Holding("radio", None, None),
            Holding("radio", None, LATER, usable=False),
            Holding("body_cam", 2, LATER),  # may not film
        ],
        on=DAY,
    )
    assert of_kind(rows, "radio").missing == 2
    assert of_kind(rows, "body_cam").needed == 2  # three who may, one camera for two
    assert of_kind(rows, "body_cam").missing == 2


def test_the_sentences_say_number_and_day() -> None:
    rows = [
        Supply(RADIO, 4, 2, ()),
        Supply(VEST, 4, 4, (date(2026, 12, 1),)),
        Supply(VEST, 4, 3, (date(2026, 12, 1), date(2026, 12, 5))),
        Supply(RADIO, 0, 0, ()),
    ]
    assert [text % values for text, values in shortage_text(rows)] == [
        "Es fehlen 2 Funkgeräte.",
        "1 Schutzweste läuft am 1.12.2026 ab.",
        "Es fehlt 1 Schutzweste.",
        "2 Schutzwesten laufen ab, die erste Frist endet am 1.12.2026.",
    ]


def test_the_file_of_kinds_is_read_and_a_wrong_one_is_refused() -> None:
    assert list(queries.kinds()) == ["vest", "baton", "radio", "body_cam", "vehicle"]
    row = {"name": "x", "plural": "x", "icon": "x", "issue": "pool", "one_for": 0}
    with pytest.raises(ValueError, match="rope"):
        kinds_of({"kinds": {"rope": row}})
    with pytest.raises(ValueError, match="lent"):
        kinds_of({"kinds": {"rope": row | {"issue": "lent", "one_for": 1}}})
