"""Planning the rest of a shift anew: what happened stays, what is held fast stays."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused
from streife.patrols.actions.facts import take_told
from streife.patrols.actions.locks import hold_draft, hold_plan
from streife.patrols.actions.preparing import SEEDS, check_problem, put_solution
from streife.patrols.actions.publishing import revise_plan
from streife.patrols.actions.thinking import think
from streife.patrols.actions.writing import forget_hand, rewrite
from streife.patrols.models import PatrolPlan, PlannedBreak, PlannedRoute, PlannedStop
from streife.patrols.queries.situation import Situation, situation_of
from streife.patrols.rules import Origin, PlanState

# With writing, checking and the page about a second on one core that is free.
REPLAN_SECONDS = 0.4


def replan(
    *,
    plan_id: int,
    actor: Actor,
    now: datetime,
    seconds: float = REPLAN_SECONDS,
    seed: int | None = None,
    busy: Mapping[str, datetime] | None = None,
    gone: frozenset[str] = frozenset(),
) -> PatrolPlan:
    """Plan anew what lies ahead and return the draft; a published plan stays until the next one is.

    `busy` says by call sign until when a team is held up by something else, `gone` which teams do
    not come back in this shift. The database is not locked while the planner thinks.

    :raises NotPermitted: without `patrols.plan`
    :raises NotFound: no such plan, or a call sign that does not ride in it
    :raises Refused: `illegal-move`, `shift-over`, `problem`, `plan-changed` if somebody else
        changed the draft meanwhile
    """
    actor.require("patrols.plan")
    drawn_seed = secrets.randbelow(SEEDS) if seed is None else seed
    with transaction.atomic():
        plan = _draft_of(plan_id, actor, now)
        _mark(plan, now, busy or {}, gone)
        situation = situation_of(plan)
    problem = situation.for_solver()
    check_problem(problem, situation.basis, situation.names)
    solution = think(problem, seconds=seconds, seed=drawn_seed, start=situation.plan)
    with transaction.atomic():
        plan = hold_draft(plan.pk)
        _check_same(plan, situation)
        plan.seed = drawn_seed
        # What no plan can exceed is said without what people hold fast: they may let it go again.
        drawn = put_solution(plan, situation.basis, situation.problem, solution)
        rewrite(situation, drawn)
        forget_hand(plan)
        plan.value = situation.verdict(drawn).value
        plan.origin, plan.undo = Origin.SOFTWARE, None
        plan.save()
        journal.record(
            act="patrols.replanned",
            subject=f"plan:{plan.pk}",
            actor=actor.ref,
            now=now,
            body={
                "value": plan.value,
                "busy": {name: moment.isoformat() for name, moment in (busy or {}).items()},
                "gone": sorted(gone),
                "locked": len(situation.locks),
                "unplaced": [one.stop for one in solution.unplaced],
            },
        )
    return plan


def _draft_of(plan_id: int, actor: Actor, now: datetime) -> PatrolPlan:
    source = hold_plan(plan_id)
    if source.shift.ends_at <= now:
        raise Refused("Diese Schicht ist vorbei.", "shift-over")
    if source.state == PlanState.DRAFT:
        return source
    return revise_plan(plan_id=plan_id, actor=actor, now=now)


def _mark(
    plan: PatrolPlan, now: datetime, busy: Mapping[str, datetime], gone: frozenset[str]
) -> None:
    """Note on the rows what is a fact by now and who is held up."""
    names = set(plan.routes.values_list("team__name", flat=True))
    if unknown := (set(busy) | gone) - names:
        raise NotFound(
            "Dieses Team fährt in diesem Plan nicht: %(names)s",
            "no-such-route",
            values={"names": ", ".join(sorted(unknown))},
        )
    for name in names & set(busy):
        plan.routes.filter(team__name=name).update(free_at=busy[name])
    plan.routes.filter(team__name__in=gone).update(gone=True)
    if now > plan.shift.starts_at:
        _freeze(plan, now)
    for route in PlannedRoute.objects.filter(plan=plan, gone=True):
        route.stops.filter(frozen=False).delete()
        route.breaks.filter(taken=False).delete()


def _freeze(plan: PatrolPlan, now: datetime) -> None:
    plan.from_at = now
    plan.save(update_fields=["from_at"])
    take_told(plan)
    stops = PlannedStop.objects.filter(route__plan=plan)
    stops.filter(arrived_at__isnull=False).update(frozen=True, held_at=None)
    # Nobody told, but its time has come: counts as made, or a crew would be sent there twice.
    stops.filter(begins_at__lte=now, arrived_at__isnull=True).update(frozen=True, held_at=None)
    PlannedBreak.objects.filter(route__plan=plan, begins_at__lte=now).update(taken=True)


def _check_same(plan: PatrolPlan, situation: Situation) -> None:
    """Pass only if nobody changed the draft while the planner was thinking."""
    now_is = situation_of(plan)
    if (now_is.plan.routes, now_is.locks, now_is.crews) != (
        situation.plan.routes,
        situation.locks,
        situation.crews,
    ):
        raise Refused(
            "Jemand anderes hat den Plan inzwischen geändert. Bitte sehen Sie ihn sich an und"
            " rechnen Sie noch einmal.",
            "plan-changed",
        )
