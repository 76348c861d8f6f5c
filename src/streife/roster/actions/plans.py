"""Beginning a plan, having it computed, publishing it."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.clock import local
from streife.kernel.errors import Refused
from streife.roster.actions.sickness import close_gaps_of
from streife.roster.actions.writing import (
    check_not_elsewhere,
    hold_plan,
    next_step,
    shift_of_day,
)
from streife.roster.models import Duty, Plan, Post
from streife.roster.queries.gathering import laws_on
from streife.roster.queries.strangers import strangers_in
from streife.roster.rules.clock import span_on
from streife.roster.rules.planning import (
    check_council,
    check_notice,
    check_stretch,
    notice_of,
)
from streife.roster.rules.states import PlanState, is_published
from streife.roster.times import times_of
from streife.staff import queries as staff


@transaction.atomic
def begin_plan(*, first_day: date, last_day: date, actor: Actor, now: datetime) -> Plan:
    """Begin an empty plan for a stretch of days and return it.

    :raises NotPermitted: without `roster.change`
    :raises Refused: `plan-backwards`, `plan-far`, `plan-too-long`, `plan-overlaps`
    """
    actor.require("roster.change")
    check_stretch(first_day, last_day, local(now).date())
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
    :raises Refused: `plan-published`, `plan-empty`, `council-note-missing`, `notice-too-short`,
        `officer-on-other-shift`, `officer-not-in-service`
    """
    actor.require("roster.publish")
    plan = hold_plan(plan_id)
    if is_published(plan.state):
        raise Refused("Dieser Dienstplan ist schon veröffentlicht.", "plan-published")
    posts = list(Post.objects.filter(plan=plan).prefetch_related("kind__changes"))
    if not posts:
        raise Refused(
            "In diesem Dienstplan ist noch niemand eingeteilt. Bitte lassen Sie ihn zuerst "
            "rechnen.",
            "plan-empty",
        )
    check_council(council_note)
    check_notice(plan.first_day, local(now).date(), plan.notice_days, reason)
    _check_all_serve(posts, now)
    _write_duties(plan, posts, now)
    plan.state, plan.settled_step = PlanState.PUBLISHED, next_step(plan) - 1
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


def _check_all_serve(posts: list[Post], now: datetime) -> None:
    """Pass only duties ahead of people who are with the city on that day, under a contract.

    Nobody can answer for the duty of somebody who is not there any more: no reason helps.
    """
    ahead = [post for post in posts if span_on(times_of(post.kind), post.day)[0] > now]
    found = sorted(strangers_in((post.officer_id, post.day) for post in ahead))
    if found:
        officer, day = min(found, key=lambda key: key[1])
        raise Refused(
            "%(name)s steht am %(day)s im Plan, ist dann aber nicht im Dienst: ausgeschieden oder "
            "ohne Vertrag (so ist es bei %(count)s Diensten). Bitte teilen Sie jemand anderen ein "
            "oder lassen Sie neu rechnen.",
            "officer-not-in-service",
            values={
                "name": staff.names_of([officer]).get(officer, ""),
                "day": f"{day:%d.%m.}",
                "count": len(found),
            },
        )


@transaction.atomic
def drop_plan(*, plan_id: int, actor: Actor, now: datetime) -> None:
    """Throw a draft away, with what was planned in it; what was announced is never thrown away.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such plan
    :raises Refused: `plan-published`
    """
    actor.require("roster.change")
    plan = hold_plan(plan_id)
    if is_published(plan.state):
        raise Refused(
            "Dieser Dienstplan ist veröffentlicht und lässt sich nicht mehr verwerfen. Bitte "
            "ändern Sie ihn.",
            "plan-published",
        )
    duties = Post.objects.filter(plan=plan).count()
    close_gaps_of(plan)
    plan.delete()
    journal.record(
        act="roster.plan_dropped",
        subject=f"roster_plan:{plan_id}",
        actor=actor.ref,
        now=now,
        body={
            "from": plan.first_day.isoformat(),
            "to": plan.last_day.isoformat(),
            "duties": duties,
        },
    )


def _write_duties(plan: Plan, posts: list[Post], now: datetime) -> None:
    """Make one shift a day and kind, with everybody on it; what runs or is over is left alone."""
    shifts = {
        (post.kind_id, post.day): shift_of_day(post.kind, post.day)
        for post in {(post.kind_id, post.day): post for post in posts}.values()
    }
    ahead = {key: shift for key, shift in shifts.items() if shift.starts_at > now}
    for (kind, day), shift in ahead.items():
        crew = [post.officer_id for post in posts if (post.kind_id, post.day) == (kind, day)]
        check_not_elsewhere(crew, shift)
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
