"""The software proposes a plan in the background; it can be left and found again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.journal.actions import record_last
from streife.kernel.clock import local
from streife.kernel.errors import Refused
from streife.kernel.events import publish
from streife.roster.actions.placing import write_posts
from streife.roster.actions.thinking import plan_for
from streife.roster.actions.writing import hold_plan, next_step
from streife.roster.events import ComputationBegun
from streife.roster.models import Plan, Post
from streife.roster.queries.gathering import basis_of, posts_of, stands_until
from streife.roster.queries.standing import roster_of
from streife.roster.rules.basis import Basis, Built, Key
from streife.roster.rules.building import build, rule_name
from streife.roster.rules.planning import is_need
from streife.roster.solver.problem import Finding, Release, Solution

SECONDS = 30.0
LIFTED_BY_DAY = frozenset(
    {"demand", "stock", "alone"}
)  # findings of a day that a person may accept
GRACE = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Work:
    """What a computation starts from: the plan as it stood, and which run it is."""

    plan_id: int
    progress: Mapping[str, Any]
    built: Built
    posts: Mapping[Key, int]

    @property
    def seconds(self) -> float:
        """Return how long the computation may think."""
        return float(self.progress["seconds"])


@transaction.atomic
def begin_computation(
    *,
    plan_id: int,
    actor: Actor,
    now: datetime,
    seconds: float = SECONDS,
    assume_history: bool = False,
    reason: str = "",
) -> Plan:
    """Ask for a plan to be computed; a task does it, the page shows how far it is.

    What was announced for the days within the notice period stays, unless there is a `reason`.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such plan
    :raises Refused: `already-computing`, `plan-over`, `plan-announced`, `no-people`, `no-demand`,
        `history-absent`
    """
    actor.require("roster.change")
    plan = hold_plan(plan_id)
    if is_computing(plan, now):
        raise Refused("Dieser Dienstplan wird gerade schon gerechnet.", "already-computing")
    _check_ahead(plan, reason, now)
    check_basis(basis_of(plan, now, assume_history=assume_history))
    plan.progress = {
        "run": uuid4().hex,
        "begun_at": now.isoformat(),
        "seconds": seconds,
        "assume_history": assume_history,
        "reason": reason.strip()[:200],
    }
    plan.save(update_fields=["progress"])
    publish(ComputationBegun(plan.pk, plan.progress["run"]))
    journal.record(
        act="roster.computation_begun",
        subject=f"roster_plan:{plan.pk}",
        actor=actor.ref,
        now=now,
        body={"seconds": seconds, "with_reason": bool(reason.strip())},
    )
    return plan


def _check_ahead(plan: Plan, reason: str, now: datetime) -> None:
    """Pass only a plan of which a computation may change a day.

    :raises Refused: `plan-over`, `plan-announced`
    """
    today = local(now).date()
    if plan.last_day <= today:
        raise Refused(
            "Dieser Dienstplan ist zu Ende: Gerechnet wird erst ab morgen. Was wirklich gearbeitet "
            "wurde, tragen Sie bitte von Hand ein.",
            "plan-over",
        )
    if stands_until(plan, today, short_notice=bool(reason.strip())) >= plan.last_day:
        raise Refused(
            "Von diesem Dienstplan ist alles angekündigt, was noch kommt, und bleibt beim Rechnen, "
            "wie es ist. Nur mit einem Grund wird „Kurzfristig neu gerechnet“.",
            "plan-announced",
        )


def is_computing(plan: Plan, now: datetime) -> bool:
    """Say whether a computation runs; one whose process went away counts as ended."""
    if not plan.progress:
        return False
    begun = datetime.fromisoformat(plan.progress["begun_at"])
    return now < begun + timedelta(seconds=3 * float(plan.progress["seconds"])) + GRACE


def check_basis(basis: Basis) -> None:
    """Pass only what can be planned at all; each refusal says what to do.

    :raises Refused: `no-people`, `no-demand`, `no-rules`, `history-absent`
    """
    if not basis.members:
        raise Refused(
            "Für diese Tage gibt es niemanden mit einem Vertrag. Bitte tragen Sie zuerst die "
            "Verträge ein.",
            "no-people",
        )
    if not basis.needs or not basis.kinds:
        raise Refused(
            "Es ist kein Personalbedarf eingetragen. Bitte sagen Sie zuerst, wie viele in welcher "
            "Schicht gebraucht werden.",
            "no-demand",
        )
    if not basis.laws:
        raise Refused(
            "Es sind keine Arbeitszeitregeln eingelesen. Bitte führen Sie import_roster aus.",
            "no-rules",
        )
    unknown = sum(1 for member in basis.members if member.history is None)
    if unknown:
        raise Refused(
            "Von %(count)s Einsatzkräften ist nicht bekannt, ob sie vor dem ersten Tag Dienst "
            "hatten. Ohne das lassen sich Ruhezeit und Durchschnitt nicht prüfen. Bitte tragen "
            "Sie die letzten Dienste nach, oder rechnen Sie mit der Annahme, dass sie frei hatten.",
            "history-absent",
            values={"count": unknown},
        )


def compute_plan(*, plan_id: int, actor: Actor, now: datetime, run: str = "") -> Plan:
    """Compute a plan that was begun, write who stands where, and keep what the solver said.

    The database is not locked while the solver thinks. What people did meanwhile is never written
    over: the result is thrown away instead. `run`: which one; another that began since goes on.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such plan
    :raises Refused: as `check_basis`; `changed-meanwhile`
    """
    actor.require("roster.change")
    work = work_of(plan_id, now, run)
    if work is None:
        return Plan.objects.get(pk=plan_id)
    stands = roster_of(work.built, work.posts)
    return keep(work, plan_for(work.built, stands, work.seconds), actor=actor, now=now)


def work_of(plan_id: int, now: datetime, run: str = "") -> Work | None:
    """Return what a begun computation starts from, or None if it was given up or begun anew.

    :raises Refused: as `check_basis`
    """
    plan = Plan.objects.get(pk=plan_id)
    if not _is_run(plan, run):
        return None
    basis = _basis(plan, plan.progress, now)
    check_basis(basis)
    return Work(plan_id, plan.progress, build(basis), posts_of(plan))


def _is_run(plan: Plan, run: str) -> bool:
    return bool(plan.progress) and (not run or plan.progress.get("run", "") == run)


def _basis(plan: Plan, progress: Mapping[str, Any], now: datetime) -> Basis:
    return basis_of(
        plan,
        now,
        assume_history=bool(progress["assume_history"]),
        short_notice=bool(progress.get("reason")),
    )


@transaction.atomic
@record_last()
def keep(work: Work, solution: Solution, *, actor: Actor, now: datetime) -> Plan:
    """Write what a computation found, if the plan and all it stands on are as they were.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such plan
    :raises Refused: `changed-meanwhile`
    """
    actor.require("roster.change")
    plan, built = hold_plan(work.plan_id), work.built
    if plan.progress != work.progress:  # given up meanwhile, or begun anew
        return plan
    _check_unchanged(plan, work, now)
    plan.progress = {}
    plan.outcome = outcome_of(built, solution) | {
        "reason": work.progress.get("reason", ""),
        "assume_history": bool(work.progress["assume_history"]),
    }
    write_posts(plan, built, solution.roster, actor, now)
    plan.settled_step = next_step(plan) - 1
    plan.save(update_fields=["progress", "outcome", "settled_step"])
    journal.record(
        act="roster.plan_computed",
        subject=f"roster_plan:{plan.pk}",
        actor=actor.ref,
        now=now,
        body={
            "duties": Post.objects.filter(plan=plan).count(),
            "broken": len(solution.verdict.broken),
            "seconds": round(solution.cpu_seconds, 1),
        },
    )
    return plan


def _check_unchanged(plan: Plan, work: Work, now: datetime) -> None:
    """Pass only a plan that stands as it did; a wish only weighs and is heard the next time."""
    then = replace(work.built.basis, wishes=())
    if (
        posts_of(plan) == work.posts
        and replace(_basis(plan, work.progress, now), wishes=()) == then
    ):
        return
    raise Refused(
        "Während gerechnet wurde, hat sich der Plan geändert oder etwas, worauf er steht: eine "
        "Einteilung, eine Krankmeldung, ein Vertrag, der Bedarf. Das gilt; der Vorschlag ist "
        "verworfen. Bitte lassen Sie noch einmal rechnen.",
        "changed-meanwhile",
    )


def outcome_of(built: Built, solution: Solution) -> dict[str, object]:
    """Return what the page needs of a solution later: costs, and what would release what is open.

    People are named by their id, never by a name. To ask for fewer people or things is a way out of
    every need that is missed, and comes first; then what the solver found.
    """
    missed = [one for one in solution.verdict.broken if one.kind in LIFTED_BY_DAY]
    return {
        "costs": list(solution.verdict.costs),
        "seconds": round(solution.cpu_seconds, 1),
        "rounds": solution.rounds,
        "releases": [
            *(_release(built, one, verified=True) for one in missed),
            *(
                _release(built, one, verified=one.verified)
                for one in solution.releases
                if one.kind not in LIFTED_BY_DAY and not is_need(one.rule)
            ),
        ],
    }


def _release(built: Built, one: Finding | Release, *, verified: bool) -> dict[str, object]:
    return {
        "rule": rule_name(one.rule),
        "kind": one.kind,
        "norm": one.norm,
        "officer": None if one.person is None else built.officer_at(one.person),
        "day": None if one.day is None else built.basis.days[one.day].isoformat(),
        "words": dict(one.words),
        "verified": verified,
    }


@transaction.atomic
def give_up_computation(
    *, plan_id: int, why: str, actor: Actor, now: datetime, run: str = ""
) -> Plan:
    """End a computation that cannot go on, and keep the reason for the page.

    `run`: only that one, not another that began since.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such plan
    """
    actor.require("roster.change")
    plan = hold_plan(plan_id)
    if _is_run(plan, run):
        plan.progress = {}
        plan.outcome = {**plan.outcome, "problem": why[:300]}
        plan.save(update_fields=["progress", "outcome"])
        journal.record(
            act="roster.computation_given_up",
            subject=f"roster_plan:{plan.pk}",
            actor=actor.ref,
            now=now,
            body={},
        )
    return plan
