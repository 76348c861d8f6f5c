"""The software proposes: a plan from scratch, in the background or at once."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused
from streife.kernel.events import publish
from streife.kernel.texts import german
from streife.patrols.actions.locks import hold_plan
from streife.patrols.actions.thinking import think
from streife.patrols.actions.writing import write_routes
from streife.patrols.events import PlanBegun
from streife.patrols.models import PatrolPlan, PatrolTeam, PlanBasis
from streife.patrols.queries.gathering import gathered
from streife.patrols.queries.plans import earlier_visits
from streife.patrols.queries.situation import basis_of, code_of, crew_of, fingerprint, packed
from streife.patrols.rules import Origin, PlanState, check_move, is_lost
from streife.patrols.rules.basis import Basis, problem_of, to_json
from streife.patrols.rules.bound import upper_bound
from streife.patrols.rules.left_out import fault_text
from streife.patrols.rules.unpredictable import chances, draw
from streife.patrols.solver import Plan, Problem, Solution, faults_of
from streife.roster import queries as roster

# A seed fits a signed column and is drawn anew each time: who knows last week's plan knows nothing.
SEEDS = 2**31 - 1
AT_ONCE_SECONDS = 1.0
THOROUGH_SECONDS = 10.0
INTERRUPTED = german("Die Rechnung wurde unterbrochen.")


def prepare_plan(
    *,
    shift_id: int,
    actor: Actor,
    now: datetime,
    seconds: float = THOROUGH_SECONDS,
    seed: int | None = None,
    synthetic: bool = False,
) -> PatrolPlan:
    """Begin a plan for the teams of a shift and return it.

    Up to a second of computing is done at once and the plan is a draft; more is a task, and the
    plan is `computing` until it ends.

    :raises NotPermitted: without `patrols.plan`
    :raises NotFound: no such shift
    :raises Refused: `shift-over`, `no-teams`, `already-computing`, and at once as `compute_plan`
    """
    actor.require("patrols.plan")
    at_once = seconds <= AT_ONCE_SECONDS
    with transaction.atomic():
        shift = roster.known_shift(shift_id, hold=True)
        if shift is None:
            raise NotFound("Diese Schicht gibt es nicht.", "no-such-shift")
        _check_plannable(shift_id, shift.ends_at, now)
        _give_up_lost(shift_id, actor, now)
        plan = new_plan(
            shift_id,
            state=PlanState.COMPUTING,
            seed=secrets.randbelow(SEEDS) if seed is None else seed,
            actor=actor,
            now=now,
        )
        plan.limit_seconds, plan.synthetic = seconds, synthetic
        plan.save(update_fields=["limit_seconds", "synthetic"])
        if not at_once:
            publish(PlanBegun(plan.pk))
        journal.record(
            act="patrols.plan_begun",
            subject=f"plan:{plan.pk}",
            actor=actor.ref,
            now=now,
            body={"shift": shift_id, "seconds": seconds, "seed": plan.seed},
        )
    if not at_once:
        return plan
    try:
        return compute_plan(plan_id=plan.pk, actor=actor, now=now)
    except Refused as refused:
        give_up_plan(plan_id=plan.pk, why=refused.message, actor=actor, now=now)
        raise


def compute_plan(*, plan_id: int, actor: Actor, now: datetime) -> PatrolPlan:
    """Compute a plan that was begun and return it; one that is ready stays as it is.

    Of a shift that runs, what is left is planned. The seed draws among plans that are as good
    within 1 %, so that nobody can guess the route; what was visited too seldom lately is likelier.
    The database is not locked while the planner thinks.

    :raises NotPermitted: without `patrols.plan`
    :raises NotFound: no such plan
    :raises Refused: `problem`, `no-places`
    """
    actor.require("patrols.plan")
    plan = PatrolPlan.objects.filter(pk=plan_id).first()
    if plan is None:
        raise NotFound("Diesen Plan gibt es nicht.", "no-such-plan")
    if plan.state != PlanState.COMPUTING:
        return plan
    teams = plan_teams(plan.shift_id)
    basis_row = _basis(plan.shift_id, teams, actor, now)
    basis, travel = basis_of(basis_row)
    crews = [crew_of(basis, team) for team in teams]
    if plan.shift.starts_at < now:  # what is left of it: nobody visits a place an hour ago
        plan.from_at = now
        crews = [replace(crew, free_at=basis.second(now)) for crew in crews]
    problem = problem_of(basis, travel, crews, late_breaks=True)
    check_problem(problem, basis, {code_of(team): team.name for team in teams})
    solution = think(problem, seconds=plan.limit_seconds, seed=plan.seed)
    return _keep(plan, basis_row, teams, problem, solution, actor, now)


@transaction.atomic
def _keep(
    begun: PatrolPlan,
    basis_row: PlanBasis,
    teams: list[PatrolTeam],
    problem: Problem,
    solution: Solution,
    actor: Actor,
    now: datetime,
) -> PatrolPlan:
    plan = hold_plan(begun.pk)
    if plan.state != PlanState.COMPUTING:  # given up, or done by another worker meanwhile
        return plan
    check_move(plan.state, PlanState.DRAFT)
    basis = basis_of(basis_row)[0]
    drawn = put_solution(plan, basis, problem, solution)
    plan.basis, plan.state, plan.from_at = basis_row, PlanState.DRAFT, begun.from_at
    plan.save()
    write_routes(plan, basis, teams, drawn.routes)
    journal.record(
        act="patrols.plan_proposed",
        subject=f"plan:{plan.pk}",
        actor=actor.ref,
        now=now,
        body={
            "value": plan.value,
            "bound": plan.bound,
            "drawn_from": plan.drawn_from,
            "stops": sum(len(route.visits) for route in drawn.routes),
        },
    )
    return plan


@transaction.atomic
def give_up_plan(*, plan_id: int, why: str, actor: Actor, now: datetime) -> PatrolPlan:
    """Discard a plan that cannot be computed, and keep the reason for the page.

    :raises NotPermitted: without `patrols.plan`
    :raises NotFound: no such plan
    """
    actor.require("patrols.plan")
    plan = hold_plan(plan_id)
    if plan.state == PlanState.COMPUTING:
        plan.state, plan.problem = PlanState.DISCARDED, why[:300]
        plan.save(update_fields=["state", "problem"])
        journal.record(
            act="patrols.plan_given_up",
            subject=f"plan:{plan.pk}",
            actor=actor.ref,
            now=now,
            body={},
        )
    return plan


def new_plan(
    shift_id: int, *, state: PlanState, seed: int, actor: Actor, now: datetime
) -> PatrolPlan:
    """Return a new plan row with the next number of its shift, which it holds: one at a time."""
    roster.known_shift(shift_id, hold=True)
    last = PatrolPlan.objects.filter(shift_id=shift_id).aggregate(last=Max("number"))["last"]
    return PatrolPlan.objects.create(
        shift_id=shift_id,
        number=(last or 0) + 1,
        state=state,
        origin=Origin.SOFTWARE,
        seed=seed,
        made_at=now,
        made_by_id=actor.user_id,
    )


def plan_teams(shift_id: int) -> list[PatrolTeam]:
    """Return the teams of a shift in the order of every plan."""
    return list(PatrolTeam.objects.filter(shift_id=shift_id).order_by("starts_at", "name", "id"))


def put_solution(plan: PatrolPlan, basis: Basis, problem: Problem, solution: Solution) -> Plan:
    """Draw one of the equal plans, put value, bound and the others on the row, and return it.

    What was visited too seldom in the last weeks is likelier (ARMOR), so the draw keeps the rates.
    """
    pool = [solution.plan]
    pool += [one for one in solution.pool if one.routes != solution.plan.routes]
    drawn = draw(pool, chances(basis, pool, earlier_visits(plan)), seed=plan.seed)
    plan.value = drawn.value
    bound = upper_bound(problem)
    if plan.bound:  # planning anew never allows more than the whole shift did
        bound = min(bound, plan.bound)
    plan.bound = max(bound, solution.plan.value)
    plan.pool = [
        {"value": one.value, "routes": fingerprint(one)} for one in pool if one is not drawn
    ]
    plan.drawn_from = len(pool)
    plan.spent_seconds = solution.cpu_seconds
    return drawn


def _basis(shift_id: int, teams: list[PatrolTeam], actor: Actor, now: datetime) -> PlanBasis:
    shift = roster.known_shift(shift_id)
    if shift is None:
        raise NotFound("Diese Schicht gibt es nicht.", "no-such-shift")
    found = gathered(
        actor,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        now=now,
        joint=any(team.joint for team in teams),
    )
    return PlanBasis.objects.create(
        shift_id=shift_id,
        made_at=now,
        content=to_json(found.basis),
        travel=packed(found.travel),
        estimated=found.estimated,
        network=found.network,
    )


def _check_plannable(shift_id: int, ends_at: datetime, now: datetime) -> None:
    if ends_at <= now:
        raise Refused("Diese Schicht ist vorbei.", "shift-over")
    if not PatrolTeam.objects.filter(shift_id=shift_id).exists():
        raise Refused(
            "Für diese Schicht ist noch kein Team eingetragen. Bitte tragen Sie zuerst die Teams"
            " ein.",
            "no-teams",
        )
    check_not_computing(shift_id, now)


def check_not_computing(shift_id: int, now: datetime) -> None:
    """Pass unless a plan of the shift is being computed; one whose process is gone is none.

    :raises Refused: `already-computing`
    """
    running = PatrolPlan.objects.filter(shift_id=shift_id, state=PlanState.COMPUTING)
    if any(not is_lost(plan.made_at, plan.limit_seconds, now=now) for plan in running):
        raise Refused("Für diese Schicht wird gerade schon gerechnet.", "already-computing")


def _give_up_lost(shift_id: int, actor: Actor, now: datetime) -> None:
    """Discard plans whose computing process went away, for example with the power."""
    lost = PatrolPlan.objects.filter(shift_id=shift_id, state=PlanState.COMPUTING)
    for plan_id in lost.values_list("pk", flat=True):
        give_up_plan(plan_id=plan_id, why=INTERRUPTED, actor=actor, now=now)


def check_problem(problem: Problem, basis: Basis, names: Mapping[str, str]) -> None:
    """Pass a problem without contradictions; `names` are call signs by team code.

    :raises Refused: `problem`
    """
    errors = [fault_text(fault, basis, names) for fault in faults_of(problem) if fault.error]
    if errors:
        raise Refused(
            "So lässt sich kein Plan rechnen: %(faults)s",
            "problem",
            values={"faults": " ".join(list(dict.fromkeys(errors))[:3])},
        )
