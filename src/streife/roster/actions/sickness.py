"""Somebody is ill: the duties that leaves open, and who fills them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.journal.actions import record_last
from streife.kernel.clock import local
from streife.kernel.errors import NotFound, Refused
from streife.roster.actions.editing import Edited, judged
from streife.roster.actions.wishes import own_officer
from streife.roster.actions.writing import hold_plan, next_step, put
from streife.roster.models import Plan, Post, ShiftKind, SickCall
from streife.roster.queries.gaps import Gap, gaps_of
from streife.roster.queries.standing import Standing, standing_of
from streife.roster.rules.clock import span_on
from streife.roster.rules.replacing import changed_roster, newly_broken
from streife.roster.solver.problem import FREE
from streife.roster.swap_words import why_not
from streife.roster.times import times_of
from streife.staff import actions as staff
from streife.staff.rules import AbsenceKind


@transaction.atomic
@record_last()
def call_in_sick(
    *,
    first_day: date,
    last_day: date,
    actor: Actor,
    now: datetime,
    officer_id: int | None = None,
) -> SickCall:
    """Note that somebody is ill, take them out of the plan and keep the open duties.

    Without `officer_id` the actor reports themselves. Days back to yesterday are taken: who fell
    ill at night calls in the morning. Never asks for a diagnosis. Who is ill longer prolongs: the
    first call is returned with the new days and duties.

    :raises NotPermitted: for somebody else without `roster.change`
    :raises Refused: `sick-past`, and as `staff.actions.add_absence`
    """
    own = officer_id is None
    today = local(now).date()
    officer = own_officer(actor, today) if officer_id is None else officer_id
    actor.require("roster.wish" if own else "roster.change")
    if (today - first_day).days > 1:
        raise Refused(
            "Krankmeldungen gelten ab gestern. Für frühere Tage wenden Sie sich bitte an Ihre "
            "Schichtleitung.",
            "sick-past",
            field="first_day",
        )
    _hold_plans(first_day, last_day)
    absence = staff.add_absence(
        officer_id=officer,
        kind=AbsenceKind.SICK,
        first_day=first_day,
        last_day=last_day,
        actor=actor,
        now=now,
    )
    _ask_no_more(officer, first_day, last_day)
    call = _one_call(officer, absence.first_day, absence.last_day, now)
    opened = _open_duties(officer, first_day, last_day, actor, now)
    told = {"first": first_day.isoformat(), "last": last_day.isoformat(), "at": now.isoformat()}
    call.gaps, call.told = _with(call, opened), [*call.told, told]
    call.save()
    # That it is an illness is health data: the journal knows only the days, as in `staff`.
    journal.record(
        act="roster.duties_opened",
        subject=f"officer:{officer}",
        actor=actor.ref,
        now=now,
        body={
            "from": first_day.isoformat(),
            "to": last_day.isoformat(),
            "open_duties": len(opened),
            "own": own,
        },
    )
    return call


def _one_call(officer: int, first: date, last: date, now: datetime) -> SickCall:
    """Return the call of an illness, with all its days: the first, with what others opened.

    Calls of days that are no longer noted as illness (the person came back) stay by themselves.
    """
    rows = SickCall.objects.select_for_update().filter(
        officer_id=officer, first_day__gte=first, last_day__lte=last
    )
    known = list(rows.order_by("pk"))
    if not known:
        return SickCall(officer_id=officer, first_day=first, last_day=last, called_at=now)
    call, *others = known
    for other in others:
        call.gaps, call.told = [*call.gaps, *other.gaps], [*call.told, *other.told]
        other.delete()
    call.first_day, call.last_day = first, last
    return call


def _ask_no_more(officer: int, first_day: date, last_day: date) -> None:
    """Whoever is ill again is not asked about what they had in these days."""
    for call in SickCall.objects.select_for_update().filter(officer_id=officer).order_by("pk"):
        asked = [one for one in gaps_of(call) if one.returned and first_day <= one.day <= last_day]
        for gap in asked:
            settle(call, gap.number)
        if asked:
            call.save(update_fields=["gaps"])


def _with(call: SickCall, opened: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the open duties of a call with those that become so now, each at its number.

    What somebody had taken up again before is open as it was.
    """
    rows = list(call.gaps)
    for one in opened:
        again = (
            number
            for number, row in enumerate(rows)
            if row["filled_by"] == call.officer_id
            and all(row[key] == one[key] for key in ("plan", "day", "kind"))
        )
        number = next(again, None)
        if number is None:
            rows.append(one)
        else:
            rows[number] = one
    return rows


def _hold_plans(first_day: date, last_day: date) -> None:
    """Lock the plans of these days: no computation ends between the illness and its duties."""
    plans = Plan.objects.filter(first_day__lte=last_day, last_day__gte=first_day)
    for pk in plans.order_by("pk").values_list("pk", flat=True):
        hold_plan(pk)


def _open_duties(
    officer: int, first_day: date, last_day: date, actor: Actor, now: datetime
) -> list[dict[str, Any]]:
    posts = Post.objects.filter(officer_id=officer, day__gte=first_day, day__lte=last_day)
    gaps: list[dict[str, Any]] = []
    for post in list(
        posts.select_related("plan").prefetch_related("kind__changes").order_by("day")
    ):
        if span_on(times_of(post.kind), post.day)[1] <= now:
            continue  # was worked
        plan = hold_plan(post.plan_id)
        gaps.append(
            {
                "plan": plan.pk,
                "day": post.day.isoformat(),
                "kind": post.kind_id,
                "area": post.area_id,
                "filled_by": None,
            }
        )
        put(plan, officer, post.day, None, step=next_step(plan), why="sick", actor=actor, now=now)
    return gaps


def _gap(rows: QuerySet[SickCall], number: int) -> tuple[SickCall, Gap]:
    call = rows.first()
    if call is None or not 0 <= number < len(call.gaps):
        raise NotFound("Diesen offenen Dienst gibt es nicht.", "no-such-gap")
    return call, gaps_of(call)[number]


def hold_gap(call_id: int, number: int) -> tuple[SickCall, Gap]:
    """Return an open duty with its illness, locked; its plan is locked before.

    The plan first, like `call_in_sick`: two who wait for each other wait for ever.

    :raises NotFound: no such illness, duty or plan
    """
    hold_plan(_gap(SickCall.objects.filter(pk=call_id), number)[1].plan_id)
    return _gap(SickCall.objects.select_for_update().filter(pk=call_id), number)


@transaction.atomic
@record_last()
def fill_gap(*, call_id: int, number: int, officer_id: int, actor: Actor, now: datetime) -> Edited:
    """Put somebody into a duty that an illness left open; rules are checked again.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such illness or duty
    :raises Refused: `gap-filled`, `gap-over`, `breaks-rule`
    """
    actor.require("roster.change")
    call, gap = hold_gap(call_id, number)
    plan = hold_plan(gap.plan_id)
    if gap.filled_by is not None:
        raise Refused("Dieser Dienst ist schon besetzt.", "gap-filled")
    kind = ShiftKind.objects.get(pk=gap.kind_id)
    if span_on(times_of(kind), gap.day)[1] <= now:  # a shift that runs can still be helped
        raise Refused(
            "Diese Schicht ist vorbei. Wer gearbeitet hat, lässt sich hier nicht mehr ändern "
            "(§ 16 Abs. 2 ArbZG).",
            "gap-over",
        )
    before = standing_of(plan, now)
    _check_free_and_legal(before, officer_id, gap, instead_of=call.officer_id)
    put(
        plan,
        officer_id,
        gap.day,
        kind,
        step=next_step(plan),
        why="sick",
        actor=actor,
        now=now,
        area_id=gap.area_id,
    )
    settle(call, number, filled_by=officer_id, left_open=False)
    call.save(update_fields=["gaps"])
    journal.record(
        act="roster.gap_filled",
        subject=f"roster_plan:{plan.pk}",
        actor=actor.ref,
        now=now,
        body={"officer": officer_id, "day": gap.day.isoformat(), "kind": gap.kind_id},
    )
    return judged(plan, before)


@transaction.atomic
def leave_gap(*, call_id: int, number: int, actor: Actor, now: datetime) -> SickCall:
    """Let a duty stand open that an illness left: enough are there, or nobody can.

    Somebody may still be put into it later.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such illness or duty
    :raises Refused: `gap-filled`
    """
    actor.require("roster.change")
    call, gap = _gap(SickCall.objects.select_for_update().filter(pk=call_id), number)
    if gap.filled_by is not None:
        raise Refused("Dieser Dienst ist schon besetzt.", "gap-filled")
    if gap.settled:
        return call
    settle(call, number, left_open=True)
    call.save(update_fields=["gaps"])
    journal.record(
        act="roster.gap_left_open",
        subject=f"roster_plan:{gap.plan_id}",
        actor=actor.ref,
        now=now,
        body={"day": gap.day.isoformat(), "kind": gap.kind_id},
    )
    return call


def close_gaps_of(plan: Plan) -> None:
    """Let nobody look for somebody in duties of a plan that will be no more."""
    calls = SickCall.objects.select_for_update().filter(
        first_day__lte=plan.last_day, last_day__gte=plan.first_day
    )
    for call in calls.order_by("pk"):
        numbers = [one.number for one in gaps_of(call) if one.plan_id == plan.pk]
        for number in numbers:
            settle(call, number, left_open=True)
        if numbers:
            call.save(update_fields=["gaps"])


def settle(call: SickCall, number: int, **how: Any) -> None:
    """Note how it was decided about an open duty; nothing is asked about it any more."""
    call.gaps[number].pop("returned", None)
    call.gaps[number] |= how


def _check_free_and_legal(
    standing: Standing, officer_id: int, gap: Gap, *, instead_of: int
) -> None:
    built, person = standing.built, standing.built.row_of.get(officer_id)
    day = (gap.day - built.basis.first_day).days
    if person is None or standing.roster[person][day] != FREE:
        raise Refused("Diese Einsatzkraft ist an dem Tag nicht frei.", "breaks-rule")
    people, gone = built.problem.people, built.row_of.get(instead_of)
    if people[person].trainee and (gone is None or not people[gone].trainee):
        raise Refused(
            "Auszubildende springen nicht für eine Einsatzkraft ein: Sie zählen nicht für die "
            "Besetzung.",
            "breaks-rule",
        )
    after = changed_roster(standing.roster, {(person, day): built.duty_of[gap.kind_id]})
    broken = newly_broken(built, standing.roster, after)
    if broken:
        raise Refused(
            "Diese Einsatzkraft darf nicht einspringen. %(why)s",
            "breaks-rule",
            values={"why": why_not(built, broken[0])},
        )
