"""Shifts as others read them: which runs, who stands on it, who may see it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from streife.accounts.rules import Actor
from streife.config.demo.shifts import plan_shift
from streife.kernel.errors import NotFound
from streife.roster import queries
from streife.roster.models import Shift
from streife.staff import actions as staff

ActorFor = Callable[[str], Actor]
HOUR = timedelta(hours=1)


@pytest.fixture
def officer_ids(actor_for: ActorFor, now: datetime) -> list[int]:
    return [
        staff.hire_officer(
            personnel_number=f"K-{number}",
            first_name="Erika",
            last_name=f"Beispiel{number}",
            entered_date=date(2024, 1, 1),
            actor=actor_for("admin"),
            now=now,
        ).pk
        for number in range(3)
    ]


def plan(actor: Actor, now: datetime, *, name: str = "Tag", **more: object) -> Shift:
    values = {"name": name, "starts_at": now - HOUR, "ends_at": now + 7 * HOUR} | more
    return plan_shift(**values, actor=actor, now=now)


def test_a_planned_shift_runs_from_its_beginning_until_before_its_end(
    actor_for: ActorFor, now: datetime, officer_ids: list[int]
) -> None:
    shift = plan(actor_for("shift_leader"), now, officer_ids=officer_ids[:2])
    assert queries.shift_at(now) == shift
    assert queries.shift_at(shift.starts_at) == shift
    assert queries.shift_at(shift.ends_at) is None
    assert queries.officer_ids_on(shift.pk) == officer_ids[:2]
    assert queries.officer_ids_at(now) == set(officer_ids[:2])
    assert queries.shift_of(officer_ids[0], now) == shift
    assert queries.shift_of(officer_ids[2], now) is None


def test_residents_see_no_shift(actor_for: ActorFor, now: datetime) -> None:
    shift = plan(actor_for("system"), now)
    assert list(queries.shifts_between(actor_for("desk"), now, now + HOUR)) == [shift]
    assert not queries.shifts_between(actor_for("public"), now, now + HOUR)
    with pytest.raises(NotFound):
        queries.shift_for(actor_for("public"), shift.pk)
