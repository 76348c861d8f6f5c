"""Beginning a plan, having it computed, publishing it."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.clock import local
from streife.kernel.errors import Refused
from streife.roster.actions.writing import hold_plan, shift_of_day
from streife.roster.models import Duty, Plan, Post
from streife.roster.queries.gathering import kinds, laws_on
from streife.roster.rules.planning import (
    check_council,
    check_notice,
    check_releasable,
    check_stretch,
    notice_of,
)
from streife.roster.rules.states import PlanState, is_published
from streife.staff import queries as staff


@transaction.atomic
def begin_plan(*, first_day: date, last_day: date, actor: Actor, now: datetime) -> Plan:
    """Begin an empty plan for a stretch of days and return it.

    :raises NotPermitted: without `roster.change`
    :raises Refused: `plan-backwards`, `plan-too-long`, `plan-overlaps`
    """
    actor.require("roster.change")
    check_stretch(first_day, last_day)
    overlaps = Refused(
        "Für einen Teil dieser Tage gibt es schon einen Dienstplan. Bitte ändern Sie diesen oder "
        "wählen Sie andere Tage.",
        "plan-overlaps",
        field="first_day",
    )
    if Plan.objects.filter(first_day__lte=last_day, last_day__gte=first_day).exists():
        raise overlaps
    try:
        with transaction.atomic():
            plan = Plan.objects.create(
                first_day=first_day,
                last_day=last_day,
                notice_days=notice_of(laws_on(first_day)),
                made_at=now,
            )
    except IntegrityError:  # somebody else was quicker: a trigger tells (ADR 45)
        raise overlaps from None
    journal.record(
        act="roster.plan_begun",
        subject=f"roster_plan:{plan.pk}",
        actor=actor.ref,
        now=now,
        body={"from": first_day.isoformat(), "to": last_day.isoformat()},
    )
    return plan


@transaction.atomic
def publish_plan(
    *, plan_id: int, council_note: str, reason: str, actor: Actor, now: datetime
) -> Plan:
    """Publish a plan: its shifts and duties are what dispatch, patrols and phones read.

    Days that have begun stay as they were. What the law forbids does not hold it up here: the page
    shows it, and somebody answers for it with their name.

    :raises NotPermitted: without `roster.publish`
    :raises NotFound: no such plan
    :raises Refused: `plan-published`, `plan-empty`, `council-note-missing`, `notice-too-short`
    """
    actor.require("roster.publish")
    plan = hold_plan(plan_id)
    if is_published(plan.state):
        raise Refused("Dieser Dienstplan ist schon veröffentlicht.", "plan-published")
    posts = list(Post.objects.filter(plan=plan).select_related("kind"))
    if not posts:
        raise Refused(
            "In diesem Dienstplan ist noch niemand eingeteilt. Bitte lassen Sie ihn zuerst "
            "rechnen.",
            "plan-empty",
        )
    check_council(council_note)
    check_notice(plan.first_day, local(now).date(), plan.notice_days, reason)
    _write_duties(plan, posts, now)
    plan.state = PlanState.PUBLISHED
    plan.published_at, plan.published_by_id = now, actor.user_id
    plan.council_note, plan.short_notice_reason = council_note[:200], reason[:200]
    plan.published_posts = {f"{post.officer_id}:{post.day}": post.kind_id for post in posts}
    plan.save()
    journal.record(
        act="roster.plan_published",
        subject=f"roster_plan:{plan.pk}",
        actor=actor.ref,
        now=now,
        body={
            "duties": len(posts),
            "notice_days": (plan.first_day - local(now).date()).days,
            "with_reason": bool(reason.strip()),
        },
    )
    return plan


def _write_duties(plan: Plan, posts: list[Post], now: datetime) -> None:
    """Make one shift a day and kind, with everybody on it; what runs or is over is left alone."""
    shifts = {
        (post.kind_id, post.day): shift_of_day(post.kind, post.day)
        for post in {(post.kind_id, post.day): post for post in posts}.values()
    }
    ahead = {key: shift for key, shift in shifts.items() if shift.starts_at > now}
    Duty.objects.filter(shift__in=ahead.values()).delete()
    Duty.objects.bulk_create(
        [
            Duty(
                shift=ahead[post.kind_id, post.day],
                officer_id=post.officer_id,
                area_id=post.area_id,
            )
            for post in posts
            if (post.kind_id, post.day) in ahead
        ]
    )


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
    """Lift a rule for one officer, or the need of a day, in this plan; with a reason.

    :raises NotPermitted: without `roster.publish`: whoever answers for the plan
    :raises NotFound: no such plan
    :raises Refused: `reason-missing`, `no-such-rule`, `officer-not-in-service`, `law-stays`: a law
        is not lifted by a button
    """
    actor.require("roster.publish")
    plan = hold_plan(plan_id)
    if not reason.strip():
        raise Refused(
            "Bitte nennen Sie den Grund für die Ausnahme.", "reason-missing", field="reason"
        )
    check_releasable(rule, laws_on(plan.first_day), {kind.code for kind in kinds()})
    _check_officer(plan, officer_id)
    row = {
        "rule": rule,
        "officer": officer_id,
        "day": day.isoformat() if day else None,
        "reason": reason[:200],
        "by": actor.user_id,
    }
    plan.released = [one for one in plan.released if one["rule"] != rule or one != row] + [row]
    plan.save(update_fields=["released"])
    journal.record(
        act="roster.rule_released",
        subject=f"roster_plan:{plan.pk}",
        actor=actor.ref,
        now=now,
        body={"rule": rule, "officer": officer_id, "day": row["day"]},
    )
    return plan


def _check_officer(plan: Plan, officer_id: int | None) -> None:
    serving = staff.serving_between(plan.first_day, plan.last_day)
    if officer_id is not None and not serving.filter(pk=officer_id).exists():
        raise Refused(
            "Diese Einsatzkraft ist in der Zeit dieses Dienstplans nicht im Dienst der Stadt.",
            "officer-not-in-service",
        )


@transaction.atomic
def withdraw_release(*, plan_id: int, rule: str, actor: Actor, now: datetime) -> Plan:
    """Let a lifted rule hold again.

    :raises NotPermitted: without `roster.publish`
    :raises NotFound: no such plan
    """
    actor.require("roster.publish")
    plan = hold_plan(plan_id)
    plan.released = [one for one in plan.released if one["rule"] != rule]
    plan.save(update_fields=["released"])
    journal.record(
        act="roster.release_withdrawn",
        subject=f"roster_plan:{plan.pk}",
        actor=actor.ref,
        now=now,
        body={"rule": rule},
    )
    return plan
