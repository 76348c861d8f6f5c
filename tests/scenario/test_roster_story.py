"""A month from the first draft to the morning somebody calls in sick."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from streife.accounts.rules import Role
from streife.journal.models import Entry
from streife.roster import actions
from streife.roster.models import Duty, Plan, Post, SickCall, Swap
from streife.roster.queries.sheet import sheet_of
from streife.roster.queries.standing import standing_of
from streife.roster.rules.replacing import changed_roster, newly_broken, replacements
from streife.roster.solver.problem import FREE, Stage
from tests.rostering import Roster, a_roster, next_month

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db
SECONDS = 3.0
FORTNIGHT = range(13, 27)  # days of the plan
MARKET = 9  # days after the first


@pytest.fixture
def service(now: datetime) -> Roster:
    """Return twelve officers and a need of one early and one late."""
    return a_roster(now, officers=12)


def computed(service: Roster, plan: Plan) -> Plan:
    actions.begin_computation(
        plan_id=plan.pk,
        actor=service.leader,
        now=service.now,
        seconds=SECONDS,
        assume_history=True,
    )
    return Plan.objects.get(pk=plan.pk)


def published(service: Roster, plan: Plan) -> Plan:
    return actions.publish_plan(
        plan_id=plan.pk,
        council_note="Zugestimmt am 20.11. (erfunden)",
        reason="Probe",
        actor=service.leader,
        now=service.now,
    )


def acts() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("act", flat=True))


def test_a_month_from_draft_to_replacement(service: Roster, client_for: Clients) -> None:
    leader, phone = client_for("shift_leader"), client_for("officer")
    first, last = next_month(service.now)
    plan = service.plan(first, last)
    page = leader.get(f"/dienstplan/{plan.pk}/").content.decode()
    assert "noch niemand eingeteilt" in page
    _impossible_day_is_explained_and_released(service, plan, leader)
    _a_fortnight_off_by_hand(service, plan)
    plan = published(service, Plan.objects.get(pk=plan.pk))
    assert Duty.objects.filter(shift__starts_at__gt=service.now).count() == plan.posts.count()
    _swapped(service, plan, leader, phone)
    _replaced(service, plan, leader, phone)
    told = acts()
    for act in (
        "roster.plan_begun",
        "roster.rule_released",
        "roster.plan_computed",
        "roster.plan_published",
        "roster.swap_offered",
        "roster.swap_taken",
        "roster.swap_approved",
        "roster.duties_opened",
        "roster.gap_filled",
    ):
        assert act in told, act


def _impossible_day_is_explained_and_released(service: Roster, plan: Plan, leader: Client) -> None:
    """Thirteen early officers on a day, and there are twelve: the page says what would help."""
    day = plan.first_day + timedelta(days=MARKET)
    actions.add_event_demand(
        kind_id=service.kinds["frueh"].pk,
        area_id=None,
        day=day,
        count=12,
        reason="Markt",
        actor=service.leader,
        now=service.now,
    )
    plan = computed(service, plan)
    sheet = sheet_of(plan, service.leader, service.now)
    missed = sheet.judged.of(Stage.COVER, hard=True)
    assert {line.day for line in missed} == {day}
    assert sheet.posts  # never a silent empty plan
    page = leader.get(f"/dienstplan/{plan.pk}/").content.decode()
    assert "So nicht ganz möglich. Das würde helfen:" in page
    ways = [row for row in plan.outcome["releases"] if row["rule"] == "need/frueh"]
    assert ways
    answer = leader.post(
        f"/dienstplan/{plan.pk}/ausnahme/",
        {"rule": "need/frueh", "day": ways[0]["day"], "reason": "Markt wird kleiner"},
    )
    assert answer.status_code == 302
    sheet = sheet_of(Plan.objects.get(pk=plan.pk), service.leader, service.now)
    assert not [line for line in sheet.judged.lines if line.hard]


def _a_fortnight_off_by_hand(service: Roster, plan: Plan) -> None:
    """Clear some days of the second officer, who can take a duty of the first then."""
    days = [plan.first_day + timedelta(days=day) for day in FORTNIGHT]
    for post in Post.objects.filter(plan=plan, officer=service.crew[1], day__in=days):
        actions.set_post(
            plan_id=plan.pk,
            officer_id=post.officer_id,
            day=post.day,
            kind_id=None,
            actor=service.leader,
            now=service.now,
        )


def _swapped(service: Roster, plan: Plan, leader: Client, phone: Client) -> None:
    mine, taker = service.crew[0], service.crew[1]
    offered = _a_duty_that(service, plan, mine.pk, taker.pk)
    answer = phone.post(f"/dienstplan/meine/dienst/{offered.pk}/anbieten/", follow=True)
    assert "Angeboten." in answer.content.decode()
    swap = Swap.objects.get()
    actions.take_swap(swap_id=swap.pk, back_post_id=None, actor=service.other, now=service.now)
    page = leader.get("/dienstplan/antraege/").content.decode()
    assert "wartet auf Sie" in page
    leader.post(f"/dienstplan/tausch/{swap.pk}/entscheiden/", {"answer": "yes"})
    swap.refresh_from_db()
    assert swap.state == "approved"
    assert Post.objects.filter(plan=plan, officer=taker, day=offered.day).exists()
    assert not Post.objects.filter(plan=plan, officer=mine, day=offered.day).exists()
    assert Duty.objects.filter(officer=taker, shift__starts_at__date=offered.day).exists()
    assert Plan.objects.get(pk=plan.pk).state == "changed"


def _a_duty_that(service: Roster, plan: Plan, giver: int, taker: int) -> Post:
    """Return a duty of one that the other can take without breaking a rule."""
    standing = standing_of(plan, service.now)
    built, roster = standing.built, standing.roster
    one, two = built.row_of[giver], built.row_of[taker]
    for post in Post.objects.filter(plan=plan, officer_id=giver).order_by("day"):
        day = (post.day - plan.first_day).days
        changes = {(one, day): FREE, (two, day): built.duty_of[post.kind_id]}
        after = changed_roster(roster, changes)
        if roster[two][day] == FREE and not newly_broken(built, roster, after):
            return post
    raise AssertionError("nobody can swap")


def _a_duty_that_others_can_do(service: Roster, plan: Plan) -> tuple[Post, int]:
    """Return the first officer's duty for which most may step in, and how many are proposed.

    How many that are lies with the plan that was found; that it is three of many, see
    `test_three_are_proposed_of_all_who_may_step_in`.
    """
    standing = standing_of(plan, service.now)
    built, found = standing.built, {}
    for post in Post.objects.filter(plan=plan, officer=service.crew[0]):
        found[post] = len(
            replacements(
                built,
                standing.roster,
                missing=built.row_of[post.officer_id],
                day=(post.day - plan.first_day).days,
                duty=built.duty_of[post.kind_id],
            )
        )
    best = max(found, key=lambda post: (found[post], -post.pk))
    assert 1 <= found[best] <= 3
    return best, found[best]


def _replaced(service: Roster, plan: Plan, leader: Client, phone: Client) -> None:
    post, expected = _a_duty_that_others_can_do(service, Plan.objects.get(pk=plan.pk))
    answer = phone.post(
        "/dienstplan/meine/krank/",
        {"first_day": str(post.day), "last_day": str(post.day)},
        follow=True,
    )
    assert "Gute Besserung" in answer.content.decode()
    call = SickCall.objects.get()
    page = leader.get(f"/dienstplan/krank/{call.pk}/").content.decode()
    assert "Ohne Ersatz" in page  # whether it is needed lies with the plan that was found
    assert page.count(">Einteilen<") == expected
    assert "alle Regeln bleiben eingehalten" in page
    chosen = page.split('name="officer" value="')[1].split('"')[0]
    leader.post(f"/dienstplan/krank/{call.pk}/0/besetzen/", {"officer": chosen})
    assert Post.objects.filter(plan=plan, officer_id=int(chosen), day=post.day).exists()
    duties = Duty.objects.filter(shift__kind=post.kind, shift__starts_at__date=post.day)
    assert int(chosen) in duties.values_list("officer_id", flat=True)
    assert post.officer_id not in duties.values_list("officer_id", flat=True)
    sheet = sheet_of(Plan.objects.get(pk=plan.pk), service.leader, service.now)
    # Whoever gave a duty away may have few hours; nothing that protects anybody is broken.
    broken = sheet.judged.of(Stage.LEGAL, hard=True)
    assert {line.rule for line in broken} <= {"L4"}
    gave = {service.crew[0].pk, service.crew[1].pk}
    assert {line.officer for line in broken} <= gave, broken
    # And nobody is missing but where the leader took somebody out by hand.
    missed = {line.day for line in sheet.judged.of(Stage.COVER, hard=True)}
    assert missed <= {plan.first_day + timedelta(days=day) for day in FORTNIGHT}
    mine = phone.get("/dienstplan/meine/").content.decode()
    assert "Meine Dienste" in mine
