"""A shift leader plans, drags and publishes; an officer checks in; an incident gets in between."""

import html
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from streife.accounts.rules import Actor, Role, system
from streife.config.demo.shifts import plan_shift
from streife.journal.models import Body, Entry
from streife.kernel.clock import local
from streife.kernel.clock import now as present
from streife.kernel.errors import NotFound, NotPermitted, Refused
from streife.patrols import actions
from streife.patrols.actions.preparing import put_solution
from streife.patrols.actions.writing import copy_plan
from streife.patrols.models import CheckIn, PatrolPlan, PlannedStop, Presence, PresenceWish
from streife.patrols.queries import crew_route
from streife.patrols.queries.plans import plan_of_shift
from streife.patrols.queries.presence import presence_on
from streife.patrols.queries.sheet import sheet_of
from streife.patrols.queries.situation import Situation, fingerprint, situation_of
from streife.patrols.rules import PlanState
from streife.patrols.rules.unpredictable import visited
from streife.patrols.solver import Plan, Route, Solution, Visit
from streife.patrols.tasks import compute
from streife.places.models import Office, Site
from tests.patrolling import SECONDS, SEED, Service, a_service, ahead, route_of, stops_of

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def service(now: datetime) -> Service:
    """Return a shift that begins in an hour, with two teams."""
    return a_service(now)


@pytest.fixture
def leader(service: Service, client_for: Clients) -> Client:
    """Return the shift leader's browser."""
    client: Client = client_for("shift_leader")
    return client


def test_a_leader_plans_and_publishes_in_three_pages(client_for: Clients) -> None:
    service = a_service(ahead(present()))  # the pages read the real clock
    leader: Client = client_for("shift_leader")
    page = leader.get(f"/streifenplan/schicht/{service.shift.pk}/")
    assert "2 Teams warten auf ihre Routen." in page.content.decode()
    office = Office.objects.order_by("pk").first()
    assert office is not None
    assert f"<td>{office.name}</td>" in page.content.decode()  # where they set out, by name
    plan = service.draft()
    page = leader.get(f"/streifenplan/plan/{plan.pk}/")
    text = page.content.decode()
    assert "2 Streifen besuchen" in text
    assert "des erreichbaren Nutzens" in text
    assert "Unabhängig geprüft" in text
    assert "Wegezeiten geschätzt" in text
    assert "Was nicht im Plan steht, und warum" in text
    sheet = sheet_of(PatrolPlan.objects.get(pk=plan.pk))
    assert not sheet.findings
    assert 0 < plan.value <= plan.bound
    answer = leader.post(f"/streifenplan/plan/{plan.pk}/veroeffentlichen/", follow=True)
    assert "Veröffentlicht." in answer.content.decode()
    plan.refresh_from_db()
    assert (plan.state, plan.published_by_id) == (PlanState.PUBLISHED, service.leader.user_id)


def test_every_stop_says_why(service: Service, leader: Client) -> None:
    stop = stops_of(service.draft())[0]
    page = leader.get(f"/streifenplan/halt/{stop.pk}/").content.decode()
    assert stop.reasons
    assert "Warum dieser Halt" in page
    assert stop.place_name in page


def test_a_drag_is_checked_at_once_and_can_be_undone(service: Service, leader: Client) -> None:
    plan = service.draft()
    first, second = stops_of(plan, "KOD 11")[:2]
    there = route_of(plan, "KOD 11")
    answer = leader.post(
        f"/streifenplan/halt/{second.pk}/verschieben/",
        {"route": there.pk, "clock": f"{local(first.begins_at) + timedelta(minutes=2):%H:%M}"},
        **HTMX,
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f"Verschoben: {second.place_name}." in text
    assert "Min. zu spät" in text
    assert "Punkte" in text or "bleibt gleich" in text
    plan.refresh_from_db()
    assert plan.origin == "hand"
    leader.post(
        f"/streifenplan/halt/{second.pk}/verschieben/",
        {"route": there.pk, "clock": f"{local(second.begins_at):%H:%M}"},
    )
    moved = PlannedStop.objects.get(pk=second.pk)
    assert abs(moved.begins_at - second.begins_at) < timedelta(minutes=1)


def test_a_stop_goes_to_another_team_and_keeps_its_row(service: Service) -> None:
    plan = service.draft()
    stop = stops_of(plan, "KOD 11")[0]
    for twin in stops_of(plan, "KOD 12"):
        if twin.stop == stop.stop:  # a place is on a route once
            actions.drop_stop(stop_id=twin.pk, actor=service.leader, now=service.now)
    target = route_of(plan, "KOD 12")
    edited = actions.move_stop(
        stop_id=stop.pk,
        route_id=target.pk,
        begins_at=stop.begins_at,
        actor=service.leader,
        now=service.now,
    )
    moved = PlannedStop.objects.get(pk=stop.pk)
    assert (moved.route_id, moved.begins_at) == (target.pk, stop.begins_at)
    sheet = sheet_of(PatrolPlan.objects.get(pk=plan.pk))
    assert edited.plan.value == sheet.situation.verdict().value
    assert not [one for one in sheet.findings if one.code == "break-missing"]


def test_dropping_costs_and_adding_brings_it_back(service: Service) -> None:
    plan = service.draft()
    stop = stops_of(plan, "KOD 11")[0]
    lost = actions.drop_stop(stop_id=stop.pk, actor=service.leader, now=service.now)
    assert lost.gained < 0
    back = actions.add_stop(
        plan_id=plan.pk,
        stop=stop.stop,
        route_id=route_of(plan, "KOD 11").pk,
        begins_at=stop.begins_at,
        actor=service.leader,
        now=service.now,
    )
    assert back.gained > 0
    with pytest.raises(Refused) as refusal:
        actions.add_stop(
            plan_id=plan.pk,
            stop=stop.stop,
            route_id=route_of(plan, "KOD 11").pk,
            begins_at=stop.begins_at,
            actor=service.leader,
            now=service.now,
        )
    assert refusal.value.code == "already-there"


def test_what_is_held_fast_stays_when_the_rest_is_planned_anew(service: Service) -> None:
    plan = service.draft()
    stop = stops_of(plan, "KOD 11")[1]
    actions.lock_stop(stop_id=stop.pk, locked=True, actor=service.leader, now=service.now)
    with pytest.raises(Refused) as refusal:
        actions.drop_stop(stop_id=stop.pk, actor=service.leader, now=service.now)
    assert refusal.value.code == "stop-locked"
    for more in range(1, 4):  # However often: it does not wander a few minutes each time.
        again = actions.replan(
            plan_id=plan.pk,
            actor=service.leader,
            now=service.now,
            seconds=SECONDS,
            seed=SEED + more,
        )
        assert again.pk == plan.pk
    kept = PlannedStop.objects.get(route__plan=plan, stop=stop.stop)
    assert kept.locked
    assert kept.route.team.name == "KOD 11"
    assert abs(kept.begins_at - stop.begins_at) <= timedelta(minutes=5)


def test_after_an_incident_the_past_stays_and_the_rest_is_new(service: Service) -> None:
    published = service.published()
    later = service.shift.starts_at + timedelta(hours=3)
    past = [stop for stop in stops_of(published) if stop.begins_at <= later]
    free_at = later + timedelta(hours=1)
    draft = actions.replan(
        plan_id=published.pk,
        actor=service.leader,
        now=later,
        seconds=SECONDS,
        seed=SEED,
        busy={"KOD 11": free_at},
    )
    assert draft.pk != published.pk
    rows = stops_of(draft)
    frozen = [stop for stop in rows if stop.frozen]
    assert [(s.place, s.begins_at) for s in frozen] == [(s.place, s.begins_at) for s in past]
    assert all(stop.begins_at >= later for stop in rows if not stop.frozen)
    ahead = [stop for stop in stops_of(draft, "KOD 11") if not stop.frozen]
    assert all(stop.begins_at >= free_at for stop in ahead)
    assert not sheet_of(PatrolPlan.objects.get(pk=draft.pk)).findings
    counts = plan_of_shift(service.leader, service.shift.pk)
    assert counts is not None
    assert counts.pk == draft.pk
    published.refresh_from_db()
    assert published.state == PlanState.PUBLISHED  # until somebody publishes the new one


def test_a_team_that_is_gone_leaves_its_work_to_the_others(service: Service) -> None:
    published = service.published()
    later = service.shift.starts_at + timedelta(hours=2)
    draft = actions.replan(
        plan_id=published.pk,
        actor=service.leader,
        now=later,
        seconds=SECONDS,
        seed=SEED,
        gone=frozenset({"KOD 12"}),
    )
    assert all(stop.frozen for stop in stops_of(draft, "KOD 12"))
    done = {stop.stop for stop in stops_of(draft, "KOD 12")}
    assert not done & {stop.stop for stop in stops_of(draft, "KOD 11")}
    with pytest.raises(NotFound):
        actions.replan(
            plan_id=published.pk, actor=service.leader, now=later, gone=frozenset({"KOD 99"})
        )


def test_a_plan_that_breaks_rules_is_published_only_with_a_reason(client_for: Clients) -> None:
    service = a_service(ahead(present()))  # the pages read the real clock
    leader: Client = client_for("shift_leader")
    plan = service.draft()
    first, second = stops_of(plan, "KOD 11")[:2]
    actions.move_stop(
        stop_id=second.pk,
        route_id=second.route_id,
        begins_at=first.begins_at + timedelta(minutes=2),
        actor=service.leader,
        now=service.now,
    )
    answer = leader.post(f"/streifenplan/plan/{plan.pk}/veroeffentlichen/")
    assert answer.status_code == 409
    assert "Trotzdem veröffentlichen" in answer.content.decode()
    leader.post(
        f"/streifenplan/plan/{plan.pk}/veroeffentlichen/", {"reason": "Absprache mit der Schule"}
    )
    plan.refresh_from_db()
    assert (plan.state, plan.published_reason) == ("published", "Absprache mit der Schule")


def test_publishing_again_supersedes_and_keeps_who_is_where(
    service: Service, now: datetime
) -> None:
    old = service.published()
    stop = stops_of(old, "KOD 11")[0]
    officer = Actor("user:4711", service.leader.roles, "Kraft", user_id=None)
    draft = actions.revise_plan(plan_id=old.pk, actor=service.leader, now=now)
    actions.check_in(stop_id=stop.pk, team="KOD 11", client_id=uuid4(), actor=officer, now=now)
    actions.publish_plan(plan_id=draft.pk, actor=service.leader, now=now, reason="Probe")
    old.refresh_from_db()
    assert old.state == PlanState.SUPERSEDED
    route = crew_route(service.leader, shift_id=service.shift.pk, team="KOD 11")
    assert route is not None
    assert route.here is not None
    assert route.here.name == stop.place_name
    # The phone still shows the old page: "Weiter" counts for the plan that is valid now.
    actions.check_out(stop_id=stop.pk, team="KOD 11", client_id=uuid4(), actor=officer, now=now)
    assert Presence.objects.get().visits == 1
    # A day later nothing of the stay is left open in the plan before: it counts once.
    actions.tidy_presence(actor=system("schedule"), now=service.shift.ends_at + timedelta(days=2))
    assert [(row.visits, row.minutes) for row in Presence.objects.all()] == [(1, 0)]


def test_a_stop_that_the_new_plan_drops_ends_when_it_is_published(
    service: Service, now: datetime
) -> None:
    old = service.published()
    stop = stops_of(old, "KOD 11")[0]
    draft = actions.revise_plan(plan_id=old.pk, actor=service.leader, now=now)
    same = PlannedStop.objects.get(route__plan=draft, stop=stop.stop)
    actions.drop_stop(stop_id=same.pk, actor=service.leader, now=now)
    begins = service.shift.starts_at
    actions.check_in(
        stop_id=stop.pk, team="KOD 11", client_id=uuid4(), actor=service.leader, now=begins
    )
    later = begins + timedelta(minutes=9)
    actions.publish_plan(plan_id=draft.pk, actor=service.leader, now=later, reason="Probe")
    assert sum(row.minutes for row in Presence.objects.all()) == 9
    actions.tidy_presence(actor=system("schedule"), now=service.shift.ends_at + timedelta(days=2))
    assert sum(row.minutes for row in Presence.objects.all()) == 9


def test_an_officer_checks_in_and_only_place_and_hour_remain(service: Service) -> None:
    plan = service.published()
    stop = stops_of(plan, "KOD 11")[0]
    officer = Actor("user:4711", service.leader.roles, "Kraft")
    arrived = service.shift.starts_at.replace(minute=55)
    key = uuid4()
    for _ in range(2):  # tapped twice
        actions.check_in(stop_id=stop.pk, team="KOD 11", client_id=key, actor=officer, now=arrived)
    gone = arrived + timedelta(minutes=12)
    for _ in range(2):
        actions.check_out(
            stop_id=stop.pk, team="KOD 11", client_id=uuid4(), actor=officer, now=gone
        )
    assert [(row.minutes, row.visits) for row in Presence.objects.order_by("hour")] == [
        (5, 1),
        (7, 0),
    ]
    assert not Entry.objects.filter(actor__contains="4711").exists()
    assert not Body.objects.filter(content__icontains="4711").exists()
    columns = {field.name for field in Presence._meta.get_fields()}
    assert columns == {"id", "place", "place_name", "hour", "minutes", "visits", "synthetic"}
    day = presence_on(service.leader, local(arrived).date())
    assert day.visited_places == 1
    assert day.present_minutes == 12
    assert day.planned_minutes > 0


def test_times_of_single_stops_go_a_day_after_the_shift(service: Service) -> None:
    plan = service.published()
    stop = stops_of(plan, "KOD 11")[0]
    start = service.shift.starts_at
    actions.check_in(
        stop_id=stop.pk, team="KOD 11", client_id=uuid4(), actor=service.leader, now=start
    )
    schedule = system("schedule")
    assert actions.tidy_presence(actor=schedule, now=service.shift.ends_at) == 0
    much_later = service.shift.ends_at + timedelta(days=2)
    assert actions.tidy_presence(actor=schedule, now=much_later) == 1
    stop.refresh_from_db()
    assert (stop.arrived_at, stop.left_at) == (None, None)
    assert not CheckIn.objects.exists()
    assert sum(row.minutes for row in Presence.objects.all()) == 45  # forgot "Weiter"


def test_a_key_of_the_phone_means_one_thing(service: Service) -> None:
    plan = service.published()
    first, *rest = stops_of(plan, "KOD 11")
    other = next(stop for stop in rest if stop.place != first.place)
    key = uuid4()
    now = service.shift.starts_at
    actions.check_in(stop_id=first.pk, team="KOD 11", client_id=key, actor=service.leader, now=now)
    with pytest.raises(Refused) as refusal:
        actions.check_in(
            stop_id=other.pk, team="KOD 11", client_id=key, actor=service.leader, now=now
        )
    assert refusal.value.code == "client-id-reused"
    with pytest.raises(NotFound):
        actions.check_in(
            stop_id=first.pk, team="KOD 12", client_id=uuid4(), actor=service.leader, now=now
        )
    with pytest.raises(Refused) as refusal:
        actions.check_out(
            stop_id=other.pk, team="KOD 11", client_id=uuid4(), actor=service.leader, now=now
        )
    assert refusal.value.code == "not-arrived"


def test_only_who_plans_sees_drafts_and_only_a_leader_publishes(
    service: Service, client_for: Clients
) -> None:
    draft = service.draft()
    for role, status in (("dispatcher", 200), ("officer", 404), ("head", 404), ("admin", 404)):
        client: Client = client_for(role)
        assert client.get(f"/streifenplan/plan/{draft.pk}/").status_code == status
    with pytest.raises(NotPermitted):
        actions.publish_plan(plan_id=draft.pk, actor=service.dispatcher, now=service.now)
    stop = stops_of(draft)[0]
    client = client_for("officer")
    moved = client.post(f"/streifenplan/halt/{stop.pk}/entfernen/")
    assert moved.status_code in (403, 404)
    assert PlannedStop.objects.filter(pk=stop.pk).exists()


def test_a_published_plan_is_changed_only_through_a_draft(service: Service) -> None:
    plan = service.published()
    stop = stops_of(plan)[0]
    with pytest.raises(Refused) as refusal:
        actions.drop_stop(stop_id=stop.pk, actor=service.leader, now=service.now)
    assert refusal.value.code == "not-a-draft"
    draft = actions.revise_plan(plan_id=plan.pk, actor=service.leader, now=service.now)
    assert [(s.place, s.begins_at) for s in stops_of(draft)] == [
        (s.place, s.begins_at) for s in stops_of(plan)
    ]
    actions.discard_plan(plan_id=draft.pk, actor=service.leader, now=service.now)
    found = plan_of_shift(service.leader, service.shift.pk)
    assert found is not None
    assert found.pk == plan.pk


def test_a_shift_that_is_over_keeps_the_plan_that_counted(service: Service) -> None:
    published = service.published()
    draft = actions.revise_plan(plan_id=published.pk, actor=service.leader, now=service.now)
    with pytest.raises(Refused) as refusal:
        actions.publish_plan(
            plan_id=draft.pk, actor=service.leader, now=service.shift.ends_at, reason="Probe"
        )
    assert refusal.value.code == "shift-over"
    published.refresh_from_db()
    assert published.state == PlanState.PUBLISHED


def test_another_plan_is_as_good_and_checked(service: Service) -> None:
    plan = service.draft()
    if not plan.pool:
        with pytest.raises(Refused) as refusal:
            actions.choose_other(plan_id=plan.pk, actor=service.leader, now=service.now)
        assert refusal.value.code == "no-other-plan"
        return
    other = actions.choose_other(plan_id=plan.pk, actor=service.leader, now=service.now)
    assert other.value >= 0.98 * plan.value
    assert len(other.pool) == len(plan.pool)
    assert not sheet_of(PatrolPlan.objects.get(pk=plan.pk)).findings


def _yesterdays(service: Service, plan: PatrolPlan, days: int) -> None:
    """Have the same plan published on so many days before."""
    for back in range(1, days + 1):
        ago = timedelta(days=back)
        shift = plan_shift(
            name=service.shift.name,
            starts_at=service.shift.starts_at - ago,
            ends_at=service.shift.ends_at - ago,
            actor=system("test"),
            now=service.now,
        )
        old = PatrolPlan.objects.create(
            shift=shift, basis=plan.basis, number=1, state=PlanState.PUBLISHED,
            origin=plan.origin, seed=0, made_at=service.now - ago,
        )  # fmt: skip
        copy_plan(plan, old)
        for stop in stops_of(old):
            stop.begins_at -= ago
            stop.save(update_fields=["begins_at"])


def test_the_draw_prefers_what_was_visited_too_seldom(service: Service) -> None:
    plan = service.draft()
    situation = situation_of(plan)
    same = situation.plan
    # As good, and nothing in it that was visited on the days before.
    rest = [n for n in range(len(situation.basis.wanted)) if n not in visited(same)]
    assert rest
    other = Plan((Route(tuple(Visit(n, 0, 600) for n in rest)), Route(())), same.value)
    solution = Solution(same, (same, other), (), 1, 0.0)
    even = _drawn_often(plan, situation, solution, other)
    assert 25 < even < 55  # nothing is known yet: all are alike
    _yesterdays(service, plan, 5)
    assert _drawn_often(plan, situation, solution, other) > max(even, 60)


def _drawn_often(plan: PatrolPlan, situation: Situation, solution: Solution, wanted: Plan) -> int:
    found = 0
    for seed in range(80):
        plan.seed = seed
        drawn = put_solution(plan, situation.basis, situation.problem, solution)
        found += drawn.routes == wanted.routes
        assert plan.drawn_from == 2
    return found


def test_a_change_by_hand_that_makes_us_predictable_is_said_at_once(
    service: Service, leader: Client
) -> None:
    plan = service.draft()
    _yesterdays(service, plan, 3)
    stop = stops_of(plan, "KOD 11")[1]
    there = f"/streifenplan/halt/{stop.pk}/verschieben/"
    usual = {"route": stop.route_id, "clock": f"{local(stop.begins_at):%H:%M}"}
    away = local(stop.begins_at) + timedelta(minutes=50)
    moved = leader.post(there, usual | {"clock": f"{away:%H:%M}"}, **HTMX).content.decode()
    habit = f"{stop.place_name}: zum 4. Mal in Folge gegen {local(stop.begins_at):%H.%M} Uhr."
    assert habit not in html.unescape(moved)
    back = html.unescape(leader.post(there, usual, **HTMX).content.decode())
    assert "So wird der Plan vorhersehbar:" in back
    assert "Von Hand gesetzt und dadurch vorhersehbar:" in back
    assert habit in back.split("Das kennen Beobachter schon:")[0]
    assert "Wie oft wir kommen, und wie oft es der Bedarf will" in back
    body = Body.objects.filter(content__icontains="guessable").last()
    assert body is not None
    assert stop.place in str(body.content)
    # Whoever draws or plans anew has not put it there by hand.
    actions.replan(
        plan_id=plan.pk, actor=service.leader, now=service.now, seconds=SECONDS, seed=SEED
    )
    assert not PlannedStop.objects.filter(route__plan=plan, by_hand=True).exists()


def test_other_plans_come_once_each_before_any_comes_again(service: Service) -> None:
    plan = service.draft()
    situation = situation_of(plan)
    # The first, second and third visit of all, whatever plan the machine found in its time.
    halts = [
        (row, visit) for row, route in enumerate(situation.plan.routes) for visit in route.visits
    ]
    pool = [
        Plan(
            tuple(
                Route(tuple(visit for team, visit in halts[:keep] if team == row))
                for row in range(len(situation.plan.routes))
            ),
            plan.value,
        )
        for keep in (1, 2, 3)
    ]
    plan.pool = [{"value": one.value, "routes": fingerprint(one)} for one in pool]
    plan.save(update_fields=["pool"])
    seen = []
    for _ in range(3):
        actions.choose_other(plan_id=plan.pk, actor=service.leader, now=service.now)
        seen.append(len(stops_of(plan)))
    assert sorted(seen) == [1, 2, 3]


def test_a_long_computation_runs_in_the_background_once(service: Service, leader: Client) -> None:
    plan = actions.prepare_plan(
        shift_id=service.shift.pk, actor=service.leader, now=service.now, seconds=1.1, seed=SEED
    )
    plan.refresh_from_db()
    assert plan.state == PlanState.DRAFT  # tasks of a test run at once
    before = stops_of(plan)
    compute.call(plan.pk)
    assert stops_of(plan) == before
    PatrolPlan.objects.filter(pk=plan.pk).update(state=PlanState.COMPUTING)
    with pytest.raises(Refused) as refusal:
        actions.prepare_plan(shift_id=service.shift.pk, actor=service.leader, now=service.now)
    assert refusal.value.code == "already-computing"
    hanging = leader.get(f"/streifenplan/plan/{plan.pk}/").content.decode()
    assert "Der Plan wird gerechnet." in hanging
    actions.discard_plan(plan_id=plan.pk, actor=service.leader, now=service.now)
    assert plan_of_shift(service.leader, service.shift.pk) is None


def test_a_computation_that_died_does_not_block_the_shift(service: Service) -> None:
    dead = actions.prepare_plan(
        shift_id=service.shift.pk, actor=service.leader, now=service.now, seconds=0.3, seed=SEED
    )
    PatrolPlan.objects.filter(pk=dead.pk).update(state=PlanState.COMPUTING)
    later = service.now + timedelta(minutes=6)
    plan = actions.prepare_plan(
        shift_id=service.shift.pk, actor=service.leader, now=later, seconds=0.3, seed=SEED
    )
    dead.refresh_from_db()
    assert (dead.state, dead.problem) == (PlanState.DISCARDED, "Die Rechnung wurde unterbrochen.")
    assert plan.state == PlanState.DRAFT


def test_what_cannot_be_planned_says_why(service: Service, leader: Client, now: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        actions.prepare_plan(
            shift_id=service.shift.pk, actor=service.leader, now=now + timedelta(days=2)
        )
    assert refusal.value.code == "shift-over"
    for team in service.teams:
        actions.drop_team(team_id=team.pk, actor=service.leader, now=now)
    with pytest.raises(Refused) as refusal:
        actions.prepare_plan(shift_id=service.shift.pk, actor=service.leader, now=now)
    assert refusal.value.code == "no-teams"
    page = leader.get(f"/streifenplan/schicht/{service.shift.pk}/").content.decode()
    assert "Wer geht hinaus?" in page


def test_a_wish_counts_until_it_is_taken_back(service: Service, client_for: Clients) -> None:
    desk: Client = client_for("desk")
    site = Site.objects.filter(kind="square").order_by("code")[0]
    PresenceWish.objects.all().delete()
    empty = desk.get("/streifenplan/wuensche/").content.decode()
    assert "Niemand wünscht sich gerade Präsenz." in empty
    today = local(present()).date()  # the page reads the same clock
    wish = {
        "site": site.pk,
        "source": "residents",
        "reason": "Abends laut",
        "weekdays": [4, 5],
        "hour_from": 18,
        "hour_to": 23,
        "valid_from": today.isoformat(),
        "valid_to": (today + timedelta(days=30)).isoformat(),
    }
    late = wish | {"valid_to": (today + timedelta(days=300)).isoformat()}
    refused = desk.post("/streifenplan/wuensche/", late)
    assert refused.status_code == 409
    assert "drei Monate" in refused.content.decode()
    page = desk.post("/streifenplan/wuensche/", wish, follow=True).content.decode()
    assert "1 Wunsch zählt beim Planen." in page
    assert "Freitag, Samstag" in page
    made = PresenceWish.objects.get()
    assert made.weekdays == 0b0110000
    desk.post(f"/streifenplan/wuensche/{made.pk}/zuruecknehmen/")
    assert "Niemand" in desk.get("/streifenplan/wuensche/").content.decode()


@pytest.mark.parametrize(
    "path", ["", "bedarf/", "bedarf/?tag=4&stunde=18", "praesenz/", "forschung/", "wuensche/"]
)
def test_pages_teach_when_there_is_nothing_to_show(client_for: Clients, path: str) -> None:
    client: Client = client_for("shift_leader")
    page = client.get(f"/streifenplan/{path}")
    assert page.status_code == 200
    assert "<h1" in page.content.decode()


def test_a_day_that_runs_is_compared_as_far_as_it_went(service: Service) -> None:
    plan = service.published()
    # Plans differ; in each, one place is visited for the first time later than all others.
    firsts: dict[str, PlannedStop] = {}
    for stop in sorted(stops_of(plan), key=lambda one: one.begins_at):
        firsts.setdefault(stop.place, stop)
    ahead = list(firsts.values())[-1]
    noon = ahead.begins_at - timedelta(minutes=1)
    before = _before(plan, noon)
    whole = presence_on(service.leader, local(noon).date())
    until = presence_on(service.leader, local(noon).date(), until=noon)
    assert before
    assert until.planned_minutes < whole.planned_minutes
    assert {row.place for row in until.places} == before
    # Who was somewhere before its time was where it was planned, once.
    actions.count_presence(
        place=ahead.place, name=ahead.place_name, arrived_at=noon - timedelta(minutes=9),
        gone_at=noon,
    )  # fmt: skip
    again = presence_on(service.leader, local(noon).date(), until=noon)
    assert again.unplanned_places == 0
    [row] = [row for row in again.places if row.place == ahead.place]
    assert 0 < row.planned_minutes <= 16


def _before(plan: PatrolPlan, moment: datetime) -> set[str]:
    return {one.place for one in stops_of(plan) if one.begins_at < moment}
