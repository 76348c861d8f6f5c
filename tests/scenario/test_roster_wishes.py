"""Wishes that contradict each other or what is known reach the product, and it says which holds."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client

from streife.kernel.clock import local
from streife.kernel.clock import now as real_now
from streife.roster import actions
from streife.roster.models import Plan, Post, Wish
from streife.roster.queries.sheet import sheet_of
from streife.staff import actions as staff
from streife.staff.rules import AbsenceKind
from tests.committed import empty_journal
from tests.racing import at_once
from tests.rostering import SYSTEM, Roster, a_roster

PAGE = "/dienstplan/meine/wuensche/"


@pytest.fixture
def service(db: None) -> Roster:
    return a_roster(real_now())


@pytest.fixture
def day(service: Roster) -> date:
    """A Wednesday three to four weeks ahead."""
    today = local(service.now).date()
    return today + timedelta(days=21 + (2 - today.weekday()) % 7)


def computed(service: Roster, day: date) -> Plan:
    plan = service.plan(day - timedelta(days=2), day + timedelta(days=4))
    actions.begin_computation(
        plan_id=plan.pk, actor=service.leader, now=service.now, seconds=2.0, assume_history=True
    )
    return Plan.objects.get(pk=plan.pk)


def wishes(service: Roster, plan: Plan) -> tuple[int, int]:
    judged = sheet_of(plan, service.leader, service.now).judged
    return judged.wishes_made, judged.wishes_met


def leave(service: Roster, day: date) -> None:
    staff.add_absence(
        officer_id=service.crew[0].pk, kind=AbsenceKind.LEAVE, first_day=day, last_day=day,
        actor=SYSTEM, now=service.now,
    )  # fmt: skip


def test_of_two_tabs_the_last_holds_and_says_what_it_replaced(
    service: Roster, day: date, client_for: Callable[[str], Client]
) -> None:
    """Wanted in one tab, not wanted in the other, both open since before either was sent."""
    early = service.kinds["frueh"]
    phone = client_for("officer")
    tabs = [f"work:{early.pk}", f"avoid:{early.pk}"]
    answers = [
        phone.post(PAGE, {"day": day, "wish": wish}, follow=True).content.decode() for wish in tabs
    ]
    assert "ersetzt" not in answers[0]
    assert "ersetzt Ihren früheren für diesen Tag: Frühschicht." in answers[1]
    plan = computed(service, day)
    assert wishes(service, plan) == (1, 1)
    mine = Post.objects.filter(plan=plan, officer=service.crew[0], day=day)
    assert not mine.filter(kind=early).exists()


def test_the_same_wish_sent_twice_replaces_nothing(
    service: Roster, day: date, client_for: Callable[[str], Client]
) -> None:
    phone = client_for("officer")
    for _ in range(2):
        answer = phone.post(PAGE, {"day": day, "wish": "free"}, follow=True).content.decode()
        assert "ersetzt" not in answer


def test_duty_wished_for_a_day_of_leave_is_refused(
    service: Roster, day: date, client_for: Callable[[str], Client]
) -> None:
    leave(service, day)
    wish = f"work:{service.kinds['frueh'].pk}"
    answer = client_for("officer").post(PAGE, {"day": day, "wish": wish})
    assert answer.status_code == 409
    assert "schon als abwesend eingetragen" in answer.content.decode()
    assert not Wish.objects.exists()


def test_leave_noted_after_the_wish_outdoes_it_and_no_plan_is_worse_for_it(
    service: Roster, day: date, client_for: Callable[[str], Client]
) -> None:
    """Two routes: the officer wants duty, the leader notes leave. The leave holds, and is said."""
    phone = client_for("officer")
    phone.post(PAGE, {"day": day, "wish": f"work:{service.kinds['frueh'].pk}"})
    leave(service, day)
    assert "entfällt: Sie sind an diesem Tag abwesend" in phone.get(PAGE).content.decode()
    plan = computed(service, day)
    assert wishes(service, plan) == (0, 0)
    assert not Post.objects.filter(plan=plan, officer=service.crew[0], day=day).exists()


def test_a_wish_against_what_the_leader_settled_is_told_as_not_met(
    service: Roster, day: date
) -> None:
    """Free by wish, on duty by hand: the hand holds, and the light counts the wish as not met."""
    actions.make_wish(day=day, want="free", kind_id=None, actor=service.officer, now=service.now)
    plan = service.plan(day - timedelta(days=2), day + timedelta(days=4))
    service.put(plan, 0, day, "frueh")
    actions.begin_computation(
        plan_id=plan.pk, actor=service.leader, now=service.now, seconds=2.0, assume_history=True
    )
    plan.refresh_from_db()
    assert Post.objects.get(plan=plan, officer=service.crew[0], day=day).kind.code == "frueh"
    assert wishes(service, plan) == (1, 0)


@pytest.mark.postgres
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time by itself"
)
def test_two_tabs_at_the_same_moment_leave_one_wish(transactional_db: None) -> None:
    service = a_roster(real_now(), officers=2)
    day = local(service.now).date() + timedelta(days=21)
    codes = at_once(
        [
            partial(
                actions.make_wish, day=day, want=want, kind_id=kind,
                actor=service.officer, now=service.now,
            )
            for want, kind in (("free", None), ("work", service.kinds["frueh"].pk)) * 2
        ]
    )  # fmt: skip
    empty_journal()
    assert codes == {"ok": 4}
    assert Wish.objects.count() == 1
