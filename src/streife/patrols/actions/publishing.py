"""A named person decides: publish, take another of the equal plans, open for changes, discard."""

from datetime import datetime
from typing import Any

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.errors import Refused
from streife.patrols.actions.facts import told_in, twins
from streife.patrols.actions.locks import hold_draft, hold_plan
from streife.patrols.actions.preparing import new_plan
from streife.patrols.actions.presence import leave_stop
from streife.patrols.actions.writing import copy_plan, forget_hand, rewrite
from streife.patrols.models import PatrolPlan, PlannedStop
from streife.patrols.queries.plans import earlier_visits
from streife.patrols.queries.situation import (
    Situation,
    fingerprint,
    from_fingerprint,
    keeps_locks,
    situation_of,
)
from streife.patrols.rules import Origin, PlanState, check_move
from streife.patrols.rules.unpredictable import chances, draw
from streife.roster import queries as roster


@transaction.atomic
def publish_plan(*, plan_id: int, actor: Actor, now: datetime, reason: str = "") -> PatrolPlan:
    """Publish a draft: officers see it on the phone; the plan before it is superseded.

    :raises NotPermitted: without `patrols.publish`
    :raises NotFound: no such plan
    :raises Refused: `illegal-move`, `shift-over`, `empty-plan`, `reason-needed` if it breaks rules
    """
    actor.require("patrols.publish")
    plan = hold_plan(plan_id)
    check_move(plan.state, PlanState.PUBLISHED)
    if plan.shift.ends_at <= now:
        raise Refused(
            "Diese Schicht ist vorbei. Was damals galt, bleibt stehen; sonst stimmte der Vergleich"
            " von Plan und Präsenz nicht.",
            "shift-over",
        )
    situation = situation_of(plan)
    verdict = situation.verdict()
    broken = situation.findings(verdict)
    if not any(route.visits for route in situation.plan.routes):
        raise Refused("Der Plan hat keinen einzigen Halt.", "empty-plan")
    if broken and not reason.strip():
        raise Refused(
            "Der Plan hält noch nicht alle Regeln ein. Bitte ändern Sie ihn, oder nennen Sie den"
            " Grund, warum er so gelten soll.",
            "reason-needed",
            field="reason",
        )
    roster.known_shift(plan.shift_id, hold=True)  # who publishes another draft waits
    before = PatrolPlan.objects.select_for_update().filter(
        shift_id=plan.shift_id, state=PlanState.PUBLISHED
    )
    for old in before:
        _carry_over(old, plan, now)
        old.state = PlanState.SUPERSEDED
        old.save(update_fields=["state"])
    plan.state, plan.published_at, plan.published_by_id = PlanState.PUBLISHED, now, actor.user_id
    plan.published_reason, plan.undo = reason.strip()[:300], None
    plan.save()
    journal.record(
        act="patrols.plan_published",
        subject=f"plan:{plan.pk}",
        actor=actor.ref,
        now=now,
        body={
            "shift": plan.shift_id,
            "number": plan.number,
            "value": verdict.value,
            "breaks": sorted({one.code for one in broken}),
        },
    )
    return plan


def _carry_over(old: PatrolPlan, new: PatrolPlan, now: datetime) -> None:
    """Keep what crews told while the draft was made: they are still where they are.

    Whoever is at a stop is so in one plan only, or the stay would count twice in the end.
    """
    # What a draft copied of a plan before this one may be over since.
    PlannedStop.objects.filter(route__plan=new, left_at__isnull=True).update(arrived_at=None)
    told = told_in(old)
    same = twins(told, new)
    for stop in told:
        kept = same.get(stop.pk)
        if kept is not None:
            PlannedStop.objects.filter(pk=kept.pk).update(
                arrived_at=stop.arrived_at, left_at=stop.left_at
            )
        if stop.left_at is not None:
            continue
        if kept is not None:
            PlannedStop.objects.filter(pk=stop.pk).update(arrived_at=None)
        else:
            leave_stop(stop, now)


@transaction.atomic
def revise_plan(*, plan_id: int, actor: Actor, now: datetime) -> PatrolPlan:
    """Return a draft with the routes of a plan; the plan itself stays as crews read it.

    :raises NotPermitted: without `patrols.plan`
    :raises NotFound: no such plan
    :raises Refused: `illegal-move` for a plan that was never ready
    """
    actor.require("patrols.plan")
    source = hold_plan(plan_id)
    if source.basis_id is None:
        check_move(source.state, PlanState.PUBLISHED)
    plan = new_plan(source.shift_id, state=PlanState.DRAFT, seed=source.seed, actor=actor, now=now)
    for name in ("basis_id", "value", "bound", "pool", "drawn_from", "from_at", "synthetic"):
        setattr(plan, name, getattr(source, name))
    plan.origin, plan.based_on = source.origin, source
    plan.save()
    copy_plan(source, plan)
    journal.record(
        act="patrols.plan_revised",
        subject=f"plan:{plan.pk}",
        actor=actor.ref,
        now=now,
        body={"from": source.pk},
    )
    return plan


@transaction.atomic
def choose_other(*, plan_id: int, actor: Actor, now: datetime) -> PatrolPlan:
    """Draw another of the plans that are as good within 1 %; each comes once before any again.

    What was visited too seldom in the last weeks is likelier, as at the first draw.

    :raises NotPermitted: without `patrols.plan`
    :raises NotFound: no such plan
    :raises Refused: `not-a-draft`, `no-other-plan`, `touched-by-hand`, `shift-runs`
    """
    actor.require("patrols.plan")
    plan = hold_draft(plan_id)
    if plan.shift.starts_at < now:
        raise Refused(
            "Die Schicht läuft schon: Ein anderer Plan würde auch ändern, was schon war. Bitte"
            " rechnen Sie stattdessen den Rest neu.",
            "shift-runs",
        )
    if not plan.pool:
        raise Refused(
            "Es gibt keinen anderen gleichwertigen Plan. Bitte rechnen Sie neu.", "no-other-plan"
        )
    if plan.origin == Origin.HAND:
        raise Refused(
            "Dieser Plan ist schon von Hand geändert. Ein anderer würde Ihre Änderungen verwerfen;"
            " bitte rechnen Sie stattdessen neu.",
            "touched-by-hand",
        )
    situation = situation_of(plan)
    row = _drawn_row(plan, situation)
    if row is None:
        raise Refused(
            "Keiner der gleichwertigen Pläne lässt, was Sie festgehalten haben. Bitte rechnen Sie"
            " neu.",
            "no-other-plan",
        )
    other = from_fingerprint(row)
    value = situation.verdict(other).value
    others = [one for one in plan.pool if one is not row]
    seen = {"value": plan.value, "routes": fingerprint(situation.plan), "seen": True}
    plan.pool = [*others, seen]
    plan.value, plan.undo = value, None
    plan.save(update_fields=["pool", "value", "undo"])
    rewrite(situation, other)
    forget_hand(plan)
    journal.record(
        act="patrols.other_plan_taken",
        subject=f"plan:{plan.pk}",
        actor=actor.ref,
        now=now,
        body={"value": value},
    )
    return plan


def _drawn_row(plan: PatrolPlan, situation: Situation) -> dict[str, Any] | None:
    """Return a row of the pool: among those not seen yet, all of them once none is left.

    None if all of them move what a person holds fast.
    """
    fitting = [row for row in plan.pool if keeps_locks(situation, from_fingerprint(row))]
    if not fitting:
        return None
    if all(row.get("seen") for row in fitting):
        for row in fitting:
            row["seen"] = False
    rows = [row for row in fitting if not row.get("seen")]
    pool = [from_fingerprint(row) for row in rows]
    weights = chances(situation.basis, pool, earlier_visits(plan))
    drawn = draw(pool, weights, seed=plan.seed + len(rows))
    taken: dict[str, Any] = rows[pool.index(drawn)]
    return taken


@transaction.atomic
def discard_plan(*, plan_id: int, actor: Actor, now: datetime) -> PatrolPlan:
    """Put a draft, or one that hangs while computed, aside.

    :raises NotPermitted: without `patrols.plan`
    :raises NotFound: no such plan
    :raises Refused: `illegal-move`
    """
    actor.require("patrols.plan")
    plan = hold_plan(plan_id)
    check_move(plan.state, PlanState.DISCARDED)
    plan.state = PlanState.DISCARDED
    plan.save(update_fields=["state"])
    journal.record(
        act="patrols.plan_discarded",
        subject=f"plan:{plan.pk}",
        actor=actor.ref,
        now=now,
        body={"shift": plan.shift_id},
    )
    return plan
