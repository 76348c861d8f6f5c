"""Whoever is not in service any more stands on no duty: plans, shifts, swaps."""

from datetime import datetime, time

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.journal.actions import record_last
from streife.roster.actions.writing import hold_plan, next_step, put, record_changes
from streife.roster.models import Duty, Post
from streife.roster.queries.strangers import strangers_in
from streife.roster.rules.basis import Key
from streife.roster.rules.clock import moment_of, span_on
from streife.roster.times import times_of
from streife.staff import queries as staff


@transaction.atomic
@record_last()
def clear_after_leaving(*, officer_id: int, actor: Actor, now: datetime) -> int:
    """Take somebody out of all duties from the day on which they leave; return how many.

    What has begun stays: it was worked (§ 16 Abs. 2 ArbZG). Safe to run twice.

    :raises NotPermitted: without `roster.change`
    """
    actor.require("roster.change")
    _entered, left = staff.service_periods([officer_id]).get(officer_id, (None, None))
    if left is None:
        return 0
    posts = Post.objects.filter(officer_id=officer_id, day__gte=left)
    keys = {(officer, day) for officer, day in posts.values_list("officer_id", "day")}
    return _take_out(officer_id, keys, actor, now) + _by_hand(
        officer_id, max(now, moment_of(left, time())), actor, now
    )


@transaction.atomic
@record_last()
def clear_strangers(*, officer_id: int, actor: Actor, now: datetime) -> int:
    """Take somebody out of the duties for which they have no contract, or are not in service.

    Other than leaving, the end of a contract takes nobody out by itself: the next one is often
    entered a minute later.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: `no-such-officer`
    """
    actor.require("roster.change")
    staff.officer_for(actor, officer_id)
    posts = Post.objects.filter(officer_id=officer_id)
    keys = {(officer, day) for officer, day in posts.values_list("officer_id", "day")}
    return _take_out(officer_id, strangers_in(keys), actor, now)


def _take_out(officer_id: int, keys: set[Key], actor: Actor, now: datetime) -> int:
    rows = Post.objects.filter(officer_id=officer_id, day__in=[day for _, day in keys])
    for pk in rows.order_by("plan_id").values_list("plan_id", flat=True).distinct():
        hold_plan(pk)
    changes = []
    for post in list(rows.select_related("plan").prefetch_related("kind__changes").order_by("day")):
        if span_on(times_of(post.kind), post.day)[0] <= now:
            continue
        plan = hold_plan(post.plan_id)
        change = put(
            plan, officer_id, post.day, None,
            step=next_step(plan), why="left", actor=actor, now=now,
        )  # fmt: skip
        if change is not None:
            record_changes(plan, [change], actor, now)
            changes.append(change)
    return len(changes)


def _by_hand(officer_id: int, since: datetime, actor: Actor, now: datetime) -> int:
    """Take somebody off the shifts that stand in no plan."""
    duties = Duty.objects.filter(officer_id=officer_id, shift__starts_at__gte=since)
    rows = list(duties.select_related("shift").order_by("shift__starts_at"))
    for duty in rows:
        duty.delete()
        journal.record(
            act="roster.taken_off_duty",
            subject=f"shift:{duty.shift_id}",
            actor=actor.ref,
            now=now,
            body={"officer": officer_id},
        )
    return len(rows)
