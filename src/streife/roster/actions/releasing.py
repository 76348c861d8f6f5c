"""Lifting a rule for one plan, and letting it hold again."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused
from streife.roster.actions.computing import begin_computation
from streife.roster.actions.writing import hold_plan
from streife.roster.models import Plan
from streife.roster.queries.gathering import kinds, laws_on
from streife.roster.rules.planning import check_releasable, check_whose
from streife.staff import queries as staff


@transaction.atomic
def release_rule(
    *,
    plan_id: int,
    rule: str,
    officer_id: int | None,
    day: date | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Plan:
    """Lift a rule for one officer in all of this plan, or the need of a day; with a reason.

    What a rule says about somebody does not fall into days, so `day` is left out there: nothing
    says it held again the day after.

    :raises NotPermitted: without `roster.publish`: whoever answers for the plan
    :raises NotFound: no such plan
    :raises Refused: `reason-missing`, `no-such-rule`, `officer-missing`,
        `officer-not-in-service`, `day-outside`, `law-stays`: a law is not lifted by a button
    """
    actor.require("roster.publish")
    plan = hold_plan(plan_id)
    if not reason.strip():
        raise Refused(
            "Bitte nennen Sie den Grund für die Ausnahme.", "reason-missing", field="reason"
        )
    laws = laws_on(plan.first_day)
    check_releasable(rule, laws, {kind.code for kind in kinds()})
    check_whose(rule, laws, officer_id)
    _check_officer(plan, officer_id)
    if day is not None and not plan.first_day <= day <= plan.last_day:
        raise Refused("Dieser Tag gehört nicht zu diesem Dienstplan.", "day-outside")
    what = _what(rule, officer_id, None if officer_id is not None else day)
    others = [one for one in plan.released if not _is(one, what)]
    plan.released = [*others, {**what, "reason": reason[:200], "by": actor.user_id}]
    plan.save(update_fields=["released"])
    _record(plan, "roster.rule_released", what, actor, now)
    return plan


@transaction.atomic
def release_and_compute(
    *,
    plan_id: int,
    rule: str,
    officer_id: int | None,
    day: date | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Plan:
    """Lift a rule and have the plan computed anew, both or neither.

    An unknown history is assumed free only if the last computation was told so.

    :raises: as `release_rule` and `begin_computation`
    """
    plan = release_rule(
        plan_id=plan_id, rule=rule, officer_id=officer_id, day=day, reason=reason,
        actor=actor, now=now,
    )  # fmt: skip
    assumed = bool(plan.outcome.get("assume_history"))
    return begin_computation(plan_id=plan_id, actor=actor, now=now, assume_history=assumed)


@transaction.atomic
def withdraw_release(
    *,
    plan_id: int,
    rule: str,
    officer_id: int | None,
    day: date | None,
    actor: Actor,
    now: datetime,
) -> Plan:
    """Let a lifted rule hold again, for the officer or the day it was lifted for.

    :raises NotPermitted: without `roster.publish`
    :raises NotFound: no such plan, or it is not lifted so
    """
    actor.require("roster.publish")
    plan = hold_plan(plan_id)
    what = _what(rule, officer_id, day)
    others = [one for one in plan.released if not _is(one, what)]
    if len(others) == len(plan.released):
        raise NotFound("Diese Ausnahme gibt es nicht mehr.", "no-such-release")
    plan.released = others
    plan.save(update_fields=["released"])
    _record(plan, "roster.release_withdrawn", what, actor, now)
    return plan


def _what(rule: str, officer_id: int | None, day: date | None) -> dict[str, Any]:
    return {"rule": rule, "officer": officer_id, "day": day.isoformat() if day else None}


def _is(row: dict[str, Any], what: dict[str, Any]) -> bool:
    return all(row.get(name) == value for name, value in what.items())


def _check_officer(plan: Plan, officer_id: int | None) -> None:
    serving = staff.serving_between(plan.first_day, plan.last_day)
    if officer_id is not None and not serving.filter(pk=officer_id).exists():
        raise Refused(
            "Diese Einsatzkraft ist in der Zeit dieses Dienstplans nicht im Dienst der Stadt.",
            "officer-not-in-service",
        )


def _record(plan: Plan, act: str, what: dict[str, Any], actor: Actor, now: datetime) -> None:
    journal.record(
        act=act, subject=f"roster_plan:{plan.pk}", actor=actor.ref, now=now, body=dict(what)
    )
