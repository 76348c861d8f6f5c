"""Changing a plan by hand: judged at once, undone, refused where it makes no sense."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from streife.accounts.rules import Role
from streife.kernel.errors import NotFound, NotPermitted, Refused
from streife.roster import actions
from streife.roster.models import Demand, Duty, Plan, Post, WorkRule
from streife.roster.queries.gathering import hours_between, needs_between
from tests.rostering import Roster, a_roster, next_month

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now)


@pytest.fixture
def plan(service: Roster) -> Plan:
    return service.plan(*next_month(service.now))


def test_a_late_shift_before_an_early_one_is_named_at_once(
    service: Roster, plan: Plan, client_for: Clients
) -> None:
    service.put(plan, 0, plan.first_day, "spaet")
    answer = client_for("shift_leader").post(
        f"/dienstplan/{plan.pk}/aendern/",
        {
            "officer": service.crew[0].pk,
            "day": plan.first_day + timedelta(days=1),
            "kind": service.kinds["frueh"].pk,
        },
        **HTMX,
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "nur 8:00 Stunden Ruhe, nötig sind 11:00" in text
    assert "§ 5 Abs. 1 ArbZG" in text
    assert "Recht schlechter" in text


def test_without_a_script_one_form_changes_one_cell(
    service: Roster, plan: Plan, client_for: Clients
) -> None:
    leader = client_for("shift_leader")
    data = {"officer": service.crew[2].pk, "day": plan.first_day, "kind": ""}
    kind = service.kinds["frueh"].pk
    answer = leader.post(f"/dienstplan/{plan.pk}/aendern/", {**data, "kind": kind}, follow=True)
    assert "Frühschicht." in answer.content.decode()
    assert Post.objects.get(plan=plan).locked
    leader.post(f"/dienstplan/{plan.pk}/aendern/", data)
    assert not Post.objects.filter(plan=plan).exists()


def test_a_drag_changes_places_and_undo_brings_both_back(service: Roster, plan: Plan) -> None:
    day = plan.first_day
    service.put(plan, 0, day, "frueh")
    service.put(plan, 1, day, "spaet")
    one, two = service.crew[0].pk, service.crew[1].pk
    moved = actions.move_post(
        plan_id=plan.pk, officer_id=one, day=day, to_officer_id=two, to_day=day,
        actor=service.leader, now=service.now,
    )  # fmt: skip
    kinds = dict(Post.objects.filter(plan=plan).values_list("officer_id", "kind__code"))
    assert kinds == {one: "spaet", two: "frueh"}
    assert not moved.broken
    actions.undo(plan_id=plan.pk, actor=service.leader, now=service.now)
    kinds = dict(Post.objects.filter(plan=plan).values_list("officer_id", "kind__code"))
    assert kinds == {one: "frueh", two: "spaet"}
    actions.undo(plan_id=plan.pk, actor=service.leader, now=service.now)
    actions.undo(plan_id=plan.pk, actor=service.leader, now=service.now)
    assert not Post.objects.filter(plan=plan).exists()
    with pytest.raises(Refused) as refused:
        actions.undo(plan_id=plan.pk, actor=service.leader, now=service.now)
    assert refused.value.code == "nothing-to-undo"


def test_a_published_plan_carries_every_change_to_the_duties(service: Roster, plan: Plan) -> None:
    post = service.put(plan, 0, plan.first_day, "frueh")
    actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )
    duty = Duty.objects.get()
    assert (duty.officer_id, duty.shift.name) == (post.officer_id, "Frühschicht")
    service.put(plan, 0, plan.first_day, "spaet")
    assert Duty.objects.get().shift.name == "Spätschicht"
    actions.undo(plan_id=plan.pk, actor=service.leader, now=service.now)
    assert Duty.objects.get().shift.name == "Frühschicht"
    plan.refresh_from_db()
    assert plan.state == "changed"


@pytest.mark.parametrize(
    ("note", "reason", "code"),
    [("", "Probe", "council-note-missing"), ("ja", "", "notice-too-short"), ("ja", "Probe", "")],
)
def test_a_publication_needs_the_council_and_the_notice(
    service: Roster, plan: Plan, note: str, reason: str, code: str
) -> None:
    """§ 72 Abs. 4 LPVG NRW; the month begins in eight days, agreed are fourteen."""
    service.put(plan, 0, plan.first_day, "frueh")
    found = ""
    try:
        actions.publish_plan(
            plan_id=plan.pk, council_note=note, reason=reason, actor=service.leader, now=service.now
        )
    except Refused as refused:
        found = refused.code
    assert found == code
    plan.refresh_from_db()
    assert plan.state == ("draft" if code else "published")
    assert (plan.published_at is None) == bool(code)
    assert Duty.objects.exists() == (not code)


def test_who_may_not_change_is_refused(service: Roster, plan: Plan, client_for: Clients) -> None:
    officer = client_for("officer")
    assert officer.get(f"/dienstplan/{plan.pk}/").status_code == 404  # a draft
    for address in ("aendern", "ziehen", "zurueck", "rechnen", "veroeffentlichen"):
        answer = officer.post(f"/dienstplan/{plan.pk}/{address}/", {})
        assert answer.status_code in {403, 404}, address
    with pytest.raises(NotPermitted):
        actions.begin_plan(
            first_day=plan.last_day + timedelta(days=1),
            last_day=plan.last_day + timedelta(days=2),
            actor=service.officer,
            now=service.now,
        )


def test_colleagues_see_that_somebody_is_away_and_never_why(
    service: Roster, plan: Plan, client_for: Clients
) -> None:
    day = plan.first_day + timedelta(days=3)
    service.put(plan, 0, plan.first_day, "frueh")
    actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )
    actions.call_in_sick(
        officer_id=service.crew[3].pk, first_day=day, last_day=day,
        actor=service.leader, now=service.now,
    )  # fmt: skip
    mark = f'<td id="c{service.crew[3].pk}-4" class="k--away"'
    page = client_for("officer").get(f"/dienstplan/{plan.pk}/").content.decode()
    assert f"{mark}>A</td>" in page
    page = client_for("shift_leader").get(f"/dienstplan/{plan.pk}/").content.decode()
    assert mark in page
    assert ">K</td>" in page


def test_a_law_is_not_lifted_by_a_button(service: Roster, plan: Plan) -> None:
    with pytest.raises(Refused) as refused:
        actions.release_rule(
            plan_id=plan.pk, rule="T6", officer_id=service.crew[0].pk, day=None, reason="eilig",
            actor=service.leader, now=service.now,
        )  # fmt: skip
    assert refused.value.code == "law-stays"


def test_what_was_agreed_is_told_from_law_by_its_regime_and_not_by_its_letter(
    service: Roster, plan: Plan
) -> None:
    shared = {
        "norm": "x", "verified": "M", "source": "x", "valid_from": date(2024, 1, 1),
        "kind": "consecutive_days", "values": {"max": 5}, "hard": True,
    }  # fmt: skip
    WorkRule.objects.create(code="DV1", regime="local", title="Vereinbart", **shared)
    WorkRule.objects.create(code="LBG1", regime="beamte", title="Ein Gesetz", **shared)

    def release(rule: str, officer: int | None = None, day: date | None = None) -> str:
        try:
            actions.release_rule(
                plan_id=plan.pk, rule=rule, officer_id=officer, day=day, reason="Probe",
                actor=service.leader, now=service.now,
            )  # fmt: skip
        except Refused as refused:
            return refused.code
        return ""

    someone = service.crew[0].pk
    assert release("DV1", someone) == ""
    assert release("need/frueh", day=plan.first_day) == ""
    assert release("need/frueh/baton", day=plan.first_day) == ""
    assert release("need/time-2000-0200/areas", day=plan.first_day) == ""
    assert release("LBG1", someone) == "law-stays"
    assert release("T8/2026", someone) == "law-stays"
    assert release("L99 nonsense", someone) == "no-such-rule"
    assert release("need/mittag", day=plan.first_day) == "no-such-rule"
    assert release("L1", 12345) == "officer-not-in-service"


def test_a_swap_that_breaks_the_rest_is_refused_with_its_paragraph(
    service: Roster, plan: Plan
) -> None:
    late = service.put(plan, 0, plan.first_day, "spaet")
    service.put(plan, 1, plan.first_day + timedelta(days=1), "frueh")
    actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )
    swap = actions.offer_swap(post_id=late.pk, actor=service.officer, now=service.now)
    with pytest.raises(Refused) as refused:
        actions.take_swap(swap_id=swap.pk, back_post_id=None, actor=service.other, now=service.now)
    assert refused.value.code == "swap-breaks-rule"
    assert "§ 5 Abs. 1 ArbZG" in refused.value.message


def test_two_people_exchange_duties(service: Roster, plan: Plan) -> None:
    mine = service.put(plan, 0, plan.first_day, "frueh")
    theirs = service.put(plan, 1, plan.first_day + timedelta(days=7), "spaet")
    actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )
    swap = actions.offer_swap(post_id=mine.pk, actor=service.officer, now=service.now)
    actions.take_swap(swap_id=swap.pk, back_post_id=theirs.pk, actor=service.other, now=service.now)
    actions.decide_swap(
        swap_id=swap.pk, approve=True, reason="", actor=service.leader, now=service.now
    )
    rows = set(Post.objects.filter(plan=plan).values_list("officer_id", "day", "kind__code"))
    one, two = service.crew[0].pk, service.crew[1].pk
    assert rows == {(two, mine.day, "frueh"), (one, theirs.day, "spaet")}
    with pytest.raises(Refused) as refused:
        actions.decide_swap(
            swap_id=swap.pk, approve=True, reason="", actor=service.leader, now=service.now
        )
    assert refused.value.code == "swap-over"


def test_an_offer_goes_with_the_duty_of_whoever_falls_ill(
    service: Roster, plan: Plan, client_for: Clients
) -> None:
    mine = service.put(plan, 0, plan.first_day, "frueh")
    actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )
    actions.offer_swap(post_id=mine.pk, actor=service.officer, now=service.now)
    leader = client_for("shift_leader")
    offered = "Angeboten, noch von niemandem angenommen"
    assert offered in leader.get("/dienstplan/antraege/").content.decode()
    actions.call_in_sick(
        first_day=mine.day, last_day=mine.day, actor=service.officer, now=service.now
    )
    assert offered not in leader.get("/dienstplan/antraege/").content.decode()


def test_a_swap_that_leaves_few_hours_is_shown_and_may_be_approved(
    service: Roster, plan: Plan, client_for: Clients
) -> None:
    mine = service.put(plan, 0, plan.first_day, "frueh")
    service.put(plan, 0, plan.first_day + timedelta(days=1), "frueh")
    actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )
    swap = actions.offer_swap(post_id=mine.pk, actor=service.officer, now=service.now)
    actions.take_swap(swap_id=swap.pk, back_post_id=None, actor=service.other, now=service.now)
    leader = client_for("shift_leader")
    page = leader.get("/dienstplan/antraege/").content.decode()
    giver, taker = service.crew[0], service.crew[1]
    assert f"{giver} käme in diesem Plan auf 7:30 Stunden, vereinbart sind mindestens " in page
    assert f"{taker} käme in diesem Plan" not in page  # who takes a duty has more, not less
    leader.post(f"/dienstplan/tausch/{swap.pk}/entscheiden/", {"answer": "yes"})
    assert Post.objects.filter(plan=plan, officer=taker, day=mine.day).exists()


def test_what_is_not_there_is_not_found(service: Roster, plan: Plan, client_for: Clients) -> None:
    leader = client_for("shift_leader")
    for address in (
        "99999/",
        f"{plan.pk}/tag/kein-tag/",
        f"{plan.pk}/tag/2031-01-01/",
        f"{plan.pk}/person/99999/",
        "krank/99999/",
    ):
        assert leader.get(f"/dienstplan/{address}").status_code == 404, address
    with pytest.raises(NotFound):
        actions.take_swap(swap_id=1, back_post_id=None, actor=service.officer, now=service.now)


def test_the_database_itself_refuses_a_second_plan_for_a_day(plan: Plan, now: datetime) -> None:
    """Whatever code forgets to look: ADR 45."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.create(
            first_day=plan.last_day, last_day=plan.last_day + timedelta(days=3), made_at=now
        )
    other = Plan.objects.create(
        first_day=plan.last_day + timedelta(days=1),
        last_day=plan.last_day + timedelta(days=3),
        made_at=now,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=other.pk).update(first_day=plan.last_day)
    Plan.objects.filter(pk=other.pk).update(notice_days=21)  # everything else may change


def test_a_change_for_an_earlier_day_replaces_what_was_to_come(service: Roster) -> None:
    """Three since today, five from 7 December, then four from 30 November: four, not seven."""
    kind = service.kinds["frueh"].pk
    Demand.objects.all().delete()
    for count, since in ((3, date(2026, 11, 23)), (5, date(2026, 12, 7)), (4, date(2026, 11, 30))):
        actions.set_weekly_demand(
            kind_id=kind, area_id=None, weekday=0, count=count, preferred=count, since=since,
            actor=service.leader, now=service.now,
        )  # fmt: skip
    for monday, count in ((23, 3), (30, 4), (37, 4)):
        day = date(2026, 11, 1) + timedelta(days=monday - 1)
        assert [need.count for need in needs_between(day, day)] == [count], day


def test_hours_said_for_an_earlier_day_replace_what_was_to_come(service: Roster) -> None:
    for count, since in ((3, date(2026, 11, 23)), (5, date(2026, 12, 7)), (4, date(2026, 11, 30))):
        actions.add_hour_demand(
            weekday=4, day=None, begins=time(20), ends=time(2), count=count, reason="Wall",
            since=since, actor=service.leader, now=service.now,
        )  # fmt: skip
    friday = date(2026, 12, 4)
    assert [one.count for one in hours_between(friday, friday) if one.day == friday] == [4]
