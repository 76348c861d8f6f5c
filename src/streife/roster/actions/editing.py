"""Changing a plan by hand: one cell, a drag, undo; judged at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.journal.actions import record_last
from streife.kernel.errors import NotFound, Refused
from streife.kernel.texts import german, said
from streife.roster.actions.writing import AGREED, hold_plan, next_step, put, record_changes
from streife.roster.models import Plan, PlanChange, Post, ShiftKind
from streife.roster.queries.gathering import posts_of, spots_of
from streife.roster.queries.standing import Standing, standing_of, standing_on
from streife.roster.queries.strangers import strangers_in
from streife.roster.queries.undoing import changed_since, has_begun, last_own_step
from streife.roster.rules.basis import Key
from streife.roster.solver.problem import Finding, Stage

Seen = Mapping[Key, int | None]
"""What a page showed of the cells that it changes: officer and day → kind, or free."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What a change led to: findings that are new, those that went, and what it costs.

    `costs` by stage, negative where it got better: for the law the number of breaches (its units,
    minutes and days, do not add up), for the others what the solver counts.
    """

    plan: Plan
    standing: Standing
    broken: tuple[Finding, ...]
    mended: tuple[Finding, ...]
    costs: tuple[int, ...]


@transaction.atomic
@record_last()
def set_post(
    *,
    plan_id: int,
    officer_id: int,
    day: date,
    kind_id: int | None,
    actor: Actor,
    now: datetime,
    seen: Seen | None = None,
) -> Edited:
    """Give somebody a kind of shift on a day, or none; it stays when the rest is computed anew.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such plan, officer or kind
    :raises Refused: `day-outside`, `officer-not-in-service`, `seen-otherwise`
    """
    actor.require("roster.change")
    plan = hold_plan(plan_id)
    kind = kind_named(kind_id)
    check_cell(plan, officer_id, day, gives=kind is None)
    _check_seen(plan, seen, actor)
    before = standing_of(plan, now)
    change = put(
        plan, officer_id, day, kind, step=next_step(plan), why="hand", actor=actor, now=now
    )
    if change is not None:
        record_changes(plan, [change], actor, now)
    return judged(plan, before)


@transaction.atomic
@record_last()
def move_post(
    *,
    plan_id: int,
    officer_id: int,
    day: date,
    to_officer_id: int,
    to_day: date,
    actor: Actor,
    now: datetime,
    seen: Seen | None = None,
) -> Edited:
    """Drag a duty to another cell; what stands there comes back: two people change places.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such plan, officer or kind
    :raises Refused: `day-outside`, `officer-not-in-service`, `nothing-there`,
        `seen-otherwise`
    """
    actor.require("roster.change")
    plan = hold_plan(plan_id)
    given, there = _kind_at(plan, officer_id, day), _kind_at(plan, to_officer_id, to_day)
    check_cell(plan, officer_id, day, gives=there is None)
    check_cell(plan, to_officer_id, to_day)
    _check_seen(plan, seen, actor)
    if given is None:
        raise Refused("Hier steht kein Dienst, den man verschieben könnte.", "nothing-there")
    before, step = standing_of(plan, now), next_step(plan)
    pairs = ((officer_id, day, there), (to_officer_id, to_day, given))
    changes = [
        put(plan, who, when, kind, step=step, why="hand", actor=actor, now=now)
        for who, when, kind in pairs
    ]
    record_changes(plan, [change for change in changes if change is not None], actor, now)
    return judged(plan, before)


@transaction.atomic
@record_last()
def undo(*, plan_id: int, actor: Actor, now: datetime, step: int | None = None) -> Edited:
    """Take one's own last change by hand back; what belongs together goes together.

    `step`: the one that the page showed; another is never taken back instead.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such plan
    :raises Refused: `nothing-to-undo`, `undo-other`, `changed-since`, `duty-begun`,
        `officer-not-in-service`
    """
    actor.require("roster.change")
    plan = hold_plan(plan_id)
    rows = last_own_step(plan, actor, now)
    _check_undoable(plan, rows, step, now)
    for row in rows:
        check_cell(plan, row.officer_id, row.day, gives=row.before_id is None)
    before, step = standing_of(plan, now), next_step(plan)
    for row in rows:
        put(
            plan, row.officer_id, row.day, row.before, step=step, why="undo", actor=actor, now=now,
            locked=_was_settled(plan, row),
        )  # fmt: skip
    ids = [row.pk for row in rows]
    plan.changes.filter(pk__in=ids).update(undone=True)
    journal.record(
        act="roster.change_undone",
        subject=f"roster_plan:{plan.pk}",
        actor=actor.ref,
        now=now,
        body={
            "step": rows[0].step,
            "changes": len(ids),
            "officers": [row.officer_id for row in rows],
            "days": [row.day.isoformat() for row in rows],
        },
    )
    return judged(plan, before)


def _check_undoable(plan: Plan, rows: list[PlanChange], step: int | None, now: datetime) -> None:
    """Pass only what was meant and still stands: no undo puts the ill on duty."""
    if not rows:
        raise Refused(
            "Es gibt nichts zurückzunehmen. Zurücknehmen geht einen Tag lang, nur für eigene "
            "Änderungen, und nur bis neu gerechnet oder veröffentlicht wird.",
            "nothing-to-undo",
        )
    if step not in (None, rows[0].step):
        raise Refused(
            "Ihre letzte Änderung ist inzwischen eine andere, und zurückgenommen ist nichts. Was "
            "jetzt zurückgenommen würde, steht unter dem Raster.",
            "undo-other",
        )
    if changed_since(plan, rows):
        raise Refused(
            "An dieser Stelle hat sich danach etwas anderes geändert: eine Krankmeldung, ein "
            "Tausch, das Rechnen oder jemand anderes. Bitte teilen Sie dort von Hand ein.",
            "changed-since",
        )
    if has_begun(rows, now):
        raise Refused(
            "Dieser Dienst hat schon begonnen. Was wirklich gearbeitet wird, tragen Sie bitte von "
            "Hand ein (§ 16 Abs. 2 ArbZG).",
            "duty-begun",
        )


def _was_settled(plan: Plan, row: PlanChange) -> bool:
    """Say whether people had settled what stood before a change: then it stays settled."""
    earlier = plan.changes.filter(officer_id=row.officer_id, day=row.day, step__lt=row.step)
    last = earlier.filter(undone=False).exclude(why="undo").order_by("-step", "-pk").first()
    return last is not None and last.after_id == row.before_id and last.why in AGREED


def judged(plan: Plan, before: Standing) -> Edited:
    """Return what changed between two standings of a plan; the basis is the same."""
    after = standing_on(before.built, posts_of(plan), spots_of(plan))
    verdict = after.verdict
    then, now_ = set(before.verdict.findings), set(verdict.findings)
    breaches = _breaches(verdict.findings) - _breaches(before.verdict.findings)
    pairs = zip(verdict.costs[1:], before.verdict.costs[1:], strict=True)
    return Edited(
        plan=plan,
        standing=after,
        broken=tuple(one for one in verdict.findings if one not in then),
        mended=tuple(one for one in before.verdict.findings if one not in now_),
        costs=(breaches, *(new - old for new, old in pairs)),
    )


def _breaches(findings: tuple[Finding, ...]) -> int:
    return sum(1 for one in findings if one.hard and one.stage == Stage.LEGAL)


def check_cell(plan: Plan, officer_id: int, day: date, *, gives: bool = False) -> None:
    """Pass only a day of the plan and somebody who serves on it, under a contract.

    `gives`: a duty only goes away; whoever has left may always be taken out.

    :raises Refused: `day-outside`, `officer-not-in-service`
    """
    if not plan.first_day <= day <= plan.last_day:
        raise Refused("Dieser Tag gehört nicht zu diesem Dienstplan.", "day-outside", field="day")
    if not gives and strangers_in([(officer_id, day)]):
        raise Refused(
            "Diese Einsatzkraft ist an diesem Tag nicht im Dienst der Stadt oder ohne Vertrag.",
            "officer-not-in-service",
            field="officer",
        )


def _check_seen(plan: Plan, seen: Seen | None, actor: Actor) -> None:
    """Pass only cells that stand as the page showed them, or as the actor left them since.

    Whoever types faster than the page answers changes their own change.

    :raises Refused: `seen-otherwise`
    """
    for (officer, day), shown in (seen or {}).items():
        post = Post.objects.filter(plan=plan, officer_id=officer, day=day).first()
        if (post.kind_id if post is not None else None) == shown:
            continue
        last = plan.changes.filter(officer_id=officer, day=day).order_by("-step", "-pk").first()
        if last is not None and last.made_by_id == actor.user_id is not None:
            continue
        raise Refused(
            "An dieser Stelle hat sich inzwischen etwas geändert: Dort steht jetzt %(kind)s. Ihre "
            "Änderung ist nicht eingetragen; das Raster zeigt den neuen Stand.",
            "seen-otherwise",
            values={"kind": said(post.kind.name if post is not None else german("frei"))},
        )


def kind_named(kind_id: int | None) -> ShiftKind | None:
    """Return a kind of shift; None stays None.

    :raises NotFound: there is none
    """
    if kind_id is None:
        return None
    kind = ShiftKind.objects.filter(pk=kind_id).first()
    if kind is None:
        raise NotFound("Diese Schichtart gibt es nicht.", "no-such-kind")
    return kind


def _kind_at(plan: Plan, officer_id: int, day: date) -> ShiftKind | None:
    post = Post.objects.filter(plan=plan, officer_id=officer_id, day=day).first()
    return post.kind if post is not None else None
