"""A shift goes otherwise than planned: somebody is ill, held up, elsewhere, or two plan at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from streife.accounts.rules import system
from streife.kernel.errors import Refused
from streife.patrols import actions
from streife.patrols.models import PatrolPlan, PatrolTeam, PlannedStop, Presence
from streife.patrols.queries import crew_route
from streife.patrols.queries.plans import plan_of_shift
from streife.patrols.queries.sheet import sheet_of
from streife.patrols.queries.situation import fingerprint, situation_of
from streife.patrols.rules import PlanState
from streife.patrols.solver import Plan
from streife.places.models import Site
from tests.patrolling import (
    SECONDS,
    SEED,
    Service,
    a_service,
    basis_of,
    route_of,
    stand_on,
    stops_of,
    travel_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(now: datetime) -> Service:
    """Return a shift that begins in an hour, with two teams."""
    return a_service(now)


def tell(service: Service, action: Callable[..., object], stop: PlannedStop, now: datetime) -> None:
    """Tap on "Da" or "Weiter" as the crew of the stop."""
    action(
        stop_id=stop.pk,
        team=stop.route.team.name,
        client_id=uuid4(),
        actor=service.leader,
        now=now,
    )


def test_who_is_ill_before_the_shift_leaves_all_its_work_to_the_others(service: Service) -> None:
    plan = service.draft()
    duties = {stop.stop for stop in stops_of(plan) if stop.mandatory}
    assert duties & {stop.stop for stop in stops_of(plan, "KOD 12")}
    again = actions.replan(
        plan_id=plan.pk,
        actor=service.leader,
        now=service.now,
        seconds=SECONDS,
        seed=SEED,
        gone=frozenset({"KOD 12"}),
    )
    assert not stops_of(again, "KOD 12")
    # What one team cannot do is said by name; nothing counts as done by who never set out.
    made = {stop.stop for stop in stops_of(again)}
    sheet = sheet_of(PatrolPlan.objects.get(pk=again.pk))
    said = {one.stop for one in sheet.findings if one.code == "mandatory"}
    assert duties <= made | said
    assert made & {stop.stop for stop in stops_of(plan, "KOD 11")}


def test_what_a_crew_did_counts_once_whatever_drafts_there_are(service: Service) -> None:
    plan = service.published()
    stop = stops_of(plan, "KOD 11")[0]
    at = service.shift.starts_at + timedelta(minutes=5)
    tell(service, actions.check_in, stop, at)
    draft = actions.revise_plan(
        plan_id=plan.pk, actor=service.leader, now=at + timedelta(minutes=3)
    )
    tell(service, actions.check_out, stop, at + timedelta(minutes=10))
    actions.tidy_presence(actor=system("schedule"), now=service.shift.ends_at + timedelta(days=2))
    assert sum(row.minutes for row in Presence.objects.all()) == 10
    assert not [one for one in stops_of(draft) if one.arrived_at]


def test_a_plan_on_another_basis_takes_over_places_and_not_numbers(service: Service) -> None:
    old = service.published()
    stop = stops_of(old, "KOD 11")[0]
    at = service.shift.starts_at + timedelta(minutes=5)
    tell(service, actions.check_in, stop, at)
    new = service.draft()
    basis = basis_of(new)
    other = next(
        n for n, one in enumerate(basis.wanted) if one.place != basis.wanted[stop.stop].place
    )
    numbers = list(range(len(basis.wanted)))
    numbers[stop.stop], numbers[other] = other, stop.stop  # as when the need changed since
    stand_on(new, replace(basis, wanted=tuple(basis.wanted[n] for n in numbers)), travel_of(new))
    for number in (stop.stop, other):
        actions.add_stop(
            plan_id=new.pk,
            stop=number,
            route_id=route_of(new, "KOD 11").pk,
            begins_at=at + timedelta(hours=1),
            actor=service.leader,
            now=at,
        )
    actions.publish_plan(
        plan_id=new.pk, actor=service.leader, now=at + timedelta(minutes=5), reason="Probe"
    )
    route = crew_route(service.leader, shift_id=service.shift.pk, team="KOD 11")
    assert route is not None
    assert route.here is not None
    assert (route.here.name, route.here.arrived_at) == (stop.place_name, at)


def test_where_a_crew_was_nothing_is_changed_any_more(service: Service) -> None:
    plan = service.published()
    stop, ahead = stops_of(plan, "KOD 11")[:2]
    start = service.shift.starts_at
    draft = actions.revise_plan(plan_id=plan.pk, actor=service.leader, now=start)
    tell(service, actions.check_in, stop, start + timedelta(minutes=5))  # after the draft was made
    later = start + timedelta(minutes=30)
    same = PlannedStop.objects.get(route__plan=draft, stop=stop.stop, route__team__name="KOD 11")
    with pytest.raises(Refused) as refusal:
        actions.drop_stop(stop_id=same.pk, actor=service.leader, now=later)
    assert refusal.value.code == "stop-frozen"
    there = PlannedStop.objects.get(route__plan=draft, stop=ahead.stop, route__team__name="KOD 11")
    with pytest.raises(Refused) as refusal:
        actions.move_stop(
            stop_id=there.pk,
            route_id=there.route_id,
            begins_at=start + timedelta(minutes=1),
            actor=service.leader,
            now=later,
        )
    assert refusal.value.code == "already-past"
    with pytest.raises(Refused) as refusal:
        actions.choose_other(plan_id=draft.pk, actor=service.leader, now=later)
    assert refusal.value.code == "shift-runs"


def test_planning_an_older_draft_anew_knows_who_went_where_meanwhile(service: Service) -> None:
    plan = service.published()
    start = service.shift.starts_at
    draft = actions.revise_plan(plan_id=plan.pk, actor=service.leader, now=start)
    first, *_, last = stops_of(plan, "KOD 11")
    for minutes, stop in ((5, last), (25, first)):  # the last one long before its time
        tell(service, actions.check_in, stop, start + timedelta(minutes=minutes))
    again = actions.replan(
        plan_id=draft.pk,
        actor=service.leader,
        now=start + timedelta(minutes=30),
        seconds=SECONDS,
        seed=SEED,
    )
    team = situation_of(again).problem.teams[0]
    # In the order they really went, so the way goes on from where they are.
    assert [visit.stop for visit in team.frozen[:2]] == [last.stop, first.stop]


def test_a_phone_with_the_plan_before_means_the_same_of_two_visits(service: Service) -> None:
    plan = service.draft()
    basis = basis_of(plan)
    place = basis.wanted[0].place
    numbers = [n for n, one in enumerate(basis.wanted) if one.place == place][:2]
    stand_on(plan, basis, travel_of(plan))
    for hours, number in enumerate(numbers, start=1):
        actions.add_stop(
            plan_id=plan.pk,
            stop=number,
            route_id=route_of(plan, "KOD 11").pk,
            begins_at=service.shift.starts_at + timedelta(hours=2 * hours),
            actor=service.leader,
            now=service.now,
        )
    actions.publish_plan(plan_id=plan.pk, actor=service.leader, now=service.now, reason="Probe")
    one, two = stops_of(plan, "KOD 11")
    draft = actions.revise_plan(plan_id=plan.pk, actor=service.leader, now=service.now)
    actions.publish_plan(plan_id=draft.pk, actor=service.leader, now=service.now, reason="Probe")
    told = actions.check_in(
        stop_id=two.pk,
        team="KOD 11",
        client_id=uuid4(),
        actor=service.leader,
        now=two.begins_at,
    )
    assert (told.route.plan_id, told.stop) == (draft.pk, two.stop)
    assert told.stop != one.stop


def test_another_plan_leaves_what_is_held_fast(service: Service) -> None:
    plan = service.draft()
    stop = stops_of(plan, "KOD 11")[1]
    actions.lock_stop(stop_id=stop.pk, locked=True, actor=service.leader, now=service.now)
    now_is = situation_of(plan).plan
    without, with_it = (
        Plan(
            tuple(
                replace(route, visits=tuple(v for v in route.visits if keep(v.stop)))
                for route in now_is.routes
            ),
            1,
        )
        for keep in (lambda number: number != stop.stop, lambda number: number == stop.stop)
    )
    for pool, fits in (((without,), False), ((without, with_it), True)):
        plan.pool = [{"value": 1, "routes": fingerprint(one)} for one in pool]
        plan.save(update_fields=["pool"])
        if not fits:
            with pytest.raises(Refused) as refusal:
                actions.choose_other(plan_id=plan.pk, actor=service.leader, now=service.now)
            assert refusal.value.code == "no-other-plan"
        else:
            actions.choose_other(plan_id=plan.pk, actor=service.leader, now=service.now)
    assert {one.stop for one in stops_of(plan)} == {stop.stop}
    assert PlannedStop.objects.get(pk=stop.pk).locked


def test_what_no_plan_can_exceed_stays_when_people_hold_stops_fast(service: Service) -> None:
    plan = service.draft()
    whole = plan.bound
    evening = service.shift.starts_at + timedelta(hours=6)
    for stop in stops_of(plan):  # all at once: nobody can do that
        if stop.route.team.name == "KOD 11":
            actions.move_stop(
                stop_id=stop.pk,
                route_id=stop.route_id,
                begins_at=evening,
                actor=service.leader,
                now=service.now,
            )
        actions.lock_stop(stop_id=stop.pk, locked=True, actor=service.leader, now=service.now)
    again = actions.replan(
        plan_id=plan.pk, actor=service.leader, now=service.now, seconds=SECONDS, seed=SEED
    )
    assert again.bound == whole


def test_a_draft_left_lying_does_not_hide_the_plan_that_counts(service: Service) -> None:
    service.draft()
    counts = service.published()
    shown = plan_of_shift(service.leader, service.shift.pk)
    assert shown is not None
    assert shown.pk == counts.pk


def test_a_team_entered_by_mistake_can_go_unless_a_plan_needs_it(service: Service) -> None:
    plan = service.draft()
    wrong = service.teams[1]
    PatrolPlan.objects.filter(pk=plan.pk).update(state=PlanState.COMPUTING)
    with pytest.raises(Refused) as refusal:
        actions.drop_team(team_id=wrong.pk, actor=service.leader, now=service.now)
    assert refusal.value.code == "already-computing"
    PatrolPlan.objects.filter(pk=plan.pk).update(state=PlanState.DRAFT)
    with pytest.raises(Refused) as refusal:
        actions.drop_team(team_id=wrong.pk, actor=service.leader, now=service.now)
    assert refusal.value.code == "team-has-route"
    actions.discard_plan(plan_id=plan.pk, actor=service.leader, now=service.now)
    actions.drop_team(team_id=wrong.pk, actor=service.leader, now=service.now)
    assert not PatrolTeam.objects.filter(pk=wrong.pk).exists()


def test_of_a_shift_that_runs_only_what_is_left_is_planned(service: Service) -> None:
    start = service.shift.starts_at
    site = Site.objects.get(code="nordmarkt")  # a duty from three to seven o'clock
    assert site.code in {stop.place for stop in stops_of(service.draft()) if stop.mandatory}
    stay = actions.be_here(
        place=site.code,
        shift_id=service.shift.pk,
        team="KOD 11",
        client_id=uuid4(),
        actor=service.leader,
        now=start + timedelta(hours=3, minutes=5),
    )
    actions.leave_here(
        stay_id=stay.pk,
        shift_id=service.shift.pk,
        team="KOD 11",
        actor=service.leader,
        now=start + timedelta(hours=3, minutes=15),
    )
    late = start + timedelta(hours=3, minutes=20)
    plan = actions.prepare_plan(
        shift_id=service.shift.pk, actor=service.leader, now=late, seconds=SECONDS, seed=SEED
    )
    assert stops_of(plan)
    assert all(stop.begins_at >= late for stop in stops_of(plan))
    basis = basis_of(plan)
    still = {basis.places[one.place].code for one in basis.wanted if one.mandatory}
    assert site.code not in still  # done is done
    sheet = sheet_of(PatrolPlan.objects.get(pk=plan.pk))
    assert [one.code for one in sheet.findings if one.code != "mandatory"] == []
