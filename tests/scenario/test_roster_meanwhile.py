"""While a plan is computed people go on working: what they do stands, whatever was computed."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from streife.accounts.rules import Role
from streife.kernel.errors import Refused
from streife.roster import actions
from streife.roster.actions.computing import Work, keep, work_of
from streife.roster.actions.thinking import plan_for
from streife.roster.models import Duty, Plan, Post
from streife.roster.queries.standing import roster_of
from streife.roster.solver.evaluate import evaluate
from streife.roster.solver.problem import FREE, Solution, Stage
from streife.roster.tasks import compute
from streife.staff import actions as staff
from tests.rostering import SYSTEM, Roster, a_roster

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 12, 7), date(2026, 12, 13)


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now, officers=6)


@pytest.fixture
def plan(service: Roster) -> Plan:
    return service.plan(FIRST, LAST)


def begun(service: Roster, plan: Plan, run: str = "one") -> Work:
    """Return the work of a computation in progress; here the task would be done at once."""
    Plan.objects.filter(pk=plan.pk).update(
        progress={
            "run": run,
            "begun_at": service.now.isoformat(),
            "seconds": 1,
            "assume_history": True,
        }
    )
    work = work_of(plan.pk, service.now)
    assert work is not None
    return work


def thought(work: Work) -> Solution:
    return plan_for(work.built, roster_of(work.built, work.posts), work.seconds)


def refusal(work: Work, solution: Solution, service: Roster) -> str:
    """Return the code with which a result is thrown away, "" if it is kept."""
    try:
        keep(work, solution, actor=service.leader, now=service.now)
    except Refused as refused:
        return refused.code
    return ""


def test_whoever_calls_in_sick_while_the_plan_is_computed_stays_off_duty(
    service: Roster, plan: Plan
) -> None:
    work = begun(service, plan)
    solution = thought(work)
    busy = next(n for n, row in enumerate(solution.roster) if any(duty != FREE for duty in row))
    ill = work.built.officer_at(busy)
    actions.call_in_sick(
        officer_id=ill, first_day=FIRST, last_day=LAST, actor=service.leader, now=service.now
    )
    assert refusal(work, solution, service) == "changed-meanwhile"
    assert not Post.objects.filter(plan=plan, officer_id=ill).exists()


def test_a_cell_set_by_hand_meanwhile_stays(service: Roster, plan: Plan) -> None:
    work = begun(service, plan)
    solution = thought(work)
    service.put(plan, 5, LAST, "nacht")
    assert refusal(work, solution, service) == "changed-meanwhile"
    assert list(Post.objects.values_list("officer_id", "day")) == [(service.crew[5].pk, LAST)]


def test_a_plan_published_meanwhile_is_not_filled_behind_its_back(
    service: Roster, plan: Plan
) -> None:
    service.put(plan, 0, FIRST, "frueh")
    work = begun(service, plan)
    solution = thought(work)
    actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )
    assert refusal(work, solution, service) == "changed-meanwhile"
    plan.refresh_from_db()
    assert (plan.state, Duty.objects.count()) == ("published", 1)


def test_a_contract_that_ended_meanwhile_counts(service: Roster, plan: Plan) -> None:
    work = begun(service, plan)
    solution = thought(work)
    contract = service.crew[2].contracts.get()
    staff.end_contract(contract_id=contract.pk, valid_to=FIRST, actor=SYSTEM, now=service.now)
    assert refusal(work, solution, service) == "changed-meanwhile"
    assert not Post.objects.exists()


def test_a_wish_made_meanwhile_does_not_throw_the_plan_away(service: Roster, plan: Plan) -> None:
    work = begun(service, plan)
    solution = thought(work)
    actions.make_wish(day=LAST, want="free", kind_id=None, actor=service.officer, now=service.now)
    assert refusal(work, solution, service) == ""
    assert Post.objects.filter(plan=plan).exists()


def test_a_computation_begun_anew_is_not_ended_by_the_first(service: Roster, plan: Plan) -> None:
    """A process that hangs may come back after the time of grace."""
    first = begun(service, plan)
    solution = thought(first)
    begun(service, plan, "two")
    keep(first, solution, actor=service.leader, now=service.now)
    actions.give_up_computation(
        plan_id=plan.pk, why="zu spät", actor=service.leader, now=service.now, run="one"
    )
    compute.call(plan.pk, "one")
    plan.refresh_from_db()
    assert (plan.progress["run"], plan.outcome) == ("two", {})
    assert not Post.objects.exists()
    compute.call(plan.pk, "two")
    assert Post.objects.exists()


def test_every_computation_has_a_name_of_its_own(service: Roster, plan: Plan) -> None:
    """Two that somebody asks for at the same moment are told apart."""
    names = {
        actions.begin_computation(
            plan_id=plan.pk, actor=service.leader, now=service.now, seconds=1, assume_history=True
        ).progress["run"]
        for _ in range(2)
    }
    assert len(names) == 2


def test_the_page_says_why_nothing_came_of_it(
    service: Roster, plan: Plan, client_for: Clients
) -> None:
    work = begun(service, plan)
    solution = thought(work)
    service.put(plan, 5, LAST, "nacht")
    with pytest.raises(Refused) as refused:
        keep(work, solution, actor=service.leader, now=service.now)
    actions.give_up_computation(
        plan_id=plan.pk,
        why=refused.value.message,
        actor=service.leader,
        now=service.now,
        run=work.progress["run"],
    )
    page = client_for("shift_leader").get(f"/dienstplan/{plan.pk}/").content.decode()
    assert "der Vorschlag ist verworfen" in page


def filled_and_published(service: Roster, plan: Plan) -> None:
    """Give everybody some duties and tell them."""
    for day in range(7):
        service.put(plan, 0 if day < 3 else 2, FIRST + timedelta(days=day), "frueh")
        service.put(plan, 3 if day < 4 else 4, FIRST + timedelta(days=day), "spaet")
    Post.objects.filter(plan=plan).update(locked=False)  # as if the software had proposed it
    plan.changes.all().delete()
    actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )


def test_a_swap_that_was_approved_outlasts_the_next_computation(
    service: Roster, plan: Plan
) -> None:
    filled_and_published(service, plan)
    post = Post.objects.get(plan=plan, officer=service.crew[0], day=FIRST)
    swap = actions.offer_swap(post_id=post.pk, actor=service.officer, now=service.now)
    actions.take_swap(swap_id=swap.pk, back_post_id=None, actor=service.other, now=service.now)
    actions.decide_swap(
        swap_id=swap.pk, approve=True, reason="", actor=service.leader, now=service.now
    )
    plan.refresh_from_db()
    work = begun(service, plan)
    giver, taker = (work.built.row_of[service.crew[n].pk] for n in (0, 1))
    standing = evaluate(work.built.problem, roster_of(work.built, work.posts))
    assert standing.costs[Stage.STABILITY] == 0
    solution = thought(work)
    assert refusal(work, solution, service) == ""
    assert solution.roster[giver][0] == FREE
    assert solution.roster[taker][0] == work.built.duty_of[service.kinds["frueh"].pk]
    assert Post.objects.get(officer=service.crew[1], day=FIRST).locked


def test_a_gap_that_was_filled_stays_filled(service: Roster, plan: Plan) -> None:
    filled_and_published(service, plan)
    call = actions.call_in_sick(
        officer_id=service.crew[0].pk, first_day=FIRST, last_day=FIRST,
        actor=service.leader, now=service.now,
    )  # fmt: skip
    actions.fill_gap(
        call_id=call.pk, number=0, officer_id=service.crew[1].pk,
        actor=service.leader, now=service.now,
    )  # fmt: skip
    plan.refresh_from_db()
    work = begun(service, plan)
    standing = evaluate(work.built.problem, roster_of(work.built, work.posts))
    assert standing.costs[Stage.STABILITY] == 0
    assert refusal(work, thought(work), service) == ""
    post = Post.objects.get(officer=service.crew[1], day=FIRST)
    assert (post.kind.code, post.locked) == ("frueh", True)
