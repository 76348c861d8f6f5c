"""Two at once in the duty roster: plans never overlap, swaps for one person are judged in turn."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import partial

import pytest
from django.db import connection

from streife.kernel.clock import local, now
from streife.roster import actions
from streife.roster.models import HourDemand, Plan, Swap
from streife.roster.queries.standing import standing_of
from tests.committed import empty_journal
from tests.racing import at_once
from tests.rostering import Roster, a_roster

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.usefixtures("_record"),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer at a time by itself"
    ),
]


@pytest.fixture
def _record(transactional_db: None) -> Iterator[None]:
    yield
    empty_journal()


def test_of_four_who_begin_overlapping_plans_one_succeeds() -> None:
    service = a_roster(now(), officers=2)
    first = date(2027, 3, 1)
    codes = at_once(
        [
            partial(service.plan, first + timedelta(days=n), first + timedelta(days=10 + n))
            for n in range(4)
        ]
    )
    assert codes == {"ok": 1, "plan-overlaps": 3}
    assert Plan.objects.count() == 1


def _taken(service: Roster) -> tuple[Plan, list[Swap]]:
    """Return two swaps for one taker that each keep the rules, and together break the rest."""
    day = local(now()).date() + timedelta(days=20)
    plan = service.plan(day, day + timedelta(days=6))
    late = service.put(plan, 0, day, "spaet")
    early = service.put(plan, 2, day + timedelta(days=1), "frueh")
    actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )
    taker = service.crew[1].pk
    return plan, [
        Swap.objects.create(
            plan=plan, day=post.day, kind=post.kind, offered_by_id=post.officer_id,
            taken_by_id=taker, state="taken", offered_at=service.now, taken_at=service.now,
        )
        for post in (late, early)
    ]  # fmt: skip


def test_two_swaps_for_one_taker_approved_at_once_keep_the_rest() -> None:
    """§ 5 Abs. 1 ArbZG: late today and early tomorrow leaves eight hours."""
    service = a_roster(now(), officers=4)
    plan, swaps = _taken(service)
    codes = at_once(
        [
            partial(
                actions.decide_swap, swap_id=swap.pk, approve=True, reason="",
                actor=service.leader, now=service.now,
            )
            for swap in swaps
        ]
    )  # fmt: skip
    assert codes == {"ok": 1, "swap-breaks-rule": 1}
    plan.refresh_from_db()
    rules = {one.rule for one in standing_of(plan, service.now).verdict.broken}
    assert "T6" not in rules


def test_two_changes_of_one_need_by_the_clock_do_not_add_up() -> None:
    service = a_roster(now(), officers=2)
    change = partial(
        actions.add_hour_demand,
        weekday=5,
        day=None,
        begins=time(20),
        ends=time(23),
        reason="Straßenfest",
        since=service.now.date(),
        actor=service.leader,
        now=service.now,
    )
    assert at_once([partial(change, count=3), partial(change, count=4)]) == {"ok": 2}
    assert HourDemand.objects.filter(valid_to=None).count() == 1
