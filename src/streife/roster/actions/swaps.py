"""Swaps of duties: offered and taken by officers, decided by a shift leader."""

from datetime import date, datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.journal.actions import record_last
from streife.kernel.errors import NotFound, Refused
from streife.roster.actions.wishes import own_officer
from streife.roster.actions.writing import hold_plan, next_step, put
from streife.roster.explanations import finding_text, norm_text
from streife.roster.models import Post, ShiftKind, Swap
from streife.roster.queries.requests import changes_of
from streife.roster.queries.standing import standing_of
from streife.roster.rules.clock import span_on
from streife.roster.rules.replacing import changed_roster, newly_broken, trainee_for_officer
from streife.roster.rules.states import SwapState, check_swap_move, is_published
from streife.roster.solver.problem import FREE
from streife.roster.times import times_of
from streife.staff import queries as staff


@transaction.atomic
def offer_swap(*, post_id: int, actor: Actor, now: datetime) -> Swap:
    """Offer an own duty to the others.

    :raises NotPermitted: without `roster.wish`
    :raises NotFound: no such duty of theirs
    :raises Refused: `swap-not-published`, `swap-too-late`, `swap-offered`
    """
    actor.require("roster.wish")
    own = own_officer(actor)
    post = Post.objects.select_related("plan", "kind").filter(pk=post_id, officer_id=own).first()
    if post is None:
        raise NotFound("Diesen Dienst haben Sie nicht.", "no-such-post")
    if not is_published(post.plan.state):
        raise Refused(
            "Getauscht wird, wenn der Plan veröffentlicht ist. Bis dahin hilft ein Wunsch.",
            "swap-not-published",
        )
    _check_ahead(post.kind, post.day, now)
    running = Swap.objects.filter(state__in=[SwapState.OFFERED, SwapState.TAKEN])
    if running.filter(plan=post.plan, offered_by_id=own, day=post.day).exists():
        raise Refused("Dieser Dienst ist schon angeboten.", "swap-offered")
    swap = Swap.objects.create(
        plan=post.plan, day=post.day, kind=post.kind, offered_by_id=own, offered_at=now
    )
    _record(swap, "roster.swap_offered", actor, now)
    return swap


@transaction.atomic
def take_swap(*, swap_id: int, back_post_id: int | None, actor: Actor, now: datetime) -> Swap:
    """Take an offered duty, perhaps for one of one's own; rules are checked for both.

    :raises NotPermitted: without `roster.wish`
    :raises NotFound: no such offer or duty
    :raises Refused: `swap-own`, `swap-over`, `swap-too-late`, `swap-breaks-rule`
    """
    actor.require("roster.wish")
    own = own_officer(actor)
    swap = _hold_with_plan(swap_id)
    if swap.offered_by_id == own:
        raise Refused("Das ist Ihr eigenes Angebot.", "swap-own")
    check_swap_move(swap.state, SwapState.TAKEN)
    _check_ahead(swap.kind, swap.day, now)
    if back_post_id is not None:
        back = Post.objects.filter(pk=back_post_id, officer_id=own, plan=swap.plan).first()
        if back is None:
            raise NotFound("Diesen Dienst haben Sie nicht.", "no-such-post")
        _check_ahead(back.kind, back.day, now)
        swap.back_day, swap.back_kind = back.day, back.kind
    swap.taken_by_id = own
    _check_rules(swap, now)
    swap.state, swap.taken_at = SwapState.TAKEN, now
    swap.save()
    _record(swap, "roster.swap_taken", actor, now)
    return swap


@transaction.atomic
@record_last()
def decide_swap(*, swap_id: int, approve: bool, reason: str, actor: Actor, now: datetime) -> Swap:
    """Approve a swap, so that the plan and the duties change, or refuse it with a reason.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such offer
    :raises Refused: `swap-over`, `swap-too-late`, `swap-breaks-rule`, `reason-missing`, `swap-own`
    """
    actor.require("roster.change")
    swap = _hold_with_plan(swap_id)
    check_swap_move(swap.state, SwapState.APPROVED if approve else SwapState.REFUSED)
    officer = staff.officer_of(actor.user_id)
    if officer is not None and officer.pk in {swap.offered_by_id, swap.taken_by_id}:
        raise Refused("Über den eigenen Tausch entscheidet jemand anderes.", "swap-own")
    if approve:
        _check_ahead(swap.kind, swap.day, now)
        if swap.back_day is not None and swap.back_kind is not None:
            _check_ahead(swap.back_kind, swap.back_day, now)
        _check_rules(swap, now)
        _carry_out(swap, actor, now)
        swap.state = SwapState.APPROVED
    else:
        if not reason.strip():
            raise Refused("Bitte nennen Sie den Grund.", "reason-missing", field="reason")
        swap.state = SwapState.REFUSED
    swap.decided_at, swap.decided_by_id, swap.reason = now, actor.user_id, reason[:200]
    swap.save()
    _record(swap, "roster.swap_approved" if approve else "roster.swap_refused", actor, now)
    return swap


@transaction.atomic
def withdraw_swap(*, swap_id: int, actor: Actor, now: datetime) -> Swap:
    """Take an own offer back, as long as nobody has decided.

    :raises NotPermitted: without `roster.wish`, or somebody else's offer
    :raises NotFound: no such offer
    :raises Refused: `swap-over`
    """
    actor.require("roster.wish")
    swap = _hold(swap_id)
    if swap.offered_by_id != own_officer(actor):
        raise NotFound("Dieses Angebot gibt es nicht.", "no-such-swap")
    check_swap_move(swap.state, SwapState.WITHDRAWN)
    swap.state = SwapState.WITHDRAWN
    swap.save(update_fields=["state"])
    _record(swap, "roster.swap_withdrawn", actor, now)
    return swap


def _hold(swap_id: int) -> Swap:
    swap = (
        Swap.objects.select_for_update(of=("self",))
        .select_related("plan", "kind", "back_kind")
        .filter(pk=swap_id)
        .first()
    )
    if swap is None:
        raise NotFound("Dieses Angebot gibt es nicht.", "no-such-swap")
    return swap


def _hold_with_plan(swap_id: int) -> Swap:
    """Lock the plan first: two swaps of one plan are judged one after the other."""
    plan_id = Swap.objects.filter(pk=swap_id).values_list("plan_id", flat=True).first()
    plan = hold_plan(plan_id) if plan_id is not None else None
    swap = _hold(swap_id)
    if plan is not None:
        swap.plan = plan
    return swap


def _check_ahead(kind: ShiftKind, day: date, now: datetime) -> None:
    if span_on(times_of(kind), day)[0] <= now:
        raise Refused("Dieser Dienst hat schon begonnen.", "swap-too-late")


def _check_rules(swap: Swap, now: datetime) -> None:
    """Pass only a swap that breaks no rule for either of the two, as the plan stands now."""
    standing = standing_of(swap.plan, now)
    built, roster = standing.built, standing.roster
    giver, taker = built.row_of.get(swap.offered_by_id), built.row_of.get(swap.taken_by_id or 0)
    if giver is None or taker is None:
        raise Refused("Eine der beiden ist in dieser Zeit nicht planbar.", "swap-breaks-rule")
    day = (swap.day - built.basis.first_day).days
    if roster[giver][day] != built.duty_of[swap.kind_id]:
        raise Refused("Diesen Dienst gibt es so nicht mehr im Plan.", "swap-over")
    if roster[taker][day] != FREE and swap.back_day != swap.day:
        raise Refused(
            "An diesem Tag steht schon ein Dienst. Er lässt sich im Gegenzug anbieten.",
            "swap-breaks-rule",
        )
    after = changed_roster(roster, changes_of(swap, built))
    for one in filter(None, {swap.day, swap.back_day}):
        if trainee_for_officer(built.problem, roster, after, (one - built.basis.first_day).days):
            raise Refused(
                "Auszubildende übernehmen keinen Dienst einer Einsatzkraft.", "swap-breaks-rule"
            )
    broken = newly_broken(built.problem, roster, after)
    if broken:
        raise Refused(
            "Dieser Tausch geht nicht: %(why)s (%(norm)s).",
            "swap-breaks-rule",
            values={
                "why": finding_text(built, broken[0]),
                "norm": norm_text(built, broken[0]),
            },
        )


def _carry_out(swap: Swap, actor: Actor, now: datetime) -> None:
    plan, taker = swap.plan, swap.taken_by_id or 0
    step = next_step(plan)
    areas = dict(
        Post.objects.filter(plan=plan, day__in=[swap.day, swap.back_day]).values_list(
            "officer_id", "area_id"
        )
    )
    rows: dict[tuple[int, date], ShiftKind | None] = {(swap.offered_by_id, swap.day): None}
    rows[taker, swap.day] = swap.kind
    if swap.back_day is not None:
        rows.setdefault((taker, swap.back_day), None)
        rows[swap.offered_by_id, swap.back_day] = swap.back_kind
    for (who, day), kind in rows.items():
        other = taker if who == swap.offered_by_id else swap.offered_by_id
        put(
            plan,
            who,
            day,
            kind,
            step=step,
            why="swap",
            actor=actor,
            now=now,
            area_id=areas.get(other),
        )


def _record(swap: Swap, act: str, actor: Actor, now: datetime) -> None:
    journal.record(
        act=act,
        subject=f"swap:{swap.pk}",
        actor=actor.ref,
        now=now,
        body={
            "offered_by": swap.offered_by_id,
            "taken_by": swap.taken_by_id,
            "day": swap.day.isoformat(),
            "kind": swap.kind_id,
        },
    )
