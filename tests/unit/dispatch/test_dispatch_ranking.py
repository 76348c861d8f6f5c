"""Who is proposed, in which order, and why the others are not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from streife.dispatch.rules import (
    Availability,
    Limits,
    Need,
    RankedUnit,
    Way,
    is_fresh,
    recommend,
)
from streife.kernel.geo import Point

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
HERE = Point(51.5200, 7.4600)
NEAR, FAR = Point(51.5210, 7.4610), Point(51.5600, 7.5200)
LIMITS = Limits(1800, 4.5, 22, 1.3, 6, 30, 2)
NEED = Need(HERE, area_id=1, area_name="Nord")


def unit(call_sign: str, **changes: object) -> RankedUnit:
    base = RankedUnit(
        unit_id=hash(call_sign) % 1000,
        call_sign=call_sign,
        availability=Availability.AVAILABLE,
        status_name="Frei",
        open_jobs=0,
        at_incident=False,
        position=NEAR,
        position_at=NOW - timedelta(minutes=2),
        area_id=1,
        area_name="Nord",
        starts_at=NOW - timedelta(hours=2),
        ends_at=NOW + timedelta(hours=4),
        joint=False,
        crew=2,
        motorised=True,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def order(*units: RankedUnit, need: Need = NEED) -> list[str]:
    return [r.call_sign for r in recommend(need, units, LIMITS, now=NOW) if not r.excluded]


def test_the_nearer_unit_comes_first_with_a_marked_estimate() -> None:
    found = recommend(NEED, [unit("B", position=FAR), unit("A")], LIMITS, now=NOW)
    assert [(r.call_sign, r.rank) for r in found] == [("A", 1), ("B", 2)]
    assert all("Luftlinie, geschätzt" in r.reasons[0].text for r in found)


def test_on_foot_the_same_way_takes_longer() -> None:
    walking, driving = unit("A", motorised=False, position=FAR), unit("B", position=FAR)
    found = {
        r.call_sign: r.minutes or 0 for r in recommend(NEED, [walking, driving], LIMITS, now=NOW)
    }
    assert found["A"] > 4 * found["B"]


def test_a_way_on_the_streets_counts_before_the_straight_line_and_is_called_so() -> None:
    behind_the_river = unit("A", way=Way(19, estimated=False))
    round_the_corner = unit("B", position=FAR, way=Way(4, estimated=False), motorised=False)
    found = recommend(NEED, [behind_the_river, round_the_corner], LIMITS, now=NOW)
    assert [(r.call_sign, r.minutes, r.estimated) for r in found] == [
        ("B", 4, False),
        ("A", 19, False),
    ]
    assert [r.reasons[0].text for r in found] == ["Fußweg 4 Min.", "Fahrweg 19 Min."]


def test_a_way_from_an_old_position_is_not_known() -> None:
    old = unit("A", way=Way(3, estimated=False), position_at=NOW - timedelta(hours=3))
    (row,) = recommend(NEED, [old], LIMITS, now=NOW)
    assert (row.minutes, row.estimated) == (None, True)


@pytest.mark.parametrize("age_seconds", [1801, 86_400, -1])
def test_an_old_position_never_ranks_before_a_fresh_one(age_seconds: int) -> None:
    stale = unit("A", position=HERE, position_at=NOW - timedelta(seconds=age_seconds))
    assert order(stale, unit("B", position=FAR)) == ["B", "A"]
    assert not is_fresh(stale.position_at, LIMITS, now=NOW)
    row = next(r for r in recommend(NEED, [stale], LIMITS, now=NOW))
    assert row.minutes is None


def test_no_position_is_said_and_comes_last() -> None:
    lost = unit("A", position=None, position_at=None)
    assert order(lost, unit("B", position=FAR)) == ["B", "A"]
    assert recommend(NEED, [lost], LIMITS, now=NOW)[0].reasons[0].code == "no-position"


def test_leaving_the_own_area_counts_as_minutes() -> None:
    assert order(unit("A", area_id=2, area_name="Ost"), unit("B")) == ["B", "A"]
    assert order(unit("A", area_id=2, area_name="Ost"), unit("B", position=FAR))[0] == "A"


def test_a_conditional_unit_comes_after_every_free_one() -> None:
    assert order(unit("A", availability=Availability.CONDITIONAL), unit("B", position=FAR)) == [
        "B",
        "A",
    ]


def test_a_patrol_with_the_police_is_preferred_or_required_by_category() -> None:
    alone, joint = unit("A"), unit("B", joint=True, position=FAR)
    assert order(alone, joint, need=replace(NEED, police_preferred=True)) == ["B", "A"]
    required = replace(NEED, police_preferred=True, police_required=True)
    assert order(alone, joint, need=required) == ["B"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"availability": Availability.UNKNOWN, "status_name": "unbekannt"}, "unknown"),
        ({"availability": Availability.UNAVAILABLE, "status_name": "Pause"}, "unavailable"),
        ({"open_jobs": 1, "availability": Availability.UNAVAILABLE}, "busy"),
        ({"open_jobs": 1, "availability": Availability.AVAILABLE}, "busy"),
        ({"open_jobs": 1, "at_incident": True}, "already-assigned"),
        ({"starts_at": NOW + timedelta(minutes=1)}, "shift-not-started"),
        ({"ends_at": NOW}, "shift-over"),
        ({"ends_at": NOW + timedelta(minutes=29)}, "shift-ends-soon"),
        ({"crew": 1}, "crew-too-small"),
    ],
)
def test_every_exclusion_has_a_code_and_a_german_sentence(
    changes: dict[str, object], code: str
) -> None:
    (row,) = recommend(NEED, [unit("A", **changes)], LIMITS, now=NOW)
    assert (row.rank, [reason.code for reason in row.exclusions]) == (None, [code])
    assert row.exclusions[0].text


def test_a_second_unit_is_marked_as_reinforcement() -> None:
    there = unit("A", open_jobs=1, at_incident=True)
    assert all(row.reinforces for row in recommend(NEED, [there, unit("B")], LIMITS, now=NOW))
    assert not recommend(NEED, [unit("B")], LIMITS, now=NOW)[0].reinforces
