"""Shifts: planning them, and who may stand on them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from streife.accounts.rules import Actor
from streife.journal import queries as journal
from streife.kernel.errors import NotFound, NotPermitted, Refused
from streife.roster import actions, queries
from streife.roster.models import Shift
from streife.roster.rules import overlap
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
    return actions.plan_shift(**values, actor=actor, now=now)


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
    assert journal.entries_of(f"shift:{shift.pk}").get().act == "roster.shift_planned"


@pytest.mark.parametrize("role", ["desk", "dispatcher", "officer", "head", "admin", "public"])
def test_others_may_not_plan(actor_for: ActorFor, now: datetime, role: str) -> None:
    with pytest.raises(NotPermitted):
        plan(actor_for(role), now)


@pytest.mark.parametrize(
    ("hours", "code"), [(0, "shift-backwards"), (-1, "shift-backwards"), (13, "shift-too-long")]
)
def test_a_shift_has_a_sensible_length(
    actor_for: ActorFor, now: datetime, hours: int, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        plan(actor_for("system"), now, starts_at=now, ends_at=now + hours * HOUR)
    assert refused.value.code == code


def test_a_shift_is_planned_once(actor_for: ActorFor, now: datetime) -> None:
    plan(actor_for("system"), now)
    with pytest.raises(Refused) as refused:
        plan(actor_for("system"), now)
    assert refused.value.code == "shift-known"


def test_nobody_stands_on_two_shifts_at_a_time(
    actor_for: ActorFor, now: datetime, officer_ids: list[int]
) -> None:
    first = plan(actor_for("system"), now, officer_ids=officer_ids[:1])
    second = plan(actor_for("system"), now, name="Spät", starts_at=now)
    leader = actor_for("shift_leader")
    with pytest.raises(Refused) as refused:
        actions.put_on_duty(shift_id=second.pk, officer_id=officer_ids[0], actor=leader, now=now)
    assert refused.value.code == "officer-on-other-shift"
    with pytest.raises(Refused) as again:
        actions.put_on_duty(shift_id=first.pk, officer_id=officer_ids[0], actor=leader, now=now)
    assert again.value.code == "officer-on-shift"
    actions.take_off_duty(shift_id=first.pk, officer_id=officer_ids[0], actor=leader, now=now)
    actions.put_on_duty(shift_id=second.pk, officer_id=officer_ids[0], actor=leader, now=now)
    assert queries.officer_ids_on(second.pk) == officer_ids[:1]
    with pytest.raises(NotFound):
        actions.take_off_duty(shift_id=first.pk, officer_id=officer_ids[0], actor=leader, now=now)


def test_who_has_left_stands_on_no_shift(
    actor_for: ActorFor, now: datetime, officer_ids: list[int]
) -> None:
    staff.see_off_officer(
        officer_id=officer_ids[0], left_date=now.date(), actor=actor_for("admin"), now=now
    )
    with pytest.raises(Refused) as refused:
        plan(actor_for("system"), now, officer_ids=officer_ids)
    assert refused.value.code == "officer-not-in-service"
    assert not Shift.objects.exists()


def test_residents_see_no_shift(actor_for: ActorFor, now: datetime) -> None:
    shift = plan(actor_for("system"), now)
    assert list(queries.shifts_between(actor_for("desk"), now, now + HOUR)) == [shift]
    assert not queries.shifts_between(actor_for("public"), now, now + HOUR)
    with pytest.raises(NotFound):
        queries.shift_for(actor_for("public"), shift.pk)


def test_touching_ends_do_not_overlap(now: datetime) -> None:
    assert not overlap(now, now + HOUR, now + HOUR, now + 2 * HOUR)
    assert overlap(now, now + 2 * HOUR, now + HOUR, now + 3 * HOUR)
