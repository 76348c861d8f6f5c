"""A published plan is computed anew: nobody's duty of the next days moves without a reason."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from streife.accounts.rules import Role
from streife.journal.models import Entry
from streife.kernel.clock import local, now
from streife.roster import actions
from streife.roster.models import Duty, Plan, PlanChange, Post
from streife.roster.queries.gathering import posts_of
from tests.rostering import Roster, a_roster

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 13)
SOON = date(2026, 12, 6)  # the last day less than a fortnight after Monday, 23 November


@pytest.fixture
def service() -> Roster:
    return a_roster(datetime(2026, 11, 23, 10, tzinfo=UTC), officers=6)


@pytest.fixture
def plan(service: Roster) -> Plan:
    """Return a published plan that leaves much open: one early shift a day, done by two."""
    plan = service.plan(FIRST, LAST)
    for n in range((LAST - FIRST).days + 1):
        service.put(plan, n % 2, FIRST + timedelta(days=n), "frueh")
    Post.objects.filter(plan=plan).update(locked=False)  # as if the software had proposed it
    plan.changes.all().delete()
    return actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )


def compute(service: Roster, plan: Plan, reason: str = "") -> set[date]:
    """Compute the plan anew; return the days on which somebody's duty changed."""
    before = posts_of(plan)
    actions.begin_computation(
        plan_id=plan.pk, actor=service.leader, now=service.now, seconds=2,
        assume_history=True, reason=reason,
    )  # fmt: skip
    after = posts_of(plan)
    keys = before.keys() | after.keys()
    return {day for who, day in keys if before.get((who, day)) != after.get((who, day))}


def test_days_within_the_notice_stay_as_announced(service: Roster, plan: Plan) -> None:
    """§ 72 Abs. 4 Nr. 1 LPVG NRW: what was agreed for a plan holds for its changes."""
    changed = compute(service, plan)
    assert changed
    assert min(changed) > SOON


def test_with_a_reason_these_days_change_too_and_the_reason_is_kept(
    service: Roster, plan: Plan
) -> None:
    changed = compute(service, plan, "Großbrand (erfunden)")
    assert min(changed) <= SOON
    plan.refresh_from_db()
    assert plan.outcome["reason"] == "Großbrand (erfunden)"
    body = Entry.objects.filter(act="roster.computation_begun").latest("pk").body.content
    assert body["with_reason"] is True
    assert "Großbrand" not in str(body)


def test_every_post_that_changed_is_recorded_by_itself(service: Roster, plan: Plan) -> None:
    recorded = Entry.objects.filter(act="roster.post_changed").count()
    compute(service, plan)
    entries = list(Entry.objects.filter(act="roster.post_changed").order_by("pk"))[recorded:]
    rows = PlanChange.objects.filter(plan=plan, why="software")
    assert {(one.body.content["officer"], one.body.content["day"]) for one in entries} == {
        (row.officer_id, row.day.isoformat()) for row in rows
    }
    assert Duty.objects.count() == Post.objects.filter(plan=plan).count()


def test_the_page_says_what_stays_and_asks_for_the_reason(client_for: Clients) -> None:
    service = a_roster(now(), officers=2)
    day = local(service.now).date() + timedelta(days=1)
    plan = service.plan(day, day)
    service.put(plan, 0, day, "frueh")
    service.put(plan, 1, day, "spaet")
    actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )
    leader = client_for("shift_leader")
    page = leader.get(f"/dienstplan/{plan.pk}/").content.decode()
    assert "bleibt beim Rechnen, was angekündigt ist" in page
    assert 'name="grund"' in page
    leader.post(f"/dienstplan/{plan.pk}/rechnen/", {"vorher": "frei", "grund": "Sturm (erfunden)"})
    assert "Sturm (erfunden)" in leader.get(f"/dienstplan/{plan.pk}/").content.decode()


def test_a_draft_is_computed_from_tomorrow_on(service: Roster) -> None:
    draft = service.plan(FIRST, LAST)
    assert min(compute(service, draft)) == FIRST
