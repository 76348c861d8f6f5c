"""Somebody is back earlier than noted: the duties that were left open are theirs again.

What only a person can decide stays asked (`returned` of a gap): somebody stands in already, or a
rule forbids the duty by now.
"""

from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.journal.actions import record_last
from streife.kernel.errors import Refused
from streife.roster.actions.sickness import hold_gap, settle
from streife.roster.actions.writing import hold_plan, next_step, put
from streife.roster.models import Plan, ShiftKind, SickCall
from streife.roster.queries.gaps import Gap, gaps_behind, stands_in, why_not_again
from streife.roster.rules.clock import span_on
from streife.roster.times import times_of
from streife.staff import queries as staff
from streife.staff.rules import AbsenceKind


@transaction.atomic
@record_last()
def take_up_again(*, officer_id: int, actor: Actor, now: datetime) -> int:
    """Give somebody their duties of the days on which they are no longer away; return how many.

    Only what has not begun, and where nobody stands in and no rule forbids it. Safe to run twice.

    :raises NotPermitted: without `roster.change`
    """
    actor.require("roster.change")
    plans = sorted({gap.plan_id for _, gap in gaps_behind(officer_id, now)})
    for pk in Plan.objects.filter(pk__in=plans).order_by("pk").values_list("pk", flat=True):
        hold_plan(pk)
    _keep_to_absence(officer_id)
    taken = 0
    for call_id, gap in gaps_behind(officer_id, now):
        call = SickCall.objects.select_for_update().get(pk=call_id)
        if gap.filled_by is None and why_not_again(call.officer_id, gap, now) is None:
            _give(call, gap, actor, now)
            taken += 1
        else:
            _ask(call, gap, actor, now)
    return taken


def _keep_to_absence(officer_id: int) -> None:
    """Let a call say no more days than are still noted; one of which none is left stays as told."""
    for call in SickCall.objects.select_for_update().filter(officer_id=officer_id).order_by("pk"):
        absences = staff.absences_between([officer_id], call.first_day, call.last_day)[officer_id]
        spans = [span for span in absences if span.kind == AbsenceKind.SICK]
        if spans:
            call.first_day = max(call.first_day, min(span.first_day for span in spans))
            call.last_day = min(call.last_day, max(span.last_day for span in spans))
            call.save(update_fields=["first_day", "last_day"])


@transaction.atomic
@record_last()
def give_back_gap(*, call_id: int, number: int, actor: Actor, now: datetime) -> None:
    """Let somebody who is back do the duty in which another stands in; that one is free then.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such illness or duty
    :raises Refused: `gap-decided`, `gap-over`, `breaks-rule`
    """
    actor.require("roster.change")
    call, gap = hold_gap(call_id, number)
    _check_asked(gap)
    kind = ShiftKind.objects.get(pk=gap.kind_id)
    if span_on(times_of(kind), gap.day)[0] <= now:
        raise Refused(
            "Diese Schicht hat begonnen. Wer darin Dienst tut, lässt sich nicht mehr tauschen.",
            "gap-over",
        )
    why = why_not_again(call.officer_id, gap, now)
    if why is not None:
        raise Refused(
            "Diese Einsatzkraft darf den Dienst nicht wieder übernehmen. %(why)s",
            "breaks-rule",
            values={"why": why},
        )
    _give(call, gap, actor, now)


@transaction.atomic
def keep_gap(*, call_id: int, number: int, actor: Actor, now: datetime) -> None:
    """Leave a duty with whoever stands in, though the one who was away is back.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such illness or duty
    :raises Refused: `gap-decided`
    """
    actor.require("roster.change")
    call, gap = hold_gap(call_id, number)
    _check_asked(gap)
    settle(call, gap.number, kept=True)
    call.save(update_fields=["gaps"])
    _record("roster.replacement_kept", gap, gap.filled_by, actor, now)


def _check_asked(gap: Gap) -> None:
    if not gap.returned or gap.filled_by is None:
        raise Refused("Über diesen Dienst ist schon entschieden.", "gap-decided")


def _give(call: SickCall, gap: Gap, actor: Actor, now: datetime) -> None:
    """Put somebody back where they stood, and whoever stands in out of it, in one step."""
    plan = hold_plan(gap.plan_id)
    step, kind = next_step(plan), ShiftKind.objects.get(pk=gap.kind_id)
    if gap.filled_by is not None and stands_in(gap):
        put(plan, gap.filled_by, gap.day, None, step=step, why="back", actor=actor, now=now)
    put(
        plan, call.officer_id, gap.day, kind,
        step=step, why="back", actor=actor, now=now, area_id=gap.area_id,
    )  # fmt: skip
    settle(call, gap.number, filled_by=call.officer_id, left_open=False)
    call.save(update_fields=["gaps"])
    _record("roster.duty_taken_up", gap, call.officer_id, actor, now)


def _ask(call: SickCall, gap: Gap, actor: Actor, now: datetime) -> None:
    if gap.returned:
        return
    call.gaps[gap.number]["returned"] = True
    call.save(update_fields=["gaps"])
    _record("roster.return_asked", gap, call.officer_id, actor, now)


def _record(act: str, gap: Gap, officer: int | None, actor: Actor, now: datetime) -> None:
    journal.record(
        act=act,
        subject=f"roster_plan:{gap.plan_id}",
        actor=actor.ref,
        now=now,
        body={"officer": officer, "day": gap.day.isoformat(), "kind": gap.kind_id},
    )
